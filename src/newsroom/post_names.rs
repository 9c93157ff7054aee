//! What authors call a post, where they name it in another file.

use std::collections::BTreeMap;

use super::{Article, PostId};
use crate::diagnostic::{Diagnostic, nearest};

/// Finds posts by what authors call them: slug, file name or path.
#[derive(Default)]
pub struct PostNames<'a> {
    by_name: BTreeMap<&'a str, PostId>,
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
        Self { by_name }
    }

    /// Finds a post.
    pub fn find(&self, name: &str) -> Option<PostId> {
        self.by_name.get(name).copied()
    }

    /// Says that there is no post of a name.
    pub fn missing(&self, name: &str) -> Diagnostic {
        let help = nearest(name, self.by_name.keys().copied()).map_or_else(
            || "name a post by its slug or its file, as `masthead list` shows it".to_owned(),
            |near| format!("did you mean `{near}`?"),
        );
        Diagnostic::warning("unknown-post", format!("there is no post `{name}`")).with_help(help)
    }
}
