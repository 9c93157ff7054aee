//! A newsletter that is edited and built while something goes wrong, and what holds whatever it is.

use std::fs;
use std::process::Command;

use crate::crashes::{self, Files};
use crate::newsletter::{Folder, Ran, run};

/// What a build finds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Before {
    /// Neither a site nor a cache.
    Nothing,
    /// The site of the sources before they were edited, and its cache.
    Site,
}

/// A newsletter of two versions, between which it goes back and forth.
pub(crate) struct Edited {
    folder: Folder,
    version: usize,
    clean: [Files; 2],
}

/// Writes one of two versions, which differ in all that is read.
fn write(folder: &Folder, version: usize) {
    crashes::write(folder, version);
    folder.write("static/s.txt", format!("version {version}"));
    folder.write("templates/archive.html", format!("The archive in version {version}.\n"));
    folder.write("content/about.md", format!("About version {version}.\n"));
}

fn sources(folder: &Folder) -> [Files; 3] {
    ["content", "static", "templates"].map(|below| folder.tree(below))
}

/// Gives the words of a build that are the same for all of them.
pub(crate) fn build(program: &mut Command, folder: &Folder) -> Ran {
    program.current_dir(folder.path("")).args(["build", "--jobs", "1"]).env("SOURCE_DATE_EPOCH", "1735689600");
    run(program)
}

fn untouched(folder: &Folder) -> Files {
    let ran = build(&mut folder.program(), folder);
    assert_eq!(ran.status, 0, "{}", ran.said);
    folder.tree("public")
}

impl Edited {
    pub(crate) fn new() -> Self {
        let clean = [0, 1].map(|version| {
            let folder = Folder::of(&[]);
            write(&folder, version);
            untouched(&folder)
        });
        let edited = Self { folder: Folder::of(&[]), version: 0, clean };
        write(&edited.folder, 0);
        untouched(&edited.folder);
        edited
    }

    /// Edits everything, and builds it in a way that may fail. Whatever comes of that, every file is whole, old
    /// or new, a site that is said to be done is the right one, and the next build's is as well.
    pub(crate) fn build(&mut self, name: &str, before: Before, build: impl FnOnce(&Folder) -> Ran) -> Ran {
        let Self { folder, version, clean } = self;
        *version = 1 - *version;
        write(folder, *version);
        if before == Before::Nothing {
            fs::remove_dir_all(folder.path("public")).unwrap();
            fs::remove_dir_all(folder.path(".masthead-cache")).unwrap();
        }
        let written = sources(folder);
        let ran = build(folder);
        let (old, new) = (&clean[1 - *version], &clean[*version]);
        let now = folder.tree("public");
        assert!(ran.status != 0 || &now == new, "{name}, {before:?}: a wrong site in silence: {}", ran.said);
        for (path, bytes) in &now {
            let is_whole = new.get(path) == Some(bytes) || before == Before::Site && old.get(path) == Some(bytes);
            assert!(is_whole, "{name}, {before:?}: `{path}` is neither old nor new");
        }
        let is_part = before == Before::Nothing && !now.is_empty() && &now != new;
        assert!(!is_part, "{name}: a part of a first site");
        assert!(untouched(folder) == *new, "{name}, {before:?}: the next build is not a clean one's");
        assert!(sources(folder) == written, "{name}, {before:?}: a source was touched");
        ran
    }
}
