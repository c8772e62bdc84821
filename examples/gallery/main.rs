//! Every part of the kit in one window, to look at: `cargo run --example gallery -- [light] [zh] [PAGE]`, where the
//! page is `controls`, `messages`, `packets`, `form` or `empty`.

mod controls;
mod form;
mod lists;
mod shell;

use mqloupe::language::Language;
use mqloupe::ui::{fonts, theme};

fn main() -> eframe::Result {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let given = |name: &str| arguments.iter().any(|argument| argument == name);
    let theme = if given("light") { egui::Theme::Light } else { egui::Theme::Dark };
    let language = if given("zh") { Language::Chinese } else { Language::English };
    let page = Page::ALL.into_iter().find(|page| given(page.name())).unwrap_or(Page::Controls);
    let options = eframe::NativeOptions {
        viewport: egui::ViewportBuilder::default()
            .with_inner_size([1280.0, 800.0])
            .with_decorations(false)
            .with_icon(mqloupe::ui::icons::window_icon().unwrap_or_default()),
        ..Default::default()
    };
    eframe::run_native(
        "gallery",
        options,
        Box::new(move |cc| {
            fonts::install(&cc.egui_ctx, language);
            theme::apply(&cc.egui_ctx);
            cc.egui_ctx.set_theme(theme);
            Ok(Box::new(Gallery {
                page,
                language,
                controls: controls::Controls::default(),
                lists: lists::Lists::default(),
                form: form::Form::default(),
            }))
        }),
    )
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Page {
    Controls,
    Messages,
    Packets,
    Form,
    Empty,
}

impl Page {
    const ALL: [Self; 5] = [Self::Controls, Self::Messages, Self::Packets, Self::Form, Self::Empty];

    const fn name(self) -> &'static str {
        match self {
            Self::Controls => "controls",
            Self::Messages => "messages",
            Self::Packets => "packets",
            Self::Form => "form",
            Self::Empty => "empty",
        }
    }
}

struct Gallery {
    page: Page,
    language: Language,
    controls: controls::Controls,
    lists: lists::Lists,
    form: form::Form,
}

impl eframe::App for Gallery {
    fn ui(&mut self, ui: &mut egui::Ui, _frame: &mut eframe::Frame) {
        let chinese = self.language == Language::Chinese;
        if self.page == Page::Controls {
            self.controls.show(ui);
            return;
        }
        shell::status_line(ui, chinese);
        shell::left_column(ui, chinese, self.page == Page::Empty);
        match self.page {
            Page::Empty => shell::welcome(ui),
            Page::Packets => self.lists.packets(ui, chinese),
            Page::Messages | Page::Form | Page::Controls => self.lists.messages(ui, chinese),
        }
        if self.page == Page::Form {
            self.form.show(ui);
        }
    }
}
