//! The variables of a page, each with the digest of what it is made of, and made only when it is needed.
//!
//! A page whose key is known already needs none of them: whoever adds a variable gives a digest of
//! everything that the making reads, and the making waits until the template runs.

use serde::Serialize;
use tera::{Context, Value};

use super::views::Card;
use crate::fingerprint::{Fingerprint, FingerprintBuilder};
use crate::newsroom::PostId;
use crate::snapshot::Parts;
use crate::theme::Theme;

/// The variable that holds a page's structured data.
const STRUCTURED_DATA: &str = "structured_data";

/// The variables of a page.
#[derive(Default)]
pub struct Variables<'s> {
    entries: Vec<Variable<'s>>,
}

struct Variable<'s> {
    name: &'static str,
    fingerprint: Fingerprint,
    make: Box<dyn FnOnce() -> Value + 's>,
}

impl<'s> Variables<'s> {
    /// Adds a view that costs little to make.
    pub fn add<T: Serialize + 's>(&mut self, name: &'static str, view: T) {
        let fingerprint = Fingerprint::of(&view);
        self.add_later(name, fingerprint, move || Value::from_serializable(&view));
    }

    /// Adds a value that is made when it is needed; `fingerprint` is that of all it is made of.
    pub fn add_later(&mut self, name: &'static str, fingerprint: Fingerprint, make: impl FnOnce() -> Value + 's) {
        self.entries.push(Variable { name, fingerprint, make: Box::new(make) });
    }

    /// Adds a post, or nothing.
    pub fn add_card(&mut self, name: &'static str, parts: &'s Parts, post: Option<PostId>) {
        let card = post.and_then(|post| parts.cards.get(post as usize));
        let fingerprint = card.map(|card| card.fingerprint).unwrap_or_default();
        self.add_later(name, fingerprint, move || card.map_or_else(Value::none, |card| card.value(parts).clone()));
    }

    /// Adds a list of posts; their views are shared with all other lists.
    pub fn add_cards(&mut self, name: &'static str, parts: &'s Parts, posts: impl IntoIterator<Item = PostId>) {
        let cards: Vec<&Card> = posts.into_iter().map(|post| &*parts.cards[post as usize]).collect();
        let mut builder = FingerprintBuilder::default();
        cards.iter().for_each(|card| builder.add_fingerprint(card.fingerprint));
        self.add_later(name, builder.finish(), move || {
            Value::from(cards.into_iter().map(|card| card.value(parts).clone()).collect::<Vec<_>>())
        });
    }

    /// Adds the structured data of the page's head, which are made of the variables `of`.
    pub fn add_structured_data(&mut self, of: &[&str], write: impl FnOnce() -> String + 's) {
        let mut builder = FingerprintBuilder::default();
        for variable in self.entries.iter().filter(|variable| of.contains(&variable.name)) {
            builder.add_fingerprint(variable.fingerprint);
        }
        self.add_later(STRUCTURED_DATA, builder.finish(), move || Value::safe_string(&write()));
    }

    /// Lists the names of all variables.
    pub fn names(&self) -> impl Iterator<Item = &'static str> + '_ {
        self.entries.iter().map(|variable| variable.name)
    }

    /// Lists those variables that a template reads, each with its digest.
    pub fn read_by<'v>(
        &'v self,
        theme: &'v Theme,
        template: &'v str,
    ) -> impl Iterator<Item = (&'static str, Fingerprint)> + 'v {
        let wanted = theme.read_by(template);
        let read = self.entries.iter().filter(|variable| wanted.contains(variable.name));
        read.map(|variable| (variable.name, variable.fingerprint))
    }

    /// Makes the variables that a template reads, as its context.
    pub fn into_context(self, theme: &Theme, template: &str) -> Context {
        let mut context = Context::new();
        let wanted = theme.read_by(template);
        for Variable { name, make, .. } in self.entries {
            if wanted.contains(name) {
                context.insert_value(name, make());
            }
        }
        context
    }
}

/// A list of values with one more key each, built without copying the values.
pub fn map_value(entries: impl IntoIterator<Item = (&'static str, Value)>) -> Value {
    let map: tera::value::Map = entries.into_iter().map(|(key, value)| (tera::value::Key::from(key), value)).collect();
    Value::from(map)
}
