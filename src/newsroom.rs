//! What the publication knows: all documents in, one [`Newsroom`] and its diagnostics out.
//!
//! 1. [`timeline`]: what may be published is put in order, and everything gets its address.
//! 2. [`entities`]: the names in front matter become terms, each once, however it is spelt.
//! 3. [`mentions`]: names in the text join their terms.
//! 4. [`ledger`]: reports become deals.
//! 5. [`related`]: every post finds the posts that belong beside it. Nothing else waits for this, the
//!    costliest step, so its outcome is no part of the newsroom.
//!
//! A draft, a future or an expired post is dropped in the first step, and nothing behind it knows
//! that there was one.

pub mod assemble;
pub mod entities;
pub mod ledger;
pub mod memory;
pub mod mentions;
mod notes;
pub mod post_names;
pub mod related;
pub mod timeline;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use crate::config::Config;
use crate::content::date::Moment;
use crate::content::document::Section;
use crate::content::edition::Edition;
use crate::content::entry::Entry;
use crate::content::post::Post;
use crate::content::profile::Profile;
use crate::content::reply::Reply;
use crate::fingerprint::Fingerprint;
use crate::source::{SourcePath, look_up, within};
use entities::{EntityId, Registry};

/// A post's number: its place in [`Newsroom::posts`].
pub type PostId = u32;

/// Everything that may be published, in order and joined together.
///
/// What is large is shared, so that a copy with one text replaced is cheap.
#[derive(Clone)]
pub struct Newsroom {
    /// All posts, newest first.
    pub posts: Vec<Article>,
    /// All editions, newest first.
    pub editions: Vec<Issue>,
    /// Pages such as `about.md`, by address.
    pub pages: Vec<Page>,
    /// Folders of posts, by name.
    pub sections: Vec<SectionOfPosts>,
    /// What `content/_index.md` says of the front page.
    pub front: Option<Arc<Section>>,
    /// The profiles, in the order of their paths; [`entities::Entity::profile`] points here.
    pub profiles: Vec<Arc<Profile>>,
    /// The terms of all taxonomies.
    pub registry: Arc<Registry>,
    /// The posts of each term, newest first: named in front matter, or found in the text.
    pub term_posts: Arc<Vec<Vec<PostId>>>,
    /// The deals.
    pub ledger: Arc<ledger::Ledger>,
    /// Names of deals that posts report which are not published.
    pub withheld_deals: Arc<BTreeSet<String>>,
    /// Approved replies of each post that has any, oldest first.
    pub replies: BTreeMap<PostId, Vec<Arc<Reply>>>,
    /// The posts of each story, oldest first.
    pub stories: BTreeMap<String, Vec<PostId>>,
    /// What stands at a source file. Only ever asked, never walked.
    pub by_source: Arc<HashMap<SourcePath, Target>>,
    /// What found the names in the texts; none if nothing was searched.
    finder: Option<Arc<mentions::Finder>>,
    posts_fingerprint: Fingerprint,
    lacks_files: bool,
}

/// A post with its place in the publication.
#[derive(Clone)]
pub struct Article {
    /// The post.
    pub post: Arc<Post>,
    /// Its address from the site's root on.
    pub url: String,
    /// When it was changed since, as readers are told: never at a time that is still to come.
    pub updated: Option<Moment>,
    /// Its terms: those of the front matter in the author's order, then those found in the text.
    pub terms: Vec<EntityId>,
    /// Every entity that it names, in its front matter or anywhere in its text.
    pub found: Vec<EntityId>,
    /// The names found in its text that may become links, in the order of the text.
    pub links: Vec<EntityLink>,
}

impl Article {
    /// Gives the time of its last change: that of its publication, if there was none since.
    pub fn changed(&self) -> Moment {
        self.updated.unwrap_or(self.post.date)
    }

    /// Gives what feeds know it by.
    pub fn guid(&self, config: &Config) -> String {
        match &self.post.guid {
            Some((path, _)) if path.starts_with('/') => config.guid(path),
            Some((identifier, _)) => identifier.clone(),
            None => config.guid(&self.url),
        }
    }
}

/// The first mention of an entity in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EntityLink {
    /// The entity.
    pub entity: EntityId,
    /// The bytes of the name in the body's HTML.
    pub start: u32,
    /// The byte behind the name.
    pub end: u32,
}

/// An edition with its place in the publication.
#[derive(Clone)]
pub struct Issue {
    /// The edition.
    pub edition: Arc<Edition>,
    /// Its address from the site's root on.
    pub url: String,
    /// The posts that it collects, in the editor's order.
    pub posts: Vec<PostId>,
}

/// A page with its address.
#[derive(Clone)]
pub struct Page {
    /// The page.
    pub entry: Arc<Entry>,
    /// Its address from the site's root on.
    pub url: String,
}

/// A folder of posts.
#[derive(Clone)]
pub struct SectionOfPosts {
    /// The folder's name: `posts`.
    pub name: String,
    /// What is shown: `Posts`.
    pub title: String,
    /// Its address from the site's root on.
    pub url: String,
    /// What `_index.md` says.
    pub about: Option<Arc<Section>>,
    /// Its posts, newest first.
    pub posts: Vec<PostId>,
}

/// What stands at a source file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// A post.
    Post(PostId),
    /// An edition, by its place.
    Edition(u32),
    /// A page, by its place.
    Page(u32),
    /// A term with a profile.
    Term(EntityId),
    /// A section, by its place.
    Section(u32),
    /// The front page.
    Front,
    /// A file that is there and is not published: a draft, a future or an expired post.
    Unpublished,
    /// A file that could not be read, which has been said.
    Unread,
}

/// Finds what a link to a content file leads to; `@/` opens a path from the content folder on.
pub fn target_of(by_source: &HashMap<SourcePath, Target>, config: &Config, path: &str) -> Option<Target> {
    let target = match path.strip_prefix("@/") {
        Some(rest) => look_up(by_source, &within(&config.content_folder, rest)),
        None => look_up(by_source, path.trim_start_matches('/')),
    };
    target.copied()
}

impl Newsroom {
    /// Says whether a file could not be read: what seems to be missing may be in it.
    pub fn lacks_files(&self) -> bool {
        self.lacks_files
    }

    /// Gives a post.
    ///
    /// # Panics
    /// The number is of another newsroom.
    pub fn post(&self, id: PostId) -> &Article {
        &self.posts[id as usize]
    }

    /// Gives the posts of a term, newest first.
    pub fn posts_of(&self, term: EntityId) -> &[PostId] {
        self.term_posts.get(term.0 as usize).map_or(&[], Vec::as_slice)
    }

    /// Lists all texts that are published, but for replies.
    pub fn entries(&self) -> impl Iterator<Item = &Entry> {
        let posts = self.posts.iter().map(|article| &article.post.entry);
        let about = self.sections.iter().filter_map(|section| section.about.as_ref()).chain(&self.front);
        posts
            .chain(self.editions.iter().map(|issue| &issue.edition.entry))
            .chain(self.pages.iter().map(|page| &*page.entry))
            .chain(self.profiles.iter().map(|profile| &profile.entry))
            .chain(about.map(|about| &about.entry))
    }

    /// Gives the profile of a term, if it has one.
    pub fn profile_of(&self, term: EntityId) -> Option<&Arc<Profile>> {
        self.registry.get(term).profile.and_then(|index| self.profiles.get(index as usize))
    }

    /// Gives the address of a term's page, from the site's root on.
    pub fn term_url(&self, term: EntityId) -> String {
        let entity = self.registry.get(term);
        ["/", &entity.taxonomy, "/", &entity.slug, "/"].concat()
    }

    /// Gives the digest of the files of all posts, with their addresses.
    pub fn posts_fingerprint(&self) -> Fingerprint {
        self.posts_fingerprint
    }

    /// Gives the address of what stands at a source file; `None` for what is not published.
    pub fn url_of(&self, target: Target) -> Option<String> {
        Some(match target {
            Target::Post(id) => self.post(id).url.clone(),
            Target::Edition(index) => self.editions.get(index as usize)?.url.clone(),
            Target::Page(index) => self.pages.get(index as usize)?.url.clone(),
            Target::Section(index) => self.sections.get(index as usize)?.url.clone(),
            Target::Term(term) => self.term_url(term),
            Target::Front => "/".to_owned(),
            Target::Unpublished | Target::Unread => return None,
        })
    }
}
