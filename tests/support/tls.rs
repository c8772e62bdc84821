//! Certificate authorities, certificates and TLS for servers under test.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use mqloupe::profile::{Profile, Protocol, Verify};
use mqloupe::wire::Version;
use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};
use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;

use super::profile;

/// A certificate and its key as text (PEM).
pub struct Identity {
    pub certificate: String,
    pub key: String,
}

/// A certificate authority of our own, and a folder for its files.
pub struct Authority {
    issuer: Issuer<'static, KeyPair>,
    pub certificate: String,
    folder: tempfile::TempDir,
}

impl Authority {
    pub fn new(name: &str) -> Self {
        let mut params = CertificateParams::default();
        params.distinguished_name.remove(DnType::CommonName);
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().unwrap();
        let certificate = params.self_signed(&key).unwrap().pem();
        Self { issuer: Issuer::new(params, key), certificate, folder: tempfile::tempdir().unwrap() }
    }

    /// A certificate for these names.
    pub fn sign(&self, names: &[&str]) -> Identity {
        self.sign_with(names, |_| {})
    }

    /// A certificate for these names, changed as wanted.
    pub fn sign_with(&self, names: &[&str], change: impl FnOnce(&mut CertificateParams)) -> Identity {
        let mut params = params(names);
        change(&mut params);
        let key = KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, &self.issuer).unwrap().pem();
        Identity { certificate, key: key.serialize_pem() }
    }

    /// Writes a file and answers its path.
    pub fn file(&self, name: &str, text: &str) -> String {
        let path: PathBuf = self.folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.to_str().expect("a path of plain characters").to_owned()
    }

    pub fn folder(&self) -> &Path {
        self.folder.path()
    }
}

fn params(names: &[&str]) -> CertificateParams {
    let names: Vec<_> = names.iter().map(|&name| name.to_owned()).collect();
    let mut params = CertificateParams::new(names).unwrap();
    params.distinguished_name.remove(DnType::CommonName);
    params.distinguished_name.push(DnType::CommonName, "server under test");
    params
}

/// A certificate that nobody else vouches for.
pub fn self_signed(names: &[&str]) -> Identity {
    let key = KeyPair::generate().unwrap();
    Identity { certificate: params(names).self_signed(&key).unwrap().pem(), key: key.serialize_pem() }
}

/// A server with this certificate; with `clients`, those without a certificate of that authority are sent away.
pub fn server(identity: &Identity, clients: Option<&Authority>, tls12: bool) -> Arc<ServerConfig> {
    let provider = Arc::new(ring::default_provider());
    let versions: &[_] = if tls12 { &[&rustls::version::TLS12] } else { &[&rustls::version::TLS13] };
    let builder =
        ServerConfig::builder_with_provider(Arc::clone(&provider)).with_protocol_versions(versions).unwrap();
    let builder = match clients {
        None => builder.with_no_client_auth(),
        Some(authority) => {
            let mut roots = rustls::RootCertStore::empty();
            roots.add(CertificateDer::from_pem_slice(authority.certificate.as_bytes()).unwrap()).unwrap();
            let verifier =
                WebPkiClientVerifier::builder_with_provider(roots.into(), provider).build().unwrap();
            builder.with_client_cert_verifier(verifier)
        }
    };
    let certificate = CertificateDer::from_pem_slice(identity.certificate.as_bytes()).unwrap();
    let key = PrivateKeyDer::from_pem_slice(identity.key.as_bytes()).unwrap();
    let mut config = builder.with_single_cert(vec![certificate], key).unwrap();
    config.alpn_protocols = vec![b"mqtt".to_vec()];
    Arc::new(config)
}

/// A profile for a TLS server on this machine that `authority` vouches for.
pub fn secure(port: u16, authority: &Authority) -> Profile {
    let mut profile = profile(Version::V3_1_1, port);
    profile.endpoint.protocol = Protocol::Mqtts;
    profile.tls.verify = Verify::CaFile;
    profile.tls.ca_file = authority.file("ca.crt", &authority.certificate);
    profile
}

/// The same with this client certificate.
pub fn with_client(mut profile: Profile, authority: &Authority, client: &Identity) -> Profile {
    profile.tls.certificate_file = authority.file("client.crt", &client.certificate);
    profile.tls.key_file = authority.file("client.key", &client.key);
    profile
}

/// Lines of mosquitto for TLS with these files.
pub fn mosquitto_lines(authority: &Authority, clients: bool) -> String {
    let identity = authority.sign(&["127.0.0.1"]);
    authority.file("ca.crt", &authority.certificate);
    authority.file("server.crt", &identity.certificate);
    authority.file("server.key", &identity.key);
    let folder = authority.folder().display();
    format!(
        "cafile {folder}/ca.crt\ncertfile {folder}/server.crt\nkeyfile {folder}/server.key\nrequire_certificate {clients}"
    )
}
