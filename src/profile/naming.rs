//! New profiles, copies of profiles, and the names they get. Randomness comes from the caller.

use super::{Profile, ProfileId};

const GENERATED: &str = "mqloupe_";

/// A client identifier that no other client is likely to have: `mqloupe_` and eight hex digits, which every version
/// of MQTT takes.
#[must_use]
pub fn generate_client_id(random: u32) -> String {
    format!("{GENERATED}{random:08x}")
}

/// Whether a client identifier looks like one of [`generate_client_id`].
#[must_use]
pub fn is_generated_client_id(client_id: &str) -> bool {
    client_id
        .strip_prefix(GENERATED)
        .is_some_and(|digits| digits.len() == 8 && digits.bytes().all(|digit| digit.is_ascii_hexdigit()))
}

/// A name that none of `taken` has: the name itself, or the name with ` (2)`, ` (3)`, … after it.
#[must_use]
pub fn free_name(name: &str, taken: &[&str]) -> String {
    if !taken.contains(&name) {
        return name.to_owned();
    }
    let stem = without_number(name);
    // Of so many numbers, one is not taken.
    let mut numbered = (2..=taken.len().saturating_add(2)).map(|number| format!("{stem} ({number})"));
    numbered.find(|wanted| !taken.contains(&wanted.as_str())).unwrap_or_default()
}

/// The name without the ` (2)` of an earlier copy.
fn without_number(name: &str) -> &str {
    let numbered = name.strip_suffix(')').and_then(|rest| rest.rsplit_once(" ("));
    match numbered {
        Some((stem, number)) if !number.is_empty() && number.bytes().all(|digit| digit.is_ascii_digit()) => {
            stem
        }
        _ => name,
    }
}

impl Profile {
    /// A new profile with sensible defaults, an identifier and a client identifier of its own made of `random`.
    #[must_use]
    pub fn new(random: u64) -> Self {
        let [a, b, c, d, ..] = random.to_be_bytes();
        Self {
            id: ProfileId(format!("{random:016x}")),
            client_id: generate_client_id(u32::from_be_bytes([a, b, c, d])),
            ..Self::default()
        }
    }

    /// A copy with an identifier of its own and a name that none of `taken` has. A generated client identifier is
    /// generated anew, since a server throws out the first of two clients with the same one.
    #[must_use]
    pub fn duplicate(&self, random: u64, taken: &[&str]) -> Self {
        let fresh = Self::new(random);
        let client_id =
            if is_generated_client_id(&self.client_id) { fresh.client_id } else { self.client_id.clone() };
        Self { id: fresh.id, name: free_name(&self.name, taken), client_id, ..self.clone() }
    }
}
