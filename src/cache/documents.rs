//! Documents as the cache keeps them, but for posts: those stand on [shelves](super::shelves).
//!
//! What a document had to complain about is kept with it. Documents with errors are not kept.

use std::collections::BTreeMap;
use std::sync::Arc;

use bitcode::{Decode, Encode};

use super::{SavedDiagnostic, Stamp};
use crate::config::Config;
use crate::content::document::{Document, Section};
use crate::content::edition::Edition;
use crate::content::entry::Entry;
use crate::content::profile::Profile;
use crate::content::reply::Reply;
use crate::diagnostic::Diagnostic;
use crate::fingerprint::Fingerprint;
use crate::load::{self, ReadDocument, ReadMedia, Sources};
use crate::site::Media;
use crate::source::SourcePath;

/// All documents and files of one build.
#[derive(Default, Encode, Decode)]
pub(super) struct SavedDocuments {
    /// The digest of all in the configuration that gave the documents their meaning.
    config: Fingerprint,
    editions: Vec<(Said, Edition)>,
    pages: Vec<(Said, Entry)>,
    profiles: Vec<(Said, Profile)>,
    sections: Vec<(Said, Section)>,
    replies: Vec<(Said, Reply)>,
    content_media: Vec<SavedMedia>,
    static_media: Vec<SavedMedia>,
}

/// What is known of a file, and what there was to say about it.
#[derive(Clone, Encode, Decode)]
pub(super) struct Said {
    pub(super) stamp: Stamp,
    diagnostics: Vec<SavedDiagnostic>,
}

impl Said {
    /// Takes from a document what is not in its value; `None` if it holds an error.
    pub(super) fn of(read: &ReadDocument) -> Option<Self> {
        if read.diagnostics.iter().any(Diagnostic::is_error) {
            return None;
        }
        let stamp = Stamp {
            path: read.entry.path.as_str().to_owned(),
            size: read.entry.size,
            modified: read.entry.modified,
            fingerprint: read.fingerprint,
        };
        Some(Self { stamp, diagnostics: read.diagnostics.iter().map(SavedDiagnostic::save).collect() })
    }

    /// Gives the document back.
    pub(super) fn with(self, document: Document) -> ReadDocument {
        let Said { stamp, diagnostics } = self;
        ReadDocument {
            entry: stamp.entry(),
            fingerprint: stamp.fingerprint,
            document: Some(document),
            diagnostics: diagnostics.iter().map(SavedDiagnostic::restore).collect(),
        }
    }
}

#[derive(Encode, Decode)]
struct SavedMedia {
    stamp: Stamp,
    dimensions: Option<(u32, u32)>,
    text: Option<String>,
}

impl SavedDocuments {
    /// Takes from sources what is worth keeping.
    pub(super) fn save(sources: &Sources) -> Self {
        let mut saved = Self { config: load::meaning(&sources.config), ..Self::default() };
        for read in sources.documents.values() {
            let Some(said) = Said::of(read) else { continue };
            match &read.document {
                Some(Document::Edition(edition)) => saved.editions.push((said, (**edition).clone())),
                Some(Document::Page(entry)) => saved.pages.push((said, (**entry).clone())),
                Some(Document::Profile(profile)) => saved.profiles.push((said, (**profile).clone())),
                Some(Document::Section(section)) => saved.sections.push((said, (**section).clone())),
                Some(Document::Reply(reply)) => saved.replies.push((said, (**reply).clone())),
                Some(Document::Post(_)) | None => {}
            }
        }
        let media =
            |read: &BTreeMap<SourcePath, Arc<ReadMedia>>| read.values().map(|read| SavedMedia::save(read)).collect();
        saved.content_media = media(&sources.content_media);
        saved.static_media = media(&sources.static_media);
        saved
    }

    /// Gives sources that hold what was kept, without posts; `None` if it was kept under a configuration
    /// that gave documents another meaning.
    pub(super) fn restore(self, config: &Config) -> Option<Sources> {
        if self.config != load::meaning(config) {
            return None;
        }
        let mut documents: BTreeMap<SourcePath, Arc<ReadDocument>> = BTreeMap::new();
        let mut insert = |said: Said, document: Document| {
            let read = said.with(document);
            documents.insert(read.entry.path.clone(), Arc::new(read));
        };
        self.editions.into_iter().for_each(|(stamp, edition)| insert(stamp, Document::Edition(Arc::new(edition))));
        self.pages.into_iter().for_each(|(stamp, entry)| insert(stamp, Document::Page(Arc::new(entry))));
        self.profiles.into_iter().for_each(|(stamp, profile)| insert(stamp, Document::Profile(Arc::new(profile))));
        self.sections.into_iter().for_each(|(stamp, section)| insert(stamp, Document::Section(Arc::new(section))));
        self.replies.into_iter().for_each(|(stamp, reply)| insert(stamp, Document::Reply(Arc::new(reply))));
        let media = |saved: Vec<SavedMedia>| -> BTreeMap<SourcePath, Arc<ReadMedia>> {
            saved
                .into_iter()
                .map(|saved| (SourcePath::new(saved.stamp.path.as_str()), Arc::new(saved.restore())))
                .collect()
        };
        Some(Sources {
            documents,
            content_media: media(self.content_media),
            static_media: media(self.static_media),
            ..Sources::default()
        })
    }
}

impl SavedMedia {
    fn save(read: &ReadMedia) -> Self {
        Self {
            stamp: Stamp {
                path: read.entry.path.as_str().to_owned(),
                size: read.entry.size,
                modified: read.entry.modified,
                fingerprint: read.media.fingerprint,
            },
            dimensions: read.media.dimensions,
            text: read.text.clone(),
        }
    }

    fn restore(self) -> ReadMedia {
        let entry = self.stamp.entry();
        let media =
            Media { source: entry.path.clone(), fingerprint: self.stamp.fingerprint, dimensions: self.dimensions };
        ReadMedia { entry, media, text: self.text }
    }
}
