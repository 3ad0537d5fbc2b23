//! Breaks that hang on the service level (R-LIVE-4): when one is refused and with which words, who is asked, and what the
//! page of the next half-hours shows.

use ringdesk::client::{Answer, Heard, Query};
use ringdesk::config::check_rulebook_text;
use ringdesk::domain::call::{Call, Direction, Outcome, Phase, Verdict};
use ringdesk::domain::command::AgentCommand;
use ringdesk::domain::decide::{self, Context};
use ringdesk::domain::figures::{About, Counts, Fact, SLOT_MS, Slot, given, half_hour_of};
use ringdesk::domain::oversight::BreakAsked;
use ringdesk::domain::rulebook::{BreakRule, Formula};
use ringdesk::domain::*;
use ringdesk::text::{Language, Say};
use ringdesk::tui::command::{Effect, Question};
use ringdesk::tui::model::BoardKind;

use crate::console_kit::{Kit, LARGE, MIDDLE, NOW, SMALL, ringing, staff};

fn rules(target: Option<u16>) -> Rulebook {
    let mut rules = Rulebook { break_reasons: vec!["喝水".into(), "用餐".into()], ..Rulebook::default() };
    rules.service_level.target_percent = target;
    rules.service_level.formula = Formula::AllOffered;
    rules.service_level.over_hours = 24;
    rules
}

fn agent(id: &str, staff: &str, state: AgentState) -> Agent {
    let (staff, since) = (Some(StaffId(staff.into())), NOW);
    Agent { id: AgentId(id.into()), phone: id.into(), staff, state, since, ..Agent::default() }
}

/// Wang and Li sit and are ready.
fn two() -> State {
    let mut state = State::new(8 * 3_600_000);
    state.day = state.day_of(NOW);
    state.fold(&Event::Agent(Box::new(agent("1001", "wang", AgentState::Ready))));
    state.fold(&Event::Agent(Box::new(agent("1002", "li", AgentState::Ready))));
    state
}

fn ended(id: u64, wait: i64, answered: bool) -> Call {
    let at = NOW.plus(wait - 600_000);
    Call {
        id: CallId(id),
        uniqueid: format!("e{id}"),
        direction: Direction::Inbound,
        phase: Phase::Ended,
        queue: Some("热线".into()),
        limit_ms: 20_000,
        arrived_at: NOW.plus(-600_000),
        answered_at: answered.then_some(at),
        ended_at: Some(at),
        outcome: if answered { Outcome::Answered } else { Outcome::Abandoned },
        verdict: Some(if answered && wait <= 20_000 { Verdict::InTime } else { Verdict::Late }),
        ..Call::default()
    }
}

fn people() -> Vec<Staff> {
    let boss = Staff { role: Role::Supervisor, ..staff("boss", "班长", "1009") };
    vec![staff("wang", "王", "1001"), staff("li", "李", "1002"), boss]
}

fn ask(state: &State, rules: &Rulebook, who: &str, now: Stamp) -> Result<Vec<Event>, Say> {
    let (staff, actor) = (people(), Actor::Staff(StaffId(who.into())));
    let command = Command::Agent(AgentCommand::Set(AgentState::Break("喝水".into())));
    let context = Context { state, rules, staff: &staff, actor: &actor, now };
    decide::decide(context, &command).map(|decision| decision.events)
}

fn refused(state: &State, rules: &Rulebook, now: Stamp) -> Say {
    let why = ask(state, rules, "wang", now).expect_err("allowed");
    for language in Language::ALL {
        let words = why.words(language);
        assert!(!words.contains(['{', '}']), "{words}");
    }
    why
}

#[test]
fn a_break_is_free_where_nothing_has_to_be_kept() {
    let mut alone = two();
    alone.fold(&Event::Agent(Box::new(agent("1002", "li", AgentState::Training))));
    alone.fold(&Event::Call(Box::new(ringing(1, "138", "", 60_000, ""))));
    assert!(ask(&alone, &rules(None), "wang", NOW).is_ok());
    let always = Rulebook { breaks_allowed: Some(BreakRule::Always), ..rules(Some(95)) };
    assert!(ask(&alone, &always, "wang", NOW).is_ok());
    // And by the rulebook's word also where no share is set: then only the queue and the others count.
    let holds = Rulebook { breaks_allowed: Some(BreakRule::WhileLevelHolds), ..rules(None) };
    assert!(ask(&alone, &holds, "wang", NOW).is_err());
    assert!(ask(&two(), &holds, "wang", NOW).is_ok());
}

#[test]
fn a_call_that_waits_beyond_half_its_limit_keeps_people_in() {
    let mut state = two();
    state.fold(&Event::Call(Box::new(ringing(1, "138", "", 10_000, ""))));
    assert!(ask(&state, &rules(Some(95)), "wang", NOW).is_ok(), "exactly half");
    let why = refused(&state, &rules(Some(95)), NOW.plus(2_000));
    assert_eq!(why.words(Language::ZhHans), "来电已等 12 秒（时限 20 秒），暂不能小休，可申请批准");
    // A call of a queue that Wang is not in does not keep Wang; a rehearsed one nobody.
    let mut elsewhere = state.clone();
    let mut wang = agent("1001", "wang", AgentState::Ready);
    wang.pbx.queues = vec!["投诉".into()];
    elsewhere.fold(&Event::Agent(Box::new(wang)));
    assert!(ask(&elsewhere, &rules(Some(95)), "wang", NOW.plus(2_000)).is_ok());
    let mut played = two();
    played.fold(&Event::Call(Box::new(Call { rehearsal: true, ..ringing(1, "138", "", 60_000, "") })));
    assert!(ask(&played, &rules(Some(95)), "wang", NOW).is_ok());
}

#[test]
fn somebody_stays_ready() {
    let busy = [AgentState::OnCall, AgentState::Break("x".into()), AgentState::Offline, AgentState::WrapUp];
    for other in busy {
        let mut state = two();
        state.fold(&Event::Agent(Box::new(agent("1002", "li", other))));
        assert_eq!(refused(&state, &rules(Some(95)), NOW).key, "staffing.break_nobody");
    }
    // A console without a phone takes no call that comes over a PBX; where there is none it does.
    let mut state = two();
    state.fold(&Event::Agent(Box::new(Agent { phone: String::new(), ..agent("1002", "li", AgentState::Ready) })));
    assert!(ask(&state, &rules(Some(95)), "wang", NOW).is_ok());
    state.fold(&Event::Source(Source { id: SourceId(1), kind: SourceKind::Live, ..Source::default() }));
    assert_eq!(refused(&state, &rules(Some(95)), NOW).key, "staffing.break_nobody");
    // Ready, and of no use to Wang's callers.
    let mut state = two();
    for (id, who, queue) in [("1001", "wang", "热线"), ("1002", "li", "投诉")] {
        let mut agent = agent(id, who, AgentState::Ready);
        agent.pbx.queues = vec![queue.into()];
        state.fold(&Event::Agent(Box::new(agent)));
    }
    assert_eq!(refused(&state, &rules(Some(95)), NOW).key, "staffing.break_nobody");
}

#[test]
fn the_days_level_is_counted_by_the_formula_in_force() {
    let mut state = two();
    (1..=19).for_each(|id| state.fold(&Event::Call(Box::new(ended(id, 5_000, true)))));
    state.fold(&Event::Call(Box::new(ended(20, 40_000, false))));
    assert!(ask(&state, &rules(Some(95)), "wang", NOW).is_ok(), "19 of 20 is 95 %");
    state.fold(&Event::Call(Box::new(ended(21, 40_000, false))));
    let why = refused(&state, &rules(Some(95)), NOW);
    assert_eq!(why.words(Language::ZhHans), "今天服务水平 90.4%（19/21），不到 95%，暂不能小休，可申请批准");
    // A/N does not know the abandoned; and tomorrow is another day.
    let mut answered = rules(Some(95));
    answered.service_level.formula = Formula::Answered;
    assert!(ask(&state, &answered, "wang", NOW).is_ok());
    assert!(ask(&state, &rules(Some(95)), "wang", NOW.plus(86_400_000)).is_ok());
}

#[test]
fn a_supervisor_needs_nobodys_leave_and_who_is_on_a_break_may_change_its_reason() {
    let mut state = two();
    state.fold(&Event::Agent(Box::new(agent("1002", "li", AgentState::OnCall))));
    state.fold(&Event::Agent(Box::new(agent("1009", "boss", AgentState::Ready))));
    let mut alone = state.clone();
    alone.fold(&Event::Agent(Box::new(agent("1001", "wang", AgentState::Offline))));
    assert!(ask(&alone, &rules(Some(95)), "boss", NOW).is_ok());
    state.fold(&Event::Agent(Box::new(agent("1009", "boss", AgentState::Offline))));
    state.fold(&Event::Agent(Box::new(agent("1001", "wang", AgentState::Break("用餐".into())))));
    assert!(ask(&state, &rules(Some(95)), "wang", NOW).is_ok());
}

#[test]
fn a_break_that_is_had_is_no_longer_asked_for() {
    let mut state = two();
    let asked = Some(BreakAsked { at: NOW, reason: "喝水".into() });
    state.fold(&Event::Agent(Box::new(Agent { break_asked: asked, ..agent("1001", "wang", AgentState::Ready) })));
    let events = ask(&state, &rules(Some(95)), "wang", NOW).unwrap();
    let mut agents = events.iter().filter_map(|event| if let Event::Agent(agent) = event { Some(agent) } else { None });
    let last = agents.next_back().unwrap();
    assert_eq!((&last.state, &last.break_asked), (&AgentState::Break("喝水".into()), &None));
}

/// The default follows the target, the file's word goes before it, and anything else is refused with its line.
#[test]
fn the_rulebook_says_what_breaks_hang_on() {
    let read = |lines: &str| {
        let source = format!("inherits = \"base\"\ntitle = \"t\"\n{lines}");
        check_rulebook_text("t.toml", &source, std::path::Path::new(""), Calendar::default())
    };
    let target = "[service_level]\nformula = \"A/(N+B)\"\ntarget_percent = 95\nover_hours = 24\narticle = \"a\"\n";
    let breaks = |allowed: &str| format!("[breaks]\nallowed = \"{allowed}\"\narticle = \"b\"\n");
    assert_eq!(read("").unwrap().break_rule(), BreakRule::Always);
    assert_eq!(read(target).unwrap().break_rule(), BreakRule::WhileLevelHolds);
    let free = read(&format!("{target}{}", breaks("always"))).unwrap();
    assert_eq!((free.break_rule(), free.break_reasons.len()), (BreakRule::Always, 4));
    assert_eq!(read(&breaks("while_level_holds")).unwrap().break_rule(), BreakRule::WhileLevelHolds);
    let faults = read(&breaks("sometimes")).unwrap_err();
    assert!(faults.iter().any(|say| say.words(Language::En).contains("while_level_holds")), "{faults:?}");
    let words = ringdesk::cli::explain_rulebook(&free, None, Language::ZhHans);
    assert!(words.contains("小休不受服务水平限制（b）"), "{words}");
    let strict = ringdesk::cli::explain_rulebook(&read(target).unwrap(), None, Language::ZhHans);
    assert!(strict.contains("否则要班长批准"), "{strict}");
}

/// Refused: the reason with its figures and the key that asks; that key asks with the same reason; the request is seen
/// and taken back.
#[test]
fn a_refused_break_is_asked_for_with_one_key() {
    let mut kit = Kit::new();
    kit.keys("b enter");
    let request = kit.effects.len() as u64;
    assert!(matches!(kit.sent().last(), Some(Command::Agent(AgentCommand::Set(AgentState::Break(_))))));
    let why = Say::new("staffing.break_waiting").with("seconds", 12).with("limit", 20);
    kit.model.hear(Heard::Refused(request, why));
    assert_eq!(kit.notice(), "来电已等 12 秒（时限 20 秒），暂不能小休，可申请批准（shift-F9）");
    for size in [SMALL, MIDDLE, LARGE] {
        assert!(kit.text(size).contains("shift-F9"), "{}", kit.text(size));
    }
    kit.keys("shift-F9");
    let asked = kit.sent().last().copied().cloned();
    let Some(Command::Agent(AgentCommand::AskBreak { reason })) = asked else { panic!("{asked:?}") };
    assert_eq!(reason, "喝水");
    let mut me = kit.state().agents[&AgentId("1001".into())].clone();
    me.break_asked = Some(BreakAsked { at: NOW, reason });
    kit.happens(vec![Event::Agent(Box::new(me))]);
    assert!(kit.text(SMALL).contains("小休待批"), "{}", kit.text(SMALL));
    let before = kit.sent().len();
    kit.keys("shift-F9");
    assert_eq!((kit.sent().len(), kit.notice().as_str()), (before, "已经申请过了，在等班长批"));
    kit.keys("g o");
    assert!(matches!(kit.sent().last(), Some(Command::Agent(AgentCommand::BreakNotNeeded))));
}

/// Without a refusal just before, the key asks for the reason first; and where nothing is asked there is nothing to take
/// back.
#[test]
fn a_break_can_be_asked_for_at_any_time() {
    let mut kit = Kit::new();
    kit.keys("g x");
    assert_eq!(kit.sent().len(), 0);
    kit.keys("down enter");
    assert!(matches!(kit.sent()[0], Command::Agent(AgentCommand::AskBreak { reason }) if reason == "用餐"));
    kit.keys("g o");
    assert_eq!((kit.sent().len(), kit.notice().as_str()), (1, "没有在等批的小休申请"));
}

/// A supervisor's console on the sixth of seven Sundays with the same calls: 12 in each half-hour of the morning.
fn supervisor() -> Kit {
    let mut kit = Kit::new();
    let me = Staff { role: Role::Supervisor, ..kit.welcome().me.clone() };
    kit.welcome().me = me;
    kit.welcome().rulebook = rules(Some(95));
    let mut book = figures::Book::default();
    for id in 0..60 {
        let call = Call {
            queue: Some(if id % 3 == 0 { "投诉" } else { "热线" }.into()),
            ..ended(id, 5_000 + 500 * (id as i64 % 36), id % 20 != 0)
        };
        book.add(&given(&Event::Call(Box::new(call))), 1);
    }
    *kit.welcome().book = book;
    kit
}

/// The weeks before: what a desk answers.
fn weeks(abandoned: i64) -> Vec<(Slot, Counts)> {
    let mut cells = Vec::new();
    for week in 1..=6 {
        for ahead in -4..12 {
            let half_hour = half_hour_of(NOW) + ahead - week * 7 * 48;
            let slot =
                Slot { half_hour, about: About::Calls, queue: "热线".into(), who: "1001".into(), ..Slot::default() };
            let facts = [
                (Fact::Offered, 12),
                (Fact::Answered, 12),
                (Fact::WaitMs, 96_000),
                (Fact::Talked, 12),
                (Fact::TalkMs, 2_160_000),
            ];
            let lost = [(Fact::Abandoned, abandoned), (Fact::AbandonedWaitMs, abandoned * 45_000)];
            cells.push((slot, Counts::of(facts.into_iter().chain(lost))));
        }
    }
    cells
}

#[test]
fn the_page_shows_the_next_half_hours_and_what_may_be_missed() {
    let mut kit = supervisor();
    kit.keys("g p");
    let asked = kit.effects.iter().rev().find_map(|effect| match effect {
        Effect::Ask(Query::Figures { since, until }, Question::Staffing(day)) => Some((*since, *until, *day)),
        _ => None,
    });
    let (since, until, day) = asked.expect("the weeks before are asked for");
    assert_eq!((until - since, day), (55 * 48, (NOW.0 + 8 * 3_600_000).div_euclid(86_400_000)));
    assert_eq!(until, (day - 1) * 48 - 8 * 3_600_000 / SLOT_MS);
    assert!(kit.text(MIDDLE).contains("正在读前八周的话务"), "{}", kit.text(MIDDLE));
    // In two pieces, as it comes.
    hear(&mut kit, weeks(1), day);
    let board = kit.model.board(&BoardKind::Staffing(String::new()));
    assert!(board.title.contains("Erlang A"), "{board:#?}");
    let first = &board.rows[2];
    // 12 on every Sunday before; today's 60 of 48 so far are 1.25 times that, and the two agents are not enough.
    assert_eq!(first.cells[..3], ["10:00", "15.0", "0"]);
    assert!(first.cells[3].starts_with('!') && first.cells[4] == "2" && first.style == "warning", "{board:#?}");
    assert!(board.rows[0].cells[0].starts_with("今天还可漏接") || board.rows[0].cells[0].starts_with("不能再漏"));
    for size in [SMALL, MIDDLE, LARGE] {
        println!("{}\n", kit.text(size));
        let text = kit.text(size);
        assert!(text.contains("需要") && text.contains("10:00"), "{text}");
    }
    assert!(kit.text(MIDDLE).contains("平均处理时间"), "{}", kit.text(MIDDLE));
}

fn hear(kit: &mut Kit, cells: Vec<(Slot, Counts)>, day: i64) {
    let (one, two) = cells.split_at(cells.len() / 2);
    let request = 900;
    kit.model.note_asked(request, Question::Staffing(day));
    for (cells, last) in [(one, false), (two, true)] {
        let answer = Answer::Figures { cells: cells.to_vec(), last };
        kit.model.hear(Heard::Answer(request, Box::new(answer)));
    }
}

#[test]
fn where_the_link_is_lost_nobody_is_counted() {
    let mut kit = supervisor();
    let mut source = kit.state().sources[&SourceId(1)].clone();
    source.link = Link::Down;
    kit.happens(vec![Event::Source(source)]);
    let day = (NOW.0 + 8 * 3_600_000).div_euclid(86_400_000);
    hear(&mut kit, weeks(0), day);
    let board = kit.model.board(&BoardKind::Staffing(String::new()));
    assert!(board.title.contains("Erlang C"));
    assert_eq!(board.rows[2].cells[4..], ["未知", "未知", "未知"], "{board:#?}");
    assert!(!board.rows[2].cells[3].starts_with('!'));
}

#[test]
fn an_operator_has_no_page_of_staffing() {
    let mut kit = Kit::new();
    kit.keys("g p");
    assert!(kit.model.layers.is_empty() && kit.effects.iter().all(|effect| !matches!(effect, Effect::Ask(..))));
    assert!(!kit.notice().is_empty());
}
