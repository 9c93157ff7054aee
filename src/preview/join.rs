//! Joining all that was read into a site, on a thread of its own.
//!
//! At ten thousand posts this takes a good part of a second. The workshop does not wait: it shows a
//! new text in the site as it stands, and takes the site that is right in all of its pages when it is
//! ready. Of jobs that wait only the newest is done.

use std::collections::BTreeMap;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::Sender;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use super::Notice;
use super::state::{Server, lock};
use super::watch::Signal;
use super::workshop::Difference;
use crate::cache::{self, Owner};
use crate::content::date::Moment;
use crate::diagnostic::Diagnostic;
use crate::fingerprint::Fingerprint;
use crate::load::{self, ReadText, Sources};
use crate::newsroom::memory::Memory;
use crate::newsroom::timeline::{Admission, steady};
use crate::snapshot::Snapshot;
use crate::source::SourcePath;

/// How long a job waits whose texts are shown already: the pages that show them come first.
const AFTER_TEXTS: Duration = Duration::from_millis(30);
/// How long there must be nothing to join before what was read is kept for the next start.
const CALM: Duration = Duration::from_secs(2);

/// What is to be joined.
pub(super) struct Job {
    /// What was read, with the last good form of what is broken.
    pub(super) sources: Sources,
    /// What changed since the last site that was joined.
    pub(super) difference: Difference,
    /// What of that nobody has been told of.
    pub(super) untold: Vec<SourcePath>,
    /// When the first of it was noticed.
    pub(super) started: Instant,
    /// Since when files may have changed without a sign, if what was read is to be kept for the next
    /// start; in nanoseconds since 1970.
    pub(super) keep_from: Option<i128>,
}

/// What came of it.
pub(super) struct Joined {
    pub(super) job: Job,
    /// None if it could not be joined at all.
    pub(super) snapshot: Option<Arc<Snapshot>>,
    /// What is wrong beyond each file by itself.
    pub(super) problems: Vec<Diagnostic>,
    /// When time alone makes it another, in seconds since 1970.
    pub(super) due: i64,
}

/// Takes jobs.
pub(super) struct Joiner {
    desk: Arc<Desk>,
}

#[derive(Default)]
struct Desk {
    job: Mutex<Option<Job>>,
    arrived: Condvar,
    /// What the last run of the preview or of a build remembered.
    memory: Mutex<Memory>,
}

impl Joiner {
    /// Starts the thread; it sends what it has joined.
    pub(super) fn start(server: Arc<Server>, sender: Sender<Signal>) -> io::Result<Self> {
        let desk = Arc::new(Desk::default());
        let own = desk.clone();
        thread::Builder::new().name("masthead-join".to_owned()).spawn(move || work(server, &own, &sender))?;
        Ok(Self { desk })
    }

    /// Hands over what is remembered of an earlier run; before the first job.
    pub(super) fn remember(&self, memory: Memory) {
        *lock(&self.desk.memory) = memory;
    }

    /// Puts a job on the desk; one that lies there is done with it.
    pub(super) fn take(&self, mut job: Job) {
        let mut desk = lock(&self.desk.job);
        if let Some(waiting) = desk.take() {
            job.started = waiting.started;
            job.keep_from = waiting.keep_from.or(job.keep_from);
            job.difference = waiting.difference.and(job.difference);
            let untold = waiting.untold.into_iter().filter(|path| !job.untold.contains(path)).collect::<Vec<_>>();
            job.untold.extend(untold);
        }
        *desk = Some(job);
        self.desk.arrived.notify_one();
    }
}

impl Desk {
    /// Waits for a job, or for a while.
    fn next(&self, patience: Option<Duration>) -> Option<Job> {
        let nothing_yet = |job: &mut Option<Job>| job.is_none();
        let desk = lock(&self.job);
        let mut desk = match patience {
            Some(patience) => match self.arrived.wait_timeout_while(desk, patience, nothing_yet) {
                Ok((desk, _)) => desk,
                Err(poisoned) => poisoned.into_inner().0,
            },
            None => self.arrived.wait_while(desk, nothing_yet).unwrap_or_else(PoisonError::into_inner),
        };
        desk.take()
    }
}

fn work(server: Arc<Server>, desk: &Desk, sender: &Sender<Signal>) {
    let mut bench = Bench { server, memory: Memory::default(), meaning: None, templates: BTreeMap::new() };
    let mut to_keep: Option<(i128, Sources)> = None;
    loop {
        let Some(job) = desk.next(to_keep.as_ref().map(|_| CALM)) else {
            if let Some((from, sources)) = to_keep.take() {
                bench.keep(from, &sources);
            }
            continue;
        };
        if bench.meaning.is_none() {
            bench.memory = std::mem::take(&mut lock(&desk.memory));
        }
        if let Some(from) = job.keep_from {
            to_keep = Some((from, job.sources.clone()));
        }
        if bench.meaning.is_some() && job.untold.is_empty() {
            thread::sleep(AFTER_TEXTS);
        }
        let joined = bench.join(job);
        if sender.send(Signal::Joined(Box::new(joined))).is_err() {
            return;
        }
    }
}

struct Bench {
    server: Arc<Server>,
    memory: Memory,
    /// What the configuration means for the documents that are remembered; none before the first job.
    meaning: Option<Fingerprint>,
    /// The templates that compiled last.
    templates: BTreeMap<SourcePath, Arc<ReadText>>,
}

impl Bench {
    fn join(&mut self, job: Job) -> Joined {
        let seconds = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
        let now = Moment::from_unix(i64::try_from(seconds).unwrap_or(i64::MAX));
        let (mut snapshot, problems) = self.build(&job.sources, now);
        if snapshot.is_some() {
            self.templates.clone_from(&job.sources.templates);
        } else if !same_texts(&self.templates, &job.sources.templates) {
            // Templates do not compile: those that did stand in.
            let mut sources = job.sources.clone();
            sources.templates.clone_from(&self.templates);
            snapshot = self.build(&sources, now).0;
        }
        let due = steady(job.sources.read_documents(), now).end;
        Joined { job, snapshot: snapshot.map(Arc::new), problems, due }
    }

    fn build(&mut self, sources: &Sources, now: Moment) -> (Option<Snapshot>, Vec<Diagnostic>) {
        let admission = Admission { now, drafts: self.server.options.drafts, future: self.server.options.future };
        let meaning = load::meaning(&sources.config);
        if self.meaning.replace(meaning).is_some_and(|before| before != meaning) {
            self.memory = Memory::default();
        }
        let misses = sources.texts.misses();
        let memory = &mut self.memory;
        let built =
            catch_unwind(AssertUnwindSafe(|| Snapshot::build(sources, &admission, memory))).unwrap_or_else(|_| {
                // What was kept may be half of something.
                self.memory = Memory::default();
                let bug = Diagnostic::error("bug", "Masthead came to a point that it should never come to")
                    .with_help("this is a bug in Masthead; the preview goes on with the last good site");
                (None, vec![bug])
            });
        if sources.texts.misses() != misses {
            // A file changed while it was read: what is remembered of its text is not true.
            self.memory = Memory::default();
        }
        built
    }

    /// Writes down what was read and what is remembered, so that the next start has less to do.
    fn keep(&self, from: i128, sources: &Sources) {
        let root = self.server.workspace.root();
        if let Err(error) = cache::write_kept(root, Owner::Preview, from, sources, &self.memory) {
            let text = format!("the cache could not be written ({error}); the next start takes longer");
            self.server.observer.notice(&Notice::Remark(&text));
        }
    }
}

fn same_texts(a: &BTreeMap<SourcePath, Arc<ReadText>>, b: &BTreeMap<SourcePath, Arc<ReadText>>) -> bool {
    let key = |(path, read): (&SourcePath, &Arc<ReadText>)| (path.clone(), read.file.fingerprint);
    a.iter().map(key).eq(b.iter().map(key))
}
