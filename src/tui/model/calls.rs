//! Calls as the operator sees them: who waits, what is in hand, how much time is left.

use crate::domain::call::{Direction, Phase};
use crate::domain::phone::{concerns, match_key};
use crate::domain::{Agent, AgentState, Call, Millis, Source, SourceKind, StaffId};
use crate::text::Say;
use crate::tui::layer::Row;

use super::{Model, Pane};

/// How far a timer is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Before half time.
    Calm,
    /// From half time on.
    Half,
    /// From the limit on.
    Late,
}

impl Level {
    /// The meaning of its style.
    pub fn style(self) -> &'static str {
        match self {
            Level::Calm => "timer.calm",
            Level::Half => "timer.half",
            Level::Late => "timer.late",
        }
    }

    /// The meaning of its bar's style.
    pub fn bar_style(self) -> &'static str {
        match self {
            Level::Calm => "timer.calm.bar",
            Level::Half => "timer.half.bar",
            Level::Late => "timer.late.bar",
        }
    }

    /// The character that says the same without colour.
    pub fn sign(self) -> &'static str {
        match self {
            Level::Calm => " ",
            Level::Half => "!",
            Level::Late => "!!",
        }
    }
}

/// A time that counts against a limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timer {
    /// Passed.
    pub elapsed: Millis,
    /// Allowed.
    pub limit: Millis,
}

impl Timer {
    /// How far it is.
    pub fn level(&self) -> Level {
        match self.permille() {
            0..500 => Level::Calm,
            500..1000 => Level::Half,
            _ => Level::Late,
        }
    }

    /// How much of the limit has passed, in thousandths; at most all of it.
    pub fn permille(&self) -> u32 {
        if self.limit <= 0 {
            return 1000;
        }
        u32::try_from((self.elapsed.max(0).saturating_mul(1000) / self.limit).min(1000)).unwrap_or(1000)
    }
}

impl Model {
    /// The agent I sit as.
    pub fn my_agent(&self) -> Option<&Agent> {
        self.desk.state().agent_of(&self.desk.welcome().me.id)
    }

    /// The phone I sit at, or would.
    pub fn phone_to_sit_at(&self) -> String {
        self.settings.phone.clone().unwrap_or_else(|| self.desk.welcome().me.phone.clone())
    }

    fn my_phone(&self) -> &str {
        let own = &self.desk.welcome().me.phone;
        self.my_agent().map_or(own, |agent| &agent.phone)
    }

    /// The clock of a call's source now. Calls entered by hand run by the desk's clock.
    pub(super) fn call_now(&self, call: &Call) -> crate::domain::Stamp {
        let source = self.desk.state().sources.get(&call.source);
        source.map_or(self.now, |source| source.clock.at(self.now))
    }

    /// The timer of R-CALL-1.
    pub fn timer(&self, call: &Call) -> Timer {
        Timer { elapsed: self.call_now(call).since(call.timer_from()).max(0), limit: call.limit_ms }
    }

    /// The timer of the call in hand: the talk, the hold, or the wrap-up with its limit.
    pub fn in_hand_timer(&self, call: &Call) -> Timer {
        let now = self.call_now(call);
        let wrap_up = self.desk.welcome().rulebook.wrap_up_ms;
        let (from, limit) = match (call.phase, call.held_since) {
            (Phase::Held, Some(since)) => (since, 0),
            (Phase::Ended, _) => {
                let agent = self.my_agent().filter(|agent| agent.state == AgentState::WrapUp);
                let elapsed = agent.map_or(0, |agent| self.now.since(agent.since));
                return Timer { elapsed: elapsed.max(0), limit: wrap_up };
            }
            _ => (call.answered_at.unwrap_or(call.timer_from()), 0),
        };
        Timer { elapsed: now.since(from).max(0), limit }
    }

    /// Whether a call rings at my phone; a call entered by hand rings at everybody's.
    pub fn rings_here(&self, call: &Call) -> bool {
        let phone = self.my_phone();
        let leg = |leg: &crate::domain::call::Leg| leg.phone == phone && !phone.is_empty() && leg.ended_at.is_none();
        let by_hand = call.source == crate::domain::SourceId::HAND;
        (by_hand && call.in_hand.as_ref() == self.my_agent().map(|agent| &agent.id))
            || (matches!(call.phase, Phase::Ringing | Phase::Offered) && call.legs.iter().any(leg))
    }

    /// The phones a call rings at, by the names of those who sit there.
    pub fn ringing_phones(&self, call: &Call) -> String {
        let ringing = call.legs.iter().filter(|leg| leg.ended_at.is_none() && !leg.phone.is_empty());
        let names = ringing.map(|leg| match self.desk.state().agent_at(&leg.phone) {
            Some(agent) if !agent.name.is_empty() => agent.name.clone(),
            _ if !leg.agent.is_empty() => leg.agent.clone(),
            _ => leg.phone.clone(),
        });
        names.collect::<Vec<_>>().join(" ")
    }

    /// R-REQ-4: a number with an open emergency goes before everything.
    pub fn is_emergency(&self, call: &Call) -> bool {
        let (number, area) = (&call.party.number, &self.desk.state().area_code);
        let mut open = self.emergencies().into_iter().filter(|ticket| ticket.rehearsal == call.rehearsal);
        !number.is_empty() && open.any(|ticket| concerns(number, &ticket.fields.phone, area))
    }

    /// Every waiting and ringing call, the most urgent first: live before rehearsed, emergencies, then the one with
    /// the least time left, then the grade.
    pub fn incoming(&self) -> Vec<&Call> {
        let waits = |call: &&Call| {
            call.is_waiting()
                && match call.direction {
                    Direction::Inbound => true,
                    Direction::Internal => self.rings_here(call),
                    Direction::Outbound => false,
                }
        };
        let mut calls: Vec<&Call> = self.desk.state().calls.open().filter(waits).collect();
        calls.sort_by_cached_key(|call| {
            let timer = self.timer(call);
            (call.rehearsal, !self.is_emergency(call), timer.limit - timer.elapsed, call.grade, call.id)
        });
        calls
    }

    /// The call that answering would take: the one chosen in the list, the one that rings here, or the most urgent.
    pub fn target(&self) -> Option<&Call> {
        let calls = self.incoming();
        if self.focus == Pane::Incoming
            && self.layers.is_empty()
            && let Some(chosen) = calls.get(self.incoming_list.at(calls.len()))
        {
            return Some(chosen);
        }
        calls.iter().find(|call| self.rings_here(call)).or(calls.first()).copied()
    }

    /// The call I talk in, hold, dial, or have to write up.
    pub fn in_hand(&self) -> Option<&Call> {
        let agent = self.my_agent()?;
        let busy = matches!(agent.state, AgentState::OnCall | AgentState::Hold | AgentState::WrapUp);
        let state = self.desk.state();
        let by_state = agent.call.filter(|_| busy).and_then(|id| state.calls.get(id));
        by_state.or_else(|| {
            state.calls.open().find(|call| call.in_hand.as_ref() == Some(&agent.id) && call.disposition.is_none())
        })
    }

    /// The call whose caller is shown: the one in hand, else the one that would be answered.
    pub fn pop_call(&self) -> Option<&Call> {
        self.in_hand().or_else(|| self.target())
    }

    /// Who calls: name and number, or that the number is withheld or not known.
    pub fn caller(&self, call: &Call) -> String {
        let party = &call.party;
        if party.number.is_empty() {
            let unknown = if party.withheld { "caller.withheld" } else { "caller.unknown" };
            return if party.name.is_empty() { self.word(unknown) } else { party.name.clone() };
        }
        let card = self.card.as_ref().filter(|card| super::is_about(card, call));
        let customer = card.and_then(|card| card.customer.as_ref()).map(|customer| customer.name.as_str());
        let name = customer.filter(|name| !name.is_empty()).unwrap_or(&party.name);
        if name.is_empty() || name == party.number { party.number.clone() } else { format!("{} {name}", party.number) }
    }

    /// The number the operator has before them: of the call, the callback line, the ticket, the form.
    pub fn number_at_hand(&self) -> String {
        let call = || self.pop_call().map(|call| call.party.number.clone());
        let of_pane = match self.focus {
            Pane::Callbacks => self.selected_callback().map(|line| line.number.clone()),
            Pane::Tickets => self.selected_ticket().map(|ticket| ticket.fields.phone.clone()),
            Pane::Form => self.drafts.open().map(|draft| draft.fields.phone.clone()),
            Pane::Incoming | Pane::Call | Pane::Live => None,
        };
        of_pane.filter(|number| !number.is_empty()).or_else(call).unwrap_or_default()
    }

    /// The name that goes with a number, as far as it is on the screen.
    pub fn name_of_number(&self, number: &str) -> String {
        let key = match_key(number);
        let of_card = self.card.as_ref().filter(|card| match_key(&card.number) == key);
        let of_call = self.pop_call().filter(|call| match_key(&call.party.number) == key);
        of_card
            .and_then(|card| card.customer.as_ref())
            .map(|customer| customer.name.clone())
            .or_else(|| of_call.map(|call| call.party.name.clone()))
            .unwrap_or_default()
    }

    /// Colleagues with a phone, as rows to choose from; 0 beside those who are ready.
    pub fn colleagues_with_phones(&self) -> Vec<(u8, Row)> {
        let me = &self.desk.welcome().me.id;
        let mut rows = Vec::new();
        for agent in self.desk.state().agents.values() {
            if agent.phone.is_empty() || agent.staff.as_ref() == Some(me) {
                continue;
            }
            let state = self.word(crate::tui::words::agent_state(&agent.state));
            let text = format!("{} {}", agent.phone, agent.name);
            let ready = u8::from(agent.state != AgentState::Ready);
            rows.push((ready, Row { id: agent.phone.clone(), text, beside: state }));
        }
        for staff in &self.desk.welcome().staff {
            let known = rows.iter().any(|(_, row)| row.id == staff.phone);
            if !staff.phone.is_empty() && !known && staff.id != *me {
                let text = format!("{} {}", staff.phone, staff.name);
                rows.push((2, Row { id: staff.phone.clone(), text, beside: staff.team.clone() }));
            }
        }
        rows
    }

    /// The link to the PBX to be shown: the newest live one.
    pub fn pbx(&self) -> Option<&Source> {
        self.desk.state().sources.values().rev().find(|source| source.kind == SourceKind::Live)
    }

    /// A rehearsal is being played.
    pub fn rehearses(&self) -> bool {
        let playing =
            |source: &Source| source.kind == SourceKind::Rehearsal && source.link != crate::domain::source::Link::Over;
        self.desk.state().sources.values().any(playing)
    }

    /// Whether staff is a supervisor or not, what is the name of the one who has a call in hand.
    pub fn who_has(&self, call: &Call) -> Option<String> {
        let agent = self.desk.state().agents.get(call.in_hand.as_ref()?)?;
        Some(agent.staff.as_ref().map_or_else(|| agent.name.clone(), |staff: &StaffId| self.staff_name(staff)))
    }

    /// Why a call that was being answered is not ours.
    pub(super) fn taken_by(&self, call: &Call) -> Say {
        match self.who_has(call).or_else(|| call.answered_by.clone()) {
            Some(name) => Say::new("refuse.taken").with("name", name).with("caller", self.caller(call)),
            None => Say::new("refuse.call-gone"),
        }
    }
}
