//! What every kind of Markdown file has in common: a title, a name for its address, a lead, a body.

use std::sync::Arc;

use bitcode::{Decode, Encode};

use super::date::Moment;
use super::front_matter::{FrontMatter, Node, Reader, in_braces};
use super::gate;
use super::kind::TextKind;
use super::markdown::{self, Body, Fragment, Parsed, Position};
use super::sentence::first_sentence;
use super::slug::slugify;
use crate::config::{Config, UnknownKeys};
use crate::diagnostic::{Diagnostic, Place};
use crate::fingerprint::{Fingerprint, FingerprintBuilder};
use crate::source::{SourceFile, SourcePath};

/// The common part of posts, editions, pages and profiles.
#[derive(Clone, Debug, Encode, Decode)]
pub struct Entry {
    /// The file.
    pub source: SourcePath,
    /// The digest of all that the entry is made of: the file's bytes, and a title that its name gave.
    pub fingerprint: Fingerprint,
    /// The headline, as plain text.
    pub title: String,
    /// Its name in addresses.
    pub slug: Slug,
    /// The address that the author sets with `path`, from the site's root on.
    pub path: Option<String>,
    /// The lead.
    pub summary: Summary,
    /// Old addresses that lead here, each with its place.
    pub aliases: Vec<(String, Position)>,
    /// Whether it is not to be published yet.
    pub draft: bool,
    /// The date of a page, with its place: readers are not told, and nothing waits for it.
    pub idle_date: Option<Box<(Moment, Position)>>,
    /// The values under `extra` and keys that are not known, as JSON.
    pub extra: String,
    /// The body.
    pub body: Body,
    /// The body as the author wrote it, where the site offers it; else empty.
    pub markdown: Arc<str>,
    /// The line of the file in which that begins.
    pub markdown_line: u32,
    /// Whether the text is here: the cache keeps posts without theirs (see [`crate::texts`]).
    pub has_text: bool,
    /// What was taken from elsewhere because the author did not say it: `title`, `date`, `summary`.
    pub derived: Vec<Derived>,
    /// Keys that are not known, each with its place.
    pub unknown_keys: Vec<(String, Position)>,
}

/// A name in addresses.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Slug {
    /// Letters, digits and `-`.
    pub text: String,
    /// Whether the author gave it, so that it must be kept as it is.
    pub given: bool,
}

/// A lead in the two forms that are needed.
#[derive(Clone, Debug, Default, PartialEq, Encode, Decode)]
pub struct Summary {
    /// As plain text.
    pub text: String,
    /// As inline HTML whose links are still open; empty where the lead is the body's own first paragraph.
    pub fragment: Fragment,
}

impl Summary {
    /// Gives the first sentence, for sidebars: at most about 200 characters.
    pub fn sentence(&self) -> &str {
        first_sentence(&self.text, 200)
    }
}

/// A fact that was taken from elsewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub enum Derived {
    /// The title, from the first heading or the file's name.
    Title,
    /// The date, from the file's name or path.
    Date,
    /// The summary, from the first paragraph.
    Summary,
}

impl Entry {
    /// Gives the place of something in the file.
    pub fn place(&self, position: Position) -> Place {
        position.in_file(&self.source)
    }
}

/// Keys that every kind of file may have.
pub(super) const COMMON_KEYS: &[&str] =
    &["title", "slug", "path", "summary", "description", "excerpt", "lead", "aliases", "draft", "extra"];

/// Quotes that editors make of straight ones, and that YAML does not know.
const CURLY_QUOTES: [char; 3] = ['“', '”', '„'];
/// The single ones, of which one is an apostrophe as well.
const SINGLE_QUOTES: [char; 3] = ['‘', '’', '‚'];

/// A file that is being read.
pub(super) struct Draft<'a> {
    /// The file.
    pub file: &'a SourceFile,
    /// Its front matter.
    pub matter: &'a FrontMatter,
    /// The reader of its front matter.
    pub reader: &'a Reader<'a>,
    /// The configuration.
    pub config: &'a Config,
    /// The name that the file's name gives it, without a date.
    pub name: &'a str,
    /// What it is.
    pub kind: TextKind,
}

impl Draft<'_> {
    /// Reads the common part; `known` are the further keys of its kind.
    pub(super) fn entry(&self, known: &[&str], mut derived: Vec<Derived>, diagnostics: &mut Vec<Diagnostic>) -> Entry {
        let root = self.reader.root();
        let options = self.markdown_options(known);
        let Parsed { body, opening, diagnostics: said } =
            markdown::parse(self.file, self.matter.body_start..self.file.text.len(), &options);
        diagnostics.extend(said);
        let title = match root.get("title").and_then(|node| node.some_text()) {
            // What is nothing but markup is shown as it is: no title is empty that the author wrote.
            Some(text) => {
                // The name of something keeps the signs that it is written with.
                let smart = options.smart_punctuation.filter(|_| self.kind != TextKind::Profile);
                Some(markdown::plain_text(&text, smart))
                    .filter(|plain| !plain.is_empty())
                    .unwrap_or_else(|| markdown::one_line(&text))
            }
            None => {
                derived.push(Derived::Title);
                markdown::one_line(opening.heading.as_deref().unwrap_or(&title_of_name(self.name)))
            }
        };
        let named = derived.contains(&Derived::Title) && opening.heading.is_none();
        let fingerprint = if named { with_title(self.file.fingerprint, &title) } else { self.file.fingerprint };
        let given = root.get_any(&["summary", "description", "excerpt", "lead"]);
        let given = given.and_then(|node| Some((node.some_text()?, Position::of(&node.place()))));
        let summary = match given {
            Some((text, position)) => {
                let (fragment, said) = markdown::inline(&text, &options, &self.file.path, position);
                diagnostics.extend(said);
                Summary { fragment, text: markdown::plain_text(&text, options.smart_punctuation) }
            }
            None => {
                derived.push(Derived::Summary);
                Summary { text: first_sentence(&opening.paragraph, 300).to_owned(), fragment: Fragment::default() }
            }
        };
        let (unknown_keys, extra) = self.extra(&root, known);
        Entry {
            source: self.file.path.clone(),
            fingerprint,
            slug: self.slug(&root, &title),
            path: self.heeded("path", &root).and_then(|node| own_address(&node)),
            title,
            summary,
            aliases: root.get(self.kind.old_addresses()).map(|node| aliases(&node)).unwrap_or_default(),
            draft: gate::is_draft(self.reader),
            idle_date: None,
            extra,
            markdown: if self.config.outputs.mirrors {
                self.file.text[self.matter.body_start..].into()
            } else {
                "".into()
            },
            markdown_line: 1 + self.file.text[..self.matter.body_start].matches('\n').count() as u32,
            has_text: true,
            body,
            derived,
            unknown_keys,
        }
    }

    /// Gives the value of a key of every file, unless it says nothing in this kind of text.
    fn heeded<'r>(&self, key: &'r str, root: &Node<'r>) -> Option<Node<'r>> {
        root.get(key).filter(|_| self.kind.instead_of(key).is_none())
    }

    fn slug(&self, root: &Node<'_>, title: &str) -> Slug {
        if let Some(node) = self.heeded("slug", root)
            && let Some(text) = node.raw_text()
        {
            let has_quotes = text.contains(CURLY_QUOTES) || text.contains(SINGLE_QUOTES);
            if crate::site::OutPath::new(&text).is_ok()
                && !has_quotes
                && !text.contains('/')
                && !text.contains('%')
                && !text.contains(char::is_whitespace)
            {
                return Slug { text, given: true };
            }
            let help = slugify(&text).map_or_else(
                || "use letters, digits and `-`".to_owned(),
                |slug| format!("use letters, digits and `-`, for example `slug: {slug}`"),
            );
            let message = match has_quotes {
                true => format!("`{text}` has curly quotes, which would be a part of the address"),
                false => format!("`{text}` can't be part of an address"),
            };
            node.error("bad-slug", message, help);
        }
        let text = slugify(self.name).or_else(|| slugify(title)).unwrap_or_else(|| {
            if self.kind.has_own_address() {
                self.reader.report(
                    Diagnostic::error("no-slug", "neither the file's name nor the title has a letter for an address")
                        .at(self.reader.place())
                        .with_help("add a line such as `slug: a-name-for-the-address`"),
                );
            }
            "untitled".to_owned()
        });
        Slug { text, given: false }
    }

    /// Takes what concerns Markdown in the language of the file; `known` are the further keys of its kind.
    pub(super) fn markdown_options(&self, known: &[&str]) -> markdown::Options {
        // Only a post may be in another language, by keys that other files do not have.
        let language = self.reader.root().get_any(&["language", "lang"]).filter(|_| known.contains(&"language"));
        let language = language.filter(|node| node.value().is_string()).and_then(|node| node.some_text());
        markdown_options(self.config, language.as_deref().unwrap_or(&self.config.language))
    }

    /// Collects the keys that are not known: their places, and all of `extra` as JSON.
    fn extra(&self, root: &Node<'_>, known: &[&str]) -> (Vec<(String, Position)>, String) {
        let mut extra = serde_json::Map::new();
        if let Some(node) = root.get("extra") {
            match node.json() {
                serde_json::Value::Object(map) => extra = map,
                // What is no JSON has been said.
                _ if node.is_mapping() => {}
                _ => node
                    .expected("a group of keys", "write `extra:`, and your own `key: value` lines indented below it"),
            }
        }
        let mut unknown = Vec::new();
        for (key, node) in root.entries() {
            let is_known = COMMON_KEYS.contains(&key) || known.contains(&key) || self.config.taxonomy(key).is_some();
            let is_heeded = is_known && self.kind.instead_of(key).is_none();
            if is_heeded || gate::is_of_publishing(key) && gate::is_flag(&node) {
                continue;
            }
            extra.entry(key.to_owned()).or_insert_with(|| node.json());
            let allowed = self.config.allowed_keys.iter().any(|allowed| allowed == key);
            if allowed {
                continue;
            }
            if !gate::is_of_publishing(key)
                && let Some(problem) = gate::complaint_of_key(key, &node, self.kind)
            {
                let own = "if the key is your own, list it under `front_matter: {allow: […]}` in masthead.yaml";
                self.reader.report(problem.with_help(own));
                continue;
            }
            if self.config.unknown_keys != UnknownKeys::Ignore {
                unknown.push((key.to_owned(), Position::of(&node.key_place())));
            }
        }
        let json = if extra.is_empty() { String::new() } else { serde_json::Value::Object(extra).to_string() };
        (unknown, json)
    }
}

fn with_title(file: Fingerprint, title: &str) -> Fingerprint {
    let mut builder = FingerprintBuilder::default();
    builder.add_fingerprint(file);
    builder.add_bytes(title.as_bytes());
    builder.finish()
}

/// Takes from the configuration what concerns Markdown in a language.
pub fn markdown_options(config: &Config, language: &str) -> markdown::Options {
    markdown::Options {
        raw_html: config.raw_html,
        smart_punctuation: config.smart_punctuation.then(|| markdown::Quotes::of(language)),
        math: config.math,
        highlight: config.highlight,
        ..markdown::Options::default()
    }
}

/// Gives the time zone of dates without an offset; the configuration has checked its name.
pub(super) fn zone(config: &Config) -> jiff::tz::TimeZone {
    match config.time_zone.as_str() {
        "UTC" => jiff::tz::TimeZone::UTC,
        name => jiff::tz::TimeZone::get(name).unwrap_or(jiff::tz::TimeZone::UTC),
    }
}

/// Reads an address of this site that the author sets; it comes back with `/` at both ends, unless
/// it names a file.
pub(super) fn address(node: &Node<'_>) -> Option<String> {
    let text = node.raw_text()?;
    let reason = if text.contains("://") || text.starts_with("//") || text.contains(['?', '#']) {
        Err("only a path of this site can stand here".to_owned())
    } else if text.contains('%') {
        Err("write the letters themselves, not their `%` codes".to_owned())
    } else if text.contains(CURLY_QUOTES) || text.starts_with(SINGLE_QUOTES) {
        Err("its quotes are curly, and a part of it".to_owned())
    } else {
        let path = text.strip_prefix('/').unwrap_or(&text);
        let path = path.strip_suffix('/').unwrap_or(path);
        crate::site::OutPath::new(path).map(|_| {
            let is_file = path.ends_with(".html") || path.ends_with(".htm") || path.ends_with(".xml");
            if is_file { format!("/{path}") } else { format!("/{path}/") }
        })
    };
    match reason {
        Ok(url) => Some(url),
        Err(reason) => {
            node.error(
                "bad-address",
                format!("`{text}` can't be an address of this site: {reason}"),
                "write a path such as `/2024/08/tiktok/`",
            );
            None
        }
    }
}

/// Reads the address that a text is to have: unlike an old one, it holds no space.
fn own_address(node: &Node<'_>) -> Option<String> {
    let url = address(node)?;
    if url.contains(char::is_whitespace) {
        let message = format!("`{url}` has a space in it, which links would have to spell `%20`");
        node.error("bad-address", message, format!("write `{}`", url.replace(char::is_whitespace, "-")));
        return None;
    }
    Some(url)
}

/// What stands behind a comma and is no name of its own.
const ENDINGS: [&str; 28] = [
    "inc",
    "ltd",
    "llc",
    "llp",
    "lp",
    "plc",
    "co",
    "corp",
    "gmbh",
    "ag",
    "sa",
    "jr",
    "sr",
    "phd",
    "md",
    "esq",
    "ii",
    "iii",
    "iv",
    "nv",
    "bv",
    "se",
    "kg",
    "ab",
    "oy",
    "spa",
    "incorporated",
    "limited",
];

/// Warns where a list was meant, and what stands there is one name.
pub(super) fn warn_of_comma(node: &Node<'_>) {
    // `Acme, Inc.`
    let is_ending = |word: &str| ENDINGS.contains(&word.trim().replace('.', "").to_ascii_lowercase().as_str());
    if let Some(text) = node.value().as_str()
        && text.contains(',')
        && !text.split(',').skip(1).any(is_ending)
        && !text.contains(['"', '[', ']', '('])
    {
        let list = text.split(',').map(str::trim).collect::<Vec<_>>().join(", ");
        let help = format!("write `{}: [{list}]` for a list, or `[\"{text}\"]` if it is one", node.name());
        node.warn("one-name", format!("`{text}` is one name"), help);
    }
}

/// Warns of a list between brackets in which a comma cuts the end off a name: `[Acme, Inc.]`.
pub(super) fn warn_of_cut_names(node: &Node<'_>) {
    // Two letters without a dot may be a name.
    let is_ending = |name: &str| {
        let letters = name.replace('.', "").to_ascii_lowercase();
        ENDINGS.contains(&letters.as_str()) && (letters.len() > 2 || name.contains('.'))
    };
    let items = node.value().as_sequence().filter(|_| node.is_flow());
    let Some(names) = items.and_then(|items| items.iter().map(|item| item.as_str()).collect::<Option<Vec<_>>>()) else {
        return;
    };
    let Some(cut) = names.windows(2).find(|pair| !is_ending(pair[0]) && is_ending(pair[1])) else { return };
    let mut whole: Vec<String> = vec![];
    for name in &names {
        match whole.last_mut().filter(|_| is_ending(name)) {
            Some(last) => *last = format!("{last}, {name}"),
            None => whole.push((*name).to_owned()),
        }
    }
    let list = whole.iter().map(|name| in_braces(name)).collect::<Vec<_>>().join(", ");
    let message = format!("`{}` and `{}` are two names: a comma parts them", cut[0], cut[1]);
    node.warn("cut-name", message, format!("write `{}: [{list}]` if they are one", node.name()));
}

fn aliases(node: &Node<'_>) -> Vec<(String, Position)> {
    node.items().iter().filter_map(|item| Some((address(item)?, Position::of(&item.place())))).collect()
}

/// Makes a title of a file's name: `about-us` becomes `About us`.
pub(super) fn title_of_name(name: &str) -> String {
    let mut words = name.replace(['-', '_'], " ");
    if let Some(first) = words.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    words
}
