//! Every field of MQTT, declared once: name, labels in two languages, unit, sections of the standard.
//! What a field means in sentences stands in `explain`.

use super::{PacketType, Property, Version};
use crate::language::Language;

/// What the table below says of a field.
struct Row {
    name: &'static str,
    english: &'static str,
    chinese: &'static str,
    unit: &'static str,
    /// Where 3.1, 3.1.1 and 5.0 describe it; `#` stands for the packet type's number.
    sections: [&'static str; 3],
}

macro_rules! fields {
    ($($kind:ident $name:literal $english:literal $chinese:literal $unit:literal [$v31:literal $v311:literal $v5:literal])*) => {
        /// A field of the standard, or a group of fields.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum FieldKind {
            $(#[doc = $english] $kind,)*
            /// One property of 5.0 with its identifier and value.
            Property(Property),
            /// The value of a property.
            PropertyValue(Property),
        }

        impl FieldKind {
            const fn row(self) -> Row {
                match self {
                    $(Self::$kind => Row {
                        name: $name,
                        english: $english,
                        chinese: $chinese,
                        unit: $unit,
                        sections: [$v31, $v311, $v5],
                    },)*
                    Self::Property(property) => Row {
                        name: "property",
                        english: property.name(Language::English),
                        chinese: property.name(Language::Chinese),
                        unit: "",
                        sections: ["", "", "2.2.2.2"],
                    },
                    Self::PropertyValue(property) => Row {
                        name: "property_value",
                        english: "Value",
                        chinese: "值",
                        unit: property.unit(),
                        sections: ["", "", "2.2.2.2"],
                    },
                }
            }
        }
    };
}

fields! {
    FixedHeader "fixed_header" "Fixed header" "固定报头" "" ["2.1" "2.2" "2.1.1"]
    PacketType "packet_type" "Packet type" "报文类型" "" ["2.1" "2.2.1" "2.1.2"]
    Reserved "reserved" "Reserved" "保留位" "" ["2.1" "2.2.2" "2.1.3"]
    Dup "dup" "DUP" "重发标志 DUP" "" ["2.1" "3.3.1.1" "3.3.1.1"]
    Qos "qos" "QoS" "服务质量 QoS" "" ["2.1" "3.3.1.2" "3.3.1.2"]
    Retain "retain" "Retain" "保留标志" "" ["2.1" "3.3.1.3" "3.3.1.3"]
    RemainingLength "remaining_length" "Remaining length" "剩余长度" "" ["2.1" "2.2.3" "2.1.4"]
    VariableHeader "variable_header" "Variable header" "可变报头" "" ["2.2" "3.#.2" "3.#.2"]
    PayloadGroup "packet_payload" "Payload" "有效载荷" "" ["2.3" "3.#.3" "3.#.3"]
    ProtocolNameLength "protocol_name_length" "Protocol name length" "协议名长度" "" ["2.5" "1.5.3" "1.5.4"]
    ProtocolName "protocol_name" "Protocol name" "协议名" "" ["2.2" "3.1.2.1" "3.1.2.1"]
    ProtocolVersion "protocol_version" "Protocol version" "协议级别" "" ["2.2" "3.1.2.2" "3.1.2.2"]
    ConnectFlags "connect_flags" "Connect flags" "连接标志" "" ["2.2" "3.1.2.3" "3.1.2.3"]
    UsernameFlag "username_flag" "User name flag" "用户名标志" "" ["2.2" "3.1.2.8" "3.1.2.8"]
    PasswordFlag "password_flag" "Password flag" "密码标志" "" ["2.2" "3.1.2.9" "3.1.2.9"]
    WillRetain "will_retain" "Will retain" "遗嘱保留" "" ["2.2" "3.1.2.7" "3.1.2.7"]
    WillQos "will_qos" "Will QoS" "遗嘱 QoS" "" ["2.2" "3.1.2.6" "3.1.2.6"]
    WillFlag "will_flag" "Will flag" "遗嘱标志" "" ["2.2" "3.1.2.5" "3.1.2.5"]
    CleanSession "clean_session" "Clean session" "清理会话" "" ["2.2" "3.1.2.4" "3.1.2.4"]
    ConnectReserved "reserved" "Reserved" "保留位" "" ["2.2" "3.1.2.3" "3.1.2.3"]
    KeepAlive "keep_alive" "Keep alive" "保持连接" "s" ["2.2" "3.1.2.10" "3.1.2.10"]
    Properties "properties" "Properties" "属性" "" ["" "" "2.2.2"]
    PropertyLength "property_length" "Property length" "属性长度" "" ["" "" "2.2.2.1"]
    PropertyId "property_id" "Identifier" "标识符" "" ["" "" "2.2.2.2"]
    PropertyValueLength "property_value_length" "Value length" "值的长度" "" ["" "" "2.2.2.2"]
    UserPropertyKeyLength "user_property_key_length" "Name length" "名称长度" "" ["" "" "1.5.7"]
    UserPropertyKey "user_property_key" "Name" "名称" "" ["" "" "1.5.7"]
    UserPropertyValueLength "user_property_value_length" "Value length" "值的长度" "" ["" "" "1.5.7"]
    UserPropertyValue "user_property_value" "Value" "值" "" ["" "" "1.5.7"]
    ClientIdLength "client_id_length" "Client identifier length" "客户端标识符长度" "" ["2.5" "1.5.3" "1.5.4"]
    ClientId "client_id" "Client identifier" "客户端标识符" "" ["3.1" "3.1.3.1" "3.1.3.1"]
    Will "will" "Will" "遗嘱" "" ["3.1" "3.1.2.5" "3.1.2.5"]
    WillProperties "will_properties" "Will properties" "遗嘱属性" "" ["" "" "3.1.3.2"]
    WillTopicLength "will_topic_length" "Will topic length" "遗嘱主题长度" "" ["2.5" "1.5.3" "1.5.4"]
    WillTopic "will_topic" "Will topic" "遗嘱主题" "" ["3.1" "3.1.3.2" "3.1.3.3"]
    WillPayloadLength "will_payload_length" "Will payload length" "遗嘱载荷长度" "" ["3.1" "3.1.3.3" "1.5.6"]
    WillPayload "will_payload" "Will payload" "遗嘱载荷" "" ["3.1" "3.1.3.3" "3.1.3.4"]
    UsernameLength "username_length" "User name length" "用户名长度" "" ["2.5" "1.5.3" "1.5.4"]
    Username "username" "User name" "用户名" "" ["3.1" "3.1.3.4" "3.1.3.5"]
    PasswordLength "password_length" "Password length" "密码长度" "" ["3.1" "3.1.3.5" "1.5.6"]
    Password "password" "Password" "密码" "" ["3.1" "3.1.3.5" "3.1.3.6"]
    ConnackFlags "connack_flags" "Acknowledge flags" "连接确认标志" "" ["3.2" "3.2.2.1" "3.2.2.1"]
    ConnackReserved "reserved" "Reserved" "保留位" "" ["3.2" "3.2.2.1" "3.2.2.1"]
    SessionPresent "session_present" "Session present" "会话存在" "" ["3.2" "3.2.2.2" "3.2.2.1.1"]
    ReturnCode "return_code" "Return code" "返回码" "" ["3.#" "3.2.2.3" "3.2.2.2"]
    GrantedQos "return_code" "Return code" "返回码" "" ["3.9" "3.9.3" "3.9.3"]
    ReasonCode "reason_code" "Reason code" "原因码" "" ["" "" "2.4"]
    PacketId "packet_id" "Packet identifier" "报文标识符" "" ["2.4" "2.3.1" "2.2.1"]
    TopicLength "topic_length" "Topic name length" "主题名长度" "" ["2.5" "1.5.3" "1.5.4"]
    Topic "topic" "Topic name" "主题名" "" ["3.3" "3.3.2.1" "3.3.2.1"]
    Payload "payload" "Payload" "有效载荷" "" ["3.3" "3.3.3" "3.3.3"]
    Subscription "subscription" "Subscription" "订阅" "" ["3.8" "3.8.3" "3.8.3"]
    TopicFilterLength "topic_length" "Topic filter length" "主题过滤器长度" "" ["2.5" "1.5.3" "1.5.4"]
    TopicFilter "topic" "Topic filter" "主题过滤器" "" ["3.#" "3.#.3" "3.#.3"]
    RequestedQos "requested_qos" "Requested QoS" "请求的 QoS" "" ["3.8" "3.8.3" "3.8.3.1"]
    SubscriptionOptions "subscription_options" "Subscription options" "订阅选项" "" ["3.8" "3.8.3" "3.8.3.1"]
    OptionsReserved "reserved" "Reserved" "保留位" "" ["3.8" "3.8.3" "3.8.3.1"]
    RetainHandling "retain_handling" "Retain handling" "保留消息处理" "" ["" "" "3.8.3.1"]
    RetainAsPublished "retain_as_published" "Retain as published" "按发布保留" "" ["" "" "3.8.3.1"]
    NoLocal "no_local" "No local" "不收自己的消息" "" ["" "" "3.8.3.1"]
    MaxQos "max_qos" "Maximum QoS" "最大 QoS" "" ["3.8" "3.8.3" "3.8.3.1"]
    Undecoded "undecoded" "Undecoded bytes" "未解析的字节" "" ["2" "2" "2.1"]
}

impl FieldKind {
    /// The name that JSON output and filters use: `client_id`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.row().name
    }

    /// The label for people, in sentence case.
    #[must_use]
    pub const fn label(self, version: Version, language: Language) -> &'static str {
        match (self, version, language) {
            (Self::CleanSession, Version::V5_0, Language::English) => "Clean start",
            (Self::CleanSession, Version::V5_0, Language::Chinese) => "全新开始",
            (_, _, Language::English) => self.row().english,
            (_, _, Language::Chinese) => self.row().chinese,
        }
    }

    /// Whether it only says how long the field behind it is.
    #[must_use]
    pub const fn is_length(self) -> bool {
        matches!(
            self,
            Self::ProtocolNameLength
                | Self::PropertyValueLength
                | Self::UserPropertyKeyLength
                | Self::UserPropertyValueLength
                | Self::ClientIdLength
                | Self::WillTopicLength
                | Self::WillPayloadLength
                | Self::UsernameLength
                | Self::PasswordLength
                | Self::TopicLength
                | Self::TopicFilterLength
        )
    }

    /// The unit its number counts: `s`, `B`, or nothing.
    #[must_use]
    pub const fn unit(self) -> &'static str {
        self.row().unit
    }

    /// The section that describes it in a packet: `MQTT 3.1.1, 3.1.2.3`. A will's properties stand
    /// elsewhere than those of its CONNECT: `in_will` says that it is one of those.
    #[must_use]
    pub fn section(self, version: Version, packet: Option<PacketType>, in_will: bool) -> String {
        let [v31, v311, v5] = self.row().sections;
        let number = packet.map_or(0, |packet| packet as u8);
        let section = match version {
            Version::V3_1 => v31,
            Version::V3_1_1 => v311,
            Version::V5_0 => v5,
        };
        let own = match (self, version) {
            (Self::Property(property) | Self::PropertyValue(property), _) => {
                property.section(packet, in_will)
            }
            (Self::ReasonCode, Version::V5_0) => packet.map(|packet| {
                match packet {
                    PacketType::Connack => "3.2.2.2",
                    PacketType::Suback => "3.9.3",
                    PacketType::Unsuback => "3.11.3",
                    _ => "3.#.2.1",
                }
                .to_owned()
            }),
            _ => None,
        };
        let section = own.unwrap_or_else(|| section.to_owned()).replace('#', &number.to_string());
        if section.is_empty() { format!("MQTT {version}") } else { format!("MQTT {version}, {section}") }
    }
}
