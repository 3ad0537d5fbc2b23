//! How many agents a queue needs: Erlang C (callers wait for ever) and Erlang A (callers lose patience).
//!
//! Both are exact and stay finite from one agent to many thousands: Erlang B is recursive, and the integrals of
//! Erlang A are scaled by their largest value. Times are in seconds, loads in erlangs.
//! Sources: A. K. Erlang 1917; C. Palm 1946; Garnett, Mandelbaum, Reiman, "Designing a call center with impatient
//! customers", 2002; Mandelbaum, Zeltyn, "Service engineering in action: the Palm/Erlang-A queue", 2007.

/// A stretch of time at one rate.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Load {
    /// Calls that arrive in `interval_s`.
    pub calls: f64,
    /// How long that stretch is, in seconds.
    pub interval_s: f64,
    /// Average handling time in seconds: talk, hold and wrap-up.
    pub handling_s: f64,
}

impl Load {
    /// The offered load in erlangs: how many agents would be busy if everybody were served at once.
    pub fn erlangs(&self) -> f64 {
        if self.interval_s <= 0.0 { 0.0 } else { self.calls * self.handling_s / self.interval_s }
    }

    /// Calls a second.
    fn rate(&self) -> f64 {
        if self.interval_s <= 0.0 { 0.0 } else { self.calls / self.interval_s }
    }
}

/// What comes out for a number of agents.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Forecast {
    /// The share of callers who wait at all.
    pub waits: f64,
    /// The share answered within the limit, of all who call.
    pub in_limit: f64,
    /// Average wait of all callers in seconds; infinite where the queue grows without end (Erlang C).
    pub wait_s: f64,
    /// Average number of waiting callers.
    pub queue: f64,
    /// The share of the agents' time that is spent on calls.
    pub occupancy: f64,
    /// The share of callers who give up (Erlang A; none under Erlang C).
    pub abandon: f64,
}

/// Erlang B: the share of calls that find all of `agents` busy, if nobody waits.
pub fn blocked(erlangs: f64, agents: u32) -> f64 {
    let mut blocked = 1.0;
    for agents in 1..=agents {
        blocked = erlangs * blocked / (f64::from(agents) + erlangs * blocked);
    }
    blocked
}

/// Erlang C: callers wait for ever. With as many erlangs as agents or more nobody is ever answered in time.
pub fn patient(load: Load, agents: u32, limit_s: f64) -> Forecast {
    let erlangs = load.erlangs();
    if erlangs <= 0.0 {
        return Forecast { in_limit: if agents > 0 { 1.0 } else { 0.0 }, ..Forecast::default() };
    }
    let spare = f64::from(agents) - erlangs;
    if spare <= 0.0 {
        return Forecast {
            waits: 1.0,
            wait_s: f64::INFINITY,
            queue: f64::INFINITY,
            occupancy: 1.0,
            ..Forecast::default()
        };
    }
    let blocked = blocked(erlangs, agents);
    let occupancy = erlangs / f64::from(agents);
    let waits = blocked / (1.0 - occupancy * (1.0 - blocked));
    let wait_s = waits * load.handling_s / spare;
    Forecast {
        waits,
        in_limit: 1.0 - waits * (-spare * limit_s / load.handling_s).exp(),
        wait_s,
        queue: load.rate() * wait_s,
        occupancy,
        abandon: 0.0,
    }
}

/// Erlang A: a caller gives up after a while, `patience_s` on average (exponential).
pub fn impatient(load: Load, agents: u32, limit_s: f64, patience_s: f64) -> Forecast {
    let (arrivals, erlangs) = (load.rate(), load.erlangs());
    if erlangs <= 0.0 {
        return patient(load, agents, limit_s);
    }
    if agents == 0 {
        return Forecast {
            waits: 1.0,
            wait_s: patience_s,
            queue: arrivals * patience_s,
            abandon: 1.0,
            ..Forecast::default()
        };
    }
    let served = f64::from(agents) / load.handling_s;
    let tail = Tail { arrivals, served, patience_s };
    let peak = tail.exponent(tail.peak_at());
    // Everything is divided by e^peak: what would overflow cancels out.
    let all = tail.integral(0.0, f64::INFINITY, peak, 0.0);
    let early = tail.integral(0.0, limit_s, peak, 1.0 / patience_s);
    // And by Erlang B of one agent fewer, which is nothing where agents abound.
    let (busy, free) = (blocked(erlangs, agents - 1), (-peak).exp());
    let whole = free + busy * arrivals * all;
    let abandon = busy * (free + (arrivals - served) * all) / whole;
    let wait_s = abandon * patience_s;
    Forecast {
        waits: busy * arrivals * all / whole,
        in_limit: (free + busy * arrivals * early) / whole,
        wait_s,
        queue: arrivals * wait_s,
        occupancy: arrivals * (1.0 - abandon) / served,
        abandon,
    }
}

/// The density of what a caller with endless patience would wait, but for a factor.
struct Tail {
    arrivals: f64,
    served: f64,
    patience_s: f64,
}

impl Tail {
    fn exponent(&self, wait: f64) -> f64 {
        let gone = -(-wait / self.patience_s).exp_m1();
        self.arrivals * self.patience_s * gone - self.served * wait
    }

    /// Where the exponent is largest: at once, unless more arrive than are served.
    fn peak_at(&self) -> f64 {
        if self.arrivals > self.served { (self.arrivals / self.served).ln() * self.patience_s } else { 0.0 }
    }

    /// The integral of e^(exponent − peak − fading·wait) from `from` to `to`, by Gauss-Legendre on panels that are
    /// narrow where the integrand lives. The exponent is concave, so what is 45 below its peak stays below.
    fn integral(&self, from: f64, to: f64, peak: f64, fading: f64) -> f64 {
        let centre = self.peak_at();
        let low = |wait: f64| self.exponent(wait) - peak < -45.0;
        let mut reach = 1.0 / self.served;
        while !low(centre + reach) {
            reach *= 2.0;
        }
        let mut before = centre;
        let mut step = centre;
        while step > 1e-12 * self.patience_s && low(centre - step) {
            before = step;
            step /= 2.0;
        }
        let (begin, end) = (from.max(centre - before), to.min(centre + reach));
        if end <= begin {
            return 0.0;
        }
        let width = (end - begin) / f64::from(PANELS);
        let panel = |panel: u32| {
            let middle = begin + (f64::from(panel) + 0.5) * width;
            let at = |node: f64| {
                let wait = middle + node * width / 2.0;
                (self.exponent(wait) - peak - fading * wait).exp()
            };
            NODES.iter().map(|(node, weight)| weight * (at(*node) + at(-*node))).sum::<f64>() * width / 2.0
        };
        (0..PANELS).map(panel).sum()
    }
}

/// Panels of an integral.
const PANELS: u32 = 256;

/// Gauss-Legendre of order eight: half of its nodes, with their weights.
const NODES: [(f64, f64); 4] = [
    (0.183_434_642_495_649_8, 0.362_683_783_378_362),
    (0.525_532_409_916_329, 0.313_706_645_877_887_3),
    (0.796_666_477_413_626_7, 0.222_381_034_453_374_48),
    (0.960_289_856_497_536_3, 0.101_228_536_290_376_26),
];

/// The fewest agents with which at least `share` of all callers are answered within the limit; none where more than
/// `most` would be needed. With patience given, by Erlang A; else by Erlang C.
pub fn agents_needed(load: Load, share: f64, limit_s: f64, patience_s: Option<f64>, most: u32) -> Option<u32> {
    let enough = |agents: u32| {
        let forecast = match patience_s {
            Some(patience_s) => impatient(load, agents, limit_s, patience_s),
            None => patient(load, agents, limit_s),
        };
        forecast.in_limit >= share
    };
    if load.erlangs() <= 0.0 {
        return Some(0);
    }
    // More agents never answer fewer: halved until one is left.
    let (mut few, mut many) = (0, most);
    if !enough(many) {
        return None;
    }
    while many - few > 1 {
        let middle = few + (many - few) / 2;
        if enough(middle) { many = middle } else { few = middle }
    }
    Some(many)
}
