//! One question, and every kind of answer a terminal has been seen to give.

use ringdesk::text::Ambiguous;
use ringdesk::tui::terminal::probe::STRINGS;
use ringdesk::tui::terminal::{Probe, Prober};

use crate::emulator::{Kind, open};

/// Answers as a terminal with these widths gives them.
fn answers(widths: &[u16]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for width in widths {
        bytes.extend(format!("\x1b[2;{}R", width + 1).into_bytes());
    }
    bytes.extend_from_slice(b"\x1b[?2026;2$y\x1b[?62;22c");
    bytes
}

const NARROW: [u16; 13] = [1, 1, 1, 2, 2, 2, 2, 1, 6, 4, 1, 2, 1];
const WIDE: [u16; 13] = [2, 2, 2, 2, 2, 2, 2, 2, 6, 4, 1, 2, 2];

fn probe(bytes: &[u8]) -> (Probe, Vec<u8>) {
    let mut prober = Prober::new(0, 300);
    prober.feed(bytes);
    assert!(prober.is_done(10));
    prober.finish()
}

#[test]
fn terminal_probe_reads_the_mode() {
    let (found, typed) = probe(&answers(&NARROW));
    assert_eq!((found.ambiguous, found.ascii_borders, found.not_utf8), (Ambiguous::Narrow, false, false));
    assert!(found.ext_h && found.sync && found.answered && typed.is_empty());
    assert_eq!(found.widths[8], Some(6));

    let (found, _) = probe(&answers(&WIDE));
    assert_eq!((found.ambiguous, found.ascii_borders, found.not_utf8), (Ambiguous::Wide, true, false));

    let mut mixed = NARROW;
    mixed[1] = 2;
    let (found, _) = probe(&answers(&mixed));
    assert_eq!((found.ambiguous, found.ascii_borders), (Ambiguous::Wide, true));

    let mut old = NARROW;
    old[5] = 0;
    assert!(!probe(&answers(&old)).0.ext_h);
}

#[test]
fn terminal_probe_notices_another_encoding() {
    let (found, _) = probe(&answers(&[3, 3, 3, 3, 4, 4, 3, 6, 18, 8, 3, 6, 2]));
    assert!(found.not_utf8);
}

#[test]
fn terminal_probe_silence_is_ascii() {
    let mut prober = Prober::new(1_000, 300);
    prober.feed(b"");
    assert!(!prober.is_done(1_299));
    assert_eq!(prober.deadline(), 1_300);
    assert!(prober.is_done(1_300));
    let (found, _) = prober.finish();
    assert_eq!((found.ambiguous, found.ascii_borders, found.answered), (Ambiguous::Narrow, true, false));
    assert!(!found.not_utf8);
}

#[test]
fn terminal_probe_distrusts_missing_answers() {
    let (found, _) = probe(&answers(&NARROW[..12]));
    assert!(found.ascii_borders && found.answered && !found.not_utf8);
    assert!(found.widths.iter().all(Option::is_none));
}

/// What was typed meanwhile is given back in order, wherever the bytes were cut.
#[test]
fn terminal_probe_gives_typing_back() {
    let mut bytes = b"ab\x1b[A".to_vec();
    let mut rest = answers(&NARROW);
    // A Shift-F3 looks like an answer from the first row, which nobody asked about.
    let tail = rest.split_off(12);
    bytes.append(&mut rest);
    bytes.extend_from_slice("张\x1b[1;2R\x1b[200~p\x1b[201~".as_bytes());
    bytes.extend(tail);
    bytes.extend_from_slice(b"q\x1b");
    let (whole, typed) = probe(&bytes);
    assert_eq!(typed, "ab\x1b[A张\x1b[1;2R\x1b[200~p\x1b[201~q\x1b".as_bytes());
    assert!(!whole.ascii_borders);
    for cut in 0..bytes.len() {
        let mut prober = Prober::new(0, 300);
        prober.feed(&bytes[..cut]);
        prober.feed(&bytes[cut..]);
        assert_eq!(prober.finish(), (whole.clone(), typed.clone()), "cut at {cut}");
    }
}

#[test]
fn terminal_probe_survives_garbage() {
    let garbage: Vec<u8> = (0..=255).cycle().take(5_000).collect();
    let mut prober = Prober::new(0, 300);
    prober.feed(&garbage);
    let (_, typed) = prober.finish();
    assert_eq!(typed, garbage);
    let mut prober = Prober::new(0, 300);
    prober.feed(b"\x1b[2;99999999R\x1b[2;R\x1b[;R\x1b[R");
    assert!(!prober.finish().0.answered);
}

/// The question asks what it is meant to ask: an emulator's cursor after each string is what the answer would be.
#[test]
fn terminal_probe_measures_emulators() {
    for (kind, mode) in [
        (Kind::Vt100, Ambiguous::Narrow),
        (Kind::Alacritty, Ambiguous::Narrow),
        (Kind::Wezterm, Ambiguous::Narrow),
        (Kind::WeztermWide, Ambiguous::Wide),
    ] {
        let mut screen = open(kind, 80, 24);
        let request = Prober::request();
        assert!(request.len() <= 330, "{} bytes", request.len());
        let mut widths = Vec::new();
        let mut rest = request.as_slice();
        while let Some(at) = rest.windows(4).position(|window| window == b"\x1b[6n") {
            screen.feed(&rest[..at]);
            let (column, row) = screen.cursor();
            assert_eq!(row, 1);
            widths.push(column);
            rest = &rest[at + 4..];
        }
        assert_eq!(widths.len(), STRINGS.len());
        let (found, _) = probe(&answers(&widths));
        assert_eq!(found.ambiguous, mode, "{kind:?} {widths:?}");
        assert_eq!(found.ascii_borders, mode == Ambiguous::Wide);
        assert!(!found.not_utf8);
    }
}
