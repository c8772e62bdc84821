//! What readers of a capture should know beside its control packets.

use crate::language::Language;

/// One thing to know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notice {
    /// The file ends within a block or record; what was before it has been read.
    FileCutOff {
        /// Where that block begins, in bytes from the file's start.
        offset: u64,
    },
    /// A block or record makes no sense, and nothing behind it was read.
    FileBroken {
        /// Where it begins, in bytes from the file's start.
        offset: u64,
    },
    /// Frames of a kind of link that is not known here were left out.
    LinkType {
        /// The link type's number, as the list of LINKTYPE_ values has it.
        link_type: u32,
    },
    /// IP packets in fragments were left out.
    Fragments,
    /// The capture holds only the first bytes of some frames.
    CutShort {
        /// The first such frame.
        number: u64,
    },
    /// A stream was under way when the capture began.
    Midway {
        /// The stream.
        stream: u32,
    },
    /// Bytes of a stream are missing from the capture.
    Gap {
        /// The stream.
        stream: u32,
        /// How many bytes; `None` where that cannot be known.
        bytes: Option<u64>,
        /// The capture's frame behind the gap.
        number: u64,
    },
    /// Bytes of a stream could not be told apart into packets, and the next packet was looked for.
    Skipped {
        /// The stream.
        stream: u32,
        /// How many bytes.
        bytes: u64,
        /// The capture's frame at which packets are found again, or the last one where none is.
        number: u64,
    },
    /// A stream or a gap cut a packet off, and it is not shown.
    Unfinished {
        /// The stream.
        stream: u32,
        /// The bytes that are there.
        have: u64,
        /// The bytes that the packet should have.
        of: u64,
    },
    /// WebSocket messages of a stream are compressed and were left out.
    Compressed {
        /// The stream.
        stream: u32,
    },
    /// Streams are encrypted with TLS.
    Encrypted {
        /// How many.
        streams: u64,
    },
}

impl Notice {
    /// What happened, in a sentence of the language.
    #[must_use]
    pub fn message_in(&self, language: Language) -> String {
        match language {
            Language::English => self.english(),
            Language::Chinese => self.chinese(),
        }
    }

    fn english(&self) -> String {
        match *self {
            Self::FileCutOff { offset } => {
                format!(
                    "The file is truncated: it ends within the block at byte {offset}. What was before it has been read."
                )
            }
            Self::FileBroken { offset } => {
                format!("The block at byte {offset} of the file is broken. Nothing behind it was read.")
            }
            Self::LinkType { link_type } => {
                format!("Frames of link type {link_type} were left out: this program does not know it.")
            }
            Self::Fragments => "IP packets in fragments were left out.".to_owned(),
            Self::CutShort { number } => format!(
                "The capture holds only the first bytes of frame {number}, and perhaps of others. Capture without a snapshot length to have all."
            ),
            Self::Midway { stream } => format!(
                "Stream {stream} was under way when the capture began: its MQTT version is not known and taken for 3.1.1 unless a CONNECT follows."
            ),
            Self::Gap { stream, bytes: Some(bytes), number } => {
                format!(
                    "Stream {stream} has a gap: {bytes} bytes before frame {number} are not in the capture."
                )
            }
            Self::Gap { stream, bytes: None, number } => {
                format!("Stream {stream} has a gap: bytes before frame {number} cannot be read.")
            }
            Self::Skipped { stream, bytes, number } => format!(
                "Stream {stream}: {bytes} bytes up to frame {number} belong to no packet whose beginning is known."
            ),
            Self::Unfinished { stream, have, of } => {
                format!(
                    "Stream {stream}: a packet of {of} bytes is left out, since only {have} of them are there."
                )
            }
            Self::Compressed { stream } => format!(
                "Stream {stream}: WebSocket messages are compressed (permessage-deflate) and were left out. Turn compression off at the client or the server to read them."
            ),
            Self::Encrypted { streams } => {
                format!(
                    "Streams that are encrypted with TLS: {streams}. What they carry cannot be read from the capture."
                )
            }
        }
    }

    fn chinese(&self) -> String {
        match *self {
            Self::FileCutOff { offset } => {
                format!("文件不完整：在第 {offset} 字节处的数据块中断。此前的内容已读取。")
            }
            Self::FileBroken { offset } => {
                format!("文件第 {offset} 字节处的数据块已损坏，其后的内容没有读取。")
            }
            Self::LinkType { link_type } => format!("链路类型 {link_type} 的帧已略过：本程序不认识该类型。"),
            Self::Fragments => "分片的 IP 数据包已略过。".to_owned(),
            Self::CutShort { number } => {
                format!("帧 {number}（可能还有其他帧）只抓到了开头部分。抓包时不限制长度即可得到全部内容。")
            }
            Self::Midway { stream } => {
                format!("流 {stream} 在抓包开始前已经建立：MQTT 版本未知，在出现 CONNECT 之前按 3.1.1 解读。")
            }
            Self::Gap { stream, bytes: Some(bytes), number } => {
                format!("流 {stream} 有缺口：帧 {number} 之前的 {bytes} 字节不在抓包文件中。")
            }
            Self::Gap { stream, bytes: None, number } => {
                format!("流 {stream} 有缺口：帧 {number} 之前的内容无法读取。")
            }
            Self::Skipped { stream, bytes, number } => {
                format!("流 {stream}：截至帧 {number} 的 {bytes} 字节找不到所属报文的开头。")
            }
            Self::Unfinished { stream, have, of } => {
                format!("流 {stream}：一个 {of} 字节的报文只有 {have} 字节，未显示。")
            }
            Self::Compressed { stream } => format!(
                "流 {stream}：WebSocket 消息经过压缩（permessage-deflate），已略过。请在客户端或服务器关闭压缩后重新抓包。"
            ),
            Self::Encrypted { streams } => {
                format!("有 {streams} 个流使用 TLS 加密：无法从抓包文件中读出内容。")
            }
        }
    }
}

/// The most notices that wait to be taken.
const MOST: usize = 1000;

/// Notices that have come up and not been taken yet.
#[derive(Debug, Default)]
pub(super) struct Notices {
    waiting: Vec<Notice>,
    /// Which things that are said once have been.
    said: Vec<Notice>,
}

impl Notices {
    /// Adds one. Beyond the first thousand that nobody has taken, they are dropped.
    pub fn add(&mut self, notice: Notice) {
        if self.waiting.len() < MOST {
            self.waiting.push(notice);
        }
    }

    /// Adds one that is about the whole file, the first time only.
    pub fn add_once(&mut self, notice: Notice) {
        let same = |said: &Notice| match (said, notice) {
            (Notice::CutShort { .. }, Notice::CutShort { .. }) => true,
            (said, notice) => *said == notice,
        };
        if self.said.len() < MOST && !self.said.iter().any(same) {
            self.said.push(notice);
            self.add(notice);
        }
    }

    /// Those that wait, in order.
    pub fn take(&mut self) -> Vec<Notice> {
        std::mem::take(&mut self.waiting)
    }
}
