//! What is said to people: announcements to many, and a word to the agent a step is about.

use super::{step, under};
use crate::domain::agent::Agent;
use crate::domain::decide::{Context, Decision};
use crate::domain::event::Event;
use crate::domain::ids::NoticeId;
use crate::domain::notice::Addressee;
use crate::domain::oversight::{EVERYBODY, Step};
use crate::domain::{Notice, Role, Staff, StaffId};
use crate::text::Say;

/// The longest announcement, in characters: what is longer is no call across the room.
const LONGEST: usize = 500;

/// A notice; `nth` counts those of one decision from 0.
pub(super) fn notice(context: Context<'_>, nth: u64, to: Addressee, what: Say, rings: bool, rehearsal: bool) -> Event {
    Event::Notice(Box::new(Notice {
        id: NoticeId(context.state.last.notice + 1 + nth),
        rehearsal,
        ticket: None,
        callback: None,
        to,
        at: context.now,
        what,
        rings,
        late: false,
        acknowledged: None,
    }))
}

/// A word to whoever sits at an agent's place; nothing where nobody does.
pub(super) fn to_agent(context: Context<'_>, agent: &Agent, what: Say, rings: bool) -> Option<Event> {
    let staff = agent.staff.clone()?;
    Some(notice(context, 0, Addressee::Staff(staff), what, rings, agent.rehearsal))
}

/// The name of whoever does it.
pub(super) fn name_of(context: Context<'_>, staff: &StaffId) -> String {
    let listed = context.staff.iter().find(|person| person.id == *staff);
    listed.map_or_else(|| staff.0.clone(), |person| person.name.clone())
}

/// Everybody at the desk whom it is for gets a notice of their own: each acknowledges for themselves.
pub(super) fn announce(context: Context<'_>, to: &Addressee, text: &str, rings: bool) -> Result<Decision, Say> {
    let text = text.trim();
    if text.is_empty() {
        return Err(Say::new("oversight.no_text"));
    }
    if text.chars().count() > LONGEST {
        return Err(Say::new("oversight.text_long").with("most", LONGEST));
    }
    let me = context.me()?;
    let addressed: Vec<StaffId> = people(context)
        .into_iter()
        .filter(|person| person.id != *me && is_for(context, to, person))
        .map(|p| p.id)
        .collect();
    if addressed.is_empty() {
        return Err(Say::new("oversight.nobody_addressed"));
    }
    let what = Say::new("oversight.notice_announced").with("who", name_of(context, me)).with("text", text);
    let mut decision = under(step(context, Step::Announce, text.to_owned())?);
    for (nth, staff) in (0..).zip(addressed) {
        decision.events.push(notice(context, nth, Addressee::Staff(staff), what.clone(), rings, false));
    }
    Ok(decision)
}

/// Everybody who may sit at the desk, and whoever does without being listed.
fn people(context: Context<'_>) -> Vec<Staff> {
    let mut people: Vec<Staff> =
        context.staff.iter().filter(|person| person.role != Role::Technician).cloned().collect();
    for id in context.state.agents.values().filter_map(|agent| agent.staff.clone()) {
        if context.staff.iter().all(|person| person.id != id) {
            people.push(Staff { id, role: Role::Supervisor, ..Staff::default() });
        }
    }
    people
}

fn is_for(context: Context<'_>, to: &Addressee, person: &Staff) -> bool {
    match to {
        Addressee::Role(role) if role == EVERYBODY => true,
        Addressee::Staff(id) => *id == person.id,
        Addressee::Role(role) => context.rules.holds(person, role),
        Addressee::Department(department) => context.rules.department_of(person) == Some(department),
    }
}
