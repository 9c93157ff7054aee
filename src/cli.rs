//! The command line: arguments in, an exit status out; one file per command.
//!
//! [`run`] parses ([`arguments`]), finds the command, and turns its result into a status ([`exit`]).
//! [`terminal`] is the only printer. Here, and nowhere below, the clock and the environment are read.
#![expect(
    clippy::disallowed_methods,
    reason = "commands read the clock, the environment and the folder they are told of"
)]

use std::error::Error;
use std::ffi::OsString;
use std::io;

use clap::Parser;

pub mod arguments;
pub mod build;
pub mod check;
pub mod email;
pub mod exit;
pub mod explain;
pub mod init;
pub mod list;
pub mod new;
pub mod newsletter;
pub mod patience;
pub mod related;
pub mod schema;
pub mod serve;
mod speech;
pub mod terminal;

use arguments::{Arguments, Command};
use exit::{CommandError, ExitStatus};
use terminal::{Terminal, Verbosity};

/// Runs Masthead with the words of a command line, the program's name first.
pub fn run(words: impl IntoIterator<Item = OsString>) -> ExitStatus {
    let arguments = match Arguments::try_parse_from(words) {
        Ok(arguments) => arguments,
        Err(message) => {
            let terminal = Terminal::from_environment(Verbosity::Normal);
            let status = if message.use_stderr() { ExitStatus::Usage } else { ExitStatus::Success };
            return terminal.print_parser_message(&message).map_or_else(|error| fail(&terminal, &error), |()| status);
        }
    };
    let verbosity = if arguments.quiet { Verbosity::Quiet } else { Verbosity::Normal };
    let terminal = Terminal::from_environment(verbosity);
    command(&arguments, &terminal).unwrap_or_else(|error| fail(&terminal, &error))
}

/// Says that Masthead has a bug, after a panic.
pub fn run_into_bug() -> ExitStatus {
    let terminal = Terminal::from_environment(Verbosity::Quiet);
    fail(&terminal, &CommandError::bug("Masthead came to a point that it should never come to"))
}

fn command(arguments: &Arguments, terminal: &Terminal) -> Result<ExitStatus, CommandError> {
    start_threads(match &arguments.command {
        Command::Build(options) => options.jobs,
        _ => None,
    })?;
    match &arguments.command {
        Command::Init(init) => {
            // An absolute folder stays what it is.
            let folder = new::shown_path(&arguments.root, &init.folder);
            init::run(terminal, &folder, &here_and_now()).map(|()| ExitStatus::Success)
        }
        Command::New(new) => new::run(terminal, arguments, new),
        Command::Build(options) => build::run(terminal, arguments, options),
        Command::Serve(serve) => serve::run(terminal, arguments, serve),
        Command::Check(options) => check::run(terminal, arguments, options),
        Command::List(options) => list::run(terminal, arguments, options),
        Command::Related(options) => related::run(terminal, arguments, options),
        Command::Explain(options) => explain::run(terminal, arguments, options),
        Command::Email(options) => email::run(terminal, arguments, options),
        Command::Schema => schema::run(terminal, arguments),
    }
}

/// Starts the threads that share all work, as many as there are processors if nobody says how many.
///
/// Where that is left to whoever first has work for them, a system that gives no threads ends in a panic.
fn start_threads(jobs: Option<u16>) -> Result<(), CommandError> {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(jobs.map_or(0, usize::from));
    match pool.build_global() {
        Err(error) if error.source().is_some() => Err(CommandError::no_thread(&io::Error::other(error))),
        // A second pool in one process is no error, only without effect.
        _ => Ok(()),
    }
}

fn fail(terminal: &Terminal, error: &CommandError) -> ExitStatus {
    terminal.print_error(error);
    error.status()
}

/// Finds the day and the time zone of the person at the keyboard.
fn here_and_now() -> init::Start {
    let now = jiff::Zoned::now();
    // A zone without a name that is known can't be written down, and the day in UTC may be another.
    match now.time_zone().iana_name().filter(|name| *name != "Etc/Unknown") {
        Some(name) => init::Start { today: now.date(), time_zone: name.to_owned() },
        None => {
            let now = now.with_time_zone(jiff::tz::TimeZone::UTC);
            init::Start { today: now.date(), time_zone: "UTC".to_owned() }
        }
    }
}
