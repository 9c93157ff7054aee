//! How heavy a mail is, and how much of it is sent: what is too much for a client is folded into a link.

use serde::Serialize;

use super::encoding::encode;
use super::html::{self, Written};
use super::letter::{Extent, Letter};
use super::palette::Palette;
use crate::config::{EmailConfig, Provider};

/// What a provider adds to each link that it counts the clicks of, about.
const REWRITTEN_LINK: usize = 210;
/// What a provider adds at the end: its own foot and a pixel, about.
const PROVIDERS_FOOT: usize = 3 * 1024;

/// The weight of a mail in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Size {
    /// The HTML as it is read.
    pub html: usize,
    /// The same after the provider has put its own links and foot in.
    pub rewritten: usize,
    /// The HTML as it travels.
    pub encoded: usize,
    /// The most that is sent.
    pub budget: usize,
}

impl Size {
    fn of(written: &Written, config: &EmailConfig) -> Self {
        let html = written.html.len();
        let added = match config.provider {
            Provider::None => 0,
            _ => written.links.len() * REWRITTEN_LINK + PROVIDERS_FOOT,
        };
        Self {
            html,
            rewritten: html + added,
            encoded: encode(&written.html).body.len(),
            budget: config.budget as usize,
        }
    }

    /// Gives what counts: nobody says whether a client counts before or after decoding.
    pub fn counted(&self) -> usize {
        self.rewritten.max(self.encoded)
    }

    /// Says whether all of it will be shown.
    pub fn fits(&self) -> bool {
        self.counted() <= self.budget
    }
}

/// Writes as much of a letter as fits: pieces go from the end, the least important first.
pub(super) fn fit(letter: &Letter, config: &EmailConfig, palette: &Palette) -> (Written, Extent, Size) {
    let write = |extent| {
        let written = html::write(letter, extent, config.provider, palette);
        let size = Size::of(&written, config);
        (written, extent, size)
    };
    let whole = write(letter.whole());
    if whole.2.fits() {
        return whole;
    }
    // The most pieces that fit lie between the two.
    let (mut fits, mut too_many) = (0, letter.opening.len() + letter.stories.len());
    let mut best = write(letter.first(0));
    while too_many - fits > 1 {
        let middle = fits + (too_many - fits) / 2;
        let tried = write(letter.first(middle));
        if tried.2.fits() {
            fits = middle;
            best = tried;
        } else {
            too_many = middle;
        }
    }
    best
}
