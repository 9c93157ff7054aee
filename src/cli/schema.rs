//! `masthead schema`: the JSON Schema of a post's front matter, for editors.

use serde_json::{Map, Value, json};

use super::arguments::Arguments;
use super::exit::{CommandError, ExitStatus};
use super::newsletter::open_folder;
use super::terminal::Terminal;
use crate::config::{AUTHORS, CATEGORIES, Config};
use crate::content::deal::{Kind, Role, Status};
use crate::load::{Overrides, load};

/// Prints the schema; a newsletter's own taxonomies are part of it.
///
/// # Errors
/// The folder can't be entered.
pub fn run(terminal: &Terminal, arguments: &Arguments) -> Result<ExitStatus, CommandError> {
    let workspace = open_folder(&arguments.root)?;
    let (sources, _) = load(&workspace, &Overrides::default(), None);
    let text =
        serde_json::to_string_pretty(&schema(&sources.config)).map_err(|error| CommandError::bug(error.to_string()))?;
    terminal.data(&format!("{text}\n"))?;
    Ok(ExitStatus::Success)
}

/// Makes the schema (draft 2020-12).
pub fn schema(config: &Config) -> Value {
    // What YAML takes for a number is a text here all the same: `title: 2024`.
    let text = |description: &str| json!({"type": ["string", "number"], "description": description});
    let flag = |description: &str| json!({"type": "boolean", "description": description});
    let names = |description: &str| json!({"description": description, "anyOf": [{"type": ["string", "number"]}, {"type": "array", "items": {"type": ["string", "number"]}}]});
    let date = |description: &str| json!({"type": ["string", "integer"], "description": description, "examples": ["2024-08-01", "2024-08-01T09:00:00+02:00"]});
    let mut properties = Map::new();
    let mut add = |name: &str, value: Value| {
        properties.insert(name.to_owned(), value);
    };
    add("title", text("The headline"));
    add("date", date("When it is published; taken from the file's name if missing"));
    add("updated", date("When it was changed since"));
    add("expires", date("When it is taken down"));
    add("draft", flag("Whether it is not to be published yet"));
    add("summary", text("The lead: one sentence, for cards, feeds and sidebars"));
    add("slug", text("Its name in the address"));
    add("path", text("Its whole address on this site"));
    add("aliases", names("Old addresses that lead here"));
    add("author", names("Who wrote it: a file in content/authors, or a plain name"));
    add("category", names("The line above the headline"));
    for taxonomy in config.taxonomies.iter().filter(|taxonomy| taxonomy.name != CATEGORIES) {
        let what = if taxonomy.name == AUTHORS { "Who wrote it".to_owned() } else { taxonomy.title.clone() };
        add(&taxonomy.name, names(&what));
    }
    add(
        "sources",
        list_of(json!({"anyOf": [text("Its title, or its address"), {
            "type": "object",
            "properties": {
                "title": text("The title of the original"),
                "publisher": text("Who published it"),
                "url": json!({"type": "string", "format": "uri", "description": "Where it is"}),
                "date": text("When it appeared"),
            },
        }]})),
    );
    add("deals", list_of(deal()));
    add(
        "related",
        json!({
            "type": "object",
            "properties": {"pin": names("Posts that must stand beside it"), "hide": names("Posts that must not")},
        }),
    );
    add("story", text("The thread of posts that it belongs to"));
    add(
        "canonical_url",
        json!({"type": "string", "format": "uri", "description": "The original, where this is a copy"}),
    );
    add("guid", text("What feeds know it by, if not by its address: one that it had before, or any other URI"));
    add(
        "image",
        json!({
            "anyOf": [{"type": "string"}, {
                "type": "object",
                "required": ["src"],
                "properties": {"src": text("A file beside the post, or an address"), "alt": text("What it shows"), "credit": text("Who made it")},
            }],
        }),
    );
    add("language", text("A language tag, if it is another than the publication's"));
    add(
        "email",
        json!({
            "type": "object",
            "properties": {"subject": text("The subject of the mail"), "preheader": text("The line behind the subject")},
        }),
    );
    add("replies", flag("Whether it takes replies"));
    add("reactions", flag("Whether it takes reactions"));
    add("extra", json!({"type": "object", "description": "Anything, for templates"}));
    // A key with nothing behind it says nothing, as in the files that `new` writes.
    let properties: Map<String, Value> =
        properties.into_iter().map(|(key, value)| (key, json!({"anyOf": [value, {"type": "null"}]}))).collect();
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Front matter of a post",
        "type": "object",
        "properties": properties,
        "additionalProperties": true,
    })
}

fn list_of(item: Value) -> Value {
    json!({"anyOf": [item, {"type": "array", "items": item}]})
}

/// One of these words; others mean the same as one of them, and an editor need not know which.
fn word_of(words: &[&str]) -> Value {
    json!({"anyOf": [{"enum": words}, {"type": "string"}]})
}

fn deal() -> Value {
    let mut properties = Map::new();
    properties.insert(
        "id".to_owned(),
        json!({"type": ["string", "integer"], "description": "Joins all reports of one deal"}),
    );
    for role in Role::ALL {
        properties.insert(
            role.name().to_owned(),
            json!({"description": "Who takes part", "type": ["string", "number", "array"]}),
        );
    }
    properties
        .insert("parties".to_owned(), json!({"type": "array", "description": "Who takes part, where no role fits"}));
    properties.insert("kind".to_owned(), word_of(&Kind::ALL.map(Kind::name)));
    properties.insert("status".to_owned(), word_of(&Status::ALL.map(Status::name)));
    properties.insert(
        "amount".to_owned(),
        json!({"type": ["string", "number"], "examples": ["$20M", "nearly $20 million per month", "€1.5bn", "$10–15B", "undisclosed"]}),
    );
    properties.insert("currency".to_owned(), json!({"type": "string", "examples": ["USD", "EUR"]}));
    properties.insert("per".to_owned(), word_of(&["once", "month", "year", "total"]));
    properties
        .insert("as_of".to_owned(), json!({"type": ["string", "integer"], "examples": ["2024-03", "2024-03-15"]}));
    properties.insert("source".to_owned(), json!({"type": "string", "description": "Who says so"}));
    properties.insert("note".to_owned(), json!({"type": "string"}));
    json!({"type": "object", "properties": properties})
}
