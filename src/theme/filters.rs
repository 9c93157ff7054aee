//! Filters that templates use beside Tera's own.

use tera::{Error, Kwargs, State, Tera, TeraResult, Value, value::Map};

use super::allowance::go_on;
use super::functions::{kind, only, text};

/// Registers all filters.
pub(super) fn register(tera: &mut Tera) {
    tera.register_filter("plural", plural);
    tera.register_filter("group_by", group_by);
    tera.register_filter("slugify", slugify);
    tera.register_filter("json", json);
}

/// Says how many: `{{ n | plural(one="post", many="posts") }}` gives `1 post`, `2,345 posts`.
fn plural(count: &Value, kwargs: Kwargs, _: &State) -> TeraResult<String> {
    go_on()?;
    only(&kwargs, "plural", &["one", "many"])?;
    let whole = || count.as_f64().filter(|count| count.fract() == 0.0 && (0.0..1e15).contains(count));
    let number = count
        .as_u64()
        .or_else(|| whole().map(|count| count as u64))
        .ok_or_else(|| Error::message(format!("`plural` wants a whole number to count, and got {}", kind(count))))?;
    let word = text(&kwargs, "plural", if number == 1 { "one" } else { "many" })?;
    Ok(format!("{} {word}", with_commas(number)))
}

/// Makes text fit for an address.
fn slugify(value: &Value, kwargs: Kwargs, _: &State) -> TeraResult<String> {
    go_on()?;
    only(&kwargs, "slugify", &[])?;
    let text =
        value.as_str().ok_or_else(|| Error::message(format!("`slugify` wants text, and got {}", kind(value))))?;
    Ok(crate::content::slug::slugify(text).unwrap_or_default())
}

/// Groups in the order of first appearance. Tera's own filter of this name groups in random order.
fn group_by(items: &[Value], kwargs: Kwargs, _: &State) -> TeraResult<Value> {
    go_on()?;
    only(&kwargs, "group_by", &["attribute"])?;
    let attribute = text(&kwargs, "group_by", "attribute")?;
    let mut groups: Vec<(Value, Vec<Value>)> = Vec::new();
    for item in items {
        let key = item
            .get_from_path(attribute)
            .ok_or_else(|| Error::message(format!("an item has no `{attribute}` to group by")))?;
        match groups.iter_mut().find(|(known, _)| known == key) {
            Some((_, group)) => group.push(item.clone()),
            None => groups.push((key.clone(), vec![item.clone()])),
        }
    }
    let map: Map =
        groups.into_iter().map(|(key, group)| (tera::value::Key::from(key.to_string()), Value::from(group))).collect();
    Ok(Value::from(map))
}

/// Writes a value as JSON that is safe inside `<script>`.
fn json(value: Value, kwargs: Kwargs, _: &State) -> TeraResult<Value> {
    go_on()?;
    only(&kwargs, "json", &[])?;
    let text = serde_json::to_string(&value).map_err(Error::message)?;
    Ok(Value::safe_string(&crate::site::json_for_script(&text)))
}

/// Puts commas between thousands.
fn with_commas(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
