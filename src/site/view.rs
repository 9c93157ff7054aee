//! What templates see: the contract with every theme.
//!
//! Only the types of this file are handed to templates. Each top-level variable is one of them, and
//! a page is rendered again when a variable that its template reads has changed. Addresses are
//! ready for `href` (they carry the path of `base_url`); dates and amounts are ready for print;
//! names that end in `_html` hold markup, everything else is plain text.

use serde::Serialize;

/// A name with an address.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Link {
    /// The name to show.
    pub title: String,
    /// Where it leads; empty where there is no page.
    pub url: String,
}

/// A moment, in the forms that pages need.
#[derive(Clone, Debug, PartialEq, Serialize)]
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
#[derive(Clone, Debug, Serialize)]
pub struct Site {
    /// The publication's name.
    pub title: String,
    /// A few words under the name.
    pub tagline: String,
    /// One or two sentences for search engines and feeds.
    pub description: String,
    /// A language tag (BCP 47) such as `en`.
    pub language: String,
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
    /// An accent colour of the publisher's own, as a CSS colour.
    pub accent: Option<String>,
    /// `Masthead 0.1.0`.
    pub generator: String,
    /// The values under `extra` in `masthead.yaml`.
    pub extra: serde_json::Value,
}

/// A feed's address and media type.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FeedLink {
    /// What the reader's program shows.
    pub title: String,
    /// Where it is.
    pub url: String,
    /// `application/atom+xml` and the like.
    pub media_type: String,
}

/// A form that posts to the publisher's mail provider.
#[derive(Clone, Debug, Serialize)]
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
#[derive(Clone, Debug, Serialize)]
pub struct HiddenField {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: String,
}

/// The variable `page`: what the head of every page needs.
#[derive(Clone, Debug, Serialize)]
pub struct Page {
    /// `home`, `post`, `page`, `section`, `archive`, `archive-year`, `taxonomy`, `term`, `entity`,
    /// `author`, `editions`, `edition`, `ledger`, `deal` or `not-found`.
    pub kind: String,
    /// The headline.
    pub title: String,
    /// One plain sentence or two; may be empty.
    pub description: String,
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
    /// Feeds that belong to this page.
    pub feeds: Vec<FeedLink>,
    /// The address of the same text as Markdown.
    pub markdown: Option<String>,
    /// The entry of `site.navigation` that this page belongs under.
    pub section_url: String,
    /// Structured data (JSON-LD) as it stands inside `<script type="application/ld+json">`; safe there.
    pub json_ld: String,
}

/// A post in a list, a sidebar or a card.
#[derive(Clone, Debug, Serialize)]
pub struct PostCard {
    /// The headline.
    pub title: String,
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

/// A deal in one line: `TikTok → Microsoft, nearly $20M per month`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct DealLine {
    /// `TikTok → Microsoft`, or the parties joined by `and`.
    pub parties: String,
    /// `nearly $20M per month`; `undisclosed` where it is.
    pub amount: String,
    /// `cloud`, `investment` and so on.
    pub kind: String,
    /// `reported`, `signed` and so on.
    pub status: String,
    /// The deal's page; empty where the ledger is turned off.
    pub url: String,
}

/// An item of the variable `related`.
#[derive(Clone, Debug, Serialize)]
pub struct Related {
    /// The post that stands beside.
    pub post: PostCard,
    /// Why: `also about Microsoft and OpenAI`.
    pub reason: String,
}

/// The variable `post`: an article.
#[derive(Clone, Debug, Serialize)]
pub struct Post {
    /// The headline.
    pub title: String,
    /// Its address.
    pub url: String,
    /// Its full address.
    pub permalink: String,
    /// The lead as markup; empty where the author gave none (the body then opens with it).
    pub summary_html: String,
    /// The lead as plain text.
    pub summary: String,
    /// When it was published.
    pub date: Date,
    /// When it was changed since.
    pub updated: Option<Date>,
    /// Words of the body.
    pub words: u32,
    /// Minutes to read, at least 1.
    pub minutes: u32,
    /// Its section (`Posts`).
    pub section: Link,
    /// Its category.
    pub category: Option<Link>,
    /// Who wrote it.
    pub authors: Vec<Author>,
    /// Its terms, taxonomy by taxonomy, empty ones left out.
    pub taxonomies: Vec<PostTerms>,
    /// The deals that it reports.
    pub deals: Vec<Deal>,
    /// What it is based on.
    pub sources: Vec<Source>,
    /// Its key points, for a short table of contents.
    pub key_points: Vec<Anchor>,
    /// Its headings of the second level.
    pub headings: Vec<Anchor>,
    /// The picture on top.
    pub image: Option<Image>,
    /// The body.
    pub content_html: String,
    /// The post before, by date.
    pub previous: Option<PostCard>,
    /// The post after, by date.
    pub next: Option<PostCard>,
    /// Links that pass it on.
    pub share: Vec<ShareLink>,
    /// The other posts of the same story, oldest first.
    pub story: Vec<PostCard>,
    /// Replies, if the post takes or has any.
    pub replies: Option<Replies>,
    /// Reactions, if the publication takes them.
    pub reactions: Option<Reactions>,
    /// The values under `extra` and keys that Masthead does not know.
    pub extra: serde_json::Value,
}

/// The terms of one taxonomy on a post.
#[derive(Clone, Debug, Serialize)]
pub struct PostTerms {
    /// `companies`.
    pub name: String,
    /// `Companies`.
    pub title: String,
    /// The terms.
    pub terms: Vec<Link>,
}

/// A place on the page.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Anchor {
    /// The `id` there.
    pub id: String,
    /// Its words.
    pub text: String,
}

/// Something that an article is based on.
#[derive(Clone, Debug, Serialize)]
pub struct Source {
    /// The title of the original.
    pub title: String,
    /// Who published it.
    pub publisher: String,
    /// Where it is; empty where it has no address.
    pub url: String,
    /// When it appeared, ready for print; may be empty.
    pub date: String,
}

/// A picture.
#[derive(Clone, Debug, Serialize)]
pub struct Image {
    /// Its address.
    pub url: String,
    /// What it shows, for those who don't see it.
    pub alt: String,
    /// Who made it.
    pub credit: String,
    /// Its width in pixels, where known.
    pub width: Option<u32>,
    /// Its height in pixels, where known.
    pub height: Option<u32>,
}

/// A link that passes a page on: plain, without a script of the service.
#[derive(Clone, Debug, Serialize)]
pub struct ShareLink {
    /// `email`, `linkedin`, `bluesky`, `mastodon`, `x`, `hacker-news`, `reddit`, `copy`.
    pub id: String,
    /// The service's name.
    pub title: String,
    /// Where it leads.
    pub url: String,
}

/// Somebody who writes.
#[derive(Clone, Debug, Serialize)]
pub struct Author {
    /// The name.
    pub name: String,
    /// The page about them; empty where there is none.
    pub url: String,
    /// A few words about them, as markup; may be empty.
    pub bio_html: String,
    /// A portrait's address.
    pub avatar: Option<String>,
    /// Profiles elsewhere, for `rel="me"`.
    pub links: Vec<Link>,
}

/// Replies to a post, and the form for one more.
#[derive(Clone, Debug, Serialize)]
pub struct Replies {
    /// Approved replies, oldest first.
    pub items: Vec<Reply>,
    /// Where the form posts to; empty where replies go by mail.
    pub action: String,
    /// The address that replies go to by mail; may be empty.
    pub mailto: String,
    /// The name of a field that people leave empty.
    pub honeypot_field: String,
    /// The post's path, which the form sends along.
    pub post: String,
}

/// An approved reply.
#[derive(Clone, Debug, Serialize)]
pub struct Reply {
    /// The `id` on the page.
    pub id: String,
    /// Who wrote it.
    pub name: String,
    /// Their own address on the web; may be empty.
    pub url: String,
    /// When.
    pub date: Date,
    /// What they wrote, sanitised.
    pub content_html: String,
    /// The `id` of the reply that it answers; may be empty.
    pub in_reply_to: String,
}

/// A form of single-button reactions.
#[derive(Clone, Debug, Serialize)]
pub struct Reactions {
    /// Where it posts to.
    pub action: String,
    /// The choices.
    pub choices: Vec<String>,
    /// The post's path, which the form sends along.
    pub post: String,
}

/// A deal as the ledger knows it: the variable `deal`, an article's deal card, a `{deal}` block.
#[derive(Clone, Debug, Serialize)]
pub struct Deal {
    /// Its name in the ledger.
    pub id: String,
    /// `TikTok → Microsoft`, or the parties joined by `and`.
    pub title: String,
    /// The deal's page; empty where the ledger is turned off.
    pub url: String,
    /// Those who take part.
    pub parties: Vec<Party>,
    /// Who pays, where that is known.
    pub payer: Option<Link>,
    /// Who is paid, where that is known.
    pub receiver: Option<Link>,
    /// `cloud`, `investment` and so on.
    pub kind: String,
    /// `nearly $20M per month`; `undisclosed` where it is; empty where nothing is said.
    pub amount: String,
    /// `rumoured`, `reported`, `announced`, `signed`, `closed`, `ended` or `denied`.
    pub status: String,
    /// Whether the status is firm: announced, signed or closed.
    pub firm: bool,
    /// `March 2024`; may be empty.
    pub as_of: String,
    /// Who says so.
    pub source: String,
    /// All reports, newest first.
    pub history: Vec<DealReport>,
    /// Where reports contradict each other, each in one sentence.
    pub conflicts: Vec<String>,
}

/// One report of a deal.
#[derive(Clone, Debug, Serialize)]
pub struct DealReport {
    /// When it was reported.
    pub date: Date,
    /// The status then.
    pub status: String,
    /// Whether that status is firm.
    pub firm: bool,
    /// The amount then.
    pub amount: String,
    /// The time that it speaks of; may be empty.
    pub as_of: String,
    /// Who said so.
    pub source: String,
    /// The post that reports it.
    pub post: PostCard,
}

/// Somebody in a deal.
#[derive(Clone, Debug, Serialize)]
pub struct Party {
    /// `buyer`, `seller`, `investor` and so on.
    pub role: String,
    /// The name, and the page of the company.
    pub link: Link,
}

/// A row of the ledger's table.
#[derive(Clone, Debug, Serialize)]
pub struct DealRow {
    /// `TikTok → Microsoft`.
    pub title: String,
    /// The deal's page.
    pub url: String,
    /// The latest report's date.
    pub date: Date,
    /// The parties, for filtering, each by name.
    pub parties: Vec<Link>,
    /// Its kind.
    pub kind: String,
    /// Its status.
    pub status: String,
    /// Whether the status is firm.
    pub firm: bool,
    /// Its amount, ready for print.
    pub amount: String,
    /// The amount's currency and lower bound for sorting, in units of the currency; empty without one.
    pub sort_amount: String,
}

/// The variable `ledger`.
#[derive(Clone, Debug, Serialize)]
pub struct Ledger {
    /// All deals, the newest report first.
    pub rows: Vec<DealRow>,
    /// Totals, a line for each currency, firm deals only.
    pub totals: Vec<Total>,
    /// Totals for each year and currency, newest first.
    pub years: Vec<YearTotal>,
    /// Kinds that occur, for filtering.
    pub kinds: Vec<String>,
    /// Statuses that occur, for filtering.
    pub statuses: Vec<String>,
    /// Charts as SVG: deals over time. Empty where there is nothing to draw.
    pub chart_time_html: String,
    /// Charts as SVG: who pays whom.
    pub chart_flows_html: String,
    /// The ledger as CSV; empty where it is turned off.
    pub csv: String,
    /// The ledger as JSON; empty where it is turned off.
    pub json: String,
}

/// A sum in one currency.
#[derive(Clone, Debug, Serialize)]
pub struct Total {
    /// `USD`.
    pub currency: String,
    /// `$123.4B`, ready for print: deals that are announced, signed or closed.
    pub firm: String,
    /// How many deals that counts.
    pub firm_count: u32,
    /// The same for deals that are only reported or rumoured.
    pub reported: String,
    /// How many deals that counts.
    pub reported_count: u32,
}

/// The totals of a year.
#[derive(Clone, Debug, Serialize)]
pub struct YearTotal {
    /// The year.
    pub year: i16,
    /// Its totals.
    pub totals: Vec<Total>,
}

/// The variable `pager`: where in a list that runs over several pages.
#[derive(Clone, Debug, Serialize)]
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
#[derive(Clone, Debug, Serialize)]
pub struct Section {
    /// Its name.
    pub title: String,
    /// Its address.
    pub url: String,
    /// A sentence about it; may be empty.
    pub summary_html: String,
}

/// A group of posts under a word: a month of the archive, a year of a timeline.
#[derive(Clone, Debug, Serialize)]
pub struct PostGroup {
    /// `August 2024`, `2024`.
    pub title: String,
    /// An `id` for the heading.
    pub id: String,
    /// Its posts, newest first.
    pub posts: Vec<PostCard>,
}

/// The variable `years` of the archive: one entry for each year, newest first.
#[derive(Clone, Debug, Serialize)]
pub struct YearLink {
    /// The year.
    pub year: i16,
    /// The page with its posts.
    pub url: String,
    /// How many posts it has.
    pub count: u32,
    /// The newest few.
    pub posts: Vec<PostCard>,
}

/// The variable `taxonomy`: a way to sort posts.
#[derive(Clone, Debug, Serialize)]
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
#[derive(Clone, Debug, Serialize)]
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
#[derive(Clone, Debug, Serialize)]
pub struct Term {
    /// The term.
    pub title: String,
    /// Its address.
    pub url: String,
    /// How many posts have it.
    pub count: u32,
}

/// The variable `profile`: what is known of a company, a person, a model or an author.
#[derive(Clone, Debug, Serialize)]
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

/// The variable `dealings`: an entity's deals.
#[derive(Clone, Debug, Serialize)]
pub struct Dealings {
    /// Money that goes out, newest first.
    pub outgoing: Vec<DealRow>,
    /// Money that comes in, newest first.
    pub incoming: Vec<DealRow>,
    /// Deals without a direction, newest first.
    pub others: Vec<DealRow>,
    /// Totals of what goes out.
    pub outgoing_totals: Vec<Total>,
    /// Totals of what comes in.
    pub incoming_totals: Vec<Total>,
    /// A chart as SVG; empty where there is nothing to draw.
    pub chart_html: String,
}

/// An edition in a list.
#[derive(Clone, Debug, Serialize)]
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
#[derive(Clone, Debug, Serialize)]
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
    pub posts: Vec<PostCard>,
    /// The edition before.
    pub previous: Option<EditionCard>,
    /// The edition after.
    pub next: Option<EditionCard>,
    /// Links that pass it on.
    pub share: Vec<ShareLink>,
}

/// The variable `front`: the front page's first page.
#[derive(Clone, Debug, Serialize)]
pub struct Front {
    /// The lead story.
    pub lead: Option<PostCard>,
    /// The lead story's first deal.
    pub lead_deal: Option<Deal>,
    /// The column of briefs beside it.
    pub briefs: Vec<PostCard>,
    /// The newest deals.
    pub deals: Vec<DealRow>,
    /// What the strip of deals covers: `September 2025`.
    pub deals_title: String,
    /// A small chart as SVG; empty where there is nothing to draw.
    pub deals_chart_html: String,
    /// The entities named most of late.
    pub companies: Vec<TermLink>,
}

/// The variable `block`: a fenced block of an author.
#[derive(Clone, Debug, Serialize)]
pub struct Block {
    /// Its name.
    pub name: String,
    /// The words behind its name.
    pub argument: String,
    /// `key=value` pairs and the YAML body, in one.
    pub data: serde_json::Value,
    /// The Markdown body.
    pub body_html: String,
    /// The deal that a `{deal}` block names.
    pub deal: Option<Deal>,
    /// The chart that a `{chart}` block asks for, as SVG.
    pub chart_html: String,
}
