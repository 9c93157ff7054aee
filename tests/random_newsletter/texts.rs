//! The files of a random newsletter: each a text that is good in itself, whatever it refers to.

use super::Dice;

const WORDS: &[&str] = &[
    "cloud",
    "licence",
    "chips",
    "TikTok",
    "Microsoft",
    "OpenAI",
    "pays",
    "signs",
    "a deal",
    "$20M",
    "models",
    "the court",
    "Ada King",
    "Redmond",
];
const COMPANIES: &[&str] = &["TikTok", "Microsoft", "OpenAI", "Anthropic", "microsoft", "Hugging Face", "hugging-face"];

/// Some words that may name companies and people.
pub(super) fn sentence(dice: &mut Dice) -> String {
    (0..4 + dice.roll(6)).map(|_| dice.pick(WORDS)).collect::<Vec<_>>().join(" ")
}

/// A post: every key of the front matter, each now and then, and a body of everything.
pub(super) fn post(dice: &mut Dice) -> String {
    let mut keys = format!("date: 2024-0{}-1{}\n", 1 + dice.roll(9), dice.roll(9));
    // Without one, the title is the first heading's, or that of the file's name.
    if !dice.once_in(6) {
        keys.push_str(&format!("title: {}\n", sentence(dice)));
    }
    keys.push_str(&format!("companies: [{}, {}]\n", dice.pick(COMPANIES), dice.pick(COMPANIES)));
    let mut now_and_then = |times: usize, key: &dyn Fn(&mut Dice) -> String| {
        if dice.once_in(times) {
            keys.push_str(&key(dice));
            keys.push('\n');
        }
    };
    now_and_then(3, &|dice| format!("tags: [{}]", dice.pick(&["cloud", "law", "money"])));
    now_and_then(6, &|_| "draft: true".to_owned());
    now_and_then(4, &|dice| format!("summary: {}.", sentence(dice)));
    now_and_then(4, &|dice| format!("story: {}", dice.pick(&["one", "two"])));
    now_and_then(5, &|dice| format!("author: [{}]", dice.pick(&["The Desk", "Ada King"])));
    now_and_then(6, &|dice| format!("category: {}", dice.pick(&["Deals", "Law"])));
    now_and_then(6, &|dice| format!("aliases: [/old/{}/]", dice.roll(40)));
    now_and_then(12, &|dice| format!("guid: {}{}/", dice.pick(&["/old/", "tag:example.org,2024:"]), dice.roll(40)));
    now_and_then(6, &|dice| format!("expires: 2024-1{}-01", dice.roll(3)));
    now_and_then(6, &|dice| format!("updated: 2024-11-1{}", dice.roll(9)));
    now_and_then(8, &|dice| format!("related: {{{}: [post-{}]}}", dice.pick(&["pin", "hide"]), dice.roll(6)));
    now_and_then(8, &|dice| format!("replies: {}", dice.pick(&["true", "false"])));
    now_and_then(8, &|_| "image: {src: ../pictures/a.svg, alt: A picture}".to_owned());
    now_and_then(8, &|dice| format!("email: {{subject: {}}}", dice.pick(WORDS)));
    now_and_then(3, &|dice| deal(dice));
    format!("---\n{keys}---\n\n{}", body(dice))
}

fn deal(dice: &mut Dice) -> String {
    format!(
        "deals:\n  - id: deal-{}\n    buyer: {}\n    seller: Nvidia\n    kind: cloud\n    amount: ${}M\n    status: {}",
        dice.roll(3),
        dice.pick(&["TikTok", "Microsoft", "OpenAI"]),
        1 + dice.roll(90),
        dice.pick(&["reported", "signed"])
    )
}

fn body(dice: &mut Dice) -> String {
    let mut text = String::new();
    for _ in 0..1 + dice.roll(3) {
        text.push_str(&format!("**{}:** {}\n\n", dice.pick(WORDS), sentence(dice)));
    }
    let mut now_and_then = |times: usize, part: &dyn Fn(&mut Dice) -> String| {
        if dice.once_in(times) {
            text.push_str(&part(dice));
            text.push_str("\n\n");
        }
    };
    now_and_then(4, &|dice| format!("See [another](post-{}.md).", dice.roll(6)));
    now_and_then(8, &|_| "About [them](../companies/microsoft.md).".to_owned());
    now_and_then(6, &|_| "![A picture](../pictures/a.svg)".to_owned());
    now_and_then(8, &|_| "![From the root](/images/b.svg)".to_owned());
    now_and_then(12, &|dice| format!("![Elsewhere](https://pictures-{}.example/a.png)", dice.roll(3)));
    now_and_then(8, &|dice| format!("## {}", sentence(dice)));
    now_and_then(6, &|_| "```{note}\nA note.\n```".to_owned());
    now_and_then(8, &|_| "```{stat}\nvalue: $20M\nlabel: a month\n```".to_owned());
    now_and_then(8, &|dice| format!("```{{chart}} {}\n```", dice.pick(&["deals-over-time", "who-pays-whom"])));
    now_and_then(12, &|dice| format!("```{{deal}} deal-{}\n```", dice.roll(3)));
    now_and_then(12, &|dice| format!("```{{{}}}\nHere or there.\n```", dice.pick(&["web-only", "email-only"])));
    now_and_then(12, &|_| "```rust\nfn main() {}\n```".to_owned());
    text
}

/// The configuration.
pub(super) fn settings(dice: &mut Dice) -> String {
    let mut text = format!(
        "title: {}\nbase_url: https://example.org/{}\npaginate: {}\n",
        sentence(dice),
        dice.pick(&["", "news"]),
        2 + dice.roll(3)
    );
    for (times, setting) in [
        (3, "replies: {enabled: true, mailto: desk@example.org}\n"),
        (4, "outputs: {mirrors: false, term_feeds: false}\n"),
        (5, "outputs: {ledger: false, redirects: false, archive: false}\n"),
        (5, "sidebars: {related: 1, recent: 2}\n"),
        (5, "markdown: {link_entities: false}\n"),
        (5, "markdown: {highlight: false, smart_punctuation: false}\n"),
        (5, "email: {provider: buttondown, address: A street}\n"),
        (6, "outputs: {email: false, llms: false, sitemap: false}\n"),
        (5, "taxonomies: [tags, companies]\n"),
        (5, "time_zone: Asia/Tokyo\n"),
        (6, "feeds: {items: 2}\n"),
        (9, "feeds: {guid_prefix: 'https://example.net'}\n"),
        (8, "share: []\n"),
    ] {
        let key = setting.split(':').next().unwrap_or_default();
        if dice.once_in(times) && !text.contains(key) {
            text.push_str(setting);
        }
    }
    text
}

/// What is known of a company, a person or an author.
pub(super) fn profile(dice: &mut Dice, path: &str) -> String {
    let (name, aliases) = match path {
        "companies/microsoft" => ("Microsoft", dice.pick(&["MSFT", "Redmond"])),
        "companies/openai" => ("OpenAI", "Open AI"),
        "people/ada-king" => ("Ada King", dice.pick(&["Countess King", "A. King"])),
        _ => ("The Desk", "Desk"),
    };
    let draft = if dice.once_in(6) { "draft: true\n" } else { "" };
    format!("---\nname: {name}\naliases: [{aliases}]\n{draft}---\n\n{}\n", sentence(dice))
}

/// An edition that names its posts, or takes all since the one before.
pub(super) fn edition(dice: &mut Dice) -> String {
    let mut keys = format!("title: {}\n", sentence(dice));
    if dice.once_in(3) {
        keys.push_str(&format!("posts: [post-{}]\n", dice.roll(4)));
    }
    if dice.once_in(5) {
        keys.push_str("draft: true\n");
    }
    if dice.once_in(4) {
        keys.push_str(&format!("email: {{subject: {}}}\n", dice.pick(WORDS)));
    }
    format!("---\n{keys}---\n\n{}\n", sentence(dice))
}

/// A reader's reply.
pub(super) fn reply(dice: &mut Dice) -> String {
    let date = if dice.roll(8) == 0 { "2099-01-01".to_owned() } else { format!("2024-06-{}", 10 + dice.roll(9)) };
    format!("---\nname: {}\ndate: {date}\n---\n\n{}\n", dice.pick(&["A", "B"]), sentence(dice))
}
