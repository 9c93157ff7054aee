//! Each kind of page, as the node of the page and the node of what it is about.

use super::nodes::{
    Json, Node, articles, authors, breadcrumbs_id, image, mention, organization, page_id, periodical_id, publisher_id,
    site_id, source, subject_id, type_of,
};
use super::{Article, Deal, Edition, Entity, Kind, Ledger, Page, Site, Subject};

/// Describes the page itself.
pub(super) fn page(site: &Site<'_>, page: &Page<'_>, subject: &Subject<'_>) -> Json {
    let kind = match subject {
        Subject::Author(_) => "ProfilePage",
        Subject::Home | Subject::Collection => "CollectionPage",
        Subject::Article(_)
        | Subject::Entity(_)
        | Subject::Edition(_)
        | Subject::Ledger(_)
        | Subject::Deal(_)
        | Subject::Other => "WebPage",
    };
    let node = Node::new(kind)
        .id(page_id(page.url))
        .text("url", page.url)
        .text("name", page.title)
        .text("description", page.description)
        .text("inLanguage", language(site, page))
        .set("isPartOf", Json::reference(&site_id(site)));
    let node =
        if page.breadcrumbs.is_empty() { node } else { node.set("breadcrumb", Json::reference(&breadcrumbs_id(page))) };
    match subject {
        Subject::Home => node.set("about", Json::reference(&publisher_id(site))),
        Subject::Collection | Subject::Other => node,
        Subject::Entity(entity) | Subject::Author(entity) => {
            node.set("mainEntity", Json::reference(&subject_id(page.url))).set("hasPart", articles(&entity.posts))
        }
        Subject::Article(_) | Subject::Edition(_) | Subject::Ledger(_) | Subject::Deal(_) => {
            node.set("mainEntity", Json::reference(&subject_id(page.url)))
        }
    }
    .build()
}

fn language<'a>(site: &Site<'a>, page: &Page<'a>) -> &'a str {
    if page.language.is_empty() { site.language } else { page.language }
}

/// Describes what the page is about, where that is more than the page.
pub(super) fn main_entity(site: &Site<'_>, page: &Page<'_>, subject: &Subject<'_>) -> Vec<Json> {
    match subject {
        Subject::Home | Subject::Collection | Subject::Other => vec![],
        Subject::Article(subject) => vec![article(site, page, subject)],
        Subject::Entity(subject) | Subject::Author(subject) => vec![entity(page, subject)],
        Subject::Edition(subject) => vec![edition(site, page, subject), periodical(site)],
        Subject::Ledger(subject) => vec![ledger(site, page, subject)],
        Subject::Deal(subject) => vec![deal(site, page, subject)],
    }
}

fn article(site: &Site<'_>, page: &Page<'_>, article: &Article<'_>) -> Json {
    let Article { published, modified, authors: by, sources, about, images, category, tags, words } = article;
    Node::new("NewsArticle")
        .id(subject_id(page.url))
        .text("url", page.url)
        .text("headline", page.title)
        .text("description", page.description)
        .text("datePublished", published)
        .text("dateModified", if modified.is_empty() { published } else { modified })
        .set("author", authors(site, by))
        .set("publisher", Json::reference(&publisher_id(site)))
        .set("mainEntityOfPage", Json::reference(&page_id(page.url)))
        .set("isPartOf", Json::reference(&site_id(site)))
        .set("image", images.iter().map(image).collect())
        .text("articleSection", category)
        .texts("keywords", tags)
        .set("about", about.iter().map(mention).collect())
        .set("isBasedOn", sources.iter().map(source).collect())
        .set("wordCount", if *words == 0 { Json::NONE } else { (*words).into() })
        .text("inLanguage", language(site, page))
        .set("isAccessibleForFree", true.into())
        .build()
}

fn entity(page: &Page<'_>, entity: &Entity<'_>) -> Json {
    let Entity { kind, name, aliases, description, official_site, profiles, image, ticker, parent, posts: _ } = entity;
    // Only a corporation has shares; only a person works for somebody.
    let type_name = if *kind == Kind::Organization && !ticker.is_empty() { "Corporation" } else { type_of(*kind) };
    let parent = parent.map(|parent| organization(parent.name, parent.url));
    let (parent_property, parent) = match (kind, parent) {
        (Kind::Organization, Some(parent)) => ("parentOrganization", parent.build()),
        (Kind::Person, Some(parent)) => ("worksFor", parent.build()),
        (Kind::Thing, _) | (_, None) => ("", Json::NONE),
    };
    let elsewhere: Vec<&str> = [*official_site].into_iter().chain(profiles.iter().copied()).collect();
    Node::new(type_name)
        .id(subject_id(page.url))
        .text("name", name)
        .texts("alternateName", aliases)
        .text("description", description)
        .text("url", page.url)
        .texts("sameAs", &elsewhere)
        .text(if *kind == Kind::Organization { "logo" } else { "image" }, image)
        .text("tickerSymbol", if type_name == "Corporation" { ticker } else { "" })
        .set(parent_property, parent)
        .set("mainEntityOfPage", Json::reference(&page_id(page.url)))
        .build()
}

fn edition(site: &Site<'_>, page: &Page<'_>, edition: &Edition<'_>) -> Json {
    let Edition { number, published, authors: by, posts } = edition;
    Node::new("PublicationIssue")
        .id(subject_id(page.url))
        .text("url", page.url)
        .text("name", page.title)
        .text("description", page.description)
        .set("issueNumber", number.map_or(Json::NONE, Json::from))
        .text("datePublished", published)
        .set("isPartOf", Json::reference(&periodical_id(site)))
        .set("author", authors(site, by))
        .set("publisher", Json::reference(&publisher_id(site)))
        .set("hasPart", articles(posts))
        .text("inLanguage", site.language)
        .set("isAccessibleForFree", true.into())
        .build()
}

fn periodical(site: &Site<'_>) -> Json {
    Node::new("Periodical")
        .id(periodical_id(site))
        .text("name", site.title)
        .text("url", site.home_url)
        .set("publisher", Json::reference(&publisher_id(site)))
        .build()
}

fn ledger(site: &Site<'_>, page: &Page<'_>, ledger: &Ledger<'_>) -> Json {
    let Ledger { modified, csv_url, json_url } = ledger;
    let files = [("text/csv", csv_url), ("application/json", json_url)];
    let distribution = files.iter().filter(|(_, url)| !url.is_empty()).map(|(media_type, url)| {
        Node::new("DataDownload").text("encodingFormat", media_type).text("contentUrl", url).build()
    });
    Node::new("Dataset")
        .id(subject_id(page.url))
        .text("url", page.url)
        .text("name", page.title)
        .text("description", page.description)
        .text("dateModified", modified)
        .set("creator", Json::reference(&publisher_id(site)))
        .set("distribution", distribution.collect())
        .text("inLanguage", site.language)
        .set("isAccessibleForFree", true.into())
        .build()
}

/// A deal itself has no type at schema.org; its page is a report on organisations, based on articles.
fn deal(site: &Site<'_>, page: &Page<'_>, deal: &Deal<'_>) -> Json {
    let Deal { parties, published, modified, reports, keywords } = deal;
    Node::new("Report")
        .id(subject_id(page.url))
        .text("url", page.url)
        .text("name", page.title)
        .text("headline", page.title)
        .text("description", page.description)
        .text("datePublished", published)
        .text("dateModified", if modified.is_empty() { published } else { modified })
        .set("author", Json::reference(&publisher_id(site)))
        .set("publisher", Json::reference(&publisher_id(site)))
        .set("about", parties.iter().map(mention).collect())
        .set("isBasedOn", articles(reports))
        .texts("keywords", keywords)
        .text("inLanguage", site.language)
        .set("isAccessibleForFree", true.into())
        .build()
}
