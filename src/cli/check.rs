//! `masthead check`: everything that a build would complain about, and more; nothing is written.

mod unfinished;

use std::collections::HashSet;
use std::time::Duration;

use rayon::prelude::*;

use super::arguments::{Arguments, Check, Format, PAGE_TIMEOUT, Selection};
use super::exit::{CommandError, ExitStatus};
use super::newsletter::{Newsletter, admission, text_of};
use super::patience::patiently;
use super::terminal::{Extent, Terminal, diagnostics_json};
use crate::build::output_folder;
use crate::build::watch::Watch;
use crate::config::{Config, FILE_NAME};
use crate::content::document::Document;
use crate::diagnostic::{self, Diagnostic, Place, Severity};
use crate::newsroom::memory::Memory;
use crate::newsroom::timeline::Admission;
use crate::render::links::BROKEN;
use crate::render::{email, render};
use crate::snapshot::Snapshot;
use crate::source::SourcePath;

/// Checks a newsletter.
///
/// # Errors
/// The folder can't be entered.
pub fn run(terminal: &Terminal, arguments: &Arguments, options: &Check) -> Result<ExitStatus, CommandError> {
    let newsletter = Newsletter::open(arguments, &options.selection)?;
    let mut diagnostics = newsletter.diagnostics.clone();
    diagnostics.extend(without_address(&newsletter.sources.config));
    diagnostics.extend(to_come(&newsletter, &options.selection)?);
    if let Err(refusal) = output_folder(&newsletter.workspace, &newsletter.sources.config) {
        diagnostics.push(Diagnostic::error("output-refused", refusal.message).with_help(refusal.help));
    }
    if let Some(snapshot) = &newsletter.snapshot {
        diagnostics.extend(unfinished::marks(&newsletter, &snapshot.parts));
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

/// Says that nobody elsewhere would find what feeds and mails lead to.
fn without_address(config: &Config) -> Option<Diagnostic> {
    let is_read_elsewhere =
        config.outputs.rss || config.outputs.atom || config.outputs.json_feed || config.outputs.email;
    (config.base_url == Config::default().base_url && is_read_elsewhere).then(|| {
        let message = format!("there is no `base_url`: feeds and mails lead to `{}`", config.base_url);
        Diagnostic::warning("no-base-url", message)
            .at(Place::file(SourcePath::new(FILE_NAME)))
            .with_help("add a line such as `base_url: https://newsletter.example.org` to masthead.yaml")
    })
}

/// Finds what will keep the site from being published on the day that a text of the future is due, when nobody
/// is looking.
fn to_come(newsletter: &Newsletter, selection: &Selection) -> Result<Vec<Diagnostic>, CommandError> {
    let now = admission(selection)?;
    let is_due = |document: &Document| match document {
        Document::Post(post) => post.date <= now.now,
        Document::Edition(edition) => edition.date <= now.now,
        _ => true,
    };
    let mut documents = newsletter.sources.documents.values().filter_map(|read| read.document.as_ref());
    if now.future || documents.all(is_due) {
        return Ok(vec![]);
    }
    let then = Admission { future: true, ..now };
    let (_, found) = Snapshot::build(&newsletter.sources, &then, &mut Memory::default());
    let known: HashSet<&str> = newsletter.diagnostics.iter().map(|known| known.message.as_str()).collect();
    let new = found.into_iter().filter(|problem| problem.is_error() && !known.contains(problem.message.as_str()));
    let later = |problem: Diagnostic| Diagnostic {
        severity: Severity::Warning,
        message: format!("once all texts of the future are due: {}", problem.message),
        ..problem
    };
    Ok(new.map(later).collect())
}

/// Renders every page, and gives what is wrong with the templates.
fn template_problems(snapshot: &Snapshot, watch: &Watch) -> Vec<Diagnostic> {
    let routes = snapshot.parts.plan.routes().par_iter();
    diagnostic::fold(
        routes.filter_map(|(path, route)| watch.during(path, || render(snapshot, path, route)).err()).collect(),
    )
}
