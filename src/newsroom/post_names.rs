//! What authors call a post, where they name it in another file.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::atomic::{AtomicUsize, Ordering};

use super::{Article, PostId, Target};
use crate::config::Config;
use crate::content::date::date_from_stem;
use crate::diagnostic::{Diagnostic, SEARCHES, nearest};
use crate::source::{SourcePath, composed};

/// The code of the warning that a name is that of a draft, a future or an expired post.
pub const UNPUBLISHED_POST: &str = "unpublished-post";

/// Finds posts by what authors call them: slug, file name, path or address.
#[derive(Default)]
pub struct PostNames<'a> {
    posts: &'a [Article],
    by_name: BTreeMap<&'a str, Named>,
    /// Names whose letters have their marks apart, by their composed form.
    composed: BTreeMap<String, &'a str>,
    /// Names of files that are there and are no posts of this site.
    withheld: BTreeSet<&'a str>,
    /// Names of files that could not be read, which has been said.
    unread: BTreeSet<&'a str>,
    /// How many names were not found.
    missed: AtomicUsize,
}

struct Named {
    post: PostId,
    /// The newest of the other posts of that name.
    other: Option<PostId>,
}

impl<'a> PostNames<'a> {
    /// Collects the names of all posts, and of the files among `by_source` that are none here.
    ///
    /// Where two share a name, the oldest has it, as it has the plain address: what a name means does not change
    /// because a newer post appears.
    pub fn of(config: &Config, posts: &'a [Article], by_source: &'a HashMap<SourcePath, Target>) -> Self {
        let folder = config.content_folder.as_str();
        let mut by_name = BTreeMap::new();
        for (post, article) in (0..).zip(posts) {
            let path = article.post.entry.source.as_str();
            let below = below(folder, path);
            let own_folder = below.strip_suffix("/index.md");
            for name in [path, below, article.url.as_str()].into_iter().chain(own_folder) {
                by_name.insert(name, Named { post, other: None });
            }
        }
        for (post, article) in (0..posts.len() as PostId).zip(posts).rev() {
            let entry = &article.post.entry;
            for name in [entry.slug.text.as_str(), own_name(folder, &entry.source), entry.source.file_name()] {
                match by_name.entry(name) {
                    Entry::Vacant(free) => _ = free.insert(Named { post, other: None }),
                    Entry::Occupied(taken) if taken.get().post == post => {}
                    Entry::Occupied(mut taken) => taken.get_mut().other = Some(post),
                }
            }
        }
        let composed = by_name.keys().filter_map(|name| Some((composed(name)?, *name))).collect();
        let of_target = |wanted: Target| {
            let files = by_source.iter().filter(move |(_, target)| **target == wanted);
            files.flat_map(|(path, _)| names_of_file(folder, path)).collect()
        };
        Self {
            posts,
            by_name,
            composed,
            withheld: of_target(Target::Unpublished),
            unread: of_target(Target::Unread),
            missed: AtomicUsize::new(0),
        }
    }

    /// Finds a post.
    pub fn find(&self, name: &str) -> Option<PostId> {
        self.named(name).map(|named| named.post)
    }

    fn named(&self, name: &str) -> Option<&Named> {
        self.by_name.get(name).or_else(|| {
            if name.is_ascii() {
                return None;
            }
            let written = composed(name);
            let name = written.as_deref().unwrap_or(name);
            self.by_name.get(name).or_else(|| self.by_name.get(self.composed.get(name)?))
        })
    }

    /// Says what is wrong with a name: that no post has it, or several.
    ///
    /// For the first hundred that nothing has it is looked up what was meant: each such search goes through the
    /// names of all posts.
    pub fn problem(&self, name: &str) -> Option<Diagnostic> {
        let path = |post: PostId| self.posts[post as usize].post.entry.source.as_str();
        if let Some(Named { post, other }) = self.named(name) {
            let message = format!("`{name}` is the name of several posts, and the oldest counts: `{}`", path(*post));
            let help = format!("name the file that you mean, such as `{}`", path((*other)?));
            return Some(Diagnostic::warning("several-posts", message).with_help(help));
        }
        let may_be_unread = name.starts_with('/') && !self.unread.is_empty();
        if may_be_unread || self.unread.contains(name) {
            return None;
        }
        if self.withheld.contains(name) {
            let message = format!("`{name}` is not published: it is a draft, of the future or expired");
            return Some(Diagnostic::warning(UNPUBLISHED_POST, message).with_help("publish it, or take its name out"));
        }
        let known = self.by_name.keys().copied();
        let near = (self.missed.fetch_add(1, Ordering::Relaxed) < SEARCHES).then(|| nearest(name, known)).flatten();
        let help = near.map_or_else(
            || "name a post by its slug or its file, as `masthead list` shows it".to_owned(),
            |near| format!("did you mean `{near}`?"),
        );
        Some(Diagnostic::warning("unknown-post", format!("there is no post `{name}`")).with_help(help))
    }
}

/// Gives what a post of this file is probably called; its slug is known to nobody here.
fn names_of_file<'a>(folder: &str, path: &'a SourcePath) -> Vec<&'a str> {
    let whole = path.as_str();
    let inside = below(folder, whole);
    let own = own_name(folder, path);
    let mut names = vec![whole, inside, path.file_name(), own];
    names.extend(date_from_stem(own).ok().flatten().map(|(_, rest)| rest));
    names
}

/// Gives the name of a post's file without its ending, or of the folder that it has to itself.
fn own_name<'a>(folder: &str, path: &'a SourcePath) -> &'a str {
    match path.stem() {
        "index" => below(folder, path.as_str()).rsplit('/').nth(1).unwrap_or("index"),
        stem => stem,
    }
}

/// Gives a path below the content folder, as `masthead list` and `masthead related` print it.
fn below<'a>(folder: &str, path: &'a str) -> &'a str {
    path.strip_prefix(folder).map_or(path, |inside| inside.trim_start_matches('/'))
}
