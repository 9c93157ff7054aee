//! Rendering what nobody opened, to find the errors there: slowly, and not while something changes.

use std::collections::HashMap;
use std::io;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use super::state::Server;
use super::{Notice, pages};
use crate::fingerprint::Fingerprint;
use crate::site::{OutPath, Route};

/// How long nothing must have changed before it begins.
const CALM: Duration = Duration::from_millis(700);
/// How often it looks whether there is anything to do.
const GLANCE: Duration = Duration::from_millis(200);

/// Starts the thread.
pub(super) fn start(server: Arc<Server>) -> io::Result<()> {
    let builder = thread::Builder::new().name("masthead-background".to_owned());
    builder.spawn(move || run(&server)).map(drop)
}

fn run(server: &Server) {
    let mut known: HashMap<OutPath, Fingerprint> = HashMap::new();
    let mut done = 0;
    let mut seen = (0, Instant::now());
    loop {
        thread::sleep(GLANCE);
        // The preview is ending when nobody else holds it; the process ends this thread then.
        let Some(current) = server.now() else { continue };
        if current.generation != seen.0 {
            seen = (current.generation, Instant::now());
        }
        if current.generation == done || seen.1.elapsed() < CALM {
            continue;
        }
        let Some(snapshot) = current.snapshot.clone() else { continue };
        let mut interrupted = false;
        // Pages that failed come first, whatever is known of them: their author waits for them to be right.
        let failed = server.page_problems.pages();
        let again = failed.iter().filter_map(|path| Some((path, snapshot.parts.plan.at(path)?, true)));
        for (path, route, has_failed) in
            again.chain(snapshot.parts.plan.iter().map(|(path, route)| (path, route, false)))
        {
            if server.now().is_none_or(|now| now.generation != current.generation) {
                interrupted = true;
                break;
            }
            if !has_failed && server.page_problems.is_full() {
                break;
            }
            // Files of the author are served as they are; feeds repeat what pages show.
            if matches!(route, Route::Copy(_) | Route::Asset(_) | Route::Mirror(_) | Route::Redirect(_)) {
                continue;
            }
            let started = Instant::now();
            let before = if has_failed { None } else { known.get(path).copied() };
            if let Some(key) = pages::probe(server, &snapshot, path, route, before) {
                known.insert(path.clone(), key);
            }
            // Half of one processor at most: the author's next save comes first.
            thread::sleep(started.elapsed());
        }
        if interrupted {
            continue;
        }
        done = current.generation;
        let plan = &snapshot.parts.plan;
        known.retain(|path, _| plan.at(path).is_some());
        if server.page_problems.keep(|path| plan.at(path).is_some()) {
            if server.page_problems.pages().is_empty() {
                server.say_clear();
            }
            server.nudge();
        }
        server.observer.notice(&Notice::Rendered { generation: done });
    }
}
