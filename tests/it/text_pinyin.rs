//! A technician without an input method finds Chinese.

use ringdesk::text::matches;
use ringdesk::text::pinyin::keys;

#[test]
fn text_pinyin_finds_by_sound() {
    for query in ["张三", "张", "三", "zhangsan", "zs", "zhs", "zhangs", "zsan", "ZS", "ｚｓ", "san", "zhang san", "s"]
    {
        assert!(matches(query, "张三").is_some(), "{query}");
    }
    for query in ["李", "lisi", "sz", "zhangsi", "zx", "张四", "zhangsanf"] {
        assert!(matches(query, "张三").is_none(), "{query}");
    }
    assert!(matches("", "张三").is_some());
}

#[test]
fn text_pinyin_knows_every_reading() {
    for (query, text) in [
        ("shan", "单田芳"),
        ("dan", "单田芳"),
        ("cq", "重庆"),
        ("zhongliang", "重量"),
        ("lv", "吕布"),
        ("lu", "吕布"),
        ("yh", "银行"),
        ("yinxing", "银行"),
    ] {
        assert!(matches(query, text).is_some(), "{query} {text}");
    }
}

#[test]
fn text_pinyin_prefers_the_nearer() {
    let literal = matches("张", "张三").unwrap();
    let sound = matches("zhang", "张三").unwrap();
    let scattered = matches("ac", "a b c").unwrap();
    assert!(literal > sound && sound > scattered);
    assert!(matches("zs", "张三").unwrap() > matches("zs", "张三丰").unwrap());
    assert!(matches("zs", "张三丰").unwrap() > matches("zs", "小张三丰").unwrap());
}

#[test]
fn text_pinyin_finds_commands() {
    assert!(matches("opcl", "open call").is_some());
    assert!(matches("jdj", "建单据").is_some());
    assert!(matches("新建td", "新建投诉 td").is_some());
    assert!(matches("ts", "新建投诉").is_some());
    assert!(matches("xjts", "新建投诉").is_some());
    assert_eq!(keys("张三a"), ("zsa".to_owned(), "zhangsana".to_owned()));
}

/// Names whose family name is read otherwise than the character, where the list is at hand.
#[test]
fn text_pinyin_reads_family_names() {
    let Some(path) = crate::hostile::shared("names/pinyin_20_names.json") else {
        println!("SKIPPED: pinyin_20_names.json is not there");
        return;
    };
    let json = std::fs::read_to_string(path).unwrap();
    for case in serde_json::from_str::<Vec<serde_json::Value>>(&json).unwrap() {
        let (name, pinyin) = (case["name"].as_str().unwrap(), case["pinyin"].as_str().unwrap());
        let initials: String = pinyin.split(' ').filter_map(|syllable| syllable.chars().next()).collect();
        assert!(matches(&pinyin.replace(' ', ""), name).is_some(), "{name} {pinyin}");
        assert!(matches(&initials, name).is_some(), "{name} {initials}");
    }
}
