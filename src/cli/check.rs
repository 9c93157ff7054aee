//! `masthead check`: everything that a build would complain about, and more; nothing is written.

mod drafts;
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
use crate::site::OutPath;
use crate::snapshot::Snapshot;
use crate::source::SourcePath;

/// A site, if it could be joined, and what is wrong with it.
type Joined = (Option<Snapshot>, Vec<Diagnostic>);

/// Checks a newsletter.
///
/// # Errors
/// The folder can't be entered.
pub fn run(terminal: &Terminal, arguments: &Arguments, options: &Check) -> Result<ExitStatus, CommandError> {
    let newsletter = Newsletter::open(arguments, &options.selection)?;
    let mut diagnostics = newsletter.diagnostics.clone();
    let is_wrong =
        |said: &Diagnostic| said.is_error() && said.place.as_ref().is_some_and(|at| at.path.as_str() == FILE_NAME);
    if !diagnostics.iter().any(is_wrong) {
        diagnostics.extend(without_address(&newsletter.sources.config));
    }
    let then = in_the_future(&newsletter, &options.selection)?;
    if let Err(refusal) = output_folder(&newsletter.workspace, &newsletter.sources.config) {
        diagnostics.push(Diagnostic::error("output-refused", refusal.message).with_help(refusal.help));
    }
    if let Some(snapshot) = &newsletter.snapshot {
        diagnostics.extend(unfinished::marks(&newsletter, &snapshot.parts));
        diagnostics.extend(drafts::lost_addresses(&newsletter.sources, &admission(&options.selection)?));
    }
    if let Some(snapshot) = newsletter.snapshot {
        diagnostics.extend(email::check(&snapshot, &newsletter.workspace));
        let limit = Duration::from_secs(PAGE_TIMEOUT);
        let mut known: HashSet<String> = diagnostics.iter().map(|known| known.message.clone()).collect();
        diagnostics.extend(patiently(terminal, limit, move |watch| {
            let mut found = template_problems(&snapshot, watch, |_| true);
            known.extend(found.iter().map(|found| found.message.clone()));
            if let Some((then, problems)) = then {
                let mut later = problems;
                if let Some(then) = then {
                    // What the site has already has been rendered.
                    later.extend(template_problems(&then, watch, |path| snapshot.parts.plan.at(path).is_none()));
                }
                found.extend(later.into_iter().filter(|later| !known.contains(&later.message)).filter_map(to_come));
            }
            Ok(found)
        })?);
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

/// Joins the site as it will be when all texts of the future are due, if there are any; with what is wrong then.
fn in_the_future(newsletter: &Newsletter, selection: &Selection) -> Result<Option<Joined>, CommandError> {
    let now = admission(selection)?;
    let is_due = |document: &Document| match document {
        Document::Post(post) => post.date <= now.now,
        Document::Edition(edition) => edition.date <= now.now,
        Document::Reply(reply) => reply.date <= now.now,
        _ => true,
    };
    let mut documents = newsletter.sources.documents.values().filter_map(|read| read.document.as_ref());
    let then = Admission { future: true, ..now };
    let has_future = !now.future && !documents.all(is_due);
    Ok(has_future.then(|| Snapshot::build(&newsletter.sources, &then, &mut Memory::default())))
}

/// Warns of an error that will keep the site from being published one day, when nobody is looking.
fn to_come(problem: Diagnostic) -> Option<Diagnostic> {
    let message = format!("once all texts of the future are due: {}", problem.message);
    problem.is_error().then_some(Diagnostic { severity: Severity::Warning, message, ..problem })
}

/// Renders pages, and gives what is wrong with the templates.
fn template_problems(
    snapshot: &Snapshot,
    watch: &Watch,
    is_wanted: impl Fn(&OutPath) -> bool + Sync,
) -> Vec<Diagnostic> {
    let routes = snapshot.parts.plan.routes().par_iter().filter(|(path, _)| is_wanted(path));
    diagnostic::fold(
        routes.filter_map(|(path, route)| watch.during(path, || render(snapshot, path, route)).err()).collect(),
    )
}
