//! Images: an `<img>` whose `src` and size are a hole, or a figure where a title says more.

use super::body::{Position, ProseKind};
use super::links::{Target, target, unfilled};
use super::output::{push_attribute, push_text, push_url};
use super::render::Renderer;
use crate::diagnostic::Diagnostic;

/// An image between its start and its end, while its text is collected.
pub(super) struct OpenImage {
    destination: String,
    title: String,
    position: Position,
    /// Images inside its text.
    pub(super) depth: u32,
    pub(super) alt: String,
}

impl Renderer<'_, '_, '_> {
    /// Starts an image; `stands_alone` if there is nothing else in its paragraph.
    pub(super) fn start_image(&mut self, destination: &str, title: &str, stands_alone: bool, position: Position) {
        let mut title = title.to_owned();
        if stands_alone && !title.is_empty() && self.figure.is_none() {
            self.out.replace(self.paragraph_start, "<p>".len(), "<figure>");
            self.figure = Some(std::mem::take(&mut title));
        }
        self.image =
            Some(OpenImage { destination: destination.to_owned(), title, position, depth: 0, alt: String::new() });
    }

    /// Ends an image.
    pub(super) fn end_image(&mut self) {
        let Some(image) = &mut self.image else { return };
        if image.depth > 0 {
            image.depth -= 1;
            return;
        }
        let Some(OpenImage { destination, title, position, depth: _, alt }) = self.image.take() else { return };
        let file = self.page.file;
        let destination = self.without_quotes(&destination, position);
        let start = self.out.html.len();
        self.out.raw("<img");
        match target(destination, &file.path) {
            Target::External(url) | Target::InlineImage(url) => self.image_source(&url),
            Target::Completed(url) => {
                self.report_incomplete(destination, &url, position);
                self.image_source(&url);
            }
            of_site @ (Target::Site(_) | Target::Content { .. } | Target::File { .. }) => {
                if let Some(kind) = of_site.into_hole(destination, true) {
                    self.out.hole(position, kind);
                }
            }
            other => {
                match other {
                    Target::Outside => self.report_outside(destination, position),
                    Target::Scheme(scheme) => self.report_scheme(&scheme, position),
                    Target::Contact(_) => self.report_scheme("mailto", position),
                    Target::Unfilled => self.report(unfilled(destination), position),
                    _ => self.report(
                        Diagnostic::warning("empty-image", "the image has no address")
                            .with_help("put the image's file between the parentheses"),
                        position,
                    ),
                }
                // Without a source there is no image; its text says what was meant.
                self.out.html.truncate(start);
                push_text(&mut self.out.html, &alt);
                return;
            }
        }
        self.out.raw(" alt=\"");
        push_attribute(&mut self.out.html, &alt);
        if !title.is_empty() {
            self.out.raw("\" title=\"");
            push_attribute(&mut self.out.html, &title);
        }
        self.out.raw("\" loading=\"lazy\" decoding=\"async\">");
        if self.heading.is_some() {
            self.capture.push_str(&alt);
        }
    }

    fn image_source(&mut self, url: &str) {
        self.page.body.note_picture(url);
        self.out.raw(" src=\"");
        push_url(&mut self.out.html, url);
        self.out.raw("\"");
    }

    /// Ends a paragraph that became a figure.
    pub(super) fn end_figure(&mut self, caption: &str) {
        self.out.raw("<figcaption>");
        let start = self.out.html.len();
        push_attribute(&mut self.out.html, caption);
        self.out.prose_since(start, ProseKind::Text);
        self.words.read(caption);
        self.words.gap();
        self.out.raw("</figcaption></figure>\n");
    }
}
