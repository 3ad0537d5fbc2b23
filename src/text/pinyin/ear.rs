//! Looks through many texts for what is being typed, letter after letter: how a character is read is looked up once, and
//! a text that can't begin to sound like the word is passed over by its letters.

use std::collections::HashMap;

use super::{Readings, fold, readings, sound_end};

/// The readings of every character met so far.
#[derive(Debug, Default)]
pub struct Ear {
    known: HashMap<char, Readings>,
}

static SILENT: Readings = Readings::new();

impl Ear {
    /// A text in the form that is looked through: small letters, half-width forms.
    pub fn folded(text: &str) -> String {
        text.chars().map(fold).collect()
    }

    /// Learns the characters of a folded text. Gives the letters that a word found in it by its sound can begin with,
    /// one bit a letter, `a` the lowest.
    pub fn learn(&mut self, folded: &str) -> u32 {
        let mut letters = 0;
        for character in folded.chars() {
            if character.is_ascii() {
                letters |= bit(character);
            } else {
                let spoken = self.known.entry(character).or_insert_with(|| readings(character));
                letters |= spoken.iter().filter_map(|reading| reading.chars().next()).map(bit).fold(0, |a, b| a | b);
            }
        }
        letters
    }

    /// Whether a folded word stands in a folded text that was learnt, or a run of the text sounds like it. `letters` is
    /// what [`Ear::learn`] gave for the text. Unlike [`super::matches`] no letter may be left out between.
    pub fn finds(&self, word: &str, folded: &str, letters: u32) -> bool {
        if folded.contains(word) {
            return true;
        }
        let Some(first) = word.chars().next() else { return true };
        if !word.contains(|letter: char| letter.is_ascii_lowercase()) || (first.is_ascii() && letters & bit(first) == 0)
        {
            return false;
        }
        let (word, text): (Vec<char>, Vec<char>) = (word.chars().collect(), folded.chars().collect());
        let spoken: Vec<&Readings> =
            text.iter().map(|character| self.known.get(character).unwrap_or(&SILENT)).collect();
        text.iter().zip(&spoken).enumerate().any(|(at, (&character, spoken_here))| {
            let begins = character == first || spoken_here.iter().any(|reading| reading.starts_with(first));
            begins && sound_end(&word, &text, &spoken, at).is_some()
        })
    }
}

fn bit(letter: char) -> u32 {
    if letter.is_ascii_lowercase() { 1 << (u32::from(letter) - u32::from('a')) } else { 0 }
}
