//! What is wrong with a connection as a whole, said of the option that mends it.

use super::{Origin, Target};
use crate::cli::Stop;
use crate::language::Language;
use crate::profile::{FieldFault, ProfileField, Reason};
use crate::text::field_fault;
use crate::wire::Version;

pub(super) fn check(target: &Target) -> Result<(), Stop> {
    let profile = &target.options.profile;
    let faults = profile.validate();
    // Its name is a matter of the window, and its subscriptions are checked when they are used.
    let concerns =
        |fault: &&FieldFault| !matches!(fault.field, ProfileField::Name | ProfileField::Subscription(_));
    if let Some(fault) = faults.iter().find(concerns) {
        return Err(Stop::Usage(format!("{}: {}", option(fault.field, &target.origin), words(fault))));
    }
    let has_password = target.options.secrets.password.as_ref().is_some_and(|password| !password.is_empty());
    if profile.version != Version::V5_0 && profile.username.is_empty() && has_password {
        return Err(Stop::Usage(format!(
            "MQTT {} takes a password only with a user name: add -u USER, or -V 5",
            profile.version
        )));
    }
    Ok(())
}

/// The option that sets a field.
fn option(field: ProfileField, origin: &Origin) -> &'static str {
    match field {
        ProfileField::Host | ProfileField::Port if *origin == Origin::Url => "-L",
        ProfileField::Host | ProfileField::Port if matches!(origin, Origin::Saved(_)) => "--profile",
        ProfileField::Host => "-h",
        ProfileField::Port => "-p",
        ProfileField::ClientId => "-i",
        ProfileField::Username => "-u",
        ProfileField::KeepAlive => "-k",
        ProfileField::Name | ProfileField::ConnectTimeout => "--profile",
        ProfileField::Subscription(_) => "-t",
        ProfileField::Verify => "--insecure",
        ProfileField::CaFile => "--cafile",
        ProfileField::CertificateFile => "--cert",
        ProfileField::ServerName => "--servername",
        ProfileField::WebSocketPath => "--path",
        ProfileField::WebSocketHeader(_) => "--header",
        ProfileField::ProxyHost | ProfileField::ProxyPort => "--proxy",
        ProfileField::WillTopic => "--will-topic",
        ProfileField::WillPayload => "--will-payload",
        ProfileField::WillContentType => "-D will content-type",
        ProfileField::WillCorrelation => "-D will correlation-data",
        ProfileField::ReceiveMaximum => "-D connect receive-maximum",
        ProfileField::MaximumPacket => "-D connect maximum-packet-size",
        ProfileField::AuthenticationMethod => "-D connect authentication-method",
        ProfileField::AuthenticationData => "-D connect authentication-data",
        ProfileField::SessionExpiry => "-x",
        ProfileField::TopicAliasMaximum => "-D connect topic-alias-maximum",
        ProfileField::UserProperty(_) => "-D connect user-property",
        ProfileField::WillDelay => "-D will will-delay-interval",
        ProfileField::WillExpiry => "-D will message-expiry-interval",
        ProfileField::WillResponseTopic => "-D will response-topic",
        ProfileField::WillUserProperty(_) => "-D will user-property",
    }
}

fn words(fault: &FieldFault) -> String {
    let fixed = match (fault.field, fault.reason) {
        (ProfileField::ClientId, Reason::EmptyIn3_1) => {
            "MQTT 3.1 has no empty client identifier; leave -i out to have one made up"
        }
        (ProfileField::ClientId, Reason::EmptyNeedsCleanSession) => {
            "with -c, the client identifier cannot be empty; write one after -i"
        }
        (ProfileField::CertificateFile, Reason::Empty) => {
            "--key is the key of a certificate: name that with --cert FILE"
        }
        (ProfileField::CaFile | ProfileField::WillTopic | ProfileField::Host, Reason::Empty) => "it is empty",
        (ProfileField::Host | ProfileField::ServerName | ProfileField::ProxyHost, Reason::NotAnAddress) => {
            "this is no IPv6 address; a port goes after -p"
        }
        _ => return field_fault(fault, Language::English),
    };
    fixed.to_owned()
}
