//! Publishing: what has been rendered becomes the site, whole or not at all.
//!
//! 1. [`Publication::open`] takes the output folder: new, ours by its manifest, or refused.
//! 2. [`Publication::stage`] compares a file with what we wrote last time; only what differs is
//!    written, into a staging folder on the same file system. Any number of threads may do so.
//! 3. [`Publication::commit`] gives the staged files their names. A new output is one rename. In an
//!    output that is there, files are renamed one by one: first what pages need, then pages, then
//!    the lists and feeds that lead to them; then what is gone is deleted; the manifest comes last.
//!
//! Whoever stops before `commit`, for an error or a pulled plug, leaves the old site as it was. Whoever
//! stops inside it leaves files that are each old or new; the pending list says so to the next build.
//!
//! What is in the output and not ours is the business of [`theirs`].

mod folders;
mod letter_case;
mod theirs;

pub use theirs::Overwritten;

use std::collections::{BTreeSet, HashMap};
use std::io;
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use super::file_system::{FileSystem, Stat};
use super::guard::Refusal;
use super::manifest::{self, Manifest, Written};
use crate::fingerprint::Fingerprint;
use crate::site::OutPath;
use folders::Levels;

/// The staging folder inside an output that is there.
const STAGING_NAME: &str = ".masthead-staging";
/// What a folder is called while it gets another spelling of its name.
const RESPELLED_NAME: &str = ".masthead-respelled";

/// Why a site could not be published.
#[derive(Debug, thiserror::Error)]
pub enum PublishError {
    /// It would not be safe.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The disk would not.
    #[error("`{path}` can't be {what}: {error}")]
    Disk {
        /// The file or folder.
        path: String,
        /// `written`, `read`, `deleted`.
        what: &'static str,
        /// The operating system's reason.
        error: io::Error,
    },
}

/// What a file's bytes are.
pub enum Contents<'a> {
    /// These.
    Bytes(&'a [u8]),
    /// Those of a file on disk, whose digest is known.
    CopyOf(&'a Path, Fingerprint),
}

/// A file that is part of the new site.
#[derive(Clone, Debug)]
pub struct Staged {
    path: OutPath,
    written: Written,
    /// Whether it already stands in the output, unchanged.
    kept: bool,
}

/// What publishing did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Files that were not there before.
    pub added: usize,
    /// Files that changed.
    pub changed: usize,
    /// Files that stayed as they were.
    pub unchanged: usize,
    /// Files that are gone.
    pub removed: Vec<OutPath>,
    /// Files that somebody had edited or put there, and that are overwritten now.
    pub overwritten: Vec<Overwritten>,
    /// Generated files that somebody had edited, and that stay although the site has them no more.
    pub kept_edits: Vec<OutPath>,
}

/// An output folder that is being published to.
pub struct Publication<'a> {
    files: &'a dyn FileSystem,
    /// The newsletter's folder.
    root: &'a Path,
    output: PathBuf,
    staging: PathBuf,
    adoption: Adoption,
    /// Whether every file is written, be it in the output already or not.
    anew: bool,
    /// Whether each step waits for the disk.
    durable: bool,
    /// Whether the staging folder as a whole becomes the output.
    whole: bool,
    old: Manifest,
    /// The digest of that manifest as it was read.
    old_digest: Fingerprint,
    /// Files that a build before this one was about to write when it was stopped.
    pending: Manifest,
}

/// Which of a folder that is not ours may be taken over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Adoption {
    /// None.
    Refuse,
    /// Any: the site is written into it, and what is there stays unless the site has a file of that name.
    Adopt,
}

impl<'a> Publication<'a> {
    /// Takes an output folder, which [`super::guard::resolve_output`] has judged, of the newsletter in `root`.
    ///
    /// # Errors
    /// The folder holds files that are not ours and may not be adopted, or the disk fails.
    pub fn open(
        files: &'a dyn FileSystem,
        root: &'a Path,
        output: PathBuf,
        adoption: Adoption,
    ) -> Result<Self, PublishError> {
        let exists = files.stat(&output).map_err(|error| disk(&output, "read", error))?.is_some();
        remove_left_over(files, &output)?;
        let [inside, beside] = staging_folders(&output);
        let (mut old, mut old_digest, mut pending) = (Manifest::new(), Fingerprint::default(), Manifest::new());
        if exists {
            let listed = read_list(files, &output.join(manifest::FILE_NAME))?;
            pending = read_list(files, &output.join(manifest::PENDING_NAME))?.unwrap_or_default().0;
            if listed.is_none() && pending.is_empty() && adoption == Adoption::Refuse && !is_empty_folder(&output) {
                return Err(PublishError::Refused(Refusal {
                    message: format!("refusing to write the site to `{}`: it holds files that Masthead did not make", output.display()),
                    help: "empty the folder, choose another with `output:` in masthead.yaml, or pass `--adopt` to keep what is there and write among it".to_owned(),
                }));
            }
            (old, old_digest) = listed.unwrap_or_default();
        }
        let (staging, whole) = if exists { (inside, false) } else { (beside, true) };
        files.create_folder(&staging).map_err(|error| disk(&staging, "written", error))?;
        Ok(Self {
            files,
            root,
            output,
            staging,
            adoption,
            anew: false,
            durable: false,
            whole,
            old,
            old_digest,
            pending,
        })
    }

    /// Has every file written, whatever its length and time say: a disk may have lost what they belong to.
    pub fn anew(self, anew: bool) -> Self {
        Self { anew, ..self }
    }

    /// Has every step wait until the one before it would outlive the loss of power.
    pub fn durable(self, durable: bool) -> Self {
        Self { durable, ..self }
    }

    /// Counts the files of the old site, and those of them that a new one has no more.
    pub fn losses(&self, has: impl Fn(&OutPath) -> bool) -> (usize, usize) {
        (self.old.len(), self.old.keys().filter(|path| !has(path)).count())
    }

    /// Gives the digest of the output's manifest as it is before publishing; that of nothing if there is none.
    pub fn manifest_before(&self) -> Fingerprint {
        self.old_digest
    }

    /// Gives a file's record if it stands in the output just as we wrote it.
    ///
    /// What a build that was stopped was about to write is never taken for that: on a disk whose clock ticks
    /// slowly, a new file of the same length can have the time of the old one.
    pub fn untouched(&self, path: &OutPath) -> Option<Written> {
        let written = self.old.get(path).filter(|_| !self.anew && !self.pending.contains_key(path))?;
        let stat = self.files.stat(&self.output.join(path.as_str())).ok()??;
        is_as_written(&stat, written).then_some(*written)
    }

    /// Adds a file to the new site; writes it to the staging folder if it differs from what is there.
    ///
    /// # Errors
    /// The disk fails.
    pub fn stage(&self, path: &OutPath, contents: &Contents<'_>) -> Result<Staged, PublishError> {
        let fingerprint = match contents {
            Contents::Bytes(bytes) => Fingerprint::of_bytes(bytes),
            Contents::CopyOf(_, fingerprint) => *fingerprint,
        };
        let kept =
            self.old.get(path).filter(|written| written.fingerprint == fingerprint).and_then(|_| self.untouched(path));
        let written = match kept {
            Some(written) => written,
            None => {
                self.write_staged(path, contents)?;
                // A file that gets another name keeps its length and time.
                self.written(&self.staged_at(path), fingerprint)?
            }
        };
        Ok(Staged { path: path.clone(), written, kept: kept.is_some() })
    }

    /// Adds a file that is known to be the same as last time and to stand untouched.
    pub fn keep(&self, path: &OutPath, written: Written) -> Staged {
        Staged { path: path.clone(), written, kept: true }
    }

    /// Gives up: the old site stays as it was.
    pub fn abandon(self) {
        // What can't be deleted now is deleted by the next build.
        let _ = self.files.remove_staging(&self.staging);
    }

    /// Makes the staged files the site; `order` says what comes first, from 0. Gives the digest of the new
    /// manifest as well.
    ///
    /// # Errors
    /// The disk fails. Every file is then old or new, and the next build finishes the job.
    pub fn commit(
        self,
        mut staged: Vec<Staged>,
        order: impl Fn(&OutPath) -> u8,
    ) -> Result<(Summary, Fingerprint), PublishError> {
        staged.sort_by(|a, b| a.path.cmp(&b.path));
        let result = if self.whole { self.commit_whole(&staged) } else { self.commit_each(&staged, order) };
        let _ = self.files.remove_staging(&self.staging);
        result
    }

    fn commit_whole(&self, staged: &[Staged]) -> Result<(Summary, Fingerprint), PublishError> {
        let manifest = staged.iter().map(|file| (file.path.clone(), file.written)).collect();
        let text = manifest::encode(&manifest);
        let list = self.staging.join(manifest::FILE_NAME);
        self.files.write(&list, text.as_bytes()).map_err(|error| disk(&list, "written", error))?;
        self.settle(&self.staging)?;
        self.files.rename(&self.staging, &self.output).map_err(|error| disk(&self.output, "written", error))?;
        self.settle(&self.output)?;
        Ok((Summary { added: staged.len(), ..Summary::default() }, Fingerprint::of_bytes(text.as_bytes())))
    }

    fn commit_each(
        &self,
        staged: &[Staged],
        order: impl Fn(&OutPath) -> u8,
    ) -> Result<(Summary, Fingerprint), PublishError> {
        let mut changes: Vec<(u8, &Staged)> =
            staged.iter().filter(|file| !file.kept).map(|file| (order(&file.path), file)).collect();
        changes.sort_by_key(|(order, _)| *order);
        let new: BTreeSet<&OutPath> = staged.iter().map(|file| &file.path).collect();
        let gone: Vec<&OutPath> =
            self.old.keys().chain(self.pending.keys()).filter(|path| !new.contains(path)).collect();
        let kept = staged.iter().filter(|file| file.kept);
        let mut manifest: Manifest = kept.map(|file| (file.path.clone(), file.written)).collect();
        let mut summary = Summary { unchanged: manifest.len(), ..Summary::default() };
        let nothing_to_do = changes.is_empty() && gone.is_empty() && manifest == self.old && self.pending.is_empty();
        if nothing_to_do && self.files.stat(&self.output.join(manifest::FILE_NAME)).is_ok_and(|stat| stat.is_some()) {
            self.settle(&self.output)?;
            return Ok((summary, self.old_digest));
        }
        let in_the_way = self.judge(&changes)?;
        summary.overwritten =
            in_the_way.overwritten.into_iter().map(|path| self.rescue(path)).collect::<Result<_, _>>()?;
        if !summary.overwritten.is_empty() {
            self.settle(self.root)?;
        }
        self.write_pending(&changes)?;
        // A disk may have no room for another folder: that is found while all of the old site still stands.
        let folders = Levels::above(staged.iter().filter(|file| !file.kept).map(|file| &file.path));
        let taken = self.make_free_folders(&folders)?;
        self.clear(&in_the_way.folders)?;
        // What comes at one time comes in any order.
        for changes in changes.chunk_by(|(one, _), (other, _)| one == other) {
            self.make_taken_folders(changes.iter().map(|(_, file)| &file.path), &taken)?;
            changes.par_iter().try_for_each(|(_, file)| self.put(file))?;
            self.settle(&self.output)?;
        }
        for (_, file) in changes {
            if self.old.contains_key(&file.path) {
                summary.changed += 1;
            } else {
                summary.added += 1;
            }
            manifest.insert(file.path.clone(), file.written);
        }
        let respelled: HashMap<String, &Staged> = match gone.is_empty() {
            true => HashMap::new(),
            false => staged.iter().map(|file| (file.path.collision_key(), file)).collect(),
        };
        let mut other_spellings = Vec::new();
        for path in gone {
            match respelled.get(&path.collision_key()) {
                Some(file) if self.is_one_file(path, file)? => other_spellings.push((path, &file.path)),
                _ if self.remove(path)? => summary.removed.push(path.clone()),
                _ => summary.kept_edits.push(path.clone()),
            }
        }
        self.respell(&other_spellings)?;
        let digest = self.write_list(manifest::FILE_NAME, &manifest)?;
        self.settle(&self.output)?;
        let pending = self.output.join(manifest::PENDING_NAME);
        self.files.remove_file(&pending).map_err(|error| disk(&pending, "deleted", error))?;
        Ok((summary, digest))
    }

    /// Gives a staged file its name in the output.
    fn put(&self, file: &Staged) -> Result<(), PublishError> {
        let target = self.output.join(file.path.as_str());
        self.files.rename(&self.staged_at(&file.path), &target).map_err(|error| disk(&target, "written", error))
    }

    /// Writes down what is about to be written, so that a build after a crash knows it for ours.
    fn write_pending(&self, changes: &[(u8, &Staged)]) -> Result<(), PublishError> {
        let mut pending = self.pending.clone();
        for (_, file) in changes {
            pending.insert(file.path.clone(), Written { fingerprint: file.written.fingerprint, size: 0, modified: 0 });
        }
        self.write_list(manifest::PENDING_NAME, &pending)?;
        self.settle(&self.output)
    }

    /// Waits for the disk, if that is asked: what came before outlives the loss of power then, whatever comes after.
    fn settle(&self, folder: &Path) -> Result<(), PublishError> {
        if self.durable { settle(self.files, folder) } else { Ok(()) }
    }

    /// Writes a list in one step, and gives the digest of it.
    fn write_list(&self, name: &str, list: &Manifest) -> Result<Fingerprint, PublishError> {
        let staged = self.staging.join(name);
        let target = self.output.join(name);
        let text = manifest::encode(list);
        self.files.write(&staged, text.as_bytes()).map_err(|error| disk(&target, "written", error))?;
        self.settle(&self.output)?;
        self.files.rename(&staged, &target).map_err(|error| disk(&target, "written", error))?;
        Ok(Fingerprint::of_bytes(text.as_bytes()))
    }

    /// Gives the place of a staged file: that in the site if the staging folder becomes the site, else one
    /// that needs no folder of its own.
    fn staged_at(&self, path: &OutPath) -> PathBuf {
        match self.whole {
            true => self.staging.join(path.as_str()),
            false => self.staging.join(Fingerprint::of_bytes(path.as_str().as_bytes()).to_string()),
        }
    }

    fn write_staged(&self, path: &OutPath, contents: &Contents<'_>) -> Result<(), PublishError> {
        let target = self.staged_at(path);
        let write = || match contents {
            Contents::Bytes(bytes) => self.files.write(&target, bytes),
            Contents::CopyOf(from, _) => self.files.copy(from, &target),
        };
        let make_folder_and_write = || match target.parent() {
            Some(folder) => self.files.create_folder(folder).and_then(|()| write()),
            None => write(),
        };
        // Most pages have a folder of their own, and most other files share one that is there.
        let result = if target.ends_with("index.html") {
            make_folder_and_write()
        } else {
            write().or_else(|error| match error.kind() {
                io::ErrorKind::NotFound => make_folder_and_write(),
                _ => Err(error),
            })
        };
        result.map_err(|error| disk(&self.output.join(path.as_str()), "written", error))
    }

    fn written(&self, target: &Path, fingerprint: Fingerprint) -> Result<Written, PublishError> {
        let stat = self.files.stat(target).map_err(|error| disk(target, "read", error))?;
        let stat = stat.ok_or_else(|| disk(target, "read", io::Error::from(io::ErrorKind::NotFound)))?;
        Ok(Written { fingerprint, size: stat.size, modified: stat.modified })
    }
}

/// Deletes what a build that was stopped had made ready: it may be of a text that was taken back since.
///
/// # Errors
/// The disk fails.
pub fn remove_left_over(files: &dyn FileSystem, output: &Path) -> Result<(), PublishError> {
    staging_folders(output)
        .iter()
        .try_for_each(|folder| files.remove_staging(folder).map_err(|error| disk(folder, "deleted", error)))
}

/// Waits until all that was done below a folder would outlive the loss of power.
///
/// # Errors
/// The disk fails.
pub fn settle(files: &dyn FileSystem, folder: &Path) -> Result<(), PublishError> {
    files.settle(folder).map_err(|error| disk(folder, "written", error))
}

/// Reads a list of our files and its digest; `None` if there is none that can be trusted.
fn read_list(files: &dyn FileSystem, path: &Path) -> Result<Option<(Manifest, Fingerprint)>, PublishError> {
    let decode = |bytes: Vec<u8>| {
        let list = manifest::decode(std::str::from_utf8(&bytes).ok()?)?;
        Some((list, Fingerprint::of_bytes(&bytes)))
    };
    Ok(read_file(files, path)?.and_then(decode))
}

/// Reads a file; `None` if nothing stands there, or what is no file.
fn read_file(files: &dyn FileSystem, path: &Path) -> Result<Option<Vec<u8>>, PublishError> {
    match files.read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::InvalidInput) => Ok(None),
        Err(error) => Err(disk(path, "read", error)),
    }
}

/// Says whether a file is just as we wrote it, by its length and time.
pub fn is_as_written(stat: &Stat, written: &Written) -> bool {
    !stat.is_folder && !stat.is_link && (stat.size, stat.modified) == (written.size, written.modified)
}

/// The staging folder inside an output that is there, and that beside one that is not there yet.
fn staging_folders(output: &Path) -> [PathBuf; 2] {
    let name = output.file_name().unwrap_or_default().to_string_lossy();
    [output.join(STAGING_NAME), output.with_file_name(format!("{STAGING_NAME}-{name}"))]
}

fn is_empty_folder(path: &Path) -> bool {
    std::fs::read_dir(path).is_ok_and(|mut entries| entries.next().is_none())
}

fn refused_link(path: &Path) -> PublishError {
    PublishError::Refused(Refusal {
        message: format!("refusing to write through `{}`: it is a link", path.display()),
        help: "delete the link; a folder takes its place".to_owned(),
    })
}

fn disk(path: &Path, what: &'static str, error: io::Error) -> PublishError {
    PublishError::Disk { path: path.display().to_string(), what, error }
}

#[cfg(test)]
mod tests;
