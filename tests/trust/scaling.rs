//! Twice the input takes at most two and a half times the time, for every pattern that has made a parser
//! quadratic somewhere.
//!
//! Measured is the time on the processor of this very thread, so that other work of the machine does not
//! count; the best of several measurements is taken, and a pattern that fails is measured again.
//! `MASTHEAD_SCALING` sets the megabytes up to which inputs are doubled (the normal run stops as soon as
//! the time can be told from noise; 10 is the long mode).

use std::time::{Duration, Instant};

use masthead::config::{Config, RawHtml};
use masthead::content::document;
use masthead::content::markdown::{self, Options};
use masthead::content::money::Amount;
use masthead::newsroom::memory::Memory;
use masthead::newsroom::timeline::Admission;
use masthead::source::{MemoryWorkspace, SourceFile};

/// What doubling may cost.
const MOST: f64 = 2.5;
/// Times shorter than this are noise.
const LEAST: Duration = Duration::from_millis(8);

/// What the system tells of a thread's time on a processor can be so much old: it looks when its clock ticks.
const TICK: Duration = Duration::from_millis(10);

/// Gives the time that this thread has had on a processor, to a tick of the system's clock, if it is told.
fn processor_time() -> Option<Duration> {
    // proc(5): the first number is the time spent on the CPU, in nanoseconds.
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    told.split(' ').next()?.parse().ok().map(Duration::from_nanos)
}

fn best(work: &dyn Fn(&str), input: &str, times: usize) -> Duration {
    let once = || {
        let (start, before) = (Instant::now(), processor_time());
        work(input);
        let by_the_clock = start.elapsed();
        match before.zip(processor_time()) {
            // Others were at work meanwhile, and the clock's time is not ours.
            Some((before, after)) if after - before + TICK < by_the_clock => after - before,
            _ => by_the_clock,
        }
    };
    (0..times).map(|_| once()).min().unwrap_or_default()
}

struct Pattern {
    name: &'static str,
    /// Makes an input of about so many bytes.
    make: fn(usize) -> String,
    work: fn(&str),
    /// Inputs that are longer are refused.
    longest: usize,
}

fn markdown_body(text: &str) {
    let file = SourceFile::new("content/posts/a.md", text);
    let _ = markdown::parse(&file, 0..text.len(), &Options::default());
}

fn sanitised(text: &str) {
    let file = SourceFile::new("content/posts/a.md", text);
    let options = Options { raw_html: RawHtml::Sanitise, ..Options::default() };
    let _ = markdown::parse(&file, 0..text.len(), &options);
}

fn notes_of_authors(text: &str) {
    let _ = markdown::unseen(text, &Options::default());
}

fn whole_post(text: &str) {
    let _ = document::read(&SourceFile::new("content/posts/2024-08-01-a.md", text), &Config::default());
}

fn amounts(text: &str) {
    let _ = Amount::parse(text);
}

fn newsroom(text: &str) {
    let mut workspace = MemoryWorkspace::default();
    workspace.write("masthead.yaml", "title: T\nbase_url: https://example.org\n");
    for (number, post) in text.split("\u{1}").enumerate() {
        workspace.write(&format!("content/posts/2024-08-01-p{number}.md"), post);
    }
    let admission =
        Admission { now: masthead::content::date::Moment::from_unix(1_735_689_600), drafts: false, future: false };
    let (sources, _) = masthead::load::load(&workspace, &masthead::config::Overrides::default(), None);
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).use_current_thread().build();
    let join = || masthead::snapshot::Snapshot::build(&sources, &admission, &mut Memory::default());
    let _ = match pool {
        Ok(pool) => pool.install(join),
        Err(_) => join(),
    };
}

fn repeat(piece: &str, bytes: usize) -> String {
    piece.repeat(bytes / piece.len() + 1)
}

fn numbered(piece: fn(usize) -> String, bytes: usize) -> String {
    let mut text = String::with_capacity(bytes + 64);
    let mut number = 0;
    while text.len() < bytes {
        text.push_str(&piece(number));
        number += 1;
    }
    text
}

fn facts(text: String) -> String {
    format!("---\n{text}\n---\nText.\n")
}

const ANY: usize = usize::MAX;
const FACTS: usize = 250_000;

const PATTERNS: &[Pattern] = &[
    Pattern {
        name: "definitions that nothing uses",
        make: |n| numbered(|number| format!("[l{number}]: /a\n"), n),
        work: notes_of_authors,
        longest: ANY,
    },
    Pattern { name: "comments", make: |n| repeat("a <!-- b --> ", n), work: notes_of_authors, longest: ANY },
    Pattern { name: "quotes", make: |n| repeat(">", n), work: markdown_body, longest: ANY },
    Pattern { name: "links that do not end", make: |n| repeat("[a](", n), work: markdown_body, longest: ANY },
    Pattern { name: "brackets", make: |n| repeat("[", n), work: markdown_body, longest: ANY },
    Pattern {
        name: "brackets that close",
        make: |n| repeat("[", n / 2) + &repeat("]", n / 2),
        work: markdown_body,
        longest: ANY,
    },
    Pattern {
        name: "rows of a table",
        make: |n| format!("|a|b|\n|-|-|\n{}", repeat("|x|y|\n", n)),
        work: markdown_body,
        longest: ANY,
    },
    Pattern {
        name: "lists in lists",
        make: |n| numbered(|i| format!("{}- x\n", " ".repeat(2 * (i % 60))), n),
        work: markdown_body,
        longest: ANY,
    },
    Pattern { name: "dense lists", make: |n| repeat("- ", n) + "x", work: markdown_body, longest: ANY },
    Pattern {
        name: "backticks",
        make: |n| numbered(|i| "`".repeat(i % 300 + 1) + " ", n),
        work: markdown_body,
        longest: ANY,
    },
    Pattern { name: "emphasis", make: |n| repeat("*a **a ", n), work: markdown_body, longest: ANY },
    Pattern {
        name: "stars",
        make: |n| repeat("*", n / 2) + "a" + &repeat("*", n / 2),
        work: markdown_body,
        longest: ANY,
    },
    Pattern { name: "strikes", make: |n| repeat("~~a ", n), work: markdown_body, longest: ANY },
    Pattern { name: "dollars", make: |n| repeat("$a", n), work: markdown_body, longest: ANY },
    Pattern { name: "displays", make: |n| repeat("$$ a ", n), work: markdown_body, longest: ANY },
    Pattern { name: "wiki links", make: |n| repeat("[[a|", n), work: markdown_body, longest: ANY },
    Pattern {
        name: "definitions",
        make: |n| numbered(|i| format!("[r{i}]: /x\n"), n),
        work: markdown_body,
        longest: ANY,
    },
    Pattern {
        name: "references",
        make: |n| numbered(|i| format!("[r{i}]: /x\n\n[r{i}] [q{i}]\n\n"), n),
        work: markdown_body,
        longest: ANY,
    },
    Pattern {
        name: "footnotes",
        make: |n| numbered(|i| format!("[^f{i}]\n\n[^f{i}]: x\n\n"), n),
        work: markdown_body,
        longest: ANY,
    },
    Pattern { name: "one footnote", make: |n| repeat("[^1] ", n) + "\n\n[^1]: x", work: markdown_body, longest: ANY },
    Pattern { name: "headings", make: |n| repeat("# a\n", n), work: markdown_body, longest: ANY },
    Pattern { name: "tags", make: |n| repeat("<a>", n), work: markdown_body, longest: ANY },
    Pattern { name: "open blocks of HTML", make: |n| repeat("<div>", n), work: markdown_body, longest: ANY },
    Pattern {
        name: "open tags in a line",
        make: |n| "x ".to_owned() + &repeat("<b>", n),
        work: markdown_body,
        longest: ANY,
    },
    Pattern { name: "open blocks in a quote", make: |n| repeat("> <div>\n", n), work: markdown_body, longest: ANY },
    Pattern {
        name: "open blocks and paragraphs",
        make: |n| repeat("<div><p>x", n) + &repeat("</b>", n / 4),
        work: markdown_body,
        longest: ANY,
    },
    Pattern { name: "open blocks to be sanitised", make: |n| repeat("<div>", n), work: sanitised, longest: ANY },
    Pattern {
        name: "open tags to be sanitised",
        make: |n| "x ".to_owned() + &repeat("<b>", n),
        work: sanitised,
        longest: 200_000,
    },
    Pattern { name: "tags that close nothing", make: |n| repeat("x </a>", n), work: markdown_body, longest: ANY },
    Pattern { name: "attributes", make: |n| format!("<a {}>", repeat("b=c ", n)), work: markdown_body, longest: ANY },
    Pattern { name: "comments", make: |n| repeat("<!--", n), work: markdown_body, longest: ANY },
    Pattern { name: "instructions", make: |n| repeat("<?", n), work: markdown_body, longest: ANY },
    Pattern { name: "declarations", make: |n| repeat("<!A ", n), work: markdown_body, longest: ANY },
    Pattern { name: "addresses", make: |n| repeat("https://a.example/_b_ ", n), work: markdown_body, longest: ANY },
    Pattern {
        name: "parentheses",
        make: |n| format!("https://a.example/{}", repeat(")", n)),
        work: markdown_body,
        longest: ANY,
    },
    Pattern { name: "entities", make: |n| repeat("&a", n), work: markdown_body, longest: ANY },
    Pattern { name: "blocks", make: |n| repeat("```{note}\nx\n```\n\n", n), work: markdown_body, longest: ANY },
    Pattern { name: "key points", make: |n| repeat("**A:** b\n\n", n), work: markdown_body, longest: ANY },
    Pattern { name: "wrong anchors", make: |n| repeat("[a](#b)\n", n), work: markdown_body, longest: ANY },
    Pattern { name: "one long line", make: |n| repeat("word ", n), work: markdown_body, longest: ANY },
    Pattern {
        name: "code",
        make: |n| format!("```rust\n{}\n```", repeat("fn a() {} ", n)),
        work: markdown_body,
        longest: ANY,
    },
    Pattern {
        name: "unknown facts",
        make: |n| facts(numbered(|i| format!("k{i}: 1\n"), n.min(90_000))),
        work: whole_post,
        longest: 90_000,
    },
    Pattern {
        name: "items",
        make: |n| facts(format!("tags:\n{}", numbered(|i| format!("- t{i}\n"), n.min(90_000)))),
        work: whole_post,
        longest: 90_000,
    },
    Pattern {
        name: "wrong items",
        make: |n| facts(format!("tags:\n{}", repeat("- [a]\n", n.min(30_000)))),
        work: whole_post,
        longest: 30_000,
    },
    Pattern {
        name: "aliases",
        make: |n| facts(format!("aliases:\n{}", numbered(|i| format!("- /a{i}/\n"), n.min(90_000)))),
        work: whole_post,
        longest: 90_000,
    },
    Pattern {
        name: "open brackets",
        make: |n| facts(format!("a: {}", repeat("[", n))),
        work: whole_post,
        longest: FACTS,
    },
    Pattern { name: "open quotes", make: |n| facts(repeat("a: \"\n", n)), work: whole_post, longest: FACTS },
    Pattern {
        name: "fences that nearly close",
        make: |n| format!("---\n{}", repeat("--- x\n", n)),
        work: whole_post,
        longest: FACTS,
    },
    Pattern {
        name: "deals",
        make: |n| {
            facts(format!(
                "deals:\n{}",
                numbered(
                    |i| format!("- id: d{i}\n  buyer: A\n  seller: B\n  kind: cloud\n  amount: $1M\n"),
                    n.min(60_000)
                )
            ))
        },
        work: whole_post,
        longest: 60_000,
    },
    Pattern { name: "digits", make: |n| format!("${}", repeat("1", n)), work: amounts, longest: ANY },
    Pattern { name: "thousands", make: |n| format!("$1{}", repeat(",000", n)), work: amounts, longest: ANY },
    Pattern { name: "words of amounts", make: |n| repeat("about ", n) + "$1M", work: amounts, longest: ANY },
    Pattern { name: "ranges", make: |n| repeat("$1M–", n), work: amounts, longest: ANY },
    Pattern {
        name: "names in a text",
        make: |n| {
            format!(
                "---\ncompanies: [OpenAI, Microsoft, TikTok]\n---\n{}",
                repeat("OpenAI and Microsoft, or TikTok. ", n)
            )
        },
        work: newsroom,
        longest: 2_000_000,
    },
    Pattern {
        name: "names that nearly are",
        make: |n| format!("---\ncompanies: [Open AI Inc]\n---\n{}", repeat("Open AI ", n)),
        work: newsroom,
        longest: 2_000_000,
    },
    Pattern {
        name: "marks on one letter",
        make: |n| format!("---\ntitle: a{}\n---\na{}", repeat("\u{301}", (n / 4).min(200_000)), repeat("\u{301}", n)),
        work: newsroom,
        longest: 2_000_000,
    },
    Pattern {
        name: "signs without width",
        make: |n| format!("---\ncompanies: [OpenAI]\n---\nO{}", repeat("\u{200b}", n)),
        work: newsroom,
        longest: 2_000_000,
    },
    Pattern {
        name: "names without spaces",
        make: |n| format!("---\ncompanies: [OpenAI]\n---\n{}", repeat("OpenAI-openai/", n)),
        work: newsroom,
        longest: 2_000_000,
    },
    Pattern {
        name: "broken links",
        make: |n| {
            let post = |i: usize| {
                let link = format!("[a]({:x}-{i}.md) [b](/posts/{i}/)\n", i * 0x9E37_79B9);
                format!("---\ntitle: P{i}\n---\n{}\u{1}", link.repeat(4))
            };
            numbered(post, n)
        },
        work: newsroom,
        longest: 400_000,
    },
    Pattern {
        name: "posts alike",
        make: |n| {
            numbered(|i| format!("---\ntitle: Same {}\ntags: [a, b]\n---\nThe same text again.\n\u{1}", i % 7), n)
        },
        work: newsroom,
        longest: 200_000,
    },
    Pattern {
        name: "posts and terms",
        make: |n| numbered(|i| format!("---\ntags: [t{i}, u{}]\n---\nText number {i}.\n\u{1}", i / 2), n),
        work: newsroom,
        longest: 100_000,
    },
];

/// Gives a post of each pattern of a text, of about so many bytes.
pub(crate) fn posts(bytes: usize) -> impl Iterator<Item = (&'static str, String)> {
    PATTERNS
        .iter()
        .filter(move |pattern| pattern.longest >= bytes)
        .map(move |pattern| (pattern.name, (pattern.make)(bytes)))
}

/// Doubles the input until its time can be told, and gives what the last doubling cost.
fn factor(pattern: &Pattern, most: usize) -> (f64, usize) {
    let mut bytes = 4_096;
    let mut time = best(&pattern.work, &(pattern.make)(bytes), 2);
    loop {
        let next = bytes * 2;
        if next > 4 * most || next > pattern.longest || next > most && time < LEAST {
            return (0.0, bytes);
        }
        let twice = best(&pattern.work, &(pattern.make)(next), 3);
        if time >= LEAST {
            let factor = twice.as_secs_f64() / time.as_secs_f64();
            // One size can jump without growth, as where memory is asked for, or no longer fits into a cache of the
            // processor; growth shows again at the next, be that one longer than the others are.
            if factor <= MOST || next * 2 > 4 * most || next * 2 > pattern.longest {
                return (factor, next);
            }
        }
        (bytes, time) = (next, twice);
    }
}

#[test]
fn twice_the_input_takes_no_more_than_two_and_a_half_times_the_time() {
    let long = std::env::var("MASTHEAD_SCALING").ok().and_then(|text| text.parse::<usize>().ok());
    let most = long.map_or(1 << 20, |megabytes| megabytes << 20);
    let mut slow = Vec::new();
    for pattern in PATTERNS {
        // Noise only ever adds, and rarely to the same pattern again and again.
        let factors: Vec<(f64, usize)> = std::iter::repeat_with(|| factor(pattern, most))
            .take(5)
            .scan(false, |is_done, (factor, bytes)| {
                let stop = std::mem::replace(is_done, factor <= MOST);
                (!stop).then_some((factor, bytes))
            })
            .collect();
        let (least, bytes) = factors.iter().copied().min_by(|a, b| a.0.total_cmp(&b.0)).unwrap();
        if long.is_some() {
            println!("{:28} {least:.2} at {bytes} bytes", pattern.name);
        }
        if least > MOST {
            slow.push(format!("{}: {factors:.2?}", pattern.name));
        }
    }
    assert!(slow.is_empty(), "{slow:#?}");
}

#[test]
fn ten_megabytes_of_any_pattern_cost_no_more_than_two_and_a_half_times_five() {
    let Some(megabytes) = std::env::var("MASTHEAD_SCALING").ok().and_then(|text| text.parse::<usize>().ok()) else {
        return; // The long mode of the test above.
    };
    let mut slow = Vec::new();
    for pattern in PATTERNS {
        let bytes = (megabytes << 20).min(pattern.longest);
        let time = |bytes| best(&pattern.work, &(pattern.make)(bytes), 2);
        let doubled_to = |bytes| {
            let (half, whole) = (time(bytes / 2), time(bytes));
            (if half < LEAST { 0.0 } else { whole.as_secs_f64() / half.as_secs_f64() }, whole)
        };
        let (mut factor, whole) = doubled_to(bytes);
        // One size can jump without growth, as where a cache ends, or be disturbed; growth shows at the next too.
        for again in [bytes, bytes, 2 * bytes, 4 * bytes] {
            if factor > MOST && again <= pattern.longest {
                factor = doubled_to(again).0;
            }
        }
        println!("{:28} {factor:.2}: {whole:.2?} for {bytes} bytes", pattern.name);
        if factor > MOST || whole > Duration::from_secs(60) {
            slow.push((pattern.name, factor, whole));
        }
    }
    assert!(slow.is_empty(), "{slow:#?}");
}
