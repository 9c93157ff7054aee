//! Pages that are lists: the front page, sections, the archive, taxonomies, terms, editions.

use std::cell::LazyCell;
use std::collections::BTreeMap;
use std::ops::Range;
use std::rc::Rc;
use std::sync::Arc;

use tera::Value;

use super::html::{Page, Slot, Text, text_fingerprint};
use super::story::{add_recent, extra, head, text};
use super::variables::{Variables, map_value};
use super::views::{self, Card};
use super::{body, deals, metadata};
use crate::config::{AUTHORS, Config};
use crate::content::date::month_name;
use crate::content::entry::Entry;
use crate::content::slug::slugify;
use crate::fingerprint::{Fingerprint, FingerprintBuilder};
use crate::newsroom::entities::EntityId;
use crate::newsroom::entities::fold::sorting_key;
use crate::newsroom::{Newsroom, PostId};
use crate::site::{page_url, pages, view};
use crate::snapshot::{Parts, Snapshot};

/// Briefs beside the lead story.
const BRIEFS: usize = 8;
/// Companies on the front page and beside an entity.
const COMPANIES: usize = 12;
/// Newest posts whose companies are "in the news".
const OF_LATE: usize = 60;
/// Posts shown under each year of the archive.
const POSTS_OF_A_YEAR: usize = 5;

/// Prepares a page of the front page.
pub(super) fn front(snapshot: &Snapshot, number: u32) -> Page<'_> {
    let parts = &*snapshot.parts;
    let mut variables = Variables::default();
    let title = if number == 1 { parts.config.title.clone() } else { format!("{}, page {number}", parts.config.title) };
    let mut head = head(parts, "home", &title, &page_url("/", number));
    head.description.clone_from(&parts.config.description);
    let about = parts.newsroom.front.as_ref().map(|about| &about.entry);
    if let Some(about) = about {
        head.extra = extra(about);
        if head.description.is_empty() {
            head.description.clone_from(&about.summary.text);
        }
    }
    head.breadcrumbs.clear();
    head.noindex = number > 1;
    let head = Rc::new(head);
    variables.add("page", head.clone());
    variables.add_structured_data(&["page"], move || metadata::home(parts, &head));
    variables.add("front", (number == 1).then(|| front_view(parts)));
    let shown = shown(parts.cards.len(), parts, number);
    variables.add_cards("posts", parts, shown.map(|at| at as PostId));
    variables.add("pager", pager(&parts.config, parts.cards.len(), "/", number));
    let text = add_text(snapshot, about.filter(|_| number == 1), &mut variables);
    Page { template: "index.html", variables, text, subject: page_url("/", number) }
}

/// Adds the text of an `_index.md` as `content_html`, which is empty where there is none.
fn add_text<'s>(snapshot: &'s Snapshot, about: Option<&'s Entry>, variables: &mut Variables<'s>) -> Option<Text<'s>> {
    let Some(about) = about.filter(|about| !about.body.content.is_empty()) else {
        variables.add("content_html", "");
        return None;
    };
    let slot = Slot::default();
    let text = text(snapshot, slot.clone(), about, &[]);
    variables.add_later("content_html", text.fingerprint, move || Value::safe_string(&slot.take()));
    Some(text)
}

fn front_view(parts: &Parts) -> view::Front {
    let Parts { newsroom, cards, .. } = parts;
    let view = |card: &Arc<Card>| card.view(parts).clone();
    let (deals, deals_title, deals_chart_html) = deals::strip(parts);
    view::Front {
        lead: cards.first().map(view),
        lead_deal: if newsroom.posts.is_empty() { None } else { deals::of_post(parts, 0).into_iter().next() },
        briefs: cards.iter().skip(1).take(BRIEFS).map(view).collect(),
        deals,
        deals_title,
        deals_chart_html,
        companies: companies_of_late(parts),
    }
}

fn companies_of_late(parts: &Parts) -> Vec<view::TermLink> {
    let Parts { config, newsroom, .. } = parts;
    if !config.outputs.terms {
        return vec![];
    }
    let mut counts: BTreeMap<EntityId, usize> = BTreeMap::new();
    for article in newsroom.posts.iter().take(OF_LATE) {
        for term in &article.terms {
            if newsroom.registry.get(*term).taxonomy == "companies" {
                *counts.entry(*term).or_default() += 1;
            }
        }
    }
    let mut counts: Vec<(EntityId, usize)> = counts.into_iter().collect();
    counts.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
    counts.truncate(COMPANIES);
    counts.into_iter().map(|(term, _)| term_link(config, newsroom, term)).collect()
}

/// Prepares a page of a section's list.
pub(super) fn section(snapshot: &Snapshot, index: u32, number: u32) -> Page<'_> {
    let parts = &*snapshot.parts;
    let section = &parts.newsroom.sections[index as usize];
    let mut variables = Variables::default();
    let mut head = list_head(parts, "section", &section.title, &section.url, number);
    let about = section.about.as_ref().map(|about| &about.entry);
    if let Some(about) = about {
        head.description.clone_from(&about.summary.text);
        head.extra = extra(about);
    }
    let head = Rc::new(head);
    variables.add("page", head.clone());
    variables.add_structured_data(&["page"], move || metadata::collection(parts, &head));
    // A lead that is the text's own beginning stands there.
    let summary_html = about.map(|about| body::line(parts, &about.summary.fragment));
    variables.add(
        "section",
        view::Section {
            title: section.title.clone(),
            url: parts.config.href(&section.url),
            summary_html: summary_html.unwrap_or_default(),
        },
    );
    add_posts(parts, &section.posts, &section.url, number, &mut variables);
    let text = add_text(snapshot, about.filter(|_| number == 1), &mut variables);
    Page { template: "section.html", variables, text, subject: page_url(&section.url, number) }
}

/// Prepares the archive.
pub(super) fn archive(snapshot: &Snapshot) -> Page<'_> {
    let parts = &*snapshot.parts;
    let mut variables = Variables::default();
    let mut head = head(parts, "archive", "Archive", "/archive/");
    head.description = format!("All posts of {} by year.", parts.config.title);
    let head = Rc::new(head);
    variables.add("page", head.clone());
    variables.add_structured_data(&["page"], move || metadata::collection(parts, &head));
    let mut years: BTreeMap<i16, Vec<&Card>> = BTreeMap::new();
    for (article, card) in parts.newsroom.posts.iter().zip(&parts.cards) {
        years.entry(article.post.date.year()).or_default().push(card);
    }
    let years: Vec<view::YearLink> = years
        .into_iter()
        .rev()
        .map(|(year, cards)| view::YearLink {
            year,
            url: parts.config.href(&format!("/archive/{year}/")),
            count: cards.len() as u32,
            posts: cards.iter().take(POSTS_OF_A_YEAR).map(|card| card.view(parts).clone()).collect(),
        })
        .collect();
    variables.add("years", years);
    Page { template: "archive.html", variables, text: None, subject: "/archive/".to_owned() }
}

/// Prepares a year of the archive.
pub(super) fn archive_year(snapshot: &Snapshot, year: i16) -> Page<'_> {
    let parts = &*snapshot.parts;
    let url = format!("/archive/{year}/");
    let mut variables = Variables::default();
    let mut head = head(parts, "archive-year", &format!("Archive of {year}"), &url);
    head.description = format!("All posts of {} from {year}.", parts.config.title);
    head.breadcrumbs.push(view::Link { title: "Archive".to_owned(), url: parts.config.href("/archive/") });
    head.section_url = parts.config.href("/archive/");
    let head = Rc::new(head);
    variables.add("page", head.clone());
    variables.add_structured_data(&["page"], move || metadata::collection(parts, &head));
    variables.add("year", year);
    let posts = (0..).zip(&parts.newsroom.posts).filter(|(_, article)| article.post.date.year() == year);
    let dated = posts.map(|(id, article)| {
        let month = article.post.date.month();
        (id, format!("{} {year}", month_name(month)), format!("month-{month:02}"))
    });
    add_groups(parts, dated, &mut variables);
    let mut years: Vec<i16> = parts.newsroom.posts.iter().map(|article| article.post.date.year()).collect();
    years.dedup();
    years.sort_unstable();
    years.dedup();
    let at = years.iter().position(|known| *known == year);
    let address = |index: Option<usize>| {
        let year = index.and_then(|index| years.get(index));
        year.map(|year| parts.config.href(&format!("/archive/{year}/"))).unwrap_or_default()
    };
    variables.add("older", address(at.and_then(|at| at.checked_sub(1))));
    variables.add("newer", address(at.map(|at| at + 1)));
    Page { template: "archive-year.html", variables, text: None, subject: url }
}

/// Prepares the list of a taxonomy's terms.
pub(super) fn taxonomy(snapshot: &Snapshot, index: u32) -> Page<'_> {
    let parts = &*snapshot.parts;
    let Parts { config, newsroom, .. } = parts;
    let taxonomy = &config.taxonomies[index as usize];
    let url = format!("/{}/", taxonomy.name);
    let mut variables = Variables::default();
    let mut head = head(parts, "taxonomy", &taxonomy.title, &url);
    head.description = format!("{} in {}.", taxonomy.title, config.title);
    let head = Rc::new(head);
    variables.add("page", head.clone());
    variables.add_structured_data(&["page"], move || metadata::collection(parts, &head));
    variables.add("taxonomy", taxonomy_view(config, index as usize));
    let mut terms: Vec<view::TermLink> = newsroom
        .registry
        .ids()
        .filter(|term| newsroom.registry.get(*term).taxonomy == taxonomy.name)
        .map(|term| term_link(config, newsroom, term))
        .collect();
    terms.sort_by_cached_key(|term| (term.letter == "#", sorting_key(&term.title), term.title.clone()));
    variables.add("terms", terms);
    Page { template: "taxonomy.html", variables, text: None, subject: url }
}

/// Prepares a page of a term's posts.
pub(super) fn term(snapshot: &Snapshot, term: EntityId, number: u32) -> Page<'_> {
    let parts = &*snapshot.parts;
    let Parts { config, newsroom, .. } = parts;
    let entity = newsroom.registry.get(term);
    let url = newsroom.term_url(term);
    let posts = newsroom.posts_of(term);
    let index = config.taxonomies.iter().position(|taxonomy| taxonomy.name == entity.taxonomy).unwrap_or(0);
    let taxonomy = &config.taxonomies[index];
    let (kind, template) = match (taxonomy.name.as_str(), taxonomy.entity) {
        (AUTHORS, _) => ("author", "author.html"),
        (_, true) => ("entity", "entity.html"),
        (_, false) => ("term", "term.html"),
    };
    let profile = newsroom.profile_of(term);
    let mut variables = Variables::default();
    // There are a great many of these pages, so each view waits until it is wanted.
    let summary = profile.map(|profile| profile.entry.summary.text.as_str()).filter(|text| !text.is_empty());
    let own_extra = profile.map(|profile| &profile.entry).filter(|entry| !entry.extra.is_empty());
    let head_inputs =
        Fingerprint::of(&(&entity.name, &url, number, summary, posts.is_empty(), own_extra.map(|entry| &entry.extra)));
    let head = Rc::new(LazyCell::new(move || {
        let url = newsroom.term_url(term);
        let mut head = list_head(parts, kind, &entity.name, &url, number);
        let relation = if kind == "author" { "by" } else { "about" };
        head.description =
            summary.map_or_else(|| format!("Posts of {} {relation} {}.", config.title, entity.name), str::to_owned);
        head.extra = own_extra.map(extra).unwrap_or_default();
        head.breadcrumbs
            .push(view::Link { title: taxonomy.title.clone(), url: config.href(&format!("/{}/", taxonomy.name)) });
        head.section_url = config.href(&format!("/{}/", taxonomy.name));
        if config.outputs.term_feeds && !posts.is_empty() {
            head.feeds.insert(
                0,
                view::FeedLink {
                    title: format!("{} on {}", config.title, entity.name),
                    url: config.href(&format!("{url}feed.xml")),
                    media_type: "application/rss+xml".to_owned(),
                },
            );
        }
        head
    }));
    variables.add_later("page", head_inputs, {
        let head = head.clone();
        move || Value::from_serializable(&**head)
    });
    variables.add_later("taxonomy", Fingerprint::of_bytes(taxonomy.name.as_bytes()), move || {
        Value::from_serializable(&taxonomy_view(config, index))
    });
    let count = posts.len() as u32;
    variables.add_later("term", Fingerprint::of(&(&entity.name, &url, count)), move || {
        let url = config.href(&newsroom.term_url(term));
        Value::from_serializable(&view::Term { title: entity.name.clone(), url, count })
    });
    add_posts(parts, posts, &url, number, &mut variables);
    let mut text = None;
    let profile = profile.map(|profile| (profile, Rc::new(profile_view(parts, profile))));
    match &profile {
        Some((profile, view)) => {
            let slot = Slot::default();
            variables.add_later("profile", Fingerprint::of(&**view), {
                let (slot, view) = (slot.clone(), view.clone());
                move || Value::from_serializable(&view::Profile { content_html: slot.take(), ..(*view).clone() })
            });
            text = Some(Text {
                slot,
                entry: &profile.entry,
                post: None,
                links: &[],
                fingerprint: text_fingerprint(snapshot, &profile.entry, &[]),
            });
        }
        None => variables.add("profile", None::<view::Profile>),
    }
    if kind == "entity" {
        let shown = shown_posts(parts, posts, number);
        let dated = shown.iter().map(|id| {
            let year = parts.newsroom.post(*id).post.date.year();
            (*id, year.to_string(), format!("year-{year}"))
        });
        add_groups(parts, dated, &mut variables);
        let first = number == 1;
        variables.add("dealings", if first { deals::dealings(parts, term) } else { None });
        variables.add("companions", if first { companions(parts, term) } else { vec![] });
    }
    if kind != "author" {
        add_recent(parts, None, &mut variables);
    }
    let shown = shown_posts(parts, posts, number);
    variables.add_structured_data(&["page", "term", "profile", "posts"], move || {
        metadata::entity(parts, &head, term, profile.as_ref().map(|(_, view)| &**view), shown)
    });
    Page { template, variables, text, subject: page_url(&url, number) }
}

fn profile_view(parts: &Parts, profile: &crate::content::profile::Profile) -> view::Profile {
    let Parts { config, newsroom, .. } = parts;
    let parent = profile.parent.as_ref().map(|(name, _)| match newsroom.registry.resolve(&profile.taxonomy, name) {
        Some(term) => views::term_link(config, newsroom, term),
        None => view::Link { title: name.clone(), url: String::new() },
    });
    view::Profile {
        name: profile.entry.title.clone(),
        aliases: profile.names.iter().map(|(name, _)| name.clone()).collect(),
        kind: profile.kind.clone(),
        site: profile.site.clone(),
        ticker: profile.ticker.clone(),
        logo: profile.logo.as_deref().and_then(|logo| body::picture(parts, &profile.entry.source, logo)),
        parent,
        links: profile.links.iter().map(|(title, url)| view::Link { title: title.clone(), url: url.clone() }).collect(),
        content_html: String::new(),
    }
}

/// Finds the entities that are named with one most often.
fn companions(parts: &Parts, term: EntityId) -> Vec<view::TermLink> {
    let Parts { config, newsroom, .. } = parts;
    let mut counts: BTreeMap<EntityId, usize> = BTreeMap::new();
    for id in newsroom.posts_of(term) {
        for other in newsroom.post(*id).terms.iter().filter(|other| **other != term) {
            let taxonomy = &newsroom.registry.get(*other).taxonomy;
            if taxonomy != AUTHORS && config.taxonomy(taxonomy).is_some_and(|taxonomy| taxonomy.entity) {
                *counts.entry(*other).or_default() += 1;
            }
        }
    }
    let mut counts: Vec<(EntityId, usize)> = counts.into_iter().collect();
    counts.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
    counts.truncate(COMPANIES);
    counts
        .into_iter()
        .map(|(term, count)| view::TermLink { count: count as u32, ..term_link(config, newsroom, term) })
        .collect()
}

/// Prepares a page of the list of editions.
pub(super) fn editions(snapshot: &Snapshot, number: u32) -> Page<'_> {
    let parts = &*snapshot.parts;
    let config = &parts.config;
    let all = &parts.newsroom.editions;
    let mut variables = Variables::default();
    let mut head = list_head(parts, "editions", "Editions", "/editions/", number);
    head.description = format!("All editions of {}.", config.title);
    let head = Rc::new(head);
    variables.add("page", head.clone());
    variables.add_structured_data(&["page"], move || metadata::collection(parts, &head));
    let from = (number as usize - 1) * config.posts_per_page as usize;
    let shown = all.iter().skip(from).take(config.posts_per_page as usize);
    variables.add("editions", shown.map(|issue| views::edition_card(config, issue)).collect::<Vec<_>>());
    variables.add("pager", pager(config, all.len(), "/editions/", number));
    Page { template: "editions.html", variables, text: None, subject: page_url("/editions/", number) }
}

fn list_head(parts: &Parts, kind: &str, title: &str, url: &str, number: u32) -> view::Page {
    let shown = if number == 1 { title.to_owned() } else { format!("{title}, page {number}") };
    let mut head = head(parts, kind, &shown, &page_url(url, number));
    head.noindex = number > 1;
    head.section_url = parts.config.href(url);
    head
}

fn add_posts<'s>(parts: &'s Parts, posts: &'s [PostId], url: &str, number: u32, variables: &mut Variables<'s>) {
    variables.add_cards("posts", parts, shown_posts(parts, posts, number).iter().copied());
    let inputs = Fingerprint::of(&(url, posts.len(), number));
    let (url, items) = (url.to_owned(), posts.len());
    variables.add_later("pager", inputs, move || Value::from_serializable(&pager(&parts.config, items, &url, number)));
}

fn shown_posts<'p>(parts: &Parts, posts: &'p [PostId], number: u32) -> &'p [PostId] {
    &posts[shown(posts.len(), parts, number)]
}

/// Finds which of so many posts a page of their list shows.
fn shown(posts: usize, parts: &Parts, number: u32) -> Range<usize> {
    let per_page = parts.config.posts_per_page as usize;
    let from = (number as usize).saturating_sub(1).saturating_mul(per_page).min(posts);
    from..posts.min(from + per_page)
}

fn pager(config: &Config, items: usize, url: &str, number: u32) -> view::Pager {
    let last = pages(items, config.posts_per_page);
    let address = |page: u32| config.href(&page_url(url, page));
    view::Pager {
        number,
        pages: last,
        items: items as u32,
        newer: if number > 1 { address(number - 1) } else { String::new() },
        older: if number < last { address(number + 1) } else { String::new() },
        first: address(1),
        last: address(last),
    }
}

/// Adds the variable `groups`: posts under words (`August 2024`, `2024`), each with an `id` for its heading, in the
/// order in which they come. Its cards are shared with all other lists.
fn add_groups<'s>(
    parts: &'s Parts,
    dated: impl Iterator<Item = (PostId, String, String)>,
    variables: &mut Variables<'s>,
) {
    let mut builder = FingerprintBuilder::default();
    let mut groups: Vec<(String, String, Vec<&Card>)> = Vec::new();
    for (id, title, anchor) in dated {
        let card = &*parts.cards[id as usize];
        builder.add_bytes(title.as_bytes());
        builder.add_fingerprint(card.fingerprint);
        match groups.last_mut() {
            Some((last, _, posts)) if *last == title => posts.push(card),
            _ => groups.push((title, anchor, vec![card])),
        }
    }
    variables.add_later("groups", builder.finish(), move || {
        let group = |(title, id, posts): (String, String, Vec<&Card>)| {
            let posts: Vec<Value> = posts.into_iter().map(|card| card.value(parts).clone()).collect();
            map_value([("title", title.into()), ("id", id.into()), ("posts", posts.into())])
        };
        Value::from(groups.into_iter().map(group).collect::<Vec<_>>())
    });
}

fn taxonomy_view(config: &Config, index: usize) -> view::Taxonomy {
    let taxonomy = &config.taxonomies[index];
    view::Taxonomy {
        name: taxonomy.name.clone(),
        title: taxonomy.title.clone(),
        singular: taxonomy.singular.clone(),
        url: config.href(&format!("/{}/", taxonomy.name)),
    }
}

fn term_link(config: &Config, newsroom: &Newsroom, term: EntityId) -> view::TermLink {
    let view::Link { title, url } = views::term_link(config, newsroom, term);
    let posts = newsroom.posts_of(term);
    let first = slugify(&title).and_then(|slug| slug.chars().next());
    view::TermLink {
        letter: first
            .filter(char::is_ascii_alphabetic)
            .map_or_else(|| "#".to_owned(), |letter| letter.to_ascii_uppercase().to_string()),
        title,
        url,
        count: posts.len() as u32,
        latest: posts.first().map(|id| views::date(newsroom.post(*id).post.date)),
    }
}
