"""The mails of a built site, read back by the parser of Python's own library: `email.py SITE`. Fails at the first thing amiss."""

import sys

# This file bears the name of the library; its folder must not be searched first.
sys.path.pop(0)

import email
import email.policy
import email.utils
import html.parser
import re
from pathlib import Path

site = Path(sys.argv[1])
BUDGET = 102_400
# What a provider fills in is no address yet.
TAG = re.compile(r"^(\{\{.*\}\}|\*\|.*\|\*)$")


def check(holds, message):
    if not holds:
        sys.exit(f"email.py: {message}")


class Reader(html.parser.HTMLParser):
    """Collects what a mail leads to and loads, and whether its elements are closed."""

    VOID = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"}

    def __init__(self):
        super().__init__()
        self.links, self.pictures, self.open, self.stray, self.names, self.words = [], [], [], [], set(), []

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        self.names.add(tag)
        if tag not in self.VOID:
            self.open.append(tag)
        if tag == "a":
            self.links.append(attributes.get("href") or "")
        if tag == "img":
            self.pictures.append(attributes)

    def handle_endtag(self, tag):
        if self.open and self.open[-1] == tag:
            self.open.pop()
        else:
            self.stray.append(tag)

    def handle_data(self, data):
        if "style" not in self.open and "title" not in self.open:
            self.words.append(data)


def read_message(path):
    data = path.read_bytes()
    lines = data.split(b"\r\n")
    check(not any(b"\n" in line or b"\r" in line for line in lines), f"{path} has a line that ends otherwise than CR LF")
    check(max(map(len, lines)) <= 78, f"{path} has a line of {max(map(len, lines))} octets")
    message = email.message_from_bytes(data, policy=email.policy.default)
    check(not message.defects, f"{path}: {message.defects}")
    check(message.get_content_type() == "multipart/alternative", f"{path} is no multipart/alternative")
    parts = list(message.iter_parts())
    kinds = [part.get_content_type() for part in parts]
    check(kinds == ["text/plain", "text/html"], f"{path} has the parts {kinds}")
    check(not any(part.defects for part in parts), f"{path}: a part is defective")
    check(all(part.get_content_charset() == "utf-8" for part in parts), f"{path}: a part is not UTF-8")
    for name in ["From", "To", "Subject", "Date", "Message-ID", "MIME-Version"]:
        check(len(message.get_all(name, [])) == 1, f"{path} does not have one `{name}`")
        check(not message[name].defects, f"{path}: `{name}`: {message[name].defects}")
    check(message["From"].addresses[0].addr_spec.count("@") == 1, f"{path} is from nobody")
    check(message["Date"].datetime is not None, f"{path} has no date")
    check(re.fullmatch(r"<[0-9a-f]+@[a-z0-9.-]+>", message["Message-ID"]), f"{path}: {message['Message-ID']}")
    check(message["X-Unsent"] == "1", f"{path} is no draft")
    encoded = [part.get_payload() for part in parts]
    return message, [part.get_content() for part in parts], encoded


def read_mail(folder):
    page = (folder / "email.html").read_text("utf-8")
    text = (folder / "email.txt").read_text("utf-8")
    message, contents, encoded = read_message(folder / "email.eml")
    check([content.replace("\r\n", "\n") for content in contents] == [text, page], f"{folder}: the message holds other parts")
    name = folder / "email.html"
    reader = Reader()
    reader.feed(page)
    check(not reader.open and not reader.stray, f"{name}: left open {reader.open}, stray {reader.stray}")
    check(page.startswith("<!doctype html>") and page.endswith("</html>\n"), f"{name} is no whole page")
    bad = reader.names & {"script", "link", "svg", "form", "iframe", "video", "object", "input", "picture"}
    check(not bad, f"{name} has {bad}")
    check("data:" not in page and "url(" not in page, f"{name} loads something")
    for link in reader.links:
        check(link.startswith(("https://", "mailto:")) or TAG.match(link), f"{name} leads to `{link}`")
    for picture in reader.pictures:
        check(picture["src"].startswith("https://"), f"{name} shows `{picture['src']}`")
        check(picture.get("alt") and picture.get("width"), f"{name}: `{picture['src']}` has no words or no width")
    check(any(TAG.match(link) for link in reader.links), f"{name} has no link to leave")
    for link in reader.links:
        check(link.removeprefix("mailto:") in text, f"{folder}/email.txt lacks `{link}`")
    weight = max(len(page.encode()) + 210 * len(reader.links) + 3072, len(encoded[1]))
    check(weight <= BUDGET, f"{name} weighs {weight} bytes")
    # The filter for spam compares the words of both parts.
    words = set(re.findall(r"\w{5,}", " ".join(reader.words)))
    missing = {word for word in words if word not in text and word.upper() not in text}
    check(len(missing) <= len(words) / 20, f"{folder}/email.txt lacks {sorted(missing)[:20]}")
    return weight, len(reader.links), str(message["Subject"])


folders = sorted(path.parent for path in site.glob("editions/*/email.html"))
check(folders, "there is no mail")
for folder in folders:
    weight, links, subject = read_mail(folder)
    print(f"{weight:7,} bytes of {BUDGET:,}, {links} links: {subject}")
