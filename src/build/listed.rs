//! The newsletter's folder as it was listed first.
//!
//! A build looks through the folder to find out whether anything has changed, and if so, it reads what
//! is there. Both go by one listing: it costs a look at every file, and one build sees one state.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use crate::fingerprint::Fingerprint;
use crate::source::{Listing, ReadError, SourcePath, Workspace};

/// A workspace whose folders are listed once.
pub(super) struct Listed<'w> {
    workspace: &'w dyn Workspace,
    listings: Mutex<BTreeMap<String, Option<Listing>>>,
}

impl<'w> Listed<'w> {
    /// Stands before a workspace.
    pub(super) fn new(workspace: &'w dyn Workspace) -> Self {
        Self { workspace, listings: Mutex::default() }
    }
}

impl Workspace for Listed<'_> {
    fn list(&self, folder: &str) -> Option<Listing> {
        let listings = || self.listings.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(listing) = listings().get(folder) {
            return listing.clone();
        }
        // Listing is work for the pool, and nothing may be locked meanwhile.
        let listing = self.workspace.list(folder);
        listings().insert(folder.to_owned(), listing.clone());
        listing
    }

    fn read(&self, path: &SourcePath) -> Result<Vec<u8>, ReadError> {
        self.workspace.read(path)
    }

    fn look(&self, path: &SourcePath) -> Result<(Fingerprint, Vec<u8>), ReadError> {
        self.workspace.look(path)
    }
}
