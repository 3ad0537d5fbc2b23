//! What is photographed: one line each.

/// A screen to be photographed.
pub struct Shot {
    /// The file's name, before the theme.
    pub name: &'static str,
    /// Who sits there: a staff number.
    pub who: &'static str,
    /// What `ringdesk` is started with, beside folder, configuration and theme.
    pub verb: &'static [&'static str],
    /// Columns and rows.
    pub size: (u16, u16),
    /// In these themes.
    pub themes: &'static [&'static str],
    /// What is typed, each with what must then stand on the screen.
    pub steps: &'static [(&'static str, &'static str)],
}

const ALL: &[&str] = &["night", "day", "mono"];

const F3: &str = "\x1bOR";
const TICKETS: &str = "\x1b4";

/// Taking in a leak while the line is busy.
const LEAK: &[(&str, &str)] = &[
    ("", "F12"),
    (TICKETS, "筛选"),
    ("3", "全部"),
    (F3, "主题"),
    ("厨房闻到燃气味", "厨房闻到燃气味"),
    ("\t\t\t\t", ""),
    ("做饭时闻到，灶具已关，窗已打开。家里有位老人。", "灶具已关"),
];

/// All of them, in the order of docs/photographs/README.md.
pub const SHOTS: &[Shot] = &[
    Shot { name: "operator", who: "8001", verb: &[], size: (120, 40), themes: ALL, steps: LEAK },
    Shot { name: "operator-small", who: "8001", verb: &[], size: (80, 24), themes: &["night"], steps: LEAK },
    Shot {
        name: "supervisor",
        who: "8010",
        verb: &[],
        size: (120, 40),
        themes: &["night"],
        steps: &[("", "F2"), (TICKETS, "筛选"), ("3", "全部")],
    },
    Shot {
        name: "technician", who: "9001", verb: &[], size: (60, 22), themes: ALL, steps: &[("", "灶具打不着火")]
    },
    Shot {
        name: "technician-order",
        who: "9001",
        verb: &[],
        size: (60, 22),
        themes: &["night"],
        steps: &[("", "灶具打不着火"), ("2", "许建平")],
    },
    Shot {
        name: "figures",
        who: "8010",
        verb: &[],
        size: (120, 40),
        themes: ALL,
        steps: &[("", "F2"), (TICKETS, "筛选"), ("gs", "服务水平")],
    },
    Shot {
        name: "figures-arrivals",
        who: "8010",
        verb: &[],
        size: (120, 40),
        themes: &["night"],
        steps: &[("", "F2"), (TICKETS, "筛选"), ("gs", "服务水平"), ("2", "来电")],
    },
    Shot {
        name: "figures-formula",
        who: "8010",
        verb: &[],
        size: (120, 40),
        themes: &["night"],
        steps: &[("", "F2"), (TICKETS, "筛选"), ("gs", "服务水平"), ("f", "分母")],
    },
    Shot { name: "wall", who: "8010", verb: &["wall"], size: (120, 40), themes: ALL, steps: &[("", "看板")] },
    Shot {
        name: "wall-small",
        who: "8010",
        verb: &["wall"],
        size: (80, 24),
        themes: &["night"],
        steps: &[("", "看板")],
    },
    Shot {
        name: "live",
        who: "8010",
        verb: &[],
        size: (120, 40),
        themes: &["night"],
        steps: &[("", "F2"), ("\x1b7", "实时队列")],
    },
];
