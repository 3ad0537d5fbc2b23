//! The photographs of the screens: each that docs/photographs/README.md names is there, is a picture of the size its grid
//! says, and holds nothing but the picture.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// A cell and the room around the screen, in pixels, as the document says.
const CELL: (u32, u32) = (13, 32);
const AROUND: u32 = 26;
/// All of them together: what a clone has to carry.
const BYTES: usize = 3_000_000;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/photographs")
}

/// The rows of the document's table: file, columns, rows.
fn named() -> Vec<(String, u32, u32)> {
    let text = fs::read_to_string(folder().join("README.md")).unwrap();
    let row = |line: &str| {
        let mut cells = line.strip_prefix("| [")?.split('|');
        let file = cells.next()?.split_once(']')?.0.to_owned();
        let (columns, rows) = cells.next()?.split_once('×')?;
        Some((file, columns.trim().parse().unwrap(), rows.trim().parse().unwrap()))
    };
    text.lines().filter_map(row).collect()
}

/// The chunks of a PNG: name and data.
fn chunks(bytes: &[u8]) -> Vec<(String, &[u8])> {
    let mut rest = bytes.strip_prefix(b"\x89PNG\r\n\x1a\n").expect("no PNG");
    let mut found = Vec::new();
    while let Some((head, more)) = rest.split_at_checked(8) {
        let length = u32::from_be_bytes(head[..4].try_into().unwrap()) as usize;
        found.push((String::from_utf8(head[4..].to_vec()).unwrap(), &more[..length]));
        rest = &more[length + 4..];
    }
    assert!(rest.is_empty(), "{} bytes behind the last chunk", rest.len());
    found
}

#[test]
fn every_photograph_is_there_in_its_size() {
    let named = named();
    assert!(named.len() >= 10, "the table has {} rows", named.len());
    let mut bytes = 0;
    for (file, columns, rows) in &named {
        let picture = fs::read(folder().join(file)).unwrap_or_else(|error| panic!("{file}: {error}"));
        bytes += picture.len();
        let chunks = chunks(&picture);
        let (first, head) = &chunks[0];
        assert_eq!(first, "IHDR", "{file}");
        let size = |at: usize| u32::from_be_bytes(head[at..at + 4].try_into().unwrap());
        assert_eq!(
            (size(0), size(4)),
            (columns * CELL.0 + 2 * AROUND, rows * CELL.1 + 2 * AROUND),
            "{file}: {columns} × {rows} cells"
        );
        let kinds: BTreeSet<&str> = chunks.iter().map(|(kind, _)| kind.as_str()).collect();
        let plain = BTreeSet::from(["IHDR", "PLTE", "IDAT", "IEND"]);
        assert!(kinds.is_subset(&plain), "{file} holds more than its picture: {kinds:?}");
    }
    assert!(bytes < BYTES, "all photographs together have {bytes} bytes");
    let kept: BTreeSet<String> = fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|file| file.ends_with(".png"))
        .collect();
    assert_eq!(kept, named.into_iter().map(|(file, ..)| file).collect(), "the folder and its table");
}

/// A photograph of an empty screen would pass for one: there is ink on each, and on many of its rows.
#[test]
fn every_photograph_shows_something() {
    for (file, _, rows) in named() {
        let reader = fs::File::open(folder().join(&file)).unwrap();
        let mut decoder = png::Decoder::new(std::io::BufReader::new(reader)).read_info().unwrap();
        let mut pixels = vec![0; decoder.output_buffer_size().unwrap()];
        let info = decoder.next_frame(&mut pixels).unwrap_or_else(|error| panic!("{file}: {error}"));
        let line = |y: u32| &pixels[y as usize * info.line_size..(y as usize + 1) * info.line_size];
        let ground = line(0);
        let inked = |row: u32| (0..CELL.1).any(|y| line(AROUND + row * CELL.1 + y) != ground);
        let shown = (0..rows).filter(|row| inked(*row)).count();
        assert!(shown * 3 >= rows as usize, "{file}: only {shown} of {rows} rows show anything");
        assert_eq!(ground, line(info.height - 1), "{file}: the room around the screen is not one ground");
    }
}
