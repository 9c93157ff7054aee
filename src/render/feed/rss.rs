//! RSS 2.0, with the modules `content`, `dc`, `atom` and `media` that readers support.

use quick_xml::escape::partial_escape;

use super::{Feed, Item};
use crate::render::percent::{address, identifier};
use crate::render::xml::Xml;

/// Writes a feed as RSS 2.0 with full text.
///
/// Titles are plain text; a `description` is HTML by custom (RSS Best Practices Profile), so that
/// the plain summary is escaped twice.
pub fn rss(feed: &Feed<'_>) -> String {
    let mut xml = Xml::new(feed.capacity());
    let namespaces = [
        ("version", "2.0"),
        ("xmlns:atom", "http://www.w3.org/2005/Atom"),
        ("xmlns:content", "http://purl.org/rss/1.0/modules/content/"),
        ("xmlns:dc", "http://purl.org/dc/elements/1.1/"),
        ("xmlns:media", "http://search.yahoo.com/mrss/"),
    ];
    xml.parent("rss", &namespaces, |xml| xml.parent("channel", &[], |xml| channel(xml, feed)));
    xml.finish()
}

fn channel(xml: &mut Xml, feed: &Feed<'_>) {
    let self_url = address(feed.feed_url);
    xml.text("title", &[], feed.title);
    xml.text("link", &[], &address(feed.home_url));
    // The element is required; a feed without a description is described by its name.
    xml.text(
        "description",
        &[],
        &partial_escape(if feed.description.is_empty() { feed.title } else { feed.description }),
    );
    xml.empty("atom:link", &[("href", &self_url), ("rel", "self"), ("type", "application/rss+xml")]);
    xml.some_text("language", feed.language);
    xml.some_text("copyright", feed.copyright);
    xml.some_text("lastBuildDate", feed.updated.rfc2822);
    xml.some_text("generator", feed.generator);
    xml.text("docs", &[], "https://www.rssboard.org/rss-specification");
    for entry in &feed.items {
        xml.parent("item", &[], |xml| item(xml, feed, entry));
    }
}

fn item(xml: &mut Xml, feed: &Feed<'_>, item: &Item<'_>) {
    let Item { id, url, title, language, summary_text, content_html, published, updated, authors, categories, image } =
        item;
    xml.some_text("title", title);
    xml.some_text("dc:language", language);
    xml.some_text("link", &address(url));
    if id == url {
        xml.text("guid", &[("isPermaLink", "true")], &address(url));
    } else {
        xml.text("guid", &[("isPermaLink", "false")], &identifier(id));
    }
    xml.some_text("pubDate", published.rfc2822);
    if updated != published {
        xml.some_text("atom:updated", updated.rfc3339);
    }
    if authors.is_empty() {
        xml.some_text("dc:creator", feed.author.name);
    }
    for author in authors {
        xml.some_text("dc:creator", author.name);
    }
    for category in categories {
        xml.some_text("category", category);
    }
    if !summary_text.is_empty() || title.is_empty() {
        xml.text("description", &[], &partial_escape(*summary_text));
    }
    if !content_html.is_empty() {
        xml.character_data("content:encoded", &[], content_html);
    }
    if !image.is_empty() {
        xml.empty("media:content", &[("url", &address(image)), ("medium", "image")]);
    }
}
