//! The stages of a type as a net: what can be reached, what can be left, what is surely filled on the way.

use std::collections::{BTreeMap, BTreeSet};

use super::{Looking, values};
use crate::domain::rulebook::{Condition, FILED, FieldUse, MoveRule, Need, REGISTERED, StageRule, Test};
use crate::text::Say;

/// More combinations than this are not tried; a stage that needs them can't be read by anybody either.
const MOST_COMBINATIONS: usize = 20_000;

/// The net of a type's stages.
pub struct Flow {
    /// To which stages each leads, by its place in the list.
    next: Vec<Vec<usize>>,
    /// What is surely filled when a ticket comes to each.
    filled: Vec<BTreeSet<String>>,
}

impl Flow {
    /// The stages that can be come to from one, itself among them.
    pub fn reach(&self, from: usize) -> BTreeSet<usize> {
        let mut found = BTreeSet::from([from]);
        let mut open = vec![from];
        while let Some(at) = open.pop() {
            for next in self.next.get(at).into_iter().flatten() {
                if found.insert(*next) {
                    open.push(*next);
                }
            }
        }
        found
    }

    /// The stages that one leads to.
    pub fn after(&self, from: usize) -> impl Iterator<Item = usize> + '_ {
        self.next.get(from).into_iter().flatten().copied()
    }
}

fn demands(uses: &[FieldUse]) -> impl Iterator<Item = &str> {
    uses.iter().filter(|one| one.need == Need::Always).map(|one| one.field.as_str())
}

/// What is filled for sure when a ticket goes this way, beyond what was before.
fn gained(stage: &StageRule, way: &MoveRule) -> BTreeSet<String> {
    let mut gained: BTreeSet<String> = demands(&stage.fields).map(str::to_owned).collect();
    gained.extend(way.when.0.iter().filter_map(|test| match test {
        Test::Is(field, _) | Test::Filled(field) => Some(field.clone()),
        Test::IsNot(..) | Test::Empty(_) => None,
    }));
    let holds = |when: &Condition| when.0.iter().all(|test| way.when.0.contains(test));
    for one in &stage.fields {
        if matches!(&one.need, Need::When(when) if holds(when)) {
            gained.insert(one.field.clone());
        }
    }
    gained
}

impl Looking<'_> {
    /// The net, or nothing where it is no net at all; that is a fault noted.
    pub fn flow(&mut self) -> Option<Flow> {
        let stages = &self.rule.stages;
        let index: BTreeMap<&str, usize> =
            stages.iter().enumerate().map(|(at, stage)| (stage.id.as_str(), at)).collect();
        if stages.first().is_none_or(|stage| stage.id != REGISTERED) {
            self.fault("stages", Say::new("rulebook.first_stage"));
            return None;
        }
        if stages.last().is_none_or(|stage| stage.id != FILED) {
            self.fault("stages", Say::new("rulebook.last_stage"));
            return None;
        }
        let mut whole = true;
        let mut next = Vec::new();
        for stage in stages {
            let mut leads = Vec::new();
            for (at, way) in stage.moves.iter().enumerate() {
                match index.get(way.to.as_str()) {
                    Some(to) => leads.push(*to),
                    None => {
                        whole = false;
                        let place = self.place(&format!("stage.{}.moves.{at}", stage.id)).nearer(self.place("stages"));
                        let say = Say::new("rulebook.unknown_stage").with("stage", &way.to);
                        self.reader.faults.add(place, say.with("type", self.code));
                    }
                }
            }
            if stage.id == FILED && !(stage.moves.is_empty() && stage.fields.is_empty()) {
                self.fault("stage.filed", Say::new("rulebook.filed_goes_on"));
            }
            next.push(leads);
        }
        if !whole {
            return None;
        }
        let flow = self.fill(Flow { next, filled: Vec::new() });
        let (reached, filed) = (flow.reach(0), stages.len() - 1);
        for (at, stage) in stages.iter().enumerate() {
            let below = format!("stage.{}", stage.id);
            if !reached.contains(&at) {
                self.fault(&below, Say::new("rulebook.unreachable").with("stage", &stage.id));
            } else if !flow.reach(at).contains(&filed) {
                self.fault(&below, Say::new("rulebook.no_end").with("stage", &stage.id));
            }
        }
        Some(flow)
    }

    /// What is surely filled at each stage: whatever every way there has filled. What another round asks anew is not.
    fn fill(&self, mut flow: Flow) -> Flow {
        let form: BTreeSet<String> = demands(&self.rule.form).map(str::to_owned).collect();
        let mut filled: Vec<Option<BTreeSet<String>>> = vec![None; self.rule.stages.len()];
        if let Some(first) = filled.first_mut() {
            *first = Some(form.clone());
        }
        let mut changed = true;
        while changed {
            changed = false;
            for (at, stage) in self.rule.stages.iter().enumerate() {
                let Some(Some(here)) = filled.get(at).cloned() else { continue };
                for (way, to) in stage.moves.iter().zip(flow.after(at)) {
                    let mut there = &here | &gained(stage, way);
                    if way.round {
                        // The fields of the stage it goes back to, and of all after it, are asked anew.
                        for one in self.rule.stages.iter().skip(to).flat_map(|stage| &stage.fields) {
                            if !self.rule.form.iter().any(|asked| asked.field == one.field) {
                                there.remove(&one.field);
                            }
                        }
                    }
                    let Some(known) = filled.get_mut(to) else { continue };
                    if let Some(known) = known {
                        there = &there & known;
                    }
                    if known.as_ref() != Some(&there) {
                        *known = Some(there);
                        changed = true;
                    }
                }
            }
        }
        flow.filled = filled.into_iter().map(Option::unwrap_or_default).collect();
        flow
    }

    /// R-REQ-1: on every way to the end the person who asked was told, or it was written down why not.
    pub fn outcome(&mut self, flow: &Flow) {
        let Some(filled) = flow.filled.last() else { return };
        for field in ["outcome", "told_how"].into_iter().filter(|field| !filled.contains(*field)) {
            self.fault("stages", Say::new("rulebook.untold_end").with("field", field));
        }
    }

    /// A stage whose ways on all fail for something that may stand in its fields keeps a ticket for ever.
    pub fn stuck(&mut self, flow: &Flow) {
        for (at, stage) in self.rule.stages.iter().enumerate().filter(|(_, stage)| stage.id != FILED) {
            let filled = flow.filled.get(at).cloned().unwrap_or_default();
            let fields = self.spoken_of(stage);
            let domains: Vec<(String, Vec<String>)> = fields
                .into_iter()
                .map(|field| {
                    let domain = self.domain(stage, &filled, &field);
                    (field, domain)
                })
                .collect();
            let below = format!("stage.{}", stage.id);
            if domains.iter().map(|(_, domain)| domain.len()).try_fold(1, usize::checked_mul) > Some(MOST_COMBINATIONS)
            {
                self.fault(&below, Say::new("rulebook.too_many").with("stage", &stage.id));
            } else if let Some(combination) = stuck_in(stage, &domains) {
                let say = Say::new("rulebook.stuck").with("stage", &stage.id).with("type", self.code);
                let fields = domains.iter().map(|(field, _)| self.reader.place(&format!("fields.{field}")));
                let place = fields.fold(self.place(&below), |place, field| place.nearer(field));
                self.reader.faults.add(place, say.with("combination", combination));
            }
        }
    }

    /// The fields that its ways on depend on, and those that decide whether these must be filled.
    fn spoken_of(&self, stage: &StageRule) -> BTreeSet<String> {
        let mut fields: BTreeSet<String> = stage.moves.iter().flat_map(|way| way.when.fields()).cloned().collect();
        loop {
            let more: BTreeSet<String> = stage
                .fields
                .iter()
                .filter(|one| fields.contains(&one.field))
                .filter_map(|one| if let Need::When(when) = &one.need { Some(when) } else { None })
                .flat_map(Condition::fields)
                .cloned()
                .collect();
            if more.is_subset(&fields) {
                return fields;
            }
            fields.extend(more);
        }
    }

    /// What may stand in a field when its stage's screen is complete.
    fn domain(&self, stage: &StageRule, filled: &BTreeSet<String>, field: &str) -> Vec<String> {
        if field == "kind" {
            return vec![self.code.to_owned()];
        }
        let mut domain = values(self.rules, field).unwrap_or_else(|| vec!["…".to_owned()]);
        if !filled.contains(field) && !demands(&stage.fields).any(|must| must == field) {
            domain.push(String::new());
        }
        domain
    }
}

/// The first combination of values that completes the screen and lets the ticket nowhere.
fn stuck_in(stage: &StageRule, domains: &[(String, Vec<String>)]) -> Option<String> {
    let mut at = vec![0; domains.len()];
    loop {
        let value = |field: &str| -> &str {
            let found = domains.iter().zip(&at).find(|((known, _), _)| known == field);
            found.and_then(|((_, domain), at)| domain.get(*at)).map_or("", String::as_str)
        };
        let spoken = |one: &&FieldUse| domains.iter().any(|(known, _)| *known == one.field);
        let complete =
            stage.fields.iter().filter(spoken).all(|one| !one.need.holds(value) || !value(&one.field).is_empty());
        if complete && !stage.moves.iter().any(|way| way.when.holds(value)) {
            let words: Vec<String> = domains.iter().map(|(field, _)| format!("{field}={}", value(field))).collect();
            return Some(words.join(", "));
        }
        // Counts up, the last field first.
        let mut digit = domains.len();
        loop {
            digit = digit.checked_sub(1)?;
            let (Some(place), Some((_, domain))) = (at.get_mut(digit), domains.get(digit)) else { return None };
            *place += 1;
            if *place < domain.len() {
                break;
            }
            *place = 0;
        }
    }
}
