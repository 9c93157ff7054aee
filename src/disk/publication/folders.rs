//! The folders that files of a new site stand in.
//!
//! They are made before the first file gets its name: a disk that has no room for another one says so while all of
//! the old site still stands.

use rayon::prelude::*;

use super::{Publication, PublishError, disk, manifest, refused_link};
use crate::site::OutPath;

/// Folders, those of one level at a time.
pub(super) struct Levels<'p>(Vec<Vec<&'p str>>);

impl<'p> Levels<'p> {
    /// Lists the folders above files. Of files in the order of their paths, each folder comes once.
    pub(super) fn above(paths: impl Iterator<Item = &'p OutPath>) -> Self {
        let mut levels: Vec<Vec<&str>> = Vec::new();
        for path in paths.map(OutPath::as_str) {
            for (level, (end, _)) in path.match_indices('/').enumerate() {
                if levels.len() == level {
                    levels.push(Vec::new());
                }
                if levels[level].last() != Some(&&path[..end]) {
                    levels[level].push(&path[..end]);
                }
            }
        }
        Self(levels)
    }
}

impl Publication<'_> {
    /// Makes folders where nothing stands, and gives those in whose place a file of ours does.
    ///
    /// # Errors
    /// The disk fails; what was made is gone again.
    pub(super) fn make_free_folders<'p>(&self, levels: &Levels<'p>) -> Result<Vec<&'p str>, PublishError> {
        let mut taken: Vec<&str> = Vec::new();
        for folders in &levels.0 {
            let is_free = |folder: &&&str| !is_below(folder, &taken);
            let make = |folder: &&'p str| Ok((*folder, self.make_free_folder(folder)?));
            let found: Result<Vec<_>, PublishError> = folders.par_iter().filter(is_free).map(make).collect();
            let found = found.inspect_err(|_| self.take_back(levels))?;
            taken.extend(found.into_iter().filter(|(_, is_free)| !is_free).map(|(folder, _)| folder));
        }
        Ok(taken)
    }

    /// Makes the folders of files that stand where other files of ours had to make way.
    pub(super) fn make_taken_folders<'p>(
        &self,
        paths: impl Iterator<Item = &'p OutPath>,
        taken: &[&str],
    ) -> Result<(), PublishError> {
        if taken.is_empty() {
            return Ok(());
        }
        let levels = Levels::above(paths.filter(|path| is_below(path.as_str(), taken)));
        levels.0.iter().flatten().try_for_each(|folder| {
            if self.make_free_folder(folder)? {
                return Ok(());
            }
            let folder = self.output.join(folder);
            self.files.remove_file(&folder).map_err(|error| disk(&folder, "deleted", error))?;
            self.files.create_folder(&folder).map_err(|error| disk(&folder, "written", error))
        })
    }

    /// Makes a folder of the output if nothing stands there, and says whether there is one now. A link that somebody
    /// put there is none.
    fn make_free_folder(&self, folder: &str) -> Result<bool, PublishError> {
        let folder = self.output.join(folder);
        match self.files.stat(&folder).map_err(|error| disk(&folder, "read", error))? {
            Some(stat) if stat.is_link => Err(refused_link(&folder)),
            Some(stat) => Ok(stat.is_folder),
            None => self.files.create_folder(&folder).map(|()| true).map_err(|error| disk(&folder, "written", error)),
        }
    }

    /// Deletes folders that were made for nothing, and the list of what was about to be written. What can't be deleted
    /// now is deleted by the next build.
    fn take_back(&self, levels: &Levels<'_>) {
        for folder in levels.0.iter().rev().flatten() {
            let _ = self.files.remove_empty_folder(&self.output.join(folder));
        }
        if self.pending.is_empty() {
            let _ = self.files.remove_file(&self.output.join(manifest::PENDING_NAME));
        }
    }
}

fn is_below(path: &str, folders: &[&str]) -> bool {
    folders.iter().any(|folder| path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/')))
}
