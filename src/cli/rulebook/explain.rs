//! A rulebook in words, for the manager who is to agree to it: what happens to a request from the first call to filing,
//! with every clock, every figure, and the article it comes from.

use crate::domain::calendar::WorkDays;
use crate::domain::rulebook::{BreakRule, Formula, Rulebook};
use crate::domain::{Millis, RequestType};
use crate::text::{Ambiguous, Language, Say, Word, width, wrap};

/// The width that is written for.
const COLUMNS: usize = 80;

/// The whole rulebook, or what happens to one type of request.
pub fn explain(rules: &Rulebook, kind: Option<RequestType>, language: Language) -> String {
    let mut page = Page { rules, language, text: String::new() };
    page.line(0, &page.say("title").with("name", &rules.name).with("title", &rules.title).words(language));
    match kind {
        Some(kind) => page.kind(kind),
        None => {
            page.figures();
            page.people();
            for kind in RequestType::ALL {
                page.kind(kind);
            }
            page.fields();
            page.plans();
        }
    }
    page.text
}

/// The page being written.
pub(super) struct Page<'a> {
    pub rules: &'a Rulebook,
    pub language: Language,
    pub text: String,
}

impl Page<'_> {
    /// A sentence of the table `explain`.
    pub fn say(&self, key: &str) -> Say {
        Say::new(&format!("explain.{key}"))
    }

    /// A line, wrapped, its further lines further in.
    pub fn line(&mut self, indent: usize, words: &str) {
        let hang = indent + if indent == 0 { 0 } else { 2 };
        let first = wrap(words, COLUMNS - indent, Ambiguous::Wide);
        let Some(head) = first.first() else { return };
        self.text.push_str(&format!("{}{head}\n", " ".repeat(indent)));
        let rest = words.trim_start().strip_prefix(head.as_str()).map(str::trim_start).unwrap_or_default();
        if rest.is_empty() {
            return;
        }
        for line in wrap(rest, COLUMNS - hang, Ambiguous::Wide) {
            self.text.push_str(&format!("{}{line}\n", " ".repeat(hang)));
        }
    }

    /// A line that ends with the article it comes from.
    pub fn cited(&mut self, indent: usize, words: &str, article: &str) {
        let bracketed = match article.is_empty() {
            true => words.to_owned(),
            false => self.say("article").with("words", words).with("article", article).words(self.language),
        };
        self.line(indent, &bracketed);
    }

    /// A heading with a rule beneath.
    pub fn heading(&mut self, words: &str) {
        self.text.push('\n');
        self.line(0, words);
        self.text.push_str(&format!("{}\n", "-".repeat(width(words, Ambiguous::Wide).min(COLUMNS))));
    }

    /// A word of the catalogue or the company's own.
    pub fn word(&self, word: &Word) -> String {
        word.words(self.language)
    }

    /// A list as the language writes it.
    pub fn list(&self, words: &[String]) -> String {
        words.join(self.language.word("list.join"))
    }

    pub(super) fn article(&self, key: &str) -> String {
        self.rules.articles.get(key).cloned().unwrap_or_default()
    }

    fn figures(&mut self) {
        let (rules, language) = (self.rules, self.language);
        self.heading(language.word("explain.figures"));
        let seconds = |ms: Millis| ms / 1_000;
        let say = self.say("answer").with("seconds", seconds(rules.answer_limit_ms)).words(language);
        self.cited(2, &say, &self.article("answer"));
        for (queue, limit) in &rules.queue_limit_ms {
            let say = self.say("queue").with("queue", queue).with("seconds", seconds(*limit)).words(language);
            self.cited(2, &say, &self.article(&format!("queues.{queue}")));
        }
        self.level();
        let told = if rules.oversight.told { "listening_told" } else { "listening_untold" };
        let say = self.say(told).words(language);
        self.cited(2, &say, &rules.oversight.article);
        let say = self.say("wrap_up").with("seconds", seconds(rules.wrap_up_ms)).words(language);
        self.cited(2, &say, &self.article("wrap_up"));
        let say = self.say("callback").with("minutes", rules.callback_after_ms / 60_000).words(language);
        self.cited(2, &say, &self.article("callback"));
        let hours = self.hours();
        self.cited(2, &hours, &self.article("hours"));
        self.breaks();
        let lists = [
            ("breaks", &rules.break_reasons),
            ("danger", &rules.danger_words),
            ("danger_except", &rules.danger_except),
        ];
        for (key, words) in lists.into_iter().filter(|(_, words)| !words.is_empty()) {
            let say = self.say(key).with("words", self.list(words)).words(language);
            self.cited(2, &say, &self.article(key.trim_end_matches("_except")));
        }
        if !rules.dispositions.is_empty() {
            let words: Vec<String> = rules
                .dispositions
                .iter()
                .map(|choice| choice.name.clone().unwrap_or_else(|| choice.id.clone()))
                .collect();
            let say = self.say("dispositions").with("words", self.list(&words)).words(language);
            self.cited(2, &say, &self.article("dispositions"));
        }
        for (name, lines) in &rules.scripts {
            let say = self.say("script").with("name", self.script_name(name)).with("words", lines.join(" "));
            self.cited(2, &say.words(language), &self.article(&format!("scripts.{name}")));
        }
    }

    /// R-LIVE-4. Where breaks hang on nothing nothing is said of it, unless the rulebook itself does.
    fn breaks(&mut self) {
        let (key, article) = match (self.rules.break_rule(), self.rules.breaks_allowed) {
            (BreakRule::Always, None) => return,
            (BreakRule::Always, Some(_)) => ("staffing.explain_always", self.article("breaks")),
            (BreakRule::WhileLevelHolds, None) => ("staffing.explain_holds", self.rules.service_level.article.clone()),
            (BreakRule::WhileLevelHolds, Some(_)) => ("staffing.explain_holds", self.article("breaks")),
        };
        let words = self.language.word(key);
        self.cited(2, words, &article);
    }

    fn script_name(&self, name: &str) -> String {
        match RequestType::parse(name) {
            Some(kind) => self.kind_word(kind),
            None => self.known(&format!("explain.script_{name}"), name),
        }
    }

    /// The word of a key, or the name as it stands where the catalogue has none.
    pub fn known(&self, key: &str, name: &str) -> String {
        let word = self.language.word(key);
        if word == key { name.to_owned() } else { word.to_owned() }
    }

    fn level(&mut self) {
        let level = &self.rules.service_level;
        let formula = match level.formula {
            Formula::Answered => "A/N",
            Formula::AbandonedInTimeGood => "(A+Bs)/(N+B)",
            Formula::AllOffered => "A/(N+B)",
            Formula::AbandonedInTimeOut => "A/(N+B−Bs)",
        };
        let say = match level.target_percent {
            Some(percent) if level.over_hours > 0 => {
                self.say("level_target").with("percent", percent).with("hours", level.over_hours)
            }
            Some(percent) => self.say("level_share").with("percent", percent),
            None => self.say("level"),
        };
        let (say, article) = (say.with("formula", formula).words(self.language), level.article.clone());
        self.cited(2, &say, &article);
    }

    fn hours(&self) -> String {
        let hours = &self.rules.hours;
        let clock = |minute: &u16| format!("{:02}:{:02}", minute / 60, minute % 60);
        let spans: Vec<String> =
            hours.spans().iter().map(|(from, to)| format!("{}-{}", clock(from), clock(to))).collect();
        let key = match hours.days() {
            _ if hours.is_always() => "hours_always",
            WorkDays::Every => "hours_every",
            WorkDays::Working => "hours_working",
        };
        self.say(key).with("spans", self.list(&spans)).words(self.language)
    }

    fn people(&mut self) {
        let (rules, language) = (self.rules, self.language);
        self.heading(language.word("explain.people"));
        for role in rules.roles.values() {
            let key = match (role.operators, role.named_only) {
                (true, _) => "role_operators",
                (_, true) => "role_named",
                _ => "role",
            };
            let say = self.say(key).with("role", &role.name).words(language);
            self.cited(2, &say, &role.article);
        }
        for department in rules.departments.values() {
            let head = self.word(&rules.role_word(&department.head));
            let say = self.say("department").with("name", &department.name).with("head", head).words(language);
            self.cited(2, &say, &department.article);
        }
        for chain in rules.chains.keys() {
            let say = self.say("chain").with("roles", self.chain(chain)).words(language);
            self.cited(2, &say, &self.article(&format!("chains.{chain}")));
        }
    }

    /// The roles of a chain, one after the other.
    pub fn chain(&self, chain: &str) -> String {
        let roles = self.rules.chains.get(chain).into_iter().flatten();
        roles.map(|role| self.word(&self.rules.role_word(role))).collect::<Vec<_>>().join(" > ")
    }
}
