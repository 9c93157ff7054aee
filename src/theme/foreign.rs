//! What authors write who come from other template languages, and how the same is written here.

const COMPONENTS: &str = "components take the place of macros: `{% component name(a) %}…{% endcomponent name %}`, \
                          called `{{ <name a={…} /> }}` without an import";
const FOR_IF: &str = "take a list apart in a loop: `{% for item in list %}{% if … %}…{% endif %}{% endfor %}`";
const DATES: &str = "dates come ready for print: `post.date.long`, `.short`, `.iso`, `.machine`, `.year`";
const ADDRESSES: &str = "`url(path=\"/deals/\")` gives the address of a page, `asset(path=\"…\")` that of a file";

/// Characters of the name of a tag.
const LONGEST_TAG: usize = 16;

/// Tags of Jinja, Nunjucks, Twig, Liquid and Go.
const TAGS: [(&str, &str); 17] = [
    ("macro", COMPONENTS),
    ("import", COMPONENTS),
    ("from", COMPONENTS),
    ("call", COMPONENTS),
    ("elseif", "write `{% elif … %}`"),
    ("elsif", "write `{% elif … %}`"),
    ("unless", "write `{% if not … %}…{% endif %}`"),
    ("case", "write `{% if … %}…{% elif … %}…{% endif %}`"),
    ("switch", "write `{% if … %}…{% elif … %}…{% endif %}`"),
    ("with", "write `{% set name = … %}`"),
    ("assign", "write `{% set name = … %}`"),
    ("capture", "write `{% set name %}…{% endset %}`"),
    ("comment", "write `{# … #}`"),
    ("verbatim", "write `{% raw %}…{% endraw %}`"),
    ("layout", "write `{% extends \"base.html\" %}`"),
    ("render", "write `{% include \"partials/….html\" %}`"),
    ("end", "tags end by their names: `{% endif %}`, `{% endfor %}`, `{% endblock name %}`"),
];

const FILTERS: [(&str, &str); 17] = [
    ("date", DATES),
    ("strftime", DATES),
    ("dateformat", DATES),
    ("striptags", "texts without markup have fields of their own, such as `summary` beside `summary_html`"),
    ("plainify", "texts without markup have fields of their own, such as `summary` beside `summary_html`"),
    ("markdown", "fields whose names end in `_html` are markup already"),
    ("markdownify", "fields whose names end in `_html` are markup already"),
    ("map", FOR_IF),
    ("filter", FOR_IF),
    ("where", FOR_IF),
    ("slice", FOR_IF),
    ("count", "write `length`"),
    ("size", "write `length`"),
    ("jsonify", "write `json`"),
    ("dump", "write `json`"),
    ("relURL", ADDRESSES),
    ("absURL", ADDRESSES),
];

const FUNCTIONS: [(&str, &str); 8] = [
    ("now", "pages know no clock; `site.date` is the date of the newest content"),
    ("get_url", ADDRESSES),
    ("url_for", ADDRESSES),
    ("parent", "write `super()`"),
    ("get_page", "`posts(…)` finds posts, `deals(…)` deals"),
    ("get_section", "`posts(section=\"posts\")` finds those of a section"),
    ("get_taxonomy", "`posts(tag=\"…\")` finds those of a term"),
    ("load_data", "templates read no files; values under `extra` in `masthead.yaml` are `site.extra`"),
];

/// Says what is here in place of a filter of another language.
pub(super) fn filter(name: &str) -> Option<&'static str> {
    find(&FILTERS, name)
}

/// Says what is here in place of a function of another language.
pub(super) fn function(name: &str) -> Option<&'static str> {
    find(&FUNCTIONS, name)
}

/// Says how something is written here that the engine does not understand at a column of a line, from 1.
pub(super) fn syntax(message: &str, line: &str, column: usize) -> Option<&'static str> {
    let until = |end: usize| line.chars().take(end).collect::<String>();
    let (before, tag) = (until(column), until(column + LONGEST_TAG));
    let word = tag[before.rfind("{%").unwrap_or(tag.len())..].trim_start_matches(['{', '%', '-', ' ']);
    let word = word.split(|letter: char| !letter.is_alphanumeric()).next().unwrap_or_default();
    find(&TAGS, word).or_else(|| nameless(message, until(column.saturating_sub(1)).trim_end()))
}

/// Says what is meant where the engine finds a value or a dot and wants a name: `before` stands in front of it.
fn nameless(message: &str, before: &str) -> Option<&'static str> {
    if message.ends_with("but expected identifier.") && before.ends_with(['(', ',']) {
        return Some("arguments have names: `url(path=\"/deals/\")`, `truncate(length=20)`, `join(sep=\", \")`");
    }
    let is_field = message.starts_with("Found `.`") && before.ends_with("{{");
    is_field.then_some("fields are those of a variable: `{{ page.title }}`, `{{ post.title }}`")
}

fn find(table: &[(&'static str, &'static str)], name: &str) -> Option<&'static str> {
    table.iter().find(|(known, _)| *known == name).map(|(_, help)| *help)
}

#[cfg(test)]
mod tests {
    use super::super::Theme;
    use crate::source::SourceFile;

    #[test]
    fn what_other_languages_write_is_told_in_this_one() {
        for (text, expected) in [
            ("{% if 1 %}a{% elseif 2 %}b{% endif %}", "write `{% elif … %}`"),
            ("{%- unless a %}b{% endunless %}", "write `{% if not … %}"),
            ("{% for a in [1] %}b{% end %}", "tags end by their names"),
            ("{{ 1 | date }}", "dates come ready for print"),
            ("{{ now() }}", "pages know no clock"),
            ("{{ card(post=1) }}", "`card` is a component: `{{ <card … /> }}`"),
            ("{{ url('/a/') }}", "arguments have names"),
            ("{{ 'a' | truncate(20) }}", "arguments have names"),
            ("{{ .Title }}", "fields are those of a variable"),
        ] {
            let problems = Theme::compile(&[SourceFile::new("templates/own.html", text)]).err().unwrap();
            assert!(problems.len() == 1 && problems[0].help[0].starts_with(expected), "{text}: {problems:?}");
        }
    }
}
