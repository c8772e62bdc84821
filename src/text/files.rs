//! What can go wrong with profiles and settings on disk, in words.

use super::failure::Explanation;
use crate::language::Language;
use crate::store::{Cause, Doing, Problem, StoreError, Unreadable};

/// Explains why something could not be kept or read.
#[must_use]
pub fn store_error(error: &StoreError, language: Language) -> Explanation {
    let path = error.path.display();
    let what = match (error.doing, language) {
        (Doing::FindFolder, Language::English) => "There is no place for profiles and settings.".to_owned(),
        (Doing::FindFolder, Language::Chinese) => "没有可以保存连接和设置的位置。".to_owned(),
        (Doing::MakeFolder, Language::English) => format!("The folder {path} could not be made."),
        (Doing::MakeFolder, Language::Chinese) => format!("无法创建文件夹 {path}。"),
        (Doing::Lock, Language::English) => format!("{path} could not be locked."),
        (Doing::Lock, Language::Chinese) => format!("无法锁定 {path}。"),
        (Doing::Read, Language::English) => format!("{path} could not be read."),
        (Doing::Read, Language::Chinese) => format!("无法读取 {path}。"),
        (Doing::Write, Language::English) => format!("{path} could not be written."),
        (Doing::Write, Language::Chinese) => format!("无法写入 {path}。"),
        (Doing::KeepAside, Language::English) => {
            format!("{path} could not be kept aside, so nothing was changed.")
        }
        (Doing::KeepAside, Language::Chinese) => format!("无法另存 {path}，因此没有作任何改动。"),
    };
    let (means, try_this) = match language {
        Language::English => english_cause(&error.cause),
        Language::Chinese => chinese_cause(&error.cause),
    };
    Explanation::new(what, means, try_this)
}

fn english_cause(cause: &Cause) -> (String, &'static str) {
    let (means, mend) = match cause {
        Cause::NoHome => {
            ("The system does not say where your home folder is.", "Start with --data-dir and a folder.")
        }
        Cause::Forbidden => (
            "You have no permission to do that there.",
            "Allow your user to write in that folder, or start with --data-dir and another folder.",
        ),
        Cause::ReadOnly => ("The disk is read-only.", "Start with --data-dir and a folder on another disk."),
        Cause::DiskFull => {
            ("The disk is full. What was kept before is untouched.", "Make room and try again.")
        }
        Cause::NotAFolder => (
            "A file stands where a folder must be.",
            "Move that file away, or start with --data-dir and another folder.",
        ),
        Cause::Busy => {
            ("Another running mqloupe holds the files.", "Try again in a moment, or close the other window.")
        }
        Cause::Other(words) => {
            return (format!("The system says: {words}"), "Check the disk and the folder, then try again.");
        }
    };
    (means.to_owned(), mend)
}

fn chinese_cause(cause: &Cause) -> (String, &'static str) {
    let (means, mend) = match cause {
        Cause::NoHome => ("系统没有给出您的主文件夹位置。", "请用 --data-dir 指定一个文件夹启动。"),
        Cause::Forbidden => (
            "您没有在那里操作的权限。",
            "请让当前用户可以写入该文件夹，或用 --data-dir 指定另一个文件夹启动。",
        ),
        Cause::ReadOnly => ("磁盘是只读的。", "请用 --data-dir 指定另一磁盘上的文件夹启动。"),
        Cause::DiskFull => ("磁盘已满。之前保存的内容没有受影响。", "请腾出空间后重试。"),
        Cause::NotAFolder => {
            ("应为文件夹的位置上有一个文件。", "请移走该文件，或用 --data-dir 指定另一个文件夹启动。")
        }
        Cause::Busy => ("另一个正在运行的 mqloupe 占用着这些文件。", "请稍后重试，或关闭另一个窗口。"),
        Cause::Other(words) => return (format!("系统提示：{words}"), "请检查磁盘和文件夹，然后重试。"),
    };
    (means.to_owned(), mend)
}

/// Explains what could not be read at the start, and what was done about it.
#[must_use]
pub fn store_problem(problem: &Problem, language: Language) -> Explanation {
    if let Unreadable::Io(error) = &problem.what {
        return store_error(error, language);
    }
    let file = problem.file.display();
    match language {
        Language::English => {
            let place = problem
                .place
                .map(|(line, column)| format!(" Line {line}, column {column}:"))
                .unwrap_or_default();
            let rescue = if problem.recovered_from_backup {
                "The last good copy is used."
            } else {
                "There is no earlier copy, so it starts empty."
            };
            Explanation::new(
                format!("{file} could not be understood."),
                format!("{rescue}{place} {}.", problem.what),
                match &problem.kept_as {
                    Some(kept) => format!(
                        "Nothing is lost: the file is kept as {}. To use it, close mqloupe, mend it and give it its old name.",
                        kept.display()
                    ),
                    None => "Check that everything is there.".to_owned(),
                },
            )
        }
        Language::Chinese => {
            let place = problem
                .place
                .map(|(line, column)| format!("第 {line} 行第 {column} 列："))
                .unwrap_or_default();
            let rescue = if problem.recovered_from_backup {
                "已改用上一份完好的副本。"
            } else {
                "没有更早的副本，因此从空白开始。"
            };
            Explanation::new(
                format!("无法理解 {file} 的内容。"),
                format!("{rescue}{place}{}。", chinese_unreadable(&problem.what)),
                match &problem.kept_as {
                    Some(kept) => format!(
                        "内容没有丢失：原文件保存为 {}。若要使用它，请关闭 mqloupe，改正后再改回原来的文件名。",
                        kept.display()
                    ),
                    None => "请检查内容是否齐全。".to_owned(),
                },
            )
        }
    }
}

fn chinese_unreadable(what: &Unreadable) -> String {
    match what {
        Unreadable::Missing => "文件不见了".to_owned(),
        Unreadable::Io(error) => chinese_cause(&error.cause).0,
        Unreadable::NotText => "文件不是文本".to_owned(),
        Unreadable::Toml(words) => format!("不符合 TOML 格式（{words}）"),
        Unreadable::NoSchema => "缺少 schema = 1 这样的一行".to_owned(),
        Unreadable::NewerSchema { found, known } => {
            format!("它的 schema 是 {found}，而这个版本的 mqloupe 最高只认识 {known}")
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;

    #[test]
    fn every_error_names_its_file_in_both_languages() {
        let path = PathBuf::from("/d/config/profiles.toml");
        for cause in [
            Cause::Forbidden,
            Cause::ReadOnly,
            Cause::DiskFull,
            Cause::NotAFolder,
            Cause::Busy,
            Cause::Other("odd".into()),
        ] {
            for doing in [Doing::MakeFolder, Doing::Lock, Doing::Read, Doing::Write, Doing::KeepAside] {
                let error = StoreError { doing, path: path.clone(), cause: cause.clone() };
                for language in [Language::English, Language::Chinese] {
                    let words = store_error(&error, language);
                    assert!(words.what.contains("/d/config/profiles.toml"), "{words:?}");
                    assert!(!words.means.is_empty() && !words.try_this.is_empty(), "{words:?}");
                }
            }
        }
    }

    #[test]
    fn a_problem_says_where_the_file_is_kept_and_where_it_is_wrong() {
        let problem = Problem {
            file: "profiles.toml".into(),
            what: Unreadable::Toml("a string is expected".into()),
            place: Some((4, 19)),
            kept_as: Some("profiles.toml.unreadable-1".into()),
            recovered_from_backup: true,
        };
        let english = store_problem(&problem, Language::English);
        assert_eq!(english.means, "The last good copy is used. Line 4, column 19: a string is expected.");
        for language in [Language::English, Language::Chinese] {
            assert!(store_problem(&problem, language).try_this.contains("profiles.toml.unreadable-1"));
        }
    }
}
