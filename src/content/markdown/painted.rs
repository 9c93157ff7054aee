//! Code that has been coloured already: a publication shows the same snippets again and again, and the grammars
//! are by far the slowest part of reading a post. What is in here changes no outcome.
//!
//! It outlives the program: to compile one grammar takes longer than all else that an edit asks of a small site.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

/// Bytes of HTML that are remembered; what came first is forgotten first.
const MOST_BYTES: usize = 2 * 1024 * 1024;

/// Blocks of code with their colours, the oldest first: the digest of language and code, and the HTML.
pub type Painted = Vec<(u128, String)>;

#[derive(Default)]
struct Memory {
    known: HashMap<u128, Arc<str>>,
    order: VecDeque<u128>,
    bytes: usize,
}

impl Memory {
    fn insert(&mut self, key: u128, html: Arc<str>) {
        let bytes = html.len();
        if bytes > MOST_BYTES || self.known.insert(key, html).is_some() {
            return;
        }
        self.order.push_back(key);
        self.bytes += bytes;
        while self.bytes > MOST_BYTES {
            let Some(oldest) = self.order.pop_front() else { break };
            self.bytes -= self.known.remove(&oldest).map_or(0, |html| html.len());
        }
    }
}

fn memory() -> MutexGuard<'static, Memory> {
    static MEMORY: OnceLock<Mutex<Memory>> = OnceLock::new();
    MEMORY.get_or_init(Mutex::default).lock().unwrap_or_else(PoisonError::into_inner)
}

/// Gives the HTML of code with this digest, if it is remembered.
pub(super) fn recall(key: u128) -> Option<Arc<str>> {
    memory().known.get(&key).cloned()
}

/// Remembers the HTML of code.
pub(super) fn remember(key: u128, html: &str) {
    memory().insert(key, html.into());
}

/// Gives what is remembered, for another run of this very program.
pub fn painted() -> Painted {
    let memory = memory();
    memory.order.iter().filter_map(|key| Some((*key, memory.known.get(key)?.to_string()))).collect()
}

/// Takes back what [`painted`] gave.
pub fn restore_painted(painted: Painted) {
    let mut memory = memory();
    for (key, html) in painted {
        memory.insert(key, html.into());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_is_forgotten_first() {
        let mut memory = Memory::default();
        let third: Arc<str> = "x".repeat(MOST_BYTES / 3).into();
        for key in [1, 2, 3, 2, 4] {
            memory.insert(key, third.clone());
        }
        assert_eq!(memory.order, [2, 3, 4]);
        assert_eq!((memory.known.len(), memory.bytes), (3, 3 * third.len()));
        memory.insert(5, "x".repeat(MOST_BYTES + 1).into());
        assert_eq!(memory.order, [2, 3, 4]);
    }
}
