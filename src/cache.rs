//! What survives between two runs of the program: a folder that is safe to delete at any time.
//!
//! Builds and the preview have a folder each, so that both may run at once. A build with nothing to do
//! reads only [`State`], which tells whether anything has changed at all. [`Keep`] and the [`shelves`] hold
//! what saves work when something has: documents without their text, the terms of related news. The keys of
//! all pages speak of one output and are of use beside no other, so they stand apart, under the digest of its
//! manifest. Each file opens with a header that names this very program and the digest of the rest:
//! what does not match is as good as absent, and the build is a cold one. Nothing in a cache is ever
//! trusted for a path to write or delete.
#![expect(clippy::disallowed_methods, reason = "this room keeps what survives on the disk")]

mod documents;
mod known;
mod shelves;

use std::fs;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use bitcode::{Decode, DecodeOwned, Encode};

use crate::content::markdown::{Painted, painted};
use crate::diagnostic::{Diagnostic, Place, Severity};
use crate::disk::DiskWorkspace;
use crate::fingerprint::Fingerprint;
use crate::load::{Overrides, Sources};
use crate::newsroom::memory::{Memory, SavedMemory};
use crate::site::OutPath;
use crate::source::{FileEntry, SourcePath};

use documents::SavedDocuments;
pub use known::{Known, TICK};

/// The folder of the cache, at the top of a newsletter.
pub const FOLDER: &str = ".masthead-cache";
const STATE: &str = "state";
const KEEP: &str = "keep";
const PAGES: &str = "pages";

/// Whose folder it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Owner {
    /// That of builds.
    Builds,
    /// That of the preview.
    Preview,
}

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

/// What saves work when something has changed, besides the posts on their shelves.
#[derive(Default, Encode, Decode)]
struct Keep {
    began: i128,
    /// The documents that are no posts.
    documents: SavedDocuments,
    /// The key of each shelf of posts.
    shelves: Vec<Fingerprint>,
    memory: SavedMemory,
    /// Code with its colours.
    painted: Painted,
}

/// A page as it was rendered last.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct SavedPage {
    /// Its path in the output.
    pub path: String,
    /// The digest of all that it depends on.
    pub key: Fingerprint,
    /// A short digest of each thing that it depends on, together with its name.
    pub inputs: Vec<u32>,
    /// Why it was rendered in the last build that did so.
    pub reason: Reason,
}

/// Why a page was rendered.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub enum Reason {
    /// Nothing was known of it.
    New,
    /// Its file was not as it had been written.
    Output,
    /// Something that it depended on is no more.
    Fewer,
    /// These things have changed.
    Changed(String),
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
    read(&folder(root, Owner::Builds).join(STATE))
}

/// Reads what saves work: what the owner kept, or for a preview that has kept nothing yet, what builds did.
pub fn read_kept(workspace: &DiskWorkspace, owner: Owner, overrides: &Overrides) -> Found<Known> {
    match read_kept_of(workspace, owner, overrides) {
        Found::Absent if owner == Owner::Preview => read_kept_of(workspace, Owner::Builds, overrides),
        found => found,
    }
}

fn read_kept_of(workspace: &DiskWorkspace, owner: Owner, overrides: &Overrides) -> Found<Known> {
    let folder = folder(workspace.root(), owner);
    let keep: Keep = match read(&folder.join(KEEP)) {
        Found::Whole(keep) => keep,
        Found::Absent => return Found::Absent,
        Found::Damaged => return Found::Damaged,
    };
    match shelves::read(&folder, &keep.shelves) {
        Found::Whole(posts) => Found::Whole(keep.restore(posts, workspace, overrides)),
        Found::Absent => Found::Absent,
        Found::Damaged => Found::Damaged,
    }
}

/// Writes what saves work the next time, all of it under the digests of what it was made from. `began` is when
/// reading began, in nanoseconds since 1970.
///
/// # Errors
/// The disk fails; the site is not the worse for it.
pub fn write_kept(root: &Path, owner: Owner, began: i128, sources: &Sources, memory: &Memory) -> io::Result<()> {
    prepare(root)?;
    let folder = folder(root, owner);
    make_own_folder(&folder)?;
    let shelves = shelves::write(&folder, sources, memory)?;
    let documents = SavedDocuments::save(sources);
    write(&folder.join(KEEP), &Keep { began, documents, shelves, memory: memory.save(), painted: painted() })
}

/// Reads the pages of the output that has a manifest of that digest; absent if those that were kept are of
/// another output, older or newer.
pub fn read_pages(root: &Path, manifest: Fingerprint) -> Found<Vec<SavedPage>> {
    match read_keyed(&folder(root, Owner::Builds).join(PAGES)) {
        Found::Whole((key, _)) if key != manifest => Found::Absent,
        Found::Whole((_, pages)) => Found::Whole(pages),
        Found::Absent => Found::Absent,
        Found::Damaged => Found::Damaged,
    }
}

/// Brings pages into the form in which they are written down: that takes a while, and no manifest.
pub fn encode_pages(pages: &[SavedPage]) -> Vec<u8> {
    bitcode::encode(pages)
}

/// Writes down the pages, encoded, of the output that has a manifest of that digest.
///
/// # Errors
/// The disk fails; the site is not the worse for it.
pub fn write_pages(root: &Path, manifest: Fingerprint, encoded: &[u8]) -> io::Result<()> {
    write_sealed(&folder(root, Owner::Builds).join(PAGES), manifest, encoded)
}

/// Writes what tells whether a later build has anything to do.
///
/// # Errors
/// The disk fails; the site is not the worse for it.
pub fn write_state(root: &Path, state: &State) -> io::Result<()> {
    write(&folder(root, Owner::Builds).join(STATE), state)
}

/// Makes the folder of the cache, marked as one for backups and for Git.
///
/// # Errors
/// The disk fails, or a link stands there.
pub fn prepare(root: &Path) -> io::Result<PathBuf> {
    let folder = root.join(FOLDER);
    if make_own_folder(&folder)? {
        // https://bford.info/cachedir/
        fs::write(
            folder.join("CACHEDIR.TAG"),
            "Signature: 8a477f597d28d172789f06886806bc55\n# Made by Masthead; safe to delete.\n",
        )?;
        fs::write(folder.join(".gitignore"), "*\n")?;
    }
    Ok(folder)
}

/// Makes a folder of the cache, if it is not there; says whether it made it.
///
/// # Errors
/// The disk fails, or a link stands there: what it leads to is none of ours.
fn make_own_folder(folder: &Path) -> io::Result<bool> {
    match fs::symlink_metadata(folder) {
        Ok(there) if there.is_dir() => Ok(false),
        Ok(_) => Err(io::Error::new(io::ErrorKind::NotADirectory, format!("`{}` is no folder", folder.display()))),
        Err(_) => fs::create_dir(folder).map(|()| true),
    }
}

/// Opens a file of the cache that is only held, never read: the lock.
///
/// # Errors
/// The disk fails.
pub fn open_held(path: &Path) -> io::Result<fs::File> {
    make_way(path)?;
    fs::File::options().write(true).create(true).truncate(false).open(path)
}

/// Takes away what stands at a place of ours and is no file: writing through a link would change what it
/// leads to, and a pipe may never be read.
fn make_way(path: &Path) -> io::Result<()> {
    if is_file(path) || fs::symlink_metadata(path).is_err() { Ok(()) } else { fs::remove_file(path) }
}

fn is_file(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|there| there.is_file())
}

/// Reads a file of the cache into `room`; `None` if there is none.
///
/// Who reads many takes the same room for all of them: fresh memory costs more than reading.
fn read_file<'r>(path: &Path, room: &'r mut Vec<u8>) -> Option<&'r [u8]> {
    room.clear();
    is_file(path).then_some(())?;
    fs::File::open(path).ok()?.read_to_end(room).ok()?;
    Some(room)
}

/// Says why a page was rendered last.
pub fn last_reason(root: &Path, path: &OutPath) -> Option<Reason> {
    let pages: Vec<SavedPage> = read(&folder(root, Owner::Builds).join(PAGES)).whole()?;
    pages.into_iter().find(|page| page.path == path.as_str()).map(|page| page.reason)
}

fn folder(root: &Path, owner: Owner) -> PathBuf {
    root.join(FOLDER).join(match owner {
        Owner::Builds => "builds",
        Owner::Preview => "preview",
    })
}

/// What the first line of a file says: whose it is, and of which version.
fn magic() -> String {
    format!("masthead cache {} {}\n", env!("CARGO_PKG_VERSION"), crate::BUILD_ID)
}

fn write<T: Encode>(path: &Path, value: &T) -> io::Result<()> {
    write_sealed(path, Fingerprint::default(), &bitcode::encode(value))
}

/// Writes what is to be kept under a key, with its header before it.
fn write_sealed(path: &Path, key: Fingerprint, payload: &[u8]) -> io::Result<()> {
    let mut header = magic().into_bytes();
    for digest in [key, Fingerprint::of_bytes(payload)] {
        header.extend_from_slice(&digest.0.to_le_bytes());
    }
    let beside = path.with_extension("new");
    make_way(&beside)?;
    let mut file = fs::File::create(&beside)?;
    file.write_all(&header)?;
    file.write_all(payload)?;
    fs::rename(&beside, path)
}

/// Checks the header; gives the key and what is behind it.
fn unseal(bytes: &[u8]) -> Found<(Fingerprint, &[u8])> {
    let Some(rest) = bytes.strip_prefix(magic().as_bytes()) else {
        return if bytes.starts_with(b"masthead cache ") { Found::Absent } else { Found::Damaged };
    };
    let Some((key, rest)) = rest.split_first_chunk::<16>() else { return Found::Damaged };
    let Some((digest, payload)) = rest.split_first_chunk::<16>() else { return Found::Damaged };
    if Fingerprint(u128::from_le_bytes(*digest)) != Fingerprint::of_bytes(payload) {
        return Found::Damaged;
    }
    Found::Whole((Fingerprint(u128::from_le_bytes(*key)), payload))
}

fn read<T: DecodeOwned>(path: &Path) -> Found<T> {
    match read_keyed(path) {
        Found::Whole((_, value)) => Found::Whole(value),
        Found::Absent => Found::Absent,
        Found::Damaged => Found::Damaged,
    }
}

/// Reads what was kept, and the key that it was kept under.
fn read_keyed<T: DecodeOwned>(path: &Path) -> Found<(Fingerprint, T)> {
    let mut room = Vec::new();
    let Some(bytes) = read_file(path, &mut room) else { return Found::Absent };
    match unseal(bytes) {
        Found::Whole((key, payload)) => {
            bitcode::decode(payload).map_or(Found::Damaged, |value| Found::Whole((key, value)))
        }
        Found::Absent => Found::Absent,
        Found::Damaged => Found::Damaged,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_damaged_cache_is_known_for_one() {
        let newsletter = tempfile::tempdir().unwrap();
        let root = newsletter.path();
        let state = State { pages: 7, ..State::default() };
        let (sources, memory) = (Sources::default(), Memory::default());
        write_kept(root, Owner::Builds, 0, &sources, &memory).unwrap();
        write_state(root, &state).unwrap();
        assert!(matches!(read_state(root), Found::Whole(found) if found.pages == 7));
        let path = folder(root, Owner::Builds).join(STATE);
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
