//! Work orders at the console: a step that asks nothing is one key; a screen that asks is shown.

use ringdesk::config::{calendars, load_rulebook};
use ringdesk::domain::command::TicketCommand;
use ringdesk::domain::*;

use crate::console_kit::{Kit, LARGE, MIDDLE, NOW, SMALL, due};

fn order(stage: &str) -> (Kit, Ticket) {
    let mut kit = Kit::new();
    let rules = load_rulebook("gas", std::path::Path::new("."), calendars::shipped().unwrap());
    kit.welcome().rulebook = rules.unwrap();
    let ticket = Ticket {
        id: TicketId(1042),
        fields: TicketFields {
            kind: RequestType::Repair, subject: "灶具打不着".into(), ..TicketFields::default()
        },
        stage: stage.into(),
        round: 1,
        owner: Owner::Staff(StaffId("8001".into())),
        first_receiver: StaffId("8002".into()),
        opened_at: NOW.plus(-60_000),
        clocks: due(NOW.plus(3_600_000)),
        version: 1,
        ..Ticket::default()
    };
    kit.happens(vec![Event::Ticket(Box::new(ticket.clone()))]);
    (kit, ticket)
}

#[test]
fn a_step_that_asks_nothing_is_one_key() {
    for stage in ["accepted", "en_route"] {
        let (mut kit, ticket) = order(stage);
        kit.keys("alt-4 m");
        let wanted = TicketCommand::Advance { ticket: ticket.id, from: stage.into(), changes: Vec::new() };
        assert_eq!(kit.sent().last(), Some(&&Command::Ticket(wanted)), "{stage}");
        assert!(kit.model.drafts.open().is_none(), "no empty form, in which a key would change what is not shown");
    }
}

#[test]
fn a_screen_that_asks_is_shown_under_the_orders_word() {
    let (mut kit, _) = order("carried_out");
    let before = kit.sent().len();
    kit.keys("alt-4 m");
    assert_eq!(kit.sent().len(), before, "nothing is sent before it is filled in");
    let text = kit.text(SMALL);
    assert!(text.contains("处理") && text.contains("还缺：进展"), "{text}");
}

/// R-WO-3: a technician telephones what was found; the desk writes it down on the technician's own form.
#[test]
fn the_desk_writes_down_a_hazard_that_is_told_by_telephone() {
    let (mut kit, ticket) = order("carried_out");
    kit.keys("alt-4 v w");
    for size in [SMALL, MIDDLE, LARGE] {
        let text = kit.text(size);
        let wanted = [format!("隐患 {}", ticket.id.spoken()), "整改通知书号".into(), "结论".into()];
        assert!(wanted.iter().all(|word| text.contains(word)), "{size:?}\n{text}");
    }
    kit.types("胶管老化").keys("ctrl-s");
    assert!(kit.sent().is_empty() && kit.notice().contains("隐患等级"), "{}", kit.notice());
    let card = [
        ("hazard_grade", "grave"),
        ("conclusion", "应换"),
        ("notice_number", "ZG-7"),
        ("deadline", "2026-12-01 12:00"),
        ("acknowledged", "yes"),
    ];
    let draft = kit.model.drafts.open_mut().unwrap();
    card.iter().for_each(|(field, value)| draft.put(&ringdesk::tui::form::Field::of(field), value));
    kit.keys("ctrl-s");
    let card = card.map(|(field, value)| (field.to_owned(), value.to_owned())).into();
    let wanted = TicketCommand::FoundHazard { ticket: ticket.id, subject: "胶管老化".into(), card };
    assert_eq!(kit.sent(), [&Command::Ticket(wanted)], "{}", kit.notice());
    // A ticket that is no order has no site.
    let mut kit = Kit::new();
    crate::console_tickets::happens(&mut kit, [crate::console_tickets::ticket(42, "问价", 5)]);
    kit.keys("alt-4 v w");
    assert!(kit.notice().contains("不是"), "{}", kit.notice());
}
