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

use super::state::lock;
use super::watch::Signal;
use super::workshop::Difference;
use crate::content::date::Moment;
use crate::diagnostic::Diagnostic;
use crate::load::{ReadText, Sources};
use crate::newsroom::memory::Memory;
use crate::newsroom::timeline::Admission;
use crate::snapshot::Snapshot;
use crate::source::SourcePath;

/// How long a job waits whose texts are shown already: the pages that show them come first.
const AFTER_TEXTS: Duration = Duration::from_millis(30);

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
}

/// What came of it.
pub(super) struct Joined {
    pub(super) job: Job,
    /// None if it could not be joined at all.
    pub(super) snapshot: Option<Arc<Snapshot>>,
    /// What is wrong beyond each file by itself.
    pub(super) problems: Vec<Diagnostic>,
}

/// Takes jobs.
pub(super) struct Joiner {
    desk: Arc<Desk>,
}

#[derive(Default)]
struct Desk {
    job: Mutex<Option<Job>>,
    arrived: Condvar,
}

/// Which posts are shown though they are not ready.
#[derive(Clone, Copy)]
pub(super) struct Shows {
    pub(super) drafts: bool,
    pub(super) future: bool,
}

impl Joiner {
    /// Starts the thread; it sends what it has joined.
    pub(super) fn start(shows: Shows, sender: Sender<Signal>) -> io::Result<Self> {
        let desk = Arc::new(Desk::default());
        let own = desk.clone();
        let work = move || {
            let mut bench = Bench { memory: Memory::default(), templates: BTreeMap::new(), shows };
            // At first everything is wanted; later a processor is left to whoever looks at a page.
            let processors = thread::available_parallelism().map_or(1, usize::from);
            let pool = rayon::ThreadPoolBuilder::new().num_threads(processors.saturating_sub(1).max(1)).build().ok();
            let mut is_first = true;
            loop {
                let job = own.next();
                if !is_first && job.untold.is_empty() {
                    thread::sleep(AFTER_TEXTS);
                }
                let joined = match &pool {
                    Some(pool) if !is_first => pool.install(|| bench.join(job)),
                    _ => bench.join(job),
                };
                is_first = false;
                if sender.send(Signal::Joined(Box::new(joined))).is_err() {
                    return;
                }
            }
        };
        thread::Builder::new().name("masthead-join".to_owned()).spawn(work)?;
        Ok(Self { desk })
    }

    /// Puts a job on the desk; one that lies there is done with it.
    pub(super) fn take(&self, mut job: Job) {
        let mut desk = lock(&self.desk.job);
        if let Some(waiting) = desk.take() {
            job.started = waiting.started;
            job.difference = waiting.difference.and(job.difference);
            let untold = waiting.untold.into_iter().filter(|path| !job.untold.contains(path)).collect::<Vec<_>>();
            job.untold.extend(untold);
        }
        *desk = Some(job);
        self.desk.arrived.notify_one();
    }
}

impl Desk {
    fn next(&self) -> Job {
        let mut desk = lock(&self.job);
        loop {
            if let Some(job) = desk.take() {
                return job;
            }
            desk = self.arrived.wait(desk).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

struct Bench {
    memory: Memory,
    /// The templates that compiled last.
    templates: BTreeMap<SourcePath, Arc<ReadText>>,
    shows: Shows,
}

impl Bench {
    fn join(&mut self, job: Job) -> Joined {
        let (mut snapshot, problems) = self.build(&job.sources);
        if snapshot.is_some() {
            self.templates.clone_from(&job.sources.templates);
        } else if !same_texts(&self.templates, &job.sources.templates) {
            // Templates do not compile: those that did stand in.
            let mut sources = job.sources.clone();
            sources.templates.clone_from(&self.templates);
            snapshot = self.build(&sources).0;
        }
        Joined { job, snapshot: snapshot.map(Arc::new), problems }
    }

    fn build(&mut self, sources: &Sources) -> (Option<Snapshot>, Vec<Diagnostic>) {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
        let admission = Admission {
            now: Moment::from_unix(i64::try_from(now).unwrap_or(i64::MAX)),
            drafts: self.shows.drafts,
            future: self.shows.future,
        };
        let memory = &mut self.memory;
        catch_unwind(AssertUnwindSafe(|| Snapshot::build(sources, &admission, memory))).unwrap_or_else(|_| {
            // What was kept may be half of something.
            self.memory = Memory::default();
            let bug = Diagnostic::error("bug", "Masthead came to a point that it should never come to")
                .with_help("this is a bug in Masthead; the preview goes on with the last good site");
            (None, vec![bug])
        })
    }
}

fn same_texts(a: &BTreeMap<SourcePath, Arc<ReadText>>, b: &BTreeMap<SourcePath, Arc<ReadText>>) -> bool {
    let key = |(path, read): (&SourcePath, &Arc<ReadText>)| (path.clone(), read.file.fingerprint);
    a.iter().map(key).eq(b.iter().map(key))
}
