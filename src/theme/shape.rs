//! What is known of values before there are any: a schema of all that templates can name in, the fields of
//! each value out.

use serde_json::{Map, Value};

/// The shapes of all variables, and of what functions answer.
pub struct Shapes {
    schema: Value,
}

/// What is known of a value that is there.
#[derive(Clone)]
pub(super) enum Shape<'s> {
    /// Nothing: any field may be there.
    Anything,
    /// It is text, a number or the like, and has no fields.
    Plain,
    /// It has items of this shape, and no fields.
    List(Box<Shape<'s>>),
    /// It has these fields, and no others.
    Map(&'s Map<String, Value>),
}

impl Shapes {
    /// Takes a schema of `variables` and `functions`, each a map from names to views.
    pub fn new(schema: Value) -> Self {
        Self { schema }
    }

    /// Lists the variables of all pages.
    pub(super) fn variables(&self) -> impl Iterator<Item = &str> {
        self.group("variables").into_iter().flat_map(Map::keys).map(String::as_str)
    }

    /// Gives the shape of a variable, if any page has it.
    pub(super) fn variable(&self, name: &str) -> Option<Shape<'_>> {
        self.group("variables")?.get(name).map(|schema| self.read(schema))
    }

    /// Gives the shape of what a function answers.
    pub(super) fn answer(&self, function: &str) -> Shape<'_> {
        let schema = self.group("functions").and_then(|functions| functions.get(function));
        schema.map_or(Shape::Anything, |schema| self.read(schema))
    }

    /// Reads the schema of a value, of one that may be null as if it never were.
    pub(super) fn read<'s>(&'s self, schema: &'s Value) -> Shape<'s> {
        let schema = self.resolved(schema);
        if let Some(choices) = schema["anyOf"].as_array() {
            let mut values = choices.iter().filter(|choice| choice["type"] != "null");
            return match (values.next(), values.next()) {
                (Some(one), None) => self.read(one),
                _ => Shape::Anything,
            };
        }
        if let Some(fields) = schema["properties"].as_object() {
            return Shape::Map(fields);
        }
        let is = |kind: &str| match &schema["type"] {
            Value::Array(kinds) => kinds.iter().any(|known| known == kind),
            known => known == kind,
        };
        if is("array") {
            Shape::List(Box::new(self.read(&schema["items"])))
        } else if ["string", "integer", "number", "boolean"].into_iter().any(is) {
            Shape::Plain
        } else {
            Shape::Anything
        }
    }

    fn group(&self, name: &str) -> Option<&Map<String, Value>> {
        self.resolved(&self.schema["properties"][name])["properties"].as_object()
    }

    fn resolved<'s>(&'s self, schema: &'s Value) -> &'s Value {
        match schema["$ref"].as_str().and_then(|name| name.strip_prefix("#/$defs/")) {
            Some(name) => &self.schema["$defs"][name],
            None => schema,
        }
    }
}

impl<'s> Shape<'s> {
    /// Gives the shape of an item.
    pub(super) fn item(self) -> Self {
        match self {
            Self::List(item) => *item,
            _ => Self::Anything,
        }
    }

    /// Gives the shape of what a filter makes of it.
    pub(super) fn filtered(self, filter: &str) -> Self {
        match filter {
            "first" | "last" | "nth" => self.item(),
            "sort" | "reverse" | "unique" => self,
            _ => Self::Anything,
        }
    }
}
