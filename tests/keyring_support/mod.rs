//! A keyring in memory that can be locked, gone, slow or stuck.

// Each test file uses a part of it.
#![allow(dead_code)]

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, mpsc};

use mqloupe::profile::Secret;
use mqloupe::store::secrets::{Keyring, KeyringFault};

#[derive(Default)]
struct Inside {
    entries: BTreeMap<String, Vec<u8>>,
    fault: Option<KeyringFault>,
    /// The next call waits until something comes through here, or nobody is at the other end.
    gate: Option<mpsc::Receiver<()>>,
    calls: Vec<String>,
}

/// Copies are the same keyring.
#[derive(Clone, Default)]
pub struct MemoryKeyring(Arc<Mutex<Inside>>);

impl MemoryKeyring {
    fn inside(&self) -> MutexGuard<'_, Inside> {
        self.0.lock().expect("nobody panicked with it")
    }

    /// A keyring that answers everything with this.
    pub fn with_fault(fault: KeyringFault) -> Self {
        let keyring = Self::default();
        keyring.set_fault(Some(fault));
        keyring
    }

    pub fn set_fault(&self, fault: Option<KeyringFault>) {
        self.inside().fault = fault;
    }

    /// The next call is answered when the sender sends or goes.
    pub fn hold(&self) -> mpsc::Sender<()> {
        let (open, gate) = mpsc::channel();
        self.inside().gate = Some(gate);
        open
    }

    pub fn entries(&self) -> BTreeMap<String, Vec<u8>> {
        self.inside().entries.clone()
    }

    pub fn insert(&self, name: &str, secret: &[u8]) {
        self.inside().entries.insert(name.to_owned(), secret.to_vec());
    }

    /// What was asked, in order.
    pub fn calls(&self) -> Vec<String> {
        self.inside().calls.clone()
    }

    fn call<T>(&self, call: &str, act: impl FnOnce(&mut Inside) -> T) -> Result<T, KeyringFault> {
        let gate = self.inside().gate.take();
        if let Some(gate) = gate {
            let _ = gate.recv();
        }
        let mut inside = self.inside();
        inside.calls.push(call.to_owned());
        match inside.fault.clone() {
            Some(fault) => Err(fault),
            None => Ok(act(&mut inside)),
        }
    }
}

impl Keyring for MemoryKeyring {
    fn probe(&self) -> Result<(), KeyringFault> {
        self.call("probe", |_| ())
    }

    fn get(&self, name: &str) -> Result<Option<Secret>, KeyringFault> {
        self.call("get", |inside| inside.entries.get(name).cloned().map(Secret::from_bytes))
    }

    fn set(&self, name: &str, secret: &Secret) -> Result<(), KeyringFault> {
        self.call("set", |inside| {
            inside.entries.insert(name.to_owned(), secret.bytes().to_vec());
        })
    }

    fn delete(&self, name: &str) -> Result<(), KeyringFault> {
        self.call("delete", |inside| {
            inside.entries.remove(name);
        })
    }
}
