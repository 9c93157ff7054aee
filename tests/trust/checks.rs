//! What must hold for any bytes at all: used by the fuzz targets (`fuzz/`), by generated input, and for
//! the inputs that fuzzing has found (`tests/corpus/`).
//!
//! None of these functions may panic, take long, or take much memory; what they assert besides is said
//! at each.

#[path = "../workbench/mod.rs"]
#[allow(dead_code, reason = "the fuzz targets use one each")]
pub(crate) mod workbench;

use std::ops::Range;

use axum::http::{HeaderMap, HeaderValue, Method, header};
use masthead::cache;
use masthead::config::{Config, Overrides, RawHtml};
use masthead::content::document;
use masthead::content::markdown::{self, Fragment, Options, Position};
use masthead::content::money::Amount;
use masthead::diagnostic::Diagnostic;
use masthead::disk::DiskWorkspace;
use masthead::fingerprint::Fingerprint;
use masthead::load::Sources;
use masthead::newsroom::memory::Memory;
use masthead::preview::address;
use masthead::preview::gate::Gate;
use masthead::source::{SourceFile, SourcePath, decode};

/// Fails if something does not hold for these bytes.
#[allow(dead_code, reason = "the fuzz targets use one each")]
type Check = fn(&[u8]);

/// What is checked, by the name of its fuzz target and of its folder in `tests/corpus/`.
#[allow(dead_code, reason = "the fuzz targets use one each")]
pub(crate) const ALL: [(&str, Check); 6] = [
    ("amount", amount),
    ("cache", cache_file),
    ("configuration", configuration),
    ("front_matter", front_matter),
    ("markdown", markdown_text),
    ("request_path", request_path),
];

/// Reads a post: every complaint has a place that is in the file.
#[allow(dead_code, reason = "the fuzz targets use one each")]
pub(crate) fn front_matter(bytes: &[u8]) {
    let path = SourcePath::new("content/posts/2024-08-01-a.md");
    let Ok(file) = decode(path, bytes.to_vec()) else { return };
    let (document, diagnostics) = document::read(&file, &Config::default());
    assert!(document.is_some() || diagnostics.iter().any(Diagnostic::is_error), "nothing, and no word about it");
    places_are_in(&file, &diagnostics);
}

/// Reads an amount: what is shown of it is read as the same amount.
#[allow(dead_code, reason = "the fuzz targets use one each")]
pub(crate) fn amount(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    if let Ok(amount) = Amount::parse(text) {
        let shown = amount.to_string();
        assert_eq!(Amount::parse(&shown).as_ref(), Ok(&amount), "`{text}` is shown as `{shown}`");
        assert!(amount.agrees_with(&amount), "`{text}`");
    }
}

/// Renders Markdown under each policy: holes and prose are in order, and what is sanitised has no script.
#[allow(dead_code, reason = "the fuzz targets use one each")]
pub(crate) fn markdown_text(bytes: &[u8]) {
    let Ok(file) = decode(SourcePath::new("content/posts/2024-08-01-a.md"), bytes.to_vec()) else { return };
    for raw_html in [RawHtml::Allow, RawHtml::Sanitise, RawHtml::Deny] {
        let options = Options { raw_html, ..Options::default() };
        let markdown::Parsed { body, diagnostics, .. } = markdown::parse(&file, 0..file.text.len(), &options);
        places_are_in(&file, &diagnostics);
        for fragment in body.blocks.iter().map(|block| &block.body).chain([&*body.content]) {
            is_in_order(fragment);
            if raw_html != RawHtml::Allow {
                let html = fragment.html.to_ascii_lowercase();
                // Between tags the same words are text, which may say anything.
                for tag in html.split('<').skip(1).map(|rest| rest.split('>').next().unwrap_or_default()) {
                    assert!(!tag.starts_with("script") && !tag.starts_with("iframe"), "{html}");
                    assert!(!tag.contains("href=\"javascript:") && !tag.contains("src=\"javascript:"), "{html}");
                }
            }
        }
    }
    is_in_order(&markdown::inline(&file.text, &Options::default(), &file.path, Position::default()).0);
    let _ = markdown::plain_text(&file.text, Some(markdown::Quotes::English));
}

/// Reads a configuration: every complaint has a place that is in the file.
#[allow(dead_code, reason = "the fuzz targets use one each")]
pub(crate) fn configuration(bytes: &[u8]) {
    let Ok(file) = decode(SourcePath::new("masthead.yaml"), bytes.to_vec()) else { return };
    let (config, diagnostics) = Config::read_with(Some(&file), &Overrides::default());
    places_are_in(&file, &diagnostics);
    assert!(config.base_url.starts_with("http"), "`{}`", config.base_url);
    assert!(!config.content_folder.split('/').any(|part| part == ".."), "`{}`", config.content_folder);
}

/// Reads the files of a cache that hold these bytes, as they are and under a good header and checksum.
#[allow(dead_code, reason = "the fuzz targets use one each")]
pub(crate) fn cache_file(bytes: &[u8]) {
    let folder = workbench::folder();
    let root = folder.path();
    let (sources, memory) = (Sources::default(), Memory::default());
    let manifest = Fingerprint::default();
    cache::write_kept(root, cache::Owner::Builds, 0, &sources, &memory).unwrap();
    cache::write_pages(root, manifest, &[]).unwrap();
    cache::write_state(root, &cache::State::default()).unwrap();
    let workspace = DiskWorkspace::open(root).unwrap();
    // One shelf of posts is like another.
    for name in ["state", "keep", "pages", "posts-00"] {
        let path = root.join(cache::FOLDER).join("builds").join(name);
        let good = std::fs::read(&path).unwrap();
        let end = good.iter().position(|&byte| byte == b'\n').unwrap();
        // Behind the first line stand the key and the checksum, of 16 bytes each.
        let mut whole = good[..=end + 16].to_vec();
        whole.extend_from_slice(&Fingerprint::of_bytes(bytes).0.to_le_bytes());
        whole.extend_from_slice(bytes);
        for bytes in [bytes, &whole] {
            std::fs::write(&path, bytes).unwrap();
            let _ = cache::read_state(root);
            let _ = cache::read_kept(&workspace, cache::Owner::Builds, &Overrides::default());
            let _ = cache::read_pages(root, manifest);
        }
        std::fs::write(&path, good).unwrap();
    }
}

/// Judges a request: a path that passes can't leave the site, and a host that passes is one of ours.
///
/// Lines of the input are the path, the `Host` and the `Origin`.
#[allow(dead_code, reason = "the fuzz targets use one each")]
pub(crate) fn request_path(bytes: &[u8]) {
    let mut lines = bytes.splitn(3, |&byte| byte == b'\n');
    let path = String::from_utf8_lossy(lines.next().unwrap_or_default());
    if let Ok(decoded) = address::decode(&path) {
        assert!(decoded.starts_with('/') && !decoded.contains('\\'), "{decoded:?}");
        assert!(!decoded.chars().any(char::is_control), "{decoded:?}");
        assert!(!decoded.split('/').any(|part| part == ".." || part == "."), "{decoded:?}");
        assert!(address::below(&decoded, "/news").is_none_or(|below| below.starts_with('/')));
        let named = masthead::site::OutPath::of_url(&decoded);
        assert!(named.is_ok_and(|path| !path.as_str().starts_with('/')) || !decoded.contains("/../"));
    }
    let mut headers = HeaderMap::new();
    for name in [header::HOST, header::ORIGIN] {
        if let Some(Ok(value)) = lines.next().map(HeaderValue::from_bytes) {
            headers.append(name, value);
        }
    }
    let gate = Gate::new(([127, 0, 0, 1], 4000).into(), &["preview.example".to_owned()]);
    if gate.check_host(&headers).is_ok() {
        let host = headers.get(header::HOST).unwrap().to_str().unwrap().to_ascii_lowercase();
        let name = host.strip_suffix(":4000").unwrap_or(&host);
        let is_own = name.ends_with("localhost")
            || name.contains("127.")
            || name.starts_with('[')
            || name.starts_with("preview.example");
        assert!(is_own, "`{host}` is none of ours");
    }
    let _ = gate.check_origin(&Method::POST, &headers);
    let _ = gate.check_origin(&Method::GET, &headers);
}

fn places_are_in(file: &SourceFile, diagnostics: &[Diagnostic]) {
    let lines: Vec<&str> = file.text.split('\n').collect();
    for place in diagnostics.iter().filter_map(|diagnostic| diagnostic.place.as_ref()) {
        let line = lines.get(place.line as usize - 1).unwrap_or_else(|| panic!("there is no line {}", place.line));
        assert!(
            place.column as usize <= line.chars().count() + 1,
            "line {} has no column {}",
            place.line,
            place.column
        );
        assert!(place.length >= 1);
    }
}

fn is_in_order(fragment: &Fragment) {
    let bounds = |range: Range<u32>| {
        let (start, end) = (range.start as usize, range.end as usize);
        assert!(fragment.html.is_char_boundary(start) && fragment.html.is_char_boundary(end) && start <= end);
    };
    let mut last = 0;
    for hole in &fragment.holes {
        assert!(hole.at >= last);
        bounds(hole.at..hole.at);
        last = hole.at;
    }
    let mut last = 0;
    for prose in &fragment.prose {
        assert!(prose.start >= last);
        bounds(prose.start..prose.end);
        last = prose.end;
    }
}
