//! The calls of a day, made up from a fixed seed: who calls when, how long they wait, who answers. What comes of it is
//! told as a PBX tells it.

use ringdesk::domain::call::{
    ChannelFacts, ChannelState, Disposition, HangupCause, MemberFacts, Offer, Origin, Party, Signal,
};
use ringdesk::domain::{AgentState, Stamp};

use super::desk::STAFF;

const MINUTE: i64 = 60_000;
/// The queue everybody waits in.
pub const QUEUE: &str = "热线";
/// Callers in each half-hour from 08:00 on.
const CALLERS: [i64; 28] =
    [7, 11, 15, 16, 17, 14, 12, 9, 7, 7, 8, 9, 10, 12, 12, 11, 12, 13, 15, 18, 21, 24, 22, 20, 15, 11, 8, 5];

/// Something that happens at a moment of the day.
pub struct Happening {
    pub at: Stamp,
    pub what: What,
}

/// What.
pub enum What {
    /// The PBX says this.
    Signals(Vec<Signal>),
    /// Whoever answered writes up what came of it.
    Disposed { who: &'static str, uid: String, disposition: Disposition },
    /// Somebody goes for a break, or is back.
    Turns { who: &'static str, state: AgentState },
}

/// SplitMix64.
pub struct Dice(pub u64);

impl Dice {
    fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// One of so many.
    pub fn below(&mut self, limit: i64) -> i64 {
        i64::try_from(self.roll() % limit.max(1).unsigned_abs()).unwrap_or(0)
    }

    /// Around this, now shorter and now much longer, as talks are.
    fn around(&mut self, middle: i64) -> i64 {
        let (one, other) = (self.below(1_000), self.below(1_000));
        middle * (300 + one + one * other / 900) / 1_150
    }
}

/// A number that is nobody's.
pub fn number(of: i64) -> String {
    let heads = ["138", "139", "150", "186", "177", "135"];
    format!("{}5550{:04}", heads[usize::try_from(of % 6).unwrap_or(0)], of * 7_919 % 10_000)
}

/// A call as the PBX has it: the caller's channel and the phone's.
#[derive(Clone)]
pub struct Told {
    pub uid: String,
    pub number: String,
    pub phone: &'static str,
}

impl Told {
    fn caller(&self) -> ChannelFacts {
        ChannelFacts {
            uniqueid: self.uid.clone(),
            linkedid: self.uid.clone(),
            channel: format!("PJSIP/trunk-{}", self.uid),
            phone: "trunk".into(),
            origin: Origin::Outside,
            state: ChannelState::Up,
            exten: "96777".into(),
            party: Party { number: self.number.clone(), ..Party::default() },
            ..ChannelFacts::default()
        }
    }

    fn leg(&self, state: ChannelState) -> ChannelFacts {
        ChannelFacts {
            uniqueid: format!("{}.{}", self.uid, self.phone),
            linkedid: self.uid.clone(),
            channel: format!("PJSIP/{}-{}", self.phone, self.uid),
            phone: self.phone.into(),
            origin: Origin::Rung,
            state,
            ..ChannelFacts::default()
        }
    }

    fn offer(&self, state: ChannelState) -> Offer {
        let name = STAFF.iter().find(|person| person.2 == self.phone).map_or("", |person| person.1);
        let interface = format!("PJSIP/{}", self.phone);
        Offer { leg: self.leg(state), queue: Some(QUEUE.into()), interface, agent: name.into() }
    }

    pub fn comes(&self) -> Vec<Signal> {
        let joined = Signal::QueueJoined { caller: self.caller(), queue: QUEUE.into(), position: None };
        vec![Signal::ChannelNew(self.caller()), joined]
    }

    pub fn rings(&self) -> Vec<Signal> {
        let offered = Signal::Offered { caller: self.caller(), offer: self.offer(ChannelState::Down) };
        vec![offered, Signal::Dialling { from: Some(self.caller()), to: self.leg(ChannelState::Ringing) }]
    }

    pub fn answered(&self) -> Vec<Signal> {
        vec![Signal::Answered { caller: self.caller(), offer: self.offer(ChannelState::Up) }]
    }

    pub fn ends(&self, answered: bool) -> Vec<Signal> {
        let mut all = vec![Signal::HangupAsked(self.caller())];
        if answered {
            let channel = self.leg(ChannelState::Up);
            all.push(Signal::Hungup { channel, cause: HangupCause::Normal });
        }
        all.push(Signal::Hungup { channel: self.caller(), cause: HangupCause::Normal });
        all
    }
}

/// The phones of the queue, as a PBX lists them.
pub fn members() -> Vec<Signal> {
    let phones = STAFF.iter().filter(|person| person.3 == "operator");
    let member = |person: &(&str, &str, &str, &str, &str)| {
        Signal::Member(MemberFacts {
            queue: QUEUE.into(),
            interface: format!("PJSIP/{}", person.2),
            phone: person.2.into(),
            name: person.1.into(),
            ..MemberFacts::default()
        })
    };
    phones.map(member).collect()
}

/// Somebody at a phone, while a day is made up.
struct Seat {
    who: &'static str,
    phone: &'static str,
    free: Stamp,
    /// Breaks: from, to, in minutes of the day.
    breaks: [(i64, i64, &'static str); 2],
}

fn seats(midnight: Stamp) -> [Seat; 4] {
    let begin = midnight.plus(8 * 60 * MINUTE);
    let seat = |n: usize, breaks| Seat { who: STAFF[n].0, phone: STAFF[n].2, free: begin, breaks };
    [
        seat(0, [(11 * 60 + 30, 12 * 60, "用餐"), (15 * 60 + 10, 15 * 60 + 25, "小休")]),
        seat(1, [(12 * 60, 12 * 60 + 30, "用餐"), (15 * 60 + 40, 15 * 60 + 55, "小休")]),
        seat(2, [(12 * 60 + 30, 13 * 60, "用餐"), (16 * 60 + 10, 16 * 60 + 25, "小休")]),
        seat(3, [(13 * 60, 13 * 60 + 30, "用餐"), (16 * 60 + 40, 16 * 60 + 55, "会议")]),
    ]
}

impl Seat {
    /// From when on they can be rung, for somebody who waits since then.
    fn from(&self, at: Stamp, midnight: Stamp) -> Stamp {
        let at = at.max(self.free);
        let inside = self.breaks.iter().find_map(|(from, to, _)| {
            let (from, to) = (midnight.plus((from - 4) * MINUTE), midnight.plus(to * MINUTE + 2_000));
            (at >= from && at < to).then_some(to)
        });
        inside.unwrap_or(at)
    }
}

/// A day's calls up to a moment, in order. Nobody is on the phone at that moment.
pub fn day(midnight: Stamp, until: Stamp, seed: u64) -> Vec<Happening> {
    let mut dice = Dice(seed);
    let mut callers: Vec<(Stamp, String, i64)> = Vec::new();
    for (half, count) in (0_i64..).zip(CALLERS) {
        let begin = midnight.plus((8 * 60 + half * 30) * MINUTE);
        for _ in 0..count + dice.below(3) - 1 {
            let at = begin.plus(dice.below(30 * MINUTE));
            let patience = 9_000 + dice.around(70_000);
            callers.push((at, number(dice.below(100_000)), patience));
        }
    }
    let mut seats = seats(midnight);
    let mut all = Vec::new();
    for seat in &seats {
        for (from, to, reason) in seat.breaks {
            let mut turns = |at, state| {
                all.push(Happening { at: midnight.plus(at * MINUTE), what: What::Turns { who: seat.who, state } });
            };
            turns(from, AgentState::Break(reason.into()));
            turns(to, AgentState::Ready);
        }
    }
    callers.sort();
    let mut serial = 0;
    while !callers.is_empty() {
        let (at, number, patience) = callers.remove(0);
        if at > until.plus(-8 * MINUTE) {
            continue;
        }
        serial += 1;
        let uid = format!("{}.{serial}", at.0 / 1_000);
        if let Some(again) = call(&mut dice, &mut seats, &mut all, midnight, (at, uid, &number, patience)) {
            let place = callers.partition_point(|caller| caller.0 < again);
            callers.insert(place, (again, number, 15 * MINUTE));
        }
    }
    all.retain(|happening| happening.at < until);
    all.sort_by_key(|happening| happening.at);
    all
}

/// One call; when the caller tries again, where they gave up.
fn call(
    dice: &mut Dice,
    seats: &mut [Seat],
    all: &mut Vec<Happening>,
    midnight: Stamp,
    (at, uid, number, patience): (Stamp, String, &str, i64),
) -> Option<Stamp> {
    let seat = seats.iter_mut().min_by_key(|seat| (seat.from(at, midnight), seat.free))?;
    let told = Told { uid: uid.clone(), number: number.into(), phone: seat.phone };
    let mut says = |at, signals| all.push(Happening { at, what: What::Signals(signals) });
    says(at, told.comes());
    let rings = seat.from(at, midnight).plus(700);
    let answers = rings.plus(2_500 + dice.around(4_500));
    let gone = at.plus(patience);
    if gone < answers {
        if gone > rings {
            says(rings, told.rings());
        }
        says(gone, told.ends(false));
        return Some(gone.plus(3 * MINUTE + dice.below(9 * MINUTE)));
    }
    says(rings, told.rings());
    says(answers, told.answered());
    let over = answers.plus(20_000 + dice.around(150_000));
    says(over, told.ends(true));
    seat.free = over.plus(4_000 + dice.around(22_000));
    let disposition = match dice.below(10) {
        0..6 => Disposition::EnquiryAnswered,
        6..9 => Disposition::TicketOpened,
        _ => Disposition::WrongNumber,
    };
    let what = What::Disposed { who: seat.who, uid, disposition };
    all.push(Happening { at: seat.free.plus(-500), what });
    None
}
