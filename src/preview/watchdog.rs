//! Rendering within a limit of time.
//!
//! A template can repeat itself for longer than anybody lives. What does not end in time is given up: its
//! template ends with an error when it next writes or calls something. If it does neither, its thread goes
//! on until the preview ends, since threads can't be stopped, but nobody waits for it.

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::sync_channel;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use super::state::lock;
use crate::fingerprint::Fingerprint;
use crate::site::OutPath;
use crate::theme::allowance;

/// How long a page may take; the largest of a large site takes a small part of it.
const PATIENCE: Duration = Duration::from_secs(5);
/// Pages that were given up and are still at work; beside so many, nothing is begun.
const MOST: usize = 4;

/// Why there is no result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Failure {
    /// It did not end in time.
    Late,
    /// It was not begun, because these pages were given up and do not end, or there is no thread left.
    Busy(Vec<OutPath>),
    /// It came to a point that it should never come to.
    Panicked,
}

/// Knows what was given up.
#[derive(Default)]
pub(super) struct Watchdog {
    given_up: Arc<Mutex<Vec<OutPath>>>,
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
        let result = self.run(page, PATIENCE, work);
        if matches!(result, Err(Failure::Late)) && lock(&self.late).len() < 1000 {
            lock(&self.late).insert(page.clone(), key);
        }
        result
    }

    fn run<T: Send + 'static>(
        &self,
        page: &OutPath,
        patience: Duration,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Failure> {
        let at_work = lock(&self.given_up).clone();
        if at_work.len() >= MOST {
            return Err(Failure::Busy(at_work));
        }
        let (sender, receiver) = sync_channel(1);
        let is_over = Arc::new(AtomicBool::new(false));
        let (own_is_over, given_up, own_page) = (is_over.clone(), self.given_up.clone(), page.clone());
        let started = thread::Builder::new().name("masthead-render".to_owned()).spawn(move || {
            let result = catch_unwind(AssertUnwindSafe(|| allowance::until(&own_is_over, work)));
            // The list is held, so that the work is over either before it is given up or after.
            let mut given_up = lock(&given_up);
            let _ = sender.send(result);
            if own_is_over.load(Ordering::Acquire)
                && let Some(at) = given_up.iter().position(|page| *page == own_page)
            {
                given_up.swap_remove(at);
            }
        });
        if started.is_err() {
            return Err(Failure::Busy(at_work));
        }
        let result = receiver.recv_timeout(patience).ok().or_else(|| {
            let mut given_up = lock(&self.given_up);
            let late = receiver.try_recv().ok();
            if late.is_none() {
                is_over.store(true, Ordering::Release);
                given_up.push(page.clone());
            }
            late
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

    fn page() -> OutPath {
        OutPath::new("a/index.html").unwrap()
    }

    #[test]
    fn what_does_not_end_is_given_up_and_counts_until_it_does() {
        let dog = Watchdog::default();
        assert_eq!(dog.run(&page(), PATIENCE, || 7), Ok(7));
        assert_eq!(dog.run(&page(), PATIENCE, || -> u8 { panic!("on purpose") }), Err(Failure::Panicked));
        let (release, held) = sync_channel::<()>(0);
        let held = Arc::new(Mutex::new(held));
        for _ in 0..MOST {
            let held = held.clone();
            let wait = move || lock(&held).recv().is_ok();
            assert_eq!(dog.run(&page(), Duration::from_millis(20), wait), Err(Failure::Late));
        }
        let busy = Failure::Busy(vec![page(); MOST]);
        assert_eq!(dog.run(&OutPath::new("b/index.html").unwrap(), PATIENCE, || 7), Err(busy), "enough are at work");
        drop(release);
        while dog.run(&page(), PATIENCE, || 7) != Ok(7) {
            thread::yield_now();
        }
    }

    #[test]
    fn a_template_that_was_given_up_ends_when_it_next_does_anything() {
        let dog = Watchdog::default();
        for body in
            ["x", "{% set x = range(end=2) %}", "{% set x %}{{ '<' }}{% endset %}", "{% if [1] | json %}{% endif %}"]
        {
            let text = format!(
                "{{% set r = range(end=9999) %}}\
                 {{% for a in r %}}{{% for b in r %}}{{% for c in r %}}{body}{{% endfor %}}{{% endfor %}}{{% endfor %}}"
            );
            let file = crate::source::SourceFile::new("templates/endless.html", &text);
            let engine = crate::theme::Theme::compile(&[file]).unwrap().engine(|_| {});
            let render = move || crate::theme::render(&engine, "endless.html", &tera::Context::new(), "a test").is_ok();
            assert_eq!(dog.run(&page(), Duration::from_millis(10), render), Err(Failure::Late), "{body}");
            while !lock(&dog.given_up).is_empty() {
                thread::yield_now();
            }
        }
    }

    #[test]
    fn a_page_that_was_late_is_tried_again_only_under_another_key() {
        let dog = Watchdog::default();
        lock(&dog.late).insert(page(), Fingerprint(1));
        assert_eq!(dog.watch(&page(), Fingerprint(1), || 7), Err(Failure::Late));
        assert_eq!(dog.watch(&page(), Fingerprint(2), || 7), Ok(7));
    }
}
