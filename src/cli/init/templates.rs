//! The files of a new newsletter; `{today}`, `{yesterday}`, `{as_of}` and `{time_zone}` are filled in.

/// Paths and texts.
pub(super) const FILES: &[(&str, &str)] = &[
    ("masthead.yaml", CONFIGURATION),
    ("content/posts/{yesterday}-how-to-write-a-post.md", FIRST_POST),
    ("content/posts/{today}-example-lab-rents-from-example-cloud.md", SECOND_POST),
    ("content/companies/example-cloud.md", COMPANY),
    ("content/about.md", ABOUT),
    (".gitignore", IGNORED),
];

const CONFIGURATION: &str = r#"# Everything here has a default; a line that is not needed can go.

title: My newsletter
tagline: Who pays whom in AI
description: One or two sentences about the newsletter, for search engines and feeds.

# Where the site is going to stand. Feeds, e-mail and social cards need the full address.
base_url: https://example.org

language: en
# Dates without a time are days in this zone.
time_zone: {time_zone}

# How many posts stand beside an article.
sidebars:
  related: 5
  recent: 5

# The form that takes addresses: buttondown, kit, mailchimp, listmonk or custom.
# signup:
#   provider: buttondown
#   username: my-newsletter

# Who the e-mail edition is from; the provider is the one above unless another is named.
# email:
#   from: My newsletter <desk@example.org>
#   address: The postal address that the law may want
"#;

const FIRST_POST: &str = r#"---
title: How to write a post
date: {yesterday}
summary: A post is a file of Markdown with a few lines of facts on top, and most of the facts can be left out.
author: The Editor
category: Guide
tags: [writing]
sources:
  - title: CommonMark, a specification of Markdown
    publisher: CommonMark
    url: https://commonmark.org
---

This file is `content/posts/{yesterday}-how-to-write-a-post.md`. Its name gives the date and the address; `masthead new post "Title"` makes such a file for you.

**The facts:** The lines between the two `---` are facts about the post. Only the date has to be known, and the file's name is enough for that.

- `summary` is one sentence. It stands on cards, in sidebars, in feeds and in the mail, so it is worth a second draft.
- `companies`, `people`, `models`, `topics` and `tags` are lists of names. Each name gets a page, and posts that share names are shown beside each other.
- `sources` are what the post is based on. They stand in a box below the text.
- `draft: true` keeps a post back: `masthead serve` shows it, `masthead build` does not publish it.

**Key points:** A paragraph that starts with bold words and a colon, like this one, is a key point. It has an address of its own, so that others can link to it.

## Links between posts

Link to another post by its file, as in [the post with a deal](../posts/{today}-example-lab-rents-from-example-cloud.md), and the link becomes the right address. `masthead check` tells when a file that you link to is gone.

**Going deeper:** The next post shows how a deal is written down, which is what puts it into the ledger.
"#;

const SECOND_POST: &str = r#"---
title: Example Lab rents computers from Example Cloud
date: {today}
summary: Two companies that do not exist show how a post reports a deal.
author: The Editor
category: Business
tags: [cloud]
companies: [Example Lab, Example Cloud]
sources:
  - title: The headline of the article that you read
    publisher: The paper that printed it
    url: https://example.org/the-article
deals:
  - id: example-lab-example-cloud
    buyer: Example Lab
    seller: Example Cloud
    kind: cloud
    amount: about $2M a month
    status: reported
    as_of: {as_of}
    source: The paper that printed it
---

Example Lab and [Example Cloud](../companies/example-cloud.md) are placeholders: neither exists, and nothing was paid. This post is here to be taken apart, and then deleted.

**One deal, many reports:** The `id` is what joins all reports of a deal. When the amount changes in a month, write a new post with the same `id`; the ledger shows the newest report first and keeps the older ones. Two posts that contradict each other are reported by `masthead check`.

**Amounts as they were reported:** Write what the source says, and no more.

- `$20M`, `€1.5bn`, `$10–15B` and `nearly $20 million per month` are all understood.
- `undisclosed` is an amount as well: it says that nobody said.
- What can't be read is an error with its place. Nothing is guessed.

**Who says so:** `status` is one of rumoured, reported, announced, signed, closed, ended and denied; `source` names who reported it, and `as_of` when it was true. How a post is written in general is in [the other post](../posts/{yesterday}-how-to-write-a-post.md).
"#;

const COMPANY: &str = r#"---
name: Example Cloud
aliases: [Example Cloud Services]
kind: company
site: https://example.com
---

Example Cloud does not exist; it shows what a profile is for. A company has a page as soon as a post names it. A file such as this one adds a text, the company's own site and other names under which posts may mention it.
"#;

const ABOUT: &str = r#"---
title: About
summary: Who writes this newsletter, for whom, and how to reach them.
---

Say here who writes this newsletter and for whom, how often it appears, and how a reader can report a mistake.

This file is `content/about.md`. Every file at the top of `content` is a page like it, with its name as its address.
"#;

const IGNORED: &str = "/public/\n/.masthead-*/\n";
