//! An edition: the digest that goes out by mail, and its page.

use bitcode::{Decode, Encode};

use super::date::Moment;
use super::entry::{Derived, Draft, Entry, title_of_name};
use super::markdown::Position;
use super::post::{self, Email};
use crate::config::one_line;
use crate::diagnostic::Diagnostic;

/// A digest.
#[derive(Clone, Debug, Encode, Decode)]
pub struct Edition {
    /// What all files have in common; the body is the introduction.
    pub entry: Entry,
    /// When it goes out.
    pub date: Moment,
    /// Its number.
    pub number: Option<u32>,
    /// Who wrote it.
    pub authors: Vec<(String, Position)>,
    /// The posts that it collects, in the editor's order; `None` means all since the edition before.
    pub posts: Option<Vec<(String, Position)>>,
    /// What the mail says instead of title and summary.
    pub email: Email,
}

pub(super) const KEYS: &[&str] = &["date", "publishDate", "number", "author", "authors", "posts", "email"];

/// Reads an edition whose date is known.
pub(super) fn read(
    draft: &Draft<'_>,
    date: Moment,
    derived: Vec<Derived>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Edition {
    let mut entry = draft.entry(KEYS, derived, diagnostics);
    let root = draft.reader.root();
    let number = root.get("number").and_then(|node| node.whole_number()).and_then(|number| u32::try_from(number).ok());
    // The name of its file is a date, which is no title.
    if entry.title == title_of_name(draft.name) && entry.derived.contains(&Derived::Title) {
        entry.title = match number {
            Some(number) => format!("{}, edition {number}", draft.config.title),
            None => format!("{}, {}", draft.config.title, date.long_date()),
        };
    }
    let email = root
        .get("email")
        .map(|node| post::email(&node, draft.markdown_options(KEYS).smart_punctuation))
        .unwrap_or_default();
    if email.subject.is_none()
        && let Some(title) = root.get("title")
    {
        // The title is the subject, and may hold no more than one.
        one_line(&title);
    }
    Edition {
        entry,
        date,
        number,
        authors: post::authors(&root),
        posts: root.get("posts").map(|node| post::names(&node)),
        email,
    }
}
