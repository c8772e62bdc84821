//! Statistics in words: amounts, rates, spans of time.

use super::sentence::grouped;
use super::texts;
use crate::language::Language;
use crate::log::statistics::{Crossed, Ranked, Standing};

/// A count with a comma between thousands.
#[must_use]
pub fn count(number: u64) -> String {
    grouped(number)
}

/// `999 B`, `1.2 kB`, `34 MB`: an amount as short as it can be said.
#[must_use]
pub fn bytes(bytes: u64) -> String {
    let units = [("GB", 1_000_000_000), ("MB", 1_000_000), ("kB", 1_000)];
    let Some((unit, size)) = units.into_iter().find(|(_, size)| bytes >= *size) else {
        return format!("{bytes} B");
    };
    match bytes / size {
        whole @ 0..100 => format!("{whole}.{} {unit}", bytes % size * 10 / size),
        whole => format!("{} {unit}", grouped(whole)),
    }
}

/// `0/s`, `0.3/s`, `1,234/s`: how many a second.
#[must_use]
pub fn rate(rate: f64, language: Language) -> String {
    let per = match language {
        Language::English => "/s",
        Language::Chinese => "/秒",
    };
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a rate is not negative")]
    let tenths = (rate * 10.0).round() as u64;
    match tenths {
        0 if rate > 0.0 => format!("<0.1{per}"),
        0 => format!("0{per}"),
        1..1_000 => format!("{}.{}{per}", tenths / 10, tenths % 10),
        _ => format!("{}{per}", grouped(tenths / 10)),
    }
}

/// What a topic is that stands out.
#[must_use]
pub const fn standing(standing: Standing, language: Language) -> &'static str {
    let t = texts(language);
    match standing {
        Standing::Floods => t.floods,
        Standing::Silent => t.silent,
    }
}

/// How often messages come.
#[must_use]
pub fn usual(seconds: f32, language: Language) -> String {
    let span = match seconds {
        0.0..0.001 => format!("{:.2} ms", seconds * 1e3),
        0.001..1.0 => format!("{:.0} ms", seconds * 1e3),
        1.0..100.0 => format!("{seconds:.1} s"),
        _ => format!("{seconds:.0} s"),
    };
    match language {
        Language::English => format!("usually every {span}"),
        Language::Chinese => format!("通常每 {span} 一条"),
    }
}

/// How many topics there are, and how many of them stand out.
#[must_use]
pub fn topics(ranked: &Ranked, language: Language) -> String {
    let [topics, floods, silent] = [ranked.topics, ranked.floods, ranked.silent].map(|n| grouped(n as u64));
    match language {
        Language::English => {
            let noun = if ranked.topics == 1 { "topic" } else { "topics" };
            format!("{topics} {noun}, {floods} flooding, {silent} silent")
        }
        Language::Chinese => format!("{topics} 个主题，{floods} 个高频，{silent} 个静默"),
    }
}

/// The messages on topics that are not listed.
#[must_use]
pub fn other_topics(messages: u64, language: Language) -> String {
    let messages = grouped(messages);
    match language {
        Language::English => format!("Messages on other topics, which are not listed: {messages}"),
        Language::Chinese => format!("未列出的其他主题上的消息：{messages}"),
    }
}

/// How far the counting is.
#[must_use]
pub fn counting(counted: u64, held: u64, language: Language) -> String {
    let percent = counted.saturating_mul(100).checked_div(held).unwrap_or(0);
    match language {
        Language::English => format!("Counting, {percent} %"),
        Language::Chinese => format!("正在统计，{percent} %"),
    }
}

/// What crossed in a span of time, from and to as written; the messages, or all packets.
#[must_use]
pub fn crossed(from: &str, to: &str, crossed: Crossed, packets: bool, language: Language) -> String {
    let number = if packets { crossed.packets } else { crossed.messages };
    let one = number == 1;
    let (count, faults) = (grouped(number), grouped(crossed.faults));
    match language {
        Language::English => {
            let noun = match (packets, one) {
                (true, true) => "packet",
                (true, false) => "packets",
                (false, true) => "message",
                (false, false) => "messages",
            };
            let wrong = match crossed.faults {
                0 => String::new(),
                1 => ", 1 fault".to_owned(),
                _ => format!(", {faults} faults"),
            };
            format!("{from} to {to}, {count} {noun}{wrong}")
        }
        Language::Chinese => {
            let noun = if packets { "个报文" } else { "条消息" };
            let wrong = if crossed.faults == 0 { String::new() } else { format!("，{faults} 个错误") };
            format!("{from} 至 {to}，{count} {noun}{wrong}")
        }
    }
}

/// What stands before a span of time that is chosen.
#[must_use]
pub fn chosen(span: &str, applied: bool, language: Language) -> String {
    match (language, applied) {
        (Language::English, true) => format!("Shown: {span}"),
        (Language::English, false) => format!("Chosen: {span}. Enter shows only these."),
        (Language::Chinese, true) => format!("已显示：{span}"),
        (Language::Chinese, false) => format!("已选择：{span}。按 Enter 只显示这些。"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_short() {
        let said: Vec<String> =
            [0, 999, 1_000, 1_290, 99_999, 100_000, 12_300_000, 4_200_000_000_000].map(bytes).to_vec();
        assert_eq!(said, ["0 B", "999 B", "1.0 kB", "1.2 kB", "99.9 kB", "100 kB", "12.3 MB", "4,200 GB"]);
    }

    #[test]
    fn rates_are_short_and_what_is_not_nothing_is_not_said_to_be() {
        let said: Vec<String> =
            [0.0, 0.01, 0.26, 12.34, 99.94, 1_234.5].map(|number| rate(number, Language::English)).to_vec();
        assert_eq!(said, ["0/s", "<0.1/s", "0.3/s", "12.3/s", "99.9/s", "1,234/s"]);
    }

    #[test]
    fn intervals_have_the_unit_that_suits_them() {
        let said: Vec<String> = [0.000_25, 0.2, 2.0, 600.0].map(|s| usual(s, Language::English)).to_vec();
        assert_eq!(
            said,
            ["usually every 0.25 ms", "usually every 200 ms", "usually every 2.0 s", "usually every 600 s"]
        );
    }
}
