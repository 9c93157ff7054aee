//! What stands in the output and is not ours: found before anything is changed, and never lost in silence.

use std::path::{Path, PathBuf};

use rayon::prelude::*;
use walkdir::WalkDir;

use super::{Adoption, Publication, PublishError, Staged, disk, is_as_written, read_file, refused_link};
use crate::disk::file_system::Stat;
use crate::disk::guard::Refusal;
use crate::fingerprint::Fingerprint;
use crate::site::OutPath;

/// The folder, beside the content, of what somebody had edited or put into the output before it was overwritten.
const RESCUED_NAME: &str = ".masthead-rescued";

const MOVE: &str = "move it out of the output";
const MOVE_OR_ADOPT: &str = "move it out of the output, or pass `--adopt` to have such files overwritten";

/// A file that somebody had edited or put into the output, and that is overwritten.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Overwritten {
    /// Its path in the output.
    pub path: OutPath,
    /// Where a copy of it is kept, seen from the newsletter's folder; none of a link or a pipe.
    pub copy: Option<String>,
}

/// What stands where a file of the site goes.
enum Standing<'s> {
    /// Nothing, or our own file.
    Free,
    /// Our own file, and somebody edited it.
    Edited,
    /// A file that the old site had not.
    Foreign,
    /// A folder that holds nothing but our own files of the old site; all that it holds, innermost first, and itself.
    OurFolder(Vec<PathBuf>),
    /// Any other folder.
    Folder,
    /// A file that the old site had not, where a folder of this path belongs.
    Below(&'s str),
}

/// What has to make way for the changes of a site.
#[derive(Default)]
pub(super) struct InTheWay<'s> {
    /// Files that take the place of somebody's work.
    pub overwritten: Vec<&'s OutPath>,
    /// What stands in folders of ours that become files, innermost first.
    pub folders: Vec<PathBuf>,
}

impl Publication<'_> {
    /// Lists what stands in the way of changes: somebody's work, and folders of our own.
    ///
    /// # Errors
    /// Something is in the way that is not ours and may not be overwritten; nothing has been changed.
    pub(super) fn judge<'s>(&self, changes: &[(u8, &'s Staged)]) -> Result<InTheWay<'s>, PublishError> {
        let standing = |(_, file): &(u8, &'s Staged)| Ok((*file, self.standing(&file.path)?));
        let judged: Vec<(&Staged, Standing<'_>)> =
            changes.par_iter().map(standing).collect::<Result<_, PublishError>>()?;
        let mut ours = None;
        let mut in_the_way = InTheWay::default();
        for (file, standing) in judged {
            match standing {
                Standing::Free => {}
                Standing::Edited => in_the_way.overwritten.push(&file.path),
                Standing::OurFolder(entries) => in_the_way.folders.extend(entries),
                Standing::Folder => return Err(self.refused(file.path.as_str(), "a folder stands there", MOVE)),
                Standing::Below(path) => {
                    return Err(self.refused(path, "a file that Masthead did not make stands there", MOVE));
                }
                Standing::Foreign => {
                    // Where letter case does not count, our own file answers to another spelling of its name.
                    let ours = ours.get_or_insert_with(|| self.spellings());
                    if ours.contains(&file.path.collision_key()) || self.holds(&file.path, file.written.fingerprint)? {
                        continue;
                    }
                    if self.adoption == Adoption::Refuse {
                        let why = "Masthead did not make the file that stands there";
                        return Err(self.refused(file.path.as_str(), why, MOVE_OR_ADOPT));
                    }
                    in_the_way.overwritten.push(&file.path);
                }
            }
        }
        Ok(in_the_way)
    }

    /// Deletes what stands in folders of ours that become files.
    pub(super) fn clear(&self, folders: &[PathBuf]) -> Result<(), PublishError> {
        for place in folders {
            let is_folder = self.look(place)?.is_some_and(|stat| stat.is_folder);
            let deleted = match is_folder {
                true => self.files.remove_empty_folder(place).map(|_| ()),
                false => self.files.remove_file(place),
            };
            deleted.map_err(|error| disk(place, "deleted", error))?;
        }
        Ok(())
    }

    /// Copies what is about to be overwritten to a folder beside the content, and says where it is.
    pub(super) fn rescue(&self, path: &OutPath) -> Result<Overwritten, PublishError> {
        // A link or a pipe holds nobody's work.
        let Some(bytes) = self.bytes_of(path)? else { return Ok(Overwritten { path: path.clone(), copy: None }) };
        let mut copy = format!("{RESCUED_NAME}/{path}");
        let mut number = 1;
        while self.look(&self.root.join(&copy))?.is_some() {
            number += 1;
            copy = format!("{RESCUED_NAME}/{path}.{number}");
        }
        let place = self.root.join(&copy);
        if let Some(link) = self.link_above(&place, self.root)? {
            return Err(refused_link(link));
        }
        let folder = place.parent().unwrap_or(&place);
        let written = self.files.create_folder(folder).and_then(|()| self.files.write(&place, &bytes));
        written.map_err(|error| disk(&place, "written", error))?;
        Ok(Overwritten { path: path.clone(), copy: Some(copy) })
    }

    fn standing<'s>(&self, path: &'s OutPath) -> Result<Standing<'s>, PublishError> {
        let target = self.output.join(path.as_str());
        let ours = self.is_ours(path.as_str());
        Ok(match self.look(&target)? {
            Some(stat) if stat.is_folder => match self.ours_within(&target)? {
                Some(entries) => Standing::OurFolder(entries),
                None => Standing::Folder,
            },
            Some(stat) if ours => {
                if stat.is_link || self.is_edited(path, &stat)? {
                    Standing::Edited
                } else {
                    Standing::Free
                }
            }
            Some(_) => Standing::Foreign,
            None if ours => Standing::Free,
            None => {
                for (end, _) in path.as_str().match_indices('/') {
                    let folder = &path.as_str()[..end];
                    let stat = self.look(&self.output.join(folder))?;
                    if stat.is_some_and(|stat| !stat.is_folder && !stat.is_link) && !self.is_ours(folder) {
                        return Ok(Standing::Below(folder));
                    }
                }
                Standing::Free
            }
        })
    }

    /// Lists a folder with all that it holds, innermost first; `None` if any of that is not ours or was edited.
    fn ours_within(&self, folder: &Path) -> Result<Option<Vec<PathBuf>>, PublishError> {
        let mut entries = Vec::new();
        for entry in WalkDir::new(folder).contents_first(true) {
            let entry = entry.map_err(|error| disk(folder, "read", error.into()))?;
            if !entry.file_type().is_dir() {
                let inside = entry.path().strip_prefix(&self.output).ok().and_then(Path::to_str);
                let ours = inside.filter(|path| self.is_ours(path)).and_then(|path| OutPath::new(path).ok());
                let stat = self.look(entry.path())?;
                match ours.zip(stat) {
                    Some((path, stat)) if !stat.is_link && !self.is_edited(&path, &stat)? => {}
                    _ => return Ok(None),
                }
            }
            entries.push(entry.into_path());
        }
        Ok(Some(entries))
    }

    fn is_ours(&self, path: &str) -> bool {
        self.old.contains_key(path) || self.pending.contains_key(path)
    }

    fn refused(&self, path: &str, why: &str, help: &str) -> PublishError {
        PublishError::Refused(Refusal {
            message: format!("refusing to write `{}`: {why}", self.output.join(path).display()),
            help: help.to_owned(),
        })
    }

    /// Says whether somebody else changed a file of ours. Of what a stopped build was about to write nobody knows.
    fn is_edited(&self, path: &OutPath, stat: &Stat) -> Result<bool, PublishError> {
        let Some(written) = self.old.get(path).filter(|_| !self.pending.contains_key(path)) else { return Ok(false) };
        // Other times alone are no edit: a checkout or a copy of the output has them too.
        Ok(!stat.is_link && !is_as_written(stat, written) && !self.holds(path, written.fingerprint)?)
    }

    pub(super) fn holds(&self, path: &OutPath, fingerprint: Fingerprint) -> Result<bool, PublishError> {
        Ok(self.bytes_of(path)?.is_some_and(|bytes| Fingerprint::of_bytes(&bytes) == fingerprint))
    }

    /// Reads what stands at a path; `None` if it is no file.
    fn bytes_of(&self, path: &OutPath) -> Result<Option<Vec<u8>>, PublishError> {
        read_file(self.files, &self.output.join(path.as_str()))
    }

    pub(super) fn look(&self, place: &Path) -> Result<Option<Stat>, PublishError> {
        self.files.stat(place).map_err(|error| disk(place, "read", error))
    }

    /// Deletes a file of ours that the new site has not, and the folders that it leaves empty; says whether it
    /// did: what somebody edited stays.
    pub(super) fn remove(&self, path: &OutPath) -> Result<bool, PublishError> {
        let target = self.output.join(path.as_str());
        if self.link_above(&target, &self.output)?.is_some() {
            return Ok(true);
        }
        match self.look(&target)? {
            Some(stat) if !stat.is_folder => {
                if self.is_edited(path, &stat)? {
                    return Ok(false);
                }
                self.files.remove_file(&target).map_err(|error| disk(&target, "deleted", error))?
            }
            Some(_) => return Ok(true),
            // A build that was stopped may have made no more of it than its folders.
            None => {}
        }
        let mut folder = target.parent();
        while let Some(empty) = folder.filter(|folder| *folder != self.output) {
            if !self.files.remove_empty_folder(empty).map_err(|error| disk(empty, "deleted", error))? {
                break;
            }
            folder = empty.parent();
        }
        Ok(true)
    }

    /// Finds a link among the folders above a path, up to `top`.
    fn link_above<'p>(&self, path: &'p Path, top: &Path) -> Result<Option<&'p Path>, PublishError> {
        for folder in path.ancestors().skip(1).take_while(|folder| *folder != top) {
            if self.look(folder)?.is_some_and(|stat| stat.is_link) {
                return Ok(Some(folder));
            }
        }
        Ok(None)
    }
}

#[cfg(test)]
pub(super) mod tests {
    use std::fs;
    use std::path::PathBuf;

    use super::*;
    use crate::disk::file_system::Disk;
    use crate::disk::publication::{Contents, Summary};

    pub(in super::super) type Files<'f> = &'f [(&'f str, &'f str)];

    pub(in super::super) fn publish(publication: Publication<'_>, files: Files<'_>) -> Result<Summary, PublishError> {
        let stage = |(path, text): &(&str, &str)| {
            publication.stage(&OutPath::new(path).unwrap(), &Contents::Bytes(text.as_bytes()))
        };
        let staged = files.iter().map(stage).collect::<Result<Vec<_>, _>>()?;
        publication.commit(staged, |_| 0).map(|(summary, _)| summary)
    }

    fn copies(summary: &Summary) -> Vec<Option<&str>> {
        summary.overwritten.iter().map(|overwritten| overwritten.copy.as_deref()).collect()
    }

    pub(in super::super) fn open(output: &Path, adoption: Adoption) -> Publication<'_> {
        Publication::open(&Disk, output.parent().unwrap(), output.to_path_buf(), adoption).unwrap()
    }

    /// An output with one page of ours, and what somebody put beside it.
    fn output_with(theirs: Files<'_>) -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let output = folder.path().join("public");
        publish(open(&output, Adoption::Refuse), &[("a.html", "a")]).unwrap();
        for (path, text) in theirs {
            fs::create_dir_all(output.join(path).parent().unwrap()).unwrap();
            fs::write(output.join(path), text).unwrap();
        }
        (folder, output)
    }

    #[test]
    fn what_somebody_put_where_a_new_page_goes_is_overwritten_only_when_asked() {
        let (_folder, output) = output_with(&[("b/index.html", "theirs")]);
        let new: Files<'_> = &[("a.html", "a2"), ("b/index.html", "b")];
        let refused = publish(open(&output, Adoption::Refuse), new);
        assert!(matches!(refused, Err(PublishError::Refused(_))));
        assert_eq!(fs::read_to_string(output.join("a.html")).unwrap(), "a", "nothing was changed");
        let adopted = publish(open(&output, Adoption::Adopt), new).unwrap();
        assert_eq!(copies(&adopted), [Some(".masthead-rescued/b/index.html")]);
        assert_eq!(fs::read_to_string(output.join("b/index.html")).unwrap(), "b");
    }

    #[cfg(unix)]
    #[test]
    fn a_link_in_the_place_of_a_page_is_overwritten_with_a_word() {
        let (folder, output) = output_with(&[]);
        let target = folder.path().join("theirs");
        fs::write(&target, "theirs").unwrap();
        fs::remove_file(output.join("a.html")).unwrap();
        std::os::unix::fs::symlink(&target, output.join("a.html")).unwrap();
        let summary = publish(open(&output, Adoption::Refuse), &[("a.html", "a")]).unwrap();
        assert_eq!(copies(&summary), [None]);
        assert_eq!(fs::read_to_string(output.join("a.html")).unwrap(), "a");
        assert_eq!(fs::read_to_string(target).unwrap(), "theirs");
    }

    #[test]
    fn what_has_the_right_bytes_already_is_in_nobodys_way() {
        let (_folder, output) = output_with(&[("b.html", "b")]);
        let summary = publish(open(&output, Adoption::Refuse), &[("a.html", "a"), ("b.html", "b")]).unwrap();
        assert_eq!((summary.added, summary.overwritten), (1, vec![]));
    }

    #[test]
    fn no_file_of_somebody_else_makes_way_for_a_folder_and_no_folder_for_a_file() {
        for (theirs, new) in [("about", "about/index.html"), ("b.html/x", "b.html")] {
            let (_folder, output) = output_with(&[(theirs, "theirs")]);
            for adoption in [Adoption::Refuse, Adoption::Adopt] {
                let refused = publish(open(&output, adoption), &[("a.html", "a2"), (new, "new")]);
                assert!(matches!(refused, Err(PublishError::Refused(_))), "{theirs}");
            }
            assert_eq!(fs::read_to_string(output.join(theirs)).unwrap(), "theirs");
            assert_eq!(fs::read_to_string(output.join("a.html")).unwrap(), "a", "nothing was changed");
        }
    }

    #[test]
    fn a_folder_of_ours_makes_way_for_a_file_and_a_file_of_ours_for_a_folder() {
        let (_folder, output) = output_with(&[]);
        let pages: Files<'_> = &[("b/c/index.html", "c"), ("b/index.html", "b")];
        let file: Files<'_> = &[("b", "now a file")];
        for files in [pages, file, pages] {
            let summary = publish(open(&output, Adoption::Refuse), files).unwrap();
            assert_eq!((summary.added, summary.overwritten), (files.len(), vec![]));
            for (path, text) in files {
                assert_eq!(fs::read_to_string(output.join(path)).unwrap(), *text);
            }
        }
        fs::write(output.join("b/c/index.html"), "edited by hand").unwrap();
        assert!(matches!(publish(open(&output, Adoption::Adopt), file), Err(PublishError::Refused(_))));
        assert_eq!(fs::read_to_string(output.join("b/index.html")).unwrap(), "b", "nothing was changed");
    }

    #[test]
    fn what_is_overwritten_is_kept_beside_the_content() {
        let (folder, output) = output_with(&[]);
        for (edit, copy) in [("one", ".masthead-rescued/a.html"), ("two", ".masthead-rescued/a.html.2")] {
            fs::write(output.join("a.html"), edit).unwrap();
            let summary = publish(open(&output, Adoption::Refuse), &[("a.html", "a")]).unwrap();
            assert_eq!(copies(&summary), [Some(copy)]);
            assert_eq!(fs::read_to_string(folder.path().join(copy)).unwrap(), edit);
            assert_eq!(fs::read_to_string(output.join("a.html")).unwrap(), "a");
        }
    }

    #[cfg(unix)]
    #[test]
    fn no_copy_is_kept_through_a_link() {
        for link in [".masthead-rescued", ".masthead-rescued/b"] {
            let (folder, output) = output_with(&[("b/c.html", "theirs")]);
            let victim = tempfile::tempdir().unwrap();
            let link = folder.path().join(link);
            fs::create_dir_all(link.parent().unwrap()).unwrap();
            std::os::unix::fs::symlink(victim.path(), &link).unwrap();
            let refused = publish(open(&output, Adoption::Adopt), &[("a.html", "a"), ("b/c.html", "new")]);
            assert!(matches!(refused, Err(PublishError::Refused(_))), "{link:?}");
            assert_eq!(fs::read_to_string(output.join("b/c.html")).unwrap(), "theirs");
            assert_eq!(fs::read_dir(victim.path()).unwrap().count(), 0);
        }
    }

    #[test]
    fn what_somebody_edited_is_not_deleted_with_its_page() {
        let (_folder, output) = output_with(&[("a.html", "edited by hand")]);
        let summary = publish(open(&output, Adoption::Refuse), &[("b.html", "b")]).unwrap();
        assert_eq!((summary.removed, summary.kept_edits), (vec![], vec![OutPath::new("a.html").unwrap()]));
        assert_eq!(fs::read_to_string(output.join("a.html")).unwrap(), "edited by hand");
    }

    #[test]
    fn a_page_that_the_disk_has_damaged_is_written_again_when_all_is_made_anew() {
        let (_folder, output) = output_with(&[]);
        let page = output.join("a.html");
        let time = fs::metadata(&page).unwrap().modified().unwrap();
        fs::write(&page, "\0").unwrap();
        fs::File::options().write(true).open(&page).unwrap().set_modified(time).unwrap();
        let summary = publish(open(&output, Adoption::Refuse).anew(true), &[("a.html", "a")]).unwrap();
        assert_eq!((summary.changed, fs::read_to_string(page).unwrap().as_str()), (1, "a"));
    }
}
