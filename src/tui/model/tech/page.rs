//! What an open order shows, line by line: where, who, what, what is due, what was done when.

use super::step::came_to;
use super::{Part, TechView};
use crate::domain::ticket::Happened;
use crate::domain::{Ticket, TicketLine};
use crate::text::Say;
use crate::tui::model::Model;

/// A line before it is set: the meaning of its style, and its words. The first are the largest on any terminal: they stand
/// alone, in bold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderRow {
    /// The meaning of its style.
    pub style: &'static str,
    /// The words.
    pub text: String,
    /// What continues it on the next row stands this far in.
    pub indent: u16,
    /// Another matter begins: where there is room, a row above it stays empty.
    pub apart: bool,
}

/// What comes to be known on the way and is for who carries it out: what is waited for, who else comes, and why a
/// contractor was refused.
const LATER: [&str; 3] = ["waiting_for", "contractor_name", "approver_opinion"];

impl OrderRow {
    fn new(style: &'static str, text: String) -> OrderRow {
        OrderRow { style, text, indent: 0, apart: false }
    }

    fn apart(self) -> OrderRow {
        OrderRow { apart: true, ..self }
    }
}

impl TechView {
    /// The history of the open order comes in.
    pub(in crate::tui) fn hear_lines<'l>(&mut self, lines: impl Iterator<Item = &'l TicketLine>) {
        let order = self.order;
        let own = lines.filter(|line| Some(line.ticket) == order);
        self.lines.extend(own.map(|line| (line.number, line.clone())));
    }
}

impl Model {
    /// The rows of an order.
    pub fn order_rows(&self, ticket: &Ticket) -> Vec<OrderRow> {
        let fields = &ticket.fields;
        let mut rows = vec![OrderRow::new("strong", fields.address.clone())];
        let phone = spaced(&fields.phone);
        rows.push(OrderRow::new("strong", format!("{}  {phone}", fields.name).trim().to_owned()));
        rows.push(OrderRow::new("strong", fields.subject.clone()).apart());
        rows.extend(fields.detail.lines().map(|line| OrderRow::new("value", line.to_owned())));
        if !fields.demand.is_empty() {
            rows.push(self.named("demand", &fields.demand));
        }
        rows.extend(self.state_of_order(ticket));
        rows.extend(self.noted(ticket));
        let mut due = self.clocks_of_order(ticket);
        due.push(OrderRow::new("value", self.times_of_order(ticket)));
        if let Some(first) = due.first_mut() {
            first.apart = true;
        }
        rows.extend(due);
        rows.retain(|row| !row.text.is_empty());
        rows
    }

    fn named(&self, field: &str, value: &str) -> OrderRow {
        let name = self.desk.welcome().rulebook.field_word(field).words(self.settings.language);
        let indent = crate::text::width(&name, crate::text::Ambiguous::Narrow) + 1;
        let indent = u16::try_from(indent).unwrap_or(0).min(12);
        OrderRow { indent, ..OrderRow::new("value", format!("{name} {}", self.field_value(field, value))) }
    }

    /// What stands in the way: a step that is not sent, that it waits, that it was given back.
    fn state_of_order(&self, ticket: &Ticket) -> Vec<OrderRow> {
        let mut rows = Vec::new();
        // Another round: what the customer said of the last one is why somebody goes there again.
        let last = ticket.rounds.last().and_then(|round| round.card.get("outcome"));
        if let Some(said) = last.filter(|_| self.tech_part(ticket) != Some(Part::Done)) {
            let say = Say::new("techui.again").with("round", ticket.rounds.len() + 1).with("said", said);
            rows.push(OrderRow { indent: 2, ..OrderRow::new("warning", self.words(&say)) });
        }
        if let Some(step) = self.step_under_way(ticket.id) {
            let say = Say::new("techui.not_sent").with("step", self.word(&step.word));
            rows.push(OrderRow::new("warning", self.words(&say)));
        }
        if let Some(draft) = self.drafts.parked().iter().find(|draft| draft.order() == Some(ticket.id)) {
            let say = Say::new("techui.half_written").with("form", self.form_name(draft));
            rows.push(OrderRow::new("warning", self.words(&say)));
        }
        if let Some((since, why)) = &ticket.paused {
            let key = if why.is_empty() { "techui.paused_there" } else { "techui.paused" };
            let say = Say::new(key).with("since", self.when(*since)).with("why", why);
            rows.push(OrderRow::new("warning", self.words(&say)));
        }
        if let Some(objection) = &ticket.objection {
            let say = Say::new("techui.objected").with("why", &objection.why);
            rows.push(OrderRow::new("warning", self.words(&say)));
        }
        rows
    }

    /// What the desk wrote down beyond the request, and the notes of everybody, the newest first.
    fn noted(&self, ticket: &Ticket) -> Vec<OrderRow> {
        let rules = &self.desk.welcome().rulebook;
        let form = rules.kind(ticket.fields.kind).form.iter().map(|used| &used.field);
        let told = form.filter(|id| !ticket.value(id).is_empty() && id.as_str() != "channel");
        let mut rows: Vec<OrderRow> = told.map(|id| self.named(id, ticket.value(id))).collect();
        let later = LATER.iter().filter(|id| !ticket.value(id).is_empty());
        rows.extend(later.map(|id| self.named(id, ticket.value(id))));
        for line in self.tech.lines.values().rev() {
            if let Happened::Note(text) = &line.what {
                let who = format!("{} {}", self.actor_name(&line.by), self.when(line.at));
                rows.push(OrderRow { indent: 2, ..OrderRow::new("value", format!("{who}  {text}")) });
            }
        }
        for file in &ticket.files {
            let say = Say::new("techui.file").with("place", &file.place).with("what", &file.words);
            rows.push(OrderRow { indent: 2, ..OrderRow::new("value", self.words(&say)) });
        }
        rows
    }

    fn clocks_of_order(&self, ticket: &Ticket) -> Vec<OrderRow> {
        if self.tech_part(ticket) == Some(Part::Done) {
            return Vec::new();
        }
        let clocks = ticket.clocks.iter().filter(|clock| clock.is_open());
        let rows = clocks.map(|clock| {
            let name = self.desk.welcome().rulebook.clock_word(ticket.fields.kind, &clock.id);
            let name = name.words(self.settings.language);
            if !clock.is_running() {
                let say = Say::new("techui.clock_stands").with("clock", name);
                return OrderRow::new("muted", self.words(&say));
            }
            let (style, left) = self.tech_due(clock.due.at);
            OrderRow::new(style, format!("{name} {}  {left}", self.when(clock.due.at)))
        });
        rows.collect()
    }

    /// 接单 09:12 > 出发 09:15 > 到场 09:40
    fn times_of_order(&self, ticket: &Ticket) -> String {
        let known = ticket.times.iter().filter_map(|(stage, at)| Some((came_to(stage)?, *at)));
        let done = known.map(|(word, at)| format!("{} {}", self.word(word), self.when(at)));
        done.collect::<Vec<_>>().join(" > ")
    }

    /// How much is left until something is due, in minutes, with the style and a word or sign that says the same.
    pub fn tech_due(&self, due_at: crate::domain::Stamp) -> (&'static str, String) {
        if due_at == crate::domain::Stamp(i64::MAX) {
            return ("due", String::new());
        }
        let left = due_at.since(self.now);
        let time = crate::tui::words::minutes(left.abs());
        match left {
            ..=0 => ("due.late", self.words(&Say::new("techui.late").with("time", time))),
            1..=3_600_000 => ("due.soon", self.words(&Say::new("techui.soon").with("time", time))),
            _ => ("due", self.words(&Say::new("techui.left").with("time", time))),
        }
    }
}

/// A number in groups, so that it can be read and typed: `138 0013 8000`, `0571 8888 8888`.
pub fn spaced(number: &str) -> String {
    let plain = number.trim();
    let count = plain.chars().count();
    let head = match count {
        11 if plain.starts_with('0') => 4,
        11 => 3,
        12 if plain.starts_with('0') => 4,
        8 => 4,
        _ => return plain.to_owned(),
    };
    let digits = |c: char| c.is_ascii_digit() || c == '*';
    if !plain.chars().all(digits) {
        return plain.to_owned();
    }
    let mut spaced = String::new();
    for (at, digit) in plain.chars().enumerate() {
        if at >= head && (at - head).is_multiple_of(4) {
            spaced.push(' ');
        }
        spaced.push(digit);
    }
    spaced
}
