//! One file of the content folder in, one typed value and its diagnostics out.
//!
//! Which kind a file is follows from where it lies: a folder of Markdown is a section of posts;
//! `editions`, `replies` and the folders of taxonomies have kinds of their own; a file at the top is
//! a page, unless it has a date.

use std::sync::Arc;

use super::conflict;
use super::date::{Moment, date_from_path, date_from_stem};
use super::edition::{self, Edition};
use super::entry::{COMMON_KEYS, Derived, Draft, Entry};
use super::front_matter::{self, FrontMatter, Reader};
use super::gate::{self, PUBLISH_DATE};
use super::kind::TextKind;
use super::markdown::Position;
use super::post::{self, Post};
use super::profile::{self, Profile};
use super::reply::{self, Reply};
use crate::config::Config;
use crate::diagnostic::Diagnostic;
use crate::source::{SourceFile, SourcePath};

/// The section of dated posts that lie at the top of the content folder.
pub const DEFAULT_SECTION: &str = "posts";
const EDITIONS: &str = "editions";
const REPLIES: &str = "replies";
/// Jekyll's folder of drafts, which it does not read either.
const DRAFTS: &str = "_drafts";
/// Replies that the publisher has not looked at yet; never published.
pub const PENDING_REPLIES: &str = "pending";

/// What a file of the content folder holds.
#[derive(Clone, Debug)]
pub enum Document {
    /// An article.
    Post(Arc<Post>),
    /// A digest.
    Edition(Arc<Edition>),
    /// A page such as `about.md`.
    Page(Arc<Entry>),
    /// What is known of an entity.
    Profile(Arc<Profile>),
    /// What is known of a section: `_index.md` of its folder.
    Section(Arc<Section>),
    /// A reader's reply.
    Reply(Arc<Reply>),
}

impl Document {
    /// Lists the keys that its front matter may have.
    pub fn known_keys<'a>(&self, config: &'a Config) -> Vec<&'a str> {
        let own: &[&str] = match self {
            Self::Post(_) => return post::known_keys(config),
            Self::Edition(_) => edition::KEYS,
            Self::Profile(_) => profile::KEYS,
            Self::Page(_) | Self::Section(_) | Self::Reply(_) => &[],
        };
        let kind = self.kind();
        COMMON_KEYS.iter().chain(own).copied().filter(|key| kind.instead_of(key).is_none()).collect()
    }

    /// Says what it is.
    pub fn kind(&self) -> TextKind {
        match self {
            Self::Post(_) => TextKind::Post,
            Self::Edition(_) => TextKind::Edition,
            Self::Page(_) => TextKind::Page,
            Self::Profile(_) => TextKind::Profile,
            Self::Section(section) => TextKind::of_section(&section.name),
            Self::Reply(_) => TextKind::Reply,
        }
    }
}

/// What is known of a section of posts.
#[derive(Clone, Debug, bitcode::Encode, bitcode::Decode)]
pub struct Section {
    /// The folder's name; empty for the content folder itself.
    pub name: String,
    /// Title, summary and body.
    pub entry: Entry,
}

/// What a file is, by its place.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Kind<'a> {
    Dated { section: String },
    Top,
    Edition,
    Profile { taxonomy: &'a str },
    Section { name: String },
    Reply { post: &'a str },
    Pending,
}

/// Says whether a file belongs to a reply that waits, which is nobody's text yet but a reader's, or to a folder of
/// drafts: it is not read, and keeps nothing from being published.
pub fn is_pending(path: &SourcePath, config: &Config) -> bool {
    classify(path, config).0 == Kind::Pending
}

/// Finds the folder that is meant by one at the top of the content folder whose name is written in other letters: its
/// files would be posts, replies among them that nobody has approved. Gives both names.
pub fn folder_in_other_letters<'a>(path: &'a SourcePath, config: &'a Config) -> Option<(&'a str, &'a str)> {
    let top = split(path, config).0.split('/').next().unwrap_or_default();
    let own = config.taxonomies.iter().map(|taxonomy| taxonomy.name.as_str());
    let mut known = [EDITIONS, REPLIES].into_iter().chain(own);
    if known.clone().any(|name| name == top) {
        return None;
    }
    known.find(|name| name.eq_ignore_ascii_case(top)).map(|meant| (top, meant))
}

/// Says whether a file of the content folder is text to be read; others are published as they are.
pub fn is_markdown(path: &SourcePath) -> bool {
    path.extension().is_some_and(|ending| ["md", "markdown"].iter().any(|own| ending.eq_ignore_ascii_case(own)))
}

/// Reads a file; without a value, its diagnostics say why.
pub fn read(file: &SourceFile, config: &Config) -> (Option<Document>, Vec<Diagnostic>) {
    let (kind, name) = classify(&file.path, config);
    if kind == Kind::Pending {
        return (None, vec![]);
    }
    let (matter, mut diagnostics) = front_matter::parse(file);
    diagnostics.extend(conflict::find(file, matter.body_start));
    if diagnostics.iter().any(Diagnostic::is_error) {
        return (None, diagnostics);
    }
    let reader = Reader::new(file, &matter);
    diagnostics.extend(gate::complain_of_places(file, &matter, &reader, config));
    let document = read_kind(&kind, name, file, &matter, &reader, config, &mut diagnostics);
    diagnostics.extend(reader.finish());
    (document, diagnostics)
}

/// Gives the folder of a content file below the content folder, and its name without `index.md`.
fn split<'a>(path: &'a SourcePath, config: &Config) -> (&'a str, &'a str) {
    let inside = path.as_str().strip_prefix(config.content_folder.as_str()).unwrap_or(path.as_str());
    let inside = inside.trim_start_matches('/');
    let folder = inside.rsplit_once('/').map_or("", |(folder, _)| folder);
    let stem = path.stem();
    if stem == "index" && !folder.is_empty() {
        let (above, own) = folder.rsplit_once('/').unwrap_or(("", folder));
        return (above, own);
    }
    (folder, stem)
}

fn classify<'a>(path: &'a SourcePath, config: &'a Config) -> (Kind<'a>, &'a str) {
    let (folder, name) = split(path, config);
    let (top, rest) = folder.split_once('/').unwrap_or((folder, ""));
    let section = top.trim_start_matches('_');
    let inside = path.as_str().strip_prefix(config.content_folder.as_str()).unwrap_or(path.as_str());
    let mut folders = inside.split('/').rev().skip(1);
    let kind = if folders.any(|folder| folder.eq_ignore_ascii_case(DRAFTS)) {
        Kind::Pending
    } else if name == "_index" {
        Kind::Section { name: section.to_owned() }
    } else if folder.is_empty() {
        Kind::Top
    } else if top == EDITIONS {
        Kind::Edition
    } else if top == REPLIES {
        let waits = |folder: &str| folder.trim_start_matches('_').eq_ignore_ascii_case(PENDING_REPLIES);
        if rest.split('/').any(waits) { Kind::Pending } else { Kind::Reply { post: rest } }
    } else if let Some(taxonomy) = config.taxonomy(top) {
        Kind::Profile { taxonomy: &taxonomy.name }
    } else {
        Kind::Dated { section: section.to_owned() }
    };
    (kind, name)
}

fn read_kind(
    kind: &Kind<'_>,
    name: &str,
    file: &SourceFile,
    matter: &FrontMatter,
    reader: &Reader<'_>,
    config: &Config,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Document> {
    let draft = |name, kind| Draft { file, matter, reader, config, name, kind };
    let has_nothing = matter.is_empty() && file.text[matter.body_start..].trim().is_empty();
    if has_nothing && !matches!(kind, Kind::Section { .. } | Kind::Profile { .. } | Kind::Pending) {
        reader.report(
            Diagnostic::error("empty-file", "the file is empty")
                .at(reader.place())
                .with_help("write a post into it, or delete it"),
        );
        return None;
    }
    match kind {
        Kind::Pending => None,
        Kind::Section { name } => {
            if name == EDITIONS || config.taxonomy(name).is_some() {
                reader.report(
                    Diagnostic::warning("unread-index", format!("the list of `{name}` shows no text of its own"))
                        .at(reader.place())
                        .with_help("delete the file, or put the text into a page"),
                );
            }
            let entry = draft(name, TextKind::of_section(name)).entry(
                &["sort_by", "paginate_by", "template", "transparent", "render"],
                vec![],
                diagnostics,
            );
            Some(Document::Section(Arc::new(Section { name: name.clone(), entry })))
        }
        Kind::Profile { taxonomy } => {
            let draft = draft(name, TextKind::Profile);
            Some(Document::Profile(Arc::new(profile::read(&draft, taxonomy, diagnostics))))
        }
        Kind::Reply { post } => {
            reply::read(file, matter, reader, config, post, diagnostics).map(|reply| Document::Reply(Arc::new(reply)))
        }
        Kind::Edition => {
            let found = find_date(name, reader, config);
            let found = found.or_missing(file, reader, name)?;
            let edition = edition::read(&draft(found.name, TextKind::Edition), found.date, found.derived, diagnostics);
            Some(Document::Edition(Arc::new(edition)))
        }
        Kind::Dated { .. } if is_left_over(file, matter, reader) => {
            reader.report(
                Diagnostic::warning("no-text", "the file has neither a date nor a text, and is left out")
                    .at(reader.place())
                    .with_help("write a post into it, or delete it"),
            );
            None
        }
        Kind::Dated { section } => {
            let Some(found) = find_date(name, reader, config).or_missing(file, reader, name) else {
                // What else is wrong is said at once.
                let someday = Moment::from_unix(0);
                post::read(&draft(name, TextKind::Post), section, someday, vec![], diagnostics);
                return None;
            };
            Some(Document::Post(Arc::new(post::read(
                &draft(found.name, TextKind::Post),
                section,
                found.date,
                found.derived,
                diagnostics,
            ))))
        }
        Kind::Top => {
            let says_page = reader.root().get("kind").and_then(|node| node.text()).is_some_and(|kind| kind == "page");
            match find_date(name, reader, config) {
                Dated::Found(found) if !says_page => {
                    let draft = draft(found.name, TextKind::Post);
                    let post = post::read(&draft, DEFAULT_SECTION, found.date, found.derived, diagnostics);
                    Some(Document::Post(Arc::new(post)))
                }
                Dated::Bad if !says_page => None,
                // A slip in a post's name would make it a page.
                Dated::Missing if !says_page && date_from_stem(name).is_err() => {
                    reader.report(no_date(file, reader, name).at(reader.place()));
                    None
                }
                dated => {
                    let known = ["kind", "date", "updated", "lastmod"];
                    let mut entry = draft(name, TextKind::Page).entry(&known, vec![], diagnostics);
                    entry.derived.clear();
                    // Of another key than `date` it has been said that it holds nothing back.
                    if let Dated::Found(found) = dated
                        && reader.root().get(PUBLISH_DATE).is_none()
                    {
                        let whole = Position { line: 1, column: 1, length: 1 };
                        let given = reader.root().get("date").map(|node| Position::of(&node.place()));
                        entry.idle_date = Some(Box::new((found.date, given.unwrap_or(whole))));
                    }
                    Some(Document::Page(Arc::new(entry)))
                }
            }
        }
    }
}

/// Says whether a file is no post but a setting of another generator: no date, no title, no text.
fn is_left_over(file: &SourceFile, matter: &FrontMatter, reader: &Reader<'_>) -> bool {
    let root = reader.root();
    file.text[matter.body_start..].trim().is_empty()
        && ["title", "date", "path"].iter().all(|key| root.get(key).is_none())
        && !matches!(date_from_stem(file.path.stem()), Ok(Some(_)))
}

/// A date and where the name goes on behind it.
struct Found<'a> {
    date: Moment,
    name: &'a str,
    derived: Vec<Derived>,
}

enum Dated<'a> {
    Found(Found<'a>),
    /// There is a date, and it is wrong; that has been said.
    Bad,
    Missing,
}

impl<'a> Dated<'a> {
    /// Complains if there is no date.
    fn or_missing(self, file: &SourceFile, reader: &Reader<'_>, name: &str) -> Option<Found<'a>> {
        match self {
            Dated::Found(found) => Some(found),
            Dated::Bad => None,
            Dated::Missing => {
                reader.report(no_date(file, reader, name).at(reader.place()));
                None
            }
        }
    }
}

/// Says that there is no date, or that the one in the file's name or path is impossible.
fn no_date(file: &SourceFile, reader: &Reader<'_>, name: &str) -> Diagnostic {
    let path = || date_from_path(&reader.root().get("path")?.text()?).err();
    if let Some(reason) = date_from_stem(name).err().or_else(path) {
        return Diagnostic::error("no-date", format!("there is no date: {}", reason.message)).with_help(reason.help);
    }
    let own = without_other_date(name);
    let example = format!("2024-08-01-{}", if own.is_empty() { "a-name" } else { own });
    let extension = file.path.extension().unwrap_or("md");
    Diagnostic::error("no-date", "there is no date: not in the front matter, not in the file's name")
        .with_help(format!("add a line such as `date: 2024-08-01`, or name the file `{example}.{extension}`"))
}

/// Gives a name without a date that is written in another form: `2024_08_01-a`, `01-08-2024-a`, `20240801-a`.
fn without_other_date(name: &str) -> &str {
    let is_separator = |letter: char| matches!(letter, '-' | '_' | '.' | ' ');
    let own = name.trim_start_matches(|letter: char| letter.is_ascii_digit() || is_separator(letter));
    let groups: Vec<usize> = name[..name.len() - own.len()].split(is_separator).map(str::len).collect();
    let is_date = groups.first() == Some(&8) || groups.len() > 3 && groups[..3].contains(&4);
    if is_date { own } else { name }
}

/// Finds the date: the front matter's, the file name's, or that of the address that the author sets.
fn find_date<'a>(name: &'a str, reader: &Reader<'_>, config: &Config) -> Dated<'a> {
    let zone = super::entry::zone(config);
    let (from_name, rest) = match date_from_stem(name) {
        Ok(Some((day, rest))) => (Some(day), rest),
        _ => (None, name),
    };
    let rest = if rest.is_empty() { name } else { rest };
    let root = reader.root();
    // Hugo's second date says from when on a post is public: it is of that day here.
    let given: Vec<_> =
        ["date", "publishDate"].iter().filter_map(|key| Some(Moment::read(&root.get(key)?, &zone))).collect();
    if !given.is_empty() {
        return match given.into_iter().collect::<Option<Vec<_>>>().and_then(|dates| dates.into_iter().max()) {
            Some(date) => Dated::Found(Found { date, name: rest, derived: vec![] }),
            None => Dated::Bad,
        };
    }
    let from_path = || {
        let path = root.get("path").and_then(|node| node.text())?;
        Some(date_from_path(&path).ok()??.0)
    };
    let day = from_name.or_else(from_path);
    match day.and_then(|day| Moment::from_date(day, &zone).ok()) {
        Some(date) => Dated::Found(Found { date, name: rest, derived: vec![Derived::Date] }),
        None => Dated::Missing,
    }
}
