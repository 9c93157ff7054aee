//! Names that are not there, told with what the author had to choose from.
//!
//! The engine lists those variables of a page that its template reads; the one that was meant is not among them.

use super::{COMPONENTS, FOLDER};
use crate::diagnostic::{Diagnostic, nearest};

/// Says more of a name that is not there; `known` are all variables of the page.
pub fn explained(mut problem: Diagnostic, known: &[&str]) -> Diagnostic {
    if let Some(name) = named(&problem.message, "Variable `") {
        let is_in_component = problem
            .place
            .as_ref()
            .and_then(|place| place.path.as_str().strip_prefix(FOLDER))
            .is_some_and(|path| path.trim_start_matches('/').starts_with(COMPONENTS));
        if !is_in_component {
            let help = nearest(&name, known.iter().copied()).map(|near| format!("did you mean `{near}`?"));
            problem.message = format!("Variable `{name}` is not defined. Available variables: {}", known.join(", "));
            return with_first_help(problem, help);
        }
        if known.contains(&name.as_str()) {
            let help = format!("a component sees only what it is given: call it with `{name}={{{name}}}`, and take it");
            return with_first_help(problem, Some(help));
        }
        return problem;
    }
    match named(&problem.message, "Field `").filter(|_| !problem.message.contains(" Available fields: ")) {
        Some(name) => {
            let help = format!("what stands before `.{name}` is nothing here: ask for it first, with `{{% if … %}}`");
            with_first_help(problem, Some(help))
        }
        None => problem,
    }
}

/// Gives the name that a message says is not there.
fn named(message: &str, kind: &str) -> Option<String> {
    let (name, rest) = message.strip_prefix(kind)?.split_once('`')?;
    rest.starts_with(" is not defined").then(|| name.to_owned())
}

/// Puts a help in place of a name that the engine's own list has brought up.
fn with_first_help(mut problem: Diagnostic, help: Option<String>) -> Diagnostic {
    problem.help.retain(|help| !help.starts_with("did you mean"));
    problem.help.splice(0..0, help);
    problem
}
