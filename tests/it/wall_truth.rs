//! The wall against what really happened on the phones (issue 5, must-be-seen 5): recordings run in their own time, and at
//! every half second and around every event of the phones the drawn screen is read back and compared with the truth files.
//!
//! The truth is of the telephones' side. The PBX says a thing a little after it happened there, so a caller may be shown or
//! not for [`LAG`] after each change; at every other moment the wall must show exactly who waits.

use ringdesk::domain::Stamp;
use ringdesk::domain::source::SourceKind;
use ringdesk::tui::theme::Theme;
use serde_json::Value;

use crate::recorded::bytes;
use crate::wall_kit::{Picture, Wall};

/// How long the PBX may take to say what happened, in milliseconds; and how far before the telephone's own stamp.
const LAG: i64 = 300;
const LEAD: i64 = 25;

/// A caller of the truth, in milliseconds since the recording began.
struct Caller {
    number: String,
    from: i64,
    to: i64,
}

struct Truth {
    begin: Stamp,
    callers: Vec<Caller>,
    /// Talks: from, to.
    talks: Vec<(i64, i64)>,
    events: Vec<i64>,
}

fn ms(value: &Value) -> Option<i64> {
    value.as_f64().map(|seconds| (seconds * 1000.0).round() as i64)
}

fn truth(name: &str) -> Truth {
    let file: Value = serde_json::from_slice(&bytes(&format!("{name}.truth.json"))).unwrap();
    let list = |key: &str| file[key].as_array().unwrap().clone();
    let mut callers = Vec::new();
    let (mut talks, mut events) = (Vec::new(), Vec::new());
    for caller in list("callers") {
        let end = ms(&caller["t_bye"]).or(ms(&caller["t_cancel"])).unwrap();
        let answered = ms(&caller["t_agent_answer"]);
        let from = ms(&caller["t_invite"]).unwrap();
        talks.extend(answered.map(|at| (at, end)));
        events.extend([from, answered.unwrap_or(end), end]);
        callers.push(Caller { number: caller["number"].as_str().unwrap().into(), from, to: answered.unwrap_or(end) });
    }
    Truth { begin: Stamp(ms(&file["t0_wall"]).unwrap()), callers, talks, events }
}

impl Truth {
    /// The least and the most that a span can be true of at a moment.
    fn bounds(&self, spans: impl Iterator<Item = (i64, i64)>, at: i64) -> (usize, usize) {
        spans.fold((0, 0), |(least, most), (from, to)| {
            let surely = from + LAG <= at && at < to - LEAD;
            let perhaps = from - LEAD <= at && at <= to + LAG;
            (least + usize::from(surely), most + usize::from(perhaps))
        })
    }

    /// Holds a picture against the phones at a moment.
    fn judge(&self, picture: &Picture, at: i64) {
        let fault = |what: String| format!("at {at} ms: {what}\n{}", picture.text());
        let (least, most) = self.bounds(self.callers.iter().map(|caller| (caller.from, caller.to)), at);
        let shown: usize = picture.figure(0, "等待").parse().unwrap();
        assert!((least..=most).contains(&shown), "{}", fault(format!("{shown} wait, of {least} to {most}")));
        let (callers, more) = picture.callers();
        assert_eq!(callers.len() + more, shown, "{}", fault("the list is of others than the figure".into()));
        for (waited, number) in &callers {
            let caller = self.callers.iter().find(|caller| caller.number == *number);
            let caller = caller.unwrap_or_else(|| panic!("{}", fault(format!("{number} never called"))));
            assert!(caller.from - LEAD <= at && at <= caller.to + LAG, "{}", fault(format!("{number} does not wait")));
            self.judge_wait(*waited, caller, at, &fault);
        }
        if more == 0 {
            let missing = self.callers.iter().filter(|caller| caller.from + LAG <= at && at < caller.to - LEAD);
            for caller in missing {
                let there = callers.iter().any(|(_, number)| *number == caller.number);
                assert!(there, "{}", fault(format!("{} waits and is not shown", caller.number)));
            }
        }
        match picture.figure(1, "最长等待").split_once(':') {
            Some((minutes, seconds)) => {
                let longest = minutes.parse::<i64>().unwrap() * 60 + seconds.parse::<i64>().unwrap();
                let first = callers.first().map(|(waited, _)| *waited);
                assert_eq!(first, Some(longest), "{}", fault("the longest wait is not the first caller's".into()));
            }
            None => assert_eq!(shown, 0, "{}", fault("somebody waits without a longest wait".into())),
        }
    }

    /// The timer runs from joining the queue, which may be a second after the call came (an announcement).
    fn judge_wait(&self, waited: i64, caller: &Caller, at: i64, fault: &dyn Fn(String) -> String) {
        let real = at - caller.from;
        let (least, most) = ((real - 1_200).max(0) / 1000, (real + LEAD).max(0) / 1000);
        let words = format!("{} has waited {real} ms, shown {waited} s", caller.number);
        assert!((least..=most).contains(&waited), "{}", fault(words));
    }
}

/// Every half second, and just before and just after each event of the phones.
fn moments(truth: &Truth) -> Vec<i64> {
    let end = truth.events.iter().max().unwrap() + 1_000;
    let mut moments: Vec<i64> = (0..=end / 500).map(|half| half * 500).collect();
    // Of hundreds of events every fourth: a frame of each would only say the same again.
    let step = if truth.events.len() > 200 { 4 } else { 1 };
    moments.extend(truth.events.iter().step_by(step).flat_map(|at| [at - 1, at + 1, at + LAG + 1]));
    moments.sort_unstable();
    moments.dedup();
    moments
}

fn shows_the_truth(name: &str, file: &str, agents: bool) {
    let truth = truth(name);
    let looks = [((200, 60), "night"), ((80, 24), "day"), ((120, 40), "mono")];
    let looks = looks.map(|(size, theme)| (size, Theme::load(theme, &[]).0));
    let mut wall = Wall::before(&[file], SourceKind::Rehearsal, "night");
    let (mut judged, mut most) = (0, 0);
    for at in moments(&truth) {
        let now = truth.begin.plus(at);
        if now < wall.model.now {
            continue;
        }
        wall.until(now);
        for (size, theme) in &looks {
            wall.model.theme = theme.clone();
            let picture = wall.draw(*size);
            truth.judge(&picture, at);
            if agents {
                let (least, surely) = truth.bounds(truth.talks.iter().copied(), at);
                let talking = picture.state("通话");
                let words = || format!("at {at} ms: {talking} talk, of {least} to {surely}\n{}", picture.text());
                assert!((least..=surely).contains(&talking), "{}", words());
            }
            assert!(picture.text().contains("[演练]"), "a rehearsal is marked");
            judged += 1;
            most = most.max(picture.figure(0, "等待").parse::<usize>().unwrap());
        }
    }
    println!("{name}: {judged} pictures judged, at most {most} waiting");
    assert!(wall.is_over(), "the whole recording was seen");
    assert!(judged > 180 && most > truth.callers.len() / 2, "{judged} pictures, at most {most} waiting");
}

#[test]
fn the_wall_shows_the_truth_of_thirty_at_once() {
    shows_the_truth("thirty-at-once", "thirty-at-once.jsonl.gz", true);
}

#[test]
fn the_wall_shows_the_truth_of_burst_200() {
    shows_the_truth("burst-200", "burst-200.ami.gz", false);
}
