//! The tokens poured into the toolkit's own styles, so that its parts match ours.

use egui::style::{ScrollStyle, Selection, WidgetVisuals, Widgets};
use egui::{Color32, Context, CornerRadius, Margin, Shadow, Stroke, Style, TextStyle, Theme, Vec2, Visuals};

use super::{Tokens, font, of, size};

/// Styles both themes of the toolkit. Call it once, before the first frame.
pub fn apply(ctx: &Context) {
    for theme in [Theme::Dark, Theme::Light] {
        ctx.style_mut_of(theme, |style| style_with(style, theme));
    }
}

fn style_with(style: &mut Style, theme: Theme) {
    let tokens = of(theme);
    style.text_styles = [
        (TextStyle::Body, font::body()),
        (TextStyle::Button, font::body()),
        (TextStyle::Small, font::secondary()),
        (TextStyle::Heading, font::title()),
        (TextStyle::Monospace, font::mono()),
    ]
    .into();
    style.drag_value_text_style = TextStyle::Body;

    let spacing = &mut style.spacing;
    spacing.item_spacing = Vec2::splat(size::GAP);
    spacing.button_padding = Vec2::new(10.0, 4.0);
    spacing.interact_size = Vec2::new(28.0, size::CONTROL);
    spacing.window_margin = Margin::same(12);
    spacing.menu_margin = Margin::same(4);
    spacing.menu_spacing = 4.0;
    spacing.indent = 16.0;
    spacing.icon_width = size::ICON;
    spacing.icon_width_inner = 10.0;
    spacing.icon_spacing = size::ICON_GAP;
    spacing.combo_height = 320.0;
    spacing.tooltip_width = 360.0;
    spacing.scroll = ScrollStyle {
        bar_width: 8.0,
        floating_width: 6.0,
        floating_allocated_width: 0.0,
        handle_min_length: 24.0,
        bar_inner_margin: 2.0,
        bar_outer_margin: 2.0,
        dormant_handle_opacity: 0.5,
        active_handle_opacity: 0.8,
        interact_handle_opacity: 1.0,
        dormant_background_opacity: 0.0,
        active_background_opacity: 0.0,
        interact_background_opacity: 0.0,
        ..ScrollStyle::floating()
    };

    style.interaction.selectable_labels = false;
    style.interaction.tooltip_delay = 0.4;
    style.animation_time = 0.1;
    style.visuals = visuals(theme, tokens);
}

fn visuals(theme: Theme, tokens: &Tokens) -> Visuals {
    let mut visuals = theme.default_visuals();
    let radius = CornerRadius::same(size::RADIUS);
    let shadow = Shadow { offset: [0, 8], blur: 24, spread: 0, color: tokens.shadow };

    let state = |fill: Color32, outline: Color32, text: Color32| WidgetVisuals {
        bg_fill: fill,
        weak_bg_fill: fill,
        bg_stroke: Stroke::new(1.0, outline),
        corner_radius: radius,
        fg_stroke: Stroke::new(1.0, text),
        expansion: 0.0,
    };
    visuals.widgets = Widgets {
        noninteractive: state(tokens.panel, tokens.hairline, tokens.text),
        inactive: state(tokens.raised, tokens.hairline, tokens.text),
        hovered: state(tokens.raised_hover, tokens.outline_hover, tokens.text),
        active: state(tokens.raised_pressed, tokens.outline_hover, tokens.text),
        open: state(tokens.raised_hover, tokens.outline_hover, tokens.text),
    };
    visuals.selection = Selection { bg_fill: tokens.accent_soft, stroke: Stroke::new(2.0, tokens.accent) };
    visuals.weak_text_color = Some(tokens.secondary);
    visuals.hyperlink_color = tokens.accent_text;
    visuals.faint_bg_color = tokens.hover;
    visuals.extreme_bg_color = tokens.window;
    visuals.text_edit_bg_color = Some(tokens.window);
    visuals.code_bg_color = tokens.raised;
    visuals.warn_fg_color = tokens.caution;
    visuals.error_fg_color = tokens.bad;
    visuals.window_fill = tokens.raised;
    visuals.window_stroke = Stroke::new(1.0, tokens.hairline);
    visuals.window_corner_radius = CornerRadius::same(10);
    visuals.window_shadow = shadow;
    visuals.menu_corner_radius = CornerRadius::same(8);
    visuals.popup_shadow = shadow;
    visuals.panel_fill = tokens.panel;
    visuals.text_cursor.stroke = Stroke::new(1.5, tokens.accent);
    visuals.disabled_alpha = 0.45;
    visuals
}
