//! Enhanced authentication of 5.0 (section 4.12): what the client says, and what it makes of the answers.
//!
//! SCRAM is spoken by itself. Any other method gets the bytes that the user gave: with CONNECT, and again as the answer
//! to each question, since only the user knows what they mean. Nobody is answered for ever.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rumqttc_v5::{AuthAction, AuthContext, AuthError, AuthExchangeKind, AuthProperties, Authenticator};

use super::scram::{Hash, Scram};
use crate::profile::Secret;
use crate::session::{AuthenticationFault as Fault, Options, SettingsFault, SettingsPart};

/// Questions that are answered in one exchange; SCRAM has two at most.
const MOST_ROUNDS: u32 = 8;

/// What the engine asks and the session looks at.
#[derive(Clone)]
pub(super) struct Authentication(Arc<Mutex<Exchange>>);

/// How a method is spoken.
#[derive(Clone)]
enum How {
    Scram { hash: Hash, user: String, password: Secret },
    Bytes(Secret),
}

struct Exchange {
    method: String,
    how: How,
    scram: Option<Scram>,
    /// Questions answered in this exchange.
    rounds: u32,
    /// The session has asked for re-authentication, and it has not ended.
    again: bool,
    /// What was wrong with what the server said.
    fault: Option<Fault>,
}

impl fmt::Debug for Exchange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Exchange").field("method", &self.method).finish_non_exhaustive()
    }
}

/// Whether a method is spoken with user name and password, which then do not go into CONNECT.
pub(super) fn uses_password(method: &str) -> bool {
    Hash::of_method(method).is_some()
}

/// What stands against the settings of authentication.
pub(super) fn check(options: &Options) -> Result<(), SettingsFault> {
    const LONGEST: usize = u16::MAX as usize;
    let method = options.profile.connect.authentication_method.as_str();
    let data = options.secrets.authentication_data.as_ref().filter(|data| !data.is_empty());
    let password = options.secrets.password.as_ref().filter(|password| !password.is_empty());
    if method.len() > LONGEST {
        return Err(SettingsFault::TooLong(SettingsPart::AuthenticationMethod));
    }
    if data.is_some_and(|data| data.bytes().len() > LONGEST) {
        return Err(SettingsFault::TooLong(SettingsPart::AuthenticationData));
    }
    if method.contains('\0') {
        return Err(SettingsFault::NullCharacter(SettingsPart::AuthenticationMethod));
    }
    if method.is_empty() {
        return match data {
            None => Ok(()),
            Some(_) => Err(SettingsFault::DataWithoutMethod),
        };
    }
    match (uses_password(method), data) {
        (true, Some(_)) => Err(SettingsFault::DataNotWanted { method: method.to_owned() }),
        (true, None) if options.profile.username.is_empty() || password.is_none() => {
            Err(SettingsFault::LoginWanted { method: method.to_owned() })
        }
        (false, None) => Err(SettingsFault::DataWanted { method: method.to_owned() }),
        (true, None) | (false, Some(_)) => Ok(()),
    }
}

impl Authentication {
    /// What the checked options say; `None` without an authentication method.
    pub fn of(options: &Options) -> Option<Self> {
        let method = options.profile.connect.authentication_method.clone();
        if method.is_empty() {
            return None;
        }
        let secret =
            |secret: &Option<Secret>| secret.clone().unwrap_or_else(|| Secret::from_bytes(Vec::new()));
        let how = match Hash::of_method(&method) {
            Some(hash) => How::Scram {
                hash,
                user: options.profile.username.clone(),
                password: secret(&options.secrets.password),
            },
            None => How::Bytes(secret(&options.secrets.authentication_data)),
        };
        let exchange = Exchange { method, how, scram: None, rounds: 0, again: false, fault: None };
        Some(Self(Arc::new(Mutex::new(exchange))))
    }

    pub fn authenticator(&self) -> Arc<Mutex<dyn Authenticator>> {
        Arc::clone(&self.0) as Arc<Mutex<dyn Authenticator>>
    }

    fn exchange(&self) -> MutexGuard<'_, Exchange> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// CONNACK accepted, and said this with it.
    pub fn accepted(&self, said: Option<&[u8]>) -> Result<(), Fault> {
        self.exchange().accepted(said.unwrap_or_default())
    }

    /// What was wrong with what the server said, once.
    pub fn take_fault(&self) -> Option<Fault> {
        self.exchange().fault.take()
    }

    /// Whether re-authentication may begin; then nobody else's may until it is [`Self::done`].
    pub fn claim(&self) -> bool {
        !std::mem::replace(&mut self.exchange().again, true)
    }

    /// Re-authentication has ended, or never began.
    pub fn done(&self) {
        self.exchange().again = false;
    }
}

impl Exchange {
    fn begin(&mut self) -> Result<Vec<u8>, Fault> {
        self.rounds = 0;
        self.fault = None;
        match &self.how {
            How::Scram { hash, user, .. } => {
                let (scram, first) = Scram::begin(*hash, user)?;
                self.scram = Some(scram);
                Ok(first)
            }
            How::Bytes(data) => Ok(data.bytes().to_vec()),
        }
    }

    fn answer(&mut self, said: &[u8]) -> Result<Vec<u8>, Fault> {
        self.rounds += 1;
        if self.rounds > MOST_ROUNDS {
            return Err(Fault::Endless { rounds: MOST_ROUNDS });
        }
        match (&self.how, &mut self.scram) {
            (How::Bytes(data), _) => Ok(data.bytes().to_vec()),
            (How::Scram { .. }, _) if said.is_empty() => Err(Fault::NoData),
            (How::Scram { password, .. }, Some(scram)) => scram.answer(said, password),
            (How::Scram { .. }, None) => Err(Fault::NoProof),
        }
    }

    fn accepted(&mut self, said: &[u8]) -> Result<(), Fault> {
        match (&self.how, &mut self.scram) {
            (How::Bytes(_), _) => Ok(()),
            (How::Scram { .. }, Some(scram)) => scram.accepted(said),
            (How::Scram { .. }, None) => Err(Fault::NoProof),
        }
    }

    /// Remembers what is wrong; the engine only carries words.
    fn keep<T>(&mut self, outcome: Result<T, Fault>) -> Result<T, AuthError> {
        outcome.map_err(|fault| {
            let words = fault.to_string();
            self.fault = Some(fault);
            AuthError::Failed(words)
        })
    }
}

fn data(properties: Option<AuthProperties>) -> Vec<u8> {
    properties.and_then(|properties| properties.data).map(|data| data.to_vec()).unwrap_or_default()
}

fn properties(data: Vec<u8>) -> AuthProperties {
    // No data is not the same as data of no bytes, and the shorter of the two.
    let data = (!data.is_empty()).then(|| data.into());
    AuthProperties { method: None, data, reason: None, user_properties: Vec::new() }
}

impl Authenticator for Exchange {
    fn start(&mut self, context: AuthContext<'_>) -> Result<Option<AuthProperties>, AuthError> {
        self.again = context.kind == AuthExchangeKind::Reauthentication;
        let begun = self.begin();
        self.keep(begun).map(|data| Some(properties(data)))
    }

    fn continue_auth(
        &mut self,
        _: AuthContext<'_>,
        incoming: Option<AuthProperties>,
    ) -> Result<AuthAction, AuthError> {
        let answer = self.answer(&data(incoming));
        self.keep(answer).map(|data| AuthAction::Send(properties(data)))
    }

    fn success(&mut self, _: AuthContext<'_>, incoming: Option<AuthProperties>) -> Result<(), AuthError> {
        self.again = false;
        let accepted = self.accepted(&data(incoming));
        self.keep(accepted)
    }

    fn failure(&mut self, _: AuthContext<'_>, _: AuthError) {
        self.again = false;
    }
}
