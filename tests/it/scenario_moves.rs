//! What the scenarios of gas, property, lab and service share: a story's rings and notices as short lines to compare with
//! hand-written ones, what a refusal names, and the plain types that these four books take over from the common one.

use ringdesk::domain::command::TicketCommand;
use ringdesk::domain::decide::{Context, decide};
use ringdesk::domain::ticket::{FieldChange, Happened, Seal, TellHow};
use ringdesk::domain::*;
use ringdesk::text::Say;

use crate::play::{Play, local};

/// Fields and what is put into them.
pub type Filled<'a> = &'a [(&'a str, &'a str)];

/// What a caller says.
pub fn fields(kind: RequestType, subject: &str) -> TicketFields {
    TicketFields {
        kind,
        subject: subject.into(),
        name: "张三".into(),
        phone: "13812345678".into(),
        address: "和平路一弄二号".into(),
        ..TicketFields::default()
    }
}

/// A complaint that came by phone.
pub fn complaint(play: &mut Play) -> TicketId {
    play.open(fields(RequestType::Complaint, "上门没打招呼"), &[("channel", "phone")])
}

fn short(stamp: Stamp) -> String {
    local(stamp).split_off("2026-".len())
}

/// Every ring of a ticket: `02-14 04:00 hand_over 50%`, with ` late` behind it where it was said late.
pub fn rings(play: &Play, id: TicketId) -> Vec<String> {
    let line = |(at, clock, percent, late): (String, String, u16, bool)| {
        format!("{} {clock} {percent}%{}", &at["2026-".len()..], if late { " late" } else { "" })
    };
    play.rings(id).into_iter().map(line).collect()
}

/// Every notice about a ticket: `02-14 16:00 @supervisor notice_escalated`; `@` before a role, `#` before a department.
pub fn notices(play: &Play, id: TicketId) -> Vec<String> {
    let line = |notice: &Notice| {
        let to = match &notice.to {
            Addressee::Staff(staff) => staff.0.clone(),
            Addressee::Role(role) => format!("@{role}"),
            Addressee::Department(department) => format!("#{department}"),
        };
        let late = if notice.late { " late" } else { "" };
        format!(
            "{} {to} {}{late}",
            short(notice.at),
            notice.what.key.trim_start_matches("life.").trim_start_matches("order.")
        )
    };
    let given = play.notices.iter().filter(|notice| notice.ticket == Some(id) && notice.acknowledged.is_none());
    given.map(line).collect()
}

/// Every escalation: `02-14 16:00 supervisor hand_over`.
pub fn levels(play: &Play, id: TicketId) -> Vec<String> {
    let line = |line: &ringdesk::domain::ticket::TicketLine| match &line.what {
        Happened::Escalated { to, why } => Some(format!("{} {to} {why}", short(line.at))),
        _ => None,
    };
    play.lines.iter().filter(|line| line.ticket == id).filter_map(line).collect()
}

/// When a clock started and is due: `02-14 09:00 → 02-15 09:00`.
pub fn span(play: &Play, id: TicketId, clock: &str) -> String {
    let clock = play.clock(id, clock);
    format!("{} → {}", short(clock.started_at), short(clock.due.at))
}

/// Whether every clock that ever ran on a ticket was kept; and none is left open.
pub fn all_kept(play: &Play, id: TicketId) -> bool {
    play.ticket(id).clocks.iter().all(|clock| clock.kept() == Some(true))
}

/// How many different clocks of this name ran.
pub fn runs(play: &Play, id: TicketId, clock: &str) -> usize {
    play.ticket(id).clocks.iter().filter(|one| one.id == clock).count()
}

/// The sentence with which a command is refused; nothing changes by it.
pub fn refusal(play: &Play, who: &str, command: TicketCommand) -> Say {
    let actor = Actor::Staff(StaffId(who.into()));
    let context = Context { state: &play.state, rules: &play.rules, staff: &play.staff, actor: &actor, now: play.now };
    decide(context, &Command::Ticket(command)).expect_err("must be refused")
}

/// The fields that a refusal to move on names as missing, in the order of the screen.
pub fn missing(play: &Play, who: &str, id: TicketId, filled: Filled<'_>) -> Vec<String> {
    let ticket = play.ticket(id);
    let change = |(field, to): &(&str, &str)| FieldChange {
        field: (*field).into(),
        from: ticket.value(field).into(),
        to: (*to).into(),
    };
    let changes = filled.iter().map(change).collect();
    let say = refusal(play, who, TicketCommand::Advance { ticket: id, from: ticket.stage.clone(), changes });
    assert_eq!(say.key, "life.missing", "{say:?}");
    named(&say)
}

/// The fields that the first screen wants of a matter taken in with nothing but the caller's words. The form demands none
/// of them while the caller speaks, and the clocks run from that moment; the matter goes nowhere before they are there.
pub fn asked_first(rulebook: &str, begin: &str, fields: TicketFields) -> Vec<String> {
    let mut play = Play::new(rulebook, begin);
    let id = play.open(fields, &[]);
    let ticket = play.ticket(id);
    assert_eq!((ticket.stage.as_str(), ticket.card.len()), ("registered", 0), "{rulebook}");
    assert!(ticket.clocks.iter().any(|clock| clock.is_running() && clock.started_at == play.now), "{rulebook}");
    missing(&play, "wang", id, &[])
}

fn named(say: &Say) -> Vec<String> {
    let (_, list) = say.args.iter().find(|(name, _)| name == "fields").expect("names the fields");
    let mark = |c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == '.');
    list.split(mark).filter_map(|word| word.strip_prefix("field.")).map(str::to_owned).collect()
}

/// Moves on, and says where it stands then.
pub fn goes(play: &mut Play, who: &str, id: TicketId, filled: Filled<'_>) -> String {
    play.advance(who, id, filled).unwrap_or_else(|why| panic!("{who} at {}: {why}", play.ticket(id).stage));
    play.ticket(id).stage.clone()
}

/// Sets out and arrives: two keys, nothing to fill in. The desk keeps when each was.
pub fn drives(play: &mut Play, who: &str, id: TicketId) {
    assert_eq!(play.ticket(id).stage, "accepted");
    assert_eq!(goes(play, who, id, &[]), "en_route");
    assert_eq!(goes(play, who, id, &[]), "carried_out");
    assert_eq!(play.ticket(id).times.last(), Some(&("carried_out".to_owned(), play.now)));
}

/// Returned to the desk, which calls back: one key, nothing to fill in.
pub fn returned(play: &mut Play, who: &str, id: TicketId) {
    assert_eq!(play.ticket(id).stage, "finished");
    assert_eq!(goes(play, who, id, &[]), "followed_up");
}

/// Refused for the role, whatever is filled in.
pub fn not_theirs(play: &mut Play, who: &[&str], id: TicketId) {
    for one in who {
        assert_eq!(play.advance(one, id, &[]), Err("life.not_your_stage".into()), "{one}");
    }
}

/// The caller was told an outcome before the ticket was filed (R-REQ-1).
pub fn told_then_filed(play: &Play, id: TicketId) {
    let ticket = play.ticket(id);
    let filed = ticket.filed_at.expect("filed");
    assert!(ticket.told.iter().any(|told| told.last && told.at <= filed), "{:?}", ticket.told);
    assert!(ticket.clocks.iter().all(|clock| !clock.is_open()), "{:?}", ticket.clocks);
    assert!(!play.state.tickets.contains_key(&id));
}

/// What the investigation of a complaint finds.
pub const FOUND: Filled<'_> = &[("cause", "没按预约"), ("course", "到户未通知"), ("conclusion", "属实")];
/// What is to be done about it.
pub const REMEDY: Filled<'_> = &[("remedy", "重新预约并道歉"), ("prevention", "上门前必打电话")];
/// The answer to a customer who is satisfied.
pub const SATISFIED: Filled<'_> = &[("outcome", "已道歉"), ("told_how", "phone"), ("satisfaction", "satisfied")];

/// The answer to a customer who is not.
pub fn dissatisfied(outcome: &str) -> [(&str, &str); 3] {
    [("outcome", outcome), ("told_how", "phone"), ("satisfaction", "dissatisfied")]
}

/// What must hold of a matter that three rounds did not settle and the fourth did: each round is kept with its card.
pub fn three_rounds_kept(play: &Play, id: TicketId, answers: [&str; 3]) {
    let ticket = play.ticket(id);
    let kept: Vec<(u32, &str, &str)> = ticket
        .rounds
        .iter()
        .map(|round| (round.number, round.card["outcome"].as_str(), round.card["satisfaction"].as_str()))
        .collect();
    let wanted: Vec<(u32, &str, &str)> =
        answers.iter().zip(1..).map(|(answer, number)| (number, *answer, "dissatisfied")).collect();
    assert_eq!(kept, wanted);
    assert!(
        ticket.rounds.iter().all(|round| ["cause", "remedy", "done_what"].iter().all(|f| !round.card[*f].is_empty()))
    );
    assert_eq!((ticket.round, ticket.stage.as_str(), ticket.value("satisfaction")), (4, "filed", "satisfied"));
    assert_eq!(ticket.told.iter().filter(|told| told.last).count(), 4);
}

/// R-CMP-2 with the plain types: what they owe, registered on the Friday before Spring Festival and on the Wednesday
/// before National Day, and from open to filed. `close` is when the company's day ends.
pub fn plain_types(rulebook: &str, close: &str) {
    for (begin, fifth) in [("02-13 11:00", "02-27"), ("09-30 11:00", "10-13")] {
        let mut play = Play::new(rulebook, &format!("2026-{begin}"));
        let started = |due: &str| format!("{begin} → {due}");
        // Five working days after the start day: 14, 24, 25, 26, 27 February; 8, 9, 10, 12, 13 October.
        let end = |day: &str| match close {
            "24:00" => format!("{}-{:02} 00:00", &day[..2], day[3..].parse::<u8>().unwrap() + 1),
            close => format!("{day} {close}"),
        };
        let application = play.open(fields(RequestType::Application, "新装一户"), &[]);
        assert_eq!(span(&play, application, "repair"), started(&end(fifth)), "{rulebook}");
        let suggestion = play.open(fields(RequestType::Suggestion, "增加网点"), &[]);
        let praise = play.open(fields(RequestType::Praise, "师傅细心"), &[]);
        let week = if begin.starts_with("02") { "02-20 11:00" } else { "10-07 11:00" };
        assert_eq!(span(&play, suggestion, "answer"), started(week));
        assert_eq!(span(&play, praise, "answer"), started(week));
        let enquiry = play.open(fields(RequestType::Enquiry, "几点上班"), &[]);
        let next = if begin.starts_with("02") { "02-14 11:00" } else { "10-01 11:00" };
        assert_eq!(span(&play, enquiry, "answer"), started(next));
        let outage = play.open(fields(RequestType::Outage, "停了"), &[]);
        assert_eq!(span(&play, outage, "repair"), started(&begin.replace("11:00", "15:00")));

        // Answered at once, by the short way; without an outcome nothing ends.
        let file = |ticket, outcome: &str| TicketCommand::File { ticket, outcome: outcome.into(), how: TellHow::Phone };
        assert_eq!(refusal(&play, "wang", file(enquiry, " ")).key, "refused.outcome_missing");
        assert_eq!(missing(&play, "wang", enquiry, &[]), ["outcome", "department"]);
        for id in [enquiry, praise] {
            play.by("wang", file(id, "已告知")).unwrap();
            told_then_filed(&play, id);
        }
        // Handed to a department, which answers.
        let department = play.rules.departments.keys().next().unwrap().clone();
        assert_eq!(goes(&mut play, "wang", suggestion, &[("department", &department)]), "answered");
        assert_eq!(play.ticket(suggestion).owner, ticket::Owner::Department(department.clone()));
        assert_eq!(missing(&play, "wang", suggestion, &[("told_how", "untold")]), ["outcome", "untold_reason"]);
        assert_eq!(goes(&mut play, "wang", suggestion, &[("outcome", "采纳"), ("told_how", "message")]), "filed");
        told_then_filed(&play, suggestion);
        assert!([enquiry, praise, suggestion].iter().all(|id| all_kept(&play, *id)));

        let mend: Filled<'_> = if rulebook == "gas" { TIGHT } else { MENDED };
        for id in [application, outage] {
            work_order(&mut play, id, &department, mend);
        }
    }
}

/// A repair that is done, nothing replaced or charged.
pub const MENDED: Filled<'_> = &[("progress", "done"), ("done_what", "已修好"), ("replaced", "no"), ("charged", "no")];
/// The same with the tightness test that a gas company asks for.
pub const TIGHT: Filled<'_> = &[
    ("progress", "done"),
    ("done_what", "已修好"),
    ("replaced", "no"),
    ("charged", "no"),
    ("pressure_kpa", "5"),
    ("minutes", "15"),
    ("drop", "0"),
    ("verdict", "tight"),
];

/// A work order from registered to filed: who may, what is missing, waiting for parts, called back.
pub fn work_order(play: &mut Play, id: TicketId, department: &str, mend: Filled<'_>) {
    not_theirs(play, &["department_head", "general_manager"], id);
    assert_eq!(missing(play, "wang", id, &[]), ["department"]);
    assert_eq!(goes(play, "wang", id, &[("department", department)]), "dispatched");
    assert_eq!(missing(play, "wang", id, &[]), ["responsible"]);
    assert_eq!(goes(play, "wang", id, &[("responsible", "department_head")]), "accepted");
    assert_eq!(play.clock(id, "accept").kept(), Some(true));
    drives(play, "department_head", id);
    assert_eq!(missing(play, "department_head", id, &[("progress", "parts")]), ["waiting_for"]);
    let due = play.clock(id, "repair").due.at;
    let parts = [("progress", "parts"), ("waiting_for", "配件")];
    assert_eq!(goes(play, "department_head", id, &parts), "waiting");
    assert!(play.clock(id, "repair").kept().is_none(), "waiting for parts is not mending");
    assert_eq!(goes(play, "department_head", id, &[]), "carried_out");
    assert_eq!((play.clock(id, "repair").is_running(), play.clock(id, "repair").due.at), (true, due));
    assert_eq!(goes(play, "department_head", id, mend), "finished");
    assert_eq!(play.clock(id, "repair").kept(), Some(true));
    returned(play, "department_head", id);
    assert_eq!(play.clock(id, "answer").due.at, play.now.plus(24 * 3_600_000));
    not_theirs(play, &["department_head"], id);
    assert_eq!(missing(play, "wang", id, &[("told_how", "phone")]), ["outcome", "satisfaction"]);
    assert_eq!(goes(play, "wang", id, SATISFIED), "filed");
    told_then_filed(play, id);
}

/// A hazard as the common book has it: found, not rectified by its deadline, dangerous, cut off, rectified.
pub fn hazard(rulebook: &str) {
    let mut play = Play::new(rulebook, "2026-02-13 11:00");
    let id = play.open(fields(RequestType::Hazard, "私接管线"), &[]);
    let department = play.rules.departments.keys().next().unwrap().clone();
    assert_eq!(goes(&mut play, "wang", id, &[("department", &department)]), "investigated");
    assert_eq!(span(&play, id, "inspect"), "02-13 11:00 → 02-14 11:00");
    let wanted = ["hazard_grade", "conclusion", "notice_number", "deadline", "acknowledged"];
    assert_eq!(missing(&play, "boss", id, &[]), wanted);
    let notice = |deadline| {
        [
            ("hazard_grade", "larger"),
            ("conclusion", "软管老化"),
            ("notice_number", "ZG-1"),
            ("deadline", deadline),
            ("acknowledged", "yes"),
        ]
    };
    play.until("2026-02-13 15:00");
    assert_eq!(goes(&mut play, "boss", id, &notice("2026-02-23 15:00")), "reinspected");
    assert_eq!(span(&play, id, "rectify"), "02-13 15:00 → 02-23 15:00");
    play.until("2026-02-23 16:00");
    assert_eq!(
        rings(&play, id),
        ["02-18 15:00 rectify 50%", "02-21 15:00 rectify 80%", "02-23 15:00 rectify 100%"],
        "the deadline is inside the holiday and rings there"
    );
    // Not rectified: one level up, and a new notice with a new deadline.
    assert_eq!(goes(&mut play, "boss", id, &[("rectified", "not_yet")]), "investigated");
    assert_eq!(goes(&mut play, "boss", id, &notice("2026-02-28 15:00")), "reinspected");
    assert_eq!(span(&play, id, "rectify"), "02-23 16:00 → 02-28 15:00");
    assert_eq!(goes(&mut play, "boss", id, &[("rectified", "dangerous")]), "approved");
    not_theirs(&mut play, &["wang"], id);
    assert_eq!(missing(&play, "department_head", id, &[("approval", "approved")]), ["reported_to"]);
    let approved = [("approval", "approved"), ("reported_to", "主管部门")];
    assert_eq!(goes(&mut play, "department_head", id, &approved), "carried_out");
    assert_eq!(goes(&mut play, "boss", id, &[("done_what", "已停供")]), "reinspected");
    assert_eq!(goes(&mut play, "boss", id, &[("rectified", "rectified")]), "answered");
    assert_eq!(span(&play, id, "answer"), "02-23 16:00 → 02-24 16:00");
    assert_eq!(goes(&mut play, "wang", id, &[("outcome", "已整改，恢复"), ("told_how", "phone")]), "filed");
    told_then_filed(&play, id);
    assert_eq!(play.ticket(id).rounds.len(), 2);
}

/// An emergency in the common book: dispatched in five minutes, there in sixty, ticked off, told.
pub fn emergency(rulebook: &str, mend: Filled<'_>) {
    let mut play = Play::new(rulebook, "2026-02-17 03:00");
    let told =
        TicketFields { kind: RequestType::Emergency, subject: "起火".into(), ..fields(RequestType::Emergency, "") };
    let id = play.open(told, &[]);
    assert_eq!(notices(&play, id), ["02-17 03:00 @supervisor notice_emergency"], "told at once, New Year's night");
    assert_eq!(span(&play, id, "dispatch"), "02-17 03:00 → 02-17 03:05");
    assert_eq!(span(&play, id, "arrive"), "02-17 03:00 → 02-17 04:00");
    let department = play.rules.departments.keys().next().unwrap().clone();
    assert_eq!(goes(&mut play, "wang", id, &[("department", &department)]), "dispatched");
    assert_eq!(missing(&play, "wang", id, &[]), ["responsible"]);
    assert_eq!(span(&play, id, "accept"), "02-17 03:00 → 02-17 03:03");
    assert_eq!(goes(&mut play, "wang", id, &[("responsible", "department_head")]), "accepted");
    assert_eq!(goes(&mut play, "department_head", id, &[]), "en_route");
    play.until("2026-02-17 03:40");
    assert!(play.clock(id, "arrive").is_running(), "on the way is not there");
    assert_eq!(goes(&mut play, "department_head", id, &[]), "carried_out");
    assert_eq!(play.clock(id, "arrive").kept(), Some(true));
    assert_eq!(play.ticket(id).times.last(), Some(&("carried_out".to_owned(), play.now)), "the desk's own stamp");
    let plan = play.rules.kind(RequestType::Emergency).emergency.clone().unwrap();
    assert!(!plan.script.is_empty());
    for item in plan.checklist.iter().chain(&plan.tell) {
        let tick = TicketCommand::Tick { ticket: id, item: item.id.clone(), done: true, note: String::new() };
        play.by("wang", tick).unwrap();
    }
    let ticked = &play.ticket(id).ticks;
    assert_eq!(
        ticked.len(),
        plan.checklist.iter().chain(&plan.tell).map(|item| &item.id).collect::<std::collections::BTreeSet<_>>().len()
    );
    assert!(ticked.values().all(|tick| local(tick.at) == "2026-02-17 03:40" && tick.by.0 == "wang"));
    assert_eq!(goes(&mut play, "department_head", id, mend), "finished");
    returned(&mut play, "department_head", id);
    assert_eq!(span(&play, id, "answer"), "02-17 03:40 → 02-18 03:40");
    assert_eq!(goes(&mut play, "wang", id, SATISFIED), "filed");
    told_then_filed(&play, id);
    assert_eq!(rings(&play, id), ["02-17 03:30 arrive 50%"]);
}

/// A sealed tip-off: opened by its keeper alone, each opening in the history, answered, filed.
pub fn tip_off(play: &mut Play, kind: &str, found: Filled<'_>) -> TicketId {
    let fields = TicketFields { kind: RequestType::TipOff, subject: "有人举报".into(), ..TicketFields::default() };
    let seal = Some(Seal { nonce: vec![1], text: vec![2] });
    let taken_in = TicketCommand::Open { fields, card: [].into(), call: None, seal };
    let Ok(Made::Ticket(id)) = play.by("wang", taken_in) else { panic!() };
    assert_eq!(play.ticket(id).customer, None, "a customer file would say who it was");
    let open = |why: &str| TicketCommand::OpenSeal { ticket: id, why: why.into() };
    for who in ["wang", "boss", "general_manager"] {
        assert_eq!(play.by(who, open("想看看")), Err("life.not_keeper".into()), "{who}");
    }
    assert_eq!(play.by("sealed_keeper", open(" ")), Err("life.reason_missing".into()));
    play.by("sealed_keeper", open("发奖")).unwrap();
    let opened = |line: &&ticket::TicketLine| line.ticket == id && matches!(line.what, Happened::SealOpened(_));
    assert_eq!(play.lines.iter().filter(opened).count(), 1);
    let department = play.rules.departments.keys().next().unwrap().clone();
    not_theirs(play, &["department_head", "general_manager"], id);
    assert_eq!(missing(play, "wang", id, &[]), ["tip_kind", "department"]);
    assert_eq!(missing(play, "wang", id, &[("department", &department)]), ["tip_kind"]);
    assert_eq!(play.advance("wang", id, &[("tip_kind", "gossip")]), Err("life.not_a_choice".into()));
    assert_eq!(goes(play, "wang", id, &[("tip_kind", kind), ("department", &department)]), "investigated");
    assert_eq!(goes(play, "boss", id, found), "answered");
    not_theirs(play, &["wang", "department_head"], id);
    assert_eq!(goes(play, "sealed_keeper", id, &[("outcome", "已核实"), ("told_how", "phone")]), "filed");
    told_then_filed(play, id);
    id
}

/// A repair the caller is not content with: it goes out again, one level up, and a clock runs again until it is mended.
pub fn repair_again(rulebook: &str, mend: Filled<'_>) {
    let mut play = Play::new(rulebook, "2026-02-13 11:00");
    let id = play.open(fields(RequestType::Repair, "漏水"), &[]);
    let department = play.rules.departments.keys().next().unwrap().clone();
    let out = |play: &mut Play| {
        assert_eq!(
            goes(play, "wang", id, &[("department", &department), ("responsible", "department_head")]),
            "accepted"
        );
        drives(play, "department_head", id);
        assert_eq!(goes(play, "department_head", id, mend), "finished");
        returned(play, "department_head", id);
    };
    assert_eq!(goes(&mut play, "wang", id, &[("department", &department)]), "dispatched");
    out(&mut play);
    play.until("2026-02-13 12:00");
    assert_eq!(goes(&mut play, "wang", id, &dissatisfied("还在漏")), "dispatched");
    assert_eq!(span(&play, id, "again"), "02-13 12:00 → 02-14 12:00");
    assert_eq!(levels(&play, id).len(), 1);
    play.until("2026-02-14 12:00");
    let again: Vec<String> = rings(&play, id).into_iter().filter(|line| line.contains("again")).collect();
    assert_eq!(again, ["02-14 00:00 again 50%", "02-14 07:12 again 80%", "02-14 12:00 again 100%"]);
    let accept: Vec<String> = rings(&play, id).into_iter().filter(|line| line.contains("accept")).collect();
    assert_eq!(accept, ["02-13 12:05 accept 50%", "02-13 12:08 accept 80%", "02-13 12:10 accept 100%"]);
    assert_eq!(levels(&play, id).len(), 3, "not content, not accepted, not mended");
    out(&mut play);
    assert_eq!(goes(&mut play, "wang", id, SATISFIED), "filed");
    told_then_filed(&play, id);
    assert_eq!((runs(&play, id, "again"), runs(&play, id, "answer")), (1, 2));
}

/// R-REQ-8: two working days to object, which end at the company's close: 14 February and 10 October are worked.
pub fn objection(rulebook: &str, close: &str) {
    for (assigned, last) in [
        ("2026-02-13 09:30", "2026-02-24"),
        ("2026-02-27 09:30", "2026-03-02"),
        ("2026-09-18 09:30", "2026-09-21"),
        ("2026-09-30 09:30", "2026-10-09"),
        ("2026-10-09 09:30", "2026-10-12"),
    ] {
        let mut play = Play::new(rulebook, assigned);
        let one = play.open(fields(RequestType::Suggestion, "建议一"), &[]);
        let other = play.open(fields(RequestType::Suggestion, "建议二"), &[]);
        for ticket in [one, other] {
            let to = ticket::Owner::Staff(StaffId("department_head".into()));
            play.by("wang", TicketCommand::Assign { ticket, to, why: String::new() }).unwrap();
        }
        let object = |ticket| TicketCommand::Object { ticket, why: "不归我管".into() };
        play.until(&format!("{last} {close}"));
        play.by("department_head", object(one)).unwrap_or_else(|why| panic!("{rulebook} {assigned}: {why}"));
        let review = TicketCommand::Review { ticket: one, upheld: true, to: None, why: "说得对".into() };
        play.by("boss", review).unwrap();
        assert_eq!((play.ticket(one).owner.to_string().as_str(), play.ticket(one).hand_overs), ("wang", 2));
        let after = play.now.plus(60_000);
        play.until(&local(after));
        assert_eq!(
            play.by("department_head", object(other)),
            Err("life.objection_late".into()),
            "{rulebook} {assigned}"
        );
    }
}
