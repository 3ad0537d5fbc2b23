//! Where facts count, and how they are put together: by queue, agent, team, type, department, and time.

use serde::{Deserialize, Serialize};

/// What kind of record facts are about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum About {
    /// Calls, at their arrival.
    #[default]
    Calls,
    /// Agents' time, in the half-hour in which it passed.
    Time,
    /// Tickets: registered, filed, fallen due, each at its own time.
    Tickets,
    /// Work orders, at the end of the work.
    Orders,
    /// What is owed to people.
    Callbacks,
    /// Spot checks of calls.
    Checks,
    /// What supervisors did.
    Oversight,
}

impl About {
    /// Its number in keys, on disk for ever.
    pub fn number(self) -> u8 {
        match self {
            About::Calls => 0,
            About::Time => 1,
            About::Tickets => 2,
            About::Orders => 3,
            About::Callbacks => 4,
            About::Checks => 5,
            About::Oversight => 6,
        }
    }

    /// The name in exports and in the catalogue (`about.CODE`).
    pub fn code(self) -> &'static str {
        match self {
            About::Calls => "calls",
            About::Time => "time",
            About::Tickets => "tickets",
            About::Orders => "orders",
            About::Callbacks => "callbacks",
            About::Checks => "checks",
            About::Oversight => "oversight",
        }
    }

    /// The kind with this number.
    pub fn of_number(number: u8) -> Option<About> {
        use About as A;
        [A::Calls, A::Time, A::Tickets, A::Orders, A::Callbacks, A::Checks, A::Oversight]
            .into_iter()
            .find(|about| about.number() == number)
    }
}

/// Where facts count.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Slot {
    /// The half-hour, counted from 1970-01-01T00:00Z: whatever the desk's local time is, no fact has to be moved.
    pub half_hour: i64,
    /// What kind of record.
    pub about: About,
    /// The queue of calls and of agents' time with calls, the one that whoever is owed a call had called, the one an agent
    /// was moved into or out of; empty for none.
    pub queue: String,
    /// Who: the phone that answered, the agent's place (agents' time, checks, what supervisors did to them); the staff
    /// number of a ticket's owner, of the technician of an order, of whoever dialled or wrote the sheet of a callback;
    /// empty for nobody.
    pub who: String,
    /// The request type's code for tickets and orders, the reason's for callbacks, the rule for spot checks; else empty.
    pub kind: String,
    /// The department of tickets and orders; else empty.
    pub department: String,
    /// What else tells them apart: the grade of a hazard, the reason of a break, what a supervisor did; else empty.
    pub detail: String,
}

/// What figures are put together by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum By {
    /// Everything together.
    #[default]
    All,
    /// The queue.
    Queue,
    /// The agent, or the technician.
    Agent,
    /// The agent's team.
    Team,
    /// The request type, or the reason of a callback.
    Type,
    /// The department.
    Department,
    /// The half-hour of the day: 0 to 47, all days together.
    HalfHour,
    /// The local day.
    Day,
    /// The week, by its Monday.
    Week,
    /// The month.
    Month,
    /// The hour of the week: 0 is Monday midnight, 167 is Sunday at eleven in the evening.
    WeekHour,
}

/// Which facts are wanted. What is empty is not asked.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Filter {
    /// Of this kind of record.
    pub about: Option<About>,
    /// Of this queue.
    pub queue: Option<String>,
    /// Of these agents or technicians; none for all.
    pub who: Option<Vec<String>>,
    /// Of this type or reason.
    pub kind: Option<String>,
    /// Of this department.
    pub department: Option<String>,
}

impl Filter {
    /// Whether facts that count there are wanted.
    pub fn takes(&self, slot: &Slot) -> bool {
        let same = |wanted: &Option<String>, has: &str| wanted.as_ref().is_none_or(|wanted| wanted == has);
        self.about.is_none_or(|about| about == slot.about)
            && same(&self.queue, &slot.queue)
            && same(&self.kind, &slot.kind)
            && same(&self.department, &slot.department)
            && self.who.as_ref().is_none_or(|who| who.contains(&slot.who))
    }
}
