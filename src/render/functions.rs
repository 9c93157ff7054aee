//! Functions that templates call: they ask the site that is being rendered.

use std::sync::Arc;

use tera::{Error, Kwargs, State, Tera, TeraResult, Value};

use super::deals;
use crate::diagnostic::nearest;
use crate::newsroom::PostId;
use crate::snapshot::Parts;
use crate::theme::assets::STYLESHEET;
use crate::theme::built_in;
use crate::theme::functions::{only, register as add, text};

/// Gives the functions of one site to an engine.
pub fn register(tera: &mut Tera, parts: &Arc<Parts>) {
    let site = parts.clone();
    add(tera, "url", move |kwargs: Kwargs, _: &State| -> TeraResult<String> {
        only(&kwargs, "url", &["path"])?;
        let path = text(&kwargs, "url", "path")?;
        if !path.starts_with('/') || path.starts_with("//") {
            return Err(Error::message(format!(
                "`url` wants a path from the site's root on, `/deals/`, and got `{path}`"
            )));
        }
        Ok(site.config.href(path))
    });
    let site = parts.clone();
    add(tera, "asset", move |kwargs: Kwargs, _: &State| {
        only(&kwargs, "asset", &["path"])?;
        asset(&site, text(&kwargs, "asset", "path")?)
    });
    let site = parts.clone();
    add(tera, "posts", move |kwargs: Kwargs, _: &State| posts(&site, &kwargs));
    let site = parts.clone();
    add(tera, "deals", move |kwargs: Kwargs, _: &State| deals::query(&site, &kwargs));
}

/// Finds a file of the theme or of `static/` by its name there.
fn asset(parts: &Parts, name: &str) -> TeraResult<String> {
    let name = name.trim_start_matches('/');
    match find_asset(parts, name) {
        Some(url) => Ok(url),
        None if name.starts_with("css/") && built_in::has_static(name) => Err(Error::message(format!(
            "`{name}` is a part of `{STYLESHEET}`, which every page has, and no file of its own; a stylesheet of \
                 another name is one"
        ))),
        None => {
            let known = parts.assets.iter().map(|(name, _)| name);
            let urls = parts.media.iter().map(|(_, url)| url.trim_start_matches('/'));
            let near = nearest(name, known.chain(urls)).map(|near| format!("; did you mean `{near}`?"));
            Err(Error::message(format!("there is no file `static/{name}`{}", near.unwrap_or_default())))
        }
    }
}

/// Gives the address of a file of the theme or of `static/`, if there is one.
pub(super) fn find_asset(parts: &Parts, name: &str) -> Option<String> {
    let name = name.trim_start_matches('/');
    if let Some(asset) = parts.assets.get(name) {
        return Some(parts.config.href(&asset.url));
    }
    let url = format!("/{name}");
    parts.media.by_url(&url).map(|_| parts.config.href(&crate::site::encode_path(&url)))
}

/// Finds posts: `posts(tag="cloud", section="posts", limit=5)`, where a key is the name of a taxonomy,
/// in its plural or its singular. Lists of posts go by number.
fn posts(parts: &Parts, kwargs: &Kwargs) -> TeraResult<Value> {
    let limit = kwargs.get::<u64>("limit")?.unwrap_or(u64::MAX);
    let mut wanted: Option<Vec<PostId>> = None;
    for (key, value) in kwargs.iter() {
        let key = key.as_str().unwrap_or_default();
        if key == "limit" {
            continue;
        }
        let text = value.as_str().ok_or_else(|| Error::message(format!("`{key}` takes a name in quotes")))?;
        let found: Vec<PostId> = if key == "section" {
            parts
                .newsroom
                .sections
                .iter()
                .find(|section| section.name == text)
                .map(|section| section.posts.clone())
                .unwrap_or_default()
        } else {
            let taxonomy =
                parts.config.taxonomies.iter().find(|taxonomy| taxonomy.name == key || taxonomy.singular == key);
            let taxonomy = taxonomy.ok_or_else(|| Error::message(format!("there is no taxonomy `{key}`")))?;
            let term = parts.newsroom.registry.resolve(&taxonomy.name, text);
            term.map(|term| parts.newsroom.posts_of(term).to_vec()).unwrap_or_default()
        };
        wanted = Some(match wanted {
            Some(before) => before.into_iter().filter(|id| found.binary_search(id).is_ok()).collect(),
            None => found,
        });
    }
    let all = || (0..parts.newsroom.posts.len() as PostId).collect();
    let ids = wanted.unwrap_or_else(all);
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    Ok(ids
        .into_iter()
        .take(limit)
        .map(|id| parts.cards[id as usize].value(parts).clone())
        .collect::<Vec<Value>>()
        .into())
}
