//! What is read: paths and files of a newsletter's folder, and the door to them.
//!
//! The core sees the outside world through [`Workspace`] alone, so that a whole site can live in
//! memory and every test can say exactly what the disk holds.

use std::borrow::Borrow;
use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::hash::Hash;
use std::ops::Range;
use std::sync::Arc;

use unicode_normalization::{UnicodeNormalization, is_nfc};

use crate::diagnostic::{Diagnostic, Place};
use crate::fingerprint::Fingerprint;

/// A file's path inside the newsletter's folder: relative, with `/`, never with `..`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, bitcode::Encode, bitcode::Decode)]
#[serde(transparent)]
pub struct SourcePath(Arc<str>);

impl SourcePath {
    /// Takes a path that is already relative and uses `/`.
    pub fn new(path: impl Into<Arc<str>>) -> Self {
        Self(path.into())
    }

    /// Gives the path as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Gives the file's name without its folders.
    pub fn file_name(&self) -> &str {
        self.0.rsplit('/').next().unwrap_or(&self.0)
    }

    /// Gives the file's name without folders and without its last extension.
    pub fn stem(&self) -> &str {
        let name = self.file_name();
        name.rsplit_once('.').map_or(name, |(stem, _)| stem)
    }

    /// Gives the last extension, without its dot.
    pub fn extension(&self) -> Option<&str> {
        self.file_name().rsplit_once('.').map(|(_, extension)| extension)
    }

    /// Gives the folder that holds the file; empty at the top.
    pub fn folder(&self) -> &str {
        self.0.rsplit_once('/').map_or("", |(folder, _)| folder)
    }

    /// Resolves a relative reference as a browser would; `None` if it leaves the newsletter's folder.
    pub fn resolve(&self, reference: &str) -> Option<SourcePath> {
        let mut segments: Vec<&str> = self.folder().split('/').filter(|s| !s.is_empty()).collect();
        for segment in reference.split('/') {
            match segment {
                "" | "." => {}
                ".." => {
                    segments.pop()?;
                }
                name => segments.push(name),
            }
        }
        Some(SourcePath::new(segments.join("/")))
    }
}

/// Gives the path of something in a folder, which may be the newsletter's own and has no name then.
pub fn within(folder: &str, path: &str) -> String {
    if folder.is_empty() { path.to_owned() } else { format!("{folder}/{path}") }
}

/// Gives a path with composed letters (Unicode's form C), if it has others: macOS gives names with their marks apart,
/// and who types such a name does not.
pub fn composed(path: &str) -> Option<String> {
    (!path.is_ascii() && !is_nfc(path)).then(|| path.nfc().collect())
}

/// Finds what is kept under a path, or under the path with composed letters.
pub fn look_up<'m, K: Borrow<str> + Eq + Hash, V>(known: &'m HashMap<K, V>, path: &str) -> Option<&'m V> {
    known.get(path).or_else(|| known.get(composed(path)?.as_str()))
}

impl fmt::Display for SourcePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for SourcePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", &*self.0)
    }
}

impl From<&str> for SourcePath {
    fn from(path: &str) -> Self {
        Self::new(path)
    }
}

impl Borrow<str> for SourcePath {
    fn borrow(&self) -> &str {
        &self.0
    }
}

/// A text file as it was read.
#[derive(Clone, Debug)]
pub struct SourceFile {
    /// Where it stands.
    pub path: SourcePath,
    /// Its text: valid UTF-8, without a byte order mark, with `\n` line ends.
    pub text: String,
    /// The digest of the bytes on disk.
    pub fingerprint: Fingerprint,
}

impl SourceFile {
    /// Makes a file from text that is already clean.
    pub fn new(path: impl Into<SourcePath>, text: impl Into<String>) -> Self {
        let text = text.into();
        Self { path: path.into(), fingerprint: Fingerprint::of_bytes(text.as_bytes()), text }
    }

    /// Finds line and column of a range of bytes.
    pub fn place(&self, range: Range<usize>) -> Place {
        Place::in_text(self.path.clone(), &self.text, range)
    }
}

/// Turns bytes into clean text: valid UTF-8, no byte order mark, `\n` at the ends of lines.
///
/// # Errors
/// The bytes are UTF-16 or no valid UTF-8: one diagnostic, with the place of the first bad byte.
pub fn decode(path: SourcePath, bytes: Vec<u8>) -> Result<SourceFile, Diagnostic> {
    let fingerprint = Fingerprint::of_bytes(&bytes);
    // With a byte order mark or without one: no text of ours has a zero byte for one of its first two.
    if matches!(bytes[..], [0xff, 0xfe, ..] | [0xfe, 0xff, ..] | [0, _, ..] | [_, 0, ..]) {
        return Err(Diagnostic::error("not-utf-8", "the file is UTF-16, not UTF-8")
            .at(Place::file(path))
            .with_help("save it as UTF-8 in the editor"));
    }
    let text = match String::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => {
            let at = error.utf8_error().valid_up_to();
            let good = String::from_utf8_lossy(&error.as_bytes()[..at]).into_owned();
            return Err(Diagnostic::error("not-utf-8", format!("byte {at} is not valid UTF-8"))
                .at(Place::in_text(path, &good, at..at))
                .with_help("save the file as UTF-8 in the editor"));
        }
    };
    let text = match text.strip_prefix('\u{feff}') {
        Some(rest) => rest.to_owned(),
        None => text,
    };
    let text = if memchr::memchr(b'\r', text.as_bytes()).is_some() {
        text.replace("\r\n", "\n").replace('\r', "\n")
    } else {
        text
    };
    Ok(SourceFile { path, text, fingerprint })
}

/// What is known of a file before it is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileEntry {
    /// Where it stands.
    pub path: SourcePath,
    /// Its length in bytes.
    pub size: u64,
    /// When it was last changed, in nanoseconds since 1970; 0 where there are no times.
    pub modified: i128,
}

/// Why a file could not be read.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{path}: {reason}")]
pub struct ReadError {
    /// The file.
    pub path: SourcePath,
    /// The operating system's or the format's reason, in words.
    pub reason: String,
    /// Whether nothing of that name is there.
    pub is_absent: bool,
}

/// What a folder holds.
#[derive(Clone, Debug, Default)]
pub struct Listing {
    /// All regular files below it, sorted by path.
    pub files: Vec<FileEntry>,
    /// What stands there and can't be read: pipes, links that lead out, names that are no text.
    pub problems: Vec<Diagnostic>,
}

/// The newsletter's folder, on disk or in memory.
pub trait Workspace: Sync {
    /// Lists all files below a folder; `None` if there is no such folder.
    fn list(&self, folder: &str) -> Option<Listing>;

    /// Reads a file's bytes.
    ///
    /// # Errors
    /// The file is not there, or can't be read.
    fn read(&self, path: &SourcePath) -> Result<Vec<u8>, ReadError>;

    /// Reads a file that is copied as it is, of any length: its digest, and as many of its first bytes as
    /// tell what it is.
    ///
    /// # Errors
    /// The file is not there, or can't be read.
    fn look(&self, path: &SourcePath) -> Result<(Fingerprint, Vec<u8>), ReadError>;
}

/// A newsletter's folder in memory.
#[derive(Clone, Debug, Default)]
pub struct MemoryWorkspace {
    files: BTreeMap<SourcePath, Vec<u8>>,
}

impl MemoryWorkspace {
    /// Writes a file, replacing one that is there.
    pub fn write(&mut self, path: &str, bytes: impl Into<Vec<u8>>) {
        self.files.insert(SourcePath::new(path), bytes.into());
    }

    /// Deletes a file; says whether it was there.
    pub fn remove(&mut self, path: &str) -> bool {
        self.files.remove(path).is_some()
    }
}

impl Workspace for MemoryWorkspace {
    fn list(&self, folder: &str) -> Option<Listing> {
        let prefix = if folder.is_empty() { String::new() } else { format!("{folder}/") };
        let files: Vec<FileEntry> = self
            .files
            .iter()
            .filter(|(path, _)| path.as_str().starts_with(&prefix))
            .map(|(path, bytes)| FileEntry { path: path.clone(), size: bytes.len() as u64, modified: 0 })
            .collect();
        (!files.is_empty()).then_some(Listing { files, problems: vec![] })
    }

    fn read(&self, path: &SourcePath) -> Result<Vec<u8>, ReadError> {
        self.files.get(path).cloned().ok_or_else(|| ReadError {
            path: path.clone(),
            reason: "there is no such file".to_owned(),
            is_absent: true,
        })
    }

    fn look(&self, path: &SourcePath) -> Result<(Fingerprint, Vec<u8>), ReadError> {
        let bytes = self.read(path)?;
        Ok((Fingerprint::of_bytes(&bytes), bytes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_resolve_as_in_a_browser_and_never_leave_the_folder() {
        let post = SourcePath::new("content/posts/a.md");
        assert_eq!(post.resolve("../companies/x.md").unwrap().as_str(), "content/companies/x.md");
        assert_eq!(post.resolve("./b.md").unwrap().as_str(), "content/posts/b.md");
        assert!(post.resolve("../../../etc/passwd").is_none());
    }
}
