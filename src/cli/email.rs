//! `masthead email EDITION`: the edition's mail, or what there is to say of it.

use std::path::Path;

use serde::Serialize;

use super::arguments::{Arguments, Email, EmailView};
use super::exit::{CommandError, ExitStatus};
use super::newsletter::{Newsletter, text_of};
use super::terminal::figures::{counted, grouped};
use super::terminal::{Extent, Terminal};
use crate::content::document::Document;
use crate::content::edition::Edition;
use crate::diagnostic::{self, Diagnostic, nearest};
use crate::newsroom::Issue;
use crate::render::email::{self, Mail, Size};
use crate::site::EmailFormat;
use crate::snapshot::Snapshot;

/// What there is to say of a mail, as data.
#[derive(Serialize)]
struct Said<'m> {
    edition: &'m str,
    url: String,
    provider: &'static str,
    subject: &'m str,
    preheader: &'m str,
    size: Size,
    fits: bool,
    text_bytes: usize,
    message_bytes: usize,
    sections: Vec<Section<'m>>,
    links: &'m [String],
    folded: &'m [String],
    cut: bool,
}

#[derive(Serialize)]
struct Section<'m> {
    name: &'m str,
    bytes: usize,
}

/// Prints a mail, or a summary of it.
///
/// # Errors
/// The folder can't be entered, or there is no such edition.
pub fn run(terminal: &Terminal, arguments: &Arguments, options: &Email) -> Result<ExitStatus, CommandError> {
    let newsletter = Newsletter::open(arguments, &options.selection)?;
    let snapshot = match newsletter.site(terminal) {
        Ok(snapshot) => snapshot,
        Err(status) => return Ok(status),
    };
    let index = find(&newsletter, &snapshot.parts.newsroom.editions, options.edition.as_deref())?;
    let (written, problems) = match write(snapshot, index, options.format) {
        Ok(written) => {
            let mut problems = email::check_edition(snapshot, index, &newsletter.workspace);
            diagnostic::sort(&mut problems);
            (written, problems)
        }
        Err(problem) => (String::new(), vec![problem]),
    };
    terminal.data(&written)?;
    terminal.print_diagnostics(&problems, &|path| text_of(&newsletter.workspace, path), Extent::All);
    Ok(if problems.iter().any(Diagnostic::is_error) { ExitStatus::Content } else { ExitStatus::Success })
}

fn write(snapshot: &Snapshot, index: u32, format: EmailView) -> Result<String, Diagnostic> {
    match format {
        EmailView::Html => email::render(snapshot, index, EmailFormat::Html),
        EmailView::Text => email::render(snapshot, index, EmailFormat::Text),
        EmailView::Eml => email::render(snapshot, index, EmailFormat::Message),
        EmailView::Json | EmailView::Summary => {
            let mail = email::mail(snapshot, index)?;
            let message = email::message(snapshot, index, &mail)?;
            let said = said(snapshot, index, &mail, message.len());
            Ok(match format {
                EmailView::Json => serde_json::to_string_pretty(&said).unwrap_or_default() + "\n",
                _ => summary(&said),
            })
        }
    }
}

/// Finds an edition by its number, slug, file or address; without a name it is the newest.
fn find(newsletter: &Newsletter, editions: &[Issue], name: Option<&str>) -> Result<u32, CommandError> {
    let Some(name) = name else {
        return if editions.is_empty() {
            Err(CommandError::usage("there is no edition").with_help("start one: `masthead new edition`"))
        } else {
            Ok(0)
        };
    };
    let file = path_in(newsletter.workspace.root(), name);
    let wanted = file.as_deref().unwrap_or(name).trim_end_matches('/');
    let found =
        editions.iter().position(|issue| is_named(&issue.edition, wanted) || issue.url.trim_end_matches('/') == wanted);
    if let Some(index) = found {
        return Ok(index as u32);
    }
    let unpublished = newsletter.sources.documents.values().find_map(|read| match &read.document {
        Some(Document::Edition(edition)) if is_named(edition, wanted) => Some(edition),
        _ => None,
    });
    if let Some(edition) = unpublished {
        return Err(unpublished_yet(edition));
    }
    let help = nearest(wanted, editions.iter().map(|issue| issue.edition.entry.slug.text.as_str())).map_or_else(
        || "name it by its number, slug, address or file; `masthead list editions` shows them".to_owned(),
        |near| format!("did you mean `{near}`?"),
    );
    Err(CommandError::usage(format!("there is no edition `{name}`")).with_help(help))
}

/// Gives the path within the newsletter of a file that is named as a shell names it: `./…`, or from the disk's
/// root or another folder on.
fn path_in(root: &Path, name: &str) -> Option<String> {
    let file = Path::new(name).canonicalize().ok().filter(|file| file.is_file())?;
    file.strip_prefix(root).ok()?.to_str().map(str::to_owned)
}

fn is_named(edition: &Edition, wanted: &str) -> bool {
    let file = edition.entry.source.as_str();
    let stem = file.rsplit('/').next().unwrap_or_default();
    let stem = stem.rsplit_once('.').map_or(stem, |(stem, _)| stem);
    edition.entry.slug.text == wanted
        || stem == wanted
        || file == wanted
        || file.ends_with(&format!("/{wanted}"))
        || edition.number.is_some_and(|number| number.to_string() == wanted)
}

/// Refuses the mail of an edition that nobody shall read yet, lest it be sent by mistake.
fn unpublished_yet(edition: &Edition) -> CommandError {
    let source = &edition.entry.source;
    if edition.entry.draft {
        CommandError::refusal(format!("`{source}` is a draft"))
            .with_help("take `draft: true` out to publish it, or pass `--drafts` to see its mail")
    } else {
        CommandError::refusal(format!("`{source}` is dated {}, which is yet to come", edition.date.iso_date()))
            .with_help("pass `--future` to see its mail")
    }
}

fn said<'m>(snapshot: &'m Snapshot, index: u32, mail: &'m Mail, message_bytes: usize) -> Said<'m> {
    let issue = &snapshot.parts.newsroom.editions[index as usize];
    Said {
        edition: issue.edition.entry.source.as_str(),
        url: snapshot.parts.config.permalink(&issue.url),
        provider: snapshot.parts.config.email.provider.name(),
        subject: &mail.subject,
        preheader: &mail.preheader,
        size: mail.size,
        fits: mail.size.fits(),
        text_bytes: mail.text.len(),
        message_bytes,
        sections: mail.sections.iter().map(|(name, bytes)| Section { name, bytes: *bytes }).collect(),
        links: &mail.links,
        folded: &mail.folded,
        cut: mail.cut,
    }
}

fn summary(said: &Said<'_>) -> String {
    let Size { html, rewritten, encoded, budget } = said.size;
    let share = said.size.counted() * 100 / budget.max(1);
    let mut text = format!(
        "{}\n  subject     {}\n  preheader   {}\n  on the web  {}\n  provider    {}\n\n",
        said.edition, said.subject, said.preheader, said.url, said.provider
    );
    text.push_str(&format!("{:>9}  bytes of HTML\n", grouped(html)));
    text.push_str(&format!("{:>9}  with what the provider adds to links and foot\n", grouped(rewritten)));
    text.push_str(&format!("{:>9}  as it travels\n", grouped(encoded)));
    text.push_str(&format!("{:>9}  are sent at most: {share} % used\n", grouped(budget)));
    text.push_str(&format!("{:>9}  bytes of text\n", grouped(said.text_bytes)));
    text.push_str(&format!("{:>9}  bytes of the whole message\n\n", grouped(said.message_bytes)));
    let mut sections: Vec<&Section<'_>> = said.sections.iter().collect();
    sections.sort_by_key(|section| std::cmp::Reverse(section.bytes));
    for section in sections {
        text.push_str(&format!("{:>9}  {}\n", grouped(section.bytes), section.name));
    }
    text.push_str(&format!("\n{}\n", counted(said.links.len(), "link")));
    for link in said.links {
        text.push_str(&format!("  {link}\n"));
    }
    if said.cut {
        text.push_str("\nthe end of the opening is on the web only\n");
    }
    if !said.folded.is_empty() {
        text.push_str(&format!("\n{} on the web only, since they don't fit\n", said.folded.len()));
        said.folded.iter().for_each(|title| text.push_str(&format!("  {title}\n")));
    }
    text
}
