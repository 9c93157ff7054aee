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
            let is_refilled = other.post.entry.source == old.post.entry.source;
            Some(if is_refilled { replaced(article, &old.url, other) } else { pushed_out(article, &old.url, other) })
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

/// Says of a post whose file was renamed that another one has been written under the old name.
fn replaced(article: &Article, old: &str, other: &Article) -> String {
    let (source, other) = (&article.post.entry.source, &other.post.entry.source);
    let guid = match &article.post.guid {
        Some(_) => String::new(),
        None => format!(" and `guid: {old}`"),
    };
    format!(
        "note: `{source}` has moved from {old} to {}, and `{other}` stands there now, so that links and feed readers \
         take the one for the other; give `{other}` a `slug` of its own, and write `aliases: [{old}]`{guid} into \
         `{source}`",
        article.url
    )
}

/// What a post of the site before may have become.
struct Successors<'a> {
    before: &'a Sources,
    newsroom: &'a Newsroom,
    /// Posts whose files are new or hold something new.
    by_bytes: HashMap<Fingerprint, &'a Article>,
    /// Posts whose files are new.
    by_title: HashMap<&'a str, &'a Article>,
}

impl<'a> Successors<'a> {
    fn new(before: &'a Sources, now: &Sources, newsroom: &'a Newsroom) -> Self {
        let bytes = |sources: &Sources, post: &Post| Some(sources.documents.get(&post.entry.source)?.fingerprint);
        let posts = newsroom.posts.iter();
        let changed = posts.clone().filter_map(|article| {
            let held = bytes(now, &article.post)?;
            (bytes(before, &article.post) != Some(held)).then_some((held, article))
        });
        let new = posts.filter(|article| !before.documents.contains_key(&article.post.entry.source));
        Self {
            before,
            newsroom,
            by_bytes: changed.collect(),
            by_title: new.map(|article| (&*article.post.entry.title, article)).collect(),
        }
    }

    /// Finds it in the same file, else in another with the same text, else in a new one with the same title.
    fn of(&self, post: &Post) -> Option<&'a Article> {
        match self.newsroom.by_source.get(&post.entry.source) {
            Some(Target::Post(id)) => {
                let here = self.newsroom.post(*id);
                Some(self.away(post, here).unwrap_or(here))
            }
            // What is there is not published any more, which is no move, or it is something else.
            Some(_) => self.with_same_bytes(post),
            None => self.with_same_bytes(post).or_else(|| self.by_title.get(&*post.entry.title).copied()),
        }
    }

    /// Finds where a post has gone whose file holds another one now. A post may get another title, and the next
    /// one its old title, but hardly its date as well.
    fn away(&self, post: &Post, here: &Article) -> Option<&'a Article> {
        if here.post.entry.title == post.entry.title {
            return None;
        }
        let with_same_title = || self.by_title.get(&*post.entry.title).copied();
        self.with_same_bytes(post).or_else(|| with_same_title().filter(|article| article.post.date == post.date))
    }

    fn with_same_bytes(&self, post: &Post) -> Option<&'a Article> {
        let file = self.before.documents.get(&post.entry.source)?;
        self.by_bytes.get(&file.fingerprint).copied()
    }
}
