//! The live queue on the screen: a supervisor's pane at every size, the wall that does nothing, and what can't be known.

use std::collections::BTreeSet;
use std::process::{Command as Process, Stdio};

use ringdesk::client::Heard;
use ringdesk::domain::source::{Link, SourceKind};
use ringdesk::domain::*;
use ringdesk::store::Lock;
use ringdesk::text::Say;
use ringdesk::tui::keymap::Keys;
use ringdesk::tui::model::{LiveRow, Model, Pane, Unknown, WallForm};
use rustix::process::{Signal, kill_process};

use crate::pty::Pty;
use crate::recorded;
use crate::wall_kit::{Wall, draw, model};

const SIZES: [(u16, u16); 3] = [(80, 24), (120, 40), (200, 60)];

fn press(model: &mut Model, keys: &str) -> usize {
    Keys::parse(keys).unwrap().0.into_iter().map(|key| model.press(key).len()).sum()
}

/// A supervisor's console with thirty calls waiting, live.
fn crowded() -> Wall {
    let mut wall = Wall::before(&["thirty-at-once.jsonl.gz"], SourceKind::Live, "night");
    wall.until(wall.model.now.plus(1_900));
    wall.model.settings.wall = None;
    wall
}

#[test]
fn a_supervisor_comes_to_the_live_queue_and_walks_through_it() {
    let mut wall = crowded();
    for size in SIZES {
        wall.model.focus = Pane::Tickets;
        press(&mut wall.model, "alt-7");
        assert_eq!(wall.model.focus, Pane::Live);
        let text = wall.draw(size).text();
        assert!(text.contains("实时队列") && text.contains("等待的来电"), "{size:?}\n{text}");
        let rows = wall.model.live_rows();
        let calls = rows.iter().filter(|row| matches!(row, LiveRow::Call(_))).count();
        assert!(calls >= 25, "{calls}");
        for (index, row) in rows.iter().enumerate() {
            wall.model.live_list.select(index);
            assert_eq!(wall.model.chosen_live().as_ref(), Some(row));
            // Whatever is chosen is in sight, with its sign.
            let shown = match row {
                LiveRow::Call(id) => wall.model.desk.state().calls.get(*id).unwrap().party.number.clone(),
                LiveRow::Agent(id) => wall.model.desk.state().agents[id].phone.clone(),
            };
            let rows = wall.draw(size).rows();
            let marked = rows.iter().any(|row| row.split('>').skip(1).any(|after| after.contains(&shown)));
            assert!(marked, "{size:?}: {shown} is chosen and not in sight\n{}", rows.join("\n"));
        }
    }
    // The pane is walked through with the others.
    wall.model.focus = Pane::Callbacks;
    press(&mut wall.model, "tab");
    assert_eq!(wall.model.focus, Pane::Live);
}

/// Rows move up when a call is answered and down when one comes: what a key is meant for stays what it was.
#[test]
fn the_choice_stays_with_its_row_while_others_come_and_go() {
    let mut wall = crowded();
    wall.model.focus = Pane::Tickets;
    press(&mut wall.model, "alt-7");
    let rows = wall.model.live_rows();
    let agent = rows.iter().position(|row| matches!(row, LiveRow::Agent(_))).unwrap();
    for at in [1, rows.len() / 2, agent, rows.len() - 1] {
        let mut wall = crowded();
        wall.model.focus = Pane::Tickets;
        press(&mut wall.model, "alt-7");
        for _ in 0..at {
            press(&mut wall.model, "down");
        }
        let chosen = rows[at].clone();
        let (mut moved, mut gone) = (false, false);
        for _ in 0..60 {
            wall.until(wall.model.now.plus(1_000));
            let place = wall.model.live_rows().iter().position(|row| *row == chosen);
            moved |= place.is_some_and(|place| place != at);
            gone |= place.is_none();
            assert_eq!(wall.model.chosen_live(), place.map(|_| chosen.clone()), "{at}");
            assert_eq!(wall.model.live_at(), place);
        }
        assert!(moved || gone, "nothing moved: {at}");
        // The next key chooses again.
        press(&mut wall.model, "down");
        assert_eq!(wall.model.chosen_live().is_some(), !wall.model.live_rows().is_empty());
    }
}

/// A figure that is cut off reads as another figure: the summary leaves out whole ones.
#[test]
fn no_figure_of_the_summary_is_cut_off() {
    let mut wall = crowded();
    wall.model.settings.wall = Some(WallForm::Dense);
    let summary = |wall: &Wall, width: u16| {
        let rows = wall.draw((width, 30)).rows();
        let row = rows.iter().find(|row| row.contains("最长等待") && row.contains("等待 "));
        row.map(|row| row.trim().to_owned())
    };
    let full = summary(&wall, 200).unwrap();
    assert!(full.contains("服务水平 近30分") && full.contains("处理"), "{full}");
    for width in 60..200 {
        let shown = summary(&wall, width).unwrap();
        let rest = full.strip_prefix(&shown).unwrap_or_else(|| panic!("{width}: {shown}"));
        let whole = ["", " 服务水平", " 今日", " (A", " 放弃", " 均接听", " 均处理"];
        let at_a_piece =
            whole.iter().any(|next| if next.is_empty() { rest.is_empty() } else { rest.starts_with(next) });
        assert!(at_a_piece, "{width}: {shown}|{rest}");
    }
}

/// What was filled in afterwards is marked (R-LIVE-3), at every size and in every form.
#[test]
fn what_nobody_saw_is_marked_beside_the_figures() {
    let mut wall = model(Some(WallForm::Big), "night");
    let now = wall.now.plus(36_000_000);
    wall.now = now;
    let call = Call {
        id: CallId(1),
        direction: call::Direction::Inbound,
        phase: call::Phase::Ended,
        arrived_at: now.plus(-60_000),
        ended_at: Some(now.plus(-50_000)),
        outcome: call::Outcome::Abandoned,
        reconstructed: true,
        ..Call::default()
    };
    let event = Event::Call(Box::new(call));
    let mut ledger = figures::Ledger::new(i64::MIN);
    drop(ledger.take(&event));
    let (welcome, state) = wall.desk.given_mut().unwrap();
    state.fold(&event);
    *welcome.book = ledger.book().clone();
    for form in [Some(WallForm::Big), Some(WallForm::Dense), None] {
        wall.settings.wall = form;
        wall.focus = Pane::Live;
        for size in SIZES {
            let text = draw(&wall, size).text();
            assert!(text.contains("今日含补录 1 通"), "{size:?} {form:?}\n{text}");
        }
    }
}

/// A small screen: the foot is not written over, and the chosen row is in sight.
#[test]
fn a_small_wall_and_a_small_pane_show_whole_rows() {
    let mut wall = crowded();
    wall.model.settings.wall = Some(WallForm::Big);
    for size in [(40, 12), (60, 16), (60, 18), (71, 13)] {
        let rows = wall.draw(size).rows();
        let foot = rows.last().unwrap().trim();
        assert!(foot.starts_with('b') && !foot.contains("在岗") && !foot.contains("占用"), "{size:?} {foot}");
    }
    wall.model.settings.wall = None;
    wall.model.focus = Pane::Live;
    for (index, row) in wall.model.live_rows().iter().enumerate() {
        wall.model.live_list.select(index);
        let rows = wall.draw((60, 16)).rows();
        assert!(
            rows.iter().skip(6).any(|row| row.starts_with('>') && !row.contains("──")),
            "{row:?}\n{}",
            rows.join("\n")
        );
    }
}

/// The sentence about a lost line is for who types; a wall says it in its head, for as long as it is so.
#[test]
fn a_wall_does_not_go_on_saying_that_the_line_is_lost() {
    let mut wall = crowded();
    wall.model.settings.wall = Some(WallForm::Big);
    wall.model.line_lost(Say::new("desk.connecting"));
    let text = wall.draw((80, 24)).text();
    assert!(text.contains("与铃台断线") && text.contains("离开"), "{text}");
    wall.model.lost = None;
    let text = wall.draw((80, 24)).text();
    assert!(!text.contains("断") && text.contains("离开"), "{text}");
}

#[test]
fn an_operator_has_no_live_queue() {
    let mut wall = crowded();
    wall.model.desk.given_mut().unwrap().0.me.role = Role::Operator;
    press(&mut wall.model, "alt-7");
    assert_ne!(wall.model.focus, Pane::Live);
    let notice = wall.model.notice.clone().unwrap();
    assert_eq!(notice.say.key, "live.not_yours");
    for size in SIZES {
        assert!(!wall.draw(size).text().contains("等待的来电"), "{size:?}");
    }
    wall.model.focus = Pane::Callbacks;
    press(&mut wall.model, "tab");
    assert_eq!(wall.model.focus, Pane::Incoming);
}

#[test]
fn nothing_pressed_on_a_wall_reaches_the_desk_and_nothing_heard_asks_it() {
    let mut wall = crowded();
    wall.model.settings.wall = Some(WallForm::Big);
    for key in
        ["F1", "F2", "F4", "F9", "F10", "F12", "a", "n", "alt-a", "enter", "tab", "m", "ctrl-p", ":", "alt-y", "r"]
    {
        assert_eq!(press(&mut wall.model, key), 0, "{key}");
        assert!(wall.model.layers.is_empty() && wall.model.drafts.open().is_none(), "{key}");
    }
    let entry = wall.entries.last().unwrap().clone();
    assert!(wall.model.hear(Heard::Changed(Box::new(entry))).is_empty());
    assert!(wall.model.hear(Heard::Rules).is_empty());
    press(&mut wall.model, "d");
    assert_eq!(wall.model.settings.wall, Some(WallForm::Dense));
    press(&mut wall.model, "b");
    assert_eq!(wall.model.settings.wall, Some(WallForm::Big));
    assert_eq!(press(&mut wall.model, "q"), 1);
}

/// R-LIVE-3: nobody on duty and nothing to count is `–`; a lost link is unknown, and since when; a desk without a PBX has
/// lost nothing.
#[test]
fn what_is_not_known_is_not_a_number() {
    let calm = model(Some(WallForm::Big), "night");
    for size in SIZES {
        let picture = draw(&calm, size);
        assert_eq!((picture.figure(0, "等待"), picture.figure(2, "近30分")), ("0".into(), "-".into()));
        let text = picture.text();
        assert!(text.contains("(A+Bs)/(N+B)"), "the formula is named\n{text}");
        assert!(text.contains("无人在岗") && !text.contains("未知") && !text.contains("100"), "{size:?}\n{text}");
    }
    let mut wall = crowded();
    wall.model.settings.wall = Some(WallForm::Big);
    let live = wall.draw((120, 40));
    assert_ne!(live.figure(0, "等待"), "?");
    wall.link(Link::Down);
    assert!(matches!(wall.model.unknown(), Some(Unknown::Pbx(Some(_)))));
    for size in SIZES {
        let picture = wall.draw(size);
        for (column, label) in [(0, "等待"), (1, "最长等待"), (2, "近30分")] {
            assert_eq!(picture.figure(column, label), "?", "{size:?} {label}");
        }
        assert!(picture.text().contains("与交换机断线，自 08:29 起未知"), "{}", picture.text());
    }
    wall.link(Link::Up);
    assert_eq!(wall.model.unknown(), None);
    wall.model.lost = Some((wall.model.now, Say::new("desk.connecting")));
    assert!(wall.draw((80, 24)).text().contains("与铃台断线，自 08:29 起未知"));
}

/// The sums of the last half-hour and of the day, against a count by hand over the calls themselves.
#[test]
fn figures_are_those_of_the_calls_and_rehearsals_are_in_none() {
    let mut wall = Wall::before(&["thirty-at-once.jsonl.gz"], SourceKind::Live, "night");
    wall.until(wall.model.now.plus(60_000));
    let view = wall.model.live_view(8);
    let calls: Vec<&Call> = wall.model.desk.state().calls.all().collect();
    let answered = calls.iter().filter(|call| call.answered_at.is_some()).count() as i64;
    let good = calls.iter().filter(|call| match call.answered_at {
        Some(_) => call.verdict == Some(call::Verdict::InTime),
        None => call.outcome == call::Outcome::Abandoned && call.wait_ms().unwrap() <= call.limit_ms,
    });
    let good = good.count() as i64;
    let gave_up = calls.iter().filter(|call| call.outcome == call::Outcome::Abandoned).count() as i64;
    let level = figures::Measure::ServiceLevel(wall.model.desk.welcome().rulebook.service_level.formula);
    assert!(answered > 10 && gave_up > 10);
    for line in [view.all().of_today(level), view.all().of_lately(level)] {
        assert_eq!(line, Some(good * 1000 / (answered + gave_up)));
    }
    let text = wall.draw((200, 60)).text();
    assert!(text.contains("(A+Bs)/(N+B)"), "the formula is named\n{text}");
    let mut rehearsed = Wall::before(&["thirty-at-once.jsonl.gz"], SourceKind::Rehearsal, "night");
    rehearsed.until(rehearsed.model.now.plus(60_000));
    assert_eq!(rehearsed.model.live_view(8).all().of_today(level), None);
}

/// The one urgent thing has its row, and there is one at most: an emergency before a call for help before late calls.
#[test]
fn one_thing_stands_out() {
    let mut wall = crowded();
    wall.model.settings.wall = Some(WallForm::Big);
    let banner = |wall: &Wall| wall.draw((80, 24)).rows()[1].trim().to_owned();
    assert_eq!(banner(&wall), "", "nothing is late");
    wall.model.now = wall.model.now.plus(30_000);
    assert!(banner(&wall).contains("等过了时限"), "{}", banner(&wall));
    let state = &mut wall.model.desk.given_mut().unwrap().1;
    let mut agent = state.agents.values().next().unwrap().clone();
    agent.help = Some(oversight::Help::default());
    state.fold(&Event::Agent(Box::new(agent)));
    assert!(banner(&wall).contains("求助"), "{}", banner(&wall));
    let fields = TicketFields { kind: RequestType::Emergency, subject: "煤气味".into(), ..TicketFields::default() };
    let ticket =
        Ticket { id: TicketId(7), stage: "registered".into(), fields, opened_at: wall.model.now, ..Ticket::default() };
    wall.model.desk.given_mut().unwrap().1.fold(&Event::Ticket(Box::new(ticket)));
    assert!(banner(&wall).contains("报警") && banner(&wall).contains("煤气味"), "{}", banner(&wall));
}

/// Any size is drawn, in every form.
#[test]
fn any_size_is_drawn() {
    let mut wall = crowded();
    for form in [Some(WallForm::Big), Some(WallForm::Dense), None] {
        wall.model.settings.wall = form;
        wall.model.focus = Pane::Live;
        for width in [1, 2, 10, 39, 40, 59, 71, 72, 100, 110, 159, 160, 170, 300] {
            for height in [1, 2, 5, 11, 12, 16, 24, 39, 40, 90] {
                wall.draw((width, height));
            }
        }
    }
}

/// The real program in a terminal while a real rehearsal plays two hundred calls in its own time: the terminal gets the
/// changes; the wall is no agent, keeps no drafts, and comes back by itself when its desk dies.
#[test]
fn the_real_wall_gets_every_change_and_comes_back() {
    let home = tempfile::tempdir().unwrap();
    let data = home.path().join("data");
    let mut pty = Pty::start(home.path(), (200, 60), &["--data", data.to_str().unwrap(), "wall", "--dense"]);
    pty.sees("铃台已连");
    let recording = recorded::path("burst-200.ami.gz");
    let mut rehearsal = Process::new(env!("CARGO_BIN_EXE_ringdesk"))
        .env("HOME", home.path())
        .args(["--data", data.to_str().unwrap(), "rehearse", recording.to_str().unwrap()])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let seen = std::cell::RefCell::new(BTreeSet::new());
    pty.until(|screen| {
        let text = screen.contents();
        let count = text.split(" 等待 ").nth(1).and_then(|rest| rest.split_whitespace().next()?.parse::<usize>().ok());
        seen.borrow_mut().extend(count);
        count == Some(0) && seen.borrow().iter().any(|count| *count > 50)
    });
    let seen = seen.into_inner();
    println!("{} different counts of waiting calls were on the terminal, at most {:?}", seen.len(), seen.last());
    // How many frames there are is the machine's; that they come while it happens is the wall's.
    assert!(seen.len() >= 3, "{seen:?}");
    assert!(rehearsal.wait().unwrap().success());
    pty.sees("铃台正常");
    let first = Lock::holder(&data).unwrap().pid;
    assert!(!home.path().join(".local/state").exists(), "a wall keeps nothing");
    kill_process(rustix::process::Pid::from_raw(first as i32).unwrap(), Signal::KILL).unwrap();
    pty.until(|screen| {
        let back = Lock::holder(&data).is_some_and(|desk| desk.pid != first);
        back && !screen.contents().contains("断线") && screen.contents().contains("等待 0")
    });
    let journal = Process::new(env!("CARGO_BIN_EXE_ringdesk"))
        .env("HOME", home.path())
        .args(["--data", data.to_str().unwrap(), "export", "journal"])
        .output()
        .unwrap();
    let journal = String::from_utf8(journal.stdout).unwrap();
    assert!(journal.lines().count() > 200 && !journal.contains("agent.sign_on"), "somebody signed on");
    pty.keys("q");
    let (status, _) = pty.end();
    assert!(status.success());
}

/// An ended call that arrived so many seconds ago.
fn ended(id: u64, now: Stamp, ago_s: i64, answered: bool) -> Event {
    let arrived = now.plus(-ago_s * 1_000);
    Event::Call(Box::new(Call {
        id: CallId(id),
        source: SourceId(1),
        direction: call::Direction::Inbound,
        phase: call::Phase::Ended,
        queue: Some("gas".into()),
        arrived_at: arrived,
        answered_at: answered.then(|| arrived.plus(5_000)),
        left_queue_at: Some(arrived.plus(5_000)),
        ended_at: Some(arrived.plus(6_000)),
        outcome: if answered { call::Outcome::Answered } else { call::Outcome::Abandoned },
        verdict: answered.then_some(call::Verdict::InTime),
        limit_ms: 20_000,
        ..Call::default()
    }))
}

/// On a busy day the last half-hour has more calls than a console is given of the past: whoever comes now counts the same.
#[test]
fn whoever_comes_late_counts_the_same_half_hour() {
    let mut desk = model(None, "night");
    let now = desk.now.plus(86_400_000);
    desk.now = now;
    let (_, state) = desk.desk.given_mut().unwrap();
    for id in 1..=1_000 {
        // The older half is answered, the newer is not: what is left out would show.
        let ago = (1_001 - i64::try_from(id).unwrap()) * 2;
        state.fold(&ended(id, now, ago + if id <= 300 { 3_600 } else { 0 }, id <= 700));
    }
    let given = state.for_console();
    assert_eq!(given.calls.all().count(), 700);
    let counted = |model: &Model| model.live_view(0).all().lately.clone();
    let whole = counted(&desk);
    assert_eq!(whole.get(figures::Fact::Answered) + whole.get(figures::Fact::Abandoned), 700);
    let mut late = model(None, "night");
    late.now = now;
    late.desk.given_mut().unwrap().1 = given;
    assert_eq!(counted(&late), whole);
}

/// R-LIVE-3, and the peers' fault: callers who hung up within the limit while nobody was on duty are no 100 %.
#[test]
fn nobody_on_duty_is_no_hundred_percent_whatever_the_formula() {
    let mut wall = model(Some(WallForm::Dense), "night");
    wall.now = wall.now.plus(36_000_000);
    let now = wall.now;
    let mut ledger = figures::Ledger::new(i64::MIN);
    let (welcome, state) = wall.desk.given_mut().unwrap();
    for id in 1..=3 {
        let event = ended(id, now, 60, false);
        drop(ledger.take(&event));
        state.fold(&event);
    }
    *welcome.book = ledger.book().clone();
    let level = figures::Measure::ServiceLevel(rulebook::Formula::AbandonedInTimeGood);
    assert_eq!(level.of(&wall.live_view(0).all().today).share.permille(), Some(1_000), "by the formula alone");
    assert_eq!(wall.live_view(0).all().of_today(level), None);
    for form in [WallForm::Dense, WallForm::Big] {
        wall.settings.wall = Some(form);
        for size in SIZES {
            let text = draw(&wall, size).text();
            assert!(!text.contains("100"), "{size:?} {form:?}\n{text}");
        }
    }
}
