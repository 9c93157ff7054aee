//! Filters that templates use beside Tera's own, or instead of those that have no limit.

use std::borrow::Cow;

use tera::{Error, Kwargs, State, StringInput, Tera, TeraResult, Value, value::Map};

use super::allowance::go_on;

/// A text longer than this would be too long for any page.
const MAX_TEXT_BYTES: usize = super::MAX_PAGE_BYTES;

/// Registers all filters.
pub(super) fn register(tera: &mut Tera) {
    tera.register_filter("plural", plural);
    tera.register_filter("group_by", group_by);
    tera.register_filter("slugify", |text: &str, _: Kwargs, _: &State| -> TeraResult<String> {
        go_on()?;
        Ok(crate::content::slug::slugify(text).unwrap_or_default())
    });
    tera.register_filter("json", json);
    tera.register_filter("replace", replace);
    tera.register_filter("join", join);
    tera.register_filter("indent", indent);
}

/// Says how many: `{{ n | plural(one="post", many="posts") }}` gives `1 post`, `2,345 posts`.
fn plural(count: u64, kwargs: Kwargs, _: &State) -> TeraResult<String> {
    go_on()?;
    let word = kwargs.must_get::<&str>(if count == 1 { "one" } else { "many" })?;
    Ok(format!("{} {word}", with_commas(count)))
}

/// Groups in the order of first appearance. Tera's own filter of this name groups in random order.
fn group_by(items: &[Value], kwargs: Kwargs, _: &State) -> TeraResult<Value> {
    go_on()?;
    let attribute = kwargs.must_get::<&str>("attribute")?;
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
fn json(value: Value, _: Kwargs, _: &State) -> TeraResult<Value> {
    go_on()?;
    let text = serde_json::to_string(&value).map_err(Error::message)?;
    check_length(text.len())?;
    Ok(Value::safe_string(&crate::site::json_for_script(&text)))
}

/// Puts one text in place of another.
fn replace(text: StringInput<'_>, kwargs: Kwargs, state: &State) -> TeraResult<Value> {
    go_on()?;
    let from = kwargs.must_get::<&str>("from")?;
    let to = kwargs.must_get::<StringInput<'_>>("to")?;
    let is_safe = state.autoescaping_enabled() && (text.is_safe() || to.is_safe());
    let (text, to) = (written(&text, is_safe, state)?, written(&to, is_safe, state)?);
    let more = text.matches(from).count().saturating_mul(to.len().saturating_sub(from.len()));
    check_length(text.len().saturating_add(more))?;
    Ok(text_value(text.replace(from, &to), is_safe))
}

/// Puts items one behind the other, with `sep` between them.
fn join(items: &[Value], kwargs: Kwargs, state: &State) -> TeraResult<Value> {
    go_on()?;
    let separator = kwargs.get::<StringInput<'_>>("sep")?;
    let is_safe = state.autoescaping_enabled()
        && (items.iter().any(|item| item.is_string() && item.is_safe())
            || separator.as_ref().is_some_and(StringInput::is_safe));
    let separator = separator.as_ref().map(|separator| written(separator, is_safe, state)).transpose()?;
    let mut text = String::new();
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            text.push_str(separator.as_deref().unwrap_or_default());
        }
        match is_safe {
            true if item.is_undefined() => {}
            true => text.push_str(&state.escape_if_needed(item)?),
            false => text.push_str(&item.to_string()),
        }
        check_length(text.len())?;
    }
    Ok(text_value(text, is_safe))
}

/// Puts `width` spaces, or another sign, before each line but the first and those that are empty.
fn indent(text: StringInput<'_>, kwargs: Kwargs, state: &State) -> TeraResult<Value> {
    go_on()?;
    let width = kwargs.get::<usize>("width")?.unwrap_or(4).min(1000);
    let sign = kwargs.get::<StringInput<'_>>("indentation")?;
    let (with_first, with_blank) =
        (kwargs.get::<bool>("first")?.unwrap_or(false), kwargs.get::<bool>("blank")?.unwrap_or(false));
    if sign.as_ref().is_some_and(|sign| sign.as_str().chars().count() != 1) {
        return Err(Error::message("The `indentation` argument must contain exactly one character"));
    }
    let is_safe = state.autoescaping_enabled() && (text.is_safe() || sign.as_ref().is_some_and(StringInput::is_safe));
    let text = written(&text, is_safe, state)?;
    let sign = sign.as_ref().map_or(Ok(Cow::Borrowed(" ")), |sign| written(sign, is_safe, state))?;
    let indentation = sign.repeat(width);
    let mut indented = String::with_capacity(text.len());
    for (index, line) in text.lines().enumerate() {
        if index > 0 {
            indented.push('\n');
        }
        if if index == 0 { with_first } else { with_blank || !line.is_empty() } {
            indented.push_str(&indentation);
        }
        indented.push_str(line);
        check_length(indented.len())?;
    }
    if text.ends_with('\n') {
        indented.push('\n');
    }
    Ok(text_value(indented, is_safe))
}

/// Gives a text as it stands, or as it would be written into a page.
fn written<'v>(text: &'v StringInput<'_>, is_safe: bool, state: &State) -> TeraResult<Cow<'v, str>> {
    if is_safe { text.rendered(state) } else { Ok(Cow::Borrowed(text.as_str())) }
}

fn text_value(text: String, is_safe: bool) -> Value {
    if is_safe { Value::safe_string(&text) } else { Value::from(text) }
}

fn check_length(bytes: usize) -> TeraResult<()> {
    match bytes > MAX_TEXT_BYTES {
        true => Err(Error::message(format!("the text gets longer than {} MiB", MAX_TEXT_BYTES / 1024 / 1024))),
        false => Ok(()),
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_in_for_the_engines_own_filters_does_the_same() {
        let mut own = Tera::default();
        register(&mut own);
        let mut engines = [own, Tera::default()];
        for template in [
            "{{ t | replace(from='<', to='&') }} {{ t | safe | replace(from='b', to=t) }} {{ 'x' | replace(from='', to='-') }}",
            "{{ t | replace(from='<', to=t | safe) }}",
            "{{ l | join(sep=', ') }} {{ l | join }} {{ l | join(sep='<' | safe) }} {{ [t, t | safe] | join(sep='<') }}",
            "{{ [] | join(sep='x') }} {{ 1 | join }}",
            "{{ t | indent }}|{{ t | indent(width=2, first=true, blank=true) }}|{{ t | indent(indentation='<') }}",
            "{{ t | safe | indent(indentation='<', width=3) }}|{{ '' | indent(first=true) }}",
            "{{ t | indent(indentation='ab') }}",
        ] {
            let rendered = engines.each_mut().map(|tera| {
                tera.autoescape_on(vec![".html"]);
                tera.add_raw_template("t.html", template).unwrap();
                let mut context = tera::Context::new();
                context.insert("t", "a<b\n\n c&\n");
                context.insert("l", &["a", "<b>"]);
                tera.render("t.html", &context).unwrap_or_else(|error| error.to_string())
            });
            assert_eq!(rendered[0], rendered[1], "{template}");
        }
    }
}
