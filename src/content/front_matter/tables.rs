//! Tables of TOML among facts in YAML (`[[deals]]`, `[extra.a]`), and the same facts as YAML has them.

use serde_yaml::{Mapping, Value};

use super::syntax::{SyntaxProblem, lines_of, parse_toml};

/// A line in YAML that is longer is no help.
const LONGEST: usize = 240;

/// Finds the first line that opens a table.
pub(super) fn find(text: &str) -> Option<SyntaxProblem> {
    let mut above = "";
    let (start, header) = lines_of(text).find_map(|(start, line)| {
        // A list may stand below its key.
        let found = Header::of(line).filter(|_| !above.trim_end().ends_with(':'));
        above = line;
        Some((start, found?))
    })?;
    let help = match in_yaml(&text[start..], &header) {
        Some(lines) => format!("write it, with all that stands below it, as {lines}"),
        None if header.is_list => format!(
            "write `{}`, and below it each item as `- key: value`, its other keys right below the first one",
            header.lines()
        ),
        None => format!("write `{}`, and its keys below that, indented by two spaces more", header.lines()),
    };
    Some(SyntaxProblem {
        message: format!("`{}` opens a table of TOML, and these facts are YAML", header.text),
        at: start..start + header.text.len(),
        help: Some(help),
    })
}

/// A line such as `[extra.a]`, or `[[deals]]` for an item of a list.
struct Header<'t> {
    text: &'t str,
    names: Vec<&'t str>,
    is_list: bool,
}

impl<'t> Header<'t> {
    fn of(line: &'t str) -> Option<Self> {
        let text = line.trim_end();
        let of_list = text.strip_prefix("[[").and_then(|rest| rest.strip_suffix("]]"));
        let inside = of_list.or_else(|| text.strip_prefix('[')?.strip_suffix(']'))?;
        let is_sign = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '-');
        let names: Vec<&str> = inside.split('.').map(str::trim).collect();
        let are_names = names.iter().all(|name| !name.is_empty() && name.chars().all(is_sign));
        are_names.then_some(Self { text, names, is_list: of_list.is_some() })
    }

    /// Gives the lines in YAML that hold what stands below it.
    fn lines(&self) -> String {
        let nested = self.names.iter().enumerate().map(|(depth, name)| format!("{}{name}:", "  ".repeat(depth)));
        nested.collect::<Vec<_>>().join("`, `")
    }

    /// Puts what stands below it into the groups that it names.
    fn around(&self, inside: Mapping) -> Mapping {
        let inside = Value::Mapping(inside);
        let inside = if self.is_list { Value::Sequence(vec![inside]) } else { inside };
        let group = |inside, name: &&str| Value::Mapping(Mapping::from_iter([(Value::from(*name), inside)]));
        match self.names.iter().rev().fold(inside, group) {
            Value::Mapping(fields) => fields,
            _ => Mapping::new(),
        }
    }
}

/// Writes tables, from the header of the first one on, as lines of YAML.
fn in_yaml(tables: &str, first: &Header<'_>) -> Option<String> {
    let fields = match parse_toml(tables) {
        Ok(fields) => fields,
        // Keys of YAML below a header of TOML.
        Err(_) => first.around(serde_yaml::from_str(tables.split_once('\n')?.1).ok()?),
    };
    let lines = fields.iter().map(|(key, value)| Some(format!("`{}: {}`", key.as_str()?, in_flow(value)?)));
    let lines = lines.collect::<Option<Vec<_>>>()?.join(" and, on another line, ");
    (lines.len() <= LONGEST).then_some(lines)
}

/// Writes a value on one line.
fn in_flow(value: &Value) -> Option<String> {
    Some(match value {
        Value::Sequence(items) => format!("[{}]", items.iter().map(in_flow).collect::<Option<Vec<_>>>()?.join(", ")),
        Value::Mapping(fields) => {
            let field = |(key, value): (&Value, &Value)| Some(format!("{}: {}", in_flow(key)?, in_flow(value)?));
            format!("{{{}}}", fields.iter().map(field).collect::<Option<Vec<_>>>()?.join(", "))
        }
        Value::String(text) => {
            let is_plain =
                text.chars().all(|letter| letter.is_alphanumeric() || matches!(letter, ' ' | '-' | '_' | '.'))
                    && serde_yaml::from_str::<Value>(text).is_ok_and(|read| read == *value);
            if is_plain { text.clone() } else { serde_json::to_string(text).ok()? }
        }
        other => serde_json::to_string(other).ok()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_proposed_holds_the_same_facts() {
        for (text, proposed, expected) in [
            (
                "title: A\n[[deals]]\nid = \"x\"\nnote = \"by: \\\"A\\\"\"\nas_of = 2024-03-01\n[[deals]]\nid = \"y\"\n",
                "deals: [{as_of: 2024-03-01, id: x, note: \"by: \\\"A\\\"\"}, {id: y}]",
                "{\"deals\":[{\"id\":\"x\",\"note\":\"by: \\\"A\\\"\",\"as_of\":\"2024-03-01\"},{\"id\":\"y\"}]}",
            ),
            ("title: A\n[extra.a.b]\nc = 1\n", "extra: {a: {b: {c: 1}}}", "{\"extra\":{\"a\":{\"b\":{\"c\":1}}}}"),
            ("[extra]\nc = \"true\"\n", "extra: {c: \"true\"}", "{\"extra\":{\"c\":\"true\"}}"),
            (
                "[[deals]]\nid: x\nbuyer: A\n",
                "deals: [{id: x, buyer: A}]",
                "{\"deals\":[{\"id\":\"x\",\"buyer\":\"A\"}]}",
            ),
        ] {
            let help = find(text).unwrap().help.unwrap();
            assert!(help.ends_with(&format!(" as `{proposed}`")), "{text}: {help}");
            let value: serde_json::Value = serde_yaml::from_str(proposed).unwrap();
            let expected: serde_json::Value = serde_json::from_str(expected).unwrap();
            assert_eq!(value, expected, "{text}");
        }
        let long = format!("[extra.a]\nb = \"{}\"\n", "x".repeat(300));
        assert_eq!(
            find(&long).unwrap().help.unwrap(),
            "write `extra:`, `  a:`, and its keys below that, indented by two spaces more"
        );
    }

    #[test]
    fn lists_and_texts_in_brackets_are_no_tables() {
        for text in ["tags:\n[a]\n", "[a, b]\n", "title: x\n  [a]\n", "[Update] words\n", "[a b]\n", "[]\n"] {
            assert!(find(text).is_none(), "{text}");
        }
    }
}
