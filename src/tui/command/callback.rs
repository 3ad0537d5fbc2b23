//! Commands about the callback queue: the line in sight is read, dialled, written up, handed back (R-CB-6, R-CB-7).

pub(in crate::tui) mod board;
pub(in crate::tui) mod sheet;

use super::call::on_line;
use super::{About, Def, Effect, Envelope, Outcome, Place, send_and_tell};
use crate::domain::command::{CallCommand, CallbackCommand, Command};
use crate::domain::phone::match_key;
use crate::domain::{AgentState, CallId, Callback, CallbackId, Role, Stamp};
use crate::text::Say;
use crate::tui::layer::{Layer, Prompt, Subject, Then};
use crate::tui::model::{Model, Pane};

pub(super) const COMMANDS: &[Def] = &[
    Def::new("callback.read", Place::Callbacks, read).when(|model| model.line_in_sight().map(drop)),
    Def::new("callback.dial", Place::Line, dial).when(can_dial),
    Def::new("callback.sheet", Place::Line, write).when(can_work),
    Def::new("callback.here", Place::Desk, here).when(can_write_here),
    Def::new("callback.agree", Place::Desk, agree).when(on_line),
    Def::new("callback.let-go", Place::Line, let_go).when(has_it),
    Def::new("callback.close", Place::Line, close).when(can_close),
    Def::new("callback.put-back", Place::Line, put_back).when(can_put_back),
    Def::new("callback.handed-up", Place::Callbacks, handed_up),
];

/// The desk lets go of a line.
pub(in crate::tui) fn release(line: CallbackId) -> Effect {
    let command = Command::Callback(CallbackCommand::Release(line));
    Effect::Send(Envelope { id: 0, command, about: About::LetGo })
}

/// Takes a line for its sheet; taken twice it is taken once.
pub(in crate::tui) fn take(line: CallbackId, draft: u64) -> Effect {
    let command = Command::Callback(CallbackCommand::Take(line));
    Effect::Send(Envelope { id: 0, command, about: About::Line(draft) })
}

/// What came of a call dialled by hand.
pub(in crate::tui) fn reached_by_hand(call: CallId, answered: bool) -> Effect {
    let command = Command::Call(CallCommand::ReachedByHand { call, answered });
    Effect::Send(Envelope { id: 0, command, about: About::Plain(None) })
}

fn can_close(model: &Model) -> Result<(), Say> {
    on_line(model)?;
    model.line_in_sight().map(drop)
}

/// Nobody else has it: never two desks at one person.
fn can_work(model: &Model) -> Result<(), Say> {
    on_line(model)?;
    free_for_me(model, model.line_in_sight()?)
}

fn free_for_me(model: &Model, line: &Callback) -> Result<(), Say> {
    match line.taken_by.as_ref().filter(|_| !model.has_line(line)) {
        Some(staff) => Err(Say::new("due.taken-by").with("name", model.staff_name(staff))),
        None => Ok(()),
    }
}

fn can_dial(model: &Model) -> Result<(), Say> {
    can_work(model)?;
    match model.my_agent().map(|agent| &agent.state) {
        Some(AgentState::OnCall | AgentState::Hold) => Err(Say::new("refuse.in-call")),
        _ => Ok(()),
    }
}

fn read(model: &mut Model) -> Outcome {
    let line = model.line_in_sight()?.id;
    Ok(model.line_page(line).map(Effect::Open).into_iter().collect())
}

/// R-CB-7: one key dials, and the sheet is open before the phone is answered. Where no PBX hears the desk the number is
/// dialled by hand, and the call begins now.
fn dial(model: &mut Model) -> Outcome {
    let line = model.line_in_sight()?.clone();
    let by_hand = model.dials_by_hand(&line);
    let draft = sheet::show(model, &line);
    let (number, callback) = (line.number, Some(line.id));
    let command = match by_hand {
        true => CallCommand::DialByHand { number, callback },
        false => CallCommand::Dial { number, callback },
    };
    Ok(vec![Effect::Send(Envelope { id: 0, command: Command::Call(command), about: About::Line(draft) })])
}

/// The sheet without a call: the line is in hand from now on.
fn write(model: &mut Model) -> Outcome {
    let line = model.line_in_sight()?.clone();
    let draft = sheet::show(model, &line);
    Ok(take_new(model, &line, draft))
}

/// Takes a line where it is not in hand already.
fn take_new(model: &Model, line: &Callback, draft: u64) -> Vec<Effect> {
    if model.has_line(line) { Vec::new() } else { vec![take(line.id, draft)] }
}

/// What is owed to the person of the call in hand.
fn owed_here(model: &Model) -> Result<&Callback, Say> {
    let call = model.in_hand().ok_or_else(|| Say::new("refuse.no-call"))?;
    let lines = model.lines_of(&call.party.number, call.rehearsal);
    let known = |line: &&Callback| model.desk.state().callbacks.contains_key(&line.id);
    let line = lines.into_iter().find(known).ok_or_else(|| Say::new("due.nothing-owed"))?;
    Ok(line)
}

fn can_write_here(model: &Model) -> Result<(), Say> {
    on_line(model)?;
    free_for_me(model, owed_here(model)?)
}

/// Who is on the line is owed something: it is settled in the same talk.
fn here(model: &mut Model) -> Outcome {
    let line = owed_here(model)?.clone();
    let call = model.in_hand().filter(|call| call.is_open()).map(|call| call.id);
    let draft = sheet::show(model, &line);
    if let Some(sheet) = model.drafts.get_mut(draft).and_then(|draft| draft.sheet.as_mut()) {
        sheet.call = call.or(sheet.call);
    }
    Ok(take_new(model, &line, draft))
}

fn has_it(model: &Model) -> Result<(), Say> {
    on_line(model)?;
    let line = model.line_in_sight()?;
    if model.has_line(line) { Ok(()) } else { Err(Say::new("due.not-in-hand")) }
}

fn let_go(model: &mut Model) -> Outcome {
    let line = model.line_in_sight()?.id;
    let open = model.drafts.all().find(|draft| draft.is_sheet_of(line)).map(|draft| (draft.id, draft.is_touched()));
    match open {
        Some((_, true)) => Err(Say::new("due.sheet-not-saved")),
        Some((draft, false)) => {
            sheet::not_talking(model, draft)?;
            Ok(model.close_sheet(draft))
        }
        None => super::send(Command::Callback(CallbackCommand::Release(line))),
    }
}

/// Shows what was handed up alone, or everything again.
fn handed_up(model: &mut Model) -> Outcome {
    model.handed_up = !model.handed_up;
    model.callback_list.select(0);
    Ok(Vec::new())
}

fn prompt(title: &'static str, given: &str, subject: Subject, then: Then) -> Outcome {
    Ok(vec![Effect::Open(Layer::Prompt(Prompt::new(title, given, subject, then)))])
}

/// The line a popup is about, and what was answered so far.
fn of(subject: &Subject) -> Result<(CallbackId, &[String]), Say> {
    match subject {
        Subject::Callback(line) => Ok((*line, &[])),
        Subject::LineSteps(line, steps) => Ok((*line, steps)),
        _ => Err(Say::new("refuse.no-callback")),
    }
}

fn and(line: CallbackId, steps: &[String], answer: &str) -> Subject {
    Subject::LineSteps(line, steps.iter().cloned().chain([answer.trim().to_owned()]).collect())
}

fn close(model: &mut Model) -> Outcome {
    let line = model.line_in_sight()?.id;
    prompt("callback.ask-reason", "", Subject::Callback(line), |_, subject, reason| {
        let (callback, _) = of(subject)?;
        if reason.trim().is_empty() {
            return Err(Say::new("refuse.no-reason"));
        }
        let reason = reason.trim().to_owned();
        send_and_tell(Command::Callback(CallbackCommand::Close { callback, reason }), Say::new("callback.closed"))
    })
}

fn can_put_back(model: &Model) -> Result<(), Say> {
    can_close(model)?;
    let line = model.line_in_sight()?;
    let supervisor = model.desk.welcome().me.role == Role::Supervisor;
    match (&line.with, supervisor) {
        (None, _) => Err(Say::new("due.not-handed-up")),
        (Some(_), true) => Ok(()),
        (Some(role), false) => {
            let role = model.desk.welcome().rulebook.role_word(role);
            Err(Say::new("due.handed-to").with_word("role", &role))
        }
    }
}

/// A moment to come, typed short.
pub(super) fn until(model: &Model, text: &str) -> Result<Stamp, Say> {
    ahead(model).stamp(text.trim()).ok_or_else(|| Say::new("refuse_life.no-moment"))
}

/// The same moment written whole: it means the same whenever it is read.
fn whole(model: &Model, text: &str) -> Result<String, Say> {
    ahead(model).moment(text.trim()).ok_or_else(|| Say::new("refuse_life.no-moment"))
}

fn ahead(model: &Model) -> crate::domain::typed::Typing<'static> {
    crate::tui::words::typing(model.settings.language, model.now, model.desk.welcome().offset_ms, true)
}

/// When it is tried again, by which number, and why.
fn put_back(model: &mut Model) -> Outcome {
    let line = model.line_in_sight()?.id;
    prompt("due.ask-when", "", Subject::Callback(line), |model, subject, text| {
        // Reckoned once: answering the other questions takes time, and `14:30` would be tomorrow's by then.
        let text = &whole(model, text)?;
        let (line, steps) = of(subject)?;
        let number = model.desk.state().callbacks.get(&line).map(|line| line.number.clone()).unwrap_or_default();
        prompt("due.ask-number", &number, and(line, steps, text), |_, subject, number| {
            if !number.bytes().any(|byte| byte.is_ascii_digit()) {
                return Err(Say::new("refuse.no-number"));
            }
            let (line, steps) = of(subject)?;
            prompt("due.ask-why", "", and(line, steps, number), do_put_back)
        })
    })
}

fn do_put_back(model: &mut Model, subject: &Subject, reason: &str) -> Outcome {
    let (callback, steps) = of(subject)?;
    if reason.trim().is_empty() {
        return Err(Say::new("refuse.no-reason"));
    }
    let due_at = until(model, steps.first().map_or("", String::as_str))?;
    let was = model.desk.state().callbacks.get(&callback).map(|line| line.number.clone());
    let number = steps.get(1).cloned().filter(|number| Some(number) != was.as_ref());
    let command = CallbackCommand::PutBack { callback, due_at, number, reason: reason.trim().to_owned() };
    send_and_tell(Command::Callback(command), Say::new("due.was-put-back").with("time", model.when(due_at)))
}

/// R-CB-3: `time number what about`, with the number of the one at hand already there.
fn agree(model: &mut Model) -> Outcome {
    // Blanks in a number would end it.
    let number: String = model.number_at_hand().split_whitespace().collect();
    let typed = format!(" {number}");
    let mut prompt = Prompt::new("callback.ask-time", typed.trim_end(), Subject::None, |model, _, text| {
        let (due_at, number, note) = agreed(model, text)?;
        // Where no name is at hand, the desk takes it from its files.
        let name = model.name_of_number(&number);
        let agree = CallbackCommand::Agree { number, name, due_at, note, ticket: None };
        send_and_tell(Command::Callback(agree), Say::new("callback.agreed").with("time", model.when(due_at)))
    });
    prompt.line.home();
    Ok(vec![Effect::Open(Layer::Prompt(prompt))])
}

/// A moment to come, a number, and what it is about. A moment of two words (a day and its time) is one where a number
/// follows them.
fn agreed(model: &Model, text: &str) -> Result<(Stamp, String, String), Say> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let is_number = |word: &&str| word.starts_with(|c: char| c.is_numeric() || c == '+') && !match_key(word).is_empty();
    for length in [2, 1] {
        let Some((time, rest)) = words.split_at_checked(length) else { continue };
        let Some((number, note)) = rest.split_first().filter(|(number, _)| is_number(number)) else { continue };
        let Ok(at) = until(model, &time.join(" ")) else { continue };
        return match at > model.now {
            true => Ok((at, (*number).to_owned(), note.join(" "))),
            false => Err(Say::new("due.agreed-is-over")),
        };
    }
    let time = (1..=words.len().min(2)).any(|length| {
        let time = words.get(..length).map(|words| words.join(" ")).unwrap_or_default();
        until(model, &time).is_ok()
    });
    Err(Say::new(if time { "refuse.no-number" } else { "refuse_life.no-moment" }))
}

/// The form is in front, without pages on top.
fn to_form(model: &mut Model) {
    model.layers.retain(|layer| !layer.is_page());
    model.focus = Pane::Form;
}
