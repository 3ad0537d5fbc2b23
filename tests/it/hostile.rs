//! Text as callers, imports and telephone systems send it at their worst, and a source of chance that always falls alike.

/// Pieces that every terminal draws alike.
pub const PLAIN: &[&str] = &[
    "中",
    "国",
    "你好",
    "世界",
    "，",
    "。",
    "（",
    "）",
    "《",
    "Ａ",
    "１",
    "か",
    "ガ",
    "한",
    "ㄅ",
    "a",
    "b",
    "xyz",
    " ",
    "  ",
    "12",
    "-",
    "#",
    "张三丰",
    "投诉单",
    "\u{3000}",
    "㛃",
];

/// Pieces that terminals quarrel about, or that try to take the terminal over.
pub const HOSTILE: &[&str] = &[
    "“",
    "”",
    "…",
    "—",
    "①",
    "●",
    "é",
    "e\u{301}",
    "Я",
    "─",
    "│",
    "\u{31350}",
    "𠮷",
    "䷀",
    "☎\u{FE0F}",
    "❤\u{FE0F}",
    "✅",
    "👨\u{200D}👩\u{200D}👧\u{200D}👦",
    "👍🏽",
    "🇨🇳",
    "🇨",
    "1\u{FE0F}\u{20E3}",
    "नमस्ते",
    "กำ",
    "བོད་",
    "ᠮᠣᠩ",
    "ꆈꌠ",
    "ئۇيغۇر",
    "שלום",
    "\u{202E}",
    "\u{2066}x\u{2069}",
    "\u{200B}",
    "\u{FEFF}",
    "\u{AD}",
    "\u{2028}",
    "\u{FFFD}",
    "\u{E000}",
    "\u{FFFF}",
    "\u{378}",
    "﷽",
    "ｶﾞ",
    "ｱ",
    "ﾞ",
    "\u{301}",
    "a\u{300}\u{301}\u{302}\u{303}\u{304}",
    "葛\u{E0100}",
    "\u{1B}[31m",
    "\u{1B}]0;x\u{7}",
    "\u{9B}2J",
    "\u{90}q\u{9C}",
    "\r",
    "\n",
    "\t",
    "\u{8}",
    "\u{7F}",
    "\0",
    "\u{E0041}",
    "\u{115F}\u{1160}",
    "\u{3164}",
    "\u{1112}\u{1161}\u{11AB}",
    "\u{1112}\u{1112}",
    "\u{11AB}",
    "🏽",
    "\u{180E}",
    "🫨",
    "𝌆",
    "\u{1F6D8}",
    "क\u{94D}ष\u{93F}",
    "\u{93F}",
];

/// Chance from a seed.
pub struct Chance(u64);

impl Chance {
    pub fn new(seed: u64) -> Chance {
        Chance(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    /// Below a number.
    pub fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        ((self.0 >> 11) % end as u64) as usize
    }

    /// Some pieces in a row.
    pub fn text(&mut self, pieces: &[&[&str]]) -> String {
        let count = self.below(8);
        (0..count)
            .map(|_| {
                let kind = pieces[self.below(pieces.len())];
                kind[self.below(kind.len())]
            })
            .collect()
    }
}

/// A file of measurements that is not part of this repository, where somebody put it beside.
pub fn shared(name: &str) -> Option<std::path::PathBuf> {
    ["../shared/data", "../../shared/data"]
        .iter()
        .map(|folder| std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(folder).join(name))
        .find(|path| path.exists())
}
