//! Opening a newsletter for commands that look and do not write.

use std::path::Path;
use std::sync::Arc;

use super::arguments::{Arguments, Selection};
use super::exit::{CommandError, ExitStatus};
use super::terminal::{Extent, Terminal};
use crate::config::Config;
use crate::content::date::Moment;
use crate::diagnostic::{self, Diagnostic};
use crate::disk::DiskWorkspace;
use crate::load::{Overrides, Sources, load};
use crate::newsroom::memory::Memory;
use crate::newsroom::timeline::Admission;
use crate::snapshot::Snapshot;
use crate::source::{SourcePath, Workspace};
use crate::theme;

/// A newsletter as it was read.
pub struct Newsletter {
    /// The folder.
    pub workspace: DiskWorkspace,
    /// What was read.
    pub sources: Sources,
    /// The site, if it could be joined.
    pub snapshot: Option<Snapshot>,
    /// What is wrong, sorted.
    pub diagnostics: Vec<Diagnostic>,
}

impl Newsletter {
    /// Reads a newsletter and joins it into a site.
    ///
    /// # Errors
    /// The folder can't be entered, or the time that the environment sets is none.
    pub fn open(arguments: &Arguments, selection: &Selection) -> Result<Self, CommandError> {
        Self::open_with(arguments, selection, |_| {})
    }

    /// The same; the command changes what the configuration says before the site is joined.
    ///
    /// # Errors
    /// As [`Newsletter::open`].
    pub fn open_with(
        arguments: &Arguments,
        selection: &Selection,
        change: impl FnOnce(&mut Config),
    ) -> Result<Self, CommandError> {
        let workspace = open_folder(&arguments.root)?;
        let overrides = Overrides { base_url: selection.base_url.clone(), output: arguments.output.clone() };
        let (mut sources, mut diagnostics) = load(&workspace, &overrides, None);
        change(Arc::make_mut(&mut sources.config));
        let admission = admission(selection)?;
        let (snapshot, said) = Snapshot::build(&sources, &admission, &mut Memory::default());
        diagnostics.extend(said);
        diagnostic::sort(&mut diagnostics);
        Ok(Self { workspace, sources, snapshot, diagnostics })
    }

    /// Gives the site, or prints why there is none.
    ///
    /// # Errors
    /// Never; `Err` holds the status to end with.
    pub fn site(&self, terminal: &Terminal) -> Result<&Snapshot, ExitStatus> {
        let failed = self.diagnostics.iter().any(Diagnostic::is_error);
        match &self.snapshot {
            Some(snapshot) if !failed => Ok(snapshot),
            _ => {
                terminal.print_diagnostics(&self.diagnostics, &|path| text_of(&self.workspace, path), Extent::Folded);
                Err(ExitStatus::of(&self.diagnostics))
            }
        }
    }
}

/// Enters a newsletter's folder.
///
/// # Errors
/// There is none of that name.
pub fn open_folder(root: &Path) -> Result<DiskWorkspace, CommandError> {
    DiskWorkspace::open(root).map_err(|error| CommandError::disk(root, "opened", &error))
}

/// Decides which posts are let through.
///
/// # Errors
/// `SOURCE_DATE_EPOCH` is set and no time.
pub fn admission(selection: &Selection) -> Result<Admission, CommandError> {
    Ok(Admission { now: now()?, drafts: selection.drafts, future: selection.future })
}

/// Gives the time that stands for now: `SOURCE_DATE_EPOCH` if it is set (reproducible-builds.org), else the clock's.
///
/// # Errors
/// The variable is set and no whole number of seconds.
pub fn now() -> Result<Moment, CommandError> {
    let seconds = match std::env::var_os("SOURCE_DATE_EPOCH") {
        Some(text) => {
            let text = text.to_string_lossy();
            text.trim().parse().ok().filter(|seconds| (0..=253_402_300_799).contains(seconds)).ok_or_else(|| {
                CommandError::usage(format!("the variable `SOURCE_DATE_EPOCH` is `{text}`, which is no time"))
                    .with_help("set it to seconds since 1970, such as 1722470400, or unset it")
            })?
        }
        None => jiff::Timestamp::now().as_second(),
    };
    Ok(Moment::from_unix(seconds))
}

/// Gives the text of a file, to show a line of it: the newsletter's own, or the built-in theme's.
pub fn text_of(workspace: &DiskWorkspace, path: &SourcePath) -> Option<String> {
    if let Ok(bytes) = workspace.read(path) {
        return Some(String::from_utf8_lossy(&bytes).replace("\r\n", "\n"));
    }
    let name = path.as_str().strip_prefix(theme::FOLDER)?.trim_start_matches('/');
    theme::built_in::template(name.strip_prefix(theme::BUILT_IN_PREFIX).unwrap_or(name))
}
