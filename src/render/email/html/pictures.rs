//! Pictures: a block of their own, or within a line or a cell.

use super::super::letter::Picture;
use super::super::provider;
use super::Writer;

impl Writer<'_> {
    /// Writes a picture as a block.
    pub(super) fn picture(&mut self, picture: &Picture) {
        self.raw("<p style=\"margin:0 0 16px\">");
        if !picture.link.is_empty() {
            self.links.push(picture.link.clone());
            self.raw("<a href=\"");
            provider::push_url(&mut self.out, &picture.link);
            self.raw("\">");
        }
        self.image(picture, "block");
        self.raw(if picture.link.is_empty() { "</p>\n" } else { "</a></p>\n" });
    }

    /// Writes a picture that is displayed so.
    pub(super) fn image(&mut self, picture: &Picture, display: &str) {
        self.raw("<img src=\"");
        provider::push_url(&mut self.out, &picture.url);
        self.raw("\" alt=\"");
        self.text(&picture.alt);
        self.raw("\"");
        // Within a table only a width in percent lets a picture shrink with the screen.
        let fluid = match picture.size {
            Some((width, height)) => {
                let shown = width.min(self.room);
                self.raw(&format!(" width=\"{shown}\""));
                if let Some(height) = height {
                    let height = (u64::from(height) * u64::from(shown)).div_ceil(u64::from(width.max(1)));
                    self.raw(&format!(" height=\"{height}\""));
                }
                format!("width:100%;max-width:{shown}px")
            }
            None => "max-width:100%".to_owned(),
        };
        self.raw(&format!(" style=\"display:{display};{fluid};height:auto;border:0\">"));
    }
}
