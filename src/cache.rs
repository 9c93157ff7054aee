//! What survives between two runs of the program: a folder that is safe to delete at any time.
//!
//! Two files, so that a build with nothing to do reads only the small one. [`State`] tells whether
//! anything has changed at all; [`Keep`] holds what saves work when something has: documents without
//! their text, the keys of all pages, the terms of related news. The preview has a file of its own. Each
//! file opens with a header that names this very program and the digest of the rest: what does not match
//! is as good as absent, and the build is a cold one. Nothing in a cache is ever trusted for a path to
//! write or delete.
#![expect(clippy::disallowed_methods, reason = "this room keeps what survives on the disk")]

mod documents;
mod known;

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use bitcode::{Decode, DecodeOwned, Encode};

use crate::diagnostic::{Diagnostic, Place, Severity};
use crate::fingerprint::Fingerprint;
use crate::newsroom::memory::SavedMemory;
use crate::site::OutPath;
use crate::source::{FileEntry, SourcePath};

pub use documents::SavedDocuments;
pub use known::{Known, TICK};

/// The folder of the cache, at the top of a newsletter.
pub const FOLDER: &str = ".masthead-cache";
const STATE: &str = "state";
const KEEP: &str = "keep";
const PREVIEW: &str = "preview";

/// A file as it was when it was read.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Stamp {
    /// Its path from the newsletter's folder on.
    pub path: String,
    /// Its length in bytes.
    pub size: u64,
    /// When it was last changed, in nanoseconds since 1970.
    pub modified: i128,
    /// The digest of its bytes.
    pub fingerprint: Fingerprint,
}

impl Stamp {
    /// Gives what was known of the file before it was read.
    pub fn entry(&self) -> FileEntry {
        FileEntry { path: SourcePath::new(self.path.as_str()), size: self.size, modified: self.modified }
    }
}

/// What tells whether a build has anything to do.
#[derive(Clone, Debug, Default, Encode, Decode)]
pub struct State {
    /// The digest of the program, the settings and the command line.
    pub settings: Fingerprint,
    /// All files that were read, by path.
    pub stamps: Vec<Stamp>,
    /// When the build began, in nanoseconds since 1970: a file changed later than shortly before may
    /// have changed again without a sign.
    pub began: i128,
    /// Before when a post of the site would be of the future again (clocks are put back), in seconds
    /// since 1970.
    pub since: i64,
    /// When the passing of time alone changes the site (a future post comes due, one expires), in
    /// seconds since 1970.
    pub due: i64,
    /// What was wrong with the content; none of it an error.
    pub diagnostics: Vec<SavedDiagnostic>,
    /// How many pages for readers the site had.
    pub pages: u32,
    /// The digest of the output's manifest.
    pub manifest: Fingerprint,
}

/// What saves work when something has changed.
#[derive(Default, Encode, Decode)]
pub struct Keep {
    /// When reading began, in nanoseconds since 1970: a file changed later than shortly before may
    /// have changed again without a sign.
    pub began: i128,
    /// The documents, without their text.
    pub documents: SavedDocuments,
    /// What the newsroom remembers.
    pub memory: SavedMemory,
    /// The key and the reason of each page, by path.
    pub pages: Vec<SavedPage>,
}

/// A page as it was rendered last.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct SavedPage {
    /// Its path in the output.
    pub path: String,
    /// The digest of all that it depends on.
    pub key: Fingerprint,
    /// The digest of each variable that its template reads, and of its text.
    pub inputs: Vec<(String, Fingerprint)>,
    /// Why it was rendered in the last build that did so.
    pub reason: String,
}

impl Keep {
    /// Gives the pages by path.
    pub fn pages_by_path(&self) -> BTreeMap<&str, &SavedPage> {
        self.pages.iter().map(|page| (page.path.as_str(), page)).collect()
    }
}

/// A diagnostic that can be written down.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct SavedDiagnostic {
    severity: Severity,
    code: String,
    message: String,
    place: Option<SavedPlace>,
    related: Vec<(SavedPlace, String)>,
    help: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
struct SavedPlace {
    path: String,
    line: u32,
    column: u32,
    length: u32,
}

impl SavedDiagnostic {
    /// Writes a diagnostic down.
    pub fn save(diagnostic: &Diagnostic) -> Self {
        let Diagnostic { severity, code, message, place, related, help } = diagnostic;
        Self {
            severity: *severity,
            code: code.to_string(),
            message: message.clone(),
            place: place.as_ref().map(SavedPlace::save),
            related: related.iter().map(|(place, label)| (SavedPlace::save(place), label.clone())).collect(),
            help: help.clone(),
        }
    }

    /// Reads it back.
    pub fn restore(&self) -> Diagnostic {
        Diagnostic {
            severity: self.severity,
            code: self.code.clone().into(),
            message: self.message.clone(),
            place: self.place.as_ref().map(SavedPlace::restore),
            related: self.related.iter().map(|(place, label)| (place.restore(), label.clone())).collect(),
            help: self.help.clone(),
        }
    }
}

impl SavedPlace {
    fn save(place: &Place) -> Self {
        let Place { path, line, column, length } = place;
        Self { path: path.as_str().to_owned(), line: *line, column: *column, length: *length }
    }

    fn restore(&self) -> Place {
        Place { path: SourcePath::new(self.path.as_str()), line: self.line, column: self.column, length: self.length }
    }
}

/// What became of reading a file of the cache.
pub enum Found<T> {
    /// It is there and whole.
    Whole(T),
    /// There is none, or one of another version.
    Absent,
    /// It is there and can't be trusted.
    Damaged,
}

impl<T> Found<T> {
    /// Gives what is there and whole.
    pub fn whole(self) -> Option<T> {
        match self {
            Self::Whole(found) => Some(found),
            Self::Absent | Self::Damaged => None,
        }
    }
}

/// Reads what tells whether there is anything to do.
pub fn read_state(root: &Path) -> Found<State> {
    read(&folder(root).join(STATE))
}

/// Reads what saves work.
pub fn read_keep(root: &Path) -> Found<Keep> {
    read(&folder(root).join(KEEP))
}

/// Reads what saves the preview work: what itself kept, or else what the last build did.
pub fn read_for_preview(root: &Path) -> Found<Keep> {
    match read(&folder(root).join(PREVIEW)) {
        Found::Absent => read_keep(root),
        found => found,
    }
}

/// Writes what saves the next preview work. The files of builds are not touched, so that a build may
/// run at the same time.
///
/// # Errors
/// The disk fails; the site is not the worse for it.
pub fn write_for_preview(root: &Path, keep: &Keep) -> io::Result<()> {
    write_file(&prepare(root)?, PREVIEW, keep)
}

/// Writes both files; the small one last, since it speaks for the other.
///
/// # Errors
/// The disk fails; the site is not the worse for it.
pub fn write(root: &Path, state: &State, keep: Option<&Keep>) -> io::Result<()> {
    let folder = prepare(root)?;
    if let Some(keep) = keep {
        // A state that speaks of another `keep` must not survive it.
        let _ = fs::remove_file(folder.join(STATE));
        write_file(&folder, KEEP, keep)?;
    }
    write_file(&folder, STATE, state)
}

/// Makes the folder of the cache, marked as one for backups and for Git.
///
/// # Errors
/// The disk fails.
pub fn prepare(root: &Path) -> io::Result<PathBuf> {
    let folder = folder(root);
    if !folder.is_dir() {
        fs::create_dir_all(&folder)?;
        // https://bford.info/cachedir/
        fs::write(
            folder.join("CACHEDIR.TAG"),
            "Signature: 8a477f597d28d172789f06886806bc55\n# Made by Masthead; safe to delete.\n",
        )?;
        fs::write(folder.join(".gitignore"), "*\n")?;
    }
    Ok(folder)
}

/// Says why a page was rendered last.
pub fn last_reason(root: &Path, path: &OutPath) -> Option<String> {
    match read_keep(root) {
        Found::Whole(keep) => keep.pages.into_iter().find(|page| page.path == path.as_str()).map(|page| page.reason),
        _ => None,
    }
}

fn folder(root: &Path) -> PathBuf {
    root.join(FOLDER)
}

/// What the first line of a file says: whose it is, and of which version.
fn magic() -> String {
    format!("masthead cache {} {}\n", env!("CARGO_PKG_VERSION"), crate::BUILD_ID)
}

fn write_file<T: Encode>(folder: &Path, name: &str, value: &T) -> io::Result<()> {
    let payload = bitcode::encode(value);
    let mut bytes = magic().into_bytes();
    bytes.extend_from_slice(&Fingerprint::of_bytes(&payload).0.to_le_bytes());
    bytes.extend_from_slice(&payload);
    let beside = folder.join(format!("{name}.new"));
    fs::write(&beside, bytes)?;
    fs::rename(&beside, folder.join(name))
}

fn read<T: DecodeOwned>(path: &Path) -> Found<T> {
    let Ok(bytes) = fs::read(path) else { return Found::Absent };
    let magic = magic();
    let Some(rest) = bytes.strip_prefix(magic.as_bytes()) else {
        return if bytes.starts_with(b"masthead cache ") { Found::Absent } else { Found::Damaged };
    };
    let Some((digest, payload)) = rest.split_first_chunk::<16>() else { return Found::Damaged };
    if Fingerprint(u128::from_le_bytes(*digest)) != Fingerprint::of_bytes(payload) {
        return Found::Damaged;
    }
    bitcode::decode(payload).map_or(Found::Damaged, Found::Whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_damaged_cache_is_known_for_one() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        let state = State { pages: 7, ..State::default() };
        write(root, &state, Some(&Keep::default())).unwrap();
        assert!(matches!(read_state(root), Found::Whole(found) if found.pages == 7));
        let path = root.join(FOLDER).join(STATE);
        let good = fs::read(&path).unwrap();
        for (bytes, what) in [
            (good[..good.len() / 2].to_vec(), "cut in half"),
            (
                {
                    let mut bad = good.clone();
                    let last = bad.len() - 1;
                    bad[last] ^= 1;
                    bad
                },
                "one bit flipped",
            ),
            (b"anything".to_vec(), "of somebody else"),
        ] {
            fs::write(&path, bytes).unwrap();
            assert!(matches!(read_state(root), Found::Damaged), "{what}");
        }
        fs::write(&path, b"masthead cache 0.0.1 1\nxxxxxxxxxxxxxxxxx").unwrap();
        assert!(matches!(read_state(root), Found::Absent));
    }
}
