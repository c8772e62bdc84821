//! mqloupe: an MQTT client that shows every message, and every byte behind it.
//!
//! # The idea
//!
//! A *frame* is the exact bytes of one MQTT control packet as they crossed the transport, with a time, a
//! direction and a connection number. A session appends frames to the *frame log* ([`log::FrameLog`]), and
//! everything that is shown is a view of that log: messages, packets, fields and bytes, counters, history,
//! exported captures. Nothing is encoded again to be shown, and no queue carries bulk data from the network
//! to the window, so nothing can overflow or be dropped.
//!
//! # The floors
//!
//! A floor uses those below it, never above; `tests/architecture` reads the sources and holds this, and the
//! feature `gui` holds the toolkit out of everything below [`ui`].
//!
//! | Floor | What it is |
//! | --- | --- |
//! | [`language`] | the two languages of every text |
//! | [`wire`] | control packets as bytes: frames, field trees with byte ranges, diagnostics, topics |
//! | [`hex`], [`payload`], [`outline`] | the geometry of a hex dump; payload formats, both ways; a packet as text and JSON |
//! | [`profile`] | what a saved connection is |
//! | [`log`] | the frame log: records, index, segments on disk, views, statistics, the filter language |
//! | [`capture`] | captures, in and out |
//! | [`session`] | MQTT sessions over network connections: dial, tap, engine, reconnect |
//! | [`broker`] | the embedded broker; stands alone |
//! | [`store`] | profiles, settings and secrets |
//! | [`model`] | what the user sees and has done: pure and synchronous |
//! | [`text`] | values into words, in both languages |
//! | [`ui`] | panels and widgets over the model |
//! | [`runtime`] | owns the background threads, performs effects, carries events up |
//! | [`app`], [`cli`] | the two faces: the window's loop, the command line |
//!
//! # The way through
//!
//! The user's hand: [`ui::show`] draws the [`model::Model`] and answers with [`model::Action`]s;
//! [`model::Model::perform`] turns each into [`model::Effect`]s; [`runtime::Runtime::perform`] does them.
//!
//! The network's: the session's task reads and writes through a tap that appends each frame to the log;
//! phases and outcomes come up as [`session::Event`]s within [`model::Event`]s, which
//! [`model::Model::apply`] takes over. The log wakes the window at most once per 33 ms. A list draws only
//! the rows in sight, and reads those from the log.
//!
//! What takes time runs beside: a [`log::View`] and the [`log::Statistics`] follow the log on threads of their own, and
//! long frames, payloads, copies, files and publishing over and over are the runtime's work, asked for by effects.
//!
//! Requests carry an id that the asker chose, and each gets exactly one outcome.
//!
//! # Where to begin
//!
//! A new field or rule of MQTT: `wire`. A new way to connect: `session::dial`. A new thing to see: state in
//! `model`, words in `text`, a panel in `ui::panels`. A new command: one line in `ui::command`, which feeds
//! keys, palette and help alike.

pub mod language;
pub mod wire;

pub mod hex;
pub mod outline;
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
