//! Clocks that can't start, can't stop, or go up where there is nobody above.

use std::collections::{BTreeMap, BTreeSet};

use super::flow::Flow;
use super::{Looking, condition, known_field, role};
use crate::domain::rulebook::{Act, AllowRule, ClockRule, Condition, FieldKind, RoleRef, Test, Trigger, TypeRule};
use crate::domain::ticket::TicketFields;
use crate::text::Say;

/// Where a ticket may stand when something happens, by place in the list of stages.
type Stands = BTreeSet<usize>;

impl<'a> Looking<'a> {
    pub fn clocks(&mut self, flow: &Flow) {
        let rule = self.rule;
        if rule.clocks.is_empty() {
            let place = self.reader.place(&format!("types.{}", self.code));
            self.reader.faults.add(place, Say::new("rulebook.no_clock").with("type", self.code));
        }
        let mut whole = true;
        for clock in &rule.clocks {
            whole &= self.clock_names(clock);
        }
        if !whole {
            return;
        }
        let started = self.started(flow);
        for clock in &rule.clocks {
            let below = format!("clocks.{}", clock.id);
            let Some(from) = started.get(clock.id.as_str()).filter(|from| !from.is_empty()) else {
                self.fault(&format!("{below}.start"), Say::new("rulebook.never_starts").with("clock", &clock.id));
                continue;
            };
            let stops = |stop: &Trigger| *stop != clock.start && !self.happens(flow, stop, from, &started).is_empty();
            if !clock.stop.is_empty() && !clock.stop.iter().any(stops) {
                self.fault(&format!("{below}.stop"), Say::new("rulebook.never_stops").with("clock", &clock.id));
            }
        }
    }

    /// What it names is there.
    fn clock_names(&mut self, clock: &ClockRule) -> bool {
        let below = format!("clocks.{}", clock.id);
        let mut whole = true;
        for (key, trigger) in [("start", &clock.start)].into_iter().chain(clock.stop.iter().map(|stop| ("stop", stop)))
        {
            let say = match trigger {
                Trigger::Entered(stage) | Trigger::Left(stage) if self.rule.stage(stage).is_none() => {
                    Say::new("rulebook.unknown_stage").with("stage", stage)
                }
                Trigger::Stopped(other) if self.rule.clock(other).is_none() => {
                    Say::new("rulebook.unknown_clock").with("clock", other)
                }
                Trigger::Filled(field) if !known_field(self.rules, field) => {
                    Say::new("rulebook.unknown_field").with("field", field)
                }
                _ => continue,
            };
            whole = false;
            let place = self.place(&format!("{below}.{key}")).nearer(self.place("stages"));
            self.reader.faults.add(place, say.with("type", self.code));
        }
        let place = self.place(&format!("{below}.when"));
        condition(self.reader, self.rules, &clock.when, place);
        if let AllowRule::Until(field, _) = &clock.allow {
            match self.rules.fields.get(field).map(|field| &field.kind) {
                Some(FieldKind::Moment) => {}
                Some(_) => {
                    self.fault(&format!("{below}.until"), Say::new("rulebook.not_a_moment").with("field", field))
                }
                None => self.fault(&format!("{below}.until"), Say::new("rulebook.unknown_field").with("field", field)),
            }
        }
        let place = self.place(&format!("{below}.marks"));
        for act in clock.marks.iter().flat_map(|mark| &mark.acts) {
            match act {
                Act::Escalate if self.rule.chain.is_empty() => {
                    self.reader.faults.add(place, Say::new("rulebook.no_chain").with("type", self.code));
                }
                Act::Notify(RoleRef::Role(one)) => role(self.reader, self.rules, one, place),
                // The desk's own fields are people's to fill, the type above all.
                Act::Fill(field, _) if !self.rules.fields.contains_key(field) => {
                    self.reader.faults.add(place, Say::new("rulebook.unknown_field").with("field", field));
                }
                Act::Fill(field, value) => {
                    let wanted = Condition(vec![Test::Is(field.clone(), vec![value.clone()])]);
                    condition(self.reader, self.rules, &wanted, place);
                }
                _ => {}
            }
        }
        whole
    }

    /// Where a ticket may stand when each clock starts; nowhere for one that never does. A clock started by another's
    /// stop is worked out until nothing changes.
    fn started(&self, flow: &Flow) -> BTreeMap<&'a str, Stands> {
        let everywhere = flow.reach(0);
        let mut started: BTreeMap<&'a str, Stands> = BTreeMap::new();
        let rule: &'a TypeRule = self.rule;
        loop {
            let mut changed = false;
            for clock in &rule.clocks {
                let stands = self.happens(flow, &clock.start, &everywhere, &started);
                if started.get(clock.id.as_str()) != Some(&stands) {
                    started.insert(&clock.id, stands);
                    changed = true;
                }
            }
            if !changed {
                return started;
            }
        }
    }

    /// Where a ticket may stand when something happens that went on from one of these stages.
    fn happens(&self, flow: &Flow, what: &Trigger, from: &Stands, started: &BTreeMap<&str, Stands>) -> Stands {
        self.follows(flow, what, from, started, 0)
    }

    fn follows(
        &self,
        flow: &Flow,
        what: &Trigger,
        from: &Stands,
        started: &BTreeMap<&str, Stands>,
        deep: usize,
    ) -> Stands {
        let on: Stands = from.iter().flat_map(|at| flow.reach(*at)).collect();
        let stage = |id: &str| self.rule.stages.iter().position(|stage| stage.id == id).filter(|at| on.contains(at));
        match what {
            Trigger::Registered => on.first().filter(|at| **at == 0).copied().into_iter().collect(),
            Trigger::Entered(id) => stage(id).into_iter().collect(),
            Trigger::Left(id) => stage(id).into_iter().flat_map(|at| flow.after(at)).collect(),
            Trigger::Filled(field) => self.asked(field, &on),
            Trigger::Told | Trigger::Agreed => on,
            Trigger::Filed => on.last().copied().into_iter().collect(),
            Trigger::Reopened => {
                let ways = on.iter().filter_map(|at| self.rule.stages.get(*at)).flat_map(|stage| &stage.moves);
                ways.filter(|way| way.round && way.escalate).filter_map(|way| stage(&way.to)).collect()
            }
            Trigger::Stopped(other) => {
                let Some(clock) = self.rule.clock(other) else { return Stands::new() };
                let Some(from) = started.get(other.as_str()).filter(|from| !from.is_empty()) else {
                    return Stands::new();
                };
                // Clocks that only stop each other never do: a chain longer than there are clocks goes round.
                if deep > self.rule.clocks.len() {
                    return Stands::new();
                }
                let ends = clock.stop.iter().flat_map(|stop| self.follows(flow, stop, from, started, deep + 1));
                let ends: Stands = ends.collect();
                ends.intersection(&on).copied().collect()
            }
        }
    }

    /// The stages whose screen asks a field; everywhere for what the form asks, for it can be filled in later.
    fn asked(&self, field: &str, on: &Stands) -> Stands {
        let form = TicketFields::NAMES.contains(&field) || self.rule.form.iter().any(|one| one.field == field);
        let asks = |at: &&usize| {
            let stage = self.rule.stages.get(**at);
            form || stage.is_some_and(|stage| stage.fields.iter().any(|one| one.field == field))
        };
        on.iter().filter(asks).copied().collect()
    }
}
