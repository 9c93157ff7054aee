//! Which templates take part when one is rendered, and what they ask the site for.

use std::collections::{BTreeMap, BTreeSet};

use super::BUILT_IN_PREFIX;
use super::collection::Collection;
pub use super::outline::Ask;
use super::outline::{Call, Kind, Outline, outline};

/// All templates with what each calls.
pub(super) struct Reach<'t> {
    outlines: BTreeMap<&'t str, Outline<'t>>,
    /// The file of each component.
    defined: BTreeMap<&'t str, &'t str>,
}

impl<'t> Reach<'t> {
    /// Reads the templates.
    pub(super) fn of(templates: &'t Collection) -> Self {
        let outlines: BTreeMap<&str, Outline<'_>> =
            templates.texts.iter().map(|(name, text)| (name.as_str(), outline(text))).collect();
        let mut defined: BTreeMap<&str, &str> = BTreeMap::new();
        for (file, outline) in &outlines {
            for piece in &outline.pieces {
                if let Kind::Component(name) = piece.kind
                    // What stands behind a file of the user's has only what that one leaves out.
                    && !(file.starts_with(BUILT_IN_PREFIX) && defined.contains_key(name))
                {
                    defined.insert(name, file);
                }
            }
        }
        Self { outlines, defined }
    }

    /// Lists the templates that one is made of: itself, what it extends and includes, and those of the components
    /// that these call.
    pub(super) fn parts(&self, template: &str) -> BTreeSet<&'t str> {
        let mut seen = BTreeSet::new();
        let mut waiting: Vec<String> = vec![template.to_owned()];
        while let Some(name) = waiting.pop() {
            let Some((name, outline)) = self.outlines.get_key_value(name.as_str()) else { continue };
            if !seen.insert(*name) {
                continue;
            }
            waiting.extend(outline.parent.iter().map(|(parent, _)| parent.clone()));
            for (call, _) in outline.pieces.iter().flat_map(|piece| &piece.calls) {
                match call {
                    Call::Include(name) => waiting.push(name.clone()),
                    Call::Component(name) => waiting.extend(self.defined.get(name).map(|file| (*file).to_owned())),
                    Call::Block(_) => {}
                }
            }
        }
        seen
    }

    /// Lists what a template and all that it is made of ask the site for.
    pub(super) fn asks(&self, template: &str) -> BTreeSet<Ask> {
        let parts = self.parts(template);
        let pieces = parts.iter().filter_map(|part| self.outlines.get(part)).flat_map(|outline| &outline.pieces);
        pieces.flat_map(|piece| &piece.asks).cloned().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::Theme;
    use super::Ask;
    use crate::source::SourceFile;

    #[test]
    fn a_page_is_told_which_files_of_the_user_it_is_made_of() {
        let files = [
            ("partials/footer.html", "mine"),
            ("partials/replies.html", "mine"),
            ("components/card.html", "{% component card(post, level='', size='') %}{% endcomponent card %}"),
            ("components/people.html", "{% component share(links) %}{% endcomponent share %}"),
            ("own.html", "{% extends 'base.html' %}{% block main %}{{ <card post='x' /> }}{% endblock %}"),
        ];
        let files: Vec<_> =
            files.map(|(name, text)| SourceFile::new(format!("templates/{name}").as_str(), text)).to_vec();
        let theme = Theme::compile(&files).unwrap();
        assert_eq!(
            theme.own_parts("own.html").into_iter().collect::<Vec<_>>(),
            ["components/card.html", "own.html", "partials/footer.html"]
        );
        assert!(!theme.own_parts("404.html").contains("404.html") && theme.is_own("own.html"));
    }

    #[test]
    fn what_a_page_asks_the_site_for_is_found_wherever_it_is_made() {
        let files = [
            ("partials/footer.html", "{% for deal in deals(year=2024) %}{{ deal.title }}{% endfor %}"),
            ("components/own.html", "{% component own() %}{{ posts(limit=3) | length }}{% endcomponent own %}"),
            ("page.html", "{% extends 'base.html' %}{% block main %}{{ <own /> }}{% endblock %}"),
            ("bare.html", "{{ asset(path='img/a.svg') }}{{ asset(path=site.title) }}{{ posts | length }}"),
        ];
        let files: Vec<_> =
            files.map(|(name, text)| SourceFile::new(format!("templates/{name}").as_str(), text)).to_vec();
        let theme = Theme::compile(&files).unwrap();
        let of_all = [Ask::File(Some("favicon.svg".to_owned())), Ask::File(Some("js/theme.js".to_owned()))];
        let of_all = [Ask::Deals].into_iter().chain(of_all);
        assert_eq!(theme.asks("404.html").iter().cloned().collect::<Vec<_>>(), of_all.clone().collect::<Vec<_>>());
        let of_pages: Vec<_> = [Ask::Posts].into_iter().chain(of_all).collect();
        assert_eq!(theme.asks("page.html").iter().cloned().collect::<Vec<_>>(), of_pages);
        let bare = [Ask::File(None), Ask::File(Some("img/a.svg".to_owned()))];
        assert_eq!(theme.asks("bare.html").iter().cloned().collect::<Vec<_>>(), bare);
    }
}
