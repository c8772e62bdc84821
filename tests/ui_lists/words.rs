//! What the menu of a row offers and what is said of rows, in both languages.

use super::*;

#[test]
fn a_row_offers_all_this_in_its_menu_in_both_languages() {
    for language in [Language::English, Language::Chinese] {
        let mut rig = online_with(Setup::profile(subscribed("local", &["#"])).language(language));
        more(&mut rig, 0..3);
        list(&mut rig, ListAction::ToggleMark(Some(0)));
        let name = rig.list(texts(language).messages)[1].clone();
        rig.control(Role::ListItem, &name).click_secondary();
        rig.run();
        let t = texts(language);
        for words in [t.copy_row, t.mark, t.set_time_reference, t.clear_marks, t.filter_for] {
            assert!(rig.has(Role::MenuItem, words), "{words}");
        }
        rig.click(Role::MenuItem, t.mark);
        assert!(rig.list(t.messages)[1].ends_with(t.marked));
    }
}

#[test]
fn what_is_said_of_rows_is_chinese_in_chinese() {
    let said = [
        NoticeText::RowsCopied(2, 2),
        NoticeText::RowsCopied(100_000, 10_000_000),
        NoticeText::MarksRemoved(3),
        NoticeText::WentNearby(23, 20),
    ]
    .map(|text| notice(&text, Language::Chinese));
    assert_eq!(said[0], "已复制 2 行");
    assert!(said[1].contains("10,000,000 行中的前 100,000 行"), "{}", said[1]);
    assert_eq!(said[2], "已取消 3 个标记");
    assert_eq!(said[3], "此列表中没有第 24 号，已转到最近的第 21 号");
}
