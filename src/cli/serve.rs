//! `serve`: opens a port, says where, and hands over to the [`preview`].

use std::io;
use std::net::{IpAddr, SocketAddr, TcpListener};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;

use serde_json::json;

use super::arguments::{Arguments, Selection, Serve};
use super::exit::{CommandError, ExitStatus, reason};
use super::patience::too_much_memory;
use super::speech::Speech;
use super::terminal::{self, Extent, Terminal};
use crate::diagnostic::Diagnostic;
use crate::preview::{self, Follow, Notice, Observer, Options, PreviewError, Watching};

/// How many ports are tried after the one that was wanted.
const NEXT_PORTS: u16 = 20;
/// Holds the address that opens a place in an editor: `vscode://file/{path}:{line}:{column}`.
const EDITOR: &str = "MASTHEAD_EDITOR";

/// Runs the preview until somebody presses Ctrl-C.
///
/// # Errors
/// The folder can't be opened, `SOURCE_DATE_EPOCH` is no time, or there is no port.
pub fn run(terminal: &Terminal, arguments: &Arguments, serve: &Serve) -> Result<ExitStatus, CommandError> {
    if !arguments.root.is_dir() {
        return Err(CommandError::machine(format!("there is no folder `{}`", arguments.root.display()))
            .with_help("`masthead init DIR` makes a newsletter; `--root DIR` names another folder"));
    }
    // The preview goes with the clock; but a build would refuse what is no time, and so does this.
    super::newsletter::now()?;
    let listener = listen(serve, &|text| terminal.say(text))?;
    let selection = serve.selection();
    if is_reachable(serve.host) {
        terminal.say(to_everybody(&selection));
    }
    let options = Options {
        root: arguments.root.clone(),
        base_url: selection.base_url,
        output: arguments.output.clone(),
        drafts: selection.drafts,
        future: selection.future,
        allowed_hosts: serve.allow_host.clone(),
        watching: if serve.poll { Watching::Polling } else { Watching::Events },
        follow: if serve.follow { Follow::Go } else { Follow::Stay },
        editor: std::env::var(EDITOR).ok().filter(|pattern| pattern.contains("{path}")),
    };
    let speech = Speech::start(terminal.clone()).map_err(|error| CommandError::no_thread(&error))?;
    let speaker =
        Arc::new(Speaker { speech, root: arguments.root.clone(), opens_browser: serve.open, speaks_json: serve.json });
    let result = preview::run(options, listener, speaker.clone());
    speaker.speech.finish();
    match result {
        Ok(()) => Ok(ExitStatus::Interrupted),
        Err(PreviewError::Root { path, error }) => Err(CommandError::disk(Path::new(&path), "opened", &error)),
        Err(PreviewError::System(error)) => {
            Err(CommandError::machine(format!("the preview can't start: {}", reason(&error))))
        }
        Err(PreviewError::TooLarge { pages }) => Err(too_large(&pages)),
    }
}

/// Says which pages can have taken the memory: a thread can't be stopped, and the machine is worth more.
fn too_large(pages: &[(String, Option<&str>)]) -> CommandError {
    let named = pages.iter().map(|(url, template)| match template {
        Some(template) => format!("the page `{url}` of `templates/{template}`"),
        None => format!("the page `{url}`"),
    });
    let named: Vec<String> = named.collect();
    too_much_memory(&named.join(", or "), "the preview has ended")
        .with_help("look for a text that grows in a loop in the template, then start the preview again")
}

/// Says whether other machines can reach a server at an address.
fn is_reachable(host: IpAddr) -> bool {
    !host.to_canonical().is_loopback()
}

/// Says who sees the preview, and what they see that readers do not.
fn to_everybody(selection: &Selection) -> String {
    let unpublished = match (selection.drafts, selection.future) {
        (true, true) => "; drafts and posts of the future are among what it shows",
        (true, false) => "; drafts are among what it shows",
        (false, true) => "; posts of the future are among what it shows",
        (false, false) => "",
    };
    format!("the preview answers to everybody in this network{unpublished}")
}

/// Opens the wanted port, or the next that is free.
fn listen(serve: &Serve, say: &dyn Fn(&str)) -> Result<TcpListener, CommandError> {
    let mut port = serve.port;
    loop {
        match TcpListener::bind(SocketAddr::new(serve.host, port)) {
            Ok(listener) => {
                if port != serve.port {
                    say(&format!("port {} is taken by another program; using {port}", serve.port));
                }
                return Ok(listener);
            }
            Err(error) if error.kind() == io::ErrorKind::AddrInUse && port - serve.port < NEXT_PORTS => {
                let Some(next) = port.checked_add(1) else { return Err(no_port(serve, &error)) };
                port = next;
            }
            Err(error) => return Err(no_port(serve, &error)),
        }
    }
}

fn no_port(serve: &Serve, error: &io::Error) -> CommandError {
    let message = format!("port {} of {} can't be opened: {}", serve.port, serve.host, reason(error));
    let help = match error.kind() {
        io::ErrorKind::PermissionDenied => "ports below 1024 are for administrators; try `--port 4000`",
        io::ErrorKind::AddrNotAvailable => "this machine has no such address; leave `--host` out for loopback",
        _ => "stop the other program, or take another port with `--port N`",
    };
    CommandError::machine(message).with_help(help)
}

/// Turns what the preview has to say into words.
struct Speaker {
    speech: Speech,
    root: std::path::PathBuf,
    opens_browser: bool,
    speaks_json: bool,
}

impl Observer for Speaker {
    fn notice(&self, notice: &Notice<'_>) {
        if self.speaks_json {
            self.event(notice);
        }
        let say = |text: String| self.speech.add(move |terminal| terminal.say(text));
        let done = |text: String| self.speech.add(move |terminal| terminal.done(text));
        match notice {
            Notice::Ready { url } => {
                done(format!("Serving {url} (Ctrl-C ends)"));
                if self.opens_browser && !open_browser(url) {
                    say(format!("no browser could be started; open {url} yourself"));
                }
            }
            Notice::Changed { files: [], milliseconds, posts, .. } => {
                say(format!("{posts} posts, read in {milliseconds} ms"));
            }
            Notice::Changed { files, milliseconds, .. } => {
                let first = files.first().map(ToString::to_string).unwrap_or_default();
                let more = match files.len() {
                    1 => String::new(),
                    count => format!(" and {} more", count - 1),
                };
                done(format!("Changed {first}{more} ({milliseconds} ms)"));
            }
            Notice::Complete { .. } | Notice::Rendered { .. } => {}
            Notice::Problems { new, .. } => {
                let (root, new) = (self.root.clone(), new.to_vec());
                self.speech.add(move |terminal| {
                    let text_of = |path: &crate::source::SourcePath| {
                        let workspace = crate::disk::DiskWorkspace::open(&root).ok()?;
                        super::newsletter::text_of(&workspace, path)
                    };
                    terminal.print_diagnostics(&new, &text_of, Extent::Folded);
                });
            }
            Notice::Clear => done("Fixed: there are no errors any more".to_owned()),
            Notice::Remark(text) => say((*text).to_owned()),
        }
    }

    fn describe(&self, diagnostic: &Diagnostic, line: Option<&str>) -> String {
        terminal::render_diagnostic(diagnostic, line, false)
    }
}

impl Speaker {
    /// Prints a notice as a line of JSON. Keys may be added, none is renamed or removed.
    fn event(&self, notice: &Notice<'_>) {
        let line = match notice {
            Notice::Ready { url } => json!({ "event": "ready", "url": url }),
            Notice::Changed { generation, files, milliseconds, posts } => {
                let files: Vec<&str> = files.iter().map(|path| path.as_str()).collect();
                let milliseconds = u64::try_from(*milliseconds).unwrap_or(u64::MAX);
                json!({
                    "event": "changed", "generation": generation, "files": files,
                    "milliseconds": milliseconds, "posts": posts,
                })
            }
            Notice::Complete { generation, milliseconds } => {
                let milliseconds = u64::try_from(*milliseconds).unwrap_or(u64::MAX);
                json!({ "event": "complete", "generation": generation, "milliseconds": milliseconds })
            }
            Notice::Rendered { generation } => json!({ "event": "rendered", "generation": generation }),
            Notice::Problems { all, .. } => {
                let text = terminal::diagnostics_json(all);
                let problems: serde_json::Value = serde_json::from_str(&text).unwrap_or_default();
                let failed = all.iter().any(Diagnostic::is_error);
                json!({ "event": if failed { "error" } else { "warning" }, "diagnostics": problems })
            }
            Notice::Clear => json!({ "event": "ok" }),
            Notice::Remark(text) => json!({ "event": "remark", "text": text }),
        };
        // A program that has gone does not want to know.
        self.speech.add(move |terminal| drop(terminal.data(&format!("{line}\n"))));
    }
}

/// Starts the browser; says whether that could be done.
fn open_browser(url: &str) -> bool {
    let (program, arguments): (&str, &[&str]) = match std::env::consts::OS {
        "macos" => ("open", &[]),
        "windows" => ("explorer", &[]),
        _ => ("xdg-open", &[]),
    };
    let mut command = Command::new(program);
    command.args(arguments).arg(url).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.spawn().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_only_the_preview_shows_is_said_as_it_was_asked_for() {
        let said = |drafts, future| to_everybody(&Selection { drafts, future, base_url: None });
        assert!(said(true, true).ends_with("; drafts and posts of the future are among what it shows"));
        assert!(said(true, false).ends_with("; drafts are among what it shows"));
        assert!(said(false, true).ends_with("; posts of the future are among what it shows"));
        assert!(said(false, false).ends_with("in this network"));
    }

    #[test]
    fn every_address_but_those_of_this_machine_alone_is_reachable() {
        for (host, expected) in [
            ("127.0.0.1", false),
            ("127.1.2.3", false),
            ("::1", false),
            ("::ffff:127.0.0.1", false),
            ("0.0.0.0", true),
            ("::", true),
            ("192.168.1.5", true),
            ("fe80::1", true),
        ] {
            assert_eq!(is_reachable(host.parse().unwrap()), expected, "{host}");
        }
    }
}
