//! Cards and lists: the front page, sections, the archive, terms, profiles, editions.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::Serialize;

use super::{Author, Date, Deal, DealLine, DealRow, Link, ShareLink};

/// A post in a list, a sidebar or a card.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct PostCard {
    /// The headline.
    pub title: String,
    /// Its language tag, if that is another than the site's; else empty.
    pub language: String,
    /// The way in which that language is written, if that is another than the site's: `ltr` or `rtl`; else empty.
    pub direction: &'static str,
    /// Its address.
    pub url: String,
    /// The lead as plain text.
    pub summary: String,
    /// The lead's first sentence as plain text, for sidebars.
    pub sentence: String,
    /// When it was published.
    pub date: Date,
    /// Its category, if it has one.
    pub category: Option<Link>,
    /// Who wrote it.
    pub authors: Vec<Link>,
    /// The first deal that it reports, in a few words; if there is one.
    pub deal: Option<DealLine>,
    /// Minutes to read, at least 1.
    pub minutes: u32,
}

/// The variable `pager`: where in a list that runs over several pages.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Pager {
    /// This page, from 1.
    pub number: u32,
    /// How many pages there are.
    pub pages: u32,
    /// How many items there are in all.
    pub items: u32,
    /// The page with newer items; empty on the first.
    pub newer: String,
    /// The page with older items; empty on the last.
    pub older: String,
    /// The first page.
    pub first: String,
    /// The last page.
    pub last: String,
}

/// The variable `section`: a folder of posts.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Section {
    /// Its name.
    pub title: String,
    /// Its address.
    pub url: String,
    /// A sentence about it; may be empty.
    pub summary_html: String,
}

/// The variable `years` of the archive: one entry for each year, newest first.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct YearLink {
    /// The year.
    pub year: i16,
    /// The page with its posts.
    pub url: String,
    /// How many posts it has.
    pub count: u32,
    /// The newest few.
    pub posts: Vec<Arc<PostCard>>,
}

/// The variable `taxonomy`: a way to sort posts.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Taxonomy {
    /// `companies`.
    pub name: String,
    /// `Companies`.
    pub title: String,
    /// `company`.
    pub singular: String,
    /// Its address.
    pub url: String,
}

/// An item of the variable `terms`: a term with its weight.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct TermLink {
    /// The term.
    pub title: String,
    /// Its page.
    pub url: String,
    /// How many posts have it.
    pub count: u32,
    /// The newest post's date.
    pub latest: Option<Date>,
    /// The first letter to sort it under, upper case; `#` for digits and signs.
    pub letter: String,
}

/// The variable `term`.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Term {
    /// The term.
    pub title: String,
    /// Its address.
    pub url: String,
    /// How many posts have it.
    pub count: u32,
}

/// The variable `profile`: what is known of a company, a person, a model or an author.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Profile {
    /// The name.
    pub name: String,
    /// Other names.
    pub aliases: Vec<String>,
    /// `company`, `lab`, `publisher` and so on; may be empty.
    pub kind: String,
    /// Its own site; may be empty.
    pub site: String,
    /// Where its shares are listed; may be empty.
    pub ticker: String,
    /// A logo's or portrait's address.
    pub logo: Option<String>,
    /// The company that it belongs to.
    pub parent: Option<Link>,
    /// Profiles elsewhere.
    pub links: Vec<Link>,
    /// What the author wrote about it; may be empty.
    pub content_html: String,
}

/// An edition in a list.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct EditionCard {
    /// The headline.
    pub title: String,
    /// Its address.
    pub url: String,
    /// Its number, if editions are numbered.
    pub number: Option<u32>,
    /// The lead as plain text.
    pub summary: String,
    /// When it went out.
    pub date: Date,
}

/// The variable `edition`.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Edition {
    /// The headline.
    pub title: String,
    /// Its address.
    pub url: String,
    /// Its number, if editions are numbered.
    pub number: Option<u32>,
    /// The lead as markup.
    pub summary_html: String,
    /// When it went out.
    pub date: Date,
    /// Who wrote it.
    pub authors: Vec<Author>,
    /// The introduction.
    pub content_html: String,
    /// The posts that it collects, in the editor's order.
    pub posts: Vec<Arc<PostCard>>,
    /// The edition before.
    pub previous: Option<EditionCard>,
    /// The edition after.
    pub next: Option<EditionCard>,
    /// Links that pass it on.
    pub share: Vec<ShareLink>,
}

/// The variable `front`: the front page's first page.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Front {
    /// The lead story.
    pub lead: Option<Arc<PostCard>>,
    /// The lead story's first deal.
    pub lead_deal: Option<Deal>,
    /// The column of briefs beside it.
    pub briefs: Vec<Arc<PostCard>>,
    /// The newest deals.
    pub deals: Vec<DealRow>,
    /// What the strip of deals covers: `September 2025`.
    pub deals_title: String,
    /// A small chart as SVG; empty where there is nothing to draw.
    pub deals_chart_html: String,
    /// The entities named most of late.
    pub companies: Vec<TermLink>,
}
