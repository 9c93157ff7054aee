//! The registry: every company, person and model the publication names, each once.
//!
//! In go the profiles ([`Declared`]) and what the posts' front matter names ([`Named`]); out comes
//! the [`Registry`], in which all spellings of a name lead to one [`Entity`], and notes on what was
//! merged and what might be one and is not. Read [`fold`] first: it says when two spellings are one name.

mod build;
pub mod fold;
pub mod known;
mod twins;

use std::collections::{BTreeMap, HashMap};

use crate::config::Config;
use crate::diagnostic::{Diagnostic, Place};

/// The taxonomy that parties of deals belong to first.
pub const COMPANIES: &str = "companies";

/// An entity's number in its registry; in the order of taxonomy and slug.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EntityId(pub u32);

/// What a profile says of the entity it is about.
#[derive(Clone, Debug)]
pub struct Declared {
    /// The taxonomy, such as `companies`.
    pub taxonomy: String,
    /// The name as it is shown.
    pub name: String,
    /// The slug, from the file's name or the front matter.
    pub slug: String,
    /// Other names.
    pub aliases: Vec<String>,
    /// Whether the name is an ordinary word as well.
    pub ambiguous: bool,
    /// Names or words whose presence in a post makes an ambiguous name believed; also the company
    /// of a person, whose presence lets the surname stand alone.
    pub supported_by: Vec<String>,
    /// The name of the entity it belongs to.
    pub parent: Option<String>,
    /// Where the profile stands.
    pub place: Place,
}

/// One name in one post's front matter.
#[derive(Clone, Copy, Debug)]
pub struct Named<'a> {
    /// The taxonomy, such as `companies`.
    pub taxonomy: &'a str,
    /// The name as the author wrote it.
    pub name: &'a str,
    /// The post's number.
    pub post: u32,
}

/// A spelling that posts use, with how often.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spelling {
    /// The name as written.
    pub text: String,
    /// In how many places of front matter it stands.
    pub count: u32,
}

/// A company, person, model or other term.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entity {
    /// The taxonomy.
    pub taxonomy: String,
    /// The part of the URL that stands for it; unique in its taxonomy.
    pub slug: String,
    /// The name as it is shown.
    pub name: String,
    /// The other names its profile gives.
    pub aliases: Vec<String>,
    /// The spellings that posts use, commonest first.
    pub spellings: Vec<Spelling>,
    /// The posts whose front matter names it, in their order, each once.
    pub posts: Vec<u32>,
    /// Slugs of other spellings, which must redirect to the entity's page; sorted.
    pub old_slugs: Vec<String>,
    /// Which profile it has, as an index into what was declared.
    pub profile: Option<u32>,
    /// Whether its profile says that the name is an ordinary word as well.
    pub ambiguous: bool,
    /// Entities whose presence supports an ambiguous name.
    pub supported_by: Vec<EntityId>,
    /// Supporting words that are no entity here.
    pub supporting_words: Vec<String>,
    /// The entity it belongs to, if that is one here.
    pub parent: Option<EntityId>,
}

/// All entities, and the way from a name to its entity.
#[derive(Clone, Debug, Default)]
pub struct Registry {
    entities: Vec<Entity>,
    /// Per taxonomy, from folded name to entity. Only ever asked, never walked.
    by_fold: BTreeMap<String, HashMap<String, EntityId>>,
}

impl Registry {
    /// Collects the entities of profiles and front matter, with what is to be said about them.
    ///
    /// `place_of` finds where `named[index]` stands. It is asked only for names that a diagnostic
    /// mentions, because a place in front matter has to be searched for.
    pub fn build(
        declared: &[Declared],
        named: &[Named<'_>],
        place_of: &dyn Fn(usize) -> Option<Place>,
    ) -> (Self, Vec<Diagnostic>) {
        build::build(declared, named, place_of)
    }

    /// Lists the entities, by taxonomy and slug; an [`EntityId`] is an index into it.
    pub fn entities(&self) -> &[Entity] {
        &self.entities
    }

    /// Lists the numbers of all entities, by taxonomy and slug.
    pub fn ids(&self) -> impl Iterator<Item = EntityId> + use<> {
        (0..self.entities.len() as u32).map(EntityId)
    }

    /// Gives an entity by its number.
    ///
    /// # Panics
    /// The number is of another registry and out of range.
    pub fn get(&self, id: EntityId) -> &Entity {
        &self.entities[id.0 as usize]
    }

    /// Finds the entity that a name stands for, in any of its spellings.
    pub fn resolve(&self, taxonomy: &str, name: &str) -> Option<EntityId> {
        self.by_fold.get(taxonomy)?.get(&fold::fold(name)).copied()
    }

    /// Finds who a name stands for: a company, or else an entity of another kind. A tag of that name is nobody.
    pub fn resolve_entity(&self, config: &Config, name: &str) -> Option<EntityId> {
        let folded = fold::fold(name);
        let is_entity = |taxonomy: &str| config.taxonomy(taxonomy).is_some_and(|taxonomy| taxonomy.entity);
        let mut others = self.by_fold.iter().filter(|(taxonomy, _)| is_entity(taxonomy));
        self.resolve(COMPANIES, name).or_else(|| others.find_map(|(_, folds)| folds.get(&folded).copied()))
    }

    /// Finds the entity that a name stands for in any taxonomy, first by the taxonomies' names.
    pub fn resolve_anywhere(&self, name: &str) -> Option<EntityId> {
        let folded = fold::fold(name);
        self.by_fold.values().find_map(|folds| folds.get(&folded).copied())
    }
}

#[cfg(test)]
mod tests;
