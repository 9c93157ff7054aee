//! What assembling a newsroom may keep from one time to the next: it saves work and changes nothing.
//!
//! Everything is kept under the digest of what it was made from, so there is nothing to invalidate.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rayon::prelude::*;

use super::assemble::first_links;
use super::entities::{EntityId, Registry};
use super::mentions::{Finder, Line, Piece, Searched};
use super::related::{self, Neighbours, TermVector};
use super::{Article, EntityLink};
use crate::config::Config;
use crate::content::markdown::{Fragment, ProseKind};
use crate::content::post::Post;
use crate::fingerprint::{Fingerprint, FingerprintBuilder};
use crate::texts::Texts;

/// What related news reads of a post.
#[derive(Clone, Debug, Default, bitcode::Encode, bitcode::Decode)]
pub struct Digest {
    /// Its terms.
    pub terms: TermVector,
}

/// The names that stand in a post's text.
#[derive(Clone, Debug, Default)]
pub struct Names {
    /// Each entity, how often it is named, and whether title or summary name it.
    pub entities: Vec<(EntityId, u32, bool)>,
    /// The first mentions that may become links.
    pub links: Vec<EntityLink>,
}

/// What is kept.
#[derive(Default)]
pub struct Memory {
    digests: HashMap<Fingerprint, Arc<Digest>>,
    names: HashMap<Fingerprint, Arc<Names>>,
    /// The registry that `names` speak of.
    registry: Fingerprint,
    /// What finds the names of that registry, once something was searched.
    finder: Option<Arc<Finder>>,
    neighbours: Option<Arc<Neighbours>>,
    /// Readers that nobody is using: each has learnt the words of the language, and goes on with them.
    readers: Mutex<Vec<related::Reader>>,
}

/// Posts that one reader takes at a time.
const BATCH: usize = 64;

impl Memory {
    /// Makes the digests of all posts, anew only where a post has changed.
    pub(super) fn digest(&mut self, config: &Config, posts: &[Article], texts: &Texts) {
        let known = std::mem::take(&mut self.digests);
        let read = |article: &Article, reader: &mut Option<related::Reader>| {
            let post = &article.post;
            known.get(&post.entry.fingerprint).cloned().unwrap_or_else(|| {
                let reader = reader.get_or_insert_with(|| self.readers().pop().unwrap_or_default());
                Arc::new(digest(config, &texts.full(post), reader))
            })
        };
        let digests: Vec<Arc<Digest>> = posts
            .par_chunks(BATCH)
            .flat_map_iter(|batch| {
                let mut reader = None;
                let digests: Vec<_> = batch.iter().map(|article| read(article, &mut reader)).collect();
                self.readers().extend(reader);
                digests
            })
            .collect();
        self.digests = posts.iter().map(|article| article.post.entry.fingerprint).zip(digests).collect();
    }

    /// Gives the digests of posts that were made before.
    pub(super) fn digests_of(&self, posts: &[Article]) -> Vec<Arc<Digest>> {
        let digest = |article: &Article| self.digests.get(&article.post.entry.fingerprint).cloned();
        posts.par_iter().map(|article| digest(article).unwrap_or_default()).collect()
    }

    fn readers(&self) -> MutexGuard<'_, Vec<related::Reader>> {
        self.readers.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Gives the names in all posts, searched anew where a post or the registry has changed.
    pub(super) fn findings(
        &mut self,
        registry: &Registry,
        searched: &[Searched<'_>],
        posts: &[Article],
        texts: &Texts,
    ) -> Vec<Arc<Names>> {
        let fingerprint = fingerprint(registry);
        let known = if fingerprint == self.registry { std::mem::take(&mut self.names) } else { HashMap::new() };
        if fingerprint != self.registry {
            self.finder = None;
        }
        let missing = posts.iter().any(|article| !known.contains_key(&article.post.entry.fingerprint));
        if missing && self.finder.is_none() {
            self.finder = Some(Arc::new(Finder::build(registry, searched)));
        }
        let finder = self.finder.as_deref();
        let names: Vec<Arc<Names>> = posts
            .par_iter()
            .map(|article| match (known.get(&article.post.entry.fingerprint), finder) {
                (Some(names), _) => names.clone(),
                (None, Some(finder)) => Arc::new(search(finder, &texts.full(&article.post), &article.terms)),
                (None, None) => Arc::default(),
            })
            .collect();
        self.names = posts.iter().map(|article| article.post.entry.fingerprint).zip(names.iter().cloned()).collect();
        self.registry = fingerprint;
        names
    }

    /// Gives what finds the names in texts, if anything was searched.
    pub(super) fn finder(&self) -> Option<Arc<Finder>> {
        self.finder.clone()
    }

    /// Finds the related posts of all, made anew only where something has changed.
    pub(super) fn relate(&mut self, cards: Vec<related::Card<'_>>, limit: usize) -> Vec<Vec<related::Related>> {
        let index = related::Index::build(cards);
        let neighbours = match &self.neighbours {
            Some(before) => before.update(&index),
            None => Neighbours::find(&index),
        };
        let lists = index.all(&neighbours, limit);
        self.neighbours = Some(Arc::new(neighbours));
        lists
    }
}

/// What is kept of all posts together, in the form of the cache.
#[derive(Default, bitcode::Encode, bitcode::Decode)]
pub struct SavedMemory {
    registry: Fingerprint,
    neighbours: Option<Arc<Neighbours>>,
}

/// What is kept of one post, in the form of the cache.
#[derive(Default, bitcode::Encode, bitcode::Decode)]
pub struct SavedNotes {
    digest: Option<Arc<Digest>>,
    names: Option<SavedNames>,
}

#[derive(Default, bitcode::Encode, bitcode::Decode)]
struct SavedNames {
    entities: Vec<(u32, u32, bool)>,
    links: Vec<(u32, u32, u32)>,
}

impl Memory {
    /// Gives what is kept of all posts together.
    pub fn save(&self) -> SavedMemory {
        SavedMemory { registry: self.registry, neighbours: self.neighbours.clone() }
    }

    /// Gives what is kept of the post of that digest.
    pub fn save_notes(&self, post: Fingerprint) -> SavedNotes {
        SavedNotes {
            digest: self.digests.get(&post).cloned(),
            names: self.names.get(&post).map(|names| SavedNames::save(names)),
        }
    }

    /// Gives the digest of what the notes of all posts depend on besides the posts.
    pub fn registry(&self) -> Fingerprint {
        self.registry
    }

    /// Takes back what was kept.
    pub fn restore(saved: SavedMemory, notes: impl IntoIterator<Item = (Fingerprint, SavedNotes)>) -> Self {
        let mut memory = Self { registry: saved.registry, neighbours: saved.neighbours, ..Self::default() };
        for (post, SavedNotes { digest, names }) in notes {
            memory.digests.extend(digest.map(|digest| (post, digest)));
            memory.names.extend(names.map(|names| (post, Arc::new(names.restore()))));
        }
        memory
    }
}

impl SavedNames {
    fn save(names: &Names) -> Self {
        Self {
            entities: names.entities.iter().map(|(entity, count, prominent)| (entity.0, *count, *prominent)).collect(),
            links: names.links.iter().map(|link| (link.entity.0, link.start, link.end)).collect(),
        }
    }

    fn restore(self) -> Names {
        Names {
            entities: self
                .entities
                .into_iter()
                .map(|(entity, count, prominent)| (EntityId(entity), count, prominent))
                .collect(),
            links: self
                .links
                .into_iter()
                .map(|(entity, start, end)| EntityLink { entity: EntityId(entity), start, end })
                .collect(),
        }
    }
}

fn digest(config: &Config, post: &Post, reader: &mut related::Reader) -> Digest {
    let body = &post.entry.body;
    let html = &body.content.html;
    let text: Vec<&str> = body
        .content
        .prose
        .iter()
        .filter(|prose| prose.kind != ProseKind::Heading)
        .filter_map(|prose| html.get(prose.start as usize..prose.end as usize))
        .collect();
    let headings: Vec<&str> = body.headings.iter().map(|heading| heading.text.as_str()).collect();
    let is_entity = |taxonomy: &str| config.taxonomy(taxonomy).is_some_and(|taxonomy| taxonomy.entity);
    let mut tags = Vec::new();
    let mut entities = Vec::new();
    for terms in post.terms.iter().filter(|terms| terms.taxonomy != crate::config::AUTHORS) {
        for (name, _) in &terms.names {
            if is_entity(&terms.taxonomy) {
                entities.push(name.as_str());
            } else {
                tags.push((terms.taxonomy.as_str(), name.as_str()));
            }
        }
    }
    let urls: Vec<&str> = body.external_links.iter().map(|link| link.url.as_str()).collect();
    let document = related::Document {
        language: post.language.as_deref().unwrap_or(&config.language),
        title: &post.entry.title,
        summary: &post.entry.summary.text,
        headings: &headings,
        text: &text,
        tags: &tags,
        entities: &entities,
        urls: &urls,
    };
    Digest { terms: TermVector::read(&document, reader) }
}

/// Finds the names in one post.
pub(super) fn search(finder: &Finder, post: &Post, named: &[EntityId]) -> Names {
    let entry = &post.entry;
    let fragment = &entry.body.content;
    let piece = |text| Piece { text, line: Line::Prose, opens_block: true, linkable: false };
    let mut pieces =
        vec![Piece { line: Line::Heading, ..piece(entry.title.as_str()) }, piece(entry.summary.text.as_str())];
    let own = pieces.len() as u32;
    let mut starts = vec![None; pieces.len()];
    for prose in &fragment.prose {
        let Some(text) = fragment.html.get(prose.start as usize..prose.end as usize) else { continue };
        let heading = prose.kind == ProseKind::Heading;
        pieces.push(Piece {
            text,
            line: if heading { Line::Heading } else { Line::Prose },
            opens_block: opens_block(fragment, prose.start as usize),
            linkable: prose.kind == ProseKind::Text,
        });
        starts.push(Some(prose.start));
    }
    let found = finder.find(&pieces, named);
    let prominent = |entity| found.mentions.iter().any(|mention| mention.entity == entity && mention.piece < own);
    Names {
        entities: found
            .entities
            .iter()
            .filter(|entity| entity.in_text > 0)
            .map(|entity| (entity.entity, entity.in_text, prominent(entity.entity)))
            .collect(),
        links: first_links(&found.mentions, &found.entities, &starts),
    }
}

/// Says whether text at an offset is the first of its paragraph, item or cell: only tags that mark
/// up words stand between it and the text before.
fn opens_block(fragment: &Fragment, start: usize) -> bool {
    let mut before = fragment.html.get(..start).unwrap_or_default();
    loop {
        let Some(open) = before.strip_suffix('>').and_then(|_| before.rfind('<')) else { return before.is_empty() };
        let tag = before[open + 1..].trim_start_matches('/');
        let name = tag.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
        if !matches!(
            name,
            "a" | "abbr" | "code" | "del" | "em" | "i" | "b" | "mark" | "small" | "span" | "strong" | "sub" | "sup"
        ) {
            return true;
        }
        before = &before[..open];
    }
}

/// Gives the digest of all that a search for names depends on.
fn fingerprint(registry: &Registry) -> Fingerprint {
    let mut builder = FingerprintBuilder::default();
    for entity in registry.entities() {
        builder.add_bytes(entity.taxonomy.as_bytes());
        builder.add_bytes(entity.slug.as_bytes());
        builder.add_bytes(entity.name.as_bytes());
        builder.add_bytes(&[u8::from(entity.ambiguous), u8::from(entity.profile.is_some())]);
        for alias in &entity.aliases {
            builder.add_bytes(alias.as_bytes());
        }
        for spelling in &entity.spellings {
            builder.add_bytes(spelling.text.as_bytes());
        }
        // A parent supports a name as well.
        for support in entity.supported_by.iter().chain(&entity.parent) {
            builder.add_bytes(&support.0.to_le_bytes());
        }
        for word in &entity.supporting_words {
            builder.add_bytes(word.as_bytes());
        }
    }
    builder.finish()
}
