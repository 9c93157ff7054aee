//! Printing: each route is rendered and staged, but for what stands in the output already.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};

use rayon::prelude::*;

use super::watch::Watch;
use crate::cache::{Reason, SavedPage};
use crate::diagnostic::{self, Diagnostic};
use crate::disk::DiskWorkspace;
use crate::disk::publication::{Contents, Publication, PublishError, Staged};
use crate::fingerprint::Fingerprint;
use crate::render::email::Mails;
use crate::render::{Rendered, html, machine};
use crate::site::{OutPath, Route};
use crate::snapshot::Snapshot;
use crate::source::SourcePath;

/// What came of all routes.
#[derive(Default)]
pub(super) struct PrintRun {
    /// The files of the site.
    pub(super) files: Vec<Staged>,
    /// What the next build has to know of those that have a key.
    pub(super) pages: Vec<SavedPage>,
    /// What was wrong with content and templates.
    pub(super) problems: Vec<Diagnostic>,
}

/// What came of a route.
struct Printed {
    file: Staged,
    page: Option<SavedPage>,
}

/// Why a route could not be printed.
enum Problem {
    /// The content or a template is at fault.
    Content(Box<Diagnostic>),
    /// The disk is.
    Publish(PublishError),
}

/// Renders routes, but for pages whose key says that they are in the output already.
pub(super) struct Press<'a> {
    snapshot: &'a Snapshot,
    workspace: &'a DiskWorkspace,
    publication: &'a Publication<'a>,
    pages_before: HashMap<&'a str, &'a SavedPage>,
}

impl<'a> Press<'a> {
    /// Takes what there is to print, and what is known of the pages in the output.
    pub(super) fn new(
        snapshot: &'a Snapshot,
        workspace: &'a DiskWorkspace,
        publication: &'a Publication<'a>,
        pages_before: &'a [SavedPage],
    ) -> Self {
        let pages_before = pages_before.iter().map(|page| (page.path.as_str(), page)).collect();
        Self { snapshot, workspace, publication, pages_before }
    }

    /// Prints every route of the site, on all threads. `progress` is told how many of how many are done.
    ///
    /// # Errors
    /// The disk fails.
    pub(super) fn print_all(
        &self,
        watch: &Watch,
        progress: &(dyn Fn(usize, usize) + Sync),
    ) -> Result<PrintRun, PublishError> {
        let routes = self.snapshot.parts.plan.routes();
        let done = AtomicUsize::new(0);
        let printed: Vec<Result<Printed, Problem>> = routes
            .par_iter()
            .map_init(
                || Mails::of(self.snapshot),
                |mails, (path, route)| {
                    let printed = watch.during(path, || self.print(path, route, mails));
                    let done = done.fetch_add(1, Ordering::Relaxed) + 1;
                    if done.is_multiple_of(64) {
                        progress(done, routes.len());
                    }
                    printed
                },
            )
            .collect();
        let mut run = PrintRun { files: Vec::with_capacity(printed.len()), ..PrintRun::default() };
        for result in printed {
            match result {
                Ok(Printed { file, page }) => {
                    run.files.push(file);
                    run.pages.extend(page);
                }
                Err(Problem::Content(problem)) => run.problems.push(*problem),
                Err(Problem::Publish(error)) => return Err(error),
            }
        }
        run.problems = diagnostic::fold(run.problems);
        Ok(run)
    }

    /// Renders a route and stages the file, or keeps the one that stands there.
    fn print(&self, path: &OutPath, route: &Route, mails: &mut Mails<'_>) -> Result<Printed, Problem> {
        let Some(page) = html::prepare(self.snapshot, route) else {
            return self.print_file(path, route, mails);
        };
        let key = page.key(self.snapshot);
        if let Some(printed) = self.printed_before(path, key) {
            return Ok(printed);
        }
        let record = self.record(path, key, page.inputs(self.snapshot));
        let html = html::finish(self.snapshot, page).map_err(|problem| Problem::Content(Box::new(problem)))?;
        let file = self.publication.stage(path, &Contents::Bytes(html.as_bytes())).map_err(Problem::Publish)?;
        Ok(Printed { file, page: Some(record) })
    }

    fn print_file(&self, path: &OutPath, route: &Route, mails: &mut Mails<'_>) -> Result<Printed, Problem> {
        let mut record = None;
        if let Some(inputs) = machine::inputs(self.snapshot, route) {
            let key = html::key_of(inputs.iter().copied());
            if let Some(printed) = self.printed_before(path, key) {
                return Ok(printed);
            }
            record = Some(self.record(path, key, inputs.into_iter()));
        }
        let rendered = match route {
            Route::Email(index, format) => mails.render(*index, *format).map(|text| Rendered::Bytes(text.into_bytes())),
            _ => machine::render(self.snapshot, path, route),
        };
        let staged = match rendered.map_err(|problem| Problem::Content(Box::new(problem)))? {
            Rendered::Bytes(bytes) => self.publication.stage(path, &Contents::Bytes(&bytes)),
            Rendered::CopyOf(source) => {
                let source = SourcePath::new(source);
                let media = self.snapshot.parts.media.by_source(source.as_str());
                let fingerprint = media.map(|(media, _)| media.fingerprint).unwrap_or_default();
                self.publication.stage(path, &Contents::CopyOf(&self.workspace.locate(&source), fingerprint))
            }
        };
        staged.map(|file| Printed { file, page: record }).map_err(Problem::Publish)
    }

    /// Gives what stands in the output already: made of the same, and as it was written.
    fn printed_before(&self, path: &OutPath, key: Fingerprint) -> Option<Printed> {
        let before = self.pages_before.get(path.as_str()).filter(|before| before.key == key)?;
        let written = self.publication.untouched(path)?;
        Some(Printed { file: self.publication.keep(path, written), page: Some((*before).clone()) })
    }

    /// Notes what a page is made of, for the next build.
    fn record(
        &self,
        path: &OutPath,
        key: Fingerprint,
        inputs: impl Iterator<Item = (&'static str, Fingerprint)>,
    ) -> SavedPage {
        let before = self.pages_before.get(path.as_str()).copied();
        let inputs: Vec<(&str, u32)> = inputs.map(|(name, digest)| (name, short(name, digest))).collect();
        let reason = reason(before, key, &inputs);
        let inputs = inputs.into_iter().map(|(_, digest)| digest).collect();
        SavedPage { path: path.as_str().to_owned(), key, inputs, reason }
    }
}

/// Makes a short digest of something that a page depends on and its name. Only explanations rest on it.
fn short(name: &str, digest: Fingerprint) -> u32 {
    (Fingerprint::of_bytes(name.as_bytes()).0 ^ digest.0) as u32
}

/// Says why a page is rendered.
fn reason(before: Option<&SavedPage>, key: Fingerprint, inputs: &[(&str, u32)]) -> Reason {
    let Some(before) = before else { return Reason::New };
    if before.key == key {
        return Reason::Output;
    }
    let changed = inputs.iter().filter(|(_, digest)| !before.inputs.contains(digest));
    let changed: Vec<String> = changed.map(|(name, _)| html::name_of_input(name)).collect();
    if changed.is_empty() { Reason::Fewer } else { Reason::Changed(changed.join(", ")) }
}
