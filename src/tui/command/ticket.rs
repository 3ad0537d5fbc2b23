//! Commands about the list of tickets. What is done with a single one is in `life`.

use std::collections::BTreeMap;

use super::call::on_line;
use super::{Def, Effect, Outcome, Place, Question};
use crate::client::Query;
use crate::domain::{RequestType, TicketId};
use crate::tui::layer::{Layer, Picker, Prompt, Row, Subject};
use crate::tui::model::{Model, Pane, Sort, Which};

pub(super) const COMMANDS: &[Def] = &[
    Def::new("ticket.mine", Place::Desk, |model| show(model, Which::Mine)),
    Def::new("ticket.team", Place::Desk, |model| show(model, Which::Team)),
    Def::new("ticket.all", Place::Desk, |model| show(model, Which::All)),
    Def::new("ticket.find", Place::Desk, find).when(on_line),
    Def::new("ticket.emergencies", Place::Tickets, |model| show(model, Which::Emergencies)),
    Def::new("ticket.overdue", Place::Tickets, |model| show(model, Which::Overdue)),
    Def::new("ticket.today", Place::Tickets, |model| show(model, Which::Today)),
    Def::new("ticket.complaints", Place::Tickets, |model| show(model, Which::Kind(RequestType::Complaint))),
    Def::new("ticket.escalated", Place::Tickets, |model| show(model, Which::Escalated)),
    Def::new("ticket.approvals", Place::Tickets, |model| show(model, Which::Approvals)),
    Def::new("ticket.view", Place::Tickets, pick_view),
    Def::new("ticket.sort", Place::Tickets, pick_sort),
    Def::new("ticket.filter", Place::Tickets, filter),
    Def::new("ticket.filter-done", Place::Tickets, |model| {
        model.tickets.typing = false;
        Ok(Vec::new())
    }),
    Def::new("ticket.filter-clear", Place::Tickets, clear),
];

fn show(model: &mut Model, which: Which) -> Outcome {
    model.tickets.show(which);
    model.focus = Pane::Tickets;
    Ok(Vec::new())
}

/// What the list can be narrowed to without a type or a stage being named.
const PLAIN: [Which; 9] = [
    Which::Mine,
    Which::Team,
    Which::All,
    Which::Emergencies,
    Which::Overdue,
    Which::Today,
    Which::Approvals,
    Which::Escalated,
    Which::Merged,
];

/// Everything the list can be narrowed to, with how many open tickets each has.
fn pick_view(model: &mut Model) -> Outcome {
    let scope = model.scope();
    let count = |which: &Which| scope.tickets.values().filter(|ticket| which.shows(ticket, &scope)).count();
    let mut rows: Vec<Row> = PLAIN
        .into_iter()
        .map(|which| Row {
            id: which.key().to_owned(),
            text: model.word(which.key()),
            beside: count(&which).to_string(),
        })
        .collect();
    let kinds = RequestType::ALL.into_iter().map(|kind| (kind, count(&Which::Kind(kind))));
    rows.extend(kinds.filter(|(_, count)| *count > 0).map(|(kind, count)| Row {
        id: format!("kind:{}", kind.code()),
        text: format!("{} {}", model.word("listing.kind"), model.word(crate::tui::words::kind(kind))),
        beside: count.to_string(),
    }));
    let mut stages: BTreeMap<&str, (String, usize)> = BTreeMap::new();
    for ticket in scope.tickets.values().filter(|ticket| ticket.is_live()) {
        stages.entry(&ticket.stage).or_insert_with(|| (model.stage_name(ticket), 0)).1 += 1;
    }
    rows.extend(stages.into_iter().map(|(id, (name, count))| Row {
        id: format!("stage:{id}"),
        text: format!("{} {name}", model.word("listing.stage")),
        beside: count.to_string(),
    }));
    let picker = Picker::new("command.ticket.view.name", rows, Subject::None, |model, _, id| {
        let which = match id.split_once(':') {
            Some(("kind", kind)) => Which::Kind(RequestType::parse(kind).unwrap_or_default()),
            Some((_, stage)) => Which::Stage(stage.to_owned()),
            None => plain_view(id),
        };
        show(model, which)
    });
    Ok(vec![Effect::Open(Layer::Picker(picker))])
}

fn plain_view(key: &str) -> Which {
    PLAIN.into_iter().find(|which| which.key() == key).unwrap_or_default()
}

fn pick_sort(model: &mut Model) -> Outcome {
    let rows = Sort::ALL.map(|sort| Row {
        id: sort.key().to_owned(),
        text: model.word(sort.key()),
        beside: if sort == model.tickets.sort { "*".to_owned() } else { String::new() },
    });
    let picker = Picker::new("command.ticket.sort.name", rows.to_vec(), Subject::None, |model, _, key| {
        model.tickets.sort = Sort::ALL.into_iter().find(|sort| sort.key() == key).unwrap_or_default();
        model.tickets.to_top();
        Ok(Vec::new())
    });
    Ok(vec![Effect::Open(Layer::Picker(picker))])
}

/// Begins to type what is looked for among the open tickets; the list follows each letter.
fn filter(model: &mut Model) -> Outcome {
    model.tickets.found = None;
    model.tickets.typing = true;
    Ok(Vec::new())
}

/// Takes the search away, or where there is none the marks. The operator stays on the ticket that was found.
fn clear(model: &mut Model) -> Outcome {
    let id = model.selected_ticket().map(|ticket| ticket.id);
    let view = &mut model.tickets;
    let searched = view.typing || view.found.is_some() || !view.line.text().is_empty();
    view.typing = false;
    view.found = None;
    if searched {
        view.line = Default::default();
        if let Some(row) = id.and_then(|id| model.ticket_row(id)) {
            model.select_ticket(row);
        }
    } else {
        view.marks.clear();
    }
    Ok(Vec::new())
}

/// Asks the desk for filed tickets too: for what is being looked for in the list already, or for what is typed now.
fn find(model: &mut Model) -> Outcome {
    let typed = model.tickets.line.text().trim().to_owned();
    if model.focus == Pane::Tickets && !typed.is_empty() && model.tickets.found.is_none() {
        return ask_for(&typed);
    }
    let prompt = Prompt::new("command.ticket.find.name", "", Subject::None, |_, _, text| ask_for(text.trim()));
    Ok(vec![Effect::Open(Layer::Prompt(prompt))])
}

fn ask_for(text: &str) -> Outcome {
    // A number read aloud comes with its check digit: the number alone is what is looked for.
    let asked = TicketId::parse_spoken(text).map_or_else(|| text.to_owned(), |ticket| ticket.0.to_string());
    Ok(vec![Effect::Ask(Query::FindTickets { text: asked, limit: 200 }, Question::Find(text.to_owned()))])
}
