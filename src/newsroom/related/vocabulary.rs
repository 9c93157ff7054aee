//! All terms of all posts as dense numbers, with how many posts hold each.

use std::hint::black_box;

use super::index::Card;
use super::weights::{rarity, rounded};

/// What all posts of one language have in common.
pub(super) struct Language {
    pub(super) number: u32,
    posts: u32,
    /// The mean of their lengths, to the nearest step of √2.
    pub(super) mean: u32,
}

/// Finds the languages of posts.
pub(super) fn languages(cards: &[Card<'_>]) -> Vec<Language> {
    let mut found: Vec<(u32, u32, u64)> = Vec::new();
    for card in cards {
        let length = u64::from(card.terms.length);
        match found.iter_mut().find(|(number, ..)| *number == card.terms.language) {
            Some((_, posts, total)) => {
                *posts += 1;
                *total += length;
            }
            None => found.push((card.terms.language, 1, length)),
        }
    }
    found
        .into_iter()
        .map(|(number, posts, total)| {
            // The middle of the step is a fourth root of 2 above its lower end.
            Language { number, posts, mean: rounded(total / u64::from(posts.max(1))) * 19 / 16 }
        })
        .collect()
}

/// All terms, numbered densely.
pub(super) struct Vocabulary {
    /// Where the terms of each post start; one more at the end.
    pub(super) starts: Vec<usize>,
    /// The terms of all posts, one after the other.
    pub(super) terms: Vec<u32>,
    /// How many posts hold each, and in which language.
    pub(super) holders: Vec<u32>,
    language: Vec<u32>,
}

impl Vocabulary {
    /// Numbers the terms of all posts in the order in which they first occur.
    pub(super) fn of(cards: &[Card<'_>]) -> Self {
        let total = cards.iter().map(|card| card.terms.len()).sum();
        let mut starts = Vec::with_capacity(cards.len() + 1);
        let mut terms = Vec::with_capacity(total);
        let mut holders: Vec<u32> = Vec::new();
        let mut language = Vec::new();
        // Open addressing over hashes that are hashes already: `(term, number)`, 0 is free.
        let mut table: Vec<(u32, u32)> = vec![(0, 0); 1 << 15];
        for card in cards {
            starts.push(terms.len());
            if holders.len() + card.terms.len() > table.len() / 2 {
                table = doubled(&table);
            }
            let mask = table.len() - 1;
            // Most slots are far away in memory. Asking for all of them at once lets the processor wait for
            // them together and not one after the other.
            let touch = |found, term: &u32| found ^ table[*term as usize & mask].0;
            black_box(card.terms.terms.iter().fold(0, touch));
            terms.extend(card.terms.terms.iter().map(|term| {
                let mut slot = *term as usize & mask;
                let number = loop {
                    let (held, number) = table[slot];
                    if held == *term {
                        break number;
                    }
                    if held == 0 {
                        let number = holders.len() as u32;
                        table[slot] = (*term, number);
                        holders.push(0);
                        language.push(card.terms.language);
                        break number;
                    }
                    slot = (slot + 1) & mask;
                };
                holders[number as usize] += 1;
                number
            }));
        }
        starts.push(terms.len());
        Self { starts, terms, holders, language }
    }

    /// Returns the rarity of each term among the posts of its language.
    pub(super) fn rarities(&self, languages: &[Language]) -> Vec<u8> {
        let mut last = (0, 0);
        self.holders
            .iter()
            .zip(&self.language)
            .map(|(holders, language)| {
                if last.0 != *language {
                    let posts = languages.iter().find(|known| known.number == *language).map_or(0, |known| known.posts);
                    last = (*language, posts);
                }
                rarity(last.1, *holders) as u8
            })
            .collect()
    }
}

fn doubled(table: &[(u32, u32)]) -> Vec<(u32, u32)> {
    let mut larger = vec![(0, 0); table.len() * 4];
    let mask = larger.len() - 1;
    for (term, number) in table.iter().filter(|(term, _)| *term != 0) {
        let mut slot = *term as usize & mask;
        while larger[slot].0 != 0 {
            slot = (slot + 1) & mask;
        }
        larger[slot] = (*term, *number);
    }
    larger
}
