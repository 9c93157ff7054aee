//! Folders to work in, for tests.
#![allow(clippy::unwrap_used, reason = "a helper of a test may end the test")]

use std::path::Path;

/// Makes a folder that goes away with its owner; in memory where the system has such a place, since
/// disks take their time for thousands of small files that come and go.
pub(crate) fn folder() -> tempfile::TempDir {
    let memory = Path::new("/dev/shm");
    if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() }.unwrap()
}
