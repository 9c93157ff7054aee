//! Files for machines: feeds, the ledger as data, sitemap, Markdown mirrors, lists for hosts.

mod inputs;

use std::collections::BTreeSet;

use super::feed::{self, Author, Feed, Item, Moment};
use super::llms::{Llms, LlmsLink, LlmsSection};
use super::sitemap::{self, SitemapUrl};
use super::{Rendered, body, headers, llms, mirror, redirects, robots};
use crate::config::AUTHORS;
use crate::content::date;
use crate::diagnostic::Diagnostic;
use crate::newsroom::PostId;
use crate::site::{EmailFormat, FeedFormat, FeedScope, OutPath, Route};
use crate::snapshot::{Parts, Snapshot};

pub use inputs::inputs;

/// Posts in the guide for language models.
const LLMS_POSTS: usize = 30;

/// Renders a route that is no page.
///
/// # Errors
/// A block in the text of a feed or a mail fails.
pub fn render(snapshot: &Snapshot, path: &OutPath, route: &Route) -> Result<Rendered, Diagnostic> {
    let parts = &*snapshot.parts;
    let text = match route {
        Route::Copy(source) => return Ok(Rendered::CopyOf(source.clone())),
        Route::Asset(name) => {
            let bytes = parts.assets.get(name).map(|asset| asset.bytes.clone()).unwrap_or_default();
            return Ok(Rendered::Bytes(bytes));
        }
        Route::Mirror(id) => mirror::markdown(parts, *id),
        Route::Feed(format, scope) => feed(snapshot, path, *format, *scope)?,
        Route::Email(index, format) => super::email::render(snapshot, *index, *format)?,
        Route::DealsJson => super::deals::json(parts),
        Route::DealsSchema => super::deals::json_schema(),
        Route::DealsCsv => super::deals::csv(parts),
        Route::Sitemap(part) => sitemap_part(parts, *part),
        Route::SitemapIndex => sitemap_index(parts),
        Route::Robots => {
            let sitemap = parts.config.outputs.sitemap.then(|| parts.config.permalink("/sitemap.xml"));
            robots::robots(sitemap.as_deref())
        }
        Route::RedirectsFile => redirect_list(parts),
        Route::HeadersFile => header_list(parts),
        Route::Llms => guide(parts),
        // Pages are rendered by their templates.
        _ => String::new(),
    };
    Ok(Rendered::Bytes(text.into_bytes()))
}

fn feed(snapshot: &Snapshot, path: &OutPath, format: FeedFormat, scope: FeedScope) -> Result<String, Diagnostic> {
    let parts = &*snapshot.parts;
    let config = &parts.config;
    let (title, home) = match scope {
        FeedScope::Site => (config.title.clone(), "/".to_owned()),
        FeedScope::Term(term) => {
            let name = &parts.newsroom.registry.get(term).name;
            (format!("{}: {name}", config.title), parts.newsroom.term_url(term))
        }
    };
    let owned: Vec<FeedItem> =
        posts_of_feed(parts, scope).into_iter().map(|id| FeedItem::of(snapshot, id)).collect::<Result<_, _>>()?;
    let newest = owned
        .iter()
        .map(|item| (&item.updated.0, &item.updated.1))
        .max()
        .map(|(a, b)| (a.clone(), b.clone()))
        .unwrap_or_default();
    let feed_url = config.permalink(&path.url());
    let feed = Feed {
        title: &title,
        description: if config.description.is_empty() { &config.tagline } else { &config.description },
        id: &config.guid(&home),
        home_url: &config.permalink(&home),
        feed_url: &feed_url,
        language: &config.language,
        updated: Moment { rfc3339: &newest.0, rfc2822: &newest.1 },
        author: Author { name: &config.publisher, url: "" },
        copyright: &config.copyright,
        generator: concat!("Masthead ", env!("CARGO_PKG_VERSION")),
        items: owned.iter().map(FeedItem::borrowed).collect(),
    };
    Ok(match format {
        FeedFormat::Rss => feed::rss(&feed),
        FeedFormat::Atom => feed::atom(&feed),
        FeedFormat::Json => feed::json_feed(&feed),
    })
}

/// The posts of a feed, newest first.
fn posts_of_feed(parts: &Parts, scope: FeedScope) -> Vec<PostId> {
    let wanted = parts.config.feed_items as usize;
    match scope {
        FeedScope::Site => (0..parts.newsroom.posts.len() as PostId).take(wanted).collect(),
        FeedScope::Term(term) => parts.newsroom.posts_of(term).iter().copied().take(wanted).collect(),
    }
}

/// What an item of a feed borrows from.
struct FeedItem {
    id: String,
    url: String,
    title: String,
    language: String,
    summary: String,
    html: String,
    published: (String, String),
    updated: (String, String),
    authors: Vec<(String, String)>,
    categories: Vec<String>,
    image: String,
}

impl FeedItem {
    fn of(snapshot: &Snapshot, id: PostId) -> Result<Self, Diagnostic> {
        let parts = &*snapshot.parts;
        let config = &parts.config;
        let article = parts.newsroom.post(id);
        let post = &article.post;
        let url = config.permalink(&article.url);
        let html = body::feed(snapshot, &parts.texts.full(post).entry, &article.links)?;
        let both = |moment: date::Moment| (moment.rfc3339(), moment.rfc2822());
        let card = parts.cards[id as usize].view(parts);
        let image = post.image.as_ref().and_then(|image| body::picture(parts, &post.entry.source, &image.src));
        let tags = article.terms.iter().map(|term| parts.newsroom.registry.get(*term));
        Ok(Self {
            html: feed::absolutise(&html, &config.base_url, &url),
            id: article.guid(config),
            url,
            title: post.entry.title.clone(),
            language: card.language.clone(),
            summary: post.entry.summary.text.clone(),
            published: both(post.date),
            updated: both(article.changed()),
            authors: card
                .authors
                .iter()
                .map(|author| (author.title.clone(), super::story::full_address(parts, &author.url)))
                .collect(),
            categories: tags.filter(|term| term.taxonomy != AUTHORS).map(|term| term.name.clone()).collect(),
            image: image.map(|image| super::story::full_address(parts, &image)).unwrap_or_default(),
        })
    }

    fn borrowed(&self) -> Item<'_> {
        Item {
            id: &self.id,
            url: &self.url,
            title: &self.title,
            language: &self.language,
            summary_text: &self.summary,
            content_html: &self.html,
            published: Moment { rfc3339: &self.published.0, rfc2822: &self.published.1 },
            updated: Moment { rfc3339: &self.updated.0, rfc2822: &self.updated.1 },
            authors: self.authors.iter().map(|(name, url)| Author { name, url }).collect(),
            categories: self.categories.iter().map(String::as_str).collect(),
            image: &self.image,
        }
    }
}

/// Lists all pages that search engines shall find, with the date of their last change, as far as it is known.
fn sitemap_pages(parts: &Parts) -> impl Iterator<Item = (&OutPath, Option<date::Moment>)> {
    let pages = parts
        .plan
        .iter()
        .filter(|(path, route)| route.is_page() && !is_later_page(route) && !is_copy(parts, path, route));
    pages.map(|(path, route)| {
        let post = |id: PostId| parts.newsroom.post(id);
        let modified = match route {
            Route::Post(id) => Some(post(*id).changed()),
            Route::Edition(index) => Some(parts.newsroom.editions[*index as usize].edition.date),
            Route::Term(term, _) => parts.newsroom.posts_of(*term).first().map(|id| post(*id).post.date),
            _ => None,
        };
        (path, modified)
    })
}

/// Says whether a route is page 2 or later of a list, which search engines are asked to leave out.
fn is_later_page(route: &Route) -> bool {
    matches!(route, Route::Front(2..) | Route::Section(_, 2..) | Route::Term(_, 2..) | Route::Editions(2..))
}

/// Says whether a page names another address as that of its original, which is to be found instead.
fn is_copy(parts: &Parts, path: &OutPath, route: &Route) -> bool {
    let Route::Post(id) = route else { return false };
    let original = parts.newsroom.post(*id).post.canonical_url.as_deref();
    original.is_some_and(|original| {
        original.trim_end_matches('/') != parts.config.permalink(&path.url()).trim_end_matches('/')
    })
}

fn sitemap_files(parts: &Parts) -> Vec<sitemap::SitemapFile> {
    let owned: Vec<(String, String)> = sitemap_pages(parts)
        .map(|(path, modified)| {
            (parts.config.permalink(&path.url()), modified.map(date::Moment::iso_date).unwrap_or_default())
        })
        .collect();
    let urls: Vec<SitemapUrl<'_>> =
        owned.iter().map(|(url, modified)| SitemapUrl { url, last_modified: modified }).collect();
    sitemap::sitemap(&parts.config.base_url, &urls)
}

fn sitemap_part(parts: &Parts, part: u32) -> String {
    let name = match parts.plan.at_url("/sitemap.xml") {
        Some(Route::SitemapIndex) => format!("sitemap-{}.xml", part + 1),
        _ => "sitemap.xml".to_owned(),
    };
    sitemap_files(parts).into_iter().find(|file| file.name == name).map(|file| file.text).unwrap_or_default()
}

fn sitemap_index(parts: &Parts) -> String {
    sitemap_files(parts).into_iter().find(|file| file.name == "sitemap.xml").map(|file| file.text).unwrap_or_default()
}

fn redirect_list(parts: &Parts) -> String {
    let pairs: Vec<(String, String)> = parts
        .plan
        .iter()
        .filter_map(|(path, route)| match route {
            Route::Redirect(target) => Some((parts.config.href(&path.url()), parts.config.href(target))),
            _ => None,
        })
        .collect();
    let list: Vec<redirects::Redirect<'_>> = pairs.iter().map(|(from, to)| redirects::Redirect { from, to }).collect();
    redirects::redirects(&list)
}

/// Gives the content security policy that `_headers` sets for pages, but for who may show them in a frame; `None`
/// where the site has no such file.
pub fn page_policy(parts: &Parts) -> Option<String> {
    parts.config.outputs.headers.then(|| with_policy(parts, |policy| policy.page()))
}

/// Makes something of what pages may load and where their forms may post to.
fn with_policy(parts: &Parts, make: impl FnOnce(headers::Policy<'_>) -> String) -> String {
    let config = &parts.config;
    let mut actions: Vec<&str> = Vec::new();
    actions.extend(config.signup.as_ref().map(|form| form.action.as_str()));
    actions.extend(
        [config.replies.action.as_str(), config.replies.mailto.as_str()].iter().filter(|action| !action.is_empty()),
    );
    actions.extend(config.reactions.as_ref().map(|reactions| reactions.action.as_str()));
    let pictures: Vec<&str> = picture_origins(parts).into_iter().collect();
    make(headers::Policy { form_actions: &actions, image_origins: &pictures })
}

fn header_list(parts: &Parts) -> String {
    let config = &parts.config;
    // Paths below the site's address.
    let mails: Vec<String> = match config.outputs.email {
        true => EmailFormat::ALL.map(|format| format!("/editions/:slug/email.{}", format.extension())).into(),
        false => vec![],
    };
    let rules: Vec<headers::Rule<'_>> =
        mails.iter().map(|path| headers::Rule { path, headers: &[headers::NOINDEX] }).collect();
    with_policy(parts, |policy| {
        headers::headers(&headers::Headers {
            base_url: &config.base_url,
            policy,
            immutable_paths: &["/assets/*"],
            rules: &rules,
        })
    })
}

/// Gives the other sites that pictures of the authors' come from. Readers decide on none: what they put
/// into replies is left out.
fn picture_origins(parts: &Parts) -> BTreeSet<&str> {
    let Parts { newsroom, .. } = parts;
    let posts = newsroom.posts.iter().map(|article| &article.post);
    let pictures = posts.filter_map(|post| post.image.as_ref()).map(|image| image.src.as_str());
    let portraits = newsroom.profiles.iter().filter_map(|profile| profile.logo.as_deref());
    newsroom
        .entries()
        .flat_map(|entry| &entry.body.picture_origins)
        .map(String::as_str)
        .chain(pictures.chain(portraits).filter(|src| src.starts_with("http://") || src.starts_with("https://")))
        .collect()
}

fn guide(parts: &Parts) -> String {
    let Parts { config, newsroom, cards, .. } = parts;
    let full = |url: &str| super::story::full_address(parts, url);
    let posts: Vec<(String, String, String)> = newsroom
        .posts
        .iter()
        .zip(cards)
        .take(LLMS_POSTS)
        .map(|(article, card)| {
            let url = if config.outputs.mirrors { crate::site::mirror_url(&article.url) } else { article.url.clone() };
            let card = card.view(parts);
            (card.title.clone(), config.permalink(&url), format!("{}: {}", card.date.iso, card.sentence))
        })
        .collect();
    let editions: Vec<(String, String, String)> = newsroom
        .editions
        .iter()
        .map(|issue| {
            (issue.edition.entry.title.clone(), config.permalink(&issue.url), issue.edition.entry.summary.text.clone())
        })
        .collect();
    let mut data: Vec<(String, String, String)> = Vec::new();
    if parts.plan.at_url("/deals.json").is_some() {
        data.push((
            "Deals as JSON".to_owned(),
            config.permalink("/deals.json"),
            "every deal reported, with parties, amounts and sources".to_owned(),
        ));
        data.push(("Deals as CSV".to_owned(), config.permalink("/deals.csv"), "the same for spreadsheets".to_owned()));
    }
    for feed in super::site::feeds(config) {
        data.push((feed.title, full(&feed.url), "the newest posts with their full text".to_owned()));
    }
    let pages: Vec<(String, String, String)> = newsroom
        .pages
        .iter()
        .map(|page| (page.entry.title.clone(), config.permalink(&page.url), page.entry.summary.sentence().to_owned()))
        .collect();
    fn section<'a>(title: &'a str, links: &'a [(String, String, String)]) -> Option<LlmsSection<'a>> {
        let links: Vec<LlmsLink<'a>> = links.iter().map(|(title, url, note)| LlmsLink { title, url, note }).collect();
        (!links.is_empty()).then_some(LlmsSection { title, links })
    }
    llms::llms(&Llms {
        title: &config.title,
        summary: if config.description.is_empty() { &config.tagline } else { &config.description },
        sections: [
            section("Newest posts", &posts),
            section("Editions", &editions),
            section("Pages", &pages),
            section("Data and feeds", &data),
        ]
        .into_iter()
        .flatten()
        .collect(),
    })
}
