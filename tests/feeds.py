"""The feeds of a built site in feedparser, and its other data: `feeds.py SITE`. Fails at the first thing amiss."""

import csv
import json
import sys
import xml.etree.ElementTree
from pathlib import Path

import feedparser

site = Path(sys.argv[1])


def check(holds, message):
    if not holds:
        sys.exit(f"feeds.py: {message}")


def read(path):
    feed = feedparser.parse(path.read_bytes())
    check(not feed.bozo, f"{path} is not well-formed: {feed.get('bozo_exception')}")
    check(feed.feed.get("title") and feed.feed.get("link"), f"{path} has no title or no link")
    for entry in feed.entries:
        name = f"{path}: {entry.get('link')}"
        check(entry.get("id") and entry.get("title"), f"{name} has no id or no title")
        check(entry.get("published_parsed") or entry.get("updated_parsed"), f"{name} has no date that can be read")
        full = entry.get("content") or [{"value": entry.get("summary", "")}]
        check(any(part["value"].strip() for part in full), f"{name} has no text")
        check(entry.link.startswith(("https://", "http://")), f"{name} has no full address")
    check(len({entry.id for entry in feed.entries}) == len(feed.entries), f"{path} names two entries alike")
    return [entry.link for entry in feed.entries]


rss = read(site / "feed.xml")
atom = read(site / "atom.xml")
check(rss and rss == atom, "feed.xml and atom.xml differ in their entries")

feed = json.loads((site / "feed.json").read_text("utf-8"))
check(feed["version"].startswith("https://jsonfeed.org/version/1"), "feed.json names no version")
check([item["url"] for item in feed["items"]] == rss, "feed.json and feed.xml differ in their entries")
check(all(item.get("content_html") for item in feed["items"]), "feed.json has an item without text")

terms = [path for path in sorted(site.glob("*/*/feed.xml"))]
for path in terms:
    read(path)

ledger = json.loads((site / "deals.json").read_text("utf-8"))
rows = list(csv.DictReader((site / "deals.csv").open(encoding="utf-8", newline="")))
check(ledger and rows, "the ledger is empty")
json.loads((site / "deals.schema.json").read_text("utf-8"))
urls = xml.etree.ElementTree.parse(site / "sitemap.xml").getroot()
print(f"{2 + len(terms)} feeds, 1 JSON Feed, {len(rows)} rows of the ledger, {len(urls)} addresses in the sitemap")
