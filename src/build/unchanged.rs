//! The build with nothing to do: one look at every source and every output, and no more.
//!
//! As Git does: a file of the same length and time is the same, unless its time is so near that of
//! the build that it may have changed again within one tick of the clock; such a file is read. A file
//! of another time (after a fresh checkout) is read as well, and is the same if its bytes are.

use rayon::prelude::*;

use super::listed::Listed;
use super::{Clock, Report, Request, output_folder};
use crate::cache::{State, TICK};
use crate::config::{self, Config};
use crate::content::document::is_pending;
use crate::diagnostic::Diagnostic;
use crate::disk::DiskWorkspace;
use crate::disk::manifest;
use crate::disk::publication::{Summary, is_as_written};
use crate::disk::workspace::is_ignored;
use crate::fingerprint::Fingerprint;
use crate::load::unreadable;
use crate::source::{FileEntry, SourcePath, Workspace, decode};
use crate::theme;

/// Gives the report of a build that has nothing to do; `None` if there is something.
pub(super) fn look(
    request: &Request<'_>,
    workspace: &DiskWorkspace,
    (config, said): &(Config, Vec<Diagnostic>),
    listed: &Listed<'_>,
    state: &State,
    clock: &mut Clock,
) -> Option<Report> {
    if !(state.since..state.due).contains(&request.admission.now.unix_seconds()) {
        return None;
    }
    if said.iter().any(Diagnostic::is_error) {
        return None;
    }
    sources_are_the_same(listed, config, state).then_some(())?;
    clock.stage("look at the sources");
    let output = output_folder(workspace, config).ok()?;
    let unchanged = output_is_the_same(request, &output, state)?;
    clock.stage("look at the output");
    Some(Report {
        diagnostics: state.diagnostics.iter().map(|saved| saved.restore()).collect(),
        summary: Some(Summary { unchanged, ..Summary::default() }),
        pages: state.pages as usize,
        notes: vec![],
        timings: std::mem::take(&mut clock.stages),
        output,
    })
}

/// Reads the configuration, as the command line would have it.
pub(super) fn read_config(request: &Request<'_>, workspace: &DiskWorkspace) -> (Config, Vec<Diagnostic>) {
    let path = SourcePath::new(config::FILE_NAME);
    let bytes = workspace.read(&path);
    let unreadable = bytes.as_ref().err().filter(|error| !error.is_absent).map(unreadable);
    let file = bytes.ok().and_then(|bytes| decode(path, bytes).ok());
    let (config, mut said) = Config::read_with(file.as_ref(), &request.overrides);
    said.extend(unreadable);
    (config, said)
}

fn sources_are_the_same(workspace: &Listed<'_>, config: &Config, state: &State) -> bool {
    let mut folders = vec![config.content_folder.as_str()];
    if !config.content_folder.is_empty() {
        folders.extend([theme::FOLDER, theme::STATIC_FOLDER]);
    }
    let mut found: Vec<FileEntry> = Vec::with_capacity(state.stamps.len());
    for folder in folders {
        match workspace.list(folder) {
            Some(listing) if listing.problems.is_empty() => found.extend(listing.files),
            None => {}
            Some(_) => return false,
        }
    }
    // The content folder may be the newsletter's own, and hold it.
    found.retain(|entry| entry.path.as_str() != config::FILE_NAME);
    if let Ok(bytes) = workspace.read(&SourcePath::new(config::FILE_NAME)) {
        found.push(FileEntry { path: SourcePath::new(config::FILE_NAME), size: bytes.len() as u64, modified: 0 });
    }
    found.sort_by(|a, b| a.path.cmp(&b.path));
    let output = format!("{}/", config.output_folder);
    found.retain(|entry| {
        let is_beside = entry.path.as_str().starts_with(&output) || is_ignored(entry.path.file_name().as_bytes());
        !is_beside && !is_pending(&entry.path, config)
    });
    found.len() == state.stamps.len()
        && found.par_iter().zip(&state.stamps).all(|(entry, stamp)| {
            if entry.path.as_str() != stamp.path || entry.size != stamp.size {
                return false;
            }
            let sure = entry.modified == stamp.modified && stamp.modified != 0 && stamp.modified < state.began - TICK;
            // Not read whole: a static file may be of any length.
            sure || workspace.look(&entry.path).is_ok_and(|(fingerprint, _)| fingerprint == stamp.fingerprint)
        })
}

/// Counts the files of the output if every one of them is as it was written.
fn output_is_the_same(request: &Request<'_>, output: &std::path::Path, state: &State) -> Option<usize> {
    let text = request.files.read(&output.join(manifest::FILE_NAME)).ok()?;
    if Fingerprint::of_bytes(&text) != state.manifest {
        return None;
    }
    if request.files.stat(&output.join(manifest::PENDING_NAME)).ok()?.is_some() {
        return None;
    }
    manifest::count_if_all(&String::from_utf8(text).ok()?, |path, written| {
        let stat = request.files.stat(&output.join(path));
        stat.is_ok_and(|stat| stat.is_some_and(|stat| is_as_written(&stat, written)))
    })
}
