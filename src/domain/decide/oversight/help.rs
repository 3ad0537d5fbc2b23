//! What an operator asks of the supervisors, each of whom hears it at once: somebody to come (求助), or a break that the
//! service level does not allow (R-LIVE-4).

use super::tell::{name_of, notice, to_agent};
use super::{agent, step, under};
use crate::domain::agent::Agent;
use crate::domain::decide::{Context, Decision};
use crate::domain::event::Event;
use crate::domain::ids::AgentId;
use crate::domain::notice::Addressee;
use crate::domain::oversight::{BREAK_NOTICE, BreakAsked, HELP_NOTICE, Help, Intervention, SUPERVISOR, Step};
use crate::domain::{Notice, StaffId, Stamp};
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
    Say::new(HELP_NOTICE).with("who", asker(context, agent)).with("phone", &agent.phone).with("words", &help.words)
}

fn asker(context: Context<'_>, agent: &Agent) -> String {
    agent.staff.as_ref().map_or_else(|| agent.name.clone(), |staff| name_of(context, staff))
}

/// Asks for a break. It does not ring: nobody is in need. Who asks again for another reason is not announced twice.
pub(in crate::domain::decide) fn ask_break(context: Context<'_>, reason: &str) -> Result<Decision, Say> {
    let old = context.seat()?;
    let reason = reason.trim().to_owned();
    if reason.is_empty() {
        return Err(Say::new("refused.break_reason"));
    }
    let decision = Decision::under("R-LIVE-4");
    if old.break_asked.as_ref().is_some_and(|asked| asked.reason == reason) {
        return Ok(decision);
    }
    let at = old.break_asked.as_ref().map_or(context.now, |asked| asked.at);
    let agent = Agent { break_asked: Some(BreakAsked { at, reason: reason.clone() }), ..old.clone() };
    let decision = decision.with(Event::Agent(Box::new(agent)));
    if old.break_asked.is_some() {
        return Ok(decision);
    }
    let what = Say::new(BREAK_NOTICE).with("who", asker(context, old)).with("phone", &old.phone);
    let to = Addressee::Role(SUPERVISOR.to_owned());
    Ok(decision.with(notice(context, 0, to, what.with("reason", reason), false, old.rehearsal)))
}

/// The break is not needed any more.
pub(in crate::domain::decide) fn break_over(context: Context<'_>) -> Result<Decision, Say> {
    let old = context.seat()?;
    let mut decision = Decision::under("agent.break_not_needed");
    if old.break_asked.is_some() {
        decision.events = break_heeded(context, old);
        decision = decision.with(Event::Agent(Box::new(Agent { break_asked: None, ..old.clone() })));
    }
    Ok(decision)
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
    agent.help.as_ref().map(|help| read(context, agent, HELP_NOTICE, help.at)).unwrap_or_default()
}

/// The same of a break that was answered, taken, or is not asked for any more.
pub(in crate::domain::decide) fn break_heeded(context: Context<'_>, agent: &Agent) -> Vec<Event> {
    agent.break_asked.as_ref().map(|asked| read(context, agent, BREAK_NOTICE, asked.at)).unwrap_or_default()
}

/// Whatever an agent who leaves had asked for.
pub(in crate::domain::decide) fn all_heeded(context: Context<'_>, agent: &Agent) -> Vec<Event> {
    let mut events = heeded(context, agent);
    events.extend(break_heeded(context, agent));
    events
}

fn read(context: Context<'_>, agent: &Agent, key: &str, at: Stamp) -> Vec<Event> {
    let by = context.me().cloned().unwrap_or_else(|_| StaffId::default());
    let of_it = |notice: &&Notice| {
        let phone = notice.what.args.iter().any(|(name, value)| name == "phone" && *value == agent.phone);
        notice.what.key == key && notice.at == at && phone && notice.acknowledged.is_none()
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
