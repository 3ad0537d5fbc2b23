//! The parts of sentences about a rulebook: conditions, allowances, triggers, what a clock does.

use super::explain::Page;
use crate::domain::RequestType;
use crate::domain::calendar::Allowance;
use crate::domain::rulebook::{Act, AllowRule, Condition, RoleRef, Test, Trigger};

impl Page<'_> {
    pub fn kind_word(&self, kind: RequestType) -> String {
        self.language.word(&format!("kind.{}", kind.code().replace('_', "-"))).to_owned()
    }

    pub fn field(&self, field: &str) -> String {
        self.word(&self.rules.field_word(field))
    }

    /// A condition as a clause; empty for none.
    pub fn condition(&self, condition: &Condition) -> String {
        let and = self.language.word("explain.and");
        condition.0.iter().map(|test| self.test(test)).collect::<Vec<_>>().join(and)
    }

    fn test(&self, test: &Test) -> String {
        let (key, field, values) = match test {
            Test::Is(field, values) => ("is", field, values.as_slice()),
            Test::IsNot(field, values) => ("is_not", field, values.as_slice()),
            Test::Filled(field) => ("is_filled", field, [].as_slice()),
            Test::Empty(field) => ("is_empty", field, [].as_slice()),
        };
        let values: Vec<String> = values.iter().map(|value| self.word(&self.rules.value_word(field, value))).collect();
        let or = self.language.word("explain.or");
        self.say(key).with("field", self.field(field)).with("values", values.join(or)).words(self.language)
    }

    pub fn allowance(&self, allow: Allowance) -> String {
        let (key, count) = match allow {
            Allowance::Minutes(count) => ("minutes", count),
            Allowance::Hours(count) => ("hours", count),
            Allowance::Days(count) => ("days", count),
            Allowance::WorkingDays(count) => ("working_days", count),
            Allowance::WorkMinutes(count) => ("work_minutes", count),
            Allowance::SameDay => ("same_day", 0),
        };
        self.say(key).with("count", count).words(self.language)
    }

    pub fn allowed(&self, allow: &AllowRule) -> String {
        match allow {
            AllowRule::Fixed(allow) => self.allowance(*allow),
            AllowRule::Until(field, allow) => {
                let say = self.say("until").with("field", self.field(field));
                say.with("allow", self.allowance(*allow)).words(self.language)
            }
        }
    }

    pub fn trigger(&self, kind: RequestType, trigger: &Trigger) -> String {
        let stage = |key: &str, stage: &str| {
            self.say(key).with("stage", self.word(&self.rules.stage_word(kind, stage))).words(self.language)
        };
        match trigger {
            Trigger::Registered => self.language.word("explain.registered").to_owned(),
            Trigger::Entered(at) => stage("entered", at),
            Trigger::Left(at) => stage("left", at),
            Trigger::Filled(field) if field == "outcome" => self.language.word("explain.told_outcome").to_owned(),
            Trigger::Filled(field) => self.say("filled").with("field", self.field(field)).words(self.language),
            Trigger::Told => self.language.word("explain.told").to_owned(),
            Trigger::Agreed => self.language.word("explain.agreed").to_owned(),
            Trigger::Stopped(clock) => {
                let clock = self.word(&self.rules.clock_word(kind, clock));
                self.say("stopped").with("clock", clock).words(self.language)
            }
            Trigger::Filed => self.language.word("explain.filed").to_owned(),
            Trigger::Reopened => self.language.word("moves.reopened").to_owned(),
        }
    }

    /// Whom a rulebook's reference means, in words.
    pub fn whom(&self, whom: &RoleRef) -> String {
        match whom {
            RoleRef::Owner => self.language.word("explain.owner").to_owned(),
            RoleRef::FirstReceiver => self.language.word("explain.first_receiver").to_owned(),
            RoleRef::Role(role) => self.word(&self.rules.role_word(role)),
        }
    }

    pub fn act(&self, act: &Act) -> String {
        let whom = match act {
            Act::Ring => return self.language.word("explain.ring").to_owned(),
            Act::Escalate => return self.language.word("explain.escalate").to_owned(),
            Act::Notify(whom) => self.whom(whom),
            Act::Fill(field, value) => {
                let value = self.word(&self.rules.value_word(field, value));
                return self.say("fills").with("field", self.field(field)).with("value", value).words(self.language);
            }
        };
        self.say("notify").with("whom", whom).words(self.language)
    }
}
