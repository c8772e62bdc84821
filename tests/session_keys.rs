//! Client certificates whose private keys stand in every form, locked and not; what is said of a passphrase that is
//! missing or wrong.

mod support;

use std::process::Command;

use mqloupe::profile::{Protocol, Secret, Secrets, Verify};
use mqloupe::session::{Failure, KeyFault, Options};
use mqloupe::wire::Version;
use support::Subject;
use support::peer::{CONNACK, Peer};
use support::tls::{Authority, server};

/// A passphrase that is no plain ASCII.
const PASSPHRASE: &str = "pass 温度";

/// Runs openssl; `None`, said, where there is none.
fn openssl(arguments: &[&str]) -> Option<()> {
    let Ok(output) = Command::new("openssl").args(arguments).output() else {
        eprintln!("skipped: forms of private keys need openssl");
        return None;
    };
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "openssl {arguments:?}: {said}");
    Some(())
}

/// A key in a file, and its certificate in another.
struct Client {
    authority: Authority,
    certificate: String,
    key: String,
}

impl Client {
    /// A key on a curve.
    fn curve() -> Self {
        let authority = Authority::new("CA");
        let client = authority.sign(&["client"]);
        let certificate = authority.file("client.crt", &client.certificate);
        let key = authority.file("client.key", &client.key);
        Self { authority, certificate, key }
    }

    /// An RSA key, its certificate signed by itself.
    fn rsa() -> Option<Self> {
        let authority = Authority::new("CA");
        let (certificate, key) = (path(&authority, "client.crt"), path(&authority, "client.key"));
        openssl(&[
            "req",
            "-x509",
            "-newkey",
            "rsa:2048",
            "-nodes",
            "-days",
            "2",
            "-subj",
            "/CN=client",
            "-keyout",
            &key,
            "-out",
            &certificate,
        ])?;
        Some(Self { authority, certificate, key })
    }

    /// A copy of the key that openssl makes with these arguments.
    fn copy(&self, arguments: &[&str]) -> Option<String> {
        let copy = path(&self.authority, "copy.key");
        openssl(&[arguments, &["-in", &self.key, "-out", &copy]].concat())?;
        Some(copy)
    }

    fn options(&self, key: &str, passphrase: Option<&str>, port: u16) -> Options {
        let mut profile = support::profile(Version::V3_1_1, port);
        profile.endpoint.protocol = Protocol::Mqtts;
        profile.tls.verify = Verify::Off;
        profile.tls.certificate_file.clone_from(&self.certificate);
        key.clone_into(&mut profile.tls.key_file);
        let key_passphrase = passphrase.map(|text| Secret::new(text.to_owned()));
        Options { profile, secrets: Secrets { key_passphrase, ..Secrets::default() } }
    }

    /// Whether a session with this key comes online; the server wants a client certificate of the authority.
    async fn comes_online(&self, key: &str, passphrase: Option<&str>) {
        let peer = Peer::listen().await;
        let mut subject = Subject::start_options(self.options(key, passphrase, peer.port()));
        let config = server(&self.authority.sign(&["127.0.0.1"]), Some(&self.authority), true);
        let mut link = peer.accept_tls(config).await.expect("a handshake");
        link.frame().await;
        link.say(CONNACK).await;
        subject.online().await;
    }

    /// What is wrong with a key; the files are read before anybody is called.
    async fn failure(&self, key: &str, passphrase: Option<&str>) -> Failure {
        Subject::start_options(self.options(key, passphrase, 1)).failure().await
    }
}

fn path(authority: &Authority, name: &str) -> String {
    authority.folder().join(name).to_str().unwrap().to_owned()
}

fn locked(failure: &Failure) -> &KeyFault {
    match failure {
        Failure::Key { fault, .. } => fault,
        other => panic!("another failure: {other:?}"),
    }
}

fn pass() -> String {
    format!("pass:{PASSPHRASE}")
}

#[tokio::test]
async fn keys_in_the_forms_pkcs8_and_sec1_are_taken() {
    let client = Client::curve();
    client.comes_online(&client.key, None).await;
    let Some(sec1) = client.copy(&["ec"]) else { return };
    assert!(std::fs::read_to_string(&sec1).unwrap().contains("EC PRIVATE KEY"));
    client.comes_online(&sec1, None).await;
}

#[tokio::test]
async fn keys_in_the_form_pkcs1_are_taken() {
    let Some(client) = Client::rsa() else { return };
    let Some(pkcs1) = client.copy(&["rsa", "-traditional"]) else { return };
    assert!(std::fs::read_to_string(&pkcs1).unwrap().contains("BEGIN RSA PRIVATE KEY"));
    // The certificate is its own authority's: the key is read, and nobody answers at the port.
    let failure = client.failure(&pkcs1, None).await;
    assert!(matches!(failure, Failure::Refused { .. }), "{failure:?}");
}

#[tokio::test]
async fn a_locked_key_opens_with_its_passphrase() {
    let client = Client::curve();
    for how in [&["-v2", "aes-256-cbc"][..], &["-v2", "aes-128-cbc"], &["-scrypt", "-scrypt_N", "1024"]] {
        let pass = pass();
        let arguments = [&["pkcs8", "-topk8", "-passout", &pass][..], how].concat();
        let Some(key) = client.copy(&arguments) else { return };
        assert!(std::fs::read_to_string(&key).unwrap().contains("BEGIN ENCRYPTED PRIVATE KEY"));
        client.comes_online(&key, Some(PASSPHRASE)).await;
    }
}

#[tokio::test]
async fn a_locked_key_may_stand_beside_its_certificate() {
    let client = Client::curve();
    let Some(key) = client.copy(&["pkcs8", "-topk8", "-passout", &pass()]) else { return };
    let both = [&client.certificate, &key].map(|file| std::fs::read_to_string(file).unwrap()).concat();
    let both = Client { certificate: client.authority.file("both.pem", &both), ..client };
    both.comes_online("", Some(PASSPHRASE)).await;
}

#[tokio::test]
async fn a_passphrase_that_is_missing_or_wrong_is_told_apart() {
    let client = Client::curve();
    let Some(key) = client.copy(&["pkcs8", "-topk8", "-passout", &pass()]) else { return };
    for missing in [None, Some("")] {
        assert_eq!(locked(&client.failure(&key, missing).await), &KeyFault::NoPassphrase);
    }
    let failure = client.failure(&key, Some("hunter2")).await;
    assert_eq!(locked(&failure), &KeyFault::WrongPassphrase);
    assert!(!format!("{failure:?} {failure}").contains("hunter2"));
}

#[tokio::test]
async fn a_passphrase_is_not_missed_where_the_key_is_not_locked() {
    let client = Client::curve();
    client.comes_online(&client.key, Some("hunter2")).await;
}

#[tokio::test]
async fn the_old_locked_form_is_told_with_the_way_out() {
    let client = Client::curve();
    let Some(key) = client.copy(&["ec", "-aes128", "-passout", &pass()]) else { return };
    assert!(std::fs::read_to_string(&key).unwrap().contains("Proc-Type: 4,ENCRYPTED"));
    let failure = client.failure(&key, Some(PASSPHRASE)).await;
    assert_eq!(locked(&failure), &KeyFault::OldForm);
    assert!(failure.to_string().contains("openssl pkcs8 -topk8"), "{failure}");
}

#[tokio::test]
async fn ways_of_locking_that_are_not_known_are_told_as_that() {
    let client = Client::curve();
    let Some(key) = client.copy(&["pkcs8", "-topk8", "-v1", "PBE-SHA1-3DES", "-passout", &pass()]) else {
        return;
    };
    let failure = client.failure(&key, Some(PASSPHRASE)).await;
    assert!(matches!(locked(&failure), KeyFault::UnknownForm { .. }), "{failure:?}");
    let broken = client.authority.file(
        "broken.key",
        "-----BEGIN ENCRYPTED PRIVATE KEY-----\nno Base64!\n-----END ENCRYPTED PRIVATE KEY-----\n",
    );
    let failure = client.failure(&broken, Some(PASSPHRASE)).await;
    assert!(matches!(locked(&failure), KeyFault::UnknownForm { .. }), "{failure:?}");
}
