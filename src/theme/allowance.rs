//! What the rendering of one page may use up, and whether anybody still waits for it.
//!
//! The engine has no limit of steps, and nobody can stop it from outside. But it writes, and calls
//! functions and filters of ours, and those ask here whether to go on. They get nothing from whoever
//! renders, so this is kept for each thread. No page can tell what is in it.

use std::cell::{Cell, RefCell};
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tera::{Error, TeraResult};

/// Turns of all loops over `range()` of a page.
pub(super) const MAX_TURNS: u64 = 10_000_000;

thread_local! {
    static TURNS: Cell<u64> = const { Cell::new(0) };
    static GIVEN_UP: RefCell<Option<Arc<AtomicBool>>> = const { RefCell::new(None) };
}

/// Does work on this thread whose templates end with an error soon after `given_up` is raised.
pub fn until<T>(given_up: &Arc<AtomicBool>, work: impl FnOnce() -> T) -> T {
    let before = GIVEN_UP.replace(Some(given_up.clone()));
    let result = work();
    GIVEN_UP.set(before);
    result
}

/// Renders a page with an allowance of its own.
pub(super) fn for_a_page<T>(render: impl FnOnce() -> T) -> T {
    let before = TURNS.replace(0);
    let result = render();
    TURNS.set(before);
    result
}

/// Gives the flag that says whether what this thread does has been given up.
pub(super) fn given_up() -> Option<Arc<AtomicBool>> {
    GIVEN_UP.with_borrow(Clone::clone)
}

/// Says whether to go on.
///
/// # Errors
/// Nobody waits any more.
pub(super) fn go_on() -> TeraResult<()> {
    match is_given_up() {
        true => Err(Error::message("this page was given up")),
        false => Ok(()),
    }
}

/// Escapes what a template writes, as long as somebody waits for it: into a variable, nothing else asks.
pub(super) fn escape(text: &str, output: &mut dyn io::Write) -> io::Result<()> {
    if is_given_up() {
        return Err(io::Error::from(io::ErrorKind::TimedOut));
    }
    tera::escape_html(text, output)
}

fn is_given_up() -> bool {
    GIVEN_UP.with_borrow(|flag| flag.as_ref().is_some_and(|flag| flag.load(Ordering::Relaxed)))
}

/// Takes turns from what the page has left.
///
/// # Errors
/// There are not so many left.
pub(super) fn take_turns(turns: u64) -> TeraResult<()> {
    let taken = TURNS.get().saturating_add(turns);
    TURNS.set(taken);
    match taken > MAX_TURNS {
        true => Err(Error::message(format!(
            "the loops over `range` make more than {MAX_TURNS} turns for one page; look for a loop in a loop"
        ))),
        false => Ok(()),
    }
}
