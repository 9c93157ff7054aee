//! What authors write: one file in, one value and its diagnostics out.

pub mod front_matter;
pub mod locate;
