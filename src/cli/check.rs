//! `masthead check`: everything that a build would complain about, and more; nothing is written.

use std::time::Duration;

use rayon::prelude::*;

use super::arguments::{Arguments, Check, Format, PAGE_TIMEOUT};
use super::exit::{CommandError, ExitStatus};
use super::newsletter::{Newsletter, text_of};
use super::patience::patiently;
use super::terminal::{Extent, Terminal, diagnostics_json};
use crate::build::output_folder;
use crate::build::watch::Watch;
use crate::diagnostic::{self, Diagnostic, Severity};
use crate::render::links::BROKEN;
use crate::render::{email, render};
use crate::snapshot::Snapshot;

/// Checks a newsletter.
///
/// # Errors
/// The folder can't be entered.
pub fn run(terminal: &Terminal, arguments: &Arguments, options: &Check) -> Result<ExitStatus, CommandError> {
    let newsletter = Newsletter::open(arguments, &options.selection)?;
    let mut diagnostics = newsletter.diagnostics;
    if let Err(refusal) = output_folder(&newsletter.workspace, &newsletter.sources.config) {
        diagnostics.push(Diagnostic::error("output-refused", refusal.message).with_help(refusal.help));
    }
    if let Some(snapshot) = newsletter.snapshot {
        diagnostics.extend(email::check(&snapshot));
        let limit = Duration::from_secs(PAGE_TIMEOUT);
        diagnostics.extend(patiently(terminal, limit, move |watch| Ok(template_problems(&snapshot, watch)))?);
    }
    for diagnostic in &mut diagnostics {
        let is_broken = BROKEN.contains(&&*diagnostic.code);
        if diagnostic.severity == Severity::Warning && (is_broken || options.strict) {
            diagnostic.severity = Severity::Error;
        }
    }
    diagnostic::sort(&mut diagnostics);
    match options.format {
        Format::Json => terminal.data(&format!("{}\n", diagnostics_json(&diagnostics)))?,
        Format::Human => {
            terminal.print_diagnostics(&diagnostics, &|path| text_of(&newsletter.workspace, path), Extent::All);
            if diagnostics.is_empty() {
                terminal.done("Checked: nothing to complain about");
            }
        }
    }
    Ok(ExitStatus::of(&diagnostics))
}

/// Renders every page, and gives what is wrong with the templates.
fn template_problems(snapshot: &Snapshot, watch: &Watch) -> Vec<Diagnostic> {
    let routes = snapshot.parts.plan.routes().par_iter();
    routes.filter_map(|(path, route)| watch.during(path, || render(snapshot, path, route)).err()).collect()
}
