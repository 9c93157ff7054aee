//! The sign-up form: a provider's name becomes the address and fields that its form takes.

use serde::Serialize;

use super::{is_group, reading};
use crate::content::front_matter::Node;

/// A plain form that posts an address to the publisher's mail provider.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SignupForm {
    /// Where it posts to.
    pub action: String,
    /// The name of the field for the address.
    pub email_field: String,
    /// The name of a field that people leave empty.
    pub honeypot_field: String,
    /// Fields that the provider wants as they are.
    pub hidden: Vec<(String, String)>,
    /// The invitation: a headline.
    pub title: String,
    /// The invitation: a sentence.
    pub text: String,
    /// The button's word.
    pub button: String,
    /// What happens with the address, in Markdown.
    pub privacy: String,
    /// Where that is written: line, column and length.
    #[serde(skip)]
    pub privacy_place: (u32, u32, u32),
}

const KEYS: &[&str] = &[
    "provider",
    "username",
    "form",
    "action",
    "list",
    "url",
    "email_field",
    "honeypot_field",
    "hidden",
    "title",
    "text",
    "button",
    "privacy",
];

/// Reads the form of one provider.
pub(super) fn read(node: &Node<'_>) -> Option<SignupForm> {
    if !is_group(node, KEYS, example(node.value().as_str().unwrap_or_default())) {
        return None;
    }
    let text = |key| node.get(key).and_then(|n| n.some_text());
    let Some(provider) = text("provider") else {
        node.error("missing-key", "`signup` needs a `provider`", PROVIDERS);
        return None;
    };
    let need = |key: &'static str, example: &str| {
        let is_address = matches!(key, "action" | "url");
        let value = if is_address { node.get(key).and_then(|n| reading::address(&n)) } else { text(key) };
        if value.is_none() && text(key).is_none() {
            node.error("missing-key", format!("`signup` with {provider} needs `{key}`"), format!("add {example}"));
        }
        value
    };
    let (action, email_field, honeypot_field, hidden) = match provider.as_str() {
        // The forms as the providers' documentation gives them for embedding in a page.
        "buttondown" => {
            let user = need("username", "`username:` with the newsletter's name at Buttondown")?;
            (
                format!("https://buttondown.com/api/emails/embed-subscribe/{user}"),
                "email",
                "website",
                vec![("embed", "1".to_owned())],
            )
        }
        "kit" => {
            let form = need("form", "`form:` with the number of the form")?;
            (format!("https://app.kit.com/forms/{form}/subscriptions"), "email_address", "website", vec![])
        }
        "mailchimp" => {
            let action = need(
                "action",
                "`action:` with the address of the embedded form, which ends in `subscribe/post?u=…&id=…`",
            )?;
            (action, "EMAIL", "website", vec![])
        }
        "listmonk" => {
            let url = need("url", "`url:` with the address of your listmonk")?;
            let list = need("list", "`list:` with the UUID of the list")?;
            (format!("{}/subscription/form", url.trim_end_matches('/')), "email", "nonce", vec![("l", list)])
        }
        "custom" => (need("action", "`action:` with the address that the form posts to")?, "email", "website", vec![]),
        _ => {
            node.error("bad-choice", format!("there is no sign-up provider `{provider}`"), PROVIDERS);
            return None;
        }
    };
    let mut hidden: Vec<(String, String)> = hidden.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    if let Some(more) = node.get("hidden") {
        hidden.extend(more.entries().into_iter().filter_map(|(name, value)| Some((name.to_owned(), value.text()?))));
    }
    let or = |key, default: &str| text(key).unwrap_or_else(|| default.to_owned());
    Some(SignupForm {
        action,
        email_field: or("email_field", email_field),
        honeypot_field: or("honeypot_field", honeypot_field),
        hidden,
        title: or("title", "Get the next edition by mail"),
        text: or("text", ""),
        button: or("button", "Sign up"),
        privacy_place: node.get("privacy").map_or((1, 1, 1), |node| {
            let place = node.place();
            (place.line, place.column, place.length)
        }),
        privacy: or(
            "privacy",
            "Your address is used for the newsletter and nothing else. Every mail has a link to leave.",
        ),
    })
}

/// Shows a form of a provider with all that it needs.
fn example(provider: &str) -> &'static str {
    match provider {
        "kit" => "{provider: kit, form: \"1234567\"}",
        "mailchimp" => "{provider: mailchimp, action: \"https://example.us1.list-manage.com/subscribe/post?u=1&id=2\"}",
        "listmonk" => "{provider: listmonk, url: https://lists.example.org, list: the-uuid-of-the-list}",
        "custom" => "{provider: custom, action: https://example.org/subscribe}",
        _ => "{provider: buttondown, username: your-name-there}",
    }
}

const PROVIDERS: &str = "choose one of `buttondown`, `kit`, `mailchimp`, `listmonk`, `custom`";
