//! From what the newsroom knows to what templates see: dates, cards, links, people.

use std::sync::{Arc, OnceLock};

use rayon::prelude::*;
use tera::Value;

use crate::config::{AUTHORS, CATEGORIES, Config};
use crate::content::date::Moment;
use crate::content::post::Post;
use crate::fingerprint::{Fingerprint, FingerprintBuilder};
use crate::newsroom::entities::EntityId;
use crate::newsroom::{Article, Issue, Newsroom, PostId};
use crate::site::view;
use crate::snapshot::Parts;

/// Words a minute that an adult reads silently (Brysbaert 2019, non-fiction).
const WORDS_PER_MINUTE: u32 = 238;
/// Posts that say no more than this of themselves in a list.
const CARD_SUMMARY: usize = 320;

/// A post as lists show it, shared by all of them.
///
/// Of most posts a build wants no more than the digest, or the view in the form of templates: each form is
/// made when it is first asked for, and then kept.
pub struct Card {
    post: PostId,
    /// The digest of all that the view is made of, but for the configuration.
    pub fingerprint: Fingerprint,
    view: OnceLock<Arc<view::PostCard>>,
    value: OnceLock<Value>,
}

impl Card {
    /// Makes the cards of all posts.
    pub fn all(config: &Config, newsroom: &Newsroom) -> Vec<Arc<Card>> {
        let posts = 0..newsroom.posts.len() as PostId;
        posts.into_par_iter().map(|id| Arc::new(Card::of(config, newsroom, id))).collect()
    }

    /// Makes the card of a post.
    pub fn of(config: &Config, newsroom: &Newsroom, post: PostId) -> Card {
        let fingerprint = card_fingerprint(config, newsroom, newsroom.post(post));
        Card { post, fingerprint, view: OnceLock::new(), value: OnceLock::new() }
    }

    /// Gives the view; `parts` are those that the card is of.
    pub fn view(&self, parts: &Parts) -> &Arc<view::PostCard> {
        self.view.get_or_init(|| Arc::new(self.make(parts)))
    }

    /// Gives the view as templates take it; `parts` are those that the card is of.
    pub fn value(&self, parts: &Parts) -> &Value {
        self.value.get_or_init(|| Value::from_serializable(&self.make(parts)))
    }

    fn make(&self, parts: &Parts) -> view::PostCard {
        card_view(&parts.config, &parts.newsroom, parts.newsroom.post(self.post))
    }
}

fn card_view(config: &Config, newsroom: &Newsroom, article: &Article) -> view::PostCard {
    let post = &article.post;
    let summary = &post.entry.summary;
    let language = other_language(config, post);
    view::PostCard {
        title: post.entry.title.clone(),
        language: language.unwrap_or_default().to_owned(),
        direction: other_direction(config, post),
        url: config.href(&article.url),
        summary: shortened(&summary.text),
        sentence: summary.sentence().to_owned(),
        date: date(post.date),
        category: terms_of(config, newsroom, article, CATEGORIES).into_iter().next(),
        authors: terms_of(config, newsroom, article, AUTHORS),
        deal: super::deals::line_of(config, newsroom, article),
        minutes: minutes(post.entry.body.words),
    }
}

/// Gives a post's language, if that is another than the newsletter's.
pub fn other_language<'p>(config: &Config, post: &'p Post) -> Option<&'p str> {
    post.language.as_deref().filter(|language| !language.eq_ignore_ascii_case(&config.language))
}

/// Gives the way in which a post is written, if that is another than the newsletter's; else nothing.
pub fn other_direction(config: &Config, post: &Post) -> &'static str {
    let direction_of_post = direction(post.language.as_deref().unwrap_or(&config.language));
    if direction_of_post == direction(&config.language) { "" } else { direction_of_post }
}

/// Gives the digest of all that [`card_view`] reads but the configuration; the view itself costs four times as much.
fn card_fingerprint(config: &Config, newsroom: &Newsroom, article: &Article) -> Fingerprint {
    let entry = &article.post.entry;
    let mut builder = FingerprintBuilder::default();
    for text in [&entry.title, &article.url, &entry.summary.text] {
        builder.add_bytes(text.as_bytes());
    }
    builder.add(&(article.post.date, minutes(entry.body.words), &article.post.language));
    for term in &article.terms {
        let entity = newsroom.registry.get(*term);
        if entity.taxonomy == CATEGORIES || entity.taxonomy == AUTHORS {
            for text in [&entity.taxonomy, &entity.slug, &entity.name] {
                builder.add_bytes(text.as_bytes());
            }
        }
    }
    builder.add(&super::deals::line_of(config, newsroom, article));
    builder.finish()
}

/// Cuts a lead that runs long, as in other people's archives, at a sentence or a word.
fn shortened(text: &str) -> String {
    if text.chars().count() <= CARD_SUMMARY {
        return text.to_owned();
    }
    let cut = crate::content::sentence::first_sentence(text, CARD_SUMMARY);
    if text[cut.len()..].trim().is_empty()
        || cut.ends_with(['.', '!', '?', '…', '”', '»', '。', '！', '？', '؟', '۔', '।'])
    {
        cut.to_owned()
    } else {
        format!("{cut} …")
    }
}

/// Gives a moment in the forms that pages need.
pub fn date(moment: Moment) -> view::Date {
    view::Date {
        iso: moment.iso_date(),
        machine: if moment.has_time() { moment.rfc3339() } else { moment.iso_date() },
        long: moment.long_date(),
        short: moment.short_date(),
        year: moment.year(),
    }
}

/// Gives the way in which a language is written: by its script where the tag has one (`az-Arab`, `ar-Latn`).
pub fn direction(language: &str) -> &'static str {
    let tag = language.to_ascii_lowercase();
    let mut parts = tag.split('-');
    let main = parts.next().unwrap_or_default();
    let is_right_to_left =
        match parts.find(|part| part.len() == 4 && part.bytes().all(|byte| byte.is_ascii_alphabetic())) {
            Some(script) => matches!(script, "arab" | "aran" | "hebr" | "thaa" | "syrc" | "nkoo" | "adlm" | "rohg"),
            None => matches!(main, "ar" | "he" | "iw" | "fa" | "ur" | "ps" | "yi" | "dv" | "ckb" | "sd" | "ug"),
        };
    if is_right_to_left { "rtl" } else { "ltr" }
}

/// Gives the minutes that words take to read, at least one.
pub fn minutes(words: u32) -> u32 {
    words.div_ceil(WORDS_PER_MINUTE).max(1)
}

/// Gives a term as a link; without an address where terms have no pages.
pub fn term_link(config: &Config, newsroom: &Newsroom, term: EntityId) -> view::Link {
    let url = if config.outputs.terms { config.href(&newsroom.term_url(term)) } else { String::new() };
    view::Link { title: newsroom.registry.get(term).name.clone(), url }
}

/// Gives the terms of one taxonomy on a post.
pub fn terms_of(config: &Config, newsroom: &Newsroom, article: &Article, taxonomy: &str) -> Vec<view::Link> {
    article
        .terms
        .iter()
        .filter(|term| newsroom.registry.get(**term).taxonomy == taxonomy)
        .map(|term| term_link(config, newsroom, *term))
        .collect()
}

/// Gives an edition as lists show it.
pub fn edition_card(config: &Config, issue: &Issue) -> view::EditionCard {
    view::EditionCard {
        title: issue.edition.entry.title.clone(),
        url: config.href(&issue.url),
        number: issue.edition.number,
        summary: issue.edition.entry.summary.text.clone(),
        date: date(issue.edition.date),
    }
}

/// Gives the authors of a file by their names in its front matter.
pub fn authors(parts: &Parts, names: impl Iterator<Item = String>) -> Vec<view::Author> {
    names.map(|name| author(parts, &name)).collect()
}

/// Gives one of them.
pub fn author(parts: &Parts, name: &str) -> view::Author {
    let Parts { config, newsroom, .. } = parts;
    let Some(term) = newsroom.registry.resolve(AUTHORS, name) else {
        return view::Author {
            name: name.to_owned(),
            url: String::new(),
            bio_html: String::new(),
            avatar: None,
            links: vec![],
        };
    };
    let link = term_link(config, newsroom, term);
    let profile = newsroom.profile_of(term);
    view::Author {
        name: link.title,
        url: link.url,
        bio_html: profile.map(|profile| super::body::plain(parts, &profile.entry)).unwrap_or_default(),
        avatar: profile
            .and_then(|profile| super::body::picture(parts, &profile.entry.source, profile.logo.as_deref()?)),
        links: profile
            .map(|profile| {
                profile.links.iter().map(|(title, url)| view::Link { title: title.clone(), url: url.clone() }).collect()
            })
            .unwrap_or_default(),
    }
}
