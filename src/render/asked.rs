//! What templates ask the site for by functions, as digests: a page is not as it was when an answer is another.
//!
//! What answers are made of is digested and not the answers themselves, for arguments are known only when a template
//! runs.

use std::cell::LazyCell;
use std::collections::HashMap;

use super::{deals, functions};
use crate::fingerprint::{Fingerprint, FingerprintBuilder};
use crate::snapshot::Parts;
use crate::theme::{Ask, Theme};

/// Names of what a page depends on, as functions are called in templates.
pub(super) const POSTS: &str = "posts()";
pub(super) const DEALS: &str = "deals()";
pub(super) const FILES: &str = "asset()";

/// By template: what it depends on beside its variables, each with its digest.
pub type Asked = HashMap<String, Vec<(&'static str, Fingerprint)>>;

/// Digests what the templates of a theme may be answered.
pub fn asked(theme: &Theme, parts: &Parts) -> Asked {
    let posts = LazyCell::new(|| all_posts(parts));
    let all_deals = LazyCell::new(|| all_deals(parts));
    let of = |ask: &Ask| match ask {
        Ask::Posts => (POSTS, *posts),
        Ask::Deals => (DEALS, *all_deals),
        Ask::File(Some(name)) => (FILES, Fingerprint::of(&functions::find_asset(parts, name))),
        Ask::File(None) => (FILES, all_files(parts)),
    };
    theme.all_asks().map(|(name, asks)| (name.to_owned(), asks.iter().map(of).collect())).collect()
}

/// Digests all that `posts()` reads: the posts as lists show them, and what sections and terms have which.
fn all_posts(parts: &Parts) -> Fingerprint {
    let mut builder = FingerprintBuilder::default();
    parts.cards.iter().for_each(|card| builder.add_fingerprint(card.fingerprint));
    for section in &parts.newsroom.sections {
        builder.add(&(&section.name, &section.posts));
    }
    add_terms(parts, &mut builder);
    builder.finish()
}

/// Digests all that `deals()` reads: the deals as lists show them, what posts say of them, and the names of parties.
fn all_deals(parts: &Parts) -> Fingerprint {
    let mut builder = FingerprintBuilder::default();
    builder.add(&deals::rows(parts));
    let reporting = parts.newsroom.posts.iter().filter(|article| !article.post.deals.is_empty());
    reporting.for_each(|article| builder.add_fingerprint(article.post.entry.fingerprint));
    add_terms(parts, &mut builder);
    builder.finish()
}

fn add_terms(parts: &Parts, builder: &mut FingerprintBuilder) {
    let newsroom = &parts.newsroom;
    for id in newsroom.registry.ids() {
        let entity = newsroom.registry.get(id);
        let spellings: Vec<&str> = entity.spellings.iter().map(|spelling| spelling.text.as_str()).collect();
        builder.add(&(&entity.taxonomy, &entity.slug, &entity.name, &entity.aliases, spellings, newsroom.posts_of(id)));
    }
}

/// Digests the addresses of all files that `asset()` can find.
fn all_files(parts: &Parts) -> Fingerprint {
    let mut builder = FingerprintBuilder::default();
    parts.media.iter().for_each(|(_, url)| builder.add_bytes(url.as_bytes()));
    builder.finish()
}
