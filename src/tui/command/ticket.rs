//! Commands about the list of tickets. What is done with a single one is in `life`.

use super::call::on_line;
use super::{Def, Effect, Outcome, Place, Question};
use crate::client::Query;
use crate::domain::TicketId;
use crate::tui::layer::{Layer, Prompt, Subject};
use crate::tui::model::{Model, Pane, Which};

pub(super) const COMMANDS: &[Def] = &[
    Def::new("ticket.mine", Place::Desk, |model| show(model, Which::Mine)),
    Def::new("ticket.team", Place::Desk, |model| show(model, Which::Team)),
    Def::new("ticket.all", Place::Desk, |model| show(model, Which::All)),
    Def::new("ticket.find", Place::Desk, find).when(on_line),
];

fn show(model: &mut Model, which: Which) -> Outcome {
    model.tickets.which = which;
    model.tickets.found = None;
    model.tickets.list.select(0);
    model.focus = Pane::Tickets;
    Ok(Vec::new())
}

fn find(_: &mut Model) -> Outcome {
    let prompt = Prompt::new("command.ticket.find.name", "", Subject::None, |_, _, text| {
        let text = text.trim().to_owned();
        // A number read aloud comes with its check digit: the number alone is what is looked for.
        let asked = TicketId::parse_spoken(&text).map_or_else(|| text.clone(), |ticket| ticket.0.to_string());
        Ok(vec![Effect::Ask(Query::FindTickets { text: asked, limit: 200 }, Question::Find(text))])
    });
    Ok(vec![Effect::Open(Layer::Prompt(prompt))])
}
