//! The live preview: a folder in, a site on loopback that shows every save.
//!
//! 1. [`run`] takes a port that is already open and answers at once; requests wait for the first site.
//! 2. [`watch`] turns what the system tells of the folder into batches of [hints](watch::Changes).
//! 3. [`workshop`] reads again what a batch may have changed and joins a new snapshot, on a thread
//!    of its own; [`state`] swaps it in whole, so that nobody ever sees half a change.
//! 4. [`answer`] renders a page when it is asked for, under the eyes of a [`watchdog`], and [`inject`]s the
//!    script that keeps it fresh.
//! 5. [`open_pages`] tells the pages that stand open, each only if its own content changed.
//! 6. [`background`] renders what nobody opened, to find the templates' errors there.
//!
//! This is the only place with asynchronous code. Nothing is written but replies that are tried out
//! ([`reply`]) and a file of the cache; the output folder is never touched.
#![expect(clippy::disallowed_methods, reason = "the preview watches the disk and the clock")]

use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;
use std::sync::Arc;

use crate::diagnostic::Diagnostic;
use crate::disk::DiskWorkspace;
use crate::site::OutPath;
use crate::source::SourcePath;

pub mod address;
mod answer;
mod background;
mod bar;
mod connections;
mod file;
pub mod gate;
mod inject;
mod join;
mod media_type;
mod open_pages;
mod pages;
mod problems;
mod reply;
mod state;
mod watch;
mod watchdog;
mod workshop;

/// Where everything that belongs to the preview and not to the site is served.
pub const PREFIX: &str = "/__masthead/";

/// What a preview is asked to do.
pub struct Options {
    /// The newsletter's folder.
    pub root: PathBuf,
    /// Another address of the site than the preview's own.
    pub base_url: Option<String>,
    /// Another output folder than the configured one; it is not watched.
    pub output: Option<String>,
    /// Whether drafts are shown.
    pub drafts: bool,
    /// Whether posts of the future are shown.
    pub future: bool,
    /// More names that the preview answers to.
    pub allowed_hosts: Vec<String>,
    /// How changes are noticed.
    pub watching: Watching,
    /// Whether the browser goes to the page whose file was saved.
    pub follow: Follow,
    /// The address that opens an editor, with `{path}`, `{line}` and `{column}` in it.
    pub editor: Option<String>,
}

/// How changes are noticed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Watching {
    /// The system tells.
    Events,
    /// The folder is looked through again and again.
    Polling,
}

/// What happens to the browser when a post is saved that no open page shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Follow {
    /// Nothing.
    Stay,
    /// It goes there.
    Go,
}

/// What a preview has to say while it runs.
#[derive(Debug)]
pub enum Notice<'a> {
    /// The port answers.
    Ready {
        /// The address of the front page.
        url: &'a str,
    },
    /// The site was joined anew.
    Changed {
        /// The number of the new site, from 1.
        generation: u64,
        /// The files that changed; none at the start.
        files: &'a [SourcePath],
        /// How long it took, from the end of the batch on.
        milliseconds: u128,
        /// How many posts it has.
        posts: usize,
    },
    /// Everything that follows from the changes is shown, on all pages.
    Complete {
        /// The number of that site.
        generation: u64,
        /// How long it took, from the first change on.
        milliseconds: u128,
    },
    /// Every page of a site was rendered, and what only that finds has been said.
    Rendered {
        /// The number of that site.
        generation: u64,
    },
    /// There are problems, errors among them, that were not there before.
    Problems {
        /// All problems that there are.
        all: &'a [Diagnostic],
        /// Those that are new.
        new: &'a [Diagnostic],
    },
    /// The last error has gone.
    Clear,
    /// Something that the author should know.
    Remark(&'a str),
}

/// Who listens to what a preview says, and knows how diagnostics read.
pub trait Observer: Send + Sync + 'static {
    /// Takes a notice.
    fn notice(&self, notice: &Notice<'_>);

    /// Writes a diagnostic as text; `line` is the line that its place names.
    fn describe(&self, diagnostic: &Diagnostic, line: Option<&str>) -> String;
}

/// Why a preview could not run.
#[derive(Debug, thiserror::Error)]
pub enum PreviewError {
    /// The newsletter's folder can't be entered.
    #[error("`{path}` can't be opened: {error}")]
    Root {
        /// The folder.
        path: String,
        /// The operating system's reason.
        error: std::io::Error,
    },
    /// The system would not give what a server needs.
    #[error("the preview can't start: {0}")]
    System(#[from] std::io::Error),
    /// One of the pages that were being rendered takes more memory than any page can.
    #[error("a page takes too much memory")]
    TooLarge {
        /// The address of each, with its template if it has one of its own.
        pages: Vec<(String, Option<&'static str>)>,
    },
}

/// Serves a site on an open port until somebody presses Ctrl-C.
///
/// # Errors
/// The folder can't be opened, or the system lacks what a server needs. Whatever is wrong with the
/// content is shown in the browser.
pub fn run(options: Options, listener: TcpListener, observer: Arc<dyn Observer>) -> Result<(), PreviewError> {
    let workspace = DiskWorkspace::open(&options.root)
        .map_err(|error| PreviewError::Root { path: options.root.display().to_string(), error })?;
    let address = listener.local_addr()?;
    listener.set_nonblocking(true)?;
    let server = Arc::new(state::Server::new(options, workspace, address, observer));
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .max_blocking_threads(64)
        .thread_name("masthead-preview")
        .enable_io()
        .enable_time()
        .build()?;
    let result = runtime.block_on(async {
        let listener = tokio::net::TcpListener::from_std(listener)?;
        server.observer.notice(&Notice::Ready { url: &format!("{}/", server.base_url()) });
        workshop::start(server.clone())?;
        background::start(server.clone())?;
        tokio::spawn(open_pages::tell(server.clone()));
        tokio::select! {
            () = connections::accept(listener, server.clone()) => Ok(()),
            interrupted = tokio::signal::ctrl_c() => interrupted.map_err(PreviewError::System),
            pages = server.watchdog.too_large() => Err(too_large(&server, &pages)),
        }
    });
    // Whatever still renders is of no use to anybody.
    runtime.shutdown_background();
    result
}

fn too_large(server: &state::Server, pages: &[OutPath]) -> PreviewError {
    let named = pages.iter().map(|page| (page.url(), pages::template_of(server, page)));
    PreviewError::TooLarge { pages: named.collect() }
}

/// Gives the address under which a browser on this machine finds a server.
pub fn origin(address: SocketAddr) -> String {
    let host = match address.ip() {
        ip if ip.is_unspecified() => "127.0.0.1".to_owned(),
        std::net::IpAddr::V6(ip) => format!("[{ip}]"),
        ip => ip.to_string(),
    };
    format!("http://{host}:{}", address.port())
}
