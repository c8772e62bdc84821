//! Every icon of the window, by what it stands for. One font, one stroke weight, 16 points.

/// One icon: a character of the icon font, which holds no others. One more is added with `pyftsubset` of fonttools from
/// the whole font of Lucide, with `--unicodes=` of all characters below.
#[derive(Clone, Copy, Debug)]
pub struct Icon(char);

impl Icon {
    /// The character, to be set in [`super::theme::font::icon`].
    #[must_use]
    pub const fn glyph(self) -> char {
        self.0
    }
}

macro_rules! icons {
    ($($(#[$doc:meta])* $name:ident = $glyph:literal, $lucide:literal;)*) => {
        $($(#[$doc])* #[doc = concat!(" `", $lucide, "`")] pub const $name: Icon = Icon($glyph);)*

        /// Every icon with its name here.
        pub const ALL: &[(&str, Icon)] = &[$((stringify!($name), $name)),*];
    };
}

icons! {
    /// Add something.
    ADD = '\u{e13d}', "plus";
    /// Search.
    SEARCH = '\u{e151}', "search";
    /// Close, clear.
    CLOSE = '\u{e1b2}', "x";
    /// Edit.
    EDIT = '\u{e1f9}', "pencil";
    /// Connect, disconnect.
    POWER = '\u{e140}', "power";
    /// A server: the local broker.
    SERVER = '\u{e153}', "server";
    /// Open a file.
    FOLDER = '\u{e0d7}', "folder";
    /// Filter.
    FILTER = '\u{e0dc}', "funnel";
    /// Follow the newest.
    FOLLOW = '\u{e455}', "arrow-down-to-line";
    /// Export.
    EXPORT = '\u{e45a}', "arrow-up-from-line";
    /// Save, import.
    DOWNLOAD = '\u{e0b2}', "download";
    /// Copy.
    COPY = '\u{e09e}', "copy";
    /// Opened section, dropdown.
    CHEVRON_DOWN = '\u{e06d}', "chevron-down";
    /// One place up.
    CHEVRON_UP = '\u{e070}', "chevron-up";
    /// Closed section.
    CHEVRON_RIGHT = '\u{e06f}', "chevron-right";
    /// Generate anew.
    REFRESH = '\u{e149}', "rotate-cw";
    /// Show a secret.
    SHOW = '\u{e0ba}', "eye";
    /// Hide a secret.
    HIDE = '\u{e0bb}', "eye-off";
    /// Language.
    LANGUAGE = '\u{e0e8}', "globe";
    /// Dark theme.
    DARK = '\u{e11e}', "moon";
    /// Light theme.
    LIGHT = '\u{e178}', "sun";
    /// The system's theme.
    SYSTEM = '\u{e11d}', "monitor";
    /// Settings.
    SETTINGS = '\u{e154}', "settings";
    /// A note.
    INFO = '\u{e0f9}', "info";
    /// A warning.
    WARNING = '\u{e193}', "triangle-alert";
    /// An error.
    ERROR = '\u{e077}', "circle-alert";
    /// Done, chosen.
    CHECK = '\u{e06c}', "check";
    /// Sent by this client.
    SENT = '\u{e049}', "arrow-right";
    /// Received by this client.
    RECEIVED = '\u{e048}', "arrow-left";
    /// Delete, unsubscribe.
    DELETE = '\u{e18e}', "trash-2";
    /// TLS.
    LOCK = '\u{e10b}', "lock";
    /// More commands.
    MORE = '\u{e0b7}', "ellipsis-vertical";
    /// Undo.
    UNDO = '\u{e2a1}', "undo-2";
    /// Stop.
    STOP = '\u{e167}', "square";
    /// Publish.
    SEND = '\u{e152}', "send";
    /// Publish over and over.
    REPEAT = '\u{e146}', "repeat";
    /// Have something wait.
    PAUSE = '\u{e12e}', "pause";
    /// Have it go on.
    PLAY = '\u{e13c}', "play";
    /// Help.
    HELP = '\u{e082}', "circle-question-mark";
    /// Keys, palette.
    KEYBOARD = '\u{e284}', "keyboard";
    /// Inspector at the right.
    INSPECTOR_RIGHT = '\u{e431}', "panel-right";
    /// Inspector below.
    INSPECTOR_BELOW = '\u{e42c}', "panel-bottom";
    /// Values as a tree.
    TREE = '\u{e408}', "list-tree";
    /// Time, waiting.
    CLOCK = '\u{e087}', "clock";
    /// The log panel.
    LOG = '\u{e45f}', "scroll-text";
    /// History.
    HISTORY = '\u{e1f5}', "history";
    /// How much crossed when.
    TIME_STRIP = '\u{e2a3}', "chart-column";
    /// Statistics.
    STATISTICS = '\u{e60c}', "chart-no-axes-combined";
    /// In order, the least first.
    ASCENDING = '\u{e04a}', "arrow-up";
    /// In order, the greatest first.
    DESCENDING = '\u{e042}', "arrow-down";
}

/// The program's own icon for the window: a loupe over bytes. `None` where the picture cannot be read, which a test
/// rules out.
#[must_use]
pub fn window_icon() -> Option<egui::IconData> {
    eframe::icon_data::from_png_bytes(include_bytes!("../../assets/icon.png")).ok()
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_font_has_every_icon() {
        let context = egui::Context::default();
        context.set_fonts(crate::ui::fonts::definitions());
        // The fonts are loaded by a first drawing, which nobody looks at.
        context.run_ui(egui::RawInput::default(), |_| {}).textures_delta.clear();
        let font = crate::ui::theme::font::icon();
        for (name, icon) in super::ALL {
            assert!(context.fonts_mut(|fonts| fonts.has_glyph(&font, icon.glyph())), "{name}");
        }
        assert!(!context.fonts_mut(|fonts| fonts.has_glyph(&font, '\u{e1ee}')), "one that nobody uses");
    }

    #[test]
    fn the_window_has_its_icon() {
        let icon = super::window_icon().expect("a picture");
        assert_eq!((icon.width, icon.height), (256, 256));
    }
}
