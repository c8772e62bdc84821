//! What each field is and which values it may have, in two languages.

use super::property;
use crate::wire::{FieldKind, PacketType, Version};

/// English and Chinese.
pub(super) type Both = (&'static str, &'static str);

/// What the field is, whatever its value.
pub(super) fn what(kind: FieldKind, version: Version, packet: Option<PacketType>) -> Both {
    match kind {
        FieldKind::FixedHeader => (
            "Every control packet begins with a fixed header: one byte with the packet type and its flags, then the remaining length in one to four bytes.",
            "每个控制报文都以固定报头开始：一个字节放报文类型和标志，随后一到四个字节放剩余长度。",
        ),
        FieldKind::PacketType => (
            "The high four bits of the first byte say which of the control packets this is.",
            "第一个字节的高四位说明这是哪一种控制报文。",
        ),
        FieldKind::Reserved if version == Version::V3_1 => (
            "The low four bits of the first byte are DUP, QoS (two bits) and retain. 3.1 uses them in PUBLISH, PUBREL, SUBSCRIBE and UNSUBSCRIBE only; in this packet they mean nothing.",
            "第一个字节的低四位依次是 DUP、QoS（两位）和保留标志。3.1 只在 PUBLISH、PUBREL、SUBSCRIBE、UNSUBSCRIBE 中使用它们，在这种报文中没有意义。",
        ),
        FieldKind::Reserved => (
            "The low four bits of the first byte carry flags in PUBLISH only. In PUBREL, SUBSCRIBE and UNSUBSCRIBE they are `0010`, in every other packet `0000`; a receiver closes the connection otherwise.",
            "第一个字节的低四位只在 PUBLISH 中用作标志。PUBREL、SUBSCRIBE、UNSUBSCRIBE 中固定为 `0010`，其余报文固定为 `0000`；否则接收方会关闭连接。",
        ),
        FieldKind::Dup if packet != Some(PacketType::Publish) => (
            "DUP says whether the sender has sent this packet before: 0 the first time, 1 when it is sent again because no answer came. 3.1 alone has it beside PUBLISH; from 3.1.1 on this bit is reserved here and 0.",
            "DUP 表示发送方是否已经发过这个报文：第一次发送为 0，没收到应答而重发时为 1。除 PUBLISH 外只有 3.1 有此标志；从 3.1.1 起此位在这里保留，为 0。",
        ),
        FieldKind::Qos if packet != Some(PacketType::Publish) => (
            "In 3.1 this packet always has QoS 1, in two bits `01`: it is answered, and may be sent again until it is. It says nothing of the QoS of messages. From 3.1.1 on the same two bits stand here without a meaning.",
            "3.1 中这种报文的 QoS 总是 1，两位为 `01`：它会得到应答，在此之前可以重发。这与消息的 QoS 无关。从 3.1.1 起这两位照旧，但不再有含义。",
        ),
        FieldKind::Retain if packet != Some(PacketType::Publish) => (
            "Retain means something in PUBLISH only. 3.1 does not use this bit here; it is normally 0.",
            "保留标志只在 PUBLISH 中有意义。3.1 在这里不使用此位，通常为 0。",
        ),
        FieldKind::Dup => (
            "DUP says whether the sender has sent this message before: 0 the first time, 1 when it is sent again because no acknowledgement came. At QoS 0 it is always 0.",
            "DUP 表示发送方是否已经发过这条消息：第一次发送为 0，没收到确认而重发时为 1。QoS 0 时总是 0。",
        ),
        FieldKind::Qos => (
            "Quality of service, in two bits: how surely the message is delivered. `00` at most once (no acknowledgement), `01` at least once (PUBACK), `10` exactly once (PUBREC, PUBREL, PUBCOMP); `11` is forbidden.",
            "服务质量，占两位，表示消息送达的可靠程度。`00` 最多一次（不确认），`01` 至少一次（用 PUBACK 确认），`10` 恰好一次（PUBREC、PUBREL、PUBCOMP 三步），`11` 禁止使用。",
        ),
        FieldKind::Retain if version == Version::V5_0 => (
            "Sent to a server, 1 asks it to keep this message as the topic's last known value. Sent to a client, 1 says that the message was kept from earlier and not published just now; or, if the subscription asks for retain as published, that its publisher set the flag.",
            "发往服务端时，1 表示请它把这条消息保留为该主题的最新值。发往客户端时，1 表示这是之前保留的消息，而不是刚刚发布的；若订阅选择了按发布保留，则表示发布者设置了此标志。",
        ),
        FieldKind::Retain => (
            "Sent to a server, 1 asks it to keep this message as the topic's last known value. Sent to a client, 1 says that the message was kept from earlier and not published just now.",
            "发往服务端时，1 表示请它把这条消息保留为该主题的最新值。发往客户端时，1 表示这是之前保留的消息，而不是刚刚发布的。",
        ),
        FieldKind::RemainingLength => (
            "How many bytes of this packet follow behind this field: variable header and payload together. One to four bytes; each gives seven bits, the lowest first, and its highest bit says whether another follows. The largest is 268,435,455.",
            "本字段之后这个报文还有多少字节，即可变报头与有效载荷之和。占一到四个字节：每个字节提供七位，低位在前，最高位为 1 表示后面还有一个字节。最大为 268,435,455。",
        ),
        FieldKind::VariableHeader => (
            "What this type of packet needs to say before its payload. Which fields stand here depends on the packet type.",
            "这种报文在有效载荷之前要说明的内容。包含哪些字段取决于报文类型。",
        ),
        FieldKind::PayloadGroup => match packet {
            Some(PacketType::Connect) => (
                "Who connects: client identifier, will, user name and password, in this order. The connect flags say which of them are present.",
                "连接者的信息：依次为客户端标识符、遗嘱、用户名、密码。哪些存在由连接标志决定。",
            ),
            Some(PacketType::Subscribe) => (
                "The topic filters asked for, each followed by a byte with the QoS wanted for it.",
                "请求订阅的主题过滤器，每个后面跟一个字节，给出希望的 QoS。",
            ),
            Some(PacketType::Unsubscribe) => (
                "The topic filters given up. Each must be written exactly as in the SUBSCRIBE.",
                "要取消的主题过滤器，写法必须与 SUBSCRIBE 中完全一致。",
            ),
            _ => (
                "One code for each topic filter of the request, in the same order.",
                "请求中的每个主题过滤器对应一个代码，顺序相同。",
            ),
        },
        FieldKind::ProtocolName => (
            "Names the protocol, so that a server knows what talks to it: `MQTT` since 3.1.1, `MQIsdp` in 3.1.",
            "协议的名字，让服务端知道对方说的是什么协议：3.1.1 起为 `MQTT`，3.1 为 `MQIsdp`。",
        ),
        FieldKind::ProtocolVersion => (
            "The protocol level: 3 is MQTT 3.1, 4 is 3.1.1, 5 is 5.0. A server that does not speak it refuses the connection.",
            "协议级别：3 表示 MQTT 3.1，4 表示 3.1.1，5 表示 5.0。服务端不支持时会拒绝连接。",
        ),
        FieldKind::ConnectFlags => (
            "One byte, one bit for each choice; will QoS takes two.",
            "一个字节，每一位是一个选择；遗嘱 QoS 占两位。",
        ),
        FieldKind::UsernameFlag => {
            ("Bit 7: whether a user name stands in the payload.", "第 7 位：有效载荷中是否带有用户名。")
        }
        FieldKind::PasswordFlag => (
            "Bit 6: whether a password stands in the payload. In 3.1 and 3.1.1 a password needs a user name.",
            "第 6 位：有效载荷中是否带有密码。在 3.1 和 3.1.1 中，有密码就必须有用户名。",
        ),
        FieldKind::WillRetain => (
            "Bit 5: whether the server retains the will when it publishes it. Without a will it is 0.",
            "第 5 位：服务端发布遗嘱时是否将其保留。没有遗嘱时为 0。",
        ),
        FieldKind::WillQos => (
            "Bits 4 and 3: the quality of service at which the will is published. `00` at most once, `01` at least once, `10` exactly once; `11` is forbidden. Without a will it is `00`.",
            "第 4、3 位：发布遗嘱时的服务质量。`00` 最多一次，`01` 至少一次，`10` 恰好一次，`11` 禁止使用。没有遗嘱时为 `00`。",
        ),
        FieldKind::WillFlag => (
            "Bit 2: whether the client leaves a will. The server publishes it when the connection ends without a normal DISCONNECT: after an I/O or network error, when the keep alive runs out, when the client just closes, or when the server closes because of a protocol error.",
            "第 2 位：客户端是否留下遗嘱。连接未经正常的 DISCONNECT 就结束时，服务端发布遗嘱：例如发生 I/O 或网络错误、超过保持连接时间、客户端直接关闭连接，或服务端因协议错误关闭连接。",
        ),
        FieldKind::CleanSession if version == Version::V5_0 => (
            "Bit 1: 1 discards what the server still holds for this client identifier and starts anew; 0 goes on with that session if there is one. How long the session lives after the connection is the session expiry interval's business.",
            "第 1 位：1 表示丢弃服务端为该客户端标识符保存的会话，全新开始；0 表示若有旧会话就继续使用。连接断开后会话还保留多久，由会话过期间隔决定。",
        ),
        FieldKind::CleanSession => (
            "Bit 1: 1 starts a session without a past, which ends with this connection. 0 goes on with the session kept under this client identifier: its subscriptions, and messages of QoS 1 and 2 that were not delivered.",
            "第 1 位：1 表示开始一个没有历史的会话，随本次连接结束。0 表示继续使用该客户端标识符名下保存的会话：其中有订阅关系，以及尚未送达的 QoS 1、QoS 2 消息。",
        ),
        FieldKind::ConnectReserved => (
            "Bit 0 is reserved and must be 0; the server checks it.",
            "第 0 位是保留位，必须为 0；服务端会检查。",
        ),
        FieldKind::KeepAlive => (
            "The longest time in seconds that the client may be silent; with nothing else to send it sends PINGREQ. The server closes the connection after one and a half times as long. 0 turns this off.",
            "客户端允许保持沉默的最长时间，单位为秒；没有别的可发时就发 PINGREQ。服务端在 1.5 倍时间内没收到任何报文就关闭连接。0 表示关闭此机制。",
        ),
        FieldKind::Properties => (
            "Properties, new in 5.0: a length, then that many bytes of them, each an identifier and a value.",
            "属性，5.0 新增：先是长度，然后是相应字节数的属性，每个属性由标识符和值组成。",
        ),
        FieldKind::WillProperties => (
            "Properties of the will: they go with the message when the server publishes it.",
            "遗嘱的属性：服务端发布遗嘱时随消息一起发送。",
        ),
        FieldKind::PropertyLength => (
            "How many bytes of properties follow; 0 if there are none. Written like the remaining length: seven bits a byte, the lowest first.",
            "后面的属性一共有多少字节；没有属性时为 0。写法与剩余长度相同：每字节七位，低位在前。",
        ),
        FieldKind::PropertyId => (
            "Says which property this is, and so how its value is to be read.",
            "说明这是哪个属性，也就决定了它的值该怎样读。",
        ),
        FieldKind::Property(property) | FieldKind::PropertyValue(property) => property::what(property),
        FieldKind::UserPropertyKey => (
            "The name of a user property, free to choose. The same name may stand more than once.",
            "用户属性的名称，可自由选取。同一名称可以出现多次。",
        ),
        FieldKind::UserPropertyValue => {
            ("The value of a user property, free to choose.", "用户属性的值，可自由选取。")
        }
        FieldKind::ClientId => (
            "The client's name at the server; the session is kept under it. No two clients may use the same one at a time: the server closes the older connection. Empty lets the server choose (not in 3.1). 3.1 allows 23 characters; most servers take more.",
            "客户端在服务端的名字，会话以它为名保存。两个客户端不能同时使用同一个：服务端会关闭较早的连接。留空则由服务端分配（3.1 不可）。3.1 规定最多 23 个字符，多数服务端接受更长的。",
        ),
        FieldKind::Will => (
            "The will: a message that the server publishes for the client if the connection ends without a normal DISCONNECT.",
            "遗嘱：如果连接未经正常的 DISCONNECT 就结束，服务端替客户端发布的消息。",
        ),
        FieldKind::WillTopic => {
            ("The topic on which the server publishes the will.", "服务端发布遗嘱时使用的主题。")
        }
        FieldKind::WillPayload => ("What the will says; any bytes.", "遗嘱的内容，可以是任意字节。"),
        FieldKind::Username => (
            "The name under which the client asks to be let in; the server checks it together with the password.",
            "客户端用来登录的名字，服务端将它和密码一起核对。",
        ),
        FieldKind::Password => (
            "The password that goes with the user name. It crosses the network as it stands here, unless TLS hides it.",
            "与用户名配套的密码。除非使用 TLS，否则它就这样明文经过网络。",
        ),
        FieldKind::ConnackFlags => {
            ("One byte of which only bit 0 is used: session present.", "一个字节，只用到第 0 位：会话存在。")
        }
        FieldKind::ConnackReserved => {
            ("Bits 7 to 1 are reserved and must be 0.", "第 7 到 1 位是保留位，必须为 0。")
        }
        FieldKind::SessionPresent => (
            "Whether the server still has a session of this client and goes on with it. After a clean session or clean start, and when the connection is refused, it is 0.",
            "服务端是否还保存着该客户端的会话并继续使用。清理会话（全新开始）之后，以及连接被拒绝时，都为 0。",
        ),
        FieldKind::ReturnCode => (
            "The server's answer to CONNECT: 0 accepted; 1 unacceptable protocol version; 2 identifier rejected; 3 server unavailable; 4 bad user name or password; 5 not authorized.",
            "服务端对 CONNECT 的答复：0 已接受；1 不支持的协议版本；2 客户端标识符被拒绝；3 服务端不可用；4 用户名或密码错误；5 未授权。",
        ),
        FieldKind::GrantedQos if version == Version::V3_1 => (
            "The answer to one topic filter: 0, 1 or 2 is the highest QoS granted. 3.1 has no way to refuse.",
            "对一个主题过滤器的答复：0、1、2 是授予的最高 QoS。3.1 没有表示拒绝的代码。",
        ),
        FieldKind::GrantedQos => (
            "The answer to one topic filter: 0, 1 or 2 is the highest QoS granted, 128 (`0x80`) a refusal.",
            "对一个主题过滤器的答复：0、1、2 是授予的最高 QoS，128（`0x80`）表示拒绝。",
        ),
        FieldKind::ReasonCode => (
            "How it went, in one byte: below `0x80` is success, `0x80` and above is failure.",
            "用一个字节说明结果：小于 `0x80` 为成功，`0x80` 及以上为失败。",
        ),
        FieldKind::PacketId => (
            "Ties a request to its answers: the acknowledgement carries the same number. 1 to 65535; each side numbers on its own, and a number is free again when the exchange is over.",
            "把请求和它的应答联系起来：确认报文带有同样的编号。取值 1 到 65535；双方各自编号，一次交互结束后编号即可再用。",
        ),
        FieldKind::Topic => (
            "What the message is about: levels separated by `/`. Wildcards are not allowed here. In 5.0 it may be empty if a topic alias stands for it.",
            "消息所属的主题，各层用 `/` 分隔。这里不允许使用通配符。在 5.0 中，若用主题别名代替，可以为空。",
        ),
        FieldKind::Payload => (
            "The application message itself: everything to the end of the packet. MQTT does not look into it; any bytes are allowed, also none. Sent to a server with retain 1 and no bytes, it deletes the message retained for the topic.",
            "应用消息本身：一直到报文末尾。MQTT 不关心其内容，任意字节都可以，也可以为空。若发往服务端时保留标志为 1 而内容为空，则删除该主题已保留的消息。",
        ),
        FieldKind::Subscription => (
            "One subscription: a topic filter, then a byte with its options.",
            "一个订阅：主题过滤器，后面跟一个字节的选项。",
        ),
        FieldKind::TopicFilter => (
            "Which topics are meant. `+` stands for one level, `#` for all levels from here on; other levels must be equal. A filter that begins with a wildcard does not take topics that begin with `$`.",
            "指哪些主题。`+` 代表一层，`#` 代表此后的所有层，其余各层必须完全相同。以通配符开头的过滤器不匹配以 `$` 开头的主题。",
        ),
        FieldKind::RequestedQos | FieldKind::MaxQos => (
            "The highest QoS at which the server may send messages of this subscription. A message comes at its own QoS or this one, whichever is lower.",
            "服务端向此订阅发送消息时可用的最高 QoS。消息按它自己的 QoS 与此值中较低的一个送达。",
        ),
        FieldKind::SubscriptionOptions => (
            "One byte of choices for this subscription: maximum QoS (bits 1 and 0), no local (2), retain as published (3), retain handling (5 and 4); bits 7 and 6 are reserved.",
            "此订阅的选项，占一个字节：最大 QoS（第 1、0 位）、不收自己的消息（第 2 位）、按发布保留（第 3 位）、保留消息处理（第 5、4 位）；第 7、6 位保留。",
        ),
        FieldKind::OptionsReserved => ("Reserved bits; they must be 0.", "保留位，必须为 0。"),
        FieldKind::RetainHandling => (
            "What happens to retained messages at subscribing: 0 they are sent; 1 they are sent only if the subscription did not exist; 2 they are not sent.",
            "订阅时如何处理保留消息：0 发送；1 仅当此订阅原先不存在时发送；2 不发送。",
        ),
        FieldKind::RetainAsPublished => (
            "1 keeps the retain flag of messages as the publisher set it; 0 clears it when they are passed on.",
            "1 表示转发时保持发布者设置的保留标志；0 表示转发时清除该标志。",
        ),
        FieldKind::NoLocal => (
            "1 asks the server not to send the client its own messages back. Not allowed on shared subscriptions.",
            "1 表示请服务端不要把客户端自己发布的消息再发回来。共享订阅上不允许使用。",
        ),
        FieldKind::Undecoded => {
            ("These bytes could not be read as a field of the packet.", "这些字节无法作为报文的字段来解析。")
        }
        FieldKind::ProtocolNameLength
        | FieldKind::PropertyValueLength
        | FieldKind::UserPropertyKeyLength
        | FieldKind::UserPropertyValueLength
        | FieldKind::ClientIdLength
        | FieldKind::WillTopicLength
        | FieldKind::WillPayloadLength
        | FieldKind::UsernameLength
        | FieldKind::PasswordLength
        | FieldKind::TopicLength
        | FieldKind::TopicFilterLength => (
            "Two bytes, the high one first, that say how many bytes long the field behind them is.",
            "两个字节，高位在前，说明后面的字段有多少字节。",
        ),
    }
}

/// What a packet is for.
pub(super) const fn packet(packet: PacketType, version: Version) -> Both {
    match packet {
        PacketType::Connect => (
            "CONNECT: the client asks the server to let it in. It is the first packet of a network connection.",
            "CONNECT：客户端请求连接服务端，是网络连接上的第一个报文。",
        ),
        PacketType::Connack => {
            ("CONNACK: the server's answer to CONNECT.", "CONNACK：服务端对 CONNECT 的答复。")
        }
        PacketType::Publish => (
            "PUBLISH carries an application message, from a client to the server or from the server to a client.",
            "PUBLISH 携带应用消息，可由客户端发往服务端，也可由服务端发往客户端。",
        ),
        PacketType::Puback => {
            ("PUBACK: the receiver has the QoS 1 message.", "PUBACK：接收方已收到 QoS 1 消息。")
        }
        PacketType::Pubrec => (
            "PUBREC: the receiver has the QoS 2 message (first of three steps).",
            "PUBREC：接收方已收到 QoS 2 消息（三步中的第一步）。",
        ),
        PacketType::Pubrel => (
            "PUBREL: the sender gives the QoS 2 message free (second of three steps).",
            "PUBREL：发送方释放 QoS 2 消息（三步中的第二步）。",
        ),
        PacketType::Pubcomp => (
            "PUBCOMP: the QoS 2 exchange is over (last of three steps).",
            "PUBCOMP：QoS 2 交互完成（三步中的最后一步）。",
        ),
        PacketType::Subscribe => (
            "SUBSCRIBE: the client asks for messages whose topics match its filters.",
            "SUBSCRIBE：客户端订阅与其过滤器匹配的主题。",
        ),
        PacketType::Suback => {
            ("SUBACK: the server's answer to SUBSCRIBE.", "SUBACK：服务端对 SUBSCRIBE 的答复。")
        }
        PacketType::Unsubscribe => {
            ("UNSUBSCRIBE: the client gives subscriptions up.", "UNSUBSCRIBE：客户端取消订阅。")
        }
        PacketType::Unsuback => {
            ("UNSUBACK: the server's answer to UNSUBSCRIBE.", "UNSUBACK：服务端对 UNSUBSCRIBE 的答复。")
        }
        PacketType::Pingreq => (
            "PINGREQ: the client says that it is alive and asks whether the server is.",
            "PINGREQ：客户端表示自己还在，并询问服务端是否还在。",
        ),
        PacketType::Pingresp => {
            ("PINGRESP: the server's answer to PINGREQ.", "PINGRESP：服务端对 PINGREQ 的答复。")
        }
        PacketType::Disconnect => match version {
            Version::V5_0 => (
                "DISCONNECT: the last packet of a network connection; it says why the sender closes it.",
                "DISCONNECT：网络连接上的最后一个报文，说明发送方为何关闭连接。",
            ),
            _ => (
                "DISCONNECT: the client closes the connection in good order; the server forgets the will.",
                "DISCONNECT：客户端正常关闭连接；服务端丢弃遗嘱。",
            ),
        },
        PacketType::Auth => match version {
            Version::V5_0 => (
                "AUTH: one step of an enhanced authentication that takes more than a password.",
                "AUTH：增强认证中的一步，这种认证不止核对一次密码。",
            ),
            _ => ("Type 15 is forbidden before 5.0.", "在 5.0 之前，类型 15 被禁止使用。"),
        },
    }
}
