//! An order worked over a real sshd on a phone's screen (SPEC §5, R-WO-4): from the moment it is sent to its return, with
//! the connection cut in the middle of a form; and what all that costs in bytes.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::time::{Duration, Instant};

use ringdesk::domain::command::TicketCommand as T;
use ringdesk::domain::ticket::Happened;
use ringdesk::domain::{Actor, Command, Entry, Made, Owner, RequestType, StaffId, Ticket, TicketFields, TicketId};
use ringdesk::wire::{Answer, Export, ExportRow, Query};

use crate::bench::Console;
use crate::pty::Pty;
use crate::ssh_kit::{House, PHONE, bytes_of, cut, until};

const SAVE: &str = "\x13";
const ENTER: &str = "\r";
const ESC: &str = "\x1b";
/// A full screen of a phone, and what one key may cost on a poor line: one small packet.
const SCREEN: usize = 3_000;
const ECHO: usize = 100;
/// Longer than the screen holds nobody able to react (`tui::model::shown`).
const REACTION: Duration = Duration::from_millis(250);
/// The row of what was said last, which fades.
const NOTICE: usize = PHONE.1 as usize - 2;

const DONE: [(&str, &str); 9] = [
    ("progress", "done"),
    ("done_what", "换了密封圈，重新试压"),
    ("pressure_kpa", "3"),
    ("minutes", "15"),
    ("drop", "0"),
    ("verdict", "tight"),
    ("old_serial", "A-1001"),
    ("new_serial", "B-2002"),
    ("charged", "no"),
];

fn open(wang: &mut Console, kind: RequestType, subject: &str) -> TicketId {
    let fields = TicketFields {
        kind,
        subject: subject.into(),
        name: "陈小姐".into(),
        phone: "13812345678".into(),
        address: "滨江路 8 号 2 幢 301 室".into(),
        ..TicketFields::default()
    };
    let Ok(Made::Ticket(ticket)) = wang.perform(Command::Ticket(T::open(fields, None))) else { panic!("not opened") };
    ticket
}

fn send(house: &House, wang: &mut Console, ticket: TicketId) {
    let to = Owner::Staff(StaffId(house.login("a")));
    wang.perform(Command::Ticket(T::Dispatch { ticket, to, why: String::new() })).unwrap();
}

fn bells(phone: &Pty) -> usize {
    phone.written.iter().filter(|byte| **byte == 7).count()
}

/// Sees this, and takes as long as anybody takes to see it: a key that comes sooner after an order changed is refused, since
/// it was meant for what stood there before.
fn looks(phone: &mut Pty, text: &str) {
    phone.sees(text);
    let seen = Instant::now();
    until(|| seen.elapsed() > REACTION);
}

/// The screen as it stands, with the caret, without the row that fades.
fn picture(screen: &vt100::Screen) -> (Vec<String>, (u16, u16)) {
    let rows = screen.rows(0, PHONE.0).enumerate().filter(|(row, _)| *row != NOTICE);
    (rows.map(|(_, text)| text.trim_end().to_owned()).collect(), screen.cursor_position())
}

/// The client is killed without a word; the next login comes to the very same form, every character and the caret.
fn cut_and_come_back(house: &House, phone: Pty) -> Pty {
    let before = picture(phone.screen.screen());
    cut(phone);
    let mut phone = house.sign_in("a");
    phone.until(|screen| picture(screen) == before);
    phone
}

fn on_the_desk(wang: &mut Console, ticket: TicketId) -> Ticket {
    let answers = wang.ask(Query::Ticket(ticket));
    let found = answers.into_iter().find_map(|answer| if let Answer::Ticket(found) = answer { found } else { None });
    *found.unwrap()
}

/// The stages it came to, as its history has them.
fn came_to(wang: &mut Console, ticket: TicketId) -> Vec<String> {
    let lines = wang.ask(Query::TicketLines(ticket)).into_iter().flat_map(|answer| match answer {
        Answer::TicketLines(lines) => lines,
        _ => Vec::new(),
    });
    lines.filter_map(|line| if let Happened::Moved { to, .. } = line.what { Some(to) } else { None }).collect()
}

/// What the journal has of this technician.
fn journal(house: &House, wang: &mut Console) -> Vec<Entry> {
    let export = Query::Export(Export { what: "journal".into(), since: None, until: None });
    let rows = wang.ask(export).into_iter().flat_map(|answer| match answer {
        Answer::Rows { rows, .. } => rows,
        _ => Vec::new(),
    });
    let entries = rows.filter_map(|row| if let ExportRow::Entry(entry, _) = row { Some(*entry) } else { None });
    let own = Actor::Staff(StaffId(house.login("a")));
    entries.filter(|entry| entry.actor == own).collect()
}

/// A technician who has just signed in and is on duty.
fn on_duty(house: &House) -> Pty {
    let mut phone = house.sign_in("a");
    phone.sees("d 上岗");
    phone.keys("d");
    phone.sees("d 离岗");
    phone
}

/// From the first key to the form that finishes it.
fn to_the_form(phone: &mut Pty) {
    phone.keys("0");
    for next in ["空格 出发", "空格 到场", "空格 完工"] {
        looks(phone, next);
        phone.keys(" ");
    }
    phone.sees("还缺");
}

/// R-WO-1, R-WO-2, R-WO-4, whole: sent while the screen is on, seen and heard, accepted, worked, finished through two
/// cuts, returned.
#[test]
fn an_order_is_worked_through_two_cuts() {
    let Some(house) = House::new() else { return };
    let mut wang = house.bench.console("wang");
    let mut phone = on_duty(&house);
    let rung = bells(&phone);
    let ticket = open(&mut wang, RequestType::Repair, "灶具打不着火");
    send(&house, &mut wang, ticket);
    phone.sees(&format!("新单 {} 报修", ticket.spoken()));
    phone.sees("0 接单");
    assert_eq!(bells(&phone), rung + 1, "rung once");

    to_the_form(&mut phone);
    phone.keys("换了密封圈");
    phone.sees("换了密封圈");
    let mut phone = cut_and_come_back(&house, phone);
    phone.keys("，重新试压\r3\r15");
    phone.sees("15 分钟");
    let mut phone = cut_and_come_back(&house, phone);
    // The one before is gone.
    until(|| house.consoles("a").len() == 1);
    // What was typed lies in one file that nobody else reads.
    let files = house.drafts("a");
    assert!(files.iter().filter(|(_, text)| text.contains("换了密封圈，重新试压")).count() == 1, "{files:?}");
    for (file, _) in &files {
        assert_eq!(fs::metadata(file).unwrap().permissions().mode() & 0o777, 0o600);
    }
    phone.keys("\r0\r11");
    phone.sees(">旧编号");
    phone.keys("A-1001\rB-2002\r2");
    phone.sees("可以保存");
    phone.keys(ENTER);
    looks(&mut phone, "空格 回单");
    phone.keys(" ");
    phone.sees(">照片");
    phone.sees(&format!("{} 回单", ticket.spoken()));
    phone.keys(SAVE);
    phone.sees("已回单");

    let done = on_the_desk(&mut wang, ticket);
    assert_eq!(done.stage, "followed_up");
    for (field, value) in DONE {
        assert_eq!(done.value(field), value, "{field}");
    }
    let stages = ["dispatched", "accepted", "en_route", "carried_out", "finished", "followed_up"];
    assert_eq!(came_to(&mut wang, ticket), stages, "every step once");
    let timed: Vec<&str> = done.times.iter().map(|(stage, _)| stage.as_str()).collect();
    assert_eq!(timed, [&["registered"][..], &stages].concat());
    assert!(done.times.windows(2).all(|two| two[0].1 <= two[1].1), "{:?}", done.times);
    // On duty, accepted (which is to have heard the bell), set out, arrived, finished, given back: each once in the journal.
    let entries = journal(&house, &mut wang);
    let rules: Vec<&str> = entries.iter().map(|entry| entry.rule.as_str()).collect();
    assert_eq!(entries.len(), 6, "{rules:?}");
    // The customer is covered from then on, also for whoever signs in anew.
    cut(phone);
    let mut phone = house.sign_in("a");
    phone.sees("回访");
    assert!(!String::from_utf8_lossy(&phone.written).contains("滨江路 8 号 2 幢 301 室"));
    phone.keys("1");
    phone.sees("陈**");
    assert!(!phone.screen.screen().contents().contains("138 1234 5678"));
}

/// A step pressed in the very instant of the cut is done once, or the next screen shows that it was not.
#[test]
fn a_step_pressed_as_the_connection_dies_is_done_once_or_visibly_not() {
    let Some(house) = House::new() else { return };
    let mut wang = house.bench.console("wang");
    let mut phone = on_duty(&house);
    let steps = [("出发", "接单", "出发", "en_route"), ("到场", "出发", "处理", "carried_out")];
    let mut arrived = 0;
    for round in 0..4 {
        let ticket = open(&mut wang, RequestType::Repair, "灶具打不着火");
        send(&house, &mut wang, ticket);
        phone.sees("0 接单");
        phone.keys("0");
        for (step, before, after, stage) in steps {
            looks(&mut phone, &format!("空格 {step}"));
            phone.keys(" ");
            // Every other time the desk has it and only its answer is lost; else the key may die with the client.
            let got_there = round % 2 == 1;
            if got_there {
                wang.sees(|state| state.tickets.get(&ticket).filter(|order| order.stage == stage).map(|_| ()));
            }
            cut(phone);
            phone = house.sign_in("a");
            let row = |stage: &str| format!("{} 报修 {stage}", ticket.spoken());
            let (was, is) = (row(before), row(after));
            phone.until(|screen| {
                let text = screen.contents();
                (text.contains(&was) || text.contains(&is)) && !text.contains("未送出")
            });
            let made = phone.screen.screen().contents().contains(&is);
            arrived += usize::from(made);
            assert!(made || !got_there, "the desk had it");
            phone.keys(ENTER);
            if !made {
                looks(&mut phone, &format!("空格 {step}"));
                phone.keys(" ");
            }
        }
        looks(&mut phone, "空格 完工");
        let came = came_to(&mut wang, ticket);
        assert_eq!(came, ["dispatched", "accepted", "en_route", "carried_out"], "once each");
        // The save of a form in the instant of the cut, in the same way.
        phone.keys(" ");
        phone.sees("还缺");
        phone.keys("换了密封圈，重新试压\r3\r15\r0\r122");
        phone.sees("可以保存");
        phone.keys(SAVE);
        cut(phone);
        phone = house.sign_in("a");
        let done = format!("{} 报修 完工", ticket.spoken());
        phone.until(|screen| {
            let text = screen.contents();
            text.contains(&done) || (text.contains("可以保存") && text.contains("换了密封圈，重新试压"))
        });
        if phone.screen.screen().contents().contains("可以保存") {
            phone.keys(SAVE);
            phone.sees("空格 回单");
        }
        if phone.screen.screen().contents().contains("空格 回单") {
            phone.keys("q");
            phone.sees("1-9 打开");
        }
        phone.sees(&done);
        let came = came_to(&mut wang, ticket);
        assert_eq!(came.iter().filter(|stage| *stage == "finished").count(), 1, "{came:?}");
        phone.keys("1");
        looks(&mut phone, "空格 回单");
        phone.keys(" ");
        phone.sees(">照片");
        phone.keys(SAVE);
        phone.sees("已回单");
        phone.keys("q");
        phone.sees("1-9 打开");
    }
    println!("{arrived} of 8 steps had got through before the cut");
    let entries = journal(&house, &mut wang);
    let mut ids: Vec<u128> = entries.iter().map(|entry| entry.command).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), entries.len(), "a command stands in the journal twice");
}

/// R-WO-3: a hazard found on site is a ticket of its own, written on the phone.
#[test]
fn a_hazard_is_registered_from_the_phone_once() {
    let Some(house) = House::new() else { return };
    let mut wang = house.bench.console("wang");
    let mut phone = on_duty(&house);
    let ticket = open(&mut wang, RequestType::Repair, "灶具打不着火");
    send(&house, &mut wang, ticket);
    phone.sees("0 接单");
    to_the_form(&mut phone);
    phone.keys(ESC);
    phone.sees("y 隐患");
    phone.keys("y");
    phone.sees("还缺");
    phone.keys("热水器没有烟道\r4ZG-77");
    phone.sees("ZG-77");
    let mut phone = cut_and_come_back(&house, phone);
    phone.keys("\r+3d\r1");
    phone.sees("可以保存");
    phone.keys(SAVE);
    phone.sees("y 隐患");
    wang.fence();
    let hazards: Vec<Ticket> =
        wang.state().tickets.values().filter(|ticket| ticket.fields.kind == RequestType::Hazard).cloned().collect();
    let [hazard] = &hazards[..] else { panic!("{hazards:?}") };
    assert_eq!((hazard.stage.as_str(), &hazard.links[..]), ("reinspected", &[ticket][..]));
    assert_eq!((hazard.value("hazard_grade"), hazard.value("notice_number")), ("grave", "ZG-77"));
    assert_eq!(hazard.fields.address, "滨江路 8 号 2 幢 301 室");
    assert!(hazard.clocks.iter().any(|clock| clock.id == "rectify" && clock.is_running()), "{:?}", hazard.clocks);
}

/// What comes through the connection to the terminal: what a login costs, a list and an order full of Chinese, a form, each
/// key, a new order.
#[test]
fn what_the_screen_costs_through_the_connection() {
    let Some(house) = House::new() else { return };
    let mut wang = house.bench.console("wang");
    let mut phone = on_duty(&house);
    for nth in 1..=9 {
        let kind = if nth % 3 == 0 { RequestType::Emergency } else { RequestType::Repair };
        let fields = TicketFields {
            kind,
            subject: "厨房闻到很浓的煤气味".into(),
            detail: "一家三口已经到楼下阀门关了没有说不清隔壁有老人在家敲门没有应。".repeat(8),
            name: "陈小姐".into(),
            phone: "13812345678".into(),
            address: "杭州市上城区莫干山路一千四百十八号十二幢二单元一一零三室".into(),
            ..TicketFields::default()
        };
        let made = wang.perform(Command::Ticket(T::open(fields, None)));
        let Ok(Made::Ticket(ticket)) = made else { panic!("{made:?}") };
        send(&house, &mut wang, ticket);
        phone.sees(&format!("新单 {}", ticket.spoken()));
        phone.keys("0");
        phone.sees("空格 出发");
        phone.keys("q");
        phone.sees("1-9 打开");
    }
    cut(phone);
    let mut phone = house.sign_in("a");
    phone.sees("下面还有");
    phone.sees("1-9 打开");
    let list = phone.written.len();
    let order = bytes_of(&mut phone, "8", "空格 出发");
    for next in ["空格 出发", "空格 到场"] {
        looks(&mut phone, next);
        phone.keys(" ");
    }
    looks(&mut phone, "空格 完工");
    let form = bytes_of(&mut phone, " ", "还缺");
    let mut typed = String::new();
    let mut echoes = Vec::new();
    for character in "拧紧灶前阀接头，3kPa合格".chars() {
        typed.push(character);
        echoes.push(bytes_of(&mut phone, &character.to_string(), &typed));
    }
    let echo = echoes.iter().max().copied().unwrap();
    phone.keys(ESC);
    phone.sees("空格 完工");
    phone.keys("q");
    phone.sees("1-9 打开");
    let before = phone.written.len();
    let ticket = open(&mut wang, RequestType::Emergency, "路面冒气泡");
    send(&house, &mut wang, ticket);
    phone.sees(&format!("新单 {}", ticket.spoken()));
    let new = phone.written.len() - before;
    println!("login with the list {list}, order {order}, form {form}, a key {echoes:?}, a new order {new} bytes");
    for (name, bytes) in [("list", list), ("order", order), ("form", form), ("new order", new)] {
        assert!((100..SCREEN).contains(&bytes), "{name}: {bytes}");
    }
    assert!(echo < ECHO, "{echoes:?}");
}
