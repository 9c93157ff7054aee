//! A build: read, join, render what is not known already, publish.
//!
//! 1. [`load()`] reads the newsletter's folder.
//! 2. [`Snapshot::build`] joins what was read into a site.
//! 3. Every route is rendered, on all threads; what has changed is staged.
//! 4. The [`Publication`] makes the staged files the site, unless anything was wrong.
#![expect(clippy::disallowed_methods, reason = "`Clock` measures the stages of a build")]

mod listed;
mod moved;
mod press;
mod state;
mod unchanged;
pub mod watch;

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use listed::Listed;
use press::{Press, PrintRun};
use watch::Watch;

use crate::cache::{self, Found, Known, Owner, SavedDiagnostic, State};
use crate::config::Config;
use crate::diagnostic::{self, Diagnostic};
use crate::disk::DiskWorkspace;
use crate::disk::file_system::FileSystem;
use crate::disk::guard::{Refusal, resolve_output};
use crate::disk::publication::{Adoption, Publication, PublishError, Summary, remove_left_over, settle};
use crate::load::{Overrides, Sources, load};
use crate::newsroom::timeline::{Admission, steady};
use crate::site::{OutPath, Route};
use crate::snapshot::{NOTHING_TO_PUBLISH, Snapshot};
use crate::source::Workspace;
use crate::theme;

/// Without a post, a site may lose a file in so many.
const MOST_LOST: usize = 8;

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
    /// Whether the site outlives the loss of power, at each step of publishing.
    pub durable: bool,
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
    /// Another build of the same newsletter is running.
    #[error("another build of this newsletter is running")]
    Busy,
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
    build_watched(request, progress, &Watch::default())
}

/// Builds a site, and lets somebody watch which page takes how long.
///
/// # Errors
/// As [`build`].
pub fn build_watched(
    request: &Request<'_>,
    progress: &(dyn Fn(usize, usize) + Sync),
    watch: &Watch,
) -> Result<Report, BuildError> {
    let mut clock = Clock::start();
    let began = now_in_nanoseconds();
    let workspace = DiskWorkspace::open(request.root)
        .map_err(|error| BuildError::Root { path: request.root.display().to_string(), error })?;
    let configured = unchanged::read_config(request, &workspace);
    // The output is judged before anything is written, be it only a lock.
    let output = output_folder(&workspace, &configured.0)?;
    let _lock = lock(workspace.root())?;
    remove_left_over(request.files, &output)?;
    let mut notes = Vec::new();
    let listed = Listed::new(&workspace);
    // Any build wants both.
    let (state, _) = rayon::join(|| cache::read_state(workspace.root()), || listed.list(&configured.0.content_folder));
    let state = trusted(state, &mut notes);
    let state = state.filter(|state| state.settings == state::settings(request) && !request.force);
    if let Some(state) = &state
        && let Some(report) = unchanged::look(request, &workspace, &configured, &listed, state, &mut clock)
    {
        if request.durable {
            settle(request.files, &report.output)?;
        }
        return Ok(report);
    }
    let goes_on = state.is_some();
    let known = goes_on.then(|| cache::read_kept(&workspace, Owner::Builds, &request.overrides));
    let known = known.and_then(|found| trusted(found, &mut notes)).unwrap_or_default();
    clock.stage("read the cache");
    let (sources, mut diagnostics) = load(&listed, &request.overrides, known.sources.as_ref());
    clock.stage("read and parse");
    let config = sources.config.clone();
    let output = output_folder(&workspace, &config)?;
    let Known { sources: sources_before, mut memory } = known;
    let (snapshot, said) = Snapshot::build(&sources, &request.admission, &mut memory);
    diagnostics.extend(said);
    diagnostics.extend(changed_meanwhile(&sources));
    if request.allow_empty {
        diagnostics.retain(|diagnostic| diagnostic.code != NOTHING_TO_PUBLISH);
    }
    diagnostic::sort(&mut diagnostics);
    clock.stage("join");
    let failed = diagnostics.iter().any(Diagnostic::is_error);
    let stopped = |diagnostics, timings, notes| Report {
        diagnostics,
        summary: None,
        pages: 0,
        notes,
        timings,
        output: output.clone(),
    };
    let Some(snapshot) = snapshot.filter(|_| !failed) else {
        return Ok(stopped(diagnostics, clock.stages, notes));
    };
    let (opened, kept) = rayon::join(
        || {
            let publication = Publication::open(request.files, workspace.root(), output.clone(), request.adoption)?;
            let publication = publication.anew(request.force).durable(request.durable);
            let pages = goes_on.then(|| cache::read_pages(workspace.root(), publication.manifest_before()));
            Ok::<_, PublishError>((publication, pages))
        },
        || cache::write_kept(workspace.root(), Owner::Builds, began, &sources, &memory),
    );
    let (publication, pages_before) = opened?;
    let pages_before = pages_before.and_then(|found| trusted(found, &mut notes)).unwrap_or_default();
    if let Some(lost) = all_posts_lost(request, &snapshot, &publication) {
        publication.abandon();
        diagnostics.push(lost);
        return Ok(stopped(diagnostics, clock.stages, notes));
    }
    // What was remembered of all posts is on the disk, and rendering has a use for the room.
    rayon::spawn(move || drop(memory));
    clock.stage("keep");
    let printed = Press::new(&snapshot, &workspace, &publication, &pages_before).print_all(watch, progress);
    clock.stage("render and stage");
    let PrintRun { files, pages, problems } = match printed {
        Ok(printed) => printed,
        Err(error) => {
            publication.abandon();
            return Err(error.into());
        }
    };
    diagnostics.extend(problems);
    diagnostics.extend(changed_meanwhile(&sources));
    diagnostic::sort(&mut diagnostics);
    if diagnostics.iter().any(Diagnostic::is_error) {
        publication.abandon();
        return Ok(stopped(diagnostics, clock.stages, notes));
    }
    let page_count = snapshot.parts.plan.routes().iter().filter(|(_, route)| route.is_page()).count();
    let order = |path: &OutPath| snapshot.parts.plan.at(path).map_or(3, Route::publishing_order);
    let (published, (stamps, steady, encoded)) = rayon::join(
        || publication.commit(files, order),
        || {
            (
                state::stamps(&sources),
                steady(sources.read_documents(), request.admission.now),
                cache::encode_pages(&pages),
            )
        },
    );
    let (summary, manifest) = published?;
    let has_other_files = summary.added > 0 || !summary.removed.is_empty();
    if let Some(before) = sources_before.as_ref().filter(|_| has_other_files) {
        let newsroom = &snapshot.parts.newsroom;
        notes.extend(moved::notes(before, &sources, newsroom, &request.admission, &summary.removed));
    }
    let state = State {
        settings: state::settings(request),
        stamps,
        began,
        since: steady.start,
        due: steady.end,
        diagnostics: diagnostics.iter().map(SavedDiagnostic::save).collect(),
        pages: page_count as u32,
        manifest,
    };
    let kept = kept.and_then(|()| cache::write_pages(workspace.root(), manifest, &encoded));
    if let Err(error) = kept.and_then(|()| cache::write_state(workspace.root(), &state)) {
        notes.push(format!("The cache could not be written ({error}); the next build is a cold one."));
    }
    clock.stage("publish");
    // Giving back millions of small pieces takes a while, and nobody has to wait for it.
    rayon::spawn(move || drop((snapshot, sources, sources_before, pages_before)));
    Ok(Report { diagnostics, summary: Some(summary), pages: page_count, notes, timings: clock.stages, output })
}

/// Says that a site has no post any more and is about to lose much of what it had: a lost checkout looks like that.
fn all_posts_lost(request: &Request<'_>, snapshot: &Snapshot, publication: &Publication<'_>) -> Option<Diagnostic> {
    if request.allow_empty || !snapshot.parts.newsroom.posts.is_empty() {
        return None;
    }
    let (before, lost) = publication.losses(|path| snapshot.parts.plan.at(path).is_some());
    (lost > before / MOST_LOST).then(|| {
        Diagnostic::error(
            "no-posts-left",
            format!("the newsletter has no post any more, and {lost} of the site's {before} files would be deleted"),
        )
        .with_help("see whether the content folder is complete; `--allow-empty` publishes the site as it is now")
    })
}

/// Says that a text was no longer the one that had been listed when somebody wanted it.
fn changed_meanwhile(sources: &Sources) -> Option<Diagnostic> {
    (sources.texts.misses() > 0).then(|| {
        Diagnostic::error("changed-meanwhile", "a file of the content was changed during the build")
            .with_help("build again")
    })
}

/// Gives what was kept if it is there and whole; damage is said, once.
fn trusted<T>(found: Found<T>, notes: &mut Vec<String>) -> Option<T> {
    const DAMAGED: &str = "The cache was damaged; everything is made anew.";
    if matches!(found, Found::Damaged) && !notes.iter().any(|note| note == DAMAGED) {
        notes.push(DAMAGED.to_owned());
    }
    found.whole()
}

/// Finds the output folder and judges it.
///
/// # Errors
/// It would not be safe to write there.
pub fn output_folder(workspace: &DiskWorkspace, config: &Config) -> Result<PathBuf, Refusal> {
    let folders = [config.content_folder.as_str(), theme::FOLDER, theme::STATIC_FOLDER, cache::FOLDER];
    let folders: Vec<&str> = folders.into_iter().filter(|folder| !folder.is_empty()).collect();
    resolve_output(workspace.root(), &config.output_folder, &folders)
}

/// Waits for a build of the same newsletter that is running, at most ten seconds.
fn lock(root: &Path) -> Result<Option<File>, BuildError> {
    let Ok(folder) = cache::prepare(root) else {
        // A folder that can't be written to can still be built from.
        return Ok(None);
    };
    let Ok(file) = cache::open_held(&folder.join("lock")) else { return Ok(None) };
    let patience = Instant::now() + Duration::from_secs(10);
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(Some(file)),
            Err(TryLockError::WouldBlock) if Instant::now() < patience => std::thread::sleep(Duration::from_millis(50)),
            Err(TryLockError::WouldBlock) => return Err(BuildError::Busy),
            // Some network drives know no locks.
            Err(TryLockError::Error(_)) => return Ok(None),
        }
    }
}

fn now_in_nanoseconds() -> i128 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_nanos() as i128)
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
