//! A system that gives too little: of memory, of open files, of the length that a file may have.

use std::process::Command;

use crate::edited::{self, Before, Edited};
use crate::newsletter::Ran;

/// How the system ends a program that gets no memory, and one that writes past the length that files may have.
const ABORTED: i32 = -6;
const FILE_TOO_LONG: i32 = -25;
/// The system could not even load the program.
const NOT_LOADED: i32 = 127;

/// Builds after a line that a shell runs first, twice: from nothing and over a site.
fn build_after(edited: &mut Edited, line: &str) -> [Ran; 2] {
    [Before::Site, Before::Nothing].map(|before| {
        edited.build(line, before, |folder| {
            let mut shell = Command::new("bash");
            shell.arg("-c").arg(format!("ulimit -c 0; {line}; exec {:?} \"$@\"", env!("CARGO_BIN_EXE_masthead")));
            edited::build(shell.arg("masthead"), folder)
        })
    })
}

#[test]
fn a_build_that_runs_out_of_memory_leaves_whole_files_and_the_next_one_is_a_clean_one() {
    let mut edited = Edited::new();
    let mut failed = 0;
    for mebibytes in [1024, 256, 192, 160, 128, 112, 96, 80, 64, 48, 32] {
        for ran in build_after(&mut edited, &format!("ulimit -v {}", mebibytes * 1024)) {
            let ended = ran.status == ABORTED && ran.said.contains("memory allocation of ");
            let is_said = matches!(ran.status, 3 | NOT_LOADED) && ran.said.contains("error");
            assert!(ran.status == 0 || ended || is_said, "{mebibytes} MiB: {} {}", ran.status, ran.said);
            failed += usize::from(ran.status != 0);
        }
    }
    assert!(failed > 0, "there was always enough");
}

#[test]
fn a_file_that_may_not_get_so_long_is_said_and_the_old_site_stays() {
    let mut edited = Edited::new();
    for kibibytes in [0, 1, 4, 8, 16, 32, 64] {
        for ran in build_after(&mut edited, &format!("ulimit -f {kibibytes}")) {
            assert!(matches!(ran.status, 0 | FILE_TOO_LONG), "{kibibytes} KiB: {} {}", ran.status, ran.said);
        }
        for ran in build_after(&mut edited, &format!("trap '' XFSZ; ulimit -f {kibibytes}")) {
            assert!(matches!(ran.status, 0 | 3), "{kibibytes} KiB: {} {}", ran.status, ran.said);
            assert!(ran.status == 0 || ran.said.contains("can't be written: file too large"), "{}", ran.said);
        }
    }
}

#[test]
fn few_open_files_are_enough_or_the_one_that_could_not_be_opened_is_named() {
    let mut edited = Edited::new();
    for files in [24, 16, 8, 7, 6, 5, 4] {
        for ran in build_after(&mut edited, &format!("ulimit -n {files}")) {
            let is_named = ran.said.contains("` can't be ") && ran.said.to_lowercase().contains("too many open files");
            assert!(ran.status == 0 || ran.status == 3 && is_named, "{files}: {} {}", ran.status, ran.said);
        }
    }
}
