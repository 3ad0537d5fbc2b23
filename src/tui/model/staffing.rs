//! R-LIVE-4 on the screen: the next half-hours, what they need, what comes out with those on duty, and how many more
//! calls may be missed. The weeks before are asked for once a day; yesterday and today are the desk's own sums.

use std::cell::RefCell;
use std::rc::Rc;

use super::due::board::{Board, BoardKind, BoardRow, Opens};
use super::{Desk, Model};
use crate::client::Query;
use crate::domain::command::AgentCommand;
use crate::domain::figures::{About, Book, Counts, Slot, half_hour_of};
use crate::domain::staffing::{self, Ask, COLUMNS, MayMiss, Plan, WEEKS};
use crate::domain::state::DAY_MS;
use crate::domain::{AgentState, Command, Stamp};
use crate::text::Say;
use crate::tui::command::{Effect, Envelope, Question};

/// Half-hours shown: half a shift ahead.
const AHEAD: usize = 8;

/// What a plan was made for: it stands until one of these is another.
#[derive(Clone, Debug, PartialEq)]
struct Made {
    half_hour: i64,
    on_duty: u32,
    queue: String,
}

/// The weeks before yesterday, and the plans made with them.
#[derive(Debug, Default)]
pub struct StaffingView {
    /// The local day they were asked on; all of them are there.
    day: Option<i64>,
    /// Still on their way.
    coming: Book,
    weeks: Book,
    plans: RefCell<Vec<(Made, Rc<Plan>)>>,
}

impl StaffingView {
    /// Other rules are in force: what was made by the old ones goes.
    pub(super) fn forget_plans(&mut self) {
        self.plans.borrow_mut().clear();
    }
}

impl Model {
    /// A break of this console's was refused for the level's sake: says why, and which key asks a supervisor for it.
    pub(super) fn break_is_refused(&mut self, envelope: &Envelope, why: &Say) -> bool {
        let Command::Agent(AgentCommand::Set(AgentState::Break(reason))) = &envelope.command else { return false };
        if !why.key.starts_with("staffing.break_") {
            return false;
        }
        self.break_refused = Some((self.now, reason.clone()));
        let keys = self.keymap.keys_of("agent.ask-break", &self.contexts(), self.takes_text());
        let say = Say::new("staffing.refused_ask").with("why", self.words(why));
        self.tell(super::Tone::Warning, say.with("keys", keys.unwrap_or_default()));
        true
    }

    fn local_day(&self) -> i64 {
        (self.now.0 + self.desk.welcome().offset_ms).div_euclid(DAY_MS)
    }

    /// Opens the page, and asks for the weeks before where they are not there yet.
    pub(in crate::tui) fn open_staffing(&mut self) -> Vec<Effect> {
        let mut effects = vec![Model::open_board(BoardKind::Staffing(String::new()))];
        let day = self.local_day();
        if self.staffing.day != Some(day) {
            self.staffing = StaffingView::default();
            let begin = |day: i64| half_hour_of(Stamp(day * DAY_MS - self.desk.welcome().offset_ms));
            // Yesterday and today are in the desk's own sums, also when the day turns with the page open.
            let query = Query::Figures { since: begin(day - WEEKS * 7), until: begin(day - 1) };
            effects.push(Effect::Ask(query, Question::Staffing(day)));
        }
        effects
    }

    /// A piece of the weeks before. Gives whether more are to come.
    pub(super) fn hear_weeks(&mut self, day: i64, cells: Vec<(Slot, Counts)>, last: bool) -> bool {
        // Who answered plays no part: one sum for each half-hour and queue is enough to be kept.
        for (slot, counts) in cells.into_iter().filter(|(slot, _)| is_wanted(slot)) {
            self.staffing.coming.add(&[(plain(&slot), counts)], 1);
        }
        if last {
            let weeks = std::mem::take(&mut self.staffing.coming);
            self.staffing = StaffingView { day: Some(day), weeks, ..StaffingView::default() };
        }
        !last
    }

    /// The plan as it stands, with the calls that have come in the running half-hour by now.
    fn staffing_plan(&self, queue: &str) -> Plan {
        let mut plan = (*self.plan_made(queue)).clone();
        for row in plan.rows.iter_mut().filter(|row| row.came.is_some()) {
            row.came = Some(self.came(queue, row.half_hour));
        }
        plan
    }

    fn plan_made(&self, queue: &str) -> Rc<Plan> {
        let welcome = self.desk.welcome();
        let of = (!queue.is_empty()).then_some(queue);
        let on_duty = staffing::on_duty(self.desk.state(), of);
        let made = Made { half_hour: half_hour_of(self.now), on_duty, queue: queue.to_owned() };
        let known = self.staffing.plans.borrow().iter().find(|(known, _)| *known == made).map(|(_, plan)| plan.clone());
        if let Some(plan) = known {
            return plan;
        }
        let mut book = self.staffing.weeks.clone();
        let running = self.running_figures();
        let now = days(&self.desk).cells.iter().chain(running.iter().map(|(slot, counts)| (slot, counts)));
        for (slot, counts) in now.filter(|(slot, _)| is_wanted(slot)) {
            book.add(&[(plain(slot), counts.clone())], 1);
        }
        let (rules, offset_ms) = (&welcome.rulebook, welcome.offset_ms);
        let ask = Ask { book: &book, rules, offset_ms, queue: of, now: self.now, day: None, on_duty };
        let plan = Rc::new(staffing::plan(&ask));
        let mut plans = self.staffing.plans.borrow_mut();
        plans.retain(|(known, _)| known.queue != queue && known.half_hour == made.half_hour);
        plans.push((made, plan.clone()));
        plan
    }

    /// R-LIVE-4 for the live queue; none also where the weeks that the rulebook's hours reach into were not asked for.
    pub fn may_miss(&self, queue: Option<&str>) -> Option<MayMiss> {
        // Yesterday and today are the desk's own sums.
        let known = self.desk.welcome().rulebook.service_level.over_hours <= 24;
        if known || self.staffing.day == Some(self.local_day()) { self.room(queue, None) } else { None }
    }

    /// How many more calls may be missed; none where the rulebook has no rate to keep, or nothing was counted.
    fn room(&self, queue: Option<&str>, expected: Option<i64>) -> Option<MayMiss> {
        let welcome = self.desk.welcome();
        let level = &welcome.rulebook.service_level;
        let of = |book| staffing::window(book, queue, level.over_hours, self.now, welcome.offset_ms);
        let mut counts = of(days(&self.desk));
        counts.add(&of(&self.staffing.weeks), 1);
        staffing::may_miss(&counts, level.formula, level.target_percent?, expected)
    }

    /// The page: of all queues for an empty name.
    pub(super) fn staffing_board(&self, queue: &str) -> Board {
        let plan = self.staffing_plan(queue);
        let mut rows = Vec::new();
        rows.extend(self.room_rows(queue, &plan));
        let known = self.is_linked() && staffing::knows_who_is_there(self.desk.state());
        for row in plan.rows.iter().take(AHEAD) {
            let mut cells = plan.cells(row);
            if !known {
                cells.iter_mut().skip(4).for_each(|cell| *cell = self.word("staffing.unknown"));
            }
            let style = if known && plan.is_short(row) { "warning" } else { "value" };
            // The sign says the same as the colour.
            let sign = if known && plan.is_short(row) { "!" } else { "" };
            cells.iter_mut().skip(3).take(1).for_each(|cell| *cell = format!("{sign}{cell}"));
            rows.push(BoardRow { cells, style, opens: Opens::Nothing });
        }
        let source = |say: Say| BoardRow { style: "muted", ..BoardRow::heading(self.words(&say)) };
        rows.extend(plan.sources().into_iter().map(source));
        if queue.is_empty() {
            rows.extend(self.queue_rows());
        }
        let foot = if self.staffing.day.is_none() { "staffing.foot_asking" } else { "staffing.foot" };
        let title = match queue {
            "" => self.words(&Say::new("staffing.title").with("erlang", plan.erlang())),
            queue => self.words(&Say::new("staffing.title_queue").with("erlang", plan.erlang()).with("queue", queue)),
        };
        Board {
            title,
            head: COLUMNS.iter().map(|code| self.word(&format!("staffing.head_{code}"))).collect(),
            rows,
            foot: self.word(foot),
        }
    }

    /// R-LIVE-4's lines.
    fn room_rows(&self, queue: &str, plan: &Plan) -> Vec<BoardRow> {
        let level = &self.desk.welcome().rulebook.service_level;
        let line = |say: Say, style| BoardRow { style, ..BoardRow::heading(self.words(&say)) };
        if level.target_percent.is_none() {
            return vec![line(Say::new("staffing.left_no_target"), "muted")];
        }
        let Some(room) = self.room((!queue.is_empty()).then_some(queue), plan.left()) else {
            return vec![line(Say::new("staffing.left_none"), "muted")];
        };
        let mut rows = vec![line(room.said(level), if room.left > 0 { "title" } else { "warning" })];
        if let (Some(left), Some(expected)) = (room.left_of_expected, plan.left()) {
            let say = Say::new("staffing.left_expected").with("expected", expected).with("left", left);
            rows.push(line(say, "value"));
        }
        rows
    }

    /// Every queue that had calls since yesterday opens to its own page.
    fn queue_rows(&self) -> Vec<BoardRow> {
        let slots = days(&self.desk).cells.keys().filter(|slot| slot.about == About::Calls && !slot.queue.is_empty());
        let queues: std::collections::BTreeSet<&str> = slots.map(|slot| slot.queue.as_str()).collect();
        if queues.len() < 2 {
            return Vec::new();
        }
        let row = |queue: &str| {
            let left =
                self.room(Some(queue), None).map_or(staffing::NOT_KNOWN.to_owned(), |room| room.left.to_string());
            let say = Say::new("staffing.queue").with("queue", queue).with("left", left);
            let opens = Opens::Board(BoardKind::Staffing(queue.to_owned()));
            BoardRow { opens, style: "value", ..BoardRow::heading(self.words(&say)) }
        };
        queues.into_iter().map(row).collect()
    }

    fn came(&self, queue: &str, half_hour: i64) -> i64 {
        let offset = self.desk.welcome().offset_ms / crate::domain::figures::SLOT_MS;
        let wanted = |slot: &Slot| {
            slot.about == About::Calls
                && slot.half_hour + offset == half_hour
                && (queue.is_empty() || slot.queue == queue)
        };
        days(&self.desk).sum(wanted).get(crate::domain::figures::Fact::Offered)
    }
}

fn days(desk: &Desk) -> &Book {
    desk.book()
}

fn is_wanted(slot: &Slot) -> bool {
    matches!(slot.about, About::Calls | About::Time)
}

fn plain(slot: &Slot) -> Slot {
    Slot { half_hour: slot.half_hour, about: slot.about, queue: slot.queue.clone(), ..Slot::default() }
}
