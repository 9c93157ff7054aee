//! Functions that templates call: they ask the site that is being rendered.

use std::sync::Arc;

use tera::{Error, Kwargs, State, Tera, TeraResult, Value};

use super::deals;
use crate::newsroom::PostId;
use crate::snapshot::Parts;
use crate::theme::functions::register as add;

/// Gives the functions of one site to an engine.
pub fn register(tera: &mut Tera, parts: &Arc<Parts>) {
    let site = parts.clone();
    add(tera, "url", move |kwargs: Kwargs, _: &State| -> TeraResult<String> {
        Ok(site.config.href(kwargs.must_get::<&str>("path")?))
    });
    let site = parts.clone();
    add(tera, "asset", move |kwargs: Kwargs, _: &State| asset(&site, kwargs.must_get::<&str>("path")?));
    let site = parts.clone();
    add(tera, "posts", move |kwargs: Kwargs, _: &State| posts(&site, &kwargs));
    let site = parts.clone();
    add(tera, "deals", move |kwargs: Kwargs, _: &State| deals::query(&site, &kwargs));
}

/// Finds a file of the theme or of `static/` by its name there.
fn asset(parts: &Parts, name: &str) -> TeraResult<String> {
    let name = name.trim_start_matches('/');
    if let Some(asset) = parts.assets.get(name) {
        return Ok(parts.config.href(&asset.url));
    }
    let url = format!("/{name}");
    match parts.media.by_url(&url) {
        Some(_) => Ok(parts.config.href(&crate::site::encode_path(&url))),
        None => Err(Error::message(format!("there is no file `static/{name}`"))),
    }
}

/// Finds posts: `posts(tag="cloud", section="posts", limit=5)`, where a key is the name of a taxonomy,
/// in its plural or its singular.
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
            Some(before) => before.into_iter().filter(|id| found.contains(id)).collect(),
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
