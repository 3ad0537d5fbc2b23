//! Rules that change: open tickets are reckoned anew, each with a line in its history; filed ones stay as they are; a
//! wrong file leaves everything as it was (R-CMP-2).

use std::path::Path;
use std::sync::atomic::{AtomicI64, Ordering};

use ringdesk::client::{Heard, Request};
use ringdesk::config;
use ringdesk::domain::calendar::Year;
use ringdesk::domain::command::TicketCommand;
use ringdesk::domain::rulebook::{AllowRule, TypeRule};
use ringdesk::domain::ticket::{ClockChange, Happened, TellHow};
use ringdesk::domain::{Allowance, Command, RequestType, Rulebook, Stamp, TicketFields, TicketId};
use ringdesk::server::ServeOptions;
use ringdesk::text::Say;
use ringdesk::wire::{Answer, Query};

use crate::bench::{Bench, Console};

/// 2026-12-30 10:00 in China, a Wednesday.
const BEFORE_NEW_YEAR: i64 = 1_798_596_000_000;

static TIME: AtomicI64 = AtomicI64::new(BEFORE_NEW_YEAR);

fn time() -> Stamp {
    Stamp(TIME.load(Ordering::SeqCst))
}

fn year(file: &str) -> (i32, Year) {
    let source = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("rulebooks/calendars").join(file));
    config::calendars::parse(&source.unwrap(), Path::new(file)).unwrap()
}

/// Complaints are owed an answer in three working days.
fn three_days(known: &[(i32, Year)]) -> Rulebook {
    let mut rules = Rulebook { name: "three".into(), ..Rulebook::default() };
    let mut complaint = TypeRule::plain().clone();
    complaint.clocks[0].allow = AllowRule::Fixed(Allowance::WorkingDays(3));
    rules.types.insert(RequestType::Complaint, complaint);
    rules.calendar.years.extend(known.iter().cloned());
    rules
}

fn with(rules: Rulebook) -> impl Fn(&mut ServeOptions) {
    move |options| {
        options.now = time;
        options.config.rulebook = rules.clone();
    }
}

fn complain(console: &mut Console) {
    let fields = TicketFields {
        kind: RequestType::Complaint,
        subject: "服务".into(),
        name: "张三".into(),
        phone: "13812345678".into(),
        ..TicketFields::default()
    };
    let card = [("channel".to_owned(), "phone".to_owned())].into();
    console.perform(Command::Ticket(TicketCommand::Open { fields, card, call: None, seal: None })).unwrap();
}

fn history(console: &mut Console, ticket: u64) -> Vec<Happened> {
    let Some(Answer::TicketLines(lines)) = console.ask(Query::TicketLines(TicketId(ticket))).pop() else { panic!() };
    lines.into_iter().map(|line| line.what).collect()
}

#[test]
fn a_provisional_due_time_is_firm_once_its_year_is_known() {
    let mut bench = Bench::with(with(three_days(&[year("2026.toml")])));
    let mut wang = bench.console("wang");
    complain(&mut wang);
    complain(&mut wang);
    let filed = TicketCommand::File { ticket: TicketId(2), outcome: "已道歉".into(), how: TellHow::Phone };
    wang.perform(Command::Ticket(filed)).unwrap();
    let due = wang.state().tickets[&TicketId(1)].clocks[0].due;
    assert!(due.provisional);
    let Some(Answer::Ticket(Some(before))) = wang.ask(Query::Ticket(TicketId(2))).pop() else { panic!() };
    drop(wang);
    bench.stop();

    // A 2027 whose first working days are off: 1 and 4 January.
    let mut next = Year { source: "test".into(), ..Year::default() };
    for number in [1, 2, 3, 4] {
        next.holidays.insert(ringdesk::domain::calendar::day(2027, 1, number).unwrap(), "元旦".into());
    }
    let known = three_days(&[year("2026.toml"), (2027, next)]);
    bench.start_with(with(known));
    let mut wang = bench.console("wang");
    wang.fence();
    let clock = wang.state().tickets[&TicketId(1)].clocks[0].clone();
    assert!(!clock.due.provisional);
    // 31 December, 5 and 6 January: to the end of the sixth.
    assert_eq!(clock.due.at, Stamp(BEFORE_NEW_YEAR + (14 + 7 * 24) * 3_600_000));
    assert_eq!(clock.shifts.last().unwrap().why, ClockChange::Recomputed);
    let told = history(&mut wang, 1);
    assert_eq!(told.iter().filter(|what| matches!(what, Happened::RulesChanged(name) if name == "three")).count(), 1);
    let Some(Answer::Ticket(Some(after))) = wang.ask(Query::Ticket(TicketId(2))).pop() else { panic!() };
    assert_eq!(before, after, "what is filed stays as it was");
    assert!(!history(&mut wang, 2).iter().any(|what| matches!(what, Happened::RulesChanged(_))));

    // Started once more by the same rules, nothing happens.
    let sequence = wang.state().sequence;
    drop(wang);
    bench.reopen();
    let mut wang = bench.console("wang");
    wang.fence();
    assert_eq!(wang.state().sequence, sequence);
}

/// What comes of asking for other rules: done, or all that is wrong and the refusal.
fn reload(console: &mut Console, rulebook: Option<&str>) -> Result<(), (Vec<Say>, Say)> {
    let request: Request = console.line.reload(rulebook.map(str::to_owned)).unwrap();
    let ends = |heard: &Heard| matches!(heard, Heard::Done(done, _) | Heard::Refused(done, _) if *done == request);
    let mut wrong = Vec::new();
    for heard in console.until(ends) {
        match heard {
            Heard::Answer(answered, answer) if answered == request => {
                let Answer::Faults(faults) = *answer else { panic!("{answer:?}") };
                wrong = faults;
            }
            Heard::Refused(_, why) => return Err((wrong, why)),
            _ => {}
        }
    }
    Ok(())
}

const NEXT_YEAR: &str = "year = 2027\nsource = \"test\"\n[[holiday]]\nname = \"元旦\"\nfrom = 2027-01-01\n";

#[test]
fn a_running_desk_reads_its_rules_anew() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("config.toml");
    std::fs::write(&file, "[desk]\nrulebook = \"service\"\n").unwrap();
    let config_file = file.clone();
    let bench = Bench::with(move |options| {
        options.now = time;
        let loaded = config::load(Some(&config_file)).unwrap();
        options.config.file = Some(config_file.clone());
        options.config.rulebook = loaded.rulebook;
        options.config.staff[0].role = ringdesk::domain::Role::Supervisor;
    });
    let (mut wang, mut li) = (bench.console("wang"), bench.console("li"));
    complain(&mut wang);
    let provisional = |console: &Console| {
        let ticket = &console.state().tickets[&TicketId(1)];
        ticket.clocks.iter().filter(|clock| clock.due.provisional).count()
    };
    assert!(provisional(&wang) > 0, "two working days from 30 December end in a year nobody loaded");
    let (_, why) = reload(&mut li, None).unwrap_err();
    assert_eq!(why.key, "refused.supervisor_only");

    std::fs::create_dir(folder.path().join("calendars")).unwrap();
    std::fs::write(folder.path().join("calendars/2027.toml"), NEXT_YEAR).unwrap();
    reload(&mut wang, None).unwrap();
    assert_eq!(provisional(&wang), 0);
    let told = history(&mut wang, 1);
    assert_eq!(told.iter().filter(|what| matches!(what, Happened::RulesChanged(_))).count(), 1, "{told:?}");
    let loaded = |console: &Console| console.line.welcome().rulebook.calendar.years.contains_key(&2027);
    assert!(loaded(&wang));
    li.fence();
    assert!(loaded(&li), "every console goes by the new rules");
    let in_force = wang.state().rules.clone();
    assert_eq!(in_force.fingerprint, config::fingerprint(&wang.line.welcome().rulebook));

    // Wrong files, of the configuration or of one's own: told with what is wrong, and nothing is changed.
    let sequence = wang.state().sequence;
    std::fs::write(folder.path().join("calendars/2028.toml"), "year = 2027").unwrap();
    std::fs::write(folder.path().join("bad.toml"), "[answer").unwrap();
    for named in [None, Some("gas"), Some("bad.toml"), Some("none.toml")] {
        let (faults, why) = reload(&mut wang, named).unwrap_err();
        assert!(!faults.is_empty(), "{named:?}");
        assert_eq!(why.key, "reload.refused");
    }
    std::fs::remove_file(folder.path().join("calendars/2028.toml")).unwrap();
    for named in ["bad.toml", "none.toml"] {
        assert!(!reload(&mut wang, Some(named)).unwrap_err().0.is_empty());
    }
    assert_eq!((wang.state().sequence, &wang.state().rules), (sequence, &in_force));

    // Another rulebook for now; the configuration's again when asked.
    reload(&mut wang, Some("government")).unwrap();
    assert_eq!(wang.state().rules.name, "government");
    reload(&mut wang, None).unwrap();
    assert_eq!(wang.state().rules, in_force);
    reload(&mut wang, None).unwrap();
}
