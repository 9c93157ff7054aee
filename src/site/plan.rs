//! Every path of the output, before anything is rendered. Two things on one path are an error that
//! names both.

use std::collections::HashMap;

use rayon::prelude::*;

use super::collision::{Origin, collision};
use super::out_path::{collision_key, file_of_url};
use super::{EmailFormat, FeedFormat, FeedScope, MediaLibrary, OutPath, Route};
use crate::config::Config;
use crate::diagnostic::{Diagnostic, Place};
use crate::newsroom::Newsroom;
use crate::theme::assets::Assets;

/// A sitemap holds at most this many addresses (sitemaps.org protocol 0.9).
pub const SITEMAP_URLS: usize = 50_000;

/// All paths of the output, in order.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    routes: Vec<(OutPath, Route)>,
    by_path: HashMap<OutPath, u32>,
}

impl Plan {
    /// Lists all paths with what stands there.
    pub fn iter(&self) -> impl Iterator<Item = (&OutPath, &Route)> {
        self.routes.iter().map(|(path, route)| (path, route))
    }

    /// Gives the paths as a slice, for parallel work.
    pub fn routes(&self) -> &[(OutPath, Route)] {
        &self.routes
    }

    /// Finds what stands at a path.
    pub fn at(&self, path: &OutPath) -> Option<&Route> {
        self.by_path.get(path).map(|&index| &self.routes[index as usize].1)
    }

    /// Finds what stands at an address from the site's root on, without query and fragment.
    pub fn at_url(&self, url: &str) -> Option<&Route> {
        let file = file_of_url(url);
        self.by_path.get(&*file).map(|&index| &self.routes[index as usize].1)
    }
}

struct Planner<'a> {
    config: &'a Config,
    newsroom: &'a Newsroom,
    routes: Vec<(OutPath, Route, Origin)>,
    diagnostics: Vec<Diagnostic>,
}

/// Plans the output.
pub fn plan(config: &Config, newsroom: &Newsroom, media: &MediaLibrary, assets: &Assets) -> (Plan, Vec<Diagnostic>) {
    let mut planner = Planner { config, newsroom, routes: vec![], diagnostics: vec![] };
    planner.content();
    planner.lists();
    planner.terms();
    planner.ledger();
    planner.files(media, assets);
    planner.redirects();
    planner.machine_files();
    planner.finish()
}

impl Planner<'_> {
    fn add(&mut self, url: &str, route: Route, origin: Origin) {
        match OutPath::of_url(url) {
            Ok(path) => self.routes.push((path, route, origin)),
            Err(reason) => {
                let mut diagnostic =
                    Diagnostic::error("bad-address", format!("`{url}` can't be a file of the site: {reason}"));
                if let Some(place) = origin.place() {
                    diagnostic = diagnostic.at(place);
                }
                self.diagnostics.push(diagnostic.with_help("rename the file, or give it another `slug`"));
            }
        }
    }

    fn content(&mut self) {
        for (id, article) in (0..).zip(&self.newsroom.posts) {
            let source = || Origin::File(article.post.entry.source.clone());
            self.add(&article.url, Route::Post(id), source());
            if self.config.outputs.mirrors {
                self.add(&mirror_url(&article.url), Route::Mirror(id), source());
            }
        }
        for (index, issue) in (0..).zip(&self.newsroom.editions) {
            let source = || Origin::File(issue.edition.entry.source.clone());
            self.add(&issue.url, Route::Edition(index), source());
            if self.config.outputs.email {
                for format in EmailFormat::ALL {
                    self.add(&email_url(&issue.url, format), Route::Email(index, format), source());
                }
            }
        }
        for (index, page) in (0..).zip(&self.newsroom.pages) {
            self.add(&page.url, Route::Page(index), Origin::File(page.entry.source.clone()));
        }
    }

    fn lists(&mut self) {
        let posts = self.newsroom.posts.len();
        self.paginated("/", posts, Route::Front, || Origin::BuiltIn("the front page"));
        for (index, section) in (0..).zip(&self.newsroom.sections) {
            let origin = || match &section.about {
                Some(about) => Origin::File(about.entry.source.clone()),
                None => Origin::Section(section.name.clone()),
            };
            self.paginated(&section.url, section.posts.len(), |page| Route::Section(index, page), origin);
        }
        if !self.newsroom.editions.is_empty() {
            let editions = self.newsroom.editions.len();
            self.paginated("/editions/", editions, Route::Editions, || Origin::BuiltIn("the list of editions"));
        }
        if self.config.outputs.archive && posts > 0 {
            self.add("/archive/", Route::Archive, Origin::BuiltIn("the archive"));
            let mut years: Vec<i16> = self.newsroom.posts.iter().map(|article| article.post.date.year()).collect();
            years.dedup();
            years.sort_unstable();
            years.dedup();
            for year in years {
                self.add(&format!("/archive/{year}/"), Route::ArchiveYear(year), Origin::BuiltIn("the archive"));
            }
        }
    }

    fn terms(&mut self) {
        if !self.config.outputs.terms {
            return;
        }
        let registry = &self.newsroom.registry;
        for (index, taxonomy) in (0..).zip(&self.config.taxonomies) {
            if registry.entities().iter().any(|entity| entity.taxonomy == taxonomy.name) {
                self.add(
                    &format!("/{}/", taxonomy.name),
                    Route::Taxonomy(index),
                    Origin::BuiltIn("the list of a taxonomy"),
                );
            }
        }
        for term in registry.ids() {
            let url = self.newsroom.term_url(term);
            let entity = registry.get(term);
            let origin = || match self.newsroom.profile_of(term) {
                Some(profile) => Origin::File(profile.entry.source.clone()),
                None => Origin::Term(format!("`{}` in `{}`", entity.name, entity.taxonomy)),
            };
            let posts = self.newsroom.posts_of(term).len();
            self.paginated(&url, posts, |page| Route::Term(term, page), origin);
            if self.config.outputs.term_feeds && posts > 0 {
                self.add(&format!("{url}feed.xml"), Route::Feed(FeedFormat::Rss, FeedScope::Term(term)), origin());
            }
            for old in &entity.old_slugs {
                let old_url = format!("/{}/{old}/", entity.taxonomy);
                if self.config.outputs.redirects {
                    self.add(&old_url, Route::Redirect(url.clone()), origin());
                }
            }
        }
    }

    fn ledger(&mut self) {
        let deals = &self.newsroom.ledger.deals;
        if deals.is_empty() {
            return;
        }
        if self.config.outputs.ledger {
            self.add("/deals/", Route::Ledger, Origin::BuiltIn("the ledger"));
            for (index, deal) in (0..).zip(deals) {
                self.add(&format!("/deals/{}/", deal.id), Route::Deal(index), Origin::BuiltIn("a deal of the ledger"));
            }
        }
        if self.config.outputs.ledger_data {
            self.add("/deals.json", Route::DealsJson, Origin::BuiltIn("the ledger as data"));
            self.add("/deals.schema.json", Route::DealsSchema, Origin::BuiltIn("the ledger as data"));
            self.add("/deals.csv", Route::DealsCsv, Origin::BuiltIn("the ledger as data"));
        }
    }

    fn files(&mut self, media: &MediaLibrary, assets: &Assets) {
        for (media, url) in media.iter() {
            if url.contains('%') {
                let message = format!("`%` in the name of `{}` means something else in an address", media.source);
                self.diagnostics.push(
                    Diagnostic::warning("percent-in-name", message)
                        .at(Place::file(media.source.clone()))
                        .with_help("rename the file, or no link to it works"),
                );
            }
            self.add(url, Route::Copy(media.source.as_str().to_owned()), Origin::File(media.source.clone()));
        }
        for (name, asset) in assets.iter() {
            // A user's file of the same name, whatever lies behind it, is the one that counts.
            if media.by_url(&asset.url).is_none() {
                self.add(&asset.url, Route::Asset(name.to_owned()), Origin::BuiltIn("a file of the theme"));
            }
        }
    }

    fn redirects(&mut self) {
        if !self.config.outputs.redirects {
            return;
        }
        let posts = self.newsroom.posts.iter().map(|article| (&article.post.entry, article.url.clone()));
        let editions = self.newsroom.editions.iter().map(|issue| (&issue.edition.entry, issue.url.clone()));
        let pages = self.newsroom.pages.iter().map(|page| (&*page.entry, page.url.clone()));
        let terms = self.newsroom.registry.ids().filter(|_| self.config.outputs.terms);
        let profiles = terms.filter_map(|term| {
            let profile = self.newsroom.profile_of(term)?;
            Some((&profile.entry, self.newsroom.term_url(term)))
        });
        let about = self.newsroom.sections.iter().filter_map(|section| Some((section.about.as_ref()?, &section.url)));
        let sections = about.map(|(about, url)| (&about.entry, url.clone()));
        let front = self.newsroom.front.iter().map(|front| (&front.entry, "/".to_owned()));
        let all: Vec<_> = posts.chain(editions).chain(pages).chain(profiles).chain(sections).chain(front).collect();
        let mut any = self.routes.iter().any(|(_, route, _)| matches!(route, Route::Redirect(_)));
        for (entry, url) in all {
            for (alias, position) in &entry.aliases {
                any = true;
                self.add(alias, Route::Redirect(url.clone()), Origin::Alias(entry.place(*position)));
            }
        }
        if any {
            self.add("/_redirects", Route::RedirectsFile, Origin::BuiltIn("the list of redirects"));
        }
    }

    fn machine_files(&mut self) {
        let outputs = &self.config.outputs;
        let feeds =
            [(outputs.rss, FeedFormat::Rss), (outputs.atom, FeedFormat::Atom), (outputs.json_feed, FeedFormat::Json)];
        for (wanted, format) in feeds {
            if wanted {
                self.add(
                    &format!("/{}", format.file_name()),
                    Route::Feed(format, FeedScope::Site),
                    Origin::BuiltIn("a feed"),
                );
            }
        }
        let outputs = &self.config.outputs;
        let single = [
            (true, "/404.html", Route::NotFound),
            (outputs.headers, "/_headers", Route::HeadersFile),
            (outputs.robots, "/robots.txt", Route::Robots),
            (outputs.llms, "/llms.txt", Route::Llms),
        ];
        for (wanted, url, route) in single {
            if wanted {
                self.add(url, route, Origin::BuiltIn("a file that Masthead makes"));
            }
        }
        if self.config.outputs.sitemap {
            let pages = self.routes.iter().filter(|(_, route, _)| route.is_page()).count();
            if pages <= SITEMAP_URLS {
                self.add("/sitemap.xml", Route::Sitemap(0), Origin::BuiltIn("the sitemap"));
            } else {
                self.add("/sitemap.xml", Route::SitemapIndex, Origin::BuiltIn("the sitemap"));
                for part in 0..pages.div_ceil(SITEMAP_URLS) {
                    self.add(
                        &format!("/sitemap-{}.xml", part + 1),
                        Route::Sitemap(part as u32),
                        Origin::BuiltIn("the sitemap"),
                    );
                }
            }
        }
    }

    fn paginated(&mut self, url: &str, items: usize, route: impl Fn(u32) -> Route, origin: impl Fn() -> Origin) {
        for page in 1..=pages(items, self.config.posts_per_page) {
            self.add(&page_url(url, page), route(page), origin());
        }
    }

    /// Says whether two mirrors or mails meet because their pages do: once is enough to say so.
    fn is_said_of_pages(&self, first: &Route, second: &Route) -> bool {
        let key = |url: Option<&String>| url.map(|url| collision_key(url));
        match (first, second) {
            (&Route::Mirror(a), &Route::Mirror(b)) => {
                let url = |id: u32| self.newsroom.posts.get(id as usize).map(|article| &article.url);
                key(url(a)) == key(url(b))
            }
            (Route::Email(..), Route::Email(..)) => true,
            _ => false,
        }
    }

    fn finish(mut self) -> (Plan, Vec<Diagnostic>) {
        self.routes.par_sort_by(|a, b| a.0.cmp(&b.0));
        let mut by_key: HashMap<String, usize> = HashMap::with_capacity(self.routes.len());
        for (index, (path, route, origin)) in self.routes.iter().enumerate() {
            let first = *by_key.entry(collision_key(path.as_str())).or_insert(index);
            if first != index && !self.is_said_of_pages(&self.routes[first].1, route) {
                let (first_path, _, first) = &self.routes[first];
                self.diagnostics.push(collision(first_path, first, path, origin));
            }
        }
        // A file can't stand where another path needs a folder.
        let mut before = "";
        for (path, _, origin) in &self.routes {
            let path_text = path.as_str();
            // In order: a folder that the path before has too was looked at.
            let new = path_text.match_indices('/').filter(|(at, _)| before.get(..=*at) != path_text.get(..=*at));
            for (at, _) in new {
                if let Some(&other) = by_key.get(&collision_key(&path_text[..at])) {
                    let (first_path, _, first) = &self.routes[other];
                    self.diagnostics.push(collision(first_path, first, path, origin));
                }
            }
            before = path_text;
        }
        let mut plan =
            Plan { routes: Vec::with_capacity(self.routes.len()), by_path: HashMap::with_capacity(self.routes.len()) };
        for (path, route, _) in self.routes {
            plan.by_path.entry(path.clone()).or_insert(plan.routes.len() as u32);
            plan.routes.push((path, route));
        }
        (plan, self.diagnostics)
    }
}

/// Gives the number of pages of a list; a list with nothing in it has one.
pub(crate) fn pages(items: usize, per_page: u32) -> u32 {
    u32::try_from(items.div_ceil(per_page.max(1) as usize)).unwrap_or(u32::MAX).max(1)
}

/// Gives the address of a page of a list.
pub(crate) fn page_url(url: &str, page: u32) -> String {
    if page == 1 { url.to_owned() } else { format!("{url}page/{page}/") }
}

/// Gives the address of a post's Markdown.
pub(crate) fn mirror_url(url: &str) -> String {
    match url.strip_suffix(".html") {
        Some(stem) => format!("{stem}.md"),
        None if url.ends_with('/') => format!("{url}index.md"),
        None => format!("{url}.md"),
    }
}

/// Gives the address of a form of an edition's mail.
fn email_url(url: &str, format: EmailFormat) -> String {
    let extension = format.extension();
    match url.strip_suffix(".html") {
        Some(stem) => format!("{stem}-email.{extension}"),
        None if url.ends_with('/') => format!("{url}email.{extension}"),
        None => format!("{url}-email.{extension}"),
    }
}
