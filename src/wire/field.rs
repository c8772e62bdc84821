//! Every field of MQTT, declared once: name, labels, unit, section, explanation.

/// A field of the standard.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FieldKind {
    /// The first byte and the remaining length.
    FixedHeader,
}
