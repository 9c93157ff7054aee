// What a person sees: pages that change in place, errors that come and go, tabs that mind their own.

import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";
import { createServer } from "node:http";
import { chromium } from "playwright-core";
import { Site } from "./site.mjs";

const POST = "content/posts/2024-08-01-a-deal.md";
const paragraphs = Array.from({ length: 80 }, (_, n) => `Paragraph ${n} says a few words and goes on for a line.`).join("\n\n");
const post = words => `---
title: A deal
date: 2024-08-01
summary: One line.
---

${words}

<details id="more"><summary>More</summary><p>Hidden.</p></details>

<input id="note" aria-label="Note">

${paragraphs}
`;
const FILES = {
  "masthead.yaml": "title: The Test\n",
  [POST]: post("First words."),
  "content/posts/2024-08-02-another.md": "---\ntitle: Another\ndate: 2024-08-02\nsummary: Line.\n---\n\nOther words.\n",
  "static/css/card.css": ".card { outline: 0; }\n",
};

let browser;
let site;
const contexts = [];

before(async () => { browser = await chromium.launch({ executablePath: process.env.CHROMIUM, args: ["--no-sandbox"] }); });
after(() => browser.close());
afterEach(async () => {
  await Promise.all(contexts.splice(0).map(context => context.close()));
  if (site) await site.end();
});

async function open(path, options) {
  const context = await browser.newContext(options);
  contexts.push(context);
  const page = await context.newPage();
  page.loads = 0;
  page.failures = [];
  page.on("load", () => { page.loads += 1; });
  page.on("pageerror", error => page.failures.push(error));
  await page.goto(site.url + path);
  // The page listens from here on.
  await page.waitForFunction(() => window.mastheadPreview && document.querySelector("masthead-preview").shadowRoot.querySelector(".bar strong"));
  await page.waitForTimeout(300);
  return page;
}

const overlay = page => page.locator("masthead-preview .overlay");
const shows = (page, words) => page.waitForFunction(words => document.body.innerText.includes(words), words, { timeout: 15000 });

test("an edit is shown in place: scroll, focus, typed text and open details stay", async () => {
  site = new Site(FILES);
  await site.serve();
  const page = await open("/posts/a-deal/");
  await page.click("summary");
  await page.fill("#note", "typed by hand");
  await page.evaluate(() => {
    const note = document.querySelector("#note");
    note.focus();
    note.setSelectionRange(2, 5);
    window.scrollTo({ top: 900, behavior: "instant" });
    window.untouched = document.querySelector("#note");
  });
  const scroll = await page.evaluate(() => window.scrollY);
  assert.ok(scroll > 500, `the page scrolls: ${scroll}`);
  site.write(POST, post("Second words."));
  await shows(page, "Second words.");
  const now = await page.evaluate(() => ({
    scroll: window.scrollY, focus: document.activeElement.id, value: document.querySelector("#note").value,
    selection: [document.activeElement.selectionStart, document.activeElement.selectionEnd],
    open: document.querySelector("#more").open, same: window.untouched === document.querySelector("#note"),
    bars: document.querySelectorAll("masthead-preview").length,
  }));
  assert.deepEqual(now, { scroll, focus: "note", value: "typed by hand", selection: [2, 5], open: true, same: true, bars: 1 });
  // A paragraph before what is on the screen.
  site.edit(POST, text => text.replace("Second words.", "Third words.\n\nAnd one more paragraph."));
  await shows(page, "And one more paragraph.");
  assert.equal(await page.evaluate(() => window.untouched === document.querySelector("#note")), true);
  assert.equal(await page.locator("p", { hasText: "Paragraph 7 says" }).count(), 1);
  assert.deepEqual([page.loads, page.failures], [1, []]);
});

test("a stylesheet is swapped without a moment without style", async () => {
  site = new Site(FILES);
  await site.serve();
  const page = await open("/posts/a-deal/");
  await page.evaluate(() => {
    window.least = Infinity;
    const watch = () => {
      const loaded = [...document.querySelectorAll('link[rel~="stylesheet"]')].filter(link => link.sheet).length;
      window.least = Math.min(window.least, loaded);
      requestAnimationFrame(watch);
    };
    watch();
    window.bodyBefore = document.body.firstElementChild;
  });
  site.write("static/css/card.css", "body { --marker: 7; }\n.card { outline: 0; }\n");
  await page.waitForFunction(() => getComputedStyle(document.body).getPropertyValue("--marker").trim() === "7", null, { timeout: 15000 });
  await page.waitForFunction(() => document.querySelectorAll('link[rel~="stylesheet"]').length === 1);
  assert.equal(await page.evaluate(() => window.least), 1);
  assert.equal(await page.evaluate(() => window.bodyBefore === document.body.firstElementChild), true);
  assert.deepEqual([page.loads, page.failures], [1, []]);
});

test("an error stands over the last good page and goes when it is fixed", async () => {
  site = new Site(FILES);
  await site.serve();
  const page = await open("/posts/a-deal/");
  assert.equal(await overlay(page).isVisible(), false);
  site.write(POST, post("First words.").replace("title: A deal", "title: [A <img src=x onerror=window.hurt=1>"));
  await overlay(page).waitFor({ state: "visible" });
  const text = await overlay(page).innerText();
  assert.match(text, /content\/posts\/2024-08-01-a-deal\.md:\d+:\d+/);
  assert.match(text, /\^/);
  assert.equal(await page.evaluate(() => window.hurt), undefined);
  await shows(page, "First words.");
  site.write(POST, post("Mended words."));
  await overlay(page).waitFor({ state: "hidden" });
  await shows(page, "Mended words.");
  // What rendering another page would fail for is none of this page's business.
  site.write("templates/404.html", "{{ page.title * 2 }}");
  await page.waitForTimeout(1000);
  assert.equal(await overlay(page).isVisible(), false);
  // What no page has is found before any is rendered, and said on all.
  site.write("templates/404.html", "{{ nothing.at.all }}");
  await overlay(page).waitFor({ state: "visible" });
  assert.match(await overlay(page).innerText(), /templates\/404\.html:1/);
  await shows(page, "Mended words.");
  site.remove("templates/404.html");
  await overlay(page).waitFor({ state: "hidden" });
  // What its own fails for is found when the page is rendered.
  site.write("templates/post.html", "<p>\n{{ post.title * 2 }}");
  await overlay(page).waitFor({ state: "visible" });
  assert.match(await overlay(page).innerText(), /templates\/post\.html:2/);
  await shows(page, "Mended words.");
  site.remove("templates/post.html");
  await overlay(page).waitFor({ state: "hidden" });
  await shows(page, "Mended words.");
  assert.deepEqual([page.loads, page.failures], [1, []]);
});

test("the overlay opens the editor at the place, and a file's name stays text", async () => {
  const name = "content/posts/<img src=x onerror=hurt()>.md";
  site = new Site(FILES);
  await site.serve(0, [], { MASTHEAD_EDITOR: "editor://open?file={path}&line={line}&column={column}" });
  const page = await open("/posts/a-deal/");
  await page.evaluate(() => { window.hurts = 0; window.hurt = () => { window.hurts += 1; }; });
  site.write(name, "---\ntitle: x\ndate: <script>hurt()</script>\n---\n\nWords.\n");
  await overlay(page).waitFor({ state: "visible" });
  assert.match(await overlay(page).innerText(), /<img src=x onerror=hurt\(\)>\.md:3/);
  assert.match(await overlay(page).innerText(), /<script>hurt\(\)<\/script>/);
  const link = await overlay(page).locator("a").first().getAttribute("href");
  assert.match(link, /^editor:\/\/open\?file=\/[^<>"]+%3Cimg%20src=x%20onerror=hurt\(\)%3E\.md&line=3&column=\d+$/);
  assert.equal(await page.evaluate(() => window.hurts), 0);
  site.remove(name);
  await overlay(page).waitFor({ state: "hidden" });
  assert.deepEqual([page.loads, page.failures], [1, []]);
});

test("a page of another origin gets nothing of the preview: no script, no picture, no frame", async () => {
  site = new Site({ ...FILES, "static/dot.svg": '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>' });
  await site.serve();
  const foreign = createServer((_, answer) => {
    answer.setHeader("content-type", "text/html");
    answer.end(`<script src="${site.url}/__masthead/preview.js" onload="window.script='loaded'" onerror="window.script='blocked'"></script>
      <img src="${site.url}/dot.svg" onload="window.picture='loaded'" onerror="window.picture='blocked'">
      <iframe src="${site.url}/posts/a-deal/"></iframe>`);
  });
  await new Promise(resolve => foreign.listen(0, "127.0.0.1", resolve));
  try {
    const context = await browser.newContext();
    contexts.push(context);
    const page = await context.newPage();
    await page.goto(`http://127.0.0.1:${foreign.address().port}/`);
    await page.waitForFunction(() => window.script && window.picture);
    assert.deepEqual(await page.evaluate(() => [window.script, window.picture]), ["blocked", "blocked"]);
    const frame = page.frames()[1];
    assert.doesNotMatch(await frame.content().catch(() => ""), /First words/);
    const stream = await page.evaluate(url => new Promise(resolve => {
      const source = new EventSource(`${url}/__masthead/events?page=/&key=x`);
      source.onopen = () => resolve("open");
      source.onerror = () => resolve("refused");
    }), site.url);
    assert.equal(stream, "refused");
  } finally {
    foreign.close();
  }
});

test("of two tabs only the one whose page changed is told", async () => {
  site = new Site(FILES);
  await site.serve();
  const one = await open("/posts/a-deal/");
  const other = await open("/posts/another/");
  const told = page => page.evaluate(() => {
    window.updates = 0;
    document.addEventListener("masthead:update", () => { window.updates += 1; });
  });
  await Promise.all([told(one), told(other)]);
  site.write(POST, post("Changed words."));
  await shows(one, "Changed words.");
  await other.waitForTimeout(1000);
  assert.equal(await other.evaluate(() => window.updates), 0);
  assert.ok(await one.evaluate(() => window.updates) >= 1);
  assert.deepEqual([one.loads, other.loads], [1, 1]);
});

test("a page finds the server again after a restart, with what changed meanwhile", async () => {
  site = new Site(FILES);
  await site.serve();
  const port = new URL(site.url).port;
  const page = await open("/posts/a-deal/");
  await site.stop();
  await page.locator("masthead-preview .bar.offline").waitFor();
  site.write(POST, post("Written while it was away."));
  await site.serve(port);
  await shows(page, "Written while it was away.");
  await page.locator("masthead-preview .bar:not(.offline)").waitFor();
  assert.equal(page.loads, 1);
});

test("a draft has its banner, the bar has its facts, and --follow goes to what was saved", async () => {
  site = new Site(FILES);
  await site.serve(0, ["--follow"]);
  const page = await open("/posts/another/");
  assert.match(await page.locator("masthead-preview .bar").innerText(), /2 words[\s\S]*content\/posts\/2024-08-02-another\.md/);
  site.write("content/posts/2024-08-03-later.md", "---\ntitle: Later\ndraft: true\ndate: 2024-08-03\nsummary: L.\n---\n\nA draft of words.\n");
  await page.waitForURL("**/posts/later/");
  await page.locator("masthead-preview .banner").waitFor({ state: "visible" });
  assert.match(await page.locator("masthead-preview .banner").innerText(), /draft/);
});
