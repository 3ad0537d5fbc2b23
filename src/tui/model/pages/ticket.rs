//! The page of a ticket, row by row: what it is, what is due, what must be done, what is known, what happened.

use crate::domain::phone::same_person;
use crate::domain::rulebook::{FieldId, Item};
use crate::domain::ticket::{Clock, ClockState};
use crate::domain::{RequestType, Ticket, TicketId, TicketLine};
use crate::text::Say;
use crate::tui::model::{Model, TicketPage};
use crate::tui::words;

/// One row of the page, before it is set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PageRow {
    /// A heading, and what stands beside it.
    Heading(String, String),
    /// A name, and what stands under it, with the meaning of its style.
    Pair(String, &'static str, String),
    /// The columns of the clocks: name, started, first due, due now, how it stands, with the style of the last two.
    Clock([String; 5], &'static str),
    /// Something to tick off: its key, its sign, what it is, who did it when.
    Tick(String, bool, String, String),
    /// A line of the history: when, who, what.
    Line(String, String, String),
    /// A sentence, with the meaning of its style.
    Text(&'static str, String),
}

impl Model {
    /// The title of a ticket's page.
    pub fn page_title(&self, page: &TicketPage) -> String {
        let ticket = self.page_ticket(page);
        let mark = match ticket.filter(|ticket| ticket.rehearsal) {
            Some(_) => format!(" [{}]", self.word("mark.rehearsal")),
            None => String::new(),
        };
        let subject = ticket.map(|ticket| ticket.fields.subject.clone()).unwrap_or_default();
        format!("{} {}{mark} {subject}", self.word("pane.ticket"), page.id.spoken())
    }

    /// The rows of a ticket's page.
    pub fn page_rows(&self, page: &TicketPage) -> Vec<PageRow> {
        let Some(ticket) = self.page_ticket(page) else {
            return vec![PageRow::Text("muted", self.word("call.looking"))];
        };
        let mut rows = Vec::new();
        self.head_rows(ticket, &mut rows);
        self.clock_rows(ticket, &mut rows);
        self.emergency_rows(ticket, &mut rows);
        self.card_rows(ticket, &mut rows);
        self.report_rows(ticket, &mut rows);
        self.history_rows(ticket, page, &mut rows);
        rows
    }

    /// What a narrow place beside a form shows of the ticket that is worked there: what it is, what is due, what is known.
    pub fn beside_rows(&self, ticket: &Ticket) -> Vec<PageRow> {
        let mut rows = Vec::new();
        self.head_rows(ticket, &mut rows);
        for clock in ticket.clocks.iter().filter(|clock| clock.is_open()) {
            let name = self.desk.welcome().rulebook.clock_word(ticket.fields.kind, &clock.id);
            let (style, stands) = self.clock_stands(clock);
            let mark = if clock.due.provisional { self.word("ticket_page.provisional") } else { String::new() };
            let due = format!("{}{mark} {stands}", self.when(clock.due.at));
            rows.push(PageRow::Pair(name.words(self.settings.language), style, due));
        }
        let mut card = Vec::new();
        self.card_rows(ticket, &mut card);
        let (intake, stages, rest) = latest_first(card);
        if !stages.is_empty() {
            // Whom to call stands above what the stages found: the intake may be below the edge.
            let who = format!("{} {}", ticket.fields.name, ticket.fields.phone);
            let name = self.desk.welcome().rulebook.field_word("phone").words(self.settings.language);
            rows.extend((!who.trim().is_empty()).then(|| PageRow::Pair(name, "strong", who.trim().to_owned())));
        }
        rows.extend(stages.into_iter().chain(intake).chain(rest));
        rows
    }

    fn head_rows(&self, ticket: &Ticket, rows: &mut Vec<PageRow>) {
        let pair = |key: &str, style: &'static str, text: String| PageRow::Pair(self.word(key), style, text);
        let kind = self.word(words::kind(ticket.fields.kind));
        let style = if ticket.fields.kind == RequestType::Emergency { "emergency" } else { "strong" };
        let mut stage = format!("{kind} · {}", self.stage_name(ticket));
        if ticket.round > 1 {
            stage = format!("{stage} · {}", self.words(&Say::new("ticket_page.round").with("count", ticket.round)));
        }
        rows.push(pair("ticket.stage", style, stage));
        let mut owner = self.owner_name(&ticket.owner);
        if ticket.hand_overs > 0 {
            let say = Say::new("ticket_page.hand-overs").with("count", ticket.hand_overs);
            owner = format!("{owner}  {}", self.words(&say));
        }
        rows.push(pair("ticket.owner", "value", owner));
        let opened = format!("{}  {}", self.staff_name(&ticket.first_receiver), self.when(ticket.opened_at));
        rows.push(pair("ticket.first-receiver", "value", opened));
        rows.extend(self.state_rows(ticket));
        let others = self.others_in(ticket.id);
        if !others.is_empty() {
            let say =
                Say::new("ticket_page.others").with("names", others.join(self.settings.language.word("list.join")));
            rows.push(PageRow::Text("strong", self.words(&say)));
        }
    }

    /// What sets this ticket apart: escalated, paused, objected to, merged, part of an incident, sealed, anonymous.
    fn state_rows(&self, ticket: &Ticket) -> Vec<PageRow> {
        let mut says: Vec<(&'static str, Say)> = Vec::new();
        let rules = &self.desk.welcome().rulebook;
        let chain = rules.chains.get(&rules.kind(ticket.fields.kind).chain);
        let level = usize::try_from(ticket.level).unwrap_or(0);
        if let Some(role) = level.checked_sub(1).and_then(|at| chain?.get(at)) {
            says.push(("warning", Say::new("ticket_page.escalated").with_word("role", &rules.role_word(role))));
        }
        if let Some((since, why)) = &ticket.paused {
            says.push(("warning", Say::new("ticket_page.paused").with("since", self.when(*since)).with("why", why)));
        }
        if let Some(objection) = &ticket.objection {
            let say = Say::new("ticket_page.objection").with("who", self.staff_name(&objection.by));
            says.push(("warning", say.with("why", &objection.why)));
        }
        if let Some(asked) = &ticket.extension {
            let clock = rules.clock_word(ticket.fields.kind, &asked.clock);
            let say = Say::new("ticket_page.extension").with("who", self.staff_name(&asked.by));
            let say = say.with_word("clock", &clock).with("until", self.when(asked.until)).with("why", &asked.why);
            says.push(("warning", say));
        }
        if let Some(merge) = &ticket.merged {
            says.push(("warning", Say::new("ticket_page.merged").with("other", self.ticket_word(merge.into))));
        }
        if let Some(master) = &ticket.master {
            let say = Say::new("ticket_page.master").with("area", &master.area).with("sentence", &master.sentence);
            says.push(("strong", say));
        }
        if let Some(incident) = ticket.incident {
            let master = self.desk.state().tickets.get(&incident).and_then(|master| master.master.as_ref());
            let say = Say::new("ticket_page.incident").with("other", incident.spoken());
            let sentence = master.map(|master| master.sentence.clone()).unwrap_or_default();
            says.push(("strong", say.with("sentence", sentence)));
        }
        if ticket.seal.is_some() {
            says.push(("warning", Say::new("ticket_page.sealed")));
        }
        if ticket.is_anonymous() {
            says.push(("muted", Say::new("ticket_page.anonymous")));
        }
        if ticket.wants_letter() {
            says.push(("warning", Say::new("ticket_page.letter")));
        }
        says.into_iter().map(|(style, say)| PageRow::Text(style, self.words(&say))).collect()
    }

    /// A ticket as it is spoken of: its number and subject, where it is known.
    pub fn ticket_word(&self, id: TicketId) -> String {
        let subject = self.desk.state().tickets.get(&id).map(|ticket| ticket.fields.subject.clone());
        format!("{} {}", id.spoken(), subject.unwrap_or_default()).trim_end().to_owned()
    }

    fn emergency_rows(&self, ticket: &Ticket, rows: &mut Vec<PageRow>) {
        let items = self.tick_items(ticket);
        if items.is_empty() {
            return;
        }
        let done = items.iter().filter(|item| ticket.ticks.contains_key(&item.id)).count();
        let beside = self.words(&Say::new("ticket_page.ticked").with("done", done).with("count", items.len()));
        rows.push(PageRow::Heading(self.word("ticket_page.checklist"), beside));
        for (index, item) in items.iter().enumerate() {
            let key = if index < 9 { (index + 1).to_string() } else { String::new() };
            let tick = ticket.ticks.get(&item.id);
            let by = tick.map(|tick| format!("{} {} {}", self.when(tick.at), self.staff_name(&tick.by), tick.note));
            let what = format!("{} {}", item.name, item.phone).trim_end().to_owned();
            rows.push(PageRow::Tick(key, tick.is_some(), what, by.unwrap_or_default().trim_end().to_owned()));
        }
    }

    /// What there is to tick off on a ticket: the plan's list, then who must be told (R-REQ-4).
    pub fn tick_items(&self, ticket: &Ticket) -> Vec<Item> {
        let plan = self.desk.welcome().rulebook.kind(ticket.fields.kind).emergency.as_ref();
        plan.map(|plan| plan.checklist.iter().chain(&plan.tell).cloned().collect()).unwrap_or_default()
    }

    fn clock_rows(&self, ticket: &Ticket, rows: &mut Vec<PageRow>) {
        if ticket.clocks.is_empty() {
            return;
        }
        let columns = ["clock", "started", "first-due", "due", "left"];
        let head = columns.map(|key| self.word(&format!("ticket_page.{key}")));
        rows.push(PageRow::Clock(head, "title"));
        for clock in &ticket.clocks {
            let name = self.desk.welcome().rulebook.clock_word(ticket.fields.kind, &clock.id);
            let name = name.words(self.settings.language);
            let (style, stands) = self.clock_stands(clock);
            let due = |due: &crate::domain::Due| {
                let mark = if due.provisional { self.word("ticket_page.provisional") } else { String::new() };
                format!("{}{mark}", self.when(due.at))
            };
            let first = if clock.first_due == clock.due { String::new() } else { due(&clock.first_due) };
            rows.push(PageRow::Clock([name, self.when(clock.started_at), first, due(&clock.due), stands], style));
        }
    }

    /// How a clock stands, and what is left of it.
    fn clock_stands(&self, clock: &Clock) -> (&'static str, String) {
        let left = clock.due.at.since(self.now);
        match (clock.state, clock.kept()) {
            (ClockState::Running, _) if left < 0 => {
                ("due.late", self.words(&Say::new("ticket_page.over").with("time", words::minutes(-left))))
            }
            (ClockState::Running, _) => {
                let style = if clock.reached() >= 50 || left <= 3_600_000 { "due.soon" } else { "due" };
                (style, self.words(&Say::new("ticket_page.remains").with("time", words::minutes(left))))
            }
            (ClockState::Paused, _) => ("muted", self.word("ticket_page.stands")),
            (ClockState::Stopped(_), Some(false)) => ("due.late", self.word("ticket_page.late")),
            (ClockState::Stopped(_), _) => ("good", self.word("ticket_page.kept")),
            (ClockState::Void(_), _) => ("muted", self.word("ticket_page.void")),
        }
    }

    /// What is known, by the stage that asks it: the intake first, then the stages, then the rounds before.
    fn card_rows(&self, ticket: &Ticket, rows: &mut Vec<PageRow>) {
        let rules = &self.desk.welcome().rulebook;
        let kind = rules.kind(ticket.fields.kind);
        let own = ["subject", "detail", "demand", "name", "phone", "address", "team"].map(str::to_owned);
        let form: Vec<FieldId> = own.into_iter().chain(kind.form.iter().map(|used| used.field.clone())).collect();
        rows.push(PageRow::Heading(self.word("ticket_page.intake"), String::new()));
        let mut seen: Vec<FieldId> = Vec::new();
        self.value_rows(&form, &mut seen, |field| ticket.value(field).to_owned(), rows);
        for stage in &kind.stages {
            let fields: Vec<FieldId> = stage.fields.iter().map(|used| used.field.clone()).collect();
            let mut own = Vec::new();
            self.value_rows(&fields, &mut seen, |field| ticket.value(field).to_owned(), &mut own);
            if !own.is_empty() {
                let name = rules.stage_word(ticket.fields.kind, &stage.id).words(self.settings.language);
                rows.push(PageRow::Heading(name, String::new()));
                rows.append(&mut own);
            }
        }
        let rest: Vec<FieldId> = ticket.card.keys().filter(|field| !seen.contains(field)).cloned().collect();
        self.value_rows(&rest, &mut seen, |field| ticket.value(field).to_owned(), rows);
        for file in &ticket.files {
            let text = format!("{}  {}", file.place, file.words);
            rows.push(PageRow::Pair(self.word("ticket_page.file"), "value", text.trim_end().to_owned()));
        }
        for other in &ticket.links {
            rows.push(PageRow::Pair(self.word("ticket_page.linked"), "value", self.ticket_word(*other)));
        }
        for round in &ticket.rounds {
            let title = self.words(&Say::new("ticket_page.round").with("count", round.number));
            rows.push(PageRow::Heading(title, self.when(round.ended_at)));
            // What the intake asked is the same in every round.
            let fields: Vec<FieldId> = round.card.keys().filter(|field| !form.contains(field)).cloned().collect();
            self.value_rows(&fields, &mut Vec::new(), |f| round.card.get(f).cloned().unwrap_or_default(), rows);
        }
    }

    fn value_rows(
        &self,
        fields: &[FieldId],
        seen: &mut Vec<FieldId>,
        value: impl Fn(&str) -> String,
        rows: &mut Vec<PageRow>,
    ) {
        let language = self.settings.language;
        for field in fields {
            if seen.contains(field) {
                continue;
            }
            seen.push(field.clone());
            let text = value(field);
            if !text.is_empty() {
                let name = self.desk.welcome().rulebook.field_word(field).words(language);
                rows.push(PageRow::Pair(name, "value", self.field_value(field, &text)));
            }
        }
    }

    /// What stands in a field, as it is shown: choices by their names, people by theirs, the kind by its word.
    pub fn field_value(&self, field: &str, value: &str) -> String {
        use crate::domain::rulebook::FieldKind;
        let welcome = self.desk.welcome();
        if let Some(kind) = RequestType::parse(value).filter(|_| field == "kind") {
            return self.word(words::kind(kind));
        }
        if matches!(welcome.rulebook.fields.get(field).map(|rule| &rule.kind), Some(FieldKind::Person)) {
            return self.staff_name(&crate::domain::StaffId(value.to_owned()));
        }
        let of_sheet = crate::tui::form::sheet::value_word(field, value);
        of_sheet.unwrap_or_else(|| welcome.rulebook.value_word(field, value)).words(self.settings.language)
    }

    /// R-REQ-3: every report in it, with who gave it and whether they were told.
    fn report_rows(&self, ticket: &Ticket, rows: &mut Vec<PageRow>) {
        if ticket.reports.is_empty() {
            return;
        }
        let beside = self.words(&Say::new("ticket_page.report-count").with("count", ticket.reports.len()));
        rows.push(PageRow::Heading(self.word("ticket_page.reports"), beside));
        let state = self.desk.state();
        for id in &ticket.reports {
            let Some(report) = self.desk.state().tickets.get(id) else {
                rows.push(PageRow::Pair(id.spoken(), "muted", String::new()));
                continue;
            };
            let same = same_person(&ticket.fields.phone, &report.fields.phone, &state.area_code);
            let told = same || report.is_anonymous() || !report.told.is_empty();
            let key = if told { "ticket_page.told" } else { "ticket_page.not-told" };
            let who = format!("{} {}  {}", report.fields.name, report.fields.phone, self.word(key));
            rows.push(PageRow::Pair(id.spoken(), if told { "value" } else { "warning" }, who.trim().to_owned()));
        }
    }

    fn history_rows(&self, ticket: &Ticket, page: &TicketPage, rows: &mut Vec<PageRow>) {
        let beside = if page.loaded { String::new() } else { self.word("call.looking") };
        rows.push(PageRow::Heading(self.word("ticket_page.history"), beside));
        for line in page.lines.values() {
            rows.push(self.history_row(ticket, line));
        }
    }

    fn history_row(&self, ticket: &Ticket, line: &TicketLine) -> PageRow {
        PageRow::Line(self.when(line.at), self.actor_name(&line.by), self.happened(ticket.fields.kind, &line.what))
    }
}

/// The intake's rows, those of the stages with the latest on top, and those of the rounds before.
fn latest_first(card: Vec<PageRow>) -> (Vec<PageRow>, Vec<PageRow>, Vec<PageRow>) {
    let mut parts: Vec<Vec<PageRow>> = Vec::new();
    for row in card {
        match (&row, parts.last_mut()) {
            (PageRow::Heading(..), _) | (_, None) => parts.push(vec![row]),
            (_, Some(part)) => part.push(row),
        }
    }
    let mut parts = parts.into_iter();
    let intake = parts.next().unwrap_or_default();
    // A round's heading says when it ended.
    let is_round = |part: &Vec<PageRow>| matches!(part.first(), Some(PageRow::Heading(_, when)) if !when.is_empty());
    let (rounds, stages): (Vec<_>, Vec<_>) = parts.partition(is_round);
    (intake, stages.into_iter().rev().flatten().collect(), rounds.into_iter().flatten().collect())
}
