//! Two consoles on one ticket see who else is in it. Nothing of it is stored.

use ringdesk::client::Heard;
use ringdesk::domain::{StaffId, TicketId};

use crate::bench::{Bench, Console};

const FIRST: TicketId = TicketId(1);

/// The next word on who else is in a ticket.
fn others(console: &mut Console) -> (TicketId, Vec<String>) {
    let heard = console.until(|heard| matches!(heard, Heard::Looking(..)));
    let told = heard.into_iter().rev().find_map(|heard| match heard {
        Heard::Looking(ticket, staff) => Some((ticket, staff.into_iter().map(|StaffId(id)| id).collect())),
        _ => None,
    });
    told.unwrap()
}

#[test]
fn two_consoles_on_one_ticket_see_each_other() {
    let bench = Bench::new();
    let (mut wang, mut li) = (bench.console("wang"), bench.console("li"));
    let before = wang.state().sequence;
    wang.line.looking(Some(FIRST)).unwrap();
    assert_eq!(others(&mut wang), (FIRST, vec![]));
    li.line.looking(Some(FIRST)).unwrap();
    assert_eq!(others(&mut li), (FIRST, vec!["wang".into()]));
    assert_eq!(others(&mut wang), (FIRST, vec!["li".into()]));

    // The same account once more: another console is another console.
    let mut second = bench.console("wang");
    second.line.looking(Some(FIRST)).unwrap();
    assert_eq!(others(&mut second), (FIRST, vec!["li".into(), "wang".into()]));
    assert_eq!(others(&mut wang), (FIRST, vec!["li".into(), "wang".into()]));
    drop(second);
    assert_eq!(others(&mut wang), (FIRST, vec!["li".into()]));

    li.line.looking(Some(TicketId(2))).unwrap();
    assert_eq!(others(&mut wang), (FIRST, vec![]));
    // A line that breaks is gone from its ticket too.
    wang.line.looking(Some(TicketId(2))).unwrap();
    assert_eq!(others(&mut wang), (TicketId(2), vec!["li".into()]));
    drop(li);
    assert_eq!(others(&mut wang), (TicketId(2), vec![]));
    wang.fence();
    assert_eq!(wang.state().sequence, before, "nothing of it is kept");
}
