//! The live queue with what it leads to: a figure to its formula, a call to its page, and the numbers the same wherever
//! they stand (R-LIVE-1, R-LIVE-3, R-LIVE-4).

use ringdesk::domain::agent::AgentState;
use ringdesk::domain::figures::{Fact, Filter, Ledger, Measure, half_hour_of};
use ringdesk::domain::oversight::BreakAsked;
use ringdesk::domain::{AgentId, CallId, Event, Role, call};
use ringdesk::tui::layer::Layer;
use ringdesk::tui::model::Pane;
use ringdesk::tui::model::figures::{FigureSpan, Of};

use crate::console_kit::{Kit, LARGE, MIDDLE, NOW, SMALL, ringing};

const MINUTE: i64 = 60_000;

/// Two calls are over, one answered in time and one given up late; 李四 has written up the first for three minutes.
fn desk() -> Kit {
    let mut kit = Kit::new();
    kit.welcome().me.role = Role::Supervisor;
    kit.model.focus = Pane::Live;
    let over = |id: u64, answered: bool| {
        let waiting = ringing(id, "13800000001", "王小明", 8 * MINUTE, "");
        let arrived = waiting.arrived_at;
        let wait = if answered { 5_000 } else { 60_000 };
        call::Call {
            queue: Some("热线".into()),
            limit_ms: 20_000,
            phase: call::Phase::Ended,
            answered_at: answered.then_some(arrived.plus(wait)),
            left_queue_at: Some(arrived.plus(wait)),
            ended_at: Some(arrived.plus(if answered { 5 * MINUTE } else { wait })),
            outcome: if answered { call::Outcome::Answered } else { call::Outcome::Abandoned },
            verdict: Some(if answered { call::Verdict::InTime } else { call::Verdict::Late }),
            ..waiting
        }
    };
    let mut writes = kit.state().agents[&AgentId("1002".into())].clone();
    (writes.state, writes.call, writes.since) = (AgentState::WrapUp, Some(CallId(1)), NOW.plus(-3 * MINUTE));
    let calls = [Event::Call(Box::new(over(1, true))), Event::Call(Box::new(over(2, false)))];
    let mut ledger = Ledger::new(half_hour_of(NOW.plus(-86_400_000)));
    calls.iter().for_each(|event| drop(ledger.take(event)));
    kit.happens(calls.into());
    kit.happens(vec![Event::Agent(Box::new(writes))]);
    *kit.welcome().book = ledger.book().clone();
    kit
}

fn formula(kit: &Kit) -> (Of, Filter, FigureSpan) {
    let Some(Layer::Formula(page)) = kit.model.layers.last() else { panic!("{:?}", kit.model.layers) };
    (page.of, page.filter.clone(), page.span)
}

#[test]
fn each_figure_of_the_live_queue_is_explained_with_one_further_key() {
    let level = Measure::ServiceLevel(Kit::new().welcome().rulebook.service_level.formula);
    let figures = [
        (level, "服务水平"),
        (Measure::AbandonRate, "放弃率"),
        (Measure::AnswerSpeed, "平均接听时间"),
        (Measure::HandlingTime, "平均处理时间"),
        (Measure::Occupancy, "忙碌率"),
    ];
    for (nth, (measure, name)) in figures.into_iter().enumerate() {
        let mut kit = desk();
        kit.keys("f");
        for size in [SMALL, MIDDLE, LARGE] {
            assert!(kit.text(size).contains(name), "{}", kit.text(size));
        }
        kit.keys(&(nth + 1).to_string());
        assert_eq!(formula(&kit), (Of::Measure(measure), Filter::default(), FigureSpan::Today));
        let text = kit.text(MIDDLE);
        assert!(text.contains("分子") && text.contains("分母"), "{text}");
        // Of the chosen call's queue; whoever is free belongs to none.
        let mut kit = desk();
        kit.call(call::Call { queue: Some("报修".into()), ..ringing(3, "13900000003", "", 4_000, "") });
        kit.keys("f").keys(&(nth + 1).to_string());
        let queue = Some("报修".to_owned()).filter(|_| measure != Measure::Occupancy);
        assert_eq!(formula(&kit).1, Filter { queue, ..Filter::default() });
    }
}

#[test]
fn stretches_that_still_run_count_the_same_everywhere() {
    let mut kit = desk();
    for _ in 0..2 {
        let view = kit.model.live_view(0);
        let all = view.all();
        let page = kit.model.figure_counts(FigureSpan::Today, &Filter::default()).unwrap();
        for measure in [Measure::HandlingTime, Measure::Occupancy, Measure::AnswerSpeed, Measure::AbandonRate] {
            assert_eq!(measure.of(&all.today), measure.of(&page), "{measure:?}");
        }
        // What is written up now is wrap-up, of its call's queue, and no hold; to its call's handling it comes when it ends.
        let written = kit.model.now.since(NOW.plus(-3 * MINUTE));
        assert_eq!((page.get(Fact::WrapUpMs), page.get(Fact::CallWrapUpMs)), (written, 0));
        assert_eq!(all.today.get(Fact::HeldMs), 0);
        let queue = view.queues.iter().find(|line| line.queue.as_deref() == Some("热线")).unwrap();
        assert_eq!(queue.today.get(Fact::WrapUpMs), written);
        kit.passes(MINUTE);
    }
    // The page says that no row is behind it yet.
    kit.keys("f 5");
    assert!(kit.text(MIDDLE).contains("仍在进行"), "{}", kit.text(MIDDLE));
    // With the line lost nobody knows what they did since.
    let before = kit.model.running_figures();
    kit.model.lost = Some((kit.model.now, ringdesk::text::Say::new("live.unknown")));
    kit.passes(10 * MINUTE);
    assert_eq!(kit.model.running_figures(), before);
}

#[test]
fn how_many_more_may_be_missed_stands_where_a_rate_is_to_be_kept() {
    let mut kit = desk();
    let sizes = [SMALL, MIDDLE, LARGE];
    assert!(sizes.iter().all(|size| !kit.text(*size).contains("漏")), "no rate to keep");
    // One of two is answered in time: with 20 % to keep, three more may be missed; with 95 % none.
    kit.welcome().rulebook.service_level.target_percent = Some(20);
    for size in sizes {
        assert!(kit.text(size).contains("今天还可漏接 3"), "{}", kit.text(size));
    }
    assert!(kit.text(LARGE).contains("可漏接"), "{}", kit.text(LARGE));
    kit.welcome().rulebook.service_level.target_percent = Some(95);
    for size in sizes {
        assert!(kit.text(size).contains("!!不能再漏"), "{}", kit.text(size));
    }
}

#[test]
fn rows_say_who_asks_for_a_break_and_what_for() {
    let mut kit = desk();
    let mut agent = kit.state().agents[&AgentId("1002".into())].clone();
    agent.break_asked = Some(BreakAsked { at: NOW, reason: "喝水".into() });
    kit.happens(vec![Event::Agent(Box::new(agent))]);
    let rows = kit.rows(LARGE);
    assert!(rows.iter().any(|row| row.contains("李四") && row.contains("申请小休（喝水）")), "{}", rows.join("\n"));
}

#[test]
fn a_row_opens_to_the_page_of_its_call() {
    let mut kit = desk();
    kit.call(ringing(3, "13900000003", "", 4_000, ""));
    kit.keys("enter");
    assert_eq!(kit.model.call_page().map(|page| page.id), Some(CallId(3)));
    kit.keys("esc");
    let rows = kit.model.live_rows();
    let at = rows.iter().position(|row| format!("{row:?}").contains("1002")).unwrap();
    kit.model.live_list.select(at);
    kit.keys("enter");
    assert_eq!(kit.model.call_page().map(|page| page.id), Some(CallId(1)));
}

#[test]
fn words_of_columns_stand_free_of_the_rule() {
    let mut kit = desk();
    for size in [SMALL, MIDDLE, LARGE] {
        let rows = kit.rows(size);
        let head = rows.iter().find(|row| row.contains(" 队列 ") && row.contains("最长等待"));
        let head = head.unwrap_or_else(|| panic!("{}", rows.join("\n")));
        let words = head.split_once("最长等待").unwrap().1.split_once("近30分").unwrap().0;
        assert!(words.trim().is_empty(), "{head}");
    }
}

#[test]
fn the_overview_says_how_long_keys_took() {
    let mut kit = desk();
    kit.keys("g s");
    assert!(!kit.text(MIDDLE).contains("按键到屏"), "no key was timed");
    let day = (NOW.0 + 8 * 3_600_000).div_euclid(86_400_000);
    (1..=100).for_each(|took| kit.model.response.note(day, took));
    for size in [MIDDLE, LARGE] {
        assert!(kit.text(size).contains("99% 在 99 毫秒内（100 次）"), "{}", kit.text(size));
    }
}
