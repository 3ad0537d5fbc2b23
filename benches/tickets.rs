//! Ten thousand open tickets in the list: `cargo bench --bench tickets`. Prints what one frame, one step, one change and
//! one typed letter cost; asserts nothing.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::hint::black_box;
use std::time::{Duration, Instant};

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ringdesk::client::{Heard, Welcome};
use ringdesk::domain::ticket::{Clock, ClockState};
use ringdesk::domain::{
    Actor, Due, Entry, Event, Owner, RequestType, Staff, StaffId, Stamp, State, Ticket, TicketFields, TicketId,
};
use ringdesk::tui::canvas::{Canvas, Policy};
use ringdesk::tui::keymap::{Keymap, Keys};
use ringdesk::tui::model::{Desk, Model, Pane, Settings, Sort, Which};
use ringdesk::tui::screen;
use ringdesk::tui::terminal::KeyPress;
use ringdesk::tui::theme::Theme;

const NOW: Stamp = Stamp(1_795_312_800_000);
const TICKETS: u64 = 10_000;

fn ticket(id: u64, turn: u64) -> Ticket {
    let pick = |of: &[&str], by: u64| of[((id * 7_919 + by) % of.len() as u64) as usize].to_owned();
    let at = NOW.plus(((id * 104_729 + turn * 31_337) % 600_000) as i64 * 1_000 - 60_000_000);
    let clock = Clock {
        id: "answer".into(),
        round: 1,
        started_at: NOW,
        allow: None,
        first_due: Due { at, provisional: false },
        due: Due { at, provisional: false },
        shifts: Vec::new(),
        pauses: Vec::new(),
        marks: Vec::new(),
        state: ClockState::Running,
    };
    Ticket {
        id: TicketId(id),
        stage: "registered".into(),
        owner: Owner::Staff(StaffId(format!("8{:03}", id % 40))),
        fields: TicketFields {
            kind: if id == 77 {
                RequestType::Emergency
            } else {
                RequestType::ALL[(id % 9) as usize + usize::from(id % 9 > 1)]
            },
            subject: pick(&["厨房漏水", "燃气表不走字", "催报装进度", "楼道路灯不亮", "投诉抄表员态度"], 3),
            name: pick(&["张三", "李四", "王小明", "欧阳修", "单雄信", "吕布"], 5),
            phone: format!("139{:08}", id * 8_191 % 100_000_000),
            address: format!("{}{}号{}室", pick(&["解放路", "人民路", "中山北路"], 11), id % 300, id % 40),
            detail: "来电人说昨天晚上开始，今天还是一样，请尽快派人上门看一下。".into(),
            ..TicketFields::default()
        },
        opened_at: NOW.plus(-(id as i64) * 1_000),
        clocks: vec![clock],
        ..Ticket::default()
    }
}

fn model() -> Model {
    let staff: Vec<Staff> = (0..40)
        .map(|n| Staff { id: StaffId(format!("8{n:03}")), name: format!("坐席{n}"), ..Staff::default() })
        .collect();
    let mut state = State::new(8 * 3_600_000);
    (1..=TICKETS).for_each(|id| state.fold(&Event::Ticket(Box::new(ticket(id, 0)))));
    let welcome =
        Welcome { me: staff[1].clone(), staff, now: NOW, offset_ms: 8 * 3_600_000, pbx: true, ..Welcome::default() };
    let (keymap, theme) = (Keymap::load("default", &[]).0, Theme::load("night", &[]).0);
    let mut model = Model::new(Desk::Given(Box::new((welcome, state))), Settings::default(), keymap, theme, 7);
    model.focus = Pane::Tickets;
    model.tickets.show(Which::All);
    model
}

fn frame(model: &mut Model) {
    let mut buffer = Buffer::empty(Rect::new(0, 0, 200, 60));
    black_box(screen::draw(model, &mut Canvas::new(&mut buffer, Policy::default())));
    model.mark_shown();
}

fn change(model: &mut Model, id: u64, turn: u64) {
    let (_, state) = model.desk.given_mut().unwrap();
    let sequence = state.sequence + 1;
    let events = vec![Event::Ticket(Box::new(ticket(id, turn)))];
    let entry =
        Entry { sequence, at: NOW, actor: Actor::Desk, seat: String::new(), rule: String::new(), command: 0, events };
    state.apply(&entry);
    black_box(model.hear(Heard::Changed(Box::new(entry))));
}

/// Prints the middle and the worst of so many.
fn tell(what: &str, count: usize, mut act: impl FnMut(usize)) {
    let mut spans: Vec<Duration> = (0..count)
        .map(|at| {
            let begun = Instant::now();
            act(at);
            begun.elapsed()
        })
        .collect();
    spans.sort_unstable();
    let ms = |at: usize| spans[at].as_secs_f64() * 1e3;
    println!("{what:<52} {:>9.3} ms, worst {:>9.3} ms of {count}", ms(count / 2), ms(count - 1));
}

fn press(model: &mut Model, keys: &str) {
    for key in Keys::parse(keys).unwrap().0 {
        black_box(model.press(key));
    }
}

fn main() {
    let mut model = model();
    println!("{TICKETS} open tickets, all in the list, 200x60");
    tell("the first frame: the rows are put in order", 1, |_| frame(&mut model));
    tell("a frame", 200, |_| frame(&mut model));
    tell("a step down, without the frame", 200, |_| press(&mut model, "down"));
    tell("a step down with its frame", 200, |_| {
        press(&mut model, "down");
        frame(&mut model);
    });
    tell("to the end and home, with both frames", 50, |_| {
        press(&mut model, "end");
        frame(&mut model);
        press(&mut model, "home");
        frame(&mut model);
    });
    tell("a ticket changes", 500, |at| change(&mut model, at as u64 * 19 + 1, at as u64));
    tell("a ticket changes, with the frame", 200, |at| {
        change(&mut model, at as u64 * 37 + 1, at as u64);
        frame(&mut model);
    });
    tell("another order", 30, |at| {
        model.tickets.sort = Sort::ALL[at % Sort::ALL.len()];
        frame(&mut model);
    });
    tell("the first letter ever typed: texts are put together", 1, |_| {
        press(&mut model, "/");
        model.press(KeyPress::char('x'));
        frame(&mut model);
    });
    for typed in ["wxm", "8191", "李四", "zhongshan", "zzzz"] {
        press(&mut model, "ctrl-u");
        frame(&mut model);
        let letters: Vec<char> = typed.chars().collect();
        tell(&format!("typed letter by letter, with frames: {typed}"), letters.len(), |at| {
            model.press(KeyPress::char(letters[at]));
            frame(&mut model);
        });
    }
    tell("a ticket changes while something is typed", 200, |at| change(&mut model, at as u64 * 41 + 1, at as u64));
}
