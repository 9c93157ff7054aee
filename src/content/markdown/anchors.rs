//! Ids: every one unique on the page, none empty, and stable while the text above stays.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use xxhash_rust::xxh3::xxh3_64;

use super::body::{Heading, KeyPoint, Position, ProseKind};
use super::output::{Output, push_attribute};
use super::render::Renderer;
use crate::content::slug::slugify;
use crate::diagnostic::Diagnostic;

/// Longer bold openings are sentences, not titles.
const MAX_KEY_POINT: usize = 200;

/// What a key point's title ends with; Chinese and Japanese have a colon of full width.
pub(super) const COLONS: [char; 2] = [':', '：'];

/// Ids of the theme's own elements on pages that have a text, in order. A heading called `Related` must not
/// catch what leads to the list of that name.
const OF_THEME: [&str; 29] = [
    "companions",
    "deal-strip",
    "dealings",
    "footer-feeds",
    "footer-more",
    "footer-sections",
    "in-brief",
    "in-short",
    "in-the-news",
    "in-this-edition",
    "latest-edition",
    "main",
    "more-news",
    "reactions",
    "recent",
    "related",
    "replies",
    "share",
    "signup-edition",
    "signup-edition-email",
    "signup-foot",
    "signup-foot-email",
    "signup-front",
    "signup-front-email",
    "signup-post",
    "signup-post-email",
    "sources",
    "story",
    "timeline",
];
/// What ids of replies and of their form start with.
const OF_REPLIES: &str = "reply-";

/// Says whether an id is one that the theme may give to an element of its own.
pub fn is_of_theme(id: &str) -> bool {
    OF_THEME.binary_search(&id).is_ok() || id.starts_with(OF_REPLIES)
}

/// The ids of a page, by their hashes: two that share one cost nothing but a number behind an id.
pub(super) struct Ids {
    /// What each of them starts with.
    prefix: String,
    /// Each id with the number to try next for it.
    used: HashMap<u64, u32>,
}

impl Ids {
    pub(super) fn new(prefix: &str) -> Self {
        Self { prefix: prefix.to_owned(), used: HashMap::with_capacity(24) }
    }

    /// Gives an id its prefix.
    pub(super) fn full(&self, id: &str) -> String {
        [&self.prefix, id].concat()
    }

    /// Says whether there is such an id so far.
    pub(super) fn has(&self, id: &str) -> bool {
        self.used.contains_key(&xxh3_64(id.as_bytes()))
    }

    /// Takes an id, with the prefix; a taken one gets a number. Linear however often the same one is wanted.
    pub(super) fn unique(&mut self, wanted: &str) -> String {
        let wanted = self.full(wanted);
        if self.take(&wanted) {
            return wanted;
        }
        let hash = xxh3_64(wanted.as_bytes());
        let mut number = self.used.get(&hash).copied().unwrap_or(2);
        loop {
            let id = format!("{wanted}-{number}");
            number += 1;
            if self.add(&id) {
                self.used.insert(hash, number);
                return id;
            }
        }
    }

    /// Takes an id as it is; says whether it was free, which those of the theme never are.
    pub(super) fn take(&mut self, id: &str) -> bool {
        (!self.prefix.is_empty() || !is_of_theme(id)) && self.add(id)
    }

    /// Adds an id; says whether it was not there.
    fn add(&mut self, id: &str) -> bool {
        match self.used.entry(xxh3_64(id.as_bytes())) {
            Entry::Occupied(_) => false,
            Entry::Vacant(free) => {
                free.insert(2);
                true
            }
        }
    }
}

/// A heading between its start and its end.
pub(super) struct OpenHeading {
    pub(super) start: usize,
    pub(super) level: u8,
    pub(super) id: Option<String>,
    /// Further attributes, as markup.
    pub(super) attributes: String,
    pub(super) position: Position,
}

/// How far a paragraph has come on its way to a key point.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum KeyState {
    /// It is none.
    #[default]
    No,
    /// It has just begun.
    Begun,
    /// Its first bold text has begun.
    Bold,
    /// Its first bold text has ended without a colon, which may still follow.
    BoldEnded,
    /// It is one.
    Yes,
}

impl Renderer<'_, '_, '_> {
    /// Starts a heading; `attributes` beyond id and classes are kept if they can do no harm.
    pub(super) fn start_heading(
        &mut self,
        level: u8,
        id: Option<&str>,
        classes: &[impl AsRef<str>],
        attributes: &[(impl AsRef<str>, Option<impl AsRef<str>>)],
        at: usize,
    ) {
        self.out.line();
        let position = self.position(at..at + 1);
        let mut markup = String::new();
        let classes: Vec<&str> = classes.iter().map(AsRef::as_ref).collect();
        if !classes.is_empty() {
            markup.push_str(" class=\"");
            push_attribute(&mut markup, &classes.join(" "));
            markup.push('"');
        }
        for (name, value) in attributes {
            let name = name.as_ref();
            if matches!(name, "lang" | "dir")
                && let Some(value) = value
            {
                markup.push(' ');
                markup.push_str(name);
                markup.push_str("=\"");
                push_attribute(&mut markup, value.as_ref());
                markup.push('"');
            } else {
                self.report(
                    Diagnostic::warning(
                        "heading-attribute",
                        format!("the attribute `{name}` of a heading is left out"),
                    )
                    .with_help("a heading takes `{#id}`, `{.class}`, `{lang=…}` and `{dir=…}`"),
                    position,
                );
            }
        }
        let start = self.out.seam();
        self.heading = Some(OpenHeading { start, level, id: id.map(str::to_owned), attributes: markup, position });
        self.start_capture();
    }

    /// Ends a heading: now its text is known, and with it its id.
    pub(super) fn end_heading(&mut self) {
        let Some(OpenHeading { start, level: written, id, attributes, position }) = self.heading.take() else { return };
        let text = self.captured();
        if text.is_empty() && self.out.html.len() == start {
            self.report(
                Diagnostic::warning("empty-heading", "a heading has no text")
                    .with_help("write the heading's text, or delete the line"),
                position,
            );
            return;
        }
        let level = self.outline_level(written);
        let id = match id {
            Some(id) => {
                let full = self.page.ids.full(&id);
                if self.page.ids.take(&full) {
                    full
                } else {
                    let owner = if is_of_theme(&full) { "the page around the text" } else { "something above" };
                    self.report(
                        Diagnostic::warning("duplicate-id", format!("the id `{id}` is taken by {owner}"))
                            .with_help("give this heading another `{#id}`"),
                        position,
                    );
                    self.page.ids.unique(&id)
                }
            }
            None => self.page.ids.unique(slugify(&text).as_deref().unwrap_or("section")),
        };
        let mut opening = String::with_capacity(id.len() + attributes.len() + 16);
        opening.push_str("<h");
        opening.push(char::from(b'0' + level));
        opening.push_str(" id=\"");
        push_attribute(&mut opening, &id);
        opening.push('"');
        opening.push_str(&attributes);
        opening.push('>');
        self.out.replace(start, 0, &opening);
        self.out.levels.push(start as u32 + 2);
        self.write_anchor(&id);
        self.out.heading_tag("</h", level);
        self.out.raw(">\n");

        let page = &mut *self.page;
        // A block has its own small outline, which must not push down that of the page.
        if self.nesting == 0 {
            page.highest_level = page.highest_level.min(level);
        }
        if page.first_heading.as_ref().is_none_or(|(first, _)| written == 1 && *first > 1) {
            page.first_heading = Some((written, text.clone()));
        }
        page.body.anchors.push(id.clone());
        page.body.headings.push(Heading { level, id, text });
    }

    /// Gives the level of a heading in an outline that skips none: what stands below a heading is one
    /// level below it, however much smaller it is written.
    fn outline_level(&mut self, written: u8) -> u8 {
        while self.outline.pop_if(|above| above.0 >= written).is_some() {}
        let level = self.outline.last().map_or(written, |above| above.1 + 1);
        self.outline.push((written, level));
        level
    }

    /// Writes the link by which a reader takes a place's address. It is empty: the sign is the theme's,
    /// so that feeds and mail stay free of it.
    fn write_anchor(&mut self, id: &str) {
        let Output { html, .. } = &mut self.out;
        html.push_str("<a class=\"anchor\" href=\"#");
        super::output::push_url(html, id);
        html.push_str("\" aria-label=\"Link to this section\"></a>");
    }

    /// Follows a paragraph's first bold text; called when that text ends, or when the text behind it starts.
    pub(super) fn settle_key_point(&mut self, colon_follows: bool) {
        let bold = self.capture.trim();
        let (inside, title) = match bold.strip_suffix(COLONS) {
            Some(title) => (true, title.trim_end()),
            None => (false, bold),
        };
        if !inside && !colon_follows {
            self.key = if self.key == KeyState::Bold { KeyState::BoldEnded } else { KeyState::No };
            return;
        }
        let fits = title.len() <= MAX_KEY_POINT && title.contains(char::is_alphanumeric);
        if !fits {
            self.key = KeyState::No;
            return;
        }
        self.key = KeyState::Yes;
        let title = title.to_owned();
        let id = self.page.ids.unique(slugify(&title).as_deref().unwrap_or("point"));
        let mut opening = String::with_capacity(id.len() + 32);
        opening.push_str("<p id=\"");
        push_attribute(&mut opening, &id);
        opening.push_str("\" class=\"key-point\">");
        let start = self.paragraph_start;
        self.out.replace(start, "<p>".len(), &opening);
        for prose in self.out.prose.iter_mut().rev().take_while(|prose| prose.start as usize > start) {
            if prose.kind == ProseKind::Text {
                prose.kind = ProseKind::Heading;
            }
        }
        self.page.body.anchors.push(id.clone());
        self.page.body.key_points.push(KeyPoint { id, text: title });
    }

    /// Writes the anchor at the end of a key point.
    pub(super) fn end_key_point(&mut self) {
        if let Some(point) = self.page.body.key_points.last() {
            let id = point.id.clone();
            self.write_anchor(&id);
        }
    }
}
