//! Filling the holes of a body: addresses, pictures, blocks, and the first mention of each name.

use tera::Context;

use super::blocks;
use crate::content::entry::Entry;
use crate::content::markdown::{Block, Body, Fragment, Hole, HoleKind, push_attribute};
use crate::diagnostic::Diagnostic;
use crate::newsroom::{self, EntityLink, Target};
use crate::site::{encode_path, view};
use crate::snapshot::{Parts, Snapshot};
use crate::source::SourcePath;
use crate::theme;

/// How the link of a heading or a key point to itself begins.
const ANCHOR: &str = "<a class=\"anchor\" href=\"#";
/// A block that stands in mails only.
pub(super) const EMAIL_ONLY: &str = "email-only";

/// Where a body is read.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Medium {
    /// On its page.
    Page,
    /// In a program that shows neither drawings nor styles.
    Plain,
}

/// Renders a body for the web, blocks and links of names included.
///
/// # Errors
/// A block's template fails or is not there.
pub fn web(snapshot: &Snapshot, entry: &Entry, links: &[EntityLink]) -> Result<String, Diagnostic> {
    written(snapshot, entry, links, Medium::Page)
}

/// Renders the same for a feed, whose readers take drawings and styles away: a chart is a table of its deals, and
/// the signs that link to headings, which are drawn by the stylesheet, are left out.
///
/// # Errors
/// A block's template fails or is not there.
pub fn feed(snapshot: &Snapshot, entry: &Entry, links: &[EntityLink]) -> Result<String, Diagnostic> {
    written(snapshot, entry, links, Medium::Plain).map(|html| without_anchors(&html))
}

/// Takes out the empty links that stand behind headings and key points.
fn without_anchors(html: &str) -> String {
    let mut pieces = html.split(ANCHOR);
    let mut kept = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        match piece.split_once("\"></a>") {
            Some((attributes, rest)) if !attributes.contains('<') => kept.push_str(rest),
            // An author's own.
            _ => kept.extend([ANCHOR, piece]),
        }
    }
    kept
}

fn written(snapshot: &Snapshot, entry: &Entry, links: &[EntityLink], medium: Medium) -> Result<String, Diagnostic> {
    let body = &entry.body;
    let mut problem = None;
    let html = splice(&snapshot.parts, &body.content, links, &mut |hole, html| {
        if let HoleKind::Block(index) = hole.kind
            && let Some(block) = body.blocks.get(index as usize)
            && let Err(diagnostic) = write_block(snapshot, entry, block, medium, html)
        {
            problem.get_or_insert(diagnostic);
        }
    });
    match problem {
        Some(diagnostic) => Err(diagnostic),
        None => Ok(html),
    }
}

/// Renders a short text, such as an author's biography: blocks are left out.
pub fn plain(parts: &Parts, entry: &Entry) -> String {
    splice(parts, &entry.body.content, &[], &mut |_, _| {})
}

/// Renders a line, such as a summary.
pub fn line(parts: &Parts, line: &Fragment) -> String {
    splice(parts, line, &[], &mut |_, _| {})
}

/// Renders a reply: it has no blocks, and links of its own only.
pub fn reply(parts: &Parts, body: &Body) -> String {
    splice(parts, &body.content, &[], &mut |_, _| {})
}

fn splice(
    parts: &Parts,
    fragment: &Fragment,
    links: &[EntityLink],
    block: &mut dyn FnMut(&Hole, &mut String),
) -> String {
    let mut html = String::with_capacity(fragment.html.len() + 128 * (fragment.holes.len() + links.len()));
    let mut from = 0;
    let mut links = links.iter().peekable();
    let copy =
        |html: &mut String, from: usize, to: usize| html.push_str(fragment.html.get(from..to).unwrap_or_default());
    for hole in &fragment.holes {
        let at = hole.at as usize;
        while let Some(link) = links.next_if(|link| link.end as usize <= at) {
            copy(&mut html, from, link.start as usize);
            write_entity_link(parts, fragment, link, &mut html);
            from = link.end as usize;
        }
        copy(&mut html, from, at);
        from = at;
        match &hole.kind {
            HoleKind::Block(_) => block(hole, &mut html),
            other => write_address(parts, other, &mut html),
        }
    }
    for link in links {
        copy(&mut html, from, link.start as usize);
        write_entity_link(parts, fragment, link, &mut html);
        from = link.end as usize;
    }
    copy(&mut html, from, fragment.html.len());
    html
}

fn write_entity_link(parts: &Parts, fragment: &Fragment, link: &EntityLink, html: &mut String) {
    let name = fragment.html.get(link.start as usize..link.end as usize).unwrap_or_default();
    if !parts.config.outputs.terms {
        html.push_str(name);
        return;
    }
    html.push_str("<a class=\"entity\" href=\"");
    push_attribute(html, &parts.config.href(&parts.newsroom.term_url(link.entity)));
    html.push_str("\">");
    html.push_str(name);
    html.push_str("</a>");
}

/// Writes an address, or a picture's attributes.
pub(super) fn write_address(parts: &Parts, kind: &HoleKind, html: &mut String) {
    match kind {
        HoleKind::Image { path, .. } => {
            html.push_str(" src=\"");
            push_attribute(html, &address(parts, kind));
            html.push('"');
            if let Some((_, Some((width, height)))) = find_picture(parts, path) {
                html.push_str(&format!(" width=\"{width}\" height=\"{height}\""));
            }
        }
        other => push_attribute(html, &address(parts, other)),
    }
}

/// Gives an address of this site as pages write it.
pub(super) fn address(parts: &Parts, kind: &HoleKind) -> String {
    match kind {
        HoleKind::ContentLink { path, fragment } => {
            let target = content_target(parts, path);
            let url = target.and_then(|target| parts.newsroom.url_of(target));
            url.map_or_else(|| "#".to_owned(), |url| with_fragment(parts.config.href(&url), fragment.as_deref()))
        }
        HoleKind::FileLink { path, fragment, written } => {
            let url = parts.media.by_source(path).map(|(_, url)| parts.config.href(&encode_path(url)));
            url.map_or_else(|| written.clone(), |url| with_fragment(url, fragment.as_deref()))
        }
        HoleKind::SiteLink { url } => parts.config.href(url),
        HoleKind::Image { path, written } => match find_picture(parts, path) {
            Some((url, _)) => parts.config.href(&encode_path(url)),
            None => parts.config.href(written),
        },
        HoleKind::Block(_) => String::new(),
    }
}

/// Says whether a link or a picture leads to something that is there.
pub(super) fn leads_to_something(parts: &Parts, kind: &HoleKind) -> bool {
    match kind {
        HoleKind::ContentLink { path, .. } => {
            content_target(parts, path).and_then(|target| parts.newsroom.url_of(target)).is_some()
        }
        HoleKind::FileLink { path, .. } => parts.media.by_source(path).is_some(),
        HoleKind::Image { path, .. } => find_picture(parts, path).is_some(),
        HoleKind::SiteLink { .. } => true,
        HoleKind::Block(_) => false,
    }
}

/// Finds what a link to a content file leads to.
pub fn content_target(parts: &Parts, path: &str) -> Option<Target> {
    newsroom::target_of(&parts.newsroom.by_source, &parts.config, path)
}

/// Finds a picture by its file or by its address: the address, and width and height.
pub fn find_picture<'p>(parts: &'p Parts, path: &'p str) -> Option<(&'p str, Option<(u32, u32)>)> {
    if let Some((media, url)) = parts.media.by_source(path) {
        return Some((url, media.dimensions));
    }
    parts.media.by_url(path).map(|media| (path, media.dimensions))
}

/// Gives the address of a picture that front matter names.
pub fn picture(parts: &Parts, source: &SourcePath, written: &str) -> Option<String> {
    if written.starts_with("https://") || written.starts_with("http://") {
        return Some(written.to_owned());
    }
    let path = picture_path(source, written)?;
    let from_root = format!("/{written}");
    find_picture(parts, &path)
        .or_else(|| find_picture(parts, &from_root))
        .map(|(url, _)| parts.config.href(&encode_path(url)))
}

/// Resolves a picture that front matter names against the file that names it.
pub fn picture_path(source: &SourcePath, written: &str) -> Option<String> {
    if written.starts_with('/') {
        return Some(written.to_owned());
    }
    source.resolve(written).map(|path| path.as_str().to_owned())
}

fn with_fragment(mut url: String, fragment: Option<&str>) -> String {
    if let Some(fragment) = fragment {
        url.push('#');
        url.push_str(&encode_path(fragment));
    }
    url
}

/// Writes a block by its template.
pub(super) fn write_block(
    snapshot: &Snapshot,
    entry: &Entry,
    block: &Block,
    medium: Medium,
    html: &mut String,
) -> Result<(), Diagnostic> {
    if block.name == EMAIL_ONLY || is_withheld(&snapshot.parts, block) {
        return Ok(());
    }
    let place = entry.place(block.position);
    let template = snapshot.theme.block_template(&block.name).map_err(|problem| problem.at(place.clone()))?;
    let mut problem = None;
    let body_html = splice(&snapshot.parts, &block.body, &[], &mut |hole, html| {
        if let HoleKind::Block(index) = hole.kind
            && let Some(inner) = entry.body.blocks.get(index as usize)
            && let Err(diagnostic) = write_block(snapshot, entry, inner, medium, html)
        {
            problem.get_or_insert(diagnostic);
        }
    });
    if let Some(problem) = problem {
        return Err(problem);
    }
    let view =
        block_view(&snapshot.parts, &entry.source, block, body_html).map_err(|problem| problem.at(place.clone()))?;
    if medium == Medium::Plain && block.name == blocks::CHART {
        html.push_str(&super::feed::chart(&view));
        return Ok(());
    }
    let mut context = Context::new();
    context.insert_value("site", snapshot.site.0.clone());
    context.insert("block", &view);
    let rendered = theme::render(&snapshot.engine, &template, &context, entry.source.as_str())
        .map_err(|problem| problem.with_related(place, format!("in the block `{}` here", block.name)))?;
    html.push_str(rendered.trim());
    Ok(())
}

/// Says whether a block shows a deal that is reported only by posts that are not published, which is no reason to
/// publish nothing: a post expires when nobody is looking. It may also stand in a file that could not be read.
pub(super) fn is_withheld(parts: &Parts, block: &Block) -> bool {
    let newsroom = &parts.newsroom;
    let id = block.argument.trim();
    block.name == "deal"
        && newsroom.ledger.find(id).is_none()
        && (newsroom.withheld_deals.contains(id) || newsroom.lacks_files())
}

/// Collects what a block says.
pub(super) fn block_view(
    parts: &Parts,
    source: &SourcePath,
    block: &Block,
    body_html: String,
) -> Result<view::Block, Diagnostic> {
    let deal = match block.name.as_str() {
        "deal" => Some(super::deals::named(parts, block.argument.trim())?),
        _ => None,
    };
    let mut data = block.fields(source, &mut |kind| Some(address(parts, &kind)));
    let argument = blocks::typeset(block, &mut data);
    let chart = match block.name.as_str() {
        "chart" => super::deals::chart_block(parts, block)?,
        _ => super::deals::Chart::default(),
    };
    Ok(view::Block {
        name: block.name.clone(),
        argument,
        data: serde_json::Value::Object(data),
        body_html,
        deal,
        chart_html: chart.svg,
        chart_title: chart.title,
        chart_deals: chart.rows,
    })
}
