//! The texts that the cache left out: read again when they are needed.
//!
//! A build from a cache holds its posts without their text. Few of them are rendered, and those few are
//! read and parsed once more, which takes less time than keeping all. If a file has changed since the
//! build began, that is noted, and the build must not be published.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use crate::config::Config;
use crate::content::document::{self, Document};
use crate::content::post::Post;
use crate::source::{SourcePath, Workspace, decode};

/// A way to the texts of posts.
#[derive(Default)]
pub struct Texts {
    origin: Option<(Arc<dyn Workspace + Send + Sync>, Arc<Config>)>,
    misses: AtomicUsize,
    /// Posts that were read, if they are kept, by their file.
    kept: Option<Mutex<HashMap<SourcePath, Arc<Post>>>>,
}

impl Texts {
    /// Reads texts of a workspace, under the configuration that gave them their meaning.
    pub fn new(workspace: Arc<dyn Workspace + Send + Sync>, config: Arc<Config>) -> Self {
        Self { origin: Some((workspace, config)), misses: AtomicUsize::new(0), kept: None }
    }

    /// Keeps what is read: for a program that goes on running while the files change.
    pub fn keeping(self) -> Self {
        Self { kept: Some(Mutex::default()), ..self }
    }

    /// Gives a post with its text.
    pub fn full(&self, post: &Arc<Post>) -> Arc<Post> {
        if post.entry.has_text {
            return post.clone();
        }
        let kept = || Some(self.kept.as_ref()?.lock().unwrap_or_else(PoisonError::into_inner));
        let known = kept().and_then(|kept| kept.get(&post.entry.source).cloned());
        if let Some(full) = known.filter(|full| full.entry.fingerprint == post.entry.fingerprint) {
            return full;
        }
        match self.read(post) {
            Some(full) => {
                if let Some(mut kept) = kept() {
                    kept.insert(post.entry.source.clone(), full.clone());
                }
                full
            }
            None => {
                self.misses.fetch_add(1, Ordering::Relaxed);
                post.clone()
            }
        }
    }

    /// Counts the times that a text was not what it had been when the folder was read: what was made
    /// of it meanwhile lacks that text.
    pub fn misses(&self) -> usize {
        self.misses.load(Ordering::Relaxed)
    }

    fn read(&self, post: &Post) -> Option<Arc<Post>> {
        let (workspace, config) = self.origin.as_ref()?;
        let path = &post.entry.source;
        let file = decode(path.clone(), workspace.read(path).ok()?).ok()?;
        match document::read(&file, config).0 {
            Some(Document::Post(full)) if full.entry.fingerprint == post.entry.fingerprint => Some(full),
            _ => None,
        }
    }
}
