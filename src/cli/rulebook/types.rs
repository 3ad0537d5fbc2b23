//! What happens to one type of request, from the first call to filing.

use super::explain::Page;
use crate::domain::RequestType;
use crate::domain::rulebook::{ClockRule, EmergencyRule, FILED, FieldUse, MarkRule, MoveRule, Need, StageRule};
use crate::text::Say;

impl Page<'_> {
    pub fn kind(&mut self, kind: RequestType) {
        let (rule, language) = (self.rules.kind(kind), self.language);
        let heading = self.say("kind").with("kind", self.kind_word(kind)).with("code", kind.code()).words(language);
        self.heading(&heading);
        let source = self.say("source").with("article", &rule.article).words(language);
        self.line(2, &source);
        if let Some(keeper) = &rule.sealed_for {
            let role = self.word(&self.rules.role_word(keeper));
            let say = self.say("sealed").with("role", role).words(language);
            self.line(2, &say);
        }
        if let Some(plan) = &rule.emergency {
            self.emergency(plan);
        }
        if !rule.form.is_empty() {
            self.line(2, language.word("explain.form"));
            self.uses(4, &rule.form);
        }
        self.line(2, language.word("explain.stages"));
        for (at, stage) in rule.stages.iter().enumerate() {
            self.stage(kind, at + 1, stage);
        }
        self.line(2, language.word("explain.clocks"));
        let usual = usual(&rule.clocks);
        if let Some(usual) = usual {
            let say = self.say("usual").with("marks", self.marks(usual)).words(language);
            self.line(4, &say);
        }
        for clock in &rule.clocks {
            self.clock(kind, clock, usual.is_some_and(|usual| *usual == clock.marks));
        }
        if !rule.chain.is_empty() {
            let say = self.say("goes_up").with("roles", self.chain(&rule.chain)).words(language);
            self.line(2, &say);
        }
    }

    /// What a screen asks: what must be filled, what must be filled sometimes, what may be.
    fn uses(&mut self, indent: usize, uses: &[FieldUse]) {
        let named = |page: &Self, need: &Need| -> Vec<String> {
            uses.iter().filter(|one| one.need == *need).map(|one| page.field(&one.field)).collect()
        };
        let mut needs = vec![Need::Always];
        for one in uses.iter().filter(|one| matches!(one.need, Need::When(_))) {
            if !needs.contains(&one.need) {
                needs.push(one.need.clone());
            }
        }
        needs.push(Need::Free);
        for need in needs {
            let fields = named(self, &need);
            if fields.is_empty() {
                continue;
            }
            let say = match &need {
                Need::Always => self.say("must"),
                Need::When(when) => self.say("must_when").with("when", self.condition(when)),
                Need::Free => self.say("may"),
            };
            let say = say.with("fields", self.list(&fields)).words(self.language);
            self.line(indent, &say);
        }
    }

    fn stage(&mut self, kind: RequestType, number: usize, stage: &StageRule) {
        let language = self.language;
        let roles: Vec<String> = stage.by.iter().map(|role| self.word(&self.rules.role_word(role))).collect();
        let key = match (stage.id.as_str(), roles.is_empty()) {
            (FILED, _) => "stage_filed",
            (_, true) => "stage_owner",
            (_, false) => "stage",
        };
        let name = self.word(&self.rules.stage_word(kind, &stage.id));
        let say = self.say(key).with("number", number).with("stage", name).with("roles", self.list(&roles));
        self.cited(4, &say.words(language), &stage.article);
        self.uses(7, &stage.fields);
        if stage.waits {
            self.line(7, language.word("explain.waits"));
        }
        for way in &stage.moves {
            let words = self.way(kind, way);
            self.line(7, &words);
        }
    }

    fn way(&self, kind: RequestType, way: &MoveRule) -> String {
        let key = if way.when.0.is_empty() { "move" } else { "move_when" };
        let stage = self.word(&self.rules.stage_word(kind, &way.to));
        let mut words = self.say(key).with("when", self.condition(&way.when)).with("stage", stage).words(self.language);
        for (_, key) in [(way.round, "round"), (way.escalate, "goes_one_up")].into_iter().filter(|(yes, _)| *yes) {
            words.push_str(self.language.word(&format!("explain.{key}")));
        }
        if !way.tell.is_empty() {
            let whom: Vec<String> = way.tell.iter().map(|to| self.whom(to)).collect();
            words.push_str(&Say::new("moves.tells").with("whom", self.list(&whom)).words(self.language));
        }
        words
    }

    fn clock(&mut self, kind: RequestType, clock: &ClockRule, usual: bool) {
        let language = self.language;
        let stops: Vec<String> = clock.stop.iter().map(|stop| self.trigger(kind, stop)).collect();
        let say = self
            .say("clock")
            .with("clock", self.word(&self.rules.clock_word(kind, &clock.id)))
            .with("id", &clock.id)
            .with("start", self.trigger(kind, &clock.start))
            .with("allow", self.allowed(&clock.allow))
            .with("stop", stops.join(language.word("explain.or")));
        self.cited(4, &say.words(language), &clock.article);
        if !clock.when.0.is_empty() {
            let say = self.say("only_when").with("when", self.condition(&clock.when)).words(language);
            self.line(7, &say);
        }
        if !usual && !clock.marks.is_empty() {
            let words = self.marks(&clock.marks);
            self.line(7, &words);
        }
    }

    fn marks(&self, marks: &[MarkRule]) -> String {
        let language = self.language;
        let said = marks.iter().map(|mark| {
            let mut acts = vec![language.word("explain.colour").to_owned()];
            acts.extend(mark.acts.iter().map(|act| self.act(act)));
            let key = if mark.percent == 100 { "mark_due" } else { "mark" };
            self.say(key).with("percent", mark.percent).with("acts", self.list(&acts)).words(language)
        });
        said.collect::<Vec<_>>().join(language.word("explain.then"))
    }

    fn emergency(&mut self, plan: &EmergencyRule) {
        let language = self.language;
        self.cited(2, language.word("explain.plan"), &plan.article);
        self.line(4, language.word("explain.plan_script"));
        for line in &plan.script {
            self.line(6, line);
        }
        for (key, items) in [("plan_checklist", &plan.checklist), ("plan_tell", &plan.tell)] {
            self.line(4, language.word(&format!("explain.{key}")));
            for item in items {
                let shown = match item.phone.is_empty() {
                    true => item.name.clone(),
                    false => self.say("dial").with("name", &item.name).with("phone", &item.phone).words(language),
                };
                self.line(6, &shown);
            }
        }
    }
}

/// The steps that several clocks share; said once.
fn usual(clocks: &[ClockRule]) -> Option<&Vec<MarkRule>> {
    let shared = |marks: &Vec<MarkRule>| clocks.iter().filter(|clock| clock.marks == *marks).count();
    let most = clocks.iter().map(|clock| &clock.marks).max_by_key(|marks| shared(marks))?;
    (shared(most) > 1 && !most.is_empty()).then_some(most)
}
