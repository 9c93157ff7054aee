//! Every link and picture of every text, looked at: does it lead somewhere?
//!
//! A broken link is worth a warning in a build, since archives have them; `check` makes it an error.

use std::collections::BTreeSet;

use rayon::prelude::*;

use super::{blocks as known_blocks, body, deals};
use crate::content::entry::Entry;
use crate::content::markdown::{Block, Fragment, Hole, HoleKind, is_of_theme, percent_decoded};
use crate::diagnostic::{Diagnostic, Place, SEARCHES, nearest};
use crate::newsroom::Target;
use crate::site::Route;
use crate::snapshot::Parts;
use crate::source::{SourcePath, within};
use crate::theme::Theme;

/// Codes of problems that `check` takes for errors and a build for warnings.
pub const BROKEN: &[&str] = &["broken-link", "missing-file", "missing-picture", "missing-anchor"];

/// What is wrong with a link or a block.
struct Problem<'p> {
    diagnostic: Diagnostic,
    /// What was meant by a broken link, if anybody looks.
    meant: Option<Meant<'p>>,
}

impl Problem<'_> {
    fn at(self, place: Place) -> Self {
        Self { diagnostic: self.diagnostic.at(place), ..self }
    }
}

impl From<Diagnostic> for Problem<'_> {
    fn from(diagnostic: Diagnostic) -> Self {
        Self { diagnostic, meant: None }
    }
}

/// Checks all texts that are published; blocks only if the theme is known that shows them.
pub fn check(parts: &Parts, theme: Option<&Theme>) -> Vec<Diagnostic> {
    let mut problems = problems(parts, theme);
    let mut broken: Vec<&mut Problem<'_>> = problems.iter_mut().filter(|problem| problem.meant.is_some()).collect();
    let searches = SEARCHES.min(broken.len());
    let (looked_up, others) = broken.split_at_mut(searches);
    looked_up.par_iter_mut().for_each(|problem| problem.help(|meant| meant.near(parts)));
    others.iter_mut().for_each(|problem| problem.help(|_| None));
    problems.into_iter().map(|problem| problem.diagnostic).collect()
}

fn problems<'p>(parts: &'p Parts, theme: Option<&'p Theme>) -> Vec<Problem<'p>> {
    let newsroom = &parts.newsroom;
    let entries: Vec<&Entry> = newsroom.entries().collect();
    let blocks: BTreeSet<&str> = theme.into_iter().flat_map(Theme::blocks).collect();
    let texts = entries.par_iter().flat_map_iter(|entry| check_entry(parts, theme, &blocks, entry));
    let pictures = newsroom.posts.par_iter().flat_map_iter(|article| {
        let image = article.post.image.as_ref()?;
        let entry = &article.post.entry;
        let external = image.src.starts_with("https://") || image.src.starts_with("http://");
        (!external && body::picture(parts, &entry.source, &image.src).is_none())
            .then(|| missing_picture(&entry.source, &image.src).at(entry.place(image.position)))
    });
    let mut problems: Vec<Problem<'_>> = texts.chain(pictures).collect();
    problems.extend(check_config(parts));
    problems
}

fn check_entry<'p>(
    parts: &'p Parts,
    theme: Option<&Theme>,
    blocks: &BTreeSet<&str>,
    entry: &'p Entry,
) -> Vec<Problem<'p>> {
    let mut found = Vec::new();
    check_fragment(parts, entry, &entry.summary.fragment, &mut found);
    check_fragment(parts, entry, &entry.body.content, &mut found);
    for block in &entry.body.blocks {
        check_fragment(parts, entry, &block.body, &mut found);
        if let Some(theme) = theme {
            if !blocks.contains(block.name.as_str())
                && let Err(problem) = theme.block_template(&block.name)
            {
                found.push(problem.at(entry.place(block.position)).into());
            }
            let problems = known_blocks::check(theme, block).into_iter().map(Problem::from);
            found.extend(problems.map(|problem| problem.at(entry.place(block.position))));
        }
        let problems = check_block(parts, block).into_iter();
        let problems = problems.chain(check_block_data(parts, entry, block).into_iter().map(Problem::from));
        found.extend(problems.map(|problem| problem.at(entry.place(block.position))));
    }
    found
}

/// Finds what a block draws from the ledger that is not there.
fn check_block<'p>(parts: &Parts, block: &'p Block) -> Option<Problem<'p>> {
    match block.name.as_str() {
        "deal" => {
            let id = block.argument.trim();
            if body::is_withheld(parts, block) {
                let is_withheld = parts.newsroom.withheld_deals.contains(id);
                return is_withheld.then(|| withheld_deal(id).into());
            }
            let is_known = parts.newsroom.ledger.find(id).is_some();
            (!is_known).then(|| Problem { diagnostic: deals::unknown_deal(id), meant: Some(Meant::Deal { id }) })
        }
        "chart" => deals::check_chart(parts, block).map(Problem::from),
        _ => None,
    }
}

fn withheld_deal(id: &str) -> Diagnostic {
    let message = format!("the deal `{id}` is reported only by posts that are not published");
    Diagnostic::warning("unpublished-deal", message)
        .with_help("nothing is shown here; publish one of them, or take the block out")
}

/// Finds addresses in the data of a block that lead nowhere.
fn check_block_data(parts: &Parts, entry: &Entry, block: &Block) -> Vec<Diagnostic> {
    let mut problems = Vec::new();
    block.fields(&entry.source, &mut |kind| {
        let hole = Hole { at: 0, position: block.position, kind };
        if let Some(mut problem) = check_hole(parts, &entry.source, &hole) {
            problem.help(|_| None);
            problems.push(problem.diagnostic);
        }
        None
    });
    problems
}

fn check_fragment<'p>(parts: &'p Parts, entry: &'p Entry, fragment: &'p Fragment, found: &mut Vec<Problem<'p>>) {
    for hole in &fragment.holes {
        if let Some(problem) = check_hole(parts, &entry.source, hole) {
            found.push(problem.at(entry.place(hole.position)));
        }
    }
}

/// Looks at a link or a picture of the file `from`.
fn check_hole<'p>(parts: &'p Parts, from: &'p SourcePath, hole: &'p Hole) -> Option<Problem<'p>> {
    match &hole.kind {
        HoleKind::ContentLink { path, fragment } => match body::content_target(parts, path) {
            None => Some(no_file(from, path)),
            Some(Target::Unread) => None,
            Some(Target::Unpublished) => {
                let message = format!("`{path}` is not published: it is a draft, of the future or expired");
                let help = "publish it, or take the link out";
                Some(Diagnostic::warning("broken-link", message).with_help(help).into())
            }
            Some(Target::Term(_)) if !parts.config.outputs.terms => {
                let message =
                    format!("`{path}` has no page: `outputs: {{terms: false}}` takes the pages of terms away");
                Some(Diagnostic::warning("broken-link", message).with_help("take the link out, or the switch").into())
            }
            Some(target) => check_anchor(parts, target, path, fragment.as_deref()?),
        },
        HoleKind::FileLink { path, written, .. } => {
            let known = parts.media.by_source(path).is_some() || leads_somewhere(parts, from, written);
            (!known).then(|| {
                Diagnostic::warning("missing-file", format!("there is no file `{path}`"))
                    .with_help("put the file there, or write the full address if it is elsewhere")
                    .into()
            })
        }
        HoleKind::SiteLink { url } => check_site_link(parts, url),
        HoleKind::Image { path, .. } => body::find_picture(parts, path).is_none().then(|| missing_picture(from, path)),
        HoleKind::Block(_) => None,
    }
}

fn check_site_link<'p>(parts: &'p Parts, url: &'p str) -> Option<Problem<'p>> {
    let path = url.split(['?', '#']).next().unwrap_or(url);
    let with_slash = format!("{}/", path.trim_end_matches('/'));
    match parts.plan.at_url(path).or_else(|| parts.plan.at_url(&with_slash)) {
        None if parts.newsroom.lacks_files() => None,
        None => Some(no_page(path)),
        Some(route) => check_anchor(parts, target_of(route)?, path, &percent_decoded(url.split_once('#')?.1)),
    }
}

/// Finds links of `masthead.yaml` that lead nowhere.
fn check_config(parts: &Parts) -> Vec<Problem<'_>> {
    let config = &parts.config;
    let links = config.navigation.iter().flatten().chain(&config.footer).chain(&config.profiles);
    let links = links.filter(|link| link.url.starts_with('/'));
    let mut problems: Vec<Problem<'_>> = links
        .filter_map(|link| {
            let problem = check_site_link(parts, &link.url)?;
            let help = match problem.meant.and_then(|meant| meant.near(parts)) {
                Some(near) => format!("did you mean `{near}`?"),
                None => "write the address of a page of this site, from its root on".to_owned(),
            };
            Some(Problem::from(problem.diagnostic.at(link.place.clone()).with_help(help)))
        })
        .collect();
    let file = SourcePath::new(crate::config::FILE_NAME);
    for (line, said) in config.signup.iter().map(super::site::privacy) {
        problems.extend(said.into_iter().map(Problem::from));
        for hole in line.holes {
            if let Some(mut problem) = check_hole(parts, &file, &hole) {
                problem.help(|_| None);
                problems.push(Problem::from(problem.diagnostic.at(hole.position.in_file(&file))));
            }
        }
    }
    problems
}

/// Says whether a relative link, taken as a browser takes it, meets a page of the site.
pub(super) fn leads_somewhere(parts: &Parts, from: &SourcePath, written: &str) -> bool {
    let target = parts.newsroom.by_source.get(from).copied();
    let Some(url) = target.and_then(|target| parts.newsroom.url_of(target)) else { return false };
    let path = written.split(['?', '#']).next().unwrap_or(written);
    let base = SourcePath::new(format!("{}index.html", url.trim_start_matches('/')));
    base.resolve(path).is_some_and(|resolved| {
        let url = format!("/{resolved}");
        parts.plan.at_url(&url).is_some() || parts.plan.at_url(&format!("{url}/")).is_some()
    })
}

/// Gives what shows its text at a route.
fn target_of(route: &Route) -> Option<Target> {
    match route {
        Route::Post(id) => Some(Target::Post(*id)),
        Route::Page(index) => Some(Target::Page(*index)),
        Route::Edition(index) => Some(Target::Edition(*index)),
        Route::Term(term, 1) => Some(Target::Term(*term)),
        _ => None,
    }
}

/// Says whether a page may have an anchor that its text does not: one of the theme, of a chart, or one that
/// browsers make themselves.
fn is_beside_text(fragment: &str) -> bool {
    matches!(fragment, "" | "top")
        || is_of_theme(fragment)
        || fragment.starts_with("chart-")
        || fragment.starts_with(":~:")
}

fn check_anchor<'p>(parts: &'p Parts, target: Target, path: &str, fragment: &str) -> Option<Problem<'p>> {
    let newsroom = &parts.newsroom;
    let anchors = match target {
        Target::Post(id) => &newsroom.post(id).post.entry.body.anchors,
        Target::Edition(index) => &newsroom.editions.get(index as usize)?.edition.entry.body.anchors,
        Target::Page(index) => &newsroom.pages.get(index as usize)?.entry.body.anchors,
        Target::Term(term) => &newsroom.profile_of(term)?.entry.body.anchors,
        Target::Section(_) | Target::Front | Target::Unpublished | Target::Unread => return None,
    };
    if anchors.iter().any(|anchor| anchor == fragment) || is_beside_text(fragment) {
        return None;
    }
    let message = format!("`{path}` has no heading or key point `#{fragment}`");
    let meant = Meant::Anchor { anchors, fragment: fragment.to_owned() };
    Some(Problem { diagnostic: Diagnostic::warning("missing-anchor", message), meant: Some(meant) })
}

fn no_page(path: &str) -> Problem<'_> {
    let message = format!("nothing stands at `{path}` on this site");
    Problem { diagnostic: Diagnostic::warning("broken-link", message), meant: Some(Meant::Page { path }) }
}

fn no_file<'p>(from: &'p SourcePath, path: &'p str) -> Problem<'p> {
    let message = format!("there is no file `{path}`");
    Problem { diagnostic: Diagnostic::warning("broken-link", message), meant: Some(Meant::File { from, path }) }
}

fn missing_picture<'p>(from: &'p SourcePath, path: &'p str) -> Problem<'p> {
    let message = format!("there is no picture `{path}`");
    Problem { diagnostic: Diagnostic::warning("missing-picture", message), meant: Some(Meant::Picture { from, path }) }
}

impl Problem<'_> {
    /// Says what to do about a broken link: `near` finds what was meant.
    fn help(&mut self, near: impl Fn(&Meant<'_>) -> Option<String>) {
        let Some(meant) = self.meant.take() else { return };
        let help = near(&meant).map_or_else(|| meant.general_help(), |near| format!("did you mean `{near}`?"));
        self.diagnostic.help.push(help);
    }
}

/// What a broken link may have meant.
enum Meant<'p> {
    /// A page of the site.
    Page { path: &'p str },
    /// A file of the content.
    File { from: &'p SourcePath, path: &'p str },
    /// A picture.
    Picture { from: &'p SourcePath, path: &'p str },
    /// A deal of the ledger.
    Deal { id: &'p str },
    /// A place in a text that is there.
    Anchor { anchors: &'p [String], fragment: String },
}

impl Meant<'_> {
    /// Finds what there is of a name that is alike, as a link writes it.
    fn near(&self, parts: &Parts) -> Option<String> {
        match self {
            Self::Page { path } => near_page(parts, path),
            Self::File { from, path } => near_file(parts, path).map(|near| way(from, near)),
            Self::Picture { from, path } => near_picture(parts, from, path),
            Self::Deal { id } => deals::near(parts, id).map(str::to_owned),
            Self::Anchor { anchors, fragment } => {
                nearest(fragment, anchors.iter().map(String::as_str)).map(|near| format!("#{near}"))
            }
        }
    }

    fn general_help(&self) -> String {
        match self {
            Self::Page { .. } => {
                "link to the file instead (`[text](../posts/name.md)`): its address is found for you".to_owned()
            }
            Self::File { .. } => {
                "link to a file by its path relative to this one, such as `../posts/name.md`".to_owned()
            }
            Self::Picture { .. } => "put the picture beside the text, or into `static/`".to_owned(),
            Self::Deal { .. } => deals::NAME_A_DEAL.to_owned(),
            Self::Anchor { anchors: [], .. } => {
                "it has no anchors; give one of its headings a name with `{#id}`".to_owned()
            }
            Self::Anchor { anchors, .. } => {
                format!("anchors there: {}", anchors.iter().take(8).cloned().collect::<Vec<_>>().join(", "))
            }
        }
    }
}

/// Finds a page whose address differs in letter case alone: there are too many pages to compare all letters of each.
fn near_page(parts: &Parts, path: &str) -> Option<String> {
    let wanted = path.trim_matches('/');
    parts.plan.iter().find_map(|(file, _)| {
        let page = file.as_str().strip_suffix("/index.html");
        let name = page.unwrap_or(file.as_str());
        name.eq_ignore_ascii_case(wanted).then(|| format!("/{name}{}", if page.is_some() { "/" } else { "" }))
    })
}

fn near_file<'p>(parts: &'p Parts, path: &str) -> Option<&'p SourcePath> {
    let inside = path.strip_prefix("@/").map(|rest| within(&parts.config.content_folder, rest));
    let wanted = inside.as_deref().unwrap_or(path);
    let name = path.rsplit('/').next().unwrap_or(path);
    let posts = || parts.newsroom.posts.iter().map(|article| &article.post.entry.source);
    let near =
        parts.newsroom.entries().map(|entry| &entry.source).find(|file| file.as_str().eq_ignore_ascii_case(wanted));
    near.or_else(|| {
        let near = nearest(name, posts().map(|file| file.file_name()))?;
        posts().find(|file| file.file_name() == near)
    })
}

fn near_picture(parts: &Parts, from: &SourcePath, path: &str) -> Option<String> {
    let name = path.rsplit('/').next().unwrap_or(path);
    let near = nearest(name, parts.media.iter().map(|(media, _)| media.source.file_name()))?;
    let (media, url) = parts.media.iter().find(|(media, _)| media.source.file_name() == near)?;
    let in_content = media.source.as_str().starts_with(&within(&parts.config.content_folder, ""));
    Some(if in_content { way(from, &media.source) } else { url.replace(' ', "%20") })
}

/// Gives the way from one file to another, as a link writes it.
fn way(from: &SourcePath, to: &SourcePath) -> String {
    let here: Vec<&str> = from.folder().split('/').filter(|part| !part.is_empty()).collect();
    let there: Vec<&str> = to.as_str().split('/').collect();
    let shared = here.iter().zip(&there).take_while(|(here, there)| here == there).count();
    let mut way = "../".repeat(here.len() - shared);
    way.push_str(&there[shared..].join("/"));
    way.replace(' ', "%20")
}
