//! Pictures and other files that lie beside posts: where each is served, and how large a picture is.

use std::collections::HashMap;

use crate::content::document::is_markdown;
use crate::fingerprint::Fingerprint;
use crate::newsroom::{Newsroom, Target};
use crate::source::{SourcePath, composed, look_up, within};

/// A file that is published as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Media {
    /// Where it lies, from the newsletter's folder on.
    pub source: SourcePath,
    /// The digest of its bytes.
    pub fingerprint: Fingerprint,
    /// Width and height in pixels, if it is a picture.
    pub dimensions: Option<(u32, u32)>,
}

/// All files of the content folder that are not Markdown, and those of `static/`.
#[derive(Clone, Debug, Default)]
pub struct MediaLibrary {
    files: Vec<(Media, String)>,
    by_source: HashMap<String, usize>,
    by_url: HashMap<String, usize>,
}

impl MediaLibrary {
    /// Finds an address for every file.
    ///
    /// A file in the folder of an `index.md` goes where that post goes, and stays unpublished with it.
    /// Any other keeps its path below the content folder, and files of `static/` theirs below that.
    pub fn file(
        content: Vec<Media>,
        statics: Vec<Media>,
        content_folder: &str,
        static_folder: &str,
        newsroom: &Newsroom,
    ) -> Self {
        let mut library = Self::default();
        for media in content {
            if is_markdown(&media.source) || media.source.as_str().starts_with(&within(content_folder, "replies/")) {
                continue;
            }
            if let Some(url) = content_url(&media.source, content_folder, newsroom) {
                library.insert(media, url);
            }
        }
        for media in statics {
            let inside = media.source.as_str().strip_prefix(static_folder).unwrap_or(media.source.as_str());
            let url = format!("/{}", inside.trim_start_matches('/'));
            library.insert(media, url);
        }
        library
    }

    /// Lists all files with their addresses.
    pub fn iter(&self) -> impl Iterator<Item = (&Media, &str)> {
        self.files.iter().map(|(media, url)| (media, url.as_str()))
    }

    /// Finds a file by where it lies.
    pub fn by_source(&self, path: &str) -> Option<(&Media, &str)> {
        look_up(&self.by_source, path).map(|&index| (&self.files[index].0, self.files[index].1.as_str()))
    }

    /// Finds a file by its address from the site's root on.
    pub fn by_url(&self, url: &str) -> Option<&Media> {
        look_up(&self.by_url, url).map(|&index| &self.files[index].0)
    }

    fn insert(&mut self, media: Media, url: String) {
        let index = self.files.len();
        let path = media.source.as_str();
        if let (Some(path), Some(url)) = (composed(path), composed(&url)) {
            self.by_source.entry(path).or_insert(index);
            self.by_url.entry(url).or_insert(index);
        }
        self.by_source.insert(path.to_owned(), index);
        self.by_url.insert(url.clone(), index);
        self.files.push((media, url));
    }
}

fn content_url(source: &SourcePath, content_folder: &str, newsroom: &Newsroom) -> Option<String> {
    let mut folder = source.folder();
    loop {
        for index in ["index.md", "index.markdown"] {
            let Some(target) = newsroom.by_source.get(within(folder, index).as_str()) else { continue };
            if matches!(target, Target::Unpublished | Target::Unread) {
                return None;
            }
            let url = newsroom.url_of(*target)?;
            let rest = source.as_str().strip_prefix(folder)?.trim_start_matches('/');
            return Some(format!("{url}{rest}"));
        }
        if folder == content_folder || folder.is_empty() {
            break;
        }
        folder = folder.rsplit_once('/').map_or("", |(above, _)| above);
    }
    let inside = source.as_str().strip_prefix(content_folder)?.trim_start_matches('/');
    Some(format!("/{inside}"))
}
