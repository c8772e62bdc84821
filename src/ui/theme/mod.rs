//! How the window looks: colours, sizes, letters. Colours and spacing stand here and nowhere else.
//!
//! Text and secondary text reach a contrast of 4.5 : 1 on every ground they stand on; the tests compute it.

mod style;
mod tokens;

use egui::{Color32, Context, Theme, Ui};

pub use style::apply;
pub use tokens::{DARK, LIGHT, Tokens};

/// Where the theme of the moment can be asked for.
pub trait Themed {
    /// The theme of the moment.
    fn current(&self) -> Theme;
}

impl Themed for Ui {
    fn current(&self) -> Theme {
        if self.visuals().dark_mode { Theme::Dark } else { Theme::Light }
    }
}

impl Themed for Context {
    fn current(&self) -> Theme {
        self.theme()
    }
}

/// The colours of the moment.
pub fn tokens(themed: &impl Themed) -> &'static Tokens {
    of(themed.current())
}

/// The colours of `theme`.
#[must_use]
pub const fn of(theme: Theme) -> &'static Tokens {
    match theme {
        Theme::Dark => &DARK,
        Theme::Light => &LIGHT,
    }
}

/// The colour of subscription number `index`; ten, then again from the first.
pub fn subscription_colour(themed: &impl Themed, index: usize) -> Color32 {
    let palette = &tokens(themed).subscriptions;
    palette[index % palette.len()]
}

/// Sizes in points, on a grid of four.
pub mod size {
    /// Height of a control.
    pub const CONTROL: f32 = 28.0;
    /// Height of a list's row.
    pub const ROW: f32 = 24.0;
    /// Height of a field tree's row.
    pub const TREE_ROW: f32 = 22.0;
    /// Height of a hex pane's or a text viewer's row.
    pub const TEXT_ROW: f32 = 20.0;
    /// Between a panel's edge and what stands in it.
    pub const PADDING: f32 = 12.0;
    /// Between neighbours.
    pub const GAP: f32 = 8.0;
    /// Between an icon and its text.
    pub const ICON_GAP: f32 = 6.0;
    /// Corner radius of controls.
    pub const RADIUS: u8 = 6;
    /// Corner radius of small marks inside controls.
    pub const RADIUS_SMALL: u8 = 4;
    /// Side of an icon.
    pub const ICON: f32 = 16.0;
    /// Height of a panel's title bar.
    pub const TITLE_BAR: f32 = 44.0;
    /// Height of the status line.
    pub const STATUS_LINE: f32 = 28.0;
    /// Width of the scrollbar's lane.
    pub const SCROLLBAR: f32 = 10.0;
}

/// Letters, by what they are for.
pub mod font {
    use egui::FontId;

    use crate::ui::fonts;

    /// Text: 14.
    #[must_use]
    pub fn body() -> FontId {
        FontId::proportional(14.0)
    }

    /// Semibold text: 14.
    #[must_use]
    pub fn strong() -> FontId {
        fonts::semibold(14.0)
    }

    /// Secondary text: 12.5.
    #[must_use]
    pub fn secondary() -> FontId {
        FontId::proportional(12.5)
    }

    /// Semibold secondary text: 12.5.
    #[must_use]
    pub fn secondary_strong() -> FontId {
        fonts::semibold(12.5)
    }

    /// Titles: 16, semibold.
    #[must_use]
    pub fn title() -> FontId {
        fonts::semibold(16.0)
    }

    /// The first window's headline: 22, semibold.
    #[must_use]
    pub fn headline() -> FontId {
        fonts::semibold(22.0)
    }

    /// Topics, payloads, hex and numbers in columns: 13, monospace.
    #[must_use]
    pub fn mono() -> FontId {
        FontId::monospace(13.0)
    }

    /// Packet names: 13, monospace, semibold.
    #[must_use]
    pub fn mono_strong() -> FontId {
        fonts::mono_semibold(13.0)
    }

    /// Icons, drawn in a square of [`super::size::ICON`].
    #[must_use]
    pub fn icon() -> FontId {
        fonts::icons(15.0)
    }
}
