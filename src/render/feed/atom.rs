//! Atom 1.0 (RFC 4287).

use super::{Author, Feed, Item};
use crate::render::percent::{address, identifier};
use crate::render::xml::Xml;

/// Writes a feed as Atom 1.0 with full text.
pub fn atom(feed: &Feed<'_>) -> String {
    let mut xml = Xml::new(feed.capacity());
    let mut attributes =
        vec![("xmlns", "http://www.w3.org/2005/Atom"), ("xmlns:media", "http://search.yahoo.com/mrss/")];
    if !feed.language.is_empty() {
        attributes.push(("xml:lang", feed.language));
    }
    xml.parent("feed", &attributes, |xml| {
        xml.text("title", &[], feed.title);
        xml.some_text("subtitle", feed.description);
        xml.text("id", &[], &identifier(feed.id));
        xml.text("updated", &[], feed.updated.rfc3339);
        link(xml, "self", "application/atom+xml", feed.feed_url);
        link(xml, "alternate", "text/html", feed.home_url);
        // RFC 4287, 4.1.1: the feed must have an author unless every entry has one.
        author(xml, if feed.author.name.is_empty() { Author { name: feed.title, url: "" } } else { feed.author });
        xml.some_text("rights", feed.copyright);
        xml.some_text("generator", feed.generator);
        for item in &feed.items {
            let language = Some(("xml:lang", item.language)).filter(|(_, language)| !language.is_empty());
            xml.parent("entry", language.as_slice(), |xml| entry(xml, item));
        }
    });
    xml.finish()
}

fn entry(xml: &mut Xml, item: &Item<'_>) {
    let Item {
        id,
        url,
        title,
        language: _,
        summary_text,
        content_html,
        published,
        updated,
        authors,
        categories,
        image,
    } = item;
    xml.text("title", &[], title);
    xml.text("id", &[], &identifier(id));
    link(xml, "alternate", "text/html", url);
    xml.some_text("published", published.rfc3339);
    xml.text("updated", &[], if updated.rfc3339.is_empty() { published.rfc3339 } else { updated.rfc3339 });
    authors.iter().filter(|author| !author.name.is_empty()).for_each(|person| author(xml, *person));
    for category in categories {
        xml.empty("category", &[("term", category)]);
    }
    if !summary_text.is_empty() {
        xml.text("summary", &[("type", "text")], summary_text);
    }
    if !content_html.is_empty() {
        xml.character_data("content", &[("type", "html")], content_html);
    }
    if !image.is_empty() {
        xml.empty("media:content", &[("url", &address(image)), ("medium", "image")]);
    }
}

fn link(xml: &mut Xml, relation: &str, media_type: &str, url: &str) {
    xml.empty("link", &[("rel", relation), ("type", media_type), ("href", &address(url))]);
}

fn author(xml: &mut Xml, author: Author<'_>) {
    xml.parent("author", &[], |xml| {
        xml.text("name", &[], author.name);
        xml.some_text("uri", &address(author.url));
    });
}
