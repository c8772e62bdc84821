//! The system's fonts, made to stand in line with ours.
//!
//! The toolkit finds a font for each letter that ours lack. Three things are added: its baseline is moved onto ours,
//! since the toolkit lays the middles of two fonts' lines over each other rather than their baselines; semibold
//! Chinese is taken from a bold font, where the toolkit would take a regular one; and Chinese punctuation from the
//! font of the letters around it, where the toolkit may take a Japanese one that centres its colon.

use std::sync::Mutex;

use egui::epaint::text::{FallbackRequest, FontInsert, FontPriority, FontProvider, InsertFontFamily};
use egui::{FontData, FontFamily};
use egui_system_font_provider::SystemFontProvider;
use fontique::{
    Attributes, Collection, CollectionOptions, FallbackKey, FontStyle, FontWeight, FontWidth, Language,
    QueryFamily, QueryStatus, Script, SourceCache,
};

/// Any system font, on our baseline.
pub(super) struct OnOurBaseline(pub SystemFontProvider);

impl FontProvider for OnOurBaseline {
    fn font_for(&self, request: &FallbackRequest<'_>) -> Option<FontInsert> {
        let mut font = self.0.font_for(request)?;
        settle(&mut font.data);
        Some(font)
    }
}

/// Fonts for Chinese letters, in the weight of the family.
pub(super) struct Han {
    /// For the semibold families only: the window speaks another language, whose readers may read Japanese.
    pub only_semibold: bool,
    /// Looked through at the first such letter.
    pub fonts: Mutex<Option<(Collection, SourceCache)>>,
}

impl FontProvider for Han {
    fn font_for(&self, request: &FallbackRequest<'_>) -> Option<FontInsert> {
        let letter = request.cluster.chars().next()?;
        let semibold = matches!(request.family, FontFamily::Name(name) if name.contains("semibold"));
        if !is_han(letter) || (self.only_semibold && !semibold) {
            return None;
        }
        let weight = if semibold { FontWeight::SEMI_BOLD } else { FontWeight::NORMAL };
        let mut fonts = self.fonts.lock().ok()?;
        let (collection, cache) = fonts.get_or_insert_with(|| {
            let options = CollectionOptions { shared: false, system_fonts: true };
            (Collection::new(options), SourceCache::default())
        });
        let mut query = collection.query(cache);
        query.set_families(SIMPLIFIED_CHINESE.map(QueryFamily::Named));
        // Where none of those is installed. Singapore, not China: `zh-CN` is this library's default for Han.
        let locale = Language::parse("zh-SG").ok();
        query.set_fallbacks(FallbackKey::new(Script::from_bytes(*b"Hani"), locale.as_ref()));
        query.set_attributes(Attributes::new(FontWidth::NORMAL, FontStyle::Normal, weight));
        let mut found = None;
        query.matches_with(|font| {
            if font.charmap().is_some_and(|letters| letters.map(letter).is_some_and(|glyph| glyph != 0)) {
                found = Some(font.clone());
                QueryStatus::Stop
            } else {
                QueryStatus::Continue
            }
        });
        let found = found?;
        let name = format!("han:{}:{}:{semibold}", found.family.0.to_u64(), found.index);
        let (blob, _) = found.blob.clone().into_raw_parts();
        let mut data = FontData::from_blob(blob, found.index);
        for (axis, value) in found.synthesis.variation_settings() {
            data.tweak.coords.push(axis.to_be_bytes(), *value);
        }
        settle(&mut data);
        let family = InsertFontFamily { family: request.family.clone(), priority: FontPriority::Lowest };
        Some(FontInsert { name, data, families: vec![family] })
    }
}

/// Sans-serif fonts for simplified Chinese by name, since asking by language may answer with a Japanese font: those
/// of Linux, macOS and Windows.
const SIMPLIFIED_CHINESE: [&str; 8] = [
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "Source Han Sans SC",
    "Source Han Sans CN",
    "PingFang SC",
    "Hiragino Sans GB",
    "Microsoft YaHei",
    "WenQuanYi Micro Hei",
];

/// Ideographs and the punctuation set with them.
const fn is_han(letter: char) -> bool {
    matches!(letter, '\u{2e80}'..='\u{2fdf}' | '\u{3000}'..='\u{303f}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}'
        | '\u{f900}'..='\u{faff}' | '\u{ff00}'..='\u{ffef}' | '\u{20000}'..='\u{3ffff}')
}

/// How far the middle of our fonts' lines stands above their baseline, as a share of their size: Inter's ascent
/// of 0.969 and descent of 0.241; those of `JetBrains Mono` lie as near as makes no difference.
const OUR_MIDDLE: f32 = 0.364;

/// Moves a font's baseline onto ours.
fn settle(data: &mut FontData) {
    if let Some(middle) = middle_of_line(data.font.as_ref().as_ref(), data.index) {
        data.tweak.y_offset_factor = OUR_MIDDLE - middle;
    }
}

/// How far the middle of a font's line stands above its baseline, as a share of its size: from the tables `head`
/// and `hhea` of an OpenType font, or of one in a collection.
fn middle_of_line(font: &[u8], index: u32) -> Option<f32> {
    let u16_at = |at: usize| Some(u16::from_be_bytes(font.get(at..at.checked_add(2)?)?.try_into().ok()?));
    let u32_at = |at: usize| {
        let bytes = font.get(at..at.checked_add(4)?)?.try_into().ok()?;
        usize::try_from(u32::from_be_bytes(bytes)).ok()
    };
    let collection = font.starts_with(b"ttcf");
    let start = if collection { u32_at(12 + 4 * usize::try_from(index).ok()?)? } else { 0 };
    let table = |tag: &[u8; 4]| {
        let count = usize::from(u16_at(start + 4)?);
        let record = (0..count)
            .map(|number| start + 12 + 16 * number)
            .find(|at| font.get(*at..at + 4) == Some(tag))?;
        u32_at(record + 8)
    };
    let unit = f32::from(u16_at(table(b"head")? + 18)?);
    let line = table(b"hhea")?;
    let ascent = f32::from(u16_at(line + 4)?.cast_signed());
    let descent = f32::from(u16_at(line + 6)?.cast_signed());
    (unit > 0.0).then(|| f32::midpoint(ascent, descent) / unit)
}

#[cfg(test)]
mod tests {
    use super::{OUR_MIDDLE, middle_of_line};

    #[test]
    fn the_middle_of_our_own_line_is_where_it_is_said_to_be() {
        let middle = middle_of_line(super::super::INTER, 0).unwrap();
        assert!((middle - OUR_MIDDLE).abs() < 0.002, "{middle}");
    }

    #[test]
    fn what_is_no_font_has_no_line() {
        for bytes in [&b""[..], b"ttcf", b"ttcf\0\x01\0\0\0\0\0\x01\xff\xff\xff\xff", &[0xff; 40]] {
            assert_eq!(middle_of_line(bytes, 0), None);
        }
    }
}
