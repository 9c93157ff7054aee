//! What is worth saying of all texts together: keys that nobody knows, facts that were derived or given twice.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use super::{Article, Issue, Page, SectionOfPosts, Target};
use crate::config::{Config, UnknownKeys};
use crate::content::date::Moment;
use crate::content::document::Document;
use crate::content::document::Section;
use crate::content::entry::{Derived, Entry};
use crate::content::kind::TextKind;
use crate::content::markdown::{Position, percent_decoded};
use crate::content::post::{self, Post};
use crate::content::reply::Reply;
use crate::diagnostic::{Diagnostic, Place, nearest};
use crate::source::SourcePath;

/// Says each unknown key once, at its first place, with how often it occurs.
pub(super) fn unknown_keys(config: &Config, documents: &[&Document]) -> Vec<Diagnostic> {
    let mut keys: BTreeMap<(&str, TextKind), (&Document, Place, usize)> = BTreeMap::new();
    for document in documents {
        let Some(entry) = entry_of(document) else { continue };
        for (key, position) in &entry.unknown_keys {
            keys.entry((key, document.kind())).or_insert_with(|| (document, entry.place(*position), 0)).2 += 1;
        }
    }
    // What there is to say is the same of most kinds of texts.
    let mut said: BTreeMap<(&str, String), (Place, usize)> = BTreeMap::new();
    for ((key, _), (document, place, count)) in keys {
        let (first, all) = said.entry((key, instead_of(key, document, config))).or_insert_with(|| (place.clone(), 0));
        if place < *first {
            *first = place;
        }
        *all += count;
    }
    said.into_iter()
        .map(|((key, help), (place, count))| {
            let times = if count == 1 { String::new() } else { format!(" (in {count} files)") };
            let message = match post::known_keys(config).contains(&key) {
                true => format!("`{key}` is a key of posts, and says nothing here{times}"),
                false => format!("`{key}` is not a key that Masthead knows{times}"),
            };
            let diagnostic = match config.unknown_keys {
                UnknownKeys::Error => Diagnostic::error("unknown-key", message),
                _ => Diagnostic::warning("unknown-key", message),
            };
            diagnostic.at(place).with_help(help)
        })
        .collect()
}

/// Says what to write instead of a key that says nothing in a document.
fn instead_of(key: &str, document: &Document, config: &Config) -> String {
    if let Some(help) = document.kind().instead_of(key) {
        help.to_owned()
    } else if key == "date" {
        "take it out; if it was to keep the text from readers, write `draft: true`".to_owned()
    } else if post::known_keys(config).contains(&key) {
        "take it out".to_owned()
    } else if matches!(key, "permalink" | "url") && document.kind() == TextKind::Post {
        "write the address of a post as `path: /its/own/address/`, old ones as `aliases: [/old/]`".to_owned()
    } else if let Some(near) = nearest(key, document.known_keys(config)) {
        format!("did you mean `{near}`?")
    } else {
        "templates find it under `extra`; `front_matter: {allow: […]}` in masthead.yaml lists keys of your own"
            .to_owned()
    }
}

/// Gives the common part of a document, if it has one.
fn entry_of(document: &Document) -> Option<&Entry> {
    match document {
        Document::Post(post) => Some(&post.entry),
        Document::Edition(edition) => Some(&edition.entry),
        Document::Page(entry) => Some(entry),
        Document::Profile(profile) => Some(&profile.entry),
        Document::Section(section) => Some(&section.entry),
        Document::Reply(_) => None,
    }
}

/// Says which editions have one number.
pub(super) fn edition_numbers(editions: &[Issue]) -> Vec<Diagnostic> {
    let whole = Position { line: 1, column: 1, length: 1 };
    let mut first: BTreeMap<u32, &Issue> = BTreeMap::new();
    let mut problems = Vec::new();
    for issue in editions {
        let Some(number) = issue.edition.number else { continue };
        let Some(other) = first.insert(number, issue) else { continue };
        problems.push(
            Diagnostic::warning("same-number", format!("two editions have the number {number}"))
                .at(issue.edition.entry.place(whole))
                .with_related(other.edition.entry.place(whole), "the other one")
                .with_help("give one of them another `number`"),
        );
    }
    problems
}

/// Says which posts would be one and the same to feed readers.
pub(super) fn same_guids(config: &Config, posts: &[Article]) -> Vec<Diagnostic> {
    if posts.iter().all(|article| article.post.guid.is_none()) {
        return vec![];
    }
    let place = |post: &Post| {
        let position = post.guid.as_ref().map_or(Position { line: 1, column: 1, length: 1 }, |(_, position)| *position);
        post.entry.place(position)
    };
    let mut known: HashMap<String, &Post> = HashMap::new();
    let mut problems = Vec::new();
    for article in posts {
        let (guid, post) = (article.guid(config), &*article.post);
        // Letters may be encoded in one and not in the other; in feeds they are in both.
        let key = percent_decoded(&guid);
        let Some(other) = known.get(&key) else {
            known.insert(key, post);
            continue;
        };
        // One of them says so; the other may just stand at that address.
        let (saying, other) = if post.guid.is_some() { (post, *other) } else { (*other, post) };
        problems.push(
            Diagnostic::error("same-guid", format!("feed readers would take two posts for one, `{guid}`"))
                .at(place(saying))
                .with_related(place(other), "the other one")
                .with_help("give only one of them this `guid`, the one that had the address first"),
        );
    }
    problems
}

/// Says which replies to one post have one name on its page.
pub(super) fn same_replies(thread: &[Arc<Reply>]) -> Vec<Diagnostic> {
    let mut known: HashMap<&str, &Reply> = HashMap::new();
    let mut problems = Vec::new();
    let place = |reply: &Reply| Place::file(SourcePath::new(reply.source.as_str()));
    for reply in thread {
        if let Some(other) = known.insert(&reply.id, reply) {
            problems.push(
                Diagnostic::error("same-reply", format!("two replies to one post have the name `{}` there", reply.id))
                    .at(place(reply))
                    .with_related(place(other), "the other one")
                    .with_help("rename one of the files"),
            );
        }
    }
    problems
}

/// Says which replies to one post answer none that is there, or themselves, be it by way of others.
pub(super) fn lost_answers(thread: &[Arc<Reply>], by_source: &HashMap<SourcePath, Target>) -> Vec<Diagnostic> {
    let by_id: HashMap<&str, usize> =
        thread.iter().enumerate().map(|(index, reply)| (reply.id.as_str(), index)).collect();
    let answered: Vec<Option<usize>> =
        thread.iter().map(|reply| by_id.get(reply.answers()?.as_str()).copied()).collect();
    let mut problems = Vec::new();
    // From which reply each was met first, going from answer to answered.
    let mut met_from = vec![None; thread.len()];
    for (start, reply) in thread.iter().enumerate() {
        let Some((name, position)) = &reply.in_reply_to else { continue };
        let source = SourcePath::new(reply.source.as_str());
        if answered[start].is_none() && !waits(&source, name, by_source) {
            problems.push(
                Diagnostic::warning("unknown-reply", format!("there is no reply `{name}` to this post"))
                    .at(position.in_file(&source))
                    .with_help("name the file of the reply that it answers, without its ending, or take the line out"),
            );
        }
        let mut next = Some(start);
        while let Some(at) = next.filter(|at| met_from[*at].is_none()) {
            met_from[at] = Some(start);
            next = answered[at];
        }
        if let Some(again) = next.filter(|at| met_from[*at] == Some(start)) {
            problems.push(circle(&thread[again], answered[again] == Some(again)));
        }
    }
    problems
}

/// Says whether the reply of a name lies beside another and is not published yet, or could not be read.
fn waits(beside: &SourcePath, name: &str, by_source: &HashMap<SourcePath, Target>) -> bool {
    let path = beside.resolve(&format!("{name}.md"));
    path.is_some_and(|path| matches!(by_source.get(&path), Some(Target::Unpublished | Target::Unread)))
}

fn circle(reply: &Reply, is_own: bool) -> Diagnostic {
    let message = match is_own {
        true => "the reply answers itself",
        false => "the reply answers one that answers it in turn",
    };
    let position = reply.in_reply_to.as_ref().map_or(Position { line: 1, column: 1, length: 1 }, |(_, at)| *at);
    Diagnostic::warning("circle-of-replies", message)
        .at(position.in_file(&SourcePath::new(reply.source.as_str())))
        .with_help("correct `in_reply_to`, or take the line out")
}

/// Says which posts were changed at a time that is still to come, so that nobody is told of it yet.
pub(super) fn future_changes(posts: &[Article]) -> Vec<Diagnostic> {
    let future = |article: &Article| {
        let (updated, position) = article.post.updated.filter(|_| article.updated.is_none())?;
        let time = if updated.has_time() { updated.rfc3339() } else { updated.long_date() };
        let message = format!("`updated` is {time}, which is still to come: until then it is left out");
        let warning = Diagnostic::warning("updated-in-future", message).at(article.post.entry.place(position));
        Some(warning.with_help("write the day on which it was changed, or take the line out"))
    };
    posts.iter().filter_map(future).collect()
}

/// Says which pages have a date that is still to come, and are published all the same.
pub(super) fn future_pages(pages: &[Page], now: Moment) -> Vec<Diagnostic> {
    let future = |page: &Page| {
        let (date, position) = page.entry.idle_date.as_deref().filter(|(date, _)| *date > now && !page.entry.draft)?;
        let message = format!("the page is dated {}, and is published all the same", date.long_date());
        let warning = Diagnostic::warning("date-in-future", message).at(page.entry.place(*position));
        let help =
            "pages wait for no date: write `draft: true` to keep it back, or take `kind: page` out if it is a post";
        Some(warning.with_help(help))
    };
    pages.iter().filter_map(future).collect()
}

/// Says which old addresses lead nowhere, since the section that has them has no list.
pub(super) fn lost_aliases(about: &BTreeMap<String, Arc<Section>>, sections: &[SectionOfPosts]) -> Vec<Diagnostic> {
    let has_list = |name: &str| name.is_empty() || sections.iter().any(|section| section.name == name);
    let lost = about.values().filter(|section| !has_list(&section.name));
    let aliases = lost.flat_map(|section| section.entry.aliases.iter().map(move |alias| (section, alias)));
    aliases
        .map(|(section, (alias, position))| {
            let message = format!("`{alias}` leads nowhere: no post of the section `{}` is published", section.name);
            Diagnostic::warning("lost-alias", message)
                .at(section.entry.place(*position))
                .with_help("write it among the `aliases` of a post or a page, or take it out")
        })
        .collect()
}

/// Says, as notes for `check`, what was taken from elsewhere, and which posts share a title.
pub(super) fn derived_facts(posts: &[Article]) -> Vec<Diagnostic> {
    let mut notes = Vec::new();
    let whole = Position { line: 1, column: 1, length: 1 };
    let count = |what: Derived| {
        let mut having = posts.iter().filter(|article| article.post.entry.derived.contains(&what));
        having.next().map(|first| (first.post.entry.place(whole), 1 + having.count()))
    };
    for (what, message, help) in [
        (
            Derived::Title,
            "no `title`; it is taken from the first heading or the file's name",
            "add `title:` where the heading is not the headline",
        ),
        (
            Derived::Date,
            "no `date`; it is taken from the file's name or `path`",
            "add `date:` where the time of day matters",
        ),
        (
            Derived::Summary,
            "no `summary`; it is taken from the first paragraph",
            "add a `summary:` of one sentence: cards, feeds and sidebars show it",
        ),
    ] {
        if let Some((place, count)) = count(what) {
            let having = if count == 1 { "1 post has".to_owned() } else { format!("{count} posts have") };
            notes.push(Diagnostic::note("derived", format!("{having} {message}")).at(place).with_help(help));
        }
    }
    let mut titles: BTreeMap<&str, Vec<&Post>> = BTreeMap::new();
    for article in posts {
        titles.entry(&article.post.entry.title).or_default().push(&article.post);
    }
    for (title, sharing) in titles.into_iter().filter(|(_, sharing)| sharing.len() > 1) {
        let last = sharing[sharing.len() - 1];
        notes.push(
            Diagnostic::note("same-title", format!("{} posts are called `{title}`", sharing.len()))
                .at(last.entry.place(whole))
                .with_help("lists tell them apart by date and summary; a headline of its own tells a reader more"),
        );
    }
    notes
}
