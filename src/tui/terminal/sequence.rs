//! One input out of the begin of some bytes: the grammar of what terminals send. No state and no time live here.

use super::input::{Input, Mouse, MouseKind};
use super::key::{KeyCode, Mods, normal};

/// What the begin of some bytes is; the number is how many of them.
#[derive(Debug)]
pub(super) enum Parsed {
    /// An input.
    Input(usize, Input),
    /// Nothing anybody asked for: an answer that came late, a key without a name.
    Nothing(usize),
    /// The begin of a paste.
    Paste(usize),
    /// Not all of it is here yet.
    Wait(Wait),
}

/// What is being waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wait {
    /// Whether Escape is a key or a begin.
    Escape,
    /// The rest of a sequence.
    Sequence,
    /// The rest of a character.
    Text,
}

/// No sequence of a terminal is longer; what is, is none.
const LONGEST: usize = 64;
/// No answer in a string is longer.
const LONGEST_STRING: usize = 4096;

/// Reads the begin of bytes, of which there is at least one. In a hurry nothing more will come.
pub(super) fn parse(bytes: &[u8], hurry: bool) -> Parsed {
    match bytes {
        [0x1B, rest @ ..] => escape(bytes, rest, hurry),
        [byte, ..] if *byte < 0x20 || *byte == 0x7F => {
            let (code, ctrl) = control(*byte);
            key(1, code, Mods { ctrl, ..Mods::default() })
        }
        _ => text(bytes, hurry),
    }
}

fn key(taken: usize, code: KeyCode, mods: Mods) -> Parsed {
    Parsed::Input(taken, Input::Key(normal(code, mods)))
}

/// The key of a control character, and whether control is held for it.
fn control(byte: u8) -> (KeyCode, bool) {
    match byte {
        b'\r' => (KeyCode::Enter, false),
        b'\t' => (KeyCode::Tab, false),
        0x1B => (KeyCode::Esc, false),
        0x08 | 0x7F => (KeyCode::Backspace, false),
        0x00 => (KeyCode::Char(' '), true),
        0x01..=0x1A => (KeyCode::Char(char::from(byte + 0x60)), true),
        _ => (KeyCode::Char(char::from(byte + 0x40)), true),
    }
}

fn escape(bytes: &[u8], rest: &[u8], hurry: bool) -> Parsed {
    let alt = Mods { alt: true, ..Mods::default() };
    match rest {
        [] if hurry => key(1, KeyCode::Esc, Mods::default()),
        [] => Parsed::Wait(Wait::Escape),
        [b'[' | b'O' | b']' | b'P'] if !hurry => Parsed::Wait(Wait::Sequence),
        [introducer @ (b'[' | b'O' | b']' | b'P')] => key(2, KeyCode::Char(char::from(*introducer)), alt),
        [b'[', ..] => csi(bytes, hurry),
        [b'O', ..] => ss3(bytes, hurry),
        [b']' | b'P', ..] => string(bytes, hurry),
        [0x1B, 0x1B, ..] => key(1, KeyCode::Esc, Mods::default()),
        // Escape twice is Escape, and whatever the second one begins.
        [0x1B, ..] => match escape(rest, rest.get(1..).unwrap_or_default(), hurry) {
            Parsed::Input(taken, Input::Key(press)) if press.code != KeyCode::Esc && !press.mods.alt => {
                key(taken + 1, press.code, Mods { alt: true, ..press.mods })
            }
            Parsed::Wait(wait) => Parsed::Wait(wait),
            _ => key(1, KeyCode::Esc, Mods::default()),
        },
        _ => match parse(rest, hurry) {
            Parsed::Input(taken, Input::Key(press)) => {
                Parsed::Input(taken + 1, Input::Key(normal(press.code, Mods { alt: true, ..press.mods })))
            }
            Parsed::Input(taken, other) => Parsed::Input(taken + 1, other),
            Parsed::Nothing(taken) => Parsed::Nothing(taken + 1),
            other => other,
        },
    }
}

/// `ESC [ parameters final`.
fn csi(bytes: &[u8], hurry: bool) -> Parsed {
    let body = bytes.get(2..).unwrap_or_default();
    // The function keys of the Linux console, and the mouse as it was before 1006.
    match body {
        [b'[', letter @ b'A'..=b'E', ..] => return key(4, KeyCode::F(letter - b'A' + 1), Mods::default()),
        [b'['] if !hurry => return Parsed::Wait(Wait::Sequence),
        [b'M', button, x, y, ..] => return old_mouse(*button, *x, *y),
        [b'M', ..] if !hurry => return Parsed::Wait(Wait::Sequence),
        _ => {}
    }
    let Some(length) = body.iter().position(|byte| !(0x20..0x40).contains(byte)) else {
        return if hurry || body.len() > LONGEST { Parsed::Nothing(bytes.len()) } else { Parsed::Wait(Wait::Sequence) };
    };
    let taken = 2 + length + 1;
    match (body.get(..length), body.get(length)) {
        (Some(parameters), Some(&last @ 0x40..=0x7E)) => csi_input(taken, parameters, last),
        // Broken off: what broke it is read by itself.
        _ => Parsed::Nothing(taken - 1),
    }
}

fn csi_input(taken: usize, parameters: &[u8], last: u8) -> Parsed {
    if let [b'<', numbers @ ..] = parameters {
        return mouse(taken, &numbers_of(numbers), last);
    }
    if parameters.iter().any(|byte| !matches!(byte, b'0'..=b'9' | b';' | b':')) {
        return Parsed::Nothing(taken);
    }
    let numbers = numbers_of(parameters);
    let first = numbers.first().copied().unwrap_or(0);
    let mods = mods_of(numbers.get(1).copied().unwrap_or(1));
    match last {
        b'~' if first == 200 => Parsed::Paste(taken),
        b'~' => numbered(first).map_or(Parsed::Nothing(taken), |code| key(taken, code, mods)),
        b'^' => numbered(first)
            .map_or(Parsed::Nothing(taken), |code| key(taken, code, Mods { ctrl: true, ..Mods::default() })),
        b'Z' => key(taken, KeyCode::Tab, Mods { shift: true, ..Mods::default() }),
        b'I' if parameters.is_empty() => Parsed::Input(taken, Input::Focus(true)),
        b'O' if parameters.is_empty() => Parsed::Input(taken, Input::Focus(false)),
        b'u' => unicode_key(taken, first, mods),
        // The answer to "where is the cursor" looks like F3 only in the first row, which is never asked about.
        b'R' if !parameters.is_empty() && first != 1 => Parsed::Nothing(taken),
        _ => lettered(last).map_or(Parsed::Nothing(taken), |code| key(taken, code, mods)),
    }
}

fn unicode_key(taken: usize, code: u32, mods: Mods) -> Parsed {
    match char::from_u32(code) {
        Some(character) if u32::from(character) < 0x20 || character == '\u{7F}' => {
            let (code, ctrl) = control(u8::try_from(code).unwrap_or(0x7F));
            key(taken, code, Mods { ctrl: ctrl || mods.ctrl, ..mods })
        }
        Some(character) if !(0xE000..0xF900).contains(&code) => key(taken, KeyCode::Char(character), mods),
        _ => Parsed::Nothing(taken),
    }
}

/// `ESC O letter`, with a modifier's number before the letter on old terminals.
fn ss3(bytes: &[u8], hurry: bool) -> Parsed {
    let (taken, mods, letter) = match bytes.get(2..).unwrap_or_default() {
        [digit @ b'1'..=b'9', letter, ..] => (4, mods_of(u32::from(digit - b'0')), *letter),
        [b'1'..=b'9'] if !hurry => return Parsed::Wait(Wait::Sequence),
        [letter, ..] => (3, Mods::default(), *letter),
        [] => return Parsed::Nothing(bytes.len()),
    };
    let code = match letter {
        b'M' => Some(KeyCode::Keypad('\r')),
        b'X' => Some(KeyCode::Keypad('=')),
        b'j'..=b'y' => Some(KeyCode::Keypad(char::from(letter - 0x40))),
        _ => lettered(letter),
    };
    match code {
        Some(code) => key(taken, code, mods),
        // Alt-O and something typed after it.
        None if letter < 0x20 || letter == 0x7F || letter >= 0x80 => {
            key(2, KeyCode::Char('O'), Mods { alt: true, ..Mods::default() })
        }
        None => Parsed::Nothing(taken),
    }
}

/// `ESC ]` or `ESC P` up to its end: an answer to a question nobody here waits for.
fn string(bytes: &[u8], hurry: bool) -> Parsed {
    let end = bytes.iter().enumerate().skip(2).find_map(|(at, &byte)| match byte {
        0x07 => Some(at + 1),
        0x1B if bytes.get(at + 1) == Some(&b'\\') => Some(at + 2),
        _ => None,
    });
    match end {
        Some(end) => Parsed::Nothing(end),
        None if hurry || bytes.len() > LONGEST_STRING => Parsed::Nothing(bytes.len()),
        None => Parsed::Wait(Wait::Sequence),
    }
}

fn lettered(letter: u8) -> Option<KeyCode> {
    Some(match letter {
        b'A' => KeyCode::Up,
        b'B' => KeyCode::Down,
        b'C' => KeyCode::Right,
        b'D' => KeyCode::Left,
        b'E' => KeyCode::Keypad('5'),
        b'F' => KeyCode::End,
        b'H' => KeyCode::Home,
        b'P'..=b'S' => KeyCode::F(letter - b'P' + 1),
        _ => return None,
    })
}

fn numbered(number: u32) -> Option<KeyCode> {
    Some(match number {
        1 | 7 => KeyCode::Home,
        2 => KeyCode::Insert,
        3 => KeyCode::Delete,
        4 | 8 => KeyCode::End,
        5 => KeyCode::PageUp,
        6 => KeyCode::PageDown,
        11..=15 => function(number - 10),
        17..=21 => function(number - 11),
        23..=26 => function(number - 12),
        28..=29 => function(number - 13),
        31..=34 => function(number - 14),
        _ => return None,
    })
}

fn function(number: u32) -> KeyCode {
    KeyCode::F(u8::try_from(number).unwrap_or(u8::MAX))
}

fn mods_of(number: u32) -> Mods {
    let bits = number.saturating_sub(1);
    Mods { shift: bits & 1 != 0, alt: bits & 2 != 0, ctrl: bits & 4 != 0 }
}

/// The numbers between semicolons; what follows a colon is detail.
fn numbers_of(parameters: &[u8]) -> Vec<u32> {
    let number = |part: &[u8]| {
        let digits = part.iter().take_while(|byte| byte.is_ascii_digit());
        digits.fold(0_u32, |value, byte| value.saturating_mul(10).saturating_add(u32::from(byte - b'0')))
    };
    parameters.split(|&byte| byte == b';').map(number).collect()
}

fn mouse(taken: usize, numbers: &[u32], last: u8) -> Parsed {
    let [button, x, y] = numbers else { return Parsed::Nothing(taken) };
    let at = |place: &u32| u16::try_from(place.saturating_sub(1)).unwrap_or(u16::MAX);
    match mouse_kind(*button, last == b'm') {
        Some(kind) => Parsed::Input(taken, Input::Mouse(Mouse { kind, x: at(x), y: at(y) })),
        None => Parsed::Nothing(taken),
    }
}

fn old_mouse(button: u8, x: u8, y: u8) -> Parsed {
    let at = |place: u8| u16::from(place.saturating_sub(33));
    let number = u32::from(button.saturating_sub(32));
    match mouse_kind(number, number & 3 == 3 && number < 64) {
        Some(kind) => Parsed::Input(6, Input::Mouse(Mouse { kind, x: at(x), y: at(y) })),
        None => Parsed::Nothing(6),
    }
}

fn mouse_kind(number: u32, release: bool) -> Option<MouseKind> {
    let button = (number & 3) as u8; // two bits
    match number & !0b1_1111 {
        0 if release => Some(MouseKind::Release(button)),
        0 => Some(MouseKind::Press(button)),
        32 => Some(MouseKind::Drag(button)),
        64 if button == 0 => Some(MouseKind::ScrollUp),
        64 if button == 1 => Some(MouseKind::ScrollDown),
        _ => None,
    }
}

/// A character, or something in another encoding: such bytes come in pairs, whose second one may look like a letter
/// and must not be taken for a key.
fn text(bytes: &[u8], hurry: bool) -> Parsed {
    let near = bytes.get(..bytes.len().min(4)).unwrap_or(bytes);
    let (valid, cut_short) = match std::str::from_utf8(near) {
        Ok(valid) => (valid, false),
        Err(error) => {
            let valid = near.get(..error.valid_up_to()).and_then(|begin| std::str::from_utf8(begin).ok());
            (valid.unwrap_or_default(), error.error_len().is_none())
        }
    };
    if let Some(character) = valid.chars().next() {
        let taken = character.len_utf8();
        // U+0080 to U+009F are controls that no keyboard has.
        return if character.is_control() {
            Parsed::Nothing(taken)
        } else {
            key(taken, KeyCode::Char(character), Mods::default())
        };
    }
    match bytes.get(1) {
        _ if cut_short && !hurry && near.len() < 4 => Parsed::Wait(Wait::Text),
        None if !hurry => Parsed::Wait(Wait::Text),
        Some(0x40..=0x7E | 0x80..=0xFE) => Parsed::Input(2, Input::Garbled),
        _ => Parsed::Input(1, Input::Garbled),
    }
}
