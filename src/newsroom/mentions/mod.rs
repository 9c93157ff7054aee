//! Finding entities in the text of posts.
//!
//! [`Finder::build`] turns the registry into a trie once; [`Finder::find`] walks each post down it.
//! In go the post's readable text as [`Piece`]s, without code and URLs, and what its front matter
//! names; out come the post's [`Findings`]. Read `judge` for what makes an ambiguous name believed.
//!
//! 1. At each word's start the trie gives the names and phrases that could stand there (`trie`).
//! 2. The longest that keeps its case and its boundaries is a hit; a phrase that means something
//!    else takes the words away from shorter names (`scan`).
//! 3. A hit of an ambiguous name is sure, or weak, or none, by what stands around it (`judge`).
//! 4. Weak hits count if the post gives evidence: the author named the entity, it has a sure hit
//!    elsewhere, or a name that supports it is there (`scan`).

mod finder;
mod judge;
mod scan;
mod trie;
mod words;

use std::ops::Range;

use crate::newsroom::entities::EntityId;
use crate::newsroom::entities::fold::Kind;

pub use finder::Finder;

/// A taxonomy whose names are searched for in text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Searched<'a> {
    /// The taxonomy, such as `companies`.
    pub taxonomy: &'a str,
    /// How its names are read.
    pub kind: Kind,
}

impl<'a> Searched<'a> {
    /// Searches a taxonomy as the kind that its name suggests; `None` for tags and topics.
    pub fn by_name(taxonomy: &'a str) -> Option<Self> {
        let kind = Kind::of_taxonomy(taxonomy);
        (kind != Kind::Other).then_some(Self { taxonomy, kind })
    }
}

/// What kind of line a piece of text stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Line {
    /// Running text.
    #[default]
    Prose,
    /// A title or heading, where capitals may say nothing.
    Heading,
}

/// A slice of a post's readable text, HTML-escaped as it stands in the page.
#[derive(Clone, Copy, Debug)]
pub struct Piece<'a> {
    /// The text.
    pub text: &'a str,
    /// The line it stands in.
    pub line: Line,
    /// Whether it is the first of its paragraph, item, cell or heading.
    pub opens_block: bool,
    /// Whether a link may be set in it: not in headings, links, and the words of others.
    pub linkable: bool,
}

/// One place where an entity is named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mention {
    /// The entity.
    pub entity: EntityId,
    /// Which piece it stands in; the first, if it runs over several.
    pub piece: u32,
    /// The bytes in that piece, without a possessive ending.
    pub range: Range<usize>,
    /// Whether it stands wholly in one piece that may hold a link.
    pub linkable: bool,
}

/// An entity that a post names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The entity.
    pub entity: EntityId,
    /// Whether the front matter names it.
    pub in_front_matter: bool,
    /// How often the text names it.
    pub in_text: u32,
    /// The first mention that may be linked, as an index into the mentions.
    pub link: Option<u32>,
}

/// All that was found in a post.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Findings {
    /// The entities, each once, in the order of their numbers.
    pub entities: Vec<Found>,
    /// The mentions, in the order of the text; no two overlap.
    pub mentions: Vec<Mention>,
}

#[cfg(test)]
mod sentences;
#[cfg(test)]
mod tests;
