//! What a supervisor does from the live queue (R-LIVE-2): to the agent or the waiting call that is chosen there, else to
//! one that is picked; each with its reason. Also found in the palette from everywhere.

use super::call::on_line;
use super::{Def, Effect, Outcome, Place, send_and_tell};
use crate::domain::command::{Command, OversightCommand};
use crate::domain::notice::Addressee;
use crate::domain::oversight::{EVERYBODY, SUPERVISOR, SpyMode};
use crate::domain::{Agent, AgentId, AgentState, Call, CallId};
use crate::text::{Say, Word};
use crate::tui::layer::{Layer, Picker, Prompt, Row, Subject, Then};
use crate::tui::model::{LiveRow, Model};
use crate::tui::words;

pub(super) const COMMANDS: &[Def] = &[
    Def::new("oversight.listen", Place::Desk, |model| spy(model, SpyMode::Listen)).when(supervises),
    Def::new("oversight.whisper", Place::Desk, |model| spy(model, SpyMode::Whisper)).when(supervises),
    Def::new("oversight.barge", Place::Desk, |model| spy(model, SpyMode::Barge)).when(supervises),
    Def::new("oversight.stop", Place::Anywhere, stop).when(is_in_talk),
    Def::new("oversight.force", Place::Desk, force).when(supervises),
    Def::new("oversight.queue", Place::Desk, queue).when(supervises),
    Def::new("oversight.take", Place::Desk, take).when(supervises),
    Def::new("oversight.redirect", Place::Desk, redirect).when(supervises),
    Def::new("oversight.reassign", Place::Desk, super::life::hands::reassign).when(supervises),
    Def::new("oversight.announce", Place::Desk, announce).when(supervises),
    Def::new("oversight.allow-break", Place::Desk, |model| answer_break(model, true)).when(supervises),
    Def::new("oversight.refuse-break", Place::Desk, |model| answer_break(model, false)).when(supervises),
    Def::new("oversight.help", Place::Anywhere, help).when(supervises),
];

/// Reasons given lately that are offered again.
const RECENT: usize = 6;

fn supervises(model: &Model) -> Result<(), Say> {
    on_line(model)?;
    if model.has_live() { Ok(()) } else { Err(Say::new("refused.supervisor_only")) }
}

fn is_in_talk(model: &Model) -> Result<(), Say> {
    supervises(model)?;
    model.my_stay().map(drop).ok_or_else(|| Say::new("oversight.not_in"))
}

/// The step as far as it was told, from a popup.
fn told(subject: &Subject) -> Result<OversightCommand, Say> {
    if let Subject::Oversight(command) = subject { Ok((**command).clone()) } else { Err(Say::new("refuse.no-choice")) }
}

fn kept(command: OversightCommand) -> Subject {
    Subject::Oversight(Box::new(command))
}

/// The same about this agent.
fn of_agent(command: OversightCommand, id: AgentId) -> OversightCommand {
    use OversightCommand as C;
    match command {
        C::Spy { mode, reason, .. } => C::Spy { agent: id, mode, reason },
        C::Force { state, reason, .. } => C::Force { agent: id, state, reason },
        C::Queue { queue, joined, reason, .. } => C::Queue { agent: id, queue, joined, reason },
        C::Break { allowed, reason, .. } => C::Break { agent: id, allowed, reason },
        C::Help(_) => C::Help(id),
        other => other,
    }
}

/// The same about this call.
fn of_call(command: OversightCommand, id: CallId) -> OversightCommand {
    use OversightCommand as C;
    match command {
        C::Take { phone, reason, .. } => C::Take { call: id, phone, reason },
        C::Redirect { to, reason, .. } => C::Redirect { call: id, to, reason },
        other => other,
    }
}

/// The same for this reason.
fn because(command: OversightCommand, why: &str) -> OversightCommand {
    use OversightCommand as C;
    let reason = why.trim().to_owned();
    match command {
        C::Spy { agent, mode, .. } => C::Spy { agent, mode, reason },
        C::Force { agent, state, .. } => C::Force { agent, state, reason },
        C::Queue { agent, queue, joined, .. } => C::Queue { agent, queue, joined, reason },
        C::Break { agent, allowed, .. } => C::Break { agent, allowed, reason },
        C::Take { call, phone, .. } => C::Take { call, phone, reason },
        C::Redirect { call, to, .. } => C::Redirect { call, to, reason },
        other => other,
    }
}

/// What it is called, as a step is (`step.CODE`).
fn code(command: &OversightCommand) -> &'static str {
    use OversightCommand as C;
    match command {
        C::Spy { mode, .. } => mode.code(),
        C::StopSpy(_) => "stop",
        C::Force { .. } => "force",
        C::Queue { .. } => "queue",
        C::Take { .. } => "take",
        C::Redirect { .. } => "redirect",
        C::Announce { .. } => "announce",
        C::Break { .. } => "break",
        C::Help(_) | C::Failed(_) => "help",
    }
}

/// A step in words, and the agent or the caller it is about as far as they are chosen.
pub fn about(model: &Model, command: &OversightCommand) -> String {
    use OversightCommand as C;
    let state = model.desk.state();
    let agent = |id: &AgentId| state.agents.get(id).map(|agent| format!("{} {}", agent.phone, agent.name));
    let who = match command {
        C::Spy { agent: id, .. } | C::Force { agent: id, .. } | C::Queue { agent: id, .. } => agent(id),
        C::Break { agent: id, .. } | C::Help(id) => agent(id),
        C::Take { call, .. } | C::Redirect { call, .. } => state.calls.get(*call).map(|call| model.caller(call)),
        C::StopSpy(_) | C::Announce { .. } | C::Failed(_) => None,
    };
    let named = |id: &str| super::find(id).map(|def| def.name(model.settings.language).to_owned());
    let step = match command {
        // To allow and to refuse are one step of the journal, and two to whoever is about to press the key.
        C::Break { allowed: true, .. } => named("oversight.allow-break"),
        C::Break { allowed: false, .. } => named("oversight.refuse-break"),
        _ => None,
    };
    let step = step.unwrap_or_else(|| model.word(&format!("step.{}", code(command))));
    format!("{step} {}", who.unwrap_or_default().trim()).trim_end().to_owned()
}

fn give(command: OversightCommand) -> Outcome {
    let word = Word::Key(format!("step.{}", code(&command)));
    send_and_tell(Command::Oversight(command), Say::new("oversight.done").with_word("what", &word))
}

/// Asks for the reason; those given for the same lately can be chosen.
fn ask_reason(model: &Model, command: OversightCommand) -> Outcome {
    let me = &model.desk.welcome().me.id;
    let mut reasons: Vec<String> = Vec::new();
    for step in model.desk.state().interventions.values().rev() {
        let same = step.by == *me && step.step.code() == code(&command) && !reasons.contains(&step.reason);
        if same && reasons.len() < RECENT {
            reasons.push(step.reason.clone());
        }
    }
    let then: Then = |_, subject, why| {
        if why.trim().is_empty() {
            return Err(Say::new("oversight.no_reason"));
        }
        give(because(told(subject)?, why))
    };
    let subject = kept(command);
    if reasons.is_empty() {
        return Ok(vec![Effect::Open(Layer::Prompt(Prompt::new("oversight.ask_reason", "", subject, then)))]);
    }
    let rows = reasons.into_iter().map(|reason| Row { id: reason.clone(), text: reason, beside: String::new() });
    let picker = Picker::new("oversight.ask_reason", rows.collect(), subject, then);
    Ok(vec![Effect::Open(Layer::Picker(picker.or_typed()))])
}

/// Which agents a step is for, and the sentence for one who is none of them.
struct Wanted {
    is: fn(&Agent) -> bool,
    else_say: &'static str,
}

/// Goes on with the chosen agent, else with one that is picked among those the step is for.
fn with_agent(model: &Model, title: &str, wanted: &Wanted, command: OversightCommand, then: Then) -> Result<Go, Say> {
    if let Some(LiveRow::Agent(id)) = model.chosen_live() {
        let agent = model.desk.state().agents.get(&id).ok_or_else(|| Say::new("refuse.no-choice"))?;
        return if (wanted.is)(agent) {
            Ok(Go::With(of_agent(command, id)))
        } else {
            Err(Say::new(wanted.else_say).with("agent", &agent.name))
        };
    }
    let agents = model.desk.state().agents.values().filter(|agent| agent.is_there() && (wanted.is)(agent));
    let row = |agent: &Agent| Row {
        id: agent.id.0.clone(),
        text: if agent.name.is_empty() { agent.id.0.clone() } else { agent.name.clone() },
        beside: format!("{} {}", agent.phone, model.word(words::agent_state(&agent.state))),
    };
    let rows: Vec<Row> = agents.map(row).collect();
    if rows.is_empty() {
        return Err(Say::new("oversight.no_agent"));
    }
    let picker = Picker::new(title, rows, kept(command), then);
    Ok(Go::Ask(vec![Effect::Open(Layer::Picker(picker))]))
}

/// The step goes on, or something is asked first.
enum Go {
    With(OversightCommand),
    Ask(Vec<Effect>),
}

impl Go {
    fn on(self, model: &mut Model, next: fn(&mut Model, OversightCommand) -> Outcome) -> Outcome {
        match self {
            Go::With(command) => next(model, command),
            Go::Ask(effects) => Ok(effects),
        }
    }
}

fn talks(agent: &Agent) -> bool {
    matches!(agent.state, AgentState::OnCall | AgentState::Hold)
}

fn spy(model: &mut Model, mode: SpyMode) -> Outcome {
    let command = OversightCommand::Spy { agent: AgentId::default(), mode, reason: String::new() };
    let wanted = Wanted { is: talks, else_say: "oversight.no_talk" };
    let title = format!("step.{}", mode.code());
    let go = with_agent(model, &title, &wanted, command, |model, subject, id| {
        ask_reason(model, of_agent(told(subject)?, AgentId(id.to_owned())))
    })?;
    go.on(model, |model, command| ask_reason(model, command))
}

fn stop(model: &mut Model) -> Outcome {
    let id = model.my_stay().map(|step| step.id).ok_or_else(|| Say::new("oversight.not_in"))?;
    give(OversightCommand::StopSpy(id))
}

const ANYBODY: Wanted = Wanted { is: |_| true, else_say: "oversight.no_agent" };

fn force(model: &mut Model) -> Outcome {
    let (agent, state) = (AgentId::default(), AgentState::Ready);
    let command = OversightCommand::Force { agent, state, reason: String::new() };
    let go = with_agent(model, "step.force", &ANYBODY, command, |model, subject, id| {
        pick_state(model, of_agent(told(subject)?, AgentId(id.to_owned())))
    })?;
    go.on(model, pick_state)
}

/// Before the reason of a break in a row's id.
const BREAK: &str = "break ";

fn pick_state(model: &mut Model, command: OversightCommand) -> Outcome {
    let row = |id: &str, text: String| Row { id: id.to_owned(), text, beside: String::new() };
    let mut rows = vec![row("ready", model.word("state.ready"))];
    for reason in &model.desk.welcome().rulebook.break_reasons {
        rows.push(Row { beside: reason.clone(), ..row(&format!("{BREAK}{reason}"), model.word("state.break")) });
    }
    rows.push(row("training", model.word("state.training")));
    rows.push(row("offline", model.word("state.offline")));
    let picker = Picker::new("oversight.ask_state", rows, kept(command), |model, subject, id| {
        let OversightCommand::Force { agent, reason, .. } = told(subject)? else {
            return Err(Say::new("refuse.no-choice"));
        };
        let state = match id {
            "ready" => AgentState::Ready,
            "training" => AgentState::Training,
            "offline" => AgentState::Offline,
            other => AgentState::Break(other.strip_prefix(BREAK).unwrap_or_default().to_owned()),
        };
        ask_reason(model, OversightCommand::Force { agent, state, reason })
    });
    Ok(vec![Effect::Open(Layer::Picker(picker))])
}

fn queue(model: &mut Model) -> Outcome {
    let (agent, queue) = (AgentId::default(), String::new());
    let command = OversightCommand::Queue { agent, queue, joined: true, reason: String::new() };
    let go = with_agent(model, "step.queue", &ANYBODY, command, |model, subject, id| {
        pick_queue(model, of_agent(told(subject)?, AgentId(id.to_owned())))
    })?;
    go.on(model, pick_queue)
}

/// Every queue the desk knows: out of those the agent is in, into the others.
fn pick_queue(model: &mut Model, command: OversightCommand) -> Outcome {
    let OversightCommand::Queue { agent, .. } = &command else { return Err(Say::new("refuse.no-choice")) };
    let state = model.desk.state();
    let there = state.agents.get(agent).map(|agent| agent.pbx.queues.clone()).unwrap_or_default();
    let own = model.desk.welcome().rulebook.queue_limit_ms.keys().map(String::as_str);
    let queues: std::collections::BTreeSet<&str> = state.queues().chain(own).collect();
    let row = |queue: &str| {
        let is_in = there.iter().any(|known| known == queue);
        let key = if is_in { "oversight.queue_out" } else { "oversight.queue_in" };
        Row { id: queue.to_owned(), text: queue.to_owned(), beside: model.word(key) }
    };
    let rows: Vec<Row> = queues.into_iter().map(row).collect();
    if rows.is_empty() {
        return Err(Say::new("oversight.no_queues"));
    }
    let picker = Picker::new("oversight.ask_queue", rows, kept(command), |model, subject, queue| {
        let OversightCommand::Queue { agent, reason, .. } = told(subject)? else {
            return Err(Say::new("refuse.no-choice"));
        };
        let there = model.desk.state().agents.get(&agent);
        let joined = there.is_none_or(|agent| agent.pbx.queues.iter().all(|known| known != queue));
        ask_reason(model, OversightCommand::Queue { agent, queue: queue.to_owned(), joined, reason })
    });
    Ok(vec![Effect::Open(Layer::Picker(picker))])
}

/// Goes on with the chosen waiting call, else with one that is picked.
fn with_call(model: &Model, title: &str, command: OversightCommand, then: Then) -> Result<Go, Say> {
    if let Some(LiveRow::Call(id)) = model.chosen_live() {
        return Ok(Go::With(of_call(command, id)));
    }
    let waiting = model.live_rows().into_iter().filter_map(|row| match row {
        LiveRow::Call(id) => model.desk.state().calls.get(id),
        LiveRow::Agent(_) => None,
    });
    let row = |call: &Call| Row {
        id: call.id.0.to_string(),
        text: model.caller(call),
        beside: format!(
            "{} {}",
            words::span(model.now.since(call.timer_from())),
            call.queue.as_deref().unwrap_or_default()
        ),
    };
    let rows: Vec<Row> = waiting.map(row).collect();
    if rows.is_empty() {
        return Err(Say::new("refuse.nobody-waits"));
    }
    Ok(Go::Ask(vec![Effect::Open(Layer::Picker(Picker::new(title, rows, kept(command), then)))]))
}

fn call_id(id: &str) -> CallId {
    CallId(id.parse().unwrap_or_default())
}

fn take(model: &mut Model) -> Outcome {
    let (call, phone) = (CallId::default(), String::new());
    let command = OversightCommand::Take { call, phone, reason: String::new() };
    let go = with_call(model, "step.take", command, |model, subject, id| {
        pick_phone(model, of_call(told(subject)?, call_id(id)))
    })?;
    go.on(model, pick_phone)
}

/// The own phone first, then those of agents who are free.
fn pick_phone(model: &mut Model, command: OversightCommand) -> Outcome {
    let mine = model.my_agent().map(|agent| agent.id.clone());
    let free = |agent: &&Agent| !agent.phone.is_empty() && agent.is_there() && !agent.rehearsal && !talks(agent);
    let mut agents: Vec<&Agent> = model.desk.state().agents.values().filter(free).collect();
    agents.sort_by_key(|agent| (Some(&agent.id) != mine.as_ref(), agent.state != AgentState::Ready));
    let row = |agent: &&Agent| Row {
        id: agent.phone.clone(),
        text: agent.name.clone(),
        beside: format!("{} {}", agent.phone, model.word(words::agent_state(&agent.state))),
    };
    let rows: Vec<Row> = agents.iter().map(row).collect();
    if rows.is_empty() {
        return Err(Say::new("oversight.no_agent"));
    }
    let picker = Picker::new("oversight.ask_phone", rows, kept(command), |model, subject, phone| {
        let OversightCommand::Take { call, reason, .. } = told(subject)? else {
            return Err(Say::new("refuse.no-choice"));
        };
        ask_reason(model, OversightCommand::Take { call, phone: phone.to_owned(), reason })
    });
    Ok(vec![Effect::Open(Layer::Picker(picker))])
}

fn redirect(model: &mut Model) -> Outcome {
    let (call, to) = (CallId::default(), String::new());
    let command = OversightCommand::Redirect { call, to, reason: String::new() };
    let go = with_call(model, "step.redirect", command, |model, subject, id| {
        ask_number(model, of_call(told(subject)?, call_id(id)))
    })?;
    go.on(model, ask_number)
}

fn ask_number(_: &mut Model, command: OversightCommand) -> Outcome {
    let prompt = Prompt::new("oversight.ask_number", "", kept(command), |model, subject, to| {
        let OversightCommand::Redirect { call, reason, .. } = told(subject)? else {
            return Err(Say::new("refuse.no-choice"));
        };
        if crate::domain::phone::dialled(to).is_empty() {
            return Err(Say::new("oversight.not_a_number").with("text", to.trim()));
        }
        ask_reason(model, OversightCommand::Redirect { call, to: to.trim().to_owned(), reason })
    });
    Ok(vec![Effect::Open(Layer::Prompt(prompt))])
}

/// Before a department's name in a row's id.
const DEPARTMENT: &str = "department ";

/// To whom, what, and whether it rings.
fn announce(model: &mut Model) -> Outcome {
    let row = |id: String, text: String| Row { id, text, beside: String::new() };
    let mut rows = vec![
        row(EVERYBODY.to_owned(), model.word("oversight.to_everybody")),
        row(SUPERVISOR.to_owned(), model.word("oversight.to_supervisors")),
    ];
    let departments = &model.desk.welcome().rulebook.departments;
    rows.extend(departments.iter().map(|(id, rule)| row(format!("{DEPARTMENT}{id}"), rule.name.clone())));
    let picker = Picker::new("oversight.ask_whom", rows, Subject::None, |_, _, id| {
        let to = match id.strip_prefix(DEPARTMENT) {
            Some(department) => Addressee::Department(department.to_owned()),
            None => Addressee::Role(id.to_owned()),
        };
        let command = OversightCommand::Announce { to, text: String::new(), rings: false };
        Ok(vec![Effect::Open(Layer::Prompt(Prompt::new("oversight.ask_text", "", kept(command), ask_ring)))])
    });
    Ok(vec![Effect::Open(Layer::Picker(picker))])
}

fn ask_ring(model: &mut Model, subject: &Subject, text: &str) -> Outcome {
    let OversightCommand::Announce { to, .. } = told(subject)? else { return Err(Say::new("refuse.no-choice")) };
    if text.trim().is_empty() {
        return Err(Say::new("oversight.no_text"));
    }
    let command = OversightCommand::Announce { to, text: text.trim().to_owned(), rings: false };
    let row = |id: &str, key: &str| Row { id: id.to_owned(), text: model.word(key), beside: String::new() };
    let rows = vec![row("quiet", "oversight.quietly"), row("rings", "oversight.ringing")];
    let picker = Picker::new("oversight.ask_ring", rows, kept(command), |_, subject, how| match told(subject)? {
        OversightCommand::Announce { to, text, .. } => {
            give(OversightCommand::Announce { to, text, rings: how == "rings" })
        }
        _ => Err(Say::new("refuse.no-choice")),
    });
    Ok(vec![Effect::Open(Layer::Picker(picker))])
}

fn answer_break(model: &mut Model, allowed: bool) -> Outcome {
    let command = OversightCommand::Break { agent: AgentId::default(), allowed, reason: String::new() };
    let wanted = Wanted { is: |agent| agent.break_asked.is_some(), else_say: "oversight.no_break" };
    let go = with_agent(model, "step.break", &wanted, command, |model, subject, id| {
        ask_reason(model, of_agent(told(subject)?, AgentId(id.to_owned())))
    })?;
    go.on(model, |model, command| ask_reason(model, command))
}

/// To the chosen agent who asks for help; to the only one, or the one picked, otherwise.
fn help(model: &mut Model) -> Outcome {
    let asking: Vec<AgentId> = model.helps().into_iter().map(|agent| agent.id.clone()).collect();
    let chosen = match model.chosen_live() {
        Some(LiveRow::Agent(id)) if asking.contains(&id) => Some(id),
        _ => None,
    };
    match (chosen, asking.as_slice()) {
        (Some(id), _) => give(OversightCommand::Help(id)),
        (None, []) => Err(Say::new("oversight.nobody_asks")),
        (None, [only]) => give(OversightCommand::Help(only.clone())),
        (None, _) => {
            let rows = model.helps().into_iter().map(|agent| Row {
                id: agent.id.0.clone(),
                text: agent.name.clone(),
                beside: agent.help.as_ref().map(|help| help.words.clone()).unwrap_or_default(),
            });
            let picker = Picker::new("step.help", rows.collect(), Subject::None, |_, _, id| {
                give(OversightCommand::Help(AgentId(id.to_owned())))
            });
            Ok(vec![Effect::Open(Layer::Picker(picker))])
        }
    }
}
