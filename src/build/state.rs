//! What the next build has to know, to find out whether there is anything to do.

use super::Request;
use crate::cache::Stamp;
use crate::fingerprint::Fingerprint;
use crate::load::{Overrides, Sources};
use crate::newsroom::timeline::Admission;
use crate::source::FileEntry;

/// Gives the digest of what the command line and the program say.
pub(super) fn settings(request: &Request<'_>) -> Fingerprint {
    let Overrides { base_url, output } = &request.overrides;
    let Admission { now: _, drafts, future } = request.admission;
    Fingerprint::of(&(crate::BUILD_ID, base_url, output, drafts, future, request.allow_empty))
}

/// Lists all files that were read, by path.
pub(super) fn stamps(sources: &Sources) -> Vec<Stamp> {
    let stamp = |entry: &FileEntry, fingerprint: Fingerprint| Stamp {
        path: entry.path.as_str().to_owned(),
        size: entry.size,
        modified: entry.modified,
        fingerprint,
    };
    let documents = sources.documents.values().map(|read| stamp(&read.entry, read.fingerprint));
    let media = sources.content_media.values().chain(sources.static_media.values());
    let media = media.map(|read| stamp(&read.entry, read.media.fingerprint));
    let texts = sources.templates.values().chain(&sources.config_file);
    let texts = texts.map(|read| stamp(&read.entry, read.file.fingerprint));
    let others = sources.beside_templates.iter().map(|(entry, fingerprint)| stamp(entry, *fingerprint));
    let mut stamps: Vec<Stamp> = documents.chain(media).chain(texts).chain(others).collect();
    stamps.sort_by(|a, b| a.path.cmp(&b.path));
    stamps
}
