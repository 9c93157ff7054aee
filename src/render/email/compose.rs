//! From a site and an edition to a letter.

use std::cell::RefCell;

use super::fences::Source;
use super::letter::{Address, Letter, Story};
use super::provider;
use super::reading::Met;
use crate::config::{AUTHORS, Config};
use crate::content::sentence::first_sentence;
use crate::diagnostic::Diagnostic;
use crate::newsroom::{Issue, PostId};
use crate::render::body;
use crate::render::story::full_address;
use crate::render::views;
use crate::snapshot::{Parts, Snapshot};

/// Letters that are shown behind a subject, at most.
const PREHEADER: usize = 110;

/// A letter, and what was met on the way to it.
pub(super) struct Composed {
    /// The letter.
    pub(super) letter: Letter,
    /// The pictures of its text.
    pub(super) met: Vec<Met>,
}

/// Composes the letter of an edition.
///
/// # Errors
/// A block in its text fails.
pub(super) fn compose(snapshot: &Snapshot, issue: &Issue) -> Result<Composed, Diagnostic> {
    let parts = &*snapshot.parts;
    let config = &*parts.config;
    let edition = &issue.edition;
    let entry = &edition.entry;
    let web = config.permalink(&issue.url);
    let source = Source { snapshot, entry, web: &web, problem: RefCell::default(), met: RefCell::default() };
    let opening = source.blocks(&entry.body.content);
    let lead = source.line(&body::line(parts, &entry.summary.fragment));
    if let Some(problem) = source.problem.take() {
        return Err(problem);
    }
    let met = source.met.take();
    let letter = Letter {
        language: config.language.clone(),
        subject: subject(issue).to_owned(),
        preheader: preheader(issue).to_owned(),
        publication: config.title.clone(),
        home: config.permalink("/"),
        unsubscribe: unsubscribe(config),
        kicker: kicker(parts, issue),
        title: entry.title.clone(),
        lead,
        opening,
        stories: issue.posts.iter().map(|id| story(parts, *id)).collect(),
        reason: config.email.reason.clone(),
        address: match provider::address_tag(config.email.provider) {
            tag if config.email.address.is_empty() && !tag.is_empty() => Address::Tag(tag),
            _ => Address::Words(config.email.address.clone()),
        },
        web,
    };
    Ok(Composed { letter, met })
}

/// Gives the subject of an edition's mail.
pub(super) fn subject(issue: &Issue) -> &str {
    issue.edition.email.subject.as_deref().unwrap_or(&issue.edition.entry.title)
}

/// Gives the line behind the subject: the editor's, or the lead's first sentence.
pub(super) fn preheader(issue: &Issue) -> &str {
    match &issue.edition.email.preheader {
        Some(preheader) => preheader,
        None => first_sentence(&issue.edition.entry.summary.text, PREHEADER),
    }
}

/// Gives the address of the link to leave: the publisher's, or the provider's tag.
pub(super) fn unsubscribe(config: &Config) -> String {
    match config.email.unsubscribe.is_empty() {
        true => provider::unsubscribe_tag(config.email.provider).to_owned(),
        false => config.email.unsubscribe.clone(),
    }
}

fn kicker(parts: &Parts, issue: &Issue) -> String {
    let edition = &issue.edition;
    let number = edition.number.map_or_else(|| "Edition".to_owned(), |number| format!("Edition No. {number}"));
    let mut facts = vec![number, edition.date.long_date()];
    let authors: Vec<String> = edition
        .authors
        .iter()
        .map(|(name, _)| match parts.newsroom.registry.resolve(AUTHORS, name) {
            Some(term) => parts.newsroom.registry.get(term).name.clone(),
            None => name.clone(),
        })
        .collect();
    if !authors.is_empty() {
        facts.push(authors.join(", "));
    }
    facts.join(" · ")
}

fn story(parts: &Parts, id: PostId) -> Story {
    let article = parts.newsroom.post(id);
    let post = &article.post;
    let card = parts.cards[id as usize].view(parts);
    let mut facts = vec![card.date.long.clone()];
    facts.extend(card.category.as_ref().map(|category| category.title.clone()));
    facts.push(format!("{} min", views::minutes(post.entry.body.words)));
    Story {
        // What a mail says instead of title and summary.
        title: post.email.subject.clone().unwrap_or_else(|| card.title.clone()),
        language: card.language.clone(),
        direction: card.direction,
        summary: post.email.preheader.clone().unwrap_or_else(|| card.summary.clone()),
        url: parts.config.permalink(&article.url),
        deal: card.deal.as_ref().map(|deal| {
            let amount = if deal.amount.is_empty() { String::new() } else { format!(": {}", deal.amount) };
            let url = if deal.url.is_empty() { String::new() } else { full_address(parts, &deal.url) };
            (format!("{}{amount} ({})", deal.parties, deal.status), url)
        }),
        facts: facts.join(" · "),
    }
}
