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
        let value = Value::from_serializable(view);
        let fingerprint = fingerprint(&value);
        self.entries.push((name, value, fingerprint));
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

    /// Gives the digest of a variable, whether it is read or not.
    pub fn fingerprint_of(&self, name: &str) -> Fingerprint {
        let entry = self.entries.iter().find(|(known, ..)| *known == name);
        entry.map_or_else(Fingerprint::default, |(.., fingerprint)| *fingerprint)
    }

    /// Gives the digest of each variable that a template reads.
    pub fn fingerprints<'v>(
        &'v self,
        theme: &'v Theme,
        template: &'v str,
    ) -> impl Iterator<Item = (&'static str, Fingerprint)> + 'v {
        let read = self.entries.iter().filter(move |(name, ..)| theme.reads(template, name));
        read.map(|(name, _, fingerprint)| (*name, *fingerprint))
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

/// Gives the digest of a value: of all that a template can see of it.
pub fn fingerprint(value: &Value) -> Fingerprint {
    let mut builder = FingerprintBuilder::default();
    add_value(&mut builder, value);
    builder.finish()
}

/// Walks a value; each kind is marked, so that the text `1` and the number 1 are two things.
fn add_value(builder: &mut FingerprintBuilder, value: &Value) {
    if let Some(text) = value.as_str() {
        builder.add_bytes(text.as_bytes());
    } else if let Some(items) = value.as_array() {
        builder.add_bytes(&[1, items.len() as u8]);
        items.iter().for_each(|item| add_value(builder, item));
        builder.add_bytes(&[2]);
    } else if let Some(map) = value.as_map() {
        builder.add_bytes(&[3, map.len() as u8]);
        for (key, item) in map {
            builder.add_bytes(key.as_str().unwrap_or_default().as_bytes());
            add_value(builder, item);
        }
        builder.add_bytes(&[4]);
    } else {
        builder.add_bytes(&[5]);
        builder.add_bytes(value.to_string().as_bytes());
    }
}

/// A list of values with one more key each, built without copying the values.
pub fn map_value(entries: impl IntoIterator<Item = (&'static str, Value)>) -> Value {
    let map: tera::value::Map = entries.into_iter().map(|(key, value)| (tera::value::Key::from(key), value)).collect();
    Value::from(map)
}
