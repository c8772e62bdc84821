//! Where secrets go, and why they did not get there.

use super::files;
use crate::language::Language;
use crate::store::secrets::{Deed, Fault, Home, KeyringFault, Place};

/// What a place of secrets is called.
#[must_use]
pub const fn place_name(place: Place, language: Language) -> &'static str {
    match (place, language) {
        (Place::Keyring, Language::English) => "System keyring",
        (Place::Keyring, Language::Chinese) => "系统密钥环",
        (Place::Run, Language::English) => "This run only",
        (Place::Run, Language::Chinese) => "仅本次运行",
        (Place::File, Language::English) => "File",
        (Place::File, Language::Chinese) => "文件",
    }
}

/// Where a secret that is typed goes.
#[must_use]
pub fn home(home: &Home, language: Language) -> String {
    let english = language == Language::English;
    match home {
        Home::Asking if english => "Looking for the system's keyring…".to_owned(),
        Home::Asking => "正在查找系统密钥环…".to_owned(),
        Home::Keyring if english => "Kept in the system's keyring.".to_owned(),
        Home::Keyring => "保存在系统密钥环中。".to_owned(),
        Home::Run if english => "Kept until the program ends, never written to disk.".to_owned(),
        Home::Run => "仅在程序运行期间保留，不会写入磁盘。".to_owned(),
        Home::NoKeyring(why) => {
            let why = keyring_fault(why, language);
            if english {
                format!("Kept until the program ends: {why}.")
            } else {
                format!("仅在程序运行期间保留：{why}。")
            }
        }
        Home::File(path) if english => {
            format!("Written in clear text to {}: whoever can read it knows them.", path.display())
        }
        Home::File(path) => format!("以明文写入 {}：能读取该文件的人都能看到。", path.display()),
    }
}

/// The keyring takes its time.
#[must_use]
pub const fn keyring_waits(language: Language) -> &'static str {
    match language {
        Language::English => {
            "Waiting for the system's keyring. It may be asking for its own password in another window"
        }
        Language::Chinese => "正在等待系统密钥环，它可能在另一个窗口中要求输入密码",
    }
}

/// Secrets of the profile of this name could not be read, kept or forgotten.
#[must_use]
pub fn failed(name: &str, deed: Deed, fault: &Fault, language: Language) -> String {
    let why = self::fault(fault, language);
    match (deed, language) {
        (Deed::Read, Language::English) => format!(
            "The saved passwords of “{name}” could not be read: {why}. The connection itself is unharmed; a password can be typed for this run"
        ),
        (Deed::Read, Language::Chinese) => {
            format!("无法读取“{name}”保存的密码：{why}。连接本身没有受影响，可以为本次运行输入密码")
        }
        (Deed::Keep, Language::English) => {
            format!(
                "The passwords of “{name}” could not be saved: {why}. They are kept until the program ends"
            )
        }
        (Deed::Keep, Language::Chinese) => format!("无法保存“{name}”的密码：{why}。它们将保留到程序结束"),
        (Deed::Forget, Language::English) => {
            format!(
                "The saved passwords of “{name}” could not be removed: {why}. Remove them by hand if need be"
            )
        }
        (Deed::Forget, Language::Chinese) => format!("无法删除“{name}”保存的密码：{why}。需要时请手动删除"),
    }
}

fn fault(fault: &Fault, language: Language) -> String {
    match (fault, language) {
        (Fault::Keyring(why), _) => keyring_fault(why, language),
        (Fault::File(error), _) => {
            let what = files::store_error(error, language).what;
            what.trim_end_matches(['.', '。']).to_owned()
        }
        (Fault::Unreadable(path), Language::English) => {
            format!("{} cannot be understood, and was left as it is; mend it, or put it away", path.display())
        }
        (Fault::Unreadable(path), Language::Chinese) => {
            format!("{} 的内容无法识别，已原样保留；请修正或移走它", path.display())
        }
    }
}

fn keyring_fault(fault: &KeyringFault, language: Language) -> String {
    match (fault, language) {
        (KeyringFault::Missing, Language::English) => "this system has no keyring that answers".to_owned(),
        (KeyringFault::Missing, Language::Chinese) => "本系统没有可用的密钥环".to_owned(),
        (KeyringFault::NoAnswer, Language::English) => "the system's keyring does not answer".to_owned(),
        (KeyringFault::NoAnswer, Language::Chinese) => "系统密钥环没有应答".to_owned(),
        (KeyringFault::Locked, Language::English) => "the system's keyring is locked".to_owned(),
        (KeyringFault::Locked, Language::Chinese) => "系统密钥环已锁定".to_owned(),
        (KeyringFault::TooLong { limit }, Language::English) => {
            format!("the system's keyring takes {limit} bytes at most")
        }
        (KeyringFault::TooLong { limit }, Language::Chinese) => format!("系统密钥环最多接受 {limit} 字节"),
        (KeyringFault::Other(words), Language::English) => format!("the system's keyring says “{words}”"),
        (KeyringFault::Other(words), Language::Chinese) => format!("系统密钥环提示“{words}”"),
    }
}
