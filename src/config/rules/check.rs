//! What can be wrong with a rulebook that reads well: names of nothing, stages nobody comes to or leaves, clocks that can
//! never stop, roles nobody has, chains that go round.

mod clocks;
mod flow;

use std::collections::BTreeSet;

use super::reader::Reader;
use super::tree::Place;
use crate::domain::rulebook::{Act, Condition, FieldKind, RoleRef, Test, TypeRule};
use crate::domain::ticket::TicketFields;
use crate::domain::{RequestType, Role, Rulebook, Staff};
use crate::text::Say;

pub fn check(reader: &mut Reader, rules: &Rulebook) {
    people(reader, rules);
    plans(reader, rules);
    for (kind, rule) in &rules.types {
        Looking { reader, rules, rule, code: kind.code() }.all(*kind);
    }
}

/// Roles that only named people have, and nobody is named for: warnings, for the desk runs without them until one is
/// needed. And roles in the configuration that the rulebook does not know.
pub fn check_staff(rules: &Rulebook, staff: &[Staff]) -> Vec<Say> {
    let mut says = Vec::new();
    for person in staff {
        for role in person.roles.iter().filter(|role| !rules.roles.contains_key(*role)) {
            let say = Say::new("rulebook.staff_role").with("id", &person.id.0).with("role", role);
            says.push(say.with("rulebook", &rules.name));
        }
    }
    // Such a technician is sent nothing that goes to a department, and would never know.
    let technicians = staff.iter().filter(|person| person.role == Role::Technician && !rules.departments.is_empty());
    for person in technicians.filter(|person| rules.department_of(person).is_none()) {
        let say = Say::new("rulebook.staff_team").with("id", &person.id.0).with("team", &person.team);
        let names: Vec<&str> = rules.departments.values().map(|rule| rule.name.as_str()).collect();
        says.push(say.with("departments", names.join(" / ")));
    }
    if staff.is_empty() {
        return says;
    }
    for (kind, role) in rules.types.iter().filter_map(|(kind, rule)| Some((kind, rule.sealed_for.as_ref()?))) {
        if !staff.iter().any(|person| rules.holds(person, role)) {
            says.push(Say::new("rulebook.nobody_named").with("role", role).with("type", kind.code()));
        }
    }
    let used: BTreeSet<&str> = used_roles(rules).into_iter().collect();
    let sealed: BTreeSet<&str> = rules.types.values().filter_map(|rule| rule.sealed_for.as_deref()).collect();
    for role in used.difference(&sealed) {
        if !staff.iter().any(|person| rules.holds(person, role)) {
            says.push(Say::new("rulebook.nobody_has").with("role", role));
        }
    }
    says
}

/// Every role that something depends on.
fn used_roles(rules: &Rulebook) -> Vec<&str> {
    let types = rules.types.values().flat_map(|rule| {
        let acts = rule.clocks.iter().flat_map(|clock| &clock.marks).flat_map(|mark| &mark.acts);
        let notified = acts.filter_map(|act| match act {
            Act::Notify(RoleRef::Role(role)) => Some(role.as_str()),
            _ => None,
        });
        let by = rule.stages.iter().flat_map(|stage| &stage.by).map(String::as_str);
        let tells = rule.stages.iter().flat_map(|stage| &stage.moves).flat_map(|way| &way.tell);
        let told = tells.filter_map(|to| if let RoleRef::Role(role) = to { Some(role.as_str()) } else { None });
        let chain = rules.chains.get(&rule.chain).into_iter().flatten().map(String::as_str);
        notified.chain(told).chain(by).chain(chain).collect::<Vec<_>>()
    });
    let heads = rules.departments.values().map(|department| department.head.as_str());
    types.chain(heads).chain([rules.attempts.then.as_str()]).collect()
}

fn role(reader: &mut Reader, rules: &Rulebook, role: &str, place: Place) {
    if !role.is_empty() && !rules.roles.contains_key(role) {
        reader.faults.add(place, Say::new("rulebook.unknown_role").with("role", role));
    }
}

fn people(reader: &mut Reader, rules: &Rulebook) {
    for (id, department) in &rules.departments {
        let place = reader.place(&format!("departments.{id}"));
        role(reader, rules, &department.head, place);
    }
    for (id, chain) in &rules.chains {
        let place = reader.place(&format!("chains.{id}"));
        if chain.is_empty() {
            reader.faults.add(place, Say::new("rulebook.chain_empty").with("chain", id));
        }
        for (at, one) in chain.iter().enumerate() {
            role(reader, rules, one, place);
            if chain.iter().take(at).any(|before| before == one) {
                reader.faults.add(place, Say::new("rulebook.chain_loop").with("chain", id).with("role", one));
            }
        }
    }
}

fn plans(reader: &mut Reader, rules: &Rulebook) {
    let place = reader.place("attempts");
    role(reader, rules, &rules.attempts.then, place);
    let by = |reader: &Reader, key: &str| -> Vec<Place> {
        let below = reader.places.iter().filter(|(path, _)| {
            path.strip_prefix(key).is_some_and(|rest| rest.starts_with('.') && !rest[1..].contains('.'))
        });
        let mut places: Vec<Place> = below.map(|(_, place)| *place).collect();
        places.sort();
        places
    };
    let whole = Place::default();
    let at = |places: &[Place], index: usize| places.get(index).copied().unwrap_or(whole);
    let places = by(reader, "revisits");
    for (index, share) in rules.revisits.shares.iter().enumerate() {
        role(reader, rules, &share.by, at(&places, index));
        condition(reader, rules, &share.when, at(&places, index));
    }
    let place = reader.place("recordings");
    for listens in &rules.recordings.listen {
        role(reader, rules, listens, place);
    }
    for one in &rules.sampling {
        let place = reader.place(&format!("sampling.{}", one.what));
        role(reader, rules, &one.by, place);
    }
    for one in &rules.reports {
        let place = reader.place(&format!("reports.{}", one.id));
        role(reader, rules, &one.to, place);
    }
    let places = by(reader, "consequences");
    for (index, one) in rules.consequences.iter().enumerate() {
        condition(reader, rules, &one.when, at(&places, index));
        let known = rules.types.values().any(|rule| rule.clock(&one.late).is_some());
        if !one.late.is_empty() && !known {
            let say = Say::new("rulebook.unknown_clock").with("clock", &one.late);
            reader.faults.add(at(&places, index), say);
        }
    }
    let places = by(reader, "rewards");
    for (index, one) in rules.rewards.iter().enumerate() {
        condition(reader, rules, &one.when, at(&places, index));
    }
}

/// The values that may be asked of a field; none where any text may stand in it.
fn values(rules: &Rulebook, field: &str) -> Option<Vec<String>> {
    if field == "kind" {
        return Some(RequestType::ALL.iter().map(|kind| kind.code().to_owned()).collect());
    }
    match &rules.fields.get(field)?.kind {
        FieldKind::Choice(choices) => Some(choices.iter().map(|choice| choice.id.clone()).collect()),
        FieldKind::YesNo => Some(vec!["yes".into(), "no".into()]),
        FieldKind::Department => Some(rules.departments.keys().cloned().collect()),
        _ => None,
    }
}

fn known_field(rules: &Rulebook, field: &str) -> bool {
    rules.fields.contains_key(field) || TicketFields::NAMES.contains(&field)
}

/// Its fields are there, and its values are among the field's choices.
fn condition(reader: &mut Reader, rules: &Rulebook, condition: &Condition, place: Place) {
    for test in &condition.0 {
        let (field, asked) = match test {
            Test::Is(field, asked) | Test::IsNot(field, asked) => (field, asked.as_slice()),
            Test::Filled(field) | Test::Empty(field) => (field, [].as_slice()),
        };
        if !known_field(rules, field) {
            reader.faults.add(place, Say::new("rulebook.unknown_field").with("field", field));
            continue;
        }
        let allowed = values(rules, field);
        let place = place.nearer(reader.place(&format!("fields.{field}")));
        for value in asked {
            match &allowed {
                Some(allowed) if allowed.contains(value) => {}
                Some(allowed) => {
                    let say = Say::new("rulebook.unknown_choice").with("field", field).with("value", value);
                    reader.faults.add(place, say.with("allowed", allowed.join(", ")));
                }
                None => reader.faults.add(place, Say::new("rulebook.not_a_choice").with("field", field)),
            }
        }
    }
}

/// A type being looked at.
struct Looking<'a> {
    reader: &'a mut Reader,
    rules: &'a Rulebook,
    rule: &'a TypeRule,
    code: &'static str,
}

impl Looking<'_> {
    fn all(&mut self, kind: RequestType) {
        self.names();
        if let Some(flow) = self.flow() {
            self.stuck(&flow);
            self.outcome(&flow);
            self.clocks(&flow);
        }
        self.special(kind);
    }

    fn place(&self, below: &str) -> Place {
        self.reader.place(&format!("types.{}.{below}", self.code))
    }

    fn fault(&mut self, below: &str, say: Say) {
        let place = self.place(below);
        self.reader.faults.add(place, say.with("type", self.code));
    }

    /// Fields, roles and the chain that are named are there.
    fn names(&mut self) {
        let rule = self.rule;
        let screens = rule.stages.iter().map(|stage| (format!("stage.{}.fields", stage.id), &stage.fields));
        for (path, uses) in screens.chain([("form".to_owned(), &rule.form)]) {
            for (at, one) in uses.iter().enumerate() {
                let place = self.place(&format!("{path}.{at}"));
                if !known_field(self.rules, &one.field) {
                    let say = Say::new("rulebook.unknown_field").with("field", &one.field);
                    self.reader.faults.add(place, say);
                }
                if let crate::domain::rulebook::Need::When(when) = &one.need {
                    condition(self.reader, self.rules, when, place);
                }
            }
        }
        for stage in &rule.stages {
            for (at, one) in stage.by.iter().enumerate() {
                let place = self.place(&format!("stage.{}.by.{at}", stage.id));
                role(self.reader, self.rules, one, place);
            }
            for (at, way) in stage.moves.iter().enumerate() {
                let place = self.place(&format!("stage.{}.moves.{at}", stage.id));
                condition(self.reader, self.rules, &way.when, place);
                for one in &way.tell {
                    if let RoleRef::Role(one) = one {
                        role(self.reader, self.rules, one, place);
                    }
                }
                if way.escalate && rule.chain.is_empty() {
                    self.reader.faults.add(place, Say::new("rulebook.no_chain").with("type", self.code));
                }
            }
        }
        if !rule.chain.is_empty() && !self.rules.chains.contains_key(&rule.chain) {
            self.fault("chain", Say::new("rulebook.unknown_chain").with("chain", &rule.chain));
        }
    }

    /// What an emergency and a tip-off need beyond the others.
    fn special(&mut self, kind: RequestType) {
        let at = format!("types.{}", self.code);
        let place = self.reader.place(&at);
        if kind == RequestType::Emergency && self.rule.emergency.is_none() {
            self.reader.faults.add(place, Say::new("rulebook.no_plan").with("type", self.code).with("what", "plan"));
        }
        if let Some(plan) = &self.rule.emergency {
            let parts = [
                ("script", plan.script.is_empty()),
                ("checklist", plan.checklist.is_empty()),
                ("tell", plan.tell.is_empty()),
            ];
            for (what, _) in parts.into_iter().filter(|(_, empty)| *empty) {
                self.fault("plan", Say::new("rulebook.no_plan").with("what", what));
            }
        }
        match &self.rule.sealed_for {
            None if kind == RequestType::TipOff => {
                self.reader.faults.add(place, Say::new("rulebook.not_sealed").with("type", self.code));
            }
            None => {}
            Some(keeper) => match self.rules.roles.get(keeper) {
                None => self.fault("sealed_for", Say::new("rulebook.unknown_role").with("role", keeper)),
                Some(role) if !role.named_only => {
                    self.fault("sealed_for", Say::new("rulebook.seal_by_rank").with("role", keeper));
                }
                Some(_) => {}
            },
        }
    }
}
