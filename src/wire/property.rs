//! The 27 properties of MQTT 5.0 (section 2.2.2.2): identifier, type, unit, and where each may stand.

use super::PacketType;
use crate::language::Language;

/// How a property's value stands in the bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    Byte,
    TwoBytes,
    FourBytes,
    VariableInteger,
    Text,
    Binary,
    TextPair,
}

macro_rules! properties {
    ($($property:ident $id:literal $shape:ident $english:literal $chinese:literal $unit:literal)*) => {
        /// A property of MQTT 5.0.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[repr(u8)]
        pub enum Property {
            $(#[doc = $english] $property = $id,)*
        }

        impl Property {
            /// Every property, by identifier.
            pub const ALL: [Self; 27] = [$(Self::$property,)*];

            /// The property that an identifier stands for.
            #[must_use]
            pub const fn from_id(id: u8) -> Option<Self> {
                match id {
                    $($id => Some(Self::$property),)*
                    _ => None,
                }
            }

            /// Its name, as the standard writes it, in sentence case.
            #[must_use]
            pub const fn name(self, language: Language) -> &'static str {
                match (self, language) {
                    $((Self::$property, Language::English) => $english,
                    (Self::$property, Language::Chinese) => $chinese,)*
                }
            }

            /// The unit its value counts: `s`, `B`, or nothing.
            pub(super) const fn unit(self) -> &'static str {
                match self {
                    $(Self::$property => $unit,)*
                }
            }

            /// How its value stands in the bytes.
            pub(super) const fn shape(self) -> Shape {
                match self {
                    $(Self::$property => Shape::$shape,)*
                }
            }
        }
    };
}

properties! {
    PayloadFormatIndicator 1 Byte "Payload format indicator" "载荷格式指示" ""
    MessageExpiryInterval 2 FourBytes "Message expiry interval" "消息过期间隔" "s"
    ContentType 3 Text "Content type" "内容类型" ""
    ResponseTopic 8 Text "Response topic" "响应主题" ""
    CorrelationData 9 Binary "Correlation data" "对比数据" ""
    SubscriptionIdentifier 11 VariableInteger "Subscription identifier" "订阅标识符" ""
    SessionExpiryInterval 17 FourBytes "Session expiry interval" "会话过期间隔" "s"
    AssignedClientIdentifier 18 Text "Assigned client identifier" "分配的客户端标识符" ""
    ServerKeepAlive 19 TwoBytes "Server keep alive" "服务端保持连接" "s"
    AuthenticationMethod 21 Text "Authentication method" "认证方法" ""
    AuthenticationData 22 Binary "Authentication data" "认证数据" ""
    RequestProblemInformation 23 Byte "Request problem information" "请求问题信息" ""
    WillDelayInterval 24 FourBytes "Will delay interval" "遗嘱延时间隔" "s"
    RequestResponseInformation 25 Byte "Request response information" "请求响应信息" ""
    ResponseInformation 26 Text "Response information" "响应信息" ""
    ServerReference 28 Text "Server reference" "服务端参考" ""
    ReasonString 31 Text "Reason string" "原因字符串" ""
    ReceiveMaximum 33 TwoBytes "Receive maximum" "接收最大值" ""
    TopicAliasMaximum 34 TwoBytes "Topic alias maximum" "主题别名最大值" ""
    TopicAlias 35 TwoBytes "Topic alias" "主题别名" ""
    MaximumQos 36 Byte "Maximum QoS" "最大 QoS" ""
    RetainAvailable 37 Byte "Retain available" "保留可用" ""
    UserProperty 38 TextPair "User property" "用户属性" ""
    MaximumPacketSize 39 FourBytes "Maximum packet size" "最大报文长度" "B"
    WildcardSubscriptionAvailable 40 Byte "Wildcard subscription available" "通配符订阅可用" ""
    SubscriptionIdentifiersAvailable 41 Byte "Subscription identifiers available" "订阅标识符可用" ""
    SharedSubscriptionAvailable 42 Byte "Shared subscription available" "共享订阅可用" ""
}

impl Property {
    /// What a packet, or a will, may carry, in the order in which the standard describes it: the position
    /// gives the section's last number.
    #[must_use]
    pub const fn allowed_in(packet: PacketType, in_will: bool) -> &'static [Self] {
        use Property as P;
        if in_will {
            return &[
                P::WillDelayInterval,
                P::PayloadFormatIndicator,
                P::MessageExpiryInterval,
                P::ContentType,
                P::ResponseTopic,
                P::CorrelationData,
                P::UserProperty,
            ];
        }
        match packet {
            PacketType::Connect => &[
                P::SessionExpiryInterval,
                P::ReceiveMaximum,
                P::MaximumPacketSize,
                P::TopicAliasMaximum,
                P::RequestResponseInformation,
                P::RequestProblemInformation,
                P::UserProperty,
                P::AuthenticationMethod,
                P::AuthenticationData,
            ],
            PacketType::Connack => &[
                P::SessionExpiryInterval,
                P::ReceiveMaximum,
                P::MaximumQos,
                P::RetainAvailable,
                P::MaximumPacketSize,
                P::AssignedClientIdentifier,
                P::TopicAliasMaximum,
                P::ReasonString,
                P::UserProperty,
                P::WildcardSubscriptionAvailable,
                P::SubscriptionIdentifiersAvailable,
                P::SharedSubscriptionAvailable,
                P::ServerKeepAlive,
                P::ResponseInformation,
                P::ServerReference,
                P::AuthenticationMethod,
                P::AuthenticationData,
            ],
            PacketType::Publish => &[
                P::PayloadFormatIndicator,
                P::MessageExpiryInterval,
                P::TopicAlias,
                P::ResponseTopic,
                P::CorrelationData,
                P::UserProperty,
                P::SubscriptionIdentifier,
                P::ContentType,
            ],
            PacketType::Puback
            | PacketType::Pubrec
            | PacketType::Pubrel
            | PacketType::Pubcomp
            | PacketType::Suback
            | PacketType::Unsuback => &[P::ReasonString, P::UserProperty],
            PacketType::Subscribe => &[P::SubscriptionIdentifier, P::UserProperty],
            PacketType::Unsubscribe => &[P::UserProperty],
            PacketType::Disconnect => {
                &[P::SessionExpiryInterval, P::ReasonString, P::UserProperty, P::ServerReference]
            }
            PacketType::Auth => {
                &[P::AuthenticationMethod, P::AuthenticationData, P::ReasonString, P::UserProperty]
            }
            PacketType::Pingreq | PacketType::Pingresp => &[],
        }
    }

    /// Its identifier.
    #[must_use]
    pub const fn id(self) -> u8 {
        self as u8
    }

    /// Whether it may stand in the packet (or in the will of a CONNECT).
    pub(super) fn is_allowed(self, packet: PacketType, in_will: bool) -> bool {
        Self::allowed_in(packet, in_will).contains(&self)
    }

    /// Whether it may stand there more than once.
    pub(super) const fn may_repeat(self, packet: PacketType) -> bool {
        matches!(self, Self::UserProperty)
            || matches!((self, packet), (Self::SubscriptionIdentifier, PacketType::Publish))
    }

    /// The section that describes it in a packet, where it is allowed there: `3.1.2.11.2`.
    pub(super) fn section(self, packet: Option<PacketType>, in_will: bool) -> Option<String> {
        let packet = packet?;
        let place = Self::allowed_in(packet, in_will).iter().position(|other| *other == self)? + 2;
        let base = match packet {
            PacketType::Connect if in_will => "3.1.3.2",
            PacketType::Connect => "3.1.2.11",
            PacketType::Connack => "3.2.2.3",
            PacketType::Publish => "3.3.2.3",
            PacketType::Puback => "3.4.2.2",
            PacketType::Pubrec => "3.5.2.2",
            PacketType::Pubrel => "3.6.2.2",
            PacketType::Pubcomp => "3.7.2.2",
            PacketType::Subscribe => "3.8.2.1",
            PacketType::Suback => "3.9.2.1",
            PacketType::Unsubscribe => "3.10.2.1",
            PacketType::Unsuback => "3.11.2.1",
            PacketType::Disconnect => "3.14.2.2",
            PacketType::Auth => "3.15.2.2",
            PacketType::Pingreq | PacketType::Pingresp => return None,
        };
        Some(format!("{base}.{place}"))
    }
}
