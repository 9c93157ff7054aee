//! Markdown: a stretch of a file in, HTML with holes and what is known about it out.
//!
//! 1. [`parse`] cleans the text (`source`) and sets formulas aside (`math`).
//! 2. `render` walks the parser's events once and writes HTML into an `output`; links, images,
//!    headings, footnotes, code and raw HTML each have a file of their own beside it; `meant` looks
//!    at what stayed text.
//! 3. What a page can't know alone (other files, the base URL, templates) stays a hole in the
//!    [`Fragment`]; [`crate::render::body`] fills them.
//!
//! Understood: CommonMark, tables, footnotes, task lists, alerts (`> [!NOTE]`), strikethrough, smart
//! punctuation, heading attributes, definition lists, bare URLs, blocks (```` ```{name} ````), formulas
//! (`$$…$$`, ``$`…`$``, ```` ```math ````, and `$…$` where it can't be money; the rule is in `math`).
//!
//! Read `body` first: it says what comes out.

mod addresses;
mod anchors;
mod autolink;
mod blocks;
mod body;
mod elements;
mod footnotes;
mod highlight;
mod images;
mod links;
mod math;
mod mathml;
mod meant;
mod output;
mod painted;
mod plain;
mod quotes;
mod raw_html;
mod render;
mod source;
mod tags;
#[cfg(test)]
mod tests;
mod text;
mod unseen;
mod words;

use std::ops::Range;

use crate::config::RawHtml;
use crate::diagnostic::Diagnostic;
use crate::source::SourceFile;

pub use anchors::is_of_theme;
pub use body::{
    Block, BlockData, Body, ExternalLink, Fragment, Heading, Hole, HoleKind, KeyPoint, Opening, Position, Prose,
    ProseKind, unescape,
};
pub use links::{hole_of, is_written_so, percent_decoded};
pub use output::{push_attribute, push_url};
pub use painted::{Painted, painted, restore_painted};
pub use plain::{inline, one_line, plain_text, typeset};
pub use quotes::Quotes;
pub use source::without_controls;
pub use unseen::unseen;

/// The `rel` of links to other sites, unless somebody wants another.
const EXTERNAL_REL: &str = "noopener noreferrer";

/// How Markdown is read.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Options {
    /// What to do with HTML.
    pub raw_html: RawHtml,
    /// Makes dashes, ellipses and these quotation marks; `None` leaves what is written.
    pub smart_punctuation: Option<Quotes>,
    /// Reads formulas.
    pub math: bool,
    /// Colours code.
    pub highlight: bool,
    /// Gives anchors to paragraphs that open with bold text ending in a colon.
    pub key_points: bool,
    /// Takes fenced code with a name in braces for a block.
    pub blocks: bool,
    /// The `rel` of links to other sites; none if empty.
    pub external_rel: String,
    /// The same inside a block called `sponsor`.
    pub sponsored_rel: String,
    /// What every id starts with, for a text that shares its page with another; mostly empty.
    pub id_prefix: String,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            raw_html: RawHtml::Allow,
            smart_punctuation: Some(Quotes::default()),
            math: true,
            highlight: true,
            key_points: true,
            blocks: true,
            external_rel: EXTERNAL_REL.to_owned(),
            sponsored_rel: "sponsored nofollow noopener noreferrer".to_owned(),
            id_prefix: String::new(),
        }
    }
}

/// What became of a text.
#[derive(Clone, Debug, Default)]
pub struct Parsed {
    /// The rendered text.
    pub body: Body,
    /// What it opens with.
    pub opening: Opening,
    /// What is wrong with it.
    pub diagnostics: Vec<Diagnostic>,
}

/// Renders the Markdown of a range of a file; a range that is out of the text is clamped.
pub fn parse(file: &SourceFile, range: Range<usize>, options: &Options) -> Parsed {
    render::body(file, range, options)
}
