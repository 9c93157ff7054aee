//! The few things that publishing does to a disk, behind a door that tests can slam at any moment.

use std::fs;
use std::io;
use std::path::Path;
use std::time::UNIX_EPOCH;

/// What is known of a file on disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stat {
    /// Whether it is a folder.
    pub is_folder: bool,
    /// Whether it is a symbolic link; it is never followed.
    pub is_link: bool,
    /// Its length in bytes.
    pub size: u64,
    /// When it was last changed, in nanoseconds since 1970.
    pub modified: i128,
}

/// Everything that publishing asks of a disk.
pub trait FileSystem: Sync {
    /// Looks at what stands at a path, without following a link; `None` if nothing does.
    ///
    /// # Errors
    /// Whatever the operating system says, but "not found".
    fn stat(&self, path: &Path) -> io::Result<Option<Stat>>;

    /// Reads a file; neither a link, whose target is none of ours, nor a pipe, which may never end.
    ///
    /// # Errors
    /// Whatever the operating system says, or it is no file.
    fn read(&self, path: &Path) -> io::Result<Vec<u8>>;

    /// Writes a new file, replacing one that is there.
    ///
    /// # Errors
    /// Whatever the operating system says; a part of the file may stand there then.
    fn write(&self, path: &Path, bytes: &[u8]) -> io::Result<()>;

    /// Copies the bytes of a file, and none of its permissions: those are the author's own.
    ///
    /// # Errors
    /// Whatever the operating system says; a part of the copy may stand there then.
    fn copy(&self, from: &Path, to: &Path) -> io::Result<()>;

    /// Makes a folder and those above it; one that is there is fine.
    ///
    /// # Errors
    /// Whatever the operating system says.
    fn create_folder(&self, path: &Path) -> io::Result<()>;

    /// Gives a file or folder another name, replacing a file of that name in one step.
    ///
    /// # Errors
    /// Whatever the operating system says; nothing has changed then.
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;

    /// Deletes a file or a link.
    ///
    /// # Errors
    /// Whatever the operating system says, but "not found".
    fn remove_file(&self, path: &Path) -> io::Result<()>;

    /// Deletes a folder if it is empty; says whether none stands there any more.
    ///
    /// # Errors
    /// Whatever the operating system says, but "not empty", "not found" and "no folder".
    fn remove_empty_folder(&self, path: &Path) -> io::Result<bool>;

    /// Waits until all that was done below this folder would outlive the loss of power.
    ///
    /// # Errors
    /// Whatever the operating system says: then something may not have got to the disk.
    fn settle(&self, folder: &Path) -> io::Result<()>;

    /// Deletes a folder with all that it holds: only ever a staging folder of our own.
    ///
    /// # Errors
    /// Whatever the operating system says, but "not found".
    fn remove_staging(&self, path: &Path) -> io::Result<()>;
}

/// The disk of this machine.
#[derive(Clone, Copy, Debug, Default)]
pub struct Disk;

impl FileSystem for Disk {
    fn stat(&self, path: &Path) -> io::Result<Option<Stat>> {
        match fs::symlink_metadata(path) {
            Ok(metadata) => Ok(Some(stat_of(&metadata))),
            Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        if !fs::symlink_metadata(path)?.is_file() {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "it is no file"));
        }
        fs::read(path)
    }

    fn write(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        fs::write(path, bytes)
    }

    fn copy(&self, from: &Path, to: &Path) -> io::Result<()> {
        io::copy(&mut fs::File::open(from)?, &mut fs::File::create(to)?).map(|_| ())
    }

    fn create_folder(&self, path: &Path) -> io::Result<()> {
        fs::create_dir_all(path)
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        fs::rename(from, to)
    }

    fn remove_file(&self, path: &Path) -> io::Result<()> {
        absent_is_fine(fs::remove_file(path))
    }

    fn remove_empty_folder(&self, path: &Path) -> io::Result<bool> {
        match fs::remove_dir(path) {
            Ok(()) => Ok(true),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(true),
            Err(error) if matches!(error.kind(), io::ErrorKind::DirectoryNotEmpty | io::ErrorKind::NotADirectory) => {
                Ok(false)
            }
            Err(error) => Err(error),
        }
    }

    fn settle(&self, folder: &Path) -> io::Result<()> {
        // One call for a file system, however many files there are: each by itself takes milliseconds.
        #[cfg(any(target_os = "linux", target_os = "android"))]
        return Ok(rustix::fs::syncfs(fs::File::open(folder)?)?);
        #[cfg(not(any(target_os = "linux", target_os = "android")))]
        return Err(io::Error::new(
            io::ErrorKind::Unsupported,
            format!("`{}`: only Linux can be asked", folder.display()),
        ));
    }

    fn remove_staging(&self, path: &Path) -> io::Result<()> {
        absent_is_fine(fs::remove_dir_all(path))
    }
}

/// Reads the parts of a file's metadata that matter here.
pub fn stat_of(metadata: &fs::Metadata) -> Stat {
    let modified = metadata.modified().ok();
    let modified = modified.map_or(0, |time| match time.duration_since(UNIX_EPOCH) {
        Ok(since) => since.as_nanos() as i128,
        Err(before) => -(before.duration().as_nanos() as i128),
    });
    Stat { is_folder: metadata.is_dir(), is_link: metadata.is_symlink(), size: metadata.len(), modified }
}

fn absent_is_fine(result: io::Result<()>) -> io::Result<()> {
    match result {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        other => other,
    }
}
