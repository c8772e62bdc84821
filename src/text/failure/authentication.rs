//! Enhanced authentication that failed, and private keys that cannot be unlocked.

use super::Explanation;
use crate::language::Language;
use crate::session::{AuthenticationFault, KeyFault};

pub(super) fn authentication(method: &str, fault: &AuthenticationFault, language: Language) -> Explanation {
    match language {
        Language::English => in_english(method, fault),
        Language::Chinese => in_chinese(method, fault),
    }
}

fn in_english(method: &str, fault: &AuthenticationFault) -> Explanation {
    match fault {
        AuthenticationFault::NoProof | AuthenticationFault::WrongProof => Explanation::new(
            if matches!(fault, AuthenticationFault::NoProof) {
                format!("The server accepted, but did not prove that it knows the password ({method}).")
            } else {
                format!("The server's proof that it knows the password is wrong ({method}).")
            },
            "With this method the server too must show that it knows the password. Somebody else may answer in its place, so the connection was ended. Your password was not sent.",
            "Check host and port. Ask whoever runs the broker whether its accounts are set up for this method.",
        ),
        AuthenticationFault::WrongNonce => Explanation::new(
            format!("The server's answer belongs to another exchange ({method})."),
            "What it sent does not go on from the random number of this connection: an old answer was repeated, or something on the way mixes connections up.",
            "Try again. If it stays so, look for a proxy between here and the broker.",
        ),
        AuthenticationFault::NoData => Explanation::new(
            format!("The server asked to go on with {method}, but sent no data."),
            "This method needs a challenge to answer, so nothing could be said.",
            "The broker may speak another method under this name. Look into its log or manual for the methods it has.",
        ),
        AuthenticationFault::Refused { reason } => Explanation::new(
            format!("The server refused the authentication with {method}."),
            format!("It says: {reason}"),
            "Check user name and password, and that the account is set up for this method.",
        ),
        AuthenticationFault::TooManyIterations { count, most } => Explanation::new(
            format!("The server wants {count} iterations for {method}."),
            format!(
                "More than {most} are not computed, since a broken or hostile server could keep this computer busy for ever."
            ),
            "Lower the iterations in the broker's settings; some thousands are usual.",
        ),
        AuthenticationFault::Endless { rounds } => Explanation::new(
            format!("The server asked more than {rounds} times to go on with {method}."),
            "Each question was answered, and none of the answers satisfied it.",
            "Check the authentication data. The broker may want different answers to each question, which cannot be given here.",
        ),
        AuthenticationFault::Malformed { detail } => Explanation::new(
            format!("What the server said for {method} cannot be understood."),
            format!("What is wrong: {detail}"),
            "The broker may speak another method under this name. The packets that crossed show what it sent.",
        ),
    }
}

fn in_chinese(method: &str, fault: &AuthenticationFault) -> Explanation {
    match fault {
        AuthenticationFault::NoProof | AuthenticationFault::WrongProof => Explanation::new(
            if matches!(fault, AuthenticationFault::NoProof) {
                format!("服务器接受了连接，但没有证明它知道密码（{method}）。")
            } else {
                format!("服务器对密码的证明不正确（{method}）。")
            },
            "使用这种方法时，服务器也必须证明它知道密码。应答的可能不是真正的服务器，所以连接已断开。您的密码没有被发送。",
            "请检查主机和端口，并询问 Broker 的维护者，账号是否已为这种方法设置好。",
        ),
        AuthenticationFault::WrongNonce => Explanation::new(
            format!("服务器的应答属于另一次认证（{method}）。"),
            "它发送的内容与本次连接的随机数不符：可能是重放了旧的应答，或途中的设备混淆了连接。",
            "请重试。如果仍然如此，请检查途中是否有代理。",
        ),
        AuthenticationFault::NoData => Explanation::new(
            format!("服务器要求继续 {method} 认证，但没有发送数据。"),
            "这种方法需要回答服务器的质询，所以无法继续。",
            "Broker 可能用这个名称表示另一种方法。请在它的日志或手册中查看支持的方法。",
        ),
        AuthenticationFault::Refused { reason } => Explanation::new(
            format!("服务器拒绝了 {method} 认证。"),
            format!("它的说明：{reason}"),
            "请检查用户名和密码，以及账号是否已为这种方法设置好。",
        ),
        AuthenticationFault::TooManyIterations { count, most } => Explanation::new(
            format!("服务器要求为 {method} 迭代 {count} 次。"),
            format!("最多只计算 {most} 次，否则有问题或恶意的服务器会使本机一直忙碌。"),
            "请在 Broker 的设置中减少迭代次数，通常为几千次。",
        ),
        AuthenticationFault::Endless { rounds } => Explanation::new(
            format!("服务器要求继续 {method} 认证超过 {rounds} 次。"),
            "每次都作了回答，但服务器始终不满意。",
            "请检查认证数据。Broker 可能要求每次给出不同的回答，这里无法做到。",
        ),
        AuthenticationFault::Malformed { detail } => Explanation::new(
            format!("无法理解服务器为 {method} 发送的内容。"),
            format!("具体原因：{detail}"),
            "Broker 可能用这个名称表示另一种方法。已传输的报文可以看出它发送了什么。",
        ),
    }
}

pub(super) fn key(path: &str, fault: &KeyFault, language: Language) -> Explanation {
    match (fault, language) {
        (KeyFault::NoPassphrase, Language::English) => Explanation::new(
            format!("The private key in {path} is locked with a passphrase."),
            "Without the passphrase the client certificate cannot be used.",
            "Fill in the passphrase of the key, or unlock a copy: openssl pkey -in KEY -out NEW",
        ),
        (KeyFault::NoPassphrase, Language::Chinese) => Explanation::new(
            format!("{path} 中的私钥有密码保护。"),
            "没有私钥密码就无法使用客户端证书。",
            "请填写私钥的密码，或解锁一个副本：openssl pkey -in KEY -out NEW",
        ),
        (KeyFault::WrongPassphrase, Language::English) => Explanation::new(
            format!("The passphrase of the private key in {path} is wrong."),
            "The key could not be unlocked with it, so the client certificate cannot be used.",
            "Check the passphrase: it is the one of the key's file, not the password of the connection.",
        ),
        (KeyFault::WrongPassphrase, Language::Chinese) => Explanation::new(
            format!("{path} 中私钥的密码不正确。"),
            "用它无法解锁私钥，所以无法使用客户端证书。",
            "请检查私钥密码：它是密钥文件的密码，不是连接的密码。",
        ),
        (KeyFault::OldForm, Language::English) => Explanation::new(
            format!("The private key in {path} is locked in an old form (Proc-Type: 4,ENCRYPTED)."),
            "This form guards a key badly, and is not read here.",
            "Make a copy in the form of today, with the same passphrase: openssl pkcs8 -topk8 -in KEY -out NEW",
        ),
        (KeyFault::OldForm, Language::Chinese) => Explanation::new(
            format!("{path} 中的私钥使用了旧的加密格式（Proc-Type: 4,ENCRYPTED）。"),
            "这种格式对私钥的保护很弱，这里不支持读取。",
            "请用同样的密码转换为现在的格式：openssl pkcs8 -topk8 -in KEY -out NEW",
        ),
        (KeyFault::UnknownForm { detail }, Language::English) => Explanation::new(
            format!("The private key in {path} is locked in a way that is not known here."),
            format!("What is wrong: {detail}"),
            "Make a copy in a form of today, with the same passphrase: openssl pkcs8 -topk8 -v2 aes-256-cbc -in KEY -out NEW",
        ),
        (KeyFault::UnknownForm { detail }, Language::Chinese) => Explanation::new(
            format!("{path} 中私钥的加密方式无法识别。"),
            format!("具体原因：{detail}"),
            "请用同样的密码转换为现在的格式：openssl pkcs8 -topk8 -v2 aes-256-cbc -in KEY -out NEW",
        ),
    }
}
