//! Names of files and folders that mean something else than their author thought.

use std::collections::BTreeSet;

use crate::config::Config;
use crate::content::document::{Document, folder_in_other_letters};
use crate::content::front_matter::{opens_with_facts, opens_with_marked_facts, unfenced_facts};
use crate::content::gate::{gate_stands_in, names_gate};
use crate::diagnostic::{Diagnostic, Place};
use crate::source::{FileEntry, SourcePath};

/// Endings of texts that an author may take for posts.
const TEXTS: [&str; 11] = ["txt", "text", "mdx", "mdown", "mkd", "html", "htm", "rst", "adoc", "asciidoc", "org"];

/// Leaves out folders whose name is another one's in other letters, and says each of them once.
pub(super) fn without_folders_in_other_letters(
    mut files: Vec<FileEntry>,
    config: &Config,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<FileEntry> {
    let mut said = BTreeSet::new();
    files.retain(|entry| {
        let Some((written, meant)) = folder_in_other_letters(&entry.path, config) else { return true };
        if said.insert(written.to_owned()) {
            let message = format!("the folder `{written}` is none that Masthead knows: it is called `{meant}`");
            diagnostics.push(
                Diagnostic::error("folder-in-other-letters", message)
                    .at(Place::file(entry.path.clone()))
                    .with_help(format!("rename the folder to `{meant}`")),
            );
        }
        false
    });
    files
}

/// Warns of folders that are named like one of drafts, and hold texts that are published.
pub(super) fn folders_of_drafts<'a>(documents: impl Iterator<Item = &'a Document>) -> Vec<Diagnostic> {
    let mut said = BTreeSet::new();
    let mut found = Vec::new();
    for document in documents {
        let entry = match document {
            Document::Post(post) => &post.entry,
            Document::Edition(edition) => &edition.entry,
            Document::Page(entry) => entry,
            Document::Profile(profile) => &profile.entry,
            Document::Section(_) | Document::Reply(_) => continue,
        };
        let path = entry.source.as_str();
        let mut folders = path.match_indices('/').map(|(end, _)| &path[..end]);
        let Some(folder) = folders.find(|folder| is_of_drafts(folder)).filter(|_| !entry.draft) else { continue };
        if said.insert(folder) {
            let message = format!("what lies in the folder `{folder}` is published");
            found.push(
                Diagnostic::warning("folder-of-drafts", message)
                    .at(Place::file(entry.source.clone()))
                    .with_help("name it `_drafts` to keep it from readers, or write `draft: true` into its texts"),
            );
        }
    }
    found
}

/// Says whether a folder is named like one of drafts: `Draft`, `my drafts`, `drafts-2024`.
fn is_of_drafts(folder: &str) -> bool {
    let name = folder.rsplit('/').next().unwrap_or(folder).to_lowercase();
    let mut words = name.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty());
    let (first, last) = (words.next(), words.next_back());
    (first == Some("draft") && last.is_none()) || first == Some("drafts") || last == Some("drafts")
}

/// Finds a text that its author took for a post, and that would be published as it is, be it a draft.
pub(super) fn text_by_another_name(path: &SourcePath, head: &[u8]) -> Option<Diagnostic> {
    // A file of data may open with that line as well.
    let is_data = matches!(path.extension(), Some("yaml" | "yml"));
    let may_be_text = path.extension().is_none_or(|ending| TEXTS.contains(&ending.to_ascii_lowercase().as_str()));
    let head_text = String::from_utf8_lossy(head);
    let is_held = || names_gate(&head_text) && unfenced_facts(&head_text).is_some() || gate_stands_in(&head_text);
    let is_text = || may_be_text && (is_held() || opens_with_marked_facts(&head_text));
    (!is_data && (opens_with_facts(&head_text) || is_text())).then(|| {
        let message = format!("`{path}` opens with front matter, and its name is not that of a text");
        Diagnostic::error("text-by-another-name", message).at(Place::file(path.clone())).with_help(
            "write it as Markdown with a name that ends in `.md`, or move it out of the content folder: any other file is published as it is, drafts too",
        )
    })
}
