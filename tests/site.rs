//! Facts about whole sites. Each site is one string of files: read, joined and rendered in memory.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a helper of a test may end the test")]

use std::collections::{BTreeMap, BTreeSet};

use masthead::content::date::Moment;
use masthead::diagnostic::{self, Diagnostic};
use masthead::load::{Overrides, load};
use masthead::newsroom::memory::Memory;
use masthead::newsroom::timeline::Admission;
use masthead::render::{Rendered, render};
use masthead::site::{OutPath, Plan};
use masthead::snapshot::Snapshot;
use masthead::source::{MemoryWorkspace, SourcePath, Workspace};
use rayon::prelude::*;

/// The first second of 2025 in UTC: what is dated later is of the future.
const NOW: i64 = 1_735_689_600;

/// A site as it would stand in the output folder.
struct Site {
    /// The bytes of each file, by path.
    files: BTreeMap<String, Vec<u8>>,
    /// Every path of the output; empty if there is no site.
    plan: std::sync::Arc<Plan>,
    /// What is wrong, as `severity code path:line message (help)`.
    said: Vec<String>,
}

/// Makes a site of files in one string: each starts with a line `-- path --`.
fn site(files: &str) -> Site {
    site_for(files, false)
}

/// The same with drafts and future posts.
fn preview(files: &str) -> Site {
    site_for(files, true)
}

fn site_for(files: &str, all: bool) -> Site {
    let workspace = workspace(files);
    let admission = Admission { now: Moment::from_unix(NOW), drafts: all, future: all };
    let (sources, mut diagnostics) = load(&workspace, &Overrides::default(), None);
    let (snapshot, said) = Snapshot::build(&sources, &admission, &mut Memory::default());
    diagnostics.extend(said);
    let mut files = BTreeMap::new();
    if let Some(snapshot) = &snapshot {
        let rendered: Vec<_> = snapshot
            .parts
            .plan
            .routes()
            .par_iter()
            .map(|(path, route)| (path, render(snapshot, path, route)))
            .collect();
        for (path, rendered) in rendered {
            match rendered {
                Ok(Rendered::Bytes(bytes)) => drop(files.insert(path.to_string(), bytes)),
                Ok(Rendered::CopyOf(source)) => {
                    drop(files.insert(path.to_string(), workspace.read(&SourcePath::new(source)).unwrap()));
                }
                Err(problem) => diagnostics.push(problem),
            }
        }
    }
    diagnostic::sort(&mut diagnostics);
    let plan = snapshot.map(|snapshot| snapshot.parts.plan.clone()).unwrap_or_default();
    Site { files, plan, said: diagnostics.iter().map(line).collect() }
}

fn workspace(files: &str) -> MemoryWorkspace {
    let mut workspace = MemoryWorkspace::default();
    let mut current: Option<(&str, String)> = None;
    for line in files.lines() {
        match line.strip_prefix("-- ").and_then(|rest| rest.strip_suffix(" --")) {
            Some(path) => {
                if let Some((path, text)) = current.replace((path, String::new())) {
                    workspace.write(path, text);
                }
            }
            None => {
                let (_, text) = current.as_mut().expect("a site starts with a line `-- path --`");
                text.push_str(line);
                text.push('\n');
            }
        }
    }
    if let Some((path, text)) = current {
        workspace.write(path, text);
    }
    workspace
}

fn line(diagnostic: &Diagnostic) -> String {
    let severity = format!("{:?}", diagnostic.severity).to_lowercase();
    let place = diagnostic.place.as_ref().map(|place| format!(" {}:{}", place.path, place.line)).unwrap_or_default();
    let help = diagnostic.help.first().map(|help| format!(" ({help})")).unwrap_or_default();
    format!("{severity} {}{place} {}{help}", diagnostic.code, diagnostic.message)
}

impl Site {
    /// Gives the text of the file that answers an address.
    fn at(&self, url: &str) -> &str {
        let path = OutPath::of_url(url).unwrap();
        let bytes =
            self.files.get(path.as_str()).unwrap_or_else(|| panic!("nothing stands at {url}; {:#?}", self.said));
        std::str::from_utf8(bytes).unwrap()
    }

    fn has(&self, url: &str) -> bool {
        self.files.contains_key(OutPath::of_url(url).unwrap().as_str())
    }

    /// Lists the files in whose name or bytes a word occurs.
    fn naming(&self, word: &str) -> Vec<&str> {
        let holds = |bytes: &[u8]| memchr::memmem::find(bytes, word.as_bytes()).is_some();
        self.files.iter().filter(|(path, bytes)| path.contains(word) || holds(bytes)).map(|(path, _)| &**path).collect()
    }

    /// Lists what is wrong, without the notes that only `check` shows.
    fn problems(&self) -> Vec<&str> {
        self.said.iter().filter(|said| !said.starts_with("note ")).map(String::as_str).collect()
    }

    /// Lists the addresses that an HTML file leads to: `href` and `src`, as a browser reads them.
    fn links(&self, path: &str) -> Vec<String> {
        let html = std::str::from_utf8(&self.files[path]).unwrap();
        let mut links = Vec::new();
        for attribute in [" href=\"", " src=\""] {
            for (at, _) in html.match_indices(attribute) {
                let rest = &html[at + attribute.len()..];
                let value = &rest[..rest.find('"').expect("attributes are closed")];
                links.push(value.replace("&amp;", "&").replace("&#x2F;", "/").replace("&#x27;", "'"));
            }
        }
        links
    }

    fn html_files(&self) -> impl Iterator<Item = &str> {
        self.files.keys().map(String::as_str).filter(|path| path.ends_with(".html"))
    }
}

/// A newsletter with a little of everything.
const LETTER: &str = r#"-- masthead.yaml --
title: The Letter
base_url: https://example.org/news
publisher: The Desk
paginate: 2
feeds: {items: 3}
-- content/about.md --
---
title: About
---
Who we are. Write to [the desk](authors/desk.md).
-- content/authors/desk.md --
---
name: The Desk
---
The desk writes.
-- content/companies/microsoft.md --
---
name: Microsoft
aliases: [MSFT]
---
It sells a cloud, as [TikTok's bill](../posts/2024-08-01-tiktok.md#the-bill) shows.
-- content/posts/2024-08-01-tiktok.md --
---
title: TikTok spends $20M a month
summary: A large bill for a cloud.
author: desk
category: Business
tags: [cloud, C++]
companies: [TikTok, Microsoft]
models: [GPT-4]
aliases: [/2024/08/tiktok/]
image: {src: tiktok/bill.svg, alt: The bill}
deals:
  - {id: tiktok-microsoft, buyer: TikTok, seller: Microsoft, kind: cloud, amount: nearly $20M per month}
---
## The bill

TikTok pays Microsoft. Over 40% & more, "quoted" as it's <b>here</b>.

```{deal} tiktok-microsoft
```
-- content/posts/tiktok/bill.svg --
<svg xmlns="http://www.w3.org/2000/svg"/>
-- content/posts/2024-08-02-azure.md --
---
title: Azure misses its forecast
companies: [MSFT]
tags: [cloud]
---
Azure grew by 29%. See [the bill](2024-08-01-tiktok.md).
-- content/posts/2024-09-01-openai.md --
---
title: OpenAI raises
companies: [OpenAI]
tags: [funding]
deals:
  - {id: openai-round, investor: Thrive, company: OpenAI, kind: investment, amount: $6.6B, status: closed}
---
OpenAI raised money, in a cloud of rumours.
-- content/posts/2023-12-31-last-year.md --
---
title: Last year
tags: [funding]
---
A year of [clouds](/tags/cloud/).
-- content/editions/2024-08-03.md --
---
title: First
number: 1
---
The week.
-- static/robots-note.txt --
none
"#;

#[test]
fn a_clean_newsletter_has_no_problems() {
    let site = site(LETTER);
    assert_eq!(site.problems(), Vec::<&str>::new());
    assert!(site.at("/posts/tiktok/").contains("TikTok spends $20M a month"));
    assert!(site.at("/posts/tiktok/").contains("<title>TikTok spends $20M a month"));
}

#[test]
fn every_link_inside_leads_to_a_file_and_an_id_that_is_there() {
    let site = site(LETTER);
    let mut broken = Vec::new();
    for path in site.html_files() {
        for link in site.links(path) {
            let inside = link.strip_prefix("https://example.org").unwrap_or(&link);
            let (address, fragment) = inside.split_once('#').unwrap_or((inside, ""));
            let address = address.split('?').next().unwrap_or_default();
            let target = if address.is_empty() {
                path.to_owned()
            } else if address.starts_with('/') {
                let Some(below) = address.strip_prefix("/news/") else {
                    broken.push(format!("{path}: {link} leaves the site's path"));
                    continue;
                };
                OutPath::of_url(&format!("/{below}")).unwrap().to_string()
            } else {
                // Everything else has a scheme; a relative address would break in feeds and mirrors.
                if !address.contains(':') {
                    broken.push(format!("{path}: {link} is relative"));
                }
                continue;
            };
            match site.files.get(&target) {
                None => broken.push(format!("{path}: {link} leads nowhere")),
                Some(bytes) if !fragment.is_empty() && target.ends_with(".html") => {
                    let html = String::from_utf8_lossy(bytes);
                    if !html.contains(&format!("id=\"{fragment}\"")) && !html.contains(&format!("id={fragment}")) {
                        broken.push(format!("{path}: {link} has no such place"));
                    }
                }
                Some(_) => {}
            }
        }
    }
    assert!(broken.is_empty(), "{broken:#?}");
}

#[test]
fn every_page_is_reached_from_the_front_page() {
    let site = site(LETTER);
    let mut reached = BTreeSet::from(["index.html".to_owned()]);
    let mut waiting = vec!["index.html".to_owned()];
    while let Some(path) = waiting.pop() {
        for link in site.links(&path) {
            let Some(below) = link.strip_prefix("/news/") else { continue };
            let below = below.split(['#', '?']).next().unwrap_or_default();
            let target = OutPath::of_url(&format!("/{below}")).unwrap().to_string();
            if target.ends_with(".html") && site.files.contains_key(&target) && reached.insert(target.clone()) {
                waiting.push(target);
            }
        }
    }
    let pages: Vec<&str> =
        site.plan.iter().filter(|(_, route)| route.is_page()).map(|(path, _)| path.as_str()).collect();
    let lost: Vec<&&str> = pages.iter().filter(|path| !reached.contains(**path)).collect();
    assert!(pages.len() > 20 && lost.is_empty(), "{lost:#?}");
}

#[test]
fn the_same_files_give_the_same_bytes_on_any_number_of_threads() {
    let with = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| site(LETTER))
    };
    let (one, many) = (with(1), with(8));
    assert!(one.files.len() > 40);
    assert_eq!(one.said, many.said);
    let differing: Vec<_> = one.files.iter().filter(|(path, bytes)| many.files.get(*path) != Some(bytes)).collect();
    assert!(differing.is_empty() && one.files.len() == many.files.len(), "{differing:?}");
}

/// What must not be seen before its time, in every part of a post that reaches an output.
fn hidden(name: &str, facts: &str) -> String {
    let word = format!("{name}word");
    format!(
        "-- content/posts/2024-05-01-{word}.md --\n---\ntitle: {word} title\nsummary: {word} summary.\n{facts}\n\
         author: {word} author\ncategory: {word} category\ntags: [{word} tag]\ncompanies: [{word} company]\n\
         story: letter\naliases: [/old/{word}/]\ndeals:\n  \
         - {{id: {word}-deal, buyer: {word} buyer, seller: Microsoft, amount: $1M}}\n---\n{word} body of Microsoft.\n"
    )
}

#[test]
fn drafts_future_and_expired_posts_are_in_no_output() {
    let kinds = [
        ("draft", "draft: true"),
        ("future", "date: 2025-01-01T00:00:01Z"),
        ("expired", "expires: 2024-12-31T23:59:59Z"),
    ];
    let mut files = LETTER.to_owned();
    for (name, facts) in kinds {
        files.push_str(&hidden(name, facts));
    }
    files.push_str(
        "-- content/editions/2024-12-30.md --\n---\ntitle: draftword edition\ndraft: true\n---\nA draftword.\n\
         -- content/pages-to-come.md --\n---\ntitle: draftword page\ndraft: true\n---\nA draftword.\n",
    );
    let published = site(&files);
    assert_eq!(published.problems(), Vec::<&str>::new());
    for (name, _) in kinds {
        assert_eq!(published.naming(&format!("{name}word")), Vec::<&str>::new());
    }
    let all = preview(&files);
    for name in ["draft", "future"] {
        assert!(all.naming(&format!("{name}word")).len() > 10, "the preview shows the {name} post");
    }
    assert_eq!(all.naming("expiredword"), Vec::<&str>::new());
}

#[test]
fn a_link_to_a_draft_is_a_problem_and_does_not_name_its_page() {
    let site = site(&format!(
        "{LETTER}-- content/posts/2024-06-01-a.md --\nSee [it](2024-06-02-secretslug.md).\n\
         -- content/posts/2024-06-02-secretslug.md --\n---\ndraft: true\n---\nSecret.\n"
    ));
    assert_eq!(site.problems().len(), 1);
    assert!(site.problems()[0].starts_with("warning broken-link content/posts/2024-06-01-a.md:1 "), "{:?}", site.said);
    assert_eq!(site.naming("secretslug"), Vec::<&str>::new());
}

#[test]
fn an_old_address_leads_to_the_new_one() {
    let site = site(LETTER);
    assert!(site.at("/2024/08/tiktok/").contains("https://example.org/news/posts/tiktok/"));
    assert!(site.at("/_redirects").lines().any(|line| line == "/news/2024/08/tiktok/ /news/posts/tiktok/ 301"));
    assert!(!site.at("/sitemap.xml").contains("2024/08/tiktok"));
}

#[test]
fn a_copy_is_not_in_the_sitemap_and_an_original_is() {
    let post = |name: &str, original: &str| {
        format!("-- content/posts/2024-06-01-{name}.md --\n---\ncanonical_url: {original}\n---\nText.\n")
    };
    let own = "https://example.org/news/posts/own/";
    let site = site(&format!("{LETTER}{}{}", post("copy", "https://elsewhere.example/copy"), post("own", own)));
    let sitemap = site.at("/sitemap.xml");
    assert!(sitemap.contains(own) && !sitemap.contains("copy"), "{sitemap}");
}

#[test]
fn two_files_at_one_address_are_an_error_that_names_both() {
    let site = site(
        "-- content/posts/2024-01-01-a.md --\n---\nslug: same\n---\nOne.\n\
         -- content/posts/2024-01-02-b.md --\n---\nslug: Same\n---\nTwo.\n\
         -- content/about.md --\nText.\n-- content/other.md --\n---\naliases: [/about/]\n---\nText.\n",
    );
    let problems = site.problems();
    let collisions: Vec<&&str> = problems.iter().filter(|said| said.starts_with("error same-address ")).collect();
    assert!(collisions.iter().any(|said| said.contains("2024-01-01-a.md") && said.contains("2024-01-02-b.md")));
    assert!(collisions.iter().any(|said| said.contains("`content/about.md` and `content/other.md`")), "{problems:#?}");
}

#[test]
fn names_that_differ_only_in_their_date_get_two_addresses() {
    let one = "-- content/posts/2024-01-02-not-much.md --\nA day.\n";
    assert!(site(one).has("/posts/not-much/"));
    let two = site(&format!("{one}-- content/posts/2024-01-09-not-much.md --\nAnother.\n"));
    assert_eq!(two.problems(), Vec::<&str>::new());
    assert!(two.at("/posts/not-much/").contains("A day."), "the older one keeps its address");
    assert!(two.at("/posts/2024-01-09-not-much/").contains("Another."));
}

#[test]
fn ten_broken_posts_give_ten_located_errors_in_one_run() {
    let bodies = [
        ("unclosed", "---\ntitle: A\n", "front-matter-unclosed", 1),
        ("syntax", "---\ntitle: A: B\ndate: 2024-01-01\n---\n", "front-matter-syntax", 2),
        ("tab", "---\nauthors:\n\t- A\n---\n", "front-matter-syntax", 3),
        ("twice", "---\ntitle: A\ndraft: false\ntitle: B\n---\n", "front-matter-syntax", 4),
        ("date", "---\ndate: 2024-02-30\n---\n", "bad-date", 2),
        ("amount", "---\ndeals:\n  - {id: x, buyer: A, seller: B, amount: lots}\n---\n", "bad-amount", 3),
        ("nobody", "---\ndeals:\n  - id: x\n---\n", "deal-without-parties", 3),
        ("slug", "---\ntitle: A\nslug: ../../etc\n---\n", "bad-slug", 3),
        ("alias", "---\naliases:\n  - https://example.com/\n---\n", "bad-address", 3),
        ("block", "One.\n\n```{quoet}\ntext: A\n```\n", "unknown-block", 3),
    ];
    let mut files = "-- content/posts/2024-01-01-fine.md --\nFine.\n".to_owned();
    for (name, text, ..) in bodies {
        files.push_str(&format!("-- content/posts/2024-01-02-{name}.md --\n{text}"));
    }
    let site = site(&files);
    let errors: Vec<&String> = site.said.iter().filter(|said| said.starts_with("error ")).collect();
    for (name, _, code, line) in bodies {
        let wanted = format!("error {code} content/posts/2024-01-02-{name}.md:{line} ");
        let found: Vec<_> = errors.iter().filter(|said| said.contains(&format!("2024-01-02-{name}.md"))).collect();
        assert!(found.len() == 1 && found[0].starts_with(&wanted), "{wanted}: {found:#?}");
        assert!(found[0].ends_with(')'), "an error says what to do: {}", found[0]);
    }
    assert_eq!(errors.len(), bodies.len(), "{errors:#?}");
}

#[test]
fn a_post_without_a_date_is_an_error_and_a_date_in_the_name_is_enough() {
    let undated = site("-- content/posts/undated.md --\nText.\n");
    assert!(undated.said.iter().any(|said| said.starts_with("error no-date content/posts/undated.md:1 ")));
    let dated = site(
        "-- content/posts/2024-03-05-long.md --\nText.\n-- content/posts/24-03-06-short.md --\nText.\n\
         -- content/posts/2024-03-07_other.md --\nText.\n-- content/posts/2024-03-08-folder/index.md --\nText.\n",
    );
    assert_eq!(dated.problems(), Vec::<&str>::new());
    for (slug, date) in [("long", "5 March"), ("short", "6 March"), ("other", "7 March"), ("folder", "8 March")] {
        let page = dated.at(&format!("/posts/{slug}/"));
        assert!(page.contains(&format!("{date} 2024")), "{slug}");
    }
}

#[test]
fn other_archives_spellings_are_read() {
    for key in ["summary", "description", "excerpt", "lead"] {
        let site = site(&format!("-- content/posts/2024-01-01-a.md --\n---\n{key}: The lead of it.\n---\nText.\n"));
        assert_eq!(site.problems(), Vec::<&str>::new());
        assert!(site.at("/feed.xml").contains("The lead of it."), "{key}");
    }
    let site = site(
        "-- content/posts/2024-01-01-a.md --\n---\nlastmod: 2024-01-05\nauthors: [Ann, Bob]\n\
         source: https://www.example.com/x\ndeal: {id: d, parties: [A Inc, B Inc], cadence: month, amount: $2M}\n---\nText.\n",
    );
    assert_eq!(site.problems(), Vec::<&str>::new());
    let page = site.at("/posts/a/");
    assert!(page.contains("5 January 2024") && page.contains("https://www.example.com/x"));
    assert!(site.has("/authors/ann/") && site.has("/authors/bob/"));
    assert!(site.at("/deals/d/").contains("$2M per month"));
}

#[test]
fn toml_says_the_same_as_yaml() {
    let facts = |text: &str| site(&format!("-- content/posts/2024-01-01-a.md --\n{text}\nText of it.\n"));
    let yaml = facts("---\ntitle: A title\nsummary: A lead.\ntags: [cloud]\ndate: 2024-01-03\nextra: {n: 1}\n---");
    let toml = facts(
        "+++\ntitle = \"A title\"\ndescription = \"A lead.\"\ndate = 2024-01-03\n\
         [taxonomies]\ntags = [\"cloud\"]\n[extra]\nn = 1\n+++",
    );
    assert_eq!(toml.problems(), Vec::<&str>::new());
    assert_eq!(yaml.files.keys().collect::<Vec<_>>(), toml.files.keys().collect::<Vec<_>>());
    assert_eq!(yaml.at("/posts/a/"), toml.at("/posts/a/"));
}

#[test]
fn an_unknown_key_is_said_once_with_its_neighbour() {
    let post =
        |day: u32| format!("-- content/posts/2024-01-0{day}-a{day}.md --\n---\ntitel: A\nlayout: post\n---\nText.\n");
    let files: String = (1..=3).map(post).collect();
    assert_eq!(
        site(&files).problems(),
        [
            "warning unknown-key content/posts/2024-01-01-a1.md:2 `titel` is not a key that Masthead knows (in 3 files) \
             (did you mean `title`?)",
            "warning unknown-key content/posts/2024-01-01-a1.md:3 `layout` is not a key that Masthead knows (in 3 files) \
             (templates find it under `extra`; `front_matter: {allow: […]}` in masthead.yaml lists keys of your own)",
        ]
    );
    let allowed = format!("-- masthead.yaml --\nfront_matter: {{allow: [titel, layout]}}\n{files}");
    assert_eq!(site(&allowed).problems(), Vec::<&str>::new());
    let strict = format!("-- masthead.yaml --\nfront_matter: {{unknown: error, allow: [layout]}}\n{files}");
    assert!(site(&strict).problems().iter().all(|said| said.starts_with("error unknown-key ")));
}

#[test]
fn what_is_not_said_is_derived() {
    let site =
        site("-- content/posts/2024-01-01-the-name.md --\n# The *real* heading\n\nFirst sentence. Second one.\n");
    assert_eq!(site.problems(), Vec::<&str>::new());
    assert_eq!(site.said.len(), 3, "check says what was derived: {:#?}", site.said);
    let page = site.at("/posts/the-name/");
    assert!(page.contains("<title>The real heading"));
    assert!(page.contains("<meta name=\"description\" content=\"First sentence."));
}

#[test]
fn a_post_in_another_language_says_so() {
    let site = site(
        "-- masthead.yaml --\ntitle: T\nlanguage: en\n-- content/posts/2024-08-01-a.md --\n---\ntitle: A\nlanguage: ar\nsummary: L.\n---\nText.\n-- content/posts/2024-08-02-b.md --\n---\ntitle: B\n---\nText.\n-- content/posts/2024-08-03-c.md --\n---\ntitle: C\nlang: EN\n---\nText.\n-- content/editions/2024-08-04.md --\n---\ntitle: E\n---\n",
    );
    for (url, language) in [("/posts/a/", "ar"), ("/posts/b/", "en"), ("/", "en")] {
        let page = site.at(url);
        assert!(page.contains("<html lang=\"en\" dir=\"ltr\">"), "what stands around a text is in the site's: {url}");
        assert!(page.contains(&format!("\"inLanguage\":\"{language}\"")), "{url}");
    }
    assert!(site.at("/posts/a/").contains("\"inLanguage\":\"en\""), "the site keeps its own");
    assert!(site.at("/posts/a/").contains("<article class=\"article h-entry\" lang=\"ar\">"));
    assert!(site.at("/posts/a/").contains("<div class=\"article-body\" dir=\"rtl\">"));
    for page in ["/posts/b/", "/posts/c/"] {
        assert!(site.at(page).contains("<article class=\"article h-entry\">"), "{page}");
    }
    assert!(site.at("/posts/").contains("<h2 class=\"card-title p-name\" lang=\"ar\" dir=\"rtl\">"));
    assert!(site.at("/posts/").contains("<p class=\"card-summary p-summary\" lang=\"ar\" dir=\"rtl\">L.</p>"));
    assert!(site.at("/posts/b/").contains("<h3 class=\"brief-title\" lang=\"ar\" dir=\"rtl\">"));
    assert!(site.at("/editions/2024-08-04/").contains("<h3 class=\"card-title\" lang=\"ar\" dir=\"rtl\">"));
    assert!(site.at("/editions/2024-08-04/email.html").contains("<h3 lang=\"ar\" dir=\"rtl\" "));
    assert!(site.at("/atom.xml").contains("<entry xml:lang=\"ar\">"));
    assert!(site.at("/feed.xml").contains("<dc:language>ar</dc:language>"));
    assert!(site.at("/feed.json").contains("\"language\":\"ar\""));
    assert!(!site.at("/feed.json").contains("\"language\":\"EN\""), "it is the feed's own");
}

#[test]
fn the_data_of_a_company_name_its_logo_and_its_parent() {
    let site = site(
        "-- masthead.yaml --\ntitle: T\nbase_url: https://example.org/news\n-- content/companies/tiktok.md --\n---\nname: TikTok\nparent: ByteDance\nlogo: tiktok.svg\n---\n-- content/companies/tiktok.svg --\n<svg xmlns=\"http://www.w3.org/2000/svg\"/>\n-- content/companies/bytedance.md --\n---\nname: ByteDance\n---\n-- content/posts/2024-08-01-a.md --\n---\ntitle: A\ncompanies: [TikTok, ByteDance]\n---\nText.\n",
    );
    let page = site.at("/companies/tiktok/");
    assert!(page.contains("\"logo\":\"https://example.org/news/companies/tiktok.svg\""), "{page}");
    let parent = page.split_once("\"parentOrganization\":{").unwrap().1.split_once('}').unwrap().0;
    assert!(parent.contains("\"name\":\"ByteDance\""), "{parent}");
    assert!(parent.contains("\"url\":\"https://example.org/news/companies/bytedance/\""), "{parent}");
    assert!(!site.at("/companies/bytedance/").contains("parentOrganization"));
}

#[test]
fn quotation_marks_are_those_of_the_text() {
    let site = site(
        "-- masthead.yaml --\ntitle: T\nlanguage: de\n-- content/posts/2024-08-01-a.md --\n---\ntitle: Das \"Nein\"\nsummary: Er sagt \"Ja\".\n---\n\"Text\" hier.\n-- content/posts/2024-08-02-b.md --\n---\ntitle: The \"no\"\nlang: en\n---\n\"Text\" here.\n",
    );
    let (german, english) = (site.at("/posts/a/"), site.at("/posts/b/"));
    for text in ["Das „Nein“", "Er sagt „Ja“.", "„Text“ hier."] {
        assert!(german.contains(text), "{text}");
    }
    for text in ["The “no”", "“Text” here."] {
        assert!(english.contains(text), "{text}");
    }
}

#[test]
fn quotation_marks_are_those_of_the_text_in_deals_and_blocks_too() {
    let site = site(
        r#"-- masthead.yaml --
title: T
language: de
-- content/posts/2024-08-01-a.md --
---
title: A
deals:
  - {id: a-b, title: 'Der "Pakt"', buyer: A, seller: B, amount: $1M, note: 'Er sagt "Ja"...'}
---
```{quote} by="Die \"Chefin\""
```

```{quote}
text: Sie sagt "Ja" und *nichts* [mehr].
by: Die "Chefin"
source: Das "Blatt"
url: https://example.org/"x"
```

```{chart} deals-over-time caption=Das "Jahr"
```

```{own}
text: 'a "plain" word'
```
-- content/posts/2024-08-02-b.md --
---
title: B
lang: en
deals:
  - {id: c-d, title: The "pact", buyer: C, seller: D}
---
Text.
-- templates/blocks/own.html --
{{ block.data.text }}
"#,
    );
    let page = site.at("/posts/a/");
    for text in ["Der „Pakt“", "<p>Sie sagt „Ja“ und *nichts* [mehr].</p>", "Die „Chefin“", "Das „Blatt“"]
    {
        assert!(page.contains(text), "{text}: {page}");
    }
    assert!(page.contains("a &quot;plain&quot; word") && !page.contains("/„x"), "{page}");
    assert!(site.at("/deals/a-b/").contains("Er sagt „Ja“…"), "{}", site.at("/deals/a-b/"));
    assert!(site.at("/deals/").contains("The “pact”"));
}

#[test]
fn a_feed_shows_what_its_readers_do_not_take_away() {
    let site = site(&format!(
        "{LETTER}-- content/posts/2024-10-05-chart.md --
---
title: A chart
---
## Who <a class=\"anchor\" href=\"#x\">paid</a>

**The point:** it is drawn.

```{{chart}} who-pays-whom caption=\"Who & whom\"
```

```{{note}} Beside
A note.
```
"
    ));
    assert_eq!(site.problems(), Vec::<&str>::new());
    let page = site.at("/posts/chart/");
    assert!(page.contains("<svg class=\"chart") && page.contains("aria-label=\"Link to this section\""));
    let json: serde_json::Value = serde_json::from_str(site.at("/feed.json")).unwrap();
    let items = json["items"].as_array().unwrap();
    let item = items.iter().find(|item| item["title"] == "A chart").unwrap()["content_html"].as_str().unwrap();
    let url = "https://example.org/news/posts/chart/";
    for text in [
        "<figcaption><p><strong>Who &amp; whom</strong></p></figcaption>",
        "<th scope=\"row\"><a href=\"https://example.org/news/deals/",
        &format!("<a href=\"{url}\">See the chart on the web</a>"),
        &format!("<a class=\"anchor\" href=\"{url}#x\">paid</a></h2>"),
        "it is drawn.</p>",
        "A note.",
    ] {
        assert!(item.contains(text), "{text}: {item}");
    }
    for text in ["<svg", "Link to this section", "<details"] {
        assert!(!item.contains(text), "{text}: {item}");
    }
    for feed in ["/feed.xml", "/atom.xml"] {
        let feed = site.at(feed);
        assert!(feed.contains("See the chart on the web") && !feed.contains("chart-flows"), "{feed}");
    }
}

#[test]
fn the_way_to_a_page_is_marked_up_where_the_page_shows_it() {
    let site = site(LETTER);
    let pages = site.plan.iter().filter(|(_, route)| route.is_page());
    let mut shown = BTreeSet::new();
    for (path, _) in pages {
        let page = site.at(&path.url());
        let is_marked_up = page.contains("\"BreadcrumbList\"");
        assert_eq!(page.contains("<nav class=\"breadcrumbs\""), is_marked_up, "{path}");
        shown.extend(is_marked_up.then(|| path.url()));
    }
    assert!(shown.contains("/posts/tiktok/") && shown.contains("/companies/microsoft/"), "{shown:?}");
    assert!(!shown.contains("/") && !shown.contains("/about/"), "{shown:?}");
}

/// macOS names a file with its marks apart, and who types its name does not.
#[test]
fn a_name_is_found_however_its_letters_are_composed() {
    let site = site(
        "-- masthead.yaml --\ntitle: T\n-- content/posts/2024-08-01-cafe\u{301}.md --\n---\ntitle: A\n---\nText ![p](u\u{308}ber.svg).\n-- content/posts/\u{fc}ber.svg --\n<svg xmlns=\"http://www.w3.org/2000/svg\"/>\n-- content/posts/2024-08-02-b.md --\n---\ntitle: B\n---\n[a](2024-08-01-caf\u{e9}.md) [c](nowhere.md#x)\n-- content/editions/2024-08-03.md --\n---\ntitle: E\nposts: [2024-08-01-caf\u{e9}]\n---\nText.\n",
    );
    assert!(
        site.at("/posts/b/").contains("<a href=\"/posts/cafe/\">a</a> <a href=\"#\">c</a>"),
        "{}",
        site.at("/posts/b/")
    );
    assert!(site.at("/editions/2024-08-03/").contains("/posts/cafe/"));
    assert!(site.at("/posts/cafe/").contains("%C3%BCber.svg"));
}

#[test]
fn outputs_that_are_off_are_not_there() {
    let off = |keys: &[&str]| {
        let list: String = keys.iter().map(|key| format!("  {key}: false\n")).collect();
        site(&LETTER.replacen("paginate: 2\n", &format!("paginate: 2\noutputs:\n{list}"), 1))
    };
    for (key, url) in [
        ("mirrors", "/posts/tiktok/index.md"),
        ("rss", "/feed.xml"),
        ("atom", "/atom.xml"),
        ("json_feed", "/feed.json"),
        ("term_feeds", "/tags/cloud/feed.xml"),
        ("email", "/editions/2024-08-03/email.eml"),
        ("archive", "/archive/2024/"),
        ("ledger_data", "/deals.csv"),
        ("sitemap", "/sitemap.xml"),
        ("robots", "/robots.txt"),
        ("llms", "/llms.txt"),
        ("redirects", "/2024/08/tiktok/"),
        ("headers", "/_headers"),
    ] {
        let site = off(&[key]);
        assert!(!site.has(url), "{key}");
        assert_eq!(site.problems(), Vec::<&str>::new(), "{key}");
    }
}

#[test]
fn a_template_of_the_users_extends_the_one_that_it_replaces() {
    let site = site(&format!(
        "{LETTER}-- templates/post.html --\n{{% extends \"theme/post.html\" %}}\
         {{% block after %}}<p>Write to the desk.</p>{{% endblock after %}}\n"
    ));
    assert_eq!(site.problems(), Vec::<&str>::new());
    assert!(site.at("/posts/tiktok/").contains("<p>Write to the desk.</p>"));
    assert!(site.at("/posts/tiktok/").contains("Over 40% &amp; more"));
}

#[test]
fn a_template_that_fails_names_itself_and_the_page() {
    let site = site(&format!("{LETTER}-- templates/page.html --\n<p>\n{{{{ page.title * 2 }}}}</p>\n"));
    let problem = site.problems().first().map(|said| (*said).to_owned()).unwrap_or_default();
    assert!(problem.starts_with("error template templates/page.html:2 "), "{problem}");
    assert!(problem.contains("content/about.md"), "{problem}");
}

#[test]
fn what_the_author_wants_beside_a_post_stands_beside_it() {
    let post = |name: &str, facts: &str, text: &str| {
        format!("-- content/posts/2024-{name}.md --\n---\ntitle: Title {name}\n{facts}\n---\n{text}\n")
    };
    let alike = "The zeppelin left its hangar with helium aboard.";
    let mut others = post("02-01-b", "", alike) + &post("03-01-c", "", alike) + &post("04-01-d", "", "Nothing alike.");
    for (number, word) in ["Law", "Chips", "Fish", "Paper", "Trains", "Bread", "Music", "Rain"].iter().enumerate() {
        others.push_str(&post(&format!("05-0{}-{word}", number + 1), "", &format!("{word} and {word} again.")));
    }
    let related = |wishes: &str| {
        let site =
            site(&format!("-- masthead.yaml --\nsidebars: {{recent: 0}}\n{}{others}", post("01-01-a", wishes, alike)));
        assert_eq!(site.problems(), Vec::<&str>::new());
        let page = site.at("/posts/a/");
        let list = page.split("id=\"related\"").nth(1).and_then(|rest| rest.split("</section>").next());
        list.unwrap_or_default().to_owned()
    };
    let found = related("");
    assert!(found.contains("/posts/b/") && found.contains("/posts/c/") && !found.contains("/posts/d/"), "{found}");
    let wanted = related("related: {pin: [d], hide: [b]}");
    assert!(wanted.contains("/posts/d/") && wanted.contains("chosen by the editor"), "{wanted}");
    assert!(wanted.contains("/posts/c/") && !wanted.contains("/posts/b/"), "{wanted}");
}

#[test]
fn a_site_of_nothing_is_an_error() {
    assert!(site("-- masthead.yaml --\ntitle: A\n").problems()[0].starts_with("error no-content "));
    let drafts = site("-- content/posts/2024-01-01-a.md --\n---\ndraft: true\n---\nText.\n");
    assert!(drafts.problems()[0].starts_with("error nothing-to-publish "), "{:?}", drafts.said);
}

#[test]
fn links_in_summaries_blocks_and_the_configuration_lead_somewhere() {
    let files = |at: &str, page: &str| {
        format!(
            "-- masthead.yaml --\ntitle: T\nbase_url: https://example.org{at}\nsignup: {{provider: custom, action: https://forms.example/x, privacy: 'See [policy]({page}).'}}\nfooter: [{{title: P, url: {page}}}]\n-- content/about.md --\n---\nextra: {{colour: green}}\n---\nWords.\n-- content/posts/2024-08-01-a.md --\n---\nsummary: See [root]({page}) and [file](../about.md).\n---\n```{{sponsor}} Acme\nurl: {page}\n```\n\n```{{quote}}\ntext: Words\nsource: There\nurl: ../about.md\n```\n-- content/editions/2024-08-02.md --\n---\ntitle: E\nsummary: See [all]({page}).\n---\nText.\n-- templates/page.html --\n{{{{ page.extra.colour }}}}\n"
        )
    };
    let good = site(&files("/news", "/about/"));
    assert_eq!(good.problems(), Vec::<&str>::new());
    let page = good.at("/posts/a/");
    for link in [
        "<a href=\"/news/about/\">root</a> and <a href=\"/news/about/\">file</a>",
        "href=\"/news/about/\">Acme</a>",
        "<cite><a href=\"/news/about/\"",
        "<a href=\"/news/about/\">policy</a>",
        "<a href=\"/news/about/\">P</a>",
    ] {
        assert!(page.contains(link), "{link}: {page}");
    }
    assert_eq!(page.matches("<link rel=\"alternate\" type=\"application/rss+xml\"").count(), 1, "feeds are named once");
    assert_eq!(good.at("/about/").trim(), "green");
    let mail = good.at("/editions/2024-08-02/email.html");
    assert!(mail.contains("href=\"https://example.org/news/about/\""), "{mail}");
    let bad = site(&files("", "/nope/"));
    let broken: Vec<&str> = bad.problems().into_iter().filter(|said| said.contains("broken-link")).collect();
    assert_eq!(broken.len(), 5, "summaries, block, footer, sign-up: {broken:#?}");
    assert!(
        broken.iter().any(|said| said.contains("masthead.yaml:4") && said.contains("from its root on")),
        "{broken:#?}"
    );
    assert!(broken.iter().any(|said| said.contains("masthead.yaml:3")), "{broken:#?}");
    let unsafe_link = site(
        "-- content/posts/2024-08-01-a.md --\n---\nsummary: A [link](javascript:x).\n---\nText.\n-- content/editions/_index.md --\nText.\n",
    );
    let said = unsafe_link.problems();
    assert!(said.iter().any(|said| said.contains("unsafe-link") && said.contains("2024-08-01-a.md:2")), "{said:#?}");
    assert!(said.iter().any(|said| said.contains("unread-index") && said.contains("editions/_index.md")), "{said:#?}");
}

#[test]
fn a_mirror_leads_somewhere_from_anywhere_and_has_nothing_that_is_for_mails() {
    let site = site(
        "-- masthead.yaml --\ntitle: T\nbase_url: https://example.org/news\n-- content/posts/p.png --\nx\n-- content/posts/2024-08-01-b.md --\n## Deals\n-- content/posts/2024-08-02-a.md --\n---\ntitle: A\n---\nSee [b](2024-08-01-b.md#deals \"B\"), [deals](</posts/>), [gone](gone.pdf), [web](https://x.example), ![p](p.png).\n\n````{email-only}\nSECRET [b](2024-08-01-b.md)\n```\ncode\n```\n````\n\n- ```{email-only}\n  SECRET\n  ```\n\n> ~~~{email-only}\n> SECRET\n> ~~~\n> Quoted.\n\n```{email-only}\n    ```\nSECRET\n```\nOver two [lines\nof text](\n2024-08-01-b.md), [nowhere](none.md).\n\n```{web-only}\nSeen.\n```\n",
    );
    let mirror = site.at("/posts/a/index.md");
    assert!(!mirror.contains("SECRET") && !mirror.contains("email-only") && mirror.contains("Seen."), "{mirror}");
    let over_two = "> Quoted.\n\n\nOver two [lines\nof text](\nhttps://example.org/news/posts/b/), [nowhere](none.md).";
    assert!(mirror.contains(over_two), "{mirror}");
    assert!(
        mirror.contains(
            "See [b](https://example.org/news/posts/b/#deals \"B\"), [deals](<https://example.org/news/posts/>), [gone](gone.pdf), [web](https://x.example), ![p](https://example.org/news/posts/p.png)."
        ),
        "{mirror}"
    );
}

#[test]
fn a_mirror_says_what_the_page_says_and_leads_where_it_leads() {
    let site = site(
        "-- masthead.yaml --\ntitle: The *T*\nbase_url: https://example.org/news\n-- content/posts/2024-08-01-b.md --\nText.\n-- content/posts/2024-08-02-a.md --\n---\ntitle: 'The \\*new\\* [deal] #1 <think>'\nsummary: '1. \\*Not\\* so [new]'\nauthors: ['A *B* [c]']\n---\nSee [part](#part), [sorted](?x=1&y=2#part \"S\"), [up](<../b/>) and [gone](../c/).\n\n```{note}\n[here](#part)\n```\n\nAnd [b][], [part][p], ![pic][i].\n\n```\nx[1]: #part\n```\n\n[b]: 2024-08-01-b.md \"B\"\n- [p]: <#part>\n\n[i]: https://bücher.example/i.png\n\n## Part\n",
    );
    let mirror = site.at("/posts/a/index.md");
    let head = "# The \\*new\\* \\[deal\\] \\#1 \\<think>\n\n2 August 2024 · The \\*T\\* · A \\*B\\* \\[c\\]\n\n<https://example.org/news/posts/a/>\n\n> 1\\. \\*Not\\* so \\[new\\]\n";
    assert!(mirror.starts_with(head), "{mirror}");
    let page = "https://example.org/news/posts/a/";
    let links = format!(
        "See [part]({page}#part), [sorted]({page}?x=1&y=2#part \"S\"), [up](<https://example.org/news/posts/b/>) and [gone](../c/)."
    );
    assert!(mirror.contains(&links) && mirror.contains(&format!("[here]({page}#part)")), "{mirror}");
    let definitions = format!(
        "x[1]: #part\n```\n\n[b]: https://example.org/news/posts/b/ \"B\"\n- [p]: <{page}#part>\n\n[i]: https://xn--bcher-kva.example/i.png\n"
    );
    assert!(mirror.contains(&definitions), "{mirror}");
}

#[test]
fn a_host_in_other_letters_is_ascii_wherever_others_read_it() {
    let site = site(
        "-- masthead.yaml --\ntitle: T\nbase_url: https://zürich.example\nfooter: [{title: F, url: 'https://bücher.example/f'}]\n-- content/authors/ann.md --\n---\nname: Ann\nsite: https://bücher.example/s\nlinks: ['https://bücher.example/l']\n---\n-- content/posts/2024-08-02-a.md --\n---\ntitle: A\nauthors: [Ann]\nimage: https://bücher.example/i.png\ncanonical_url: https://bücher.example/c\nsources: ['https://bücher.example/q']\nsummary: A [line](https://bücher.example/z).\n---\n[x](https://bücher.example/ä?q=ö), https://bücher.example/b, ![p](https://bücher.example/p.png) and <a href=\"https://bücher.example/r\">raw</a>.\n",
    );
    assert_eq!(site.problems(), Vec::<&str>::new());
    let ascii = "https://xn--bcher-kva.example/";
    for (file, ends) in [
        ("/posts/a/", &["%C3%A4?q=%C3%B6\"", "b\"", "p.png\"", "c\">", "q\"", "z\"", "f\"", "i.png\""][..]),
        ("/authors/ann/", &["l\"", "s\""]),
        ("/feed.xml", &["%C3%A4?q=%C3%B6\"", "r\"", "i.png\""]),
        ("/atom.xml", &["%C3%A4?q=%C3%B6\"", "r\"", "i.png\""]),
        ("/feed.json", &["%C3%A4?q=%C3%B6\\\"", "i.png\""]),
        ("/posts/a/index.md", &["ä?q=ö)"]),
        ("/_headers", &["xn--bcher-kva.example"]),
    ] {
        for end in ends {
            let wanted = if file == "/_headers" { (*end).to_owned() } else { format!("{ascii}{end}") };
            assert!(site.at(file).contains(&wanted), "{file}: {wanted}: {}", site.at(file));
        }
    }
    assert_eq!(site.naming("b%C3%BCcher"), Vec::<&str>::new());
    assert_eq!(site.naming("https://zürich"), Vec::<&str>::new());
}

#[test]
fn what_stands_in_an_index_file_stands_on_its_page() {
    let site = |draft: &str| {
        site(&format!(
            "-- masthead.yaml --\ntitle: T\n-- content/_index.md --\n---\nsummary: All of it.\n{draft}---\nThe whole truth ![x](https://pictures.example/a.png), and [more](none.md).\n\n## In brief\n-- content/posts/_index.md --\n---\ntitle: The Wire\nsummary: The *news*.\n{draft}---\nHow we report.\n-- content/posts/2024-08-01-a.md --\nText.\n"
        ))
    };
    let shown = site("");
    let section = shown.at("/posts/");
    assert!(section.contains("<em>news</em>") && section.contains("How we report.") && section.contains(">The Wire<"));
    assert!(shown.at("/").contains("The whole truth ") && shown.at("/").contains("content=\"All of it.\""));
    assert!(shown.at("/_headers").contains("https://pictures.example") && shown.at("/").contains("id=\"in-brief-2\""));
    assert!(shown.said.iter().any(|said| said.contains("broken-link") && said.contains("content/_index.md")));
    let drafts = site("draft: true\n");
    for url in ["/", "/posts/", "/posts/a/"] {
        let page = drafts.at(url);
        assert!(
            !["The Wire", "report.", "truth", "All of it"].iter().any(|words| page.contains(words)),
            "{url}: {page}"
        );
    }
}

#[test]
fn a_language_that_is_written_from_the_right_says_so() {
    let text = |language: &str| {
        format!("-- masthead.yaml --\ntitle: T\nlanguage: {language}\n-- content/posts/2024-08-01-a.md --\nText.\n")
    };
    assert!(site(&text("ar")).at("/posts/a/").contains("<html lang=\"ar\" dir=\"rtl\">"));
    for wrong in ["english", "en_US", "e"] {
        let said = site(&text(wrong)).said;
        assert!(said.iter().any(|said| said.contains("bad-language") && said.contains("masthead.yaml:2")), "{said:?}");
    }
}

#[test]
fn a_key_of_posts_is_none_of_pages() {
    let site = site(
        "-- content/about.md --\n---\nimage: a.png\nsumary: x\n---\nText.\n-- content/posts/2024-08-01-a.md --\nText.\n",
    );
    assert!(
        site.said.iter().any(|said| said.contains("`image` is a key of posts, and says nothing here")),
        "{:?}",
        site.said
    );
    assert!(site.said.iter().any(|said| said.contains("did you mean `summary`?")), "{:?}", site.said);
}

#[test]
fn a_template_whose_name_is_nearly_right_is_noticed() {
    let site = site(
        "-- templates/sction.html --\nx\n-- templates/partials/foter.html --\nx\n-- templates/partials/own.html --\nx\n-- templates/page.html --\n{% include \"partials/headr.html\" %}\n-- templates/partials/headr.html --\nx\n-- templates/blocks/notes.html --\nx\n-- content/posts/2024-08-01-a.md --\nText.\n",
    );
    let said: Vec<&str> = site.problems();
    assert_eq!(said.len(), 3, "{said:#?}");
    assert!(said.iter().any(|said| said.contains("nothing uses the template `partials/own.html`")), "{said:#?}");
    assert!(said.iter().any(|said| said.contains("`sction.html`") && said.contains("`section.html`")), "{said:#?}");
    assert!(said.iter().any(|said| said.contains("`partials/foter.html`")), "{said:#?}");
}

#[test]
fn a_ceiling_is_in_no_sum_of_a_chart() {
    let site = site(&format!(
        "{LETTER}-- content/posts/2024-10-01-chips.md --
---
title: Nvidia may invest in OpenAI
companies: [OpenAI, Nvidia]
deals:
  - {{id: nvidia-openai, investor: Nvidia, company: OpenAI, kind: investment, amount: up to $100B, status: announced}}
---
```{{chart}} company-flows company=OpenAI
```

```{{chart}} deals-over-time year=2024 kind=investment caption=Rounds
```
"
    ));
    assert_eq!(site.problems(), Vec::<&str>::new());
    let note = "A ceiling is in no sum: received up to $100B more.";
    for url in ["/companies/openai/", "/posts/chips/"] {
        let page = site.at(url);
        assert!(page.contains(">Received $6.6B<") && page.contains(note), "{url}: {page}");
    }
    assert!(site.at("/deals/").contains("$6.6B from 1 payer on the left to 1 receiver on the right."));
    assert!(site.at("/deals/").contains("A ceiling is in no sum: up to $100B more."));
    let post = site.at("/posts/chips/");
    assert!(post.contains("<figcaption>Money in and out of OpenAI: announced, signed or closed</figcaption>"));
    assert!(post.contains("<figcaption>Rounds</figcaption>") && post.contains("<title id=\"chart-"));
    assert!(post.contains("Deals over time (investment, 2024)</title>"));
    assert!(post.contains("<summary>The deals in this chart</summary>"));
}

#[test]
fn a_sum_says_what_is_in_it() {
    let deals = [
        ("a", "$10–15B", "signed"),
        ("b", "$2B", "announced"),
        ("c", "up to $7B", "signed"),
        ("d", "$1M per month", "signed"),
        ("e", "undisclosed", "signed"),
        ("f", "billions of dollars", "signed"),
    ];
    let deal = |(name, amount, status): &(&str, &str, &str)| {
        format!("  - {{id: {name}, buyer: {name}1, seller: Seller, amount: {amount}, status: {status}}}\n")
    };
    let deals: String = deals.iter().map(deal).collect();
    let site = site(&format!(
        "-- masthead.yaml --\ntitle: T\nbase_url: https://example.org\n-- content/posts/2024-08-01-a.md --\n---\n\
         title: A\ncompanies: [Seller]\ndeals:\n{deals}---\nText.\n"
    ));
    assert_eq!(site.problems(), Vec::<&str>::new());
    let front = site.at("/");
    for text in ["In the sums: 2 of 6 deals, at least $12B together.", "Aug: at least $12B from 2 of 6 deals<"] {
        assert!(front.contains(text), "{text}: {front}");
    }
    let rule = "A range counts with its lower end.";
    for (url, sum) in [("/deals/", "at least $12B from 2 payers"), ("/companies/seller/", "Received at least $12B<")] {
        let page = site.at(url);
        assert!(page.contains(sum) && page.contains(rule), "{url}: {page}");
    }
    assert!(front.contains(rule) && front.contains("A ceiling is in no sum: up to $7B"));
    // The order of magnitude is in no sum.
    let ledger = site.at("/deals/");
    assert!(
        ledger.contains("<abbr>USD</abbr>, 4 deals</dt><dd class=\"money\">$12B–$17B; $12M a year; up to $7B more<")
    );
}
