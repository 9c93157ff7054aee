//! Posts that have left their address without a word: whoever linked to them finds nothing there, and feed
//! readers take them for new.

use std::collections::{HashMap, HashSet};

use crate::content::post::Post;
use crate::fingerprint::Fingerprint;
use crate::load::Sources;
use crate::newsroom::timeline::{Admission, arrange};
use crate::newsroom::{Article, Newsroom, Target};
use crate::site::OutPath;

/// Moves beyond these are only counted: an archive that gets other addresses has one reason for all.
const MOST_NAMED: usize = 5;

/// Says which posts have moved, and what to write into them; `removed` are the files that the site lost.
pub(super) fn notes(
    before: &Sources,
    now: &Sources,
    newsroom: &Newsroom,
    admission: &Admission,
    removed: &[OutPath],
) -> Vec<String> {
    let removed: HashSet<&OutPath> = removed.iter().collect();
    let is_gone = |url: &str| OutPath::of_url(url).is_ok_and(|path| removed.contains(&path));
    let by_url: HashMap<&str, &Article> =
        newsroom.posts.iter().map(|article| (article.url.as_str(), article)).collect();
    let same = Successors::new(before, now, newsroom);
    let documents = before.documents.values().filter_map(|read| read.document.as_ref());
    let posts = arrange(documents, admission).posts;
    let moves: Vec<String> = posts
        .iter()
        .filter_map(|old| {
            let article = same.of(&old.post)?;
            if is_gone(&old.url) {
                return Some(left(article, &old.url));
            }
            let other = by_url.get(old.url.as_str()).filter(|_| article.url != old.url)?;
            Some(pushed_out(article, &old.url, other))
        })
        .collect();
    let more = moves.len().saturating_sub(MOST_NAMED);
    let rest = (more > 0).then(|| format!("and {more} more posts have moved"));
    moves.into_iter().take(MOST_NAMED).chain(rest).collect()
}

/// Says of a post that its old address leads to nothing.
fn left(article: &Article, old: &str) -> String {
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

/// Says of a post that its old address leads to another one.
fn pushed_out(article: &Article, old: &str, other: &Article) -> String {
    let (source, other) = (&article.post.entry.source, &other.post.entry.source);
    format!(
        "note: `{source}` has moved from {old} to {}, because `{other}` is older and has that name too; give `{other}` \
         a `slug` of its own, so that links and feed readers find what they knew",
        article.url
    )
}

/// What a post of the site before may have become.
struct Successors<'a> {
    before: &'a Sources,
    newsroom: &'a Newsroom,
    /// Posts whose files are new.
    by_bytes: HashMap<Fingerprint, &'a Article>,
    by_title: HashMap<&'a str, &'a Article>,
}

impl<'a> Successors<'a> {
    fn new(before: &'a Sources, now: &Sources, newsroom: &'a Newsroom) -> Self {
        let bytes = |sources: &Sources, post: &Post| Some(sources.documents.get(&post.entry.source)?.fingerprint);
        let new = || newsroom.posts.iter().filter(|article| !before.documents.contains_key(&article.post.entry.source));
        Self {
            before,
            newsroom,
            by_bytes: new().filter_map(|article| Some((bytes(now, &article.post)?, article))).collect(),
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
                let file = self.before.documents.get(&post.entry.source)?;
                self.by_bytes.get(&file.fingerprint).or_else(|| self.by_title.get(&*post.entry.title)).copied()
            }
        }
    }
}
