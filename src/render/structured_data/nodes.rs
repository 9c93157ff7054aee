//! The parts that graphs are made of; what is empty is left out.

use std::borrow::Cow;

use super::{Image, Kind, Link, Mention, Page, Site, Source};
use crate::render::percent::address;

/// A value, written as JSON that may stand in a script element; nothing at all if there is no value.
#[derive(Default)]
pub(super) struct Json(String);

impl Json {
    /// Stands for no value.
    pub(super) const NONE: Self = Self(String::new());

    /// Writes a text.
    fn text(text: &str) -> Self {
        let mut json = String::with_capacity(text.len() + 2);
        push_text(&mut json, text);
        Self(json)
    }

    /// Points at a node.
    pub(super) fn reference(id: &str) -> Self {
        Self(["{\"@id\":", &Self::text(id).0, "}"].concat())
    }

    /// Gives what was written.
    pub(super) fn into_string(self) -> String {
        self.0
    }
}

impl From<u32> for Json {
    fn from(number: u32) -> Self {
        Self(number.to_string())
    }
}

impl From<bool> for Json {
    fn from(flag: bool) -> Self {
        Self(flag.to_string())
    }
}

impl FromIterator<Json> for Json {
    /// Writes a list; nothing if it is empty.
    fn from_iter<I: IntoIterator<Item = Json>>(items: I) -> Self {
        let mut list = String::new();
        for Json(item) in items {
            list.push(if list.is_empty() { '[' } else { ',' });
            list.push_str(&item);
        }
        if !list.is_empty() {
            list.push(']');
        }
        Self(list)
    }
}

/// Writes a text in quotes, so that nothing in it can end the script element or begin a comment (HTML
/// standard, section 4.12.1.3); it stays the same text.
fn push_text(json: &mut String, text: &str) {
    json.push('"');
    let mut rest = text;
    while let Some(at) = rest.bytes().position(|byte| MAY_NEED_ESCAPE[usize::from(byte)]) {
        let (plain, from) = rest.split_at(at);
        json.push_str(plain);
        let mut letters = from.chars();
        match letters.next() {
            Some('"') => json.push_str("\\\""),
            Some('\\') => json.push_str("\\\\"),
            Some(letter @ ('<' | '>' | '&' | '\u{2028}' | '\u{2029}' | '\0'..='\u{1f}')) => {
                json.push_str(&format!("\\u{:04x}", u32::from(letter)));
            }
            letter => json.extend(letter),
        }
        rest = letters.as_str();
    }
    json.push_str(rest);
    json.push('"');
}

/// With which bytes the characters begin that [`push_text`] may have to write in another way.
const MAY_NEED_ESCAPE: [bool; 256] = {
    let mut may = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        // Line separators begin with 0xE2, as do other signs.
        may[byte] = byte < 0x20 || matches!(byte as u8, b'"' | b'\\' | b'<' | b'>' | b'&' | 0xE2);
        byte += 1;
    }
    may
};

/// A node of the graph as it grows.
pub(super) struct Node(String);

impl Node {
    /// Starts a node of a type.
    pub(super) fn new(kind: &str) -> Self {
        Self(["{\"@type\":\"", kind, "\""].concat())
    }

    /// Names the node.
    pub(super) fn id(self, id: String) -> Self {
        self.set("@id", Json::text(&id))
    }

    /// Sets a property, unless there is no value.
    pub(super) fn set(mut self, name: &str, Json(value): Json) -> Self {
        if !value.is_empty() {
            self.begin(name);
            self.0.push_str(&value);
        }
        self
    }

    /// Sets a property to a text that is not empty; an address is written as [`encoded`] does.
    pub(super) fn text(mut self, name: &str, text: &str) -> Self {
        if !text.is_empty() {
            self.begin(name);
            push_text(&mut self.0, &encoded(text));
        }
        self
    }

    /// Sets a property to a list of texts.
    pub(super) fn texts(self, name: &str, texts: &[&str]) -> Self {
        self.set(name, texts.iter().filter(|text| !text.is_empty()).map(|text| Json::text(&encoded(text))).collect())
    }

    /// Ends the node.
    pub(super) fn build(self) -> Json {
        Json(self.0 + "}")
    }

    fn begin(&mut self, name: &str) {
        self.0.push_str(",\"");
        self.0.push_str(name);
        self.0.push_str("\":");
    }
}

/// Writes an address as it travels, its host and what must be percent-encoded; other text stays.
fn encoded(text: &str) -> Cow<'_, str> {
    let is_address = text.starts_with("https://") || text.starts_with("http://");
    if is_address { address(text) } else { text.into() }
}

/// Names the publisher.
pub(super) fn publisher_id(site: &Site<'_>) -> String {
    format!("{}#publisher", site.home_url)
}

/// Names the site.
pub(super) fn site_id(site: &Site<'_>) -> String {
    format!("{}#website", site.home_url)
}

/// Names the series of editions.
pub(super) fn periodical_id(site: &Site<'_>) -> String {
    format!("{}#periodical", site.home_url)
}

/// Names a page.
pub(super) fn page_id(url: &str) -> String {
    format!("{}#page", address(url))
}

/// Names what a page is about.
pub(super) fn subject_id(url: &str) -> String {
    format!("{}#subject", address(url))
}

/// Starts an organisation.
pub(super) fn organization(name: &str, url: &str) -> Node {
    Node::new("Organization").text("name", name).text("url", url)
}

/// Gives authors, or the publisher in their place.
pub(super) fn authors(site: &Site<'_>, authors: &[Link<'_>]) -> Json {
    if authors.is_empty() {
        return Json::reference(&publisher_id(site));
    }
    let person = |author: &Link<'_>| {
        let node = Node::new("Person").text("name", author.name).text("url", author.url);
        if author.url.is_empty() { node.build() } else { node.id(subject_id(author.url)).build() }
    };
    authors.iter().map(person).collect()
}

/// Gives an entity in a few words.
pub(super) fn mention(mention: &Mention<'_>) -> Json {
    let node = Node::new(type_of(mention.kind)).text("name", mention.name).text("url", mention.url);
    if mention.url.is_empty() { node.build() } else { node.id(subject_id(mention.url)).build() }
}

/// Gives the type of an entity.
pub(super) fn type_of(kind: Kind) -> &'static str {
    match kind {
        Kind::Organization => "Organization",
        Kind::Person => "Person",
        Kind::Thing => "Thing",
    }
}

/// Gives what an article is based on.
pub(super) fn source(source: &Source<'_>) -> Json {
    let publisher = if source.publisher.is_empty() { Json::NONE } else { organization(source.publisher, "").build() };
    Node::new("CreativeWork")
        .text("name", source.title)
        .text("url", source.url)
        .set("publisher", publisher)
        .text("datePublished", source.published)
        .build()
}

/// Gives a picture.
pub(super) fn image(image: &Image<'_>) -> Json {
    let node =
        Node::new("ImageObject").text("url", image.url).text("caption", image.caption).text("creditText", image.credit);
    match image.size {
        Some((width, height)) => node.set("width", width.into()).set("height", height.into()).build(),
        None => node.build(),
    }
}

/// Gives posts as parts or reports of something.
pub(super) fn articles(posts: &[Link<'_>]) -> Json {
    let article = |post: &Link<'_>| Node::new("NewsArticle").text("headline", post.name).text("url", post.url).build();
    posts.iter().map(article).collect()
}

/// Gives the way from the front page to this page.
pub(super) fn breadcrumbs(page: &Page<'_>) -> Json {
    let here = Link { name: page.title, url: page.url };
    let items = page.breadcrumbs.iter().chain([&here]).zip(1u32..).map(|(link, position)| {
        Node::new("ListItem").set("position", position.into()).text("name", link.name).text("item", link.url).build()
    });
    Node::new("BreadcrumbList").id(breadcrumbs_id(page)).set("itemListElement", items.collect()).build()
}

/// Names the way to a page.
pub(super) fn breadcrumbs_id(page: &Page<'_>) -> String {
    format!("{}#breadcrumbs", address(page.url))
}
