//! Two things on one path: what both are, where, and which of the two to change.

use unicode_normalization::UnicodeNormalization;

use super::OutPath;
use super::out_path::collision_key;
use crate::diagnostic::{Diagnostic, Place};
use crate::source::SourcePath;

/// Where a path comes from.
pub(super) enum Origin {
    /// It is the address of a file's text, or of the file itself.
    File(SourcePath),
    /// It is an old address that a file gives, which stands there.
    Alias(Place),
    /// Masthead makes it in any case.
    BuiltIn(&'static str),
    /// It is the list of a section.
    Section(String),
    /// It is the page of a term that has no file.
    Term(String),
}

impl Origin {
    fn name(&self) -> String {
        match self {
            Self::File(source) => format!("`{source}`"),
            Self::Alias(place) => format!("`{}`", place.path),
            Self::BuiltIn(name) => (*name).to_owned(),
            Self::Section(name) => format!("the list of the section `{name}`"),
            Self::Term(name) => format!("the term {name}"),
        }
    }

    /// Gives the place in the content that it comes from, if there is one.
    pub(super) fn place(&self) -> Option<Place> {
        match self {
            Self::File(source) => Some(Place::file(source.clone())),
            Self::Alias(place) => Some(place.clone()),
            _ => None,
        }
    }

    fn is_alias(&self) -> bool {
        matches!(self, Self::Alias(_))
    }
}

/// Says that two things would stand on one path, or one of them where the other needs a folder.
pub(super) fn collision(first_path: &OutPath, first: &Origin, path: &OutPath, second: &Origin) -> Diagnostic {
    let mut diagnostic = Diagnostic::error("same-address", message(first_path, first, path, second));
    // An alias is what is wrong where there is one; else the name that comes later.
    let (wrong, other) = if first.is_alias() && !second.is_alias() { (first, second) } else { (second, first) };
    let is_one_file = wrong.name() == other.name();
    diagnostic.place = wrong.place().or_else(|| other.place());
    // A file that meets itself, and two old addresses between the same brackets, stand at one place.
    let is_elsewhere = |place: &Place| (!is_one_file || other.is_alias()) && diagnostic.place.as_ref() != Some(place);
    let related = other.place().filter(is_elsewhere);
    diagnostic.related.extend(related.map(|place| (place, "the other one".to_owned())));
    diagnostic.with_help(help(wrong, other, is_one_file))
}

fn help(wrong: &Origin, other: &Origin, is_one_file: bool) -> String {
    match (wrong, other) {
        _ if wrong.is_alias() && is_one_file => "take the old address out: once is enough".to_owned(),
        (Origin::Alias(_), Origin::Alias(_)) => {
            "old links can lead to one text only: take the old address out of one of the two files".to_owned()
        }
        (Origin::Alias(_), _) => "take the old address out: something else stands there".to_owned(),
        (Origin::Section(name), _) | (_, Origin::Section(name)) => {
            format!("give the folder `{name}` of the content another name")
        }
        _ => "give one of them another `slug`, or rename its file".to_owned(),
    }
}

fn message(first_path: &OutPath, first: &Origin, path: &OutPath, second: &Origin) -> String {
    let (a, b) = (first.name(), second.name());
    let url = path.url();
    let key = |path: &OutPath| collision_key(path.as_str());
    let is_folder = |folder: &OutPath, of: &OutPath| key(of).starts_with(&format!("{}/", key(folder)));
    if first_path == path && a == b {
        format!("{a} would stand at `{url}` twice")
    } else if first_path == path {
        format!("{a} and {b} would both stand at `{url}`")
    } else if is_folder(first_path, path) {
        format!("{a} would be the file `{first_path}` where {b} needs a folder of that name, for `{path}`")
    } else if first_path.as_str().nfc().eq(path.as_str().nfc()) {
        format!(
            "{a} and {b} have names that look the same and are spelled with other characters: on some systems they are one file, at `{url}`"
        )
    } else {
        format!("{a} at `{}` and {b} at `{url}` are one file where letter case does not count", first_path.url())
    }
}
