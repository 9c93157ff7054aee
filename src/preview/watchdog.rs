//! Rendering within limits of time and memory.
//!
//! A template can repeat itself for longer than anybody lives. What does not end in time is given up: its
//! template ends with an error when it next writes or calls something. If it does neither, its thread goes
//! on until the preview ends, since threads can't be stopped, but nobody waits for it. Where such a thread
//! would take the memory of the machine with it, the preview ends: that is the lesser loss.

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::sync_channel;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use super::state::lock;
use crate::fingerprint::Fingerprint;
use crate::process;
use crate::site::OutPath;
use crate::theme::allowance;

/// How long a page may take; the largest of a large site takes a small part of it.
const PATIENCE: Duration = Duration::from_secs(5);
/// Pages that were given up and are still at work; beside so many, nothing is begun.
const MOST: usize = 4;
/// How long a page waits for those that were given up: most end as soon as their threads have a turn.
const GRACE: Duration = Duration::from_millis(500);
/// How often it is looked whether one of them has ended.
const GLANCE: Duration = Duration::from_millis(10);
/// How often it is looked how much memory the pages at work have taken.
const LOOK: Duration = Duration::from_millis(100);

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

/// A page that is being rendered.
struct Work {
    page: OutPath,
    /// Whether nobody waits for it any more.
    is_given_up: Arc<AtomicBool>,
    /// What the whole program held when it was begun, in KiB.
    memory_before: u64,
}

/// Knows what is at work, and what was given up.
#[derive(Default)]
pub(super) struct Watchdog {
    at_work: Arc<Mutex<Vec<Work>>>,
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
        let began = Instant::now();
        let mut given_up = self.given_up();
        while given_up.len() >= MOST {
            if began.elapsed() >= GRACE {
                return Err(Failure::Busy(given_up));
            }
            thread::sleep(GLANCE);
            given_up = self.given_up();
        }
        let (sender, receiver) = sync_channel(1);
        let is_given_up = Arc::new(AtomicBool::new(false));
        let memory_before = process::memory().unwrap_or_default();
        lock(&self.at_work).push(Work { page: page.clone(), is_given_up: is_given_up.clone(), memory_before });
        let (flag, at_work) = (is_given_up.clone(), self.at_work.clone());
        let started = thread::Builder::new().name("masthead-render".to_owned()).spawn(move || {
            let result = catch_unwind(AssertUnwindSafe(|| allowance::until(&flag, work)));
            // The list is held, so that the work is over either before it is given up or after.
            let mut at_work = lock(&at_work);
            let _ = sender.send(result);
            at_work.retain(|work| !Arc::ptr_eq(&work.is_given_up, &flag));
        });
        if started.is_err() {
            lock(&self.at_work).retain(|work| !Arc::ptr_eq(&work.is_given_up, &is_given_up));
            return Err(Failure::Busy(given_up));
        }
        let result = receiver.recv_timeout(patience).ok().or_else(|| {
            let _held = lock(&self.at_work);
            let late = receiver.try_recv().ok();
            if late.is_none() {
                is_given_up.store(true, Ordering::Release);
            }
            late
        });
        match result {
            Some(Ok(value)) => Ok(value),
            Some(Err(_)) => Err(Failure::Panicked),
            None => Err(Failure::Late),
        }
    }

    /// Gives the pages that were given up and are still at work.
    fn given_up(&self) -> Vec<OutPath> {
        let at_work = lock(&self.at_work);
        let given_up = at_work.iter().filter(|work| work.is_given_up.load(Ordering::Acquire));
        given_up.map(|work| work.page.clone()).collect()
    }

    /// Waits until the program has taken more memory than any page can since these pages were begun: it is
    /// one of them, and none of them can be stopped.
    pub(super) async fn too_large(&self) -> Vec<OutPath> {
        let mut looks = tokio::time::interval(LOOK);
        loop {
            looks.tick().await;
            let pages = self.larger_than(process::MOST_FOR_A_PAGE);
            if !pages.is_empty() {
                return pages;
            }
        }
    }

    fn larger_than(&self, limit: u64) -> Vec<OutPath> {
        let at_work = lock(&self.at_work);
        if at_work.is_empty() {
            return vec![];
        }
        let memory = process::memory().unwrap_or_default();
        let large = at_work.iter().filter(|work| memory.saturating_sub(work.memory_before) > limit);
        large.map(|work| work.page.clone()).collect()
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
            while !lock(&dog.at_work).is_empty() {
                thread::yield_now();
            }
        }
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_page_that_takes_much_memory_is_known_also_after_it_was_given_up() {
        const LIMIT: u64 = 64 * 1024;
        let dog = Watchdog::default();
        let (release, held) = sync_channel::<()>(0);
        let grow = move || {
            let text = "x".repeat(3 * 1024 * LIMIT as usize);
            held.recv().is_ok() || text.is_empty()
        };
        assert_eq!(dog.run(&page(), Duration::from_millis(20), grow), Err(Failure::Late));
        while dog.larger_than(LIMIT) != [page()] {
            thread::yield_now();
        }
        let small = OutPath::new("b/index.html").unwrap();
        dog.run(&small, PATIENCE, || ()).unwrap();
        let of_both = dog.run(&small, PATIENCE, {
            let at_work = dog.at_work.clone();
            move || Watchdog { at_work, ..Watchdog::default() }.larger_than(LIMIT)
        });
        assert_eq!(of_both, Ok(vec![page()]), "what began later is not blamed for it");
        drop(release);
        while !lock(&dog.at_work).is_empty() {
            thread::yield_now();
        }
        assert_eq!(dog.larger_than(0), []);
    }

    #[test]
    fn a_page_that_was_late_is_tried_again_only_under_another_key() {
        let dog = Watchdog::default();
        lock(&dog.late).insert(page(), Fingerprint(1));
        assert_eq!(dog.watch(&page(), Fingerprint(1), || 7), Err(Failure::Late));
        assert_eq!(dog.watch(&page(), Fingerprint(2), || 7), Ok(7));
    }
}
