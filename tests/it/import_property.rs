//! A random log, cut anywhere and brought in piece by piece with repetitions, gives the calls it gives at once.

use proptest::prelude::*;
use ringdesk::domain::call::Call;
use ringdesk::domain::call::backfill::{LogCall, LogEntry, fill};
use ringdesk::domain::source::{Source, SourceKind};
use ringdesk::domain::{CallId, Stamp};
use ringdesk::pbx::queue_log::{Gather, Lines, command_id, write};

use crate::recorded::limit;

/// A desk that only knows calls from logs, and does each command once.
#[derive(Default)]
struct Desk {
    calls: Vec<Call>,
    done: std::collections::BTreeSet<u128>,
    carried: Vec<LogEntry>,
}

impl Desk {
    fn import(&mut self, log: &[String]) {
        let text = log.join("\n");
        let mut lines = Lines::new(text.as_bytes());
        let mut gather = Gather::default();
        // As they lie in the file between two imports.
        let kept: String = self.carried.iter().map(|entry| write(entry) + "\n").collect();
        let mut kept = Lines::new(kept.as_bytes());
        while let Some(line) = kept.read().unwrap() {
            match line.line.unwrap() {
                ringdesk::pbx::queue_log::Line::Call(entry) => gather.carried([entry]),
                other => panic!("{other:?}"),
            }
        }
        while let Some(line) = lines.read().unwrap() {
            gather.take(line);
            gather.calls().iter().for_each(|call| self.take(call));
        }
        self.carried = gather.finish();
        gather.calls().iter().for_each(|call| self.take(call));
    }

    fn take(&mut self, log: &LogCall) {
        let source = Source { kind: SourceKind::Live, ..Source::default() };
        let known: Vec<usize> = (0..self.calls.len()).filter(|at| log.is(&self.calls[*at])).collect();
        assert!(known.len() < 2, "one call of the log is two of the desk: {log:?}");
        let next = CallId(self.calls.len() as u64 + 1);
        match known.first() {
            None => {
                if let Some(call) = fill(&source, &limit, None, next, log)
                    && self.done.insert(command_id(log, CallId(0)))
                {
                    self.calls.push(call);
                }
            }
            Some(at) => {
                let known = &self.calls[*at];
                if let Some(call) = fill(&source, &limit, Some(known), known.id, log)
                    && self.done.insert(command_id(log, known.id))
                {
                    self.calls[*at] = call;
                }
            }
        }
    }

    fn told(&self) -> Vec<Call> {
        let mut calls: Vec<Call> = self.calls.iter().map(|call| Call { id: CallId(0), ..call.clone() }).collect();
        calls.sort_by(|one, other| one.uniqueid.cmp(&other.uniqueid));
        calls
    }
}

/// The lines of one call, `(second, line)`.
fn call(number: usize, at: i64, (shape, wait, talk, agent): (u8, i64, i64, u8)) -> Vec<(i64, String)> {
    let id = format!("r.{number}");
    let line = |at: i64, agent: &str, rest: &str| (at, format!("{at}|{id}|gas|{agent}|{rest}"));
    let agent = format!("A{agent}");
    let enter = line(at, "NONE", &format!("ENTERQUEUE||139{number:08}|1"));
    let connect = line(at + wait, &agent, &format!("CONNECT|{wait}|{id}.leg|1"));
    let ended = at + wait + talk;
    match shape {
        0 => vec![enter, line(at + wait, "NONE", "ABANDON|1|1|1")],
        1 => vec![enter, connect, line(ended, &agent, "COMPLETECALLER|1|1|1")],
        2 => vec![enter, connect, line(ended, &agent, "BLINDTRANSFER|1007|x|1|1|1")],
        3 => vec![enter, line(at + wait, "NONE", "EXITWITHTIMEOUT|1|1|1")],
        4 => vec![
            enter,
            line(at + wait, &agent, "RINGNOANSWER|4000"),
            line(at + wait + 3, "NONE", "EXITWITHTIMEOUT|1|1|1"),
            (at + wait + 9, format!("{}|{id}|late|NONE|ENTERQUEUE||139{number:08}|1", at + wait + 9)),
            line(at + wait + 12 + talk, "NONE", "ABANDON|1|1|1"),
        ],
        _ => vec![enter, connect, line(ended, &agent, "COMPLETEAGENT|1|1|1")],
    }
}

fn logs() -> impl Strategy<Value = Vec<String>> {
    let shapes = (0..6u8, 0..90i64, 1..900i64, 0..4u8);
    prop::collection::vec((1..400i64, shapes, -1..2i64), 1..40).prop_map(|calls| {
        let (mut at, mut lines) = (1_790_000_000, Vec::new());
        for (number, (gap, shape, skew)) in calls.into_iter().enumerate() {
            at += gap;
            let mut told = call(number, at, shape);
            // The parts of a PBX disagree by a second: the line is where it would be, its stamp is not.
            if let Some((_, last)) = told.last_mut() {
                let (stamp, rest) = last.split_once('|').unwrap();
                *last = format!("{}|{rest}", stamp.parse::<i64>().unwrap() + skew);
            }
            lines.extend(told);
        }
        lines.sort_by_key(|(at, _)| *at);
        lines.into_iter().map(|(_, line)| line).collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn pieces_with_repetitions_give_what_the_whole_gives(
        log in logs(),
        cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..5),
        again in prop::collection::vec(any::<prop::sample::Index>(), 0..6),
    ) {
        let mut once = Desk::default();
        once.import(&log);
        let mut places: Vec<usize> = cuts.iter().map(|cut| cut.index(log.len() + 1)).collect();
        places.extend([0, log.len()]);
        places.sort_unstable();
        let pieces: Vec<&[String]> = places.windows(2).map(|pair| &log[pair[0]..pair[1]]).collect();
        let mut desk = Desk::default();
        for (done, piece) in pieces.iter().enumerate() {
            desk.import(piece);
            if let Some(again) = again.get(done) {
                desk.import(pieces[again.index(done + 1)]);
            }
        }
        prop_assert_eq!(desk.told(), once.told());
        let calls = log.iter().filter(|line| line.contains("|gas|NONE|ENTERQUEUE")).count();
        prop_assert_eq!(once.calls.len(), calls);
    }

    #[test]
    fn the_beginning_of_a_log_brought_in_before_its_whole_changes_nothing(
        log in logs(),
        cuts in prop::collection::vec(any::<prop::sample::Index>(), 1..5),
    ) {
        let (mut once, mut desk) = (Desk::default(), Desk::default());
        once.import(&log);
        for cut in &cuts {
            desk.import(&log[..cut.index(log.len())]);
            // Nobody kept what was left over.
            desk.carried.clear();
        }
        desk.import(&log);
        desk.import(&log[..cuts[0].index(log.len())]);
        prop_assert_eq!(desk.told(), once.told());
    }

    #[test]
    fn no_bytes_stop_it(bytes in prop::collection::vec(any::<u8>(), 0..2_000), log in logs()) {
        let mut dirty = bytes.clone();
        dirty.push(b'\n');
        for (at, line) in log.iter().enumerate() {
            dirty.extend_from_slice(line.as_bytes());
            if let Some(byte) = bytes.get(at) {
                dirty.push(*byte);
            }
            dirty.push(b'\n');
        }
        let mut lines = Lines::new(&dirty[..]);
        let mut gather = Gather::default().until(Stamp(1_800_000_000_000));
        while let Some(line) = lines.read().unwrap() {
            gather.take(line);
        }
        gather.finish();
        for call in gather.calls() {
            let source = Source { kind: SourceKind::Live, ..Source::default() };
            let made = fill(&source, &limit, None, CallId(1), &call);
            prop_assert!(made.is_none_or(|call| call.wait_ms().is_none_or(|wait| wait >= 0)));
        }
    }
}
