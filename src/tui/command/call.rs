//! Commands about calls. A key about a call is meant for the call that was on the screen when it was pressed: where
//! another has come into its place since, the key is refused.

use super::{About, Def, Effect, Envelope, Outcome, Place, send, send_and_tell};
use crate::domain::call::{Capabilities, Disposition};
use crate::domain::command::{CallCommand, Command};
use crate::domain::{AgentState, Call, CallId, SourceId};
use crate::text::Say;
use crate::tui::layer::{Layer, Picker, Prompt, Row, Subject};
use crate::tui::model::{Model, Pane, Tone};

pub(super) const COMMANDS: &[Def] = &[
    Def::new("call.answer", Place::Anywhere, answer).when(can_answer),
    Def::new("call.pickup", Place::Anywhere, pickup).when(can_pick_up),
    Def::new("call.hold", Place::Anywhere, hold).when(|model| talking(model, |can| can.hold).map(drop)),
    Def::new("call.transfer", Place::Anywhere, |model| transfer(model, false))
        .when(|model| talking(model, |can| can.transfer).map(drop)),
    Def::new("call.consult", Place::Anywhere, |model| transfer(model, true))
        .when(|model| talking(model, |can| can.transfer).map(drop)),
    Def::new("call.hang-up", Place::Anywhere, hang_up).when(|model| talking(model, |can| can.hangup).map(drop)),
    Def::new("call.dial", Place::Anywhere, dial).when(can_dial),
    Def::new("call.by-hand", Place::Anywhere, by_hand).when(on_line),
    Def::new("call.name", Place::Anywhere, name).when(can_name),
    Def::new("call.gave-up", Place::Anywhere, gave_up).when(can_give_up),
    Def::new("call.done-answered", Place::Anywhere, |model| dispose(model, Disposition::EnquiryAnswered))
        .when(can_dispose),
    Def::new("call.done-ticket", Place::Anywhere, |model| dispose(model, Disposition::TicketOpened)).when(can_dispose),
    Def::new("call.done-transferred", Place::Anywhere, |model| dispose(model, Disposition::Transferred))
        .when(can_dispose),
    Def::new("call.done-wrong", Place::Anywhere, |model| dispose(model, Disposition::WrongNumber)).when(can_dispose),
    Def::new("call.done-nuisance", Place::Anywhere, |model| dispose(model, Disposition::Nuisance)).when(can_dispose),
    Def::new("call.done-silent", Place::Anywhere, |model| dispose(model, Disposition::NoVoice)).when(can_dispose),
];

/// The desk hears us.
pub(super) fn on_line(model: &Model) -> Result<(), Say> {
    if model.is_linked() { Ok(()) } else { Err(Say::new("refuse.no-desk")) }
}

fn can(model: &Model, call: &Call, ability: fn(Capabilities) -> bool) -> Result<(), Say> {
    // By hand nothing is asked of a PBX; what can be played along with in a rehearsal the desk knows.
    if call.source == SourceId::HAND || call.rehearsal {
        return Ok(());
    }
    match model.desk.state().sources.get(&call.source) {
        Some(source) if !ability(source.can) => Err(Say::new("refuse.pbx-cannot").with("pbx", &source.name)),
        _ => Ok(()),
    }
}

fn free_to_answer(model: &Model) -> Result<(), Say> {
    on_line(model)?;
    match model.my_agent().map(|agent| &agent.state) {
        Some(AgentState::OnCall | AgentState::Hold) => Err(Say::new("refuse.in-call")),
        _ => Ok(()),
    }
}

/// The waiting call the key was meant for.
fn meant(model: &Model) -> Result<&Call, Say> {
    let Some(id) = model.meant_target() else { return Err(Say::new("refuse.nobody-waits")) };
    let call = model.desk.state().calls.get(id).ok_or_else(|| Say::new("refuse.nobody-waits"))?;
    if call.is_waiting() {
        return Ok(call);
    }
    Err(Say::new("refuse.call-changed").with("caller", model.caller(call)))
}

fn can_answer(model: &Model) -> Result<(), Say> {
    free_to_answer(model)?;
    can_take(model, meant(model)?)
}

/// Whether answering the call that stands as the target now would not be refused.
pub(in crate::tui) fn can_answer_target(model: &Model) -> Result<(), Say> {
    free_to_answer(model)?;
    can_take(model, model.target().ok_or_else(|| Say::new("refuse.nobody-waits"))?)
}

fn can_take(model: &Model, call: &Call) -> Result<(), Say> {
    if model.rings_here(call) {
        return can(model, call, |can| can.answer);
    }
    can(model, call, |can| can.pickup || can.redirect)
}

fn answer(model: &mut Model) -> Outcome {
    let call = meant(model)?.clone();
    Ok(answer_call(model, &call))
}

/// Answers, parks the form, and has the call's own form on the screen before the desk has answered: what is typed next
/// goes there.
fn answer_call(model: &mut Model, call: &Call) -> Vec<Effect> {
    let parked = model.open_form_for(call);
    model.put_popups_aside();
    model.focus = Pane::Form;
    let command = Command::Call(CallCommand::Answer(call.id));
    let mut effects = vec![Effect::Send(Envelope { id: 0, command, about: About::Answer(call.id) })];
    if parked {
        effects.push(Effect::Tell(Tone::Plain, Say::new("form.parked").with("count", model.drafts.parked().len())));
    }
    effects
}

fn elsewhere(model: &Model) -> Vec<&Call> {
    let ringing = |call: &&Call| call.phase == crate::domain::call::Phase::Ringing && !model.rings_here(call);
    model.incoming().into_iter().filter(ringing).collect()
}

fn can_pick_up(model: &Model) -> Result<(), Say> {
    free_to_answer(model)?;
    if elsewhere(model).is_empty() { Err(Say::new("refuse.none-rings-elsewhere")) } else { Ok(()) }
}

fn pickup(model: &mut Model) -> Outcome {
    let calls = elsewhere(model);
    if let [only] = calls.as_slice() {
        let call = (*only).clone();
        can(model, &call, |can| can.pickup || can.redirect)?;
        return Ok(answer_call(model, &call));
    }
    let rows = calls
        .iter()
        .map(|call| Row { id: call.id.0.to_string(), text: model.caller(call), beside: model.ringing_phones(call) })
        .collect();
    Ok(vec![Effect::Open(Layer::Picker(Picker::new(
        "command.call.pickup.name",
        rows,
        Subject::None,
        |model, _, id| {
            let id = CallId(id.parse().unwrap_or_default());
            match model.desk.state().calls.get(id).cloned() {
                Some(call) if call.is_waiting() => Ok(answer_call(model, &call)),
                _ => Err(Say::new("refuse.call-gone")),
            }
        },
    )))])
}

/// The call in hand, if it is the one that was on the screen.
fn talking(model: &Model, ability: fn(Capabilities) -> bool) -> Result<CallId, Say> {
    on_line(model)?;
    let call = model.in_hand().filter(|call| call.is_open()).ok_or_else(|| Say::new("refuse.no-call"))?;
    if model.meant_in_hand().is_some_and(|meant| meant != call.id) {
        return Err(Say::new("refuse.call-changed").with("caller", model.caller(call)));
    }
    if call.is_waiting() {
        return Err(Say::new("refused.not_talking"));
    }
    can(model, call, ability)?;
    Ok(call.id)
}

fn hold(model: &mut Model) -> Outcome {
    let call = talking(model, |can| can.hold)?;
    send(Command::Call(CallCommand::Hold(call)))
}

fn hang_up(model: &mut Model) -> Outcome {
    let call = talking(model, |can| can.hangup)?;
    send(Command::Call(CallCommand::HangUp(call)))
}

fn transfer(model: &mut Model, attended: bool) -> Outcome {
    let call = talking(model, |can| can.transfer)?;
    let mut rows = model.colleagues_with_phones();
    rows.sort_by_key(|row| row.0 != 0);
    let rows = rows.into_iter().map(|(_, row)| row).collect();
    let (title, then): (_, crate::tui::layer::Then) = if attended {
        ("command.call.consult.name", |_, subject, to| hand_on(subject, to, true))
    } else {
        ("command.call.transfer.name", |_, subject, to| hand_on(subject, to, false))
    };
    Ok(vec![Effect::Open(Layer::Picker(Picker::new(title, rows, Subject::Call(call), then).or_number()))])
}

fn hand_on(subject: &Subject, to: &str, attended: bool) -> Outcome {
    let Subject::Call(call) = *subject else { return Err(Say::new("refuse.no-call")) };
    if to.trim().is_empty() {
        return Err(Say::new("refuse.no-number"));
    }
    let to = to.trim().to_owned();
    let told = Say::new("call.handed-on").with("to", &to);
    send_and_tell(Command::Call(CallCommand::Transfer { call, to, attended }), told)
}

fn can_dial(model: &Model) -> Result<(), Say> {
    free_to_answer(model)?;
    if !model.desk.welcome().pbx && !model.rehearses() {
        return Err(Say::new("refuse.no-pbx"));
    }
    Ok(())
}

fn dial(model: &mut Model) -> Outcome {
    let number = model.number_at_hand();
    let prompt = Prompt::new("command.call.dial.name", &number, Subject::None, |_, _, number| {
        if !number.bytes().any(|byte| byte.is_ascii_digit()) {
            return Err(Say::new("refuse.no-number"));
        }
        send(Command::Call(CallCommand::Dial { number: number.trim().to_owned(), callback: None }))
    });
    Ok(vec![Effect::Open(Layer::Prompt(prompt))])
}

/// One key: the call begins at once, its number can come later.
fn by_hand(_: &mut Model) -> Outcome {
    send_and_tell(Command::Call(CallCommand::EnterByHand { number: String::new() }), Say::new("call.entered-by-hand"))
}

fn by_hand_call(model: &Model) -> Result<&Call, Say> {
    let hand = |call: &&Call| call.source == SourceId::HAND && call.is_open();
    let call = model.in_hand().filter(hand).or_else(|| model.target().filter(hand));
    call.ok_or_else(|| Say::new("refuse.not-by-hand"))
}

fn can_name(model: &Model) -> Result<(), Say> {
    on_line(model)?;
    by_hand_call(model).map(drop)
}

fn name(model: &mut Model) -> Outcome {
    let call = by_hand_call(model)?;
    let typed = format!("{} {}", call.party.number, call.party.name);
    let prompt = Prompt::new("command.call.name.name", typed.trim(), Subject::Call(call.id), |_, subject, text| {
        let Subject::Call(call) = *subject else { return Err(Say::new("refuse.no-call")) };
        let digits = |char: char| char.is_ascii_digit() || "+-()*#/".contains(char);
        let (number, name): (Vec<_>, Vec<_>) = text.split_whitespace().partition(|word| word.chars().all(digits));
        send(Command::Call(CallCommand::NameByHand { call, number: number.concat(), name: name.join(" ") }))
    });
    Ok(vec![Effect::Open(Layer::Prompt(prompt))])
}

fn can_give_up(model: &Model) -> Result<(), Say> {
    on_line(model)?;
    by_hand_call(model).and_then(|call| if call.is_waiting() { Ok(()) } else { Err(Say::new("refuse.answered")) })
}

fn gave_up(model: &mut Model) -> Outcome {
    let call = by_hand_call(model)?.id;
    send(Command::Call(CallCommand::GaveUp(call)))
}

fn can_dispose(model: &Model) -> Result<(), Say> {
    on_line(model)?;
    let call = model.in_hand().ok_or_else(|| Say::new("refuse.nothing-to-wrap-up"))?;
    if model.meant_in_hand().is_some_and(|meant| meant != call.id) {
        return Err(Say::new("refuse.call-changed").with("caller", model.caller(call)));
    }
    if call.is_open() && call.phase != crate::domain::call::Phase::Transferred {
        return Err(Say::new("refuse.still-talking"));
    }
    Ok(())
}

fn dispose(model: &mut Model, disposition: Disposition) -> Outcome {
    let call = model.in_hand().ok_or_else(|| Say::new("refuse.nothing-to-wrap-up"))?.id;
    send_and_tell(Command::Call(CallCommand::Dispose { call, disposition }), Say::new("call.disposed"))
}
