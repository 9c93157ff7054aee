//! Reading a newsletter's folder: regular files that lie inside it, and nothing else.

use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use rayon::prelude::*;
use walkdir::{DirEntry, WalkDir};

use super::file_system::stat_of;
use crate::diagnostic::{Diagnostic, Place, UNREADABLE};
use crate::fingerprint::Fingerprint;
use crate::source::{FileEntry, Listing, ReadError, SourcePath, Workspace};

/// A text or data file longer than this is refused; static files may be of any length.
pub const MAX_FILE_BYTES: u64 = 64 * 1024 * 1024;

/// The size of a picture stands in its first bytes; a photograph may have a long description before it.
const HEAD_BYTES: u64 = 1024 * 1024;

/// A newsletter's folder on disk.
#[derive(Clone, Debug)]
pub struct DiskWorkspace {
    root: PathBuf,
}

impl DiskWorkspace {
    /// Opens the folder of a newsletter.
    ///
    /// # Errors
    /// There is no such folder, or it can't be entered.
    pub fn open(root: &Path) -> io::Result<Self> {
        let root = root.canonicalize()?;
        if root.is_dir() { Ok(Self { root }) } else { Err(io::ErrorKind::NotADirectory.into()) }
    }

    /// Gives the folder's own path, without links.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Gives the path on disk of a file.
    pub fn locate(&self, path: &SourcePath) -> PathBuf {
        self.root.join(path.as_str())
    }

    fn relative(&self, path: &Path) -> Option<SourcePath> {
        let relative = path.strip_prefix(&self.root).ok()?.to_str()?;
        Some(SourcePath::new(if std::path::MAIN_SEPARATOR == '/' {
            relative.to_owned()
        } else {
            relative.replace('\\', "/")
        }))
    }

    /// Says whether a path inside the folder is a hidden one, or lies in a hidden folder.
    fn is_hidden(&self, real: &Path) -> bool {
        let inside = real.strip_prefix(&self.root).into_iter().flat_map(Path::components);
        inside.map(|name| name.as_os_str().as_encoded_bytes()).any(|name| name.starts_with(b".") && is_ignored(name))
    }

    /// Says what is wrong with a link, if it leads out of the newsletter's folder, to what is hidden, or nowhere.
    fn check_link(&self, path: &Path, shown: &str) -> Option<Diagnostic> {
        let target = fs::read_link(path).map(|target| target.display().to_string()).unwrap_or_default();
        let place = Place::file(SourcePath::new(shown));
        match path.canonicalize() {
            Ok(real) if self.is_hidden(&real) => Some(
                Diagnostic::error("link-to-hidden", format!("`{shown}` is a link to `{target}`, which is hidden"))
                    .at(place)
                    .with_help("copy the file: what is hidden, as keys and passwords often are, is never published"),
            ),
            Ok(real) if real.starts_with(&self.root) => None,
            Ok(_) => Some(
                Diagnostic::error(
                    "link-leads-out",
                    format!("`{shown}` is a link to `{target}`, outside the newsletter's folder"),
                )
                .at(place)
                .with_help("copy the file into the folder: what lies outside is never published"),
            ),
            Err(_) => Some(
                Diagnostic::error("dead-link", format!("`{shown}` is a link to `{target}`, which can't be followed"))
                    .at(place)
                    .with_help("delete the link or make its target"),
            ),
        }
    }
}

impl Workspace for DiskWorkspace {
    fn list(&self, folder: &str) -> Option<Listing> {
        let top = self.root.join(folder);
        let looked_at = fs::metadata(&top);
        if !looked_at.as_ref().is_ok_and(fs::Metadata::is_dir) {
            let problem = self.no_folder_problem(&top, folder, looked_at.err())?;
            return Some(Listing { problems: vec![problem], ..Listing::default() });
        }
        let mut listing = Listing::default();
        let mut found = Vec::new();
        let walk = WalkDir::new(&top).follow_links(true).into_iter();
        let mut walk =
            walk.filter_entry(|entry| entry.depth() == 0 || !is_ignored(entry.file_name().as_encoded_bytes()));
        while let Some(entry) = walk.next() {
            let entry = match entry {
                Ok(entry) => entry,
                Err(error) => {
                    listing.problems.push(self.walk_problem(&error));
                    continue;
                }
            };
            let Some(path) = self.relative(entry.path()) else {
                let shown =
                    entry.path().strip_prefix(&self.root).unwrap_or(entry.path()).to_string_lossy().into_owned();
                let place = Place::file(SourcePath::new(shown.clone()));
                listing.problems.push(
                    Diagnostic::error("bad-file-name", format!("the name of `{shown}` is not valid UTF-8"))
                        .at(place)
                        .with_help("rename the file"),
                );
                continue;
            };
            if entry.path_is_symlink()
                && let Some(problem) = self.check_link(entry.path(), path.as_str())
            {
                listing.problems.push(problem);
                if entry.file_type().is_dir() {
                    walk.skip_current_dir();
                }
                continue;
            }
            let kind = entry.file_type();
            if kind.is_dir() {
                continue;
            }
            if !kind.is_file() {
                listing.problems.push(
                    Diagnostic::warning(
                        "not-a-file",
                        format!("`{path}` is a pipe, a socket or a device, and is left out"),
                    )
                    .at(Place::file(path.clone()))
                    .with_help("delete it, or move it out of the newsletter's folder"),
                );
                continue;
            }
            found.push((path, entry));
        }
        let looked_at = |(path, entry): (SourcePath, DirEntry)| match entry.metadata() {
            Ok(metadata) => Ok(FileEntry { path, size: metadata.len(), modified: last_change(&metadata) }),
            Err(error) => Err(self.walk_problem(&error)),
        };
        let looked_at: Vec<_> = found.into_par_iter().map(looked_at).collect();
        for file in looked_at {
            match file {
                Ok(file) => listing.files.push(file),
                Err(problem) => listing.problems.push(problem),
            }
        }
        // Folders come in the operating system's order, which is another on every machine.
        listing.files.sort_unstable_by(|a, b| a.path.cmp(&b.path));
        Some(listing)
    }

    fn read(&self, path: &SourcePath) -> Result<Vec<u8>, ReadError> {
        let fail = |reason: String| ReadError { path: path.clone(), reason, is_absent: false };
        let file = self.open_regular(path)?;
        let length = file.metadata().map_err(|error| fail(error.to_string()))?.len();
        if length > MAX_FILE_BYTES {
            return Err(fail(format!("the file is longer than {} MiB", MAX_FILE_BYTES / 1024 / 1024)));
        }
        let mut bytes = Vec::with_capacity(length as usize + 1);
        // One byte past the limit is enough to know that the file has grown since.
        file.take(MAX_FILE_BYTES + 1).read_to_end(&mut bytes).map_err(|error| fail(error.to_string()))?;
        Ok(bytes)
    }

    fn look(&self, path: &SourcePath) -> Result<(Fingerprint, Vec<u8>), ReadError> {
        self.look_at_pieces(path)
    }
}

impl DiskWorkspace {
    /// Reads a file piece by piece.
    fn look_at_pieces(&self, path: &SourcePath) -> Result<(Fingerprint, Vec<u8>), ReadError> {
        let fail = |error: io::Error| ReadError { path: path.clone(), reason: error.to_string(), is_absent: false };
        let mut file = self.open_regular(path)?;
        let mut head = Vec::new();
        (&mut file).take(HEAD_BYTES).read_to_end(&mut head).map_err(fail)?;
        let fingerprint = Fingerprint::of_stream(head.as_slice().chain(file)).map_err(fail)?;
        Ok((fingerprint, head))
    }

    /// Opens a file for reading, if it is a regular one inside the folder.
    ///
    /// It is looked at before it is opened: opening a pipe waits for somebody who writes into it, and
    /// what a link outside leads to is none of ours, be it only for the line that an error shows.
    fn open_regular(&self, path: &SourcePath) -> Result<fs::File, ReadError> {
        let fail = |reason: &str| ReadError { path: path.clone(), reason: reason.to_owned(), is_absent: false };
        let cannot = |error: io::Error| ReadError {
            path: path.clone(),
            is_absent: matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory),
            reason: error.to_string(),
        };
        let mut on_disk = self.locate(path);
        let mut metadata = fs::symlink_metadata(&on_disk).map_err(cannot)?;
        if metadata.is_symlink() {
            on_disk = on_disk.canonicalize().map_err(|error| fail(&error.to_string()))?;
            if !on_disk.starts_with(&self.root) {
                return Err(fail("it is a link that leads out of the newsletter's folder"));
            }
            if self.is_hidden(&on_disk) {
                return Err(fail("it is a link to a hidden file"));
            }
            metadata = fs::metadata(&on_disk).map_err(cannot)?;
        }
        if !metadata.is_file() {
            return Err(fail("this is not a regular file"));
        }
        fs::File::open(&on_disk).map_err(cannot)
    }

    fn walk_problem(&self, error: &walkdir::Error) -> Diagnostic {
        let path = error.path().unwrap_or(&self.root);
        let shown = path.strip_prefix(&self.root).unwrap_or(path).to_string_lossy().into_owned();
        let place = Place::file(SourcePath::new(shown.clone()));
        if error.loop_ancestor().is_some() {
            return Diagnostic::error("link-loop", format!("`{shown}` is a link to a folder that holds it"))
                .at(place)
                .with_help("delete the link");
        }
        if let Some(problem) = path.is_symlink().then(|| self.check_link(path, &shown)).flatten() {
            return problem;
        }
        unreadable(&shown, &error.io_error().map_or_else(|| error.to_string(), ToString::to_string))
    }

    /// Says why a folder can't be looked through, unless it is only that nothing is there.
    ///
    /// A site without what is in it, as its templates, would be another one.
    fn no_folder_problem(&self, top: &Path, shown: &str, error: Option<io::Error>) -> Option<Diagnostic> {
        if let Some(problem) = top.is_symlink().then(|| self.check_link(top, shown)).flatten() {
            return Some(problem);
        }
        match error {
            None => Some(
                Diagnostic::error("not-a-folder", format!("`{shown}` is no folder"))
                    .at(Place::file(SourcePath::new(shown)))
                    .with_help(
                        "delete it, or give it another name; a link that was checked out as a file looks like that",
                    ),
            ),
            Some(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => None,
            Some(error) => Some(unreadable(shown, &error.to_string())),
        }
    }
}

fn unreadable(shown: &str, reason: &str) -> Diagnostic {
    Diagnostic::error(UNREADABLE, format!("`{shown}` can't be read: {reason}"))
        .at(Place::file(SourcePath::new(shown)))
        .with_help("check the permissions of the file and its folder")
}

/// Gives the time of a file's last change of any kind.
///
/// The time of modification can be set to anything, and tools do so to keep it; the time of the last
/// change of the file's entry can't, so that an edit never looks like none.
fn last_change(metadata: &fs::Metadata) -> i128 {
    let modified = stat_of(metadata).modified;
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        modified.max(i128::from(metadata.ctime()) * 1_000_000_000 + i128::from(metadata.ctime_nsec()))
    }
    #[cfg(not(unix))]
    modified
}

/// Hidden names that hosts read: a folder of addresses (RFC 8615), the settings of Apache, and a word to GitHub Pages.
const PUBLIC_DOTFILES: [&[u8]; 3] = [b".well-known", b".htaccess", b".nojekyll"];

/// Names that editors and tools leave behind, and hidden files: never content.
pub fn is_ignored(name: &[u8]) -> bool {
    const ENDINGS: [&[u8]; 9] =
        [b"~", b".swp", b".tmp", b".bak", b".orig", b".rej", b".save", b"___jb_tmp___", b"___jb_old___"];
    let lower = name.to_ascii_lowercase();
    name.starts_with(b".") && !PUBLIC_DOTFILES.contains(&name)
        || ENDINGS.iter().any(|ending| lower.ends_with(ending))
        || name.starts_with(b"#") && name.ends_with(b"#")
        || name == b"4913"
}
