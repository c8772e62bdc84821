//! The properties of 5.0 (section 2.2.2).

use super::topic_fault;
use crate::language::Language;
use crate::wire::property::Shape;
use crate::wire::reader::{Read, Reader};
use crate::wire::rule;
use crate::wire::{FieldKind, PacketType, Property, check_topic_name};

/// What later checks need to know of the properties.
#[derive(Default)]
pub(super) struct Found {
    /// PUBLISH: the first topic alias, and where it stands.
    pub(super) topic_alias: Option<(usize, u16)>,
    /// The payload format indicator is 1.
    pub(super) text_payload: bool,
    /// Where a subscription identifier stands.
    pub(super) subscription_identifier: Option<usize>,
    /// Where a session expiry interval stands.
    pub(super) session_expiry_interval: Option<usize>,
    /// An authentication method was named.
    pub(super) authentication_method: bool,
    /// Where authentication data stand.
    authentication_data: Option<usize>,
    /// The identifiers seen so far; all are below 64.
    seen: u64,
}

impl Found {
    /// Authentication data mean nothing without a method.
    pub(super) fn check_authentication(&self, r: &mut Reader) {
        if let Some(at) = self.authentication_data
            && !self.authentication_method
        {
            r.error(
                at,
                rule::AUTHENTICATION_DATA,
                "Authentication data without an authentication method",
                "有认证数据却没有认证方法",
            );
        }
    }
}

/// Reads a property length and that many bytes of properties as a group of the kind.
pub(super) fn read(r: &mut Reader, kind: FieldKind, in_will: bool) -> Read<Found> {
    let mut found = Found::default();
    r.group(kind, |r| {
        let length = r.variable_integer(FieldKind::PropertyLength)?;
        let left = r.left();
        if length > left {
            return Err(r.stop(
                r.at(),
                false,
                format!("The property length is {length}, but the packet ends after {left}"),
                format!("属性长度为 {length}，但报文只剩 {left} 个字节"),
            ));
        }
        r.within(length, |r| {
            while r.left() > 0 {
                property(r, in_will, &mut found)?;
            }
            Ok(())
        })
    })?;
    Ok(found)
}

fn property(r: &mut Reader, in_will: bool, found: &mut Found) -> Read<()> {
    let at = r.at();
    let Some(id) = r.next_byte() else {
        // The frame is cut off: reading says so.
        return r.byte(FieldKind::PropertyId).map(|_| ());
    };
    let Some(property) = Property::from_id(id) else {
        return Err(r.stop(
            at,
            false,
            format!("Property identifier {id} is unknown, so its length is too"),
            format!("未知的属性标识符 {id}，因此也不知道它的长度"),
        ));
    };
    check_place(r, property, in_will, found.seen, at);
    found.seen |= 1 << id;
    r.group(FieldKind::Property(property), |r| {
        r.byte(FieldKind::PropertyId)?;
        r.mean(Some(property.name(Language::English)));
        value(r, property, found)
    })
}

fn check_place(r: &mut Reader, property: Property, in_will: bool, seen: u64, at: usize) {
    let (english, chinese) = (property.name(Language::English), property.name(Language::Chinese));
    let packet = r.packet.unwrap_or(PacketType::Connect);
    if !property.is_allowed(packet, in_will) {
        let (place, place_zh) =
            if in_will { ("a will", "遗嘱".to_owned()) } else { (packet.name(), format!(" {packet} ")) };
        r.error(
            at,
            rule::PROPERTY,
            format!("{english} is not a property of {place}"),
            format!("{english}（{chinese}）不是{place_zh}的属性"),
        );
    } else if seen & (1 << property.id()) != 0 && !property.may_repeat(packet) {
        r.error(
            at,
            rule::PROPERTY,
            format!("{english} may stand only once"),
            format!("{chinese}只能出现一次"),
        );
    }
}

fn value(r: &mut Reader, property: Property, found: &mut Found) -> Read<()> {
    let kind = FieldKind::PropertyValue(property);
    let at = r.at();
    let number = match property.shape() {
        Shape::Byte => u64::from(r.byte(kind)?),
        Shape::TwoBytes => u64::from(r.two_bytes(kind)?),
        Shape::FourBytes => u64::from(r.four_bytes(kind)?),
        Shape::VariableInteger => r.variable_integer(kind)? as u64,
        Shape::Binary => {
            if property == Property::AuthenticationData {
                found.authentication_data = Some(at);
            }
            return r.binary(FieldKind::PropertyValueLength, kind);
        }
        Shape::Text => {
            found.authentication_method |= property == Property::AuthenticationMethod;
            let text = r.string(FieldKind::PropertyValueLength, kind)?;
            if property == Property::ResponseTopic
                && let Some(Err(fault)) = text.map(check_topic_name)
            {
                topic_fault(r, kind, fault, at + 2);
            }
            return Ok(());
        }
        Shape::TextPair => {
            r.string(FieldKind::UserPropertyKeyLength, FieldKind::UserPropertyKey)?;
            r.string(FieldKind::UserPropertyValueLength, FieldKind::UserPropertyValue)?;
            return Ok(());
        }
    };
    r.mean(meaning(property, number));
    match property {
        Property::TopicAlias => {
            let alias = u16::try_from(number).unwrap_or_default();
            found.topic_alias.get_or_insert((at, alias));
        }
        Property::PayloadFormatIndicator => found.text_payload = number == 1,
        Property::SubscriptionIdentifier => found.subscription_identifier = Some(at),
        Property::SessionExpiryInterval => found.session_expiry_interval = Some(at),
        _ => {}
    }
    check_value(r, property, number, at);
    Ok(())
}

fn check_value(r: &mut Reader, property: Property, number: u64, at: usize) {
    let (english, chinese) = (property.name(Language::English), property.name(Language::Chinese));
    let never_zero = matches!(
        property,
        Property::ReceiveMaximum | Property::MaximumPacketSize | Property::SubscriptionIdentifier
    );
    if property.shape() == Shape::Byte && number > 1 {
        r.error(
            at,
            rule::property_value(property),
            format!("{english} is 0 or 1, not {number}"),
            format!("{chinese}只能是 0 或 1，而不是 {number}"),
        );
    } else if never_zero && number == 0 {
        r.error(
            at,
            rule::property_value(property),
            format!("{english} must not be 0"),
            format!("{chinese}不能为 0"),
        );
    }
}

/// What a number means, where it does not just count something.
const fn meaning(property: Property, number: u64) -> Option<&'static str> {
    Some(match (property, number) {
        (Property::PayloadFormatIndicator, 0) => "bytes of any kind",
        (Property::PayloadFormatIndicator, 1) => "UTF-8 text",
        (Property::MaximumQos, 0) => "at most once",
        (Property::MaximumQos, 1) => "at least once",
        (Property::SessionExpiryInterval, 0) => "ends with the network connection",
        (Property::SessionExpiryInterval, 0xffff_ffff) => "never expires",
        (
            Property::RequestProblemInformation
            | Property::RequestResponseInformation
            | Property::RetainAvailable
            | Property::WildcardSubscriptionAvailable
            | Property::SubscriptionIdentifiersAvailable
            | Property::SharedSubscriptionAvailable,
            0,
        ) => "no",
        (
            Property::RequestProblemInformation
            | Property::RequestResponseInformation
            | Property::RetainAvailable
            | Property::WildcardSubscriptionAvailable
            | Property::SubscriptionIdentifiersAvailable
            | Property::SharedSubscriptionAvailable,
            1,
        ) => "yes",
        _ => return None,
    })
}
