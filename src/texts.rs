//! The texts that the cache left out: read again when they are needed.
//!
//! A build from a cache holds its posts without their text. Few of them are rendered, and those few are
//! read and parsed once more, which takes less time than keeping all. If a file has changed since the
//! build began, that is noted, and the build must not be published.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::config::Config;
use crate::content::document::{self, Document};
use crate::content::post::Post;
use crate::source::{SourcePath, Workspace, decode};

/// A way to the texts of posts.
#[derive(Default)]
pub struct Texts {
    origin: Option<(Arc<dyn Workspace + Send + Sync>, Arc<Config>)>,
    changed: AtomicBool,
}

impl Texts {
    /// Reads texts of a workspace, under the configuration that gave them their meaning.
    pub fn new(workspace: Arc<dyn Workspace + Send + Sync>, config: Arc<Config>) -> Self {
        Self { origin: Some((workspace, config)), changed: AtomicBool::new(false) }
    }

    /// Gives a post with its text.
    pub fn full(&self, post: &Arc<Post>) -> Arc<Post> {
        if post.entry.has_text {
            return post.clone();
        }
        match self.read(post) {
            Some(full) => full,
            None => {
                self.changed.store(true, Ordering::Relaxed);
                post.clone()
            }
        }
    }

    /// Says whether a text was not what it had been when the build began.
    pub fn have_changed(&self) -> bool {
        self.changed.load(Ordering::Relaxed)
    }

    fn read(&self, post: &Post) -> Option<Arc<Post>> {
        let (workspace, config) = self.origin.as_ref()?;
        let path = SourcePath::new(post.entry.source.as_str());
        let file = decode(path.clone(), workspace.read(&path).ok()?).ok()?;
        match document::read(&file, config).0 {
            Some(Document::Post(full)) if file.fingerprint == post.entry.fingerprint => Some(full),
            _ => None,
        }
    }
}
