//! What the user asks for, what that makes the runtime do, and what the runtime answers.

use std::net::SocketAddr;
use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;

use super::{
    Body, CaptureEdit, Chosen, ColourEdit, FileField, Inspector, Job, JobProgress, ListAction, Listing,
    NumberField, PropertiesForm, Ready, RepeatForm, Steer, TypedBytes, TypedSecret, Wish,
};
use crate::capture::{Notice, ReadError};
use crate::language::Language;
use crate::log::{FailureCause, Filter, FrameLog, Row, Statistics, Timestamp, View};
use crate::payload::{Format, Look};
use crate::profile::{
    Colour, ConnectProperties, Profile, ProfileId, Protocol, Proxy, RetainHandling, Secret, Secrets, Tls,
    Unacknowledged, UserProperty, WebSocket, Will,
};
use crate::session;
use crate::store::secrets::{self, Place};
use crate::store::{self, Layout, Theme};
use crate::wire::{Qos, Version};

/// What the clock and the dice said when an action was performed; the model has neither.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// The time.
    pub now: Timestamp,
    /// Sixty-four random bits.
    pub random: u64,
}

/// Which list the timeline shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Tab {
    /// PUBLISH only.
    #[default]
    Messages,
    /// Every control packet.
    Packets,
}

/// A change in the connection form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FormEdit {
    /// The profile's name.
    Name(String),
    /// A host, or a whole URL.
    Host(String),
    /// The host field was left.
    HostDone,
    /// How the network connection is made.
    Protocol(Protocol),
    /// How TLS is spoken.
    Tls(Tls),
    /// The passphrase of the client certificate's key.
    KeyPassphrase(Secret),
    /// How WebSocket is asked for.
    WebSocket(WebSocket),
    /// The proxy on the way, or none; its port is typed.
    Proxy(Option<Proxy>),
    /// The proxy's port as typed.
    ProxyPort(String),
    /// The proxy's password.
    ProxyPassword(Secret),
    /// The will, or none; its payload and its numbers are typed.
    Will(Option<Will>),
    /// The will's payload as typed.
    WillPayload(String),
    /// Whether the will's payload is typed as hex.
    WillHex(bool),
    /// 5.0: the will's correlation data as typed.
    WillCorrelation(TypedBytes),
    /// 5.0: the authentication data as typed.
    AuthenticationData(TypedSecret),
    /// What becomes of messages under way when the server has lost the session.
    Unacknowledged(Unacknowledged),
    /// 5.0: what CONNECT says besides; its numbers are typed.
    Connect(ConnectProperties),
    /// A number as typed; empty for unsaid.
    Number(NumberField, String),
    /// The port as typed.
    Port(String),
    /// The client identifier.
    ClientId(String),
    /// A new random client identifier.
    GenerateClientId,
    /// The user name.
    Username(String),
    /// The password.
    Password(Secret),
    /// Whether the password can be read.
    ShowPassword(bool),
    /// The MQTT version.
    Version(Version),
    /// Seconds, as typed.
    KeepAlive(String),
    /// Seconds, as typed.
    ConnectTimeout(String),
    /// Clean session, clean start.
    CleanSession(bool),
    /// Connect again after a loss.
    Reconnect(bool),
}

/// A change in the subscription form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SubscriptionEdit {
    /// Filters, one a line.
    Filters(String),
    /// The `QoS` asked for.
    Qos(Qos),
    /// What the user calls it.
    Alias(String),
    /// Its colour.
    Colour(Colour),
    /// 5.0: nothing that this client published.
    NoLocal(bool),
    /// 5.0: keep the retain flag.
    RetainAsPublished(bool),
    /// 5.0: when retained messages come.
    RetainHandling(RetainHandling),
    /// 5.0: the identifier as typed; empty for none.
    Identifier(String),
    /// 5.0: the user properties of the request.
    UserProperties(Vec<UserProperty>),
}

/// A change in the publish form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ComposerEdit {
    /// The topic name.
    Topic(String),
    /// The payload as typed.
    Payload(String),
    /// The `QoS`.
    Qos(Qos),
    /// Whether the server keeps it.
    Retain(bool),
    /// How the typed payload becomes bytes.
    Format(Format),
    /// 5.0: its properties.
    Properties(Box<PropertiesForm>),
    /// Where the payload comes from.
    Body(Body),
    /// The file's path.
    Path(String),
    /// The form for publishing over and over.
    Repeat(RepeatForm),
}

/// What is copied of the selected frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CopyWhat {
    /// The frame (or the selected bytes) as hex.
    Hex,
    /// The frame (or the selected bytes) as a C array.
    CArray,
    /// The frame (or the selected bytes) as text.
    Text,
    /// The fields and what is wrong, as text.
    Outline,
    /// The packet as JSON.
    Json,
    /// The payload as it is shown.
    Payload,
    /// The topic name.
    Topic,
    /// The value of the selected field.
    Value,
    /// The value that is selected in the payload's tree.
    Node,
    /// The way to it, as filters write it.
    NodePath,
}

/// A dialog that stands over the window.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Sheet {
    /// Language and theme.
    Settings,
    /// The table of keys.
    Help,
    /// What was said.
    Log,
    /// What the server granted, and over what.
    Details,
    /// Every command, to be found by typing.
    Palette,
    /// The filter language.
    Filters,
    /// What crossed: by topic, by network connection, both ways.
    Statistics,
}

/// What the user asks for. Actions about "the connection" mean the selected one.
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    /// Show this connection.
    Select(ProfileId),
    /// Show the connection at this place in the list.
    SelectNth(usize),
    /// Open an empty connection form.
    NewConnection,
    /// Open the form of this profile.
    Edit(ProfileId),
    /// Make a copy of this profile.
    Duplicate(ProfileId),
    /// Delete this profile; can be undone from its notice.
    Delete(ProfileId),
    /// Connect this profile.
    Connect(ProfileId),
    /// Connect the profile of this name, or whatever this URL says.
    ConnectTo(String),
    /// Open the form of a copy of this profile that leads to the server it was pointed to.
    GoElsewhere(ProfileId),
    /// End this profile's session, in any phase.
    Disconnect(ProfileId),
    /// Authenticate once more within this profile's connection (5.0).
    Reauthenticate(ProfileId),
    /// Do not wait any longer.
    ReconnectNow(ProfileId),
    /// Open the form that opens a capture.
    NewCapture,
    /// Open this file as a capture.
    OpenCapture(PathBuf),
    /// Pick this field's file from the system's chooser.
    Browse(FileField),
    /// Open the form that takes pasted frames.
    NewPaste,
    /// Take the pasted frames apart, as a log of this name.
    TakeApart(String),
    /// Open the form that exports.
    NewExport,
    /// Write the export.
    Export,
    /// Change one of these forms.
    CaptureForm(CaptureEdit),
    /// Put a capture away.
    CloseCapture(ProfileId),
    /// Start the embedded broker and connect to it.
    StartBroker,
    /// Stop the embedded broker.
    StopBroker,
    /// Change the connection form.
    Form(FormEdit),
    /// Save the connection form.
    SaveForm {
        /// And connect.
        connect: bool,
    },
    /// Open the subscription form.
    NewSubscription,
    /// Open the subscription form of this filter.
    EditSubscription(String),
    /// Change the subscription form.
    SubscriptionForm(SubscriptionEdit),
    /// Take over what the subscription form says.
    Subscribe,
    /// Give this filter up and forget it.
    Unsubscribe(String),
    /// Make this subscription, or keep it without making it.
    SetEnabled(String, bool),
    /// Show only this filter's messages; a second time, all again.
    ShowOnly(String),
    /// Show the other list.
    Tab(Tab),
    /// Use this filter.
    Filter(String),
    /// Remember the filter that is used.
    KeepFilter,
    /// Use the filter with one term more.
    FilterBy {
        /// The term, as text.
        term: String,
        /// Whether it must not hold.
        exclude: bool,
    },
    /// Narrow the list to a span of time, or to none.
    ShowSpan(Option<Range<Timestamp>>),
    /// Open the form of the rules that colour rows.
    EditColours,
    /// Open it with a rule for rows that pass this filter.
    ColourLike(String),
    /// Change it.
    ColourForm(ColourEdit),
    /// Keep what it says.
    SaveColours,
    /// Stick to the newest row or do not.
    Follow(bool),
    /// Work the list: ranges, marks, times, places.
    List(ListAction),
    /// Look at this frame.
    SelectRow(Row),
    /// Look at the field at this path.
    SelectField(Vec<usize>),
    /// Look at these bytes.
    SelectBytes(Range<usize>),
    /// The pointer is over this field, or over none.
    HoverField(Option<Vec<usize>>),
    /// Unfold or fold the field at this path.
    ToggleField(Vec<usize>),
    /// Show or hide this frame's secrets.
    Reveal(bool),
    /// Show payloads of this topic this way.
    PayloadFormat(Format),
    /// Show them as a tree or as text.
    PayloadTree(bool),
    /// Show them as seems best for each.
    PayloadAutomatic,
    /// Look at the value at this path of the payload's tree.
    SelectNode(Vec<u32>),
    /// Unfold or fold the value at this path.
    ToggleNode(Vec<u32>),
    /// Copy of the selected frame.
    Copy(CopyWhat),
    /// Change the publish form.
    Compose(ComposerEdit),
    /// Send what the publish form says.
    Publish,
    /// Give up every publish that has no outcome yet.
    CancelPublishes,
    /// Take the payload from a file, which is to be picked.
    PublishFromFile,
    /// Open the form for publishing over and over.
    EditRepeat,
    /// Start what that form says.
    StartRepeating,
    /// Ask something of the job at work.
    Steer(Steer),
    /// Put away what the last job came to.
    ForgetJob,
    /// Open the properties of the publish form.
    EditProperties,
    /// Fill the publish form with the message that is looked at.
    ComposeFromSelected {
        /// As an answer to it: on its response topic, with its correlation data.
        reply: bool,
    },
    /// Forget the history of this profile; can be undone from its notice until the program ends.
    ClearHistory(ProfileId),
    /// Keep this much history.
    History(store::History),
    /// Speak this language.
    Language(Language),
    /// Keep secrets there.
    KeepSecrets(Place),
    /// Look this way.
    Theme(Theme),
    /// Remember the window's splits.
    Layout(Box<Layout>),
    /// Open a sheet.
    Open(Sheet),
    /// Close the topmost form or sheet.
    Close,
    /// Take back what a notice offers to take back.
    Undo(u64),
    /// Put a notice away.
    Dismiss(u64),
}

/// What the runtime has to do.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Change the store.
    Store(store::Request),
    /// Ask the keeper of secrets.
    Secrets(secrets::Request),
    /// Open the history of a profile.
    OpenLog(ProfileId),
    /// Delete the history of a profile from the disk.
    DropHistory(ProfileId),
    /// Keep this much history of each connection, from now on.
    KeepHistory(store::History),
    /// Begin a session.
    Connect {
        /// With this profile.
        profile: Profile,
        /// And these secrets.
        secrets: Secrets,
        /// What is kept of its secrets is not known yet, and is to be waited for.
        ask: bool,
    },
    /// Ask a session.
    Session(ProfileId, session::Command),
    /// Have a session publish the bytes of a file.
    PublishFile {
        /// Of this profile.
        profile: ProfileId,
        /// Names the request.
        id: session::RequestId,
        /// The message, but for its payload.
        publish: session::Publish,
        /// The file.
        path: PathBuf,
    },
    /// Give up a publish that has no outcome yet.
    CancelPublish(ProfileId, session::RequestId),
    /// Publish one message after the other.
    StartJob(ProfileId, Box<Job>),
    /// Ask something of the job at work.
    SteerJob(ProfileId, Steer),
    /// Look how large a file is that is to be published.
    MeasureFile(ProfileId, PathBuf),
    /// Keep a list of the rows that pass.
    View {
        /// Of this profile's log.
        profile: ProfileId,
        /// Names the wish, so that an answer to an older one can be told.
        serial: u64,
        /// The rows wanted.
        filter: Filter,
    },
    /// Keep the statistics of a profile's log.
    Count(ProfileId),
    /// Read a capture file into a log of this name.
    OpenCapture {
        /// Names the log.
        id: ProfileId,
        /// The file.
        path: PathBuf,
    },
    /// Forget a capture's log; stop reading it.
    CloseCapture(ProfileId),
    /// Make a log of frames.
    TakeApart {
        /// Names the log.
        id: ProfileId,
        /// What they are read as, until a CONNECT says otherwise.
        version: Version,
        /// The frames, in order.
        frames: Vec<Vec<u8>>,
    },
    /// Write frames of a log to a file.
    Export {
        /// Names the log.
        id: ProfileId,
        /// The file.
        path: PathBuf,
        /// The frames, ascending.
        rows: Vec<Row>,
        /// Passwords and authentication data as they were sent.
        with_secrets: bool,
    },
    /// Make lines of text of rows, for the clipboard.
    CopyRows {
        /// Of this profile's log.
        profile: ProfileId,
        /// The rows, ascending.
        rows: Vec<Row>,
        /// How many were wanted.
        wanted: u64,
        /// How they are listed.
        listing: Listing,
    },
    /// Take a long frame apart.
    Inspect {
        /// Of this profile's log.
        profile: ProfileId,
        /// Which.
        row: Row,
        /// How its payload is to be shown; `None` as seems best for it.
        look: Option<Look>,
        /// The language of its texts.
        language: Language,
    },
    /// Make something of a payload ready.
    RenderPayload {
        /// Of a frame of this profile.
        profile: ProfileId,
        /// Which.
        row: Row,
        /// What.
        wish: Wish,
        /// The frame.
        frame: Arc<[u8]>,
        /// Where the payload is in it.
        payload: Range<usize>,
    },
    /// Start the embedded broker.
    StartBroker,
    /// Stop the embedded broker.
    StopBroker,
    /// Put a text on the clipboard.
    Clipboard(String),
    /// Let the user pick a file.
    ChooseFile {
        /// For this field.
        field: FileField,
        /// Where the chooser begins: a file, or a folder.
        start: PathBuf,
    },
}

/// What is wrong with the history of a profile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HistoryProblem {
    /// So many bytes at its end were cut off: the last write was interrupted.
    Torn(u64),
    /// Another running copy keeps it; here the log lives in memory only.
    InUse,
    /// It cannot be opened, in the log's words; here the log lives in memory only.
    Unusable(String),
    /// It is no longer written; what is in memory stays.
    Stopped(FailureCause),
    /// So many of its files have vanished or cannot be read.
    Lost(usize),
}

/// What the runtime says.
#[derive(Clone, Debug)]
pub enum Event {
    /// The store did something.
    Store(Box<store::Event>),
    /// The keeper of secrets did something.
    Secrets(secrets::Event),
    /// A session said something.
    Session(ProfileId, session::Event),
    /// How far a job is; the one with an end is its last.
    Job(ProfileId, JobProgress),
    /// How large a file is, in bytes, or why it cannot be read.
    Measured(ProfileId, PathBuf, Result<u64, String>),
    /// The history of a profile is open.
    Log {
        /// Whose.
        profile: ProfileId,
        /// It.
        log: FrameLog,
        /// What is wrong with it, if anything.
        problem: Option<HistoryProblem>,
    },
    /// A list of rows is being kept.
    View {
        /// Of this profile's log.
        profile: ProfileId,
        /// The wish it answers.
        serial: u64,
        /// The list.
        view: Arc<View>,
    },
    /// The statistics of a profile's log are being kept.
    Counting(ProfileId, Arc<Statistics>),
    /// So many bytes of a capture have been read, of so many.
    CaptureProgress(ProfileId, u64, u64),
    /// A capture has been read, or could not be.
    CaptureRead {
        /// Which.
        id: ProfileId,
        /// What there is to know about it, or why it could not be read.
        result: Result<Vec<Notice>, Arc<ReadError>>,
    },
    /// Rows are ready for the clipboard.
    RowsCopied {
        /// A line for each.
        text: String,
        /// How many it holds.
        copied: u64,
        /// How many were wanted.
        wanted: u64,
    },
    /// A long frame was taken apart.
    Inspected {
        /// Of this profile's log.
        profile: ProfileId,
        /// Which.
        row: Row,
        /// It; `None` where the log has it no more.
        inspector: Option<Box<Inspector>>,
    },
    /// Something of a payload is ready.
    PayloadRendered {
        /// Of a frame of this profile.
        profile: ProfileId,
        /// Which.
        row: Row,
        /// What was wanted.
        wish: Wish,
        /// It.
        ready: Ready,
    },
    /// What became of picking a file.
    Chosen(FileField, Chosen),
    /// So many frames were written to this file, or why they were not.
    Exported(PathBuf, Result<u64, String>),
    /// The embedded broker listens here.
    BrokerStarted(SocketAddr),
    /// The embedded broker could not start.
    BrokerFailed(String),
    /// The embedded broker has stopped.
    BrokerStopped,
}
