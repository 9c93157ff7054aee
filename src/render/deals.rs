//! stub
use super::html::Page;
use crate::config::Config;
use crate::content::markdown::Block;
use crate::diagnostic::Diagnostic;
use crate::newsroom::entities::EntityId;
use crate::newsroom::{Article, Newsroom, PostId};
use crate::site::view;
use crate::snapshot::{Parts, Snapshot};
use tera::{Kwargs, TeraResult, Value};
/// s
pub fn line_of(_: &Config, _: &Newsroom, _: &Article) -> Option<view::DealLine> {
    None
}
/// s
pub fn named(_: &Parts, _: &str) -> Result<view::Deal, Diagnostic> {
    Err(Diagnostic::warning("x", "x"))
}
/// s
pub fn chart_block(_: &Parts, _: &Block) -> Result<String, Diagnostic> {
    Ok(String::new())
}
/// s
pub fn of_post(_: &Parts, _: PostId) -> Vec<view::Deal> {
    vec![]
}
/// s
pub fn strip(_: &Parts) -> (Vec<view::DealRow>, String, String) {
    Default::default()
}
/// s
pub fn dealings(_: &Parts, _: EntityId) -> Option<view::Dealings> {
    None
}
/// s
pub fn query(_: &Parts, _: &Kwargs) -> TeraResult<Value> {
    Ok(Value::none())
}
/// s
pub fn ledger_page(_: &Snapshot) -> Page<'_> {
    unreachable!()
}
/// s
pub fn deal_page(_: &Snapshot, _: u32) -> Page<'_> {
    unreachable!()
}

/// s
pub fn json(_: &Parts) -> String {
    String::new()
}
/// s
pub fn json_schema() -> String {
    String::new()
}
/// s
pub fn csv(_: &Parts) -> String {
    String::new()
}
