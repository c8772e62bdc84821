//! Every icon of the window, by what it stands for. One font, one stroke weight, 16 points.

use egui_material_icons::icons as material;

/// One icon: a character of the icon font.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Icon(&'static str);

impl Icon {
    /// The character, to be set in [`super::theme::font::icon`].
    #[must_use]
    pub const fn glyph(self) -> &'static str {
        self.0
    }
}

macro_rules! icons {
    ($($(#[$doc:meta])* $name:ident = $material:ident;)*) => {
        $($(#[$doc])* pub const $name: Icon = Icon(material::$material.codepoint);)*

        /// Every icon, for the gallery.
        pub const ALL: &[(&str, Icon)] = &[$((stringify!($name), $name)),*];
    };
}

icons! {
    /// Add something.
    ADD = ICON_ADD;
    /// Search.
    SEARCH = ICON_SEARCH;
    /// Close, clear.
    CLOSE = ICON_CLOSE;
    /// Edit.
    EDIT = ICON_EDIT;
    /// Connect, disconnect.
    POWER = ICON_POWER_SETTINGS_NEW;
    /// A server: the local broker.
    SERVER = ICON_DNS;
    /// Open a file.
    FOLDER = ICON_FOLDER;
    /// Filter.
    FILTER = ICON_FILTER_ALT;
    /// Follow the newest.
    FOLLOW = ICON_VERTICAL_ALIGN_BOTTOM;
    /// Export.
    EXPORT = ICON_UPLOAD;
    /// Save, import.
    DOWNLOAD = ICON_DOWNLOAD;
    /// Copy.
    COPY = ICON_CONTENT_COPY;
    /// Opened section, dropdown.
    CHEVRON_DOWN = ICON_KEYBOARD_ARROW_DOWN;
    /// Closed section.
    CHEVRON_RIGHT = ICON_KEYBOARD_ARROW_RIGHT;
    /// Generate anew.
    REFRESH = ICON_REFRESH;
    /// Show a secret.
    SHOW = ICON_VISIBILITY;
    /// Hide a secret.
    HIDE = ICON_VISIBILITY_OFF;
    /// Language.
    LANGUAGE = ICON_LANGUAGE;
    /// Dark theme.
    DARK = ICON_DARK_MODE;
    /// Light theme.
    LIGHT = ICON_LIGHT_MODE;
    /// The system's theme.
    SYSTEM = ICON_CONTRAST;
    /// Settings.
    SETTINGS = ICON_SETTINGS;
    /// A note.
    INFO = ICON_INFO;
    /// A warning.
    WARNING = ICON_WARNING;
    /// An error.
    ERROR = ICON_ERROR;
    /// Done, chosen.
    CHECK = ICON_CHECK;
    /// Sent by this client.
    SENT = ICON_ARROW_FORWARD;
    /// Received by this client.
    RECEIVED = ICON_ARROW_BACK;
    /// Delete, unsubscribe.
    DELETE = ICON_DELETE;
    /// TLS.
    LOCK = ICON_LOCK;
    /// More commands.
    MORE = ICON_MORE_VERT;
    /// Undo.
    UNDO = ICON_UNDO;
    /// Stop.
    STOP = ICON_STOP;
    /// Publish.
    SEND = ICON_SEND;
    /// Help.
    HELP = ICON_HELP;
    /// Keys, palette.
    KEYBOARD = ICON_KEYBOARD;
    /// Inspector at the right.
    INSPECTOR_RIGHT = ICON_DOCK_TO_LEFT;
    /// Inspector below.
    INSPECTOR_BELOW = ICON_DOCK_TO_BOTTOM;
    /// Time, waiting.
    CLOCK = ICON_SCHEDULE;
    /// The log panel.
    LOG = ICON_NOTES;
    /// History.
    HISTORY = ICON_HISTORY;
}
