//! Where a number comes from (R-LIVE-3): its formula, what stands above and below the line, what is left out, and the
//! records behind each of them.

use super::answers::ROWS;
use super::names::{amount, figure_words, formula_sign};
use super::{FigureSpan, span::slot_clock};
use crate::client::{FigureOf, FigureRow, Query};
use crate::domain::figures::{Counts, Fact, Filter, Measure, side_by_side};
use crate::domain::rulebook::Formula;
use crate::domain::{Intervention, Span, SpotDraw};
use crate::text::Say;
use crate::tui::command::{Effect, Outcome, Question};
use crate::tui::layer::{Layer, Page};
use crate::tui::model::Model;
use crate::tui::words;

/// What a figure is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Of {
    /// A measure by its formula.
    Measure(Measure),
    /// A count.
    Count(Fact),
}

/// A part of a figure, whose records can be listed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Side {
    /// 分子
    #[default]
    Above,
    /// 分母
    Below,
    /// 不计入
    Out,
}

impl Side {
    /// All of them, in the order they are shown.
    pub const ALL: [Side; 3] = [Side::Above, Side::Below, Side::Out];
}

/// The facts of a figure's parts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sides {
    /// Above the line.
    pub above: Vec<Fact>,
    /// Below the line.
    pub below: Vec<Fact>,
    /// Taken away below the line.
    pub less: Vec<Fact>,
    /// Left out.
    pub out: Vec<Fact>,
}

impl Of {
    /// What it is made of.
    pub fn sides(self) -> Sides {
        match self {
            Of::Measure(measure) => {
                let parts = measure.parts();
                Sides {
                    above: parts.above.to_vec(),
                    below: parts.below.to_vec(),
                    less: parts.less.to_vec(),
                    out: parts.out.to_vec(),
                }
            }
            Of::Count(fact) => Sides { above: vec![fact], ..Sides::default() },
        }
    }
}

impl Sides {
    /// The facts that records of a part give.
    pub fn facts(&self, side: Side) -> &[Fact] {
        match side {
            Side::Above => &self.above,
            Side::Below => &self.below,
            Side::Out => &self.out,
        }
    }

    /// Whether a record stands in a part: below the line, what is taken away again does not.
    pub fn takes(&self, side: Side, counts: &Counts) -> bool {
        let sum = |facts: &[Fact]| facts.iter().map(|fact| counts.get(*fact)).sum::<i64>();
        match side {
            Side::Below => sum(&self.below) != sum(&self.less),
            side => self.facts(side).iter().any(|fact| counts.get(*fact) != 0),
        }
    }
}

/// The page of a figure.
#[derive(Clone, Debug, PartialEq)]
pub struct FormulaPage {
    /// Which figure.
    pub of: Of,
    /// Of which facts.
    pub filter: Filter,
    /// Over which days.
    pub span: FigureSpan,
    /// The part whose records are listed.
    pub side: Side,
    /// The chosen row.
    pub at: usize,
    rows: Option<(Vec<FigureRow>, u64)>,
    asked: Option<u64>,
    outdated: bool,
}

impl FormulaPage {
    fn new(of: Of, filter: Filter, span: FigureSpan) -> FormulaPage {
        FormulaPage { of, filter, span, side: Side::Above, at: 0, rows: None, asked: None, outdated: false }
    }

    /// The part beside that holds anything.
    pub(super) fn turn(&mut self, step: isize) {
        let sides = self.of.sides();
        let there: Vec<Side> = Side::ALL.into_iter().filter(|side| !sides.facts(*side).is_empty()).collect();
        let at = there.iter().position(|side| *side == self.side).unwrap_or(0) as isize;
        self.side =
            there.get((at + step).rem_euclid(there.len().max(1) as isize) as usize).copied().unwrap_or_default();
        self.forget();
    }

    /// Another formula of the same measure.
    pub(super) fn follow(&mut self, formula: Formula) {
        if let Of::Measure(Measure::ServiceLevel(known)) = &mut self.of {
            *known = formula;
            self.forget();
        }
    }

    /// The rows are of something else.
    fn forget(&mut self) {
        (self.rows, self.asked, self.at, self.outdated) = (None, None, 0, false);
    }

    /// The rows may be others by now.
    pub(in crate::tui::model) fn outdate(&mut self) {
        (self.asked, self.outdated) = (None, true);
    }

    /// The records of the part, the newest first, as far as they were heard.
    pub fn rows_in_sight(&self) -> Vec<&FigureRow> {
        let sides = self.of.sides();
        let rows = self.rows.iter().flat_map(|(rows, _)| rows);
        rows.filter(|row| sides.takes(self.side, &row.counts)).collect()
    }

    /// The records were heard; how many there are in all.
    pub fn heard(&self) -> Option<u64> {
        let (rows, of) = self.rows.as_ref()?;
        let sides = self.of.sides();
        let dropped = rows.iter().filter(|row| !sides.takes(self.side, &row.counts)).count() as u64;
        Some(of.saturating_sub(dropped))
    }
}

impl Model {
    /// Opens the page of a measure: from any figure, wherever it stands.
    pub fn open_formula(&mut self, measure: Measure, filter: Filter, span: FigureSpan) -> Outcome {
        Ok(vec![self.formula_layer(Of::Measure(measure), filter, span)])
    }

    pub(super) fn formula_layer(&self, of: Of, filter: Filter, span: FigureSpan) -> Effect {
        Effect::Open(Layer::Formula(Box::new(FormulaPage::new(of, filter, span))))
    }

    /// Asks for the rows of the page in front, once.
    pub(super) fn ask_for_rows(&mut self) -> Option<Effect> {
        let (today, offset) = (self.today(), self.desk.welcome().offset_ms);
        let number = self.figures.next();
        let Some(Layer::Formula(page)) = self.layers.last_mut() else { return None };
        if page.asked.is_some() || (page.rows.is_some() && !page.outdated) {
            return None;
        }
        (page.asked, page.outdated) = (Some(number), false);
        let (since, until) = page.span.half_hours(today, offset);
        let facts = page.of.sides().facts(page.side).iter().map(|fact| fact.number()).collect();
        let filter = page.filter.clone();
        Some(Effect::Ask(Query::FigureRows { since, until, filter, facts, limit: ROWS }, Question::FigureRows(number)))
    }

    /// The rows that were asked for.
    pub(in crate::tui::model) fn hear_rows(&mut self, number: u64, rows: Vec<FigureRow>, of: u64) {
        for layer in &mut self.layers {
            if let Layer::Formula(page) = layer
                && page.asked == Some(number)
            {
                (page.rows, page.asked) = (Some((rows, of)), None);
                break;
            }
        }
        self.settle_figures();
    }

    /// The sums changed: what is behind them is asked for again.
    pub(in crate::tui::model) fn sums_changed(&mut self) {
        for layer in &mut self.layers {
            if let Layer::Formula(page) = layer {
                page.outdated = true;
            }
        }
    }

    /// The title of the page.
    pub fn formula_title(&self, page: &FormulaPage) -> String {
        let name = match page.of {
            Of::Measure(measure) => self.measure_name(measure),
            Of::Count(fact) => self.fact_name(fact),
        };
        let filter = self.filter_words(&page.filter);
        format!("{name}  {}  {filter}", self.span_words(page.span)).trim_end().to_owned()
    }

    /// What stands above the rows: the number, the formula, its parts with their counts, what is left out, the four
    /// service levels, what was filled in afterwards. Each a style and words; nothing while it is being asked for.
    pub fn formula_head(&self, page: &FormulaPage) -> Option<Vec<(&'static str, String)>> {
        let counts = self.figure_counts(page.span, &page.filter)?;
        let sides = page.of.sides();
        let mut lines = Vec::new();
        match page.of {
            Of::Measure(measure) => {
                let value = figure_words(&measure.of(&counts));
                lines.push(("strong", format!("{value}  =  {}", self.figured_of(page.of, &counts).share)));
                lines.push(("value", self.formula_words(measure, &page.filter)));
            }
            Of::Count(fact) => lines.push(("strong", amount(fact, counts.get(fact)))),
        }
        for side in Side::ALL {
            let facts = sides.facts(side);
            if facts.is_empty() {
                continue;
            }
            let style = if side == page.side { "strong" } else { "value" };
            lines.push((style, format!("{} {}", mark(side == page.side), self.side_words(side, &sides, &counts))));
        }
        // No record has it yet: the rows below are so much less.
        let running = self.figure_running(page.span, &page.filter);
        let shown = sides.facts(page.side).iter().map(|fact| running.get(*fact)).sum::<i64>();
        if shown != 0 {
            lines.push(("mark", self.words(&Say::new("running.of").with("time", words::span(shown)))));
        }
        if let Of::Measure(Measure::ServiceLevel(shown)) = page.of {
            lines.extend(self.side_by_side_words(shown, &counts));
        }
        let filled = counts.get(Fact::Reconstructed);
        if filled > 0 {
            lines.push(("mark", self.words(&Say::new("figure_page.reconstructed").with("count", filled))));
        }
        Some(lines)
    }

    /// A part with what it is the sum of.
    pub fn side_words(&self, side: Side, sides: &Sides, counts: &Counts) -> String {
        let name = self.word(match side {
            Side::Above => "figure_page.above",
            Side::Below => "figure_page.below",
            Side::Out => "figure_page.out",
        });
        let term = |fact: &Fact| format!("{} {}", self.fact_name(*fact), amount(*fact, counts.get(*fact)));
        let less: String = match side {
            Side::Below => sides.less.iter().map(|fact| format!(" - {}", term(fact))).collect(),
            _ => String::new(),
        };
        let joint = if side == Side::Out { "  " } else { " + " };
        let terms: Vec<String> = sides.facts(side).iter().map(term).collect();
        format!("{name}  {}{less}", terms.join(joint))
    }

    /// The service level by each formula; the one in force and the one shown are marked.
    fn side_by_side_words(&self, shown: Formula, counts: &Counts) -> Vec<(&'static str, String)> {
        let in_force = self.desk.welcome().rulebook.service_level.formula;
        let figures = side_by_side(counts);
        let cell = |figure: &crate::domain::figures::Figure| {
            let Measure::ServiceLevel(formula) = figure.measure else { return String::new() };
            let force = if formula == in_force { self.word("figure_page.in-force") } else { String::new() };
            let sign = if formula == shown { "[*]" } else { "[ ]" };
            format!("{sign} {:<14}{:>7} {force}", formula_sign(formula), figure_words(figure)).trim_end().to_owned()
        };
        figures
            .iter()
            .map(|figure| (if cell(figure).starts_with("[*]") { "strong" } else { "muted" }, cell(figure)))
            .collect()
    }

    /// A record behind a figure, in the columns of its row.
    pub fn row_cells(&self, row: &FigureRow) -> Vec<String> {
        match &row.row {
            FigureOf::Call(call) => self.call_words(call).to_vec(),
            FigureOf::Ticket(ticket) => vec![
                self.when(ticket.opened_at),
                ticket.id.spoken(),
                self.word(words::kind(ticket.fields.kind)),
                self.stage_name(ticket),
                ticket.fields.subject.clone(),
            ],
            FigureOf::Callback(line) => {
                let reason = line.debts.first().map(|debt| self.word(words::reason(debt.reason)));
                let (_, next) = self.next_try(line);
                vec![self.when(line.made_at), line.number.clone(), line.name.clone(), reason.unwrap_or_default(), next]
            }
            FigureOf::Span(span) => {
                let lasted = words::span(span.until.since(span.since));
                vec![
                    self.when(span.since),
                    self.who_name(&span.agent.0),
                    self.word(words::agent_state(&span.state)),
                    lasted,
                    span.queue.clone(),
                ]
            }
            FigureOf::SpotDraw(draw) => {
                let done = draw.picks.iter().filter(|pick| pick.sheet.is_some()).count();
                let rule = draw.rule.clone();
                vec![self.when(draw.at), rule, format!("{done} / {}", draw.picks.len()), String::new(), draw.by.clone()]
            }
            FigureOf::Intervention(step) => vec![
                self.when(step.at),
                self.staff_name(&step.by),
                self.step_name(step),
                step.agent.as_ref().map(|agent| self.who_name(&agent.0)).unwrap_or_default(),
                step.reason.clone(),
            ],
        }
    }

    fn step_name(&self, step: &Intervention) -> String {
        let table = match step.step {
            crate::domain::oversight::Step::Spy(_) => "spy",
            _ => "step",
        };
        self.word(&format!("{table}.{}", step.step.code()))
    }

    /// Opens the chosen record: a call's page, a ticket, a callback line, or a short page of a stretch or a step.
    pub(in crate::tui) fn open_of_formula(&mut self, at: Option<usize>) -> Outcome {
        let Some(Layer::Formula(page)) = self.layers.last() else { return Ok(Vec::new()) };
        let row = page.rows_in_sight().get(at.unwrap_or(page.at)).map(|row| row.row.clone());
        match row.ok_or_else(|| Say::new("refuse.no-choice"))? {
            FigureOf::Call(call) => self.open_call(call.id, Some(*call)),
            FigureOf::Ticket(ticket) => self.open_ticket(ticket.id),
            FigureOf::Callback(line) => {
                let page = crate::tui::model::LinePage { line: *line, at: 0 };
                Ok(vec![Effect::Open(Layer::Line(Box::new(page)))])
            }
            FigureOf::Span(span) => Ok(vec![Effect::Open(Layer::Reader(self.span_page(&span)))]),
            FigureOf::SpotDraw(draw) => Ok(vec![Effect::Open(Layer::Reader(self.draw_page(&draw)))]),
            FigureOf::Intervention(step) => Ok(vec![Effect::Open(Layer::Reader(self.step_page(&step)))]),
        }
    }

    fn pair(&self, key: &str, value: String) -> (&'static str, String) {
        ("value", format!("{}  {value}", self.word(key)))
    }

    fn span_page(&self, span: &Span) -> Page {
        let mut lines = vec![
            self.pair("figure_page.agent", self.who_name(&span.agent.0)),
            self.pair("figure_page.state", self.word(words::agent_state(&span.state))),
            self.pair("figure_page.since", self.to_the_second(span.since)),
            self.pair("figure_page.until", self.to_the_second(span.until)),
            self.pair("figure_page.lasted", words::span(span.until.since(span.since))),
        ];
        if let crate::domain::AgentState::Break(reason) = &span.state {
            lines.push(self.pair("figure_page.reason", reason.clone()));
        }
        lines.extend(span.call.map(|call| self.pair("figure_page.call", call.0.to_string())));
        if !span.queue.is_empty() {
            lines.push(self.pair("figure_page.queue", span.queue.clone()));
        }
        Page { title: self.word("figure_page.span-title"), lines, at: 0 }
    }

    fn step_page(&self, step: &Intervention) -> Page {
        let mut lines = vec![
            self.pair("figure_page.step", self.step_name(step)),
            self.pair("figure_page.by", self.staff_name(&step.by)),
            self.pair("figure_page.since", self.to_the_second(step.at)),
        ];
        lines.extend(step.ended_at.map(|at| self.pair("figure_page.until", self.to_the_second(at))));
        lines.extend(step.agent.as_ref().map(|agent| self.pair("figure_page.agent", self.who_name(&agent.0))));
        lines.extend(step.call.map(|call| self.pair("figure_page.call", call.0.to_string())));
        lines.push(self.pair("figure_page.reason", step.reason.clone()));
        Page { title: self.word("figure_page.step-title"), lines, at: 0 }
    }

    fn draw_page(&self, draw: &SpotDraw) -> Page {
        let mut lines = vec![
            self.pair("figure_page.since", self.to_the_second(draw.at)),
            self.pair("figure_page.population", draw.population.len().to_string()),
        ];
        for pick in &draw.picks {
            let key = match (pick.sheet.is_some(), pick.passed) {
                (false, _) => "figure_page.check-owed",
                (true, true) => "figure_page.check-passed",
                (true, false) => "figure_page.check-fault",
            };
            let who = self.who_name(&pick.agent.0);
            lines.push(("value", format!("{}  {who}  {}", pick.call.0, self.word(key))));
        }
        Page { title: format!("{}  {}", self.word("figure_page.draw-title"), draw.rule), lines, at: 0 }
    }

    /// The foot of the rows: which part is listed, how many there are, how many of them are here.
    pub fn rows_words(&self, page: &FormulaPage) -> String {
        let side = self.word(match page.side {
            Side::Above => "figure_page.above",
            Side::Below => "figure_page.below",
            Side::Out => "figure_page.out",
        });
        let here = page.rows_in_sight().len() as u64;
        match page.heard() {
            None => format!("{side}  {}", self.word("figure_page.asking")),
            Some(of) if of > here => {
                let say = Say::new("figure_page.rows-of").with("side", side).with("here", here).with("count", of);
                self.words(&say)
            }
            Some(of) => self.words(&Say::new("figure_page.rows").with("side", side).with("count", of)),
        }
    }
}

fn mark(chosen: bool) -> &'static str {
    if chosen { ">" } else { " " }
}

/// A half-hour of the day in words: `09:30-10:00`.
pub fn slot_words(slot: usize) -> String {
    let slot = i64::try_from(slot).unwrap_or(0);
    format!("{}-{}", slot_clock(slot), slot_clock(slot + 1))
}
