//! TLS on a network connection, and what its failures mean.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use rustls::client::ResolvesClientCert;
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::sign::CertifiedKey;
use rustls::version::{TLS12, TLS13};
use rustls::{AlertDescription, CertificateError, ClientConfig, ProtocolVersion, SignatureScheme};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use super::key;
use super::verifier::Verifier;
use crate::profile::{Secret, Tls, TlsVersion, Verify};
use crate::session::verdict::is_a_close;
use crate::session::{Certificate, CertificateFault, Failure, FileFault, Options, Security, SettingsFault};

/// Everything that TLS needs, its files read.
pub(super) struct Setup {
    config: Arc<ClientConfig>,
    verifier: Arc<Verifier>,
    identity: Arc<Identity>,
    server: ServerName<'static>,
    address: String,
    verified: bool,
}

/// A connection with TLS on it.
pub(super) struct Secured {
    pub stream: TlsStream<TcpStream>,
    pub security: Security,
    /// The server asked for a client certificate, and there is none.
    pub certificate_wanted: bool,
}

/// The client certificate, and whether the server asked for one.
#[derive(Debug)]
struct Identity {
    key: Option<Arc<CertifiedKey>>,
    asked: AtomicBool,
}

impl ResolvesClientCert for Identity {
    fn resolve(&self, _: &[&[u8]], _: &[SignatureScheme]) -> Option<Arc<CertifiedKey>> {
        self.asked.store(true, Ordering::Relaxed);
        self.key.clone()
    }

    fn has_certs(&self) -> bool {
        self.key.is_some()
    }
}

impl Setup {
    pub async fn new(options: &Options) -> Result<Self, Failure> {
        let profile = &options.profile;
        let passphrase = options.secrets.key_passphrase.clone();
        let (tls, address) = (profile.tls.clone(), profile.endpoint.to_string());
        let name = if tls.server_name.is_empty() { &profile.endpoint.host } else { &tls.server_name };
        // The zone of an IPv6 address is a matter of this machine alone.
        let name = name.split('%').next().unwrap_or_default().to_owned();
        let server = ServerName::try_from(name.clone())
            .map_err(|_| Failure::Settings { fault: SettingsFault::ServerName { name } })?;
        // Files, and the system's certificate authorities, are read here.
        tokio::task::spawn_blocking(move || Self::read(&tls, passphrase.as_ref(), server, address))
            .await
            .unwrap_or_else(|error| Err(Failure::of_settings(&error)))
    }

    fn read(
        tls: &Tls,
        passphrase: Option<&Secret>,
        server: ServerName<'static>,
        address: String,
    ) -> Result<Self, Failure> {
        let provider = Arc::new(ring::default_provider());
        let verifier = match tls.verify {
            Verify::System => {
                Verifier::system(Arc::clone(&provider)).map_err(|error| Failure::of_settings(&error))?
            }
            Verify::CaFile => Verifier::authorities(certificates(&tls.ca_file)?, Arc::clone(&provider))
                .map_err(|error| malformed(&tls.ca_file, &error))?,
            Verify::Off => Verifier::nothing(Arc::clone(&provider)),
        };
        let verifier = Arc::new(verifier);
        let key = if tls.certificate_file.is_empty() {
            None
        } else {
            // The key may stand in the file of the certificate.
            let file = if tls.key_file.is_empty() { &tls.certificate_file } else { &tls.key_file };
            let chain = certificates(&tls.certificate_file)?;
            Some(Arc::new(key::read(chain, file, passphrase, &provider)?))
        };
        let identity = Arc::new(Identity { key, asked: AtomicBool::new(false) });
        let versions: &[_] = match tls.minimum_version {
            TlsVersion::V1_2 => &[&TLS13, &TLS12],
            TlsVersion::V1_3 => &[&TLS13],
        };
        let checked = Arc::clone(&verifier);
        let mut config = ClientConfig::builder_with_provider(provider)
            .with_protocol_versions(versions)
            .map_err(|error| Failure::of_settings(&error))?
            .dangerous()
            .with_custom_certificate_verifier(checked)
            .with_client_cert_resolver(Arc::clone(&identity) as Arc<dyn ResolvesClientCert>);
        config.alpn_protocols = tls.alpn.iter().map(|name| name.as_bytes().to_vec()).collect();
        let is_checked = tls.verify != Verify::Off;
        Ok(Self { config: Arc::new(config), verifier, identity, server, address, verified: is_checked })
    }

    /// Sets TLS up.
    pub async fn secure(self, stream: TcpStream) -> Result<Secured, Failure> {
        let connector = TlsConnector::from(Arc::clone(&self.config));
        let secured = connector.connect(self.server.clone(), stream).await;
        let without_key = self.identity.key.is_none();
        let certificate_wanted = without_key && self.identity.asked.load(Ordering::Relaxed);
        let stream = match secured {
            Ok(stream) => stream,
            Err(error) => return Err(self.failure(&error, certificate_wanted)),
        };
        let (_, connection) = stream.get_ref();
        let version = match connection.protocol_version() {
            Some(ProtocolVersion::TLSv1_3) => "TLS 1.3".to_owned(),
            Some(ProtocolVersion::TLSv1_2) => "TLS 1.2".to_owned(),
            other => format!("{other:?}"),
        };
        let cipher = connection.negotiated_cipher_suite();
        let security = Security {
            version,
            cipher: cipher.map(|suite| format!("{:?}", suite.suite())).unwrap_or_default(),
            alpn: connection.alpn_protocol().map(|name| String::from_utf8_lossy(name).into_owned()),
            verified: self.verified,
            certificates: self.verifier.sent(),
        };
        Ok(Secured { stream, security, certificate_wanted })
    }

    fn failure(&self, error: &io::Error, certificate_wanted: bool) -> Failure {
        let address = self.address.clone();
        let Some(found) = of_tls(error) else {
            return match error.kind() {
                kind if is_a_close(kind) => Failure::ClosedInTls { address },
                _ => Failure::Network { address, detail: error.to_string() },
            };
        };
        match found {
            rustls::Error::InvalidCertificate(wrong) => Failure::Certificate {
                server: self.server.to_str().into_owned(),
                fault: fault(wrong, self.verifier.sent().first()),
                detail: wrong.to_string(),
            },
            rustls::Error::InvalidMessage(_) => Failure::NotTls { address },
            other => of_alert(other, &address, certificate_wanted)
                .unwrap_or_else(|| Failure::TlsHandshake { address, detail: other.to_string() }),
        }
    }
}

/// What an error of a connection that was set up means for TLS: servers of TLS 1.3 refuse a client certificate only
/// after the client has begun to speak. `None` where it has nothing to do with that.
pub(in crate::session) fn later(
    error: &io::Error,
    address: &str,
    certificate_wanted: bool,
) -> Option<Failure> {
    of_alert(of_tls(error)?, address, certificate_wanted)
}

fn of_tls(error: &io::Error) -> Option<&rustls::Error> {
    error.get_ref()?.downcast_ref()
}

/// What the server's alert says about the client certificate.
fn of_alert(error: &rustls::Error, address: &str, certificate_wanted: bool) -> Option<Failure> {
    use AlertDescription as Alert;
    let rustls::Error::AlertReceived(alert) = error else { return None };
    let address = address.to_owned();
    match alert {
        Alert::CertificateRequired => Some(Failure::ClientCertificateWanted { address }),
        // Before TLS 1.3 there is no alert of its own for this.
        Alert::HandshakeFailure | Alert::BadCertificate if certificate_wanted => {
            Some(Failure::ClientCertificateWanted { address })
        }
        Alert::BadCertificate
        | Alert::UnsupportedCertificate
        | Alert::CertificateRevoked
        | Alert::CertificateExpired
        | Alert::CertificateUnknown
        | Alert::UnknownCA
        | Alert::AccessDenied => {
            Some(Failure::ClientCertificateRefused { address, detail: format!("{alert:?}") })
        }
        _ => None,
    }
}

fn fault(wrong: &CertificateError, server: Option<&Certificate>) -> CertificateFault {
    let self_signed = server.is_some_and(|server| server.issuer == server.subject);
    match wrong {
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
            CertificateFault::Expired { since: server.map(|server| server.not_after) }
        }
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            CertificateFault::NotYetValid { from: server.map(|server| server.not_before) }
        }
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            CertificateFault::WrongName {
                names: server.map(|server| server.names.clone()).unwrap_or_default(),
            }
        }
        // A self-signed certificate is often an authority too, which the check refuses in other words.
        CertificateError::UnknownIssuer | CertificateError::Other(_) if self_signed => {
            CertificateFault::SelfSigned
        }
        CertificateError::UnknownIssuer => CertificateFault::UnknownIssuer {
            issuer: server.map(|server| server.issuer.clone()).unwrap_or_default(),
        },
        _ => CertificateFault::Other,
    }
}

pub(super) fn unusable(path: &str, fault: FileFault) -> Failure {
    Failure::File { path: path.to_owned(), fault }
}

/// A file whose text does not hold what it should, in the words of the one who read it.
pub(super) fn malformed(path: &str, error: &dyn std::error::Error) -> Failure {
    unusable(path, FileFault::Malformed { detail: error.to_string() })
}

/// The bytes of a file.
pub(super) fn read_file(path: &str) -> Result<Vec<u8>, Failure> {
    std::fs::read(path).map_err(|error| unusable(path, FileFault::Unreadable { detail: error.to_string() }))
}

/// The certificates of a file, at least one.
fn certificates(path: &str) -> Result<Vec<CertificateDer<'static>>, Failure> {
    let text = read_file(path)?;
    let found: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&text).collect();
    let found = found.map_err(|error| malformed(path, &error))?;
    if found.is_empty() {
        return Err(unusable(path, FileFault::NoCertificate));
    }
    Ok(found)
}
