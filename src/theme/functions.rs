//! Functions that templates call.

use tera::{Error, Function, FunctionResult, Kwargs, State, Tera, TeraResult, Value};

use super::allowance;
use crate::diagnostic::nearest;

/// Elements of one `range()`, as in Tera's own.
const MAX_RANGE: i128 = 100_000;

/// Functions are known when templates are compiled, so that a misspelt one is found then; what those that
/// ask the site answer is filled in for each snapshot.
pub(super) fn declare(tera: &mut Tera) {
    for name in ["asset", "url", "posts", "deals"] {
        register(tera, name, |_: Kwargs, _: &State| -> TeraResult<Value> { Ok(Value::none()) });
    }
    register(tera, "range", range);
}

/// Registers a function that ends the page when nobody waits for it any more.
pub fn register<F, R>(tera: &mut Tera, name: &'static str, function: F)
where
    F: Function<TeraResult<R>>,
    TeraResult<R>: FunctionResult,
    R: 'static,
{
    tera.register_function(name, move |kwargs: Kwargs, state: &State| -> TeraResult<R> {
        allowance::go_on()?;
        function.call(kwargs, state)
    });
}

/// Refuses arguments that a function or filter does not know.
///
/// # Errors
/// There is one; the nearest that it knows is said.
pub fn only(kwargs: &Kwargs, function: &str, known: &[&str]) -> TeraResult<()> {
    let mut unknown: Vec<&str> =
        kwargs.iter().filter_map(|(key, _)| key.as_str()).filter(|key| !known.contains(key)).collect();
    unknown.sort_unstable();
    let Some(key) = unknown.first() else { return Ok(()) };
    let help = nearest(key, known.iter().copied()).map_or_else(
        || match known.is_empty() {
            true => "it takes nothing".to_owned(),
            false => {
                format!("it takes {}", known.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", "))
            }
        },
        |near| format!("did you mean `{near}`?"),
    );
    Err(Error::message(format!("`{function}` takes no `{key}`; {help}")))
}

/// Gives an argument that has to be there and to be text.
///
/// # Errors
/// It is not there, or something else.
pub fn text<'k>(kwargs: &'k Kwargs, function: &str, key: &str) -> TeraResult<&'k str> {
    let value = kwargs.iter().find(|(known, _)| known.as_str() == Some(key)).map(|(_, value)| value);
    let Some(value) = value else {
        return Err(Error::message(format!("`{function}` wants `{key}=\"…\"`")));
    };
    value
        .as_str()
        .ok_or_else(|| Error::message(format!("`{function}` wants text for `{key}`, and got {}", kind(value))))
}

/// Says in words what a value is.
pub(super) fn kind(value: &Value) -> &'static str {
    match value {
        value if value.is_number() => "a number",
        value if value.is_bool() => "true or false",
        value if value.is_array() => "a list",
        value if value.is_map() => "a map",
        value if value.is_string() => "text",
        _ => "nothing",
    }
}

/// Says in words what the engine says in names of types.
pub(super) fn in_words(message: &str) -> String {
    let Some((before, types)) = message.split_once("Invalid type for the value, expected `") else {
        return message.to_owned();
    };
    let Some((expected, got)) = types.trim_end_matches('`').split_once("` but got `") else {
        return message.to_owned();
    };
    let word = |name: &str| match name {
        "string" | "String" | "&str" | "Cow<str>" | "StringInput" => "text",
        "u8" | "u16" | "u32" | "u64" | "u128" | "usize" => "a whole number, and not below 0",
        "i8" | "i16" | "i32" | "i64" | "i128" | "isize" => "a whole number",
        "f32" | "f64" | "Number" | "number" => "a number",
        "bool" => "true or false",
        "map/struct" | "Map" | "&Map" => "a map",
        "none" | "undefined" => "nothing",
        name if name == "array" || name.starts_with("Vec") || name.contains('[') => "a list",
        _ => "something else",
    };
    // What is there is no wish: a count is a number like any other.
    let is = word(got).trim_end_matches(", and not below 0");
    format!("{before}this wants {}, and got {is}", word(expected))
}

/// Counts: `range(start=1, end=10, step_by=3)` gives 1, 4, 7. It is Tera's own but for the turns of a page.
fn range(kwargs: Kwargs, _: &State) -> TeraResult<Vec<i128>> {
    only(&kwargs, "range", &["start", "end", "step_by"])?;
    let start = kwargs.get::<i128>("start")?.unwrap_or_default();
    let end = kwargs.must_get::<i128>("end")?;
    let step = kwargs.get::<i128>("step_by")?.unwrap_or(1);
    if start > end && step > 0 {
        return Err(Error::message("Function `range` was called with a `start` argument greater than the `end` one"));
    }
    if step == 0 {
        return Err(Error::message("Function `range` was called with a `step_by` argument of 0"));
    }
    let length = length(start, end, step)
        .ok_or_else(|| Error::message("Function `range` was called with arguments that overflow i128"))?;
    if length > MAX_RANGE {
        return Err(Error::message(format!(
            "Function `range` would produce {length} elements, which exceeds the limit of {MAX_RANGE}"
        )));
    }
    allowance::take_turns(u64::try_from(length).unwrap_or_default())?;
    Ok((0..length).map(|index| start + index * step).collect())
}

/// Counts the elements of a range; `None` if its numbers are too large.
fn length(start: i128, end: i128, step: i128) -> Option<i128> {
    let (span, step) =
        if step > 0 { (end.checked_sub(start)?, step) } else { (start.checked_sub(end)?, step.checked_neg()?) };
    Some(span.max(0).checked_add(step - 1)? / step)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What both make of a template.
    fn both(template: &str) -> [String; 2] {
        let mut own = Tera::default();
        declare(&mut own);
        [own, Tera::default()].map(|mut tera| {
            tera.add_raw_template("t", template).unwrap();
            tera.render("t", &tera::Context::new()).unwrap_or_else(|error| error.to_string())
        })
    }

    #[test]
    fn range_is_the_engines_own() {
        let ends = [-3, -1, 0, 1, 2, 7, 100_000, 100_001];
        for (start, end) in ends.iter().flat_map(|start| ends.map(|end| (start, end))) {
            for step in [-3, -1, 0, 1, 2, 3, i64::MAX] {
                let [own, theirs] = both(&format!("{{{{ range(start={start}, end={end}, step_by={step}) }}}}"));
                assert!(own == theirs, "{start} {end} {step}");
            }
        }
        for arguments in ["", "start=1", "end=3", "end='x'", "end=9223372036854775807, start=-1"] {
            let [own, theirs] = both(&format!("{{{{ range({arguments}) }}}}"));
            assert_eq!(own, theirs, "{arguments}");
        }
    }

    #[test]
    fn what_a_function_or_filter_does_not_take_is_said_in_words() {
        let mut tera = Tera::default();
        declare(&mut tera);
        super::super::filters::register(&mut tera);
        for (template, expected) in [
            ("{{ range(end=3, sart=1) }}", "`range` takes no `sart`; did you mean `start`?"),
            ("{{ 1 | plural(one='a', many='b', foo=1) }}", "`plural` takes no `foo`; it takes `one`, `many`"),
            ("{{ 1 | plural(one=1, many='b') }}", "`plural` wants text for `one`, and got a number"),
            ("{{ 1 | plural(many='b') }}", "`plural` wants `one=\"…\"`"),
            ("{{ 'x' | plural(one='a', many='b') }}", "`plural` wants a whole number to count, and got text"),
            ("{{ 3.5 | plural(one='a', many='b') }}", "`plural` wants a whole number to count, and got a number"),
            ("{{ [1] | slugify }}", "`slugify` wants text, and got a list"),
        ] {
            tera.add_raw_template("t", template).unwrap();
            let error = tera.render("t", &tera::Context::new()).unwrap_err().to_string();
            assert!(error.contains(expected), "{template}: {error}");
        }
    }
}
