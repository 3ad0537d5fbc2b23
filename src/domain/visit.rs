//! Visits to customers by class A–D: planned by the year, recorded by the day after (R-CB-4, R-CB-8).

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate};
use serde::{Deserialize, Serialize};

use super::customer::Customer;
use super::ids::{CustomerId, StaffId, TicketId, VisitId};
use super::rulebook::VisitPlan;
use super::state::DAY_MS;
use super::time::Stamp;

/// 走访: a visit as stored.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Visit {
    /// Its number.
    pub id: VisitId,
    /// Made during a rehearsal.
    pub rehearsal: bool,
    /// Whom.
    pub customer: CustomerId,
    /// The customer's name and class when visited, so that the year's rate can be told without the file.
    pub name: String,
    /// A, B, C or D; empty for none.
    pub class: String,
    /// When it was.
    pub at: Stamp,
    /// When it was recorded.
    pub recorded_at: Stamp,
    /// By whom.
    pub by: StaffId,
    /// Recorded later than the day after it.
    pub late: bool,
    /// What was spoken of.
    pub words: String,
    /// Where the customer's signature lies (R-CB-4).
    pub signature: String,
    /// The tickets followed up on that visit.
    pub tickets: Vec<TicketId>,
}

/// A visit that is planned: a customer and a period of the year in which to see them once.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct VisitPlanRow {
    /// Whom.
    pub customer: CustomerId,
    /// The name.
    pub name: String,
    /// The class the plan goes by: the one the customer is in now.
    pub class: String,
    /// The period begins…
    pub from: Stamp,
    /// …and ends before this moment.
    pub until: Stamp,
    /// The first visit in it.
    pub visit: Option<VisitId>,
    /// When that was.
    pub done_at: Option<Stamp>,
    /// It was recorded later than the day after.
    pub late: bool,
    /// The customer signed.
    pub signed: bool,
}

impl VisitPlanRow {
    /// The period has begun, and there was no visit in it.
    pub fn is_owed(&self, now: Stamp) -> bool {
        self.done_at.is_none() && self.from <= now
    }

    /// The period is over, and there was no visit in it.
    pub fn is_missed(&self, now: Stamp) -> bool {
        self.done_at.is_none() && self.until <= now
    }
}

/// R-CB-8: the yearly rate of a class.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct VisitRate {
    /// The class.
    pub class: String,
    /// Customers in it.
    pub customers: usize,
    /// Visits planned for the whole year.
    pub planned: usize,
    /// Visits planned in periods that have begun by now.
    pub so_far: usize,
    /// Planned visits that were made.
    pub done: usize,
}

impl VisitRate {
    /// Made, in percent of what was planned so far; nothing where nothing was.
    pub fn percent_so_far(&self) -> Option<u16> {
        percent(self.done, self.so_far)
    }

    /// Made, in percent of what is planned for the year; nothing where nothing is.
    pub fn percent_of_year(&self) -> Option<u16> {
        percent(self.done, self.planned)
    }
}

/// A year's plan.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct VisitYear {
    /// Which.
    pub year: i32,
    /// Every planned visit, by class, then by customer, then by period.
    pub rows: Vec<VisitPlanRow>,
    /// The rates, class by class as the rulebook has them.
    pub rates: Vec<VisitRate>,
}

/// The plan of a year and what came of it. A period that was over before the customer's file was made is not planned;
/// a visit counts for the period it was made in, once. Rehearsals are left out.
pub fn year<'a>(
    year: i32,
    plans: &[VisitPlan],
    customers: impl Iterator<Item = &'a Customer>,
    visits: impl Iterator<Item = &'a Visit>,
    offset_ms: i64,
    now: Stamp,
) -> VisitYear {
    let mut made: BTreeMap<CustomerId, Vec<&Visit>> = BTreeMap::new();
    for visit in visits.filter(|visit| !visit.rehearsal) {
        made.entry(visit.customer).or_default().push(visit);
    }
    made.values_mut().for_each(|visits| visits.sort_by_key(|visit| (visit.at, visit.id)));
    let mut rows = Vec::new();
    let mut rates: Vec<VisitRate> =
        plans.iter().map(|plan| VisitRate { class: plan.class.clone(), ..VisitRate::default() }).collect();
    let periods: Vec<Vec<(Stamp, Stamp)>> = plans.iter().map(|plan| periods(year, plan.per_year, offset_ms)).collect();
    for customer in customers.filter(|customer| !customer.rehearsal && !customer.class.is_empty()) {
        let plan = plans.iter().position(|plan| plan.class == customer.class);
        let Some((periods, rate)) = plan.and_then(|at| Some((periods.get(at)?, rates.get_mut(at)?))) else { continue };
        rate.customers += 1;
        let visits = made.get(&customer.id).map(Vec::as_slice).unwrap_or_default();
        for (from, until) in periods.iter().filter(|(_, until)| *until > customer.made_at) {
            let row = planned(customer, (*from, *until), visits);
            rate.planned += 1;
            rate.so_far += usize::from(row.from <= now);
            rate.done += usize::from(row.done_at.is_some());
            rows.push(row);
        }
    }
    let place = |class: &str| plans.iter().position(|plan| plan.class == class);
    rows.sort_by_key(|row| (place(&row.class), row.customer, row.from));
    VisitYear { year, rows, rates }
}

fn planned(customer: &Customer, (from, until): (Stamp, Stamp), visits: &[&Visit]) -> VisitPlanRow {
    let visit = visits.iter().find(|visit| (from..until).contains(&visit.at));
    VisitPlanRow {
        customer: customer.id,
        name: customer.name.clone(),
        class: customer.class.clone(),
        from,
        until,
        visit: visit.map(|visit| visit.id),
        done_at: visit.map(|visit| visit.at),
        late: visit.is_some_and(|visit| visit.late),
        signed: visit.is_some_and(|visit| !visit.signature.is_empty()),
    }
}

/// A year in so many equal parts of local time: whole months where twelve can be divided so, else whole days.
pub fn periods(year: i32, count: u16, offset_ms: i64) -> Vec<(Stamp, Stamp)> {
    let bounds: Vec<Option<Stamp>> = (0..=count).map(|part| bound(year, part, count, offset_ms)).collect();
    bounds
        .windows(2)
        .filter_map(|pair| if let [from, until] = pair { Some(((*from)?, (*until)?)) } else { None })
        .collect()
}

/// Where the part with this number begins, counted from 0.
fn bound(year: i32, part: u16, count: u16, offset_ms: i64) -> Option<Stamp> {
    let date = if part == count {
        NaiveDate::from_ymd_opt(year.checked_add(1)?, 1, 1)?
    } else if 12_u16.checked_rem(count)? == 0 {
        NaiveDate::from_ymd_opt(year, u32::from(part * (12 / count)) + 1, 1)?
    } else {
        let first = NaiveDate::from_ymd_opt(year, 1, 1)?;
        let days = if first.leap_year() { 366 } else { 365 };
        first.checked_add_days(chrono::Days::new(u64::from(part) * days / u64::from(count)))?
    };
    let days = date.signed_duration_since(DateTime::UNIX_EPOCH.date_naive()).num_days();
    Some(Stamp(days * DAY_MS - offset_ms))
}

fn percent(part: usize, whole: usize) -> Option<u16> {
    (part * 100).checked_div(whole).and_then(|percent| u16::try_from(percent).ok())
}
