//! A month of a real call centre (a bank's, February 1999), written down as a `queue_log` with all its dirt, and brought
//! in: the published counts come out. Needs `data/calls` beside the repository; says so where it is not there.

use std::collections::BTreeMap;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use crate::import_kit::{calls, import, said, text};

fn data() -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let places = ["../shared/data/calls", "../../shared/data/calls"].map(|below| root.join(below));
    places.into_iter().map(|dir| dir.join("anonymous_bank_1999_february.txt.gz")).find(|file| file.exists())
}

/// One record, as the dictionary beside the data names its fields. Seconds since 1970.
struct Record {
    id: String,
    outcome: String,
    customer: String,
    kind: String,
    left_menu: i64,
    queued: Option<(i64, i64)>,
    served: Option<(i64, i64)>,
    server: String,
}

fn seconds(clock: &str) -> i64 {
    clock.split(':').fold(0, |sum, part| sum * 60 + part.parse::<i64>().unwrap())
}

/// From one clock to a later one that may be past midnight.
fn span(day: i64, from: &str, to: &str) -> (i64, i64) {
    let (from, to) = (seconds(from), seconds(to));
    (day + from, day + if to < from { to + 86_400 } else { to })
}

/// On the day, or past midnight where it is more than half a day before `near`.
fn near(at: i64, near: i64) -> i64 {
    if near - at > 43_200 { at + 86_400 } else { at }
}

fn records(file: &Path) -> Vec<Record> {
    let mut text = String::new();
    flate2::read::GzDecoder::new(fs::File::open(file).unwrap()).read_to_string(&mut text).unwrap();
    let record = |line: &str| {
        let field: Vec<&str> = line.split('\t').map(str::trim).collect();
        let date: i64 = field[5].parse().unwrap();
        assert_eq!(date / 100, 9902);
        // 1999-02-01 is the 10,623rd day.
        let day = (10_622 + date % 100) * 86_400;
        let (_, left_menu) = match seconds(field[7]) < seconds(field[6]) - 43_200 {
            true => span(day, field[6], field[7]),
            false => (0, day + seconds(field[7])),
        };
        let queued = (field[9] != "0:00:00" || field[10] != "0:00:00").then(|| span(day, field[9], field[10]));
        let queued = queued.map(|(from, to)| (near(from, left_menu), near(to, left_menu)));
        let served = (field[13] != "0:00:00").then(|| span(day, field[13], field[14]));
        let served = served.map(|(from, to)| (near(from, left_menu), near(to, near(from, left_menu))));
        Record {
            id: format!("{}-{}", field[0], field[1]),
            outcome: field[12].to_owned(),
            customer: field[2].to_owned(),
            kind: field[4].to_owned(),
            left_menu,
            queued,
            served,
            server: field[16].to_owned(),
        }
    };
    text.lines().skip(1).map(record).collect()
}

impl Record {
    fn entered(&self) -> i64 {
        self.queued.map_or(self.left_menu, |(from, _)| from)
    }

    /// Its talk by the data's clocks; of fifty nobody wrote down when they were served.
    fn talk(&self) -> (i64, i64) {
        let at = self.queued.map_or(self.left_menu, |(_, to)| to);
        self.served.unwrap_or((at, at))
    }

    /// What a switch with these clocks would have written. A hang-up in the menu is a wait of no seconds; a phantom was
    /// served without ever having come in.
    fn lines(&self) -> Vec<(i64, String)> {
        let (id, queue) = (&self.id, &self.kind);
        let agent = if self.server == "NO_SERVER" { "NONE" } else { &self.server };
        let line = |at: i64, agent: &str, rest: String| (at, format!("{at}|{id}|{queue}|{agent}|{rest}"));
        let entered = line(self.entered(), "NONE", format!("ENTERQUEUE||{}|1", self.customer));
        let (from, to) = self.talk();
        let connect = line(from, agent, format!("CONNECT|{}|{id}.leg|0", from - self.entered()));
        let complete = line(to, agent, format!("COMPLETECALLER|{}|{}|1", from - self.entered(), to - from));
        match self.outcome.as_str() {
            "AGENT" => vec![entered, connect, complete],
            "HANG" => {
                let at = self.queued.map_or(self.left_menu, |(_, to)| to);
                vec![entered, line(at, "NONE", format!("ABANDON|1|1|{}", at - self.entered()))]
            }
            "PHANTOM" => vec![connect, complete],
            other => panic!("{other}"),
        }
    }
}

fn log(records: &[Record]) -> String {
    let mut lines: Vec<(i64, String)> = records.iter().flat_map(Record::lines).collect();
    lines.sort_by_key(|(at, _)| *at);
    lines.into_iter().map(|(_, line)| line + "\n").collect()
}

#[test]
fn a_real_month_comes_out_with_its_published_counts() {
    let Some(file) = data() else {
        eprintln!("skipped: data/calls is not beside the repository");
        return;
    };
    let records = records(&file);
    let folder = tempfile::tempdir().unwrap();
    let written = folder.path().join("queue_log");
    fs::write(&written, log(&records)).unwrap();
    let output = import(folder.path(), &written, &[]);
    let told = said(&output);
    assert!(output.status.success(), "{:?}", told.last());
    let found = calls(folder.path());

    // The data's own words, counted without any of ours.
    let mut published: BTreeMap<&str, usize> = BTreeMap::new();
    records.iter().for_each(|record| *published.entry(&record.outcome).or_default() += 1);
    assert_eq!(published.into_iter().collect::<Vec<_>>(), [("AGENT", 27_162), ("HANG", 5_904), ("PHANTOM", 278)]);

    let count = |outcome: &str| found.iter().filter(|row| text(row, "outcome") == outcome).count();
    assert_eq!((found.len(), count("answered"), count("abandoned")), (33_066, 27_162, 5_904));
    let phantoms = told.iter().filter(|line| line.contains("never entered a queue") || line.contains("began before"));
    assert_eq!(phantoms.count(), 278, "every phantom is told and left out");

    // Waits and talks, by the second, against a reckoning of the records alone.
    let expected: BTreeMap<&str, (i64, Option<i64>)> = records
        .iter()
        .filter(|record| record.outcome != "PHANTOM")
        .map(|record| {
            let (from, to) = record.talk();
            let left = record.queued.map_or(record.left_menu, |(_, to)| to);
            let answered = from.max(record.entered());
            let told = match record.outcome.as_str() {
                "AGENT" => (answered - record.entered(), Some((to - answered).max(0))),
                _ => (left - record.entered(), None),
            };
            (record.id.as_str(), told)
        })
        .collect();
    for row in &found {
        let seconds = |column: &str| row[column].as_i64().map(|ms| ms / 1_000);
        let told = (seconds("wait_ms").unwrap(), seconds("talk_ms"));
        assert_eq!(told, expected[text(row, "uniqueid").as_str()], "{row}");
    }
    // The data's own sum of seconds in the queue, for those who hung up.
    let abandoned = found.iter().filter(|row| text(row, "outcome") == "abandoned");
    let waited: i64 = abandoned.filter_map(|row| row["wait_ms"].as_i64()).sum();
    let hung_up = records.iter().filter(|record| record.outcome == "HANG").filter_map(|record| record.queued);
    assert_eq!(waited, hung_up.map(|(from, to)| to - from).sum::<i64>() * 1_000);

    // Agents who talk with two at once, by the data's clocks, are told of, once a call.
    let overlaps = told.iter().filter(|line| line.contains("at the same time in that of line")).count();
    assert_eq!(overlaps, overlapping(&records));
    assert!(overlaps > 50, "{overlaps}");
}

/// Calls whose agent still shared more than two seconds with a call that was over before.
fn overlapping(records: &[Record]) -> usize {
    let mut agents: BTreeMap<&str, Vec<(i64, i64, i64, &str)>> = BTreeMap::new();
    for record in records.iter().filter(|record| record.outcome == "AGENT" && record.server != "NO_SERVER") {
        let (from, to) = record.talk();
        let last = to.max(from).max(record.entered());
        agents.entry(&record.server).or_default().push((last, from, to, &record.id));
    }
    let shares = |(_, from, to, _): &(i64, i64, i64, &str), other: &(i64, i64, i64, &str)| {
        to.min(&other.2) - from.max(&other.1) > 2
    };
    let mut count = 0;
    for talks in agents.values_mut() {
        talks.sort_by_key(|(last, _, _, id)| (*last, *id));
        count += (0..talks.len()).filter(|at| talks[..*at].iter().any(|other| shares(&talks[*at], other))).count();
    }
    count
}
