//! An article and all that stands on its page.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::Serialize;

use super::{Date, Deal, DealRow, Link, PostCard};

/// The variable `post`: an article.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Post {
    /// The headline.
    pub title: String,
    /// Its language tag, if that is another than the site's; else empty.
    pub language: String,
    /// The way in which that language is written, if that is another than the site's: `ltr` or `rtl`; else empty.
    pub direction: &'static str,
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
    /// Links that pass it on.
    pub share: Vec<ShareLink>,
    /// The other posts of the same story, oldest first: at most 50, those nearest in time.
    pub story: Vec<Arc<PostCard>>,
    /// Replies, if the post takes or has any.
    pub replies: Option<Replies>,
    /// Reactions, if the publication takes them.
    pub reactions: Option<Reactions>,
    /// The values under `extra` and keys that Masthead does not know.
    pub extra: serde_json::Value,
}

/// The terms of one taxonomy on a post.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct PostTerms {
    /// `companies`.
    pub name: String,
    /// `Companies`.
    pub title: String,
    /// The terms.
    pub terms: Vec<Link>,
}

/// A place on the page.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Anchor {
    /// The `id` there.
    pub id: String,
    /// Its words.
    pub text: String,
}

/// Something that an article is based on.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Source {
    /// The title of the original.
    pub title: String,
    /// Who published it.
    pub publisher: String,
    /// Where it is; empty where it has no address.
    pub url: String,
    /// When it appeared, ready for print; may be empty.
    pub date: String,
    /// The same for machines: `2024-08-01`; empty where no day is known.
    pub day: String,
}

/// A picture.
#[derive(Clone, Debug, Serialize, JsonSchema)]
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
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ShareLink {
    /// `email`, `linkedin`, `bluesky`, `mastodon`, `x`, `hacker-news`, `reddit`, `copy`.
    pub id: String,
    /// The service's name.
    pub title: String,
    /// Where it leads.
    pub url: String,
}

/// Somebody who writes.
#[derive(Clone, Debug, Serialize, JsonSchema)]
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
#[derive(Clone, Debug, Serialize, JsonSchema)]
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
#[derive(Clone, Debug, Serialize, JsonSchema)]
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
    /// The `id` of the reply that it answers; empty where it answers none that is shown.
    pub in_reply_to: String,
    /// The name of who wrote that; empty where it answers none that is shown.
    pub answered: String,
}

/// A form of single-button reactions.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Reactions {
    /// Where it posts to.
    pub action: String,
    /// The choices.
    pub choices: Vec<String>,
    /// The post's path, which the form sends along.
    pub post: String,
}

/// The variable `block`: a fenced block of an author.
#[derive(Clone, Debug, Serialize, JsonSchema)]
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
    /// What that chart shows: which deals, and which of them are summed up.
    pub chart_title: String,
    /// The deals that it draws or names.
    pub chart_deals: Vec<DealRow>,
}
