//! Frames, escapes and requests (AMI.md §1, §2).

use proptest::prelude::*;
use ringdesk::pbx::ami::codec::{Decoder, Frame, MESSAGE_BYTES, MESSAGE_LINES, Message};
use ringdesk::pbx::ami::encode::{LINE_BYTES, LINES, Request};
use ringdesk::pbx::ami::escape::unescape;
use ringdesk::pbx::ami::mapping::{Layout, phone_of, signal, stamp_of};
use ringdesk::pbx::ami::requests::{Heard, Kind, Requests};
use ringdesk::domain::Stamp;
use ringdesk::domain::call::Signal;

use crate::recorded::{bytes, pbx_lines};

fn frames(chunks: &[&[u8]]) -> Vec<Frame> {
    let mut decoder = Decoder::new();
    let mut all = Vec::new();
    for chunk in chunks {
        decoder.push(chunk);
        all.extend(std::iter::from_fn(|| decoder.next_frame()));
    }
    all
}

fn message(frames: Vec<Frame>) -> Message {
    let mut found = frames.into_iter().filter_map(|frame| match frame {
        Frame::Message(message) => Some(message),
        _ => None,
    });
    let first = found.next().expect("a message");
    assert!(found.next().is_none());
    first
}

#[test]
fn the_banner_has_no_empty_line_after_it() {
    let all = frames(&[b"Asterisk Call Manager/11.0.0\r\nResponse: Success\r\n\r\n"]);
    assert_eq!(all.len(), 2);
    assert_eq!(all[0], Frame::Banner("11.0.0".into()));
}

#[test]
fn only_crlf_ends_a_line_and_the_first_colon_space_splits() {
    let got = message(frames(&[b"Event: X\r\nReason: \xe5: b: c\r\nX: a\rb\nc\r\nAccountCode: \r\n\r\n"]));
    assert_eq!(got.bytes("reason"), Some(&b"\xe5: b: c"[..]));
    assert_eq!(got.text("X"), "a\rb\nc");
    assert_eq!(got.get("AccountCode").as_deref(), Some(""));
    assert_eq!(got.get("Nothing"), None);
}

#[test]
fn the_first_of_two_keys_wins_and_all_are_kept() {
    let got = message(frames(&[b"Event: UserEvent\r\nUniqueid: 1.1\r\nUniqueid: 2.2\r\n\r\n"]));
    assert_eq!(got.text("Uniqueid"), "1.1");
    assert_eq!(got.all("Uniqueid").collect::<Vec<_>>(), ["1.1", "2.2"]);
}

#[test]
fn an_originate_response_is_an_event_with_a_response_line() {
    let got = message(frames(&[b"Event: OriginateResponse\r\nActionID: 1\r\nResponse: Failure\r\n\r\n"]));
    assert_eq!(got.event().as_deref(), Some("OriginateResponse"));
    assert_eq!(got.response(), None);
}

#[test]
fn bytes_that_are_no_utf8_lose_no_link() {
    let got = message(frames(&[b"Event: X\r\nNote: \xd6\xd0\xce\xc4\r\n\r\n"]));
    assert_eq!(got.bytes("Note"), Some(&b"\xd6\xd0\xce\xc4"[..]));
    assert!(got.text("Note").contains('\u{fffd}'));
}

#[test]
fn a_message_beyond_the_caps_is_skipped_and_the_next_one_is_read() {
    let long_line = [b"Event: X\r\nV: ".to_vec(), vec![b'a'; 3 * MESSAGE_BYTES], b"\r\n\r\nEvent: Y\r\n\r\n".to_vec()].concat();
    let many = [b"Event: X\r\n".to_vec(), b"V: a\r\n".repeat(2 * MESSAGE_LINES), b"\r\nEvent: Y\r\n\r\n".to_vec()].concat();
    for flood in [long_line, many] {
        let chunks: Vec<&[u8]> = flood.chunks(1000).collect();
        let all = frames(&chunks);
        assert_eq!(all.len(), 2, "{}", all.len());
        assert_eq!(all[0], Frame::TooLong);
        assert!(matches!(&all[1], Frame::Message(message) if message.event().as_deref() == Some("Y")));
    }
}

#[test]
fn recorded_bytes_give_the_same_frames_however_they_are_cut() {
    let raw = bytes("answered-6s.ami");
    let whole = frames(&[&raw]);
    assert!(whole.len() > 150);
    for size in [1, 2, 7, 1460] {
        let chunks: Vec<&[u8]> = raw.chunks(size).collect();
        assert_eq!(frames(&chunks), whole, "in pieces of {size}");
    }
}

proptest! {
    #[test]
    fn any_bytes_in_any_pieces_are_the_same(raw in proptest::collection::vec(prop_oneof![Just(b'\r'), Just(b'\n'), Just(b':'), Just(b' '), any::<u8>()], 0..400), size in 1usize..20) {
        let chunks: Vec<&[u8]> = raw.chunks(size).collect();
        prop_assert_eq!(frames(&chunks), frames(&[&raw]));
    }

    #[test]
    fn no_value_breaks_out_of_its_line(key in "[A-Za-z]{1,12}", value in "\\PC{0,600}|[\\r\\n\\u{0}a]{0,5}") {
        let request = Request::new("X").with(&key, value.clone());
        match request.encode("1") {
            Ok(bytes) => {
                let text = String::from_utf8(bytes).unwrap();
                prop_assert_eq!(text.matches("\r\n").count(), 4);
                prop_assert!(text.split("\r\n").all(|line| line.len() <= LINE_BYTES));
            }
            Err(_) => prop_assert!(value.contains(['\r', '\n', '\0'])),
        }
    }
}

#[test]
fn requests_are_cut_at_the_end_of_a_character_and_have_few_lines() {
    let bytes = Request::new("X").with("Reason", "\u{4e2d}".repeat(600)).encode("").unwrap();
    let text = String::from_utf8(bytes).unwrap();
    let line = text.split("\r\n").nth(1).unwrap();
    assert!(line.len() <= LINE_BYTES && line.len() > LINE_BYTES - 3);
    let mut request = Request::new("X");
    for _ in 0..LINES {
        request = request.with("Variable", "a=b");
    }
    assert_eq!(request.encode("").unwrap_err().key, "pbx.too_many_lines");
}

#[test]
fn names_are_unescaped_once() {
    assert_eq!(unescape(r#"a\\\"b\": c"#), r#"a\"b": c"#);
    assert_eq!(unescape(r"no \x here \"), r"no \x here \");
    let join = pbx_lines("caller-id.jsonl.gz");
    let text = join
        .split(|line| line.is_empty())
        .find(|message| {
            message.first().is_some_and(|line| line == "Event: QueueCallerJoin")
                && message.iter().any(|line| line == "CallerIDNum: 13900000006")
        })
        .unwrap()
        .join("\r\n");
    let got = message(frames(&[text.as_bytes(), b"\r\n\r\n"]));
    let Some(Signal::QueueJoined { caller, .. }) = signal(&Layout::default(), &got) else { panic!("no join") };
    assert!(caller.party.name.ends_with("\\\": a,b"), "{}", caller.party.name);
    assert_eq!(caller.party.name.matches('\\').count(), 2);
}

#[test]
fn stamps_are_read_to_the_nearest_millisecond() {
    assert_eq!(stamp_of("1795306384.357683"), Some(Stamp(1_795_306_384_358)));
    assert_eq!(stamp_of("1795306384.357499"), Some(Stamp(1_795_306_384_357)));
    assert_eq!(stamp_of("1795306384.999500"), Some(Stamp(1_795_306_385_000)));
    assert_eq!(stamp_of("1795306384"), Some(Stamp(1_795_306_384_000)));
    assert_eq!(stamp_of("now"), None);
}

#[test]
fn phones_are_told_from_channels_and_interfaces() {
    for (name, phone) in [
        ("PJSIP/1002-0000002f", "1002"),
        ("PJSIP/trunk-00000021", "trunk"),
        ("PJSIP/1002", "1002"),
        ("PJSIP/desk-1001", "desk-1001"),
        ("Local/1006@from-queue/n", "1006"),
        ("Local/1006@from-queue-00000000;1", "1006"),
    ] {
        assert_eq!(phone_of(name), phone, "{name}");
    }
}

#[test]
fn list_items_are_told_from_live_events_by_open_requests() {
    let mut requests = Requests::default();
    requests.add("7", Kind::Queues(true));
    requests.add("8", Kind::Other);
    let mut hear = |headers: &[(&str, &str)]| requests.hear(&Message::of(headers));
    // A UserEvent sent over AMI carries its sender's ActionID and is live all the same.
    assert_eq!(hear(&[("Event", "UserEvent"), ("ActionID", "8")]), Heard::Live);
    assert_eq!(hear(&[("Event", "DeviceStateChange")]), Heard::Live);
    // An old list: no EventList anywhere.
    assert_eq!(hear(&[("Response", "Success"), ("ActionID", "7")]), Heard::Begin(Kind::Queues(true)));
    assert_eq!(hear(&[("Event", "QueueMember"), ("ActionID", "7")]), Heard::Item(Kind::Queues(true)));
    assert_eq!(hear(&[("Event", "QueueStatusComplete"), ("ActionID", "7")]), Heard::End(Kind::Queues(true)));
    assert_eq!(hear(&[("Response", "Error"), ("ActionID", "8")]), Heard::Answer(Kind::Other, false));
    // At the exact edge of a line's length the second error has no ActionID.
    assert_eq!(hear(&[("Response", "Error")]), Heard::Stray);
}
