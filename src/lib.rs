//! mqloupe: an MQTT client that shows every message, and every byte behind it.

pub mod language;
pub mod wire;

pub mod hex;
pub mod payload;
pub mod profile;

pub mod log;

pub mod capture;
pub mod session;

#[cfg(feature = "broker")]
pub mod broker;

pub mod store;

pub mod model;
pub mod text;

#[cfg(feature = "gui")]
pub mod ui;

pub mod runtime;

#[cfg(feature = "gui")]
pub mod app;
pub mod cli;
