//! stub
use crate::newsroom::entities::EntityId;
use crate::site::view;
use crate::snapshot::Parts;
/// s
pub fn post(_: &Parts, _: &view::Page, _: &view::Post) -> String {
    String::new()
}
/// s
pub fn edition(_: &Parts, _: &view::Page, _: &view::Edition) -> String {
    String::new()
}
/// s
pub fn collection(_: &Parts, _: &view::Page) -> String {
    String::new()
}
/// s
pub fn home(_: &Parts, _: &view::Page) -> String {
    String::new()
}
/// s
pub fn entity(_: &Parts, _: &view::Page, _: EntityId) -> String {
    String::new()
}
