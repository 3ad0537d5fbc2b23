//! Commands about recordings and spot checks: listening, extracting, the sheet, what the person checked has seen
//! (R-CALL-7, R-CALL-8, R-QA-2). The functions are there for whatever page shows a call.

use super::call::on_line;
use super::{About, Def, Effect, Envelope, Outcome, Place, send_and_tell};
use crate::domain::command::{Command, RecordingCommand, SpotCommand};
use crate::domain::spot::{CheckItem, Finding, ITEMS, Known};
use crate::domain::{CallId, CheckSheetId, SpotDrawId, TicketId};
use crate::text::Say;
use crate::tui::layer::{Layer, Picker, Prompt, Row, Subject, Then};
use crate::tui::model::{Model, Opens};

pub(super) const COMMANDS: &[Def] = &[
    Def::new("spot.listen", Place::Anywhere, |model| {
        let call = recorded(model)?;
        listen(model, call)
    })
    .when(can_hear),
    Def::new("spot.sheet", Place::Anywhere, |model| {
        let (draw, call) = drawn(model)?;
        sheet(model, draw, call)
    })
    .when(can_check),
    Def::new("spot.extract", Place::Anywhere, |model| {
        let call = recorded(model)?;
        extract(model, call)
    })
    .when(can_hear),
    Def::new("spot.seen", Place::Anywhere, seen).when(can_see),
];

/// How a finding is named in a list.
const FINDINGS: [(&str, Finding); 3] =
    [("good", Finding::Good), ("fault", Finding::Fault), ("not-asked", Finding::NotAsked)];

fn chosen(model: &Model) -> Option<Opens> {
    let Some(Layer::Board(view)) = model.layers.last() else { return None };
    model.board(&view.kind).rows.get(view.at).map(|row| row.opens.clone())
}

/// The drawn call whose row is chosen.
fn drawn(model: &Model) -> Result<(SpotDrawId, CallId), Say> {
    let on_page = || model.call_page().and_then(|page| Some((model.draw_of(page)?, page.id)));
    match chosen(model) {
        Some(Opens::Check(draw, call)) => Ok((draw, call)),
        _ => on_page().ok_or_else(no_call),
    }
}

/// The call whose recording it is: the one whose page is open, or the drawn one whose row is chosen.
fn recorded(model: &Model) -> Result<CallId, Say> {
    model.call_page().map_or_else(|| drawn(model).map(|(_, call)| call), |page| Ok(page.id))
}

fn can_hear(model: &Model) -> Result<(), Say> {
    on_line(model)?;
    let call = recorded(model)?;
    match model.call_page() {
        Some(page) if page.loaded && page.recording.is_none() => Err(Say::new("recording.none").with("call", call.0)),
        _ => Ok(()),
    }
}

fn can_check(model: &Model) -> Result<(), Say> {
    on_line(model)?;
    drawn(model).map(drop)
}

fn prompt(title: &'static str, subject: Subject, then: Then) -> Outcome {
    Ok(vec![Effect::Open(Layer::Prompt(Prompt::new(title, "", subject, then)))])
}

fn no_call() -> Say {
    Say::new("spot.no-choice")
}

fn recording(command: RecordingCommand) -> Command {
    Command::Recording { command, held: Vec::new(), calls: Vec::new() }
}

/// Asks what for, has it written down, and then plays it or shows where it lies (R-CALL-7).
pub fn listen(_: &mut Model, call: CallId) -> Outcome {
    prompt("recording.ask-listen", Subject::Call(call), |model, subject, reason| {
        let Subject::Call(call) = subject else { return Err(no_call()) };
        let reason = reason.trim().to_owned();
        if reason.is_empty() {
            return Err(Say::new("refuse.no-reason"));
        }
        let command = recording(RecordingCommand::Listen { call: *call, reason });
        let id = model.next_command_id();
        Ok(vec![Effect::Send(Envelope { id, command, about: About::Listen(*call) })])
    })
}

/// Asks why, for which ticket, and where the copy lies; then it is in the register (R-CALL-7).
pub fn extract(_: &mut Model, call: CallId) -> Outcome {
    prompt("recording.ask-extract", Subject::CallSteps(call, Vec::new()), |_, subject, reason| {
        if reason.trim().is_empty() {
            return Err(Say::new("refuse.no-reason"));
        }
        prompt("recording.ask-ticket", and(subject, reason)?, |_, subject, ticket| {
            number(ticket)?;
            prompt("recording.ask-place", and(subject, ticket)?, |model, subject, place| {
                let Subject::CallSteps(call, steps) = subject else { return Err(no_call()) };
                let step = |at: usize| steps.get(at).cloned().unwrap_or_default();
                let (reason, ticket, place) = (step(0), number(&step(1))?, place.trim().to_owned());
                let command = recording(RecordingCommand::Extract { call: *call, ticket, place, reason });
                let (id, done) = (model.next_command_id(), Say::new("recording.was-extracted").with("call", call.0));
                Ok(vec![Effect::Send(Envelope { id, command, about: About::Plain(Some(done)) })])
            })
        })
    })
}

/// A ticket's number, or none.
fn number(text: &str) -> Result<Option<TicketId>, Say> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let wrong = || Say::new("due.no-such-number").with("number", text);
    TicketId::parse_spoken(text).map(Some).ok_or_else(wrong)
}

fn and(subject: &Subject, answer: &str) -> Result<Subject, Say> {
    let more = |steps: &[String]| steps.iter().cloned().chain([answer.trim().to_owned()]).collect();
    match subject {
        Subject::CallSteps(call, steps) => Ok(Subject::CallSteps(*call, more(steps))),
        Subject::CheckSteps(draw, call, corrects, steps) => {
            Ok(Subject::CheckSteps(*draw, *call, *corrects, more(steps)))
        }
        _ => Err(no_call()),
    }
}

/// The sheet of a drawn call: the two points that are heard and not reckoned, what was found, what should follow. Signed
/// once more it is another sheet that corrects the first (R-QA-2).
pub fn sheet(model: &mut Model, draw: SpotDrawId, call: CallId) -> Outcome {
    let subject = Subject::CheckSteps(draw, call, newest(model, draw, call), Vec::new());
    point(model, subject, "check_item.knows_emergency", |model, subject, found| {
        point(model, and(subject, found)?, "check_item.knows_plan", |_, subject, found| {
            prompt("spot.ask-finding", and(subject, found)?, |_, subject, text| {
                let subject = and(subject, text)?;
                if text.trim().is_empty() && finds_fault(&subject) {
                    return Err(Say::new("spot.no_finding"));
                }
                prompt("spot.ask-opinion", subject, sign)
            })
        })
    })
}

fn finds_fault(subject: &Subject) -> bool {
    matches!(subject, Subject::CheckSteps(_, _, _, steps) if steps.iter().take(2).any(|step| step == "fault"))
}

fn point(model: &Model, subject: Subject, title: &str, then: Then) -> Outcome {
    let row = |(id, _): &(&str, Finding)| Row {
        id: (*id).to_owned(),
        text: model.word(&format!("spot.{id}")),
        beside: String::new(),
    };
    let rows = FINDINGS.iter().map(row).collect();
    Ok(vec![Effect::Open(Layer::Picker(Picker::new(title, rows, subject, then)))])
}

/// The command keeps its own id: it is said again where the line broke, and signs one sheet all the same.
fn sign(model: &mut Model, subject: &Subject, opinion: &str) -> Outcome {
    let Subject::CheckSteps(draw, call, corrects, steps) = subject else { return Err(no_call()) };
    let step = |at: usize| steps.get(at).map(String::as_str).unwrap_or_default();
    let finding = |id: &str| FINDINGS.iter().find(|(known, _)| *known == id).map(|(_, finding)| *finding);
    let typed = ITEMS.iter().filter(|(_, computed)| !computed).enumerate();
    let items = typed.map(|(at, (item, _))| CheckItem {
        item: (*item).to_owned(),
        finding: finding(step(at)).unwrap_or(Finding::NotAsked),
        computed: false,
    });
    let command = SpotCommand::Sign {
        draw: *draw,
        call: *call,
        items: items.collect(),
        finding: step(2).to_owned(),
        opinion: opinion.trim().to_owned(),
        corrects: *corrects,
        known: Box::new(Known::default()),
    };
    let id = model.next_command_id();
    Ok(vec![Effect::Send(Envelope { id, command: Command::Spot(command), about: About::Signed })])
}

/// The newest sheet about a drawn call that this console has heard of.
fn newest(model: &Model, draw: SpotDrawId, call: CallId) -> Option<CheckSheetId> {
    model.desk.state().spot_draws.get(&draw)?.pick(call)?.sheet
}

/// A sheet that was refused comes back with what was typed: nothing of it is typed twice. Where somebody else signed
/// meanwhile, that was said, and it corrects theirs now.
pub(in crate::tui) fn sheet_again(model: &Model, command: &Command) -> Option<Layer> {
    let Command::Spot(SpotCommand::Sign { draw, call, items, finding, opinion, .. }) = command else { return None };
    let named = |found: Finding| FINDINGS.iter().find(|(_, known)| *known == found).map_or("good", |(id, _)| *id);
    let steps = items.iter().map(|item| named(item.finding).to_owned()).chain([finding.clone()]).collect();
    let subject = Subject::CheckSteps(*draw, *call, newest(model, *draw, *call), steps);
    Some(Layer::Prompt(Prompt::again("spot.ask-opinion", opinion, subject, sign)))
}

/// The sheet of mine whose row is chosen, or the only one there is.
fn my_sheet(model: &Model) -> Result<CheckSheetId, Say> {
    if let Some(Opens::Sheet(sheet)) = chosen(model) {
        return Ok(sheet);
    }
    let mut mine = model.my_unseen_sheets().map(|sheet| sheet.id);
    match (mine.next(), mine.next()) {
        (Some(only), None) => Ok(only),
        (None, _) => Err(Say::new("spot.none-mine")),
        _ => Err(Say::new("spot.no-choice")),
    }
}

fn can_see(model: &Model) -> Result<(), Say> {
    on_line(model)?;
    my_sheet(model).map(drop)
}

fn seen(model: &mut Model) -> Outcome {
    let sheet = my_sheet(model)?;
    send_and_tell(Command::Spot(SpotCommand::Seen(sheet)), Say::new("spot.was-signed-seen").with("sheet", sheet.0))
}
