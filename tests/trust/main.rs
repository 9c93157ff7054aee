//! Trust: nothing lost, nothing leaked, nothing wrong in silence.
//!
//! Bad input and faults of the machine, by subject, each a fact with a name. `docs/reliability.md` lists
//! the promises that these tests hold. Every test owns its newsletter; what only concerns content is
//! read and rendered in memory, everything else is the program itself on the disk.
#![expect(clippy::disallowed_methods, reason = "looks at what the program did to the disk")]
#![expect(clippy::print_stdout, reason = "the long modes say what they found")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a helper of a test may end the test")]

mod addresses;
mod advice;
mod answers;
mod caches;
mod checks;
mod crashes;
#[cfg(target_os = "linux")]
mod edited;
mod escaping;
mod faults;
mod files;
mod front_matter;
mod fuzzed;
mod held;
#[cfg(target_os = "linux")]
mod injected;
mod markdown;
mod names;
mod newsletter;
mod output;
mod process;
mod scaling;
#[cfg(target_os = "linux")]
mod starved;
mod supply_chain;
mod templates;

use checks::workbench;
