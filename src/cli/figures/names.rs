//! What the names in the records are called, and whom a name that was asked for means.

use crate::cli::arguments::Figured;
use crate::domain::figures::{By, Filter};
use crate::domain::{RequestType, Rulebook, Staff};
use crate::text::{Language, Say};

use super::table::Split;

/// Reasons of callbacks as the records write them, and their words in the catalogue (`reason.…`).
const REASONS: [(&str, &str); 9] = [
    ("abandoned", "abandoned"),
    ("timeout", "timeout"),
    ("turned_away", "turned-away"),
    ("cut_by_pbx", "cut"),
    ("asked", "asked"),
    ("agreed", "agreed"),
    ("answer", "answer"),
    ("revisit", "revisit"),
    ("sample", "sample"),
];

/// Who and what may be named.
#[derive(Clone, Copy, Debug)]
pub struct Names<'a> {
    /// The rules in force.
    pub rules: &'a Rulebook,
    /// Everybody who may be named.
    pub staff: &'a [Staff],
    /// The language.
    pub language: Language,
}

impl Names<'_> {
    /// Whose place, phone or staff number this is.
    fn person(&self, who: &str) -> Option<&Staff> {
        let own = who.strip_prefix('@').unwrap_or(who);
        let by_phone = self.staff.iter().find(|staff| !staff.phone.is_empty() && staff.phone == who);
        by_phone.or_else(|| self.staff.iter().find(|staff| staff.id.0 == own))
    }

    /// The team of an agent's place or a technician; empty for none.
    pub fn team_of(&self, who: &str) -> String {
        self.person(who).map(|staff| staff.team.clone()).unwrap_or_default()
    }

    /// What a group is called that has a name in the records.
    pub fn named(&self, split: Split, name: &str) -> String {
        if name.is_empty() {
            return self.language.word("printed.none").to_owned();
        }
        match split {
            Split::By(By::Agent) => self.who(name),
            Split::By(By::Type) => self.kind(name),
            Split::By(By::Department) => self.rules.departments.get(name).map_or(name, |rule| &rule.name).to_owned(),
            _ => name.to_owned(),
        }
    }

    /// An agent or a technician: the name with the phone or number, where somebody is known by it.
    pub fn who(&self, who: &str) -> String {
        match self.person(who) {
            Some(staff) if !staff.name.is_empty() && staff.name != who => format!("{} {who}", staff.name),
            _ => who.to_owned(),
        }
    }

    /// A type of ticket, the reason of a callback, or a kind of spot check.
    pub fn kind(&self, code: &str) -> String {
        let key = match RequestType::parse(code) {
            Some(_) => format!("kind.{}", code.replace('_', "-")),
            None => match REASONS.iter().find(|(reason, _)| *reason == code) {
                Some((_, word)) => format!("reason.{word}"),
                None => return self.check(code),
            },
        };
        self.language.word(&key).to_owned()
    }

    /// A kind of spot check, as the rulebook calls it.
    fn check(&self, code: &str) -> String {
        let known = self.rules.sampling.iter().find(|rule| rule.what == code && !rule.name.is_empty());
        known.map_or(code, |rule| &rule.name).to_owned()
    }

    /// What is wanted, by the names in the records.
    ///
    /// # Errors
    /// What a type may be called, where it is none.
    pub fn filter(&self, asked: &Figured) -> Result<Filter, Say> {
        if let Some(kind) = &asked.kind {
            self.known_kind(kind)?;
        }
        let department = asked.department.as_ref().map(|wanted| {
            let named = self.rules.departments.iter().find(|(_, rule)| rule.name == *wanted);
            named.map_or(wanted, |(id, _)| id).clone()
        });
        let who = asked.agent.as_ref().map(|wanted| {
            let is = |staff: &&Staff| staff.id.0 == *wanted || staff.name == *wanted || staff.phone == *wanted;
            let same = self.staff.iter().filter(is);
            let places = same.flat_map(|staff| [staff.id.0.clone(), staff.phone.clone(), format!("@{}", staff.id.0)]);
            places.chain([wanted.clone()]).filter(|place| !place.is_empty()).collect()
        });
        Ok(Filter { about: None, queue: asked.queue.clone(), who, kind: asked.kind.clone(), department })
    }

    fn known_kind(&self, kind: &str) -> Result<(), Say> {
        let types = RequestType::ALL.iter().map(|kind| kind.code().to_owned());
        let reasons = REASONS.iter().map(|(reason, _)| (*reason).to_owned());
        let checks = self.rules.sampling.iter().map(|rule| rule.what.clone());
        let mut allowed: Vec<String> = types.chain(reasons).collect();
        allowed.extend(checks);
        if allowed.iter().any(|known| known == kind) {
            return Ok(());
        }
        Err(Say::new("printed.no_type").with("type", kind).with("allowed", allowed.join("  ")))
    }
}
