//! The return codes and reason codes that end a connection: name, meaning and advice, in both languages.

use crate::language::Language;

/// Name, meaning and advice.
pub(super) type Words = [&'static str; 3];

/// A code in both languages.
pub(super) struct Code {
    /// As it crosses.
    pub(super) number: u8,
    english: Words,
    chinese: Words,
}

impl Code {
    /// Name, meaning and advice in a language.
    pub(super) const fn words(&self, language: Language) -> &Words {
        match language {
            Language::English => &self.english,
            Language::Chinese => &self.chinese,
        }
    }
}

const fn code(number: u8, english: Words, chinese: Words) -> Code {
    Code { number, english, chinese }
}

/// CONNACK of 3.1 and 3.1.1.
pub(super) static RETURN_CODES: [Code; 5] = [
    code(
        1,
        [
            "unacceptable protocol version",
            "The server does not speak the MQTT version that this connection asks for.",
            "Choose another MQTT version.",
        ],
        ["不支持的协议版本", "服务器不支持这个连接所用的 MQTT 版本。", "请换一个 MQTT 版本。"],
    ),
    code(
        2,
        [
            "identifier rejected",
            "The server does not accept this client ID: its form, its length, or because it is not on its list.",
            "Check the client ID. Some services give you one, and MQTT 3.1 servers may take 23 characters at most.",
        ],
        [
            "客户端 ID 被拒绝",
            "服务器不接受这个客户端 ID：格式或长度不符，或者不在允许的名单里。",
            "请检查客户端 ID。有些平台要求使用它分配的 ID；MQTT 3.1 的服务器可能最多接受 23 个字符。",
        ],
    ),
    code(
        3,
        [
            "server unavailable",
            "The server was reached, but its MQTT service is not ready.",
            "Wait a little and connect again, or ask whoever runs the server.",
        ],
        ["服务不可用", "已连到服务器，但它的 MQTT 服务暂不可用。", "请稍后重新连接，或询问服务器的维护者。"],
    ),
    code(
        4,
        [
            "bad user name or password",
            "The server does not know this user name, or the password is wrong.",
            "Type user name and password again; capital letters matter.",
        ],
        [
            "用户名或密码错误",
            "服务器不认识这个用户名，或者密码不对。",
            "请重新输入用户名和密码，注意大小写。",
        ],
    ),
    code(
        5,
        [
            "not authorized",
            "The server does not let this client connect.",
            "Check user name, password and client ID, and whether the account may connect from here.",
        ],
        [
            "未获授权",
            "服务器不允许这个客户端连接。",
            "请检查用户名、密码和客户端 ID，以及该账户是否有权从这里连接。",
        ],
    ),
];

/// DISCONNECT of 5.0, where the number means something else elsewhere.
pub(super) static DISCONNECT_CODES: [Code; 1] = [code(
    0,
    [
        "normal disconnection",
        "The server ended the connection on purpose, and nothing is wrong.",
        "Connect again when you need the connection.",
    ],
    ["正常断开", "服务器主动结束了连接，没有出错。", "需要时重新连接即可。"],
)];

/// CONNACK and DISCONNECT of 5.0.
pub(super) static REASON_CODES: [Code; 33] = [
    code(
        0x80,
        [
            "unspecified error",
            "The server does not say more.",
            "Look at the broker's log, then connect again.",
        ],
        ["未说明的错误", "服务器没有给出更多信息。", "请查看 Broker 的日志，然后重新连接。"],
    ),
    code(
        0x81,
        [
            "malformed packet",
            "The server could not read a packet that was sent.",
            "Look at the last packet sent in Packets, and try another MQTT version.",
        ],
        [
            "报文格式错误",
            "服务器无法解析收到的报文。",
            "请在“报文”中查看最后发送的报文，或换一个 MQTT 版本。",
        ],
    ),
    code(
        0x82,
        [
            "protocol error",
            "The server holds that a packet breaks the rules of MQTT.",
            "Look at the last packet sent in Packets.",
        ],
        ["协议错误", "服务器认为某个报文违反了 MQTT 规则。", "请在“报文”中查看最后发送的报文。"],
    ),
    code(
        0x83,
        [
            "implementation specific error",
            "The packet is legal, but this server does not accept it.",
            "Look at the broker's log or manual.",
        ],
        ["服务器自定的错误", "报文合法，但这个服务器不接受。", "请查看 Broker 的日志或手册。"],
    ),
    code(
        0x84,
        [
            "unsupported protocol version",
            "The server does not speak the MQTT version that this connection asks for.",
            "Choose another MQTT version.",
        ],
        ["不支持的协议版本", "服务器不支持这个连接所用的 MQTT 版本。", "请换一个 MQTT 版本。"],
    ),
    code(
        0x85,
        [
            "client identifier not valid",
            "The server does not accept this client ID.",
            "Check the client ID, or leave it empty so that the server assigns one.",
        ],
        ["客户端 ID 无效", "服务器不接受这个客户端 ID。", "请检查客户端 ID，或者留空由服务器分配。"],
    ),
    code(
        0x86,
        [
            "bad user name or password",
            "The server does not know this user name, or the password is wrong.",
            "Type user name and password again; capital letters matter.",
        ],
        [
            "用户名或密码错误",
            "服务器不认识这个用户名，或者密码不对。",
            "请重新输入用户名和密码，注意大小写。",
        ],
    ),
    code(
        0x87,
        [
            "not authorized",
            "The server does not allow this client to do that.",
            "Check user name, password and client ID, and the rights of the account.",
        ],
        ["未获授权", "服务器不允许这个客户端这样做。", "请检查用户名、密码和客户端 ID，以及账户的权限。"],
    ),
    code(
        0x88,
        [
            "server unavailable",
            "The server was reached, but its MQTT service is not ready.",
            "Wait a little and connect again.",
        ],
        ["服务不可用", "已连到服务器，但它的 MQTT 服务暂不可用。", "请稍后重新连接。"],
    ),
    code(
        0x89,
        ["server busy", "The server has too much to do just now.", "Wait a little and connect again."],
        ["服务器繁忙", "服务器当前负载过高。", "请稍后重新连接。"],
    ),
    code(
        0x8a,
        [
            "banned",
            "Whoever runs the server has shut this client out.",
            "Ask whoever runs the server; a new client ID may be needed.",
        ],
        ["已被禁止", "服务器的维护者禁止了这个客户端。", "请联系服务器的维护者；可能需要换客户端 ID。"],
    ),
    code(
        0x8b,
        [
            "server shutting down",
            "The broker is being stopped or restarted.",
            "Wait until it runs again, then connect.",
        ],
        ["服务器正在关闭", "Broker 正在停止或重启。", "等它重新运行后再连接。"],
    ),
    code(
        0x8c,
        [
            "bad authentication method",
            "The server does not know the way of logging in that was asked for.",
            "Ask which authentication method the server expects.",
        ],
        ["认证方法无效", "服务器不支持所用的认证方法。", "请确认服务器要求的认证方法。"],
    ),
    code(
        0x8d,
        [
            "keep alive timeout",
            "The server heard nothing for one and a half times the keep alive.",
            "Check the network; on a slow one, raise the keep alive.",
        ],
        ["保活超时", "服务器在 1.5 倍保活间隔内没有收到任何报文。", "请检查网络；网络较慢时把保活间隔调大。"],
    ),
    code(
        0x8e,
        [
            "session taken over",
            "Another client connected with the same client ID, and a server keeps only the newest. That may be this same connection, open in a second window or on another computer.",
            "Close the other one, or give each client a client ID of its own (Generate client ID).",
        ],
        [
            "会话被接管",
            "另一个客户端用相同的客户端 ID 登录，服务器只保留最新的一个。也可能是同一个连接在另一个窗口或另一台计算机上打开着。",
            "请关闭另一个，或让每个客户端使用不同的客户端 ID（点“生成客户端 ID”）。",
        ],
    ),
    code(
        0x8f,
        [
            "topic filter invalid",
            "The server does not accept a topic filter of this client.",
            "Check the subscriptions: + stands for one whole level, # only at the end.",
        ],
        ["主题过滤器无效", "服务器不接受某个主题过滤器。", "请检查订阅：+ 代表完整的一层，# 只能放在最后。"],
    ),
    code(
        0x90,
        [
            "topic name invalid",
            "The server does not accept a topic name, that of the will perhaps.",
            "Check the topic: no + and #, and what the server allows.",
        ],
        [
            "主题名无效",
            "服务器不接受某个主题名（可能是遗嘱的主题）。",
            "请检查主题：不能含 + 和 #，并符合服务器的规定。",
        ],
    ),
    code(
        0x93,
        [
            "receive maximum exceeded",
            "More messages were under way than the server had allowed.",
            "Publish more slowly, or with QoS 0.",
        ],
        ["超过接收上限", "同时等待确认的消息超过了服务器允许的数量。", "请放慢发布速度，或使用 QoS 0。"],
    ),
    code(
        0x94,
        [
            "topic alias invalid",
            "A message used a topic alias that the server does not allow.",
            "Look at the last Publish in Packets, and send the whole topic.",
        ],
        [
            "主题别名无效",
            "消息使用了服务器不允许的主题别名。",
            "请在“报文”中查看最后的 Publish，改为发送完整主题。",
        ],
    ),
    code(
        0x95,
        ["packet too large", "A packet is larger than the server takes.", "Send a shorter payload."],
        ["报文过大", "报文超过了服务器允许的大小。", "请缩短载荷。"],
    ),
    code(
        0x96,
        ["message rate too high", "Messages came faster than the server allows.", "Publish more slowly."],
        ["消息速率过高", "消息发送得比服务器允许的更快。", "请放慢发布速度。"],
    ),
    code(
        0x97,
        [
            "quota exceeded",
            "A limit of the server or of the account is reached.",
            "Wait until the limit is lifted, or ask whoever runs the server.",
        ],
        ["超出配额", "已达到服务器或账户的限额。", "请等待限额恢复，或联系服务器的维护者。"],
    ),
    code(
        0x98,
        [
            "administrative action",
            "Whoever runs the server ended the connection.",
            "Ask whoever runs the server.",
        ],
        ["管理操作", "服务器的管理员断开了这个连接。", "请联系服务器的管理员。"],
    ),
    code(
        0x99,
        [
            "payload format invalid",
            "A payload is said to be text and is not.",
            "Check the payload, or leave the payload format indicator out.",
        ],
        ["载荷格式无效", "载荷声明为文本，实际却不是。", "请检查载荷，或去掉载荷格式标识。"],
    ),
    code(
        0x9a,
        ["retain not supported", "The server keeps no retained messages.", "Publish without Retain."],
        ["不支持保留消息", "服务器不保存保留消息。", "发布时不要勾选“保留”。"],
    ),
    code(
        0x9b,
        ["QoS not supported", "The server does not offer this QoS.", "Use a lower QoS."],
        ["不支持该 QoS", "服务器不提供这个 QoS 等级。", "请使用较低的 QoS。"],
    ),
    code(
        0x9c,
        [
            "use another server",
            "For now, another server is to be used.",
            "Look for the server reference in the packet, and connect there.",
        ],
        [
            "请使用另一服务器",
            "服务器要求暂时改用另一台服务器。",
            "请在报文中查看服务器参考（server reference），连接到那里。",
        ],
    ),
    code(
        0x9d,
        [
            "server moved",
            "The server has moved for good.",
            "Look for the server reference in the packet, and change the host of this connection.",
        ],
        [
            "服务器已迁移",
            "服务器已永久迁移。",
            "请在报文中查看服务器参考（server reference），并修改这个连接的主机。",
        ],
    ),
    code(
        0x9e,
        [
            "shared subscriptions not supported",
            "The server offers no filters that begin with $share.",
            "Subscribe to the filter without $share and the group's name.",
        ],
        ["不支持共享订阅", "服务器不支持以 $share 开头的过滤器。", "请去掉 $share 和组名后再订阅。"],
    ),
    code(
        0x9f,
        [
            "connection rate exceeded",
            "Too many connections were made in a short time.",
            "Wait a little and connect again; look for a client that reconnects without end.",
        ],
        ["连接过于频繁", "短时间内建立了太多连接。", "请稍后重新连接，并检查是否有客户端在不停重连。"],
    ),
    code(
        0xa0,
        ["maximum connect time", "The server allows a connection this long and no longer.", "Connect again."],
        ["达到最长连接时间", "服务器限制了单次连接的时长。", "请重新连接。"],
    ),
    code(
        0xa1,
        [
            "subscription identifiers not supported",
            "The server does not take subscription identifiers.",
            "Leave the subscription identifier empty.",
        ],
        ["不支持订阅标识符", "服务器不接受订阅标识符。", "请把订阅标识符留空。"],
    ),
    code(
        0xa2,
        [
            "wildcard subscriptions not supported",
            "The server does not take + and # in topic filters.",
            "Subscribe to whole topic names.",
        ],
        ["不支持通配符订阅", "服务器不接受含 + 或 # 的主题过滤器。", "请订阅完整的主题名。"],
    ),
];
