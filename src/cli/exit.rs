//! How a command ends: a status for scripts, and for people the reason and what to do next.

use std::io;
use std::path::Path;
use std::process::ExitCode;

use crate::diagnostic::{Diagnostic, UNREADABLE};
use crate::disk::guard::Refusal;
use crate::disk::publication::PublishError;

/// What the calling program learns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExitStatus {
    /// All is well.
    Success,
    /// The content has errors.
    Content,
    /// The command line can't be understood.
    Usage,
    /// The machine would not (a disk, a port), or Masthead has a bug.
    Machine,
    /// It would not be safe, and nothing has been done.
    Refused,
    /// Somebody pressed Ctrl-C.
    Interrupted,
}

impl ExitStatus {
    /// Gives the status of a command that has said all that is wrong with a newsletter.
    pub fn of(diagnostics: &[Diagnostic]) -> Self {
        let mut status = Self::Success;
        for error in diagnostics.iter().filter(|diagnostic| diagnostic.is_error()) {
            if error.code == UNREADABLE {
                return Self::Machine;
            }
            status = Self::Content;
        }
        status
    }

    /// Gives the number.
    pub fn code(self) -> u8 {
        match self {
            Self::Success => 0,
            Self::Content => 1,
            Self::Usage => 2,
            Self::Machine => 3,
            Self::Refused => 4,
            Self::Interrupted => 130,
        }
    }
}

impl From<ExitStatus> for ExitCode {
    fn from(status: ExitStatus) -> Self {
        ExitCode::from(status.code())
    }
}

/// Why a command could not do what it was asked to: lower case, no full stop, names in backticks.
///
/// Problems in the content are [diagnostics](crate::diagnostic::Diagnostic); this is for what ends a
/// whole command.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct CommandError {
    status: ExitStatus,
    message: String,
    help: Vec<String>,
}

impl CommandError {
    /// Says that the command line asks for something that can't be.
    pub fn usage(message: impl Into<String>) -> Self {
        Self::new(ExitStatus::Usage, message)
    }

    /// Says that the content keeps the command from its work; the diagnostics have been printed.
    pub fn content(message: impl Into<String>) -> Self {
        Self::new(ExitStatus::Content, message)
    }

    /// Says that the machine would not.
    pub fn machine(message: impl Into<String>) -> Self {
        Self::new(ExitStatus::Machine, message)
    }

    /// Says that a file could not be read or written; `what` is a word such as `written`.
    pub fn disk(path: &Path, what: &str, error: &io::Error) -> Self {
        Self::machine(format!("{} can't be {what}: {}", named(path), reason(error)))
    }

    /// Says that the system gives no thread.
    pub fn no_thread(error: &io::Error) -> Self {
        Self::machine(format!("a thread can't be started: {}", reason(error)))
    }

    /// Says that it would not be safe; nothing has been done.
    pub fn refusal(message: impl Into<String>) -> Self {
        Self::new(ExitStatus::Refused, message)
    }

    /// Says that Masthead has a bug.
    pub fn bug(message: impl Into<String>) -> Self {
        Self::machine(message).with_help("this is a bug in Masthead; please report it with the lines above")
    }

    /// Adds what to do next.
    #[must_use]
    pub fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help.push(help.into());
        self
    }

    /// Gives the status that the command ends with; never success.
    pub fn status(&self) -> ExitStatus {
        self.status
    }

    /// Says what is wrong.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// Says what to do next.
    pub fn help(&self) -> &[String] {
        &self.help
    }

    fn new(status: ExitStatus, message: impl Into<String>) -> Self {
        Self { status, message: message.into(), help: vec![] }
    }
}

impl From<Refusal> for CommandError {
    fn from(Refusal { message, help }: Refusal) -> Self {
        Self::refusal(message).with_help(help)
    }
}

impl From<PublishError> for CommandError {
    fn from(error: PublishError) -> Self {
        match error {
            PublishError::Refused(refusal) => refusal.into(),
            PublishError::Disk { path, what, error } => Self::disk(Path::new(&path), what, &error),
        }
    }
}

/// Names a file in a message: in backticks, and on one line whatever its name holds.
pub fn named(path: &Path) -> String {
    format!("`{}`", super::terminal::escape::line(&path.display().to_string()))
}

/// Gives the operating system's reason in the voice of our messages.
pub fn reason(error: &io::Error) -> String {
    let text = error.to_string();
    let text = text.split(" (os error").next().unwrap_or(&text);
    let mut letters = text.chars();
    let is_sentence = letters.next().is_some_and(char::is_uppercase) && letters.next().is_some_and(char::is_lowercase);
    match text.get(..1) {
        Some(first) if is_sentence => first.to_lowercase() + &text[1..],
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_keeps_its_help_and_its_status() {
        let refusal = Refusal { message: "refusing to write".to_owned(), help: "choose another".to_owned() };
        let error = CommandError::from(PublishError::Refused(refusal));
        assert_eq!((error.status().code(), error.help()), (4, &["choose another".to_owned()][..]));
    }

    #[test]
    fn the_machines_reasons_are_in_our_voice() {
        let error = CommandError::disk(Path::new("a/b"), "written", &io::Error::from_raw_os_error(28));
        assert_eq!(error.status(), ExitStatus::Machine);
        assert_eq!(error.message(), "`a/b` can't be written: no space left on device");
    }
}
