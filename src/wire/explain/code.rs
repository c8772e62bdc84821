//! What return and reason codes tell, and what to try.

use super::what::Both;
use crate::wire::{PacketType, Version};

/// A sentence on a code, where there is more to say than its name.
pub(super) const fn advice(packet: PacketType, version: Version, code: u8) -> Option<Both> {
    // CONNACK's codes 1 to 5 are those of 3.x in every version (see `reason_name`).
    if let PacketType::Connack = packet
        && code < 0x80
    {
        return return_code(code);
    }
    if let PacketType::Suback = packet {
        match (code, version) {
            (0..=2, _) => {
                return Some((
                    "The server granted the subscription at this QoS; it may be lower than what was asked for.",
                    "服务端以此 QoS 授予了订阅；它可能低于所请求的值。",
                ));
            }
            (0x80, Version::V3_1_1) => {
                return Some((
                    "The server refused the subscription: often the filter is not allowed for this user.",
                    "服务端拒绝了订阅：常见原因是该用户无权订阅此过滤器。",
                ));
            }
            _ => {}
        }
    }
    Some(match code {
        0x00 => match packet {
            PacketType::Disconnect => (
                "The connection is closed in good order, and the will is not published.",
                "连接正常关闭，遗嘱不会发布。",
            ),
            _ => return None,
        },
        0x04 => (
            "The client goes, and asks the server to publish the will all the same.",
            "客户端离开，但仍请服务端发布遗嘱。",
        ),
        0x10 => (
            "The message was taken, but nobody has subscribed to its topic.",
            "消息已接收，但没有人订阅该主题。",
        ),
        0x11 => (
            "There was no such subscription; check that the filter is written as in SUBSCRIBE.",
            "没有这个订阅；请检查过滤器是否与 SUBSCRIBE 中写法一致。",
        ),
        0x18 => (
            "The exchange goes on: the other side answers with another AUTH.",
            "认证继续进行：另一方再发一个 AUTH 作答。",
        ),
        0x19 => (
            "The client starts the authentication again on the open connection.",
            "客户端在现有连接上重新开始认证。",
        ),
        0x80 => (
            "It failed, and the sender does not want to say why. The server's log may tell more.",
            "失败了，但对方不愿说明原因。服务端日志里或许有更多信息。",
        ),
        0x81 => (
            "A packet could not be read. The one sent just before is the one to look at.",
            "有报文无法解析。请检查刚刚发送的那个报文。",
        ),
        0x82 => (
            "A packet could be read but was against the rules. The one sent just before is the one to look at.",
            "报文可以解析，但违反了协议。请检查刚刚发送的那个报文。",
        ),
        0x83 => {
            ("The packet is right, but this server does not take it.", "报文本身没有错，但此服务端不接受。")
        }
        0x84 => (
            "The server does not speak this version of MQTT: try 3.1.1 instead of 5.0, or 3.1.",
            "服务端不支持此 MQTT 版本：请改用 3.1.1 或 3.1。",
        ),
        0x85 => (
            "The server does not take this client identifier: try another, shorter, or of letters and digits only.",
            "服务端不接受此客户端标识符：请换一个、缩短，或只用字母和数字。",
        ),
        0x86 => (
            "The server does not know this user name, or the password is wrong.",
            "服务端不认识此用户名，或密码错误。",
        ),
        0x87 => (
            "The client is known, but may not do this. The server's access rules decide.",
            "客户端身份有效，但无权这样做。由服务端的访问规则决定。",
        ),
        0x88 => (
            "The server is there but cannot serve. Try again later.",
            "服务端在运行，但无法提供服务。请稍后再试。",
        ),
        0x89 => ("The server has too much to do. Try again later.", "服务端太忙。请稍后再试。"),
        0x8a => ("The server's administrator has banned this client.", "此客户端已被服务端管理员禁止。"),
        0x8b => ("The server is being shut down.", "服务端正在关闭。"),
        0x8c => (
            "The authentication method is not supported, or not the one in use.",
            "不支持此认证方法，或与当前使用的方法不一致。",
        ),
        0x8d => (
            "Nothing came from the client for one and a half times the keep alive.",
            "超过 1.5 倍保持连接时间没有收到客户端的任何报文。",
        ),
        0x8e => (
            "Another connection used the same client identifier. Give each client its own.",
            "另一个连接使用了相同的客户端标识符。请让每个客户端使用各自的标识符。",
        ),
        0x8f => (
            "The topic filter is well-formed, but this server does not take it.",
            "主题过滤器格式正确，但此服务端不接受。",
        ),
        0x90 => (
            "The topic name is well-formed, but this client or server does not take it.",
            "主题名格式正确，但此客户端或服务端不接受。",
        ),
        0x91 => (
            "The packet identifier is already in use: the two sides hold different states of the session.",
            "报文标识符已在使用：双方的会话状态不一致。",
        ),
        0x92 => (
            "The packet identifier is not known: the two sides hold different states of the session.",
            "报文标识符不存在：双方的会话状态不一致。",
        ),
        0x93 => (
            "More messages were sent without acknowledgement than receive maximum allows.",
            "未确认的消息数超过了接收最大值。",
        ),
        0x94 => (
            "A topic alias was 0, above the topic alias maximum, or set for no topic yet.",
            "主题别名为 0、超过主题别名最大值，或尚未对应任何主题。",
        ),
        0x95 => ("A packet was larger than the maximum packet size.", "报文超过了最大报文长度。"),
        0x96 => {
            ("Messages came faster than the receiver takes them.", "消息到达的速度超过了接收方的处理能力。")
        }
        0x97 => ("A limit set by the administrator is used up.", "管理员设定的配额已用完。"),
        0x98 => ("An administrator closed the connection.", "管理员关闭了连接。"),
        0x99 => ("The payload is not what the payload format indicator says.", "载荷与载荷格式指示不符。"),
        0x9a => (
            "The server does not keep retained messages: publish without retain.",
            "服务端不支持保留消息：请不带保留标志发布。",
        ),
        0x9b => ("The QoS is above the server's maximum QoS.", "QoS 超过了服务端的最大 QoS。"),
        0x9c => (
            "Use another server for now; a server reference may name it.",
            "请暂时改用另一台服务端；服务端参考属性可能给出了它。",
        ),
        0x9d => (
            "The server has moved for good; a server reference may say where.",
            "服务端已永久迁移；服务端参考属性可能给出了新地址。",
        ),
        0x9e => ("This server has no shared subscriptions.", "此服务端不支持共享订阅。"),
        0x9f => (
            "Too many connections in a short time. Wait before the next.",
            "短时间内连接过多。请等一会儿再连。",
        ),
        0xa0 => ("The longest time allowed for a connection is over.", "已达到允许的最长连接时间。"),
        0xa1 => ("This server takes no subscription identifiers.", "此服务端不支持订阅标识符。"),
        0xa2 => {
            ("This server takes no wildcards in topic filters.", "此服务端不支持在主题过滤器中使用通配符。")
        }
        _ => return None,
    })
}

const fn return_code(code: u8) -> Option<Both> {
    Some(match code {
        0 => ("The server let the client in.", "服务端接受了连接。"),
        1 => (
            "The server does not speak this version of MQTT: try another.",
            "服务端不支持此 MQTT 版本：请换一个版本。",
        ),
        2 => (
            "The client identifier is well-formed UTF-8, but the server does not take it: try another, or a shorter one.",
            "客户端标识符格式正确，但服务端不接受：请换一个，或缩短它。",
        ),
        3 => (
            "The network connection was made, but the MQTT service is not available. Try again later.",
            "网络连接已建立，但 MQTT 服务不可用。请稍后再试。",
        ),
        4 => ("The user name or the password is malformed or wrong.", "用户名或密码格式不对或不正确。"),
        5 => ("The client is not allowed to connect.", "客户端无权连接。"),
        _ => return None,
    })
}
