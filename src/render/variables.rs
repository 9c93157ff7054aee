//! The variables of a page, each with its digest.

use serde::Serialize;
use tera::{Context, Value};

use super::views::Card;
use crate::fingerprint::{Fingerprint, FingerprintBuilder};
use crate::theme::Theme;

/// The variables of a page.
#[derive(Default)]
pub struct Variables {
    entries: Vec<(&'static str, Value, Fingerprint)>,
}

impl Variables {
    /// Adds a view.
    pub fn add<T: Serialize + ?Sized>(&mut self, name: &'static str, view: &T) {
        self.entries.push((name, Value::from_serializable(view), Fingerprint::of(view)));
    }

    /// Adds a value whose digest is known.
    pub fn add_known(&mut self, name: &'static str, value: Value, fingerprint: Fingerprint) {
        self.entries.push((name, value, fingerprint));
    }

    /// Adds a list of posts; their views are shared with all other lists.
    pub fn add_cards<'c>(&mut self, name: &'static str, cards: impl Iterator<Item = &'c Card>) {
        let mut builder = FingerprintBuilder::default();
        let mut values = Vec::new();
        for card in cards {
            builder.add_fingerprint(card.fingerprint);
            values.push(card.value.clone());
        }
        self.add_known(name, Value::from(values), builder.finish());
    }

    /// Gives the digest of those variables that a template reads.
    pub fn key(&self, theme: &Theme, template: &str) -> Fingerprint {
        let mut builder = FingerprintBuilder::default();
        builder.add_bytes(template.as_bytes());
        for (name, _, fingerprint) in &self.entries {
            if theme.reads(template, name) {
                builder.add_bytes(name.as_bytes());
                builder.add_fingerprint(*fingerprint);
            }
        }
        builder.finish()
    }

    /// Lists the names of those variables that a template reads.
    pub fn read_by<'v>(&'v self, theme: &'v Theme, template: &'v str) -> impl Iterator<Item = &'static str> + 'v {
        self.entries.iter().map(|(name, ..)| *name).filter(move |name| theme.reads(template, name))
    }

    /// Puts the variables into a context for the template engine.
    pub fn into_context(self) -> Context {
        let mut context = Context::new();
        for (name, value, _) in self.entries {
            context.insert_value(name, value);
        }
        context
    }
}

/// A list of values with one more key each, built without copying the values.
pub fn map_value(entries: impl IntoIterator<Item = (&'static str, Value)>) -> Value {
    let map: tera::value::Map = entries.into_iter().map(|(key, value)| (tera::value::Key::from(key), value)).collect();
    Value::from(map)
}
