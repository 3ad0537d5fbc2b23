//! Photographs of the screens: `cargo run --release --example photograph`.
//!
//! A desk with an evening of its own is made in a folder that is thrown away, the real program is started on it in a
//! pseudo terminal, keys are typed, and what stands on the screen is drawn as PNG into docs/photographs.
//!
//! `--only NAME` takes those whose file name has this in it, `--into DIR` writes elsewhere, `--font FILE` is asked for
//! characters that the fonts beside this file do not have, `--check` draws a fixed screen and says whether borders meet.

mod calls;
mod check;
mod clock;
mod colour;
mod desk;
mod evening;
mod font;
mod lines;
mod picture;
mod shots;
mod terminal;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};

use desk::{House, Served};
use font::Fonts;
use picture::Picture;
use shots::{SHOTS, Shot};
use terminal::Terminal;

/// How long before the moment a console is started, in milliseconds; longer where that was not enough.
const LEADS: [i64; 3] = [5_000, 12_000, 30_000];
/// How long after it the screen may still change.
const AFTER: Duration = Duration::from_millis(450);

/// What was asked for.
#[derive(Default)]
struct Asked {
    only: String,
    into: Option<PathBuf>,
    font: Option<PathBuf>,
    check: bool,
}

fn main() -> ExitCode {
    // Started by itself in a terminal: then this is `ringdesk`.
    if std::env::args().any(|argument| argument == "--data") {
        terminal::own_terminal();
        return ringdesk::cli::main();
    }
    match asked().and_then(|asked| if asked.check { check::check(asked.font.as_deref()) } else { photograph(&asked) }) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("photograph: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn asked() -> Result<Asked> {
    let mut asked = Asked::default();
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        let mut value = || arguments.next().with_context(|| format!("{argument} needs a value"));
        match argument.as_str() {
            "--only" => asked.only = value()?,
            "--into" => asked.into = Some(value()?.into()),
            "--font" => asked.font = Some(value()?.into()),
            "--check" => asked.check = true,
            other => bail!("{other}? There are --only NAME, --into DIR, --font FILE and --check"),
        }
    }
    Ok(asked)
}

fn photograph(asked: &Asked) -> Result<()> {
    let into = asked.into.clone().unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/photographs"));
    std::fs::create_dir_all(&into)?;
    let fonts = Fonts::open(asked.font.as_deref())?;
    let dir = tempfile::tempdir()?;
    clock::stand(evening::MOMENT.plus(-40 * 86_400_000));
    let mut house = House::open(dir.path())?;
    evening::make(&mut house)?;
    let served = house.serve()?;
    for shot in SHOTS {
        for theme in shot.themes {
            let name = format!("{}-{theme}.png", shot.name);
            if !name.contains(&asked.only) {
                continue;
            }
            let picture = take(&served, shot, theme, &fonts).with_context(|| name.clone())?;
            let bytes = picture.png()?;
            println!("{name}: {} × {}, {} bytes", picture.width, picture.height, bytes.len());
            std::fs::write(into.join(name), bytes)?;
        }
    }
    Ok(())
}

/// Takes one photograph, at the moment to the second.
fn take(served: &Served, shot: &Shot, theme: &str, fonts: &Fonts) -> Result<Picture> {
    for lead in LEADS {
        // A home of its own: nothing that was typed for another photograph is found again.
        let home = tempfile::tempdir()?;
        clock::run(evening::MOMENT.plus(-lead));
        let mut arguments = Vec::new();
        for (option, value) in [
            ("--data", served.data.display().to_string()),
            ("--config", served.config.display().to_string()),
            ("--staff", shot.who.to_owned()),
            ("--theme", theme.to_owned()),
        ] {
            arguments.extend([option.to_owned(), value]);
        }
        // Who asks stands before what is asked for.
        arguments.extend(shot.verb.iter().map(|word| (*word).to_owned()));
        let mut terminal = Terminal::start(home.path(), shot.size, &arguments)?;
        for (keys, text) in shot.steps {
            terminal.keys(keys)?;
            terminal.sees(text)?;
        }
        terminal.settles(Duration::from_millis(150))?;
        let left = u64::try_from(clock::until(evening::MOMENT)).ok();
        if let Some(left) = left {
            terminal.watches(Duration::from_millis(left) + AFTER)?;
        }
        let picture = Picture::of(terminal.screen.screen(), fonts);
        terminal.close()?;
        if left.is_some() {
            return picture;
        }
    }
    bail!("this machine is too slow: the moment was over before the screen was there")
}
