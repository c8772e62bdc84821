//! Words for settings and files of a connection that cannot be used.

use super::Explanation;
use crate::language::Language;
use crate::session::{FileFault, SettingsFault, SettingsPart};

pub(super) fn settings(fault: &SettingsFault, language: Language) -> Explanation {
    match language {
        Language::English => Explanation::new(
            "The settings of this connection cannot be used.",
            in_english(fault),
            "Edit the connection and mend the field that is marked.",
        ),
        Language::Chinese => {
            Explanation::new("这个连接的设置无法使用。", in_chinese(fault), "请编辑该连接，改正标出的字段。")
        }
    }
}

fn in_english(fault: &SettingsFault) -> String {
    match fault {
        SettingsFault::NoHost => "The host is empty, so there is nothing to connect to.".to_owned(),
        SettingsFault::NoPort => "Nothing can be connected to at port 0.".to_owned(),
        SettingsFault::TooLong(part) => {
            format!("{} is longer than 65,535 bytes, the most that MQTT has room for.", english(*part))
        }
        SettingsFault::NullCharacter(part) => {
            format!("{} cannot hold the character U+0000.", english(*part))
        }
        SettingsFault::WillTopic(fault) => format!("The will topic {}.", fault.text(Language::English)),
        SettingsFault::Zero(part) => {
            format!("{} cannot be 0: leave it empty, or fill in more.", english(*part))
        }
        SettingsFault::NoClientId => {
            "Without clean session the server keeps what belongs to this client, so the client ID cannot be empty."
                .to_owned()
        }
        SettingsFault::PasswordAlone => "Before MQTT 5.0, a password needs a user name.".to_owned(),
        SettingsFault::DataWithoutMethod => {
            "There is authentication data, and no authentication method that it belongs to.".to_owned()
        }
        SettingsFault::DataNotWanted { method } => {
            format!("{method} makes its authentication data itself: leave the data empty.")
        }
        SettingsFault::LoginWanted { method } => format!("{method} needs a user name and a password."),
        SettingsFault::DataWanted { method } => format!(
            "The authentication method {method} needs authentication data. Without data, only SCRAM-SHA-1 and SCRAM-SHA-256 can be used."
        ),
        SettingsFault::ServerName { name } => format!("“{name}” cannot be a server name for TLS."),
        SettingsFault::WebSocketPath { path } => {
            format!("The WebSocket path “{path}” must begin with / and have no blanks.")
        }
        SettingsFault::WebSocketHeader { name } => format!("The header “{name}” cannot be sent."),
        SettingsFault::TooLongForSocks(part) => {
            format!("{} is longer than 255 bytes, the most that a SOCKS proxy has room for.", english(*part))
        }
        SettingsFault::NoUnixSockets => {
            "This system has no Unix sockets that could be used here: choose another protocol.".to_owned()
        }
        SettingsFault::Other { detail } => format!("What is wrong: {detail}"),
    }
}

fn in_chinese(fault: &SettingsFault) -> String {
    match fault {
        SettingsFault::NoHost => "没有填写主机，无从连接。".to_owned(),
        SettingsFault::NoPort => "端口 0 无法连接。".to_owned(),
        SettingsFault::TooLong(part) => {
            format!("{}超过了 65,535 个字节，这是 MQTT 能容纳的上限。", chinese(*part))
        }
        SettingsFault::NullCharacter(part) => format!("{}不能包含字符 U+0000。", chinese(*part)),
        SettingsFault::WillTopic(fault) => format!("遗嘱主题{}。", fault.text(Language::Chinese)),
        SettingsFault::Zero(part) => format!("{}不能为 0：请留空，或填写更大的数值。", chinese(*part)),
        SettingsFault::NoClientId => {
            "不使用清理会话时，服务器会保留这个客户端的会话，所以客户端 ID 不能为空。".to_owned()
        }
        SettingsFault::PasswordAlone => "在 MQTT 5.0 之前的版本里，有密码就必须有用户名。".to_owned(),
        SettingsFault::DataWithoutMethod => "填写了认证数据，却没有填写认证方法。".to_owned(),
        SettingsFault::DataNotWanted { method } => format!("{method} 会自行生成认证数据：请把认证数据留空。"),
        SettingsFault::LoginWanted { method } => format!("{method} 需要用户名和密码。"),
        SettingsFault::DataWanted { method } => {
            format!("认证方法 {method} 需要认证数据。没有认证数据时，只能使用 SCRAM-SHA-1 和 SCRAM-SHA-256。")
        }
        SettingsFault::ServerName { name } => format!("“{name}”不能用作 TLS 的服务器名称。"),
        SettingsFault::WebSocketPath { path } => {
            format!("WebSocket 路径“{path}”必须以 / 开头，并且不能包含空白。")
        }
        SettingsFault::WebSocketHeader { name } => format!("请求头“{name}”无法发送。"),
        SettingsFault::TooLongForSocks(part) => {
            format!("{}超过了 255 个字节，这是 SOCKS 代理能容纳的上限。", chinese(*part))
        }
        SettingsFault::NoUnixSockets => "这个系统没有可用的 Unix 套接字，请选择其他协议。".to_owned(),
        SettingsFault::Other { detail } => format!("具体原因：{detail}"),
    }
}

/// The beginning of a sentence.
const fn english(part: SettingsPart) -> &'static str {
    match part {
        SettingsPart::Host => "The host",
        SettingsPart::ClientId => "The client ID",
        SettingsPart::Username => "The user name",
        SettingsPart::Password => "The password",
        SettingsPart::WillPayload => "The will payload",
        SettingsPart::ReceiveMaximum => "Receive maximum",
        SettingsPart::MaximumPacket => "Maximum packet size",
        SettingsPart::AuthenticationMethod => "The authentication method",
        SettingsPart::AuthenticationData => "The authentication data",
        SettingsPart::ProxyUsername => "The proxy username",
        SettingsPart::ProxyPassword => "The proxy password",
    }
}

const fn chinese(part: SettingsPart) -> &'static str {
    match part {
        SettingsPart::Host => "主机",
        SettingsPart::ClientId => "客户端 ID ",
        SettingsPart::Username => "用户名",
        SettingsPart::Password => "密码",
        SettingsPart::WillPayload => "遗嘱负载",
        SettingsPart::ReceiveMaximum => "接收最大值",
        SettingsPart::MaximumPacket => "最大报文长度",
        SettingsPart::AuthenticationMethod => "认证方法",
        SettingsPart::AuthenticationData => "认证数据",
        SettingsPart::ProxyUsername => "代理用户名",
        SettingsPart::ProxyPassword => "代理密码",
    }
}

pub(super) fn file(path: &str, fault: &FileFault, language: Language) -> Explanation {
    match language {
        Language::English => Explanation::new(
            format!("The file {path} cannot be used."),
            match fault {
                FileFault::Unreadable { detail } => format!("It cannot be read. The system says: {detail}"),
                FileFault::NoCertificate => {
                    "There is no certificate in it (-----BEGIN CERTIFICATE-----).".to_owned()
                }
                FileFault::NoKey => "There is no private key in it (-----BEGIN PRIVATE KEY-----).".to_owned(),
                FileFault::OtherKey => "The key in it does not belong to the client certificate.".to_owned(),
                FileFault::Malformed { detail } => format!("What is wrong: {detail}"),
            },
            match fault {
                FileFault::Unreadable { .. } => {
                    "Check the path, that the file is there, and that you may read it."
                }
                FileFault::OtherKey => "Choose the key that the certificate was made with.",
                FileFault::NoCertificate | FileFault::NoKey | FileFault::Malformed { .. } => {
                    "Certificates and keys are text files (PEM) that begin with -----BEGIN. Choose the right file, or convert it."
                }
            },
        ),
        Language::Chinese => Explanation::new(
            format!("无法使用文件 {path}。"),
            match fault {
                FileFault::Unreadable { detail } => format!("无法读取。系统提示：{detail}"),
                FileFault::NoCertificate => "文件里没有证书（-----BEGIN CERTIFICATE-----）。".to_owned(),
                FileFault::NoKey => "文件里没有私钥（-----BEGIN PRIVATE KEY-----）。".to_owned(),
                FileFault::OtherKey => "文件里的私钥与客户端证书不匹配。".to_owned(),
                FileFault::Malformed { detail } => format!("具体原因：{detail}"),
            },
            match fault {
                FileFault::Unreadable { .. } => "请检查路径，确认文件存在，并且您有权读取它。",
                FileFault::OtherKey => "请选择与该证书配对的私钥。",
                FileFault::NoCertificate | FileFault::NoKey | FileFault::Malformed { .. } => {
                    "证书和密钥是以 -----BEGIN 开头的文本文件（PEM）。请选择正确的文件，或转换格式。"
                }
            },
        ),
    }
}
