//! Which templates take part when one is rendered.

use std::collections::{BTreeMap, BTreeSet};

use super::BUILT_IN_PREFIX;
use super::collection::Collection;
use super::outline::{Call, Kind, Outline, outline};

/// Lists the templates of the user that a template is made of: itself, what it extends and includes, and
/// those of the components that these call.
pub(super) fn own<'t>(templates: &'t Collection, template: &str) -> BTreeSet<&'t str> {
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
    let mut seen = BTreeSet::new();
    let mut waiting: Vec<String> = vec![template.to_owned()];
    while let Some(name) = waiting.pop() {
        let Some((name, outline)) = outlines.get_key_value(name.as_str()) else { continue };
        if !seen.insert(*name) {
            continue;
        }
        waiting.extend(outline.parent.iter().map(|(parent, _)| parent.clone()));
        for (call, _) in outline.pieces.iter().flat_map(|piece| &piece.calls) {
            match call {
                Call::Include(name) => waiting.push(name.clone()),
                Call::Component(name) => waiting.extend(defined.get(name).map(|file| (*file).to_owned())),
                Call::Block(_) => {}
            }
        }
    }
    seen.retain(|name| templates.is_own(name));
    seen
}

#[cfg(test)]
mod tests {
    use super::super::Theme;
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
}
