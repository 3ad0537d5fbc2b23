//! How Chinese numbers are written, and that each way is matched by the same key (R-CB-9; STYLE: Zammad #4872).

use std::path::Path;

use proptest::prelude::*;
use ringdesk::domain::phone::{
    alike, bare, dialled, is_area_code, keys, main_key, match_key, same, same_person, shows,
};

/// Texts with one number in them, by its key.
const ONE: &[(&str, &[&str])] = &[
    (
        "057188888801",
        &[
            "0571-8888/8801",
            "(0571)8888-8801",
            "（0571）8888－8801",
            "0571 8888 8801",
            "０５７１－８８８８８８０１",
            "+86 571 8888 8801",
            "+86 (0)571 8888 8801",
            "+86(571)88888801",
            "0086-571-88888801",
            "0086 0571 8888 8801",
            "86-571-88888801",
            "8657188888801",
            "86057188888801",
            "(+86)0571 88888801",
            "0571.8888.8801",
            "0571—8888—8801",
            "电话：0571-88888801",
            "0571 88 88 88 01",
            "【0571】8888 8801（单位）",
            "0571/88888801",
        ],
    ),
    ("03118881234", &["0311-8881234", "+86 311 888 1234", "0311 888 1234", "(0311) 888-1234"]),
    ("01088881234", &["010-88881234", "+86 10 8888 1234", "86 10 8888 1234", "0086 10 88881234"]),
    ("02168881234", &["021-68881234", "+862168881234", "(021) 6888 1234"]),
    (
        "13800000001",
        &[
            "13800000001",
            "138 0000 0001",
            "138-0000-0001",
            "013800000001",
            "0138 0000 0001",
            "+8613800000001",
            "+86 138 0000 0001",
            "86 13800000001",
            "8613800000001",
            "0086 138-0000-0001",
            "１３８０００００００１",
            "+86013800000001",
            "手机13800000001",
            "张三 138 0000 0001（儿子）",
            "138.0000.0001",
            "3号楼 13800000001",
            "tel:+8613800000001",
        ],
    ),
    (
        "4008208820",
        &["400-820-8820", "4008208820", "400-8208-820", "400 8208820", "+86 400 820 8820", "86 400 820 8820"],
    ),
    ("8008203456", &["800-820-3456", "8008203456"]),
    ("95598", &["95598", "+86 95598", "９５５９８", "供电95598"]),
    ("12345", &["12345", "12345热线"]),
    ("110", &["110"]),
    ("057112345", &["0571-12345", "057112345"]),
    ("88881234", &["8888-1234", "8888 1234", "88881234", "8888/1234"]),
    ("8881234", &["888-1234", "8881234"]),
    ("1001", &["1001", " 1001 "]),
    ("0085223456789", &["+852 2345 6789", "00852 2345 6789"]),
    ("0014155552671", &["+1 415 555 2671", "001-415-555-2671"]),
    (
        "057188881234x8001",
        &[
            "0571-88881234转8001",
            "0571-88881234 转 8001",
            "0571-88881234轉8001",
            "0571-88881234分机8001",
            "0571-88881234转分机8001",
            "0571-88881234（分机：8001）",
            "0571-88881234分機8001",
            "0571-88881234-8001",
            "0571-8888-1234-8001",
            "0571-88881234#8001",
            "0571-88881234 ext. 8001",
            "0571-88881234 EXT8001",
            "0571-88881234x8001",
            "0571-88881234 8001",
            "0571-88881234，转8001",
            "0571-88881234(8001)",
            "+86-571-88881234;ext=8001",
            "０５７１－８８８８１２３４转８００１",
            "0571-88881234内线8001",
            "057188881234x8001",
        ],
    ),
    ("4008208820x2", &["400-820-8820转2", "400-820-8820-2", "4008208820#2"]),
    ("17012345678x1234", &["17012345678-1234", "17012345678转1234"]),
    ("", &["", "无", "不详", "转", "—", "anonymous", "+", "/", "+86", "0086-"]),
];

/// Texts with several numbers.
const MANY: &[(&str, &[&str])] = &[
    ("0571-88881234/88885678", &["057188881234", "057188885678"]),
    ("0571-88881234/5678", &["057188881234", "057188885678"]),
    ("0571-88881234/5678/9012", &["057188881234", "057188885678", "057188889012"]),
    ("0571-88881234、88885678", &["057188881234", "057188885678"]),
    ("0571-88881234 88885678", &["057188881234", "057188885678"]),
    ("0571-88881234/0572-2021234", &["057188881234", "05722021234"]),
    ("0571-88881234/13800000001", &["057188881234", "13800000001"]),
    ("0571-8888/8801、13800000001", &["057188888801", "13800000001"]),
    ("13800000001/2", &["13800000001", "13800000002"]),
    ("13800000001，13900000002", &["13800000001", "13900000002"]),
    ("13800000001,13900000002", &["13800000001", "13900000002"]),
    ("13800000001；13900000002", &["13800000001", "13900000002"]),
    ("13800000001 13900000002", &["13800000001", "13900000002"]),
    ("13800000001 139 0000 0002", &["13800000001", "13900000002"]),
    ("138 0000 0001 139 0000 0002", &["13800000001", "13900000002"]),
    ("13800000001或0571-88881234", &["13800000001", "057188881234"]),
    ("13800000001（张）13900000002（李）", &["13800000001", "13900000002"]),
    ("13800000001(13900000002)", &["13800000001", "13900000002"]),
    ("13800000001\n0571-88881234转8001", &["13800000001", "057188881234x8001"]),
    ("0571-88881234转8001/8002", &["057188881234x8001", "057188881234x8002"]),
    ("0571-88881234转8001或8002", &["057188881234x8001", "057188881234x8002"]),
    ("0571-88881234转8001 13800000001", &["057188881234x8001", "13800000001"]),
    ("0571-88881234-8001、13800000001", &["057188881234x8001", "13800000001"]),
    ("8888/8801、95598", &["88888801", "95598"]),
    ("12345/95598", &["12345", "95598"]),
    ("1001/1002", &["1001", "1002"]),
    ("13800000001，2号楼", &["13800000001"]),
    ("13800000001 13800000001", &["13800000001"]),
    ("+86 138 0000 0001 / +86 571 8888 1234", &["13800000001", "057188881234"]),
];

#[test]
fn every_way_of_writing_a_number_is_matched_by_one_key() {
    let mut wrong = Vec::new();
    for (key, texts) in ONE {
        let wanted: Vec<&str> = Some(*key).filter(|key| !key.is_empty()).into_iter().collect();
        for text in *texts {
            if keys(text) != wanted || match_key(text) != *key {
                wrong.push(format!("{text:?} gives {:?}, not {key:?}", keys(text)));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn several_numbers_of_a_field_are_all_read() {
    let mut wrong = Vec::new();
    for (text, wanted) in MANY {
        if keys(text) != *wanted {
            wrong.push(format!("{text:?} gives {:?}, not {wanted:?}", keys(text)));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_flood_of_digits_is_read_in_time() {
    let flood = "1 2 3 4 5 6 7 8 9 0 ".repeat(20_000);
    assert!(keys(&flood).len() <= 32);
    assert_eq!(match_key(&"7".repeat(600_000)).len(), 600_000);
}

#[test]
fn what_is_typed_so_far_is_the_beginning_of_the_key() {
    for (text, key) in [
        ("138 00", "13800"),
        ("138-0000-", "1380000"),
        ("0571-88", "057188"),
        ("+86 138", "138"),
        ("400-820", "400820"),
    ] {
        assert_eq!(match_key(text), key, "{text}");
    }
}

#[test]
fn the_desks_own_area_code_makes_local_numbers_the_same() {
    let area = "0571";
    assert!(same_person("88881234", "0571-88881234", area));
    assert!(same_person("+86 571 8888 1234", "8888-1234", area));
    assert!(same_person("88881234转8001", "0571-88881234-8001", area));
    assert!(!same_person("88881234", "0572-88881234", area));
    assert!(!same_person("88881234", "0571-88881234", ""));
    assert!(!same_person("95598", "057195598", area), "a short number has no area code");
    assert!(!same_person("13800000001", "057113800000001", area));
    assert_eq!(alike("13800000001", area), ["13800000001"]);
    assert_eq!(alike("88881234", area), ["88881234", "057188881234"]);
    assert_eq!(alike("057188881234x8001", area), ["057188881234x8001", "88881234x8001"]);
    assert!(!same("", "", area));
}

#[test]
fn a_switchboard_shows_its_extensions_and_is_none_of_them() {
    let (switchboard, one, other) = ("0571-88881234", "0571-88881234转8001", "0571-88881234转8002");
    assert!(!same_person(switchboard, one, "") && !same_person(one, other, ""));
    let key = match_key(switchboard);
    assert!(shows(&key, &match_key(one), "") && shows(&key, &match_key(other), "") && shows(&key, &key, ""));
    assert!(!shows(&match_key(one), &key, "") && !shows(&match_key(one), &match_key(other), ""));
    assert!(shows("88881234", &match_key(one), "0571"));
    assert_eq!((main_key(one).as_str(), bare("057188881234x8001")), ("057188881234", "057188881234"));
    assert_eq!(dialled(one), "057188881234");
    assert_eq!(dialled("*98"), "*98");
    assert_eq!(dialled("138 0000 0001"), "13800000001");
}

/// The area codes of libphonenumber's data, where it is there.
fn area_codes() -> Option<Vec<String>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let file = "shared/data/names/cn_area_codes_libphonenumber_9.0.43.csv";
    let text = ["..", "../.."].iter().find_map(|up| std::fs::read_to_string(root.join(up).join(file)).ok())?;
    Some(text.lines().skip(1).filter_map(|line| line.split(',').next()).map(str::to_owned).collect())
}

#[test]
fn every_area_code_of_the_country_is_known() {
    let Some(codes) = area_codes() else {
        println!("skipped: ../shared/data is not there");
        return;
    };
    let mut checked = 0;
    for code in codes.iter().filter(|code| code.starts_with('0') && code.len() <= 4) {
        // A few rows are only the common beginning of several codes.
        if code.len() == 3 && code != "010" && !code.starts_with("02") {
            continue;
        }
        assert!(is_area_code(code), "{code}");
        for local in ["88881234", "8881234"] {
            if code.len() == 3 && local.len() == 7 {
                continue;
            }
            let key = format!("{code}{local}");
            let bare = code.trim_start_matches('0');
            for text in
                [format!("{code}-{local}"), format!("+86 {bare} {local}"), format!("86{bare}{local}"), key.clone()]
            {
                assert_eq!(keys(&text), std::slice::from_ref(&key), "{text}");
            }
            assert!(same_person(local, &key, code));
        }
        checked += 1;
    }
    assert!(checked > 300, "{checked}");
    for wrong in ["", "571", "05711", "00", "013", "0", "86"] {
        assert!(!is_area_code(wrong), "{wrong}");
    }
}

fn area() -> impl Strategy<Value = String> {
    prop_oneof![Just("010".to_owned()), "02[0-9]", "0[35679][0-9]{2}", "0[48][1-9][0-9]"]
}

/// An area code with a local number of a length it has.
fn landline() -> impl Strategy<Value = (String, String)> {
    area().prop_flat_map(|area| {
        let local = if area.len() == 3 { "[2-8][0-9]{7}" } else { "[2-8][0-9]{6,7}" };
        (Just(area), local)
    })
}

fn full_width(text: &str) -> String {
    text.chars()
        .map(|c| if ('!'..='~').contains(&c) { char::from_u32(c as u32 + 0xfee0).unwrap() } else { c })
        .collect()
}

/// The ways of writing a landline number.
fn written(area: &str, local: &str, way: usize) -> String {
    let (bare, half) = (area.trim_start_matches('0'), local.len() - 4);
    let (head, tail) = local.split_at(half);
    match way {
        0 => format!("{area}{local}"),
        1 => format!("{area}-{local}"),
        2 => format!("({area}){head}-{tail}"),
        3 => format!("{area} {head} {tail}"),
        4 => format!("+86 {bare} {local}"),
        5 => format!("+86-{bare}-{head}-{tail}"),
        6 => format!("0086 {bare} {head} {tail}"),
        7 => format!("+86 (0){bare} {local}"),
        8 => format!("86{area}{local}"),
        9 => format!("{area}-{head}/{tail}"),
        10 => full_width(&format!("({area}){head}-{tail}")),
        _ => format!("办公{area}—{head} {tail}（白天）"),
    }
}

const EXTENSIONS: [&str; 8] = ["转", "分机", "-", "#", " ext. ", "x", "，转分机：", " 轉 "];

proptest! {
    #![proptest_config(ProptestConfig { cases: 3000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_landline_is_itself_however_it_is_written(
        (area, local) in landline(), way in 0usize..12, behind in prop::option::of((0usize..8, "[0-9]{2,5}")),
    ) {
        let mut text = written(&area, &local, way);
        let mut key = format!("{area}{local}");
        if let Some((how, extension)) = behind.filter(|_| way != 11) {
            let how = if way == 10 { full_width(EXTENSIONS[how]) } else { EXTENSIONS[how].to_owned() };
            text.push_str(&format!("{how}{extension}"));
            key.push_str(&format!("x{extension}"));
        }
        prop_assert_eq!(keys(&text), [key], "{}", text);
    }

    #[test]
    fn numbers_in_one_field_are_all_found(
        lines in prop::collection::vec((landline(), 0usize..11), 1..4), mobile in "1[3-9][0-9]{9}", separator in 0usize..7,
    ) {
        let between = ["、", "，", ",", "；", "\n", "或", " / "][separator];
        let mut texts: Vec<String> = lines.iter().map(|((area, local), way)| written(area, local, *way)).collect();
        let mut wanted: Vec<String> = lines.iter().map(|((area, local), _)| format!("{area}{local}")).collect();
        texts.push(mobile.clone());
        wanted.push(mobile);
        wanted.dedup();
        let text = texts.join(between);
        prop_assert_eq!(keys(&text), wanted, "{}", text);
    }

    #[test]
    fn a_key_is_its_own_key(text in "[0-9+()/#、，转x -]{0,30}") {
        for key in keys(&text) {
            prop_assert_eq!(keys(&key), [key.clone()], "{}", text);
        }
    }

    #[test]
    fn nothing_breaks_the_reading(text in "\\PC{0,40}") {
        for number in ringdesk::domain::phone::numbers(&text) {
            prop_assert!(!number.key.is_empty());
            prop_assert!(number.key.chars().chain(number.extension.chars()).all(|c| c.is_ascii_digit()));
        }
    }

    #[test]
    fn being_the_same_goes_both_ways(one in "(0571)?[2-8][0-9]{6,7}(x[0-9]{3})?", other in "(0571)?[2-8][0-9]{6,7}") {
        prop_assert_eq!(same(&one, &other, "0571"), same(&other, &one, "0571"));
        for key in alike(&one, "0571") {
            prop_assert!(same(&key, &one, "0571"));
        }
    }
}
