//! What the engine says while it renders a page, told at the place that its author can change.

use tera::ErrorKind;

use super::argument;
use super::collection::Collection;
use super::complaint::{Said, byte_of, first_line, helped, read_place, said_of, shortened};
use super::outline::{Kind, Token, each_tag, outline};
use super::{BUILT_IN_PREFIX, path_of};
use crate::diagnostic::{Diagnostic, Place, nearest};

/// How the engine begins to say that a component can't be called like this.
const OF_ARGUMENTS: [&str; 4] = ["Unknown argument(s) `", "Component argument `", "Argument `", "Implicit argument `"];
/// What stands before the arguments that a component takes.
const TAKES: &str = " Possible argument(s) are: ";

/// Says why a page can't be rendered. Templates that call the one that fails are told as well.
pub(super) fn of_rendering(error: &tera::Error, templates: &Collection, template: &str, page: &str) -> Diagnostic {
    let text = error.to_string();
    let problem = match error.kind() {
        ErrorKind::SyntaxError(report) | ErrorKind::RenderingError(report) => {
            let said = said_of(report);
            of_component(templates, &said).unwrap_or_else(|| at_callers(templates, said, callers(&text)))
        }
        _ if text.starts_with("Maximum render recursion depth") => super::recursion::describe(templates, template),
        _ => Diagnostic::error("template", first_line(&text)),
    };
    let place = problem.place.clone().unwrap_or_else(|| Place::file(path_of(template)));
    problem.at(place).with_help(format!("it was rendering `{page}`"))
}

/// Says what fails, at the nearest template of the user's.
fn at_callers(templates: &Collection, said: Said, mut callers: Vec<(String, Place)>) -> Diagnostic {
    let said = argument::blamed(templates, said);
    let near = available(&said.message).map(str::to_owned);
    let (mut message, mut place) = (said.message, said.place);
    let mut related: Vec<(Place, String)> = vec![];
    if !templates.is_own(&said.template) {
        message = format!("{message} (in the built-in `{}`)", said.template);
        // What it was given is wrong, and that is written further up.
        if let Some(own) = callers.iter().position(|(name, _)| templates.is_own(name)) {
            let (_, caller) = callers.remove(own);
            related.push((std::mem::replace(&mut place, caller), "it fails here, in a built-in template".to_owned()));
        }
    }
    related.extend(callers.into_iter().map(|(name, place)| {
        let whose = if templates.is_own(&name) { "" } else { ", in a built-in template" };
        (place, format!("called from here{whose}"))
    }));
    let problem = Diagnostic::error("template", shortened(&message)).at(place);
    let problem = related.into_iter().fold(problem, |problem, (place, label)| problem.with_related(place, label));
    helped(problem, near.as_deref())
}

/// Says of a component of the user's that a built-in template can't call it as it does: only the user's can be changed.
fn of_component(templates: &Collection, said: &Said) -> Option<Diagnostic> {
    if templates.is_own(&said.template) || !OF_ARGUMENTS.iter().any(|start| said.message.starts_with(start)) {
        return None;
    }
    let name = called_at(templates.text(&said.template), &said.place)?;
    let (file, at) = templates.own.iter().find_map(|file| Some((file, defined_in(templates.text(file), name)?)))?;
    let message = match said.message.split_once(TAKES) {
        Some((_, takes)) => {
            let takes: Vec<&str> = takes.split('`').skip(1).step_by(2).collect();
            let built_in = templates.texts.iter().filter(|(file, text)| !templates.is_own(file) && text.contains(name));
            let mut lacks: Vec<&str> = built_in.flat_map(|(_, text)| passed(text, name)).collect();
            lacks.sort_unstable();
            lacks.dedup();
            lacks.retain(|argument| !takes.contains(argument));
            let lacks = lacks.iter().map(|argument| format!("`{argument}`")).collect::<Vec<_>>().join(", ");
            format!("the component `{name}` does not take {lacks}: built-in templates pass it")
        }
        None => format!("{} (in a built-in template that calls `{name}`)", said.message),
    };
    let problem = Diagnostic::error("template", shortened(&message))
        .at(Place::in_text(path_of(file), templates.text(file), at))
        .with_related(said.place.clone(), "called from here, in a built-in template");
    let original = templates.text(&format!("{BUILT_IN_PREFIX}{file}"));
    Some(match defined_in(original, name) {
        Some(at) => problem.with_help(format!("the theme's own begins with `{}`", &original[at])),
        None => problem,
    })
}

/// Finds where a text defines a component.
fn defined_in(text: &str, component: &str) -> Option<std::ops::Range<usize>> {
    let pieces = outline(text).pieces;
    pieces.into_iter().find(|piece| piece.kind == Kind::Component(component)).map(|piece| piece.at)
}

/// Gives the name of the component that is called at a place.
fn called_at<'t>(text: &'t str, place: &Place) -> Option<&'t str> {
    let start = byte_of(text, place);
    let mut called = None;
    each_tag(text, |tag| {
        if let Some(at) = tag.starts.iter().position(|at| *at == start)
            && let [Token::Sign(b'<'), Token::Word(name), ..] = tag.tokens[at..]
        {
            called = Some(name);
        }
    });
    called
}

/// Lists the arguments that a text passes to a component.
fn passed<'t>(text: &'t str, component: &str) -> Vec<&'t str> {
    let mut passed = vec![];
    each_tag(text, |tag| {
        for (at, call) in tag.tokens.windows(2).enumerate() {
            if call[0] != Token::Sign(b'<') || call[1] != Token::Word(component) {
                continue;
            }
            let mut depth = 0;
            for token in tag.tokens[at + 2..].iter().take_while(|token| **token != Token::Sign(b'>')) {
                match token {
                    Token::Sign(b'{') => depth += 1,
                    Token::Sign(b'}') => depth -= 1,
                    Token::Word(argument) if depth == 0 => passed.push(*argument),
                    _ => {}
                }
            }
        }
    });
    passed
}

/// Reads which templates called the one that fails, the nearest first.
fn callers(report: &str) -> Vec<(String, Place)> {
    report.lines().filter_map(|line| read_place(line.strip_prefix("note: called from ")?)).collect()
}

/// Finds the nearest of the names that the engine lists as there to be had.
fn available(message: &str) -> Option<&str> {
    let name = message.split('`').nth(1)?;
    let (_, known) =
        message.split_once(" Available variables: ").or_else(|| message.split_once(" Available fields: "))?;
    nearest(name, known.split(", "))
}

#[cfg(test)]
mod tests {
    use super::super::{Theme, render};
    use crate::diagnostic::Diagnostic;
    use crate::source::SourceFile;

    fn fails(files: &[(&str, &str)], template: &str) -> Diagnostic {
        let files: Vec<_> =
            files.iter().map(|(name, text)| SourceFile::new(format!("templates/{name}").as_str(), *text)).collect();
        let engine = Theme::compile(&files).unwrap().engine(|_| {});
        let post = std::collections::BTreeMap::from([("title", "T")]);
        let mut context = tera::Context::new();
        context.insert("recent", &[&post]);
        context.insert("post", &post);
        render(&engine, template, &context, "a test").unwrap_err()
    }

    fn place(problem: &Diagnostic) -> String {
        let place = problem.place.as_ref().unwrap();
        format!("{}:{}:{}", place.path, place.line, place.column)
    }

    #[test]
    fn a_component_that_the_theme_calls_otherwise_is_said_where_the_user_defines_it() {
        let own = ("components/card.html", "\n{% component card(post) %}{{ post.title }}{% endcomponent card %}");
        // A page of the theme, and no more of it than the list that calls the component.
        let page = ("own.html", "{{ <post_list posts={recent} /> }}");
        let problem = fails(&[own, page], "own.html");
        assert_eq!(place(&problem), "templates/components/card.html:2:1");
        assert_eq!(problem.message, "the component `card` does not take `level`, `size`: built-in templates pass it");
        assert!(
            problem.help[0].starts_with("the theme's own begins with `{% component card(post, level"),
            "{problem:?}"
        );
        assert_eq!(problem.related[0].1, "called from here, in a built-in template");
        let typed = ("components/card.html", "{% component card(post, level: bool, size='') %}{% endcomponent card %}");
        let problem = fails(&[typed, page], "own.html");
        assert_eq!(place(&problem), "templates/components/card.html:1:1");
        assert!(problem.message.starts_with("Component argument `level` (type: `string`)"), "{problem:?}");
    }

    #[test]
    fn an_argument_of_another_type_is_said_at_the_argument() {
        for (text, expected, message) in [
            (
                "{{ 'a' | truncate(length='x') }}",
                "1:26",
                "`length` of `truncate` wants a whole number, and not below 0, ",
            ),
            ("{{ post.title | truncate(length=post.title) }}", "1:33", "`length` of `truncate` wants a whole number"),
            ("{{ 'a' | upper | replace(from=1, to='b') }}", "1:31", "`from` of `replace` wants text, and got a "),
            ("{{ post | truncate(length=3) }}", "1:4", "this wants text, and got a map"),
            ("{{ 5 | truncate(length=3) }}", "1:4", "this wants text, and got a whole number"),
            ("{{ post | upper }}", "1:4", "this wants text, and got a map"),
        ] {
            let problem = fails(&[("own.html", text)], "own.html");
            assert_eq!(place(&problem), format!("templates/own.html:{expected}"), "{text}: {problem:?}");
            assert!(problem.message.starts_with(message), "{text}: {problem:?}");
        }
    }
}
