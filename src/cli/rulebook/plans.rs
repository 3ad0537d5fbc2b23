//! What goes beyond one request: duplicates, callbacks, visits, samples, consequences, rewards, sheets.

use super::explain::Page;
use crate::domain::Allowance;
use crate::domain::rulebook::{Consequence, Sampling};

impl Page<'_> {
    pub fn plans(&mut self) {
        let (rules, language) = (self.rules, self.language);
        self.heading(language.word("explain.plans"));
        let say = self.say("duplicates").with("days", rules.duplicates.days).words(language);
        self.cited(2, &say, &rules.duplicates.article);
        let say = self.say("incidents").with("count", rules.incidents.count).with("minutes", rules.incidents.minutes);
        self.cited(2, &say.words(language), &rules.incidents.article);
        let say = self.say("objection").with("allow", self.allowance(rules.objection)).words(language);
        self.cited(2, &say, &self.article("objection"));
        if !rules.articles.get("marks").is_none_or(String::is_empty) {
            self.cited(2, language.word("explain.marks"), &self.article("marks"));
        }
        self.attempts();
        for share in &rules.revisits.shares {
            let mut kind = self.kind_word(share.kind);
            if !share.when.0.is_empty() {
                let when = self.condition(&share.when);
                kind = self.say("kind_when").with("kind", kind).with("when", when).words(language);
            }
            let say = self.say("revisit").with("kind", kind).with("percent", share.percent);
            let say = say.with("within", self.allowance(share.within));
            let say = say.with("role", self.word(&rules.role_word(&share.by))).words(language);
            self.cited(2, &say, &share.article);
        }
        for visit in &rules.visits {
            let say = self.say("visit").with("class", &visit.class).with("count", visit.per_year).words(language);
            self.cited(2, &say, &visit.article);
        }
        self.samples();
        self.recordings();
        self.ledger();
        for report in &rules.reports {
            let key = if report.day == 0 { "report_first" } else { "report" };
            let say = self.say(key).with("name", &report.name).with("every", self.every(&report.every));
            let say = say.with("day", report.day).with("role", self.word(&rules.role_word(&report.to)));
            self.cited(2, &say.words(language), &report.article);
        }
    }

    fn every(&self, every: &str) -> String {
        self.known(&format!("explain.every_{every}"), every)
    }

    fn attempts(&mut self) {
        let (plan, language) = (&self.rules.attempts, self.language);
        let clock = |minute: u16| format!("{:02}:{:02}", minute / 60, minute % 60);
        let waits: Vec<String> = plan
            .waits_ms
            .iter()
            .map(|wait| match u32::try_from(wait / 60_000).unwrap_or_default() {
                minutes if minutes % 60 == 0 => self.allowance(Allowance::Hours(minutes / 60)),
                minutes => self.allowance(Allowance::Minutes(minutes)),
            })
            .collect();
        let mut words = self.say("attempts").with("waits", self.list(&waits)).words(language);
        if let Some(minute) = plan.next_day_at {
            words.push_str(&self.say("attempts_next_day").with("time", clock(minute)).words(language));
        }
        let rest = self
            .say("attempts_rest")
            .with("from", clock(plan.quiet.from))
            .with("to", clock(plan.quiet.to))
            .with("role", self.word(&self.rules.role_word(&plan.then)))
            .with("percent", plan.share_percent);
        words.push_str(&rest.words(language));
        let article = plan.article.clone();
        self.cited(2, &words, &article);
    }

    fn samples(&mut self) {
        if self.rules.sampling.is_empty() {
            return;
        }
        let language = self.language;
        self.line(2, language.word("explain.samples"));
        for one in &self.rules.sampling {
            let words = self.sample(one);
            self.cited(4, &words, &one.article);
        }
    }

    fn recordings(&mut self) {
        let (rule, language) = (&self.rules.recordings, self.language);
        let mut words = self.say("recordings").with("days", rule.days).words(language);
        if !rule.listen.is_empty() {
            let roles: Vec<String> = rule.listen.iter().map(|role| self.word(&self.rules.role_word(role))).collect();
            words.push_str(&self.say("recordings_listen").with("roles", self.list(&roles)).words(language));
        }
        let article = rule.article.clone();
        self.cited(2, &words, &article);
    }

    fn sample(&self, one: &Sampling) -> String {
        let language = self.language;
        let key = match (one.percent, one.percent_most, one.least) {
            (0, ..) => "sample_count",
            (100, ..) => "sample_all",
            (_, 0, 0) => "sample",
            (_, 0, _) => "sample_least",
            (_, _, 0) => "sample_range",
            _ => "sample_range_least",
        };
        let say = self.say(key).with("name", &one.name).with("every", self.every(&one.every));
        let say = say.with("percent", one.percent).with("most", one.percent_most).with("least", one.least);
        let mut words = say.with("role", self.word(&self.rules.role_word(&one.by))).words(language);
        if !one.parts.is_empty() {
            let parts: Vec<String> = one.parts.iter().map(|(name, percent)| format!("{name} {percent}%")).collect();
            words.push_str(&self.say("sample_parts").with("parts", self.list(&parts)).words(language));
        }
        words
    }

    fn ledger(&mut self) {
        let (rules, language) = (self.rules, self.language);
        if !rules.consequences.is_empty() {
            self.line(2, language.word("explain.consequences"));
        }
        for one in &rules.consequences {
            let words = self.consequence(one);
            self.cited(4, &words, &one.article);
        }
        if !rules.rewards.is_empty() {
            self.line(2, language.word("explain.rewards"));
        }
        for one in &rules.rewards {
            let key = if one.percent > 0 { "reward_percent" } else { "reward" };
            let say = self.say(key).with("cause", &one.cause).with("yuan", one.yuan).with("percent", one.percent);
            let words = say.with("when", self.condition(&one.when)).words(language);
            self.cited(4, &words, &one.article);
        }
    }

    fn consequence(&self, one: &Consequence) -> String {
        let language = self.language;
        let mut what = Vec::new();
        if one.fine_most > one.fine {
            let say = self.say("fine_range").with("fine", one.fine).with("most", one.fine_most);
            what.push(say.words(language));
        } else if one.fine > 0 {
            what.push(self.say("fine").with("fine", one.fine).words(language));
        }
        if one.points > 0 {
            what.push(self.say("points").with("points", one.points).words(language));
        }
        if !one.demerit.is_empty() {
            what.push(one.demerit.clone());
        }
        self.say("consequence").with("cause", &one.cause).with("what", self.list(&what)).words(language)
    }
}
