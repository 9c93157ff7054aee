//! Pages with a text of their own: posts, pages, editions; and the two that have none.

use std::cell::LazyCell;
use std::collections::HashMap;
use std::rc::Rc;

use tera::Value;

use super::html::{Page, Slot, Text, text_fingerprint};
use super::metadata;
use super::variables::{Variables, map_value};
use super::{body, deals, share, views};
use crate::config::{AUTHORS, CATEGORIES};
use crate::content::date::PartialDate;
use crate::content::entry::Entry;
use crate::content::reply::{Reply, html_id};
use crate::fingerprint::{Fingerprint, FingerprintBuilder};
use crate::newsroom::related::Related;
use crate::newsroom::{Article, EntityLink, PostId};
use crate::site::view;
use crate::snapshot::{Parts, Snapshot};

/// Prepares an article.
pub(super) fn post(snapshot: &Snapshot, id: PostId) -> Page<'_> {
    let parts = &*snapshot.parts;
    let article = parts.newsroom.post(id);
    let entry = &article.post.entry;
    let deals = deals::of_post(parts, id);
    let inputs = post_fingerprint(parts, id, article, &deals);
    let slot = Slot::default();
    // Both variables and the structured data are made of one view.
    let view = Rc::new(LazyCell::new({
        let slot = slot.clone();
        move || view::Post { content_html: slot.take(), ..post_view(parts, id, article, deals) }
    }));
    let head = Rc::new(LazyCell::new({
        let view = view.clone();
        move || post_head(parts, article, &view)
    }));
    let mut variables = Variables::default();
    variables.add_later("page", inputs, {
        let head = head.clone();
        move || Value::from_serializable(&**head)
    });
    variables.add_later("post", inputs, {
        let view = view.clone();
        move || Value::from_serializable(&**view)
    });
    variables.add_structured_data(&["post"], move || metadata::post(parts, &head, &view));
    variables.add_card("previous", parts, id.checked_add(1));
    variables.add_card("next", parts, id.checked_sub(1));
    add_related(parts, id, &mut variables);
    add_recent(parts, Some(id), &mut variables);
    Page {
        template: "post.html",
        variables,
        text: Some(Text { post: Some(&article.post), ..text(snapshot, slot, entry, &article.links) }),
        subject: entry.source.to_string(),
    }
}

/// Gives the digest of everything that [`post_view`] and [`post_head`] read besides the configuration.
fn post_fingerprint(parts: &Parts, id: PostId, article: &Article, deals: &[view::Deal]) -> Fingerprint {
    let Parts { newsroom, cards, .. } = parts;
    let post = &article.post;
    let mut builder = FingerprintBuilder::default();
    builder.add_fingerprint(post.entry.fingerprint);
    builder.add_bytes(post.entry.source.as_str().as_bytes());
    builder.add_bytes(article.url.as_bytes());
    builder.add(&article.updated);
    if !post.entry.summary.fragment.holes.is_empty() {
        builder.add_bytes(summary_html(parts, &post.entry).as_bytes());
    }
    if let Some(section) = newsroom.sections.iter().find(|section| section.name == post.section) {
        builder.add_bytes(section.title.as_bytes());
    }
    for term in &article.terms {
        let entity = newsroom.registry.get(*term);
        for part in [&entity.taxonomy, &entity.slug, &entity.name] {
            builder.add_bytes(part.as_bytes());
        }
        if entity.taxonomy == AUTHORS
            && let Some(profile) = newsroom.profile_of(*term)
        {
            builder.add(&views::author(parts, &entity.name));
            builder.add_fingerprint(profile.entry.fingerprint);
        }
    }
    builder.add(deals);
    builder.add(&image(parts, article));
    for other in story(parts, id, article) {
        builder.add_fingerprint(cards[other as usize].fingerprint);
    }
    builder.add(&replies(parts, id, article));
    builder.finish()
}

/// Prepares a page such as `about.md`.
pub(super) fn page(snapshot: &Snapshot, index: u32) -> Page<'_> {
    let parts = &*snapshot.parts;
    let page = &parts.newsroom.pages[index as usize];
    let entry = &*page.entry;
    let mut variables = Variables::default();
    let mut head = head(parts, "page", &entry.title, &page.url);
    head.description = entry.summary.text.clone();
    head.extra = extra(entry);
    let head = Rc::new(head);
    variables.add("page", head.clone());
    variables.add_structured_data(&["page"], move || metadata::plain(parts, &head));
    let slot = Slot::default();
    let text = text(snapshot, slot.clone(), entry, &[]);
    variables.add_later("content_html", text.fingerprint, move || Value::safe_string(&slot.take()));
    add_recent(parts, None, &mut variables);
    Page { template: "page.html", variables, text: Some(text), subject: entry.source.to_string() }
}

/// Prepares an edition.
pub(super) fn edition(snapshot: &Snapshot, index: u32) -> Page<'_> {
    let parts = &*snapshot.parts;
    let config = &parts.config;
    let editions = &parts.newsroom.editions;
    let issue = &editions[index as usize];
    let entry = &issue.edition.entry;
    let mut variables = Variables::default();
    let permalink = config.permalink(&issue.url);
    let view = view::Edition {
        title: entry.title.clone(),
        url: config.href(&issue.url),
        number: issue.edition.number,
        summary_html: summary_html(parts, entry),
        date: views::date(issue.edition.date),
        authors: views::authors(parts, issue.edition.authors.iter().map(|(name, _)| name.clone())),
        content_html: String::new(),
        posts: issue.posts.iter().map(|id| parts.cards[*id as usize].view(parts).clone()).collect(),
        previous: editions.get(index as usize + 1).map(|issue| views::edition_card(config, issue)),
        next: index
            .checked_sub(1)
            .and_then(|before| editions.get(before as usize))
            .map(|issue| views::edition_card(config, issue)),
        share: share_links(parts, &entry.title, &permalink),
    };
    let mut head = head(parts, "edition", &entry.title, &issue.url);
    head.extra = extra(entry);
    head.description = entry.summary.text.clone();
    head.published = Some(issue.edition.date.rfc3339());
    head.breadcrumbs.push(view::Link { title: "Editions".to_owned(), url: config.href("/editions/") });
    head.section_url = config.href("/editions/");
    let slot = Slot::default();
    let text = text(snapshot, slot.clone(), entry, &[]);
    let (head, view) = (Rc::new(head), Rc::new(view));
    variables.add("page", head.clone());
    let without_text = Fingerprint::of(&view);
    variables.add_later("edition", without_text, {
        let view = view.clone();
        move || Value::from_serializable(&view::Edition { content_html: slot.take(), ..(*view).clone() })
    });
    variables.add_structured_data(&["page", "edition"], move || metadata::edition(parts, &head, &view));
    add_recent(parts, None, &mut variables);
    Page { template: "edition.html", variables, text: Some(text), subject: entry.source.to_string() }
}

/// Prepares the page for addresses that are not there.
pub(super) fn not_found(snapshot: &Snapshot) -> Page<'_> {
    let parts = &*snapshot.parts;
    let mut variables = Variables::default();
    let mut head = head(parts, "not-found", "Page not found", "/404.html");
    head.noindex = true;
    variables.add("page", head);
    add_recent(parts, None, &mut variables);
    Page { template: "404.html", variables, text: None, subject: "/404.html".to_owned() }
}

/// Prepares a page that leads from an old address to a new one.
pub(super) fn redirect<'s>(snapshot: &'s Snapshot, target: &str) -> Page<'s> {
    let parts = &*snapshot.parts;
    let mut variables = Variables::default();
    let mut head = head(parts, "redirect", "Moved", target);
    head.noindex = true;
    variables.add("page", head);
    variables.add("target", parts.config.permalink(target));
    Page { template: "redirect.html", variables, text: None, subject: target.to_owned() }
}

pub(super) fn text<'s>(snapshot: &'s Snapshot, slot: Slot, entry: &'s Entry, links: &'s [EntityLink]) -> Text<'s> {
    Text { slot, entry, post: None, links, fingerprint: text_fingerprint(snapshot, entry, links) }
}

/// Starts what the head of a page needs.
pub(super) fn head(parts: &Parts, kind: &str, title: &str, url: &str) -> view::Page {
    let config = &parts.config;
    let permalink = config.permalink(url);
    view::Page {
        kind: kind.to_owned(),
        title: title.to_owned(),
        description: String::new(),
        language: config.language.clone(),
        direction: views::direction(&config.language),
        url: config.href(url),
        canonical: permalink.clone(),
        permalink,
        noindex: false,
        breadcrumbs: vec![view::Link { title: config.title.clone(), url: config.href("/") }],
        image: None,
        published: None,
        modified: None,
        feeds: super::site::feeds(config),
        markdown: None,
        section_url: config.href(url),
        extra: serde_json::Value::Null,
    }
}

/// Gives the values under `extra`, and keys that are not known.
pub(super) fn extra(entry: &Entry) -> serde_json::Value {
    match entry.extra.as_str() {
        "" => serde_json::Value::Null,
        extra => serde_json::from_str(extra).unwrap_or_default(),
    }
}

fn post_head(parts: &Parts, article: &Article, view: &view::Post) -> view::Page {
    let config = &parts.config;
    let post = &article.post;
    let mut head = head(parts, "post", &post.entry.title, &article.url);
    head.extra.clone_from(&view.extra);
    head.description = post.entry.summary.text.clone();
    if let Some(language) = &post.language {
        head.language.clone_from(language);
        head.direction = views::direction(language);
    }
    if let Some(canonical) = &post.canonical_url {
        head.canonical.clone_from(canonical);
    }
    head.breadcrumbs.push(view.section.clone());
    head.section_url.clone_from(&view.section.url);
    // No service that shows links shows an SVG.
    let shown = view.image.as_ref().filter(|image| !image.url.ends_with(".svg"));
    head.image = shown.map(|image| full_address(parts, &image.url));
    head.published = Some(post.date.rfc3339());
    head.modified = article.updated.map(|updated| updated.rfc3339());
    if config.outputs.mirrors {
        head.markdown = Some(config.href(&crate::site::mirror_url(&article.url)));
    }
    head
}

/// Makes an address for `href` a full one.
pub(super) fn full_address(parts: &Parts, href: &str) -> String {
    match href.strip_prefix(parts.config.base_path()) {
        Some(path) if href.starts_with('/') => parts.config.permalink(path),
        _ => href.to_owned(),
    }
}

fn summary_html(parts: &Parts, entry: &Entry) -> String {
    body::line(parts, &entry.summary.fragment)
}

fn post_view(parts: &Parts, id: PostId, article: &Article, deals: Vec<view::Deal>) -> view::Post {
    let Parts { config, newsroom, .. } = parts;
    let post = &article.post;
    let entry = &post.entry;
    let permalink = config.permalink(&article.url);
    let section = newsroom.sections.iter().find(|section| section.name == post.section);
    let author_names = post.terms.iter().filter(|terms| terms.taxonomy == AUTHORS).flat_map(|terms| &terms.names);
    let language = views::other_language(config, post);
    view::Post {
        title: entry.title.clone(),
        language: language.unwrap_or_default().to_owned(),
        direction: views::other_direction(config, post),
        url: config.href(&article.url),
        permalink: permalink.clone(),
        summary_html: summary_html(parts, entry),
        summary: entry.summary.text.clone(),
        date: views::date(post.date),
        updated: article.updated.map(views::date),
        words: entry.body.words,
        minutes: views::minutes(entry.body.words),
        section: section.map_or_else(
            || view::Link { title: post.section.clone(), url: String::new() },
            |section| view::Link { title: section.title.clone(), url: config.href(&section.url) },
        ),
        category: views::terms_of(config, newsroom, article, CATEGORIES).into_iter().next(),
        authors: views::authors(parts, author_names.map(|(name, _)| name.clone())),
        taxonomies: taxonomies(parts, article),
        deals,
        sources: post
            .sources
            .iter()
            .map(|source| view::Source {
                title: source.title.clone(),
                publisher: source.publisher.clone(),
                url: source.url.clone(),
                date: source.date.map(|date| date.to_string()).unwrap_or_default(),
                day: source.date.and_then(PartialDate::iso_day).unwrap_or_default(),
            })
            .collect(),
        key_points: entry
            .body
            .key_points
            .iter()
            .map(|point| view::Anchor { id: point.id.clone(), text: point.text.clone() })
            .collect(),
        headings: entry
            .body
            .headings
            .iter()
            .filter(|heading| heading.level == 2)
            .map(|heading| view::Anchor { id: heading.id.clone(), text: heading.text.clone() })
            .collect(),
        image: image(parts, article),
        content_html: String::new(),
        share: share_links(parts, &entry.title, &permalink),
        story: story(parts, id, article).map(|other| parts.cards[other as usize].view(parts).clone()).collect(),
        replies: replies(parts, id, article),
        reactions: config.reactions.as_ref().filter(|_| post.reactions != Some(false)).map(|reactions| {
            view::Reactions {
                action: reactions.action.clone(),
                choices: reactions.choices.clone(),
                post: article.url.clone(),
            }
        }),
        extra: extra(entry),
    }
}

fn taxonomies(parts: &Parts, article: &Article) -> Vec<view::PostTerms> {
    let config = &parts.config;
    config
        .taxonomies
        .iter()
        .filter(|taxonomy| taxonomy.name != AUTHORS && taxonomy.name != CATEGORIES)
        .map(|taxonomy| view::PostTerms {
            name: taxonomy.name.clone(),
            title: taxonomy.title.clone(),
            terms: views::terms_of(config, &parts.newsroom, article, &taxonomy.name),
        })
        .filter(|terms| !terms.terms.is_empty())
        .collect()
}

fn image(parts: &Parts, article: &Article) -> Option<view::Image> {
    let image = article.post.image.as_ref()?;
    let source = &article.post.entry.source;
    let path = body::picture_path(source, &image.src);
    let dimensions =
        path.as_deref().and_then(|path| body::find_picture(parts, path)).and_then(|(_, dimensions)| dimensions);
    Some(view::Image {
        url: body::picture(parts, source, &image.src)?,
        alt: image.alt.clone(),
        credit: image.credit.clone(),
        width: dimensions.map(|(width, _)| width),
        height: dimensions.map(|(_, height)| height),
    })
}

/// How many other posts of its story an article shows at most: those nearest in time. If it were all, the pages of a
/// story would grow with the square of its length.
const LONGEST_STORY: usize = 50;

/// Finds the other posts of a story, oldest first.
fn story(parts: &Parts, id: PostId, article: &Article) -> impl Iterator<Item = PostId> {
    let story = article.post.story.as_ref().and_then(|story| parts.newsroom.stories.get(story));
    let posts = story.map_or(&[][..], Vec::as_slice);
    // The newest post has the lowest number.
    let here = posts.partition_point(|other| *other > id);
    let start = here.saturating_sub(LONGEST_STORY / 2).min(posts.len().saturating_sub(LONGEST_STORY + 1));
    let end = (start + LONGEST_STORY + 1).min(posts.len());
    posts[start..end].iter().copied().filter(move |other| *other != id)
}

fn replies(parts: &Parts, id: PostId, article: &Article) -> Option<view::Replies> {
    let config = &parts.config.replies;
    let approved = parts.newsroom.replies.get(&id).map_or(&[][..], Vec::as_slice);
    let open = article.post.replies.unwrap_or(config.enabled) && config.has_way();
    if !open && approved.is_empty() {
        return None;
    }
    let names: HashMap<&str, &str> = approved.iter().map(|reply| (reply.id.as_str(), reply.name.as_str())).collect();
    let answered = |reply: &Reply| {
        let other = reply.answers()?;
        let name = names.get(other.as_str())?;
        Some((html_id(&other), (*name).to_owned()))
    };
    let items = approved
        .iter()
        .map(|reply| (reply, answered(reply).unwrap_or_default()))
        .map(|(reply, (in_reply_to, answered))| view::Reply {
            id: html_id(&reply.id),
            name: reply.name.clone(),
            url: reply.url.clone(),
            date: views::date(reply.date),
            content_html: body::reply(parts, &reply.body),
            in_reply_to,
            answered,
        })
        .collect();
    Some(view::Replies {
        items,
        action: if open { config.action.clone() } else { String::new() },
        mailto: if open { config.mailto.clone() } else { String::new() },
        honeypot_field: "website".to_owned(),
        post: article.url.clone(),
    })
}

fn share_links(parts: &Parts, title: &str, permalink: &str) -> Vec<view::ShareLink> {
    share::share_links(&parts.config.share, title, permalink)
        .into_iter()
        .map(|(id, title, url)| view::ShareLink { id: id.to_string(), title: title.to_string(), url })
        .collect()
}

/// Adds the variable `related`: posts to stand beside the one at hand, each with the reason why. Its cards are
/// shared with all other lists.
fn add_related<'s>(parts: &'s Parts, id: PostId, variables: &mut Variables<'s>) {
    let mut builder = FingerprintBuilder::default();
    let related = parts.related.get(id as usize).map_or(&[][..], Vec::as_slice);
    let mut phrase = String::new();
    for related in related {
        builder.add_fingerprint(parts.cards[related.post as usize].fingerprint);
        phrase.clear();
        say_reason(parts, related, &mut phrase);
        builder.add_bytes(phrase.as_bytes());
    }
    variables.add_later("related", builder.finish(), move || {
        let item = |related: &Related| {
            let card = parts.cards[related.post as usize].value(parts).clone();
            map_value([("post", card), ("reason", Value::from(reason(parts, related)))])
        };
        Value::from(related.iter().map(item).collect::<Vec<_>>())
    });
}

/// Says why a post stands beside another.
pub fn reason(parts: &Parts, related: &Related) -> String {
    let mut phrase = String::new();
    say_reason(parts, related, &mut phrase);
    phrase
}

fn say_reason(parts: &Parts, related: &Related, phrase: &mut String) {
    struct Known<'p>(&'p Parts);
    impl crate::newsroom::related::Names for Known<'_> {
        fn entity(&self, number: u32) -> Option<&str> {
            self.0.newsroom.registry.entities().get(number as usize).map(|entity| entity.name.as_str())
        }
        fn tag(&self, number: u32) -> Option<&str> {
            self.entity(number)
        }
    }
    related.reason.say(&Known(parts), phrase);
}

/// Adds the variable `recent`: the newest posts, without the one at hand.
pub(super) fn add_recent<'s>(parts: &'s Parts, without: Option<PostId>, variables: &mut Variables<'s>) {
    let wanted = parts.config.recent_posts as usize;
    let newest = (0..parts.cards.len() as PostId).filter(|id| Some(*id) != without).take(wanted);
    variables.add_cards("recent", parts, newest);
}
