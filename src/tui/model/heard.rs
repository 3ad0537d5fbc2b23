//! What the desk says, and what follows from it on the screen. Nothing the desk says takes the focus or a typed word.

use super::{Desk, Model, Pane, Tone, is_about};
use crate::client::{Answer, Query};
use crate::client::{Heard, Line};
use crate::domain::call::Phase;
use crate::domain::command::{AgentCommand, Command, TicketCommand};
use crate::domain::phone::{concerns, match_key, same_person, shows};
use crate::domain::sight::is_gone;
use crate::domain::{AgentState, Call, CallId, Entry, Event, Made, Millis, Role, TicketId};
use crate::text::Say;
use crate::tui::command::{About, Effect, Envelope, Question, owed_envelope, sheet_again};
use crate::tui::form::{Field, Owed, Stage, Then};

/// What the desk says to a technician's console when the same technician came in anew: coming back would put the other
/// out again.
const REPLACED: &str = "tech.elsewhere";

/// How long a new ringing call flashes.
const FLASH_MS: Millis = 1_000;

impl Model {
    /// Takes in what came over the line.
    pub fn hear(&mut self, heard: Heard) -> Vec<Effect> {
        if matches!(heard, Heard::Changed(_)) {
            self.changed_at = Some(self.now);
        }
        if self.is_wall() {
            // The replica and the sums have it already; nothing follows from it on a wall.
            if let Heard::Goodbye(say) | Heard::Notice(say) = heard {
                self.tell(Tone::Error, say);
            }
            return Vec::new();
        }
        match heard {
            Heard::Welcome => {}
            Heard::Goodbye(say) => {
                let replaced = self.is_tech() && say.key == REPLACED;
                self.tell(Tone::Error, say);
                return if replaced { vec![Effect::Quit] } else { Vec::new() };
            }
            Heard::Changed(entry) => return self.changed(&entry),
            Heard::Done(request, made) => {
                if let Some(envelope) = self.take_sent(request) {
                    return self.done(&envelope, made);
                }
            }
            Heard::Refused(request, why) => match self.take_sent(request) {
                Some(envelope) => self.refused(&envelope, why),
                None => self.tell(Tone::Warning, why),
            },
            Heard::Answer(request, answer) => return self.answered(request, *answer),
            Heard::Notice(say) => self.tell(Tone::Error, say),
            Heard::Rules => {
                self.likely.forget();
                self.staffing.forget_plans();
                return self.refresh();
            }
            Heard::Counted => {
                self.sums_changed();
                return self.ask_for_figures();
            }
            Heard::Looking(ticket, staff) => self.beside = (ticket, staff),
        }
        Vec::new()
    }

    /// Another line is there, and has said its welcome. What may be said twice is said again.
    pub fn linked(&mut self, line: Box<Line>) -> Vec<Effect> {
        // The first line is no return, however often it was tried.
        let again = self.lost.take().is_some() && matches!(self.desk, Desk::Line(_));
        self.desk = Desk::Line(line);
        self.now = self.desk.welcome().now;
        self.asked = None;
        (self.looked, self.beside) = (None, Default::default());
        self.questions.clear();
        self.figures_unasked();
        self.tickets.outdate();
        if self.is_wall() {
            return Vec::new();
        }
        let mut effects = self.take_seat();
        effects.extend(self.ring_for_notices());
        for (_, envelope) in std::mem::take(&mut self.sent) {
            if !matches!(envelope.about, About::Owed | About::Step) {
                effects.push(Effect::Send(envelope));
            }
        }
        effects.extend(self.say_steps_again());
        effects.extend(self.drafts.owed().iter().map(|owed| Effect::Send(owed_envelope(*owed))));
        let tickets: Vec<_> = self.desk.state().tickets.values().cloned().collect();
        for draft in self.drafts.all_mut() {
            if let Some(ticket) = draft.edits.and_then(|(id, _)| tickets.iter().find(|ticket| ticket.id == id)) {
                draft.meet(ticket);
            }
        }
        if again {
            self.tell(Tone::Good, Say::new("desk.back"));
        }
        effects.extend(self.refresh());
        effects
    }

    /// Sits down where nobody has yet: a console of an operator is a place at the desk.
    fn take_seat(&self) -> Vec<Effect> {
        if self.is_wall() {
            return Vec::new();
        }
        let me = &self.desk.welcome().me;
        let seated = self.my_agent().is_some_and(|agent| agent.state != AgentState::Offline);
        if seated || me.role == Role::Technician || me.id.0.is_empty() {
            return Vec::new();
        }
        let phone = self.phone_to_sit_at();
        let command = Command::Agent(AgentCommand::SignOn { phone });
        vec![Effect::Send(Envelope { id: 0, command, about: About::Plain(None) })]
    }

    /// The line is gone. What was on its way and can't be said twice is told to be uncertain.
    pub fn line_lost(&mut self, why: Say) {
        if self.lost.is_some() {
            return;
        }
        self.lost = Some((self.now, why));
        if self.is_wall() {
            // Its head says so for as long as it is so; nobody typed anything, and nobody is there to dismiss a sentence.
            return;
        }
        let before = self.sent.len();
        self.sent.retain(|(_, envelope)| envelope.id != 0);
        for (request, _) in &mut self.sent {
            *request = None;
        }
        let key = if before > self.sent.len() { "desk.lost-uncertain" } else { "desk.lost" };
        self.tell(Tone::Error, Say::new(key));
    }

    fn take_sent(&mut self, request: u64) -> Option<Envelope> {
        let at = self.sent.iter().position(|(number, _)| *number == Some(request))?;
        Some(self.sent.remove(at).1)
    }

    fn changed(&mut self, entry: &Entry) -> Vec<Effect> {
        for event in &entry.events {
            self.figures_meet(event);
            self.call_page_meets(event);
            match event {
                Event::Ticket(ticket) => {
                    self.likely.forget();
                    self.page_meets(ticket);
                    // A ticket that left a technician's hands is no change of what stands in its fields.
                    let there = !is_gone(ticket);
                    for draft in self.drafts.all_mut().filter(|draft| there && draft.stage == Stage::Open) {
                        draft.meet(ticket);
                    }
                }
                Event::Call(call) => {
                    if let Some(draft) = self.drafts.all_mut().find(|draft| draft.call == Some(call.id)) {
                        draft.prefill(&Field::Phone, &call.party.number);
                        draft.prefill(&Field::Name, &call.party.name);
                    }
                }
                Event::TicketLine(line) => {
                    self.page_hears(line);
                    self.tech.hear_lines(std::iter::once(&**line));
                }
                Event::Callback(line) => self.hear_line(line),
                _ => {}
            }
        }
        if entry.events.iter().any(|event| self.touches_card(event)) {
            self.asked = None;
        }
        let mut effects = self.hear_alarms(entry);
        let visited = entry.events.iter().any(|event| matches!(event, Event::Visit(_) | Event::Customer(_)));
        effects.extend((visited && self.shows_visits()).then(|| self.ask_for_visits()));
        effects.extend(self.refresh());
        effects
    }

    fn touches_card(&self, event: &Event) -> bool {
        let Some(card) = &self.card else { return false };
        let area = &self.desk.state().area_code;
        let key = match_key(&card.number);
        let same = |number: &str| concerns(&card.number, number, area);
        match event {
            Event::Ticket(ticket) => same(&ticket.fields.phone),
            Event::Callback(line) => line.keys.iter().chain([&line.key]).any(|known| shows(&key, known, area)),
            Event::Customer(customer) => customer.phones.iter().any(|phone| same(phone)),
            Event::Call(call) => same(&call.party.number) && !call.is_open(),
            _ => false,
        }
    }

    /// What follows from the state as it is now: who is shown, which form belongs to the call in hand, what rings.
    pub fn refresh(&mut self) -> Vec<Effect> {
        if self.is_wall() {
            return Vec::new();
        }
        let mut effects = Vec::new();
        self.tickets.typing &= self.focus == Pane::Tickets;
        self.close_finished_form();
        self.tech_settle();
        self.follow_sheets();
        self.meet_call_in_hand();
        self.make_room();
        self.look_for_likely();
        effects.extend(self.let_go());
        effects.extend(self.look());
        effects.extend(self.ask_who());
        effects.extend(self.ask_for_figures());
        effects.extend(self.ring());
        effects
    }

    /// A form that is saved goes when its call is written up: the next caller begins with a clean one, and the ticket is
    /// in the list. A form that is not saved stays.
    fn close_finished_form(&mut self) {
        let calls = &self.desk.state().calls;
        let over = |call: CallId| calls.get(call).is_none_or(|call| call.disposition.is_some());
        let finished = |draft: &crate::tui::form::Draft| draft.saved().is_some() && draft.call.is_some_and(over);
        if !self.drafts.open().is_some_and(finished) {
            return;
        }
        self.drafts.discard();
        // Nothing can be typed into a saved form: the focus of its place goes where a closed form leaves it.
        if self.focus == Pane::Form {
            self.focus = Pane::Tickets;
        }
    }

    /// R-CALL-4: asks who it is as soon as the number is known.
    fn ask_who(&mut self) -> Option<Effect> {
        let (number, rehearsal) = self.pop_call().map(|call| (call.party.number.clone(), call.rehearsal))?;
        let key = match_key(&number);
        if key.is_empty() {
            (self.card, self.asked) = (None, None);
            return None;
        }
        if self.asked.as_ref() == Some(&key) || !self.is_linked() {
            return None;
        }
        if self.card.as_ref().is_some_and(|card| match_key(&card.number) != key) {
            self.card = None;
        }
        self.asked = Some(key.clone());
        Some(Effect::Ask(Query::Person { number, rehearsal }, Question::Person(key)))
    }

    /// The call in hand gets its form, unless another is being typed: that one stays, and it is said so.
    fn meet_call_in_hand(&mut self) {
        let Some(call) = self.in_hand().cloned() else {
            self.met = None;
            return;
        };
        if self.met == Some(call.id) {
            return;
        }
        self.met = Some(call.id);
        let asked = self.answering.take() == Some(call.id);
        let has = self.drafts.open().is_some_and(|draft| draft.call == Some(call.id)) || self.has_sheet_for(&call);
        if asked || has || !call.is_open() {
            return;
        }
        // A form opened for a dialled number becomes the form of that call.
        let area = &self.desk.state().area_code;
        let adopts = |draft: &crate::tui::form::Draft| {
            let free = draft.call.is_none() && draft.edits.is_none() && draft.sheet.is_none();
            free && same_person(&call.party.number, &draft.fields.phone, area)
        };
        match self.drafts.open() {
            Some(draft) if adopts(draft) => {
                if let Some(draft) = self.drafts.open_mut() {
                    draft.call = Some(call.id);
                    draft.came_by_phone(&self.desk.welcome().rulebook);
                }
            }
            Some(draft) if draft.is_touched() => {
                let say = Say::new("form.of-another").with("caller", self.caller(&call));
                self.tell(Tone::Warning, say);
            }
            _ => {
                self.open_form_for(&call);
            }
        }
    }

    /// Bell and flash for what has begun to ring.
    fn ring(&mut self) -> Option<Effect> {
        let rings = |call: &&Call| call.phase == Phase::Ringing || call.source == crate::domain::SourceId::HAND;
        let ringing: Vec<CallId> = self.incoming().into_iter().filter(rings).map(|call| call.id).collect();
        let new = ringing.iter().any(|id| !self.ringing.contains(id));
        self.ringing = ringing;
        if !new {
            return None;
        }
        self.sound()
    }

    /// The bell and the flash, as they are set.
    pub(super) fn sound(&mut self) -> Option<Effect> {
        // A flash is a frame more on a poor line, and nobody sees it in a pocket.
        if self.settings.flash && !self.is_tech() {
            self.flash_until = Some(self.now.plus(FLASH_MS));
        }
        self.settings.bell.then_some(Effect::Bell)
    }

    fn done(&mut self, envelope: &Envelope, made: Made) -> Vec<Effect> {
        match &envelope.about {
            About::Plain(Some(say)) => self.tell(Tone::Good, say.clone()),
            About::Plain(None) | About::Answer(_) | About::Heed | About::Line(_) | About::LetGo => {}
            About::Step => self.step_done(envelope.id),
            About::Listen(call) => return vec![Effect::Ask(Query::Call(*call), Question::Play(*call))],
            About::Signed => self.tell(Tone::Good, Say::new("spot.was-signed")),
            About::Bulk(bulk) => self.bulk_done(bulk),
            About::Draft(id) if self.drafts.get(*id).is_some_and(|draft| draft.sheet.is_some()) => {
                return self.sheet_done(*id);
            }
            About::Draft(id) => return self.draft_done(*id, &envelope.command, made),
            About::Owed => {
                if let Some(owed) = self.drafts.settle(envelope.id) {
                    self.tell(Tone::Good, owed_say(owed, true));
                }
            }
        }
        Vec::new()
    }

    /// A form is on the desk's disk. What follows from it is asked for now.
    fn draft_done(&mut self, id: u64, command: &Command, made: Made) -> Vec<Effect> {
        let (ticket, key) = match (command, made) {
            (_, Made::Ticket(ticket)) => (ticket, "form.saved"),
            (Command::Ticket(TicketCommand::Edit { ticket, .. }), _) => (*ticket, "form.saved"),
            (Command::Ticket(TicketCommand::Advance { ticket, .. }), _) => (*ticket, "life_form.advanced"),
            _ => (TicketId::default(), "form.saved"),
        };
        let then = self.drafts.get_mut(id).and_then(|draft| draft.then.take());
        let stage = self.drafts.get_mut(id).is_some_and(|draft| draft.advance.is_some() || draft.errand.is_some());
        self.drafts.saved(id, ticket);
        let moved = self.desk.state().tickets.get(&ticket).map(|ticket| self.stage_name(ticket));
        let say = Say::new(key).with("ticket", ticket.spoken());
        self.tell(Tone::Good, say.with("stage", moved.unwrap_or_else(|| self.word("stage.filed"))));
        // A stage's screen is done with: what comes next has a screen of its own.
        if stage && self.drafts.open().is_some_and(|draft| draft.id == id) {
            self.drafts.discard();
            if self.focus == Pane::Form {
                self.focus = Pane::Tickets;
            }
        }
        let Some(then) = then else { return Vec::new() };
        let owed = Owed { ticket, then, command: self.next_command_id() };
        self.drafts.owe(owed);
        self.tell(Tone::Plain, owed_say(owed, false));
        vec![Effect::Send(owed_envelope(owed))]
    }

    fn refused(&mut self, envelope: &Envelope, why: Say) {
        if matches!(envelope.about, About::Owed) {
            // The report is saved; that it is the same matter is said again by whoever looks at it.
            let ticket = self.drafts.settle(envelope.id).map(|owed| owed.ticket).unwrap_or_default();
            let words = self.words(&why);
            let say = Say::new("life_form.owed-refused").with("ticket", ticket.spoken()).with("why", words);
            self.tell(Tone::Error, say);
            return;
        }
        match envelope.about {
            // Somebody else had read it, or let it go, already.
            About::Heed | About::LetGo => return,
            About::Step => return self.step_refused(envelope.id, why),
            About::Plain(_) if self.break_is_refused(envelope, &why) => return,
            _ => self.tell(Tone::Warning, why),
        }
        match envelope.about {
            About::Plain(_) | About::Owed | About::Bulk(_) | About::Step | About::Heed | About::LetGo => {}
            About::Listen(_) => {}
            About::Signed => self.sheet_comes_back(&envelope.command),
            About::Draft(id) => {
                if let Some(draft) = self.drafts.get_mut(id) {
                    draft.stage = Stage::Open;
                    draft.then = None;
                }
            }
            About::Answer(id) => self.not_answered(id),
            About::Line(draft) => self.not_taken(draft),
        }
    }

    fn sheet_comes_back(&mut self, command: &Command) {
        let again = sheet_again(self, command);
        self.layers.extend(again);
    }

    /// Somebody else was faster: a form nobody typed in gives its place back to the one that was parked for it.
    fn not_answered(&mut self, id: CallId) {
        self.answering = None;
        if let Some(say) =
            self.desk.state().calls.get(id).filter(|call| !call.is_waiting()).map(|call| self.taken_by(call))
        {
            self.tell(Tone::Warning, say);
        }
        if self.drafts.open().is_some_and(|draft| draft.call == Some(id) && !draft.is_touched()) {
            self.drafts.discard();
            self.drafts.resume(None);
        }
    }

    /// A command has gone out over the line, or waits for one.
    pub fn note_sent(&mut self, request: Option<u64>, envelope: Envelope) {
        if let About::Answer(call) = envelope.about {
            self.answering = Some(call);
        }
        self.sent.push((request, envelope));
    }

    fn answered(&mut self, request: u64, answer: Answer) -> Vec<Effect> {
        if let Answer::Informant(informant) = answer {
            // It goes from the line to the screen and nowhere else (R-REQ-6).
            self.layers.push(self.sealed_page(&informant));
            return Vec::new();
        }
        let Some(at) = self.questions.iter().position(|(number, _)| *number == request) else { return Vec::new() };
        let question = self.questions.remove(at).1;
        // Sums come in pieces, all to one question.
        if let (Question::Figures(number), Answer::Figures { cells, last }) = (&question, &answer) {
            if self.hear_sums(*number, cells.clone(), *last) {
                self.questions.push((request, question));
            }
            return Vec::new();
        }
        match (question, answer) {
            (Question::Person(key), Answer::Person(card)) if self.asked.as_ref() == Some(&key) => {
                let call = self.pop_call().filter(|call| is_about(&card, call)).map(|call| call.id);
                if let (Some(call), Some(customer)) = (call, &card.customer) {
                    for draft in self.drafts.all_mut().filter(|draft| draft.call == Some(call)) {
                        draft.prefill_from(customer);
                    }
                }
                self.card = Some(*card);
            }
            (Question::Find(text), Answer::Tickets(found)) => {
                self.tell(Tone::Plain, Say::new("ticket.found").with("count", found.len()).with("text", &text));
                self.show_found(text, found);
            }
            (Question::Ticket, Answer::Ticket(Some(ticket))) => self.show_ticket(*ticket),
            (Question::Ticket, Answer::Ticket(None)) => self.no_ticket(),
            (Question::Lines(ticket), Answer::TicketLines(lines)) => {
                self.tech.hear_lines(lines.iter());
                self.page_lines(ticket, lines);
            }
            (Question::Staffing(day), Answer::Figures { cells, last }) => {
                let more = self.hear_weeks(day, cells, last);
                self.questions.extend(more.then_some((request, Question::Staffing(day))));
            }
            (Question::Visits, Answer::Visits(year)) => self.visit_plan = Some(self.plan_of(&year)),
            (Question::FigureRows(number), Answer::FigureRows { rows, of }) => self.hear_rows(number, rows, of),
            (Question::Spans(number), Answer::Spans(spans)) => self.hear_spans(number, spans),
            (Question::Call(id), Answer::Call(call, recording)) => self.hear_call(id, call, recording),
            (Question::Checks(call), Answer::CheckSheets(sheets)) => self.hear_sheets(call, &sheets),
            (Question::Play(_), Answer::Call(_, Some(recording))) => return self.play(&recording),
            _ => {}
        }
        Vec::new()
    }
}

/// What is said of a second step: that it is done, or that it is on its way.
fn owed_say(owed: Owed, done: bool) -> Say {
    let (other, key) = match (owed.then, done) {
        (Then::Merge(into), true) => (into, "life_form.merged"),
        (Then::Merge(into), false) => (into, "life_form.merging"),
        (Then::Attach(incident), true) => (incident, "life_form.attached"),
        (Then::Attach(incident), false) => (incident, "life_form.attaching"),
    };
    Say::new(key).with("ticket", owed.ticket.spoken()).with("other", other.spoken())
}
