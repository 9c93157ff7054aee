//! A site at one moment: everything that rendering reads, immutable.
//!
//! Made of [`Sources`] by [`Snapshot::build`]; shared by threads; thrown away when something changes
//! and made anew, which is cheap because [`Memory`] keeps what was expensive.

use std::sync::Arc;

use tera::Value;

use crate::config::Config;
use crate::content::document::Document;
use crate::content::markdown::percent_decoded;
use crate::content::post::Post;
use crate::diagnostic::{self, Diagnostic};
use crate::fingerprint::Fingerprint;
use crate::load::{ReadMedia, Sources};
use crate::newsroom::assemble::{assemble, relate, with_text};
use crate::newsroom::memory::Memory;
use crate::newsroom::related::Related;
use crate::newsroom::timeline::{Admission, arrange};
use crate::newsroom::{Newsroom, Target};
use crate::render::asked::{Asked, asked};
use crate::render::functions;
use crate::render::views::Card;
use crate::site::{Media, MediaLibrary, Plan, plan, view};
use crate::source::SourceFile;
use crate::texts::Texts;
use crate::theme::assets::Assets;
use crate::theme::shape::Shapes;
use crate::theme::{Engine, STATIC_FOLDER, Theme};

/// The code of the error that a site would be empty.
pub const NOTHING_TO_PUBLISH: &str = "nothing-to-publish";

/// What a site consists of, before anything is rendered.
#[derive(Clone)]
pub struct Parts {
    /// The configuration.
    pub config: Arc<Config>,
    /// What the publication knows.
    pub newsroom: Newsroom,
    /// The posts that belong beside each post, best first.
    pub related: Arc<Vec<Vec<Related>>>,
    /// Every path of the output.
    pub plan: Arc<Plan>,
    /// Pictures and other files.
    pub media: Arc<MediaLibrary>,
    /// Stylesheets and scripts.
    pub assets: Arc<Assets>,
    /// Posts as lists show them, by number.
    pub cards: Vec<Arc<Card>>,
    /// The texts that the cache left out.
    pub texts: Arc<Texts>,
}

/// A site, ready to be rendered.
pub struct Snapshot {
    /// What it consists of.
    pub parts: Arc<Parts>,
    /// What templates read.
    pub theme: Arc<Theme>,
    /// The template engine with the functions of this site.
    pub engine: Engine,
    /// The variable `site`, with its digest.
    pub site: (Value, Fingerprint),
    /// What templates depend on besides variables: what functions may answer them.
    asked: Asked,
    /// The digest of what all pages depend on besides variables: templates, assets, this program.
    pub base: Fingerprint,
    /// The digest of the configuration, which all pages depend on too.
    pub settings: Fingerprint,
}

impl Snapshot {
    /// Joins sources into a site.
    ///
    /// Without a site, at least one diagnostic is an error; with one, there may be errors as well,
    /// and then it must not be published.
    pub fn build(sources: &Sources, admission: &Admission, memory: &mut Memory) -> (Option<Self>, Vec<Diagnostic>) {
        let config = sources.config.clone();
        let mut diagnostics = Vec::new();
        let documents: Vec<&Document> = sources.documents.values().filter_map(|read| read.document.as_ref()).collect();
        let unread = sources.documents.iter().filter(|(_, read)| read.document.is_none());
        let unread = unread.filter(|(_, read)| read.diagnostics.iter().any(Diagnostic::is_error));
        let unread = unread.map(|(path, _)| path.clone()).collect();
        let user: Vec<SourceFile> = sources.templates.values().map(|read| read.file.clone()).collect();
        let accent = config.accent.as_ref().map(|accent| accent.rule()).unwrap_or_default();
        let ((newsroom, said), ((assets, of_assets), (theme, of_theme))) = rayon::join(
            || assemble(&config, &documents, unread, admission, &sources.texts, memory),
            || {
                let is_there = |path: &str| is_static(sources, path);
                (Assets::build(&sources.theme_texts(), &accent, &is_there), compile(&user))
            },
        );
        diagnostics.extend(said);
        if newsroom.posts.is_empty()
            && newsroom.pages.is_empty()
            && newsroom.editions.is_empty()
            && !diagnostics.iter().chain(&sources.diagnostics()).any(Diagnostic::is_error)
        {
            diagnostics.push(nothing_to_publish(sources, &documents, admission));
        }
        diagnostics.extend(of_assets);
        // What is wrong with the texts is said all the same.
        diagnostics.extend(of_theme);
        let ((related, of_related), (media, (plan, of_plan), cards)) = rayon::join(
            || relate(&config, &newsroom, memory),
            || {
                let media = library(sources, &config, &newsroom);
                let plan = plan(&config, &newsroom, &media, &assets);
                (media, plan, Card::all(&config, &newsroom))
            },
        );
        diagnostics.extend(of_related);
        diagnostics.extend(of_plan);
        let parts = Arc::new(Parts {
            config,
            newsroom,
            related: Arc::new(related),
            plan: Arc::new(plan),
            media: Arc::new(media),
            assets: Arc::new(assets),
            cards,
            texts: sources.texts.clone(),
        });
        diagnostics.extend(crate::render::links::check(&parts, theme.as_ref()));
        diagnostics.extend(crate::theme::misnamed(&user));
        diagnostic::sort(&mut diagnostics);
        let Some(theme) = theme else { return (None, diagnostics) };
        let base = base(&parts, &theme);
        let engine = theme.engine(|tera| functions::register(tera, &parts));
        let site = crate::render::site::variable(&parts);
        let settings = Fingerprint::of(&*parts.config);
        let asked = asked(&theme, &parts);
        (Some(Self { parts, theme: Arc::new(theme), engine, site, asked, base, settings }), diagnostics)
    }

    /// Lists what a template depends on beside its variables: what functions may answer it.
    pub fn asked_by(&self, template: &str) -> &[(&'static str, Fingerprint)] {
        self.asked.get(template).map_or(&[], Vec::as_slice)
    }

    /// Gives a site with other templates, for the moment until all is joined anew.
    ///
    /// `None` if they do not compile.
    pub fn with_templates(&self, user: &[SourceFile]) -> Option<Self> {
        let parts = self.parts.clone();
        let theme = compile(user).0?;
        let base = base(&parts, &theme);
        let engine = theme.engine(|tera| functions::register(tera, &parts));
        let asked = asked(&theme, &parts);
        let site = self.site.clone();
        Some(Self { parts, theme: Arc::new(theme), engine, site, asked, base, settings: self.settings })
    }

    /// Gives a site in which a post has another text, for the moment until all is joined anew.
    ///
    /// `None` where that would not do; see [`with_text()`].
    pub fn with_text(&self, post: &Arc<Post>) -> Option<Self> {
        let mut parts = Parts::clone(&self.parts);
        parts.newsroom = with_text(&parts.config, &parts.newsroom, post)?;
        let Some(Target::Post(id)) = parts.newsroom.by_source.get(&post.entry.source) else { return None };
        let card = Card::of(&parts.config, &parts.newsroom, *id);
        *parts.cards.get_mut(*id as usize)? = Arc::new(card);
        let parts = Arc::new(parts);
        let engine = self.theme.engine(|tera| functions::register(tera, &parts));
        let site = crate::render::site::variable(&parts);
        let asked = asked(&self.theme, &parts);
        Some(Self { parts, theme: self.theme.clone(), engine, site, asked, base: self.base, settings: self.settings })
    }
}

/// Compiles templates, and holds those of the user against what pages hold.
///
/// Without a theme, at least one diagnostic is an error.
fn compile(user: &[SourceFile]) -> (Option<Theme>, Vec<Diagnostic>) {
    match Theme::compile(user) {
        Ok(theme) if user.is_empty() => (Some(theme), vec![]),
        Ok(theme) => {
            let slips = theme.slips(&Shapes::new(view::contract()));
            let is_sound = !slips.iter().any(Diagnostic::is_error);
            (is_sound.then_some(theme), slips)
        }
        Err(problems) => (None, problems),
    }
}

/// Gives the digest of everything that is not a variable.
fn base(parts: &Parts, theme: &Theme) -> Fingerprint {
    Fingerprint::of(&(
        crate::BUILD_ID,
        theme.fingerprint().0.to_string(),
        parts.assets.iter().map(|(_, asset)| asset.url.as_str()).collect::<Vec<_>>(),
    ))
}

fn library(sources: &Sources, config: &Config, newsroom: &Newsroom) -> MediaLibrary {
    let list = |read: &std::collections::BTreeMap<_, Arc<ReadMedia>>| -> Vec<Media> {
        read.values().map(|read| read.media.clone()).collect()
    };
    let mut statics = list(&sources.static_media);
    // A stylesheet or script that takes the place of the theme's is served with the theme.
    statics.retain(|media| {
        let name = media.source.as_str().strip_prefix(STATIC_FOLDER).unwrap_or_default().trim_start_matches('/');
        !((name.starts_with("css/") || name.starts_with("js/")) && crate::theme::built_in::has_static(name))
    });
    MediaLibrary::file(list(&sources.content_media), statics, &config.content_folder, STATIC_FOLDER, newsroom)
}

/// Says whether a stylesheet or script may name this file of the site.
fn is_static(sources: &Sources, path: &str) -> bool {
    let path = percent_decoded(path);
    sources.static_media.contains_key(format!("{STATIC_FOLDER}/{path}").as_str())
        || (!path.starts_with("css/") && crate::theme::built_in::has_static(&path))
        // Where the files beside texts are published is not known yet; that there is one of the name is.
        || sources.content_media.keys().any(|file| path.rsplit('/').next() == Some(file.file_name()))
}

fn nothing_to_publish(sources: &Sources, documents: &[&Document], admission: &Admission) -> Diagnostic {
    let folder = &sources.config.content_folder;
    let (message, help) = if sources.documents.is_empty() {
        (
            format!("there is no Markdown file in `{folder}`"),
            format!(
                "write a post such as `{folder}/posts/2024-08-01-a-deal.md`, or run `masthead new post \"A deal\"`"
            ),
        )
    } else {
        let all = Admission { drafts: true, future: true, ..*admission };
        let then = arrange(documents.iter().copied(), &all);
        let help = if then.posts.is_empty() && then.pages.is_empty() && then.editions.is_empty() {
            "write a post, a page or an edition: what has expired, and what lies in `_drafts`, is never shown"
        } else {
            "they are drafts or of the future: `serve` shows them, and `build`, `check` and `email` with `--drafts` \
             and `--future`"
        };
        (format!("none of the {} files in `{folder}` is to be published", sources.documents.len()), help.to_owned())
    };
    Diagnostic::error(NOTHING_TO_PUBLISH, message).with_help(help)
}
