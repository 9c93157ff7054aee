//! Providers' templates: the tags that they fill in, and text that they must leave alone.
//!
//! A provider reads the whole mail as a template. A post about prompts, full of `{{ name }}`, would be
//! filled in or refused; so what an author wrote is escaped, in HTML by entities, which no template
//! knows, and in text by the provider's own way to write its signs.

use crate::config::Provider;

/// Gives the provider's tag for the link to leave; empty if it has none.
pub(super) fn unsubscribe_tag(provider: Provider) -> &'static str {
    match provider {
        Provider::Buttondown | Provider::Kit => "{{ unsubscribe_url }}",
        Provider::Mailchimp => "*|UNSUB|*",
        Provider::Listmonk => "{{ UnsubscribeURL }}",
        Provider::None => "",
    }
}

/// Gives the provider's tag for the sender's postal address; empty if it has none.
pub(super) fn address_tag(provider: Provider) -> &'static str {
    match provider {
        Provider::Mailchimp => "*|LIST:ADDRESS|*",
        Provider::Kit => "{{ address }}",
        _ => "",
    }
}

/// Finds what the provider would take for one of its tags.
pub(super) fn tag_in(provider: Provider, text: &str) -> Option<&'static str> {
    let signs: &[&'static str] = match provider {
        Provider::Buttondown => &["{{", "{%", "{#"],
        Provider::Kit => &["{{", "{%"],
        Provider::Listmonk => &["{{"],
        Provider::Mailchimp => &["*|"],
        Provider::None => &[],
    };
    signs.iter().copied().find(|sign| text.contains(sign))
}

/// Writes text as HTML, for an element or for an attribute between double quotes.
pub(super) fn push_html(out: &mut String, provider: Provider, text: &str) {
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '{' if provider != Provider::None => out.push_str("&#123;"),
            '|' if provider == Provider::Mailchimp => out.push_str("&#124;"),
            letter => out.push(letter),
        }
    }
}

/// Writes a full address as the value of an attribute.
pub(super) fn push_url(out: &mut String, url: &str) {
    for letter in url.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '"' => out.push_str("%22"),
            '<' => out.push_str("%3C"),
            '>' => out.push_str("%3E"),
            '{' => out.push_str("%7B"),
            '}' => out.push_str("%7D"),
            '|' => out.push_str("%7C"),
            ' ' => out.push_str("%20"),
            letter => out.push(letter),
        }
    }
}

/// Writes an address in plain text.
pub(super) fn text_url(url: &str) -> String {
    url.replace('{', "%7B").replace('}', "%7D").replace('|', "%7C").replace(' ', "%20")
}

/// Writes plain text that the provider's template leaves as it is.
pub(super) fn escape_text(provider: Provider, text: &str) -> String {
    if tag_in(provider, text).is_none() {
        return text.to_owned();
    }
    let (signs, before, after): (&[&str], &str, &str) = match provider {
        // A constant in a tag: `{{ "{{" }}`.
        Provider::Buttondown => (&["{{", "{%", "{#"], "{{ \"", "\" }}"),
        Provider::Listmonk => (&["{{"], "{{ \"", "\" }}"),
        Provider::Kit => (&["{{", "{%"], "{% raw %}", "{% endraw %}"),
        // Mailchimp has no escape; a joiner of no width keeps the two signs apart.
        Provider::Mailchimp => return text.replace("*|", "*\u{2060}|"),
        Provider::None => return text.to_owned(),
    };
    let mut out = String::with_capacity(text.len() + 32);
    let mut rest = text;
    while let Some((at, sign)) = signs.iter().filter_map(|sign| Some((rest.find(sign)?, *sign))).min() {
        out.push_str(&rest[..at]);
        out.push_str(before);
        out.push_str(sign);
        out.push_str(after);
        rest = &rest[at + sign.len()..];
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [Provider; 4] = [Provider::Buttondown, Provider::Kit, Provider::Mailchimp, Provider::Listmonk];

    #[test]
    fn no_sign_of_a_template_is_left_in_html() {
        for provider in ALL {
            let mut html = String::new();
            push_html(&mut html, provider, "{{ x }} {% y %} {# z #} *|W|* {{{");
            assert_eq!(tag_in(provider, &html), None, "{provider:?} {html}");
            push_url(&mut html, "https://a.example/{{x}}/*|W|*?a=1&b={%");
            assert_eq!(tag_in(provider, &html), None, "{provider:?} {html}");
        }
        let mut html = String::new();
        push_html(&mut html, Provider::None, "{{ <x> }}");
        assert_eq!(html, "{{ &lt;x&gt; }}");
    }

    #[test]
    fn signs_in_text_are_written_in_the_providers_own_way() {
        let escape = |provider| escape_text(provider, "a {{ b }} {% c *|d|*");
        assert_eq!(escape(Provider::Listmonk), "a {{ \"{{\" }} b }} {% c *|d|*");
        assert_eq!(escape(Provider::Buttondown), "a {{ \"{{\" }} b }} {{ \"{%\" }} c *|d|*");
        assert_eq!(escape(Provider::Kit), "a {% raw %}{{{% endraw %} b }} {% raw %}{%{% endraw %} c *|d|*");
        assert_eq!(escape(Provider::Mailchimp), "a {{ b }} {% c *\u{2060}|d|*");
        assert_eq!(escape(Provider::None), "a {{ b }} {% c *|d|*");
    }

    #[test]
    fn every_provider_has_a_way_to_leave() {
        assert!(ALL.iter().all(|provider| !unsubscribe_tag(*provider).is_empty()));
    }
}
