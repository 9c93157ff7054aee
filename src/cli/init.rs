//! `init`: a folder becomes a newsletter with two posts that explain how to write the third.
//!
//! The texts are in [`templates`]. Nothing that is there is overwritten; if a file of ours has the name
//! of one that is there, nothing is written at all.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::Path;

use jiff::civil::Date;

use super::exit::{CommandError, named};
use super::new;
use super::terminal::Terminal;

mod templates;

/// The one file that may be there already: every repository has one.
const IGNORE_FILE: &str = ".gitignore";

/// When and where a newsletter is started.
#[derive(Clone, Debug)]
pub struct Start {
    /// The day.
    pub today: Date,
    /// The author's time zone, an IANA name.
    pub time_zone: String,
}

/// Makes the files of a new newsletter, each with its path.
pub fn files(start: &Start) -> Vec<(String, String)> {
    let today = start.today;
    let yesterday = today.yesterday().unwrap_or(today);
    let words = [
        ("{today}", today.to_string()),
        ("{yesterday}", yesterday.to_string()),
        ("{as_of}", yesterday.strftime("%Y-%m").to_string()),
        ("{time_zone}", start.time_zone.clone()),
    ];
    let fill = |text: &str| words.iter().fold(text.to_owned(), |text, (name, value)| text.replace(name, value));
    templates::FILES.iter().map(|(path, text)| (fill(path), fill(text))).collect()
}

/// Starts a newsletter in a folder, and says what to do next; `shown` is the folder as it was typed.
///
/// # Errors
/// The folder holds something of a name that is needed, or the disk will not.
pub fn run(terminal: &Terminal, folder: &Path, start: &Start) -> Result<(), CommandError> {
    let files = files(start);
    refuse_what_is_there(folder, &files)?;
    for (path, text) in &files {
        let full = folder.join(path);
        match new::create(&full, text.as_bytes()) {
            Ok(()) => terminal.say(format_args!("  {path}")),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists && path == IGNORE_FILE => {
                terminal.say(format_args!("  {IGNORE_FILE} stays as it is; add `/public/` and `/.masthead-*/` to it"));
            }
            Err(error) => return Err(CommandError::disk(&full, "written", &error)),
        }
    }
    terminal.done(format_args!("Started a newsletter in {}", named(folder)));
    let step = if folder == Path::new(".") { String::new() } else { format!("  cd {}\n", quoted(folder)) };
    terminal.say(format_args!(
        "\nNext:\n{step}  masthead serve --open       see it, and every save at once\n  \
         masthead new post \"Title\"   start a post of your own\n\n\
         Give the newsletter its name in masthead.yaml, and delete the two posts once you have read them."
    ));
    Ok(())
}

fn refuse_what_is_there(folder: &Path, files: &[(String, String)]) -> Result<(), CommandError> {
    match fs::metadata(folder) {
        Ok(metadata) if !metadata.is_dir() => {
            return Err(CommandError::refusal(format!("{} is a file, not a folder", named(folder)))
                .with_help("choose another name, such as `masthead init my-newsletter`"));
        }
        _ => {}
    }
    // A link counts, wherever it leads: `content` may be one, and writing into it would write elsewhere.
    let taken: BTreeSet<String> = files
        .iter()
        .map(|(path, _)| path.as_str())
        .filter(|path| *path != IGNORE_FILE)
        .filter_map(|path| {
            let there = |path: &str| fs::symlink_metadata(folder.join(path));
            let mut folders = path.match_indices('/').map(|(at, _)| &path[..at]);
            let blocked = folders.find(|above| there(above).is_ok_and(|metadata| !metadata.is_dir()));
            blocked.or_else(|| there(path).is_ok().then_some(path)).map(|path| format!("`{path}`"))
        })
        .collect();
    if taken.is_empty() {
        return Ok(());
    }
    let taken = taken.into_iter().collect::<Vec<_>>().join(", ");
    Err(CommandError::refusal(format!("{} already holds {taken}", named(folder)))
        .with_help("nothing was written; choose an empty folder, or use `masthead serve` if this is a newsletter"))
}

/// Writes a path so that a shell takes it as one word.
fn quoted(path: &Path) -> String {
    let text = path.display().to_string();
    let is_plain = text.chars().all(|c| c.is_alphanumeric() || matches!(c, '/' | '.' | '-' | '_' | '~'));
    if is_plain && !text.starts_with('-') {
        text
    } else if text.starts_with('-') {
        format!("'./{}'", text.replace('\'', r"'\''"))
    } else {
        format!("'{}'", text.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::super::terminal::Verbosity;
    use super::*;
    use crate::config::{self, Config};
    use crate::content::front_matter;
    use crate::source::SourceFile;

    fn start() -> Start {
        Start { today: jiff::civil::date(2024, 3, 1), time_zone: "Europe/Berlin".to_owned() }
    }

    fn run_in(folder: &Path) -> Result<(), CommandError> {
        run(&Terminal::from_environment(Verbosity::Quiet), folder, &start())
    }

    #[test]
    fn the_posts_are_from_yesterday_and_today() {
        let files = files(&start());
        let posts: Vec<&str> =
            files.iter().filter_map(|(path, _)| path.strip_prefix("content/posts/")?.get(..10)).collect();
        assert_eq!(posts, ["2024-02-29", "2024-03-01"]);
        for (path, text) in &files {
            assert!(!text.contains(['{', '}']) || path.ends_with(".md") && !text.contains("{today}"), "{path}");
            assert!(text.ends_with('\n') && !text.ends_with("\n\n"), "{path}");
        }
    }

    #[test]
    fn nothing_is_wrong_with_the_configuration_and_the_facts() {
        let files = files(&start());
        for (path, text) in files.iter().filter(|(path, _)| path != IGNORE_FILE) {
            let file = SourceFile::new(path.as_str(), text.as_str());
            let diagnostics = if path == config::FILE_NAME {
                let (config, diagnostics) = Config::read(Some(&file));
                assert_eq!(config.time_zone, "Europe/Berlin");
                let all = text.replace("\n# signup:", "\nsignup:").replace("\n# email:", "\nemail:");
                let all = SourceFile::new(path.as_str(), all.replace("\n#   ", "\n  "));
                let (config, said) = Config::read(Some(&all));
                assert!(said.is_empty() && config.signup.is_some() && config.email.from.is_some(), "{said:?}");
                diagnostics
            } else {
                let (matter, diagnostics) = front_matter::parse(&file);
                assert!(matter.root.get("summary").is_some() || path.contains("/companies/"), "{path}");
                diagnostics
            };
            assert!(diagnostics.is_empty(), "{path}: {diagnostics:?}");
        }
    }

    #[test]
    fn links_between_the_files_lead_somewhere() {
        let files = files(&start());
        for (path, text) in &files {
            let file = crate::source::SourcePath::new(path.as_str());
            for link in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
                if !link.starts_with("https://") && link.contains('.') {
                    let target = file.resolve(link).unwrap();
                    assert!(files.iter().any(|(path, _)| path == target.as_str()), "{path} links to {link}");
                }
            }
        }
    }

    #[test]
    fn a_folder_becomes_a_newsletter_once() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("a b/letter");
        run_in(&root).unwrap();
        let config = fs::read_to_string(root.join(config::FILE_NAME)).unwrap();
        let error = run_in(&root).unwrap_err();
        assert_eq!(error.status().code(), 4);
        assert!(error.message().contains("`masthead.yaml`"), "{error}");
        assert_eq!(fs::read_to_string(root.join(config::FILE_NAME)).unwrap(), config);
    }

    #[test]
    fn what_is_there_stays_and_what_is_in_the_way_stops_it() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        fs::write(root.join("README.md"), "mine").unwrap();
        fs::write(root.join(IGNORE_FILE), "mine").unwrap();
        fs::write(root.join("content"), "a file").unwrap();
        let error = run_in(root).unwrap_err();
        assert_eq!(error.status().code(), 4);
        assert!(error.message().contains("`content`"), "{error}");
        assert!(!root.join(config::FILE_NAME).exists());
        fs::remove_file(root.join("content")).unwrap();
        run_in(root).unwrap();
        assert_eq!(fs::read_to_string(root.join(IGNORE_FILE)).unwrap(), "mine");
        assert_eq!(run_in(&root.join("README.md")).unwrap_err().status().code(), 4);
    }

    #[test]
    fn a_folder_is_quoted_for_the_shell() {
        assert_eq!(quoted(Path::new("my/letter")), "my/letter");
        assert_eq!(quoted(Path::new("it's mine")), r"'it'\''s mine'");
        assert_eq!(quoted(Path::new("-x")), "'./-x'");
    }
}
