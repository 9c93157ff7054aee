//! What is shown right now: one value that is swapped whole.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use tokio::sync::watch;

use super::gate::Gate;
use super::open_pages::OpenPages;
use super::pages::Pages;
use super::problems::PageProblems;
use super::watchdog::Watchdog;
use super::{Notice, Observer, Options};
use crate::diagnostic::Diagnostic;
use crate::disk::DiskWorkspace;
use crate::render::machine::page_policy;
use crate::snapshot::Snapshot;
use crate::source::SourcePath;

/// Changes that are remembered for pages that have not been told yet.
const LOG: usize = 64;

/// The site at one moment, and what was wrong with its sources.
pub(super) struct Current {
    /// Counts the sites that were shown, from 1.
    pub(super) generation: u64,
    /// The site; none if there never was a good one.
    pub(super) snapshot: Option<Arc<Snapshot>>,
    /// What is wrong with the sources as they are now, sorted.
    pub(super) problems: Arc<Vec<Diagnostic>>,
    /// What pages may load and run, once that was asked: it is gathered from all texts.
    policy: OnceLock<Option<String>>,
}

impl Current {
    pub(super) fn new(generation: u64, snapshot: Option<Arc<Snapshot>>, problems: Arc<Vec<Diagnostic>>) -> Self {
        Self { generation, snapshot, problems, policy: OnceLock::new() }
    }

    /// Gives what published pages may load and run; `None` where the site does not say.
    pub(super) fn policy(&self) -> Option<&str> {
        let snapshot = self.snapshot.as_ref()?;
        self.policy.get_or_init(|| page_policy(&snapshot.parts)).as_deref()
    }
}

/// What made a new site necessary.
#[derive(Clone, Debug)]
pub(super) struct Change {
    /// The site that shows it.
    pub(super) generation: u64,
    /// The files that changed.
    pub(super) files: Vec<SourcePath>,
    /// How far it reaches.
    pub(super) scope: Scope,
}

/// How far a change reaches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Scope {
    /// Any page may be another.
    Anything,
    /// Only these addresses give other bytes: each with the address under which they are new.
    Files(Vec<(String, String)>),
}

/// The preview: what all its threads and connections share.
pub(super) struct Server {
    pub(super) options: Options,
    pub(super) workspace: DiskWorkspace,
    pub(super) address: SocketAddr,
    pub(super) gate: Gate,
    pub(super) observer: Arc<dyn Observer>,
    /// Pages that were rendered, and those that failed.
    pub(super) pages: Pages,
    pub(super) open_pages: OpenPages,
    pub(super) page_problems: PageProblems,
    pub(super) watchdog: Watchdog,
    current: watch::Sender<Option<Arc<Current>>>,
    log: Mutex<VecDeque<Change>>,
}

impl Server {
    pub(super) fn new(
        options: Options,
        workspace: DiskWorkspace,
        address: SocketAddr,
        observer: Arc<dyn Observer>,
    ) -> Self {
        Self {
            gate: Gate::new(address, &options.allowed_hosts),
            options,
            workspace,
            address,
            observer,
            pages: Pages::default(),
            open_pages: OpenPages::default(),
            page_problems: PageProblems::default(),
            watchdog: Watchdog::default(),
            current: watch::Sender::new(None),
            log: Mutex::default(),
        }
    }

    /// Gives the address of the site, without a slash at the end, as far as it is known.
    pub(super) fn base_url(&self) -> String {
        let path = self.now().and_then(|now| Some(now.snapshot.as_ref()?.parts.config.base_path().to_owned()));
        format!("{}{}", super::origin(self.address), path.unwrap_or_else(|| self.configured_path()))
    }

    /// Reads from options and configuration below which path the site stands: empty, or `/news`.
    pub(super) fn configured_path(&self) -> String {
        use crate::source::Workspace;
        let path = SourcePath::new(crate::config::FILE_NAME);
        let file = self.workspace.read(&path).ok().and_then(|bytes| crate::source::decode(path, bytes).ok());
        let mut config = crate::config::Config::read(file.as_ref()).0;
        if let Some(url) = &self.options.base_url {
            // One that is no address is said where the site is joined.
            let _ = config.set_base_url(url);
        }
        config.base_path().to_owned()
    }

    /// Gives what is shown now; `None` before the first site is there.
    pub(super) fn now(&self) -> Option<Arc<Current>> {
        self.current.borrow().clone()
    }

    /// Waits until there is something to show.
    pub(super) async fn first(&self) -> Option<Arc<Current>> {
        let mut changes = self.current.subscribe();
        let shown = changes.wait_for(Option::is_some).await;
        shown.ok().and_then(|shown| shown.clone())
    }

    /// Waits until another site than that is shown.
    pub(super) async fn after(&self, generation: u64) -> Option<Arc<Current>> {
        let is_another = |shown: &Option<Arc<Current>>| shown.as_ref().is_some_and(|now| now.generation != generation);
        let mut changes = self.current.subscribe();
        let shown = changes.wait_for(is_another).await;
        shown.ok().and_then(|shown| shown.clone())
    }

    /// Listens to new sites.
    pub(super) fn changes(&self) -> watch::Receiver<Option<Arc<Current>>> {
        self.current.subscribe()
    }

    /// Shows another site from now on.
    pub(super) fn show(&self, current: Current, change: Change) {
        let mut log = lock(&self.log);
        if log.len() == LOG {
            log.pop_front();
        }
        log.push_back(change);
        drop(log);
        self.current.send_replace(Some(Arc::new(current)));
    }

    /// Lists all that is wrong: with the sources, and with pages that were rendered.
    pub(super) fn all_problems(&self) -> Vec<Diagnostic> {
        let mut all = self.page_problems.all();
        if let Some(now) = self.now() {
            all.extend(now.problems.iter().cloned());
        }
        crate::diagnostic::sort(&mut all);
        all
    }

    /// Says that the last error has gone, if it has.
    pub(super) fn say_clear(&self) {
        if !self.all_problems().iter().any(Diagnostic::is_error) {
            self.observer.notice(&Notice::Clear);
        }
    }

    /// Has everybody look again, although the site is the same.
    pub(super) fn nudge(&self) {
        self.current.send_modify(|_| {});
    }

    /// Sums up what changed after one site until another.
    pub(super) fn changed(&self, after: u64, until: u64) -> (Vec<SourcePath>, Scope) {
        let log = lock(&self.log);
        let changes: Vec<&Change> =
            log.iter().filter(|change| change.generation > after && change.generation <= until).collect();
        let mut files: Vec<SourcePath> = changes.iter().flat_map(|change| change.files.iter().cloned()).collect();
        files.dedup();
        let mut swaps: Vec<(String, String)> = Vec::new();
        for change in &changes {
            let Scope::Files(new) = &change.scope else { return (files, Scope::Anything) };
            swaps.extend(new.iter().cloned());
        }
        let all_known = until.saturating_sub(after) == changes.len() as u64;
        (files, if all_known { Scope::Files(swaps) } else { Scope::Anything })
    }
}

/// Takes a lock; what a thread that panicked left behind is still whole, for every change is one step.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
