//! The open lines with what a decision changes of them, and whose line is whose: one person, one line (R-CB-9).

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::callback::{Callback, CallbackEnd};
use crate::domain::customer::{Customer, Grade};
use crate::domain::ids::{CallbackId, CustomerId};
use crate::domain::phone::{self, alike, match_key};
use crate::domain::{Stamp, State};

/// What all these numbers are matched by, with what the desk's own area code makes the same.
pub(in crate::domain::decide) fn keys(texts: &[String], area: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for key in texts.iter().flat_map(|text| phone::keys(text)).flat_map(|key| alike(&key, area)) {
        if !found.contains(&key) {
            found.push(key);
        }
    }
    found
}

/// Somebody, as far as a line knows people: by their numbers and their file.
#[derive(Clone, Debug, Default)]
pub(in crate::domain::decide) struct Person {
    pub rehearsal: bool,
    pub number: String,
    pub name: String,
    pub keys: Vec<String>,
    pub customer: Option<CustomerId>,
    pub grade: Grade,
}

impl Person {
    /// Whoever has this number; with all numbers of their file, where there is one.
    pub fn of(number: &str, name: &str, file: Option<&Customer>, rehearsal: bool, area: &str) -> Person {
        let own = keys(&[number.to_owned()], area);
        let filed = file.map(|file| keys(&file.phones, area)).unwrap_or_default();
        let known = filed.into_iter().filter(|key| !own.contains(key)).collect::<Vec<_>>();
        Person {
            rehearsal,
            number: number.trim().to_owned(),
            name: if name.is_empty() { file.map_or("", |file| &file.name) } else { name }.to_owned(),
            keys: [own, known].concat(),
            customer: file.map(|file| file.id),
            grade: file.map_or(Grade::default(), |file| file.grade),
        }
    }

    /// Whether an open line is theirs.
    pub fn has(&self, line: &Callback) -> bool {
        line.rehearsal == self.rehearsal
            && (self.keys.iter().any(|key| line.has_key(key))
                || (self.customer.is_some() && line.customer == self.customer))
    }

    /// What is known of them, put on their line.
    pub fn known_to(&self, line: &mut Callback) {
        self.keys.iter().for_each(|key| line.know(key));
        if line.name.is_empty() {
            line.name.clone_from(&self.name);
        }
        line.customer = line.customer.or(self.customer);
        line.grade = line.grade.min(self.grade);
    }
}

/// The lines as a decision leaves them.
pub(in crate::domain::decide) struct Lines<'a> {
    state: &'a State,
    changed: BTreeMap<CallbackId, Callback>,
}

impl<'a> Lines<'a> {
    /// The lines of a state with those a decision changed already; of several values of one line the last counts.
    pub fn with(state: &'a State, changed: impl Iterator<Item = Callback>) -> Lines<'a> {
        Lines { state, changed: changed.map(|line| (line.id, line)).collect() }
    }

    /// Which lines are so, the oldest first: of those the decision changed, and of these others. What it did not change
    /// is looked up and not gone through; whoever asks names all that can be so.
    pub fn among(&self, others: impl Iterator<Item = CallbackId>, is: impl Fn(&Callback) -> bool) -> Vec<CallbackId> {
        let others = others.filter(|id| !self.changed.contains_key(id));
        let others = others.filter_map(|id| self.state.callbacks.get(&id));
        let found: BTreeSet<CallbackId> =
            self.changed.values().chain(others).filter(|line| is(line)).map(|line| line.id).collect();
        found.into_iter().collect()
    }

    /// The same of open lines with one of these numbers, or of this file.
    pub fn open_of<'k>(
        &self,
        keys: impl Iterator<Item = &'k String>,
        file: Option<CustomerId>,
        is: impl Fn(&Callback) -> bool,
    ) -> Vec<CallbackId> {
        let by_key = keys.flat_map(|key| self.state.lines_with_key(key));
        let by_file = file.into_iter().flat_map(|file| self.state.lines_of_file(file));
        self.among(by_key.chain(by_file), |line| line.ended_at.is_none() && is(line))
    }

    /// A line.
    pub fn get(&self, id: CallbackId) -> Option<&Callback> {
        self.changed.get(&id).or_else(|| self.state.callbacks.get(&id))
    }

    /// A line, to be changed.
    pub fn change(&mut self, id: CallbackId) -> Option<&mut Callback> {
        if !self.changed.contains_key(&id) {
            self.changed.insert(id, self.state.callbacks.get(&id)?.clone());
        }
        self.changed.get_mut(&id)
    }

    /// The open lines of a person, the oldest first.
    pub fn of(&self, person: &Person) -> Vec<CallbackId> {
        self.open_of(person.keys.iter(), person.customer, |line| person.has(line))
    }

    /// The line of a person, a new one where there is none.
    pub fn line_of(&mut self, person: &Person, at: Stamp) -> &mut Callback {
        let known = self.of(person).first().copied();
        let id = known.unwrap_or_else(|| self.next_id());
        let line = self.changed.entry(id).or_insert_with(|| match self.state.callbacks.get(&id) {
            Some(line) => line.clone(),
            None => Callback {
                id,
                rehearsal: person.rehearsal,
                number: person.number.clone(),
                key: match_key(&person.number),
                made_at: at,
                due_at: at,
                ..Callback::default()
            },
        });
        person.known_to(line);
        line
    }

    /// A line as it is to be from now on.
    pub fn put(&mut self, line: Callback) {
        self.changed.insert(line.id, line);
    }

    /// The number of the next new line.
    pub fn next_id(&self) -> CallbackId {
        let changed = self.changed.keys().next_back().map_or(0, |id| id.0);
        CallbackId(self.state.last.callback.max(changed) + 1)
    }

    /// The lines that were looked at to be changed.
    pub fn changed(&self) -> impl Iterator<Item = &Callback> {
        self.changed.values()
    }

    /// The same, to be changed.
    pub fn changed_mut(&mut self) -> impl Iterator<Item = &mut Callback> {
        self.changed.values_mut()
    }

    /// What is different from before, each line once.
    pub fn into_changed(self) -> impl Iterator<Item = Callback> {
        let state = self.state;
        self.changed.into_values().filter(move |line| state.callbacks.get(&line.id) != Some(line))
    }

    /// Lines that turn out to be one person's become one: debts go into the older, the newer ends.
    pub fn join_all(&mut self, at: Stamp) {
        let mut looked_at: BTreeSet<CallbackId> = self.changed.keys().copied().collect();
        while let Some(id) = looked_at.pop_first() {
            let Some(line) = self.get(id).filter(|line| line.ended_at.is_none()) else { continue };
            let one = |other: &Callback| {
                other.id != id
                    && other.rehearsal == line.rehearsal
                    && (other.has_key(&line.key)
                        || line.keys.iter().any(|key| other.has_key(key))
                        || (line.customer.is_some() && other.customer == line.customer))
            };
            let keys = line.keys.iter().chain([&line.key]);
            let Some(other) = self.open_of(keys, line.customer, one).first().copied() else { continue };
            self.join(id.min(other), id.max(other), at);
            looked_at.insert(id.min(other));
        }
    }

    fn join(&mut self, older: CallbackId, newer: CallbackId, at: Stamp) {
        let Some(mut gone) = self.get(newer).cloned() else { return };
        let Some(line) = self.change(older) else { return };
        let end = CallbackEnd::Joined(older);
        for debt in gone.debts.iter_mut().filter(|debt| debt.is_open()) {
            line.add(debt.clone());
            debt.end = Some((at, end.clone()));
        }
        line.know(&gone.key.clone());
        gone.keys.iter().for_each(|key| line.know(key));
        if line.name.is_empty() {
            line.name.clone_from(&gone.name);
        }
        line.customer = line.customer.or(gone.customer);
        line.grade = line.grade.min(gone.grade);
        line.queue = line.queue.take().or(gone.queue.clone());
        line.made_at = line.made_at.min(gone.made_at);
        // Whoever has a call up with them keeps the line.
        if line.taken_by.is_none() || (line.trying().is_none() && gone.trying().is_some()) {
            (line.taken_by, line.leaving) = (gone.taken_by.clone().or(line.taken_by.take()), gone.leaving);
        }
        line.attempts.append(&mut gone.attempts.clone());
        line.attempts.sort_by_key(|attempt| attempt.at);
        line.tries = line.tries.max(gone.tries);
        line.not_before = line.not_before.max(gone.not_before);
        line.with = line.with.take().or(gone.with.clone());
        (gone.taken_by, gone.leaving, gone.with, gone.not_before) = (None, false, None, None);
        (gone.ended_at, gone.end) = (Some(at), Some(end));
        self.changed.insert(newer, gone);
    }
}
