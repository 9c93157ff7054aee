#!/usr/bin/env python3
"""Measures how long a save takes to be seen: from writing a file to its HTML answered over HTTP.

    python3 benches/preview-latency.py [--posts 10000] [--edits 30] [--binary target/release/masthead]

Makes a newsletter of its own in a temporary folder (or takes --site DIR, which is edited), starts
`masthead serve` there, and edits one post after another. Each edit is timed from just before the file
is opened for writing until a GET of its page has the new words; the page is asked for every 2 ms.
Prints a table. Standard library only.
"""

import argparse
import http.client
import json
import os
import random
import re
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time

WORDS = """cloud model chip lab deal revenue training inference customer capital license data agent benchmark
memory safety regulator market price energy cluster contract partner release research office network
founder investor quarter growth margin supply demand policy court copyright speech vision code open""".split()
COMPANIES = [f"{a} {b}" for a in ("Example", "Northern", "Blue", "Civic", "Quiet", "Grand", "Silver", "Early")
             for b in ("Labs", "Cloud", "Systems", "Chips", "Research", "Capital", "Data", "Works")]


def write_site(folder, posts, seed=7):
    """Writes a newsletter; the same one for the same number."""
    chance = random.Random(seed)
    os.makedirs(os.path.join(folder, "content", "posts"))
    with open(os.path.join(folder, "masthead.yaml"), "w") as file:
        file.write("title: A newsletter\nbase_url: https://example.org\n")
    for number in range(posts):
        day, month, year = 1 + number % 28, 1 + number // 28 % 12, 2000 + number // 336 % 60
        title = " ".join(chance.choices(WORDS, k=6)).capitalize() + f" {number}"
        companies = ", ".join(chance.sample(COMPANIES, 2))
        text = [f"---\ntitle: {title}\ndate: {year}-{month:02}-{day:02}\nsummary: {title} in a sentence.\n"
                f"tags: [{', '.join(chance.sample(WORDS, 3))}]\ncompanies: [{companies}]\n---\n"]
        for paragraph in range(8):
            if paragraph % 3 == 2:
                text.append(f"\n## {' '.join(chance.choices(WORDS, k=3)).capitalize()}\n")
            text.append("\n" + " ".join(chance.choices(WORDS, k=80)).capitalize() + ".\n")
        with open(os.path.join(folder, "content", "posts", f"{year}-{month:02}-{day:02}-post-{number}.md"), "w") as file:
            file.write("".join(text))


def get(connection, url):
    connection.request("GET", url)
    answer = connection.getresponse()
    return answer.status, answer.read().decode("utf-8", "replace")


def resident(pid):
    with open(f"/proc/{pid}/status") as file:
        return next((int(line.split()[1]) / 1024 for line in file if line.startswith("VmRSS")), 0)


def timed_edit(connection, url, path, change, marker):
    with open(path) as file:
        text = change(file.read())
    start = time.perf_counter()
    with open(path, "w") as file:
        file.write(text)
    while True:
        if marker in get(connection, url)[1]:
            return (time.perf_counter() - start) * 1000
        if time.perf_counter() - start > 30:
            sys.exit(f"the edit of {path} was never seen at {url}")
        time.sleep(0.002)


def row(what, times):
    times = sorted(times)
    p95 = times[min(len(times) - 1, int(len(times) * 0.95))]
    print(f"| {what} | {len(times)} | {statistics.median(times):.0f} | {times[0]:.0f} | {p95:.0f} | {times[-1]:.0f} |")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--posts", type=int, default=10_000)
    parser.add_argument("--edits", type=int, default=30)
    parser.add_argument("--pause", type=float, default=1.2, help="seconds between two edits")
    parser.add_argument("--binary", default="target/release/masthead")
    parser.add_argument("--site", help="a newsletter that is there already; its posts are edited")
    options = parser.parse_args()
    binary = os.path.abspath(options.binary)
    if not os.path.exists(binary):
        sys.exit(f"there is no {options.binary}; run `cargo build --release`, or name another with --binary")
    scratch = None if options.site else tempfile.mkdtemp(prefix="masthead-latency-")
    site = options.site or os.path.join(scratch, "site")
    try:
        if scratch:
            write_site(site, options.posts)
        measure(binary, site, options)
    finally:
        if scratch:
            shutil.rmtree(scratch)


def measure(binary, site, options):
    began = time.perf_counter()
    server = subprocess.Popen([binary, "--root", site, "serve", "--port", "0", "--json"],
                              stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        ready = json.loads(server.stdout.readline())
        port = int(re.search(r":(\d+)/", ready["url"]).group(1))
        is_ready = (time.perf_counter() - began) * 1000
        connection = http.client.HTTPConnection("127.0.0.1", port)
        status, _ = get(connection, "/")
        first_page = (time.perf_counter() - began) * 1000
        if status != 200:
            sys.exit(f"the front page answers {status}")
        posts = []
        for folder, _, names in os.walk(os.path.join(site, "content")):
            posts += [os.path.join(folder, name) for name in names if name.endswith(".md")]
        posts = sorted(posts)
        chance = random.Random(11)
        chosen = []
        for path in chance.sample(posts, min(len(posts), options.edits * 3)):
            slug = re.sub(r"^\d{4}-\d\d-\d\d-", "", os.path.basename(path)[:-3])
            url = f"/{os.path.basename(os.path.dirname(path))}/{slug}/"
            if get(connection, url)[0] == 200:
                chosen.append((path, url))
        chosen = chosen[:options.edits + 1]
        time.sleep(3)
        print(f"\n{len(posts)} Markdown files; {os.cpu_count()} processors; "
              f"the port answers after {is_ready:.0f} ms, the front page after {first_page:.0f} ms\n")
        print("| edit | times | median ms | least | 95 % | most |\n|---|---:|---:|---:|---:|---:|")
        body, matter = [], []
        for number, (path, url) in enumerate(chosen):
            marker = f"marker{number}x{chance.randrange(10**9)}"
            took = timed_edit(connection, url, path, lambda text: text + f"\nA sentence with {marker}.\n", marker)
            body.append(took)
            time.sleep(options.pause)
        # The first warms what the others find warm.
        row("a sentence more in a post", body[1:] or body)
        for number, (path, url) in enumerate(chosen[:max(3, options.edits // 3)]):
            marker = f"Headline{number}x{chance.randrange(10**9)}"
            change = lambda text: re.sub(r"(?m)^title: .*$", f"title: {marker}", text, count=1)
            matter.append(timed_edit(connection, url, path, change, marker))
            time.sleep(options.pause)
        row("another title", matter)
        lists = []
        for number, (path, url) in enumerate(chosen[:max(3, options.edits // 6)]):
            marker = f"Elsewhere{number}x{chance.randrange(10**9)}"
            new = os.path.join(os.path.dirname(path), f"2099-01-{1 + number:02}-new-{number}.md")
            start = time.perf_counter()
            with open(new, "w") as file:
                file.write(f"---\ntitle: {marker}\nsummary: New.\n---\n\nNew.\n")
            while marker not in get(connection, "/")[1]:
                time.sleep(0.002)
            lists.append((time.perf_counter() - start) * 1000)
            time.sleep(options.pause)
            os.remove(new)
            time.sleep(options.pause)
        row("a new post, seen on the front page", lists)
        print(f"\nThe server holds {resident(server.pid):.0f} MiB.")
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(10)


if __name__ == "__main__":
    main()
