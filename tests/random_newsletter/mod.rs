//! A newsletter that is made and edited at random: everything that a publisher can touch, in any order.

mod texts;

use std::fs;
use std::path::{Path, PathBuf};

use masthead::content::date::Moment;
use masthead::newsroom::timeline::Admission;

use texts::{edition, post, profile, reply, sentence, settings};

/// The first second of July 2024 in UTC: some posts lie before it, some behind.
const START: i64 = 1_719_792_000;
const DAY: i64 = 86_400;

/// A generator of numbers that are the same on every machine (xorshift64*).
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    /// Rolls a number below `sides`.
    pub(crate) fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) as usize % sides
    }

    /// Says yes once in so many times.
    pub(crate) fn once_in(&mut self, times: usize) -> bool {
        self.roll(times) == 0
    }

    pub(crate) fn pick<'a>(&mut self, items: &[&'a str]) -> &'a str {
        items[self.roll(items.len())]
    }
}

/// The newsletter, the clock on its wall, and what the command line lets through.
pub(crate) struct Newsletter {
    pub(crate) root: PathBuf,
    now: i64,
    drafts: bool,
    future: bool,
}

/// Every kind of edit, with the number of tickets that it has in the lottery.
const EDITS: &[(usize, Edit)] = &[
    (8, write_post),
    (4, append_to_post),
    (3, delete_post),
    (3, rename_post),
    (3, write_settings),
    (3, write_template),
    (3, write_profile),
    (2, rename_profile),
    (2, write_page),
    (3, write_edition),
    (2, rename_edition),
    (3, write_reply),
    (3, write_static),
    (2, write_picture),
    (4, let_time_pass),
    (2, change_admission),
    (2, touch),
    (3, damage),
];

type Edit = fn(&mut Newsletter, &mut Dice) -> String;

impl Newsletter {
    /// Starts a newsletter in an empty folder.
    pub(crate) fn start(root: &Path, dice: &mut Dice) -> Self {
        let newsletter = Self { root: root.to_owned(), now: START, drafts: false, future: false };
        newsletter.write("masthead.yaml", "title: Test\nbase_url: https://example.org\npaginate: 3\n");
        newsletter.write("content/about.md", "---\ntitle: About\n---\n\nWords.\n");
        newsletter.write("content/pictures/a.svg", &picture(9));
        for number in 0..4 {
            newsletter.write(&post_path(number), &post(dice));
        }
        newsletter
    }

    /// What a build lets through at this moment.
    pub(crate) fn admission(&self) -> Admission {
        Admission { now: Moment::from_unix(self.now), drafts: self.drafts, future: self.future }
    }

    /// Changes one thing, and says what.
    pub(crate) fn edit(&mut self, dice: &mut Dice) -> String {
        let tickets = EDITS.iter().map(|(tickets, _)| tickets).sum();
        let mut drawn = dice.roll(tickets);
        for (tickets, edit) in EDITS {
            if drawn < *tickets {
                return edit(self, dice);
            }
            drawn -= tickets;
        }
        unreachable!("a ticket is below the number of all tickets")
    }

    fn write(&self, path: &str, text: &str) -> String {
        let to = self.root.join(path);
        fs::create_dir_all(to.parent().unwrap()).unwrap();
        fs::write(to, text).unwrap();
        format!("write {path}")
    }

    /// Writes a file, or deletes the one that is there: once in so many times.
    fn write_or_delete(&self, dice: &mut Dice, path: &str, text: &str) -> String {
        if dice.once_in(5) && fs::remove_file(self.root.join(path)).is_ok() {
            return format!("delete {path}");
        }
        self.write(path, text)
    }
}

fn post_path(number: usize) -> String {
    format!("content/posts/post-{number}.md")
}

fn any_post(dice: &mut Dice) -> String {
    // One post has a folder of its own, one has a company's name, and two would stand at one address.
    match dice.roll(10) {
        6 => "content/posts/post-6/index.md".to_owned(),
        7 => "content/posts/microsoft.md".to_owned(),
        8 => "content/posts/2024-03-11-same.md".to_owned(),
        9 => "content/posts/2024-05-12-same.md".to_owned(),
        number => post_path(number),
    }
}

fn picture(size: usize) -> String {
    format!("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{size}\" height=\"9\"/>")
}

fn write_post(newsletter: &mut Newsletter, dice: &mut Dice) -> String {
    let path = any_post(dice);
    newsletter.write(&path, &post(dice))
}

fn append_to_post(newsletter: &mut Newsletter, dice: &mut Dice) -> String {
    let path = any_post(dice);
    match fs::read_to_string(newsletter.root.join(&path)) {
        Ok(text) => {
            newsletter.write(&path, &format!("{text}\n{}\n", sentence(dice)));
            format!("append to {path}")
        }
        Err(_) => newsletter.write(&path, &post(dice)),
    }
}

fn delete_post(newsletter: &mut Newsletter, dice: &mut Dice) -> String {
    let path = any_post(dice);
    let _ = fs::remove_file(newsletter.root.join(&path));
    format!("delete {path}")
}

fn rename_post(newsletter: &mut Newsletter, dice: &mut Dice) -> String {
    let (from, to) = (any_post(dice), any_post(dice));
    fs::create_dir_all(newsletter.root.join("content/posts/post-6")).unwrap();
    let _ = fs::rename(newsletter.root.join(&from), newsletter.root.join(&to));
    format!("rename {from} to {to}")
}

fn write_settings(newsletter: &mut Newsletter, dice: &mut Dice) -> String {
    newsletter.write("masthead.yaml", &settings(dice))
}

fn write_template(newsletter: &mut Newsletter, dice: &mut Dice) -> String {
    let size = dice.roll(3);
    let (name, text) = match dice.roll(8) {
        0 => ("blocks/note.html", format!("<aside>{{{{ block.body_html | safe }}}}{size}</aside>")),
        1 => ("partials/related.html", format!("<p>{{{{ related | length }}}} {size}</p>")),
        2 => (
            "post.html",
            format!(
                "{{% extends \"theme/post.html\" %}}{{% block after %}}{size} {{{{ super() }}}}{{% endblock after %}}"
            ),
        ),
        3 => (
            "term.html",
            format!("{{{{ term.title }}}} {size}{{% for post in posts %}}{{{{ post.title }}}}{{% endfor %}}"),
        ),
        // What functions answer is no variable.
        4 => (
            "partials/footer.html",
            format!("{size}{{% for post in posts(limit=4) %}}{{{{ post.title }}}}{{% endfor %}}"),
        ),
        5 => (
            "blocks/note.html",
            format!(
                "{size}{{% for post in posts(companies=\"OpenAI\") %}}{{{{ post.url }}}}{{% endfor %}}\
                 {{% for deal in deals(company=\"Microsoft\") %}}{{{{ deal.title }}}} {{{{ deal.amount }}}}{{% endfor %}}"
            ),
        ),
        6 => ("404.html", format!("{size}{{{{ asset(path=\"images/b.svg\") }}}}")),
        _ => ("page.html", format!("<h1>{{{{ page.title }}}} {size}</h1>{{{{ content_html | safe }}}}")),
    };
    newsletter.write_or_delete(dice, &format!("templates/{name}"), &text)
}

fn write_profile(newsletter: &mut Newsletter, dice: &mut Dice) -> String {
    let name = dice.pick(&["companies/microsoft", "companies/openai", "people/ada-king", "authors/the-desk"]);
    let text = profile(dice, name);
    newsletter.write_or_delete(dice, &format!("content/{name}.md"), &text)
}

fn rename_profile(newsletter: &mut Newsletter, dice: &mut Dice) -> String {
    let (from, to) = if dice.once_in(2) { ("microsoft", "redmond") } else { ("redmond", "microsoft") };
    let path = |name: &str| newsletter.root.join(format!("content/companies/{name}.md"));
    let _ = fs::rename(path(from), path(to));
    format!("rename the profile {from} to {to}")
}

fn write_page(newsletter: &mut Newsletter, dice: &mut Dice) -> String {
    let (path, keys) = match dice.roll(3) {
        0 => ("content/about.md", "title: About"),
        1 => ("content/posts/_index.md", "title: All posts"),
        _ => ("content/_index.md", "title: Front"),
    };
    let draft = if dice.once_in(5) { "draft: true\n" } else { "" };
    let text = format!("---\n{keys}\n{draft}---\n\n{} [a post](posts/post-{}.md)\n", sentence(dice), dice.roll(6));
    newsletter.write_or_delete(dice, path, &text)
}

fn write_edition(newsletter: &mut Newsletter, dice: &mut Dice) -> String {
    let path = format!("content/editions/2024-0{}-15.md", 5 + dice.roll(4));
    let text = edition(dice);
    newsletter.write_or_delete(dice, &path, &text)
}

fn rename_edition(newsletter: &mut Newsletter, dice: &mut Dice) -> String {
    let (from, to) = (5 + dice.roll(4), 5 + dice.roll(4));
    let path = |month: usize| newsletter.root.join(format!("content/editions/2024-0{month}-15.md"));
    let _ = fs::rename(path(from), path(to));
    format!("rename the edition of month {from} to {to}")
}

fn write_reply(newsletter: &mut Newsletter, dice: &mut Dice) -> String {
    let folder = dice.pick(&["post-0", "post-1", "pending"]);
    let path = format!("content/replies/{folder}/{}.md", dice.pick(&["a", "b"]));
    let text = reply(dice);
    newsletter.write_or_delete(dice, &path, &text)
}

fn write_static(newsletter: &mut Newsletter, dice: &mut Dice) -> String {
    let name = dice.pick(&["notes.txt", "css/tokens.css", "css/print.css", "images/b.svg"]);
    let text = match name {
        "notes.txt" => sentence(dice),
        "images/b.svg" => picture(1 + dice.roll(90)),
        _ => format!(":root {{ --measure: {}rem; }}", 30 + dice.roll(9)),
    };
    newsletter.write_or_delete(dice, &format!("static/{name}"), &text)
}

fn write_picture(newsletter: &mut Newsletter, dice: &mut Dice) -> String {
    let path = dice.pick(&["content/pictures/a.svg", "content/posts/post-6/b.svg"]);
    let text = picture(1 + dice.roll(90));
    newsletter.write_or_delete(dice, path, &text)
}

fn let_time_pass(newsletter: &mut Newsletter, dice: &mut Dice) -> String {
    // Clocks are put back as well.
    let days = if dice.once_in(5) { -(dice.roll(60) as i64) } else { dice.roll(60) as i64 };
    newsletter.now += days * DAY;
    format!("{days} days pass")
}

fn change_admission(newsletter: &mut Newsletter, dice: &mut Dice) -> String {
    (newsletter.drafts, newsletter.future) = (dice.once_in(3), dice.once_in(3));
    format!("drafts: {}, future: {}", newsletter.drafts, newsletter.future)
}

/// Writes the same bytes again: another time, no other content.
fn touch(newsletter: &mut Newsletter, dice: &mut Dice) -> String {
    let path = any_post(dice);
    if let Ok(text) = fs::read_to_string(newsletter.root.join(&path)) {
        newsletter.write(&path, &text);
    }
    format!("touch {path}")
}

/// What is written over what a build left.
pub(crate) const DAMAGED: &str = "damaged";

/// Spoils or takes away what a build left.
fn damage(newsletter: &mut Newsletter, dice: &mut Dice) -> String {
    let name = dice.pick(&[
        ".masthead-cache/builds/keep",
        ".masthead-cache/builds/state",
        ".masthead-cache/builds/posts-07",
        "public/index.html",
        "public/about/index.html",
        "public/posts/post-1/index.html",
        "public/feed.xml",
    ]);
    let path = newsletter.root.join(name);
    if dice.once_in(2) {
        let _ = fs::remove_file(path);
        return format!("delete {name}");
    }
    if path.exists() {
        fs::write(path, DAMAGED).unwrap();
    }
    format!("damage {name}")
}
