//! Who asks for help, and who is in whose talk, as far as this console was told (R-LIVE-2).

use super::Model;
use crate::domain::oversight::{Intervention, Step};
use crate::domain::{Agent, Role};
use crate::text::{Say, Word};
use crate::tui::words;

impl Model {
    /// Those who ask for help, the longest wait first: everybody's for a supervisor, for anybody else the own.
    pub fn helps(&self) -> Vec<&Agent> {
        let welcome = self.desk.welcome();
        let all = welcome.me.role == Role::Supervisor;
        let shown = |agent: &&Agent| agent.help.is_some() && (all || agent.staff.as_ref() == Some(&welcome.me.id));
        let mut agents: Vec<&Agent> = self.desk.state().agents.values().filter(shown).collect();
        agents.sort_by_key(|agent| agent.help.as_ref().map(|help| help.at));
        agents
    }

    /// The talk I am in as a supervisor.
    pub fn my_stay(&self) -> Option<&Intervention> {
        let me = &self.desk.welcome().me.id;
        self.desk.state().interventions.values().find(|step| step.is_in_talk() && step.by == *me)
    }

    /// Who is in my own talk, where I am to know: a sentence each.
    pub fn told_of_talk(&self) -> Vec<String> {
        let Some(agent) = self.my_agent() else { return Vec::new() };
        let mine = |step: &&Intervention| step.is_in_talk() && step.told && step.agent.as_ref() == Some(&agent.id);
        let steps = self.desk.state().interventions.values().filter(mine);
        steps.map(|step| self.words(&self.stay(step).with("who", self.staff_name(&step.by)))).collect()
    }

    /// A stay in a talk as a sentence that still wants its `{who}`.
    fn stay(&self, step: &Intervention) -> Say {
        Say::new("oversight.in_talk").with_word("how", &Word::Key(format!("step.{}", step.step.code())))
    }

    /// What stands in the rows below the emergencies: the meaning of its style, and the words.
    pub fn help_rows(&self) -> Vec<(&'static str, String)> {
        let me = &self.desk.welcome().me.id;
        let mut rows = Vec::new();
        for agent in self.helps() {
            let Some(help) = &agent.help else { continue };
            let mine = agent.staff.as_ref() == Some(me);
            let key = if mine { "oversight.help_mine" } else { "oversight.help_row" };
            let say = Say::new(key)
                .with("who", &agent.name)
                .with("phone", &agent.phone)
                .with("time", words::span(self.now.since(help.at)))
                .with("words", &help.words);
            rows.push(("flash", format!("! {}", self.words(&say).trim_end())));
        }
        if let Some(step) = self.my_stay()
            && matches!(step.step, Step::Spy(_))
        {
            let agent = step.agent.as_ref().and_then(|id| self.desk.state().agents.get(id));
            let say = Say::new("oversight.stay_row")
                .with_word("how", &Word::Key(format!("step.{}", step.step.code())))
                .with("agent", agent.map_or("", |agent| &agent.name))
                .with("time", words::span(self.now.since(step.at)));
            rows.push(("status.state", self.words(&say)));
        }
        rows
    }
}
