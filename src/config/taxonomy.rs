//! Ways to sort posts: which keys of the front matter hold terms.

use serde::Serialize;

use super::reject_unknown;
use crate::content::front_matter::Node;

/// The taxonomy that the keys `author` and `authors` fill.
pub const AUTHORS: &str = "authors";
/// The taxonomy that the key `category` fills.
pub const CATEGORIES: &str = "categories";

/// A way to sort posts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TaxonomyConfig {
    /// The key in the front matter, the folder of profiles and of the output: `companies`.
    pub name: String,
    /// `Companies`.
    pub title: String,
    /// `company`.
    pub singular: String,
    /// Whether its terms are entities: spellings fold, profiles are read, names are found in text.
    pub entity: bool,
}

impl TaxonomyConfig {
    fn new(name: &str) -> Self {
        let singular = match name {
            "people" => "person".to_owned(),
            _ => match name.strip_suffix("ies") {
                Some(stem) => format!("{stem}y"),
                None => name.strip_suffix('s').unwrap_or(name).to_owned(),
            },
        };
        let mut title = name.replace(['-', '_'], " ");
        if let Some(first) = title.get_mut(..1) {
            first.make_ascii_uppercase();
        }
        let entity = matches!(name, "companies" | "people" | "models" | AUTHORS);
        Self { name: name.to_owned(), title, singular, entity }
    }
}

/// Folders and facts of posts that are no taxonomies.
#[rustfmt::skip]
const TAKEN: &[&str] = &[
    "aliases", "archive", "assets", "date", "deal", "deals", "draft", "editions", "email", "expires", "extra", "guid",
    "image", "language", "page", "path", "posts", "related", "replies", "slug", "sources", "story", "summary", "title",
    "updated",
];

/// The taxonomies of a newsletter that says nothing about them.
pub(super) fn defaults() -> Vec<TaxonomyConfig> {
    ["tags", "companies", "people", "models", "topics", AUTHORS, CATEGORIES].map(TaxonomyConfig::new).into()
}

/// Reads a list of names, or a mapping from names to their titles.
pub(super) fn read(node: &Node<'_>) -> Vec<TaxonomyConfig> {
    let mut taxonomies: Vec<TaxonomyConfig> = if node.is_mapping() {
        node.entries().into_iter().filter_map(|(name, details)| read_one(&details, name, &details)).collect()
    } else {
        node.items()
            .iter()
            .filter_map(|item| match item.get("name") {
                Some(name) => read_one(item, &name.some_text()?, &name),
                None if item.is_mapping() => {
                    item.error("missing-key", "a taxonomy needs a `name`", "write it as `{name: labs, title: Labs}`");
                    None
                }
                None => read_one(item, &item.some_text()?, item),
            })
            .collect()
    };
    for built_in in [AUTHORS, CATEGORIES] {
        if !taxonomies.iter().any(|taxonomy| taxonomy.name == built_in) {
            taxonomies.push(TaxonomyConfig::new(built_in));
        }
    }
    taxonomies
}

fn read_one(details: &Node<'_>, name: &str, place: &Node<'_>) -> Option<TaxonomyConfig> {
    let plain = !name.is_empty()
        && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'-' | b'_'));
    if !plain {
        place.error(
            "bad-taxonomy",
            format!("`{name}` can't be the name of a taxonomy"),
            "use lower-case letters, digits, `-` and `_`",
        );
        return None;
    }
    if TAKEN.contains(&name) {
        place.error(
            "bad-taxonomy",
            format!("`{name}` means something else in a newsletter, and can't be a taxonomy"),
            "choose another name",
        );
        return None;
    }
    let mut taxonomy = TaxonomyConfig::new(name);
    if details.is_mapping() {
        reject_unknown(details, &["name", "title", "singular", "entity"], name);
        if let Some(title) = details.get("title").and_then(|n| n.some_text()) {
            taxonomy.title = title;
        }
        if let Some(singular) = details.get("singular").and_then(|n| n.some_text()) {
            taxonomy.singular = singular;
        }
        if let Some(entity) = details.get("entity").and_then(|n| n.flag()) {
            taxonomy.entity = entity;
        }
    }
    Some(taxonomy)
}
