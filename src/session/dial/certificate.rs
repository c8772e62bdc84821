//! What a certificate says.

use std::net::IpAddr;

use data_encoding::HEXLOWER;
use x509_parser::prelude::{FromDer, GeneralName, X509Certificate};

use crate::session::Certificate;

/// Reads a certificate; one that cannot be read has a fingerprint and its bytes alone.
pub(super) fn read(der: &[u8]) -> Certificate {
    let digest = ring::digest::digest(&ring::digest::SHA256, der);
    let certificate = Certificate {
        fingerprint: HEXLOWER.encode(digest.as_ref()),
        der: der.to_vec(),
        ..Certificate::default()
    };
    let Ok((_, parsed)) = X509Certificate::from_der(der) else { return certificate };
    Certificate {
        subject: parsed.subject().to_string(),
        issuer: parsed.issuer().to_string(),
        names: names(&parsed),
        not_before: parsed.validity().not_before.timestamp(),
        not_after: parsed.validity().not_after.timestamp(),
        ..certificate
    }
}

/// The names and addresses that a server certificate is for. The common name does not count any more (RFC 9525).
fn names(parsed: &X509Certificate<'_>) -> Vec<String> {
    let Ok(Some(extension)) = parsed.subject_alternative_name() else { return Vec::new() };
    let name = |name: &GeneralName<'_>| match name {
        GeneralName::DNSName(name) => Some((*name).to_owned()),
        GeneralName::IPAddress(bytes) => address(bytes),
        _ => None,
    };
    extension.value.general_names.iter().filter_map(name).collect()
}

fn address(bytes: &[u8]) -> Option<String> {
    let address = match bytes.len() {
        4 => IpAddr::from(<[u8; 4]>::try_from(bytes).ok()?),
        _ => IpAddr::from(<[u8; 16]>::try_from(bytes).ok()?),
    };
    Some(address.to_string())
}
