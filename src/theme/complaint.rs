//! What the engine says is wrong with templates, as a reader can act on it: at a place in a file of their
//! own, with the name that was meant.
//!
//! The engine knows templates by name and no more. That a file is built in and that another took something
//! away from it is found here, and only when something is wrong already.

use std::collections::{BTreeMap, BTreeSet};

use tera::ErrorKind;

use super::collection::{Collection, near_name};
use super::functions::in_words;
use super::outline::{Kind, Outline, not_closed, outline};
use super::{BUILT_IN_PREFIX, foreign, names_known, path_of};
use crate::diagnostic::{Diagnostic, Place, nearest};

/// Characters of a message: the engine prints all it knows, and a reader needs the first part.
const LONGEST: usize = 400;

/// How the engine begins to say that a template has text which nothing shows.
const LOST: &str = "This content would be ignored";

/// One thing that the engine says, with the template and the place.
pub(super) struct Said {
    pub(super) message: String,
    pub(super) template: String,
    pub(super) place: Place,
}

/// Says why templates do not compile.
pub(super) fn of_compiling(error: &tera::Error, templates: &Collection) -> Vec<Diagnostic> {
    match error.kind() {
        ErrorKind::MissingParent { current, parent } => vec![missing_parent(templates, current, parent)],
        ErrorKind::CircularExtend { tpl, .. } => vec![extends_itself(templates, tpl)],
        ErrorKind::CircularInclude { tpl, include_chain } => vec![
            Diagnostic::error("template", format!("`{tpl}` includes itself, by way of {}", names(include_chain)))
                .at(Place::file(path_of(tpl))),
        ],
        ErrorKind::SyntaxError(report) | ErrorKind::RenderingError(report) => vec![syntax(templates, &said_of(report))],
        _ => {
            let text = error.to_string();
            if let Some(problem) = defined_twice(templates, &text) {
                return vec![problem];
            }
            let said = read_reports(&text);
            if said.is_empty() {
                return vec![Diagnostic::error("template", first_line(&text))];
            }
            unknown(templates, &said)
        }
    }
}

pub(super) fn said_of(report: &tera::ReportError) -> Said {
    let span = report.span();
    let place = Place {
        path: path_of(report.filename()),
        line: u32::try_from(span.start_line).unwrap_or(1),
        column: u32::try_from(span.start_col).unwrap_or(0) + 1,
        length: u32::try_from(span.range.len()).unwrap_or(1).max(1),
    };
    Said { message: in_words(report.message()), template: report.filename().to_owned(), place }
}

/// Finds the byte at which a place begins.
pub(super) fn byte_of(text: &str, place: &Place) -> usize {
    let above: usize = text.split_inclusive('\n').take(place.line.saturating_sub(1) as usize).map(str::len).sum();
    let line = &text[above..];
    line.char_indices().nth(place.column.saturating_sub(1) as usize).map_or(text.len(), |(at, _)| above + at)
}

/// Reads all reports out of a text: `error: message`, and ` --> name:line:column` below it.
fn read_reports(text: &str) -> Vec<Said> {
    let mut said: Vec<Said> = vec![];
    let mut seen = BTreeSet::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        let Some(message) = line.strip_prefix("error: ") else { continue };
        let place = lines.next().and_then(|line| read_place(line.trim_start().strip_prefix("--> ")?));
        let Some((template, place)) = place else { continue };
        // A slip in a loop of includes is one slip.
        if seen.insert((message.to_owned(), template.clone())) {
            said.push(Said { message: message.to_owned(), template, place });
        }
    }
    said
}

/// Reads `name:line:column`.
pub(super) fn read_place(text: &str) -> Option<(String, Place)> {
    let mut parts = text.trim().rsplitn(3, ':');
    let column = parts.next()?.parse().ok()?;
    let line = parts.next()?.parse().ok()?;
    let template = parts.next()?;
    Some((template.to_owned(), Place { path: path_of(template), line, column, length: 1 }))
}

fn missing_parent(templates: &Collection, current: &str, parent: &str) -> Diagnostic {
    let message = format!("`{current}` extends `{parent}`, and there is no such template");
    let problem = Diagnostic::error("template", message).at(extends(templates, current));
    helped(problem, near_template(templates, parent).as_deref())
}

/// Finds the template whose name is most like another, among the built-in ones if that is said.
fn near_template(templates: &Collection, name: &str) -> Option<String> {
    let (prefix, own) = name.split_at(if name.starts_with(BUILT_IN_PREFIX) { BUILT_IN_PREFIX.len() } else { 0 });
    near_name(own, &templates.names().collect::<Vec<_>>()).map(|near| format!("{prefix}{near}"))
}

/// Says that templates extend one another in a circle, at the first of the user's that is in it.
fn extends_itself(templates: &Collection, start: &str) -> Diagnostic {
    let mut chain = vec![start.to_owned()];
    while let Some((parent, _)) = chain.last().and_then(|name| outline(templates.text(name)).parent) {
        if let Some(first) = chain.iter().position(|name| *name == parent) {
            chain.drain(..first);
            break;
        }
        chain.push(parent);
    }
    let own = chain.iter().enumerate().filter(|(_, name)| templates.is_own(name));
    let first = own.min_by_key(|(_, name)| *name).map_or(0, |(at, _)| at);
    chain.rotate_left(first);
    let name = chain.first().cloned().unwrap_or_default();
    let by = if chain.len() > 1 { format!(", by way of {}", names(&chain[1..])) } else { String::new() };
    let problem = Diagnostic::error("template", format!("`{name}` extends itself{by}")).at(extends(templates, &name));
    let original = format!("{BUILT_IN_PREFIX}{name}");
    match templates.texts.contains_key(&original) {
        true => problem.with_help(format!("`{{% extends \"{original}\" %}}` extends the built-in one")),
        false => problem,
    }
}

/// Finds where a template says what it extends.
fn extends(templates: &Collection, name: &str) -> Place {
    let text = templates.text(name);
    match outline(text).parent {
        Some((_, at)) => Place::in_text(path_of(name), text, at),
        None => Place::file(path_of(name)),
    }
}

/// Says that two files define one component, if that is what the engine says.
fn defined_twice(templates: &Collection, text: &str) -> Option<Diagnostic> {
    let rest = text.strip_prefix("Component `")?;
    let (component, rest) = rest.split_once("` is defined in both `")?;
    let (one, rest) = rest.split_once("` and `")?;
    let other = rest.strip_suffix('`')?;
    let (first, second) = if templates.is_own(other) { (one, other) } else { (other, one) };
    let place = |name: &str| {
        let text = templates.text(name);
        let pieces = outline(text).pieces;
        let piece = pieces.iter().find(|piece| piece.kind == Kind::Component(component));
        Place::in_text(path_of(name), text, piece.map(|piece| piece.at.clone()).unwrap_or_default())
    };
    let (label, help) = match templates.is_own(first) {
        true => ("the other one", "give one of them another name".to_owned()),
        false => (
            "the built-in one",
            format!("write it in `templates/{first}`, which replaces the built-in one, or give it another name"),
        ),
    };
    Some(
        Diagnostic::error("template", format!("the component `{component}` is defined in `{first}` too"))
            .at(place(second))
            .with_related(place(first), label)
            .with_help(help),
    )
}

/// Says which names nothing has, with those that were meant.
fn unknown(templates: &Collection, said: &[Said]) -> Vec<Diagnostic> {
    let mut problems = vec![];
    let mut missing: BTreeMap<String, (Place, BTreeSet<String>)> = BTreeMap::new();
    for said in said {
        let name = said.message.split('`').nth(1).unwrap_or_default();
        let problem = || Diagnostic::error("template", shortened(&said.message)).at(said.place.clone());
        if said.message.starts_with("Block `") {
            let family = family(templates, &said.template);
            let culprit = family.iter().skip(1).find(|parent| templates.is_own(parent));
            if let Some(culprit) = culprit.filter(|_| !templates.is_own(&said.template)) {
                let (_, blocks) =
                    missing.entry(culprit.clone()).or_insert_with(|| (said.place.clone(), BTreeSet::new()));
                blocks.insert(name.to_owned());
                continue;
            }
            let texts: Vec<Outline<'_>> = family.iter().skip(1).map(|parent| outline(templates.text(parent))).collect();
            let blocks = texts.iter().flat_map(|outline| &outline.pieces).filter_map(|piece| match piece.kind {
                Kind::Block(name) => Some(name),
                _ => None,
            });
            problems.push(helped(problem(), nearest(name, blocks)));
            continue;
        }
        let kind = said.message.strip_prefix("Unknown ").and_then(|rest| rest.split(' ').next());
        let near = match kind {
            Some("filter") => match foreign::filter(name) {
                Some(help) => {
                    problems.push(problem().with_help(help));
                    continue;
                }
                None => nearest(name, names_known::FILTERS.iter().copied()),
            },
            Some("test") => nearest(name, names_known::TESTS.iter().copied()),
            Some("function") => {
                let help = match components(templates).any(|component| component == name) {
                    true => Some(format!("`{name}` is a component: `{{{{ <{name} … /> }}}}`")),
                    false => foreign::function(name).map(str::to_owned),
                };
                if let Some(help) = help {
                    problems.push(problem().with_help(help));
                    continue;
                }
                nearest(name, names_known::FUNCTIONS.iter().copied())
            }
            Some("template") => {
                problems.push(helped(problem(), near_template(templates, name).as_deref()));
                continue;
            }
            Some("component") => {
                problems.push(helped(problem(), nearest(name, components(templates))));
                continue;
            }
            _ => None,
        };
        problems.push(helped(problem(), near));
    }
    problems.extend(missing.into_iter().map(|(culprit, (place, blocks))| missing_blocks(&culprit, place, &blocks)));
    problems
}

/// Lists the names of all components.
fn components(templates: &Collection) -> impl Iterator<Item = &str> {
    let pieces = templates.texts.values().flat_map(|text| outline(text).pieces);
    pieces.filter_map(|piece| match piece.kind {
        Kind::Component(name) => Some(name),
        _ => None,
    })
}

/// Says that a template of the user lacks blocks that built-in templates fill in.
fn missing_blocks(culprit: &str, place: Place, blocks: &BTreeSet<String>) -> Diagnostic {
    let listed = blocks.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    let (noun, them, stand) = match blocks.len() {
        1 => ("block", "it", "it is"),
        _ => ("blocks", "them", "they are"),
    };
    let tags: String = blocks.iter().map(|name| format!("{{% block {name} %}}{{% endblock %}}")).collect();
    Diagnostic::error("template", format!("`{culprit}` lacks the {noun} {listed}: built-in templates fill {them} in"))
        .at(Place::file(path_of(culprit)))
        .with_related(place, "a built-in template that does")
        .with_help(format!("add `{tags}` where {stand} to stand"))
}

/// Gives a template and all that it extends, the nearest first.
fn family(templates: &Collection, name: &str) -> Vec<String> {
    let mut family = vec![name.to_owned()];
    while let Some((parent, _)) = family.last().and_then(|name| outline(templates.text(name)).parent) {
        if family.contains(&parent) {
            break;
        }
        family.push(parent);
    }
    family
}

/// Says what is wrong with how a template is written.
fn syntax(templates: &Collection, said: &Said) -> Diagnostic {
    let problem = Diagnostic::error("template", shortened(&said.message)).at(said.place.clone());
    let text = templates.text(&said.template);
    if said.message.starts_with(LOST) {
        // The engine counts white space before it as a part of it, and blames the line above.
        let start = byte_of(text, &said.place);
        let start = text.len() - text[start..].trim_start().len();
        let end = text[start..].find('\n').map_or(text.len(), |length| start + length);
        return problem
            .at(Place::in_text(path_of(&said.template), text, start..end))
            .with_help("move it into a block, `{% block main %}…{% endblock main %}`");
    }
    let line = text.lines().nth(said.place.line.saturating_sub(1) as usize).unwrap_or_default();
    if let Some(help) = foreign::syntax(&said.message, line, said.place.column as usize) {
        return problem.with_help(help);
    }
    // Where an expression has no end, tags behind it only seem to be missing.
    let is_whole = |open: &str, close: &str| text.matches(open).count() == text.matches(close).count();
    match not_closed(text).filter(|_| [("{{", "}}"), ("{%", "%}"), ("{#", "#}")].iter().all(|(a, b)| is_whole(a, b))) {
        Some((tag, at)) => {
            let place = Place::in_text(path_of(&said.template), text, at);
            let help = format!("`{{% {tag} %}}` of line {} is not closed: add `{{% end{tag} %}}`", place.line);
            match (place.line, place.column) < (said.place.line, said.place.column) {
                true => problem.with_related(place, "this is not closed").with_help(help),
                false => problem,
            }
        }
        None => problem,
    }
}

pub(super) fn helped(problem: Diagnostic, near: Option<&str>) -> Diagnostic {
    match near {
        Some(near) => problem.with_help(format!("did you mean `{near}`?")),
        None => problem,
    }
}

fn names(templates: &[String]) -> String {
    templates.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

pub(super) fn first_line(text: &str) -> String {
    shortened(text.lines().next().unwrap_or("the template fails").trim_start_matches("error: "))
}

pub(super) fn shortened(message: &str) -> String {
    message.chars().take(LONGEST).collect()
}

#[cfg(test)]
mod tests {
    use super::super::{Theme, render};
    use crate::diagnostic::Diagnostic;
    use crate::source::SourceFile;

    fn compiled(files: &[(&str, &str)]) -> Result<Theme, Vec<Diagnostic>> {
        let files: Vec<_> =
            files.iter().map(|(name, text)| SourceFile::new(format!("templates/{name}").as_str(), *text)).collect();
        Theme::compile(&files)
    }

    /// What is said: place, message and help.
    fn written(problem: &Diagnostic) -> String {
        let place = problem.place.as_ref().unwrap();
        let name = place.path.as_str().strip_prefix("templates/").unwrap();
        format!("{name}:{}:{} {}; {}", place.line, place.column, problem.message, problem.help.join("; "))
    }

    fn said(files: &[(&str, &str)]) -> Vec<String> {
        compiled(files).map(|_| ()).unwrap_err().iter().map(written).collect()
    }

    fn fails(files: &[(&str, &str)]) -> Diagnostic {
        let engine = compiled(files).unwrap().engine(|_| {});
        let mut context = tera::Context::new();
        context.insert("post", &std::collections::BTreeMap::from([("title", "T")]));
        render(&engine, "own.html", &context, "a test").unwrap_err()
    }

    #[test]
    fn what_a_base_of_the_user_lacks_is_said_of_that_file() {
        let problems = said(&[("base.html", "{% block main %}{% endblock %}{% block title %}{% endblock %}")]);
        assert_eq!(problems.len(), 1, "{problems:?}");
        assert!(
            problems[0].starts_with("base.html:1:1 `base.html` lacks the blocks `breadcrumbs`, `head`, "),
            "{problems:?}"
        );
        assert!(problems[0].contains("{% block breadcrumbs %}{% endblock %}"), "{problems:?}");
    }

    #[test]
    fn what_comes_back_to_itself_is_told_how_to_reach_the_built_in_one() {
        assert_eq!(
            said(&[("base.html", "\n{% extends \"base.html\" %}")]),
            ["base.html:2:1 `base.html` extends itself; `{% extends \"theme/base.html\" %}` extends the built-in one"]
        );
        assert_eq!(
            said(&[("partials/footer.html", "x {% include \"partials/footer.html\" %}")]),
            ["partials/footer.html:1:3 `partials/footer.html` includes itself, by way of `partials/footer.html`, \
              `partials/footer.html`; `{% include \"theme/partials/footer.html\" %}` includes the built-in one"]
        );
        let through = said(&[("partials/footer.html", "{% include \"404.html\" %}")]);
        assert!(
            through[0].starts_with("partials/footer.html:1:1 `partials/footer.html` includes itself, by"),
            "{through:?}"
        );
        assert!(
            said(&[("base.html", "{% extends \"404.html\" %}")])[0]
                .starts_with("base.html:1:1 `base.html` extends itself, by way of `404.html`")
        );
    }

    #[test]
    fn components_that_a_user_does_not_redefine_stay_those_of_the_theme() {
        let card = "{% component card(post, level=\"h3\", size=\"\") %}mine{% endcomponent card %}";
        let files = [
            ("components/card.html", card),
            (
                "own.html",
                "{{ <card post={post} /> }}{{ <deal_status status=\"signed\" /> }}{{ <brief post={post} /> }}",
            ),
        ];
        let engine = compiled(&files).unwrap().engine(|_| {});
        let problem = render(&engine, "own.html", &tera::Context::new(), "a test").unwrap_err();
        assert!(problem.message.contains("`post`"), "{problem:?}");
        let mut context = tera::Context::new();
        context.insert("post", "x");
        let problem = render(&engine, "own.html", &context, "a test").unwrap_err();
        // The built-in `brief` is reached, by way of the user's file.
        assert!(
            problem.message.contains("theme/components/card.html")
                && problem.place.unwrap().path.as_str() == "templates/own.html"
        );
    }

    #[test]
    fn a_component_that_is_there_already_is_said_with_both_places() {
        let own = ("components/mine.html", "\n{% component card() %}{% endcomponent card %}");
        assert_eq!(
            said(&[own]),
            ["components/mine.html:2:1 the component `card` is defined in `components/card.html` too; write it in \
              `templates/components/card.html`, which replaces the built-in one, or give it another name"]
        );
        let other = ("components/own.html", "{% component card() %}{% endcomponent card %}");
        let both = said(&[("components/card.html", ""), own, other]);
        assert!(
            both[0].starts_with("components/own.html:1:1 ") && both[0].ends_with("give one of them another name"),
            "{both:?}"
        );
    }

    #[test]
    fn the_name_that_was_meant_is_said() {
        for (text, expected) in [
            ("{{ 1 | plurall }}", "did you mean `plural`?"),
            ("{{ aset() }}", "did you mean `asset`?"),
            ("{{ 1 is definedd }}", "did you mean `defined`?"),
            ("{{ <crad /> }}", "did you mean `card`?"),
            ("{% include \"partials/foter.html\" %}", "did you mean `partials/footer.html`?"),
            ("{% include \"theme/partials/foter.html\" %}", "did you mean `theme/partials/footer.html`?"),
            ("{% extends \"bsae.html\" %}", "did you mean `base.html`?"),
            ("{% extends \"theme/bsae.html\" %}", "did you mean `theme/base.html`?"),
            ("{% extends \"base.html\" %}{% block mian %}{% endblock %}", "did you mean `main`?"),
            ("{% macro a() %}{% endmacro %}", "components take the place of macros"),
            ("{% import \"a.html\" as a %}", "components take the place of macros"),
            ("a\n{% if 1 %}b\n", "`{% if %}` of line 2 is not closed: add `{% endif %}`"),
            ("{% for a in [1] %}{% if a %}{% endfor %}", "`{% if %}` of line 1 is not closed: add `{% endif %}`"),
        ] {
            let problems = said(&[("own.html", text)]);
            assert!(problems.len() == 1 && problems[0].contains(expected), "{text}: {problems:?}");
        }
        for (text, expected) in
            [("{{ post.titel }}", "did you mean `title`?"), ("{{ pots.title }}", "did you mean `post`?")]
        {
            assert_eq!(fails(&[("own.html", text)]).help, [expected, "it was rendering `a test`"], "{text}");
        }
    }

    #[test]
    fn what_nothing_would_show_is_said_at_its_own_line() {
        assert_eq!(
            said(&[("own.html", "{% extends 'base.html' %}\n\n  lost\nmore")]),
            ["own.html:3:3 This content would be ignored: only `extends`, `block` and `component` are allowed at the \
              top level of a child template.; move it into a block, `{% block main %}…{% endblock main %}`"]
        );
    }

    #[test]
    fn types_are_said_in_words() {
        let problem = fails(&[("own.html", "{{ post | truncate(length='x') }}")]);
        assert!(problem.message.ends_with("this wants text, and got a map"), "{problem:?}");
    }

    #[test]
    fn all_that_is_wrong_in_names_is_said_at_once() {
        let problems = said(&[("own.html", "{{ a() }}{{ a() }}{{ b() }}"), ("other.html", "{{ 1 | c }}")]);
        assert_eq!(problems.len(), 3, "{problems:?}");
    }

    #[test]
    fn a_component_without_an_end_is_named_with_its_call() {
        let rec = "{% component rec(n) %}\n{% if n %}{{ <rec n={n - 1} /> }}{% endif %}{% endcomponent rec %}";
        let files = [("components/rec.html", rec), ("own.html", "a\nb\n{{ <rec n={50} /> }}")];
        let problem = fails(&files);
        assert!(
            written(&problem)
                .starts_with("components/rec.html:2:11 the component `rec` calls itself over more than 20 levels"),
            "{problem:?}"
        );
        let (place, _) = &problem.related[0];
        assert_eq!((place.path.as_str(), place.line), ("templates/own.html", 3));
    }
}
