//! Every icon of the window, by what it stands for. One font, one stroke weight, 16 points.

/// One icon: a character of the icon font.
#[derive(Clone, Copy, Debug)]
pub struct Icon(lucide_icons::Icon);

impl Icon {
    /// The character, to be set in [`super::theme::font::icon`].
    #[must_use]
    pub fn glyph(self) -> char {
        self.0.unicode()
    }
}

macro_rules! icons {
    ($($(#[$doc:meta])* $name:ident = $glyph:ident;)*) => {
        $($(#[$doc])* pub const $name: Icon = Icon(lucide_icons::Icon::$glyph);)*

        /// Every icon with its name here.
        pub const ALL: &[(&str, Icon)] = &[$((stringify!($name), $name)),*];
    };
}

icons! {
    /// Add something.
    ADD = Plus;
    /// Search.
    SEARCH = Search;
    /// Close, clear.
    CLOSE = X;
    /// Edit.
    EDIT = Pencil;
    /// Connect, disconnect.
    POWER = Power;
    /// A server: the local broker.
    SERVER = Server;
    /// Open a file.
    FOLDER = Folder;
    /// Filter.
    FILTER = Funnel;
    /// Follow the newest.
    FOLLOW = ArrowDownToLine;
    /// Export.
    EXPORT = ArrowUpFromLine;
    /// Save, import.
    DOWNLOAD = Download;
    /// Copy.
    COPY = Copy;
    /// Opened section, dropdown.
    CHEVRON_DOWN = ChevronDown;
    /// One place up.
    CHEVRON_UP = ChevronUp;
    /// Closed section.
    CHEVRON_RIGHT = ChevronRight;
    /// Generate anew.
    REFRESH = RotateCw;
    /// Show a secret.
    SHOW = Eye;
    /// Hide a secret.
    HIDE = EyeOff;
    /// Language.
    LANGUAGE = Globe;
    /// Dark theme.
    DARK = Moon;
    /// Light theme.
    LIGHT = Sun;
    /// The system's theme.
    SYSTEM = Monitor;
    /// Settings.
    SETTINGS = Settings;
    /// A note.
    INFO = Info;
    /// A warning.
    WARNING = TriangleAlert;
    /// An error.
    ERROR = CircleAlert;
    /// Done, chosen.
    CHECK = Check;
    /// Sent by this client.
    SENT = ArrowRight;
    /// Received by this client.
    RECEIVED = ArrowLeft;
    /// Delete, unsubscribe.
    DELETE = Trash2;
    /// TLS.
    LOCK = Lock;
    /// More commands.
    MORE = EllipsisVertical;
    /// Undo.
    UNDO = Undo2;
    /// Stop.
    STOP = Square;
    /// Publish.
    SEND = Send;
    /// Publish over and over.
    REPEAT = Repeat;
    /// Have something wait.
    PAUSE = Pause;
    /// Have it go on.
    PLAY = Play;
    /// Help.
    HELP = CircleQuestionMark;
    /// Keys, palette.
    KEYBOARD = Keyboard;
    /// Inspector at the right.
    INSPECTOR_RIGHT = PanelRight;
    /// Inspector below.
    INSPECTOR_BELOW = PanelBottom;
    /// Values as a tree.
    TREE = ListTree;
    /// Time, waiting.
    CLOCK = Clock;
    /// The log panel.
    LOG = ScrollText;
    /// History.
    HISTORY = History;
    /// How much crossed when.
    TIME_STRIP = ChartColumn;
    /// Statistics.
    STATISTICS = ChartNoAxesCombined;
    /// In order, the least first.
    ASCENDING = ArrowUp;
    /// In order, the greatest first.
    DESCENDING = ArrowDown;
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
    fn the_window_has_its_icon() {
        let icon = super::window_icon().expect("a picture");
        assert_eq!((icon.width, icon.height), (256, 256));
    }
}
