//! Keys, and the names they have in keymap files: `ctrl-s`, `F5`, `esc`, `space`, `alt-x`, `kp_enter`, `，`.
//!
//! What a key does is not known here.

use std::fmt;
use std::str::FromStr;

/// A key without what is held down beside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum KeyCode {
    /// A character, upper case where it was typed so.
    Char(char),
    /// Enter.
    Enter,
    /// Escape.
    Esc,
    /// Tab; with shift, the way back.
    Tab,
    /// Backspace.
    Backspace,
    /// Delete.
    Delete,
    /// Insert.
    Insert,
    /// Home.
    Home,
    /// End.
    End,
    /// Page up.
    PageUp,
    /// Page down.
    PageDown,
    /// Arrow up.
    Up,
    /// Arrow down.
    Down,
    /// Arrow left.
    Left,
    /// Arrow right.
    Right,
    /// A function key, from 1.
    F(u8),
    /// A key of the number pad by its character; `\r` is its Enter.
    Keypad(char),
}

/// What is held down.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Mods {
    /// Control.
    pub ctrl: bool,
    /// Alt, or Escape before the key.
    pub alt: bool,
    /// Shift, where the key says so; never beside a character.
    pub shift: bool,
}

/// A key as it was pressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct KeyPress {
    /// Which key.
    pub code: KeyCode,
    /// With what.
    pub mods: Mods,
}

impl KeyPress {
    /// A key by itself.
    pub fn plain(code: KeyCode) -> KeyPress {
        KeyPress { code, mods: Mods::default() }
    }

    /// A character by itself.
    pub fn char(character: char) -> KeyPress {
        KeyPress::plain(KeyCode::Char(character))
    }

    /// A character with control.
    pub fn ctrl(character: char) -> KeyPress {
        KeyPress { code: KeyCode::Char(character), mods: Mods { ctrl: true, ..Mods::default() } }
    }

    /// The character to write where this key is pressed in a field; none for a command.
    pub fn text(self) -> Option<char> {
        match self.code {
            KeyCode::Char(character) if !self.mods.ctrl && !self.mods.alt => Some(character),
            KeyCode::Keypad(character) if self.mods == Mods::default() && character != '\r' => Some(character),
            _ => None,
        }
    }
}

/// A name that no key has.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown key: {0}")]
pub struct UnknownKey(pub String);

const NAMES: &[(&str, KeyCode)] = &[
    ("space", KeyCode::Char(' ')),
    ("enter", KeyCode::Enter),
    ("esc", KeyCode::Esc),
    ("tab", KeyCode::Tab),
    ("backspace", KeyCode::Backspace),
    ("delete", KeyCode::Delete),
    ("insert", KeyCode::Insert),
    ("home", KeyCode::Home),
    ("end", KeyCode::End),
    ("pageup", KeyCode::PageUp),
    ("pagedown", KeyCode::PageDown),
    ("up", KeyCode::Up),
    ("down", KeyCode::Down),
    ("left", KeyCode::Left),
    ("right", KeyCode::Right),
    ("minus", KeyCode::Char('-')),
    ("kp_enter", KeyCode::Keypad('\r')),
    ("kp_plus", KeyCode::Keypad('+')),
    ("kp_minus", KeyCode::Keypad('-')),
    ("kp_star", KeyCode::Keypad('*')),
    ("kp_slash", KeyCode::Keypad('/')),
    ("kp_dot", KeyCode::Keypad('.')),
    ("kp_comma", KeyCode::Keypad(',')),
    ("kp_equal", KeyCode::Keypad('=')),
    ("kp_0", KeyCode::Keypad('0')),
    ("kp_1", KeyCode::Keypad('1')),
    ("kp_2", KeyCode::Keypad('2')),
    ("kp_3", KeyCode::Keypad('3')),
    ("kp_4", KeyCode::Keypad('4')),
    ("kp_5", KeyCode::Keypad('5')),
    ("kp_6", KeyCode::Keypad('6')),
    ("kp_7", KeyCode::Keypad('7')),
    ("kp_8", KeyCode::Keypad('8')),
    ("kp_9", KeyCode::Keypad('9')),
];

impl FromStr for KeyPress {
    type Err = UnknownKey;

    fn from_str(name: &str) -> Result<KeyPress, UnknownKey> {
        let mut mods = Mods::default();
        let mut rest = name;
        while let Some((held, after)) =
            rest.split_once('-').filter(|(held, after)| !held.is_empty() && !after.is_empty())
        {
            match held.to_ascii_lowercase().as_str() {
                "ctrl" => mods.ctrl = true,
                "alt" => mods.alt = true,
                "shift" => mods.shift = true,
                _ => return Err(UnknownKey(name.to_owned())),
            }
            rest = after;
        }
        let code = parse_code(rest).ok_or_else(|| UnknownKey(name.to_owned()))?;
        Ok(normal(code, mods))
    }
}

impl KeyCode {
    fn write(self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (NAMES.iter().find(|(_, code)| *code == self), self) {
            (Some((name, _)), _) => f.write_str(name),
            (None, KeyCode::F(number)) => write!(f, "F{number}"),
            (None, KeyCode::Char(character) | KeyCode::Keypad(character)) => write!(f, "{character}"),
            (None, other) => write!(f, "{other:?}"),
        }
    }
}

impl fmt::Display for KeyPress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let held = [(self.mods.ctrl, "ctrl-"), (self.mods.alt, "alt-"), (self.mods.shift, "shift-")];
        for (_, name) in held.into_iter().filter(|(held, _)| *held) {
            f.write_str(name)?;
        }
        self.code.write(f)
    }
}

fn parse_code(name: &str) -> Option<KeyCode> {
    let mut characters = name.chars();
    if let (Some(character), None) = (characters.next(), characters.next()) {
        return Some(KeyCode::Char(character));
    }
    let lower = name.to_ascii_lowercase();
    if let Some(number) = lower.strip_prefix('f').and_then(|number| number.parse().ok()) {
        return (1..=24).contains(&number).then_some(KeyCode::F(number));
    }
    NAMES.iter().find(|(known, _)| *known == lower).map(|(_, code)| *code)
}

/// One form for what terminals send alike: `ctrl-S` is `ctrl-s`, `shift-a` is `A`.
pub(super) fn normal(code: KeyCode, mods: Mods) -> KeyPress {
    match code {
        KeyCode::Char(character) if mods.ctrl => {
            let code = KeyCode::Char(character.to_ascii_lowercase());
            KeyPress { code, mods: Mods { shift: false, ..mods } }
        }
        KeyCode::Char(character) => {
            let typed = if mods.shift { character.to_ascii_uppercase() } else { character };
            KeyPress { code: KeyCode::Char(typed), mods: Mods { shift: false, ..mods } }
        }
        _ => KeyPress { code, mods },
    }
}
