//! Where a site may be written: never onto anything that the author made.
//!
//! One function judges the resolved path, whatever said it: the default, the configuration or the
//! command line. What others' generators deleted before they had one stands in `docs/reliability.md`.

use std::env;
use std::fs;
use std::path::{Component, Path, PathBuf};

/// A refusal, in words for the user.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Refusal {
    /// What is wrong.
    pub message: String,
    /// What to do next.
    pub help: String,
}

/// Resolves the output folder and checks that it is neither of the sources nor holds or lies in one.
///
/// `root` is the newsletter's folder without links; `sources` are folders below it.
///
/// # Errors
/// The folder is refused; nothing has been touched.
pub fn resolve_output(root: &Path, output: &str, sources: &[&str]) -> Result<PathBuf, Refusal> {
    // An empty name is that of the newsletter's folder, as `.` is.
    let named = if output.is_empty() { "." } else { output };
    let refuse = |why: &str| Refusal {
        message: format!("refusing to write the site to `{named}`: {why}"),
        help: "choose a folder of its own, such as `output: public` in masthead.yaml".to_owned(),
    };
    if !output.is_empty() && output.trim().is_empty() {
        return Err(refuse("it has no name"));
    }
    let wanted = resolve(&root.join(output)).ok_or_else(|| refuse("its path can't be resolved"))?;
    if wanted.components().any(|part| part == Component::Normal(".git".as_ref())) {
        return Err(refuse("it lies in a Git folder"));
    }
    if same_or_above(&wanted, root) {
        return Err(refuse("it is the newsletter's own folder or holds it"));
    }
    if env::home_dir().and_then(|home| home.canonicalize().ok()).is_some_and(|home| same_or_above(&wanted, &home)) {
        return Err(refuse("it is your home folder or holds it"));
    }
    if env::current_dir().is_ok_and(|here| same_or_above(&wanted, &here) && here != root && wanted != here) {
        return Err(refuse("it holds the folder that you are in"));
    }
    for source in sources {
        let Some(source_path) = resolve(&root.join(source)) else {
            continue;
        };
        if same_or_above(&wanted, &source_path) {
            return Err(refuse(&format!("it is or holds `{source}`, which has your work in it")));
        }
        if same_or_above(&source_path, &wanted) {
            return Err(refuse(&format!("it lies in `{source}`, which has your work in it")));
        }
    }
    if fs::symlink_metadata(&wanted).is_ok_and(|metadata| !metadata.is_dir()) {
        return Err(refuse("there is a file of that name"));
    }
    Ok(wanted)
}

/// Says whether a file of that path would lie in a folder without links, wherever links on its way lead.
pub fn lies_in(root: &Path, path: &Path) -> bool {
    resolve(path).is_some_and(|resolved| resolved.starts_with(root))
}

/// Resolves links and `..` in the part of a path that exists, and appends the rest.
fn resolve(path: &Path) -> Option<PathBuf> {
    let mut existing = path.to_path_buf();
    let mut missing = Vec::new();
    loop {
        if let Ok(real) = existing.canonicalize() {
            return Some(missing.into_iter().rev().fold(real, |path: PathBuf, part| path.join(part)));
        }
        // `x/..` of an `x` that is not there can't be judged, and is nothing that anybody needs.
        missing.push(existing.file_name()?.to_owned());
        existing.pop();
    }
}

/// Says whether `above` is `below` or one of the folders that hold it, by path and by inode.
fn same_or_above(above: &Path, below: &Path) -> bool {
    below.ancestors().any(|ancestor| ancestor == above || same_inode(ancestor, above))
}

#[cfg(unix)]
fn same_inode(a: &Path, b: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    match (fs::metadata(a), fs::metadata(b)) {
        (Ok(a), Ok(b)) => (a.dev(), a.ino()) == (b.dev(), b.ino()),
        _ => false,
    }
}

#[cfg(not(unix))]
fn same_inode(_: &Path, _: &Path) -> bool {
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sources_and_what_holds_them_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap();
        fs::create_dir_all(root.join("content/posts")).unwrap();
        let judge = |output: &str| resolve_output(&root, output, &["content", "templates", "static"]);
        for refused in
            ["content", "content/posts", "content/public", ".", "..", "/", "", "a/../content", ".git", ".git/x"]
        {
            assert!(judge(refused).is_err(), "{refused} should be refused");
        }
        assert_eq!(judge("public").unwrap(), root.join("public"));
        assert_eq!(judge("build/site").unwrap(), root.join("build/site"));
    }

    #[cfg(unix)]
    #[test]
    fn a_link_to_a_source_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap();
        fs::create_dir_all(root.join("content")).unwrap();
        std::os::unix::fs::symlink(root.join("content"), root.join("public")).unwrap();
        assert!(resolve_output(&root, "public", &["content"]).is_err());
    }
}
