use super::*;
use crate::disk::file_system::Disk;
use std::fs;

fn publish(output: &Path, files: &[(&str, &str)]) -> Result<Summary, PublishError> {
    let publication = Publication::open(&Disk, output.parent().unwrap(), output.to_path_buf(), Adoption::Refuse)?;
    let staged = files
        .iter()
        .map(|(path, text)| publication.stage(&OutPath::new(path).unwrap(), &Contents::Bytes(text.as_bytes())))
        .collect::<Result<Vec<_>, _>>()?;
    publication.commit(staged, |_| 0).map(|(summary, _)| summary)
}

#[test]
fn only_what_changed_is_written_and_only_what_is_ours_is_deleted() {
    let folder = tempfile::tempdir().unwrap();
    let output = folder.path().join("public");
    assert_eq!(publish(&output, &[("a.html", "a"), ("b/index.html", "b")]).unwrap().added, 2);
    fs::write(output.join("CNAME"), "example.org").unwrap();
    let again = publish(&output, &[("a.html", "a2"), ("c/index.html", "c")]).unwrap();
    assert_eq!((again.added, again.changed, again.unchanged, again.removed.len()), (1, 1, 0, 1));
    assert!(!output.join("b").exists());
    assert_eq!(fs::read_to_string(output.join("CNAME")).unwrap(), "example.org");
    assert!(!output.join(STAGING_NAME).exists());
    let same = publish(&output, &[("a.html", "a2"), ("c/index.html", "c")]).unwrap();
    assert_eq!(same, Summary { unchanged: 2, ..Summary::default() });
}

#[test]
fn a_folder_of_somebody_elses_files_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let output = folder.path().join("public");
    fs::create_dir(&output).unwrap();
    fs::write(output.join("thesis.tex"), "years of work").unwrap();
    assert!(matches!(publish(&output, &[("a.html", "a")]), Err(PublishError::Refused(_))));
    assert_eq!(fs::read_dir(&output).unwrap().count(), 1);
}

#[test]
fn an_edited_output_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let output = folder.path().join("public");
    publish(&output, &[("a.html", "a")]).unwrap();
    fs::write(output.join("a.html"), "edited by hand").unwrap();
    let summary = publish(&output, &[("a.html", "a")]).unwrap();
    assert_eq!(summary.overwritten[0].path, OutPath::new("a.html").unwrap());
    assert_eq!(fs::read_to_string(output.join("a.html")).unwrap(), "a");
}

#[test]
fn what_a_stopped_build_was_about_to_write_is_written_again() {
    let folder = tempfile::tempdir().unwrap();
    let output = folder.path().join("public");
    let page = output.join("a.html");
    publish(&output, &[("a.html", "old")]).unwrap();
    // The new file has its name already, and the clock of the disk has not ticked since the old one.
    let time = fs::metadata(&page).unwrap().modified().unwrap();
    let new = Written { fingerprint: Fingerprint::of_bytes(b"new"), size: 0, modified: 0 };
    let pending = Manifest::from([(OutPath::new("a.html").unwrap(), new)]);
    fs::write(output.join(manifest::PENDING_NAME), manifest::encode(&pending)).unwrap();
    fs::write(&page, "new").unwrap();
    fs::File::options().write(true).open(&page).unwrap().set_modified(time).unwrap();
    publish(&output, &[("a.html", "old")]).unwrap();
    assert_eq!(fs::read_to_string(page).unwrap(), "old");
}
