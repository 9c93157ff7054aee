//! Facts about the e-mail edition of whole sites. Each site is one string of files, in memory.
//!
//! `tests/golden/` holds a mail as it was read and found good. After a change that is meant,
//! `MASTHEAD_UPDATE=1 cargo test --test email` writes it anew, and the difference is read again.
#![expect(clippy::disallowed_methods, reason = "reads and writes the golden files")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a helper of a test may end the test")]

use std::collections::BTreeSet;
use std::path::Path;

use masthead::content::date::Moment;
use masthead::diagnostic::{self, Diagnostic};
use masthead::load::{Overrides, load};
use masthead::newsroom::memory::Memory;
use masthead::newsroom::timeline::Admission;
use masthead::render::{Rendered, email, render};
use masthead::site::{OutPath, Route};
use masthead::snapshot::Snapshot;
use masthead::source::MemoryWorkspace;

/// A PNG of 1200 × 600 pixels, as far as its head says.
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x04\xb0\0\0\x02\x58\x08\x02\0\0\0";

struct Site {
    snapshot: Snapshot,
    /// What `check` would say.
    said: Vec<Diagnostic>,
}

/// Makes a site of files in one string: each starts with a line `-- path --`. A picture is added.
fn site(files: &str) -> Site {
    let mut workspace = MemoryWorkspace::default();
    for file in files.trim_start().split("-- ").skip(1) {
        let Some((path, text)) = file.split_once(" --\n") else { panic!("a file starts with `-- path --`: {file}") };
        workspace.write(path, text);
    }
    workspace.write("content/posts/bill.png", PNG);
    let admission = Admission { now: Moment::from_unix(1_735_689_600), drafts: false, future: false };
    let (sources, mut said) = load(&workspace, &Overrides::default(), None);
    let (snapshot, more) = Snapshot::build(&sources, &admission, &mut Memory::default());
    said.extend(more);
    let snapshot = snapshot.expect("a site");
    said.extend(email::check(&snapshot, &workspace));
    for (path, route) in snapshot.parts.plan.iter() {
        said.extend(render(&snapshot, path, route).err());
    }
    diagnostic::sort(&mut said);
    Site { snapshot, said }
}

impl Site {
    fn at(&self, url: &str) -> String {
        let path = OutPath::of_url(url).unwrap();
        let route = self.snapshot.parts.plan.at(&path).unwrap_or_else(|| panic!("nothing stands at {url}"));
        match render(&self.snapshot, &path, route) {
            Ok(Rendered::Bytes(bytes)) => String::from_utf8(bytes).unwrap(),
            Ok(Rendered::CopyOf(_)) => panic!("a copy"),
            Err(problem) => panic!("{problem:?}"),
        }
    }

    /// Lists the codes of what is said of mails.
    fn codes(&self) -> Vec<&str> {
        self.said.iter().map(|problem| &*problem.code).filter(|code| code.starts_with("email-")).collect()
    }
}

/// An edition with a text, under a configuration.
fn edition(config: &str, facts: &str, text: &str) -> Site {
    site(&format!(
        "-- masthead.yaml --\ntitle: The Letter\nbase_url: https://a.example\n{config}\n\
         -- content/posts/2024-08-01-one.md --\n---\ntitle: One\nsummary: The first.\n---\nText.\n\
         -- content/editions/2024-08-02.md --\n---\ntitle: Numbers of the week\n{facts}\n---\n{text}\n"
    ))
}

const SENT: &str = "email: {provider: buttondown, from: The Letter <desk@a.example>}";

/// Finds what stands between two marks, each time.
fn between<'t>(text: &'t str, before: &str, after: &str) -> Vec<&'t str> {
    text.split(before).skip(1).map(|rest| rest.split(after).next().unwrap()).collect()
}

fn golden(name: &str, found: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(name);
    if std::env::var_os("MASTHEAD_UPDATE").is_some() {
        std::fs::write(&path, found).unwrap();
    }
    let known = std::fs::read_to_string(&path).unwrap_or_default();
    let difference = found.lines().zip(known.lines()).find(|(found, known)| found != known);
    assert!(
        found == known,
        "tests/golden/{name} is another; if that is meant, update it with MASTHEAD_UPDATE=1. First line: {difference:#?}"
    );
}

const MINI: &str = r#"
-- masthead.yaml --
title: The Letter
base_url: https://a.example/news
signup: {provider: listmonk, url: "https://lists.a.example", list: 1234}
email:
  from: The Letter <desk@a.example>
  address: 1 Ledger Street
-- content/posts/2024-08-01-tiktok.md --
---
title: TikTok spends $20M a month
summary: TikTok is one of the largest customers of Microsoft's cloud.
category: Business
deals: {id: tiktok-microsoft, buyer: TikTok, seller: Microsoft, kind: cloud, amount: $20M per month, status: reported}
---
Text.
-- content/posts/2024-08-02-adept.md --
---
title: Adept goes to Amazon
summary: Its people go, and it stays.
email: {subject: Adept's people go to Amazon, preheader: The company stays behind.}
---
Text.
-- content/editions/2024-08-02.md --
---
title: A quarter of the business
number: 7
summary: One customer *matters*.
email: {subject: "The Letter 7: a quarter", preheader: One app pays for a lot.}
posts: [tiktok, adept]
---
**What it pays:** [TikTok](../posts/2024-08-01-tiktok.md) pays[^1] & pays, see [the ledger](/deals/).

[^1]: Says *The Information*.

- one
- two `code`
  1. inner

> Somebody's words.

![A bill](../posts/bill.png)

| Who | Pays |
|---|--:|
| TikTok | $20M |

```
fn main() {
    {{ x }}
}
```

```{stat}
value: 25%
label: of the business
```

```{sponsor}
name: A bank
url: https://bank.example/?a=1&b=2
text: Money, kept.
```

```{deal} tiktok-microsoft
```

```{email-only}
Only by mail.
```

```{web-only}
Only on the web.
```
"#;

#[test]
fn a_subject_has_the_quotation_marks_of_its_text() {
    let facts = "email: {subject: 'The \"no\" of *one*', preheader: \"It's the end...\"}";
    let html = edition(SENT, facts, "Text.").at("/editions/2024-08-02/email.html");
    assert!(html.contains("<title>The “no” of *one*</title>") && html.contains("It’s the end…"), "{html}");
    let plain = edition(&format!("markdown: {{smart_punctuation: false}}\n{SENT}"), facts, "Text.");
    assert!(plain.at("/editions/2024-08-02/email.html").contains("It's the end..."));
    let quote = "```{quote}\ntext: She said \"no\".\nby: Ann \"A\" Ay\n```";
    let html = edition(SENT, "", quote).at("/editions/2024-08-02/email.html");
    assert!(html.contains("She said “no”.") && html.contains("Ann “A” Ay"), "{html}");
}

#[test]
fn a_mail_is_what_it_was_when_it_was_read() {
    let site = site(MINI);
    golden("email.html", &site.at("/editions/2024-08-02/email.html"));
    golden("email.txt", &site.at("/editions/2024-08-02/email.txt"));
    golden("email.eml", &site.at("/editions/2024-08-02/email.eml"));
}

#[test]
fn what_is_only_for_the_mail_is_in_it_and_what_is_only_for_the_web_is_not() {
    let site = site(MINI);
    for url in ["/editions/2024-08-02/email.html", "/editions/2024-08-02/email.txt"] {
        let mail = site.at(url);
        assert!(mail.contains("Only by mail.") && !mail.contains("Only on the web."), "{mail}");
    }
    let page = site.at("/editions/2024-08-02/");
    assert!(!page.contains("Only by mail.") && page.contains("Only on the web."));
}

#[test]
fn every_address_is_full_and_nothing_is_loaded_from_elsewhere() {
    let site = site(MINI);
    let html = site.at("/editions/2024-08-02/email.html");
    for address in between(&html, "href=\"", "\"") {
        assert!(address.starts_with("https://") || address == "{{ UnsubscribeURL }}", "{address}");
    }
    assert_eq!(between(&html, "src=\"", "\""), ["https://a.example/news/posts/bill.png"]);
    for never in ["<script", "<link", "<svg", "data:", "class=\"anchor\"", "url(", "var("] {
        assert!(!html.contains(never), "{never}");
    }
}

#[test]
fn text_and_html_lead_to_the_same_addresses() {
    let site = site(MINI);
    let mail = email::mail(&site.snapshot, 0).unwrap();
    let linked: BTreeSet<String> = mail.links.iter().cloned().collect();
    for link in &linked {
        assert!(mail.text.contains(link.as_str()), "{link} is missing in\n{}", mail.text);
    }
    let written = mail.text.split_whitespace().filter(|word| word.starts_with("https://"));
    for word in written {
        assert!(linked.contains(word), "{word} is in the text alone");
    }
}

#[test]
fn templates_of_a_provider_do_not_read_what_authors_write() {
    let text = "Write `{{ name }}` or {% tag %} or `*|FNAME|*`, and ![{{x}}](https://b.example/{{x}}.png).";
    for (provider, tag) in [("buttondown", "{{ unsubscribe_url }}"), ("kit", "{{ unsubscribe_url }}")] {
        let site = edition(&format!("email: {{provider: {provider}}}"), "number: 1", text);
        let html = site.at("/editions/2024-08-02/email.html").replace(tag, "").replace("{{ address }}", "");
        assert!(!html.contains("{{") && !html.contains("{%"), "{provider}: {html}");
        assert!(html.contains("&#123;&#123; name }}"));
    }
    let site = edition("email: {provider: mailchimp}", "number: 1", text);
    let html = site.at("/editions/2024-08-02/email.html");
    assert!(html.contains("*&#124;FNAME&#124;*") && html.contains("href=\"*|UNSUB|*\""), "{html}");
    assert!(site.codes().contains(&"email-merge-tag"), "{:?}", site.codes());
}

#[test]
fn what_is_too_much_is_folded_from_the_end() {
    let mut files =
        String::from("-- masthead.yaml --\nbase_url: https://a.example\nemail: {provider: none, budget: 20000}\n");
    for number in 10..60 {
        let summary = "A sentence of some length that says what there is to say. ".repeat(5);
        files.push_str(&format!(
            "-- content/posts/2024-08-01-p{number}.md --\n---\ntitle: Post {number}\nsummary: {summary}\n---\nText.\n"
        ));
    }
    files.push_str("-- content/editions/2024-08-02.md --\n---\ntitle: Many\nsummary: Much.\n---\nOpening.\n");
    let site = site(&files);
    let mail = email::mail(&site.snapshot, 0).unwrap();
    let folded = mail.folded.len();
    assert!((1..50).contains(&folded) && mail.size.fits() && !mail.cut, "{folded} {:?}", mail.size);
    let more = format!("{folded} more stories on the web");
    assert!(mail.html.contains(&more) && mail.text.contains(&more));
    assert!(mail.size.counted() > 18_000, "no more than needed is folded: {:?}", mail.size);
    assert!(site.codes().contains(&"email-folded"));
    // What is folded is the end of the list, and the parts agree.
    let last = &mail.folded[folded - 1];
    assert!(!mail.html.contains(last.as_str()) && !mail.text.contains(last.as_str()));
}

#[test]
fn an_opening_that_is_too_long_is_cut_between_paragraphs() {
    let text = format!("Noted[^1].\n\n{}[^1]: A note.\n", "Words of a paragraph.\n\n".repeat(900));
    let site = edition("email: {provider: none, budget: 12000}", "summary: A lead.", &text);
    let mail = email::mail(&site.snapshot, 0).unwrap();
    assert!(mail.cut && mail.size.fits() && mail.html.ends_with("</html>\n"));
    assert!(mail.html.contains("the rest of this letter, and 1 story on the web"));
    assert!(site.codes().contains(&"email-too-large"));
    // Its notes are cut as well, and so are the marks that would lead to none.
    assert!(mail.html.contains("Noted.") && mail.text.contains("Noted."));
}

#[test]
fn a_mail_in_a_language_from_the_right_has_its_sides_there() {
    let text = "- one\n\n> quoted\n\n|a|b|\n|-|-|\n|1|2|\n\n> [!NOTE]\n> Mind.\n";
    let sides = |language: &str| {
        let mail = edition(&format!("language: {language}"), "number: 1", text).at("/editions/2024-08-02/email.html");
        let right = ["padding:0 26px 0 0", "border-right:3px", "padding:6px 0 6px 10px", "align=\"right\""];
        let left = ["padding:0 0 0 26px", "border-left:3px", "padding:6px 10px 6px 0", "align=\"left\""];
        [right, left].map(|signs| signs.iter().filter(|sign| mail.contains(**sign)).count())
    };
    assert_eq!((sides("ar"), sides("en")), ([4, 0], [0, 4]));
}

#[test]
fn the_sender_at_a_host_in_other_letters_has_an_address() {
    let site = crate::site(
        "-- masthead.yaml --\ntitle: L\nbase_url: https://münchen.example\n\
         -- content/editions/2024-08-02.md --\n---\ntitle: One\n---\nText.\n",
    );
    assert!(site.at("/editions/2024-08-02/email.eml").starts_with("From: L <newsletter@xn--mnchen-3ya.example>\r\n"));
}

#[test]
fn nothing_begins_another_line_of_the_head() {
    for subject in [r#""a\r\nBcc: b@c.example""#, r#""a\0b""#, r#""a\Nb""#, r#""a\Lb""#] {
        let site = edition(SENT, &format!("email: {{subject: {subject}}}"), "Text.");
        let found = site.said.iter().find(|problem| problem.code == "line-break").expect(subject);
        let place = found.place.as_ref().unwrap();
        assert_eq!((place.path.as_str(), place.line), ("content/editions/2024-08-02.md", 3), "{subject}");
        assert!(found.is_error());
        assert!(!site.at("/editions/2024-08-02/email.eml").contains("\nBcc:"));
    }
    let site = edition(r#"email: {from: "a\nBcc: b <b@c.example>"}"#, "number: 1", "Text.");
    assert!(site.said.iter().any(|problem| problem.code == "line-break" && problem.is_error()));
    // Without `from`, the publication's name is the sender's.
    let unnamed = crate::site(
        "-- masthead.yaml --\ntitle: \"a\\Lb\"\n-- content/about.md --\nText.\n\
         -- content/editions/2024-08-02.md --\n---\ntitle: One\n---\nText.\n",
    );
    let found = unnamed.said.iter().find(|problem| problem.code == "line-break").expect("an error");
    assert!(found.is_error() && found.place.is_some());
}

#[test]
fn what_is_wrong_with_a_mail_is_said_where_it_stands() {
    let site = site(&format!(
        "-- masthead.yaml --\nbase_url: https://a.example\n{SENT}\n-- content/posts/2024-08-01-a.md --\n---\n\
         title: A\nsummary: The sum is TBD.\n---\nText.\n\
         -- content/editions/2024-08-02.md --\n---\ntitle: One\nemail:\n  subject: Same\n  preheader: Same\n---\n\
         Read [here](https://b.example/) and [more](../posts/2024-08-01-a.md).\n\n\
         A figure of the TBD Lab, über TK.\n\n![](../posts/bill.png) {{{{ name }}}}\n\n\
         ![A bill](https://b.example/bill.webp) ![](nope.png?a&b)\n"
    ));
    let of_mail = site.said.iter().filter(|problem| problem.code.starts_with("email-"));
    let said: Vec<String> = of_mail
        .map(|problem| {
            let place = problem.place.as_ref().unwrap();
            let file = place.path.stem();
            format!("{file}:{}:{}+{} {}", place.line, place.column, place.length, problem.code)
        })
        .collect();
    assert_eq!(
        said,
        [
            "2024-08-02:5:14+4 email-no-preheader",
            "2024-08-02:7:6+26 email-link-words",
            "2024-08-02:7:37+32 email-link-words",
            "2024-08-02:9:31+2 email-placeholder",
            "2024-08-02:11:1+22 email-picture-words",
            "2024-08-02:11:24+2 email-merge-tag",
            "2024-08-02:13:11+27 email-picture-format",
            "2024-08-02:13:40+17 email-picture-words",
            "2024-08-01-a:3:10+15 email-placeholder",
        ]
    );
}

#[test]
fn check_says_what_is_wrong_with_a_mail() {
    let of = |facts: &str, text: &str| edition(SENT, facts, text).codes().join(" ");
    assert_eq!(of("summary: A lead.", "Text with [a name](https://b.example/)."), "");
    assert_eq!(of("summary: A lead.", "Read [here](https://b.example/)."), "email-link-words");
    assert_eq!(of("summary: A lead.", "See [bank.com](https://b.example/)."), "email-link-domain");
    assert_eq!(of("summary: A lead.", "The sum is TK."), "email-placeholder");
    assert_eq!(of("summary: A lead.", "![](../posts/bill.png)"), "email-picture-words");
    assert_eq!(of("summary: A lead.", "![A bill](https://b.example/bill.webp)"), "email-picture-format");
    assert_eq!(of("email: {subject: Same, preheader: Same}", "Text."), "email-no-preheader");
    assert_eq!(of("summary: A lead.\nemail: {subject: \"a \\u202e b\"}", "Text."), "email-subject-bidi");
    let long = "word ".repeat(30);
    assert_eq!(of(&format!("summary: A lead.\nemail: {{subject: {long}}}"), "Text."), "email-subject-length");
    let unset = edition("", "summary: A lead.", "Text.");
    assert_eq!(unset.codes(), ["email-no-sender", "email-no-unsubscribe"]);
    assert!(unset.said.iter().all(|problem| problem.severity == diagnostic::Severity::Note), "{:?}", unset.said);
    let set = edition("email: {reply_to: desk@a.example}", "summary: A lead.", "Text.");
    assert_eq!(set.codes(), ["email-no-sender", "email-no-unsubscribe"]);
    let mut of_mail = set.said.iter().filter(|problem| problem.code.starts_with("email-"));
    assert!(of_mail.all(|problem| problem.severity == diagnostic::Severity::Warning), "{:?}", set.said);
}

#[test]
fn what_is_off_is_nowhere() {
    let site = edition("outputs: {email: false}", "number: 1", "Text.");
    let routes: Vec<_> =
        site.snapshot.parts.plan.iter().filter(|(_, route)| matches!(route, Route::Email(..))).collect();
    assert!(routes.is_empty() && email::check(&site.snapshot, &MemoryWorkspace::default()).is_empty());
    assert!(!site.at("/_headers").contains("email"));
}

#[test]
fn the_preview_learns_the_weight_of_an_editions_mail() {
    let site = edition(SENT, "number: 1", "Text.");
    let size = email::size(&site.snapshot, &Route::Edition(0)).unwrap();
    assert_eq!(size.html, site.at("/editions/2024-08-02/email.html").len());
    assert!(size.rewritten > size.html && size.encoded > size.html && size.fits() && size.budget == 102_400);
    assert_eq!(email::size(&site.snapshot, &Route::Post(0)), None);
}

#[test]
fn mails_are_no_pages_for_search_engines() {
    let site = edition(SENT, "number: 1", "Text.");
    assert!(!site.at("/sitemap.xml").contains("email"));
    assert!(site.at("/_headers").contains("/editions/:slug/email.html\n  X-Robots-Tag: noindex"));
}

#[test]
fn html_of_an_author_can_do_no_harm_in_a_mail() {
    let html = "<div style=\"position:fixed\" onclick=\"x()\"><script>x()</script><p>kept</p>\n\n<form action=\"/x\"><input name=q></form></div>\n";
    let mail = edition(SENT, "number: 1", html).at("/editions/2024-08-02/email.html");
    assert!(mail.contains("kept"));
    for never in ["onclick", "position", "<script", "<form", "<input"] {
        assert!(!mail.contains(never), "{never}");
    }
}
