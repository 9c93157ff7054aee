//! Names that the engine knows and does not tell, to find what was meant by another.

/// Filters: the engine's, and those of [`super::filters`].
pub(super) const FILTERS: [&str; 40] = [
    "abs",
    "capitalize",
    "default",
    "escape",
    "escape_html",
    "escape_xml",
    "first",
    "float",
    "get",
    "group_by",
    "indent",
    "int",
    "join",
    "json",
    "keys",
    "last",
    "length",
    "lower",
    "newlines_to_br",
    "nth",
    "pairs",
    "plural",
    "pluralize",
    "replace",
    "reverse",
    "round",
    "safe",
    "slugify",
    "sort",
    "split",
    "str",
    "title",
    "trim",
    "trim_end",
    "trim_start",
    "truncate",
    "unique",
    "upper",
    "values",
    "wordcount",
];

/// Tests.
pub(super) const TESTS: [&str; 17] = [
    "array",
    "bool",
    "containing",
    "defined",
    "divisible_by",
    "ending_with",
    "even",
    "float",
    "integer",
    "iterable",
    "map",
    "none",
    "number",
    "odd",
    "starting_with",
    "string",
    "undefined",
];

/// Functions.
pub(super) const FUNCTIONS: [&str; 7] = ["asset", "deals", "posts", "range", "super", "throw", "url"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_engine_knows_all_of_these_names() {
        let mut tera = tera::Tera::default();
        super::super::filters::register(&mut tera);
        super::super::functions::declare(&mut tera);
        let filters = FILTERS.map(|name| format!("{{{{ x | {name} }}}}"));
        let tests = TESTS.map(|name| format!("{{{{ x is {name} }}}}"));
        let functions = FUNCTIONS.map(|name| format!("{{% block {name} %}}{{{{ {name}() }}}}{{% endblock %}}"));
        for text in [&filters[..], &tests, &functions].concat() {
            assert!(tera.add_raw_template("t", &text).is_ok(), "{text}");
        }
    }
}
