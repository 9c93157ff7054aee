//! `masthead related`: which posts stand beside which, with scores and reasons.

use serde::Serialize;

use super::arguments::{Arguments, Format, Related, Selection};
use super::exit::{CommandError, ExitStatus};
use super::newsletter::Newsletter;
use super::terminal::Terminal;
use crate::newsroom::PostId;
use crate::newsroom::post_names::PostNames;
use crate::render::story::reason;
use crate::snapshot::Parts;

/// The related posts of one post, as data.
#[derive(Serialize)]
struct Listed<'a> {
    post: &'a str,
    related: Vec<ListedRelated<'a>>,
}

#[derive(Serialize)]
struct ListedRelated<'a> {
    post: &'a str,
    url: String,
    score: f64,
    reason: String,
}

/// Lists the related posts of one post or of all.
///
/// # Errors
/// The folder can't be entered, or there is no such post.
pub fn run(terminal: &Terminal, arguments: &Arguments, options: &Related) -> Result<ExitStatus, CommandError> {
    let selection = Selection { drafts: false, future: false, base_url: None };
    let newsletter = Newsletter::open_with(arguments, &selection, |config| {
        if let Some(limit) = options.limit {
            config.related_posts = u32::try_from(limit.get()).unwrap_or(u32::MAX);
        }
    })?;
    let snapshot = match newsletter.site(terminal) {
        Ok(snapshot) => snapshot,
        Err(status) => return Ok(status),
    };
    let parts = &*snapshot.parts;
    let mut wanted: Vec<PostId> = match &options.post {
        Some(name) => {
            let names = PostNames::of(&parts.config, &parts.newsroom.posts, &parts.newsroom.by_source);
            match (names.find(name), names.problem(name)) {
                (Some(found), problem) => {
                    if let Some(problem) = problem {
                        terminal.say(format_args!("note: {}", problem.message));
                    }
                    vec![found]
                }
                (None, problem) => {
                    let (message, help) = problem.map_or_else(
                        || (format!("`{name}` can't be read"), "`masthead check` says why".to_owned()),
                        |problem| (problem.message, problem.help.join("; ")),
                    );
                    return Err(CommandError::usage(message).with_help(help));
                }
            }
        }
        None => (0..parts.newsroom.posts.len() as PostId).collect(),
    };
    wanted.sort_by(|a, b| path(parts, *a).cmp(path(parts, *b)));
    let listed: Vec<Listed<'_>> = wanted.into_iter().map(|id| list(parts, id)).collect();
    terminal.data(&match options.format {
        Format::Json => {
            serde_json::to_string_pretty(&listed).map_err(|error| CommandError::bug(error.to_string()))? + "\n"
        }
        Format::Human => listed.iter().map(show).collect(),
    })?;
    Ok(ExitStatus::Success)
}

/// Gives a post's path below the content folder.
fn path(parts: &Parts, id: PostId) -> &str {
    let source = parts.newsroom.post(id).post.entry.source.as_str();
    source.strip_prefix(parts.config.content_folder.as_str()).unwrap_or(source).trim_start_matches('/')
}

fn list(parts: &Parts, id: PostId) -> Listed<'_> {
    let related = parts.related.get(id as usize).map_or(&[][..], Vec::as_slice);
    Listed {
        post: path(parts, id),
        related: related
            .iter()
            .map(|related| ListedRelated {
                post: path(parts, related.post),
                url: parts.config.permalink(&parts.newsroom.post(related.post).url),
                // Scores are whole ten-thousandths.
                score: f64::from(related.score) / 10_000.0,
                reason: reason(parts, related),
            })
            .collect(),
    }
}

fn show(listed: &Listed<'_>) -> String {
    let mut text = format!("{}\n", listed.post);
    for related in &listed.related {
        text.push_str(&format!("  {:.4}  {}  ({})\n", related.score, related.post, related.reason));
    }
    text
}
