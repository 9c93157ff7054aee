//! Rendering within a limit of time.
//!
//! A template can repeat itself for longer than anybody lives. What does not end in time is given up:
//! its thread goes on until the preview ends, since threads can't be stopped, but nobody waits for it.

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::sync_channel;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use super::state::lock;
use crate::fingerprint::Fingerprint;
use crate::site::OutPath;

/// How long a page may take; the largest of a large site takes a small part of it.
const PATIENCE: Duration = Duration::from_secs(5);
/// Threads that were given up and are still at work; beside so many, nothing is begun.
const MOST: usize = 4;

/// Why there is no result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Failure {
    /// It did not end in time.
    Late,
    /// It came to a point that it should never come to.
    Panicked,
}

/// Counts what was given up.
#[derive(Default)]
pub(super) struct Watchdog {
    given_up: Arc<AtomicUsize>,
    /// Under which key a page did not end: it is not tried again before it is another.
    late: Mutex<HashMap<OutPath, Fingerprint>>,
}

impl Watchdog {
    /// Works for a page on a thread of its own, and waits for the result.
    pub(super) fn watch<T: Send + 'static>(
        &self,
        page: &OutPath,
        key: Fingerprint,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Failure> {
        if lock(&self.late).get(page) == Some(&key) {
            return Err(Failure::Late);
        }
        let result = self.run(PATIENCE, work);
        if matches!(result, Err(Failure::Late)) && lock(&self.late).len() < 1000 {
            lock(&self.late).insert(page.clone(), key);
        }
        result
    }

    fn run<T: Send + 'static>(
        &self,
        patience: Duration,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Failure> {
        if self.given_up.load(Ordering::Relaxed) >= MOST {
            return Err(Failure::Late);
        }
        let (sender, receiver) = sync_channel(1);
        // Set by whichever is first: the end of the work, or of the patience.
        let decided = Arc::new(AtomicBool::new(false));
        let (own_decided, given_up) = (decided.clone(), self.given_up.clone());
        let started = thread::Builder::new().name("masthead-render".to_owned()).spawn(move || {
            let result = catch_unwind(AssertUnwindSafe(work));
            let _ = sender.send(result);
            if own_decided.swap(true, Ordering::AcqRel) {
                given_up.fetch_sub(1, Ordering::Relaxed);
            }
        });
        if started.is_err() {
            return Err(Failure::Late);
        }
        let result = receiver.recv_timeout(patience).ok().or_else(|| {
            self.given_up.fetch_add(1, Ordering::Relaxed);
            if !decided.swap(true, Ordering::AcqRel) {
                return None;
            }
            self.given_up.fetch_sub(1, Ordering::Relaxed);
            receiver.try_recv().ok()
        });
        match result {
            Some(Ok(value)) => Ok(value),
            Some(Err(_)) => Err(Failure::Panicked),
            None => Err(Failure::Late),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_end_is_given_up_and_counts_until_it_does() {
        let dog = Watchdog::default();
        assert_eq!(dog.run(PATIENCE, || 7), Ok(7));
        assert_eq!(dog.run(PATIENCE, || -> u8 { panic!("on purpose") }), Err(Failure::Panicked));
        let (release, held) = sync_channel::<()>(0);
        let held = Arc::new(Mutex::new(held));
        for _ in 0..MOST {
            let held = held.clone();
            let wait = move || lock(&held).recv().is_ok();
            assert_eq!(dog.run(Duration::from_millis(20), wait), Err(Failure::Late));
        }
        assert_eq!(dog.run(PATIENCE, || 7), Err(Failure::Late), "enough are at work");
        drop(release);
        while dog.run(PATIENCE, || 7) != Ok(7) {
            thread::yield_now();
        }
    }

    #[test]
    fn a_page_that_was_late_is_tried_again_only_under_another_key() {
        let dog = Watchdog::default();
        let page = OutPath::new("a/index.html").unwrap();
        lock(&dog.late).insert(page.clone(), Fingerprint(1));
        assert_eq!(dog.watch(&page, Fingerprint(1), || 7), Err(Failure::Late));
        assert_eq!(dog.watch(&page, Fingerprint(2), || 7), Ok(7));
    }
}
