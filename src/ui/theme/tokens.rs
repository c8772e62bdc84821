//! The colours by name, twice.

use egui::Color32;

/// The colours of one theme.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tokens {
    /// Ground of the middle: lists, editors.
    pub window: Color32,
    /// Ground of side panels, status line, forms.
    pub panel: Color32,
    /// Ground of buttons, badges, boxes that stand on a panel.
    pub raised: Color32,
    /// Ground of a raised control under the pointer.
    pub raised_hover: Color32,
    /// Ground of a raised control that is pressed.
    pub raised_pressed: Color32,
    /// Ground of the row or quiet control under the pointer; translucent.
    pub hover: Color32,
    /// Lines between panels, outlines of controls.
    pub hairline: Color32,
    /// Outline of a control under the pointer.
    pub outline_hover: Color32,
    /// Text.
    pub text: Color32,
    /// Secondary text.
    pub secondary: Color32,
    /// Rings, bars, filled buttons.
    pub accent: Color32,
    /// A filled button under the pointer.
    pub accent_hover: Color32,
    /// A filled button that is pressed.
    pub accent_pressed: Color32,
    /// Text and icons in the accent colour.
    pub accent_text: Color32,
    /// Text on the accent colour.
    pub on_accent: Color32,
    /// Ground of what is selected; translucent.
    pub accent_soft: Color32,
    /// Outline of what surrounds the selected; translucent.
    pub accent_outline: Color32,
    /// Connected, granted, received.
    pub good: Color32,
    /// Waiting, worth knowing.
    pub caution: Color32,
    /// Refused, forbidden, destructive.
    pub bad: Color32,
    /// Ground of faults; translucent.
    pub bad_soft: Color32,
    /// Ground of warnings; translucent.
    pub caution_soft: Color32,
    /// The scrollbar's handle.
    pub scroll_handle: Color32,
    /// The scrollbar's handle under the pointer.
    pub scroll_handle_hover: Color32,
    /// What covers the window behind a form; translucent.
    pub backdrop: Color32,
    /// The shadow of forms, menus and toasts; translucent.
    pub shadow: Color32,
    /// Colours of subscriptions.
    pub subscriptions: [Color32; 10],
    /// How much of such a colour is in the ground of a row that a rule colours.
    pub row_alpha: u8,
}

impl Tokens {
    /// The subscription colour of a number; ten, then again from the first.
    #[must_use]
    pub const fn numbered(&self, number: u8) -> Color32 {
        self.subscriptions[number as usize % self.subscriptions.len()]
    }

    /// The ground of a row in a colour; translucent.
    #[must_use]
    pub fn row_ground(&self, colour: Color32) -> Color32 {
        let [red, green, blue, _] = colour.to_array();
        Color32::from_rgba_unmultiplied(red, green, blue, self.row_alpha)
    }
}

const fn rgb(hex: u32) -> Color32 {
    let [_, red, green, blue] = hex.to_be_bytes();
    Color32::from_rgb(red, green, blue)
}

const fn translucent(hex: u32, alpha: u8) -> Color32 {
    let [_, red, green, blue] = hex.to_be_bytes();
    Color32::from_rgba_unmultiplied_const(red, green, blue, alpha)
}

/// The dark theme.
pub const DARK: Tokens = Tokens {
    window: rgb(0x14_16_1b),
    panel: rgb(0x1a_1d_24),
    raised: rgb(0x23_28_33),
    raised_hover: rgb(0x2b_31_3e),
    raised_pressed: rgb(0x20_24_2e),
    hover: translucent(0xff_ff_ff, 10),
    hairline: rgb(0x2c_31_3d),
    outline_hover: rgb(0x3d_44_54),
    text: rgb(0xe7_e9_ef),
    secondary: rgb(0xa0_a8_b8),
    accent: rgb(0x5b_9d_ff),
    accent_hover: rgb(0x74_ad_ff),
    accent_pressed: rgb(0x4a_8b_ea),
    accent_text: rgb(0x5b_9d_ff),
    on_accent: rgb(0x0e_13_1c),
    accent_soft: translucent(0x5b_9d_ff, 41),
    accent_outline: translucent(0x5b_9d_ff, 128),
    good: rgb(0x4c_c3_8a),
    caution: rgb(0xf0_b6_4a),
    bad: rgb(0xf2_70_6d),
    bad_soft: translucent(0xf2_70_6d, 41),
    caution_soft: translucent(0xf0_b6_4a, 36),
    scroll_handle: rgb(0x3a_40_4e),
    scroll_handle_hover: rgb(0x55_5d_70),
    backdrop: translucent(0x00_00_00, 140),
    shadow: translucent(0x00_00_00, 120),
    subscriptions: [
        rgb(0x5b_9d_ff),
        rgb(0x4c_c3_8a),
        rgb(0xc0_8c_f0),
        rgb(0xf0_b6_4a),
        rgb(0xf2_7f_a5),
        rgb(0x3f_c6_cf),
        rgb(0xf0_8a_5c),
        rgb(0xa3_c4_4f),
        rgb(0x97_a6_f5),
        rgb(0xd3_a2_86),
    ],
    row_alpha: 28,
};

/// The light theme.
///
/// The accent, good, caution and bad colours of text are a shade darker than a drawing would choose, for their
/// contrast on the ground of selected rows.
pub const LIGHT: Tokens = Tokens {
    window: rgb(0xff_ff_ff),
    panel: rgb(0xf6_f7_f9),
    raised: rgb(0xff_ff_ff),
    raised_hover: rgb(0xf1_f3_f6),
    raised_pressed: rgb(0xe7_ea_ef),
    hover: translucent(0x1a_1e_26, 12),
    hairline: rgb(0xe0_e3_ea),
    outline_hover: rgb(0xc4_ca_d6),
    text: rgb(0x1a_1e_26),
    secondary: rgb(0x56_60_72),
    accent: rgb(0x1f_6f_eb),
    accent_hover: rgb(0x1a_63_d6),
    accent_pressed: rgb(0x15_57_c0),
    accent_text: rgb(0x18_60_d0),
    on_accent: rgb(0xff_ff_ff),
    accent_soft: translucent(0x1f_6f_eb, 31),
    accent_outline: translucent(0x1f_6f_eb, 115),
    good: rgb(0x16_74_43),
    caution: rgb(0x87_5c_00),
    bad: rgb(0xc4_22_2b),
    bad_soft: translucent(0xc4_22_2b, 26),
    caution_soft: translucent(0x8f_62_00, 28),
    scroll_handle: rgb(0xc9_ce_d8),
    scroll_handle_hover: rgb(0xa3_ab_ba),
    backdrop: translucent(0x10_14_1c, 110),
    shadow: translucent(0x10_14_1c, 60),
    subscriptions: [
        rgb(0x1f_6f_eb),
        rgb(0x1a_8f_55),
        rgb(0x8a_4f_d0),
        rgb(0xa8_74_00),
        rgb(0xc9_3b_72),
        rgb(0x0b_83_92),
        rgb(0xc0_55_1f),
        rgb(0x5e_80_10),
        rgb(0x4f_5f_c8),
        rgb(0x94_64_46),
    ],
    row_alpha: 26,
};

#[cfg(test)]
mod tests {
    use egui::{Color32, Rgba};

    use super::{DARK, LIGHT, Tokens};

    /// WCAG 2: relative luminance.
    fn luminance(colour: Color32) -> f32 {
        let linear = Rgba::from(colour);
        0.2126 * linear.r() + 0.7152 * linear.g() + 0.0722 * linear.b()
    }

    fn contrast(a: Color32, b: Color32) -> f32 {
        let (a, b) = (luminance(a), luminance(b));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    fn over(ground: Color32, cover: Color32) -> Color32 {
        ground.blend(cover)
    }

    fn grounds(tokens: &Tokens) -> Vec<(&'static str, Color32)> {
        vec![
            ("window", tokens.window),
            ("panel", tokens.panel),
            ("raised", tokens.raised),
            ("raised under the pointer", tokens.raised_hover),
            ("selected on window", over(tokens.window, tokens.accent_soft)),
            ("selected on panel", over(tokens.panel, tokens.accent_soft)),
            ("hovered on window", over(tokens.window, tokens.hover)),
            ("hovered on panel", over(tokens.panel, tokens.hover)),
            ("hovered on raised", over(tokens.raised, tokens.hover)),
        ]
    }

    #[test]
    fn every_text_reaches_four_and_a_half_to_one_on_every_ground() {
        for (theme, tokens) in [("dark", &DARK), ("light", &LIGHT)] {
            for (ground, colour) in grounds(tokens) {
                for (name, text) in [
                    ("text", tokens.text),
                    ("secondary", tokens.secondary),
                    ("accent", tokens.accent_text),
                    ("good", tokens.good),
                    ("caution", tokens.caution),
                    ("bad", tokens.bad),
                ] {
                    let ratio = contrast(text, colour);
                    assert!(ratio >= 4.5, "{theme}: {name} on {ground} is {ratio:.2}");
                }
            }
        }
    }

    #[test]
    fn text_stays_readable_on_the_ground_of_faults() {
        for (theme, tokens) in [("dark", &DARK), ("light", &LIGHT)] {
            for ground in [tokens.window, tokens.panel].map(|ground| over(ground, tokens.bad_soft)) {
                for text in [tokens.text, tokens.secondary, tokens.bad] {
                    let ratio = contrast(text, ground);
                    assert!(ratio >= 4.5, "{theme}: {text:?} on {ground:?} is {ratio:.2}");
                }
            }
        }
    }

    #[test]
    fn text_and_marks_stay_readable_on_rows_that_a_rule_colours() {
        for (theme, tokens) in [("dark", &DARK), ("light", &LIGHT)] {
            for number in 0..10 {
                let cover = tokens.row_ground(tokens.numbered(number));
                for under in [tokens.window, over(tokens.window, tokens.hover)] {
                    let ground = over(under, cover);
                    for text in [tokens.text, tokens.secondary, tokens.accent_text, tokens.good, tokens.bad] {
                        let ratio = contrast(text, ground);
                        assert!(ratio >= 4.5, "{theme}: {text:?} on colour {number} is {ratio:.2}");
                    }
                    for mark in tokens.subscriptions {
                        let ratio = contrast(mark, ground);
                        assert!(ratio >= 3.0, "{theme}: {mark:?} on colour {number} is {ratio:.2}");
                    }
                }
            }
        }
    }

    #[test]
    fn text_on_filled_buttons_is_readable_in_every_state() {
        for tokens in [&DARK, &LIGHT] {
            for fill in [tokens.accent, tokens.accent_hover, tokens.accent_pressed] {
                assert!(contrast(tokens.on_accent, fill) >= 4.5, "{fill:?}");
            }
        }
    }

    #[test]
    fn subscription_colours_and_rings_stand_out_from_every_ground() {
        for (theme, tokens) in [("dark", &DARK), ("light", &LIGHT)] {
            for colour in tokens.subscriptions.iter().chain([&tokens.accent]) {
                for (ground, under) in grounds(tokens) {
                    // WCAG 2.1, 1.4.11: marks that carry meaning.
                    let ratio = contrast(*colour, under);
                    assert!(ratio >= 3.0, "{theme}: {colour:?} on {ground} is {ratio:.2}");
                }
            }
        }
    }

    #[test]
    fn subscription_colours_differ() {
        for tokens in [&DARK, &LIGHT] {
            for (index, colour) in tokens.subscriptions.iter().enumerate() {
                assert!(!tokens.subscriptions[..index].contains(colour));
            }
        }
    }
}
