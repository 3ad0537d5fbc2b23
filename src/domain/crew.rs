//! Technicians on duty: who can be sent, and where they were last (SPEC §5).

use serde::{Deserialize, Serialize};

use super::ids::{StaffId, TicketId};
use super::rulebook::Rulebook;
use super::staff::{Role, Staff};
use super::state::State;
use super::time::Stamp;

/// A technician's duty as stored.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Crew {
    /// Who.
    pub staff: StaffId,
    /// On duty since; none for off duty. A lost line changes nothing of it.
    pub on_duty_since: Option<Stamp>,
    /// The address they last arrived at, or set out for; empty for none yet.
    pub place: String,
    /// When that was.
    pub place_at: Option<Stamp>,
    /// The order they were there for.
    pub ticket: Option<TicketId>,
}

/// A technician as a dispatcher sees them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CrewRow {
    /// Who.
    pub staff: StaffId,
    /// The name on screen.
    pub name: String,
    /// On duty since; none for off duty.
    pub on_duty_since: Option<Stamp>,
    /// Work orders of theirs that are not finished yet.
    pub open: usize,
    /// Where they were last, or set out for; empty for not known.
    pub place: String,
    /// When that was.
    pub place_at: Option<Stamp>,
}

/// The technicians of a department, or all of them: those on duty first, whoever has fewest open orders first among
/// these, then by name. Rehearsed orders do not count.
pub fn on_duty(state: &State, rules: &Rulebook, staff: &[Staff], department: Option<&str>) -> Vec<CrewRow> {
    let here = |one: &&Staff| {
        let of = rules.department_of(one).map(String::as_str);
        one.role == Role::Technician && (department.is_none() || of == department)
    };
    let open = |id: &StaffId| {
        let orders = state.tickets.values().filter(|ticket| ticket.is_live() && !ticket.rehearsal);
        let mut theirs = orders.filter(|ticket| ticket.owner.staff() == Some(id)).collect::<Vec<_>>();
        theirs.retain(|ticket| rules.kind(ticket.fields.kind).before_finished(&ticket.stage));
        theirs.len()
    };
    let row = |one: &Staff| {
        let crew = state.crew.get(&one.id).cloned().unwrap_or_default();
        CrewRow {
            staff: one.id.clone(),
            name: if one.name.is_empty() { one.id.0.clone() } else { one.name.clone() },
            on_duty_since: crew.on_duty_since,
            open: open(&one.id),
            place: crew.place,
            place_at: crew.place_at,
        }
    };
    let mut rows: Vec<CrewRow> = staff.iter().filter(here).map(row).collect();
    rows.sort_by(|a, b| {
        let key = |row: &CrewRow| (row.on_duty_since.is_none(), row.open);
        key(a).cmp(&key(b)).then_with(|| a.name.cmp(&b.name))
    });
    rows
}
