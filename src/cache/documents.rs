//! Documents as the cache keeps them: everything but the text itself.
//!
//! The text is the larger part, and most builds need that of a few posts only: those are read again.
//! What a document had to complain about is kept with it. Documents with errors are not kept.

use std::collections::BTreeMap;
use std::sync::Arc;

use bitcode::{Decode, Encode};
use rayon::prelude::*;

use super::{SavedDiagnostic, Stamp};
use crate::config::Config;
use crate::content::document::{Document, Section};
use crate::content::edition::Edition;
use crate::content::entry::Entry;
use crate::content::post::Post;
use crate::content::profile::Profile;
use crate::content::reply::Reply;
use crate::diagnostic::Diagnostic;
use crate::fingerprint::Fingerprint;
use crate::load::{self, ReadDocument, ReadMedia, Sources};
use crate::site::Media;
use crate::source::SourcePath;

/// Posts that are encoded together: enough for compression, few enough for two threads.
const CHUNK: usize = 512;

/// All documents and files of one build.
#[derive(Default, Encode, Decode)]
pub struct SavedDocuments {
    /// The digest of all in the configuration that gave the documents their meaning.
    config: Fingerprint,
    /// Chunks of posts, each encoded on its own.
    posts: Vec<Vec<u8>>,
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
struct Said {
    stamp: Stamp,
    diagnostics: Vec<SavedDiagnostic>,
}

#[derive(Encode, Decode)]
struct SavedMedia {
    stamp: Stamp,
    dimensions: Option<(u32, u32)>,
    text: Option<String>,
}

impl SavedDocuments {
    /// Takes from sources what is worth keeping.
    pub fn save(sources: &Sources) -> Self {
        let mut saved = Self { config: load::meaning(&sources.config), ..Self::default() };
        let mut posts: Vec<(Said, &Arc<Post>)> = Vec::new();
        for read in sources.documents.values().filter(|read| !read.diagnostics.iter().any(Diagnostic::is_error)) {
            let stamp = Stamp {
                path: read.entry.path.as_str().to_owned(),
                size: read.entry.size,
                modified: read.entry.modified,
                fingerprint: read.fingerprint,
            };
            let said = Said { stamp, diagnostics: read.diagnostics.iter().map(SavedDiagnostic::save).collect() };
            match &read.document {
                Some(Document::Post(post)) => posts.push((said, post)),
                Some(Document::Edition(edition)) => saved.editions.push((said, (**edition).clone())),
                Some(Document::Page(entry)) => saved.pages.push((said, (**entry).clone())),
                Some(Document::Profile(profile)) => saved.profiles.push((said, (**profile).clone())),
                Some(Document::Section(section)) => saved.sections.push((said, (**section).clone())),
                Some(Document::Reply(reply)) => saved.replies.push((said, (**reply).clone())),
                None => {}
            }
        }
        saved.posts = posts
            .par_chunks(CHUNK)
            .map(|chunk| {
                let light: Vec<(Said, Post)> =
                    chunk.iter().map(|(said, post)| (said.clone(), post.without_text())).collect();
                bitcode::encode(&light)
            })
            .collect();
        let media =
            |read: &BTreeMap<SourcePath, Arc<ReadMedia>>| read.values().map(|read| SavedMedia::save(read)).collect();
        saved.content_media = media(&sources.content_media);
        saved.static_media = media(&sources.static_media);
        saved
    }

    /// Gives sources that hold what was kept; `None` if it was kept under a configuration that gave
    /// documents another meaning, or a part of it can't be read.
    pub fn restore(self, config: &Config) -> Option<Sources> {
        if self.config != load::meaning(config) {
            return None;
        }
        let mut documents: BTreeMap<SourcePath, Arc<ReadDocument>> = BTreeMap::new();
        let posts: Vec<Vec<(Said, Post)>> =
            self.posts.par_iter().map(|chunk| bitcode::decode(chunk)).collect::<Result<_, _>>().ok()?;
        let mut insert = |said: Said, document: Document| {
            let Said { stamp, diagnostics } = said;
            let diagnostics = diagnostics.iter().map(SavedDiagnostic::restore).collect();
            let entry = stamp.entry();
            let read = ReadDocument { fingerprint: stamp.fingerprint, document: Some(document), diagnostics, entry };
            documents.insert(read.entry.path.clone(), Arc::new(read));
        };
        posts.into_iter().flatten().for_each(|(stamp, post)| insert(stamp, Document::Post(Arc::new(post))));
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
