//! Values into words, in both languages.

use super::cells::MOST_COPIED_BYTES;
use super::{Texts, files, secrets};
use crate::language::Language;
use crate::log::{Counters, FailureCause, Row, Timestamp};
use crate::model::{GoToFault, HistoryProblem, MOST_COPIED, NoticeText, Published, Waiting};
use crate::payload::Format;
use crate::session::{Granted, Notice, Phase, PublishOutcome};
use crate::store::Theme;
use crate::text::{failure, refusal, texts, time};

/// Where a session stands, as the header says it.
#[must_use]
pub fn phase(phase: &Phase, now: Timestamp, language: Language) -> String {
    let t = texts(language);
    match phase {
        Phase::Resolving => t.resolving.to_owned(),
        Phase::Connecting { .. } => t.connecting.to_owned(),
        Phase::Proxying => t.proxying.to_owned(),
        Phase::Securing => t.securing.to_owned(),
        Phase::Upgrading => t.upgrading.to_owned(),
        Phase::Negotiating => t.negotiating.to_owned(),
        Phase::Online(_) => t.connected.to_owned(),
        Phase::Waiting { attempt, until, cause } => {
            let left = until.0.saturating_sub(now.0).div_ceil(1_000_000_000);
            let why = failure::explain(cause, language).what;
            match language {
                Language::English => format!("Waiting {left} s (attempt {attempt}): {why}"),
                Language::Chinese => format!("等待 {left} 秒（第 {attempt} 次尝试）：{why}"),
            }
        }
        Phase::Offline { cause: None } => t.offline.to_owned(),
        Phase::Offline { cause: Some(cause) } => {
            let why = failure::explain(cause, language).what;
            match language {
                Language::English => format!("Offline: {why}"),
                Language::Chinese => format!("离线：{why}"),
            }
        }
    }
}

/// What the server granted beyond the usual, a phrase each.
#[must_use]
pub fn granted(granted: &Granted, language: Language) -> Vec<String> {
    let english = language == Language::English;
    let mut phrases = Vec::new();
    if granted.session_present {
        phrases.push(if english { "session resumed" } else { "恢复了会话" }.to_owned());
    }
    if let Some(id) = &granted.assigned_client_id {
        phrases.push(if english { format!("assigned {id}") } else { format!("服务器分配 {id}") });
    }
    if let Some(keep_alive) = granted.server_keep_alive {
        let secs = keep_alive.as_secs();
        phrases.push(if english {
            format!("keep alive {secs} s, set by the server")
        } else {
            format!("保活 {secs} 秒（服务器指定）")
        });
    }
    if let Some(qos) = granted.maximum_qos {
        phrases.push(if english { format!("QoS {qos} at most") } else { format!("最高 QoS {qos}") });
    }
    if let Some(security) = &granted.security {
        phrases.push(match (security.verified, english) {
            (true, _) => security.version.clone(),
            (false, true) => format!("{}, certificate not checked", security.version),
            (false, false) => format!("{}，未检查证书", security.version),
        });
    }
    phrases
}

/// What a session finds worth knowing.
#[must_use]
pub fn session_notice(notice: &Notice, language: Language) -> String {
    let english = language == Language::English;
    match notice {
        Notice::NoSubprotocol if english => {
            "The WebSocket server named no subprotocol; it is taken to speak MQTT".to_owned()
        }
        Notice::NoSubprotocol => "WebSocket 服务器没有指明子协议，按 MQTT 处理".to_owned(),
        Notice::NotVerified if english => {
            "The server's certificate is not checked, as this connection asks for".to_owned()
        }
        Notice::NotVerified => "按此连接的设置，没有检查服务器证书".to_owned(),
        Notice::SentAgain { count } if english => {
            format!("The server had no session to go on with; messages sent again as new ones: {count}")
        }
        Notice::SentAgain { count } => format!("服务器没有可继续的会话，{count} 条消息已作为新消息重发"),
        Notice::GivenUp { count } if english => {
            format!("The server had no session to go on with; messages given up: {count}")
        }
        Notice::GivenUp { count } => format!("服务器没有可继续的会话，{count} 条消息已放弃"),
    }
}

/// The counts of the status line, a phrase each.
#[must_use]
pub fn counts(counters: &Counters, per_second: u64, language: Language) -> [String; 4] {
    let Counters { messages, packets, faults, .. } = counters;
    match language {
        Language::English => [
            format!("{messages} {}", if *messages == 1 { "message" } else { "messages" }),
            format!("{packets} {}", if *packets == 1 { "packet" } else { "packets" }),
            format!("{faults} {}", if *faults == 1 { "fault" } else { "faults" }),
            format!("{per_second} msg/s"),
        ],
        Language::Chinese => [
            format!("{messages} 条消息"),
            format!("{packets} 个报文"),
            format!("{faults} 个错误"),
            format!("{per_second} 条/秒"),
        ],
    }
}

/// How many frames are in memory only, where history on disk has stopped.
#[must_use]
pub fn unwritten(frames: u64, language: Language) -> String {
    match (frames, language) {
        (1, Language::English) => "1 packet is not on disk".to_owned(),
        (_, Language::English) => format!("{frames} packets are not on disk"),
        (_, Language::Chinese) => format!("{frames} 个报文未写入磁盘"),
    }
}

/// What stands above the first row of a list: how far the reading of earlier frames is (bytes of bytes), or how
/// many are gone. `None` where the list begins with the first frame there was.
#[must_use]
pub fn earlier(reading: Option<(u64, u64)>, gone: u64, language: Language) -> Option<String> {
    let english = language == Language::English;
    if let Some((read, total)) = reading {
        let percent = read.saturating_mul(100).checked_div(total).unwrap_or(0);
        return Some(if english {
            format!("… earlier frames are being read, {percent} %")
        } else {
            format!("… 正在读取更早的报文，{percent} %")
        });
    }
    match (gone, english) {
        (0, _) => None,
        (1, true) => Some("… 1 earlier frame is gone".to_owned()),
        (_, true) => Some(format!("… {} earlier frames are gone", grouped(gone))),
        (_, false) => Some(format!("… 更早的 {} 个报文已不再保留", grouped(gone))),
    }
}

/// What a number of mebibytes may be, below its field.
#[must_use]
pub fn possible(range: &std::ops::RangeInclusive<u32>, language: Language) -> String {
    let (least, most) = (grouped(u64::from(*range.start())), grouped(u64::from(*range.end())));
    match language {
        Language::English => format!("A whole number of MiB, from {least} to {most}"),
        Language::Chinese => format!("整数，单位 MiB，{least} 到 {most}"),
    }
}

/// A number with a comma between thousands.
pub(super) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (place, digit) in digits.char_indices() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// A notice as the user reads it.
#[must_use]
pub fn notice(notice: &NoticeText, language: Language) -> String {
    let english = language == Language::English;
    match notice {
        NoticeText::ProfileDeleted(name) => {
            if english {
                format!("“{name}” was deleted")
            } else {
                format!("已删除“{name}”")
            }
        }
        NoticeText::Unsubscribed(filter) => {
            if english {
                format!("Unsubscribed {filter}")
            } else {
                format!("已取消订阅 {filter}")
            }
        }
        NoticeText::SubscriptionRefused(filter, reason) => {
            let reason = refusal(reason, language);
            if english {
                format!("The subscription to {filter} was refused: {reason}")
            } else {
                format!("订阅 {filter} 被拒绝：{reason}")
            }
        }
        NoticeText::PublishFailed(topic, reason) => {
            let reason = match reason {
                Some(reason) => refusal(reason, language),
                None => texts(language).abandoned.to_owned(),
            };
            if english {
                format!("Publishing to {topic} failed: {reason}")
            } else {
                format!("发布到 {topic} 失败：{reason}")
            }
        }
        NoticeText::JobEnded(ended) => super::job_ended(ended, language),
        NoticeText::BrokerStarted(address) => {
            if english {
                format!("The local broker listens at mqtt://{address}, for this machine only")
            } else {
                format!("本地 Broker 正在监听 mqtt://{address}，仅本机可访问")
            }
        }
        NoticeText::BrokerStopped => {
            if english { "The local broker has stopped" } else { "本地 Broker 已停止" }.to_owned()
        }
        NoticeText::BrokerFailed(reason) => {
            if english {
                format!("The local broker could not start: {reason}")
            } else {
                format!("本地 Broker 无法启动：{reason}")
            }
        }
        NoticeText::Copied => texts(language).copied.to_owned(),
        NoticeText::RowsCopied(copied, wanted) => rows_copied(*copied, *wanted, language),
        NoticeText::MarksRemoved(1) if english => "The mark was removed".to_owned(),
        NoticeText::MarksRemoved(marks) if english => {
            format!("{} marks were removed", grouped(*marks as u64))
        }
        NoticeText::MarksRemoved(marks) => format!("已取消 {} 个标记", grouped(*marks as u64)),
        NoticeText::MarksFull => texts(language).marks_full.to_owned(),
        NoticeText::NoMarks => texts(language).no_marks.to_owned(),
        NoticeText::WentNearby(wanted, row) => {
            let (wanted, row) = (grouped(wanted.saturating_add(1)), grouped(row.saturating_add(1)));
            if english {
                format!("No. {wanted} is not in this list; No. {row} is the nearest")
            } else {
                format!("此列表中没有第 {wanted} 号，已转到最近的第 {row} 号")
            }
        }
        NoticeText::SaveFailed(error) => joined(&files::store_error(error, language)),
        NoticeText::FileProblem(problem) => joined(&files::store_problem(problem, language)),
        NoticeText::HistoryProblem(name, problem) => history(name, problem, language),
        NoticeText::HistoryCleared(name) => {
            if english {
                format!("The history of “{name}” was cleared. It is deleted for good when mqloupe is closed.")
            } else {
                format!("已清除“{name}”的历史记录，关闭 mqloupe 时彻底删除。")
            }
        }
        NoticeText::HistoryGone(name) => {
            if english {
                format!(
                    "The cleared history of “{name}” cannot come back: its room was needed for what arrived since."
                )
            } else {
                format!("“{name}”已清除的历史记录无法恢复：空间已被之后到达的内容占用。")
            }
        }
        NoticeText::Exported(path, frames) => {
            let path = path.display();
            if english {
                format!("{frames} packets were written to {path}")
            } else {
                format!("已将 {frames} 个报文写入 {path}")
            }
        }
        NoticeText::ExportFailed(path, why) => {
            let path = path.display();
            if english {
                format!("{path} could not be written: {why}")
            } else {
                format!("无法写入 {path}：{why}")
            }
        }
        NoticeText::NoFileChooser => texts(language).no_file_chooser.to_owned(),
        NoticeText::Reauthenticated(name, Ok(after)) => {
            let milliseconds = after.as_millis();
            if english {
                format!("{name}: authenticated again ({milliseconds} ms)")
            } else {
                format!("{name}：已重新认证（{milliseconds} 毫秒）")
            }
        }
        NoticeText::Reauthenticated(name, Err(reason)) => {
            let reason = refusal(reason, language);
            if english {
                format!("{name} could not authenticate again: {reason}")
            } else {
                format!("{name} 重新认证失败：{reason}")
            }
        }
        NoticeText::KeyringWaits => secrets::keyring_waits(language).to_owned(),
        NoticeText::SecretsFailed(name, deed, fault) => secrets::failed(name, *deed, fault, language),
        NoticeText::ConnectionLost(name, cause) => {
            format!("{name}: {}", failure::explain(cause, language).what)
        }
        NoticeText::OfSession(name, what) => match language {
            Language::English => format!("{name}: {}", session_notice(what, language)),
            Language::Chinese => format!("{name}：{}", session_notice(what, language)),
        },
    }
}

/// That rows were copied, and why not all that were wanted.
fn rows_copied(copied: u64, wanted: u64, language: Language) -> String {
    let (few, many) = (grouped(copied), grouped(wanted));
    let (most, mib) = (grouped(MOST_COPIED as u64), MOST_COPIED_BYTES >> 20);
    match (language, copied) {
        (Language::English, 1) if wanted == 1 => "The row was copied".to_owned(),
        (Language::English, _) if copied >= wanted => format!("{few} rows were copied"),
        (Language::English, _) => format!(
            "The first {few} of {many} rows were copied: the clipboard takes {most} rows or {mib} MiB at most. \
             An exported capture holds all of them."
        ),
        (Language::Chinese, _) if copied >= wanted => format!("已复制 {few} 行"),
        (Language::Chinese, _) => format!(
            "已复制 {many} 行中的前 {few} 行：剪贴板最多容纳 {most} 行或 {mib} MiB。导出抓包文件可得到全部内容。"
        ),
    }
}

/// Why what was typed leads to no row.
#[must_use]
pub const fn go_to_fault(fault: GoToFault, t: &Texts) -> &'static str {
    match fault {
        GoToFault::Empty => t.go_to_empty,
        GoToFault::Unknown => t.go_to_unknown,
        GoToFault::Zero => t.go_to_zero,
        GoToFault::NoRows => t.go_to_no_rows,
    }
}

/// The three parts of an explanation one after the other.
fn joined(explanation: &failure::Explanation) -> String {
    let parts = [&explanation.what, &explanation.means, &explanation.try_this];
    parts.map(String::as_str).join(" ").trim_end().to_owned()
}

fn history(name: &str, problem: &HistoryProblem, language: Language) -> String {
    match (problem, language) {
        (HistoryProblem::Stopped(cause), Language::English) => {
            let why = match cause {
                FailureCause::DiskFull => "the disk is full",
                FailureCause::TooSlow => "the disk is too slow for what arrives",
                FailureCause::Refused(words) => words,
            };
            format!(
                "{name}: the history is no longer written, since {why}. The connection goes on, and new messages stay in memory."
            )
        }
        (HistoryProblem::Stopped(cause), Language::Chinese) => {
            let why = match cause {
                FailureCause::DiskFull => "磁盘已满",
                FailureCause::TooSlow => "磁盘速度跟不上",
                FailureCause::Refused(words) => words,
            };
            format!("{name}：历史记录已停止写入（{why}）。连接不受影响，新消息保留在内存中。")
        }
        (HistoryProblem::Lost(1), Language::English) => format!(
            "{name}: a file of the history has vanished or cannot be read. Its messages cannot be shown; everything else goes on."
        ),
        (HistoryProblem::Lost(files), Language::English) => format!(
            "{name}: {files} files of the history have vanished or cannot be read. Their messages cannot be shown; everything else goes on."
        ),
        (HistoryProblem::Lost(files), Language::Chinese) => {
            format!("{name}：历史记录有 {files} 个文件已丢失或无法读取，其中的消息无法显示，其余不受影响。")
        }
        (HistoryProblem::Torn(bytes), Language::English) => format!(
            "{name}: the last {bytes} bytes of the history were cut off, since their writing had been interrupted. \
             Everything before them is there."
        ),
        (HistoryProblem::Torn(bytes), Language::Chinese) => {
            format!("{name}：上次写入被中断，历史记录末尾的 {bytes} 字节已截去，之前的内容完好。")
        }
        (HistoryProblem::InUse, Language::English) => format!(
            "{name}: another running mqloupe keeps this history. What happens here stays in memory only."
        ),
        (HistoryProblem::InUse, Language::Chinese) => {
            format!("{name}：另一个正在运行的 mqloupe 占用着该历史记录，这里的内容只保留在内存中。")
        }
        (HistoryProblem::Unusable(why), Language::English) => {
            format!("{name}: the history cannot be used ({why}). What happens here stays in memory only.")
        }
        (HistoryProblem::Unusable(why), Language::Chinese) => {
            format!("{name}：历史记录无法使用（{why}），这里的内容只保留在内存中。")
        }
    }
}

/// How the last publish ended, and how many wait.
#[must_use]
pub fn outcome(last: &Published, waiting: usize, language: Language) -> String {
    let t = texts(language);
    let english = language == Language::English;
    let words = match &last.outcome {
        None => t.sending.to_owned(),
        Some(PublishOutcome::Sent) => t.sent.to_owned(),
        Some(PublishOutcome::Acknowledged { after }) => {
            let after = time::span(u64::try_from(after.as_nanos()).unwrap_or(u64::MAX));
            if english { format!("Acknowledged in {after}") } else { format!("{after} 后收到确认") }
        }
        Some(PublishOutcome::Refused { reason }) => {
            let reason = refusal(reason, language);
            if english { format!("Refused: {reason}") } else { format!("被拒绝：{reason}") }
        }
        Some(PublishOutcome::Abandoned) => t.abandoned.to_owned(),
        Some(PublishOutcome::Cancelled { may_arrive }) => match (may_arrive, english) {
            (false, true) => "Cancelled; it was not sent",
            (false, false) => "已取消，没有发送",
            (true, true) => "Cancelled; the server may get it all the same",
            (true, false) => "已取消，但服务器仍有可能收到",
        }
        .to_owned(),
    };
    match (waiting, english) {
        (0 | 1, _) => words,
        (n, true) => format!("{words} · {n} waiting"),
        (n, false) => format!("{words} · {n} 条等待中"),
    }
}

/// That only the beginning of a payload is shown.
#[must_use]
pub fn cut_payload(shown: usize, total: usize, language: Language) -> String {
    match language {
        Language::English => format!("The first {shown} of {total} bytes are shown."),
        Language::Chinese => format!("共 {total} 字节，显示前 {shown} 字节。"),
    }
}

/// Which rule colours a row.
#[must_use]
pub fn coloured_by(filter: &str, language: Language) -> String {
    match language {
        Language::English => format!("Coloured by the rule {filter}"),
        Language::Chinese => format!("由规则着色：{filter}"),
    }
}

/// A payload format's name.
#[must_use]
pub const fn format_name(format: Format, t: &Texts) -> &'static str {
    match format {
        Format::Text => t.plain_text,
        Format::Json => "JSON",
        Format::Hex => t.hex,
        Format::Base64 | Format::Cbor | Format::MessagePack => format.name(),
    }
}

/// A theme's name.
#[must_use]
pub const fn theme_name(theme: Theme, t: &Texts) -> &'static str {
    match theme {
        Theme::System => t.theme_system,
        Theme::Light => t.theme_light,
        Theme::Dark => t.theme_dark,
    }
}

/// `repeats no. 12`: the frame of a row (from 0) is sent again.
#[must_use]
pub fn repeats(row: Row, language: Language) -> String {
    match language {
        Language::English => format!("repeats no. {}", row + 1),
        Language::Chinese => format!("重发第 {} 号", row + 1),
    }
}

/// `responds to no. 12`: the message of a row (from 0) asked for it.
#[must_use]
pub fn responds(row: Row, language: Language) -> String {
    match language {
        Language::English => format!("responds to no. {}", row + 1),
        Language::Chinese => format!("响应第 {} 号", row + 1),
    }
}

/// How a request stands that has no answer.
#[must_use]
pub fn unanswered(waiting: Waiting, language: Language) -> String {
    match (waiting, language) {
        (Waiting::Since(ns), Language::English) => {
            format!("Not answered yet, waiting for {}", time::span(ns))
        }
        (Waiting::Since(ns), Language::Chinese) => format!("尚未应答，已等待 {}", time::span(ns)),
        (Waiting::Never(0), Language::English) => {
            "Never answered; it was the connection's last packet".to_owned()
        }
        (Waiting::Never(0), Language::Chinese) => "始终没有应答；它是该连接的最后一个报文".to_owned(),
        (Waiting::Never(ns), Language::English) => {
            format!("Never answered; the connection's last packet came {} later", time::span(ns))
        }
        (Waiting::Never(ns), Language::Chinese) => {
            format!("始终没有应答；该连接的最后一个报文在 {} 之后", time::span(ns))
        }
        (Waiting::Reading, Language::English) => "Not answered so far".to_owned(),
        (Waiting::Reading, Language::Chinese) => "到目前为止没有应答".to_owned(),
        (Waiting::Held, Language::English) => {
            "Not answered yet, will be sent again once connected".to_owned()
        }
        (Waiting::Held, Language::Chinese) => "尚未应答，连接后会再次发送".to_owned(),
    }
}

/// How a message stands that asked for a response and has none.
#[must_use]
pub fn without_response(waiting: Waiting, language: Language) -> String {
    match (waiting, language) {
        (Waiting::Since(ns), Language::English) => format!("No response yet, waiting for {}", time::span(ns)),
        (Waiting::Since(ns), Language::Chinese) => format!("尚无响应，已等待 {}", time::span(ns)),
        (Waiting::Never(0), Language::English) => "No response; it was the last packet".to_owned(),
        (Waiting::Never(0), Language::Chinese) => "没有响应；它是最后一个报文".to_owned(),
        (Waiting::Never(ns), Language::English) => {
            format!("No response; the last packet came {} later", time::span(ns))
        }
        (Waiting::Never(ns), Language::Chinese) => {
            format!("没有响应；最后一个报文在 {} 之后", time::span(ns))
        }
        (Waiting::Reading | Waiting::Held, Language::English) => "No response so far".to_owned(),
        (Waiting::Reading | Waiting::Held, Language::Chinese) => "到目前为止没有响应".to_owned(),
    }
}
