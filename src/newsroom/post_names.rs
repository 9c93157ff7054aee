//! What authors call a post, where they name it in another file.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::{Article, PostId};
use crate::diagnostic::{Diagnostic, SEARCHES, nearest};

/// Finds posts by what authors call them: slug, file name or path.
#[derive(Default)]
pub struct PostNames<'a> {
    by_name: BTreeMap<&'a str, PostId>,
    /// How many names were not found.
    missed: AtomicUsize,
}

impl<'a> PostNames<'a> {
    /// Collects the names of all posts; where two share one, the newest has it.
    pub fn of(posts: &'a [Article]) -> Self {
        let mut by_name = BTreeMap::new();
        for (id, article) in (0..).zip(posts) {
            let entry = &article.post.entry;
            let (file, stem) = (entry.source.file_name(), entry.source.stem());
            for name in [entry.slug.text.as_str(), stem, file, entry.source.as_str(), article.url.as_str()] {
                by_name.entry(name).or_insert(id);
            }
        }
        Self { by_name, missed: AtomicUsize::new(0) }
    }

    /// Finds a post.
    pub fn find(&self, name: &str) -> Option<PostId> {
        self.by_name.get(name).copied()
    }

    /// Says that there is no post of a name. For the first hundred it is looked up what was meant: each such
    /// search goes through the names of all posts.
    pub fn missing(&self, name: &str) -> Diagnostic {
        let known = self.by_name.keys().copied();
        let near = (self.missed.fetch_add(1, Ordering::Relaxed) < SEARCHES).then(|| nearest(name, known)).flatten();
        let help = near.map_or_else(
            || "name a post by its slug or its file, as `masthead list` shows it".to_owned(),
            |near| format!("did you mean `{near}`?"),
        );
        Diagnostic::warning("unknown-post", format!("there is no post `{name}`")).with_help(help)
    }
}
