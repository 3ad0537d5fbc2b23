//! 求助: an operator asks for somebody to come; every supervisor hears it at once.

use super::tell::{name_of, notice, to_agent};
use super::{agent, step, under};
use crate::domain::agent::Agent;
use crate::domain::decide::{Context, Decision};
use crate::domain::event::Event;
use crate::domain::ids::AgentId;
use crate::domain::notice::Addressee;
use crate::domain::oversight::{HELP_NOTICE, Help, Intervention, SUPERVISOR, Step};
use crate::domain::{Notice, StaffId};
use crate::text::Say;

/// Asks. Who asks again while nobody has come yet says more words, and is not announced twice.
pub(in crate::domain::decide) fn ask(context: Context<'_>, words: &str) -> Result<Decision, Say> {
    let old = context.seat()?;
    let words = words.trim().to_owned();
    let decision = Decision::under("agent.ask_help");
    if let Some(help) = &old.help {
        if words.is_empty() || help.words == words {
            return Ok(decision);
        }
        let agent = Agent { help: Some(Help { words, ..help.clone() }), ..old.clone() };
        return Ok(decision.with(Event::Agent(Box::new(agent))));
    }
    let help = Help { at: context.now, words, call: old.call };
    let said =
        notice(context, 0, Addressee::Role(SUPERVISOR.to_owned()), asked(context, old, &help), true, old.rehearsal);
    let agent = Agent { help: Some(help), ..old.clone() };
    Ok(decision.with(Event::Agent(Box::new(agent))).with(said))
}

/// What the supervisors are told.
fn asked(context: Context<'_>, agent: &Agent, help: &Help) -> Say {
    let who = agent.staff.as_ref().map_or_else(|| agent.name.clone(), |staff| name_of(context, staff));
    Say::new(HELP_NOTICE).with("who", who).with("phone", &agent.phone).with("words", &help.words)
}

/// Not needed any more.
pub(in crate::domain::decide) fn over(context: Context<'_>) -> Result<Decision, Say> {
    let old = context.seat()?;
    let mut decision = Decision::under("agent.help_over");
    if old.help.is_some() {
        decision.events = heeded(context, old);
        decision = decision.with(Event::Agent(Box::new(Agent { help: None, ..old.clone() })));
    }
    Ok(decision)
}

/// Nobody has to hear any more of a help that is over: its notice counts as read by whoever ended it.
pub(in crate::domain::decide) fn heeded(context: Context<'_>, agent: &Agent) -> Vec<Event> {
    let Some(help) = &agent.help else { return Vec::new() };
    let by = context.me().cloned().unwrap_or_else(|_| StaffId::default());
    let of_it = |notice: &&Notice| {
        let phone = notice.what.args.iter().any(|(name, value)| name == "phone" && *value == agent.phone);
        notice.what.key == HELP_NOTICE && notice.at == help.at && phone
    };
    let notices = context.state.notices.values().filter(of_it);
    let read = |notice: &Notice| Notice { acknowledged: Some((context.now, by.clone())), ..notice.clone() };
    notices.map(|notice| Event::Notice(Box::new(read(notice)))).collect()
}

/// A supervisor goes there.
pub(super) fn comes(context: Context<'_>, id: &AgentId) -> Result<Decision, Say> {
    let agent = agent(context, id)?;
    let help = agent.help.as_ref().ok_or_else(|| Say::new("oversight.no_help").with("agent", &agent.name))?;
    let me = context.me()?;
    let done = Intervention {
        agent: Some(agent.id.clone()),
        call: help.call,
        rehearsal: agent.rehearsal,
        ..step(context, Step::Help, help.words.clone())?
    };
    let mut decision = under(done);
    decision.events.extend(heeded(context, agent));
    decision.events.push(Event::Agent(Box::new(Agent { help: None, ..agent.clone() })));
    let what = Say::new("oversight.notice_comes").with("who", name_of(context, me));
    decision.events.extend(to_agent(context, agent, what, false));
    Ok(decision)
}
