//! `masthead check`: everything that a build would complain about, and more; nothing is written.

use rayon::prelude::*;

use super::arguments::{Arguments, Check, Format};
use super::exit::{CommandError, ExitStatus};
use super::newsletter::{Newsletter, text_of};
use super::terminal::{Extent, Terminal, diagnostics_json};
use crate::diagnostic::{self, Diagnostic, Severity};
use crate::render::links::BROKEN;
use crate::render::{email, render};

/// Checks a newsletter.
///
/// # Errors
/// The folder can't be entered.
pub fn run(terminal: &Terminal, arguments: &Arguments, options: &Check) -> Result<ExitStatus, CommandError> {
    let newsletter = Newsletter::open(arguments, &options.selection)?;
    let mut diagnostics = newsletter.diagnostics.clone();
    if let Some(snapshot) = &newsletter.snapshot {
        let routes = snapshot.parts.plan.routes();
        diagnostics.par_extend(routes.par_iter().filter_map(|(path, route)| render(snapshot, path, route).err()));
        diagnostics.extend(email::check(snapshot));
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
    Ok(if diagnostics.iter().any(Diagnostic::is_error) { ExitStatus::Content } else { ExitStatus::Success })
}
