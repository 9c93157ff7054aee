//! Related news: which posts belong beside a post.
//!
//! In come the words, dates, labels and links of all posts; out comes a short list for each.
//!
//! 1. [`TermVector::read`] turns a post into counted terms (`tokens`, `stop`, `vector`). It
//!    depends on that post alone and is kept between builds.
//! 2. [`Index::build`] weighs the terms of all posts and inverts them (`vocabulary`, `weights`, `index`).
//! 3. [`Neighbours::find`] compares every post with all others by their words (`neighbours`);
//!    [`Neighbours::update`] does so only where something changed, with the same result.
//! 4. [`Index::all`] chooses the few that are shown and says why (`select`, `reason`).
//!
//! Everything is computed in integers and every tie is broken by date and slug, so neither the
//! number of threads nor the order of the posts can change a list. What was measured, and what
//! did not help, is in `docs/related.md`.

mod index;
mod neighbours;
mod postings;
mod reason;
mod select;
mod stop;
mod tokens;
mod vector;
mod vocabulary;
mod weights;

#[cfg(test)]
mod tests;

pub use index::{Card, Index};
pub use neighbours::Neighbours;
pub use reason::{Names, Reason};
pub use select::Related;
pub use vector::{Document, Reader, TermVector};
