//! Reading: a workspace in, everything that a site is made of out, each file parsed once.
//!
//! Given what was read before, a file of the same size and time is not read again: the preview calls
//! this on every save, and a build in a new process hands in what its cache kept.

mod names;
mod svg;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rayon::prelude::*;

pub use crate::config::Overrides;
use crate::config::{self, Config};
use crate::content::document::{self, Document, is_markdown};
use crate::diagnostic::{Diagnostic, Place, UNREADABLE};
use crate::fingerprint::Fingerprint;
use crate::site::Media;
use crate::source::{FileEntry, ReadError, SourceFile, SourcePath, Workspace, decode};
use crate::texts::Texts;
use crate::theme;

/// Everything that a site is made of.
#[derive(Clone, Default)]
pub struct Sources {
    /// The configuration.
    pub config: Arc<Config>,
    /// The files of the content folder that hold text, by path.
    pub documents: BTreeMap<SourcePath, Arc<ReadDocument>>,
    /// The files of the content folder that do not.
    pub content_media: BTreeMap<SourcePath, Arc<ReadMedia>>,
    /// The files of `static/`.
    pub static_media: BTreeMap<SourcePath, Arc<ReadMedia>>,
    /// The user's templates.
    pub templates: BTreeMap<SourcePath, Arc<ReadText>>,
    /// What lies beside them and is no text, with the digest of each.
    pub beside_templates: Vec<(FileEntry, Fingerprint)>,
    /// The configuration file, if there is one.
    pub config_file: Option<Arc<ReadText>>,
    /// What is wrong with the folder and the configuration rather than with a document.
    pub problems: Vec<Diagnostic>,
    /// Where texts are that the cache left out.
    pub texts: Arc<Texts>,
    /// Files that are read again next time, whatever their size and time say.
    pub doubted: BTreeSet<SourcePath>,
}

/// A text of the content folder, read and parsed.
pub struct ReadDocument {
    /// What was known before it was read.
    pub entry: FileEntry,
    /// The digest of its bytes.
    pub fingerprint: Fingerprint,
    /// What it holds, if that could be read.
    pub document: Option<Document>,
    /// What is wrong with it.
    pub diagnostics: Vec<Diagnostic>,
}

/// A file that is copied as it is, looked at.
pub struct ReadMedia {
    /// What was known before it was read.
    pub entry: FileEntry,
    /// Its digest and dimensions.
    pub media: Media,
    /// Its text, if it is a stylesheet or a script that the theme bundles.
    pub text: Option<String>,
}

/// A template or the configuration, read.
pub struct ReadText {
    /// What was known before it was read.
    pub entry: FileEntry,
    /// Its text.
    pub file: SourceFile,
}

/// Reads a newsletter's folder.
///
/// The sources are complete as far as they could be read; the diagnostics say what could not.
pub fn load(workspace: &dyn Workspace, overrides: &Overrides, before: Option<&Sources>) -> (Sources, Vec<Diagnostic>) {
    let mut diagnostics = Vec::new();
    let config_file = read_config(workspace, before, &mut diagnostics);
    let (mut config, said) = Config::read_with(config_file.as_ref().map(|read| &read.file), overrides);
    diagnostics.extend(said);
    // A broken one says nothing; without another, what texts mean would be made of defaults.
    if let Some(before) = before.filter(|_| diagnostics.iter().any(Diagnostic::is_error)) {
        config.clone_from(&before.config);
    }
    // What a file means depends on the configuration, so another configuration reads all anew.
    let before = before.filter(|before| meaning(&before.config) == meaning(&config));
    let texts = before.map(|before| before.texts.clone()).unwrap_or_default();
    let mut sources = Sources { config: Arc::new(config), config_file, texts, ..Sources::default() };
    read_content(workspace, before, &mut sources, &mut diagnostics);
    read_statics(workspace, before, &mut sources, &mut diagnostics);
    read_templates(workspace, before, &mut sources, &mut diagnostics);
    sources.problems = diagnostics;
    let diagnostics = sources.diagnostics();
    (sources, diagnostics)
}

/// Reads these documents again, without a look at any other file.
///
/// `None` if that can't be enough: one of them is new, gone or no document, so that [`load()`] has to
/// list the folders. A document whose bytes are the same stays the same value.
pub fn reload(workspace: &dyn Workspace, before: &Sources, paths: &[SourcePath]) -> Option<Sources> {
    let mut sources = before.clone();
    for path in paths {
        let known = before.documents.get(path)?;
        let bytes = workspace.read(path).ok()?;
        if known.fingerprint == Fingerprint::of_bytes(&bytes) {
            continue;
        }
        // Its time is not known here; 0 has the next listing read it once more.
        let entry = FileEntry { path: path.clone(), size: bytes.len() as u64, modified: 0 };
        let read = match decode(path.clone(), bytes) {
            Ok(file) => {
                let (document, diagnostics) = document::read(&file, &before.config);
                ReadDocument { entry, fingerprint: file.fingerprint, document, diagnostics }
            }
            Err(problem) => {
                ReadDocument { entry, fingerprint: Fingerprint::default(), document: None, diagnostics: vec![problem] }
            }
        };
        sources.documents.insert(path.clone(), Arc::new(read));
    }
    Some(sources)
}

fn read_config(
    workspace: &dyn Workspace,
    before: Option<&Sources>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Arc<ReadText>> {
    let path = SourcePath::new(config::FILE_NAME);
    // The file is small: reading it is cheaper than being wrong about it.
    let bytes = match workspace.read(&path) {
        Ok(bytes) => bytes,
        Err(error) if error.is_absent => {
            let other = SourcePath::new("masthead.yml");
            diagnostics.extend(workspace.read(&other).ok().map(|_| {
                Diagnostic::error(
                    "other-config-name",
                    "`masthead.yml` is not read: the configuration is `masthead.yaml`",
                )
                .at(Place::file(other.clone()))
                .with_help("rename it to `masthead.yaml`")
            }));
            return None;
        }
        // A site that is built without what the author configured is another site.
        Err(error) => {
            diagnostics.push(unreadable(&error));
            return None;
        }
    };
    if let Some(read) = before.and_then(|before| before.config_file.as_ref())
        && read.file.fingerprint == Fingerprint::of_bytes(&bytes)
    {
        return Some(read.clone());
    }
    let entry = FileEntry { path: path.clone(), size: bytes.len() as u64, modified: 0 };
    match decode(path, bytes) {
        Ok(file) => Some(Arc::new(ReadText { entry, file })),
        Err(problem) => {
            diagnostics.push(problem);
            None
        }
    }
}

/// Says whether a file can be taken for the one that was read before, without a look into it.
fn is_same(before: Option<&Sources>, known: &FileEntry, entry: &FileEntry) -> bool {
    known == entry && entry.modified != 0 && before.is_none_or(|before| !before.doubted.contains(&entry.path))
}

/// Gives the digest of all in a configuration that gives content files their meaning.
pub fn meaning(config: &Config) -> Fingerprint {
    let mut config = config.clone();
    config.base_url.clear();
    config.output_folder.clear();
    Fingerprint::of(&config)
}

fn read_content(
    workspace: &dyn Workspace,
    before: Option<&Sources>,
    sources: &mut Sources,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let config = sources.config.clone();
    let Some(listing) = workspace.list(&config.content_folder) else {
        diagnostics.push(
            Diagnostic::error("no-content", format!("there is no folder `{}` with posts in it", config.content_folder))
                .with_help("`masthead init DIR` makes a newsletter; `content:` in masthead.yaml names another folder"),
        );
        return;
    };
    let waits = |path: &SourcePath| document::is_pending(path, &config);
    let is_of_waiting = |problem: &Diagnostic| problem.place.as_ref().is_some_and(|place| waits(&place.path));
    diagnostics.extend(listing.problems.into_iter().filter(|problem| !is_of_waiting(problem)));
    // Files of the site that the content folder holds when it is the newsletter's folder itself.
    let own = |path: &SourcePath| {
        let inside = |folder: &str| path.as_str().strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'));
        path.as_str() == config::FILE_NAME
            || (config.content_folder.is_empty()
                && [config.output_folder.as_str(), theme::FOLDER, theme::STATIC_FOLDER]
                    .iter()
                    .any(|folder| inside(folder)))
    };
    let files = listing.files.into_iter().filter(|entry| !own(&entry.path) && !waits(&entry.path)).collect();
    let files = names::without_folders_in_other_letters(files, &config, diagnostics);
    let (texts, media): (Vec<_>, Vec<_>) = files.into_iter().partition(|entry| is_markdown(&entry.path));
    let documents: Vec<Arc<ReadDocument>> = texts
        .into_par_iter()
        .map(|entry| {
            if let Some(read) = before.and_then(|before| before.documents.get(&entry.path))
                && is_same(before, &read.entry, &entry)
            {
                return read.clone();
            }
            Arc::new(read_document(workspace, entry, &config, before))
        })
        .collect();
    sources.documents = documents.into_iter().map(|read| (read.entry.path.clone(), read)).collect();
    sources.content_media = read_media(
        workspace,
        media,
        before,
        |sources| &sources.content_media,
        names::text_by_another_name,
        diagnostics,
    );
}

/// Says that a file can't be read.
pub(crate) fn unreadable(error: &ReadError) -> Diagnostic {
    Diagnostic::error(UNREADABLE, format!("`{}` can't be read: {}", error.path, error.reason))
        .at(Place::file(error.path.clone()))
        .with_help("check the file and its permissions")
}

fn read_document(
    workspace: &dyn Workspace,
    entry: FileEntry,
    config: &Config,
    before: Option<&Sources>,
) -> ReadDocument {
    let bytes = workspace.read(&entry.path).map_err(|error| unreadable(&error));
    let file = bytes.and_then(|bytes| decode(entry.path.clone(), bytes));
    match file {
        Ok(file) => {
            // Another time and the same bytes: a fresh checkout, or an editor that saved without a change.
            if let Some(read) = before.and_then(|before| before.documents.get(&entry.path))
                && read.fingerprint == file.fingerprint
                && let Some(document) = &read.document
            {
                return ReadDocument {
                    entry,
                    fingerprint: file.fingerprint,
                    document: Some(document.clone()),
                    diagnostics: read.diagnostics.clone(),
                };
            }
            let (document, diagnostics) = document::read(&file, config);
            ReadDocument { entry, fingerprint: file.fingerprint, document, diagnostics }
        }
        Err(problem) => {
            ReadDocument { entry, fingerprint: Fingerprint::default(), document: None, diagnostics: vec![problem] }
        }
    }
}

fn read_statics(
    workspace: &dyn Workspace,
    before: Option<&Sources>,
    sources: &mut Sources,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let Some(listing) = workspace.list(theme::STATIC_FOLDER) else { return };
    diagnostics.extend(listing.problems);
    sources.static_media =
        read_media(workspace, listing.files, before, |sources| &sources.static_media, |_, _| None, diagnostics);
}

fn read_templates(
    workspace: &dyn Workspace,
    before: Option<&Sources>,
    sources: &mut Sources,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let Some(listing) = workspace.list(theme::FOLDER) else { return };
    diagnostics.extend(listing.problems);
    for entry in listing.files {
        if let Some(read) = before.and_then(|before| before.templates.get(&entry.path))
            && is_same(before, &read.entry, &entry)
        {
            sources.templates.insert(entry.path, read.clone());
            continue;
        }
        let bytes = match workspace.read(&entry.path) {
            Ok(bytes) => bytes,
            Err(error) => {
                diagnostics.push(unreadable(&error));
                continue;
            }
        };
        let fingerprint = Fingerprint::of_bytes(&bytes);
        match decode(entry.path.clone(), bytes) {
            Ok(file) => {
                sources.templates.insert(entry.path.clone(), Arc::new(ReadText { entry, file }));
            }
            Err(problem) if theme::is_template(&entry.path) => diagnostics.push(problem),
            // A picture that lies there is no template that went wrong.
            Err(_) => sources.beside_templates.push((entry, fingerprint)),
        }
    }
}

fn read_media(
    workspace: &dyn Workspace,
    entries: Vec<FileEntry>,
    before: Option<&Sources>,
    files: fn(&Sources) -> &BTreeMap<SourcePath, Arc<ReadMedia>>,
    judge: fn(&SourcePath, &[u8]) -> Option<Diagnostic>,
    diagnostics: &mut Vec<Diagnostic>,
) -> BTreeMap<SourcePath, Arc<ReadMedia>> {
    let read: Vec<Result<Arc<ReadMedia>, Diagnostic>> = entries
        .into_par_iter()
        .map(|entry| {
            if let Some(read) = before.and_then(|before| files(before).get(&entry.path))
                && is_same(before, &read.entry, &entry)
            {
                return Ok(read.clone());
            }
            // What a page or a stylesheet is made of is read whole; anything else may be of any length.
            let is_bundled = matches!(entry.path.extension(), Some("css" | "js"));
            let read = if is_bundled {
                workspace.read(&entry.path).map(|bytes| (Fingerprint::of_bytes(&bytes), bytes))
            } else {
                workspace.look(&entry.path)
            };
            let (fingerprint, bytes) = read.map_err(|error| unreadable(&error))?;
            if let Some(problem) = judge(&entry.path, &bytes) {
                return Err(problem);
            }
            let media = Media { source: entry.path.clone(), fingerprint, dimensions: size_of(&entry.path, &bytes) };
            let text = if is_of_the_theme(&entry.path) {
                // Without it the theme's own would stand there in silence.
                Some(decode(entry.path.clone(), bytes)?.text)
            } else if is_bundled {
                String::from_utf8(bytes).ok()
            } else {
                None
            };
            Ok(Arc::new(ReadMedia { entry, media, text }))
        })
        .collect();
    let mut media = BTreeMap::new();
    for result in read {
        match result {
            Ok(read) => {
                media.insert(read.entry.path.clone(), read);
            }
            Err(problem) => diagnostics.push(problem),
        }
    }
    media
}

/// Gives width and height of a picture.
fn size_of(path: &SourcePath, bytes: &[u8]) -> Option<(u32, u32)> {
    if path.extension() == Some("svg") {
        return svg::size(bytes);
    }
    let size = imagesize::blob_size(bytes).ok()?;
    Some((u32::try_from(size.width).ok()?, u32::try_from(size.height).ok()?))
}

impl Sources {
    /// Has files that changed at that time or later, in nanoseconds since 1970, read again next time.
    pub fn doubt_since(&mut self, moment: i128) {
        let documents = self.documents.values().map(|read| &read.entry);
        let templates = self.templates.values().map(|read| &read.entry);
        let media = self.static_media.values().chain(self.content_media.values()).map(|read| &read.entry);
        let entries = documents.chain(templates).chain(media);
        self.doubted = entries.filter(|entry| entry.modified >= moment).map(|entry| entry.path.clone()).collect();
    }

    /// Gives all documents that could be read.
    pub fn read_documents(&self) -> impl Iterator<Item = &Document> {
        self.documents.values().filter_map(|read| read.document.as_ref())
    }

    /// Lists all that is wrong: with the folder, the configuration and each document.
    pub fn diagnostics(&self) -> Vec<Diagnostic> {
        let documents = self.documents.values().flat_map(|document| document.diagnostics.iter());
        // What a folder of drafts holds is another after each document that was read again.
        let folders = names::folders_of_drafts(self.read_documents());
        self.problems.iter().chain(documents).cloned().chain(folders).collect()
    }

    /// Gives the user's stylesheets, and scripts that take the place of the theme's.
    pub fn theme_texts(&self) -> BTreeMap<String, String> {
        self.static_media
            .values()
            .filter_map(|read| {
                let name = read.media.source.as_str().strip_prefix(theme::STATIC_FOLDER)?.trim_start_matches('/');
                let belongs = name.starts_with("css/") || name.starts_with("js/") || name.ends_with(".css");
                belongs.then(|| Some((name.to_owned(), read.text.clone()?))).flatten()
            })
            .collect()
    }

    /// Says whether a file of `static/` is part of the theme's bundle rather than a file of its own.
    pub fn is_bundled(&self, path: &SourcePath) -> bool {
        is_of_the_theme(path)
    }
}

/// Says whether a file takes the place of a stylesheet or a script of the theme.
fn is_of_the_theme(path: &SourcePath) -> bool {
    let name = path.as_str().strip_prefix(theme::STATIC_FOLDER).unwrap_or_default().trim_start_matches('/');
    (name.starts_with("css/") || name.starts_with("js/")) && theme::built_in::has_static(name)
}
