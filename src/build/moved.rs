//! Posts that have left their address without a word: whoever linked to them finds nothing there, and feed
//! readers take them for new.

use std::collections::{HashMap, HashSet};

use crate::content::document::Document;
use crate::content::post::Post;
use crate::fingerprint::Fingerprint;
use crate::load::Sources;
use crate::newsroom::timeline::possible_urls;
use crate::newsroom::{Article, Newsroom, Target};
use crate::site::OutPath;

/// Moves beyond these are only counted: an archive that gets other addresses has one reason for all.
const MOST_NAMED: usize = 5;

/// Says which posts have moved, and what to write into them; `removed` are the files that the site lost.
pub(super) fn notes(before: &Sources, newsroom: &Newsroom, removed: &[OutPath]) -> Vec<String> {
    let removed: HashSet<&OutPath> = removed.iter().collect();
    let old_url = |post: &Post| {
        possible_urls(post).into_iter().find(|url| OutPath::of_url(url).is_ok_and(|path| removed.contains(&path)))
    };
    let left: Vec<(&Post, String)> = posts(before).filter_map(|post| Some((post, old_url(post)?))).collect();
    if left.is_empty() {
        return vec![];
    }
    let same = Successors::new(before, newsroom);
    let moves: Vec<(&Article, String)> =
        left.into_iter().filter_map(|(post, url)| Some((same.of(post)?, url))).collect();
    let mut notes: Vec<String> = moves.iter().take(MOST_NAMED).map(|(article, old)| note(article, old)).collect();
    if moves.len() > MOST_NAMED {
        notes.push(format!("and {} more posts have moved", moves.len() - MOST_NAMED));
    }
    notes
}

fn note(article: &Article, old: &str) -> String {
    let Article { post, url, .. } = article;
    let guid = match &post.guid {
        Some(_) => String::new(),
        None => format!(", and `guid: {old}` so that feed readers don't take it for new"),
    };
    let source = &post.entry.source;
    format!(
        "note: {old} has moved to {url}; write `aliases: [{old}]` into `{source}` so that links to it go on working{guid}"
    )
}

fn posts(sources: &Sources) -> impl Iterator<Item = &Post> {
    sources.documents.values().filter_map(|read| match &read.document {
        Some(Document::Post(post)) => Some(&**post),
        _ => None,
    })
}

/// What a post of the site before may have become.
struct Successors<'a> {
    newsroom: &'a Newsroom,
    /// Posts whose files are new.
    by_bytes: HashMap<Fingerprint, &'a Article>,
    by_title: HashMap<&'a str, &'a Article>,
}

impl<'a> Successors<'a> {
    fn new(before: &Sources, newsroom: &'a Newsroom) -> Self {
        let new = || newsroom.posts.iter().filter(|article| !before.documents.contains_key(&article.post.entry.source));
        Self {
            newsroom,
            by_bytes: new().map(|article| (article.post.entry.fingerprint, article)).collect(),
            by_title: new().map(|article| (&*article.post.entry.title, article)).collect(),
        }
    }

    /// Finds it in the same file, else in a new one with the same text, else in one with the same title.
    fn of(&self, post: &Post) -> Option<&'a Article> {
        match self.newsroom.by_source.get(&post.entry.source) {
            Some(Target::Post(id)) => Some(self.newsroom.post(*id)),
            // It is there, and not published any more: that is no move.
            Some(_) => None,
            None => {
                let entry = &post.entry;
                self.by_bytes.get(&entry.fingerprint).or_else(|| self.by_title.get(&*entry.title)).copied()
            }
        }
    }
}
