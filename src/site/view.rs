//! What templates see: the contract with every theme.
//!
//! Only the types of this module are handed to templates. Each top-level variable is one of them, and
//! a page is rendered again when a variable that its template reads has changed. Addresses are
//! ready for `href` (they carry the path of `base_url`); dates and amounts are ready for print;
//! names that end in `_html` hold markup, everything else is plain text.
//!
//! Two variables are lists of maps that hold cards as all lists share them, and so have no view of their own:
//! `related` (`post` and `reason`) and `groups` (`title`, `id` and `posts`).

mod article;
mod contract;
mod deals;
mod lists;

use schemars::JsonSchema;
use serde::Serialize;

pub use article::{Anchor, Author, Block, Image, Post, PostTerms, Reactions, Replies, Reply, ShareLink, Source};
pub use contract::contract;
pub use deals::{Deal, DealLine, DealReport, DealRow, Dealings, Ledger, Party, Total, YearTotal};
pub use lists::{Edition, EditionCard, Front, Pager, PostCard, Profile, Section, Taxonomy, Term, TermLink, YearLink};

/// A name with an address.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Link {
    /// The name to show.
    pub title: String,
    /// Where it leads; empty where there is no page.
    pub url: String,
}

/// A moment, in the forms that pages need.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Date {
    /// `2024-08-01`.
    pub iso: String,
    /// `2024-08-01T09:00:00+02:00`, for `<time datetime>` and for machines.
    pub machine: String,
    /// `1 August 2024`.
    pub long: String,
    /// `1 Aug`.
    pub short: String,
    /// `2024`.
    pub year: i16,
}

/// The variable `site`: the same on every page.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Site {
    /// The publication's name.
    pub title: String,
    /// A few words under the name.
    pub tagline: String,
    /// One or two sentences for search engines and feeds.
    pub description: String,
    /// A language tag (BCP 47) such as `en`: that of everything but a post in another language.
    pub language: String,
    /// The way in which that language is written: `ltr` or `rtl`.
    pub direction: &'static str,
    /// `https://example.org/news`, without a slash at the end.
    pub base_url: String,
    /// The front page's address.
    pub home: String,
    /// The sections on the rule under the name.
    pub navigation: Vec<Link>,
    /// Further links at the foot of the page: about, feeds, profiles elsewhere.
    pub footer: Vec<Link>,
    /// The publication's profiles elsewhere, for `rel="me"`.
    pub profiles: Vec<Link>,
    /// Who publishes it.
    pub publisher: String,
    /// The line at the very end.
    pub copyright: String,
    /// The ledger's address; empty where there is none.
    pub ledger_url: String,
    /// The address of the list of editions; empty where there is none.
    pub editions_url: String,
    /// Feeds of the whole site, each with its media type.
    pub feeds: Vec<FeedLink>,
    /// The sign-up form, if there is one.
    pub signup: Option<Signup>,
    /// The date of the newest content: the date line under the name.
    pub date: Option<Date>,
    /// The newest edition, if there are any.
    pub latest_edition: Option<EditionCard>,
    /// The address of the stylesheet.
    pub stylesheet: String,
    /// The address of the script that adds comfort, if the theme has one.
    pub script: String,
    /// The publisher's own accent colour on light paper: `#a3271f`.
    pub accent: Option<String>,
    /// `Masthead 0.1.0`.
    pub generator: String,
    /// The values under `extra` in `masthead.yaml`.
    pub extra: serde_json::Value,
}

/// A feed's address and media type.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct FeedLink {
    /// What the reader's program shows.
    pub title: String,
    /// Where it is.
    pub url: String,
    /// `application/atom+xml` and the like.
    pub media_type: String,
}

/// A form that posts to the publisher's mail provider.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Signup {
    /// Where the form posts to.
    pub action: String,
    /// The name of the field for the address.
    pub email_field: String,
    /// The name of a field that people leave empty and robots fill in.
    pub honeypot_field: String,
    /// Fields that the provider wants as they are.
    pub hidden: Vec<HiddenField>,
    /// The invitation: a headline.
    pub title: String,
    /// The invitation: a sentence.
    pub text: String,
    /// The button's word.
    pub button: String,
    /// What happens with the address, as markup.
    pub privacy_html: String,
}

/// A form field that is sent along unseen.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct HiddenField {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: String,
}

/// The variable `page`: what the head of every page needs.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Page {
    /// `home`, `post`, `page`, `section`, `archive`, `archive-year`, `taxonomy`, `term`, `entity`,
    /// `author`, `editions`, `edition`, `ledger`, `deal` or `not-found`.
    pub kind: String,
    /// The headline.
    pub title: String,
    /// One plain sentence or two; may be empty.
    pub description: String,
    /// The language tag of its text (BCP 47): the site's, or a post's own.
    pub language: String,
    /// The way in which that language is written: `ltr` or `rtl`.
    pub direction: &'static str,
    /// Its address on this site.
    pub url: String,
    /// Its full address.
    pub permalink: String,
    /// The full address of the original, where this is a copy; else `permalink`.
    pub canonical: String,
    /// Whether search engines are asked to leave it out.
    pub noindex: bool,
    /// The way from the front page, without this page.
    pub breadcrumbs: Vec<Link>,
    /// The full address of the picture for cards elsewhere.
    pub image: Option<String>,
    /// When it was published, for posts and editions (RFC 3339).
    pub published: Option<String>,
    /// When it was last changed (RFC 3339).
    pub modified: Option<String>,
    /// Feeds that belong to this page, those of the whole site included.
    pub feeds: Vec<FeedLink>,
    /// The address of the same text as Markdown.
    pub markdown: Option<String>,
    /// The entry of `site.navigation` that this page belongs under.
    pub section_url: String,
    /// The values under `extra`, and keys that Masthead does not know, of the file that the page shows.
    pub extra: serde_json::Value,
}
