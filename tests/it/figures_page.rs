//! The pages of figures: the numbers are those of the records, one key shows where each comes from, and nothing breaks at
//! any size, in any theme, on a terminal with wide ambiguous characters.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ringdesk::client::{Answer, FigureOf, FigureRow, Heard, Query};
use ringdesk::domain::call::{Leg, LegEnd, Outcome, Phase, Verdict};
use ringdesk::domain::figures::{Book, By, Fact, Filter, Ledger, Measure, RecordRef, given, half_hour_of};
use ringdesk::domain::recording::Listen;
use ringdesk::domain::rulebook::Formula;
use ringdesk::domain::*;
use ringdesk::text::Ambiguous;
use ringdesk::tui::canvas::{Canvas, Policy};
use ringdesk::tui::command::{Effect, Question};
use ringdesk::tui::layer::Layer;
use ringdesk::tui::model::figures::{FigureSpan, Side};
use ringdesk::tui::screen;
use ringdesk::tui::theme::Theme;

use crate::console_kit::{Kit, LARGE, MIDDLE, NOW, SMALL};

const MINUTE: i64 = 60_000;
const DAY: i64 = 86_400_000;
const OFFSET: i64 = 8 * 3_600_000;

/// A call that is over, so many minutes before now.
fn call(id: u64, queue: &str, minutes: i64, wait: i64, phone: Option<&str>) -> Call {
    let at = NOW.plus(-minutes * MINUTE);
    let (answered, over) = (phone.is_some(), at.plus(wait));
    let mut call = crate::console_kit::ringing(id, &format!("138000{id:05}"), "", 0, "");
    call.phase = Phase::Ended;
    call.queue = Some(queue.into());
    (call.arrived_at, call.joined_at) = (at, Some(at));
    call.answered_at = answered.then_some(over);
    call.ended_at = Some(if answered { over.plus(2 * MINUTE) } else { over });
    call.answered_by = phone.map(str::to_owned);
    call.agent = phone.map(str::to_owned);
    call.outcome = if answered { Outcome::Answered } else { Outcome::Abandoned };
    call.verdict = Some(match (answered, wait <= 20_000) {
        (true, true) => Verdict::InTime,
        (true, false) => Verdict::Late,
        (false, _) => Verdict::Unanswered,
    });
    call
}

/// Two queues, two agents, some of everything.
fn calls() -> Vec<Call> {
    let mut calls = Vec::new();
    for id in 0..40_u64 {
        let wait = [3_000, 9_000, 19_000, 20_000, 26_000, 41_000, 95_000, 400_000][id as usize % 8];
        let phone = match id % 5 {
            0 => None,
            1 | 2 => Some("1001"),
            _ => Some("1002"),
        };
        let queue = if id % 3 == 0 { "报修" } else { "热线" };
        calls.push(call(id + 1, queue, 5 + id as i64 * 13 % 110, wait, phone));
    }
    calls[7].reconstructed = true;
    let mut full = call(41, "热线", 30, 0, None);
    full.outcome = Outcome::QueueFull;
    calls.push(full);
    calls
}

fn events(calls: &[Call]) -> Vec<Event> {
    calls.iter().map(|call| Event::Call(Box::new(call.clone()))).collect()
}

/// The desk: what it has on record, and how it answers.
struct World {
    events: Vec<Event>,
}

impl World {
    fn kit(&self) -> Kit {
        let mut kit = Kit::new();
        let from = half_hour_of(Stamp((NOW.0 + OFFSET).div_euclid(DAY) * DAY - OFFSET - DAY));
        let mut ledger = Ledger::new(from);
        self.events.iter().for_each(|event| drop(ledger.take(event)));
        *kit.welcome().book = ledger.book().clone();
        kit
    }

    fn answer(&self, query: &Query) -> Answer {
        match query {
            Query::Figures { since, until } => {
                let mut book = Book::default();
                self.events.iter().for_each(|event| book.add(&given(event), 1));
                let within = |half_hour: i64| half_hour >= *since && half_hour < *until;
                let cells = book.cells.into_iter().filter(|(slot, _)| within(slot.half_hour)).collect();
                Answer::Figures { cells, last: true }
            }
            Query::FigureRows { since, until, filter, facts, limit } => {
                let mut rows = Vec::new();
                for event in &self.events {
                    let mut counts = ringdesk::domain::figures::Counts::default();
                    let there = |slot: &ringdesk::domain::figures::Slot| {
                        slot.half_hour >= *since && slot.half_hour < *until && filter.takes(slot)
                    };
                    let cells = given(event).into_iter().filter(|(slot, _)| there(slot));
                    cells.for_each(|(_, some)| counts.add(&some, 1));
                    let gives = |number: &u8| counts.get(Fact::of_number(*number).unwrap()) != 0;
                    if let (Event::Call(call), true) = (event, facts.iter().any(gives)) {
                        rows.push(FigureRow { row: FigureOf::Call(call.clone()), counts });
                    }
                }
                let of = rows.len() as u64;
                rows.truncate(*limit as usize);
                Answer::FigureRows { rows, of }
            }
            Query::Spans { since, until } => {
                let spans = self.events.iter().filter_map(|event| match event {
                    Event::Span(span) if span.since >= *since && span.since < *until => Some((**span).clone()),
                    _ => None,
                });
                Answer::Spans(spans.collect())
            }
            Query::Call(id) => {
                let call = self.events.iter().find_map(|event| match event {
                    Event::Call(call) if call.id == *id => Some(call.clone()),
                    _ => None,
                });
                Answer::Call(call, None)
            }
            Query::CheckSheets(_) => Answer::CheckSheets(Vec::new()),
            other => panic!("{other:?}"),
        }
    }

    /// Answers everything that was asked.
    fn answers(&self, kit: &mut Kit) -> usize {
        let asked = asked(kit);
        for (request, query, _) in &asked {
            let effects = kit.model.hear(Heard::Answer(*request, Box::new(self.answer(query))));
            kit.effects.extend(effects);
        }
        asked.len()
    }
}

/// Takes what was asked, as gone out over the line.
fn asked(kit: &mut Kit) -> Vec<(u64, Query, Question)> {
    let mut asked = Vec::new();
    for effect in std::mem::take(&mut kit.effects) {
        if let Effect::Ask(query, question) = effect {
            let request = 1_000 + u64::try_from(kit.model.questions_asked()).unwrap() + asked.len() as u64;
            kit.model.note_asked(request, question.clone());
            asked.push((request, query, question));
        }
    }
    asked
}

fn page(kit: &Kit) -> &ringdesk::tui::model::FormulaPage {
    match kit.model.layers.last() {
        Some(Layer::Formula(page)) => page,
        other => panic!("{other:?}"),
    }
}

fn ids(kit: &Kit) -> Vec<u64> {
    let rows = page(kit).rows_in_sight();
    let id = |row: &&FigureRow| match &row.row {
        FigureOf::Call(call) => call.id.0,
        other => panic!("{other:?}"),
    };
    let mut ids: Vec<u64> = rows.iter().map(id).collect();
    ids.sort_unstable();
    ids
}

fn of(calls: &[Call], wanted: impl Fn(&Call) -> bool) -> Vec<u64> {
    calls.iter().filter(|call| wanted(call)).map(|call| call.id.0).collect()
}

#[test]
fn the_numbers_are_those_of_the_records() {
    let calls = calls();
    let world = World { events: events(&calls) };
    let mut kit = world.kit();
    kit.keys("g s");
    let count = |wanted: &dyn Fn(&&Call) -> bool| calls.iter().filter(wanted).count() as i64;
    let n = count(&|call| call.answered_at.is_some());
    let b = count(&|call| call.outcome == Outcome::Abandoned);
    let a = count(&|call| call.verdict == Some(Verdict::InTime));
    let short = count(&|call| call.outcome == Outcome::Abandoned && call.wait_ms().unwrap() <= 20_000);
    let level = (a + short) * 1_000 / (n + b);
    for size in [SMALL, MIDDLE, LARGE] {
        let text = kit.text(size);
        assert!(text.contains(&format!("{}.{}%  {} / {}", level / 10, level % 10, a + short, n + b)), "{text}");
        assert!(text.contains(&format!("{n} / {}", calls.len())), "answered of offered\n{text}");
        assert!(text.contains("(A+Bs)/(N+B)"), "the formula is named\n{text}");
        assert!(text.contains("含补录 1 通"), "{text}");
    }
    // By queue: each row is the sum of its own calls, and together they are all.
    kit.keys("b");
    let table = kit.model.figure_table(FigureSpan::Today, By::Queue, &Filter::default()).unwrap();
    let offered: Vec<i64> = table.values().map(|counts| counts.get(Fact::Offered)).collect();
    let own = |queue: &str| count(&|call| call.queue.as_deref() == Some(queue));
    assert_eq!(offered, [own("报修"), own("热线")]);
    let text = kit.text(MIDDLE);
    assert!(text.contains("报修") && text.contains("热线"), "{text}");
    // Enter keeps one of them.
    kit.keys("down enter");
    let text = kit.text(MIDDLE);
    assert!(text.contains("只看 热线") && text.contains(&format!("/ {}", own("热线"))), "{text}");
    kit.keys("x");
    assert!(!kit.text(MIDDLE).contains("只看"));
}

#[test]
fn a_figure_opens_to_exactly_what_it_is_made_of() {
    let calls = calls();
    let world = World { events: events(&calls) };
    let in_time = |call: &Call| call.verdict == Some(Verdict::InTime);
    let answered = |call: &Call| call.answered_at.is_some();
    let gone = |call: &Call| call.outcome == Outcome::Abandoned;
    let early = |call: &Call| gone(call) && call.wait_ms().unwrap() <= call.limit_ms;
    let full = |call: &Call| call.outcome == Outcome::QueueFull;
    type Takes<'a> = &'a dyn Fn(&Call) -> bool;
    let cases: [(Formula, Takes<'_>, Takes<'_>, Takes<'_>); 4] = [
        (Formula::Answered, &in_time, &answered, &|call| gone(call) || full(call)),
        (
            Formula::AbandonedInTimeGood,
            &|call| in_time(call) || early(call),
            &|call| answered(call) || gone(call),
            &full,
        ),
        (Formula::AllOffered, &in_time, &|call| answered(call) || gone(call), &full),
        (Formula::AbandonedInTimeOut, &in_time, &|call| answered(call) || gone(call) && !early(call), &|call| {
            early(call) || full(call)
        }),
    ];
    for (formula, above, below, out) in cases {
        let mut kit = world.kit();
        let outcome = kit.model.open_formula(Measure::ServiceLevel(formula), Filter::default(), FigureSpan::Today);
        let effects = kit.model.carry_out(outcome);
        kit.effects.extend(effects);
        for (side, wanted) in [(Side::Above, above), (Side::Below, below), (Side::Out, out)] {
            assert!(page(&kit).rows_in_sight().is_empty(), "nothing of another part");
            assert_eq!(world.answers(&mut kit), 1);
            assert_eq!(page(&kit).side, side);
            assert_eq!(ids(&kit), of(&calls, wanted), "{formula:?} {side:?}");
            let counted = page(&kit).heard().unwrap();
            assert_eq!(counted as usize, ids(&kit).len());
            let text = kit.text(MIDDLE);
            assert!(text.contains("分子") && text.contains("分母") && text.contains("不计入"), "{text}");
            kit.keys("tab");
        }
        // The number on the page is the one of its parts.
        let share = Measure::ServiceLevel(formula)
            .of(&kit.model.figure_counts(FigureSpan::Today, &Filter::default()).unwrap())
            .share;
        assert_eq!(share.numerator as usize, of(&calls, above).len());
        assert_eq!(share.denominator as usize, of(&calls, below).len());
    }
}

#[test]
fn another_formula_changes_the_view_and_no_fact() {
    let calls = calls();
    let world = World { events: events(&calls) };
    let mut kit = world.kit();
    kit.keys("g s f");
    world.answers(&mut kit);
    let before = kit.welcome().book.clone();
    let text = kit.text(SMALL);
    assert!(text.contains("[*] (A+Bs)/(N+B)") && text.contains("现行"), "{text}");
    for sign in ["A/N ", "A/(N+B) ", "A/(N+B-Bs)"] {
        assert!(text.contains(&format!("[ ] {sign}")), "{sign}\n{text}");
    }
    kit.keys("c 1");
    assert_eq!(kit.model.formula(), Formula::Answered);
    assert_eq!(kit.welcome().book, before, "no fact changes");
    assert!(kit.sent().is_empty(), "and nothing is told to the desk");
    let text = kit.text(SMALL);
    assert!(text.contains("[*] A/N") && text.contains("[ ] (A+Bs)/(N+B)") && text.contains("现行"), "{text}");
    assert!(page(&kit).rows_in_sight().is_empty(), "rows of the other formula are gone");
    world.answers(&mut kit);
    assert_eq!(ids(&kit), of(&calls, |call| call.verdict == Some(Verdict::InTime)));
    kit.keys("esc");
    assert!(kit.text(SMALL).contains("不是规则书的"), "{}", kit.text(SMALL));
}

#[test]
fn rows_open_to_their_call_and_its_ticket() {
    let mut calls = calls();
    calls[1].tickets = vec![TicketId(14)];
    calls[1].legs = vec![Leg {
        phone: "1001".into(),
        offered_at: calls[1].arrived_at,
        ringing_at: Some(calls[1].arrived_at),
        answered_at: calls[1].answered_at,
        end: Some(LegEnd::Answered),
        ..Leg::default()
    }];
    let world = World { events: events(&calls) };
    let mut kit = world.kit();
    crate::console_tickets::happens(&mut kit, [crate::console_tickets::ticket(14, "漏水", 60)]);
    kit.keys("g s f");
    world.answers(&mut kit);
    let at = page(&kit)
        .rows_in_sight()
        .iter()
        .position(|row| matches!(&row.row, FigureOf::Call(call) if call.id == CallId(2)));
    for _ in 0..at.unwrap() {
        kit.keys("down");
    }
    kit.keys("enter");
    // Its sheets are asked for first, then the call with its recording.
    let (request, query, _) = asked(&mut kit).pop().unwrap();
    assert_eq!(query, Query::Call(CallId(2)));
    let recording = Recording {
        call: CallId(2),
        path: "/var/spool/2.wav".into(),
        made_at: NOW,
        listens: vec![Listen { at: NOW, by: StaffId("8002".into()), reason: "复核".into() }],
        ..Recording::default()
    };
    let answer = Answer::Call(Some(Box::new(calls[1].clone())), Some(Box::new(recording)));
    kit.model.hear(Heard::Answer(request, Box::new(answer)));
    let text = kit.text(LARGE);
    for part in
        ["13800000002", "限时内", "0:09", "时限 0:20", "派给 1 次", "1001", "/var/spool/2.wav", "李四", "复核", "漏水"]
    {
        assert!(text.contains(part), "{part}\n{text}");
    }
    kit.keys("enter");
    assert!(kit.text(MIDDLE).contains(&format!("工单 {}", TicketId(14).spoken())), "{}", kit.text(MIDDLE));
    kit.keys("esc esc esc esc");
    assert!(kit.model.layers.is_empty());
}

#[test]
fn nothing_to_count_is_a_dash_and_never_a_hundred() {
    let mut kit = Kit::new();
    kit.keys("g s");
    for keys in ["1", "2", "3", "4", "6", "7"] {
        kit.keys(keys);
        for size in [SMALL, MIDDLE, LARGE] {
            let text = kit.text(size);
            assert!(!text.contains("100.0%"), "{keys}\n{text}");
            assert!(keys == "6" || text.contains('–'), "{keys}\n{text}");
        }
    }
    kit.keys("1 f");
    assert!(kit.text(SMALL).contains("–  =  0 / 0"), "{}", kit.text(SMALL));
}

#[test]
fn a_change_is_in_the_next_frame() {
    let calls = calls();
    let world = World { events: events(&calls) };
    let mut kit = world.kit();
    kit.keys("g s");
    let offered =
        |kit: &Kit| kit.model.figure_counts(FigureSpan::Today, &Filter::default()).unwrap().get(Fact::Offered);
    let before = offered(&kit);
    kit.text(SMALL);
    let more = Event::Call(Box::new(call(99, "热线", 1, 1_000, Some("1001"))));
    kit.welcome().book.add(&given(&more), 1);
    kit.model.hear(Heard::Counted);
    assert_eq!(offered(&kit), before + 1);
    assert!(kit.text(SMALL).contains(&format!("/ {}", before + 1)), "{}", kit.text(SMALL));
    // The rows behind a figure that is open are asked for again, once.
    kit.keys("f");
    world.answers(&mut kit);
    let effects = kit.model.hear(Heard::Counted);
    assert!(matches!(effects.as_slice(), [Effect::Ask(Query::FigureRows { .. }, _)]), "{effects:?}");
    assert!(kit.model.hear(Heard::Counted).is_empty(), "not while an answer is on its way");
}

#[test]
fn an_answer_is_for_the_span_it_was_asked_for() {
    let month_ago = 30 * 24 * 60;
    let mut calls = calls();
    calls.push(call(60, "热线", month_ago, 1_000, Some("1001")));
    calls.push(call(61, "热线", 5 * 24 * 60, 1_000, Some("1001")));
    calls.push(call(62, "热线", 5 * 24 * 60, 1_000, None));
    let world = World { events: events(&calls) };
    let mut kit = world.kit();
    // Last month is asked for, and before the answer is there this month.
    kit.keys("g s d 6");
    let former = asked(&mut kit);
    assert!(kit.text(SMALL).contains("正在取数"), "{}", kit.text(SMALL));
    kit.keys("d 5");
    let new = asked(&mut kit);
    assert_eq!((former.len(), new.len()), (1, 1));
    let hear = |kit: &mut Kit, (request, query, _): &(u64, Query, Question)| {
        kit.model.hear(Heard::Answer(*request, Box::new(world.answer(query))));
    };
    hear(&mut kit, &former[0]);
    assert!(kit.text(SMALL).contains("正在取数"), "the former answer is not taken");
    // In two pieces.
    let Answer::Figures { cells, .. } = world.answer(&new[0].1) else { panic!() };
    kit.model.hear(Heard::Answer(new[0].0, Box::new(Answer::Figures { cells: cells[..1].to_vec(), last: false })));
    assert!(kit.text(SMALL).contains("正在取数"), "half of it is no answer");
    kit.model.hear(Heard::Answer(new[0].0, Box::new(Answer::Figures { cells: cells[1..].to_vec(), last: true })));
    let counts = kit.model.figure_counts(FigureSpan::ThisMonth, &Filter::default()).unwrap();
    assert_eq!(counts.get(Fact::Offered), 41 + 2, "today from the desk's own sums, the rest from the answer");
    assert!(!kit.text(SMALL).contains("正在取数"));
    // Two dates typed: the same answer serves them, nothing is asked.
    kit.keys("d 7").types("11-17 11-17").keys("enter");
    world.answers(&mut kit);
    let (first, last) = (NOW.0 + OFFSET - 5 * DAY, NOW.0 + OFFSET - 5 * DAY);
    let span = FigureSpan::Days(first.div_euclid(DAY), last.div_euclid(DAY));
    assert_eq!(kit.model.figure_counts(span, &Filter::default()).unwrap().get(Fact::Offered), 2);
    assert!(kit.text(SMALL).contains("11-17"), "{}", kit.text(SMALL));
    kit.keys("d 7").types("11-17 11-16").keys("enter");
    assert!(kit.notice().contains("11-17 11-16"), "{}", kit.notice());
}

/// The agents' day: two stretches that are over, one that runs.
fn day_of_agents() -> World {
    let stretch = |agent: &str, state: AgentState, from: i64, to: i64| {
        Event::Span(Box::new(Span {
            agent: AgentId(agent.into()),
            state,
            since: NOW.plus(-from * MINUTE),
            until: NOW.plus(-to * MINUTE),
            ..Span::default()
        }))
    };
    let mut events = events(&calls());
    events.extend([
        stretch("1001", AgentState::Ready, 120, 90),
        stretch("1001", AgentState::Ringing, 90, 80),
        stretch("1001", AgentState::OnCall, 80, 50),
        stretch("1001", AgentState::WrapUp, 50, 40),
        stretch("1001", AgentState::Break("用餐".into()), 40, 0),
        stretch("1002", AgentState::Training, 60, 0),
    ]);
    World { events }
}

#[test]
fn states_are_told_apart_without_colour() {
    let world = day_of_agents();
    let mut kit = world.kit();
    kit.model.theme = Theme::load("mono", &[]).0;
    kit.keys("g s 5");
    world.answers(&mut kit);
    kit.passes(10 * MINUTE);
    for size in [SMALL, MIDDLE, LARGE] {
        let rows = kit.rows(size);
        let row = rows.iter().find(|row| row.contains("张三") && row.contains('#')).expect("a strip");
        for sign in ['.', 'r', '#', 'w', 'b'] {
            assert!(row.contains(sign), "{sign} {row}");
        }
        let legend = rows.iter().find(|row| row.contains("每格")).unwrap();
        for word in ["空闲", "通话", "话后", "小休", "培训"] {
            assert!(legend.contains(word), "{legend}");
        }
        assert!(rows.iter().any(|row| row.contains("李四") && row.contains('t')), "{}", rows.join("\n"));
    }
    // The stretch that runs is there up to now, though no record has it.
    let view = kit.model.figures_view().unwrap().clone();
    let strip = kit.model.strip(&view).unwrap();
    let ready: i64 = strip.rows.iter().map(|row| row.totals[AgentState::Ready.kind()]).sum();
    assert_eq!(ready, 30 * MINUTE + 2 * 10 * MINUTE);
    // One that ends meanwhile stands in the strip at once.
    let over = Span {
        agent: AgentId("1002".into()),
        state: AgentState::Hold,
        since: NOW.plus(-90 * MINUTE),
        until: NOW.plus(-60 * MINUTE),
        ..Span::default()
    };
    kit.happens(vec![Event::Span(Box::new(over))]);
    let row = kit.rows(MIDDLE).into_iter().find(|row| row.contains("李四")).unwrap();
    assert!(row.contains("hhh"), "{row}");
}

#[test]
fn every_look_is_drawn_at_every_size_and_its_borders_are_straight() {
    let world = day_of_agents();
    let mut kit = world.kit();
    let policies = [Policy::default(), Policy::new(Ambiguous::Narrow, true), Policy::new(Ambiguous::Wide, true)];
    kit.keys("g s");
    for keys in ["1", "b", "2", "3", "4", "5", "6", "7", "1", "f"] {
        kit.keys(keys);
        world.answers(&mut kit);
        for theme in ["night", "mono"] {
            kit.model.theme = Theme::load(theme, &[]).0;
            for size in [(60, 16), (61, 17), SMALL, (100, 30), MIDDLE, LARGE] {
                for policy in policies {
                    straight(&kit, size, policy, keys);
                }
            }
        }
    }
}

/// Left and right of the page there is nothing but its border, from its first row to its last.
fn straight(kit: &Kit, size: (u16, u16), policy: Policy, keys: &str) {
    let mut buffer = Buffer::empty(Rect::new(0, 0, size.0, size.1));
    let area = Canvas::new(&mut buffer, policy).area();
    screen::draw(&kit.model, &mut Canvas::new(&mut buffer, policy));
    if area.width < 60 {
        return;
    }
    let (side, corner) = if policy.ascii_borders { ("|", "+") } else { ("│", "┌") };
    let right = area.right() - 1;
    let top = (0..size.1).find(|y| buffer[(0, *y)].symbol() == corner).expect("a page");
    for y in top + 1..size.1 - 3 {
        for x in [0, right] {
            let symbol = buffer[(x, y)].symbol();
            assert_eq!(symbol, side, "{keys} {size:?} {policy:?} at {x},{y}");
        }
    }
}

#[test]
fn blocks_are_drawn_only_where_they_are_one_column() {
    let world = World { events: events(&calls()) };
    let mut kit = world.kit();
    kit.keys("g s 2");
    let has_blocks = |kit: &Kit, policy: Policy| {
        let mut buffer = Buffer::empty(Rect::new(0, 0, 120, 40));
        screen::draw(&kit.model, &mut Canvas::new(&mut buffer, policy));
        let symbols: String = buffer.content.iter().map(|cell| cell.symbol()).collect();
        symbols.chars().any(|char| ('\u{2580}'..='\u{259F}').contains(&char))
    };
    assert!(has_blocks(&kit, Policy::default()));
    assert!(!has_blocks(&kit, Policy::new(Ambiguous::Wide, true)));
    assert!(!has_blocks(&kit, Policy::new(Ambiguous::Narrow, true)));
}

#[test]
fn patience_is_counted_of_those_who_still_waited() {
    let calls = calls();
    let world = World { events: events(&calls) };
    let mut kit = world.kit();
    kit.keys("g s 4");
    let view = kit.model.figures_view().unwrap().clone();
    let waits = kit.model.waits(&view).unwrap();
    let waited = |call: &&Call| call.outcome != Outcome::QueueFull;
    for (span, wait) in waits.iter().enumerate() {
        let from = span.checked_sub(1).map_or(0, |before| ringdesk::domain::figures::PATIENCE_S[before] * 1_000);
        let still = calls.iter().filter(waited).filter(|call| call.wait_ms().unwrap() >= from).count() as i64;
        assert_eq!(wait.waiting, still, "{span}");
    }
    let gave_up: i64 = waits.iter().map(|wait| wait.abandoned).sum();
    assert_eq!(gave_up as usize, of(&calls, |call| call.outcome == Outcome::Abandoned).len());
    // A row opens to those who gave up in it.
    let span = waits.iter().position(|wait| wait.abandoned > 0).unwrap();
    for _ in 0..=span {
        kit.keys("down");
    }
    kit.keys("f");
    world.answers(&mut kit);
    assert_eq!(ids(&kit).len() as i64, waits[span].abandoned);
}

#[test]
fn a_figure_of_a_chosen_cell_is_of_that_cell() {
    let calls = calls();
    let world = World { events: events(&calls) };
    let mut kit = world.kit();
    // By agent, the chosen column: only the calls of that agent are behind it.
    kit.keys("g s b b right f");
    world.answers(&mut kit);
    let first = kit.model.figure_table(FigureSpan::Today, By::Agent, &Filter::default()).unwrap();
    assert!(first.len() == 3, "nobody, and two agents");
    assert_eq!(ids(&kit), of(&calls, |_| false), "nobody answered none of them");
    kit.keys("esc down f tab");
    world.answers(&mut kit);
    assert_eq!(ids(&kit), of(&calls, |call| call.answered_by.as_deref() == Some("1001")));
    // A half-hour of today.
    kit.keys("esc 2 f tab");
    world.answers(&mut kit);
    let slot = page(&kit).span;
    let FigureSpan::Slots(day, first, last) = slot else { panic!("{slot:?}") };
    assert_eq!((day, first), (kit.model.today(), last));
    let begin = day * DAY - OFFSET + first * 30 * MINUTE;
    let within = |call: &Call| call.arrived_at.0 >= begin && call.arrived_at.0 < begin + 30 * MINUTE;
    assert!(!ids(&kit).is_empty());
    assert_eq!(ids(&kit), of(&calls, within));
    assert_eq!(RecordRef::of(&world.events[0]), Some(RecordRef::Call(CallId(1))));
}

#[test]
fn stretches_lines_and_steps_open_to_their_pages() {
    let mut kit = Kit::new();
    let line =
        crate::due_kit::line(7, "13800001234", "王强", vec![crate::due_kit::debt(1, CallbackReason::Asked, 5, None)]);
    let span = Span {
        agent: AgentId("1001".into()),
        state: AgentState::Break("用餐".into()),
        since: NOW.plus(-20 * MINUTE),
        until: NOW.plus(-5 * MINUTE),
        ..Span::default()
    };
    let step = Intervention {
        id: InterventionId(3),
        at: NOW,
        by: StaffId("8002".into()),
        step: ringdesk::domain::oversight::Step::Announce,
        agent: Some(AgentId("1001".into())),
        call: None,
        reason: "下午停气".into(),
        told: false,
        source: None,
        channel: String::new(),
        ended_at: Some(NOW),
        rehearsal: false,
        ending: ringdesk::domain::oversight::Ending::Over,
    };
    let outcome = kit.model.open_formula(Measure::Occupancy, Filter::default(), FigureSpan::Today);
    let effects = kit.model.carry_out(outcome);
    kit.effects.extend(effects);
    let (request, ..) = asked(&mut kit).pop().unwrap();
    let counts = ringdesk::domain::figures::Counts::of([(Fact::OnCallMs, 60_000)]);
    let rows =
        [FigureOf::Span(Box::new(span)), FigureOf::Callback(Box::new(line)), FigureOf::Intervention(Box::new(step))];
    let rows = rows.map(|row| FigureRow { row, counts: counts.clone() }).to_vec();
    kit.model.hear(Heard::Answer(request, Box::new(Answer::FigureRows { rows, of: 3 })));
    let text = kit.text(MIDDLE);
    assert!(text.contains("15:00") && text.contains("王强") && text.contains("下午停气"), "{text}");
    kit.keys("enter");
    let text = kit.text(MIDDLE);
    assert!(text.contains("坐席时段") && text.contains("用餐") && text.contains("09:55:00"), "{text}");
    kit.keys("esc down enter");
    assert!(kit.text(MIDDLE).contains("13800001234 王强"), "{}", kit.text(MIDDLE));
    kit.keys("esc down enter");
    let text = kit.text(MIDDLE);
    assert!(text.contains("班长介入") && text.contains("李四") && text.contains("下午停气"), "{text}");
}

#[test]
fn with_the_line_lost_the_figures_say_so() {
    let world = World { events: events(&calls()) };
    let mut kit = world.kit();
    kit.keys("g s");
    assert!(!kit.text(SMALL).contains("未知"));
    kit.model.line_lost(ringdesk::text::Say::new("desk.lost"));
    assert!(kit.text(SMALL).contains("未知：10:00 起断线"), "{}", kit.text(SMALL));
    // Nothing is asked over a line that is not there.
    kit.keys("d 6");
    assert!(asked(&mut kit).is_empty());
}

#[test]
fn a_column_is_as_high_as_its_number() {
    use ringdesk::tui::pane::chart::{eighths_of, glyph};
    assert_eq!((eighths_of(0, 9, 4), eighths_of(9, 9, 4), eighths_of(99, 9, 4)), (0, 32, 32));
    assert_eq!(eighths_of(1, 1_000, 4), 1, "what is there at all shows");
    let heights: Vec<i64> = (0..=50).map(|value| eighths_of(value, 50, 7)).collect();
    assert!(heights.is_sorted());
    let ascii = Policy::new(Ambiguous::Wide, true);
    for eighths in 0..=8 {
        assert!(glyph(ascii, eighths).is_ascii());
        assert_eq!(glyph(Policy::default(), eighths).chars().count(), 1);
    }
}

#[test]
fn what_stands_still_is_summed_once_and_is_right_after_a_new_answer() {
    let days_ago = |days: i64| days * 24 * 60;
    let before = vec![call(1, "热线", days_ago(9), 1_000, Some("1001")), call(2, "热线", 5, 1_000, Some("1001"))];
    let mut kit = World { events: events(&before) }.kit();
    kit.keys("g s d 5");
    World { events: events(&before) }.answers(&mut kit);
    let offered =
        |kit: &Kit| kit.model.figure_counts(FigureSpan::ThisMonth, &Filter::default()).unwrap().get(Fact::Offered);
    assert_eq!((offered(&kit), offered(&kit)), (2, 2));
    // History was brought in meanwhile: choosing the span again asks again.
    let mut after = before;
    after.push(call(3, "热线", days_ago(8), 1_000, None));
    kit.keys("d 5");
    assert!(kit.text(SMALL).contains("正在取数"));
    World { events: events(&after) }.answers(&mut kit);
    assert_eq!(offered(&kit), 3);
}
