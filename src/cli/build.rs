//! `masthead build`: content becomes the site.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use super::arguments::{Arguments, Build};
use super::exit::{CommandError, ExitStatus};
use super::newsletter::{admission, open_folder, text_of};
use super::patience::patiently;
use super::terminal::{Extent, Progress, Terminal, figures};
use crate::build::watch::Watch;
use crate::build::{BuildError, Report, Request, build_watched};
use crate::disk::file_system::Disk;
use crate::disk::publication::{Adoption, Overwritten};
use crate::load::Overrides;
use crate::newsroom::timeline::Admission;
use crate::process;

/// Builds the site.
///
/// # Errors
/// The folder can't be entered, the output is refused, or the disk fails.
pub fn run(terminal: &Terminal, arguments: &Arguments, options: &Build) -> Result<ExitStatus, CommandError> {
    let start = Instant::now();
    let workspace = open_folder(&arguments.root)?;
    let admission = admission(&options.selection)?;
    let job = Job { terminal: terminal.clone(), arguments: arguments.clone(), options: options.clone(), admission };
    let report = patiently(terminal, Duration::from_secs(options.page_timeout), move |watch| job.run(watch))?;
    terminal.print_diagnostics(&report.diagnostics, &|path| text_of(&workspace, path), Extent::Folded);
    let Some(summary) = &report.summary else {
        terminal.say(if report.output.exists() {
            "Nothing was written; the site of the last build is unchanged."
        } else {
            "Nothing was written."
        });
        return Ok(ExitStatus::of(&report.diagnostics));
    };
    for Overwritten { path, copy } in &summary.overwritten {
        let copy = copy.as_ref().map(|copy| format!(", and `{copy}` keeps what it was")).unwrap_or_default();
        terminal
            .say(format_args!("note: `{path}` in the output was not as Masthead had left it; it is overwritten{copy}"));
    }
    for edited in &summary.kept_edits {
        terminal.say(format_args!(
            "note: `{edited}` in the output was not as Masthead had left it; the site has no such file any more, and it stays"
        ));
    }
    terminal.done(figures::build_line(report.pages, summary, start.elapsed()));
    for note in &report.notes {
        terminal.say(note);
    }
    if options.timings {
        terminal.say(figures::timings_table(&report.timings).trim_end());
        if let Some(peak) = process::peak_memory() {
            terminal.say(format_args!("  peak memory {peak} KiB"));
        }
    }
    Ok(ExitStatus::Success)
}

/// A build with all that it needs, so that it can run on a thread of its own.
struct Job {
    terminal: Terminal,
    arguments: Arguments,
    options: Build,
    admission: Admission,
}

impl Job {
    fn run(self, watch: &Watch) -> Result<Report, CommandError> {
        let Self { terminal, arguments, options, admission } = self;
        let request = Request {
            root: &arguments.root,
            overrides: Overrides { base_url: options.selection.base_url, output: arguments.output },
            admission,
            adoption: if options.adopt { Adoption::Adopt } else { Adoption::Refuse },
            allow_empty: options.allow_empty,
            force: options.force,
            durable: options.durable,
            files: &Disk,
        };
        let progress: OnceLock<(Progress, AtomicUsize)> = OnceLock::new();
        let report = |done, total| {
            let bar = progress.get_or_init(|| (Progress::start(&terminal, "rendering", total), AtomicUsize::new(0)));
            let before = bar.1.fetch_max(done, Ordering::Relaxed);
            bar.0.advance(done.saturating_sub(before));
        };
        build_watched(&request, &report, watch).map_err(|error| match error {
            BuildError::Root { error, .. } => CommandError::disk(&arguments.root, "opened", &error),
            BuildError::Busy => CommandError::machine("another build of this newsletter is running")
                .with_help("wait until it has ended; it is told by the file `.masthead-cache/lock`"),
            BuildError::Publish(error) => CommandError::from(error),
        })
    }
}
