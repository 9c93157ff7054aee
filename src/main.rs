//! The program: arguments go to [`masthead::cli`], its answer is the exit status.
#![expect(clippy::disallowed_methods, reason = "the arguments enter here, and nowhere else")]

use std::panic;
use std::process::ExitCode;

use masthead::cli;

/// Building a site is making and dropping millions of small strings on all threads.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let status = panic::catch_unwind(|| cli::run(std::env::args_os()));
    status.unwrap_or_else(|_| cli::run_into_bug()).into()
}
