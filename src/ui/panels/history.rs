//! How much history is kept, in the settings; and what stands above the first row of a list.

use egui::{Align, Rangef, Ui};

use super::Panel;
use crate::log::FrameLog;
use crate::model::Action;
use crate::store::History;
use crate::text;
use crate::ui::theme::{Tokens, font, size};
use crate::ui::widgets::{Note, RowPainter, TextField};

/// The two numbers, in mebibytes. What is possible is taken over as it is typed.
pub fn settings(ui: &mut Ui, panel: &mut Panel<'_>) {
    let t = panel.texts;
    let kept = panel.model.settings.history;
    let labels = [t.memory_for_frames, t.history_on_disk];
    for (place, (label, possible)) in labels.into_iter().zip(History::POSSIBLE).enumerate() {
        let now = if place == 0 { kept.memory_mib } else { kept.disk_mib };
        let typed = panel.state.history_typed[place].take();
        let mut words = typed.unwrap_or_else(|| now.to_string());
        let number = |words: &str| words.trim().parse().ok().filter(|number| possible.contains(number));
        let range = text::possible(&possible, panel.language());
        let note = if number(&words).is_some() { Note::Info(&range) } else { Note::Error(&range) };
        let field = TextField::new(label).mono().note(Some(note)).width(ui.available_width());
        let response = field.show(ui, &mut words).response;
        let number: Option<u32> = number(&words);
        if response.changed()
            && let Some(mib) = number
        {
            panel.act(Action::History(match place {
                0 => History { memory_mib: mib, ..kept },
                _ => History { disk_mib: mib, ..kept },
            }));
        }
        // Typed digits stay as they are until the field is left with a number in it.
        if response.has_focus() || number.is_none() {
            panel.state.history_typed[place] = Some(words);
        }
    }
}

/// What stands above the first row: earlier frames that are being read, or how many are gone.
pub fn earlier(panel: &Panel<'_>, log: &FrameLog) -> Option<String> {
    text::earlier(log.reading(), log.counters().gone, panel.language())
}

/// Draws it as a row.
pub fn earlier_row(painter: &mut RowPainter<'_>, tokens: &Tokens, words: &str) {
    let across = painter.rect.x_range();
    let across = Rangef::new(across.min + size::PADDING, across.max - size::PADDING);
    painter.cell(across, words, font::secondary(), tokens.secondary, Align::Min);
    painter.name(words);
}
