//! Feeds: what is new, with full text, for programs that readers already have.
//!
//! One [`Feed`] is written in any of three formats: [`rss()`] (RSS 2.0 with the modules that readers
//! support), [`atom()`] (RFC 4287) and [`json_feed`] (JSON Feed 1.1). All say the same. The bodies
//! are read far from their page, so every address in them must be full: see [`absolutise`].

mod absolute;
mod atom;
mod chart;
mod json;
mod rss;

pub use absolute::absolutise;
pub(super) use absolute::resolved;
pub use atom::atom;
pub(super) use chart::chart;
pub use json::json_feed;
pub use rss::rss;

/// A moment in the two forms that feeds want.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Moment<'a> {
    /// `2024-08-01T09:00:00+02:00`, for Atom and JSON Feed (RFC 3339).
    pub rfc3339: &'a str,
    /// `Thu, 1 Aug 2024 09:00:00 +0200`, for RSS (RFC 2822).
    pub rfc2822: &'a str,
}

/// Somebody who writes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Author<'a> {
    /// The name.
    pub name: &'a str,
    /// The full address of the page about them; empty where there is none.
    pub url: &'a str,
}

/// A list of what is new. Text is plain; addresses are full; what is not known is empty.
#[derive(Clone, Debug, Default)]
pub struct Feed<'a> {
    /// The publication's name, with the term's for a feed of one term.
    pub title: &'a str,
    /// A sentence about it.
    pub description: &'a str,
    /// What identifies the feed for ever, for Atom.
    pub id: &'a str,
    /// The page that the feed belongs to.
    pub home_url: &'a str,
    /// The feed's own address.
    pub feed_url: &'a str,
    /// A language tag (BCP 47).
    pub language: &'a str,
    /// When the newest of the items was changed; never the time of the build.
    pub updated: Moment<'a>,
    /// Who publishes it; stands in for items without an author.
    pub author: Author<'a>,
    /// Who may do what with it.
    pub copyright: &'a str,
    /// `Masthead 0.1.0`.
    pub generator: &'a str,
    /// What is new, newest first; the caller decides how many.
    pub items: Vec<Item<'a>>,
}

/// A post or an edition in a feed.
#[derive(Clone, Debug, Default)]
pub struct Item<'a> {
    /// What identifies it for ever: its address, or any other URI. If it changes, every subscriber is
    /// shown the item again.
    pub id: &'a str,
    /// Its full address.
    pub url: &'a str,
    /// The headline, plain.
    pub title: &'a str,
    /// A language tag (BCP 47), if that is another than the feed's; else empty.
    pub language: &'a str,
    /// The lead, plain.
    pub summary_text: &'a str,
    /// The whole text as markup in which every address is full.
    pub content_html: &'a str,
    /// When it was published.
    pub published: Moment<'a>,
    /// When it was last changed; as `published` if never.
    pub updated: Moment<'a>,
    /// Who wrote it.
    pub authors: Vec<Author<'a>>,
    /// The words that it is filed under.
    pub categories: Vec<&'a str>,
    /// A picture's full address.
    pub image: &'a str,
}

impl Feed<'_> {
    /// Guesses how many bytes the feed takes, so that long ones grow without copying.
    fn capacity(&self) -> usize {
        let bodies: usize =
            self.items.iter().map(|item| item.content_html.len() + item.summary_text.len() + 1024).sum();
        2048 + bodies + bodies / 16
    }
}

#[cfg(test)]
mod tests;
