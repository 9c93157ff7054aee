//! Structured data of each kind of page: from views to [`structured_data`](super::structured_data).

use super::story::full_address;
use super::structured_data::{
    Article, Deal, Edition, Entity, Image, Kind, Ledger, Link, Mention, Page, Site, Source, Subject, json_ld,
};
use crate::config::AUTHORS;
use crate::newsroom::PostId;
use crate::newsroom::entities::EntityId;
use crate::site::view;
use crate::snapshot::Parts;

fn write(parts: &Parts, page: &view::Page, subject: &Subject<'_>) -> String {
    let config = &parts.config;
    let home = config.permalink("/");
    let profiles: Vec<String> = config.profiles.iter().map(|link| config.permalink(&link.url)).collect();
    let site = Site {
        title: &config.title,
        description: &config.description,
        home_url: &home,
        language: &config.language,
        publisher: if config.publisher.is_empty() { &config.title } else { &config.publisher },
        profiles: profiles.iter().map(String::as_str).collect(),
    };
    let crumbs = match &page.breadcrumbs[..] {
        // Pages show no way that is the front page alone, and what they do not show is not to be marked up.
        [_] => vec![],
        way => full(parts, way),
    };
    let data = Page {
        url: &page.permalink,
        title: &page.title,
        description: &page.description,
        language: &page.language,
        breadcrumbs: borrowed(&crumbs),
    };
    json_ld(&site, &data, subject)
}

/// Names and full addresses that views borrow from.
fn full(parts: &Parts, links: &[view::Link]) -> Vec<(String, String)> {
    links.iter().map(|link| (link.title.clone(), full_address(parts, &link.url))).collect()
}

fn borrowed(owned: &[(String, String)]) -> Vec<Link<'_>> {
    owned.iter().map(|(name, url)| Link { name, url }).collect()
}

/// Writes that of an article.
pub fn post(parts: &Parts, page: &view::Page, post: &view::Post) -> String {
    let authors: Vec<(String, String)> =
        post.authors.iter().map(|author| (author.name.clone(), full_address(parts, &author.url))).collect();
    let kinds = [("companies", Kind::Organization), ("people", Kind::Person)];
    let mut about: Vec<(Kind, String, String)> = Vec::new();
    let mut tags: Vec<&str> = Vec::new();
    for terms in &post.taxonomies {
        match kinds.iter().find(|(name, _)| *name == terms.name) {
            Some((_, kind)) => {
                about.extend(full(parts, &terms.terms).into_iter().map(|(name, url)| (*kind, name, url)))
            }
            None => tags.extend(terms.terms.iter().map(|term| term.title.as_str())),
        }
    }
    let image = post.image.as_ref().map(|image| (full_address(parts, &image.url), image));
    let article = Article {
        published: page.published.as_deref().unwrap_or_default(),
        modified: page.modified.as_deref().unwrap_or_default(),
        authors: borrowed(&authors),
        sources: post
            .sources
            .iter()
            .map(|source| Source {
                title: &source.title,
                publisher: &source.publisher,
                url: &source.url,
                published: &source.day,
            })
            .collect(),
        about: about.iter().map(|(kind, name, url)| Mention { kind: *kind, name, url }).collect(),
        images: image
            .iter()
            .map(|(url, image)| Image {
                url,
                caption: &image.alt,
                credit: &image.credit,
                size: image.width.zip(image.height),
            })
            .collect(),
        category: post.category.as_ref().map_or("", |category| &category.title),
        tags,
        words: post.words,
    };
    write(parts, page, &Subject::Article(article))
}

/// Writes that of an edition.
pub fn edition(parts: &Parts, page: &view::Page, edition: &view::Edition) -> String {
    let authors: Vec<(String, String)> =
        edition.authors.iter().map(|author| (author.name.clone(), full_address(parts, &author.url))).collect();
    let posts: Vec<(String, String)> =
        edition.posts.iter().map(|post| (post.title.clone(), full_address(parts, &post.url))).collect();
    let subject = Edition {
        number: edition.number,
        published: page.published.as_deref().unwrap_or_default(),
        authors: borrowed(&authors),
        posts: borrowed(&posts),
    };
    write(parts, page, &Subject::Edition(subject))
}

/// Writes that of the front page.
pub fn home(parts: &Parts, page: &view::Page) -> String {
    write(parts, page, &Subject::Home)
}

/// Writes that of a list.
pub fn collection(parts: &Parts, page: &view::Page) -> String {
    write(parts, page, &Subject::Collection)
}

/// Writes that of a plain page.
pub fn plain(parts: &Parts, page: &view::Page) -> String {
    write(parts, page, &Subject::Other)
}

/// Writes that of a term: an organisation, a person, or a mere list.
pub fn entity(
    parts: &Parts,
    page: &view::Page,
    term: EntityId,
    profile: Option<&view::Profile>,
    shown: &[PostId],
) -> String {
    let newsroom = &parts.newsroom;
    let entity = newsroom.registry.get(term);
    let taxonomy = entity.taxonomy.as_str();
    if !parts.config.taxonomy(taxonomy).is_some_and(|taxonomy| taxonomy.entity) {
        return collection(parts, page);
    }
    let logo = profile.and_then(|profile| profile.logo.as_deref()).map(|logo| full_address(parts, logo));
    let parent = profile.and_then(|profile| profile.parent.as_ref());
    let url_of_parent = parent.map(|parent| full_address(parts, &parent.url));
    let posts: Vec<(String, String)> = shown
        .iter()
        .map(|id: &PostId| {
            let article = newsroom.post(*id);
            (article.post.entry.title.clone(), parts.config.permalink(&article.url))
        })
        .collect();
    let subject = Entity {
        kind: match taxonomy {
            "companies" => Kind::Organization,
            "people" | AUTHORS => Kind::Person,
            _ => Kind::Thing,
        },
        name: &entity.name,
        aliases: entity.aliases.iter().map(String::as_str).collect(),
        description: newsroom.profile_of(term).map_or("", |profile| &profile.entry.summary.text),
        official_site: profile.map_or("", |profile| &profile.site),
        profiles: profile
            .map(|profile| profile.links.iter().map(|link| link.url.as_str()).collect())
            .unwrap_or_default(),
        image: logo.as_deref().unwrap_or_default(),
        ticker: profile.map_or("", |profile| &profile.ticker),
        parent: parent.map(|parent| Link { name: &parent.title, url: url_of_parent.as_deref().unwrap_or_default() }),
        posts: borrowed(&posts),
    };
    write(parts, page, &if taxonomy == AUTHORS { Subject::Author(subject) } else { Subject::Entity(subject) })
}

/// Writes that of the ledger.
pub fn ledger(parts: &Parts, page: &view::Page) -> String {
    let address =
        |url: &str| if parts.plan.at_url(url).is_some() { parts.config.permalink(url) } else { String::new() };
    let (csv, json) = (address("/deals.csv"), address("/deals.json"));
    let modified = parts.newsroom.ledger.deals.first().map(|deal| deal.newest.iso_date()).unwrap_or_default();
    write(parts, page, &Subject::Ledger(Ledger { modified: &modified, csv_url: &csv, json_url: &json }))
}

/// Writes that of a deal.
pub fn deal(parts: &Parts, page: &view::Page, deal: &view::Deal) -> String {
    let parties: Vec<(String, String)> =
        deal.parties.iter().map(|party| (party.link.title.clone(), full_address(parts, &party.link.url))).collect();
    let reports: Vec<(String, String)> =
        deal.history.iter().map(|report| (report.post.title.clone(), full_address(parts, &report.post.url))).collect();
    let first = deal.history.last().map_or("", |report| report.date.iso.as_str());
    let last = deal.history.first().map_or("", |report| report.date.iso.as_str());
    let subject = Deal {
        parties: parties.iter().map(|(name, url)| Mention { kind: Kind::Organization, name, url }).collect(),
        published: first,
        modified: last,
        reports: borrowed(&reports),
        keywords: vec![&deal.kind, &deal.status],
    };
    write(parts, page, &Subject::Deal(subject))
}
