//! What each property of 5.0 is for.

use super::what::Both;
use crate::wire::Property;

pub(super) const fn what(property: Property) -> Both {
    match property {
        Property::PayloadFormatIndicator => (
            "Says what the payload is: 0 bytes of any kind, 1 UTF-8 text.",
            "说明载荷的形式：0 为任意字节，1 为 UTF-8 文本。",
        ),
        Property::MessageExpiryInterval => (
            "How many seconds the message stays worth delivering. After that the server deletes it; passing it on, the server takes off the seconds that it has waited.",
            "消息在多少秒内值得送达。过期后服务端将其删除；转发时会减去已等待的时间。",
        ),
        Property::ContentType => (
            "What the payload is, in words that sender and receiver agree on, often a MIME type such as `application/json`.",
            "载荷的内容类型，由收发双方约定，常用 MIME 类型，如 `application/json`。",
        ),
        Property::ResponseTopic => (
            "The topic on which the sender waits for an answer. Wildcards are not allowed.",
            "发送方等待应答的主题。不允许使用通配符。",
        ),
        Property::CorrelationData => (
            "Bytes that the answer repeats, so that the sender knows which request it answers.",
            "应答中原样带回的字节，让发送方知道应答的是哪个请求。",
        ),
        Property::SubscriptionIdentifier => (
            "A number from 1 to 268,435,455 that the client gives a subscription. The server adds it to the messages that the subscription brings.",
            "客户端给订阅起的编号，1 到 268,435,455。服务端在此订阅带来的消息里附上它。",
        ),
        Property::SessionExpiryInterval => (
            "How many seconds the server keeps the session after the connection is closed. 0 ends it at once, 4,294,967,295 (`0xffffffff`) never.",
            "连接关闭后服务端保留会话的秒数。0 表示立即结束，4,294,967,295（`0xffffffff`）表示永不过期。",
        ),
        Property::AssignedClientIdentifier => (
            "The client identifier that the server chose, because CONNECT left it empty.",
            "CONNECT 中客户端标识符留空时，由服务端分配的标识符。",
        ),
        Property::ServerKeepAlive => (
            "The keep alive in seconds that the server insists on; it replaces the one of CONNECT.",
            "服务端要求使用的保持连接时间（秒），取代 CONNECT 中的值。",
        ),
        Property::AuthenticationMethod => (
            "The name of the enhanced authentication, for example `SCRAM-SHA-256`.",
            "增强认证方法的名称，例如 `SCRAM-SHA-256`。",
        ),
        Property::AuthenticationData => (
            "What the authentication method exchanges; only the method knows what it means. Shown as dots, for it may be secret.",
            "认证方法交换的数据，含义由方法决定。可能是秘密，因此以圆点显示。",
        ),
        Property::RequestProblemInformation => (
            "Whether the client wants reason strings and user properties with failures: 1 yes (also when absent), 0 only in PUBLISH, CONNACK and DISCONNECT.",
            "出错时客户端是否需要原因字符串和用户属性：1 需要（缺省也是），0 表示只在 PUBLISH、CONNACK、DISCONNECT 中给出。",
        ),
        Property::WillDelayInterval => (
            "How many seconds the server waits before it publishes the will. If the client is back by then, the will stays unpublished.",
            "服务端发布遗嘱前等待的秒数。客户端若在此之前重新连上，遗嘱就不发布。",
        ),
        Property::RequestResponseInformation => (
            "Whether the client asks the server for response information: 1 yes, 0 no (also when absent).",
            "客户端是否请服务端提供响应信息：1 是，0 否（缺省也是）。",
        ),
        Property::ResponseInformation => {
            ("What the client may build response topics from.", "客户端可用来构造响应主题的信息。")
        }
        Property::ServerReference => {
            ("Another server that the client may use instead.", "客户端可以改用的另一台服务端。")
        }
        Property::ReasonString => (
            "What happened, in words for people who look for the cause. Not for programs to act on.",
            "用文字说明发生了什么，供人排查原因，不供程序判断。",
        ),
        Property::ReceiveMaximum => (
            "How many QoS 1 and QoS 2 messages the sender of this packet takes before it has acknowledged them: 1 to 65535, and 65535 when absent.",
            "本报文的发送方愿意同时处理多少条未确认的 QoS 1、QoS 2 消息：1 到 65535，缺省为 65535。",
        ),
        Property::TopicAliasMaximum => (
            "The highest topic alias that the sender of this packet takes; 0, or absent, means none.",
            "本报文的发送方接受的最大主题别名；0 或缺省表示不接受别名。",
        ),
        Property::TopicAlias => (
            "A number that stands for the topic name on this network connection. The first PUBLISH carries both; later ones may leave the topic name empty. Never 0.",
            "在此网络连接上代替主题名的编号。第一次同时给出主题名和别名，之后主题名可以留空。不能为 0。",
        ),
        Property::MaximumQos => (
            "The highest QoS that the server takes: 0 or 1. Absent means 2.",
            "服务端支持的最高 QoS：0 或 1。缺省表示 2。",
        ),
        Property::RetainAvailable => (
            "Whether the server keeps retained messages: 1 yes (also when absent), 0 no.",
            "服务端是否支持保留消息：1 支持（缺省也是），0 不支持。",
        ),
        Property::UserProperty => (
            "A name and a value, free to choose. Servers pass those of PUBLISH on unchanged and in order. Some add one of their own: mqloupe's local broker adds `x-mqtt-client-id`, which names the publisher.",
            "一个名称和一个值，可自由选取。PUBLISH 中的用户属性由服务端原样按序转发。有的服务端会自行添加：mqloupe 的本地 Broker 会加上 `x-mqtt-client-id`，说明发布者是谁。",
        ),
        Property::MaximumPacketSize => (
            "The largest packet in bytes that the sender of this packet takes; absent means no limit of its own. Never 0.",
            "本报文的发送方能接受的最大报文长度（字节）；缺省表示不另设限制。不能为 0。",
        ),
        Property::WildcardSubscriptionAvailable => (
            "Whether topic filters may hold `+` and `#`: 1 yes (also when absent), 0 no.",
            "主题过滤器中能否使用 `+` 和 `#`：1 能（缺省也是），0 不能。",
        ),
        Property::SubscriptionIdentifiersAvailable => (
            "Whether the server takes subscription identifiers: 1 yes (also when absent), 0 no.",
            "服务端是否支持订阅标识符：1 支持（缺省也是），0 不支持。",
        ),
        Property::SharedSubscriptionAvailable => (
            "Whether the server takes shared subscriptions (`$share/…`): 1 yes (also when absent), 0 no.",
            "服务端是否支持共享订阅（`$share/…`）：1 支持（缺省也是），0 不支持。",
        ),
    }
}
