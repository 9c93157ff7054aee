//! The parts that graphs are made of; what is empty is left out.

use serde_json::{Map, Value, json};

use super::{Image, Kind, Link, Mention, Page, Site, Source};
use crate::render::percent::address;

/// A node of the graph as it grows.
pub(super) struct Node {
    properties: Map<String, Value>,
}

impl Node {
    /// Starts a node of a type.
    pub(super) fn new(kind: &str) -> Self {
        let mut properties = Map::new();
        properties.insert("@type".to_owned(), json!(kind));
        Self { properties }
    }

    /// Names the node.
    pub(super) fn id(self, id: String) -> Self {
        self.set("@id", Value::String(id))
    }

    /// Sets a property unless the value is null, an empty text or an empty list.
    pub(super) fn set(mut self, name: &str, value: Value) -> Self {
        let is_empty = match &value {
            Value::Null => true,
            Value::String(text) => text.is_empty(),
            Value::Array(items) => items.is_empty(),
            _ => false,
        };
        if !is_empty {
            self.properties.insert(name.to_owned(), value);
        }
        self
    }

    /// Sets a property to a text; an address is percent-encoded where it must be.
    pub(super) fn text(self, name: &str, text: &str) -> Self {
        let is_address = text.starts_with("https://") || text.starts_with("http://");
        let value = if is_address { address(text).into_owned() } else { text.to_owned() };
        self.set(name, Value::String(value))
    }

    /// Sets a property to a list of texts.
    pub(super) fn texts(self, name: &str, texts: &[&str]) -> Self {
        self.set(name, texts.iter().filter(|text| !text.is_empty()).copied().collect())
    }

    /// Ends the node.
    pub(super) fn build(self) -> Value {
        Value::Object(self.properties)
    }
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
pub(super) fn authors(site: &Site<'_>, authors: &[Link<'_>]) -> Value {
    if authors.is_empty() {
        return json!({"@id": publisher_id(site)});
    }
    let person = |author: &Link<'_>| {
        let node = Node::new("Person").text("name", author.name).text("url", author.url);
        if author.url.is_empty() { node.build() } else { node.id(subject_id(author.url)).build() }
    };
    authors.iter().map(person).collect()
}

/// Gives an entity in a few words.
pub(super) fn mention(mention: &Mention<'_>) -> Value {
    let node = Node::new(type_of(mention.kind))
        .text("name", mention.name)
        .text("url", mention.url)
        .text("sameAs", mention.official_site);
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
pub(super) fn source(source: &Source<'_>) -> Value {
    let publisher = if source.publisher.is_empty() { Value::Null } else { organization(source.publisher, "").build() };
    Node::new("CreativeWork")
        .text("name", source.title)
        .text("url", source.url)
        .set("publisher", publisher)
        .text("datePublished", source.published)
        .build()
}

/// Gives a picture.
pub(super) fn image(image: &Image<'_>) -> Value {
    let node =
        Node::new("ImageObject").text("url", image.url).text("caption", image.caption).text("creditText", image.credit);
    match image.size {
        Some((width, height)) => node.set("width", json!(width)).set("height", json!(height)).build(),
        None => node.build(),
    }
}

/// Gives posts as parts or reports of something.
pub(super) fn articles(posts: &[Link<'_>]) -> Value {
    let article = |post: &Link<'_>| Node::new("NewsArticle").text("headline", post.name).text("url", post.url).build();
    posts.iter().map(article).collect()
}

/// Gives links as a list with places, or nothing if there are none.
pub(super) fn item_list(links: &[Link<'_>]) -> Value {
    if links.is_empty() {
        return Value::Null;
    }
    let items = links.iter().zip(1u32..).map(|(link, position)| {
        Node::new("ListItem").set("position", json!(position)).text("name", link.name).text("url", link.url).build()
    });
    Node::new("ItemList").set("itemListElement", items.collect()).build()
}

/// Gives the way from the front page to this page.
pub(super) fn breadcrumbs(page: &Page<'_>) -> Value {
    let here = Link { name: page.title, url: page.url };
    let items = page.breadcrumbs.iter().chain([&here]).zip(1u32..).map(|(link, position)| {
        Node::new("ListItem").set("position", json!(position)).text("name", link.name).text("item", link.url).build()
    });
    Node::new("BreadcrumbList").id(breadcrumbs_id(page)).set("itemListElement", items.collect()).build()
}

/// Names the way to a page.
pub(super) fn breadcrumbs_id(page: &Page<'_>) -> String {
    format!("{}#breadcrumbs", address(page.url))
}
