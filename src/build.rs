//! A build: read, join, render what is not known already, publish.
//!
//! 1. [`load()`] reads the newsletter's folder.
//! 2. [`Snapshot::build`] joins what was read into a site.
//! 3. Every route is rendered, on all threads; what has changed is staged.
//! 4. The [`Publication`] makes the staged files the site, unless anything was wrong.
#![expect(clippy::disallowed_methods, reason = "`Clock` measures the stages of a build")]

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rayon::prelude::*;

use crate::diagnostic::{self, Diagnostic};
use crate::disk::DiskWorkspace;
use crate::disk::file_system::FileSystem;
use crate::disk::guard::{Refusal, resolve_output};
use crate::disk::publication::{Adoption, Contents, Publication, PublishError, Staged, Summary};
use crate::fingerprint::Fingerprint;
use crate::load::{Overrides, load};
use crate::newsroom::memory::Memory;
use crate::newsroom::timeline::Admission;
use crate::render::{Rendered, render};
use crate::site::{OutPath, Route};
use crate::snapshot::{NOTHING_TO_PUBLISH, Snapshot};
use crate::source::{SourcePath, Workspace};
use crate::theme;

/// What a build is asked to do.
pub struct Request<'a> {
    /// The newsletter's folder.
    pub root: &'a Path,
    /// What the command line says instead of the configuration.
    pub overrides: Overrides,
    /// Which posts are let through.
    pub admission: Admission,
    /// Whether a folder of other people's files may be written into.
    pub adoption: Adoption,
    /// Whether a site may have nothing in it.
    pub allow_empty: bool,
    /// Whether everything is rendered anew, whatever is known already.
    pub force: bool,
    /// The disk.
    pub files: &'a dyn FileSystem,
}

/// What a build did.
pub struct Report {
    /// What was wrong, sorted; with an error in it nothing was published.
    pub diagnostics: Vec<Diagnostic>,
    /// What was published.
    pub summary: Option<Summary>,
    /// How many pages for readers the site has.
    pub pages: usize,
    /// What is worth saying beside the figures.
    pub notes: Vec<String>,
    /// How long each stage took.
    pub timings: Vec<(&'static str, Duration)>,
    /// The output folder.
    pub output: PathBuf,
}

/// Why there was no build at all.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// The newsletter's folder can't be entered.
    #[error("`{path}` can't be opened: {error}")]
    Root {
        /// The folder.
        path: String,
        /// The operating system's reason.
        error: std::io::Error,
    },
    /// The output is refused, or the disk fails.
    #[error(transparent)]
    Publish(#[from] PublishError),
}

impl From<Refusal> for BuildError {
    fn from(refusal: Refusal) -> Self {
        Self::Publish(PublishError::Refused(refusal))
    }
}

/// Builds a site. `progress` is told how many of how many routes are done.
///
/// # Errors
/// Only what is no fault of the content: that is in the report.
pub fn build(request: &Request<'_>, progress: &(dyn Fn(usize, usize) + Sync)) -> Result<Report, BuildError> {
    let mut clock = Clock::start();
    let workspace = DiskWorkspace::open(request.root)
        .map_err(|error| BuildError::Root { path: request.root.display().to_string(), error })?;
    let (sources, mut diagnostics) = load(&workspace, &request.overrides, None);
    clock.stage("read and parse");
    let config = sources.config.clone();
    let source_folders = [config.content_folder.as_str(), theme::FOLDER, theme::STATIC_FOLDER];
    let source_folders: Vec<&str> = source_folders.into_iter().filter(|folder| !folder.is_empty()).collect();
    let output = resolve_output(workspace.root(), &config.output_folder, &source_folders)?;
    let mut memory = Memory::default();
    let (snapshot, said) = Snapshot::build(&sources, &request.admission, &mut memory);
    diagnostics.extend(said);
    if request.allow_empty {
        diagnostics.retain(|diagnostic| diagnostic.code != NOTHING_TO_PUBLISH);
    }
    diagnostic::sort(&mut diagnostics);
    clock.stage("join");
    let failed = diagnostics.iter().any(Diagnostic::is_error);
    let Some(snapshot) = snapshot.filter(|_| !failed) else {
        return Ok(Report { diagnostics, summary: None, pages: 0, notes: vec![], timings: clock.stages, output });
    };
    let publication = Publication::open(request.files, output.clone(), request.adoption)?;
    let routes = snapshot.parts.plan.routes();
    let done = std::sync::atomic::AtomicUsize::new(0);
    let staged: Vec<Result<Staged, Problem>> = routes
        .par_iter()
        .map(|(path, route)| {
            let staged = stage(&snapshot, &workspace, &publication, path, route);
            let done = done.fetch_add(1, std::sync::atomic::Ordering::Relaxed) + 1;
            if done.is_multiple_of(64) {
                progress(done, routes.len());
            }
            staged
        })
        .collect();
    clock.stage("render and stage");
    let mut files = Vec::with_capacity(staged.len());
    for result in staged {
        match result {
            Ok(file) => files.push(file),
            Err(Problem::Content(problem)) => diagnostics.push(*problem),
            Err(Problem::Publish(error)) => {
                publication.abandon();
                return Err(error.into());
            }
        }
    }
    diagnostic::sort(&mut diagnostics);
    if diagnostics.iter().any(Diagnostic::is_error) {
        publication.abandon();
        return Ok(Report { diagnostics, summary: None, pages: 0, notes: vec![], timings: clock.stages, output });
    }
    let pages = routes.iter().filter(|(_, route)| route.is_page()).count();
    let order = |path: &OutPath| snapshot.parts.plan.at(path).map_or(3, Route::publishing_order);
    let (summary, _) = publication.commit(files, order)?;
    clock.stage("publish");
    Ok(Report { diagnostics, summary: Some(summary), pages, notes: vec![], timings: clock.stages, output })
}

enum Problem {
    Content(Box<Diagnostic>),
    Publish(PublishError),
}

fn stage(
    snapshot: &Snapshot,
    workspace: &DiskWorkspace,
    publication: &Publication<'_>,
    path: &OutPath,
    route: &Route,
) -> Result<Staged, Problem> {
    let rendered = render(snapshot, path, route).map_err(|problem| Problem::Content(Box::new(problem)))?;
    let staged = match rendered {
        Rendered::Bytes(bytes) => publication.stage(path, &Contents::Bytes(&bytes)),
        Rendered::CopyOf(source) => {
            let source = SourcePath::new(source);
            let fingerprint = snapshot
                .parts
                .media
                .by_source(source.as_str())
                .map_or_else(|| hash(workspace, &source), |(media, _)| media.fingerprint);
            publication.stage(path, &Contents::CopyOf(&workspace.locate(&source), fingerprint))
        }
    };
    staged.map_err(Problem::Publish)
}

fn hash(workspace: &DiskWorkspace, source: &SourcePath) -> Fingerprint {
    workspace.read(source).map(|bytes| Fingerprint::of_bytes(&bytes)).unwrap_or_default()
}

/// Measures stages one after the other.
struct Clock {
    last: Instant,
    stages: Vec<(&'static str, Duration)>,
}

impl Clock {
    fn start() -> Self {
        Self { last: Instant::now(), stages: vec![] }
    }

    fn stage(&mut self, name: &'static str) {
        let now = Instant::now();
        self.stages.push((name, now - self.last));
        self.last = now;
    }
}
