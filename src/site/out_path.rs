//! A path inside the output: checked once, when it is made, and safe to write ever after.

use std::borrow::{Borrow, Cow};
use std::fmt;
use std::sync::Arc;

use crate::content::front_matter::{is_bidi_control, is_invisible};
use crate::content::slug::is_device_name;

/// Manifest and staging folder stand beside the site's files.
const OWN_PREFIX: &str = ".masthead-";
/// Longest file name that common file systems take, in bytes.
const MAX_SEGMENT: usize = 255;

/// A relative path of the output with `/`, such as `posts/tiktok/index.html`.
///
/// It can't leave the output, and every system that a site may be built on or copied to can hold it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OutPath(Arc<str>);

impl OutPath {
    /// Checks a path.
    ///
    /// # Errors
    /// Says in words which part can't be a file's name and why.
    pub fn new(path: &str) -> Result<Self, String> {
        if path.is_empty() {
            return Err("the path is empty".to_owned());
        }
        if path.len() > 4000 {
            return Err("the path is longer than 4,000 bytes".to_owned());
        }
        path.split('/').try_for_each(check_segment)?;
        let first = path.split('/').next().unwrap_or_default();
        if as_systems_read(first).starts_with(OWN_PREFIX) {
            return Err(format!("names that start with `{OWN_PREFIX}` are kept for Masthead's own files"));
        }
        Ok(Self(path.into()))
    }

    /// Takes the file that answers an address: `/posts/x/` is `posts/x/index.html`.
    ///
    /// # Errors
    /// The address names no file of this site that could be written.
    pub fn of_url(url: &str) -> Result<Self, String> {
        Self::new(&file_of_url(url))
    }

    /// Gives the path as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Gives the address that the file answers, below the site's root.
    pub fn url(&self) -> String {
        match self.0.strip_suffix("index.html") {
            Some(folder) if folder.is_empty() || folder.ends_with('/') => format!("/{folder}"),
            _ => format!("/{}", self.0),
        }
    }

    /// Gives what the path has in common with those that some file system takes for the same.
    pub fn collision_key(&self) -> String {
        collision_key(&self.0)
    }
}

/// Gives what two paths have in common that a file system may take for one: letter case and
/// Unicode normalisation are folded.
pub(super) fn collision_key(path: &str) -> String {
    use unicode_normalization::UnicodeNormalization;
    if path.is_ascii() {
        return path.to_ascii_lowercase();
    }
    // The letters whose full case folding is another than their lower case (Unicode, CaseFolding.txt).
    let lower = path.nfc().collect::<String>().to_lowercase();
    lower.replace('ß', "ss").replace('ς', "σ").replace('ſ', "s")
}

/// Gives a name as the system reads it that tells the fewest names apart: macOS takes no notice of letters that
/// are not shown, and neither macOS nor Windows of letter case.
fn as_systems_read(name: &str) -> Cow<'_, str> {
    if name.bytes().all(|byte| byte.is_ascii() && !byte.is_ascii_uppercase()) {
        return Cow::Borrowed(name);
    }
    let shown: String = name.chars().filter(|letter| !is_invisible(*letter)).collect();
    Cow::Owned(collision_key(&shown))
}

/// Gives the file that answers an address, as [`OutPath::of_url`] does, but unchecked: good for looking it up.
pub(super) fn file_of_url(url: &str) -> Cow<'_, str> {
    let path = url.strip_prefix('/').unwrap_or(url);
    if path.is_empty() || path.ends_with('/') { Cow::Owned(format!("{path}index.html")) } else { Cow::Borrowed(path) }
}

impl Borrow<str> for OutPath {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for OutPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for OutPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", &*self.0)
    }
}

fn check_segment(segment: &str) -> Result<(), String> {
    if segment.is_empty() || segment == "." || segment == ".." {
        return Err(format!("`{segment}` can't be a part of a path"));
    }
    if segment.len() > MAX_SEGMENT {
        return Err(format!("a part of the path is longer than {MAX_SEGMENT} bytes"));
    }
    // Nearly all are of small letters, digits and hyphens, and need no second look.
    let is_plain = segment.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.'));
    if !is_plain {
        check_letters(segment)?;
    }
    let read = if is_plain { Cow::Borrowed(segment) } else { as_systems_read(segment) };
    // `git~1` is the short name that Windows gives `.git`.
    if matches!(&*read, ".git" | "git~1") {
        return Err(format!("`{segment}` is Git's own folder, or another name for it"));
    }
    if segment.ends_with(['.', ' ']) {
        return Err(format!("`{segment}` ends in a dot or a space, which Windows drops"));
    }
    if is_device_name(segment) {
        return Err(format!("`{segment}` is a device's name on Windows"));
    }
    Ok(())
}

fn check_letters(segment: &str) -> Result<(), String> {
    if let Some(bad) =
        segment.chars().find(|c| c.is_control() || matches!(c, '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|' | '#'))
    {
        return Err(format!("`{}` can't be part of a file's name everywhere", bad.escape_default()));
    }
    match segment.chars().find(|&c| is_bidi_control(c)) {
        Some(hidden) => Err(format!("the character {} turns the letters of a name around", hidden.escape_unicode())),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_leaves_the_output() {
        for bad in [
            "",
            "..",
            "../x",
            "a/../b",
            "/etc/x",
            "a//b",
            "a\\b",
            "C:/x",
            "con",
            "a/NUL.html",
            "COM1",
            "x.",
            "x ",
            "a\0b",
            "a\u{202e}b",
            ".git/config",
            "a/.GIT/hooks",
            ".masthead-manifest",
            ".masthead-staging/x",
            ".Masthead-manifest",
            ".MASTHEAD-STAGING/x",
            ".mast\u{200d}head-staging/x",
            ".ma\u{17f}thead-manifest",
            ".g\u{200c}it/x",
            "\u{feff}.GIT/x",
            "a/GIT~1/x",
        ] {
            assert!(OutPath::new(bad).is_err(), "{bad:?} should be refused");
        }
        for good in [
            "index.html",
            "posts/a b/index.html",
            ".well-known/x",
            "über/index.html",
            "console/index.html",
            ".gitignore",
            "git~10",
            "a\u{200d}b",
        ] {
            assert!(OutPath::new(good).is_ok(), "{good:?} should be taken");
        }
    }

    #[test]
    fn addresses_and_files_answer_to_one_another() {
        assert_eq!(OutPath::of_url("/").unwrap().as_str(), "index.html");
        assert_eq!(OutPath::of_url("/posts/x/").unwrap().as_str(), "posts/x/index.html");
        assert_eq!(OutPath::of_url("/posts/x/").unwrap().url(), "/posts/x/");
        assert_eq!(OutPath::of_url("/feed.xml").unwrap().url(), "/feed.xml");
    }
}
