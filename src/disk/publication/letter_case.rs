//! Names that differ in letter case alone, on disks to which they are one.

use std::collections::HashSet;
use std::path::Path;

use super::{Publication, PublishError, RESPELLED_NAME, Staged, disk, is_as_written};
use crate::site::OutPath;

impl Publication<'_> {
    /// Gives the names of our files as a file system has them that does not tell letter case apart.
    pub(super) fn spellings(&self) -> HashSet<String> {
        self.old.keys().chain(self.pending.keys()).map(OutPath::collision_key).collect()
    }

    /// Says whether what stands at a path is the file that was just written under another spelling of its name.
    pub(super) fn is_one_file(&self, path: &OutPath, file: &Staged) -> Result<bool, PublishError> {
        let stat = self.look(&self.output.join(path.as_str()))?;
        Ok(stat.is_some_and(|stat| is_as_written(&stat, &file.written))
            && self.holds(path, file.written.fingerprint)?)
    }

    /// Gives files, and the folders above them, the new spelling of their names.
    pub(super) fn respell(&self, files: &[(&OutPath, &OutPath)]) -> Result<(), PublishError> {
        let mut done = HashSet::new();
        for (before, now) in files {
            let mut folder = self.output.clone();
            for (before, now) in before.as_str().split('/').zip(now.as_str().split('/')) {
                let respelled = folder.join(now);
                if before != now && done.insert(respelled.clone()) {
                    self.rename_by_another(&folder.join(before), &respelled)?;
                }
                folder = respelled;
            }
        }
        Ok(())
    }

    /// Renames by way of a third name: Linux does nothing where the old and the new one are the same to the disk.
    fn rename_by_another(&self, before: &Path, now: &Path) -> Result<(), PublishError> {
        let aside = now.with_file_name(RESPELLED_NAME);
        // A build that was stopped between the two steps left it, with what somebody may have put beside our files.
        if self.look(&aside)?.is_some() {
            return Ok(());
        }
        let rename = |from: &Path, to: &Path| self.files.rename(from, to).map_err(|error| disk(now, "written", error));
        rename(before, &aside)?;
        rename(&aside, now)
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::io;
    use std::path::{Path, PathBuf};

    use super::super::theirs::tests::{Files, open, publish};
    use super::super::{Adoption, Publication};
    use crate::disk::file_system::{Disk, FileSystem, Stat};

    /// A disk that does not tell letter case apart.
    struct Caseless(PathBuf);

    impl Caseless {
        fn at(&self, path: &Path) -> PathBuf {
            let inside = path.strip_prefix(&self.0).unwrap();
            self.0.join(inside.to_string_lossy().to_lowercase())
        }
    }

    impl FileSystem for Caseless {
        fn stat(&self, path: &Path) -> io::Result<Option<Stat>> {
            Disk.stat(&self.at(path))
        }
        fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
            Disk.read(&self.at(path))
        }
        fn write(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
            Disk.write(&self.at(path), bytes)
        }
        fn copy(&self, from: &Path, to: &Path) -> io::Result<()> {
            Disk.copy(from, &self.at(to))
        }
        fn create_folder(&self, path: &Path) -> io::Result<()> {
            Disk.create_folder(&self.at(path))
        }
        fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
            Disk.rename(&self.at(from), &self.at(to))
        }
        fn remove_file(&self, path: &Path) -> io::Result<()> {
            Disk.remove_file(&self.at(path))
        }
        fn remove_empty_folder(&self, path: &Path) -> io::Result<bool> {
            Disk.remove_empty_folder(&self.at(path))
        }
        fn settle(&self, folder: &Path) -> io::Result<()> {
            Disk.settle(&self.at(folder))
        }
        fn remove_staging(&self, path: &Path) -> io::Result<()> {
            Disk.remove_staging(&self.at(path))
        }
    }

    #[test]
    fn a_page_whose_address_changes_in_letter_case_alone_survives_where_case_does_not_count() {
        let folder = tempfile::tempdir().unwrap();
        let disk = Caseless(folder.path().to_owned());
        let output = folder.path().join("public");
        let publish = |files: Files<'_>| {
            publish(Publication::open(&disk, folder.path(), output.clone(), Adoption::Refuse).unwrap(), files).unwrap()
        };
        publish(&[("posts/Zed/index.html", "Zed"), ("other.html", "x")]);
        let summary = publish(&[("posts/zed/index.html", "zed"), ("other.html", "x")]);
        assert_eq!((summary.added, summary.removed, summary.overwritten), (1, vec![], vec![]));
        assert_eq!(fs::read_to_string(output.join("posts/zed/index.html")).unwrap(), "zed");
    }

    #[test]
    fn a_page_whose_address_changes_in_letter_case_alone_moves_where_case_counts() {
        let folder = tempfile::tempdir().unwrap();
        let output = folder.path().join("public");
        publish(open(&output, Adoption::Refuse), &[("posts/Zed/index.html", "Zed")]).unwrap();
        let summary = publish(open(&output, Adoption::Refuse), &[("posts/zed/index.html", "zed")]).unwrap();
        assert_eq!((summary.added, summary.removed.len()), (1, 1));
        assert!(!output.join("posts/Zed").exists());
    }
}
