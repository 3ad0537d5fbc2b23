//! The callback queue seen end to end: the real console in a terminal, a desk, and a PBX that is told what happens
//! (R-CB-1, R-CB-5, R-CB-6, R-CB-7, R-CB-9).

use rustix::process::{Signal, kill_process};

use ringdesk::domain::call::Phase;
use ringdesk::domain::command::{CallbackCommand, Command, TicketCommand};
use ringdesk::domain::rulebook::QuietHours;
use ringdesk::domain::ticket::FieldChange;
use ringdesk::domain::*;
use ringdesk::server::ServeOptions;

use crate::bench::{Bench, Console, login, now};
use crate::pty::Pty;
use crate::standin::{Dialled, Standin, desk, hears, is_in, sign_on};

const SMALL: (u16, u16) = (80, 24);
const NUMBER: &str = "13800000008";
const CTRL_S: &str = "\x13";
const LIST: &str = "\x1b5";
const ESC: &str = "\x1b";

/// The console of somebody, signed on at their telephone, when it hears the PBX.
fn console(bench: &Bench, home: &tempfile::TempDir, staff: &str, size: (u16, u16)) -> Pty {
    let data = bench.dir.path().to_str().unwrap();
    let mut pty = Pty::start(home.path(), size, &["--data", data, "--staff", staff]);
    pty.sees("F1");
    pty.keys(LIST);
    pty.sees("回访 ");
    pty
}

/// Waits until this stands on the screen, wherever its rows break.
fn shows(pty: &mut Pty, text: &str) {
    let plain = |text: &str| text.split_whitespace().collect::<String>();
    pty.until(|screen| plain(&screen.contents()).contains(&plain(text)));
}

/// Waits until this stands on the screen and no sheet does.
fn is_refused(pty: &mut Pty, text: &str) {
    pty.until(|screen| screen.contents().contains(text) && !screen.contents().contains("结果*"));
}

/// A desk at a PBX with one console of wang's, and a line to watch it by.
struct World {
    bench: Bench,
    pbx: Standin,
    home: tempfile::TempDir,
    li: Console,
}

impl World {
    fn new(change: impl Fn(&mut ServeOptions) + 'static) -> World {
        let (bench, pbx) = desk(move |options| {
            options.config.staff.push(Staff {
                id: StaffId("zhao".into()),
                name: "zhao".into(),
                login: login(),
                role: Role::Technician,
                team: "repair".into(),
                ..Staff::default()
            });
            change(options);
        });
        let mut wang = bench.console("wang");
        let mut li = bench.console("li");
        hears(&mut li);
        sign_on(&mut li, "1002");
        // The seat is kept by the console that comes right after.
        sign_on(&mut wang, "1001");
        World { bench, pbx, home: tempfile::tempdir().unwrap(), li }
    }

    fn console(&self) -> Pty {
        console(&self.bench, &self.home, "wang", SMALL)
    }

    /// Somebody rings, waits and gives up: their line.
    fn abandoned(&mut self, uid: &str, number: &str) -> CallbackId {
        self.pbx.caller(uid, number, "1002");
        self.li.sees(|state| is_in(state, number, Phase::Ringing));
        self.pbx.gives_up(uid, number, "1002");
        self.li.sees(|state| state.callback_for(false, number).map(|line| line.id))
    }

    fn line(&self, id: CallbackId) -> &Callback {
        &self.li.state().callbacks[&id]
    }

    /// The end of a line that is not open any more, as every console heard it.
    fn is_settled(&mut self, id: CallbackId) {
        self.li.sees(|state| (!state.callbacks.contains_key(&id)).then_some(()));
    }
}

/// From the list: the key that dials. The sheet is open, and the PBX has only been asked.
fn dial(pty: &mut Pty, pbx: &Standin) -> Dialled {
    pty.keys(LIST);
    pty.keys("d");
    let dialled = pbx.dialled();
    pty.sees("回访单");
    pty.sees("拨号中");
    dialled
}

/// Up to the ringing at the other side.
fn rings(pty: &mut Pty, pbx: &Standin, dialled: &Dialled) {
    pbx.own_rings(dialled);
    pty.sees("请摘机");
    pbx.own_answers(dialled);
    pty.sees("振铃 0:0");
}

#[test]
fn a_caller_who_gave_up_is_dialled_and_settled_by_that_call() {
    let mut world = World::new(|_| {});
    let mut pty = world.console();
    let line = world.abandoned("in1", NUMBER);
    pty.sees("放弃");
    let dialled = dial(&mut pty, &world.pbx);
    assert_eq!((dialled.phone.as_str(), dialled.number.as_str()), ("1001", NUMBER));
    rings(&mut pty, &world.pbx, &dialled);
    assert!(world.line(line).debts[0].is_open(), "ringing settles nothing");
    world.pbx.answers(&dialled);
    pty.sees("已接通 0:0");
    world.is_settled(line);
    let call = world.li.sees(|state| state.calls.open().find(|call| call.answered_at.is_some()).map(|call| call.id));
    // Which call cleared it stands on the page.
    shows(&mut pty, &format!("回访接通（通话 {}）", call.0));
    world.pbx.is_over(&dialled, true);
    pty.sees("通话结束");
    pty.keys(CTRL_S);
    pty.sees("回访 0");
}

#[test]
fn nobody_answers_the_next_time_is_said_and_one_key_closes() {
    let mut world = World::new(|_| {});
    let mut pty = world.console();
    let line = world.abandoned("in1", NUMBER);
    pty.sees("放弃");
    let dialled = dial(&mut pty, &world.pbx);
    rings(&mut pty, &world.pbx, &dialled);
    // A colleague sees who has the line, and cannot dial it.
    let other = tempfile::tempdir().unwrap();
    let mut third = console(&world.bench, &other, "li", (120, 40));
    third.sees("(wang)");
    third.keys(LIST);
    third.keys("d");
    third.sees("wang 正在办这条");
    world.pbx.is_over(&dialled, false);
    shows(&mut pty, "再打（第2次）。esc 关闭");
    let due = world.li.sees(|state| state.callbacks.get(&line).filter(|line| line.tries == 1).map(|line| line.due_at));
    assert!(due > now());
    pty.keys(ESC);
    pty.until(|screen| !screen.contents().contains("结果*"));
    pty.sees("第1次");
    // Before its time it is not tried again, and that is said.
    pty.keys("d");
    is_refused(&mut pty, "这位上次没接通");
    assert!(world.pbx.is_quiet());
    assert_eq!(world.line(line).attempts.len(), 1);
}

#[test]
fn two_consoles_press_the_key_and_one_telephone_rings() {
    let mut world = World::new(|_| {});
    let mut one = world.console();
    let home = tempfile::tempdir().unwrap();
    let mut two = console(&world.bench, &home, "li", SMALL);
    world.abandoned("in1", NUMBER);
    for pty in [&mut one, &mut two] {
        pty.sees("放弃");
        pty.keys(LIST);
    }
    one.keys("d");
    two.keys("d");
    let dialled = world.pbx.dialled();
    let (first, second, who) =
        if dialled.phone == "1001" { (&mut one, &mut two, "wang") } else { (&mut two, &mut one, "li") };
    first.sees("拨号中");
    is_refused(second, &format!("({who})"));
    world.pbx.own_rings(&dialled);
    first.sees("请摘机");
    assert!(world.pbx.is_quiet());
}

#[test]
fn a_console_that_dies_in_the_talk_leaves_its_draft_and_its_line_until_the_call_is_over() {
    let mut world = World::new(|_| {});
    let mut pty = world.console();
    let ticket = returned(&mut world);
    pty.sees("回访 1");
    let dialled = dial(&mut pty, &world.pbx);
    rings(&mut pty, &world.pbx, &dialled);
    world.pbx.answers(&dialled);
    pty.sees("已接通");
    pty.sees("灶具打不着");
    pty.keys("\t2\t\t");
    pty.keys("阀门好用");
    pty.sees("阀门好用");
    let line = world.li.sees(|state| state.callbacks.values().next().map(|line| line.id));
    kill_process(pty.pid(), Signal::KILL).unwrap();
    drop(pty);
    world.li.sees(|state| state.callbacks.get(&line).filter(|line| line.leaving).map(drop));
    assert_eq!(world.line(line).taken_by, Some(StaffId("wang".into())), "while the call is up");
    let mut next = world.console();
    next.keys("\x1b3");
    for text in ["阀门好用", "已接通"] {
        next.sees(text);
    }
    world.pbx.is_over(&dialled, true);
    next.sees("通话结束");
    world.li.sees(|state| state.callbacks.get(&line).filter(|line| line.taken_by.is_none()).map(drop));
    // What was said is not lost, and goes with its call.
    next.keys(CTRL_S);
    next.sees("回访单已保存");
    world.is_settled(line);
    world.li.sees(|state| is_filed(state, ticket));
}

fn is_filed(state: &State, ticket: TicketId) -> Option<()> {
    state.tickets.get(&ticket).is_none_or(|ticket| ticket.stage == "filed").then_some(())
}

/// A repair of this caller's that a technician returned.
fn returned(world: &mut World) -> TicketId {
    let fields = TicketFields {
        kind: RequestType::Repair,
        subject: "灶具打不着".into(),
        name: "赵六".into(),
        phone: NUMBER.into(),
        address: "和平路 1 号".into(),
        ..TicketFields::default()
    };
    let Made::Ticket(id) = world.li.perform(Command::Ticket(TicketCommand::open(fields, None))).unwrap() else {
        panic!()
    };
    let to = Owner::Staff(StaffId("zhao".into()));
    world.li.perform(Command::Ticket(TicketCommand::Dispatch { ticket: id, to, why: String::new() })).unwrap();
    let mut zhao = world.bench.console("zhao");
    repaired(&mut zhao, id);
    world.li.sees(|state| state.tickets.get(&id).filter(|ticket| ticket.stage == "followed_up").map(|_| id))
}

/// The technician's keys from accepting to returning.
fn repaired(zhao: &mut Console, ticket: TicketId) {
    zhao.perform(Command::Ticket(TicketCommand::Accept(ticket))).unwrap();
    let done: &[(&str, &str)] = &[
        ("progress", "done"),
        ("done_what", "换了电池"),
        ("pressure_kpa", "5"),
        ("minutes", "10"),
        ("drop", "0"),
        ("verdict", "tight"),
        ("replaced", "no"),
        ("charged", "no"),
    ];
    for (stage, filled) in [("accepted", &[][..]), ("en_route", &[]), ("carried_out", done), ("finished", &[])] {
        let change =
            |(field, to): &(&str, &str)| FieldChange { field: (*field).into(), from: String::new(), to: (*to).into() };
        let changes = filled.iter().map(change).collect();
        let advance = TicketCommand::Advance { ticket, from: stage.into(), changes };
        zhao.perform(Command::Ticket(advance))
            .unwrap_or_else(|why| panic!("{stage}: {}", why.words(Default::default())));
    }
}

#[test]
fn a_returned_order_is_revisited_and_filed_or_goes_another_round() {
    for (digit, said) in [("1", "很好"), ("4", "还是打不着")] {
        let mut world = World::new(|_| {});
        let mut pty = world.console();
        let ticket = returned(&mut world);
        let before = world.li.state().tickets[&ticket].round;
        pty.sees("回访 1");
        let dialled = dial(&mut pty, &world.pbx);
        pty.sees("换了电池");
        rings(&mut pty, &world.pbx, &dialled);
        world.pbx.answers(&dialled);
        pty.sees("已接通");
        pty.keys("\t");
        pty.keys(digit);
        pty.keys("\t\t");
        pty.keys(said);
        pty.keys(CTRL_S);
        if digit == "1" {
            world.li.sees(|state| is_filed(state, ticket));
        } else {
            let again = world.li.sees(|state| state.tickets.get(&ticket).filter(|t| t.stage == "dispatched").cloned());
            assert!(again.round > before, "another round");
        }
        let row = world.li.sees(|state| state.revisits.values().find(|row| !row.is_owed()).cloned());
        assert!(row.is_done() && !row.by_hand, "{row:?}");
        world.pbx.is_over(&dialled, true);
        pty.sees("回访 0");
    }
}

#[test]
fn what_may_not_be_dialled_now_is_said_and_nothing_rings() {
    // Quiet hours all day.
    let mut world = World::new(|options| options.config.rulebook.attempts.quiet = QuietHours { from: 0, to: 1440 });
    let mut pty = world.console();
    world.abandoned("in1", NUMBER);
    pty.sees("放弃");
    pty.keys(LIST);
    pty.keys("d");
    is_refused(&mut pty, "现在是免打扰时间");
    assert!(world.pbx.is_quiet());
    // Somebody waits on the line: they go first.
    let mut world = World::new(|options| options.config.rulebook.attempts.share_percent = 0);
    let mut pty = world.console();
    world.abandoned("in1", NUMBER);
    pty.sees("放弃");
    world.pbx.caller("in2", "13900000009", "1002");
    pty.sees("13900000009");
    pty.keys(LIST);
    pty.keys("d");
    is_refused(&mut pty, "位来电在等");
    assert!(world.pbx.is_quiet());
}

#[test]
fn a_caller_who_rings_meanwhile_is_on_the_screen_and_what_was_typed_stays() {
    let mut world = World::new(|_| {});
    let mut pty = world.console();
    returned(&mut world);
    pty.sees("回访 1");
    pty.keys(LIST);
    pty.keys("o");
    pty.sees("回访单");
    pty.keys("\t\t\t阀门");
    pty.sees("阀门");
    world.pbx.caller("in2", "13900000009", "1001");
    pty.sees("13900000009");
    pty.keys("好用");
    pty.until(|screen| screen.contents().contains("阀门好用") && screen.contents().contains("13900000009"));
    // Its timer runs on.
    pty.sees("0:02");
    world.pbx.gives_up("in2", "13900000009", "1001");
    world.li.sees(|state| state.callback_for(false, "13900000009").map(drop));
    pty.until(|screen| screen.contents().contains("阀门好用") && !screen.contents().contains("振铃"));
}

#[test]
fn without_a_pbx_the_number_stands_large_and_the_call_is_marked() {
    let bench = Bench::with(|options| options.config.rulebook.attempts.quiet = QuietHours { from: 0, to: 0 });
    let mut desk = bench.console("li");
    let agree = CallbackCommand::Agree {
        number: NUMBER.into(),
        name: "赵六".into(),
        due_at: now(),
        note: "报价".into(),
        ticket: None,
    };
    let Made::Callback(line) = desk.perform(Command::Callback(agree)).unwrap() else { panic!() };
    sign_on(&mut bench.console("wang"), "1001");
    let home = tempfile::tempdir().unwrap();
    let mut pty = console(&bench, &home, "wang", SMALL);
    pty.sees("赵六");
    pty.keys(LIST);
    pty.keys("d");
    pty.sees("手拨中 0:0");
    // 1 3 8 in three rows.
    pty.sees("  |  _| |_|");
    pty.keys("2");
    shows(&mut pty, "没有接通。");
    pty.sees("[手拨]");
    let tried = desk.sees(|state| state.callbacks.get(&line).filter(|line| line.tries == 1).cloned());
    assert!(tried.attempts[0].by_hand);
}

#[test]
fn an_agreed_time_is_typed_short_and_the_name_comes_from_the_files() {
    let bench = Bench::new();
    let mut desk = bench.console("li");
    let file = Customer { name: "王强".into(), phones: vec![NUMBER.into()], ..Customer::default() };
    desk.perform(Command::Customer(Box::new(file))).unwrap();
    let home = tempfile::tempdir().unwrap();
    let mut pty = console(&bench, &home, "wang", SMALL);
    pty.keys("\x1bc");
    pty.sees("明天9点");
    for (typed, note) in [("明天 9:00 13800000008 报价", "报价"), ("+2d 13800000008 第二次", "第二次")] {
        pty.keys("\x15");
        pty.keys(typed);
        pty.keys("\r");
        pty.sees("回访已约好");
        let line = desk.sees(|state| {
            let line = state.callback_for(false, NUMBER)?;
            line.debts.iter().any(|debt| debt.note == note).then(|| line.clone())
        });
        assert_eq!(line.name, "王强");
        pty.keys("\x1bc");
    }
}
