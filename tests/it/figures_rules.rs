//! What records give, rule by rule, and the words of every figure.

use std::collections::BTreeSet;

use ringdesk::domain::calendar::Due;
use ringdesk::domain::figures::{About, Counts, Fact, Figure, Measure, PATIENCE_S, given};
use ringdesk::domain::rulebook::Formula;
use ringdesk::domain::ticket::{Clock, ClockState, Finished, Fired, Mark, Merge};
use ringdesk::domain::*;
use ringdesk::text::Language;

const HALF_HOUR: i64 = 30 * 60_000;
const HOUR: i64 = 2 * HALF_HOUR;

fn all(event: &Event) -> Counts {
    let mut sum = Counts::default();
    given(event).iter().for_each(|(_, counts)| sum.add(counts, 1));
    sum
}

fn span(state: AgentState, since: i64, until: i64) -> Event {
    let agent = AgentId("1001".into());
    Event::Span(Box::new(Span { agent, state, since: Stamp(since), until: Stamp(until), ..Span::default() }))
}

#[test]
fn a_stretch_is_cut_where_half_hours_end() {
    let event = span(AgentState::Break("午饭".into()), HALF_HOUR - 1, 3 * HALF_HOUR + 5);
    let facts: Vec<_> = given(&event)
        .into_iter()
        .map(|(slot, counts)| (slot.half_hour, slot.about, slot.who, slot.detail, counts.get(Fact::BreakMs)))
        .collect();
    let piece = |at, ms| (at, About::Time, "1001".to_owned(), "午饭".to_owned(), ms);
    assert_eq!(facts, [piece(0, 1), piece(1, HALF_HOUR), piece(2, HALF_HOUR), piece(3, 5)]);
    // Up to a border, and before 1970.
    assert_eq!(given(&span(AgentState::Ready, -HALF_HOUR, HALF_HOUR)).len(), 2);
    // A clock that was set makes nobody work for years; and nobody is there who is offline.
    assert_eq!(given(&span(AgentState::Ready, 0, 40 * 24 * HOUR)), []);
    assert_eq!(given(&span(AgentState::Offline, 0, HOUR)), []);
}

#[test]
fn writing_up_a_call_from_the_desk_is_no_part_of_handling_calls() {
    let Event::Span(mut span) = span(AgentState::WrapUp, 0, 5_000) else { panic!() };
    assert_eq!(all(&Event::Span(span.clone())).get(Fact::CallWrapUpMs), 5_000);
    span.outbound = true;
    let counts = all(&Event::Span(span));
    assert_eq!((counts.get(Fact::CallWrapUpMs), counts.get(Fact::WrapUpMs)), (0, 5_000));
}

fn clock(due: i64, state: ClockState) -> Clock {
    let due = Due { at: Stamp(due), provisional: false };
    Clock {
        id: "answer".into(),
        round: 1,
        started_at: Stamp(0),
        allow: None,
        first_due: due,
        due,
        shifts: Vec::new(),
        pauses: Vec::new(),
        marks: vec![Mark { percent: 100, at: due.at, fired: None }],
        state,
    }
}

fn filed(clocks: Vec<Clock>) -> Ticket {
    Ticket { id: TicketId(1), filed_at: Some(Stamp(9 * HOUR)), stage: "filed".into(), clocks, ..Ticket::default() }
}

fn of(ticket: &Ticket) -> Counts {
    all(&Event::Ticket(Box::new(ticket.clone())))
}

#[test]
fn clocks_count_where_they_are_kept_and_where_they_fall_due() {
    // Exactly at its due time is kept.
    let kept = filed(vec![clock(HOUR, ClockState::Stopped(Stamp(HOUR)))]);
    let counts = of(&kept);
    let facts = [Fact::Closed, Fact::ClosedInTime, Fact::ClosedLate, Fact::ClocksKept, Fact::Overdue];
    assert_eq!(facts.map(|fact| counts.get(fact)), [1, 1, 0, 1, 0]);
    assert_eq!(counts.get(Fact::HandlingMs), 9 * HOUR);
    // Later is overdue, when it fell due.
    let late = filed(vec![clock(HOUR, ClockState::Stopped(Stamp(HOUR + 1)))]);
    assert_eq!(facts.map(|fact| of(&late).get(fact)), [1, 0, 1, 0, 1]);
    let (slot, counts) = &given(&Event::Ticket(Box::new(late)))[1];
    assert_eq!((slot.half_hour, counts.get(Fact::Overdue)), (2, 1));
    // What does not apply any more is neither; a ticket without clocks kept them all.
    assert_eq!(
        facts.map(|fact| of(&filed(vec![clock(HOUR, ClockState::Void(Stamp(2 * HOUR)))])).get(fact)),
        [1, 1, 0, 0, 0]
    );
    // Extended: late by the first due time, and by that alone (R-REQ-9).
    let mut extended = clock(HOUR, ClockState::Stopped(Stamp(2 * HOUR)));
    extended.due.at = Stamp(3 * HOUR);
    let counts = of(&filed(vec![extended]));
    let both = [Fact::ClosedInTime, Fact::ClosedInFirstTime, Fact::ClocksKept, Fact::ClocksKeptFirst];
    assert_eq!(both.map(|fact| counts.get(fact)), [1, 0, 1, 0]);
}

#[test]
fn an_open_clock_is_overdue_once_it_has_rung() {
    let mut ticket = Ticket { id: TicketId(1), clocks: vec![clock(HOUR, ClockState::Running)], ..Ticket::default() };
    assert_eq!(of(&ticket).get(Fact::Overdue), 0);
    ticket.clocks[0].marks[0].fired = Some(Fired { at: Stamp(HOUR), late: false });
    assert_eq!(of(&ticket).get(Fact::Overdue), 1);
    ticket.clocks[0].state = ClockState::Paused;
    assert_eq!(of(&ticket).get(Fact::Overdue), 1);
    // More time was given since.
    ticket.clocks[0].due.at = Stamp(2 * HOUR);
    assert_eq!(of(&ticket).get(Fact::Overdue), 0);
}

#[test]
fn a_merged_ticket_was_opened_and_no_more() {
    let mut ticket = filed(vec![clock(HOUR, ClockState::Stopped(Stamp(2 * HOUR)))]);
    ticket.finished.push(Finished { by: StaffId("zhao".into()), at: Stamp(HOUR), ..Finished::default() });
    ticket.merged = Some(Merge::default());
    assert_eq!(of(&ticket), Counts::of([(Fact::Opened, 1)]));
    ticket.rehearsal = true;
    assert_eq!(of(&ticket), Counts::default());
}

#[test]
fn a_hazard_counts_under_its_grade_and_its_department() {
    let mut ticket = filed(Vec::new());
    ticket.fields.kind = RequestType::Hazard;
    ticket.fields.team = "前台".into();
    ticket.card.insert("hazard_grade".into(), "grave".into());
    let place = |ticket: &Ticket| {
        let (slot, _) = given(&Event::Ticket(Box::new(ticket.clone()))).remove(0);
        (slot.who, slot.kind, slot.department, slot.detail)
    };
    ticket.owner = Owner::Staff(StaffId("wang".into()));
    assert_eq!(place(&ticket), ("wang".into(), "hazard".into(), "前台".into(), "grave".into()));
    ticket.card.insert("department".into(), "repair".into());
    assert_eq!(place(&ticket).2, "repair");
    ticket.owner = Owner::Department("service".into());
    ticket.fields.kind = RequestType::Repair;
    // The order in which it was found has registered it: a repair has no grade.
    assert_eq!(place(&ticket), (String::new(), "repair".into(), "service".into(), String::new()));
}

fn line(ends: &[CallbackEnd]) -> Callback {
    let debts =
        ends.iter().map(|end| Debt { due_at: Stamp(HOUR), end: Some((Stamp(HOUR), end.clone())), ..Debt::default() });
    Callback { debts: debts.collect(), ..Callback::default() }
}

#[test]
fn what_settles_a_debt_and_what_only_ends_it() {
    use CallbackEnd as E;
    let closed = E::Closed { by: StaffId::default(), reason: "空号".into() };
    let ends = [E::CalledAgain(CallId(1)), E::Refused(CallId(2)), E::Told, closed, E::Lapsed, E::Joined(CallbackId(2))];
    let counts = all(&Event::Callback(Box::new(line(&ends))));
    let facts = [Fact::Owed, Fact::Settled, Fact::SettledInTime, Fact::ClosedByHand, Fact::Lapsed];
    assert_eq!(facts.map(|fact| counts.get(fact)), [5, 3, 3, 1, 1]);
}

#[test]
fn tries_of_a_joined_line_count_once() {
    let attempt = |reach| Attempt { at: Stamp(5), reach, ..Attempt::default() };
    let attempts = vec![attempt(Some(Reach::Refused)), attempt(Some(Reach::WrongNumber)), attempt(None)];
    let mut joined = Callback { attempts, ..line(&[CallbackEnd::Joined(CallbackId(1))]) };
    let tries = |line: &Callback| {
        let counts = all(&Event::Callback(Box::new(line.clone())));
        (counts.get(Fact::Tries), counts.get(Fact::TriesReached))
    };
    assert_eq!(tries(&joined), (2, 1));
    joined.end = Some(CallbackEnd::Joined(CallbackId(1)));
    assert_eq!(tries(&joined), (0, 0));
    // Put away from a long line, they are nowhere else.
    joined.debts.clear();
    assert_eq!(tries(&joined), (2, 1));
}

#[test]
fn a_sheet_written_again_about_the_same_call_corrects_the_first() {
    let sheet = |call, word: &str| Sheet { call, satisfaction: word.into(), ..Sheet::default() };
    let mut line = line(&[CallbackEnd::Told]);
    line.debts[0].sheets = vec![
        sheet(Some(CallId(1)), "dissatisfied"),
        sheet(Some(CallId(1)), "very"),
        sheet(None, "fair"),
        sheet(None, ""),
    ];
    let counts = all(&Event::Callback(Box::new(line)));
    assert_eq!((counts.get(Fact::Asked), counts.get(Fact::Pleased)), (2, 1));
}

/// STYLE's trap: 100 % with nobody there. Everybody soon gave up, nobody was answered.
#[test]
fn callers_who_gave_up_on_an_empty_desk_are_no_service() {
    let gone = Counts::of([(Fact::Offered, 3), (Fact::Abandoned, 3), (Fact::AbandonedShort, 3)]);
    let figure: Figure = Measure::ServiceLevel(Formula::AbandonedInTimeGood).of(&gone);
    assert_eq!((figure.share.numerator, figure.share.denominator, figure.permille()), (3, 3, None));
    // Where some waited in vain it is what it is: no more than that.
    assert_eq!(Measure::ServiceLevel(Formula::AllOffered).of(&gone).permille(), Some(0));
    let one = Counts::of([(Fact::Answered, 1), (Fact::InTime, 1)]);
    assert_eq!(Measure::ServiceLevel(Formula::AbandonedInTimeGood).of(&one).permille(), Some(1_000));
}

#[test]
fn every_figure_has_its_words_in_every_language() {
    let spans = (0..=PATIENCE_S.len() as u8).flat_map(|span| [Fact::AnsweredAfter(span), Fact::AbandonedAfter(span)]);
    let facts = Fact::ALL.iter().copied().chain(spans).map(Fact::words);
    let measures = Measure::ALL.iter().map(|measure| ringdesk::text::Say::new(&format!("measure.{}", measure.code())));
    let formulae = Measure::ALL.iter().map(|measure| measure.words(15_000));
    let abouts =
        (0..7).filter_map(About::of_number).map(|about| ringdesk::text::Say::new(&format!("about.{}", about.code())));
    for say in facts.chain(measures).chain(formulae).chain(abouts) {
        for language in Language::ALL {
            let words = say.words(language);
            assert!(words != say.key && !words.contains('{') && !words.is_empty(), "{} {words}", say.key);
        }
    }
    // The limit is the rulebook's, to the half-second.
    let words = Measure::ServiceLevel(Formula::AbandonedInTimeGood).words(15_500).words(Language::ZhHans);
    assert!(words.starts_with("(A+Bs)/(N+B)：15.5 秒内接听"), "{words}");
    // One name and one number each, for ever.
    let codes: BTreeSet<&str> = Measure::ALL.iter().map(|measure| measure.code()).collect();
    assert_eq!(codes.len(), Measure::ALL.len());
    let numbers: BTreeSet<u8> = Fact::ALL.iter().map(|fact| fact.number()).collect();
    assert_eq!(numbers.len(), Fact::ALL.len());
    assert!(Fact::ALL.iter().all(|fact| Fact::of_number(fact.number()) == Some(*fact) && fact.number() < 200));
}
