//! Topic names, topic filters and what they match (section 4.7; 5.0, section 4.8.2).

use mqloupe::wire::{TopicFault, check_topic_filter, check_topic_name, matches};

#[test]
fn topic_names_are_any_characters_but_wildcards_and_null() {
    for name in ["a", "/", "sport/tennis/player1", "$SYS/broker", "家/温度", " ", "a//b"] {
        assert_eq!(check_topic_name(name), Ok(()), "{name}");
    }
    assert_eq!(check_topic_name(""), Err(TopicFault::Empty));
    assert_eq!(check_topic_name("a/+"), Err(TopicFault::Wildcard { at: 2 }));
    assert_eq!(check_topic_name("a#"), Err(TopicFault::Wildcard { at: 1 }));
    assert_eq!(check_topic_name("a\0"), Err(TopicFault::NullCharacter { at: 1 }));
    assert_eq!(check_topic_name(&"x".repeat(65_535)), Ok(()));
    assert_eq!(check_topic_name(&"x".repeat(65_536)), Err(TopicFault::TooLong));
}

#[test]
fn wildcards_stand_for_whole_levels() {
    for filter in ["#", "+", "sport/#", "+/+", "/+", "sport/+/player1", "+/tennis/#", "$share/g/sport/#"] {
        assert_eq!(check_topic_filter(filter), Ok(()), "{filter}");
    }
    assert_eq!(check_topic_filter("sport/tennis#"), Err(TopicFault::MultiLevel { at: 12 }));
    assert_eq!(check_topic_filter("sport/#/ranking"), Err(TopicFault::MultiLevel { at: 6 }));
    assert_eq!(check_topic_filter("sport+"), Err(TopicFault::SingleLevel { at: 5 }));
    assert_eq!(check_topic_filter("++"), Err(TopicFault::SingleLevel { at: 0 }));
    assert_eq!(check_topic_filter(""), Err(TopicFault::Empty));
    assert_eq!(check_topic_filter("a\0"), Err(TopicFault::NullCharacter { at: 1 }));
}

#[test]
fn shared_subscriptions_have_a_name_and_a_filter() {
    for filter in ["$share/", "$share/g", "$share/g/", "$share//a", "$share/g+/a"] {
        assert!(check_topic_filter(filter).is_err(), "{filter}");
    }
    assert_eq!(check_topic_filter("$share/g/+"), Ok(()));
}

#[test]
fn matching_follows_the_examples_of_the_standard() {
    let takes = [
        ("sport/tennis/player1/#", "sport/tennis/player1"),
        ("sport/tennis/player1/#", "sport/tennis/player1/ranking"),
        ("sport/tennis/player1/#", "sport/tennis/player1/score/wimbledon"),
        ("sport/#", "sport"),
        ("sport/tennis/+", "sport/tennis/player1"),
        ("sport/+", "sport/"),
        ("+/+", "/finance"),
        ("/+", "/finance"),
        ("#", "a/b"),
        ("$SYS/#", "$SYS/broker/uptime"),
        ("$SYS/monitor/+", "$SYS/monitor/Clients"),
        ("$share/group/sensor", "sensor"),
        ("sensor", "sensor"),
    ];
    for (filter, topic) in takes {
        assert!(matches(filter, topic), "{filter} takes {topic}");
    }
    let leaves = [
        ("sport/tennis/+", "sport/tennis/player1/ranking"),
        ("sport/+", "sport"),
        ("+", "/finance"),
        ("#", "$SYS/broker"),
        ("+/monitor/Clients", "$SYS/monitor/Clients"),
        ("$share/group/#", "$SYS/broker"),
        ("sensor", "Sensor"),
        ("sensor", "sensor/"),
        ("a/b", "a"),
    ];
    for (filter, topic) in leaves {
        assert!(!matches(filter, topic), "{filter} leaves {topic}");
    }
}
