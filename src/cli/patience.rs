//! How long a command waits for one page, and with how much memory: no template can keep a build for ever,
//! or take all that the machine has.

use std::panic::resume_unwind;
use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

use super::exit::CommandError;
use super::terminal::Terminal;
use crate::build::watch::Watch;
use crate::process;

/// After this time with one page, it is named.
const MENTION: Duration = Duration::from_secs(10);
const LOOK: Duration = Duration::from_millis(100);
/// As much as the first thread of a program has on common systems; others get a quarter of it.
const STACK: usize = 8 * 1024 * 1024;

/// Does work that renders pages, and gives up when one of them takes longer than `limit`.
///
/// The work goes on in the background then, until the program ends, which it should do at once.
///
/// # Errors
/// A page takes too long or too much memory, or the work's own.
pub fn patiently<T: Send + 'static>(
    terminal: &Terminal,
    limit: Duration,
    work: impl FnOnce(&Watch) -> Result<T, CommandError> + Send + 'static,
) -> Result<T, CommandError> {
    let watch = Arc::new(Watch::default());
    let (done, result) = channel();
    let its_watch = watch.clone();
    let worker = thread::Builder::new()
        .stack_size(STACK)
        .spawn(move || {
            // Nobody listens any more only after the limit, and then the program ends.
            let _ = done.send(work(&its_watch));
        })
        .map_err(|error| CommandError::no_thread(&error))?;
    let mut is_mentioned = false;
    let mut long_page = None;
    loop {
        match result.recv_timeout(LOOK) {
            Ok(result) => return result,
            Err(RecvTimeoutError::Disconnected) => match worker.join() {
                Err(panic) => resume_unwind(panic),
                Ok(()) => return Err(CommandError::bug("the work ended without a result")),
            },
            Err(RecvTimeoutError::Timeout) => {}
        }
        let Some((path, time)) = watch.longest() else { continue };
        let url = path.url();
        if time > LOOK {
            let memory = process::memory().unwrap_or_default();
            let (page, before) = long_page.get_or_insert_with(|| (path.clone(), memory));
            if *page != path {
                long_page = Some((path, memory));
            } else if memory.saturating_sub(*before) > process::MOST_FOR_A_PAGE {
                return Err(too_much_memory(&format!("the page `{url}`"), "nothing was written").with_help(format!(
                    "look for a text that grows in a loop in its template, which `masthead explain {url}` names"
                )));
            }
        }
        if time > limit {
            let message =
                format!("the page `{url}` is not done after {} seconds; nothing was written", limit.as_secs());
            return Err(CommandError::content(message).with_help(format!(
                "look for a loop in a loop in its template, which `masthead explain {url}` names; `--page-timeout` sets the time"
            )));
        }
        if time > MENTION && !is_mentioned {
            is_mentioned = true;
            terminal.say(format_args!("The page `{url}` takes long: {} seconds so far", time.as_secs()));
        }
    }
}

/// Says that a page takes more memory than any page can, and what came of it.
pub fn too_much_memory(page: &str, outcome: &str) -> CommandError {
    let gibibytes = process::MOST_FOR_A_PAGE / 1024 / 1024;
    CommandError::content(format!("{page} takes more than {gibibytes} GiB of memory; {outcome}"))
}
