//! Keys arrive as keys, however the bytes are cut; nothing else becomes one.

use proptest::prelude::*;
use ringdesk::tui::terminal::input::{ESCAPE_LOCAL, PASTE_BYTES};
use ringdesk::tui::terminal::{Input, KeyCode, KeyPress, Mods, Mouse, MouseKind, Reader};

fn reader() -> Reader {
    Reader::new(ESCAPE_LOCAL)
}

/// The names of what bytes are, when all of them arrive at once and then nothing more.
fn names(bytes: &[u8]) -> String {
    let mut reader = reader();
    let mut inputs = reader.feed(bytes, 0);
    let mut now = 0;
    while let Some(deadline) = reader.deadline() {
        assert!(deadline > now, "no progress");
        now = deadline;
        inputs.extend(reader.feed(b"", now));
    }
    describe(&inputs)
}

fn describe(inputs: &[Input]) -> String {
    let name = |input: &Input| match input {
        Input::Key(press) => press.to_string(),
        Input::Paste { text, cut } => format!("paste({text:?}{})", if *cut { " cut" } else { "" }),
        other => format!("{other:?}"),
    };
    inputs.iter().map(name).collect::<Vec<_>>().join(" ")
}

#[test]
fn terminal_input_keys() {
    let cases: &[(&str, &str)] = &[
        ("a", "a"),
        ("A", "A"),
        (" ", "space"),
        ("-", "minus"),
        ("张三，", "张 三 ，"),
        ("\r", "enter"),
        ("\t", "tab"),
        ("\x7f\x08", "backspace backspace"),
        ("\x13", "ctrl-s"),
        ("\0", "ctrl-space"),
        ("\x1f", "ctrl-_"),
        ("\x1b", "esc"),
        ("\x1b\x1b", "esc esc"),
        ("\x1bx", "alt-x"),
        ("\x1bX", "alt-X"),
        ("\x1b张", "alt-张"),
        ("\x1b\x13", "ctrl-alt-s"),
        ("\x1b[", "alt-["),
        ("\x1bO", "alt-O"),
        ("\x1b[A\x1b[B\x1b[C\x1b[D", "up down right left"),
        ("\x1bOA\x1bOH\x1bOF", "up home end"),
        ("\x1b[1;5C", "ctrl-right"),
        ("\x1b[1;2A\x1b[1;3A\x1b[1;8A", "shift-up alt-up ctrl-alt-shift-up"),
        ("\x1b\x1b[A", "alt-up"),
        ("\x1b[H\x1b[F\x1b[1~\x1b[4~\x1b[7~\x1b[8~", "home end home end home end"),
        ("\x1b[2~\x1b[3~\x1b[5~\x1b[6~", "insert delete pageup pagedown"),
        ("\x1b[3;5~", "ctrl-delete"),
        ("\x1b[Z", "shift-tab"),
        ("\x1bOP\x1bOQ\x1bOR\x1bOS", "F1 F2 F3 F4"),
        ("\x1b[11~\x1b[15~\x1b[17~\x1b[21~\x1b[23~\x1b[24~", "F1 F5 F6 F10 F11 F12"),
        ("\x1b[[A\x1b[[E", "F1 F5"),
        ("\x1b[1;2P\x1b[1;2R\x1b[15;5~\x1b[24;2~", "shift-F1 shift-F3 ctrl-F5 shift-F12"),
        ("\x1bO5P", "ctrl-F1"),
        ("\x1bOM\x1bOk\x1bOm\x1bOj\x1bOo\x1bOn", "kp_enter kp_plus kp_minus kp_star kp_slash kp_dot"),
        ("\x1bOp\x1bOq\x1bOy", "kp_0 kp_1 kp_9"),
        ("\x1b[115;5u\x1b[13;2u\x1b[27u\x1b[97;2u", "ctrl-s shift-enter esc A"),
        ("\x1b[I\x1b[O", "Focus(true) Focus(false)"),
        // Answers that come late are nobody's keys.
        ("\x1b[2;3Rx", "x"),
        ("\x1b[?62;22cx", "x"),
        ("\x1b[?2026;2$yx", "x"),
        ("\x1b]11;rgb:0000/0000/0000\x1b\\x", "x"),
        ("\x1bP1$r0m\x1b\\x", "x"),
        // Broken off: what breaks it counts.
        ("\x1b[12\x1b[A", "up"),
        ("\x1b[1\r", "enter"),
        ("\u{9b}x", "x"),
    ];
    for (bytes, expected) in cases {
        assert_eq!(names(bytes.as_bytes()), *expected, "{bytes:?}");
    }
}

/// Escape is a key only when nothing follows in time; a sequence in two pieces is one key.
#[test]
fn terminal_input_split_escape() {
    for gap in [0, 5, 40, 49] {
        let mut reader = reader();
        assert_eq!(reader.feed(b"\x1b", 1_000), []);
        assert_eq!(reader.deadline(), Some(1_050));
        assert_eq!(describe(&reader.feed(b"[A", 1_000 + gap)), "up");
        assert_eq!(reader.deadline(), None);
    }
    let mut slow = reader();
    assert_eq!(slow.feed(b"\x1b", 1_000), []);
    assert_eq!(slow.feed(b"", 1_049), []);
    assert_eq!(describe(&slow.feed(b"", 1_050)), "esc");
    // The rest of a sequence that comes too late is no letters, but what is typed is.
    assert_eq!(describe(&slow.feed(b"[A", 1_120)), "up");
    assert_eq!(describe(&slow.feed(b"[A", 1_130)), "[ A");
    assert_eq!(slow.feed(b"\x1b", 1_200), []);
    assert_eq!(describe(&slow.feed(b"", 1_250)), "esc");
    assert_eq!(describe(&slow.feed(b"q", 1_260)), "q");
    // Inside a sequence there is more patience.
    assert_eq!(slow.feed(b"\x1b[", 2_000), []);
    assert_eq!(describe(&slow.feed(b"1;5D", 2_120)), "ctrl-left");
    let mut remote = Reader::new(100);
    assert_eq!(remote.feed(b"\x1b", 0), []);
    assert_eq!(describe(&remote.feed(b"OP", 99)), "F1");
}

#[test]
fn terminal_input_paste() {
    assert_eq!(
        names("\x1b[200~投诉\r\nab\x1b[31m\x07\x1b[201~x".as_bytes()),
        "paste(\"投诉\\nab\\u{1b}[31m\\u{7}\") x"
    );
    assert_eq!(names(b"\x1b[200~\x1b[201~"), "paste(\"\")");
    assert_eq!(names(b"\x1b[200~\xD6\xD0\x1b[201~x"), "paste(\"\u{FFFD}\u{FFFD}\") x");
}

/// A paste that loses its end is delivered after a silence, and typing goes on.
#[test]
fn terminal_input_paste_without_end() {
    let mut reader = reader();
    assert_eq!(reader.feed(b"\x1b[200~abc\x1b[20", 0), []);
    assert_eq!(reader.deadline(), Some(2_000));
    assert_eq!(reader.feed(b"", 1_999), []);
    assert_eq!(describe(&reader.feed(b"", 2_000)), "paste(\"abc\\u{1b}[20\" cut)");
    assert_eq!(describe(&reader.feed(b"x", 2_001)), "x");
    // The key that comes after a silence is a key.
    assert_eq!(reader.feed(b"\x1b[200~abc", 3_000), []);
    assert_eq!(describe(&reader.feed(b"x", 9_000)), "paste(\"abc\" cut) x");
}

/// A paste that is too long is delivered cut; its rest is nobody's keys.
#[test]
fn terminal_input_paste_too_long() {
    let mut reader = reader();
    let mut inputs = reader.feed(b"\x1b[200~", 0);
    let block = vec![b'q'; 64 * 1024];
    for now in 0..40 {
        inputs.extend(reader.feed(&block, now));
    }
    inputs.extend(reader.feed(b"\x1b[201~x", 41));
    let [Input::Paste { text, cut: true }, Input::Key(key)] = &inputs[..] else { panic!("{} inputs", inputs.len()) };
    assert_eq!(text.len(), PASTE_BYTES);
    assert_eq!(*key, KeyPress::char('x'));
}

/// Bytes of another encoding are no keys, not even where their second half looks like one, and lose none after them.
#[test]
fn terminal_input_gbk() {
    assert_eq!(names(b"\xC4\xE3\xBA\xC3q"), "Garbled Garbled q");
    assert_eq!(names(b"\x81\x41q"), "Garbled q");
    assert_eq!(names(b"\xD6\xD0\r"), "Garbled enter");
    assert_eq!(names(b"\xFF"), "Garbled");
    let mut reader = reader();
    let mut inputs = reader.feed(b"\xD6", 0);
    inputs.extend(reader.feed(b"\xD0", 1));
    inputs.extend(reader.feed(b"q", 2));
    assert_eq!(describe(&inputs), "Garbled q");
}

#[test]
fn terminal_input_mouse() {
    let press = |kind, x, y| Input::Mouse(Mouse { kind, x, y });
    let cases = [
        ("\x1b[<0;1;1M", press(MouseKind::Press(0), 0, 0)),
        ("\x1b[<2;200;50m", press(MouseKind::Release(2), 199, 49)),
        ("\x1b[<64;10;5M", press(MouseKind::ScrollUp, 9, 4)),
        ("\x1b[<65;10;5M", press(MouseKind::ScrollDown, 9, 4)),
        ("\x1b[<32;3;4M", press(MouseKind::Drag(0), 2, 3)),
        ("\x1b[M !!", press(MouseKind::Press(0), 0, 0)),
    ];
    for (bytes, expected) in cases {
        assert_eq!(reader().feed(bytes.as_bytes(), 0), [expected], "{bytes:?}");
    }
}

#[test]
fn terminal_input_names_of_keys() {
    for name in [
        "ctrl-s",
        "F5",
        "esc",
        "space",
        "alt-x",
        "up",
        "kp_enter",
        "，",
        "A",
        "minus",
        "shift-tab",
        "ctrl-alt-shift-F12",
        "kp_0",
    ] {
        assert_eq!(name.parse::<KeyPress>().unwrap().to_string(), name);
    }
    let same = [
        ("Ctrl-S", "ctrl-s"),
        ("f5", "F5"),
        ("-", "minus"),
        ("ctrl--", "ctrl-minus"),
        ("shift-a", "A"),
        ("Esc", "esc"),
    ];
    for (written, printed) in same {
        assert_eq!(written.parse::<KeyPress>().unwrap().to_string(), printed);
    }
    for name in ["", "ctrl-", "hyper-x", "F99", "nokey", "ctrl-nokey"] {
        assert!(name.parse::<KeyPress>().is_err(), "{name}");
    }
    let shift_tab = KeyPress { code: KeyCode::Tab, mods: Mods { shift: true, ..Mods::default() } };
    assert_eq!("shift-tab".parse(), Ok(shift_tab));
    assert_eq!(KeyPress::ctrl('s').text(), None);
    assert_eq!(KeyPress::char('张').text(), Some('张'));
    assert_eq!("kp_7".parse::<KeyPress>().unwrap().text(), Some('7'));
}

/// An input method commits two hundred characters in one read: two hundred keys before the next frame.
#[test]
fn terminal_input_burst() {
    let text = "投诉".repeat(100);
    assert_eq!(reader().feed(text.as_bytes(), 0).len(), 200);
    assert_eq!(reader().feed(&[0x1B; 100_000], 0).len(), 99_998); // the last two may begin something
}

fn any_bytes() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        prop::sample::select(vec![
            "\x1b",
            "\x1b[",
            "\x1bO",
            "\x1b[A",
            "\x1b[1;5C",
            "\x1b[200~",
            "\x1b[201~",
            "\x1b]",
            "\x1b\\",
            "张",
            "x",
            "\r",
            "\x1b[<0;1;2M",
            "\x1b[M",
            "\x1b[15~",
        ])
        .prop_map(|piece| piece.as_bytes().to_vec()),
        any::<u8>().prop_map(|byte| vec![byte]),
    ];
    prop::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4_000, failure_persistence: None, ..ProptestConfig::default() })]

    /// However bytes that arrive in time are cut, they are the same inputs.
    #[test]
    fn terminal_input_cuts_change_nothing(bytes in any_bytes(), cut in 0_usize..40) {
        let cut = cut.min(bytes.len());
        let mut whole = reader();
        let mut pieces = reader();
        let mut expected = whole.feed(&bytes, 0);
        let mut inputs = pieces.feed(&bytes[..cut], 0);
        inputs.extend(pieces.feed(&bytes[cut..], 0));
        for silence in 1..8 {
            expected.extend(whole.feed(b"", silence * 3_000));
            inputs.extend(pieces.feed(b"", silence * 3_000));
        }
        prop_assert_eq!(whole.deadline(), None);
        prop_assert_eq!(inputs, expected);
    }
}
