//! A post: an article with facts on top.

use std::sync::Arc;

use bitcode::{Decode, Encode};
use jiff::tz::TimeZone;

use super::date::{Moment, PartialDate};
use super::deal::Deal;
use super::entry::{Derived, Draft, Entry, address, warn_of_comma, warn_of_cut_names};
use super::front_matter::Node;
use super::markdown::{Fragment, Position, Quotes, typeset};
use crate::config::{
    AUTHORS, CATEGORIES, Config, is_group, is_identifier, language, one_line, reject_unknown, with_ascii_host,
};
use crate::diagnostic::Diagnostic;

/// An article.
#[derive(Clone, Debug, Encode, Decode)]
pub struct Post {
    /// What all files have in common.
    pub entry: Entry,
    /// The folder that it belongs to: `posts`.
    pub section: String,
    /// When it was published.
    pub date: Moment,
    /// When it was changed since, with its place.
    pub updated: Option<(Moment, Position)>,
    /// When it is taken down.
    pub expires: Option<Moment>,
    /// Its terms, taxonomy by taxonomy, in the author's order; authors and categories among them.
    pub terms: Vec<Terms>,
    /// What it is based on.
    pub sources: Vec<Source>,
    /// The deals that it reports.
    pub deals: Vec<Deal>,
    /// The posts that the author wants beside it.
    pub pin: Vec<(String, Position)>,
    /// The posts that the author does not want beside it.
    pub hide: Vec<(String, Position)>,
    /// The thread of posts that it belongs to.
    pub story: Option<String>,
    /// The full address of the original, where this is a copy.
    pub canonical_url: Option<String>,
    /// What feeds know it by, if not by its address: an address of this site that it had before, or an
    /// identifier as a whole; with its place.
    pub guid: Option<(String, Position)>,
    /// The picture on top; few have one, so that it takes no room in the others.
    pub image: Option<Box<Image>>,
    /// A language tag, if it is another than the publication's.
    pub language: Option<String>,
    /// What the e-mail edition says instead of title and summary.
    pub email: Email,
    /// Whether it takes replies; `None` leaves it to the configuration.
    pub replies: Option<bool>,
    /// Whether it takes reactions; `None` leaves it to the configuration.
    pub reactions: Option<bool>,
}

/// The terms of one taxonomy.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Terms {
    /// The taxonomy's name: `companies`.
    pub taxonomy: String,
    /// The terms as they are written, each with its place.
    pub names: Vec<(String, Position)>,
}

/// Something that a post is based on.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Source {
    /// The title of the original.
    pub title: String,
    /// Who published it; may be empty.
    pub publisher: String,
    /// Where it is; may be empty.
    pub url: String,
    /// When it appeared.
    pub date: Option<PartialDate>,
}

/// A picture.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Image {
    /// A file beside the post, a path from the site's root, or a full address.
    pub src: String,
    /// What it shows.
    pub alt: String,
    /// Who made it; may be empty.
    pub credit: String,
    /// Where it is named.
    pub position: Position,
}

/// What an e-mail says instead of title and summary.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode)]
pub struct Email {
    /// The subject.
    pub subject: Option<String>,
    /// The line that mail programs show behind the subject.
    pub preheader: Option<String>,
}

/// Names of one kind that a post may have: each has a page and a feed, on which all of them stand.
const MOST_NAMES: usize = 1_000;

const KEYS: &[&str] = &[
    "date",
    "publishDate",
    "updated",
    "lastmod",
    "expires",
    "expiryDate",
    "unpublishDate",
    "author",
    "category",
    "taxonomies",
    "sources",
    "source",
    "deals",
    "deal",
    "related",
    "story",
    "canonical_url",
    "guid",
    "image",
    "language",
    "lang",
    "email",
    "replies",
    "reactions",
];

impl Post {
    /// Gives the post without its text, as the cache keeps it.
    pub fn without_text(&self) -> Self {
        let mut post = self.clone();
        post.entry.has_text = false;
        post.entry.markdown = "".into();
        let holes = post.entry.body.content.holes.clone();
        post.entry.body.content = Arc::new(Fragment { holes, ..Fragment::default() });
        post
    }
}

/// Keys that a post may have, for suggestions and the schema.
pub fn known_keys(config: &Config) -> Vec<&str> {
    let taxonomies = config.taxonomies.iter().map(|taxonomy| taxonomy.name.as_str());
    super::entry::COMMON_KEYS.iter().chain(KEYS).copied().chain(taxonomies).collect()
}

/// Reads a post whose date is known.
pub(super) fn read(
    draft: &Draft<'_>,
    section: &str,
    date: Moment,
    derived: Vec<Derived>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Post {
    let entry = draft.entry(KEYS, derived, diagnostics);
    let root = draft.reader.root();
    let zone = super::entry::zone(draft.config);
    let text = |key| root.get(key).and_then(|node| node.some_text());
    let related = root.get("related").filter(|node| is_group(node, &["pin", "hide"], "{pin: [a-post]}"));
    let wishes = |key| {
        let node = related.as_ref().and_then(|node| node.get(key));
        node.map(|node| names(&node)).unwrap_or_default()
    };
    let updated = root.get_any(&["updated", "lastmod"]).and_then(|node| updated(&node, date, &zone));
    let quotes = draft.markdown_options(KEYS).smart_punctuation;
    let mut deals = Deal::read_all(&root);
    for words in deals.iter_mut().flat_map(|deal| [&mut deal.title, &mut deal.note]).flatten() {
        *words = typeset(words, quotes);
    }
    warn_of_later_reports(draft, &deals, updated.map_or(date, |(updated, _)| updated));
    Post {
        section: section.to_owned(),
        date,
        updated,
        expires: root.get_any(&["expires", "expiryDate", "unpublishDate"]).and_then(|node| expires(&node, date, &zone)),
        terms: terms(&root, draft.config),
        sources: root.get_any(&["sources", "source"]).map(|node| sources(&node)).unwrap_or_default(),
        deals,
        pin: wishes("pin"),
        hide: wishes("hide"),
        story: text("story"),
        canonical_url: root.get("canonical_url").and_then(|node| web_address(&node)),
        guid: root.get("guid").and_then(|node| guid(&node)),
        image: root.get("image").and_then(|node| image(&node)).map(Box::new),
        language: root.get_any(&["language", "lang"]).and_then(|node| language(&node)),
        email: root.get("email").map(|node| email(&node, quotes)).unwrap_or_default(),
        replies: root.get("replies").and_then(|node| takes_replies(&node, draft.config)),
        reactions: root.get("reactions").and_then(|node| takes_reactions(&node, draft.config)),
        entry,
    }
}

/// Reads whether a post takes replies; without a way for them its readers find no form, which is said.
fn takes_replies(node: &Node<'_>, config: &Config) -> Option<bool> {
    let takes = node.flag()?;
    if takes && !config.replies.has_way() {
        let message = "there is no way for replies to reach you, so this post takes none";
        let help = "add `replies: {mailto: desk@…}` to masthead.yaml, or `action: https://…` for a form";
        node.warn("replies-without-way", message, help);
    }
    Some(takes)
}

/// Reads whether a post takes reactions, in the same way.
fn takes_reactions(node: &Node<'_>, config: &Config) -> Option<bool> {
    let takes = node.flag()?;
    if takes && config.reactions.is_none() {
        let message = "nothing takes reactions, so this post shows none";
        node.warn("reactions-without-way", message, "add `reactions: {action: https://…}` to masthead.yaml");
    }
    Some(takes)
}

/// Reads when a post was changed; a change before its publication is said, and left out.
fn updated(node: &Node<'_>, date: Moment, zone: &TimeZone) -> Option<(Moment, Position)> {
    let updated = Moment::read(node, zone)?;
    let is_before =
        if updated.has_time() { updated.unix_seconds() < date.unix_seconds() } else { updated.date() < date.date() };
    if is_before {
        let key = node.name();
        node.warn(
            "updated-before-date",
            format!(
                "`{key}` is {}, before the post was published on {}, and is left out",
                updated.long_date(),
                date.long_date()
            ),
            format!("correct one of the two dates, or take `{key}` out"),
        );
        return None;
    }
    // A day without a time starts before the hour of a post of that day.
    // One moment may be written in two ways.
    let updated = if updated.unix_seconds() > date.unix_seconds() { updated } else { date };
    Some((updated, Position::of(&node.place())))
}

/// Reads when a post is taken down: not before it is published.
fn expires(node: &Node<'_>, date: Moment, zone: &TimeZone) -> Option<Moment> {
    let expires = Moment::read(node, zone)?;
    if expires <= date {
        node.error(
            "expires-before-date",
            format!(
                "the post is taken down on {} and published on {}: nobody would ever see it",
                expires.long_date(),
                date.long_date()
            ),
            format!("correct `{}` or the date; `draft: true` keeps a post back", node.name()),
        );
    }
    Some(expires)
}

/// Says which reports of deals speak of a time that had not come when the post was last changed.
fn warn_of_later_reports(draft: &Draft<'_>, deals: &[Deal], changed: Moment) {
    for deal in deals {
        let (Some(as_of), Some(position)) = (deal.as_of, deal.as_of_position) else { continue };
        if as_of.first_day() > changed.day_number() {
            let message =
                format!("`as_of` is {as_of}, and the post was last changed on {}, before that", changed.long_date());
            draft.reader.report(
                Diagnostic::warning("as-of-after-post", message)
                    .at(position.in_file(&draft.file.path))
                    .with_help("correct it; if the post was changed since, say when with `updated:`"),
            );
        }
    }
}

/// Reads names with their places.
pub(super) fn names(node: &Node<'_>) -> Vec<(String, Position)> {
    // Items between brackets have the place of their line in common.
    let shared = node.is_flow().then(|| Position::of(&node.place()));
    let place = |item: &Node<'_>| shared.unwrap_or_else(|| Position::of(&item.place()));
    node.items().iter().filter_map(|item| Some((item.some_text()?, place(item)))).collect()
}

/// Reads who wrote a file: `author`, or `authors`.
pub(super) fn authors(root: &Node<'_>) -> Vec<(String, Position)> {
    root.get_any(&["authors", "author"]).map(|node| names(&node)).unwrap_or_default()
}

/// Reads the terms of all taxonomies; Zola's group `taxonomies` counts as well.
fn terms(root: &Node<'_>, config: &Config) -> Vec<Terms> {
    let group = root.get("taxonomies");
    if let Some(group) = &group {
        let known: Vec<&str> = config.taxonomies.iter().map(|taxonomy| taxonomy.name.as_str()).collect();
        reject_unknown(group, &known, "taxonomies");
    }
    config
        .taxonomies
        .iter()
        .filter_map(|taxonomy| {
            let node = match taxonomy.name.as_str() {
                AUTHORS => root.get_any(&["authors", "author"]),
                CATEGORIES => root.get_any(&["categories", "category"]),
                name => root.get(name),
            };
            let node = node.or_else(|| group.as_ref()?.get(&taxonomy.name))?;
            warn_of_comma(&node);
            if taxonomy.entity || taxonomy.name == AUTHORS {
                warn_of_cut_names(&node);
            }
            let mut names = names(&node);
            let mut seen = std::collections::BTreeSet::new();
            names.retain(|(name, _)| seen.insert(name.clone()));
            if names.len() > MOST_NAMES {
                let message = format!("`{}` has {} names", node.name(), names.len());
                node.error("too-many-names", message, format!("keep the {MOST_NAMES} that matter"));
                names.truncate(MOST_NAMES);
            }
            (!names.is_empty()).then(|| Terms { taxonomy: taxonomy.name.clone(), names })
        })
        .collect()
}

fn sources(node: &Node<'_>) -> Vec<Source> {
    node.items()
        .iter()
        .filter_map(|item| {
            if !item.is_mapping() {
                let text = item.some_text()?;
                let is_address = text.starts_with("https://") || text.starts_with("http://");
                let (title, url) = if is_address { (host(&text).to_owned(), text) } else { (text, String::new()) };
                let url = with_ascii_host(&url).into_owned();
                return Some(Source { title, publisher: String::new(), url, date: None });
            }
            reject_unknown(item, &["title", "publisher", "url", "date"], item.name());
            let text = |key| item.get(key).and_then(|node| node.some_text()).unwrap_or_default();
            let url = item.get("url").and_then(|node| written_address(&node)).unwrap_or_default();
            let (title, publisher) = (text("title"), text("publisher"));
            if title.is_empty() && publisher.is_empty() && url.is_empty() {
                item.error(
                    "empty-source",
                    "a source needs a `title`, a `publisher` or a `url`",
                    "write it as `{title: …, publisher: …, url: https://…}`",
                );
                return None;
            }
            let title = if title.is_empty() && publisher.is_empty() { host(&url).to_owned() } else { title };
            let date = item.get("date").and_then(|node| PartialDate::read(&node));
            Some(Source { title, publisher, url: with_ascii_host(&url).into_owned(), date })
        })
        .collect()
}

fn host(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let host = rest.split(['/', '?', '#']).next().unwrap_or(rest);
    host.strip_prefix("www.").unwrap_or(host)
}

/// Reads an address of the web that leads somewhere: its host is written as the net knows it.
pub(super) fn web_address(node: &Node<'_>) -> Option<String> {
    written_address(node).map(|url| with_ascii_host(&url).into_owned())
}

/// Reads an address of the web that readers see: `http` or `https`, and nothing else.
pub(super) fn written_address(node: &Node<'_>) -> Option<String> {
    let text = node.some_text()?;
    let lower = text.to_ascii_lowercase();
    let rest = lower.strip_prefix("https://").or_else(|| lower.strip_prefix("http://"));
    if rest.is_some_and(|rest| !rest.is_empty()) && !text.chars().any(|c| c.is_whitespace() || c.is_control()) {
        return Some(text);
    }
    node.error("bad-url", format!("`{text}` is not a web address"), "write a full address that starts with `https://`");
    None
}

/// Reads what feeds know a post by.
fn guid(node: &Node<'_>) -> Option<(String, Position)> {
    let text = node.some_text()?;
    if is_identifier(&text) {
        return Some((text, Position::of(&node.place())));
    }
    if text.starts_with('/') {
        return Some((address(node)?, Position::of(&node.place())));
    }
    node.warn(
        "bad-guid",
        format!("`{text}` identifies nothing by itself, and is left out"),
        "write the address that the post had first, such as `/posts/tiktok/`, or all of `https://example.org/?p=12`",
    );
    None
}

fn image(node: &Node<'_>) -> Option<Image> {
    let text = |key| node.get(key).and_then(|node| node.some_text()).unwrap_or_default();
    let position = Position::of(&node.place());
    if !node.is_mapping() {
        let src = with_ascii_host(&node.some_text()?).into_owned();
        return Some(Image { src, alt: String::new(), credit: String::new(), position });
    }
    // `feature` is what Jekyll's themes call it.
    reject_unknown(node, &["src", "url", "feature", "path", "alt", "credit"], "image");
    let src = ["src", "url", "feature", "path"].map(text).into_iter().find(|src| !src.is_empty());
    let Some(src) = src else {
        node.warn(
            "no-picture",
            "`image` names no picture",
            "write it as `image: {src: picture.jpg, alt: What it shows}`",
        );
        return None;
    };
    Some(Image { src: with_ascii_host(&src).into_owned(), alt: text("alt"), credit: text("credit"), position })
}

/// Reads what an e-mail says instead of title and summary.
pub(super) fn email(node: &Node<'_>, quotes: Option<Quotes>) -> Email {
    if !is_group(node, &["subject", "preheader"], "{subject: …, preheader: …}") {
        return Email::default();
    }
    let text = |key| node.get(key).and_then(|node| one_line(&node)).map(|text| typeset(&text, quotes));
    Email { subject: text("subject"), preheader: text("preheader") }
}
