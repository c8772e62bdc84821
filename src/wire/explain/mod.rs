//! What a field means, in sentences for people who have never read the standard.

mod arithmetic;
mod code;
mod property;
mod value;
mod what;

use super::{Dissection, Field, FieldKind, Property};
use crate::language::Language;

/// What a selected field means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// Lines of sentences: what the field is and which values are legal, what this value means, and how it
    /// comes from the bytes. Bytes, bits, sums and code-like words stand between backticks, which come in pairs
    /// within a line.
    pub text: String,
    /// Where the standard says so: `MQTT 3.1.1, 3.1.2.3`.
    pub section: String,
}

/// A field, and the frame around it.
struct Subject<'a> {
    frame: &'a [u8],
    dissection: &'a Dissection,
    field: &'a Field,
    language: Language,
}

/// Explains the field at `path` (indexes from the top-level fields down). A path that leads nowhere
/// explains the packet as a whole.
///
/// Never shows what a password or authentication data say.
#[must_use]
pub fn explain(frame: &[u8], dissection: &Dissection, path: &[usize], language: Language) -> Explanation {
    let choose = |(english, chinese): what::Both| match language {
        Language::English => english,
        Language::Chinese => chinese,
    };
    let Some(field) = dissection.field(path) else {
        let about = dissection.packet.map(|packet| choose(what::packet(packet, dissection.version)));
        let chapter = dissection.packet.map_or(2, |packet| packet as u8);
        let section = match dissection.packet {
            Some(_) => format!("MQTT {}, 3.{chapter}", dissection.version),
            None => format!("MQTT {}, 2.1", dissection.version),
        };
        return Explanation { text: about.unwrap_or_default().to_owned(), section };
    };
    let subject = Subject { frame, dissection, field, language };
    let mut lines = vec![choose(what::what(field.kind, dissection.version, dissection.packet)).to_owned()];
    let sum = arithmetic::sentence(&subject);
    if field.children.is_empty() {
        lines.extend(value::sentences(&subject));
        lines.extend(sum);
    } else {
        // A byte of flags: its bits first, for the lines that follow are about them.
        lines.extend(sum);
        lines.extend(value::sentences(&subject));
    }
    let in_will = (1..path.len())
        .filter_map(|depth| dissection.field(path.get(..depth)?))
        .any(|above| above.kind == FieldKind::WillProperties);
    Explanation {
        text: lines.join("\n"),
        section: field.kind.section(dissection.version, dissection.packet, in_will),
    }
}

impl Subject<'_> {
    fn say(&self, english: String, chinese: String) -> String {
        match self.language {
            Language::English => english,
            Language::Chinese => chinese,
        }
    }

    /// The field's bytes.
    fn bytes(&self) -> &[u8] {
        self.frame.get(self.field.range.clone()).unwrap_or_default()
    }

    /// The property that a value stands for.
    fn property(&self) -> Option<Property> {
        match self.field.kind {
            FieldKind::PropertyValue(property) | FieldKind::Property(property) => Some(property),
            _ => None,
        }
    }
}
