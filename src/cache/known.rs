//! What an earlier run left, in the form that the next one goes on with.

use std::sync::Arc;

use rayon::prelude::*;

use super::Keep;
use super::shelves::RestoredPost;
use crate::config::{self, Config};
use crate::content::markdown::restore_painted;
use crate::disk::DiskWorkspace;
use crate::load::{Overrides, Sources};
use crate::newsroom::memory::Memory;
use crate::source::{SourcePath, Workspace, decode};
use crate::texts::Texts;

/// Clocks of file systems tick as slowly as every two seconds: a file that changed less than this
/// before it was read may have changed again without a sign. In nanoseconds.
pub const TICK: i128 = 2_000_000_000;

/// What is known before anything is read.
#[derive(Default)]
pub struct Known {
    /// Documents without their text, which is read again when it is needed; none if they were kept
    /// under a configuration that gave them another meaning.
    pub sources: Option<Sources>,
    /// What the newsroom remembers; nothing if there are no sources.
    pub memory: Memory,
}

impl Keep {
    /// Goes on where an earlier run stopped.
    pub(super) fn restore(self, posts: Vec<RestoredPost>, workspace: &DiskWorkspace, overrides: &Overrides) -> Known {
        let Self { began, documents, shelves: _, memory, painted } = self;
        restore_painted(painted);
        let path = SourcePath::new(config::FILE_NAME);
        let file = workspace.read(&path).ok().and_then(|bytes| decode(path, bytes).ok());
        let config = Config::read_with(file.as_ref(), overrides).0;
        // What is remembered of documents depends on their meaning as well.
        let Some(mut sources) = documents.restore(&config) else { return Known::default() };
        let mut notes = Vec::with_capacity(posts.len());
        let mut documents = Vec::with_capacity(posts.len());
        for (read, note) in posts {
            notes.push((read.fingerprint, note));
            documents.push(read);
        }
        documents.extend(std::mem::take(&mut sources.documents).into_values());
        // A map is made many times faster of what is in order.
        documents.par_sort_unstable_by(|one, other| one.entry.path.cmp(&other.entry.path));
        sources.documents = documents.into_iter().map(|read| (read.entry.path.clone(), read)).collect();
        sources.config = Arc::new(config);
        sources.texts = Arc::new(Texts::new(Arc::new(workspace.clone()), sources.config.clone()));
        sources.doubt_since(began - TICK);
        Known { sources: Some(sources), memory: Memory::restore(memory, notes) }
    }
}
