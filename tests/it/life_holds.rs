//! What must be true of every ticket after every entry, reckoned a second time from the lines of its history.

use std::collections::{BTreeMap, BTreeSet};

use ringdesk::domain::command::TicketCommand as T;
use ringdesk::domain::phone::match_key;
use ringdesk::domain::rulebook::{FILED, Trigger};
use ringdesk::domain::ticket::{Clock, ClockState, Ticket, TicketFields};
use ringdesk::domain::{Actor, Event, Happened, Owner, RequestType, Role, Stamp, State, TicketId, TicketLine};

use crate::life_world::{World, filed};

/// Looks at everything after an entry; `fresh` are the lines it added.
pub fn after(world: &mut World, before: &State, command: &T, fresh: &[TicketLine]) {
    let owed = history(world, fresh);
    let touched: BTreeSet<TicketId> = fresh.iter().map(|line| line.ticket).collect();
    for id in &touched {
        let ticket = &world.last[id];
        let lines = &world.lines[id];
        counts(ticket, lines);
        let was = before.tickets.get(id);
        if let Some(was) = was {
            clocks_stay(was, ticket, command, fresh, world.now);
            if filed(ticket) {
                ended(world, was, ticket);
            }
        }
        if !(filed(ticket) && ticket.merged.is_some()) {
            let mut card = world.cards[id].clone();
            let kind = card.remove("kind").unwrap();
            assert_eq!(card, ticket.card, "the history of {id:?} tells something else: {command:?}");
            assert_eq!(kind, ticket.fields.kind.code());
        }
    }
    for (id, rule) in owed {
        let ended = |clock: &Clock| match clock.state {
            ClockState::Stopped(at) | ClockState::Void(at) => Some(at),
            ClockState::Running | ClockState::Paused => None,
        };
        let has = |clock: &&Clock| {
            clock.id == rule && (clock.started_at == world.now || ended(clock).is_none_or(|at| at == world.now))
        };
        let ticket = &world.last[&id];
        assert!(
            ticket.clocks.iter().any(|clock| has(&clock)),
            "{rule} of {id:?} is lost: {command:?} {:?}",
            whats(&world.lines[&id])
        );
    }
    for ticket in world.state.tickets.values() {
        open(world, ticket);
    }
    alarms(&world.state);
}

/// SPEC §10.4: what was accepted of somebody was theirs to ask.
pub fn allowed(world: &World, actor: &Actor, command: &T) {
    let Actor::Staff(id) = actor else { return };
    let staff = world.staff.iter().find(|staff| staff.id == *id).expect("somebody without an entry asked");
    if matches!(command, T::MakeIncident { .. }) {
        assert!(staff.role == Role::Supervisor, "{id:?} approved what operators read out");
    }
    if staff.role != Role::Technician || matches!(command, T::Open { .. } | T::Each(_)) {
        return;
    }
    let named = format!("{command:?}");
    let word: String = named.chars().take_while(|c| c.is_alphanumeric()).collect();
    let work = "Advance Note Tell Tick AttachFile Pause Resume Object AskExtension Printed Review";
    assert!(work.split(' ').any(|may| may == word), "a technician did this: {named}");
    let number: String = named.split("TicketId(").nth(1).unwrap().chars().take_while(char::is_ascii_digit).collect();
    let ticket = &world.state.tickets[&TicketId(number.parse().unwrap())];
    // A first receiver reviews what is objected to.
    let own = ticket.owner == Owner::Staff(id.clone()) || ticket.owner == Owner::Department(staff.team.clone());
    assert!(own || word == "Review" && ticket.first_receiver == *id, "not theirs: {named}");
}

/// The alarms, reckoned by looking at every clock.
fn alarms(state: &State) {
    let mut wanted = Vec::new();
    for ticket in state.tickets.values().filter(|ticket| ticket.merged.is_none() && ticket.stage != FILED) {
        let running = ticket.clocks.iter().filter(|clock| clock.state == ClockState::Running);
        let unsaid = running.flat_map(|clock| &clock.marks).filter(|mark| mark.fired.is_none());
        wanted.extend(unsaid.map(|mark| mark.at).min().map(|at| (at, ticket.id)));
    }
    wanted.sort();
    let ids: Vec<TicketId> = wanted.iter().map(|(_, id)| *id).collect();
    assert_eq!(state.first_alarm(), wanted.first().copied());
    assert_eq!(state.alarms_until(Stamp(i64::MAX)).collect::<Vec<_>>(), ids);
}

/// A history in short, for whoever reads a failure.
fn whats(lines: &[TicketLine]) -> Vec<&Happened> {
    lines.iter().map(|line| &line.what).collect()
}

/// What must hold of every open ticket at every time.
fn open(world: &World, ticket: &Ticket) {
    let id = ticket.id;
    match &ticket.owner {
        Owner::Staff(owner) => assert!(world.staff.iter().any(|staff| staff.id == *owner), "{id:?} is owned by nobody"),
        Owner::Department(owner) => assert!(world.rules.departments.contains_key(owner)),
    }
    assert!(!ticket.first_receiver.0.is_empty());
    assert!(!filed(ticket) && ticket.filed_at.is_none());
    for clock in ticket.clocks.iter().filter(|clock| clock.is_open()) {
        let stands = clock.state == ClockState::Paused;
        // A clock of the waiting itself goes on while the others stand.
        // Tickets follow other rules one after the other: until its turn, a ticket stands by those before.
        let goes_on = world.books.iter().any(|rules| {
            let kind = rules.kind(ticket.fields.kind);
            let waits = kind.stage(&ticket.stage).is_some_and(|stage| stage.waits);
            waits && kind.clock(&clock.id).is_some_and(|rule| rule.is_of(&ticket.stage))
        });
        if !goes_on {
            assert_eq!(stands, ticket.paused.is_some(), "{} of {id:?} does not stand as its ticket does", clock.id);
        }
        assert_eq!(stands, clock.pauses.last().is_some_and(|(_, to)| to.is_none()));
        assert_eq!(clock.due, clock.shifts.last().map_or(clock.due, |shift| shift.to));
        assert!(clock.shifts.windows(2).all(|pair| pair[0].to == pair[1].from));
    }
    let ids: BTreeSet<&str> = ticket.clocks.iter().filter(|c| c.is_open()).map(|c| c.id.as_str()).collect();
    assert_eq!(ids.len(), ticket.clocks.iter().filter(|c| c.is_open()).count(), "two clocks of one name run");
    if let Some(asked) = &ticket.extension {
        assert!(ids.contains(asked.clock.as_str()), "more time is asked for a clock that is over");
    }
    if let Some(merge) = &ticket.merged {
        let main = world.state.tickets.get(&merge.into).expect("merged into one that is filed");
        assert_eq!(main.reports.iter().filter(|report| **report == id).count(), 1);
    }
    for report in &ticket.reports {
        assert_eq!(world.state.tickets[report].merged.as_ref().map(|merge| merge.into), Some(id));
    }
    if let Some(incident) = ticket.incident {
        assert!(world.last[&incident].master.is_some());
    }
}

/// What is counted is what the history shows.
fn counts(ticket: &Ticket, lines: &[TicketLine]) {
    let count = |wanted: &dyn Fn(&Happened) -> bool| lines.iter().filter(|line| wanted(&line.what)).count();
    assert!(lines.iter().enumerate().all(|(at, line)| line.number as usize == at), "a gap in the history");
    assert_eq!(ticket.lines as usize, lines.len(), "{:?} counts other lines than there are", ticket.id);
    assert_eq!(ticket.hand_overs as usize, count(&|what| matches!(what, Happened::Assigned { .. })));
    assert_eq!(ticket.told.len(), count(&|what| matches!(what, Happened::Told { .. })));
    assert_eq!(ticket.clocks.len(), count(&|what| matches!(what, Happened::ClockStarted { .. })));
    let state = |wanted: &dyn Fn(ClockState) -> bool| ticket.clocks.iter().filter(|c| wanted(c.state)).count();
    let stopped = state(&|state| matches!(state, ClockState::Stopped(_)));
    assert_eq!(stopped, count(&|what| matches!(what, Happened::ClockStopped { .. })), "stopped clocks");
    assert_eq!(
        state(&|state| matches!(state, ClockState::Void(_))),
        count(&|what| matches!(what, Happened::ClockVoid(_)))
    );
    let shifts: usize = ticket.clocks.iter().map(|clock| clock.shifts.len()).sum();
    assert_eq!(shifts, count(&|what| matches!(what, Happened::ClockShifted { .. })));
    let mut round = 1;
    let mut rounds = 0;
    for line in lines {
        if let Happened::Moved { round: now, .. } = line.what {
            rounds += u32::from(now > round);
            round = now;
        }
    }
    assert_eq!((ticket.round, ticket.rounds.len()), (rounds + 1, rounds as usize));
    assert!(ticket.rounds.iter().zip(1..).all(|(kept, number)| kept.number == number));
}

/// No clock vanishes or changes its past; a mark fires once, at its time, and rings when it does.
fn clocks_stay(was: &Ticket, now: &Ticket, command: &T, fresh: &[TicketLine], at: Stamp) {
    let lines = || fresh.iter().filter(|line| line.ticket == was.id);
    for (old, new) in was.clocks.iter().zip(&now.clocks) {
        assert_eq!((&old.id, old.started_at, old.round), (&new.id, new.started_at, new.round));
        if !old.is_open() {
            assert_eq!(old, new, "a clock that is over changed");
        }
        let known = matches!(command, T::Recompute(_)) && old.first_due.provisional && !new.first_due.provisional;
        assert!(known || old.first_due == new.first_due, "the first due time of {} changed: {command:?}", old.id);
        let shifted =
            lines().any(|line| matches!(&line.what, Happened::ClockShifted { clock, .. } if *clock == old.id));
        let reckoned = matches!(command, T::Recompute(_)) || was.fields.kind != now.fields.kind;
        for mark in &old.marks {
            let Some(then) = new.marks.iter().find(|then| then.percent == mark.percent) else {
                assert!(reckoned, "a mark went");
                continue;
            };
            if mark.fired.is_some() {
                assert!(then.fired == mark.fired || shifted && mark.percent >= 100, "fired again: {command:?}");
            } else if let Some(fired) = then.fired {
                assert!(matches!(command, T::Ring(_)) && old.is_running() && mark.at <= at, "rang too early");
                assert_eq!((fired.at, fired.late), (at, at.since(mark.at) > 5_000));
                let rang = Happened::ClockRang { clock: old.id.clone(), percent: mark.percent, late: fired.late };
                assert!(lines().any(|line| line.what == rang));
            }
        }
    }
    assert!(was.clocks.len() <= now.clocks.len(), "a clock is gone");
    let rang = lines().filter(|line| matches!(line.what, Happened::ClockRang { .. })).count();
    let fired = |ticket: &Ticket| ticket.clocks.iter().flat_map(|c| &c.marks).filter(|m| m.fired.is_some()).count();
    if matches!(command, T::Ring(_)) {
        assert_eq!(fired(now) - fired(was), rang);
    } else {
        assert_eq!(rang, 0);
    }
    for new in now.clocks.iter().skip(was.clocks.len()) {
        assert!(new.marks.iter().all(|mark| mark.fired.is_none()));
    }
}

/// R-REQ-1: how a ticket may end.
fn ended(world: &World, was: &Ticket, ticket: &Ticket) {
    let lines = &world.lines[&ticket.id];
    let last = |wanted: &dyn Fn(&Happened) -> bool| lines.iter().rposition(|line| wanted(&line.what));
    let told = last(&|what| matches!(what, Happened::Told { .. }));
    assert!(ticket.clocks.iter().all(|clock| !clock.is_open()) && ticket.paused.is_none() && ticket.filed_at.is_some());
    if let Some(merge) = &ticket.merged {
        let mut main = &world.last[&merge.into];
        while let Some(merge) = &main.merged {
            main = &world.last[&merge.into];
        }
        let own = match_key(&main.fields.phone);
        let same = !own.is_empty() && own == match_key(&ticket.fields.phone);
        let answered = was.outcome().is_some() && was.told.iter().any(|told| told.last);
        let since = ticket.told.iter().any(|told| told.at >= merge.at);
        let done = same || answered || ticket.is_anonymous() || since;
        assert!(filed(main) && done, "a report's caller is forgotten: {:?}", whats(lines));
        return;
    }
    let round = lines
        .iter()
        .rposition(|line| matches!(line.what, Happened::Moved { round, .. } if round == ticket.round && round > 1));
    let round = round.filter(|_| ticket.round > 1).map(|_| {
        // The move that began the round: the first that bears its number.
        lines
            .iter()
            .position(|line| matches!(line.what, Happened::Moved { round, .. } if round == ticket.round))
            .unwrap()
    });
    assert!(told.is_some() && told > round, "{:?} ended and nobody was told: {:?}", ticket.id, whats(lines));
    assert!(ticket.outcome().is_some_and(|outcome| !outcome.trim().is_empty()));
    assert!(ticket.told.iter().any(|told| told.last && !told.what.trim().is_empty()));
    assert!(ticket.value("told_how") != "untold" || !ticket.value("untold_reason").trim().is_empty());
    assert!(!ticket.wants_letter() || ticket.is_anonymous() || !ticket.files.is_empty());
}

/// Reads the lines into what stands in the fields, and gives the clocks that must have started by them.
fn history(world: &mut World, fresh: &[TicketLine]) -> Vec<(TicketId, String)> {
    let mut owed = Vec::new();
    let mut merged: BTreeMap<TicketId, bool> = BTreeMap::new();
    for line in fresh {
        let lines = world.lines.entry(line.ticket).or_default();
        let inside = *merged.entry(line.ticket).or_insert_with(|| {
            let turn = |line: &&TicketLine| matches!(line.what, Happened::MergedInto(_) | Happened::Unmerged(_));
            lines.iter().rev().find(turn).is_some_and(|line| matches!(line.what, Happened::MergedInto(_)))
        });
        lines.push(line.clone());
        let mut triggers = Vec::new();
        match &line.what {
            Happened::Registered(_) => {
                let first = world.entries.last().unwrap().events.iter().find_map(|event| match event {
                    Event::Ticket(ticket) if ticket.id == line.ticket => Some(ticket),
                    _ => None,
                });
                let first = first.unwrap();
                let mut card = first.card.clone();
                triggers.extend([Trigger::Registered, Trigger::Entered("registered".into())]);
                triggers.extend(
                    card.iter().filter(|(_, value)| !value.trim().is_empty()).map(|(f, _)| Trigger::Filled(f.clone())),
                );
                card.insert("kind".into(), first.fields.kind.code().into());
                world.cards.insert(line.ticket, card);
            }
            Happened::Edited(changes) => {
                let card = world.cards.get_mut(&line.ticket).unwrap();
                for change in changes {
                    if !change.to.trim().is_empty() {
                        triggers.push(Trigger::Filled(change.field.clone()));
                    }
                    if change.field != "kind" && TicketFields::NAMES.contains(&change.field.as_str()) {
                        continue;
                    }
                    if change.to.is_empty() {
                        card.remove(&change.field);
                    } else {
                        card.insert(change.field.clone(), change.to.clone());
                    }
                }
            }
            Happened::Moved { from, to, round } => {
                let card = world.cards.get_mut(&line.ticket).unwrap();
                let kind = world.rules.kind(RequestType::parse(&card["kind"]).unwrap());
                let earlier = &world.lines[&line.ticket];
                let before = earlier.iter().rev().skip(1).find_map(|line| match line.what {
                    Happened::Moved { round, .. } => Some(round),
                    _ => None,
                });
                if *round > before.unwrap_or(1) {
                    let at = kind.stages.iter().position(|stage| stage.id == *to).unwrap_or(0);
                    let asked =
                        kind.stages[at..].iter().flat_map(|stage| &stage.fields).map(|used| used.field.as_str());
                    for field in asked.chain(["outcome", "told_how", "untold_reason"]) {
                        card.remove(field);
                    }
                }
                triggers.push(Trigger::Left(from.clone()));
                if to != FILED {
                    triggers.push(Trigger::Entered(to.clone()));
                }
            }
            Happened::Told { how, .. } if how.code() != "untold" => triggers.push(Trigger::Told),
            Happened::ClockShifted { change: ringdesk::domain::ticket::ClockChange::Agreed, .. } => {
                triggers.push(Trigger::Agreed);
            }
            Happened::ClockStopped { clock, .. } if !filed(&world.last[&line.ticket]) => {
                triggers.push(Trigger::Stopped(clock.clone()));
            }
            Happened::MergedInto(_) => drop(merged.insert(line.ticket, true)),
            Happened::Unmerged(_) => drop(merged.insert(line.ticket, false)),
            _ => {}
        }
        if inside {
            continue;
        }
        let card = &world.cards[&line.ticket];
        let kind = world.rules.kind(RequestType::parse(&card["kind"]).unwrap());
        let value = |field: &str| card.get(field).map_or("", String::as_str);
        let started = kind.clocks.iter().filter(|rule| triggers.contains(&rule.start) && rule.when.holds(value));
        owed.extend(started.map(|rule| (line.ticket, rule.id.clone())));
    }
    owed
}
