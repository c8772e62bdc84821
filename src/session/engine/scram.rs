//! SCRAM (RFC 5802, with SHA-256 after RFC 7677), the client's side without channel binding: the password never
//! leaves, and the server proves that it knows it too.
//!
//! User names and passwords go in as they are: `SASLprep` would change only what is not ASCII, and servers differ in it.

use std::num::NonZeroU32;

use data_encoding::BASE64;
use ring::rand::{SecureRandom, SystemRandom};
use ring::{digest, hmac, pbkdf2};
use zeroize::Zeroizing;

use crate::profile::Secret;
use crate::session::AuthenticationFault as Fault;

/// More iterations are not computed: a server could keep us busy for ever.
pub(super) const MOST_ITERATIONS: u32 = 1_000_000;

/// Random bytes in a nonce.
const NONCE_BYTES: usize = 18;

/// The header that says: no channel binding, no other identity.
const HEADER: &str = "n,,";

/// Which hash a mechanism is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Hash {
    Sha1,
    Sha256,
}

impl Hash {
    /// The hash of an authentication method; `None` where it is no SCRAM that is known.
    pub fn of_method(method: &str) -> Option<Self> {
        match method {
            "SCRAM-SHA-1" => Some(Self::Sha1),
            "SCRAM-SHA-256" => Some(Self::Sha256),
            _ => None,
        }
    }

    fn hmac(self) -> hmac::Algorithm {
        match self {
            Self::Sha1 => hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY,
            Self::Sha256 => hmac::HMAC_SHA256,
        }
    }

    fn digest(self) -> &'static digest::Algorithm {
        match self {
            Self::Sha1 => &digest::SHA1_FOR_LEGACY_USE_ONLY,
            Self::Sha256 => &digest::SHA256,
        }
    }

    fn pbkdf2(self) -> pbkdf2::Algorithm {
        match self {
            Self::Sha1 => pbkdf2::PBKDF2_HMAC_SHA1,
            Self::Sha256 => pbkdf2::PBKDF2_HMAC_SHA256,
        }
    }
}

/// One exchange.
pub(super) struct Scram {
    hash: Hash,
    nonce: String,
    /// The first message without its header.
    first_bare: String,
    stage: Stage,
}

enum Stage {
    /// The server's challenge is awaited.
    Begun,
    /// Our proof was given: the server's own is awaited.
    Proved { server_key: hmac::Key, transcript: String },
    /// The server has proved that it knows the password.
    Done,
}

impl Scram {
    /// An exchange with a nonce of its own, and its first message.
    pub fn begin(hash: Hash, user: &str) -> Result<(Self, Vec<u8>), Fault> {
        let mut random = [0; NONCE_BYTES];
        SystemRandom::new()
            .fill(&mut random)
            .map_err(|_| Fault::Malformed { detail: "the system gave no random numbers".to_owned() })?;
        Ok(Self::with_nonce(hash, user, BASE64.encode(&random)))
    }

    fn with_nonce(hash: Hash, user: &str, nonce: String) -> (Self, Vec<u8>) {
        let user = user.replace('=', "=3D").replace(',', "=2C");
        let first_bare = format!("n={user},r={nonce}");
        let first = format!("{HEADER}{first_bare}").into_bytes();
        (Self { hash, nonce, first_bare, stage: Stage::Begun }, first)
    }

    /// Takes what the server says while the exchange goes on: its challenge, which the proof answers, or its own
    /// proof, where it does not come with the server's last word; nothing answers that.
    pub fn answer(&mut self, said: &[u8], password: &Secret) -> Result<Vec<u8>, Fault> {
        match self.stage {
            Stage::Begun => self.prove(said, password),
            Stage::Proved { .. } => self.check(said).map(|()| Vec::new()),
            Stage::Done => Err(malformed("it goes on after its last message")),
        }
    }

    /// The server has accepted, and said this with it.
    pub fn accepted(&mut self, said: &[u8]) -> Result<(), Fault> {
        match self.stage {
            Stage::Done if said.is_empty() => Ok(()),
            Stage::Proved { .. } if !said.is_empty() => self.check(said),
            Stage::Begun | Stage::Proved { .. } => Err(Fault::NoProof),
            Stage::Done => Err(malformed("it goes on after its last message")),
        }
    }

    fn prove(&mut self, said: &[u8], password: &Secret) -> Result<Vec<u8>, Fault> {
        let challenge = text(said)?;
        let (nonce, salt, iterations) = read_challenge(challenge)?;
        if nonce.len() <= self.nonce.len() || !nonce.starts_with(&self.nonce) {
            return Err(Fault::WrongNonce);
        }
        let mut salted = Zeroizing::new(vec![0; self.hash.digest().output_len()]);
        pbkdf2::derive(self.hash.pbkdf2(), iterations, &salt, password.bytes(), &mut salted);
        let keyed = hmac::Key::new(self.hash.hmac(), &salted);
        let client_key = hmac::sign(&keyed, b"Client Key");
        let stored_key = digest::digest(self.hash.digest(), client_key.as_ref());
        let without_proof = format!("c={},r={nonce}", BASE64.encode(HEADER.as_bytes()));
        let transcript = format!("{},{challenge},{without_proof}", self.first_bare);
        let signature =
            hmac::sign(&hmac::Key::new(self.hash.hmac(), stored_key.as_ref()), transcript.as_bytes());
        let proof: Vec<u8> = client_key.as_ref().iter().zip(signature.as_ref()).map(|(a, b)| a ^ b).collect();
        let server_key = hmac::sign(&keyed, b"Server Key");
        let server_key = hmac::Key::new(self.hash.hmac(), server_key.as_ref());
        self.stage = Stage::Proved { server_key, transcript };
        Ok(format!("{without_proof},p={}", BASE64.encode(&proof)).into_bytes())
    }

    fn check(&mut self, said: &[u8]) -> Result<(), Fault> {
        let Stage::Proved { server_key, transcript } = &self.stage else { return Err(Fault::NoProof) };
        let last = text(said)?;
        let first = last.split(',').next().unwrap_or_default();
        refused(first)?;
        let proof = first.strip_prefix("v=").ok_or_else(|| malformed("its last message has no v="))?;
        let proof = BASE64.decode(proof.as_bytes()).map_err(|_| Fault::WrongProof)?;
        hmac::verify(server_key, transcript.as_bytes(), &proof).map_err(|_| Fault::WrongProof)?;
        self.stage = Stage::Done;
        Ok(())
    }
}

fn malformed(detail: &str) -> Fault {
    Fault::Malformed { detail: detail.to_owned() }
}

fn text(said: &[u8]) -> Result<&str, Fault> {
    std::str::from_utf8(said).map_err(|_| malformed("its message is not text"))
}

/// `e=` in the place of what was expected.
fn refused(attribute: &str) -> Result<(), Fault> {
    match attribute.strip_prefix("e=") {
        Some(reason) => Err(Fault::Refused { reason: reason.to_owned() }),
        None => Ok(()),
    }
}

/// Nonce, salt and iterations of the server's first message. Optional extensions may follow; one that must be
/// understood (`m=`) stands first and ends the exchange (RFC 5802, section 5.1).
fn read_challenge(challenge: &str) -> Result<(&str, Vec<u8>, NonZeroU32), Fault> {
    let mut attributes = challenge.split(',');
    let first = attributes.next().unwrap_or_default();
    refused(first)?;
    let nonce = first.strip_prefix("r=").ok_or_else(|| malformed("its challenge does not begin with r="))?;
    let salt = attributes
        .next()
        .and_then(|attribute| attribute.strip_prefix("s="))
        .and_then(|salt| BASE64.decode(salt.as_bytes()).ok())
        .filter(|salt| !salt.is_empty())
        .ok_or_else(|| malformed("its challenge has no salt (s=)"))?;
    let iterations = attributes
        .next()
        .and_then(|attribute| attribute.strip_prefix("i="))
        .filter(|count| !count.is_empty() && count.bytes().all(|digit| digit.is_ascii_digit()))
        .ok_or_else(|| malformed("its challenge has no count of iterations (i=)"))?;
    // More digits than a number of 32 bits has are too many iterations too.
    let count = iterations.parse().unwrap_or(u32::MAX);
    if count > MOST_ITERATIONS {
        return Err(Fault::TooManyIterations { count: iterations.to_owned(), most: MOST_ITERATIONS });
    }
    let count = NonZeroU32::new(count).ok_or_else(|| malformed("it wants 0 iterations"))?;
    Ok((nonce, salt, count))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// User `user`, password `pencil` in both standards.
    struct Example {
        hash: Hash,
        nonce: &'static str,
        first: &'static str,
        challenge: &'static str,
        answer: &'static str,
        last: &'static str,
    }

    /// RFC 5802, section 5.
    const SHA_1: Example = Example {
        hash: Hash::Sha1,
        nonce: "fyko+d2lbbFgONRv9qkxdawL",
        first: "n,,n=user,r=fyko+d2lbbFgONRv9qkxdawL",
        challenge: "r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096",
        answer: "c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=",
        last: "v=rmF9pqV8S7suAoZWja4dJRkFsKQ=",
    };

    /// RFC 7677, section 3.
    const SHA_256: Example = Example {
        hash: Hash::Sha256,
        nonce: "rOprNGfwEbeRWgbNEkqO",
        first: "n,,n=user,r=rOprNGfwEbeRWgbNEkqO",
        challenge: "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096",
        answer: "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=",
        last: "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=",
    };

    fn pencil() -> Secret {
        Secret::new("pencil".to_owned())
    }

    fn challenged(example: &Example) -> Scram {
        let (mut scram, _) = Scram::with_nonce(example.hash, "user", example.nonce.to_owned());
        scram.answer(example.challenge.as_bytes(), &pencil()).unwrap();
        scram
    }

    fn fault_of(challenge: &str) -> Fault {
        let (mut scram, _) = Scram::with_nonce(Hash::Sha1, "user", "abc".to_owned());
        scram.answer(challenge.as_bytes(), &pencil()).unwrap_err()
    }

    #[test]
    fn the_examples_of_the_standards_come_out() {
        for example in [SHA_1, SHA_256] {
            let (mut scram, first) = Scram::with_nonce(example.hash, "user", example.nonce.to_owned());
            assert_eq!(String::from_utf8(first).unwrap(), example.first);
            let answer = scram.answer(example.challenge.as_bytes(), &pencil()).unwrap();
            assert_eq!(String::from_utf8(answer).unwrap(), example.answer);
            assert_eq!(scram.accepted(example.last.as_bytes()), Ok(()));
        }
    }

    #[test]
    fn a_proof_that_comes_before_the_last_word_is_answered_with_nothing() {
        let mut scram = challenged(&SHA_256);
        assert_eq!(scram.answer(SHA_256.last.as_bytes(), &pencil()), Ok(Vec::new()));
        assert_eq!(scram.accepted(b""), Ok(()));
    }

    #[test]
    fn a_server_that_does_not_know_the_password_is_found_out() {
        let mut scram = challenged(&SHA_1);
        assert_eq!(scram.accepted(b"v=AAAAAAAAAAAAAAAAAAAAAAAAAAA="), Err(Fault::WrongProof));
    }

    #[test]
    fn a_server_that_proves_nothing_is_found_out() {
        let (mut unasked, _) = Scram::with_nonce(Hash::Sha1, "user", "abc".to_owned());
        assert_eq!(unasked.accepted(b""), Err(Fault::NoProof));
        assert_eq!(unasked.accepted(SHA_1.last.as_bytes()), Err(Fault::NoProof));
        assert_eq!(challenged(&SHA_1).accepted(b""), Err(Fault::NoProof));
    }

    #[test]
    fn a_refusal_within_the_exchange_keeps_the_servers_word() {
        let refused = Err(Fault::Refused { reason: "invalid-proof".to_owned() });
        assert_eq!(challenged(&SHA_1).accepted(b"e=invalid-proof"), refused);
    }

    #[test]
    fn a_nonce_that_does_not_go_on_from_ours_is_refused() {
        assert_eq!(fault_of("r=abc,s=AAAA,i=1"), Fault::WrongNonce);
        assert_eq!(fault_of("r=xbcdef,s=AAAA,i=1"), Fault::WrongNonce);
    }

    #[test]
    fn iterations_are_bounded() {
        for count in ["1000001", "4294967296", "99999999999999999999"] {
            let expected = Fault::TooManyIterations { count: count.to_owned(), most: MOST_ITERATIONS };
            assert_eq!(fault_of(&format!("r=abcd,s=AAAA,i={count}")), expected);
        }
    }

    #[test]
    fn challenges_that_are_none_are_told_apart() {
        for challenge in
            ["", "m=x,r=abcd,s=AAAA,i=1", "r=abcd", "r=abcd,s=,i=1", "r=abcd,s=?,i=1", "r=abcd,s=AAAA,i=+1"]
        {
            assert!(matches!(fault_of(challenge), Fault::Malformed { .. }), "{challenge}");
        }
        assert!(matches!(fault_of("r=abcd,s=AAAA,i=0"), Fault::Malformed { .. }));
    }

    #[test]
    fn commas_and_equals_signs_of_a_user_name_are_written_otherwise() {
        let (_, first) = Scram::with_nonce(Hash::Sha1, "a=b,c", "r".to_owned());
        assert_eq!(first, b"n,,n=a=3Db=2Cc,r=r");
    }

    #[test]
    fn nonces_differ() {
        let first = |_| Scram::begin(Hash::Sha256, "u").unwrap().1;
        let firsts: Vec<_> = (0..2).map(first).collect();
        assert_ne!(firsts[0], firsts[1]);
    }
}
