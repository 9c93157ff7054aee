//! What Markdown becomes: HTML with holes, and what the rest of Masthead asks about it.
//!
//! HTML is complete but for its holes: what depends on another file, on the base URL or on a template
//! is written there later, by [`crate::render::body`]. All types are plain values that the cache keeps.

use std::sync::Arc;

use bitcode::{Decode, Encode};
use serde_json::{Map, Value};
use serde_yaml::Mapping;

use super::addresses::{self, Judge};
use super::quotes::Quotes;
use crate::config::with_ascii_host;
use crate::diagnostic::Place;
use crate::source::SourcePath;

/// A stretch of one line of the source file; [`crate::diagnostic::Place`] without its path.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode)]
pub struct Position {
    /// The line, from 1.
    pub line: u32,
    /// The column in characters, from 1.
    pub column: u32,
    /// How many characters are meant; at least 1.
    pub length: u32,
}

impl Position {
    /// Drops the path of a place.
    pub fn of(place: &Place) -> Self {
        Self { line: place.line, column: place.column, length: place.length }
    }

    /// Names the place in a file.
    pub fn in_file(self, path: &SourcePath) -> Place {
        Place { path: path.clone(), line: self.line, column: self.column, length: self.length }
    }
}

/// The rendered body of a file.
#[derive(Clone, Debug, Default, PartialEq, Encode, Decode)]
pub struct Body {
    /// The HTML of the whole body.
    pub content: Arc<Fragment>,
    /// The blocks that holes point at by index: those of the body and those inside other blocks.
    pub blocks: Vec<Block>,
    /// The headings in order, those inside blocks included.
    pub headings: Vec<Heading>,
    /// The key points in order.
    pub key_points: Vec<KeyPoint>,
    /// Every id that a link may point at, in order: headings, key points, footnotes, raw HTML.
    pub anchors: Vec<String>,
    /// Links to other sites, each with its place; one entry per link.
    pub external_links: Vec<ExternalLink>,
    /// Links to places of the same text (`#part`).
    pub own_links: Vec<Position>,
    /// Other sites that pictures come from, each as scheme and host, sorted.
    pub picture_origins: Vec<String>,
    /// How many words of prose there are; code and raw HTML do not count.
    pub words: u32,
    /// Says whether there is a code block.
    pub has_code: bool,
    /// Says whether there is a formula.
    pub has_math: bool,
}

impl Body {
    /// Notes where a picture comes from, if that is another site.
    pub(super) fn note_picture(&mut self, url: &str) {
        // What has no protocol takes that of the page, which is `https` for readers.
        if url.starts_with("//") {
            return self.note_picture(&format!("https:{url}"));
        }
        let url = with_ascii_host(url);
        let Some((scheme, rest)) = url.split_once("://") else { return };
        let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
        let origin = url[..scheme.len() + "://".len() + host.len()].to_ascii_lowercase();
        if (origin.starts_with("https:") || origin.starts_with("http:")) && self.picture_origins.last() != Some(&origin)
        {
            self.picture_origins.push(origin);
        }
    }
}

/// What a text opens with, for a title or a lead that its author did not give.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Opening {
    /// The text of the first heading of level 1, or of the first heading at all.
    pub heading: Option<String>,
    /// The plain text of the first paragraph that says something, at most 600 characters.
    pub paragraph: String,
}

/// A piece of HTML with holes in it.
#[derive(Clone, Debug, Default, PartialEq, Encode, Decode)]
pub struct Fragment {
    /// The HTML, complete but for the holes.
    pub html: String,
    /// Where something is spliced in, ascending.
    pub holes: Vec<Hole>,
    /// Where readable text stands, ascending and never overlapping.
    pub prose: Vec<Prose>,
}

/// A point in HTML where something is written later.
#[derive(Clone, Debug, PartialEq, Encode, Decode)]
pub struct Hole {
    /// The byte offset in the fragment's HTML.
    pub at: u32,
    /// What the author wrote, for complaints.
    pub position: Position,
    /// What goes there.
    pub kind: HoleKind,
}

/// What goes into a hole. Paths and fragments are plain text: whoever fills the hole writes them with
/// [`super::push_url`].
#[derive(Clone, Debug, PartialEq, Eq, Hash, Encode, Decode)]
pub enum HoleKind {
    /// Inside `href=""`: a link to another content file.
    ContentLink {
        /// The file from the newsletter's folder on (`content/posts/x.md`), percent-decoded; or as Zola
        /// writes it, from the content folder on (`@/posts/x.md`).
        path: String,
        /// What stands behind `#`, percent-decoded.
        fragment: Option<String>,
    },
    /// Inside `href=""`: a relative link to anything else, such as a document beside the post.
    FileLink {
        /// The file from the newsletter's folder on, percent-decoded, without query.
        path: String,
        /// What stands behind `#`, percent-decoded.
        fragment: Option<String>,
        /// The link as it is written, for a target that is no file.
        written: String,
    },
    /// Inside `href=""`: a link from the site's root on (`/deals/#x`), without the base path.
    SiteLink {
        /// The link as it is written.
        url: String,
    },
    /// Inside `<img`: stands for ` src="…" width="…" height="…"`.
    Image {
        /// The file from the newsletter's folder on, percent-decoded; or from the site's root on (`/img/x.png`).
        path: String,
        /// The address as it is written, for a picture that is not there.
        written: String,
    },
    /// Between two elements: the block of that index in [`Body::blocks`].
    Block(u32),
}

/// A stretch of readable text in HTML: escaped, without tags, code, attributes or URLs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Prose {
    /// The first byte.
    pub start: u32,
    /// The byte behind the last.
    pub end: u32,
    /// Where it stands.
    pub kind: ProseKind,
}

/// Where text stands; only [`ProseKind::Text`] may be turned into links.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode)]
pub enum ProseKind {
    /// Paragraphs, list items, table cells.
    Text,
    /// A heading, or the title of a key point.
    Heading,
    /// Inside a link.
    Link,
    /// Somebody else's words: inside a block quote.
    Quote,
    /// Between the tags of raw HTML.
    Html,
}

/// A heading.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Heading {
    /// The level as rendered, 2 to 6.
    pub level: u8,
    /// Its id.
    pub id: String,
    /// Its plain text.
    pub text: String,
}

/// A paragraph that opens with bold text ending in a colon.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct KeyPoint {
    /// Its id.
    pub id: String,
    /// The bold text without its colon.
    pub text: String,
}

/// A link to another site.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct ExternalLink {
    /// The address, as a browser will follow it.
    pub url: String,
    /// Where it is written.
    pub position: Position,
}

/// A fenced block with a braced name: ```` ```{sponsor} ````.
#[derive(Clone, Debug, Default, PartialEq, Encode, Decode)]
pub struct Block {
    /// The name between the braces.
    pub name: String,
    /// The words behind the name, options left out.
    pub argument: String,
    /// `key=value` words behind the name and `:key: value` lines on top of the body, in order.
    pub options: Vec<(String, String)>,
    /// The body, if it is YAML.
    pub data: Option<BlockData>,
    /// The body, if it is Markdown; empty beside data.
    pub body: Fragment,
    /// The quotation marks of the text around it; none where signs stay as they are written.
    pub quotes: Option<Quotes>,
    /// Where the opening fence stands.
    pub position: Position,
    /// How many bytes of the file it takes, from one fence to the other.
    pub length: u32,
}

/// The YAML body of a block.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode)]
pub struct BlockData {
    /// The YAML text: a mapping, already known to parse; empty if it could not be read, which has been said.
    pub yaml: String,
    /// The byte of the file where the text starts. Exact places below it hold only for a block that is
    /// not indented or quoted, since `yaml` has lost what stood in front of its lines.
    pub start: u32,
}

impl Block {
    /// Gives the value of an option; the last one given wins.
    pub fn option(&self, key: &str) -> Option<&str> {
        self.options.iter().rev().find(|(name, _)| name == key).map(|(_, value)| value.as_str())
    }

    /// Gives what templates see: options and data, without addresses that may not be written. `from` is the
    /// file that the block stands in; `resolve` gives what to write for an address of this site, or `None`
    /// to leave it as it is written.
    pub fn fields(&self, from: &SourcePath, resolve: &mut dyn FnMut(HoleKind) -> Option<String>) -> Map<String, Value> {
        self.judged_fields(from, &mut Judge { resolve, complain: &mut |_, _| {} })
    }

    /// The same; somebody is told what is wrong with an address.
    pub(super) fn judged_fields(&self, from: &SourcePath, judge: &mut Judge<'_>) -> Map<String, Value> {
        let options = self.options.iter().map(|(key, value)| (key.clone(), Value::from(value.as_str())));
        let mut fields: Map<String, Value> = options.collect();
        if let Some(yaml) = &self.data
            && let Ok(Value::Object(data)) = serde_json::to_value(yaml.fields())
        {
            fields.extend(data);
        }
        addresses::make_safe(&mut fields, from, judge);
        fields
    }
}

impl BlockData {
    /// Says whether the body could not be read.
    pub fn is_unread(&self) -> bool {
        self.yaml.is_empty()
    }

    /// Parses the mapping.
    pub fn fields(&self) -> Mapping {
        serde_yaml::from_str(&self.yaml).unwrap_or_default()
    }
}

impl Fragment {
    /// Gives the readable text of a stretch of prose.
    pub fn text_of(&self, prose: &Prose) -> String {
        unescape(self.html.get(prose.start as usize..prose.end as usize).unwrap_or_default())
    }

    /// Says whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.html.is_empty() && self.holes.is_empty()
    }
}

/// Turns escaped text, as prose has it, back into plain text.
pub fn unescape(escaped: &str) -> String {
    let mut text = String::with_capacity(escaped.len());
    let mut rest = escaped;
    while let Some(at) = rest.find('&') {
        text.push_str(&rest[..at]);
        rest = &rest[at..];
        let known =
            [("&amp;", '&'), ("&lt;", '<'), ("&gt;", '>'), ("&quot;", '"'), ("&#39;", '\''), ("&nbsp;", '\u{a0}')];
        if let Some((entity, letter)) = known.iter().find(|(entity, _)| rest.starts_with(entity)) {
            text.push(*letter);
            rest = &rest[entity.len()..];
        } else {
            text.push('&');
            rest = &rest[1..];
        }
    }
    text.push_str(rest);
    text
}
