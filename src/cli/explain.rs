//! `masthead explain URL`: why a page looks as it does.

use std::collections::BTreeSet;
use std::path::Path;

use super::arguments::{Arguments, Explain, Selection};
use super::exit::{CommandError, ExitStatus};
use super::newsletter::Newsletter;
use super::terminal::Terminal;
use crate::cache::Reason;
use crate::diagnostic::nearest;
use crate::render::html::{self, Page};
use crate::render::story::reason;
use crate::site::{OutPath, Route};
use crate::snapshot::Snapshot;

/// Explains a page.
///
/// # Errors
/// The folder can't be entered, or nothing stands at the address.
pub fn run(terminal: &Terminal, arguments: &Arguments, options: &Explain) -> Result<ExitStatus, CommandError> {
    let selection = Selection { drafts: false, future: false, base_url: None };
    let newsletter = Newsletter::open(arguments, &selection)?;
    let snapshot = match newsletter.site(terminal) {
        Ok(snapshot) => snapshot,
        Err(status) => return Ok(status),
    };
    let config = &snapshot.parts.config;
    let given = options.url.strip_prefix(&config.base_url).unwrap_or(&options.url);
    let path = given.strip_prefix(config.base_path()).unwrap_or(given).split(['?', '#']).next().unwrap_or_default();
    let with_slash = format!("{}/", path.trim_end_matches('/'));
    let plan = &snapshot.parts.plan;
    let found = [path, &with_slash].into_iter().find_map(|url| {
        let path = OutPath::of_url(url).ok()?;
        plan.at(&path).map(|route| (path, route))
    });
    let Some((path, route)) = found else {
        let urls: Vec<String> = plan.iter().map(|(path, _)| path.url()).collect();
        let near = nearest(&with_slash, urls.iter().map(String::as_str)).map(|near| format!("did you mean `{near}`?"));
        let help = "give an address as the site has it, such as /posts/a-headline/; `masthead list` shows them";
        return Err(CommandError::usage(format!("nothing stands at `{}`", options.url))
            .with_help(near.unwrap_or_else(|| help.to_owned())));
    };
    terminal.data(&explain(snapshot, newsletter.workspace.root(), &path, route))?;
    Ok(ExitStatus::Success)
}

fn explain(snapshot: &Snapshot, root: &Path, path: &OutPath, route: &Route) -> String {
    let mut text = format!("{}\n  file      {path}\n", path.url());
    if let Some(page) = html::prepare(snapshot, route) {
        let whose = if snapshot.theme.is_own(page.template) { "yours" } else { "built in" };
        text.push_str(&format!("  template  templates/{} ({whose})\n", page.template));
        for part in own_parts(snapshot, &page) {
            text.push_str(&format!("  with      templates/{part} (yours)\n"));
        }
        text.push_str(&format!("  subject   {}\n", page.subject));
        let read = page.variables.read_by(&snapshot.theme, page.template);
        let variables: Vec<&str> = read.map(|(name, _)| name).collect();
        text.push_str(&format!("  reads     {}\n  key       {}\n", variables.join(", "), page.key(snapshot)));
    }
    if let Some(reason) = crate::cache::last_reason(root, path) {
        text.push_str(&format!("  last      {}\n", sentence(&reason)));
    }
    if let Route::Post(id) = route {
        let parts = &*snapshot.parts;
        for related in &parts.related[*id as usize] {
            let card = parts.cards[related.post as usize].view(parts);
            // Scores are whole ten-thousandths.
            let score = f64::from(related.score) / 10_000.0;
            text.push_str(&format!("  related   {score:.4}  {}  ({})\n", card.title, reason(parts, related)));
        }
    }
    text
}

/// Lists the author's own templates that take part in a page beside its own: those of blocks of its text too.
fn own_parts<'s>(snapshot: &'s Snapshot, page: &Page<'_>) -> BTreeSet<&'s str> {
    let theme = &snapshot.theme;
    let blocks = page.text.iter().flat_map(|text| &text.entry.body.blocks);
    let templates: BTreeSet<String> = blocks.filter_map(|block| theme.block_template(&block.name).ok()).collect();
    let mut parts = theme.own_parts(page.template);
    parts.extend(templates.iter().flat_map(|template| theme.own_parts(template)));
    parts.remove(page.template);
    parts
}

fn sentence(reason: &Reason) -> String {
    match reason {
        Reason::New => "rendered because it was new, or nothing was known of the build before".to_owned(),
        Reason::Output => "rendered because its file in the output had been changed or deleted".to_owned(),
        Reason::Fewer => "rendered because a variable was taken away".to_owned(),
        Reason::Changed(what) => format!("rendered because of a change in {what}"),
    }
}
