//! The ledger as data: JSON with its schema, and CSV.

use schemars::JsonSchema;
use serde::Serialize;

use crate::newsroom::ledger::export::{self, LedgerRow, VERSION};
use crate::snapshot::Parts;

/// The file `deals.json`.
#[derive(Serialize, JsonSchema)]
struct DealsFile {
    /// The version of this shape; it grows when a field changes its meaning or goes away.
    version: u32,
    /// The publication.
    publication: String,
    /// Where the deals stand as pages; empty where the site has none.
    url: String,
    /// The address of the JSON Schema of this file.
    schema: String,
    /// All deals, that with the newest report first.
    deals: Vec<LedgerRow>,
}

fn rows(parts: &Parts) -> Vec<LedgerRow> {
    export::rows(&parts.newsroom.ledger, &|record| page_url(parts, &format!("/deals/{}/", record.id)))
}

/// Gives the full address of a page of the ledger; nothing where the ledger has no pages.
fn page_url(parts: &Parts, url: &str) -> String {
    if parts.config.outputs.ledger { parts.config.permalink(url) } else { String::new() }
}

/// Writes `deals.json`.
pub fn json(parts: &Parts) -> String {
    let file = DealsFile {
        version: VERSION,
        publication: parts.config.title.clone(),
        url: page_url(parts, "/deals/"),
        schema: parts.config.permalink("/deals.schema.json"),
        deals: rows(parts),
    };
    let mut text = serde_json::to_string_pretty(&file).unwrap_or_default();
    text.push('\n');
    text
}

/// Writes the JSON Schema of `deals.json` (draft 2020-12).
pub fn json_schema() -> String {
    let schema = schemars::schema_for!(DealsFile);
    let mut text = serde_json::to_string_pretty(&schema).unwrap_or_default();
    text.push('\n');
    text
}

/// Writes `deals.csv`.
pub fn csv(parts: &Parts) -> String {
    export::csv(&rows(parts))
}
