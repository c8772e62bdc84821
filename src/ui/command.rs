//! The table of commands: menu, keys, palette and help are made of it, and of nothing else.

use egui::{Context, Key, KeyboardShortcut, Modifiers};

use crate::log::filter::equals;
use crate::model::{
    Action, BrokerState, CopyWhat, Dialog, JobStanding, ListAction, Model, Sheet, Steer, Tab, Timeline,
};
use crate::session::Phase;
use crate::store::Theme;
use crate::text::Texts;
use crate::wire::Version;

/// What running a command does.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// The model is asked.
    Action(Action),
    /// The cursor goes into the filter.
    FocusFilter,
    /// The time strip is shown, or hidden.
    TurnTimeStrip,
}

/// One command.
pub struct Command {
    /// What it is called.
    pub text: fn(&Texts) -> &'static str,
    /// Its keys.
    pub keys: &'static [KeyboardShortcut],
    /// What it does now; `None` where it makes no sense.
    pub run: fn(&Model) -> Option<Outcome>,
}

const COMMAND_SHIFT: Modifiers = Modifiers { shift: true, ..Modifiers::COMMAND };

const fn command(key: Key) -> KeyboardShortcut {
    KeyboardShortcut::new(Modifiers::COMMAND, key)
}

/// New connection: also shown in tooltips and on the welcome page.
pub const NEW_CONNECTION: KeyboardShortcut = command(Key::N);
/// Publish.
pub const PUBLISH: KeyboardShortcut = command(Key::Enter);
/// Go to the filter.
pub const FILTER: KeyboardShortcut = command(Key::F);
/// Filter for the selected field.
pub const FILTER_FOR: KeyboardShortcut = command(Key::G);
/// Exclude the selected field.
pub const FILTER_OUT: KeyboardShortcut = KeyboardShortcut::new(COMMAND_SHIFT, Key::G);
/// The payload as a tree or as text.
pub const TREE: KeyboardShortcut = command(Key::E);
/// Open a capture.
pub const OPEN: KeyboardShortcut = command(Key::O);
/// Follow the newest row.
pub const FOLLOW: KeyboardShortcut = command(Key::L);
/// Statistics.
pub const STATISTICS: KeyboardShortcut = KeyboardShortcut::new(COMMAND_SHIFT, Key::S);
/// Go to a row.
pub const GO_TO: KeyboardShortcut = command(Key::J);
/// Mark the selected rows, or remove their marks.
pub const MARK: KeyboardShortcut = command(Key::M);
/// Go to the next mark.
pub const NEXT_MARK: KeyboardShortcut = KeyboardShortcut::new(COMMAND_SHIFT, Key::N);
/// Go to the previous mark.
pub const PREVIOUS_MARK: KeyboardShortcut = KeyboardShortcut::new(COMMAND_SHIFT, Key::B);
/// Remove all marks.
pub const CLEAR_MARKS: KeyboardShortcut = KeyboardShortcut::new(COMMAND_SHIFT, Key::M);
/// Count times from the selected row.
pub const TIME_REFERENCE: KeyboardShortcut = command(Key::T);
/// Count times from none.
pub const CLEAR_TIME_REFERENCE: KeyboardShortcut = KeyboardShortcut::new(COMMAND_SHIFT, Key::T);
/// Select every row; taken by the list that has the keyboard, since fields have their own use for it.
pub const SELECT_ALL: KeyboardShortcut = command(Key::A);
/// Every command.
pub const PALETTE: KeyboardShortcut = command(Key::K);
/// The table of keys.
pub const HELP: KeyboardShortcut = KeyboardShortcut::new(Modifiers::NONE, Key::F1);

/// Every command, in the order of the palette and of the help.
pub const COMMANDS: &[Command] = &[
    Command { text: |t| t.new_connection, keys: &[NEW_CONNECTION], run: |_| act(Action::NewConnection) },
    Command {
        text: |t| t.connect,
        keys: &[],
        run: |m| {
            let c = m.current().filter(|c| c.capture.is_none())?;
            if c.live { None } else { act(Action::Connect(c.profile.id.clone())) }
        },
    },
    Command {
        text: |t| t.disconnect,
        keys: &[],
        run: |m| {
            let c = m.current()?;
            if c.live { act(Action::Disconnect(c.profile.id.clone())) } else { None }
        },
    },
    Command {
        text: |t| t.reconnect_now,
        keys: &[],
        run: |m| match m.current()? {
            c if matches!(c.phase, Phase::Waiting { .. }) => act(Action::ReconnectNow(c.profile.id.clone())),
            _ => None,
        },
    },
    Command {
        text: |t| t.reauthenticate,
        keys: &[],
        run: |m| match m.current()? {
            c if c.online() && !c.profile.connect.authentication_method.is_empty() => {
                act(Action::Reauthenticate(c.profile.id.clone()))
            }
            _ => None,
        },
    },
    Command {
        text: |t| t.edit_connection,
        keys: &[],
        run: |m| {
            let c = m.current().filter(|c| c.capture.is_none())?;
            act(Action::Edit(c.profile.id.clone()))
        },
    },
    Command {
        text: |t| t.details,
        keys: &[],
        run: |m| if m.current()?.online() { act(Action::Open(Sheet::Details)) } else { None },
    },
    Command {
        text: |t| t.new_subscription,
        keys: &[],
        run: |m| {
            m.current().filter(|c| c.capture.is_none())?;
            act(Action::NewSubscription)
        },
    },
    Command {
        text: |t| t.publish,
        keys: &[PUBLISH],
        run: |m| if m.current()?.online() { act(Action::Publish) } else { None },
    },
    Command {
        text: |t| t.from_file,
        keys: &[],
        run: |m| {
            m.current().filter(|c| c.capture.is_none())?;
            act(Action::PublishFromFile)
        },
    },
    Command {
        text: |t| t.repeat,
        keys: &[],
        run: |m| {
            m.current().filter(|c| c.capture.is_none() && !c.composer.at_work())?;
            act(Action::EditRepeat)
        },
    },
    Command {
        text: |t| t.pause_publishing,
        keys: &[],
        run: |m| match job(m)? {
            JobStanding::Running | JobStanding::Offline => act(Action::Steer(Steer::Pause)),
            _ => None,
        },
    },
    Command {
        text: |t| t.resume_publishing,
        keys: &[],
        run: |m| match job(m)? {
            JobStanding::Paused => act(Action::Steer(Steer::Resume)),
            _ => None,
        },
    },
    Command {
        text: |t| t.stop_publishing,
        keys: &[],
        run: |m| match job(m)? {
            JobStanding::Stopping | JobStanding::Ended(_) => None,
            _ => act(Action::Steer(Steer::Stop)),
        },
    },
    Command {
        text: |t| t.cancel_publishes,
        keys: &[],
        run: |m| {
            m.current()?.composer.oldest_waiting()?;
            act(Action::CancelPublishes)
        },
    },
    Command {
        text: |t| t.properties_title,
        keys: &[],
        run: |m| {
            m.current().filter(|c| c.capture.is_none() && c.profile.version == Version::V5_0)?;
            act(Action::EditProperties)
        },
    },
    Command {
        text: |t| t.publish_again,
        keys: &[],
        run: |m| {
            m.current().filter(|c| c.capture.is_none())?.inspector.as_ref()?.payload.as_ref()?;
            act(Action::ComposeFromSelected { reply: false })
        },
    },
    Command {
        text: |t| t.reply,
        keys: &[],
        run: |m| {
            m.current().filter(|c| c.capture.is_none() && c.wants_reply())?;
            act(Action::ComposeFromSelected { reply: true })
        },
    },
    Command {
        text: |t| t.messages,
        keys: &[],
        run: |m| {
            m.current()?;
            act(Action::Tab(Tab::Messages))
        },
    },
    Command {
        text: |t| t.packets,
        keys: &[],
        run: |m| {
            m.current()?;
            act(Action::Tab(Tab::Packets))
        },
    },
    Command { text: |t| t.focus_filter, keys: &[FILTER], run: |m| m.current().map(|_| Outcome::FocusFilter) },
    Command { text: |t| t.filter_out_field, keys: &[FILTER_OUT], run: |m| by_field(m, true) },
    Command { text: |t| t.filter_for_field, keys: &[FILTER_FOR], run: |m| by_field(m, false) },
    Command {
        text: |t| t.colour_rules_more,
        keys: &[],
        run: |m| m.current().and_then(|_| act(Action::EditColours)),
    },
    Command { text: |t| t.colour_like, keys: &[], run: |m| act(Action::ColourLike(chosen_term(m)?)) },
    Command {
        text: |t| t.payload_tree,
        keys: &[TREE],
        run: |m| {
            let inspector = m.current()?.inspector.as_ref()?;
            let look = inspector.look;
            inspector.payload.as_ref().filter(|_| look.format.has_tree())?;
            act(Action::PayloadTree(!look.tree))
        },
    },
    Command {
        text: |t| t.copy_path,
        keys: &[],
        run: |m| {
            m.current()?.inspector.as_ref()?.tree()?.selected.as_ref()?;
            act(Action::Copy(CopyWhat::NodePath))
        },
    },
    Command { text: |t| t.filter_language, keys: &[], run: |_| act(Action::Open(Sheet::Filters)) },
    Command {
        text: |t| t.follow,
        keys: &[FOLLOW],
        run: |m| act(Action::Follow(!m.current()?.timeline.follow)),
    },
    Command {
        text: |t| t.statistics,
        keys: &[STATISTICS],
        run: |m| {
            m.current()?;
            act(Action::Open(Sheet::Statistics))
        },
    },
    Command { text: |t| t.time_strip, keys: &[], run: |m| m.current().map(|_| Outcome::TurnTimeStrip) },
    Command { text: |t| t.go_to, keys: &[GO_TO], run: |m| with_rows(m, |_| Some(ListAction::NewGoTo)) },
    Command {
        text: |t| t.select_all_rows,
        keys: &[SELECT_ALL],
        run: |m| with_rows(m, |_| Some(ListAction::SelectAll)),
    },
    Command {
        text: |t| t.copy_rows,
        keys: &[],
        run: |m| with_rows(m, |t| chosen(t).then_some(ListAction::CopyRows(None))),
    },
    Command {
        text: |t| t.toggle_mark,
        keys: &[MARK],
        run: |m| with_rows(m, |t| chosen(t).then_some(ListAction::ToggleMark(None))),
    },
    Command {
        text: |t| t.next_mark,
        keys: &[NEXT_MARK],
        run: |m| with_rows(m, |_| Some(ListAction::NextMark)),
    },
    Command {
        text: |t| t.previous_mark,
        keys: &[PREVIOUS_MARK],
        run: |m| with_rows(m, |_| Some(ListAction::PreviousMark)),
    },
    Command {
        text: |t| t.clear_marks,
        keys: &[CLEAR_MARKS],
        run: |m| with_rows(m, |t| (!t.marks.is_empty()).then_some(ListAction::ClearMarks)),
    },
    Command {
        text: |t| t.time_reference,
        keys: &[TIME_REFERENCE],
        run: |m| with_rows(m, |t| t.selected.map(|_| ListAction::TimeReference(None))),
    },
    Command {
        text: |t| t.clear_time_reference,
        keys: &[CLEAR_TIME_REFERENCE],
        run: |m| with_rows(m, |t| t.reference.map(|_| ListAction::ClearTimeReference)),
    },
    Command { text: |t| t.open_capture, keys: &[OPEN], run: |_| act(Action::NewCapture) },
    Command { text: |t| t.paste_frames, keys: &[], run: |_| act(Action::NewPaste) },
    Command {
        text: |t| t.export_capture,
        keys: &[],
        run: |m| {
            m.current()?.log.as_ref()?;
            act(Action::NewExport)
        },
    },
    Command {
        text: |t| t.start_broker,
        keys: &[],
        run: |m| if m.broker == BrokerState::Stopped { act(Action::StartBroker) } else { None },
    },
    Command {
        text: |t| t.stop_broker,
        keys: &[],
        run: |m| {
            if matches!(m.broker, BrokerState::Running(_)) { act(Action::StopBroker) } else { None }
        },
    },
    Command {
        text: |t| t.theme_dark,
        keys: &[],
        run: |m| if m.settings.theme == Theme::Dark { None } else { act(Action::Theme(Theme::Dark)) },
    },
    Command {
        text: |t| t.theme_light,
        keys: &[],
        run: |m| if m.settings.theme == Theme::Light { None } else { act(Action::Theme(Theme::Light)) },
    },
    Command { text: |t| t.settings, keys: &[], run: |_| act(Action::Open(Sheet::Settings)) },
    Command { text: |t| t.log, keys: &[], run: |_| act(Action::Open(Sheet::Log)) },
    Command {
        text: |t| t.commands,
        keys: &[PALETTE, KeyboardShortcut::new(COMMAND_SHIFT, Key::P)],
        run: |_| act(Action::Open(Sheet::Palette)),
    },
    Command { text: |t| t.help, keys: &[HELP], run: |_| act(Action::Open(Sheet::Help)) },
];

#[expect(clippy::unnecessary_wraps, reason = "reads as the answer of `run`")]
fn act(action: Action) -> Option<Outcome> {
    Some(Outcome::Action(action))
}

/// Where the job of the selected connection stands.
fn job(model: &Model) -> Option<&JobStanding> {
    Some(&model.current()?.composer.job.as_ref()?.progress.standing)
}

/// Works the list, where there is one.
fn with_rows(model: &Model, action: fn(&Timeline) -> Option<ListAction>) -> Option<Outcome> {
    let connection = model.current()?;
    connection.log.as_ref()?;
    act(Action::List(action(&connection.timeline)?))
}

/// Whether rows are selected.
const fn chosen(timeline: &Timeline) -> bool {
    timeline.selected.is_some() || timeline.range.is_some()
}

/// Filters by the selected field or value; where none is selected, by the topic of the selected message.
fn by_field(model: &Model, exclude: bool) -> Option<Outcome> {
    act(Action::FilterBy { term: chosen_term(model)?, exclude })
}

/// The filter term of the selected field or value; where none is selected, of the topic of the selected message.
fn chosen_term(model: &Model) -> Option<String> {
    let inspector = model.current()?.inspector.as_ref()?;
    let topic = || {
        let log = model.current()?.log.as_ref()?;
        Some(equals("topic", &log.topic(inspector.frame.entry.topic?)?))
    };
    let node = inspector.tree().and_then(|tree| tree.selected.as_ref());
    match (node, &inspector.field) {
        (Some(path), _) => inspector.node_term(path),
        (None, Some(path)) => inspector.term(path),
        (None, None) => topic(),
    }
}

/// The digits of Ctrl+1 to Ctrl+9.
const DIGITS: [Key; 9] =
    [Key::Num1, Key::Num2, Key::Num3, Key::Num4, Key::Num5, Key::Num6, Key::Num7, Key::Num8, Key::Num9];

/// How keys are written on this system.
#[must_use]
pub fn written(ctx: &Context, keys: &KeyboardShortcut) -> String {
    ctx.format_shortcut(keys)
}

/// Takes the keys of commands out of the input and answers with what they do.
#[must_use]
pub fn pressed(ctx: &Context, model: &Model) -> Vec<Outcome> {
    let mut outcomes = Vec::new();
    if model.dialog.is_some() {
        if ctx.input_mut(|i| i.consume_key(Modifiers::NONE, Key::Escape)) {
            outcomes.push(Outcome::Action(Action::Close));
        }
        // What stands over the window takes the keys; only its own Ctrl+Enter-like keys are left to it.
        if !matches!(model.dialog, Some(Dialog::Sheet(_))) {
            return outcomes;
        }
    }
    // The longer keys first: the shorter would take them.
    for shift in [true, false] {
        for command in COMMANDS {
            let keys = command.keys.iter().filter(|keys| keys.modifiers.shift == shift);
            for keys in keys.filter(|keys| **keys != SELECT_ALL) {
                if ctx.input_mut(|i| i.consume_shortcut(keys))
                    && let Some(outcome) = (command.run)(model)
                {
                    outcomes.push(outcome);
                }
            }
        }
    }
    for (place, digit) in DIGITS.into_iter().enumerate() {
        if ctx.input_mut(|i| i.consume_key(Modifiers::COMMAND, digit)) {
            outcomes.push(Outcome::Action(Action::SelectNth(place)));
        }
    }
    outcomes
}
