//! From a batch of hints to a new site, on a thread of its own.
//!
//! A file that is broken keeps its last good form in the site while its errors are shown; so nothing
//! that an author is in the middle of writing takes a page away, and edits elsewhere go on.
//!
//! A new text of a post is shown at once in the site as it stands; [`join`](super::join) then makes
//! the site in which everything else that follows from it is right as well.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::sync::Arc;
use std::sync::mpsc::channel;
use std::thread;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use super::join::{Job, Joined, Joiner};
use super::state::{Change, Current, Scope, Server};
use super::watch::{Changes, Next, Watch};
use super::{Notice, origin};
use crate::cache::{self, Found, Known, Owner, TICK};
use crate::config::Config;
use crate::content::document::Document;
use crate::diagnostic::{self, Diagnostic};
use crate::load::{Overrides, ReadDocument, ReadText, Sources, load, reload};
use crate::snapshot::Snapshot;
use crate::source::SourcePath;
use crate::texts::Texts;
use crate::theme;

/// How long a document or template that vanished may stay away before that is believed.
const GRACE: Duration = Duration::from_millis(60);
/// Texts that are shown before all is joined; more of them come from a program, which can wait.
const TEXTS_AT_ONCE: usize = 8;
/// What was read is kept for the next start when one in so many documents was not kept yet.
const WORTH_KEEPING: usize = 20;

/// Starts the threads.
pub(super) fn start(server: Arc<Server>) -> io::Result<()> {
    let (sender, receiver) = channel();
    let joiner = Joiner::start(server.clone(), sender.clone())?;
    let observer = server.observer.clone();
    let remark = |text: &str| observer.notice(&Notice::Remark(text));
    let watch = Watch::start(server.workspace.root(), server.options.watching, (sender, receiver), &remark);
    let workshop = Workshop {
        server,
        watch,
        joiner,
        sources: Sources::default(),
        has_read: false,
        began: now(),
        unkept: 0,
        snapshot: None,
        joint_problems: vec![],
        problems: Arc::default(),
        generation: 0,
    };
    thread::Builder::new().name("masthead-workshop".to_owned()).spawn(move || workshop.run()).map(drop)
}

struct Workshop {
    server: Arc<Server>,
    watch: Watch,
    joiner: Joiner,
    /// What was read last; what is broken has its last good form beside its errors.
    sources: Sources,
    has_read: bool,
    /// When it began, in nanoseconds since 1970.
    began: i128,
    /// How many documents were read that are not in the cache.
    unkept: usize,
    snapshot: Option<Arc<Snapshot>>,
    /// What was wrong beyond each file by itself when all was joined last.
    joint_problems: Vec<Diagnostic>,
    problems: Arc<Vec<Diagnostic>>,
    generation: u64,
}

impl Workshop {
    fn run(mut self) {
        // Listening starts before reading, so that no change falls between the two.
        self.follow(&Config::read(None).0);
        let started = Instant::now();
        self.recall();
        let kept = self.sources.clone();
        let mut sources = self.read(&Changes { anything: true, ..Changes::default() });
        self.stand_in(&mut sources);
        self.follow(&sources.config.clone());
        let is_kept = |(path, read): &(&SourcePath, &Arc<ReadDocument>)| {
            let same = |known: &ReadDocument| known.entry == read.entry && known.fingerprint == read.fingerprint;
            kept.documents.get(*path).is_some_and(|known| same(known))
        };
        self.unkept = sources.documents.iter().filter(|document| !is_kept(document)).count();
        self.accept(sources, Difference::default(), started);
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
            match self.watch.next(&is_known, &remark) {
                Some(Next::Changes(changes)) => self.take(&changes),
                Some(Next::Joined(joined)) => self.show_joined(*joined),
                Some(Next::Due) => self.join_again(),
                None => return,
            }
        }
    }

    /// Takes up what the last run of the preview, or the last build, left.
    fn recall(&mut self) {
        match cache::read_kept(&self.server.workspace, Owner::Preview, &self.overrides()) {
            Found::Whole(Known { sources, memory }) => {
                if let Some(mut sources) = sources {
                    let texts = Texts::new(Arc::new(self.server.workspace.clone()), sources.config.clone());
                    sources.texts = Arc::new(texts.keeping());
                    self.sources = sources;
                    self.has_read = true;
                }
                self.joiner.remember(memory);
            }
            Found::Absent => {}
            Found::Damaged => {
                self.server.observer.notice(&Notice::Remark("the cache was damaged; everything is read anew"));
            }
        }
    }

    fn follow(&mut self, config: &Config) {
        let folders = [config.content_folder.as_str(), theme::FOLDER, theme::STATIC_FOLDER];
        let output = self.server.workspace.root().join(&config.output_folder);
        let observer = self.server.observer.clone();
        self.watch.follow(&folders, &output, &|text| observer.notice(&Notice::Remark(text)));
    }

    fn take(&mut self, changes: &Changes) {
        let started = Instant::now();
        // Where only known documents may have changed, ten thousand others need no look.
        if let Some((sources, difference)) = self.read_again(changes) {
            if !difference.files.is_empty() {
                self.accept(sources, difference, started);
            }
            return;
        }
        let mut sources = self.read(changes);
        let mut difference = self::difference(&self.sources, &sources);
        // A save in two steps has a moment without the file, or with an empty one.
        if has_vanished(&self.sources, &sources) {
            thread::sleep(GRACE);
            sources = self.read(&Changes { anything: true, ..Changes::default() });
            difference = self::difference(&self.sources, &sources);
        }
        self.stand_in(&mut sources);
        if difference.files.is_empty() && sources.problems == self.sources.problems {
            // What was looked at is as it was; its time may be another.
            self.sources = sources;
            return;
        }
        self.follow(&sources.config.clone());
        self.accept(sources, difference, started);
    }

    /// Reads documents again that a batch names; `None` if more than those may be others.
    fn read_again(&self, changes: &Changes) -> Option<(Sources, Difference)> {
        if changes.anything || !self.has_read {
            return None;
        }
        let mut sources = reload(&self.server.workspace, &self.sources, &changes.files)?;
        let mut files = Vec::new();
        for path in &changes.files {
            let (before, after) = (self.sources.documents.get(path)?, sources.documents.get_mut(path)?);
            if before.fingerprint != after.fingerprint {
                if after.entry.size == 0 {
                    return None;
                }
                if let Some(good) = stand_in_for(before, after) {
                    *after = good;
                }
                files.push(path.clone());
            }
        }
        Some((sources, Difference { files, only_media: false }))
    }

    /// Reads what a batch may have changed.
    fn read(&mut self, changes: &Changes) -> Sources {
        self.sources.doubted.extend(changes.files.iter().cloned());
        let now = now();
        let before = self.has_read.then_some(&self.sources);
        let (mut sources, _) = load(&self.server.workspace, &self.overrides(), before);
        self.has_read = true;
        sources.doubt_since(now - TICK);
        sources
    }

    fn overrides(&self) -> Overrides {
        let base_url = match &self.server.options.base_url {
            Some(url) => url.clone(),
            None => format!("{}{}", origin(self.server.address), self.server.configured_path()),
        };
        Overrides { base_url: Some(base_url), output: self.server.options.output.clone() }
    }

    /// Goes on with what was read: shows new texts or templates at once, and has all joined anew.
    fn accept(&mut self, sources: Sources, difference: Difference, started: Instant) {
        self.sources = sources;
        let at_once = self
            .with_texts(self.snapshot.clone(), &difference.files)
            .or_else(|| self.with_templates(&difference.files));
        let mut untold = difference.files.clone();
        if let Some(snapshot) = at_once {
            let files = std::mem::take(&mut untold);
            self.show(Some(snapshot), &files, Scope::Anything, started);
        }
        self.unkept += difference.files.len();
        let keep_from = (self.unkept * WORTH_KEEPING > self.sources.documents.len()).then_some(self.began);
        if keep_from.is_some() {
            self.unkept = 0;
        }
        self.joiner.take(Job { sources: self.sources.clone(), difference, untold, started, keep_from });
    }

    /// Puts new templates into the site; `None` if anything else changed as well, or they fail.
    fn with_templates(&self, files: &[SourcePath]) -> Option<Arc<Snapshot>> {
        let is_template = |file: &SourcePath| {
            file.as_str().strip_prefix(theme::FOLDER).is_some_and(|name| name.starts_with('/'))
                && !self.sources.documents.contains_key(file)
        };
        if files.is_empty() || !files.iter().all(is_template) {
            return None;
        }
        let user: Vec<_> = self.sources.templates.values().map(|read| read.file.clone()).collect();
        Some(Arc::new(self.snapshot.as_ref()?.with_templates(&user)?))
    }

    /// Puts new texts into a site; `None` if the site can't show all of them.
    fn with_texts(&self, snapshot: Option<Arc<Snapshot>>, files: &[SourcePath]) -> Option<Arc<Snapshot>> {
        if files.is_empty() || files.len() > TEXTS_AT_ONCE {
            return None;
        }
        let mut snapshot = snapshot?;
        for file in files {
            let read = self.sources.documents.get(file)?;
            let Some(Document::Post(post)) = &read.document else { return None };
            snapshot = Arc::new(snapshot.with_text(post)?);
        }
        Some(snapshot)
    }

    /// Joins what is there once more, since it means something else by now.
    fn join_again(&mut self) {
        self.joiner.take(Job {
            sources: self.sources.clone(),
            difference: Difference::default(),
            untold: vec![],
            started: Instant::now(),
            keep_from: None,
        });
    }

    /// Shows a site that was joined, with the texts that have come since.
    fn show_joined(&mut self, joined: Joined) {
        let Joined { job, snapshot, problems, due } = joined;
        self.watch.wake_at(due);
        let since = difference(&job.sources, &self.sources).files;
        let snapshot = match since.is_empty() {
            true => snapshot,
            // Another job is under way; until it is done, what can be shown of it is.
            false => self.with_texts(snapshot.clone(), &since).or(snapshot),
        };
        let scope = scope(&job.difference, &job.sources, self.snapshot.as_deref(), snapshot.as_deref());
        self.joint_problems = problems;
        self.show(snapshot, &job.untold, scope, job.started);
        self.server
            .observer
            .notice(&Notice::Complete { generation: self.generation, milliseconds: job.started.elapsed().as_millis() });
    }

    /// Puts the last good form of what is broken into its place.
    fn stand_in(&self, sources: &mut Sources) {
        for (path, read) in &mut sources.documents {
            if read.document.is_none()
                && let Some(before) = self.sources.documents.get(path)
                && let Some(good) = stand_in_for(before, read)
            {
                *read = good;
            }
        }
    }

    fn show(&mut self, snapshot: Option<Arc<Snapshot>>, files: &[SourcePath], scope: Scope, started: Instant) {
        let is_first = self.generation == 0;
        self.generation += 1;
        if let Some(snapshot) = snapshot {
            self.snapshot = Some(snapshot);
        }
        let mut problems = self.sources.diagnostics();
        problems.extend(self.joint_problems.iter().cloned());
        diagnostic::sort(&mut problems);
        let before = std::mem::replace(&mut self.problems, Arc::new(problems));
        let current = Current::new(self.generation, self.snapshot.clone(), self.problems.clone());
        let posts = self.snapshot.as_ref().map_or(0, |snapshot| snapshot.parts.newsroom.posts.len());
        self.server.show(current, Change { generation: self.generation, files: files.to_vec(), scope });
        let observer = &self.server.observer;
        if is_first || !files.is_empty() {
            let milliseconds = started.elapsed().as_millis();
            observer.notice(&Notice::Changed { generation: self.generation, files, milliseconds, posts });
        }
        let name = |problem: &'_ Diagnostic| (problem.place.clone(), problem.code.clone(), problem.message.clone());
        let known: BTreeSet<_> = before.iter().map(name).collect();
        let new: Vec<Diagnostic> =
            self.problems.iter().filter(|problem| !known.contains(&name(problem))).cloned().collect();
        let any = |list: &[Diagnostic]| list.iter().any(Diagnostic::is_error);
        if !new.is_empty() {
            observer.notice(&Notice::Problems { all: &self.server.all_problems(), new: &new });
        }
        if any(&before) {
            self.server.say_clear();
        }
    }
}

/// Gives a broken document the last good form of its content; `None` if it is not broken.
fn stand_in_for(before: &ReadDocument, read: &ReadDocument) -> Option<Arc<ReadDocument>> {
    let is_broken = read.document.is_none() && read.diagnostics.iter().any(Diagnostic::is_error);
    (is_broken && before.document.is_some()).then(|| {
        Arc::new(ReadDocument {
            entry: read.entry.clone(),
            fingerprint: read.fingerprint,
            document: before.document.clone(),
            diagnostics: read.diagnostics.clone(),
        })
    })
}

fn now() -> i128 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i128::try_from(since.as_nanos()).unwrap_or(i128::MAX)
}

/// Says whether a document or a template is gone or empty that was not.
fn has_vanished(before: &Sources, after: &Sources) -> bool {
    let is_gone = |before: u64, after: Option<u64>| before > 0 && after.is_none_or(|size| size == 0);
    let document = |sources: &Sources, path: &SourcePath| sources.documents.get(path).map(|read| read.entry.size);
    let template = |sources: &Sources, path: &SourcePath| sources.templates.get(path).map(|read| read.entry.size);
    before.documents.iter().any(|(path, read)| is_gone(read.entry.size, document(after, path)))
        || before.templates.iter().any(|(path, read)| is_gone(read.entry.size, template(after, path)))
}

/// What differs between two readings of a folder.
#[derive(Default)]
pub(super) struct Difference {
    files: Vec<SourcePath>,
    /// Only the bytes of these pictures, stylesheets and the like differ, and nothing came or went.
    only_media: bool,
}

impl Difference {
    /// Joins two differences in a row.
    pub(super) fn and(mut self, other: Self) -> Self {
        self.only_media &= other.only_media;
        let new = other.files.into_iter().filter(|path| !self.files.contains(path)).collect::<Vec<_>>();
        self.files.extend(new);
        self
    }
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
        let same =
            after.get(path).is_some_and(|other| Arc::ptr_eq(read, other) || fingerprint(read) == fingerprint(other));
        if !same {
            files.push(path.clone());
        }
    }
    files.extend(after.keys().filter(|path| !before.contains_key(*path)).cloned());
}
