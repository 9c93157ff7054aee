//! JSON Feed 1.1.

use serde_json::{Map, Value, json};

use super::{Author, Feed, Item};
use crate::render::percent::{address, identifier};
use crate::render::xml::legal;

/// Writes a feed as JSON Feed 1.1 with full text.
pub fn json_feed(feed: &Feed<'_>) -> String {
    let mut object = Map::new();
    object.insert("version".to_owned(), json!("https://jsonfeed.org/version/1.1"));
    object.insert("title".to_owned(), text(feed.title));
    some(&mut object, "description", text(feed.description));
    some(&mut object, "home_page_url", url(feed.home_url));
    some(&mut object, "feed_url", url(feed.feed_url));
    some(&mut object, "language", text(feed.language));
    some(&mut object, "authors", authors(&[feed.author]));
    object.insert("items".to_owned(), feed.items.iter().map(item).collect());
    Value::Object(object).to_string()
}

fn item(item: &Item<'_>) -> Value {
    let Item {
        id,
        url: permalink,
        title,
        language,
        summary_text,
        content_html,
        published,
        updated,
        authors: by,
        categories,
        image,
    } = item;
    let mut object = Map::new();
    object.insert("id".to_owned(), Value::String(identifier(id).into_owned()));
    some(&mut object, "url", url(permalink));
    some(&mut object, "title", text(title));
    some(&mut object, "language", text(language));
    some(&mut object, "summary", text(summary_text));
    // An item must have content, in one of two forms.
    if content_html.is_empty() {
        object.insert("content_text".to_owned(), text(summary_text));
    } else {
        object.insert("content_html".to_owned(), text(content_html));
    }
    some(&mut object, "image", url(image));
    some(&mut object, "date_published", text(published.rfc3339));
    if updated != published {
        some(&mut object, "date_modified", text(updated.rfc3339));
    }
    some(&mut object, "authors", authors(by));
    some(&mut object, "tags", categories.iter().map(|category| text(category)).collect());
    Value::Object(object)
}

fn authors(authors: &[Author<'_>]) -> Value {
    authors
        .iter()
        .filter(|author| !author.name.is_empty())
        .map(|author| {
            let mut object = Map::new();
            object.insert("name".to_owned(), text(author.name));
            some(&mut object, "url", url(author.url));
            Value::Object(object)
        })
        .collect()
}

/// JSON could hold what XML can't; the three formats say the same all the same.
fn text(text: &str) -> Value {
    Value::String(legal(text).into_owned())
}

fn url(url: &str) -> Value {
    Value::String(address(url).into_owned())
}

/// Sets a key unless there is nothing to say.
fn some(object: &mut Map<String, Value>, key: &str, value: Value) {
    let empty = match &value {
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        _ => false,
    };
    if !empty {
        object.insert(key.to_owned(), value);
    }
}
