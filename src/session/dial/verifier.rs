//! Who checks the server's certificate: the system, a file of certificate authorities, or nobody.
//!
//! Whatever the check says, the certificates that the server sent are kept: a refusal is told with what they say.

use std::sync::{Arc, Mutex, PoisonError};

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{CertificateError, DigitallySignedStruct, Error, RootCertStore, SignatureScheme};

use super::certificate;
use crate::session::Certificate;

/// Checks, and remembers what was sent.
#[derive(Debug)]
pub(super) struct Verifier {
    check: Check,
    provider: Arc<CryptoProvider>,
    sent: Mutex<Vec<Certificate>>,
}

#[derive(Debug)]
enum Check {
    System(rustls_platform_verifier::Verifier),
    Authorities { authorities: Arc<WebPkiServerVerifier>, given: Vec<CertificateDer<'static>> },
    Nothing,
}

impl Verifier {
    fn new(check: Check, provider: Arc<CryptoProvider>) -> Self {
        Self { check, provider, sent: Mutex::default() }
    }

    /// The certificate authorities that the system trusts.
    pub fn system(provider: Arc<CryptoProvider>) -> Result<Self, Error> {
        let check = Check::System(rustls_platform_verifier::Verifier::new(Arc::clone(&provider))?);
        Ok(Self::new(check, provider))
    }

    /// These certificate authorities alone. A server's own certificate among them is trusted as it is.
    pub fn authorities(
        given: Vec<CertificateDer<'static>>,
        provider: Arc<CryptoProvider>,
    ) -> Result<Self, Error> {
        let mut roots = RootCertStore::empty();
        for authority in &given {
            roots.add(authority.clone())?;
        }
        let authorities = WebPkiServerVerifier::builder_with_provider(roots.into(), Arc::clone(&provider))
            .build()
            .map_err(|error| Error::General(error.to_string()))?;
        Ok(Self::new(Check::Authorities { authorities, given }, provider))
    }

    /// Anybody.
    pub fn nothing(provider: Arc<CryptoProvider>) -> Self {
        Self::new(Check::Nothing, provider)
    }

    /// The certificates that the server sent, its own first.
    pub fn sent(&self) -> Vec<Certificate> {
        self.sent.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// A certificate that was given as trusted itself: only its dates and names are left to check. The ordinary check
/// does not take a certificate authority for a server.
fn check_given(server: &CertificateDer<'_>, name: &ServerName<'_>, now: UnixTime) -> Result<(), Error> {
    let said = certificate::read(server);
    let seconds = i64::try_from(now.as_secs()).unwrap_or(i64::MAX);
    if seconds > said.not_after {
        return Err(CertificateError::Expired.into());
    }
    if seconds < said.not_before {
        return Err(CertificateError::NotValidYet.into());
    }
    rustls::client::verify_server_name(&ParsedCertificate::try_from(server)?, name)
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        server: &CertificateDer<'_>,
        others: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        *self.sent.lock().unwrap_or_else(PoisonError::into_inner) =
            std::iter::once(server).chain(others).map(|der| certificate::read(der)).collect();
        match &self.check {
            Check::System(system) => system.verify_server_cert(server, others, name, ocsp, now),
            Check::Authorities { given, .. } if given.iter().any(|one| one == server) => {
                check_given(server, name, now).map(|()| ServerCertVerified::assertion())
            }
            Check::Authorities { authorities, .. } => {
                authorities.verify_server_cert(server, others, name, ocsp, now)
            }
            Check::Nothing => Ok(ServerCertVerified::assertion()),
        }
    }

    // Also where nobody checks the certificate, the server must hold its key.

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        server: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, server, signed, &self.provider.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        server: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, server, signed, &self.provider.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}
