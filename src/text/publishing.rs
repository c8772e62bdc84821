//! How publishing goes, in words: files, pending publishes, publishing over and over.

use super::refusal;
use super::sentence::grouped;
use crate::language::Language;
use crate::model::{JobEnd, JobProgress, JobStanding, Published, RepeatFault, Repeated};
use crate::wire::{MAXIMUM_REMAINING_LENGTH, Qos};

/// `Pending for 3 s: the server takes nothing`: a publish has had no outcome for so many nanoseconds.
#[must_use]
pub fn pending(publish: &Published, waited_ns: u64, waiting: usize, language: Language) -> String {
    let seconds = format!("{} s", waited_ns / 1_000_000_000);
    let words = match (publish.qos, language) {
        (Qos::AtMostOnce, Language::English) => format!("Pending for {seconds}: the server takes nothing"),
        (Qos::AtMostOnce, Language::Chinese) => format!("已等待 {seconds}：服务器没有接收数据"),
        (_, Language::English) => format!("Pending for {seconds}: not acknowledged yet"),
        (_, Language::Chinese) => format!("已等待 {seconds}：尚未收到确认"),
    };
    match (waiting, language) {
        (0 | 1, _) => words,
        (n, Language::English) => format!("{words} · {n} waiting"),
        (n, Language::Chinese) => format!("{words} · {n} 条等待中"),
    }
}

/// A file that is to be published: its size, or why it cannot be, and whether it can.
#[must_use]
pub fn payload_file(
    size: &Result<u64, String>,
    lines: bool,
    server_takes: Option<u32>,
    language: Language,
) -> (String, bool) {
    let english = language == Language::English;
    let bytes = match size {
        Ok(bytes) => *bytes,
        Err(why) if english => return (format!("This file cannot be read: {why}"), false),
        Err(why) => return (format!("无法读取此文件：{why}"), false),
    };
    let shown = size_words(bytes);
    // Lines are measured one by one as they are sent.
    let largest = MAXIMUM_REMAINING_LENGTH as u64;
    match (lines, server_takes.map(u64::from)) {
        (false, _) if bytes > largest => {
            let most = grouped(largest);
            let words = if english {
                format!("{shown}: too large, a packet of MQTT has {most} bytes at most")
            } else {
                format!("{shown}：太大，MQTT 报文最多 {most} 字节")
            };
            (words, false)
        }
        (false, Some(most)) if bytes > most => {
            let most = grouped(most);
            let words = if english {
                format!("{shown}: this server takes packets of {most} bytes at most")
            } else {
                format!("{shown}：此服务器只接受不超过 {most} 字节的报文")
            };
            (words, false)
        }
        _ => (shown, true),
    }
}

/// A payload that is published as it was found: its size, or why it cannot be, and whether it can.
#[must_use]
pub fn kept_payload(bytes: u64, server_takes: Option<u32>, language: Language) -> (String, bool) {
    let (words, good) = payload_file(&Ok(bytes), false, server_takes, language);
    match (good, language) {
        (false, _) => (words, false),
        (true, Language::English) => (format!("A payload of {words}, kept as it is"), true),
        (true, Language::Chinese) => (format!("{words} 的负载，保持原样"), true),
    }
}

/// `12 B`, `34.5 KiB (35,328 B)`.
fn size_words(bytes: u64) -> String {
    let exact = grouped(bytes);
    let tenths = |unit: u64| {
        let tenths = u128::from(bytes) * 10 / u128::from(unit);
        format!("{}.{}", tenths / 10, tenths % 10)
    };
    match bytes {
        0..1024 => format!("{exact} B"),
        1024..1_048_576 => format!("{} KiB ({exact} B)", tenths(1024)),
        1_048_576..1_073_741_824 => format!("{} MiB ({exact} B)", tenths(1_048_576)),
        _ => format!("{} GiB ({exact} B)", tenths(1_073_741_824)),
    }
}

/// What is wrong with the form for publishing over and over.
#[must_use]
pub const fn repeat_fault(fault: RepeatFault, language: Language) -> &'static str {
    match (fault, language) {
        (RepeatFault::Times, Language::English) => "A whole number from 1, or empty",
        (RepeatFault::Times, Language::Chinese) => "请填写不小于 1 的整数，或留空",
        (RepeatFault::Interval, Language::English) => "A whole number of ms, from 1 to 86,400,000 (a day)",
        (RepeatFault::Interval, Language::Chinese) => "整数，单位毫秒，1 到 86,400,000（一天）",
        (RepeatFault::Rate, Language::English) => "A whole number from 1 to 1,000,000",
        (RepeatFault::Rate, Language::Chinese) => "1 到 1,000,000 的整数",
    }
}

/// How far a job is, in one line.
#[must_use]
pub fn job(job: &Repeated, language: Language) -> String {
    let JobProgress { waiting, in_flight, sent, acknowledged, refused, given_up, .. } = &job.progress;
    let english = language == Language::English;
    let mut parts = vec![standing(&job.progress.standing, language)];
    let mut part = |count: u64, in_english: &str, in_chinese: &str| {
        let count = grouped(count);
        parts.push(if english { format!("{count} {in_english}") } else { format!("{in_chinese} {count}") });
    };
    match (waiting, job.progress.end()) {
        (Some(waiting), None) => part(*waiting, "waiting", "等待"),
        (Some(waiting), Some(_)) if *waiting > 0 => part(*waiting, "not sent", "未发送"),
        _ => {}
    }
    if job.progress.end().is_none() {
        part(*in_flight, "in flight", "在途");
    }
    if job.qos == Qos::AtMostOnce {
        part(*sent, "sent", "已发送");
    } else {
        part(*acknowledged, "acknowledged", "已确认");
    }
    part(*refused, "refused", "被拒绝");
    if *given_up > 0 {
        part(*given_up, "given up", "已放弃");
    }
    // What ends the job says so itself.
    let last = job.progress.refusal.as_ref();
    if let Some(reason) = last.filter(|_| !matches!(job.progress.end(), Some(JobEnd::Refused(_)))) {
        let reason = refusal(reason, language);
        parts.push(if english { format!("last: {reason}") } else { format!("最近一次：{reason}") });
    }
    parts.join(" · ")
}

/// That a job has ended, and how.
#[must_use]
pub fn job_ended(ended: &Repeated, language: Language) -> String {
    let words = job(ended, language);
    match language {
        Language::English => format!("Publishing to {}: {words}", ended.topic),
        Language::Chinese => format!("发布到 {}：{words}", ended.topic),
    }
}

fn standing(standing: &JobStanding, language: Language) -> String {
    let words = match (standing, language) {
        (JobStanding::Running, Language::English) => "Publishing",
        (JobStanding::Running, Language::Chinese) => "正在发布",
        (JobStanding::Paused, Language::English) => "Paused",
        (JobStanding::Paused, Language::Chinese) => "已暂停",
        (JobStanding::Offline, Language::English) => "Waiting for the connection",
        (JobStanding::Offline, Language::Chinese) => "等待连接恢复",
        (JobStanding::Stopping, Language::English) => "Stopping…",
        (JobStanding::Stopping, Language::Chinese) => "正在停止…",
        (JobStanding::Ended(JobEnd::Done), Language::English) => "Done",
        (JobStanding::Ended(JobEnd::Done), Language::Chinese) => "已完成",
        (JobStanding::Ended(JobEnd::Stopped), Language::English) => "Stopped",
        (JobStanding::Ended(JobEnd::Stopped), Language::Chinese) => "已停止",
        (JobStanding::Ended(JobEnd::SessionEnded), Language::English) => "Ended with the connection",
        (JobStanding::Ended(JobEnd::SessionEnded), Language::Chinese) => "随连接结束",
        (JobStanding::Ended(JobEnd::Empty), Language::English) => "The file has no lines",
        (JobStanding::Ended(JobEnd::Empty), Language::Chinese) => "文件中没有任何行",
        (JobStanding::Ended(JobEnd::Refused(reason)), Language::English) => {
            return format!("Failed: {}", refusal(reason, language));
        }
        (JobStanding::Ended(JobEnd::Refused(reason)), Language::Chinese) => {
            return format!("失败：{}", refusal(reason, language));
        }
    };
    words.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_job_is_told_in_both_languages() {
        let mut repeated = Repeated {
            topic: "a".to_owned(),
            qos: Qos::AtLeastOnce,
            progress: JobProgress {
                waiting: Some(1200),
                in_flight: 3,
                acknowledged: 7,
                ..JobProgress::default()
            },
        };
        let words = "Publishing · 1,200 waiting · 3 in flight · 7 acknowledged · 0 refused";
        assert_eq!(job(&repeated, Language::English), words);
        let words = "正在发布 · 等待 1,200 · 在途 3 · 已确认 7 · 被拒绝 0";
        assert_eq!(job(&repeated, Language::Chinese), words);
        repeated.progress.standing = JobStanding::Ended(JobEnd::Stopped);
        repeated.progress.given_up = 3;
        let words = "Publishing to a: Stopped · 1,200 not sent · 7 acknowledged · 0 refused · 3 given up";
        assert_eq!(job_ended(&repeated, Language::English), words);
    }

    #[test]
    fn a_file_is_judged_by_what_a_packet_and_the_server_can_take() {
        let judge = |size, lines, server| payload_file(&Ok(size), lines, server, Language::English);
        assert_eq!(judge(12, false, None), ("12 B".to_owned(), true));
        assert_eq!(judge(35_328, false, None), ("34.5 KiB (35,328 B)".to_owned(), true));
        assert!(!judge(268_435_456, false, None).1);
        assert!(judge(268_435_456, true, None).1, "its lines may be short");
        assert!(!judge(2000, false, Some(1000)).1);
    }
}
