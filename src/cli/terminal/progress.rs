//! A bar for work that takes longer than a glance.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::Terminal;

/// What is done sooner needs no bar.
const PATIENCE: Duration = Duration::from_millis(500);

/// A bar on standard error that appears after half a second, and only where a person looks.
///
/// Any number of threads may advance it. It is gone when it is dropped; print after that.
#[derive(Debug)]
pub struct Progress {
    bar: ProgressBar,
    started: Instant,
    /// Whether it stands on the screen, or never will.
    settled: AtomicBool,
}

impl Progress {
    /// Starts counting; `doing` is a word such as `rendering`.
    pub fn start(terminal: &Terminal, doing: &'static str, total: usize) -> Self {
        let bar = ProgressBar::with_draw_target(Some(total as u64), ProgressDrawTarget::hidden()).with_message(doing);
        if let Ok(style) = ProgressStyle::with_template("{msg} {wide_bar} {human_pos} of {human_len}") {
            bar.set_style(style.progress_chars("=> "));
        }
        Self { bar, started: Instant::now(), settled: AtomicBool::new(!terminal.shows_progress()) }
    }

    /// Counts what was done.
    pub fn advance(&self, steps: usize) {
        self.bar.inc(steps as u64);
        let is_due = !self.settled.load(Ordering::Relaxed) && self.started.elapsed() >= PATIENCE;
        if is_due && !self.settled.swap(true, Ordering::Relaxed) {
            self.bar.set_draw_target(ProgressDrawTarget::stderr_with_hz(10));
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
