//! Whom a work order can be sent to (SPEC §5): technicians on duty first, each with what they have and where they were,
//! then departments.

use crate::domain::crew::{CrewRow, on_duty};
use crate::text::Say;
use crate::tui::layer::Row;
use crate::tui::model::Model;

impl Model {
    /// The rows of the dispatch list; `department` stands before a department's name in a row's id.
    pub fn crew_rows(&self, department: &str) -> Vec<Row> {
        let welcome = self.desk.welcome();
        let technicians = on_duty(self.desk.state(), &welcome.rulebook, &welcome.staff, None);
        let technicians = technicians.iter().map(|one| Row {
            id: one.staff.0.clone(),
            text: self.crew_name(one),
            beside: self.crew_words(one),
        });
        let departments = welcome.rulebook.departments.iter().map(|(id, rule)| Row {
            id: format!("{department}{id}"),
            text: rule.name.clone(),
            beside: self.team_words(id),
        });
        technicians.chain(departments).collect()
    }

    fn crew_name(&self, one: &CrewRow) -> String {
        let duty = self.word(if one.on_duty_since.is_some() { "due.on-duty" } else { "due.off-duty" });
        let open = self.words(&Say::new("due.open-orders").with("count", one.open));
        format!("{} {duty} {open}", one.name)
    }

    /// Where somebody was last, and when.
    fn crew_words(&self, one: &CrewRow) -> String {
        match one.place_at.filter(|_| !one.place.is_empty()) {
            Some(at) => format!("{} {}", self.when(at), one.place),
            None => {
                let staff = self.desk.welcome().staff.iter().find(|staff| staff.id == one.staff);
                staff.map(|staff| staff.team.clone()).unwrap_or_default()
            }
        }
    }

    /// Of a department with technicians, how many of them are there to accept; else that it is one.
    fn team_words(&self, id: &str) -> String {
        let welcome = self.desk.welcome();
        let theirs = on_duty(self.desk.state(), &welcome.rulebook, &welcome.staff, Some(id));
        if theirs.is_empty() {
            return self.word("ticket_page.department");
        }
        let there = theirs.iter().filter(|one| one.on_duty_since.is_some()).count();
        self.words(&Say::new("orders.team").with("there", there).with("all", theirs.len()))
    }
}
