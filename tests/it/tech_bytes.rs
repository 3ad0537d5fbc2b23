//! What the technician's screen costs on a poor line, in the bytes that the real way out writes.

use ringdesk::domain::*;

use crate::console_kit::Kit;
use crate::tech_kit::*;

/// A full screen of a phone.
const SCREEN: usize = 3_000;
/// What one key may cost: one small packet.
const ECHO: usize = 100;

/// As much as fits: every row full of Chinese.
fn full() -> Kit {
    let mut kit = technician();
    let address = "杭州市上城区莫干山路一千四百十八号十二幢二单元一一零三室".to_owned();
    let orders = (1..=12).map(|id| {
        let kind = if id % 3 == 0 { RequestType::Emergency } else { RequestType::Repair };
        let stage = ["accepted", "en_route", "carried_out"][id as usize % 3];
        let mut order = order(id, kind, stage, id as i64 * 10 - 40, &address, "厨房闻到很浓的煤气味道");
        order.fields.detail = "一家三口已经到楼下阀门关了没有说不清隔壁有老人在家敲门没有应。".repeat(8);
        is(order)
    });
    kit.happens(orders.collect());
    kit.happens(vec![is(order(30, RequestType::Emergency, "dispatched", 5, &address, "路面冒气泡")), notice(1, 30)]);
    kit
}

#[test]
fn a_full_first_screen_is_under_three_kilobytes() {
    let mut kit = full();
    let list = Wire::new(PHONE).frame(&mut kit).len();
    kit.keys("2");
    let order = Wire::new(PHONE).frame(&mut kit).len();
    let mut form = day();
    form.text(PHONE);
    form.keys("5 space").types("换了密封圈，检查了表前阀和灶前阀");
    let form = Wire::new(PHONE).frame(&mut form).len();
    println!("list {list}, order {order}, form {form} bytes at 60x20");
    for (name, bytes) in [("list", list), ("order", order), ("form", form)] {
        assert!((200..SCREEN).contains(&bytes), "{name}: {bytes}");
    }
}

#[test]
fn going_from_one_screen_to_the_next_is_no_dearer() {
    let mut kit = full();
    let mut wire = Wire::new(PHONE);
    wire.frame(&mut kit);
    for keys in ["2", "b", "esc", "q", "?", "esc"] {
        kit.keys(keys);
        let bytes = wire.frame(&mut kit).len();
        assert!(bytes < SCREEN, "{keys}: {bytes}");
    }
}

/// One key in a form is one small packet: the character, and where the caret goes.
#[test]
fn a_key_in_a_form_is_one_small_packet() {
    for size in [PHONE, NARROW] {
        let mut kit = day();
        kit.text(size);
        kit.keys("j j j j space space");
        let mut wire = Wire::new(size);
        wire.frame(&mut kit);
        kit.types("换");
        wire.frame(&mut kit);
        for key in ["left", "right", "backspace"] {
            kit.keys(key);
            assert!(wire.frame(&mut kit).len() < ECHO, "{key}");
        }
        let (mut most, mut before) = (0, kit.rows(size));
        for character in "换了密封圈，气密性试验 3kPa 稳压十五分钟没有压降，灶具点火正常，客户在场签字。".chars()
        {
            kit.types(&character.to_string());
            let bytes = wire.frame(&mut kit).len();
            // A text that begins another row of its field moves what is below, once in a while: no key's echo.
            let rows = kit.rows(size);
            let changed = rows.iter().zip(&before).skip(1).filter(|(now, before)| now != before).count();
            assert!(bytes < if changed > 1 { 400 } else { ECHO }, "{size:?} {character}: {bytes}");
            most = most.max(if changed > 1 { 0 } else { bytes });
            before = rows;
        }
        println!("{size:?}: at most {most} bytes a key");
    }
}

#[test]
fn nothing_new_is_nothing_written_and_a_minute_is_little() {
    let mut kit = full();
    kit.model.notice = None;
    let mut wire = Wire::new(PHONE);
    wire.frame(&mut kit);
    assert_eq!(wire.frame(&mut kit), b"");
    kit.passes(60_000);
    let bytes = wire.frame(&mut kit).len();
    assert!(bytes > 0 && bytes < 200, "{bytes}");
}
