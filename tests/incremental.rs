//! The output of any sequence of incremental builds is, byte for byte, the output of a clean one.
//!
//! A small newsletter is edited at random: posts, pages, profiles, editions, replies, templates,
//! configuration, pictures and static files are written, renamed and deleted; time passes, drafts are
//! let through, the output and the cache are damaged. After every few edits it is built in place, with
//! all that earlier builds left, and once more from nothing, in memory; the two sites are compared.
//!
//! `MASTHEAD_RANDOM_EDITS` says for how long: a number of sequences (500 if it is not set), a time such
//! as `3600s`, or `#42` for the one sequence that a failure named.
#![expect(clippy::print_stdout, reason = "says how much was tried")]
#![expect(clippy::disallowed_methods, reason = "edits newsletters on the disk")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a helper of a test may end the test")]

mod random_newsletter;
mod workbench;

use std::collections::BTreeMap;
use std::fs;
use std::ops::RangeInclusive;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use masthead::build::{Request, build};
use masthead::config::Overrides;
use masthead::diagnostic::{self, Diagnostic};
use masthead::disk::DiskWorkspace;
use masthead::disk::file_system::Disk;
use masthead::disk::publication::Adoption;
use masthead::load::load;
use masthead::newsroom::memory::Memory;
use masthead::render::{Rendered, render};
use masthead::snapshot::{NOTHING_TO_PUBLISH, Snapshot};
use masthead::source::{SourcePath, Workspace};

use random_newsletter::{DAMAGED, Dice, Newsletter};

/// The program's own: a fifth of the time went into the system's.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// A site by the paths of its files, or what is wrong with its content.
type Site = Result<BTreeMap<String, Vec<u8>>, Vec<String>>;

/// Builds in place, with all that earlier builds left.
fn built(newsletter: &Newsletter) -> Site {
    let request = Request {
        root: &newsletter.root,
        overrides: Overrides::default(),
        admission: newsletter.admission(),
        adoption: Adoption::Refuse,
        // A site in place may have had posts that are gone now, which a clean one knows nothing of.
        allow_empty: true,
        force: false,
        durable: false,
        files: &Disk,
    };
    let report = build(&request, &|_, _| {}).unwrap();
    let Some(summary) = report.summary else { return Err(errors(report.diagnostics)) };
    // What somebody edited stays when its page goes, and the build says so: then they take it away.
    for path in &summary.kept_edits {
        let kept = report.output.join(path.as_str());
        assert_eq!(fs::read_to_string(&kept).unwrap(), DAMAGED, "{path} was not edited");
        fs::remove_file(kept).unwrap();
    }
    Ok(tree(&report.output))
}

/// Makes the same site in memory, from nothing but the sources.
fn clean(newsletter: &Newsletter) -> Site {
    let workspace = DiskWorkspace::open(&newsletter.root).unwrap();
    let (sources, mut diagnostics) = load(&workspace, &Overrides::default(), None);
    let (snapshot, said) = Snapshot::build(&sources, &newsletter.admission(), &mut Memory::default());
    diagnostics.extend(said);
    // Empty sites are allowed here, as in place.
    diagnostics.retain(|said| said.code != NOTHING_TO_PUBLISH);
    let mut files = BTreeMap::new();
    // Where the content is wrong nothing is rendered, so nothing that rendering finds is said either.
    if let Some(snapshot) = snapshot.filter(|_| !diagnostics.iter().any(Diagnostic::is_error)) {
        for (path, route) in snapshot.parts.plan.routes() {
            let bytes = match render(&snapshot, path, route) {
                Ok(Rendered::Bytes(bytes)) => bytes,
                Ok(Rendered::CopyOf(source)) => workspace.read(&SourcePath::new(source)).unwrap(),
                Err(problem) => {
                    diagnostics.push(problem);
                    continue;
                }
            };
            files.insert(path.to_string(), bytes);
        }
    }
    let wrong = errors(diagnostics);
    if wrong.is_empty() { Ok(files) } else { Err(wrong) }
}

fn errors(mut diagnostics: Vec<Diagnostic>) -> Vec<String> {
    diagnostic::sort(&mut diagnostics);
    diagnostics.into_iter().filter(Diagnostic::is_error).map(|diagnostic| diagnostic.message).collect()
}

fn tree(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    for entry in walkdir::WalkDir::new(folder) {
        let entry = entry.unwrap();
        let name = entry.path().strip_prefix(folder).unwrap().to_string_lossy().into_owned();
        if entry.file_type().is_file() && !name.starts_with(".masthead") {
            files.insert(name, fs::read(entry.path()).unwrap());
        }
    }
    files
}

/// How many comparisons were of sites, and how many of errors.
#[derive(Default)]
struct Tally {
    sequences: AtomicU64,
    sites: AtomicU64,
    errors: AtomicU64,
}

/// Edits a newsletter of its own and builds it, some times over.
///
/// # Errors
/// What differs, and all that led there.
fn run_sequence(seed: u64, tally: &Tally) -> Result<(), String> {
    let mut dice = Dice::new(seed);
    let place = workbench::folder();
    let root = place.path().join("site");
    let mut newsletter = Newsletter::start(&root, &mut dice);
    let mut history: Vec<String> = vec![];
    for _ in 0..1 + dice.roll(4) {
        for _ in 0..1 + dice.roll(2) {
            history.push(newsletter.edit(&mut dice));
        }
        history.push("build".to_owned());
        compare(&built(&newsletter), &clean(&newsletter), tally)
            .map_err(|difference| format!("#{seed}: {difference} after {history:?}"))?;
    }
    tally.sequences.fetch_add(1, Ordering::Relaxed);
    Ok(())
}

fn compare(built: &Site, clean: &Site, tally: &Tally) -> Result<(), String> {
    match (built, clean) {
        (Ok(built), Ok(clean)) => {
            tally.sites.fetch_add(1, Ordering::Relaxed);
            if !built.keys().eq(clean.keys()) {
                return Err(odd(built, clean));
            }
            match built.iter().find(|(name, bytes)| clean[*name] != **bytes) {
                Some((name, _)) => Err(format!("`{name}` differs")),
                None => Ok(()),
            }
        }
        (Err(built), Err(clean)) if built == clean => {
            tally.errors.fetch_add(1, Ordering::Relaxed);
            Ok(())
        }
        (built, clean) => Err(format!("{:?} in place, {:?} from nothing", built.as_ref().err(), clean.as_ref().err())),
    }
}

/// The paths that only one of two sites has.
fn odd(one: &BTreeMap<String, Vec<u8>>, other: &BTreeMap<String, Vec<u8>>) -> String {
    let only = |a: &BTreeMap<String, Vec<u8>>, b: &BTreeMap<String, Vec<u8>>| {
        a.keys().filter(|name| !b.contains_key(*name)).cloned().collect::<Vec<_>>().join(" ")
    };
    format!("other files (only in place: {}; only from nothing: {})", only(one, other), only(other, one))
}

/// For how long newsletters are edited.
struct Extent {
    seeds: RangeInclusive<u64>,
    time: Option<Duration>,
}

fn extent() -> Extent {
    let Ok(text) = std::env::var("MASTHEAD_RANDOM_EDITS") else { return Extent { seeds: 1..=500, time: None } };
    let number = |text: &str| text.parse().expect("MASTHEAD_RANDOM_EDITS is a number, `3600s` or `#42`");
    match (text.strip_suffix('s'), text.strip_prefix('#')) {
        (Some(seconds), _) => Extent { seeds: 1..=u64::MAX, time: Some(Duration::from_secs(number(seconds))) },
        (_, Some(seed)) => Extent { seeds: number(seed)..=number(seed), time: None },
        _ => Extent { seeds: 1..=number(&text), time: None },
    }
}

#[test]
fn incremental_builds_equal_clean_ones() {
    let Extent { seeds, time } = extent();
    let end = time.map(|time| Instant::now() + time);
    let tally = Tally::default();
    let seeds = Mutex::new(seeds);
    let failure = Mutex::new(None);
    let work = || {
        while failure.lock().unwrap().is_none() && end.is_none_or(|end| Instant::now() < end) {
            let Some(seed) = seeds.lock().unwrap().next() else { break };
            if let Err(difference) = run_sequence(seed, &tally) {
                failure.lock().unwrap().get_or_insert(difference);
            }
        }
    };
    // These are no threads of the pool: a build leaves it to the pool to take away what was joined, and a
    // pool whose threads never rest would not come to it.
    std::thread::scope(|scope| {
        for _ in 0..rayon::current_num_threads() {
            scope.spawn(work);
        }
    });
    let count = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
    println!(
        "{} sequences: {} sites compared, {} times the same errors",
        count(&tally.sequences),
        count(&tally.sites),
        count(&tally.errors)
    );
    if let Some(failure) = failure.into_inner().unwrap() {
        panic!("{failure}");
    }
}
