//! Commands about what must not be missed: notices, emergencies, and the sheet of an important customer.

use super::call::on_line;
use super::{Def, Effect, Outcome, Place, send, send_and_tell};
use crate::domain::command::{Command, NoticeCommand};
use crate::domain::{Customer, CustomerId, Grade, Notice, NoticeId, TicketId};
use crate::text::Say;
use crate::tui::layer::{Layer, NoticeList, Picker, Prompt, Row, Subject, Sure};
use crate::tui::model::{Model, Pane, Which};

pub(super) const COMMANDS: &[Def] = &[
    Def::new("notice.list", Place::Desk, list).when(has_notices),
    Def::new("notice.acknowledge", Place::Anywhere, acknowledge).when(can_acknowledge),
    Def::new("notice.acknowledge-all", Place::Anywhere, acknowledge_all).when(can_acknowledge),
    Def::new("notice.emergency", Place::Anywhere, emergency).when(has_emergency),
    Def::new("notice.sheet", Place::Anywhere, sheet).when(|model| model.sheet_page().map(drop)),
    Def::new("notice.sheet-edit", Place::Anywhere, edit_sheet).when(|model| customer(model).map(drop)),
    Def::new("notice.grade", Place::Anywhere, pick_grade).when(|model| customer(model).map(drop)),
];

fn has_notices(model: &Model) -> Result<(), Say> {
    if model.my_notices().next().is_some() { Ok(()) } else { Err(Say::new("notices.none")) }
}

fn list(model: &mut Model) -> Outcome {
    let rows = model.my_notices().rev().cloned().collect();
    Ok(vec![Effect::Open(Layer::Notices(NoticeList { rows, at: 0 }))])
}

fn open_list(model: &Model) -> Result<&NoticeList, Say> {
    match model.layers.last() {
        Some(Layer::Notices(list)) => Ok(list),
        _ => Err(Say::new("notices.not-open")),
    }
}

fn can_acknowledge(model: &Model) -> Result<(), Say> {
    on_line(model)?;
    open_list(model).map(drop)
}

fn waits(model: &Model, notice: &Notice) -> bool {
    model.desk.state().notices.contains_key(&notice.id)
}

fn acknowledge(model: &mut Model) -> Outcome {
    let notice = open_list(model)?.chosen().ok_or_else(|| Say::new("refuse.no-choice"))?;
    if !waits(model, notice) {
        return Err(Say::new("life.notice_gone"));
    }
    let command = Command::Notice(NoticeCommand::Acknowledge(notice.id));
    if let Some(layer) = model.layers.last_mut() {
        layer.step(1);
    }
    send(command)
}

/// Asks once, and names how many; what is acknowledged is what is in the list, and nothing that came since.
fn acknowledge_all(model: &mut Model) -> Outcome {
    let list = open_list(model)?;
    let waiting: Vec<&Notice> = list.rows.iter().filter(|notice| waits(model, notice)).collect();
    if waiting.is_empty() {
        return Err(Say::new("notices.none"));
    }
    let text = waiting.iter().map(|notice| notice.id.0.to_string()).collect::<Vec<_>>().join(" ");
    let escalations = waiting.iter().filter(|notice| crate::tui::model::is_escalation(notice)).count();
    let mut lines = vec![model.words(&Say::new("notices.all").with("count", waiting.len()))];
    if escalations > 0 {
        lines.push(model.words(&Say::new("notices.escalations").with("count", escalations)));
    }
    let title = model.word("command.notice.acknowledge-all.name");
    let sure = Sure { title, lines, subject: Subject::None, text, then: do_acknowledge };
    Ok(vec![Effect::Open(Layer::Sure(sure))])
}

fn do_acknowledge(model: &mut Model, _: &Subject, ids: &str) -> Outcome {
    on_line(model)?;
    let ids = ids.split(' ').filter_map(|id| id.parse().ok()).map(NoticeId);
    let mut effects = Vec::new();
    for id in ids.filter(|id| model.desk.state().notices.contains_key(id)) {
        effects.extend(send(Command::Notice(NoticeCommand::Acknowledge(id)))?);
    }
    Ok(effects)
}

fn has_emergency(model: &Model) -> Result<(), Say> {
    if model.emergencies().is_empty() { Err(Say::new("alarm.none")) } else { Ok(()) }
}

/// Goes to the emergency that must be looked at first and shows it whole; pressed on one of them, goes to the next.
fn emergency(model: &mut Model) -> Outcome {
    let ids: Vec<TicketId> = model.emergencies().into_iter().map(|ticket| ticket.id).collect();
    let on_list = model.focus == Pane::Tickets;
    let here = model.selected_ticket().map(|ticket| ticket.id).filter(|_| on_list);
    let at = here.and_then(|here| ids.iter().position(|id| *id == here));
    let next = at.map_or(0, |at| (at + 1) % ids.len().max(1));
    let Some(id) = ids.get(next).copied() else { return Err(Say::new("alarm.none")) };
    // What is typed in a popup stays where it is, under the page; the page of the one before has been read.
    if matches!(model.layers.last(), Some(Layer::Reader(_) | Layer::Ticket(_))) {
        model.layers.pop();
    }
    if model.layers.is_empty() {
        if model.ticket_row(id).is_none() {
            model.tickets.line = Default::default();
            model.tickets.show(Which::Emergencies);
        }
        model.focus = Pane::Tickets;
        if let Some(row) = model.ticket_row(id) {
            model.select_ticket(row);
        }
    }
    model.open_ticket(id)
}

fn sheet(model: &mut Model) -> Outcome {
    Ok(vec![Effect::Open(Layer::Reader(model.sheet_page()?))])
}

/// The file of the customer on the line, to be changed.
fn customer(model: &Model) -> Result<&Customer, Say> {
    on_line(model)?;
    model.card.as_ref().and_then(|card| card.customer.as_ref()).ok_or_else(|| Say::new("sheet.none"))
}

/// The same customer as when the popup was opened: another call may be in hand by now.
fn still(model: &Model, subject: &Subject) -> Result<Customer, Say> {
    let meant = if let Subject::Customer(id) = subject { *id } else { CustomerId::default() };
    let customer = customer(model)?;
    if customer.id == meant { Ok(customer.clone()) } else { Err(Say::new("sheet.other")) }
}

fn keep(customer: Customer) -> Outcome {
    let say = Say::new("sheet.kept").with("name", &customer.name);
    send_and_tell(Command::Customer(Box::new(customer)), say)
}

/// Between the lines of a sheet while it is typed in one.
const NEXT_LINE: char = '\u{ff1b}';

/// R-REQ-5: writes the sheet of an important customer, line by line with a wide semicolon between them.
fn edit_sheet(model: &mut Model) -> Outcome {
    let customer = customer(model)?;
    let given = customer.sheet.replace('\n', &NEXT_LINE.to_string());
    let subject = Subject::Customer(customer.id);
    let prompt = Prompt::new("command.notice.sheet-edit.name", &given, subject, |model, subject, text| {
        let sheet = text.trim().replace([NEXT_LINE, ';'], "\n");
        keep(Customer { sheet, ..still(model, subject)? })
    });
    Ok(vec![Effect::Open(Layer::Prompt(prompt))])
}

const GRADES: [Grade; 5] = [Grade::Special, Grade::First, Grade::Second, Grade::Temporary, Grade::Ordinary];

/// R-REQ-5: the customer's grade, which shows on the ringing call from the next one on.
fn pick_grade(model: &mut Model) -> Outcome {
    let subject = Subject::Customer(customer(model)?.id);
    let word = |grade| crate::tui::words::grade(grade).map_or("sheet.ordinary", |(word, _)| word);
    let row =
        |(at, grade): (usize, Grade)| Row { id: at.to_string(), text: model.word(word(grade)), beside: String::new() };
    let rows = GRADES.into_iter().enumerate().map(row).collect();
    let picker = Picker::new("command.notice.grade.name", rows, subject, |model, subject, id| {
        let grade = id.parse().ok().and_then(|at: usize| GRADES.get(at)).copied().unwrap_or_default();
        keep(Customer { grade, ..still(model, subject)? })
    });
    Ok(vec![Effect::Open(Layer::Picker(picker))])
}
