//! What the system tells of the folder, gathered into batches.
//!
//! Editors save in many ways: into the file itself, or into another that is renamed over it, with a
//! backup first or after. A batch ends when nothing has been told for a while. Everything in it is a
//! hint, never a fact: whoever takes it looks at the files.

use std::collections::{BTreeMap, VecDeque};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use notify::event::{AccessKind, AccessMode, CreateKind, EventKind, ModifyKind, RemoveKind, RenameMode};
use notify::{RecommendedWatcher, RecursiveMode, Watcher};

use super::Watching;
use super::join::Joined;
use crate::content::document::is_markdown;
use crate::disk::workspace::is_ignored;
use crate::source::SourcePath;

/// How long it must be quiet after the last event while something may still be under way.
const QUIET: Duration = Duration::from_millis(40);
/// How long it must be quiet once every file that was told of is whole again, and none is a stranger.
const SETTLED: Duration = Duration::from_millis(4);
/// How long a batch may grow.
const CEILING: Duration = Duration::from_millis(150);
/// From this many files on, a program is at work (a checkout, say), which is to be done first.
const MANY: usize = 16;
/// How long it must be quiet after the work of a program.
const QUIET_OF_MANY: Duration = Duration::from_millis(100);
/// How long a program may take.
const CEILING_OF_MANY: Duration = Duration::from_secs(5);
/// How often a folder is looked through where the system tells nothing.
const INTERVAL: Duration = Duration::from_millis(500);
/// How often the clock is looked at while a moment is awaited: it may be set, and machines sleep.
const CLOCK: Duration = Duration::from_secs(20);
/// When a new folder is looked at again: files may have come before the system was listening there.
const SECOND_LOOK: Duration = Duration::from_millis(300);

/// Where something may have changed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Changes {
    /// These files.
    pub(super) files: Vec<SourcePath>,
    /// Anything: all folders are to be listed.
    pub(super) anything: bool,
}

/// What reaches the workshop.
pub(super) enum Signal {
    /// The system told something of the folder.
    Told(notify::Result<notify::Event>),
    /// A site is ready.
    Joined(Box<Joined>),
}

/// What the workshop does next.
pub(super) enum Next {
    /// It looks at files.
    Changes(Changes),
    /// It shows a site.
    Joined(Box<Joined>),
    /// It joins what is there once more: a moment has come that changes the site by itself.
    Due,
}

/// Gathers events of the newsletter's folder.
pub(super) struct Watch {
    root: PathBuf,
    folders: Vec<String>,
    ignored: Vec<PathBuf>,
    signals: Receiver<Signal>,
    joined: VecDeque<Joined>,
    watcher: Option<RecommendedWatcher>,
    watched: Vec<PathBuf>,
    look_again: Option<Instant>,
    /// When time alone changes the site, in seconds since 1970.
    due: Option<i64>,
    /// Whether links to folders are among what is watched: the system tells of a file that can be
    /// reached in two ways under one name only.
    has_links: bool,
}

impl Watch {
    /// Starts to listen; `remark` is given what the author should know.
    pub(super) fn start(
        root: &Path,
        watching: Watching,
        (sender, signals): (Sender<Signal>, Receiver<Signal>),
        remark: &dyn Fn(&str),
    ) -> Self {
        let mut watch = Self {
            root: root.to_owned(),
            folders: vec![],
            ignored: vec![],
            signals,
            joined: VecDeque::new(),
            watcher: None,
            watched: vec![],
            look_again: None,
            due: None,
            has_links: false,
        };
        if watching == Watching::Events {
            // A send fails when the preview is ending, and then nobody wants to know.
            let handler = move |event| drop(sender.send(Signal::Told(event)));
            match RecommendedWatcher::new(handler, notify::Config::default()) {
                Ok(watcher) => watch.watcher = Some(watcher),
                Err(error) => watch.fall_back(&error, remark),
            }
        }
        watch
    }

    /// Listens to these folders of the newsletter, and not to that of the output.
    pub(super) fn follow(&mut self, folders: &[&str], output: &Path, remark: &dyn Fn(&str)) {
        let folders: Vec<String> = folders.iter().map(|folder| (*folder).to_owned()).collect();
        let ignored = vec![output.to_owned(), self.root.join("target"), self.root.join("node_modules")];
        if self.folders == folders && self.ignored == ignored && !self.watched.is_empty() {
            return;
        }
        self.folders = folders;
        self.ignored = ignored;
        self.listen(remark);
    }

    /// Listens to all folders anew: one that was deleted and made again is another.
    fn listen(&mut self, remark: &dyn Fn(&str)) {
        let Some(watcher) = &mut self.watcher else { return };
        for path in self.watched.drain(..) {
            // It may be gone, and its watch with it.
            let _ = watcher.unwatch(&path);
        }
        let mut wanted = vec![(self.root.clone(), RecursiveMode::NonRecursive)];
        for folder in &self.folders {
            let path = self.root.join(folder);
            if folder.is_empty() {
                wanted = vec![(path, RecursiveMode::Recursive)];
                break;
            }
            if path.is_dir() {
                wanted.push((path, RecursiveMode::Recursive));
            }
        }
        let mut failure = None;
        for (path, mode) in wanted {
            match watcher.watch(&path, mode) {
                Ok(()) => self.watched.push(path),
                // A folder that has just gone is told of by the folder above.
                Err(_) if !path.exists() => {}
                Err(error) => failure = Some(error),
            }
        }
        self.has_links = self.folders.iter().any(|folder| has_links(&self.root.join(folder)));
        if let Some(error) = failure {
            self.fall_back(&error, remark);
        }
    }

    fn fall_back(&mut self, error: &notify::Error, remark: &dyn Fn(&str)) {
        self.watcher = None;
        self.watched.clear();
        let reason = match error.kind {
            notify::ErrorKind::MaxFilesWatch => "the system's limit of watched files is reached".to_owned(),
            _ => error.to_string(),
        };
        remark(&format!("the system does not tell of changes ({reason}); the folder is looked through instead"));
    }

    /// Takes note of when time alone changes the site, in seconds since 1970.
    pub(super) fn wake_at(&mut self, due: i64) {
        self.due = Some(due);
    }

    /// Waits for the next batch, for a moment, or for a site that was joined; `is_known` says whether a file is part
    /// of the site as it is shown.
    ///
    /// `None` if nothing can come any more.
    pub(super) fn next(&mut self, is_known: &dyn Fn(&SourcePath) -> bool, remark: &dyn Fn(&str)) -> Option<Next> {
        let anything = || Some(Next::Changes(Changes { anything: true, ..Changes::default() }));
        loop {
            if let Some(joined) = self.joined.pop_front() {
                return Some(Next::Joined(Box::new(joined)));
            }
            let look_at = match &self.watcher {
                None => Some(Instant::now() + INTERVAL),
                // The newsletter's own folder is gone, and nothing tells when it comes back.
                Some(_) if self.watched.is_empty() => Some(Instant::now() + INTERVAL),
                Some(_) => self.look_again,
            };
            let until_due = self.due.map(|due| seconds_until(due).min(CLOCK));
            if until_due.is_some_and(|wait| wait.is_zero()) {
                self.due = None;
                return Some(Next::Due);
            }
            let until_look = look_at.map(|at| at.saturating_duration_since(Instant::now()));
            let signal = match until_look.into_iter().chain(until_due).min() {
                Some(wait) => match self.signals.recv_timeout(wait) {
                    Ok(signal) => signal,
                    Err(RecvTimeoutError::Timeout) if look_at.is_none_or(|at| Instant::now() < at) => continue,
                    Err(RecvTimeoutError::Timeout) => {
                        self.look_again = None;
                        if self.watcher.is_some() && self.watched.is_empty() {
                            self.listen(remark);
                            if self.watched.is_empty() {
                                continue;
                            }
                        }
                        return anything();
                    }
                    Err(RecvTimeoutError::Disconnected) => return None,
                },
                None => self.signals.recv().ok()?,
            };
            let mut batch = Batch::default();
            self.take_in(signal, &mut batch, remark);
            if batch.is_empty() {
                continue;
            }
            let started = Instant::now();
            loop {
                let (quiet, ceiling) = match batch.files.len() {
                    MANY.. => (QUIET_OF_MANY, CEILING_OF_MANY),
                    _ if batch.is_settled(is_known) => (SETTLED, CEILING),
                    _ => (QUIET, CEILING),
                };
                let wait = quiet.min((started + ceiling).saturating_duration_since(Instant::now()));
                match self.signals.recv_timeout(wait) {
                    Ok(signal) => self.take_in(signal, &mut batch, remark),
                    Err(_) => break,
                }
            }
            if batch.new_folder {
                self.look_again = Some(Instant::now() + SECOND_LOOK);
            }
            if batch.folder_moved {
                self.listen(remark);
            }
            batch.anything |= self.has_links;
            return Some(Next::Changes(batch.into_changes()));
        }
    }

    fn take_in(&mut self, signal: Signal, batch: &mut Batch, remark: &dyn Fn(&str)) {
        match signal {
            Signal::Told(event) => self.sort_in(event, batch, remark),
            Signal::Joined(joined) => self.joined.push_back(*joined),
        }
    }

    fn sort_in(&mut self, event: notify::Result<notify::Event>, batch: &mut Batch, remark: &dyn Fn(&str)) {
        let event = match event {
            Ok(event) => event,
            Err(error) => {
                batch.anything = true;
                if matches!(error.kind, notify::ErrorKind::MaxFilesWatch) {
                    self.fall_back(&error, remark);
                }
                return;
            }
        };
        if event.need_rescan() {
            // More happened than the system could tell.
            batch.anything = true;
            batch.folder_moved = true;
            return;
        }
        let Some(state) = state_after(event.kind) else { return };
        for (index, path) in event.paths.iter().enumerate() {
            // A rename names the old file first, which is gone.
            let is_old = index == 0 && event.kind == EventKind::Modify(ModifyKind::Name(RenameMode::Both));
            let state = if is_old { State::Gone } else { state };
            if self.is_beside_the_point(path) {
                continue;
            }
            let Some(relative) = path.strip_prefix(&self.root).ok().and_then(Path::to_str) else { continue };
            let is_top = self.folders.iter().any(|folder| folder == relative) || relative.is_empty();
            if is_top && (state != State::Changing || matches!(event.kind, EventKind::Create(_))) {
                batch.folder_moved = true;
            }
            let is_own = relative == crate::config::FILE_NAME
                || self.folders.iter().any(|folder| folder.is_empty() || Path::new(relative).starts_with(folder));
            if !is_own {
                continue;
            }
            let is_folder = matches!(event.kind, EventKind::Create(CreateKind::Folder))
                || matches!(event.kind, EventKind::Remove(RemoveKind::Folder))
                || matches!(event.kind, EventKind::Modify(ModifyKind::Name(_))) && path.is_dir();
            // The system does not listen in a folder that is reached through a new link.
            let is_link = matches!(event.kind, EventKind::Create(_) | EventKind::Modify(ModifyKind::Name(_)))
                && path.is_symlink()
                && path.is_dir();
            if is_folder || is_top || is_link {
                batch.anything = true;
                batch.new_folder |= path.is_dir();
                batch.folder_moved |= is_link;
                continue;
            }
            batch.files.insert(SourcePath::new(relative.replace(std::path::MAIN_SEPARATOR, "/")), state);
        }
    }

    fn is_beside_the_point(&self, path: &Path) -> bool {
        let inside = path.strip_prefix(&self.root).unwrap_or(path);
        self.ignored.iter().any(|ignored| path.starts_with(ignored))
            || inside.components().any(|part| is_ignored(part.as_os_str().as_encoded_bytes()))
    }
}

/// Gives how long it is until a moment in seconds since 1970.
fn seconds_until(moment: i64) -> Duration {
    let moment = Duration::from_secs(u64::try_from(moment).unwrap_or(0));
    moment.saturating_sub(SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default())
}

/// Says whether a folder holds links to folders, or is one.
fn has_links(folder: &Path) -> bool {
    let is_link = |entry: &walkdir::DirEntry| entry.path_is_symlink() && entry.path().is_dir();
    folder.is_symlink() || walkdir::WalkDir::new(folder).into_iter().flatten().any(|entry| is_link(&entry))
}

/// How a file is after an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// Somebody is writing, or has put it out of the way for a moment.
    Changing,
    /// It is whole.
    Whole,
    /// It is gone, perhaps for a moment.
    Gone,
}

/// Says what an event means for the file; `None` if it changes nothing.
fn state_after(kind: EventKind) -> Option<State> {
    Some(match kind {
        // Reading is told of as well, and we read all the time.
        EventKind::Access(AccessKind::Close(AccessMode::Write)) => State::Whole,
        EventKind::Access(_) => return None,
        EventKind::Modify(ModifyKind::Name(RenameMode::To | RenameMode::Both)) => State::Whole,
        EventKind::Modify(ModifyKind::Name(_)) | EventKind::Remove(_) => State::Gone,
        _ => State::Changing,
    })
}

#[derive(Default)]
struct Batch {
    files: BTreeMap<SourcePath, State>,
    anything: bool,
    new_folder: bool,
    folder_moved: bool,
}

impl Batch {
    fn is_empty(&self) -> bool {
        self.files.is_empty() && !self.anything && !self.folder_moved
    }

    fn is_settled(&self, is_known: &dyn Fn(&SourcePath) -> bool) -> bool {
        !self.anything
            && !self.folder_moved
            && self.files.iter().all(|(path, state)| *state == State::Whole && (is_known(path) || is_markdown(path)))
    }

    fn into_changes(self) -> Changes {
        Changes { files: self.files.into_keys().collect(), anything: self.anything || self.folder_moved }
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;
    use std::sync::mpsc::channel;

    use super::*;

    fn anything(next: Option<Next>) -> bool {
        matches!(next, Some(Next::Changes(changes)) if changes.anything)
    }

    #[test]
    fn where_the_system_tells_no_more_the_folder_is_looked_through_again_and_again() {
        let folder = tempfile::tempdir().unwrap();
        let (sender, receiver) = channel();
        let said = RefCell::new(Vec::new());
        let remark = |text: &str| said.borrow_mut().push(text.to_owned());
        let mut watch = Watch::start(folder.path(), Watching::Events, (sender.clone(), receiver), &remark);
        watch.follow(&["content"], Path::new("public"), &remark);
        assert!(said.borrow().is_empty() && watch.watcher.is_some());
        let full = notify::Error::new(notify::ErrorKind::MaxFilesWatch);
        sender.send(Signal::Told(Err(full))).unwrap();
        assert!(anything(watch.next(&|_| true, &remark)));
        assert!(said.borrow()[0].contains("limit of watched files"), "{said:?}");
        for _ in 0..2 {
            let started = Instant::now();
            assert!(anything(watch.next(&|_| true, &remark)));
            assert!(started.elapsed() >= INTERVAL / 2, "it rests in between");
        }
        assert_eq!(said.borrow().len(), 1, "it is said once");
    }

    #[test]
    fn when_more_happened_than_could_be_told_everything_is_looked_at() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("content")).unwrap();
        let (sender, receiver) = channel();
        let mut watch = Watch::start(folder.path(), Watching::Events, (sender.clone(), receiver), &|_| {});
        watch.follow(&["content"], Path::new("public"), &|_| {});
        let overflow = notify::Event::new(EventKind::Other).set_flag(notify::event::Flag::Rescan);
        sender.send(Signal::Told(Ok(overflow))).unwrap();
        assert!(anything(watch.next(&|_| true, &|_| {})));
        // And it still listens.
        std::fs::write(folder.path().join("content/a.md"), "x").unwrap();
        let Some(Next::Changes(changes)) = watch.next(&|_| true, &|_| {}) else { panic!("a change") };
        assert!(changes.anything || changes.files == [SourcePath::new("content/a.md")], "{changes:?}");
    }
}
