//! Addresses that change once a draft is published: of two files with one name behind their dates the older one has
//! the plain address, and a draft has none yet.

use std::collections::HashMap;

use crate::content::document::Document;
use crate::content::entry::Entry;
use crate::diagnostic::{Diagnostic, Place};
use crate::load::Sources;
use crate::newsroom::timeline::{Admission, Timeline, arrange};

/// Says which posts and editions lose their address to a draft that is older.
pub(super) fn lost_addresses(sources: &Sources, admission: &Admission) -> Vec<Diagnostic> {
    let documents = || sources.documents.values().filter_map(|read| read.document.as_ref());
    let is_draft = |document: &Document| match document {
        Document::Post(post) => post.entry.draft,
        Document::Edition(edition) => edition.entry.draft,
        _ => false,
    };
    if admission.drafts || !documents().any(is_draft) {
        return vec![];
    }
    let (now, then) =
        (arrange(documents(), admission), arrange(documents(), &Admission { drafts: true, ..*admission }));
    let urls: HashMap<_, _> = addresses(&now).map(|(entry, url)| (&entry.source, url)).collect();
    let takers: HashMap<_, _> = addresses(&then).map(|(entry, url)| (url, entry)).collect();
    let lost = |(entry, later): (&Entry, &str)| {
        let url = *urls.get(&entry.source)?;
        let draft = takers.get(url).filter(|taker| taker.draft && url != later)?;
        let message = format!("once `{}` is published, it takes `{url}`, and this moves to `{later}`", draft.source);
        Some(
            Diagnostic::warning("address-will-change", message)
                .at(Place::file(entry.source.clone()))
                .with_related(Place::file(draft.source.clone()), "the draft, which is older")
                .with_help("give the draft a `slug` of its own, or rename its file"),
        )
    };
    addresses(&then).filter_map(lost).collect()
}

fn addresses(timeline: &Timeline) -> impl Iterator<Item = (&Entry, &str)> {
    let posts = timeline.posts.iter().map(|article| (&article.post.entry, article.url.as_str()));
    posts.chain(timeline.editions.iter().map(|issue| (&issue.edition.entry, issue.url.as_str())))
}
