//! The program is killed at any moment: every file of the site is whole, old or new, and the next build
//! finishes the work.
//!
//! `MASTHEAD_KILLS` sets how often (60 if it is not set). What a disk does at each single step is in
//! `tests/publishing.rs`; here it is the real program, a real signal, and a moment that nobody chose.

use std::collections::BTreeMap;
use std::fs;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use crate::newsletter::{Folder, run};

const POSTS: usize = 24;

/// The files of a site, by path.
pub(crate) type Files = BTreeMap<String, Vec<u8>>;

/// A generator of numbers that are the same on every machine (xorshift64*).
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    /// Gives a number below `sides`.
    pub(crate) fn roll(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) % sides.max(1)
    }
}

/// Writes one of two versions of a newsletter; each has a post that the other has not.
pub(crate) fn write(folder: &Folder, version: usize) {
    for post in 0..POSTS {
        let text =
            format!("---\ntitle: Post {post} in version {version}\ncompanies: [TikTok]\n---\nText of {version}.\n");
        folder.write(&format!("content/posts/2024-07-{:02}-p{post}.md", post % 28 + 1), text);
    }
    let _ = fs::remove_file(folder.path(format!("content/posts/2024-07-30-only-{}.md", 1 - version)));
    folder.write(&format!("content/posts/2024-07-30-only-{version}.md"), "Text.\n");
}

fn build(folder: &Folder) -> Child {
    start(folder.program())
}

/// Builds as from a terminal: what a test that runs in the background is deaf to, its programs would be deaf to.
#[cfg(unix)]
fn build_that_listens(folder: &Folder) -> Child {
    let bare = folder.program();
    if !cfg!(target_os = "linux") {
        return start(bare);
    }
    let mut program = Command::new("env");
    program.arg("--default-signal=INT,TERM,HUP").arg(bare.get_program()).args(bare.get_args());
    program.envs(bare.get_envs().filter_map(|(name, value)| Some((name, value?))));
    if let Some(current) = bare.get_current_dir() {
        program.current_dir(current);
    }
    start(program)
}

fn start(mut program: Command) -> Child {
    program.args(["build", "--jobs", "2"]).env("SOURCE_DATE_EPOCH", "1735689600");
    program.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
}

fn build_to_the_end(folder: &Folder) -> Duration {
    let mut program = folder.program();
    let ran = run(program.args(["build", "--jobs", "2"]).env("SOURCE_DATE_EPOCH", "1735689600"));
    assert_eq!(ran.status, 0, "{}", ran.said);
    ran.took
}

/// The sites of both versions, each from nothing.
fn clean() -> [Files; 2] {
    [0, 1].map(|version| {
        let folder = Folder::of(&[]);
        write(&folder, version);
        build_to_the_end(&folder);
        folder.tree("public")
    })
}

/// How often which state was found after a kill.
#[derive(Default)]
struct Found {
    old: AtomicUsize,
    mixed: AtomicUsize,
    new: AtomicUsize,
    none: AtomicUsize,
}

/// Waits for a moment to kill: any at all, or one while files get their names.
fn wait(folder: &Folder, child: &mut Child, dice: &mut Dice, usual: Duration) {
    if dice.roll(2) == 0 {
        thread::sleep(Duration::from_micros(dice.roll(usual.as_micros() as u64 * 11 / 10)));
        return;
    }
    let pending = folder.path("public/.masthead-pending");
    let start = Instant::now();
    while !pending.exists() && start.elapsed() < usual * 2 && child.try_wait().unwrap().is_none() {
        thread::yield_now();
    }
    thread::sleep(Duration::from_micros(dice.roll(4_000)));
}

fn kill_again_and_again(seed: u64, kills: usize, clean: &[Files; 2], found: &Found) {
    let mut dice = Dice(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
    let folder = Folder::of(&[]);
    write(&folder, 0);
    let mut usual = build_to_the_end(&folder);
    for kill in 0..kills {
        let version = (kill + 1) % 2;
        write(&folder, version);
        let from_nothing = dice.roll(4) == 0;
        if from_nothing {
            fs::remove_dir_all(folder.path("public")).unwrap();
            let _ = fs::remove_dir_all(folder.path(".masthead-cache"));
        }
        let sources = folder.tree("content");
        let mut child = build(&folder);
        wait(&folder, &mut child, &mut dice, usual);
        child.kill().unwrap();
        child.wait().unwrap();
        let (old, new) = (&clean[1 - version], &clean[version]);
        let now = folder.tree("public");
        for (name, bytes) in &now {
            let is_whole = new.get(name) == Some(bytes) || !from_nothing && old.get(name) == Some(bytes);
            assert!(is_whole, "seed {seed}, kill {kill}: `{name}` is neither old nor new");
        }
        let state = match &now {
            now if now == new => &found.new,
            now if now == old => &found.old,
            now if now.is_empty() => &found.none,
            _ => &found.mixed,
        };
        assert!(!from_nothing || now.is_empty() || &now == new, "seed {seed}, kill {kill}: a part of a first site");
        state.fetch_add(1, Ordering::Relaxed);
        assert!(folder.tree("content") == sources, "seed {seed}, kill {kill}: a source was touched");
        usual = (usual + build_to_the_end(&folder)) / 2;
        let after = folder.tree("public");
        assert!(after.keys().eq(new.keys()), "seed {seed}, kill {kill}: other files than those of a clean build");
        assert!(&after == new, "seed {seed}, kill {kill}: the next build is not a clean one's");
        let left: Vec<_> = walkdir::WalkDir::new(folder.path("public"))
            .into_iter()
            .flatten()
            .filter(|entry| entry.file_name().to_string_lossy().starts_with(".masthead-"))
            .map(|entry| entry.file_name().to_owned())
            .collect();
        assert_eq!(left, [".masthead-manifest"], "seed {seed}, kill {kill}");
    }
}

#[test]
fn a_build_that_is_killed_leaves_whole_files_and_the_next_one_finishes_the_work() {
    let kills = std::env::var("MASTHEAD_KILLS").ok().and_then(|text| text.parse().ok()).unwrap_or(60_usize);
    let clean = clean();
    let found = Found::default();
    thread::scope(|scope| {
        for lane in 0..2 {
            let (clean, found) = (&clean, &found);
            scope.spawn(move || kill_again_and_again(lane + 1, kills.div_ceil(2), clean, found));
        }
    });
    let count = |state: &AtomicUsize| state.load(Ordering::Relaxed);
    let (old, mixed, new, none) = (count(&found.old), count(&found.mixed), count(&found.new), count(&found.none));
    println!(
        "{} kills: {old} left the old site, {mixed} a mixture, {new} the new one, {none} none",
        old + mixed + new + none
    );
    assert!(old + none > 0, "every build had ended before it was killed");
}

#[test]
fn an_interrupted_build_ends_at_once_and_leaves_whole_files() {
    #[cfg(unix)]
    for signal in ["-INT", "-TERM", "-HUP"] {
        let folder = Folder::of(&[]);
        write(&folder, 0);
        build_to_the_end(&folder);
        let old = folder.tree("public");
        write(&folder, 1);
        folder.write(
            "templates/archive.html",
            "{% for i in range(end=100000) %}{% for j in range(end=100000) %}{% endfor %}{% endfor %}",
        );
        let mut child = build_that_listens(&folder);
        thread::sleep(Duration::from_millis(300));
        let start = Instant::now();
        Command::new("kill").arg(signal).arg(child.id().to_string()).status().unwrap();
        child.wait().unwrap();
        assert!(start.elapsed() < Duration::from_secs(5), "{signal}");
        assert!(folder.tree("public") == old, "{signal}");
    }
}
