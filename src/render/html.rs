//! Pages for readers: variables, key, template.

use std::cell::Cell;
use std::rc::Rc;
use std::sync::Arc;

use super::variables::Variables;
use super::{asked, deals, lists, story};
use crate::content::entry::Entry;
use crate::content::post::Post;
use crate::diagnostic::{Diagnostic, Place};
use crate::fingerprint::{Fingerprint, FingerprintBuilder};
use crate::newsroom::EntityLink;
use crate::site::Route;
use crate::snapshot::Snapshot;
use crate::theme;

/// A page before its template has run.
pub struct Page<'s> {
    /// The template.
    pub template: &'static str,
    /// The variables.
    pub variables: Variables<'s>,
    /// The text that is filled in last, because it costs most.
    pub text: Option<Text<'s>>,
    /// The file or address to name when the template fails.
    pub subject: String,
}

/// A text that belongs into a field of a variable.
pub struct Text<'s> {
    /// Where it goes to, for the variable that shows it.
    pub slot: Slot,
    /// Where the text stands.
    pub entry: &'s Entry,
    /// The post that it is of, whose text the cache may have left out.
    pub post: Option<&'s Arc<Post>>,
    /// The names in it that become links.
    pub links: &'s [EntityLink],
    /// The digest of all that its rendering depends on.
    pub fingerprint: Fingerprint,
}

/// A place for a text that is rendered after the page was prepared and before its variables are made.
#[derive(Clone, Default)]
pub struct Slot(Rc<Cell<String>>);

impl Slot {
    /// Takes the text, for the one variable that shows it; an empty one before it is rendered.
    pub fn take(&self) -> String {
        self.0.take()
    }

    fn fill(&self, text: String) {
        self.0.set(text);
    }
}

/// Collects what a page shows; `None` for routes that are no page.
pub fn prepare<'s>(snapshot: &'s Snapshot, route: &Route) -> Option<Page<'s>> {
    let mut page = match route {
        Route::Front(number) => lists::front(snapshot, *number),
        Route::Post(id) => story::post(snapshot, *id),
        Route::Page(index) => story::page(snapshot, *index),
        Route::Section(index, number) => lists::section(snapshot, *index, *number),
        Route::Archive => lists::archive(snapshot),
        Route::ArchiveYear(year) => lists::archive_year(snapshot, *year),
        Route::Taxonomy(index) => lists::taxonomy(snapshot, *index),
        Route::Term(term, number) => lists::term(snapshot, *term, *number),
        Route::Editions(number) => lists::editions(snapshot, *number),
        Route::Edition(index) => story::edition(snapshot, *index),
        Route::Ledger => deals::ledger_page(snapshot),
        Route::Deal(index) => deals::deal_page(snapshot, *index),
        Route::NotFound => story::not_found(snapshot),
        Route::Redirect(target) => story::redirect(snapshot, target),
        _ => return None,
    };
    let (site, fingerprint) = &snapshot.site;
    page.variables.add_later("site", *fingerprint, || site.clone());
    Some(page)
}

/// Names of what a page depends on besides its variables.
pub(super) const PROGRAM: &str = "program";
pub(super) const SETTINGS: &str = "settings";
pub(super) const TEXT: &str = "text";

impl Page<'_> {
    /// Gives the digest of all that the page depends on.
    pub fn key(&self, snapshot: &Snapshot) -> Fingerprint {
        let template = ("template", Fingerprint::of_bytes(self.template.as_bytes()));
        key_of(std::iter::once(template).chain(self.inputs(snapshot)))
    }

    /// Gives the digest of each thing that the page depends on.
    pub fn inputs<'p>(&'p self, snapshot: &'p Snapshot) -> impl Iterator<Item = (&'static str, Fingerprint)> + 'p {
        let variables = self.variables.read_by(&snapshot.theme, self.template);
        let text = self.text.as_ref().map(|text| (TEXT, text.fingerprint));
        let asked = snapshot.asked_by(self.template).iter().copied();
        let of_all = [(PROGRAM, snapshot.base), (SETTINGS, snapshot.settings)];
        of_all.into_iter().chain(asked).chain(variables).chain(text)
    }
}

/// Gives the digest of all that something depends on, from those of each thing.
pub fn key_of(inputs: impl IntoIterator<Item = (&'static str, Fingerprint)>) -> Fingerprint {
    let mut builder = FingerprintBuilder::default();
    for (name, digest) in inputs {
        builder.add_bytes(name.as_bytes());
        builder.add_fingerprint(digest);
    }
    builder.finish()
}

/// Gives the words for something that a page depends on.
pub fn name_of_input(name: &str) -> String {
    match name {
        PROGRAM => "the program, the templates or the theme's files".to_owned(),
        SETTINGS => "masthead.yaml".to_owned(),
        TEXT => "the text".to_owned(),
        asked::POSTS | asked::DEALS | asked::FILES => format!("what `{name}` finds"),
        variable => format!("`{variable}`"),
    }
}

/// Runs the template of a page.
///
/// # Errors
/// The page's template or that of a block in its text fails.
pub fn finish(snapshot: &Snapshot, page: Page<'_>) -> Result<String, Diagnostic> {
    if let Some(text) = &page.text {
        let full = text.post.map(|post| snapshot.parts.texts.full(post));
        let entry = full.as_ref().map_or(text.entry, |post| &post.entry);
        text.slot.fill(super::body::web(snapshot, entry, text.links)?);
    }
    let known: Vec<&str> = page.variables.names().collect();
    let context = page.variables.into_context(&snapshot.theme, page.template);
    let html = theme::render(&snapshot.engine, page.template, &context, &page.subject)
        .map_err(|problem| theme::undefined::explained(problem, &known))?;
    // A file that was emptied by mistake would empty every page of its kind.
    if html.trim_start().is_empty() {
        return Err(Diagnostic::error("empty-page", format!("the template `{}` writes nothing", page.template))
            .at(Place::file(theme::path_of(page.template)))
            .with_help(format!("it was rendering `{}`", page.subject))
            .with_help("delete the file to have the built-in template"));
    }
    Ok(html)
}

/// Gives the digest of all that rendering a text depends on.
pub fn text_fingerprint(snapshot: &Snapshot, entry: &Entry, links: &[EntityLink]) -> Fingerprint {
    use crate::content::markdown::HoleKind;
    let parts = &snapshot.parts;
    let mut builder = FingerprintBuilder::default();
    builder.add_fingerprint(entry.fingerprint);
    let fragments = std::iter::once(&*entry.body.content).chain(entry.body.blocks.iter().map(|block| &block.body));
    for hole in fragments.flat_map(|fragment| &fragment.holes) {
        match &hole.kind {
            HoleKind::ContentLink { path, .. } => {
                let url = super::body::content_target(parts, path).and_then(|target| parts.newsroom.url_of(target));
                builder.add_bytes(url.unwrap_or_default().as_bytes());
            }
            HoleKind::FileLink { path, .. } => {
                builder.add_bytes(parts.media.by_source(path).map_or("", |(_, url)| url).as_bytes());
            }
            HoleKind::Image { path, .. } => builder.add(&super::body::find_picture(parts, path)),
            HoleKind::SiteLink { .. } => {}
            HoleKind::Block(index) => {
                builder.add_fingerprint(snapshot.site.1);
                let block = entry.body.blocks.get(*index as usize);
                // What has no template fails when the page is rendered.
                let template = block.and_then(|block| snapshot.theme.block_template(&block.name).ok());
                for (_, digest) in template.iter().flat_map(|template| snapshot.asked_by(template)) {
                    builder.add_fingerprint(*digest);
                }
            }
        }
    }
    for block in &entry.body.blocks {
        // What cannot be shown fails when the page is rendered.
        builder.add(&super::body::block_view(parts, &entry.source, block, String::new()).ok());
    }
    for link in links {
        builder.add(&(link.start, link.end));
        if parts.config.outputs.terms {
            builder.add_bytes(parts.newsroom.term_url(link.entity).as_bytes());
        }
    }
    builder.finish()
}
