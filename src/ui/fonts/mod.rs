//! The letters: Inter for text, `JetBrains Mono` for bytes and topics, one icon font, and the system's own fonts for
//! every script that these lack.

mod system;

use std::sync::{Arc, Mutex};

use egui::{FontData, FontDefinitions, FontFamily, FontId};
use egui_system_font_provider::SystemFontProvider;

use crate::language::Language;
use system::{Han, OnOurBaseline};

const INTER: &[u8] = include_bytes!("../../../assets/fonts/Inter-Regular.otf");
const INTER_SEMIBOLD: &[u8] = include_bytes!("../../../assets/fonts/Inter-SemiBold.otf");
const MONO: &[u8] = include_bytes!("../../../assets/fonts/JetBrainsMono-Regular.ttf");
const MONO_SEMIBOLD: &[u8] = include_bytes!("../../../assets/fonts/JetBrainsMono-SemiBold.ttf");
/// The icons that are used, and no others.
const LUCIDE: &[u8] = include_bytes!("../../../assets/fonts/Lucide.ttf");

const SEMIBOLD_FAMILY: &str = "semibold";
const MONO_SEMIBOLD_FAMILY: &str = "mono-semibold";
const ICONS: &str = "icons";

/// Installs the fonts and, for `language`, the system's letters for what they lack. Call it again when the
/// language changes.
pub fn install(ctx: &egui::Context, language: Language) {
    ctx.set_fonts(definitions());
    let provider = match language {
        // Shapes of Chinese characters follow the locale; the system's own may be another country's.
        Language::Chinese => SystemFontProvider::new().with_locale(Some("zh-CN")),
        Language::English => SystemFontProvider::new(),
    };
    let han = Han { only_semibold: language != Language::Chinese, fonts: Mutex::default() };
    ctx.set_font_providers(vec![Arc::new(han), Arc::new(OnOurBaseline(provider))]);
}

/// The bundled fonts alone: what tests install, since it is the same on every machine.
#[must_use]
pub fn definitions() -> FontDefinitions {
    let mut fonts = FontDefinitions::empty();
    for (name, bytes) in [
        ("inter", INTER),
        ("inter-semibold", INTER_SEMIBOLD),
        ("mono", MONO),
        ("mono-semibold", MONO_SEMIBOLD),
        (ICONS, LUCIDE),
    ] {
        let mut data = FontData::from_static(bytes);
        if name == ICONS {
            // Their line is not centred on their drawing.
            data.tweak.y_offset_factor = 0.06;
        }
        fonts.font_data.insert(name.to_owned(), Arc::new(data));
    }

    let families: [(FontFamily, &[&str]); 5] = [
        (FontFamily::Proportional, &["inter", "mono"]),
        (FontFamily::Name(SEMIBOLD_FAMILY.into()), &["inter-semibold", "mono-semibold"]),
        (FontFamily::Monospace, &["mono", "inter"]),
        (FontFamily::Name(MONO_SEMIBOLD_FAMILY.into()), &["mono-semibold", "inter-semibold"]),
        (FontFamily::Name(ICONS.into()), &[ICONS, "inter"]),
    ];
    for (family, names) in families {
        fonts.families.insert(family, names.iter().map(|name| (*name).to_owned()).collect());
    }
    fonts
}

/// Semibold text, `size` points.
#[must_use]
pub fn semibold(size: f32) -> FontId {
    FontId::new(size, FontFamily::Name(SEMIBOLD_FAMILY.into()))
}

/// Semibold monospace text, `size` points.
#[must_use]
pub fn mono_semibold(size: f32) -> FontId {
    FontId::new(size, FontFamily::Name(MONO_SEMIBOLD_FAMILY.into()))
}

/// Icons, `size` points.
#[must_use]
pub fn icons(size: f32) -> FontId {
    FontId::new(size, FontFamily::Name(ICONS.into()))
}
