//! Every link and picture of every text, looked at: does it lead somewhere?
//!
//! A broken link is worth a warning in a build, since archives have them; `check` makes it an error.

use std::collections::BTreeSet;

use rayon::prelude::*;

use super::body;
use crate::content::entry::Entry;
use crate::content::markdown::{Block, Fragment, Hole, HoleKind};
use crate::diagnostic::{Diagnostic, nearest};
use crate::newsroom::Target;
use crate::snapshot::Parts;
use crate::theme::Theme;

/// Codes of problems that `check` takes for errors and a build for warnings.
pub const BROKEN: &[&str] = &["broken-link", "missing-file", "missing-picture", "missing-anchor"];

/// Checks all texts that are published.
pub fn check(parts: &Parts, theme: &Theme) -> Vec<Diagnostic> {
    let newsroom = &parts.newsroom;
    let mut entries: Vec<&Entry> = newsroom.posts.iter().map(|article| &article.post.entry).collect();
    entries.extend(newsroom.editions.iter().map(|issue| &issue.edition.entry));
    entries.extend(newsroom.pages.iter().map(|page| &*page.entry));
    entries.extend(newsroom.profiles.iter().map(|profile| &profile.entry));
    entries.extend(newsroom.sections.iter().filter_map(|section| section.about.as_ref()).map(|about| &about.entry));
    let blocks: BTreeSet<&str> = theme.blocks().collect();
    let texts = entries.par_iter().flat_map_iter(|entry| check_entry(parts, theme, &blocks, entry));
    let pictures = newsroom.posts.par_iter().flat_map_iter(|article| {
        let image = article.post.image.as_ref()?;
        let entry = &article.post.entry;
        let external = image.src.starts_with("https://") || image.src.starts_with("http://");
        (!external && body::picture(parts, &entry.source, &image.src).is_none())
            .then(|| missing_picture(parts, &image.src).at(entry.place(image.position)))
    });
    texts.chain(pictures).collect()
}

fn check_entry(parts: &Parts, theme: &Theme, blocks: &BTreeSet<&str>, entry: &Entry) -> Vec<Diagnostic> {
    let mut diagnostics = Vec::new();
    check_fragment(parts, entry, &entry.body.content, &mut diagnostics);
    for block in &entry.body.blocks {
        check_fragment(parts, entry, &block.body, &mut diagnostics);
        if !blocks.contains(block.name.as_str())
            && let Err(problem) = theme.block_template(&block.name)
        {
            diagnostics.push(problem.at(entry.place(block.position)));
        }
        if let Some(problem) = check_block(parts, block) {
            diagnostics.push(problem.at(entry.place(block.position)));
        }
    }
    diagnostics
}

/// Finds what a block draws from the ledger that is not there.
fn check_block(parts: &Parts, block: &Block) -> Option<Diagnostic> {
    match block.name.as_str() {
        "deal" => super::deals::named(parts, block.argument.trim()).err(),
        "chart" => super::deals::chart_block(parts, block).err(),
        _ => None,
    }
}

fn check_fragment(parts: &Parts, entry: &Entry, fragment: &Fragment, diagnostics: &mut Vec<Diagnostic>) {
    for hole in &fragment.holes {
        if let Some(problem) = check_hole(parts, entry, hole) {
            diagnostics.push(problem.at(entry.place(hole.position)));
        }
    }
}

fn check_hole(parts: &Parts, entry: &Entry, hole: &Hole) -> Option<Diagnostic> {
    match &hole.kind {
        HoleKind::ContentLink { path, fragment } => match body::content_target(parts, path) {
            None => Some(no_file(parts, path)),
            Some(Target::Unpublished) => Some(
                Diagnostic::warning(
                    "broken-link",
                    format!("`{path}` is not published: it is a draft, of the future or expired"),
                )
                .with_help("publish it, or take the link out"),
            ),
            Some(target) => check_anchor(parts, target, path, fragment.as_deref()?),
        },
        HoleKind::FileLink { path, written, .. } => {
            let known = parts.media.by_source(path).is_some() || leads_somewhere(parts, entry, written);
            (!known).then(|| {
                Diagnostic::warning("missing-file", format!("there is no file `{path}`"))
                    .with_help("put the file there, or write the full address if it is elsewhere")
            })
        }
        HoleKind::SiteLink { url } => {
            let path = url.split(['?', '#']).next().unwrap_or(url);
            let with_slash = format!("{}/", path.trim_end_matches('/'));
            let known = parts.plan.at_url(path).is_some() || parts.plan.at_url(&with_slash).is_some();
            (!known).then(|| {
                Diagnostic::warning("broken-link", format!("nothing stands at `{path}` on this site"))
                    .with_help("link to the file instead (`[text](../posts/name.md)`): its address is found for you")
            })
        }
        HoleKind::Image { path } => body::find_picture(parts, path).is_none().then(|| missing_picture(parts, path)),
        HoleKind::Block(_) => None,
    }
}

/// Says whether a relative link, taken as a browser takes it, meets a page of the site.
fn leads_somewhere(parts: &Parts, entry: &Entry, written: &str) -> bool {
    let target = parts.newsroom.by_source.get(&entry.source).copied();
    let Some(url) = target.and_then(|target| parts.newsroom.url_of(target)) else { return false };
    let path = written.split(['?', '#']).next().unwrap_or(written);
    let base = crate::source::SourcePath::new(format!("{}index.html", url.trim_start_matches('/')));
    base.resolve(path).is_some_and(|resolved| {
        let url = format!("/{resolved}");
        parts.plan.at_url(&url).is_some() || parts.plan.at_url(&format!("{url}/")).is_some()
    })
}

fn check_anchor(parts: &Parts, target: Target, path: &str, fragment: &str) -> Option<Diagnostic> {
    let newsroom = &parts.newsroom;
    let anchors = match target {
        Target::Post(id) => &newsroom.post(id).post.entry.body.anchors,
        Target::Edition(index) => &newsroom.editions.get(index as usize)?.edition.entry.body.anchors,
        Target::Page(index) => &newsroom.pages.get(index as usize)?.entry.body.anchors,
        Target::Term(term) => &newsroom.profile_of(term)?.entry.body.anchors,
        Target::Section(_) | Target::Front | Target::Unpublished => return None,
    };
    if anchors.iter().any(|anchor| anchor == fragment) {
        return None;
    }
    let help = nearest(fragment, anchors.iter().map(String::as_str)).map_or_else(
        || format!("anchors there: {}", anchors.iter().take(8).cloned().collect::<Vec<_>>().join(", ")),
        |near| format!("did you mean `#{near}`?"),
    );
    Some(
        Diagnostic::warning("missing-anchor", format!("`{path}` has no heading or key point `#{fragment}`"))
            .with_help(help),
    )
}

fn no_file(parts: &Parts, path: &str) -> Diagnostic {
    let name = path.rsplit('/').next().unwrap_or(path);
    // Only files of a name that is alike come into question: comparing all of them costs too much.
    let near = nearest(name, parts.newsroom.posts.iter().map(|article| article.post.entry.source.file_name()));
    let help = near.map_or_else(
        || "link to a file by its path relative to this one, such as `../posts/name.md`".to_owned(),
        |near| format!("did you mean `{near}`?"),
    );
    Diagnostic::warning("broken-link", format!("there is no file `{path}`")).with_help(help)
}

fn missing_picture(parts: &Parts, path: &str) -> Diagnostic {
    let name = path.rsplit('/').next().unwrap_or(path);
    let near = nearest(name, parts.media.iter().filter_map(|(media, _)| media.source.as_str().rsplit('/').next()));
    let help = near.map_or_else(
        || "put the picture beside the text, or into `static/`".to_owned(),
        |near| format!("did you mean `{near}`?"),
    );
    Diagnostic::warning("missing-picture", format!("there is no picture `{path}`")).with_help(help)
}
