//! A watch over rendering: which page each thread is at, and since when.
//!
//! The template engine has no limit of steps, and a thread can't be stopped from outside. So whoever
//! started a build looks at the watch from another thread, and ends the program when a page takes longer
//! than any page can: nothing has been published then.

use std::sync::{Mutex, PoisonError};
use std::thread::{self, ThreadId};
use std::time::{Duration, Instant};

use crate::site::OutPath;

/// The pages that are being rendered.
#[derive(Debug, Default)]
pub struct Watch {
    pages: Mutex<Vec<(ThreadId, OutPath, Instant)>>,
}

impl Watch {
    /// Renders a page under the watch.
    pub fn during<T>(&self, path: &OutPath, render: impl FnOnce() -> T) -> T {
        let thread = thread::current().id();
        self.pages().push((thread, path.clone(), Instant::now()));
        let rendered = render();
        let mut pages = self.pages();
        if let Some(at) = pages.iter().rposition(|page| page.0 == thread && page.1 == *path) {
            pages.swap_remove(at);
        }
        rendered
    }

    /// Gives the page that has been rendered for the longest time, and that time.
    pub fn longest(&self) -> Option<(OutPath, Duration)> {
        let pages = self.pages();
        pages.iter().min_by_key(|page| page.2).map(|(_, path, since)| (path.clone(), since.elapsed()))
    }

    fn pages(&self) -> std::sync::MutexGuard<'_, Vec<(ThreadId, OutPath, Instant)>> {
        self.pages.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_watch_knows_the_page_that_is_at_work_and_forgets_what_is_done() {
        let watch = Watch::default();
        let path = OutPath::new("a/index.html").unwrap();
        assert_eq!(watch.during(&path, || watch.longest().map(|(path, _)| path)), Some(path));
        assert_eq!(watch.longest(), None);
    }
}
