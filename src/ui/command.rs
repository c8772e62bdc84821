//! The table of commands: menu, keys, palette and help are made of it, and of nothing else.

use egui::{Context, Key, KeyboardShortcut, Modifiers};

use crate::log::filter::equals;
use crate::model::{Action, BrokerState, Dialog, JobStanding, Model, Sheet, Steer, Tab};
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
/// Open a capture.
pub const OPEN: KeyboardShortcut = command(Key::O);
/// Follow the newest row.
pub const FOLLOW: KeyboardShortcut = command(Key::L);
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
    // The longer keys first: the shorter would take them.
    Command { text: |t| t.filter_out_field, keys: &[FILTER_OUT], run: |m| by_field(m, true) },
    Command { text: |t| t.filter_for_field, keys: &[FILTER_FOR], run: |m| by_field(m, false) },
    Command { text: |t| t.filter_language, keys: &[], run: |_| act(Action::Open(Sheet::Filters)) },
    Command {
        text: |t| t.follow,
        keys: &[FOLLOW],
        run: |m| act(Action::Follow(!m.current()?.timeline.follow)),
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

/// Filters by the selected field; where none is selected, by the topic of the selected message.
fn by_field(model: &Model, exclude: bool) -> Option<Outcome> {
    let inspector = model.current()?.inspector.as_ref()?;
    let topic = || {
        let log = model.current()?.log.as_ref()?;
        Some(equals("topic", &log.topic(inspector.frame.entry.topic?)?))
    };
    let term = match &inspector.field {
        Some(path) => inspector.term(path)?,
        None => topic()?,
    };
    act(Action::FilterBy { term, exclude })
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
    for command in COMMANDS {
        for keys in command.keys {
            if ctx.input_mut(|i| i.consume_shortcut(keys))
                && let Some(outcome) = (command.run)(model)
            {
                outcomes.push(outcome);
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
