//! The only printer: data goes to standard output, talk to standard error.
//!
//! Whoever stops reading (`masthead list | head -1`) is no error, and nothing that an author or a
//! stranger wrote can command the terminal (see [`escape`]).

use std::ffi::OsString;
use std::fmt;
use std::io::{self, IsTerminal, Write};

use super::exit::{CommandError, reason};
use crate::diagnostic::Diagnostic;

pub mod escape;
pub mod figures;
mod json;
mod progress;
mod report;

pub use json::diagnostics_json;
pub use progress::Progress;
pub use report::{Extent, TextOf, list as render_list, render_diagnostic};

/// How much is said on standard error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verbosity {
    /// Errors alone.
    Quiet,
    /// What a person at the keyboard wants to know.
    Normal,
}

/// Where a command speaks to people and programs.
#[derive(Clone, Debug)]
pub struct Terminal {
    colour: bool,
    data_colour: bool,
    progress: bool,
    verbosity: Verbosity,
}

impl Terminal {
    /// Looks at the environment: is there a terminal, and does it take colours?
    pub fn from_environment(verbosity: Verbosity) -> Self {
        let variable = |name: &str| std::env::var_os(name);
        let talks_to_person = io::stderr().is_terminal();
        let is_dumb = variable("TERM").is_some_and(|term| term == "dumb");
        Self {
            colour: wants_colour(variable, talks_to_person),
            data_colour: wants_colour(variable, io::stdout().is_terminal()),
            progress: talks_to_person && !is_dumb && verbosity == Verbosity::Normal,
            verbosity,
        }
    }

    /// Says whether talk is in colour.
    pub fn colour(&self) -> bool {
        self.colour
    }

    /// Says whether a progress bar makes sense.
    fn shows_progress(&self) -> bool {
        self.progress
    }

    /// Prints data on standard output, as it is; to a person's terminal, hidden characters are shown.
    ///
    /// # Errors
    /// Standard output can't be written. That nobody reads it any more is no error.
    pub fn data(&self, text: &str) -> Result<(), CommandError> {
        let mut stream = io::stdout().lock();
        let shown = if stream.is_terminal() { escape::text(text) } else { text.into() };
        write_data(&mut stream, shown.as_bytes())
    }

    /// Says something on standard error, unless it is to be quiet; a line break is added.
    pub fn say(&self, text: impl fmt::Display) {
        if self.verbosity == Verbosity::Normal {
            talk(&format!("{}\n", escape::text(&text.to_string())));
        }
    }

    /// Says in one line that something was done: like [`Terminal::say`], with the first word set off.
    pub fn done(&self, text: impl fmt::Display) {
        if self.verbosity == Verbosity::Normal {
            let text = text.to_string();
            let text = escape::line(&text);
            let (verb, rest) = text.split_at(text.find(' ').unwrap_or(text.len()));
            let bold = annotate_snippets::renderer::AnsiColor::Green.on_default().bold();
            talk(&if self.colour { format!("{bold}{verb}{bold:#}{rest}\n") } else { format!("{text}\n") });
        }
    }

    /// Prints diagnostics that are sorted, and how many there are, on standard error.
    ///
    /// `text_of` gives the text of a file, for the lines that are shown. A quiet terminal prints errors
    /// alone, whatever the extent.
    pub fn print_diagnostics(&self, diagnostics: &[Diagnostic], text_of: TextOf<'_>, extent: Extent) {
        let extent = if self.verbosity == Verbosity::Quiet { Extent::Errors } else { extent };
        talk(&report::list(diagnostics, text_of, extent, self.colour));
    }

    /// Prints why a command ended, on standard error.
    pub fn print_error(&self, error: &CommandError) {
        talk(&format!("{}\n", report::render_command_error(error, self.colour)));
    }

    /// Prints what the parser of arguments says: help and version as data, mistakes as talk.
    ///
    /// # Errors
    /// Help was wanted, and standard output can't be written.
    pub fn print_parser_message(&self, message: &clap::Error) -> Result<(), CommandError> {
        let rendered = message.render();
        if message.use_stderr() {
            // A mistake repeats what was typed, so it is printed without styles, which could be forged.
            talk(&shorten(&escape::text(&rendered.to_string())));
            return Ok(());
        }
        let text = if self.data_colour { rendered.ansi().to_string() } else { rendered.to_string() };
        write_data(&mut io::stdout().lock(), text.as_bytes())
    }
}

fn write_data(stream: &mut impl Write, bytes: &[u8]) -> Result<(), CommandError> {
    match stream.write_all(bytes).and_then(|()| stream.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(CommandError::machine(format!("standard output can't be written: {}", reason(&error))))
        }
        _ => Ok(()),
    }
}

fn talk(text: &str) {
    // Where nobody listens there is nobody to tell.
    let _ = io::stderr().lock().write_all(text.as_bytes());
}

/// Cuts lines that repeat an endless argument.
fn shorten(text: &str) -> String {
    const LONGEST: usize = 400;
    let cut = |line: &str| match line.char_indices().nth(LONGEST) {
        Some((at, _)) => format!("{}…\n", &line[..at]),
        None => format!("{line}\n"),
    };
    text.lines().map(cut).collect()
}

/// Decides on colours: `NO_COLOR` (no-color.org), `CLICOLOR_FORCE`, `TERM`, then what is at the other end.
fn wants_colour(variable: impl Fn(&str) -> Option<OsString>, is_terminal: bool) -> bool {
    let is_set = |name| variable(name).is_some_and(|value| !value.is_empty());
    if is_set("NO_COLOR") {
        return false;
    }
    if is_set("CLICOLOR_FORCE") && variable("CLICOLOR_FORCE").is_some_and(|value| value != "0") {
        return true;
    }
    is_terminal && variable("TERM").is_none_or(|term| term != "dumb")
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Closed(io::ErrorKind);

    impl Write for Closed {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(self.0.into())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_reader_who_left_is_no_error_and_a_full_disk_is() {
        assert_eq!(write_data(&mut Closed(io::ErrorKind::BrokenPipe), b"x"), Ok(()));
        let error = write_data(&mut Closed(io::ErrorKind::StorageFull), b"x").unwrap_err();
        assert_eq!(error.status().code(), 3);
    }

    #[test]
    fn colours_follow_the_environment() {
        let decide = |set: &[(&str, &str)], is_terminal| {
            let find = |name: &str| set.iter().find(|(key, _)| *key == name).map(|(_, value)| OsString::from(value));
            wants_colour(find, is_terminal)
        };
        assert!(decide(&[("TERM", "xterm")], true));
        assert!(!decide(&[], false));
        assert!(!decide(&[("TERM", "dumb")], true));
        assert!(!decide(&[("NO_COLOR", "1"), ("CLICOLOR_FORCE", "1")], true));
        assert!(decide(&[("NO_COLOR", ""), ("TERM", "xterm")], true));
        assert!(decide(&[("CLICOLOR_FORCE", "1")], false));
        assert!(!decide(&[("CLICOLOR_FORCE", "0")], false));
    }

    #[test]
    fn an_endless_argument_is_cut() {
        assert!(shorten(&"x".repeat(1_000_000)).chars().count() < 500);
        assert_eq!(shorten("a\nb"), "a\nb\n");
    }
}
