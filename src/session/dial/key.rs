//! The client's private key: PKCS#8, PKCS#1 or SEC1 (PEM), and PKCS#8 locked with a passphrase (RFC 5958, section 3).
//!
//! The old locked form of OpenSSL (`Proc-Type: 4,ENCRYPTED`) is told apart and not read: its passphrase goes through one
//! round of MD5.

use data_encoding::BASE64;
use memchr::memmem;
use pkcs8::{EncryptedPrivateKeyInfoRef, Error};
use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::{self, PemObject};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::sign::CertifiedKey;
use zeroize::Zeroizing;

use super::tls::{malformed, read_file, unusable};
use crate::profile::Secret;
use crate::session::{Failure, FileFault, KeyFault};

/// The certificates with the private key in the file at `path`, unlocked where that is needed.
pub(super) fn read(
    chain: Vec<CertificateDer<'static>>,
    path: &str,
    passphrase: Option<&Secret>,
    provider: &CryptoProvider,
) -> Result<CertifiedKey, Failure> {
    let text = Zeroizing::new(read_file(path)?);
    let fault = |fault| Failure::Key { path: path.to_owned(), fault };
    let key = if let Some(locked) = locked(&text) {
        unlock(&locked, passphrase).map_err(fault)?
    } else if memmem::find(&text, b"Proc-Type: 4,ENCRYPTED").is_some() {
        return Err(fault(KeyFault::OldForm));
    } else {
        PrivateKeyDer::from_pem_slice(&text).map_err(|error| match error {
            pem::Error::NoItemsFound => unusable(path, FileFault::NoKey),
            other => malformed(path, &other),
        })?
    };
    CertifiedKey::from_der(chain, key, provider).map_err(|error| match error {
        rustls::Error::InconsistentKeys(_) => unusable(path, FileFault::OtherKey),
        other => malformed(path, &other),
    })
}

/// The bytes of a locked key; none where its text is no Base64.
fn locked(text: &[u8]) -> Option<Vec<u8>> {
    const BEGIN: &[u8] = b"-----BEGIN ENCRYPTED PRIVATE KEY-----";
    let inner = text.get(memmem::find(text, BEGIN)? + BEGIN.len()..)?;
    let inner = inner.get(..memmem::find(inner, b"-----END")?).unwrap_or_default();
    let inner: Vec<u8> = inner.iter().copied().filter(|byte| !byte.is_ascii_whitespace()).collect();
    Some(BASE64.decode(&inner).unwrap_or_default())
}

fn unlock(der: &[u8], passphrase: Option<&Secret>) -> Result<PrivateKeyDer<'static>, KeyFault> {
    let unknown = |error: &dyn std::fmt::Display| KeyFault::UnknownForm { detail: error.to_string() };
    let locked = EncryptedPrivateKeyInfoRef::try_from(der).map_err(|error| unknown(&error))?;
    let passphrase = passphrase.filter(|passphrase| !passphrase.is_empty()).ok_or(KeyFault::NoPassphrase)?;
    let key = locked.decrypt(passphrase.bytes()).map_err(|error| match error {
        // A wrong passphrase gives bytes that end in good padding now and then; they are no key.
        Error::EncryptedPrivateKey(pkcs8::pkcs5::Error::DecryptFailed) | Error::Asn1(_) => {
            KeyFault::WrongPassphrase
        }
        other => unknown(&other),
    })?;
    Ok(PrivatePkcs8KeyDer::from(key.as_bytes().to_vec()).into())
}
