//! What may be published, in which order, and at which address.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::ops::Range;
use std::sync::Arc;

use rayon::prelude::*;

use super::{Article, Issue, Page};
use crate::content::date::Moment;
use crate::content::document::Document;
use crate::content::document::Section;
use crate::content::edition::Edition;
use crate::content::entry::Entry;
use crate::content::post::Post;
use crate::content::profile::Profile;
use crate::content::reply::Reply;
use crate::source::SourcePath;

/// Which posts are let through although they are not ready.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Admission {
    /// What time it is: posts of later dates are future, those that expire before are expired.
    pub now: Moment,
    /// Whether drafts are shown.
    pub drafts: bool,
    /// Whether future posts are shown.
    pub future: bool,
}

impl Admission {
    /// Says whether what has this date is published, or was until it expired.
    fn admits(&self, is_draft: bool, date: &Moment) -> bool {
        (self.drafts || !is_draft) && (self.future || *date <= self.now)
    }

    /// Gives the change of a post that readers are told of: one that is still to come has not been made.
    fn change(&self, post: &Post) -> Option<Moment> {
        post.updated.map(|(updated, _)| updated).filter(|updated| self.future || *updated <= self.now)
    }

    fn has_expired(&self, post: &Post) -> bool {
        post.expires.is_some_and(|expires| expires <= self.now)
    }
}

/// Finds the moments around now at which a post, an edition or a reply comes due or expires, or a change is no longer
/// one that is still to come; in seconds since 1970.
pub fn steady<'a>(documents: impl Iterator<Item = &'a Document>, now: Moment) -> Range<i64> {
    let now = now.unix_seconds();
    let dates = documents.flat_map(|document| match document {
        Document::Post(post) => [Some(post.date), post.expires, post.updated.map(|(updated, _)| updated)],
        Document::Edition(edition) => [Some(edition.date), None, None],
        Document::Reply(reply) => [Some(reply.date), None, None],
        // From its date on, nothing more is said of a page.
        Document::Page(entry) => [entry.idle_date.as_deref().map(|(date, _)| *date), None, None],
        _ => [None, None, None],
    });
    dates.flatten().map(|date| date.unix_seconds()).fold(i64::MIN..i64::MAX, |steady, date| {
        if date > now { steady.start..steady.end.min(date) } else { steady.start.max(date)..steady.end }
    })
}

/// All documents by kind, in order; what is not published is only named.
#[derive(Default)]
pub struct Timeline {
    /// Posts, newest first.
    pub posts: Vec<Article>,
    /// Editions, newest first, without their posts.
    pub editions: Vec<Issue>,
    /// Pages, by address.
    pub pages: Vec<Page>,
    /// Profiles, by path.
    pub profiles: Vec<Arc<Profile>>,
    /// What `_index.md` files say, by section.
    pub sections: BTreeMap<String, Arc<Section>>,
    /// Replies, by path.
    pub replies: Vec<Arc<Reply>>,
    /// Files of drafts, future and expired posts.
    pub unpublished: Vec<SourcePath>,
    /// Names of deals that such posts report.
    pub withheld_deals: BTreeSet<String>,
    /// Files that could not be read.
    pub unread: Vec<SourcePath>,
}

impl Timeline {
    fn withhold(&mut self, post: &Post) {
        self.unpublished.push(post.entry.source.clone());
        self.withheld_deals.extend(post.deals.iter().filter_map(|deal| deal.id.clone()));
    }
}

/// Sorts documents, which come in the order of their paths.
pub fn arrange<'a>(documents: impl IntoIterator<Item = &'a Document>, admission: &Admission) -> Timeline {
    let mut timeline = Timeline::default();
    let mut posts: Vec<Arc<Post>> = Vec::new();
    let mut editions: Vec<Arc<Edition>> = Vec::new();
    for document in documents {
        match document {
            Document::Post(post) if admission.admits(post.entry.draft, &post.date) => posts.push(post.clone()),
            Document::Post(post) => timeline.withhold(post),
            Document::Edition(edition) if admission.admits(edition.entry.draft, &edition.date) => {
                editions.push(edition.clone())
            }
            Document::Edition(edition) => timeline.unpublished.push(edition.entry.source.clone()),
            Document::Page(entry) if admission.drafts || !entry.draft => {
                let url = entry.path.clone().unwrap_or_else(|| format!("/{}/", entry.slug.text));
                timeline.pages.push(Page { entry: entry.clone(), url });
            }
            Document::Page(entry) => timeline.unpublished.push(entry.source.clone()),
            Document::Profile(profile) if admission.drafts || !profile.entry.draft => {
                timeline.profiles.push(profile.clone())
            }
            Document::Profile(profile) => timeline.unpublished.push(profile.entry.source.clone()),
            Document::Section(section) if admission.drafts || !section.entry.draft => {
                timeline.sections.insert(section.name.clone(), section.clone());
            }
            Document::Section(section) => timeline.unpublished.push(section.entry.source.clone()),
            Document::Reply(reply) if admission.admits(reply.draft, &reply.date) => {
                timeline.replies.push(reply.clone())
            }
            Document::Reply(reply) => timeline.unpublished.push(SourcePath::new(reply.source.as_str())),
        }
    }
    // Newest first; posts of one moment in the order of their files, so that no order is left to chance.
    posts.par_sort_by(|a, b| b.date.cmp(&a.date).then_with(|| a.entry.source.cmp(&b.entry.source)));
    editions.sort_by(|a, b| b.date.cmp(&a.date).then_with(|| a.entry.source.cmp(&b.entry.source)));
    // One that has expired keeps its address, which stays known to links and feed readers: no other post gets it.
    let urls = addresses(&posts, |post| (&post.section, &post.entry, &post.date));
    posts.iter().filter(|post| admission.has_expired(post)).for_each(|post| timeline.withhold(post));
    timeline.posts = posts
        .into_iter()
        .zip(urls)
        .filter(|(post, _)| !admission.has_expired(post))
        .map(|(post, url)| Article {
            updated: admission.change(&post),
            post,
            url,
            terms: vec![],
            found: vec![],
            links: vec![],
        })
        .collect();
    let urls = addresses(&editions, |edition| ("editions", &edition.entry, &edition.date));
    timeline.editions =
        editions.into_iter().zip(urls).map(|(edition, url)| Issue { edition, url, posts: vec![] }).collect();
    timeline.pages.sort_by(|a, b| a.url.cmp(&b.url));
    timeline
}

fn plain_url(section: &str, entry: &Entry) -> String {
    entry.path.clone().unwrap_or_else(|| ["/", section, "/", &entry.slug.text, "/"].concat())
}

fn dated_url(section: &str, entry: &Entry, date: &Moment) -> String {
    format!("/{section}/{}-{}/", date.iso_date(), entry.slug.text)
}

/// Gives each document its address; they come newest first.
///
/// Files that differ only in the date of their names (`2025-07-23-not-much.md`, and again in
/// September) would share one: the oldest keeps it, so that an address never changes because a newer
/// post appears, and the others get their date in front. Names that authors gave are left alone;
/// if those collide, the plan of the site says so.
fn addresses<T: Sync>(documents: &[T], of: impl Fn(&T) -> (&str, &Entry, &Moment) + Sync) -> Vec<String> {
    let plain = |document| {
        let (section, entry, _) = of(document);
        plain_url(section, entry)
    };
    let mut urls: Vec<String> = documents.par_iter().map(plain).collect();
    let mut taken: HashSet<&str> = HashSet::with_capacity(urls.len());
    let mut dated: HashSet<String> = HashSet::new();
    let mut renamed = Vec::new();
    for (number, document) in documents.iter().enumerate().rev() {
        let (section, entry, date) = of(document);
        let url = urls[number].as_str();
        let is_free = entry.path.is_some() || !dated.contains(url) && taken.insert(url);
        if !is_free && !entry.slug.given {
            let url = dated_url(section, entry, date);
            dated.insert(url.clone());
            renamed.push((number, url));
        }
    }
    for (number, url) in renamed {
        urls[number] = url;
    }
    urls
}
