//! What a file for machines depends on, for those that are many or cost much: mirrors, feeds, mails, the sitemap.

use crate::config::AUTHORS;
use crate::content::entry::Entry;
use crate::fingerprint::{Fingerprint, FingerprintBuilder};
use crate::newsroom::{EntityLink, PostId};
use crate::render::body;
use crate::render::html::{PROGRAM, SETTINGS, TEXT, text_fingerprint};
use crate::site::{FeedScope, Route};
use crate::snapshot::{Parts, Snapshot};

/// The posts of a feed or a mail.
const POSTS: &str = "posts";

/// The pages of a sitemap.
const PAGES: &str = "pages";

/// Gives the digest of each thing that a file depends on; `None` for one that is rendered in any case.
pub fn inputs(snapshot: &Snapshot, route: &Route) -> Option<Vec<(&'static str, Fingerprint)>> {
    let own = match route {
        Route::Mirror(id) => vec![(TEXT, mirror(&snapshot.parts, *id))],
        Route::Feed(_, scope) => vec![(POSTS, feed(snapshot, *scope))],
        Route::Email(index, _) => mail(snapshot, *index)?,
        Route::Sitemap(_) | Route::SitemapIndex => vec![(PAGES, pages(&snapshot.parts))],
        _ => return None,
    };
    Some([(PROGRAM, snapshot.base), (SETTINGS, snapshot.settings)].into_iter().chain(own).collect())
}

fn pages(parts: &Parts) -> Fingerprint {
    let mut builder = FingerprintBuilder::default();
    for (path, modified) in super::sitemap_pages(parts) {
        builder.add_bytes(path.as_str().as_bytes());
        if let Some(modified) = modified {
            builder.add_bytes(&modified.unix_seconds().to_le_bytes());
            builder.add_bytes(&modified.offset_seconds().to_le_bytes());
        }
    }
    builder.finish()
}

fn mirror(parts: &Parts, id: PostId) -> Fingerprint {
    let article = parts.newsroom.post(id);
    let mut builder = FingerprintBuilder::default();
    builder.add_fingerprint(article.post.entry.fingerprint);
    builder.add_bytes(article.url.as_bytes());
    // A file's name gives the date where its text does not.
    builder.add_bytes(article.post.date.rfc3339().as_bytes());
    add_terms(parts, id, &mut builder);
    super::mirror::add_addresses(parts, &article.post.entry, &article.url, &mut builder);
    builder.finish()
}

fn feed(snapshot: &Snapshot, scope: FeedScope) -> Fingerprint {
    let parts = &*snapshot.parts;
    let mut builder = FingerprintBuilder::default();
    if let FeedScope::Term(term) = scope {
        builder.add_bytes(parts.newsroom.registry.get(term).name.as_bytes());
        builder.add_bytes(parts.newsroom.term_url(term).as_bytes());
    }
    for id in super::posts_of_feed(parts, scope) {
        let article = parts.newsroom.post(id);
        add_post(parts, id, &mut builder);
        builder.add(&article.updated);
        add_text(snapshot, &article.post.entry, &article.links, &mut builder);
        add_terms(parts, id, &mut builder);
        if let Some(image) = &article.post.image {
            builder.add(&body::picture(parts, &article.post.entry.source, &image.src));
        }
    }
    builder.finish()
}

fn mail(snapshot: &Snapshot, index: u32) -> Option<Vec<(&'static str, Fingerprint)>> {
    let parts = &*snapshot.parts;
    let issue = parts.newsroom.editions.get(index as usize)?;
    let mut text = FingerprintBuilder::default();
    add_text(snapshot, &issue.edition.entry, &[], &mut text);
    text.add_bytes(body::line(parts, &issue.edition.entry.summary.fragment).as_bytes());
    text.add_bytes(issue.url.as_bytes());
    // A file's name gives the date where its text does not.
    text.add_bytes(issue.edition.date.rfc3339().as_bytes());
    for (name, _) in &issue.edition.authors {
        let known = parts.newsroom.registry.resolve(AUTHORS, name);
        text.add_bytes(known.map_or(name, |term| &parts.newsroom.registry.get(term).name).as_bytes());
    }
    let mut posts = FingerprintBuilder::default();
    for id in &issue.posts {
        add_post(parts, *id, &mut posts);
        let email = &parts.newsroom.post(*id).post.email;
        posts.add(&(&email.subject, &email.preheader));
    }
    Some(vec![(TEXT, text.finish()), (POSTS, posts.finish())])
}

/// Adds a post as lists show it.
fn add_post(parts: &Parts, id: PostId, builder: &mut FingerprintBuilder) {
    builder.add_bytes(parts.newsroom.post(id).url.as_bytes());
    builder.add_fingerprint(parts.cards[id as usize].fingerprint);
}

fn add_text(snapshot: &Snapshot, entry: &Entry, links: &[EntityLink], builder: &mut FingerprintBuilder) {
    builder.add_fingerprint(text_fingerprint(snapshot, entry, links));
}

fn add_terms(parts: &Parts, id: PostId, builder: &mut FingerprintBuilder) {
    for term in &parts.newsroom.post(id).terms {
        let entity = parts.newsroom.registry.get(*term);
        builder.add_bytes(entity.taxonomy.as_bytes());
        builder.add_bytes(entity.name.as_bytes());
    }
}
