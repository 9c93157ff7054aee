//! System calls that fail or are interrupted, wherever they come: while sources and cache are read as well.
//!
//! What a disk does at each single step of publishing is in `tests/publishing.rs`. Here it is the whole
//! program, under `strace`, which lets calls of one kind fail. `MASTHEAD_FAULTS` sets how often (40 if it
//! is not set); `all` lets every call of a build fail in turn, and the name of a kind all of that kind.

use std::fs;
use std::process::Command;

use crate::crashes::Dice;
use crate::edited::{self, Before, Edited};

/// Kinds of calls, and what each of them may fail with.
const FAULTS: [(&str, &[&str]); 19] = [
    ("openat", &["EIO", "EMFILE", "EACCES"]),
    ("read", &["EIO"]),
    ("statx", &["EIO", "EACCES"]),
    ("getdents64", &["EIO"]),
    ("readlink", &["EIO"]),
    ("lseek", &["EIO"]),
    ("write", &["EIO", "ENOSPC", "EDQUOT"]),
    ("copy_file_range", &["EIO", "ENOSPC"]),
    ("sendfile", &["EIO"]),
    ("rename", &["EIO", "EXDEV", "ETXTBSY"]),
    ("mkdir", &["EIO", "ENOSPC"]),
    ("unlink", &["EIO", "ETXTBSY"]),
    ("unlinkat", &["EIO"]),
    ("rmdir", &["EIO"]),
    ("flock", &["EIO", "ENOLCK"]),
    ("fcntl", &["EIO"]),
    ("close", &["EIO"]),
    ("newfstatat", &["EIO"]),
    ("clone3", &["EAGAIN"]),
];

/// A newsletter whose builds are run under `strace`.
struct Traced {
    edited: Edited,
    logs: tempfile::TempDir,
    builds: usize,
    hits: usize,
}

impl Traced {
    fn new() -> Self {
        let has_strace = Command::new("strace").arg("-V").output().is_ok_and(|output| output.status.success());
        assert!(has_strace, "`strace` is missing, which lets calls fail: apt-get install strace");
        Self { edited: Edited::new(), logs: crate::workbench::folder(), builds: 0, hits: 0 }
    }

    /// Builds with a fault such as `read:error=EIO:when=7`; says whether it came to that.
    fn build(&mut self, before: Before, fault: &str) -> bool {
        let log = self.logs.path().join("calls");
        let call = fault.split(':').next().unwrap();
        let ran = self.edited.build(fault, before, |folder| {
            let mut strace = Command::new("strace");
            strace.args([
                "-f",
                "-qq",
                "--seccomp-bpf",
                "-e",
                &format!("trace={call}"),
                "-e",
                &format!("inject={fault}"),
            ]);
            edited::build(strace.arg("-o").arg(&log).arg(env!("CARGO_BIN_EXE_masthead")), folder)
        });
        // Where the system can't load the program, it has not begun.
        if !ran.said.contains("error while loading shared libraries") {
            assert!(matches!(ran.status, 0 | 1 | 3), "{fault}: {} {}", ran.status, ran.said);
            assert!(ran.status == 0 || ran.said.contains("error: "), "{fault}: {}", ran.said);
            // That a folder can't be closed is what the standard library takes for impossible.
            let is_bug = ran.said.contains("panicked") && !ran.said.contains("unexpected error during closedir");
            assert!(!is_bug, "{fault}: {}", ran.said);
        }
        let is_hit = fs::read_to_string(&log).unwrap().contains("(INJECTED)");
        self.builds += 1;
        self.hits += usize::from(is_hit);
        is_hit
    }

    fn every_call_in_turn(&mut self, kind: &str) {
        for before in [Before::Site, Before::Nothing] {
            for (call, errors) in FAULTS.into_iter().filter(|(call, _)| kind == "all" || *call == kind) {
                for error in errors {
                    let is_last = |at: &usize| !self.build(before, &format!("{call}:error={error}:when={at}"));
                    let calls = (1..).find(is_last);
                    println!("{call} {error} {before:?}: {calls:?}");
                }
            }
        }
    }

    fn some_calls(&mut self, times: usize) {
        let mut dice = Dice(0x5eed);
        for _ in 0..times {
            let (call, errors) = FAULTS[dice.roll(FAULTS.len() as u64) as usize];
            let error = errors[dice.roll(errors.len() as u64) as usize];
            let before = if dice.roll(3) == 0 { Before::Nothing } else { Before::Site };
            // Some kinds of calls are made a hundred times, others once or twice.
            let most = dice.roll(100) + 1;
            self.build(before, &format!("{call}:error={error}:when={}", dice.roll(most) + 1));
        }
    }
}

#[test]
fn whatever_call_fails_every_file_is_whole_and_the_next_build_is_a_clean_one() {
    let mut traced = Traced::new();
    let wanted = std::env::var("MASTHEAD_FAULTS").unwrap_or_else(|_| "40".to_owned());
    match wanted.parse() {
        Ok(times) => traced.some_calls(times),
        Err(_) => traced.every_call_in_turn(&wanted),
    }
    println!("{} builds, {} of them with a call that failed", traced.builds, traced.hits);
    assert!(traced.hits > 0, "no call was made to fail");
}

#[test]
fn calls_that_are_interrupted_are_made_again_or_said() {
    let mut traced = Traced::new();
    for call in ["read", "write", "openat", "copy_file_range", "flock", "getdents64", "statx"] {
        for before in [Before::Site, Before::Nothing] {
            traced.build(before, &format!("{call}:error=EINTR:when=20+2"));
        }
    }
    assert!(traced.hits > 0, "no call was interrupted");
}
