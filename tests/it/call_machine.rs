//! The call machine: single rules, and what must hold for any order of any recording.

use std::collections::BTreeMap;

use proptest::prelude::*;
use ringdesk::domain::call::record::{Party, Side, Verdict};
use ringdesk::domain::call::{
    Call, ChannelFacts, HangupCause, LegEnd, Offer, Origin, Outcome, Phase, Presentation, SeenCaller, SeenChannel,
    Signal, Snapshot, Turn,
};
use ringdesk::domain::Stamp;

use crate::recorded::{Desk, desk, signals};

const CALLER: &str = "1.1";
const LEG: &str = "1.2";

fn caller() -> ChannelFacts {
    ChannelFacts {
        uniqueid: CALLER.into(),
        linkedid: CALLER.into(),
        channel: "PJSIP/trunk-00000000".into(),
        phone: "trunk".into(),
        origin: Origin::Outside,
        exten: "95001".into(),
        party: Party { number: "13812345678".into(), name: "A".into(), withheld: false },
        ..ChannelFacts::default()
    }
}

fn leg() -> ChannelFacts {
    ChannelFacts {
        uniqueid: LEG.into(),
        linkedid: CALLER.into(),
        channel: "PJSIP/1001-00000001".into(),
        phone: "1001".into(),
        origin: Origin::Rung,
        ..ChannelFacts::default()
    }
}

fn offer() -> Offer {
    Offer { leg: leg(), queue: Some("hotline".into()), interface: "PJSIP/1001".into(), agent: "B".into() }
}

fn joined() -> Signal {
    Signal::QueueJoined { caller: caller(), queue: "hotline".into(), position: Some(1) }
}

fn answered() -> Signal {
    Signal::Answered { caller: caller(), offer: offer() }
}

fn hungup() -> Signal {
    Signal::Hungup { channel: caller(), cause: HangupCause::Normal }
}

fn play(signals: &[(i64, Signal)]) -> Desk {
    let mut desk = Desk::default();
    let signals: Vec<(Stamp, Signal)> = signals.iter().map(|(at, signal)| (Stamp(*at), signal.clone())).collect();
    desk.take(&signals);
    desk
}

fn one(desk: &Desk) -> Call {
    let calls = desk.calls();
    assert_eq!(calls.len(), 1);
    calls[0].clone()
}

#[test]
fn a_wait_of_exactly_the_limit_is_in_time() {
    for (answer_at, verdict) in [(20_000, Verdict::InTime), (20_001, Verdict::Late)] {
        let desk = play(&[(0, Signal::ChannelNew(caller())), (500, joined()), (500 + answer_at, answered())]);
        assert_eq!(one(&desk).verdict, Some(verdict), "{answer_at}");
    }
}

#[test]
fn phases_follow_the_facts() {
    let steps = [
        (0, Signal::ChannelNew(caller()), Phase::Arrived),
        (1, joined(), Phase::Waiting),
        (2, Signal::Offered { caller: caller(), offer: offer() }, Phase::Offered),
        (3, Signal::Dialling { from: Some(caller()), to: ringing() }, Phase::Ringing),
        (4, answered(), Phase::Talking),
        (5, Signal::Held(leg()), Phase::Held),
        (6, Signal::Unheld(leg()), Phase::Talking),
        (7, Signal::TransferredBlind { by: LEG.into(), caller: None, to: "1009".into() }, Phase::Transferred),
        (8, hungup(), Phase::Ended),
    ];
    let mut desk = Desk::default();
    for (at, signal, phase) in steps {
        desk.take(&[(Stamp(at), signal)]);
        assert_eq!(one(&desk).phase, phase);
    }
    let call = one(&desk);
    assert_eq!((call.outcome, call.held_ms, call.transferred_to.as_deref()), (Outcome::Transferred, 1, Some("1009")));
    assert_eq!(call.answered_by.as_deref(), Some("1001"));
}

fn ringing() -> ChannelFacts {
    ChannelFacts { state: ringdesk::domain::call::ChannelState::Ringing, ..leg() }
}

#[test]
fn a_late_answer_does_not_reopen_a_call() {
    let mut desk = play(&[(0, Signal::ChannelNew(caller())), (1, joined()), (9, Signal::HangupAsked(caller())), (9, hungup())]);
    let before = one(&desk);
    let turns = desk.turns.len();
    assert_eq!(before.outcome, Outcome::Abandoned);
    for late in [answered(), joined(), Signal::ChannelNew(caller()), Signal::Held(leg()), hungup()] {
        desk.take(&[(Stamp(10), late)]);
    }
    assert_eq!(one(&desk), before);
    assert_eq!(desk.turns.len(), turns, "nothing changed, nothing told");
}

#[test]
fn an_unhold_without_a_hold_changes_nothing() {
    let mut desk = play(&[(0, Signal::ChannelNew(caller())), (1, joined()), (2, answered())]);
    let turns = desk.turns.len();
    desk.take(&[(Stamp(3), Signal::Unheld(leg()))]);
    assert_eq!(desk.turns.len(), turns);
}

#[test]
fn a_number_withheld_is_forgotten_as_soon_as_that_is_known() {
    let mut told = caller();
    told.presentation = Presentation::Withheld;
    let join = Signal::QueueJoined { caller: told, queue: "hotline".into(), position: None };
    let desk = play(&[(0, Signal::ChannelNew(caller())), (1, join), (2, Signal::ChannelChanged(caller())), (3, answered())]);
    assert_eq!(one(&desk).party, Party { withheld: true, ..Party::default() });
    let desk = desk_of("channelvars-and-presentation.jsonl.gz");
    let hidden: Vec<Call> = desk.calls().into_iter().filter(|call| call.party.withheld).collect();
    assert_eq!(hidden.len(), 1);
    assert!(!format!("{hidden:?}").contains("13955550002"));
}

fn desk_of(file: &str) -> Desk {
    desk(&[file])
}

#[test]
fn an_anonymous_caller_is_nobody_in_particular() {
    let desk = desk_of("caller-id.jsonl.gz");
    let nobody: Vec<Call> = desk.calls().into_iter().filter(|call| call.party.is_anonymous()).collect();
    assert_eq!(nobody.len(), 1);
    assert!(nobody[0].party.number.is_empty());
}

#[test]
fn a_redirected_caller_did_not_give_up() {
    let gave_up = Signal::QueueGaveUp { caller: caller(), queue: "hotline".into(), reason: Default::default() };
    let asked = Signal::RemovalAsked {
        channel: "PJSIP/trunk-00000000".into(),
        reason: ringdesk::domain::call::LeaveReason::Redirected,
    };
    let desk = play(&[(0, Signal::ChannelNew(caller())), (1, joined()), (5, asked), (6, gave_up), (9, hungup())]);
    assert_eq!(one(&desk).outcome, Outcome::Redirected);
    assert_eq!(one(&desk).wait_ms(), Some(5));
}

#[test]
fn holds_are_counted_and_the_agent_ends_the_call() {
    let call = desk_of("hold-unhold.jsonl.gz").call("13811112222");
    assert!((4_950..5_100).contains(&call.held_ms), "{}", call.held_ms);
    assert_eq!(call.hung_up_by, Some(Side::Agent));
    assert_eq!(call.held_since, None);
}

#[test]
fn transfers_name_who_talks_now() {
    for (file, number) in
        [("blind-transfer-sip.jsonl.gz", "13811113333"), ("attended-transfer-sip.jsonl.gz", "13811114445")]
    {
        let desk = desk_of(file);
        assert_eq!(desk.book.all().count(), 1, "{file}: the consultation is no call of its own");
        let call = desk.call(number);
        assert_eq!((call.outcome, call.transferred_to.as_deref()), (Outcome::Transferred, Some("1009")), "{file}");
        assert_eq!((call.answered_by.as_deref(), call.hung_up_by), (Some("1002"), Some(Side::Caller)), "{file}");
        let done: Vec<&Turn> = desk.turns.iter().flat_map(|(_, turn)| &turn.turns).filter(|turn| matches!(turn, Turn::PhoneDone(_))).collect();
        assert_eq!(done, [&Turn::PhoneDone("1002".into()), &Turn::PhoneDone("1009".into())], "{file}");
        assert_eq!(call.legs.iter().filter(|leg| leg.end == Some(LegEnd::Answered)).count(), 2, "{file}");
    }
}

#[test]
fn listeners_and_consultations_are_no_calls() {
    assert_eq!(desk_of("monitor-whisper-record.jsonl.gz").book.all().count(), 1);
    assert_eq!(desk_of("pickup-and-remote-answer.jsonl.gz").book.all().count(), 4);
}

#[test]
fn a_snapshot_ends_what_is_gone_and_finds_what_is_new() {
    let seen = |id: &str, talk: Option<&str>, facts: ChannelFacts| SeenChannel {
        facts: ChannelFacts { uniqueid: id.into(), ..facts },
        talk: talk.map(str::to_owned),
        since: Stamp(90_000),
    };
    let other = ChannelFacts { linkedid: "2.1".into(), ..caller() };
    let snapshot = Snapshot {
        channels: vec![
            seen("2.1", Some("b"), other.clone()),
            seen("2.2", Some("b"), ChannelFacts { linkedid: "2.1".into(), phone: "1002".into(), ..leg() }),
            seen("3.1", None, ChannelFacts { linkedid: "3.1".into(), ..caller() }),
        ],
        waiting: vec![SeenCaller { uniqueid: "3.1".into(), queue: "hotline".into(), joined_at: Stamp(97_000) }],
        ..Snapshot::default()
    };
    let desk = play(&[(0, Signal::ChannelNew(caller())), (1, joined()), (100_000, Signal::Snapshot(snapshot.clone()))]);
    let calls = desk.calls();
    assert_eq!(calls.len(), 3);
    assert!(calls.iter().all(|call| call.reconstructed));
    assert_eq!((calls[0].phase, calls[0].outcome, calls[0].verdict), (Phase::Ended, Outcome::Unknown, None));
    assert_eq!((calls[1].phase, calls[1].answered_by.as_deref()), (Phase::Talking, Some("1002")));
    assert_eq!((calls[2].phase, calls[2].joined_at), (Phase::Waiting, Some(Stamp(97_000))));
    // The same picture again says nothing new.
    let mut again = desk;
    let turns = again.turns.len();
    again.take(&[(Stamp(100_000), Signal::Snapshot(snapshot))]);
    assert_eq!(again.turns.len(), turns);
}

#[test]
fn a_restart_in_the_gap_is_known_by_the_uptime() {
    let restarted = Signal::Snapshot(Snapshot { pbx_since: Some(Stamp(50_000)), ..Snapshot::default() });
    let desk = play(&[(0, Signal::ChannelNew(caller())), (1, joined()), (60_000, restarted)]);
    assert_eq!(one(&desk).outcome, Outcome::CutByPbx);
}

/// Recordings small enough to be played many times.
const SHUFFLED: [&str; 10] = [
    "answered-6s.jsonl.gz",
    "abandoned-8s.jsonl.gz",
    "busy-agents.jsonl.gz",
    "hold-unhold.jsonl.gz",
    "blind-transfer-sip.jsonl.gz",
    "attended-transfer-sip.jsonl.gz",
    "local-channel-member.jsonl.gz",
    "nobody-available.jsonl.gz",
    "pbx-restart-graceful.jsonl.gz",
    "pickup-and-remote-answer.jsonl.gz",
];

/// Which call a signal is about; signals about none in particular stay where they are.
fn group(signal: &Signal) -> Option<String> {
    let text = format!("{signal:?}");
    let at = text.find("linkedid: \"")? + "linkedid: \"".len();
    let id = text[at..].split('"').next()?.to_owned();
    (!id.is_empty()).then_some(id)
}

/// Records by the PBX's id: the desk's own numbers follow the order of arrival.
fn records(desk: &Desk) -> BTreeMap<String, Call> {
    let calls = desk.calls().into_iter();
    calls.map(|call| (call.uniqueid.clone(), Call { id: Default::default(), ..call })).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Neighbours of different calls may swap, any signal may come twice, at once or much later.
    #[test]
    fn order_across_calls_and_doubles_change_nothing(
        file in 0..SHUFFLED.len(),
        swaps in proptest::collection::vec(any::<bool>(), 1..64),
        doubles in proptest::collection::vec((0usize..1000, 0usize..200), 0..40),
    ) {
        let plain: Vec<_> = signals(&[SHUFFLED[file]]).into_iter().filter(|(_, signal)| !matches!(signal, Signal::Member(_))).collect();
        let expected = { let mut desk = Desk::default(); desk.take(&plain); records(&desk) };
        let mut shuffled = plain.clone();
        for index in 1..shuffled.len() {
            let (before, after) = (group(&shuffled[index - 1].1), group(&shuffled[index].1));
            let apart = before.is_some() && after.is_some() && before != after;
            // A pickup's own channel belongs to the call it takes: its order to that call is kept.
            if apart && swaps[index % swaps.len()] && expected.contains_key(&before.unwrap()) && expected.contains_key(&after.unwrap()) {
                shuffled.swap(index - 1, index);
            }
        }
        for (at, later) in doubles {
            let at = at % shuffled.len();
            let double = shuffled[at].clone();
            shuffled.insert((at + 1 + later).min(shuffled.len()), double);
        }
        let mut desk = Desk::default();
        desk.take(&shuffled);
        prop_assert_eq!(records(&desk), expected);
        prop_assert!(desk.ends().values().all(|ends| *ends == 1));
    }

    /// Whatever comes, in whatever order, the machine lives and a call ends at most once.
    #[test]
    fn any_disorder_is_survived(file in 0..SHUFFLED.len(), seed in any::<u64>()) {
        let mut signals = signals(&[SHUFFLED[file]]);
        let mut state = seed | 1;
        for index in (1..signals.len()).rev() {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            signals.swap(index, (state >> 33) as usize % (index + 1));
        }
        let mut desk = Desk::default();
        desk.take(&signals);
        prop_assert!(desk.ends().values().all(|ends| *ends == 1));
    }
}
