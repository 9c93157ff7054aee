//! A newsletter to try something on: in memory, or in a folder with the program run in it.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::io::{ErrorKind, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use masthead::config::Overrides;
use masthead::content::date::Moment;
use masthead::diagnostic::{self, Diagnostic};
use masthead::load::load;
use masthead::newsroom::memory::Memory;
use masthead::newsroom::timeline::Admission;
use masthead::render::{Rendered, render};
use masthead::snapshot::Snapshot;
use masthead::source::MemoryWorkspace;
use tempfile::TempDir;

/// Where a test's one post stands.
pub(crate) const POST: &str = "content/posts/2024-08-01-a.md";
/// Its page.
pub(crate) const PAGE: &str = "posts/a/index.html";
/// A configuration that says the least.
pub(crate) const CONFIG: (&str, &str) = ("masthead.yaml", "title: T\nbase_url: https://example.org\n");
/// The first second of 2025: what is dated later is of the future.
const NOW: i64 = 1_735_689_600;
/// No run of the program on a test's few files takes this long, on however busy a machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// What came of a newsletter in memory.
pub(crate) struct Site {
    /// The text of each file, by path; empty if there is no site.
    pub(crate) files: BTreeMap<String, String>,
    /// What is wrong, as `severity code path:line:column message`, without notes.
    pub(crate) said: Vec<String>,
}

/// Reads and renders a newsletter in memory.
pub(crate) fn site<B: AsRef<[u8]>>(files: &[(&str, B)]) -> Site {
    let mut workspace = MemoryWorkspace::default();
    workspace.write(CONFIG.0, CONFIG.1);
    for (path, bytes) in files {
        workspace.write(path, bytes.as_ref());
    }
    let admission = Admission { now: Moment::from_unix(NOW), drafts: false, future: false };
    let (sources, mut diagnostics) = load(&workspace, &Overrides::default(), None);
    let (snapshot, said) = Snapshot::build(&sources, &admission, &mut Memory::default());
    diagnostics.extend(said);
    let mut rendered = BTreeMap::new();
    if let Some(snapshot) = &snapshot {
        for (path, route) in snapshot.parts.plan.iter() {
            match render(snapshot, path, route) {
                Ok(Rendered::Bytes(bytes)) => {
                    rendered.insert(path.to_string(), String::from_utf8(bytes).unwrap());
                }
                Ok(Rendered::CopyOf(_)) => {}
                Err(problem) => diagnostics.push(problem),
            }
        }
    }
    diagnostic::sort(&mut diagnostics);
    let said = diagnostics.iter().filter(|said| said.severity != diagnostic::Severity::Note).map(line).collect();
    Site { files: rendered, said }
}

/// The same for a newsletter of one post.
pub(crate) fn post(text: impl AsRef<[u8]>) -> Site {
    site(&[(POST, text)])
}

fn line(diagnostic: &Diagnostic) -> String {
    let severity = format!("{:?}", diagnostic.severity).to_lowercase();
    let place = diagnostic.place.as_ref();
    let place = place.map(|place| format!(" {}:{}:{}", place.path, place.line, place.column)).unwrap_or_default();
    format!("{severity} {}{place} {}", diagnostic.code, diagnostic.message)
}

impl Site {
    /// Gives the text of a file of the site.
    pub(crate) fn at(&self, path: &str) -> &str {
        self.files.get(path).unwrap_or_else(|| panic!("there is no {path}: {:#?}", self.said))
    }

    /// Says that exactly this is wrong: each part in turn is what a complaint starts with.
    pub(crate) fn says(&self, name: &str, expected: &[&str]) {
        let fits = self.said.len() == expected.len()
            && self.said.iter().zip(expected).all(|(said, expected)| said.starts_with(expected));
        assert!(fits, "{name}:\nexpected {expected:#?}\nsaid     {:#?}", self.said);
    }

    /// Says that nothing is wrong.
    pub(crate) fn is_fine(&self, name: &str) {
        self.says(name, &[]);
    }
}

/// A newsletter in a folder of its own.
pub(crate) struct Folder {
    place: TempDir,
}

/// How the program ended.
pub(crate) struct Ran {
    /// Its exit status; negative for the signal that ended it.
    pub(crate) status: i32,
    /// What it said on standard error.
    pub(crate) said: String,
    /// How long it took.
    pub(crate) took: Duration,
}

impl Folder {
    /// Makes a newsletter of files.
    pub(crate) fn of(files: &[(&str, &str)]) -> Self {
        let folder = Self { place: crate::workbench::folder() };
        folder.write(CONFIG.0, CONFIG.1);
        for (path, text) in files {
            folder.write(path, text);
        }
        folder
    }

    /// Makes a newsletter of one post.
    pub(crate) fn with_post() -> Self {
        Self::of(&[(POST, "---\ntitle: A\n---\nText.\n")])
    }

    /// Gives a path in the folder.
    pub(crate) fn path(&self, path: impl AsRef<Path>) -> PathBuf {
        self.place.path().join(path)
    }

    /// Writes a file and the folders above it.
    pub(crate) fn write(&self, path: &str, bytes: impl AsRef<[u8]>) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }

    /// Gives the program, in this folder and with nothing of the environment that changes a site.
    pub(crate) fn program(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_masthead"));
        command.current_dir(self.place.path()).env_remove("SOURCE_DATE_EPOCH");
        command
    }

    /// Runs a command.
    pub(crate) fn run<A: AsRef<OsStr>>(&self, arguments: &[A]) -> Ran {
        run(self.program().args(arguments))
    }

    /// Builds, and checks the exit status.
    pub(crate) fn build(&self, status: i32) -> String {
        let ran = self.run(&["build"]);
        assert_eq!(ran.status, status, "{}", ran.said);
        ran.said
    }

    /// Builds the same sources elsewhere, from nothing, and gives the site.
    pub(crate) fn built_from_nothing(&self) -> BTreeMap<String, Vec<u8>> {
        let clean = Self::of(&[]);
        for below in ["content", "templates", "static"] {
            for (path, bytes) in self.tree(below) {
                clean.write(&format!("{below}/{path}"), bytes);
            }
        }
        clean.build(0);
        clean.tree("public")
    }

    /// Reads all files below a folder; those of Masthead itself are left out.
    pub(crate) fn tree(&self, below: &str) -> BTreeMap<String, Vec<u8>> {
        tree(&self.path(below))
    }
}

/// Runs a program; one that does not end is stopped, and the test fails.
pub(crate) fn run(command: &mut Command) -> Ran {
    let start = Instant::now();
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
    let mut child = loop {
        match command.spawn() {
            // A copy of the program that was just written: another test's process, begun meanwhile, still
            // holds it open for a moment.
            Err(error) if error.kind() == ErrorKind::ExecutableFileBusy => std::thread::sleep(Duration::from_millis(5)),
            child => break child.expect("it starts"),
        }
    };
    let mut stderr = child.stderr.take().unwrap();
    let said = std::thread::spawn(move || {
        let mut said = Vec::new();
        stderr.read_to_end(&mut said).map(|_| said)
    });
    let status = loop {
        if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
        if start.elapsed() > PATIENCE {
            child.kill().unwrap();
            child.wait().unwrap();
            panic!("{command:?} does not end");
        }
        std::thread::sleep(Duration::from_millis(2));
    };
    let took = start.elapsed();
    #[cfg(unix)]
    let signal = std::os::unix::process::ExitStatusExt::signal(&status);
    #[cfg(not(unix))]
    let signal: Option<i32> = None;
    Ran {
        status: status.code().unwrap_or_else(|| -signal.unwrap_or(1)),
        said: String::from_utf8_lossy(&said.join().unwrap().unwrap()).into_owned(),
        took,
    }
}

/// Reads all files below a folder, by path; those of Masthead itself are left out.
pub(crate) fn tree(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    for entry in walkdir::WalkDir::new(folder).into_iter().flatten() {
        let name = entry.path().strip_prefix(folder).unwrap().to_string_lossy().into_owned();
        if entry.file_type().is_file() && !name.split('/').any(|part| part.starts_with(".masthead-")) {
            files.insert(name, fs::read(entry.path()).unwrap());
        }
    }
    files
}

/// Says what this machine does not let a test try, past the runner, which keeps to itself what a test prints.
pub(crate) fn not_tried(what: &str) {
    let _ = writeln!(std::io::stderr(), "NOT TRIED: {what}");
}
