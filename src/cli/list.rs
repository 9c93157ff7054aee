//! `masthead list`: what is there.

use serde::Serialize;

use super::arguments::{Arguments, Format, List, Selection};
use super::exit::{CommandError, ExitStatus};
use super::newsletter::Newsletter;
use super::terminal::{Terminal, escape};
use crate::newsroom::{Article, Newsroom};
use crate::snapshot::Parts;

/// A post as data.
#[derive(Serialize)]
struct ListedPost<'a> {
    path: &'a str,
    url: String,
    date: String,
    title: &'a str,
    section: &'a str,
    taxonomies: Vec<ListedTaxonomy<'a>>,
    entities: Vec<ListedEntity<'a>>,
}

#[derive(Serialize)]
struct ListedTaxonomy<'a> {
    taxonomy: &'a str,
    terms: Vec<&'a str>,
}

/// An entity with where it was found: `front matter` or `text`.
#[derive(Serialize)]
struct ListedEntity<'a> {
    taxonomy: &'a str,
    name: &'a str,
    slug: &'a str,
    found: &'static str,
}

/// Anything else as data.
#[derive(Serialize)]
struct ListedItem {
    path: String,
    url: String,
    date: String,
    title: String,
    posts: usize,
}

/// Lists posts, editions, pages, or the terms of a taxonomy.
///
/// # Errors
/// The folder can't be entered, or there is no list of that name.
pub fn run(terminal: &Terminal, arguments: &Arguments, options: &List) -> Result<ExitStatus, CommandError> {
    let selection = Selection { drafts: false, future: false, base_url: None };
    let newsletter = Newsletter::open(arguments, &selection)?;
    let snapshot = match newsletter.site(terminal) {
        Ok(snapshot) => snapshot,
        Err(status) => return Ok(status),
    };
    let parts = &*snapshot.parts;
    let text = match (options.what.as_str(), options.format) {
        ("posts", Format::Json) => {
            let posts: Vec<ListedPost<'_>> =
                parts.newsroom.posts.iter().map(|article| listed(parts, article)).collect();
            json(&posts)?
        }
        (what, format) => {
            let items = items(parts, what)?;
            if format == Format::Json { json(&items)? } else { table(&items) }
        }
    };
    terminal.data(&text)?;
    Ok(ExitStatus::Success)
}

fn json<T: Serialize>(value: &T) -> Result<String, CommandError> {
    serde_json::to_string_pretty(value).map(|text| text + "\n").map_err(|error| CommandError::bug(error.to_string()))
}

fn listed<'p>(parts: &'p Parts, article: &'p Article) -> ListedPost<'p> {
    let Parts { config, newsroom, .. } = parts;
    let entry = &article.post.entry;
    let named: Vec<_> = article
        .post
        .terms
        .iter()
        .flat_map(|terms| terms.names.iter().filter_map(|(name, _)| newsroom.registry.resolve(&terms.taxonomy, name)))
        .collect();
    let is_entity = |taxonomy: &str| {
        taxonomy != crate::config::AUTHORS && config.taxonomy(taxonomy).is_some_and(|taxonomy| taxonomy.entity)
    };
    let terms = |taxonomy: &str| -> Vec<&'p str> {
        let terms = article.terms.iter().map(|term| newsroom.registry.get(*term));
        terms.filter(|term| term.taxonomy == taxonomy).map(|term| term.name.as_str()).collect()
    };
    ListedPost {
        path: entry.source.as_str(),
        url: config.permalink(&article.url),
        date: article.post.date.rfc3339(),
        title: &entry.title,
        section: &article.post.section,
        taxonomies: config
            .taxonomies
            .iter()
            .map(|taxonomy| ListedTaxonomy { taxonomy: &taxonomy.name, terms: terms(&taxonomy.name) })
            .filter(|listed| !listed.terms.is_empty())
            .collect(),
        entities: article
            .found
            .iter()
            .filter(|term| is_entity(&newsroom.registry.get(**term).taxonomy))
            .map(|term| {
                let entity = newsroom.registry.get(*term);
                ListedEntity {
                    taxonomy: &entity.taxonomy,
                    name: &entity.name,
                    slug: &entity.slug,
                    found: if named.contains(term) { "front matter" } else { "text" },
                }
            })
            .collect(),
    }
}

fn items(parts: &Parts, what: &str) -> Result<Vec<ListedItem>, CommandError> {
    let Parts { config, newsroom, .. } = parts;
    Ok(match what {
        "posts" => newsroom
            .posts
            .iter()
            .map(|article| ListedItem {
                path: article.post.entry.source.to_string(),
                url: config.permalink(&article.url),
                date: article.post.date.iso_date(),
                title: article.post.entry.title.clone(),
                posts: 1,
            })
            .collect(),
        "editions" => newsroom
            .editions
            .iter()
            .map(|issue| ListedItem {
                path: issue.edition.entry.source.to_string(),
                url: config.permalink(&issue.url),
                date: issue.edition.date.iso_date(),
                title: issue.edition.entry.title.clone(),
                posts: issue.posts.len(),
            })
            .collect(),
        "pages" => newsroom
            .pages
            .iter()
            .map(|page| ListedItem {
                path: page.entry.source.to_string(),
                url: config.permalink(&page.url),
                date: String::new(),
                title: page.entry.title.clone(),
                posts: 0,
            })
            .collect(),
        "deals" => newsroom
            .ledger
            .deals
            .iter()
            .map(|deal| ListedItem {
                path: deal.id.clone(),
                url: config.permalink(&format!("/deals/{}/", deal.id)),
                date: deal.newest.iso_date(),
                title: format!("{}: {}", deal.title, deal.amount.as_ref().map(ToString::to_string).unwrap_or_default()),
                posts: deal.history.len(),
            })
            .collect(),
        taxonomy if config.taxonomy(taxonomy).is_some() => terms(parts, newsroom, taxonomy),
        other => {
            let taxonomies: Vec<&str> = config.taxonomies.iter().map(|taxonomy| taxonomy.name.as_str()).collect();
            return Err(CommandError::usage(format!("there is no list of `{other}`"))
                .with_help(format!("list posts, editions, pages, deals, {}", taxonomies.join(", "))));
        }
    })
}

fn terms(parts: &Parts, newsroom: &Newsroom, taxonomy: &str) -> Vec<ListedItem> {
    let terms = newsroom.registry.ids().filter(|term| newsroom.registry.get(*term).taxonomy == taxonomy);
    terms
        .map(|term| ListedItem {
            path: newsroom.profile_of(term).map(|profile| profile.entry.source.to_string()).unwrap_or_default(),
            url: parts.config.permalink(&newsroom.term_url(term)),
            date: newsroom.posts_of(term).first().map(|id| newsroom.post(*id).post.date.iso_date()).unwrap_or_default(),
            title: newsroom.registry.get(term).name.clone(),
            posts: newsroom.posts_of(term).len(),
        })
        .collect()
}

/// Writes items as lines of columns: date, number of posts, title, path or address.
fn table(items: &[ListedItem]) -> String {
    items
        .iter()
        .map(|item| {
            let place = super::terminal::escape::line(if item.path.is_empty() { &item.url } else { &item.path });
            format!("{:10}  {:>5}  {}  {place}\n", item.date, item.posts, escape::line(&item.title))
        })
        .collect()
}
