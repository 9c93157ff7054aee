//! From a batch of hints to a new site, on a thread of its own.
//!
//! A file that is broken keeps its last good form in the site while its errors are shown; so nothing
//! that an author is in the middle of writing takes a page away, and edits elsewhere go on.

use std::collections::BTreeMap;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::thread;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use super::state::{Change, Current, Scope, Server};
use super::watch::{Changes, Watch};
use super::{Notice, origin};
use crate::config::Config;
use crate::content::date::Moment;
use crate::diagnostic::{self, Diagnostic};
use crate::load::{Overrides, ReadDocument, ReadText, Sources, load, reload};
use crate::newsroom::memory::Memory;
use crate::newsroom::timeline::Admission;
use crate::snapshot::Snapshot;
use crate::source::SourcePath;
use crate::theme;

/// Files that changed less than this before they were read may change again within one tick of the
/// file system's clock, in nanoseconds.
const RACY: i128 = 2_000_000_000;

/// Starts the thread.
pub(super) fn start(server: Arc<Server>) -> io::Result<()> {
    let builder = thread::Builder::new().name("masthead-workshop".to_owned());
    builder.spawn(move || Workshop::new(server).run()).map(drop)
}

struct Workshop {
    server: Arc<Server>,
    watch: Watch,
    memory: Memory,
    /// What was read last, as it is.
    sources: Sources,
    /// What was last without errors, to stand in for what is broken.
    good: Good,
    snapshot: Option<Arc<Snapshot>>,
    problems: Arc<Vec<Diagnostic>>,
    generation: u64,
}

#[derive(Default)]
struct Good {
    config: Option<Arc<Config>>,
    templates: BTreeMap<SourcePath, Arc<ReadText>>,
}

impl Workshop {
    fn new(server: Arc<Server>) -> Self {
        let watch = {
            let observer = &server.observer;
            let remark = |text: &str| observer.notice(&Notice::Remark(text));
            Watch::start(server.workspace.root(), server.options.watching, &remark)
        };
        Self {
            server,
            watch,
            memory: Memory::default(),
            sources: Sources::default(),
            good: Good::default(),
            snapshot: None,
            problems: Arc::default(),
            generation: 0,
        }
    }

    fn run(mut self) {
        // Listening starts before reading, so that no change falls between the two.
        self.follow(&Config::read(None).0);
        let started = Instant::now();
        let sources = self.read(&Changes { anything: true, ..Changes::default() });
        self.follow(&sources.config.clone());
        self.join(sources, Difference::default(), started);
        let server = self.server.clone();
        let remark = |text: &str| server.observer.notice(&Notice::Remark(text));
        loop {
            let sources = &self.sources;
            let is_known = |path: &SourcePath| {
                sources.documents.contains_key(path)
                    || sources.templates.contains_key(path)
                    || sources.static_media.contains_key(path)
                    || path.as_str() == crate::config::FILE_NAME
            };
            let Some(changes) = self.watch.next(&is_known, &remark) else { return };
            let started = Instant::now();
            self.take(&changes, started);
        }
    }

    fn follow(&mut self, config: &Config) {
        let folders = [config.content_folder.as_str(), theme::FOLDER, theme::STATIC_FOLDER];
        let output = self.server.workspace.root().join(&config.output_folder);
        let observer = self.server.observer.clone();
        self.watch.follow(&folders, &output, &|text| observer.notice(&Notice::Remark(text)));
    }

    fn take(&mut self, changes: &Changes, started: Instant) {
        let mut sources = self.read(changes);
        let mut difference = self::difference(&self.sources, &sources);
        if difference.files.is_empty() && sources.problems == self.sources.problems {
            // What was looked at is as it was; the times may be others.
            self.sources = sources;
            return;
        }
        // What is half way through a save, or moves in two steps, is looked at once more: a document
        // that has vanished or become empty is the one case in which waiting is better than showing.
        if has_vanished(&self.sources, &sources) {
            thread::sleep(std::time::Duration::from_millis(60));
            sources = self.read(&Changes { anything: true, ..Changes::default() });
            difference = self::difference(&self.sources, &sources);
            if difference.files.is_empty() && sources.problems == self.sources.problems {
                self.sources = sources;
                return;
            }
        }
        self.follow(&sources.config.clone());
        self.join(sources, difference, started);
    }

    /// Reads what a batch may have changed.
    fn read(&mut self, changes: &Changes) -> Sources {
        if !changes.anything
            && self.snapshot.is_some()
            && let Some(sources) = reload(&self.server.workspace, &self.sources, &changes.files)
        {
            return sources;
        }
        self.sources.doubted.extend(changes.files.iter().cloned());
        let base_url = match &self.server.options.base_url {
            Some(url) => url.clone(),
            None => format!("{}{}", origin(self.server.address), self.server.configured_path()),
        };
        let overrides = Overrides { base_url: Some(base_url), output: self.server.options.output.clone() };
        let now = now().as_nanos() as i128;
        let before = self.snapshot.is_some().then_some(&self.sources);
        let (mut sources, _) = load(&self.server.workspace, &overrides, before);
        let entries = sources.documents.values().map(|read| &read.entry);
        let entries = entries.chain(sources.templates.values().map(|read| &read.entry));
        let entries = entries.chain(sources.static_media.values().map(|read| &read.entry));
        let entries = entries.chain(sources.content_media.values().map(|read| &read.entry));
        sources.doubted = entries.filter(|entry| entry.modified > now - RACY).map(|entry| entry.path.clone()).collect();
        sources
    }

    /// Joins what was read into a site and shows it.
    fn join(&mut self, mut sources: Sources, difference: Difference, started: Instant) {
        let mut problems = sources.diagnostics();
        self.stand_in(&mut sources);
        let admission = Admission {
            now: Moment::from_unix(i64::try_from(now().as_secs()).unwrap_or(i64::MAX)),
            drafts: self.server.options.drafts,
            future: self.server.options.future,
        };
        let (mut snapshot, said) = self.build(&sources, &admission);
        problems.extend(said);
        if snapshot.is_none() && !self.good.templates_are(&sources) {
            // Templates do not compile: those that did stand in.
            let mut with_good = sources.clone();
            with_good.templates.clone_from(&self.good.templates);
            snapshot = self.build(&with_good, &admission).0;
        } else if snapshot.is_some() {
            self.good.templates.clone_from(&sources.templates);
        }
        diagnostic::sort(&mut problems);
        let scope = scope(&difference, &sources, self.snapshot.as_deref(), snapshot.as_ref());
        self.sources = sources;
        self.show(snapshot.map(Arc::new), problems, difference.files, scope, started);
    }

    fn build(&mut self, sources: &Sources, admission: &Admission) -> (Option<Snapshot>, Vec<Diagnostic>) {
        let memory = &mut self.memory;
        catch_unwind(AssertUnwindSafe(|| Snapshot::build(sources, admission, memory))).unwrap_or_else(|_| {
            self.memory = Memory::default();
            let bug = Diagnostic::error("bug", "Masthead came to a point that it should never come to")
                .with_help("this is a bug in Masthead; the preview goes on with the last good site");
            (None, vec![bug])
        })
    }

    /// Puts the last good form of what is broken into its place.
    fn stand_in(&mut self, sources: &mut Sources) {
        for (path, read) in &mut sources.documents {
            if read.document.is_none()
                && read.diagnostics.iter().any(Diagnostic::is_error)
                && let Some(before) = self.sources.documents.get(path)
                && before.document.is_some()
            {
                *read = Arc::new(ReadDocument {
                    entry: read.entry.clone(),
                    fingerprint: read.fingerprint,
                    document: before.document.clone(),
                    diagnostics: read.diagnostics.clone(),
                });
            }
        }
        let is_config = |problem: &Diagnostic| {
            problem.is_error() && problem.place.as_ref().is_some_and(|at| at.path.as_str() == crate::config::FILE_NAME)
        };
        if !sources.problems.iter().any(is_config) {
            self.good.config = Some(sources.config.clone());
        } else if let Some(config) = &self.good.config {
            sources.config = config.clone();
        }
    }

    fn show(
        &mut self,
        snapshot: Option<Arc<Snapshot>>,
        problems: Vec<Diagnostic>,
        files: Vec<SourcePath>,
        scope: Scope,
        started: Instant,
    ) {
        self.generation += 1;
        if let Some(snapshot) = snapshot {
            self.snapshot = Some(snapshot);
        }
        let before = std::mem::replace(&mut self.problems, Arc::new(problems));
        let current = Current {
            generation: self.generation,
            snapshot: self.snapshot.clone(),
            problems: self.problems.clone(),
        };
        let posts = self.snapshot.as_ref().map_or(0, |snapshot| snapshot.parts.newsroom.posts.len());
        let change = Change { generation: self.generation, files: files.clone(), scope };
        self.server.show(current, change);
        let observer = &self.server.observer;
        observer.notice(&Notice::Changed {
            generation: self.generation,
            files: &files,
            milliseconds: started.elapsed().as_millis(),
            posts,
        });
        let is_new = |problem: &&Diagnostic| !before.contains(problem);
        let new: Vec<Diagnostic> = self.problems.iter().filter(is_new).cloned().collect();
        let any = |list: &[Diagnostic]| list.iter().any(Diagnostic::is_error);
        if !new.is_empty() {
            observer.notice(&Notice::Problems { all: &self.problems, new: &new });
        }
        if any(&before) && !any(&self.problems) {
            observer.notice(&Notice::Clear);
        }
    }
}

impl Good {
    fn templates_are(&self, sources: &Sources) -> bool {
        let of = |templates: &BTreeMap<SourcePath, Arc<ReadText>>| -> Vec<_> {
            templates.iter().map(|(path, read)| (path.clone(), read.file.fingerprint)).collect()
        };
        of(&self.templates) == of(&sources.templates)
    }
}

fn now() -> std::time::Duration {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()
}

/// Says whether a document is gone or empty that was not.
fn has_vanished(before: &Sources, after: &Sources) -> bool {
    before.documents.iter().any(|(path, read)| {
        read.entry.size > 0 && after.documents.get(path).is_none_or(|read| read.entry.size == 0)
    })
}

/// What differs between two readings of a folder.
#[derive(Default)]
struct Difference {
    files: Vec<SourcePath>,
    /// Only the bytes of these pictures, stylesheets and the like differ, and nothing came or went.
    only_media: bool,
}

fn difference(before: &Sources, after: &Sources) -> Difference {
    let mut files = Vec::new();
    differing(&before.documents, &after.documents, |read| read.fingerprint, &mut files);
    differing(&before.templates, &after.templates, |read| read.file.fingerprint, &mut files);
    let text = |read: &Option<Arc<ReadText>>| read.as_ref().map(|read| read.file.fingerprint);
    if text(&before.config_file) != text(&after.config_file) {
        files.push(SourcePath::new(crate::config::FILE_NAME));
    }
    let has_others = !files.is_empty();
    differing(&before.static_media, &after.static_media, |read| read.media.fingerprint, &mut files);
    differing(&before.content_media, &after.content_media, |read| read.media.fingerprint, &mut files);
    let same_names = before.static_media.keys().eq(after.static_media.keys())
        && before.content_media.keys().eq(after.content_media.keys());
    Difference { only_media: !has_others && same_names, files }
}

/// Finds the addresses whose bytes a change of media makes others; anything else reaches everywhere.
fn scope(difference: &Difference, sources: &Sources, before: Option<&Snapshot>, after: Option<&Snapshot>) -> Scope {
    let (true, Some(before), Some(after)) = (difference.only_media, before, after) else { return Scope::Anything };
    let config = &after.parts.config;
    let mut swaps = Vec::new();
    for path in &difference.files {
        if sources.is_bundled(path) {
            let is_style = path.extension() == Some("css");
            let name = crate::theme::assets::STYLESHEET;
            let (Some(old), Some(new), true) = (before.parts.assets.get(name), after.parts.assets.get(name), is_style)
            else {
                return Scope::Anything;
            };
            swaps.push((config.href(&old.url), config.href(&new.url)));
        } else if let Some((media, url)) = after.parts.media.by_source(path.as_str()) {
            // Another size changes the page itself.
            let old = before.parts.media.by_source(path.as_str()).map(|(media, _)| media.dimensions);
            if old != Some(media.dimensions) || path.extension() == Some("js") {
                return Scope::Anything;
            }
            let url = crate::site::encode_path(&config.href(url));
            swaps.push((url.clone(), format!("{url}?v={}", media.fingerprint.short())));
        } else if path.extension() != Some("css") {
            return Scope::Anything;
        }
    }
    Scope::Files(swaps)
}

fn differing<T>(
    before: &BTreeMap<SourcePath, Arc<T>>,
    after: &BTreeMap<SourcePath, Arc<T>>,
    fingerprint: impl Fn(&T) -> crate::fingerprint::Fingerprint,
    files: &mut Vec<SourcePath>,
) {
    for (path, read) in before {
        let same = after.get(path).is_some_and(|other| {
            Arc::ptr_eq(read, other) || fingerprint(read) == fingerprint(other)
        });
        if !same {
            files.push(path.clone());
        }
    }
    files.extend(after.keys().filter(|path| !before.contains_key(*path)).cloned());
}
