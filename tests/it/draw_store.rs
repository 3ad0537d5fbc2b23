//! Draws, visits and filed tickets in the records: found again, the same after reopening as by a replay, and checked.

use ringdesk::domain::draw::{self, Settled};
use ringdesk::domain::spot::Pick;
use ringdesk::domain::*;
use ringdesk::store::Store;

use crate::store_kit::{NOON, append, entry, folder, journal, open, replayed};

const DAY: i64 = 86_400_000;

fn drawn(id: u64, rule: &str, day: i64) -> Draw {
    let population: Vec<TicketId> = (id..id + 6).map(TicketId).collect();
    let order = draw::order(id, &population);
    let reserve = order[2..].iter().map(|id| Settled { ticket: *id, ..Settled::default() }).collect();
    let drawn = order[..2].to_vec();
    let id = DrawId(id);
    Draw { id, rule: rule.into(), day, seed: id.0, population, drawn, wanted: 2, reserve, ..Draw::default() }
}

fn line(id: u64, made: i64, open: bool) -> Callback {
    let end = (!open).then_some((Stamp(made + 5), CallbackEnd::Reached(CallId(1))));
    let debt = Debt {
        number: 1,
        reason: CallbackReason::Sample,
        ticket: Some(TicketId(id)),
        draw: Some(DrawId(1)),
        end,
        ..Debt::default()
    };
    let ended_at = (!open).then_some(Stamp(made + 5));
    Callback { id: CallbackId(id), made_at: Stamp(made), debts: vec![debt], ended_at, ..Callback::default() }
}

fn filled(store: &mut Store) {
    let mut events = Vec::new();
    for n in 1..=140u64 {
        let at = NOON + n as i64 * DAY;
        let filed = Ticket {
            id: TicketId(n),
            stage: if n % 3 == 0 { "registered".into() } else { "filed".into() },
            filed_at: (n % 3 != 0).then_some(Stamp(at)),
            ..Ticket::default()
        };
        events.push(Event::Ticket(Box::new(filed)));
        events.push(Event::Draw(Box::new(drawn(n, if n % 2 == 0 { "even" } else { "odd" }, n as i64))));
        events.push(Event::Callback(Box::new(line(n, at, n % 5 == 0))));
        let visit = Visit { id: VisitId(n), at: Stamp(at - (n as i64 % 4) * DAY), ..Visit::default() };
        events.push(Event::Visit(Box::new(visit)));
    }
    // One is topped up long after.
    let mut topped = drawn(130, "even", 130);
    topped.topped.push(topped.reserve.remove(0).ticket);
    events.push(Event::Draw(Box::new(topped)));
    let entries: Vec<Entry> = (1..).zip(events).map(|(n, event)| entry(n, vec![event])).collect();
    append(store, &entries, 16);
}

#[test]
fn the_state_after_reopening_is_that_of_a_replay() {
    let dir = folder();
    let mut store = open(dir.path()).store;
    filled(&mut store);
    let replayed = replayed(&journal(&store));
    store.close().unwrap();
    let opened = open(dir.path());
    assert_eq!(opened.state.draws, replayed.draws);
    assert_eq!(opened.state.visits, replayed.visits);
    assert_eq!(opened.state.revisits, replayed.revisits);
    assert_eq!((opened.state.last, opened.state.draws.len()), (replayed.last, 62));
    assert_eq!(opened.store.reader().check().faults, []);
}

#[test]
fn found_again_by_day_and_moment() {
    let dir = folder();
    let mut store = open(dir.path()).store;
    filled(&mut store);
    let reader = store.reader();
    assert_eq!(reader.newest_draw("even", 200), Some(140));
    assert_eq!(reader.newest_draw("even", 139), Some(138));
    assert_eq!(reader.newest_draw("odd", 140), Some(139));
    assert_eq!(reader.newest_draw("odd", 0), None);
    assert_eq!((reader.newest_draw("od", 500), reader.newest_draw("oddly", 500)), (None, None));
    let span = (Some(Stamp(NOON + 10 * DAY)), Some(Stamp(NOON + 14 * DAY)));
    let filed: Vec<u64> = reader.tickets_filed(span.0, span.1).map(|ticket| ticket.id.0).collect();
    assert_eq!(filed, [10, 11, 13]);
    assert_eq!(reader.tickets_filed(None, None).count(), 140 - 46);
    let by_records: Vec<u64> = reader.visits(span.0, span.1).map(|visit| visit.id.0).collect();
    let by_hand: Vec<u64> = reader
        .visits(None, None)
        .filter(|visit| span.0 <= Some(visit.at) && Some(visit.at) < span.1)
        .map(|v| v.id.0)
        .collect();
    assert_eq!(by_records, by_hand);
    assert!(!by_hand.is_empty());
}

#[test]
fn check_says_which_draw_does_not_come_out_the_same() {
    let dir = folder();
    let mut store = open(dir.path()).store;
    let mut forged = drawn(4, "even", 4);
    forged.drawn.swap(0, 1);
    let mut mended = drawn(5, "even", 5);
    mended.seed += 1;
    let events = [drawn(3, "even", 3), forged, mended, drawn(5, "even", 5)];
    let entries: Vec<Entry> = (1..).zip(events).map(|(n, draw)| entry(n, vec![Event::Draw(Box::new(draw))])).collect();
    append(&mut store, &entries, 2);
    let faults = store.reader().check().faults;
    let said: Vec<(&str, &str)> = faults.iter().map(|say| (say.key.as_str(), say.args[0].1.as_str())).collect();
    assert_eq!(said, [("draw.differs", "4")]);
}

/// R-QA-1: the draws of calls as well, by their last value.
#[test]
fn check_says_which_draw_of_calls_does_not_come_out_the_same() {
    let spot = |id: u64| {
        let population: Vec<CallId> = (1..=20).map(CallId).collect();
        let mut draw = SpotDraw { id: SpotDrawId(id), seed: id, population, percent: 25, ..SpotDraw::default() };
        draw.picks = draw.drawn().into_iter().map(|call| Pick { call, ..Pick::default() }).collect();
        assert_eq!(draw.picks.len(), 5);
        draw
    };
    let dir = folder();
    let mut store = open(dir.path()).store;
    let (mut forged, mut mended, mut signed) = (spot(2), spot(3), spot(4));
    // The call that was drawn gives its place to one that was not.
    let other = (1..=20).map(CallId).find(|call| forged.pick(*call).is_none()).unwrap();
    forged.picks[1].call = other;
    mended.seed += 1;
    signed.picks[0].sheet = Some(CheckSheetId(1));
    let events = [spot(1), forged, mended, spot(3), signed];
    let entries: Vec<Entry> =
        (1..).zip(events).map(|(n, draw)| entry(n, vec![Event::SpotDraw(Box::new(draw))])).collect();
    append(&mut store, &entries, 2);
    let faults = store.reader().check().faults;
    let said: Vec<(&str, &str)> = faults.iter().map(|say| (say.key.as_str(), say.args[0].1.as_str())).collect();
    assert_eq!(said, [("draw.differs", "2")]);
}
