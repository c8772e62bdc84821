//! Numbers of the connection form that are typed as text and may be left empty.

use super::{FormFault, ProfileForm};
use crate::profile::{Profile, ProfileField};

/// One of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NumberField {
    /// 5.0: the session expiry interval, in seconds.
    SessionExpiry,
    /// 5.0: the receive maximum.
    ReceiveMaximum,
    /// 5.0: the maximum packet size, in bytes.
    MaximumPacket,
    /// 5.0: the topic alias maximum.
    TopicAliasMaximum,
    /// 5.0: the will delay interval, in seconds.
    WillDelay,
    /// 5.0: the message expiry interval of the will, in seconds.
    WillExpiry,
}

impl NumberField {
    /// Every one.
    pub const ALL: [Self; 6] = [
        Self::SessionExpiry,
        Self::ReceiveMaximum,
        Self::MaximumPacket,
        Self::TopicAliasMaximum,
        Self::WillDelay,
        Self::WillExpiry,
    ];

    /// The field of the profile.
    #[must_use]
    pub const fn field(self) -> ProfileField {
        match self {
            Self::SessionExpiry => ProfileField::SessionExpiry,
            Self::ReceiveMaximum => ProfileField::ReceiveMaximum,
            Self::MaximumPacket => ProfileField::MaximumPacket,
            Self::TopicAliasMaximum => ProfileField::TopicAliasMaximum,
            Self::WillDelay => ProfileField::WillDelay,
            Self::WillExpiry => ProfileField::WillExpiry,
        }
    }

    /// The greatest that MQTT has room for.
    const fn most(self) -> u32 {
        match self {
            Self::ReceiveMaximum | Self::TopicAliasMaximum => u16::MAX as u32,
            _ => u32::MAX,
        }
    }

    /// The value in a profile.
    fn of(self, profile: &Profile) -> Option<u32> {
        let (connect, will) = (&profile.connect, profile.will.as_ref());
        match self {
            Self::SessionExpiry => connect.session_expiry_secs,
            Self::ReceiveMaximum => connect.receive_maximum.map(u32::from),
            Self::MaximumPacket => connect.maximum_packet_bytes,
            Self::TopicAliasMaximum => connect.topic_alias_maximum.map(u32::from),
            Self::WillDelay => will.map(|will| will.delay_secs).filter(|secs| *secs > 0),
            Self::WillExpiry => will.and_then(|will| will.properties.message_expiry_secs),
        }
    }

    fn put(self, value: Option<u32>, profile: &mut Profile) {
        let short = value.and_then(|value| u16::try_from(value).ok());
        match (self, &mut profile.will) {
            (Self::SessionExpiry, _) => profile.connect.session_expiry_secs = value,
            (Self::ReceiveMaximum, _) => profile.connect.receive_maximum = short,
            (Self::MaximumPacket, _) => profile.connect.maximum_packet_bytes = value,
            (Self::TopicAliasMaximum, _) => profile.connect.topic_alias_maximum = short,
            (Self::WillDelay, Some(will)) => will.delay_secs = value.unwrap_or(0),
            (Self::WillExpiry, Some(will)) => will.properties.message_expiry_secs = value,
            (Self::WillDelay | Self::WillExpiry, None) => {}
        }
    }
}

impl ProfileForm {
    /// A number as typed.
    #[must_use]
    pub fn number(&self, field: NumberField) -> &str {
        self.numbers.get(&field).map_or("", String::as_str)
    }

    /// Writes the numbers of a profile into the form.
    pub(super) fn fill_numbers(&mut self) {
        for field in NumberField::ALL {
            let text = field.of(&self.draft).map(|value| value.to_string()).unwrap_or_default();
            self.numbers.insert(field, text);
        }
    }

    /// Takes what was typed over into a profile; says what is no number.
    pub(super) fn take_numbers(&self, profile: &mut Profile, faults: &mut Vec<FormFault>) {
        for field in NumberField::ALL {
            let typed = self.number(field).trim();
            let value = if typed.is_empty() { Ok(None) } else { typed.parse().map(Some) };
            match value {
                Ok(value) if value.is_none_or(|value| value <= field.most()) => field.put(value, profile),
                _ => faults.push(FormFault::NotANumber { field: field.field(), most: field.most() }),
            }
        }
    }
}
