//! The variable `site`, which is the same on every page.

use tera::Value;

use super::{body, views};
use crate::config::{self, Config, ConfigLink, SignupForm};
use crate::content::markdown::{self, Fragment, Position};
use crate::diagnostic::Diagnostic;
use crate::fingerprint::Fingerprint;
use crate::newsroom::Newsroom;
use crate::site::{FeedFormat, view};
use crate::snapshot::Parts;
use crate::source::SourcePath;
use crate::theme::assets;

/// The script that adds comfort to pages.
const SCRIPT: &str = "js/site.js";

/// Makes the variable, with its digest.
pub fn variable(parts: &Parts) -> (Value, Fingerprint) {
    let view = site(parts);
    (Value::from_serializable(&view), Fingerprint::of(&view))
}

fn site(parts: &Parts) -> view::Site {
    let Parts { config, newsroom, assets, .. } = parts;
    let asset = |name: &str| assets.get(name).map(|asset| config.href(&asset.url)).unwrap_or_default();
    let standing = |url: &str| if parts.plan.at_url(url).is_some() { config.href(url) } else { String::new() };
    view::Site {
        title: config.title.clone(),
        tagline: config.tagline.clone(),
        description: config.description.clone(),
        language: config.language.clone(),
        direction: views::direction(&config.language),
        base_url: config.base_url.clone(),
        home: config.href("/"),
        navigation: match &config.navigation {
            Some(links) => links.iter().map(|link| own_link(config, link)).collect(),
            None => navigation(config, newsroom),
        },
        footer: config.footer.iter().map(|link| own_link(config, link)).collect(),
        profiles: config.profiles.iter().map(|link| own_link(config, link)).collect(),
        publisher: config.publisher.clone(),
        copyright: config.copyright.clone(),
        ledger_url: standing("/deals/"),
        editions_url: standing("/editions/"),
        feeds: feeds(config),
        signup: config.signup.as_ref().map(|form| view::Signup {
            action: form.action.clone(),
            email_field: form.email_field.clone(),
            honeypot_field: form.honeypot_field.clone(),
            hidden: form
                .hidden
                .iter()
                .map(|(name, value)| view::HiddenField { name: name.clone(), value: value.clone() })
                .collect(),
            title: form.title.clone(),
            text: form.text.clone(),
            button: form.button.clone(),
            privacy_html: body::line(parts, &privacy(form).0),
        }),
        date: newsroom
            .posts
            .first()
            .map(|article| article.post.date)
            .max(newsroom.editions.first().map(|issue| issue.edition.date))
            .map(views::date),
        latest_edition: newsroom.editions.first().map(|issue| views::edition_card(config, issue)),
        stylesheet: asset(assets::STYLESHEET),
        script: asset(SCRIPT),
        accent: config.accent.as_ref().map(|accent| accent.day.clone()),
        generator: concat!("Masthead ", env!("CARGO_PKG_VERSION")).to_owned(),
        extra: config.extra.clone(),
    }
}

/// Gives what is said of privacy as a line in which links from the root and to files are still open, and what is
/// wrong with others.
pub(super) fn privacy(form: &SignupForm) -> (Fragment, Vec<Diagnostic>) {
    let (line, column, length) = form.privacy_place;
    let place = Position { line, column, length };
    markdown::inline(&form.privacy, &markdown::Options::default(), &SourcePath::new(config::FILE_NAME), place)
}

fn own_link(config: &Config, link: &ConfigLink) -> view::Link {
    view::Link { title: link.title.clone(), url: config.href(&link.url) }
}

/// Gives the feeds of the whole site.
pub fn feeds(config: &Config) -> Vec<view::FeedLink> {
    let outputs = &config.outputs;
    [(outputs.rss, FeedFormat::Rss), (outputs.atom, FeedFormat::Atom), (outputs.json_feed, FeedFormat::Json)]
        .into_iter()
        .filter(|(wanted, _)| *wanted)
        .map(|(_, format)| view::FeedLink {
            title: format!("{} ({})", config.title, format.title()),
            url: config.href(&format!("/{}", format.file_name())),
            media_type: format.media_type().to_owned(),
        })
        .collect()
}

/// Chooses the entries on the rule under the name, where the publisher leaves it to the content.
fn navigation(config: &Config, newsroom: &Newsroom) -> Vec<view::Link> {
    let link = |title: &str, url: &str| view::Link { title: title.to_owned(), url: config.href(url) };
    let mut links: Vec<view::Link> =
        newsroom.sections.iter().take(4).map(|section| link(&section.title, &section.url)).collect();
    if !newsroom.editions.is_empty() {
        links.push(link("Editions", "/editions/"));
    }
    if config.outputs.ledger && !newsroom.ledger.deals.is_empty() {
        links.push(link("Deals", "/deals/"));
    }
    let has_terms = |name: &str| newsroom.registry.entities().iter().any(|entity| entity.taxonomy == name);
    if config.outputs.terms
        && let Some(companies) = config.taxonomy("companies").filter(|taxonomy| has_terms(&taxonomy.name))
    {
        links.push(link(&companies.title, "/companies/"));
    }
    if config.outputs.archive && !newsroom.posts.is_empty() {
        links.push(link("Archive", "/archive/"));
    }
    if let Some(about) = newsroom.pages.iter().find(|page| page.url == "/about/") {
        links.push(link(&about.entry.title, &about.url));
    }
    links
}
