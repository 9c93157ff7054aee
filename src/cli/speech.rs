//! Words for a terminal, said on a thread of their own: whoever says something never waits for who listens.
//!
//! A pipe that nobody reads is full after some thousand lines, and a terminal may have been stopped with Ctrl-S.
//! The preview goes on then; what nobody hears is dropped.

use std::io;
use std::sync::mpsc::{Receiver, SyncSender, channel, sync_channel};
use std::thread;
use std::time::Duration;

use super::terminal::Terminal;

/// Sayings that wait at most.
const MOST_WAITING: usize = 1_000;
/// How long the end waits for what is still to be said.
const LAST_WORDS: Duration = Duration::from_millis(500);

type Saying = Box<dyn FnOnce(&Terminal) + Send>;

/// A terminal with somebody who talks to it.
pub(super) struct Speech {
    queue: SyncSender<Saying>,
}

impl Speech {
    /// Starts the thread.
    ///
    /// # Errors
    /// The system has no room for another one.
    pub(super) fn start(terminal: Terminal) -> io::Result<Self> {
        let (queue, sayings): (_, Receiver<Saying>) = sync_channel(MOST_WAITING);
        let talk = move || sayings.into_iter().for_each(|saying| saying(&terminal));
        thread::Builder::new().name("masthead-speech".to_owned()).spawn(talk)?;
        Ok(Self { queue })
    }

    /// Has something said, behind all that waits; drops it where too much does.
    pub(super) fn add(&self, saying: impl FnOnce(&Terminal) + Send + 'static) {
        let _ = self.queue.try_send(Box::new(saying));
    }

    /// Waits a moment for what is still to be said.
    pub(super) fn finish(&self) {
        let (done, all_said) = channel();
        self.add(move |_| {
            let _ = done.send(());
        });
        let _ = all_said.recv_timeout(LAST_WORDS);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;

    use super::*;
    use crate::cli::terminal::Verbosity;

    #[test]
    fn who_speaks_never_waits_and_words_come_in_order() {
        let speech = Speech::start(Terminal::from_environment(Verbosity::Quiet)).unwrap();
        let (said, heard) = channel();
        let (go_on, gate) = channel::<()>();
        speech.add(move |_| gate.recv().unwrap());
        for number in 0..2 * MOST_WAITING {
            let said = said.clone();
            speech.add(move |_| said.send(number).unwrap());
        }
        go_on.send(()).unwrap();
        speech.finish();
        drop(said);
        let heard: Vec<usize> = heard.into_iter().collect();
        assert!(heard.len() >= MOST_WAITING - 1 && heard.len() <= MOST_WAITING + 1, "{}", heard.len());
        assert!(heard.iter().enumerate().all(|(at, number)| at == *number));
    }
}
