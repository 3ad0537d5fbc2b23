//! What stands in a report, part by part, in words; how it looks is for the forms to say.

use std::collections::{BTreeMap, BTreeSet};

use chrono::FixedOffset;
use serde_json::Value;

use super::chart::Chart;
use crate::cli::rows::happened;
use crate::domain::calendar::Due;
use crate::domain::event::Actor;
use crate::domain::rulebook::FieldKind;
use crate::domain::ticket::{ClockState, Happened};
use crate::domain::{Owner, Rulebook, Staff, StaffId, Stamp, Ticket, TicketLine};
use crate::text::{Language, Say};

/// What a report is made of.
#[derive(Clone, Copy, Debug)]
pub struct Matter<'a> {
    /// The ticket.
    pub ticket: &'a Ticket,
    /// Its history, oldest first.
    pub lines: &'a [TicketLine],
    /// The rules it goes by.
    pub rules: &'a Rulebook,
    /// Everybody who may be named in it.
    pub staff: &'a [Staff],
    /// The language of the report.
    pub language: Language,
    /// Local time.
    pub offset: FixedOffset,
    /// When it is printed.
    pub now: Stamp,
}

/// A report.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Page {
    /// What it is.
    pub title: String,
    /// When it was printed.
    pub foot: String,
    /// Its parts, in order.
    pub parts: Vec<(String, Part)>,
}

/// A part of a report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// Names with what stands there.
    Pairs(Vec<(String, String)>),
    /// A table: its headings, its rows.
    Table(Vec<String>, Vec<Vec<String>>),
    /// A table of numbers: its headings, its rows; the first column says what of.
    Numbers(Vec<String>, Vec<Vec<String>>),
    /// A picture of numbers.
    Chart(Chart),
    /// Sentences, one after the other.
    Words(Vec<String>),
    /// Lines to sign on.
    Signatures(Vec<String>),
}

/// The report of a ticket. Empty parts are left out.
pub fn page(matter: &Matter<'_>) -> Page {
    let mut parts = vec![(matter.own("card"), Part::Pairs(matter.card()))];
    parts.extend(matter.rounds());
    parts.push((matter.own("clocks"), matter.clocks()));
    parts.push((matter.own("told_heading"), matter.told()));
    let files = matter.ticket.files.iter().map(|file| (file.words.clone(), file.place.clone())).collect();
    parts.push((matter.own("files"), Part::Pairs(files)));
    parts.push((matter.own("history"), matter.history()));
    parts.retain(|(_, part)| match part {
        Part::Pairs(pairs) => !pairs.is_empty(),
        Part::Table(_, rows) | Part::Numbers(_, rows) => !rows.is_empty(),
        Part::Chart(_) | Part::Words(_) | Part::Signatures(_) => true,
    });
    let signed = ["investigator", "head", "approver", "customer"].map(|who| matter.own(who));
    parts.push((matter.own("signatures"), Part::Signatures(signed.to_vec())));
    let foot = Say::new("report.printed_at").with("at", matter.at(matter.now)).words(matter.language);
    Page { title: matter.own("title"), foot, parts }
}

impl Matter<'_> {
    fn own(&self, key: &str) -> String {
        self.language.word(&format!("report.{key}")).to_owned()
    }

    fn words(&self, keys: &[&str]) -> Vec<String> {
        keys.iter().map(|key| self.own(key)).collect()
    }

    fn at(&self, at: Stamp) -> String {
        at.at(self.offset).format("%Y-%m-%d %H:%M").to_string()
    }

    fn due(&self, due: Due) -> String {
        let at = self.at(due.at);
        if due.provisional { format!("{at} {}", self.own("provisional")) } else { at }
    }

    fn name(&self, id: &StaffId) -> String {
        let named = self.staff.iter().find(|staff| staff.id == *id).filter(|staff| staff.name != id.0);
        named.map_or_else(|| id.0.clone(), |staff| format!("{} {}", staff.name, id.0))
    }

    fn owner(&self, owner: &Owner) -> String {
        match owner {
            Owner::Staff(id) => self.name(id),
            Owner::Department(id) => self.rules.departments.get(id).map_or(id, |rule| &rule.name).clone(),
        }
    }

    fn field(&self, field: &str) -> String {
        self.rules.field_word(field).words(self.language)
    }

    fn value(&self, field: &str, value: &str) -> String {
        if matches!(self.rules.fields.get(field).map(|rule| &rule.kind), Some(FieldKind::Person)) {
            return self.name(&StaffId(value.to_owned()));
        }
        self.rules.value_word(field, value).words(self.language)
    }

    /// SPEC §3: the register card.
    fn card(&self) -> Vec<(String, String)> {
        let ticket = self.ticket;
        let kind = ticket.fields.kind;
        let kind_word = self.language.word(&format!("kind.{}", kind.code().replace('_', "-"))).to_owned();
        let mut pairs = vec![
            (self.own("number"), ticket.id.spoken()),
            (self.field("kind"), kind_word),
            (self.own("opened"), self.at(ticket.opened_at)),
            (self.own("receiver"), self.name(&ticket.first_receiver)),
            (self.own("owner"), self.owner(&ticket.owner)),
            (self.own("stage"), self.rules.stage_word(kind, &ticket.stage).words(self.language)),
        ];
        for field in ["name", "phone", "address"] {
            let sealed = ticket.seal.is_some();
            let value = if sealed { self.own("sealed") } else { ticket.value(field).to_owned() };
            pairs.push((self.field(field), value));
        }
        for field in ["subject", "detail", "demand", "team"] {
            pairs.push((self.field(field), ticket.value(field).to_owned()));
        }
        for used in &self.rules.kind(kind).form {
            pairs.push((self.field(&used.field), self.value(&used.field, ticket.value(&used.field))));
        }
        if ticket.hand_overs > 0 {
            pairs.push((self.own("hand_overs"), ticket.hand_overs.to_string()));
        }
        pairs.extend(ticket.merged.iter().map(|merge| (self.own("merged"), merge.into.spoken())));
        let reports = ticket.reports.iter().map(|report| report.spoken()).collect::<Vec<_>>().join(" ");
        pairs.push((self.own("reports"), reports));
        pairs.extend(ticket.incident.map(|incident| (self.own("incident"), incident.spoken())));
        pairs.extend(ticket.filed_at.map(|at| (self.own("filed"), self.at(at))));
        pairs.retain(|(_, value)| !value.trim().is_empty());
        pairs
    }

    /// What was filled in on the way: every round that did not settle it, and the one it is in.
    fn rounds(&self) -> Vec<(String, Part)> {
        let ticket = self.ticket;
        let mut rounds: Vec<(String, Part)> = Vec::new();
        for round in &ticket.rounds {
            let say = Say::new("report.round_ended").with("number", round.number).with("at", self.at(round.ended_at));
            rounds.push((say.words(self.language), Part::Pairs(self.stages(&round.card))));
        }
        let now = match ticket.rounds.is_empty() {
            true => self.own("course"),
            false => Say::new("report.round").with("number", ticket.round).words(self.language),
        };
        rounds.push((now, Part::Pairs(self.stages(&ticket.card))));
        rounds
    }

    /// The fields of the stages in their order, then whatever else was filled that no form asks for any more.
    fn stages(&self, card: &BTreeMap<String, String>) -> Vec<(String, String)> {
        let kind = self.rules.kind(self.ticket.fields.kind);
        let form: BTreeSet<&str> = kind.form.iter().map(|used| used.field.as_str()).collect();
        let asked = kind.stages.iter().flat_map(|stage| &stage.fields).map(|used| used.field.as_str());
        let mut seen = BTreeSet::new();
        let fields = asked.chain(card.keys().map(String::as_str)).filter(|field| !form.contains(field));
        let filled = fields.filter(|field| seen.insert(*field)).filter_map(|field| Some((field, card.get(field)?)));
        filled.map(|(field, value)| (self.field(field), self.value(field, value))).collect()
    }

    fn clocks(&self) -> Part {
        let kind = self.ticket.fields.kind;
        let heads = self.words(&["clock", "started", "first_due", "due", "ended", "kept_first", "kept"]);
        let verdict = |kept: Option<bool>, otherwise: &str| {
            self.own(kept.map_or(otherwise, |kept| if kept { "in_time" } else { "late" }))
        };
        let rows = self.ticket.clocks.iter().map(|clock| {
            let (ended, otherwise) = match clock.state {
                ClockState::Stopped(at) => (self.at(at), ""),
                ClockState::Void(at) => (self.at(at), "void"),
                ClockState::Running | ClockState::Paused => (String::new(), "open"),
            };
            vec![
                self.rules.clock_word(kind, &clock.id).words(self.language),
                self.at(clock.started_at),
                self.due(clock.first_due),
                self.due(clock.due),
                ended,
                verdict(clock.kept_first(), otherwise),
                verdict(clock.kept(), otherwise),
            ]
        });
        Part::Table(heads, rows.collect())
    }

    fn told(&self) -> Part {
        let how = |how: &str| self.language.word(&format!("choice.told_how.{how}")).to_owned();
        let told = self.ticket.told.iter();
        let rows =
            told.map(|told| vec![self.at(told.at), self.name(&told.by), how(told.how.code()), told.what.clone()]);
        Part::Table(self.words(&["at", "by", "how", "what"]), rows.collect())
    }

    fn history(&self) -> Part {
        let rows = self.lines.iter().map(|line| {
            let by = match &line.by {
                Actor::Desk => self.own("desk"),
                Actor::Pbx(name) => name.clone(),
                Actor::Staff(id) => self.name(id),
            };
            let (what, fields) = happened(&line.what, self.offset);
            vec![self.at(line.at), by, self.own(&format!("did_what.{what}")), self.detail(&line.what, &fields)]
        });
        Part::Table(self.words(&["at", "by", "did", "what"]), rows.collect())
    }

    /// What there is to say of a line, in words where there are any.
    fn detail(&self, what: &Happened, fields: &Value) -> String {
        let kind = self.ticket.fields.kind;
        let clock = |clock: &str| self.rules.clock_word(kind, clock).words(self.language);
        let stage = |stage: &str| self.rules.stage_word(kind, stage).words(self.language);
        let verdict = |kept: bool| self.own(if kept { "in_time" } else { "late" });
        match what {
            Happened::Edited(changes) => {
                let one = |field: &str, to: &str| format!("{}: {}", self.field(field), self.value(field, to));
                changes.iter().map(|change| one(&change.field, &change.to)).collect::<Vec<_>>().join("; ")
            }
            Happened::Moved { from, to, .. } => format!("{} → {}", stage(from), stage(to)),
            Happened::Assigned { from, to, why } => {
                format!("{} → {} {why}", self.owner(from), self.owner(to)).trim_end().to_owned()
            }
            Happened::ClockStarted { clock: id, due } => format!("{} → {}", clock(id), self.due(*due)),
            Happened::ClockStopped { clock: id, kept } => format!("{} {}", clock(id), verdict(*kept)),
            Happened::ClockVoid(id) => clock(id),
            Happened::ClockRang { clock: id, percent, .. } => format!("{} {percent} %", clock(id)),
            Happened::ClockShifted { clock: id, from, to, with, why, .. } => {
                let words = format!("{} {} → {} {with} {why}", clock(id), self.due(*from), self.due(*to));
                words.trim_end().to_owned()
            }
            Happened::ExtensionAsked { clock: id, until, why } => format!("{} → {} {why}", clock(id), self.at(*until)),
            Happened::Escalated { to, why } => {
                let role = self.rules.role_word(to).words(self.language);
                let cause = if self.rules.kind(kind).clock(why).is_some() { clock(why) } else { why.clone() };
                format!("{role} {cause}")
            }
            Happened::Registered(_) => String::new(),
            Happened::Told { what, .. } => what.clone(),
            _ => plain(fields),
        }
    }
}

/// The texts among the fields, one after the other.
fn plain(fields: &Value) -> String {
    let Value::Object(fields) = fields else { return String::new() };
    let texts = fields.values().filter_map(Value::as_str).filter(|text| !text.is_empty());
    texts.collect::<Vec<_>>().join(" ")
}
