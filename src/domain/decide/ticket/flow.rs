//! From stage to stage: what a stage's screen asks, who may move on, where it goes, and the end (SPEC §3, R-REQ-1).

use super::values;
use super::work::Work;
use crate::domain::decide::{Context, Decision};
use crate::domain::rulebook::{FILED, FOLLOWED_UP, MoveRule, REGISTERED, StageId, StageRule, Trigger};
use crate::domain::ticket::{FieldChange, Happened, Owner, Round, TellHow, Told};
use crate::domain::{Addressee, CallId, StaffId, TicketId};
use crate::text::{Say, Word};

/// Filing by the short way passes so many stages at most; no rulebook has that many.
const MOST_STAGES: usize = 40;
/// The fields that say what somebody was told in the end, and how.
const OUTCOME: [&str; 3] = ["outcome", "told_how", "untold_reason"];

pub(super) fn advance(
    context: Context<'_>,
    id: TicketId,
    from: &str,
    changes: &[FieldChange],
) -> Result<Decision, Say> {
    let mut work = Work::load(context, id)?;
    if work.ticket.stage != from {
        return Err(Say::new("life.elsewhere")
            .with("ticket", id.spoken())
            .with_word("stage", &context.rules.stage_word(work.ticket.fields.kind, &work.ticket.stage)));
    }
    work.may_move()?;
    let done = values::apply(&mut work, changes)?;
    work.put_in(&done);
    work.step()?;
    Ok(work.done("R-CMP"))
}

pub(super) fn tell(
    context: Context<'_>,
    id: TicketId,
    how: TellHow,
    what: &str,
    call: Option<CallId>,
) -> Result<Decision, Say> {
    context.me()?;
    if what.trim().is_empty() {
        return Err(Say::new("life.told_what"));
    }
    values::short(what)?;
    // A merged ticket's caller is told like any other: the claim to an answer stays theirs (R-REQ-3).
    let mut work = Work::any(context, id)?;
    work.tell(how, what, call, false);
    if work.ticket.is_live() && how != TellHow::Untold {
        work.happened(&Trigger::Told);
    }
    Ok(work.done("R-REQ-1"))
}

/// The short way to the end, for matters that need no more: every stage on the way must be complete as it stands.
pub(super) fn file(context: Context<'_>, id: TicketId, outcome: &str, how: TellHow) -> Result<Decision, Say> {
    if outcome.trim().is_empty() {
        return Err(Say::new("refused.outcome_missing"));
    }
    let mut work = Work::load(context, id)?;
    let words = outcome.trim();
    let mut wanted = vec![("outcome", words), ("told_how", how.code())];
    if how == TellHow::Untold {
        wanted.push(("untold_reason", words));
    }
    work.fill_in(&wanted)?;
    for _ in 0..MOST_STAGES {
        work.may_move()?;
        work.step()?;
        if !work.ticket.is_open() {
            return Ok(work.done("R-REQ-1"));
        }
    }
    Err(Say::new("life.no_way").with("ticket", id.spoken()))
}

/// What a sheet says of a conversation about a ticket (R-CB-5).
pub(in crate::domain::decide) struct Spoken<'a> {
    /// The answered call.
    pub call: CallId,
    /// They were reached in it, and did not want to be asked.
    pub refused: bool,
    /// The outcome they were told; or what they said who refused.
    pub said: &'a str,
    /// What they said of it; empty where they were not asked.
    pub satisfaction: &'a str,
}

/// A callback sheet: fills the screen of the stage where the outcome is told, and moves the ticket on. Where it stands
/// elsewhere, or is merged into another, the person was told how things stand.
pub(in crate::domain::decide) fn follow_up(
    context: Context<'_>,
    id: TicketId,
    spoken: &Spoken<'_>,
) -> Result<Decision, Say> {
    let mut work = Work::any(context, id)?;
    (work.spoken, work.refused) = (Some(spoken.call), spoken.refused);
    let how = if spoken.refused { TellHow::Untold } else { TellHow::Phone };
    let asks = |field: &str| {
        let stage = work.stage().filter(|stage| stage.id != REGISTERED && work.ticket.is_live());
        stage.is_some_and(|stage| stage.fields.iter().any(|used| used.field == field))
    };
    if !asks("told_how") && work.ticket.stage != FOLLOWED_UP {
        if spoken.said.is_empty() {
            return Err(Say::new("life.told_what"));
        }
        work.tell(how, spoken.said, Some(spoken.call), false);
        if work.ticket.is_live() && how != TellHow::Untold {
            work.happened(&Trigger::Told);
        }
        return Ok(work.done("R-REQ-1"));
    }
    let mut wanted = vec![("told_how", how.code())];
    if !spoken.said.is_empty() {
        wanted.push(("outcome", spoken.said));
    }
    if spoken.refused {
        wanted.push(("untold_reason", spoken.said));
    }
    if !spoken.satisfaction.is_empty() && asks("satisfaction") {
        wanted.push(("satisfaction", spoken.satisfaction));
    }
    work.may_move()?;
    work.fill_in(&wanted)?;
    work.step()?;
    Ok(work.done("R-CB-1"))
}

impl<'a> Work<'a> {
    /// The rule of the stage it stands in.
    pub(super) fn stage(&self) -> Option<&'a StageRule> {
        self.rules().kind(self.ticket.fields.kind).stage(&self.ticket.stage)
    }

    /// Whether whoever asks may move the ticket on from where it stands.
    pub(super) fn may_move(&self) -> Result<(), Say> {
        let (staff, rules) = (self.staff()?, self.rules());
        let Some(stage) = self.stage() else { return Ok(()) };
        if stage.by.is_empty() || stage.by.iter().any(|role| rules.holds(staff, role)) {
            return Ok(());
        }
        let roles: Vec<Word> = stage.by.iter().map(|role| rules.role_word(role)).collect();
        let word = rules.stage_word(self.ticket.fields.kind, &stage.id);
        Err(Say::new("life.not_your_stage").with_word("stage", &word).with_list("roles", &roles))
    }

    /// Fields were filled on a stage's screen: the history says which, and what follows from them does.
    pub(super) fn put_in(&mut self, done: &[FieldChange]) {
        if done.is_empty() {
            return;
        }
        self.line(Happened::Edited(done.to_vec()));
        self.filled(done.iter().filter(|change| !change.to.trim().is_empty()).map(|change| change.field.as_str()));
        self.reconsider();
    }

    /// These fields were filled, on whichever screen: clocks that wait for one stop, and an outcome is what was told.
    pub(super) fn filled<'f>(&mut self, fields: impl Iterator<Item = &'f str>) {
        let fields: Vec<&str> = fields.collect();
        let told = fields.iter().any(|field| OUTCOME.contains(field)).then(|| self.tell_outcome()).flatten();
        for field in fields {
            self.happened(&Trigger::Filled(field.to_owned()));
        }
        // That nobody could be told is a reason to end, but nobody was told.
        if told.is_some_and(|how| how != TellHow::Untold) {
            self.happened(&Trigger::Told);
        }
    }

    /// The outcome as it stands is what the person who asked was told; or the reason why nobody could be.
    fn tell_outcome(&mut self) -> Option<TellHow> {
        let how = TellHow::parse(self.ticket.value("told_how")).unwrap_or_default();
        let what = match how {
            TellHow::Untold => self.ticket.value("untold_reason").to_owned(),
            _ => self.ticket.outcome().unwrap_or_default().to_owned(),
        };
        if what.trim().is_empty() || self.ticket.outcome().is_none_or(|outcome| outcome.trim().is_empty()) {
            return None;
        }
        let call = self.spoken_in(how);
        self.tell(how, &what, call, true);
        Some(how)
    }

    pub(super) fn tell(&mut self, how: TellHow, what: &str, call: Option<CallId>, last: bool) {
        let (at, by, what) = (self.now(), self.me(), what.trim().to_owned());
        self.ticket.told.push(Told { at, by, how, what: what.clone(), call, last });
        self.line(Happened::Told { how, what, call });
        if self.ticket.seal.is_some() {
            self.seal_calls();
        }
    }

    /// One stage on, where everything the stage demands is there.
    pub(super) fn step(&mut self) -> Result<(), Say> {
        let rules = self.rules();
        let kind = self.ticket.fields.kind;
        let Some(stage) = rules.kind(kind).stage(&self.ticket.stage) else {
            self.begin_again();
            self.reconsider();
            return Ok(());
        };
        let missing = self.missing(stage);
        if !missing.is_empty() {
            let word = rules.stage_word(kind, &stage.id);
            return Err(Say::new("life.missing").with_word("stage", &word).with_list("fields", &missing));
        }
        let way = stage.moves.iter().find(|way| way.when.holds(|field| self.ticket.value(field)));
        let way = way.ok_or_else(|| Say::new("life.no_way").with("ticket", self.ticket.id.spoken()))?;
        if stage.id == FOLLOWED_UP {
            self.followed_up()?;
        }
        if way.to == FILED {
            self.may_end()?;
        }
        self.go(stage, way);
        Ok(())
    }

    /// What a stage still lacks, by name.
    pub(super) fn missing(&self, stage: &StageRule) -> Vec<Word> {
        let value = |field: &str| self.ticket.value(field);
        let lacking = stage.fields.iter().filter(|used| used.need.holds(value) && value(&used.field).trim().is_empty());
        lacking.map(|used| self.rules().field_word(&used.field)).collect()
    }

    /// R-REQ-1: nothing ends without an outcome told, or the reason why nobody could be.
    fn may_end(&self) -> Result<(), Say> {
        let ticket = &self.ticket;
        let id = ticket.id.spoken();
        if ticket.value("told_how") == "untold" && ticket.value("untold_reason").trim().is_empty() {
            return Err(Say::new("life.untold_reason").with("ticket", id));
        }
        if ticket.outcome().is_none_or(|outcome| outcome.trim().is_empty()) || !ticket.told.iter().any(|told| told.last)
        {
            return Err(Say::new("life.untold").with("ticket", id));
        }
        if ticket.wants_letter() && ticket.files.is_empty() && !ticket.is_anonymous() {
            return Err(Say::new("life.letter_missing").with("ticket", id));
        }
        if ticket.objection.is_some() {
            return Err(Say::new("life.objection_open").with("ticket", id));
        }
        let unsaid = self.plan_unsaid();
        if !unsaid.is_empty() {
            return Err(Say::new("may.plan_unsaid").with("ticket", id).with_list("items", &unsaid));
        }
        match self.reports_untold().as_slice() {
            [] => Ok(()),
            untold => {
                let words: Vec<Word> = untold.iter().map(|id| Word::Text(id.spoken())).collect();
                Err(Say::new("life.reports_untold").with_list("tickets", &words))
            }
        }
    }

    /// To the stage a way leads to.
    fn go(&mut self, stage: &StageRule, way: &MoveRule) {
        let rules = self.rules();
        // Nothing begins where all ends, whatever a rulebook says.
        if way.round && way.to != FILED {
            self.another_round(&way.to);
        }
        let from = self.come_to(&way.to);
        if stage.waits {
            self.wake();
        }
        let anew = from != way.to && self.ask_anew();
        let owner = self.ticket.owner.clone();
        self.handed_by_card(stage);
        if self.is_sent() && owner == self.ticket.owner {
            self.ring_for_order("");
        }
        self.tell_of_move(way);
        self.happened(&Trigger::Left(from));
        if way.to == FILED {
            return self.end();
        }
        self.happened(&Trigger::Entered(way.to.clone()));
        if anew {
            self.reconsider();
        }
        if way.round && way.escalate {
            self.happened(&Trigger::Reopened);
        }
        if way.escalate {
            self.one_level_up("satisfaction", false);
        }
        if rules.kind(self.ticket.fields.kind).stage(&way.to).is_some_and(|stage| stage.waits) {
            self.wait();
        }
    }

    /// It stands in another stage from now on; gives the one it comes from. What follows from that is the caller's.
    pub(super) fn come_to(&mut self, to: &str) -> StageId {
        let (now, from) = (self.now(), std::mem::replace(&mut self.ticket.stage, to.to_owned()));
        self.ticket.entered_at = now;
        self.ticket.times.push((to.to_owned(), now));
        self.line(Happened::Moved { from: from.clone(), to: to.to_owned(), round: self.ticket.round });
        self.follow_order(&from);
        from
    }

    /// Puts it into a stage past what the stages' screens say: sent to somebody, or back to the desk.
    pub(super) fn put_into(&mut self, to: &str) {
        let waited = self.stage().is_some_and(|stage| stage.waits);
        let from = self.come_to(to);
        if waited {
            self.wake();
        }
        self.ask_anew();
        self.happened(&Trigger::Left(from));
        self.happened(&Trigger::Entered(to.to_owned()));
        self.reconsider();
    }

    /// What a stage decides is decided anew when the ticket comes to it again in the same round: after waiting for parts
    /// whether it is done now, for another contractor whether that one is approved. What stood there stays in the history.
    fn ask_anew(&mut self) -> bool {
        let again = self.ticket.times.iter().filter(|(stage, _)| *stage == self.ticket.stage).count() > 1;
        let Some(stage) = self.stage().filter(|_| again) else { return false };
        let form = &self.rules().kind(self.ticket.fields.kind).form;
        let decides = |field: &str| stage.moves.iter().any(|way| way.when.fields().any(|one| one == field));
        let asked = stage.fields.iter().map(|used| used.field.as_str());
        let changes: Vec<FieldChange> = asked
            .filter(|field| decides(field) && !form.iter().any(|intake| intake.field == *field))
            .map(|field| (field, self.ticket.value(field)))
            .filter(|(_, value)| !value.is_empty())
            .map(|(field, value)| FieldChange { field: field.into(), from: value.into(), to: String::new() })
            .collect();
        changes.iter().for_each(|change| values::put(&mut self.ticket, &change.field, ""));
        let any = !changes.is_empty();
        if any {
            self.line(Happened::Edited(changes));
        }
        any
    }

    /// Whoever the rulebook names is told that it went this way; not whoever sent it there.
    fn tell_of_move(&mut self, way: &MoveRule) {
        let word = self.rules().stage_word(self.ticket.fields.kind, &way.to);
        for to in &way.tell {
            let to = self.addressee(to);
            if !matches!(&to, Addressee::Staff(staff) if *staff == self.me()) {
                let what = self.about("moves.notice").with_word("stage", &word);
                self.notice(to, what, false, false);
            }
        }
    }

    fn end(&mut self) {
        self.ticket.filed_at = Some(self.now());
        self.ticket.paused = None;
        self.ticket.extension = None;
        self.happened(&Trigger::Filed);
        self.end_reports();
        self.tell_attached();
    }

    /// Keeps what stood in the stages' fields with the round, and asks it anew from the given stage on.
    fn another_round(&mut self, to: &str) {
        let kind = self.rules().kind(self.ticket.fields.kind);
        let from = kind.stages.iter().position(|stage| stage.id == to).unwrap_or(0);
        let card = self.ticket.card.clone();
        for used in kind.stages.iter().skip(from).flat_map(|stage| &stage.fields) {
            if !kind.form.iter().any(|asked| asked.field == used.field) {
                self.ticket.card.remove(&used.field);
            }
        }
        // What was told did not settle it: this round's outcome is told anew, wherever the rulebook asks for it.
        OUTCOME.iter().for_each(|field| drop(self.ticket.card.remove(*field)));
        self.ticket.rounds.push(Round { number: self.ticket.round, ended_at: self.now(), card });
        self.ticket.round += 1;
        self.ticket.times.clear();
    }

    /// A department or a person named on the screen of the stage that is left becomes the owner. What an earlier stage
    /// named takes nothing away from whomever it was given to since.
    fn handed_by_card(&mut self, left: &StageRule) {
        let form = &self.rules().kind(self.ticket.fields.kind).form;
        let intake = if left.id == REGISTERED && self.ticket.round == 1 { form.as_slice() } else { &[] };
        let here = |field: &str| left.fields.iter().chain(intake).any(|used| used.field == field);
        let named = |field: &str| if here(field) { self.ticket.value(field).to_owned() } else { String::new() };
        let (name, department) = (named("responsible"), named("department"));
        let person = self.context.staff.iter().find(|staff| staff.id.0 == name || staff.name == name);
        let person = person.filter(|_| !name.is_empty());
        let to = match person {
            Some(person) => Owner::Staff(StaffId(person.id.0.clone())),
            None if self.rules().departments.contains_key(&department) => Owner::Department(department),
            None => return,
        };
        // A person of that department may have taken it since: naming the department again takes nothing away.
        let theirs = |owner: &Owner| match (owner, &to) {
            (Owner::Staff(id), Owner::Department(department)) => self
                .context
                .staff
                .iter()
                .any(|staff| staff.id == *id && self.rules().department_of(staff) == Some(department)),
            _ => false,
        };
        if !theirs(&self.ticket.owner) {
            self.hand(to, "");
        }
    }

    /// The beginning of a type's stages, for a ticket whose stage the type does not have.
    pub(super) fn begin_again(&mut self) {
        let from = self.come_to(REGISTERED);
        self.stand_as_the_stage_says();
        self.happened(&Trigger::Left(from));
        self.happened(&Trigger::Entered(REGISTERED.to_owned()));
    }
}
