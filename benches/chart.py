#!/usr/bin/env python3
"""Draws the time of a build against the number of posts, from what benches/compare.py measured.

    benches/chart.py [RESULTS] [--build cold] [--out docs/performance.svg]

RESULTS is the file of JSON lines (target/compare.jsonl unless it is named). The newest figure of each
generator and size counts, of those on the file system of the newest one. Both axes are logarithmic, so
what costs ten times as much for ten times the posts rises by one decade for each decade. Every line has
its name at its end, a mark and a dash of its own: colour says nothing that they don't say.
"""

import argparse
import html
import json
import math
import pathlib
import statistics

PROJECT = pathlib.Path(__file__).resolve().parent.parent
# In the order in which they are drawn: a colour, a dash, a mark.
STYLES = {
    "masthead": ("#00583b", "", "disc"),
    "masthead-full": ("#00583b", "7 4", "ring"),
    "hugo": ("#a3271f", "", "square"),
    "hugo-related": ("#a3271f", "7 4", "box"),
    "zola": ("#24558f", "2 4", "triangle"),
    "eleventy": ("#6b4a94", "10 3 2 3", "cross"),
    "floor": ("#555555", "1 3", "dash"),
}
TITLES = {
    "masthead": "Masthead",
    "masthead-full": "Masthead, all outputs",
    "hugo": "Hugo, without related posts",
    "hugo-related": "Hugo, with related posts",
    "zola": "Zola, without related posts",
    "eleventy": "Eleventy, without related posts",
    "floor": "Reading, parsing, writing alone",
}
HEADINGS = {
    "cold": "A whole build from nothing",
    "nothing": "A build when nothing has changed",
    "edited": "A build after one body was edited",
    "added": "A build after one post was added",
}
WIDTH, HEIGHT = 860, 520
LEFT, RIGHT, TOP, BOTTOM = 74, 612, 64, 446
# Names at the ends of lines stand at least so far from one another.
LINE_OF_TEXT = 17


def newest(path, build):
    """The newest points of each generator: {name: {posts: seconds}}, and where they were measured."""
    points, where = {}, None
    for line in reversed(path.read_text().splitlines()):
        one = json.loads(line)
        if one.get("build") == build and "wall" in one:
            seconds = statistics.median(one["wall"])
        elif one["peer"] == "floor" and build == "cold":
            seconds = one["milliseconds"]["sum"] / 1000
        else:
            continue
        where = where or (one["machine"], one["file_system"], one["at"][:10])
        if (one["machine"], one["file_system"]) == where[:2]:
            points.setdefault(one["peer"], {}).setdefault(one["posts"], seconds)
    return points, where


class Scale:
    """Where a value of a logarithmic axis stands on the page."""

    def __init__(self, values, low, high):
        self.decades = (math.floor(math.log10(min(values))), math.ceil(math.log10(max(values))))
        if self.decades[0] == self.decades[1]:
            self.decades = (self.decades[0], self.decades[0] + 1)
        self.low, self.high = low, high

    def __call__(self, value):
        first, last = self.decades
        return self.low + (math.log10(value) - first) / (last - first) * (self.high - self.low)

    def ticks(self):
        return [10**power for power in range(self.decades[0], self.decades[1] + 1)]

    def between(self):
        return [step * 10**power for power in range(*self.decades) for step in range(2, 10)]


def mark(kind, x, y, colour):
    solid, hollow = f'fill="{colour}"', f'fill="#fff" stroke="{colour}" stroke-width="1.8"'
    if kind == "disc":
        return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4.5" {solid}/>'
    if kind == "ring":
        return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4.5" {hollow}/>'
    if kind in ("square", "box"):
        return f'<rect x="{x - 4.5:.1f}" y="{y - 4.5:.1f}" width="9" height="9" {solid if kind == "square" else hollow}/>'
    if kind == "triangle":
        return f'<path d="M{x:.1f} {y - 5.5:.1f}l5.5 9.5h-11z" {solid}/>'
    if kind == "cross":
        return f'<path d="M{x - 4.5:.1f} {y - 4.5:.1f}l9 9m0 -9l-9 9" stroke="{colour}" stroke-width="2.4"/>'
    return f'<path d="M{x - 5:.1f} {y:.1f}h10" stroke="{colour}" stroke-width="3"/>'


def text(x, y, words, **attributes):
    said = "".join(f' {name.replace("_", "-")}="{value}"' for name, value in attributes.items())
    return f'<text x="{x:.1f}" y="{y:.1f}"{said}>{html.escape(words)}</text>'


def apart(wanted):
    """Moves labels down until none stands on another."""
    placed, last = {}, -math.inf
    for y, name in sorted((y, name) for name, y in wanted.items()):
        last = placed[name] = max(y, last + LINE_OF_TEXT)
    return placed


def shown(seconds):
    return f"{seconds * 1000:.0f} ms" if seconds < 1 else f"{seconds:.1f} s" if seconds < 10 else f"{seconds:.0f} s"


def draw(points, where, build):
    x = Scale([posts for line in points.values() for posts in line], LEFT, RIGHT)
    y = Scale([seconds for line in points.values() for seconds in line.values()], BOTTOM, TOP)
    names = [name for name in STYLES if name in points]
    described = "; ".join(
        f"{TITLES[name]}: " + ", ".join(f"{posts:,} posts in {shown(seconds)}" for posts, seconds in sorted(points[name].items()))
        for name in names
    )
    yield (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
           'aria-labelledby="title description" font-family="system-ui, sans-serif" font-size="13" fill="#1a1a1a">')
    yield f'<title id="title">{HEADINGS[build]}: seconds against posts</title>'
    yield f'<desc id="description">{html.escape(described)}.</desc>'
    yield f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>'
    yield text(LEFT, 26, HEADINGS[build], font_size=17, font_weight=600)
    yield text(LEFT, 46, "time against posts, both logarithmic; median of wall times, less is better", fill="#555")
    for value in x.between():
        yield f'<path d="M{x(value):.1f} {TOP}V{BOTTOM}" stroke="#f0f0f0"/>'
    for value in y.between():
        yield f'<path d="M{LEFT} {y(value):.1f}H{RIGHT}" stroke="#f0f0f0"/>'
    for value in x.ticks():
        yield f'<path d="M{x(value):.1f} {TOP}V{BOTTOM}" stroke="#ccc"/>'
        yield text(x(value), BOTTOM + 20, f"{value:,} posts", text_anchor="middle")
    for value in y.ticks():
        yield f'<path d="M{LEFT} {y(value):.1f}H{RIGHT}" stroke="#ccc"/>'
        yield text(LEFT - 10, y(value) + 4, f"{value * 1000:g} ms" if value < 1 else f"{value:g} s", text_anchor="end")
    labels = apart({name: y(points[name][max(points[name])]) for name in names})
    for name in names:
        colour, dash, kind = STYLES[name]
        line = [(x(posts), y(seconds)) for posts, seconds in sorted(points[name].items())]
        path = "M" + "L".join(f"{across:.1f} {down:.1f}" for across, down in line)
        dashes = f' stroke-dasharray="{dash}"' if dash else ""
        yield f'<path d="{path}" fill="none" stroke="{colour}" stroke-width="2"{dashes}/>'
        yield from (mark(kind, across, down, colour) for across, down in line)
        (across, down), at = line[-1], labels[name]
        yield f'<path d="M{across + 8:.1f} {down:.1f}L{RIGHT + 14} {at:.1f}" fill="none" stroke="{colour}" stroke-width="0.7"/>'
        yield mark(kind, RIGHT + 22, at, colour)
        yield text(RIGHT + 34, at + 4.5, TITLES[name], fill=colour)
    machine, disk, day = where
    place = "in memory" if disk == "tmpfs" else f"on {disk}"
    yield text(LEFT, HEIGHT - 16, f"{machine}; sources and output {place}; {day}", fill="#555", font_size=12)
    yield "</svg>"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("results", type=pathlib.Path, nargs="?", default=PROJECT / "target/compare.jsonl")
    parser.add_argument("--build", choices=HEADINGS, default="cold")
    parser.add_argument("--out", type=pathlib.Path, default=PROJECT / "docs/performance.svg")
    asked = parser.parse_args()
    points, where = newest(asked.results, asked.build)
    if not points:
        parser.error(f"{asked.results} holds no `{asked.build}` build")
    asked.out.write_text("\n".join(draw(points, where, asked.build)) + "\n")
    print(asked.out)


if __name__ == "__main__":
    main()
