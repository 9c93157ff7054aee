//! What stands at a path of the output.

use crate::newsroom::PostId;
use crate::newsroom::entities::EntityId;

/// What stands at a path. Numbers of pages count from 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Route {
    /// The front page, and older posts behind it.
    Front(u32),
    /// An article.
    Post(PostId),
    /// The Markdown of an article.
    Mirror(PostId),
    /// A page such as `about.md`, by its place.
    Page(u32),
    /// A page of a section's list.
    Section(u32, u32),
    /// The archive's years.
    Archive,
    /// A year of the archive.
    ArchiveYear(i16),
    /// The terms of a taxonomy, by its place in the configuration.
    Taxonomy(u32),
    /// A page of a term's posts.
    Term(EntityId, u32),
    /// A page of the list of editions.
    Editions(u32),
    /// An edition, by its place.
    Edition(u32),
    /// A form of an edition's mail, by the edition's place.
    Email(u32, EmailFormat),
    /// The table of deals.
    Ledger,
    /// A deal, by its place in the ledger.
    Deal(u32),
    /// The ledger as JSON.
    DealsJson,
    /// The JSON Schema of the ledger.
    DealsSchema,
    /// The ledger as CSV.
    DealsCsv,
    /// A feed.
    Feed(FeedFormat, FeedScope),
    /// The page for addresses that are not there.
    NotFound,
    /// A page that leads from an old address to a new one, from the site's root on.
    Redirect(String),
    /// The list of old addresses for hosts that read one.
    RedirectsFile,
    /// Headers for hosts that read them from a file.
    HeadersFile,
    /// A part of the sitemap, from 0.
    Sitemap(u32),
    /// The list of the sitemap's parts.
    SitemapIndex,
    /// Rules for robots.
    Robots,
    /// A guide for language models.
    Llms,
    /// A file of the theme, by the name that templates call it.
    Asset(String),
    /// A file that is copied as it is, by its path from the newsletter's folder on.
    Copy(String),
}

/// The form of an edition's mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EmailFormat {
    /// The HTML part.
    Html,
    /// The text part.
    Text,
    /// Both in one message (RFC 5322).
    Message,
}

/// The form of a feed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FeedFormat {
    /// RSS 2.0.
    Rss,
    /// Atom (RFC 4287).
    Atom,
    /// JSON Feed 1.1.
    Json,
}

/// What a feed covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FeedScope {
    /// All posts.
    Site,
    /// The posts of a term.
    Term(EntityId),
}

impl EmailFormat {
    /// All forms.
    pub const ALL: [Self; 3] = [Self::Html, Self::Text, Self::Message];

    /// Gives the ending of the file's name.
    pub fn extension(self) -> &'static str {
        match self {
            EmailFormat::Html => "html",
            EmailFormat::Text => "txt",
            EmailFormat::Message => "eml",
        }
    }
}

impl FeedFormat {
    /// Gives the media type.
    pub fn media_type(self) -> &'static str {
        match self {
            FeedFormat::Rss => "application/rss+xml",
            FeedFormat::Atom => "application/atom+xml",
            FeedFormat::Json => "application/feed+json",
        }
    }

    /// Gives the file's name at the top of the site.
    pub fn file_name(self) -> &'static str {
        match self {
            FeedFormat::Rss => "feed.xml",
            FeedFormat::Atom => "atom.xml",
            FeedFormat::Json => "feed.json",
        }
    }

    /// Gives the format's name.
    pub fn title(self) -> &'static str {
        match self {
            FeedFormat::Rss => "RSS",
            FeedFormat::Atom => "Atom",
            FeedFormat::Json => "JSON Feed",
        }
    }
}

impl Route {
    /// Says when the route is published: what others need comes first, what leads to others last.
    pub fn publishing_order(&self) -> u8 {
        match self {
            Route::Asset(_) | Route::Copy(_) => 0,
            Route::Post(_)
            | Route::Mirror(_)
            | Route::Page(_)
            | Route::Edition(_)
            | Route::Email(..)
            | Route::Deal(_)
            | Route::NotFound => 1,
            Route::Front(_)
            | Route::Section(..)
            | Route::Archive
            | Route::ArchiveYear(_)
            | Route::Taxonomy(_)
            | Route::Term(..)
            | Route::Editions(_)
            | Route::Ledger
            | Route::Redirect(_) => 2,
            Route::DealsJson
            | Route::DealsSchema
            | Route::DealsCsv
            | Route::Feed(..)
            | Route::RedirectsFile
            | Route::HeadersFile
            | Route::Sitemap(_)
            | Route::SitemapIndex
            | Route::Robots
            | Route::Llms => 3,
        }
    }

    /// Says whether the route is a page for readers, which belongs into the sitemap.
    pub fn is_page(&self) -> bool {
        !matches!(self, Route::NotFound | Route::Redirect(_) | Route::Mirror(_) | Route::Email(..))
            && matches!(self.publishing_order(), 1 | 2)
    }
}
