//! Structured data (JSON-LD with the vocabulary of schema.org): what a page is about, for machines.
//!
//! [`json_ld`] takes the site, the page and the page's [`Subject`] and gives one graph. Things that
//! several pages speak of have one `@id` everywhere: the publisher, the site, each entity by its page.

mod nodes;
mod subjects;

use nodes::{Json, Node, breadcrumbs, organization, publisher_id, site_id};

/// The publication. Addresses are full everywhere here; what is not known is empty.
#[derive(Clone, Debug, Default)]
pub struct Site<'a> {
    /// Its name.
    pub title: &'a str,
    /// A sentence about it.
    pub description: &'a str,
    /// The front page's address.
    pub home_url: &'a str,
    /// A language tag (BCP 47).
    pub language: &'a str,
    /// Who publishes it; the name is the title's if empty.
    pub publisher: &'a str,
    /// The publisher's profiles elsewhere.
    pub profiles: Vec<&'a str>,
}

/// The page.
#[derive(Clone, Debug, Default)]
pub struct Page<'a> {
    /// Its address.
    pub url: &'a str,
    /// Its headline.
    pub title: &'a str,
    /// A sentence or two, plain.
    pub description: &'a str,
    /// A language tag (BCP 47); the site's if empty.
    pub language: &'a str,
    /// The way from the front page as names and addresses, without this page; empty on the front page.
    pub breadcrumbs: Vec<Link<'a>>,
}

/// A name with an address, which may be empty.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Link<'a> {
    /// The name.
    pub name: &'a str,
    /// The full address.
    pub url: &'a str,
}

/// What a page is.
#[derive(Clone, Debug)]
pub enum Subject<'a> {
    /// The front page.
    Home,
    /// A post.
    Article(Article<'a>),
    /// A list: a section, an archive, a taxonomy, a term without a profile, the editions.
    Collection,
    /// A company, a person other than an author, a model.
    Entity(Entity<'a>),
    /// An author.
    Author(Entity<'a>),
    /// An edition.
    Edition(Edition<'a>),
    /// The ledger.
    Ledger(Ledger<'a>),
    /// A deal.
    Deal(Deal<'a>),
    /// Anything else: an about page, search.
    Other,
}

/// A post.
#[derive(Clone, Debug, Default)]
pub struct Article<'a> {
    /// When it was published (RFC 3339).
    pub published: &'a str,
    /// When it was last changed (RFC 3339); as `published` if empty.
    pub modified: &'a str,
    /// Who wrote it; the publisher if empty.
    pub authors: Vec<Link<'a>>,
    /// What it is based on.
    pub sources: Vec<Source<'a>>,
    /// What it is about.
    pub about: Vec<Mention<'a>>,
    /// Pictures.
    pub images: Vec<Image<'a>>,
    /// Its category.
    pub category: &'a str,
    /// Its tags.
    pub tags: Vec<&'a str>,
    /// Words of the body; 0 if nobody counted.
    pub words: u32,
}

/// Something that an article is based on.
#[derive(Clone, Copy, Debug, Default)]
pub struct Source<'a> {
    /// The title of the original.
    pub title: &'a str,
    /// Who published it.
    pub publisher: &'a str,
    /// Where it is.
    pub url: &'a str,
    /// When it appeared, as a date (ISO 8601).
    pub published: &'a str,
}

/// A picture.
#[derive(Clone, Copy, Debug, Default)]
pub struct Image<'a> {
    /// Its address.
    pub url: &'a str,
    /// What it shows.
    pub caption: &'a str,
    /// Who made it.
    pub credit: &'a str,
    /// Width and height in pixels, where known.
    pub size: Option<(u32, u32)>,
}

/// What sort of thing an entity is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Kind {
    /// A company, a lab, a government.
    #[default]
    Organization,
    /// A human being.
    Person,
    /// A model, a product, a topic: anything that schema.org has no plain word for.
    Thing,
}

/// An entity that an article or a deal is about.
#[derive(Clone, Copy, Debug, Default)]
pub struct Mention<'a> {
    /// What sort of thing it is.
    pub kind: Kind,
    /// Its name.
    pub name: &'a str,
    /// Its page on this site.
    pub url: &'a str,
}

/// What is known of a company, a person, a model or an author.
#[derive(Clone, Debug, Default)]
pub struct Entity<'a> {
    /// What sort of thing it is.
    pub kind: Kind,
    /// Its name.
    pub name: &'a str,
    /// Other names.
    pub aliases: Vec<&'a str>,
    /// A sentence about it.
    pub description: &'a str,
    /// Its own site.
    pub official_site: &'a str,
    /// Its profiles elsewhere.
    pub profiles: Vec<&'a str>,
    /// A logo's or portrait's address.
    pub image: &'a str,
    /// Where its shares are listed: `NASDAQ:MSFT`.
    pub ticker: &'a str,
    /// The organisation that it belongs to.
    pub parent: Option<Link<'a>>,
    /// Posts about it, or by it, newest first.
    pub posts: Vec<Link<'a>>,
}

/// An edition.
#[derive(Clone, Debug, Default)]
pub struct Edition<'a> {
    /// Its number, if editions are numbered.
    pub number: Option<u32>,
    /// When it went out (RFC 3339).
    pub published: &'a str,
    /// Who edited it.
    pub authors: Vec<Link<'a>>,
    /// The posts that it collects.
    pub posts: Vec<Link<'a>>,
}

/// The ledger of deals as a set of data.
#[derive(Clone, Debug, Default)]
pub struct Ledger<'a> {
    /// When the newest report was made (RFC 3339).
    pub modified: &'a str,
    /// The ledger as CSV.
    pub csv_url: &'a str,
    /// The ledger as JSON.
    pub json_url: &'a str,
}

/// A deal with all reports of it.
#[derive(Clone, Debug, Default)]
pub struct Deal<'a> {
    /// Who takes part.
    pub parties: Vec<Mention<'a>>,
    /// The first report (RFC 3339).
    pub published: &'a str,
    /// The newest report (RFC 3339).
    pub modified: &'a str,
    /// The posts that report it.
    pub reports: Vec<Link<'a>>,
    /// `cloud`, `reported` and the like.
    pub keywords: Vec<&'a str>,
}

/// Describes a page as one graph, ready to stand inside `<script type="application/ld+json">`.
pub fn json_ld(site: &Site<'_>, page: &Page<'_>, subject: &Subject<'_>) -> String {
    let mut graph = vec![subjects::page(site, page, subject)];
    graph.extend(subjects::main_entity(site, page, subject));
    if !page.breadcrumbs.is_empty() {
        graph.push(breadcrumbs(page));
    }
    graph.push(website(site));
    graph.push(publisher(site));
    let graph: Json = graph.into_iter().collect();
    ["{\"@context\":\"https://schema.org\",\"@graph\":", &graph.into_string(), "}"].concat()
}

fn website(site: &Site<'_>) -> Json {
    Node::new("WebSite")
        .id(site_id(site))
        .text("url", site.home_url)
        .text("name", site.title)
        .text("description", site.description)
        .text("inLanguage", site.language)
        .set("publisher", Json::reference(&publisher_id(site)))
        .build()
}

fn publisher(site: &Site<'_>) -> Json {
    let name = if site.publisher.is_empty() { site.title } else { site.publisher };
    organization(name, site.home_url).id(publisher_id(site)).texts("sameAs", &site.profiles).build()
}

#[cfg(test)]
mod tests;
