//! A profile: what is known of a company, a person, a model or an author.

use bitcode::{Decode, Encode};

use super::entry::{Draft, Entry, warn_of_comma};
use super::markdown::Position;
use super::post;
use crate::config::{reject_unknown, with_ascii_host};
use crate::diagnostic::Diagnostic;

/// What is known of an entity.
#[derive(Clone, Debug, Encode, Decode)]
pub struct Profile {
    /// What all files have in common; the title is the name, the aliases are old addresses.
    pub entry: Entry,
    /// The taxonomy that the entity is a term of.
    pub taxonomy: String,
    /// Other names and spellings, each with its place.
    pub names: Vec<(String, Position)>,
    /// `company`, `lab`, `publisher` and so on; may be empty.
    pub kind: String,
    /// Its own site; may be empty.
    pub site: String,
    /// Where its shares are listed; may be empty.
    pub ticker: String,
    /// A logo's or portrait's file or address.
    pub logo: Option<String>,
    /// The name of the company that it belongs to.
    pub parent: Option<(String, Position)>,
    /// Whether the name is an ordinary word as well.
    pub ambiguous: bool,
    /// Entities whose presence in a post says that the word is this name.
    pub supported_by: Vec<String>,
    /// Profiles elsewhere: title and address.
    pub links: Vec<(String, String)>,
}

pub(super) const KEYS: &[&str] = &[
    "name",
    "aliases",
    "kind",
    "site",
    "ticker",
    "logo",
    "avatar",
    "parent",
    "ambiguous",
    "supported_by",
    "links",
    "old_urls",
    "role",
];

/// Reads a profile of a taxonomy.
///
/// Here `aliases` are other names, not old addresses: those stand under `old_urls`.
pub(super) fn read(draft: &Draft<'_>, taxonomy: &str, diagnostics: &mut Vec<Diagnostic>) -> Profile {
    let root = draft.reader.root();
    let mut entry = draft.entry(KEYS, vec![], diagnostics);
    let text = |key| root.get(key).and_then(|node| node.some_text());
    if let Some(name) = text("name") {
        // Says so if there is a `title` too.
        root.get_any(&["name", "title"]);
        entry.title = name;
    }
    entry.derived.clear();
    Profile {
        taxonomy: taxonomy.to_owned(),
        names: root.get("aliases").inspect(warn_of_comma).map(|node| post::names(&node)).unwrap_or_default(),
        kind: root.get_any(&["kind", "role"]).and_then(|node| node.some_text()).unwrap_or_default(),
        // Pages show it.
        site: root.get("site").and_then(|node| post::written_address(&node)).unwrap_or_default(),
        ticker: text("ticker").unwrap_or_default(),
        logo: root.get_any(&["logo", "avatar"]).and_then(|node| Some(with_ascii_host(&node.some_text()?).into_owned())),
        parent: root.get("parent").and_then(|node| Some((node.some_text()?, Position::of(&node.place())))),
        ambiguous: root.get("ambiguous").and_then(|node| node.flag()).unwrap_or(false),
        supported_by: root.get("supported_by").map(|node| node.texts()).unwrap_or_default(),
        links: root.get("links").map(|node| links(&node)).unwrap_or_default(),
        entry,
    }
}

fn links(node: &super::front_matter::Node<'_>) -> Vec<(String, String)> {
    node.items()
        .iter()
        .filter_map(|item| {
            if item.is_mapping() {
                reject_unknown(item, &["title", "url"], "links");
            }
            let written = post::written_address(&item.get("url").unwrap_or_else(|| item.clone()))?;
            let url = with_ascii_host(&written).into_owned();
            let title = item.get("title").and_then(|title| title.some_text()).unwrap_or(written);
            Some((title, url))
        })
        .collect()
}
