//! Looks through many texts for what is being typed, letter after letter: how a character is read is looked up once, a
//! text keeps the places of its readings, and one that can't begin to sound like the word is passed over by its letters.

use std::collections::HashMap;

use super::{Readings, fold, readings, sound_end};

/// The readings of every character met so far.
#[derive(Debug)]
pub struct Ear {
    places: HashMap<char, u16>,
    /// By place; the first is that of every character without any.
    readings: Vec<Readings>,
}

/// A text that was listened to.
#[derive(Debug, Default)]
pub struct Sound {
    characters: Box<[char]>,
    places: Box<[u16]>,
    /// The letters that a word found in it can begin with, one bit a letter, `a` the lowest.
    letters: u32,
}

impl Default for Ear {
    fn default() -> Self {
        Ear { places: HashMap::new(), readings: vec![Readings::new()] }
    }
}

impl Ear {
    /// A text in the form that is looked through: small letters, half-width forms.
    pub fn folded(text: &str) -> String {
        text.chars().map(fold).collect()
    }

    /// Listens to a folded text.
    pub fn hear(&mut self, folded: &str) -> Sound {
        let characters: Box<[char]> = folded.chars().collect();
        let places: Box<[u16]> = characters.iter().map(|&character| self.place_of(character)).collect();
        let spoken = places.iter().flat_map(|&place| self.at(place)).filter_map(|reading| reading.chars().next());
        let letters = characters.iter().copied().chain(spoken).map(bit).fold(0, |all, one| all | one);
        Sound { characters, places, letters }
    }

    fn place_of(&mut self, character: char) -> u16 {
        if character.is_ascii() {
            return 0;
        }
        let (places, known) = (&mut self.places, &mut self.readings);
        *places.entry(character).or_insert_with(|| {
            let spoken = readings(character);
            match u16::try_from(known.len()) {
                Ok(place) if !spoken.is_empty() => {
                    known.push(spoken);
                    place
                }
                _ => 0,
            }
        })
    }

    fn at(&self, place: u16) -> &Readings {
        // The first is always there.
        self.readings.get(usize::from(place)).unwrap_or(&self.readings[0])
    }

    /// Whether a run of a text sounds like a folded word that has Latin letters. Unlike [`super::matches`] no letter may
    /// be left out between.
    pub fn finds(&self, word: &[char], sound: &Sound) -> bool {
        let Some(&first) = word.first() else { return true };
        if !word.iter().any(char::is_ascii_lowercase) || (first.is_ascii_lowercase() && sound.letters & bit(first) == 0)
        {
            return false;
        }
        let spoken = |at: usize| self.at(sound.places.get(at).copied().unwrap_or(0));
        sound.characters.iter().enumerate().any(|(at, &character)| {
            let begins = character == first || spoken(at).iter().any(|reading| reading.starts_with(first));
            begins && sound_end(word, &sound.characters, &spoken, at).is_some()
        })
    }
}

fn bit(letter: char) -> u32 {
    if letter.is_ascii_lowercase() { 1 << (u32::from(letter) - u32::from('a')) } else { 0 }
}
