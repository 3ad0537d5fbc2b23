//! How what figures are put together by is called, and which facts a row of a table is made of.

use super::{FigureSpan, FiguresView};
use crate::domain::call::Direction;
use crate::domain::figures::{By, Fact, Figure, Filter, Group, Measure, PATIENCE_S};
use crate::domain::rulebook::Formula;
use crate::domain::{AgentId, Call, CallbackReason, RequestType, StaffId};
use crate::text::Say;
use crate::tui::model::Model;
use crate::tui::words;

/// Where there is nothing to count (R-LIVE-3): never 100 %.
pub const NOTHING: &str = "\u{2013}";

impl Model {
    /// The service level's formula that is shown: the one chosen here, else the rulebook's.
    pub fn formula(&self) -> Formula {
        self.figures.formula.unwrap_or(self.desk.welcome().rulebook.service_level.formula)
    }

    /// Shows the service level by another formula. No fact is changed by it.
    pub(in crate::tui) fn choose_formula(&mut self, formula: Formula) {
        let in_force = self.desk.welcome().rulebook.service_level.formula;
        self.figures.formula = Some(formula).filter(|formula| *formula != in_force);
        for layer in &mut self.layers {
            if let crate::tui::layer::Layer::Formula(page) = layer {
                page.follow(formula);
            }
        }
    }

    /// The team of an agent's place or a technician; empty for none.
    pub fn team_of(&self, who: &str) -> String {
        let staff = self.desk.state().agents.get(&AgentId(who.to_owned())).and_then(|agent| agent.staff.clone());
        let staff = staff.unwrap_or_else(|| StaffId(who.to_owned()));
        let known = self.desk.welcome().staff.iter().find(|known| known.id == staff);
        known.map(|known| known.team.clone()).unwrap_or_default()
    }

    /// An agent's or a technician's name.
    pub fn who_name(&self, who: &str) -> String {
        let agent = self.desk.state().agents.get(&AgentId(who.to_owned()));
        match agent.map(|agent| agent.name.as_str()).filter(|name| !name.is_empty()) {
            Some(name) => name.to_owned(),
            None => self.staff_name(&StaffId(who.to_owned())),
        }
    }

    /// What a row is about, in words.
    pub fn group_name(&self, by: By, group: &Group) -> String {
        let name = match group {
            Group::All => return self.word("figure_page.all"),
            Group::At(at) => return at.to_string(),
            Group::Named(name) if name.is_empty() => return self.word(nobody(by)),
            Group::Named(name) => name,
        };
        match by {
            By::Agent => self.who_name(name),
            By::Type => self.kind_name(name),
            By::Department => {
                let departments = &self.desk.welcome().rulebook.departments;
                let known = departments.iter().find(|(id, _)| id.as_str() == name);
                known.map_or_else(|| name.clone(), |(_, department)| department.name.clone())
            }
            _ => name.clone(),
        }
    }

    /// A type of tickets, or the reason of a callback.
    fn kind_name(&self, code: &str) -> String {
        const REASONS: [CallbackReason; 9] = [
            CallbackReason::Abandoned,
            CallbackReason::Timeout,
            CallbackReason::TurnedAway,
            CallbackReason::CutByPbx,
            CallbackReason::Asked,
            CallbackReason::Agreed,
            CallbackReason::Answer,
            CallbackReason::Revisit,
            CallbackReason::Sample,
        ];
        let kind = RequestType::parse(code).map(words::kind);
        let reason = || REASONS.into_iter().find(|reason| reason.code() == code).map(words::reason);
        match (kind, reason()) {
            (Some(kind), _) => self.word(kind),
            (None, Some(reason)) => {
                self.words(&Say::new("figure_page.callbacks-for").with("reason", self.word(reason)))
            }
            (None, None) => code.to_owned(),
        }
    }

    /// What tables are put together by, in words.
    pub fn by_name(&self, by: By) -> String {
        self.word(match by {
            By::Queue => "figure_page.by-queue",
            By::Agent => "figure_page.by-agent",
            By::Team => "figure_page.by-team",
            By::Type => "figure_page.by-type",
            By::Department => "figure_page.by-department",
            _ => "figure_page.by-all",
        })
    }

    /// What is wanted alone, in words; empty where all is.
    pub fn filter_words(&self, filter: &Filter) -> String {
        let named =
            |by: By, name: &Option<String>| name.as_ref().map(|name| self.group_name(by, &Group::Named(name.clone())));
        let who = filter.who.as_ref().map(|who| match who.as_slice() {
            [who] => self.group_name(By::Agent, &Group::Named(who.clone())),
            who => {
                let team = who.first().map(|who| self.team_of(who)).unwrap_or_default();
                self.group_name(By::Team, &Group::Named(team))
            }
        });
        let parts = [
            named(By::Queue, &filter.queue),
            who,
            named(By::Type, &filter.kind),
            named(By::Department, &filter.department),
        ];
        parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
    }

    /// The facts of a row: of those that are wanted, the ones that are put together in it.
    pub fn narrowed(&self, filter: &Filter, by: By, group: &Group, span: FigureSpan) -> Filter {
        let mut filter = filter.clone();
        let Group::Named(name) = group else { return filter };
        match by {
            By::Queue => filter.queue = Some(name.clone()),
            By::Agent => filter.who = Some(vec![name.clone()]),
            By::Type => filter.kind = Some(name.clone()),
            By::Department => filter.department = Some(name.clone()),
            By::Team => {
                let all = self.figure_table(span, By::Agent, &filter).unwrap_or_default();
                let who = all.into_keys().filter_map(|group| match group {
                    Group::Named(who) if self.team_of(&who) == *name => Some(who),
                    _ => None,
                });
                filter.who = Some(who.collect());
            }
            _ => {}
        }
        filter
    }

    /// A measure's name.
    pub fn measure_name(&self, measure: Measure) -> String {
        self.word(&format!("measure.{}", measure.code()))
    }

    /// A measure's formula in words.
    pub fn formula_words(&self, measure: Measure, filter: &Filter) -> String {
        let rules = &self.desk.welcome().rulebook;
        let limit = rules.limit_ms(filter.queue.as_deref()) / 1_000;
        self.words(&Say::new(&format!("formula.{}", measure.code())).with("limit", limit))
    }

    /// What is counted, in words.
    pub fn fact_name(&self, fact: Fact) -> String {
        let (key, span) = match fact {
            Fact::AnsweredAfter(span) => ("figure_page.answered-after", span),
            Fact::AbandonedAfter(span) => ("figure_page.abandoned-after", span),
            fact => return self.word(&format!("fact.{}", fact.code())),
        };
        self.words(&Say::new(key).with("span", wait_words(usize::from(span))))
    }

    /// A call in one line: when, who, how it came out.
    pub fn call_words(&self, call: &Call) -> [String; 5] {
        let wait = call.wait_ms().filter(|_| call.direction == Direction::Inbound).map(words::span);
        let marks: String = words::marks(call).map(|mark| format!(" [{}]", self.word(mark))).collect();
        [
            self.when(call.arrived_at),
            self.caller(call),
            call.queue.clone().unwrap_or_default(),
            wait.unwrap_or_default(),
            format!("{} {}{marks}", self.word(words::outcome(call)), call.agent.as_deref().unwrap_or_default())
                .trim()
                .to_owned(),
        ]
    }

    /// Where the formula in force is named: beside the number, and which one was chosen here.
    pub fn formula_note(&self, view: &FiguresView) -> String {
        let measure = Measure::ServiceLevel(self.formula());
        let words = self.formula_words(measure, &view.filter);
        let key =
            if self.figures.formula.is_some() { "figure_page.formula-chosen" } else { "figure_page.formula-in-force" };
        self.words(&Say::new(key).with("words", words))
    }
}

fn nobody(by: By) -> &'static str {
    match by {
        By::Queue => "figure_page.no-queue",
        By::Agent | By::Team => "figure_page.nobody",
        _ => "figure_page.none",
    }
}

/// A formula in letters, as R-LIVE-3 writes it.
pub fn formula_sign(formula: Formula) -> &'static str {
    match formula {
        Formula::Answered => "A/N",
        Formula::AbandonedInTimeGood => "(A+Bs)/(N+B)",
        Formula::AllOffered => "A/(N+B)",
        Formula::AbandonedInTimeOut => "A/(N+B-Bs)",
    }
}

/// A span of waits: `5-10s`, from the first to before the second; `>=300s` for the last.
pub fn wait_words(span: usize) -> String {
    let from = span.checked_sub(1).and_then(|before| PATIENCE_S.get(before)).copied().unwrap_or(0);
    match PATIENCE_S.get(span) {
        Some(end) => format!("{from}-{end}s"),
        None => format!(">={from}s"),
    }
}

/// A figure as it is shown: a share in percent, rounded down, or a mean time; `–` where there is nothing to count.
pub fn figure_words(figure: &Figure) -> String {
    let value = match figure.measure.is_time() {
        true => figure.number().map(words::span),
        false => figure.number().map(|permille| format!("{}.{}%", permille / 10, permille % 10)),
    };
    value.unwrap_or_else(|| NOTHING.to_owned())
}

/// So much of a fact: a number, or a time.
pub fn amount(fact: Fact, count: i64) -> String {
    if fact.code().ends_with("_ms") { words::span(count) } else { count.to_string() }
}
