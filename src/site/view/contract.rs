//! All that templates can name, as one schema: the views by the names of the variables that hold them.

use schemars::{JsonSchema, schema_for};
use serde_json::Value;

use super::{
    Block, Deal, DealRow, Dealings, Edition, EditionCard, Front, Ledger, Page, Pager, Post, PostCard, Profile, Section,
    Site, Taxonomy, Term, TermLink, YearLink,
};

/// Gives the schema (draft 2020-12) of what templates can name.
pub fn contract() -> Value {
    schema_for!(Contract).to_value()
}

#[derive(JsonSchema)]
#[expect(dead_code, reason = "only its schema is used")]
struct Contract {
    variables: Variables,
    functions: Functions,
}

/// The variables of all pages. A name is that of one kind of value, whatever the page.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "only its schema is used")]
struct Variables {
    block: Block,
    companions: Vec<TermLink>,
    content_html: String,
    deal: Deal,
    dealings: Option<Dealings>,
    edition: Edition,
    editions: Vec<EditionCard>,
    front: Option<Front>,
    groups: Vec<PostGroup>,
    ledger: Ledger,
    newer: String,
    next: Option<PostCard>,
    older: String,
    page: Page,
    pager: Pager,
    post: Post,
    posts: Vec<PostCard>,
    previous: Option<PostCard>,
    profile: Option<Profile>,
    recent: Vec<PostCard>,
    related: Vec<Related>,
    section: Section,
    site: Site,
    structured_data: String,
    target: String,
    taxonomy: Taxonomy,
    term: Term,
    terms: Vec<TermLink>,
    year: i16,
    years: Vec<YearLink>,
}

/// What functions answer whose answers have fields.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "only its schema is used")]
struct Functions {
    deals: Vec<DealRow>,
    posts: Vec<PostCard>,
}

/// An item of the variable `related`, which is a list of maps that hold cards as all lists share them.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "only its schema is used")]
struct Related {
    post: PostCard,
    reason: String,
}

/// An item of the variable `groups`, of the same kind.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "only its schema is used")]
struct PostGroup {
    title: String,
    id: String,
    posts: Vec<PostCard>,
}
