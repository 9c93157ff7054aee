//! What authors write: one file in, one value and its diagnostics out.
//!
//! [`document::read`] is the way in; [`front_matter`] and [`markdown`] are its two halves.

mod code_fence;
mod conflict;
pub mod date;
pub mod deal;
pub mod document;
pub mod edition;
pub mod entry;
pub mod front_matter;
pub(crate) mod gate;
pub mod kind;
pub mod locate;
pub mod markdown;
pub mod money;
pub mod placeholder;
pub mod post;
pub mod profile;
pub mod reply;
pub mod sentence;
pub mod slug;
