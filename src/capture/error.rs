//! Why a capture cannot be read at all.

use std::io;

use crate::language::Language;

/// What a file is instead of a capture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Instead {
    /// It holds nothing.
    Empty,
    /// It is compressed.
    Gzip,
    /// It begins as neither pcap nor pcapng does.
    Unknown,
}

/// Why reading a capture has stopped.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The file is no capture.
    #[error("{}", not_a_capture(*.0, Language::English))]
    NotACapture(Instead),
    /// The operating system refused.
    #[error("{0}")]
    Io(#[from] io::Error),
    /// The reader asked to stop.
    #[error("stopped before the end")]
    Cancelled,
}

impl ReadError {
    /// What happened and what to try, in the language.
    #[must_use]
    pub fn message_in(&self, language: Language) -> String {
        match (self, language) {
            (Self::NotACapture(instead), _) => not_a_capture(*instead, language).to_owned(),
            (Self::Cancelled, Language::Chinese) => "读取已停止，文件没有读完".to_owned(),
            (Self::Io(error), Language::Chinese) => format!("无法读取文件：{error}"),
            (_, Language::English) => self.to_string(),
        }
    }
}

const fn not_a_capture(instead: Instead, language: Language) -> &'static str {
    match (instead, language) {
        (Instead::Empty, Language::English) => "this is no capture: the file is empty",
        (Instead::Empty, Language::Chinese) => "这不是抓包文件：文件是空的",
        (Instead::Gzip, Language::English) => {
            "this is a gzip file: unpack it first, then open the capture in it"
        }
        (Instead::Gzip, Language::Chinese) => "这是 gzip 压缩文件：请先解压，再打开其中的抓包文件",
        (Instead::Unknown, Language::English) => {
            "this is no capture: it begins neither as a pcapng nor as a pcap file does"
        }
        (Instead::Unknown, Language::Chinese) => "这不是抓包文件：文件开头既不是 pcapng 也不是 pcap 格式",
    }
}
