#!/usr/bin/env python3
"""Makes a newsletter to measure with: the same posts for every generator, the same on every machine.

    benches/corpus.py POSTS FOLDER [--flavour masthead|hugo|zola|eleventy] [--seed SEED]

writes FOLDER/content/posts/*.md: posts of some 650 words (5 KB) with title, date, summary, tags and
companies whose frequencies follow Zipf's law, the companies named in the text as well, key points,
lists, quotes, tables, code, links to other sites and to earlier posts, and a deal in every third post.
Bodies are the same in every flavour; front matter is as each generator wants it. Post number N is the
same however many are made, but for its date: the dates of all posts fill the same five years.
"""

import argparse
import datetime
import itertools
import json
import multiprocessing
import pathlib
import random
import re

FLAVOURS = ("masthead", "hugo", "zola", "eleventy")

# The words of the trade stand first and are the most frequent; made-up ones follow.
COMMON = """the of and to a in that for is on with as at from by it was has are its be will more than this which
an or have not but their they one new year about said after would also who other can over first been last into two
up its model company deal price contract chips data market court cloud software licence publisher archive training
research report quarter customer power centre cost money share revenue investor partner agent tool search user video
music law rule judge regulator team founder board price supply demand network memory energy region server query
answer token context window batch benchmark error audit risk safety policy country export import tariff tax grant
budget plan product service platform engine index reader writer editor newsroom page story photo letter archive feed
month week term clause option fee royalty bill invoice loan bond stock stake round value sum total part half third
large small early late public private open closed direct annual monthly exclusive final likely common rare cheap
costly fast slow strong weak firm sells buys pays signs leases builds trains ships tests drops raises cuts doubles
delays renews ends begins expects plans reports denies confirms refuses accepts moves grows falls holds keeps""".split()
ONSETS = "b bl br c ch cl cr d dr f fl g gl gr h j k l m n p pl pr qu r s sc sh sl sp st t th tr v w z".split()
VOWELS = "a e i o u a e i o u ai ea io ou".split()
CODAS = ["", "", "", "", "", "n", "r", "s", "t", "l", "m", "nd", "st", "ck", "x"]
WORDS, TAGS, COMPANIES = 6000, 150, 120

TOPICS = """models funding licensing inference training chips data-centres agents search video regulation copyright
open-weights enterprise safety robotics speech coding benchmarks energy exports advertising newsrooms retail health
finance schools hiring mergers listings antitrust privacy browsers phones networks memory prices audits standards
elections music games law insurance travel logistics mining weather science""".split()
SUFFIXES = ("", "", " Labs", " Systems", " Robotics", " Compute", " Media", " AI")
VERBS = "signs expands pauses prices opens ships tests drops licenses rebuilds doubles audits leases renews ends".split()
OBJECTS = ("a compute contract", "its archive licence", "an agent service", "the video model", "a search partnership",
           "its open weights", "a server lease", "the fund for writers", "a chip order", "its safety audit",
           "the newsroom deal", "a token discount", "its data centre", "the index of books", "a power contract")
TURNS = ("as prices fall", "after a ruling", "before the quarter ends", "while demand grows", "for another year",
         "without a partner", "at a lower price", "in three countries")
KINDS = ("cloud", "compute", "licensing", "data", "investment", "acquisition")
STATUSES = ("reported", "announced", "signed", "closed")
CODE = (
    ("python", """def batches(texts: list[str], size: int = 64) -> list[list[str]]:
    # The service takes so many texts at once.
    return [texts[start:start + size] for start in range(0, len(texts), size)]
"""),
    ("rust", """pub fn total(prices: &[u64]) -> Option<u64> {
    // None where the sum does not fit.
    prices.iter().try_fold(0_u64, |sum, &price| sum.checked_add(price))
}
"""),
    ("json", """{"model": "large", "prices": {"input": 2.5, "output": 10.0}, "context": 200000, "regions": ["north", "south"]}
"""),
    ("bash", """for page in archive/*.html; do
    test -s "$page" || echo "empty: $page"
done
"""),
)


def slug(text):
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


def zipf(count):
    """Cumulative weights: what stands at rank r is taken in proportion to 1 / (r + 2)."""
    return list(itertools.accumulate(1 / (rank + 2) for rank in range(count)))


class World:
    """The words, tags and companies that all posts draw from."""

    def __init__(self, seed):
        dice = random.Random(f"{seed}/world")
        self.seed = seed
        syllable = lambda: dice.choice(ONSETS) + dice.choice(VOWELS) + dice.choice(CODAS)
        words = dict.fromkeys(COMMON)
        while len(words) < WORDS:
            words["".join(syllable() for _ in range(dice.choice((1, 2, 2, 3))))] = None
        self.words = list(words)
        tags = TOPICS + [f"{topic}-{what}" for what in ("law", "costs", "people") for topic in TOPICS]
        self.tags = tags[:TAGS]
        companies = {}
        while len(companies) < COMPANIES:
            stem = syllable() + syllable() + dice.choice(("a", "o", "ix", "ly", "eon"))
            companies.setdefault(stem, stem.capitalize() + dice.choice(SUFFIXES))
        self.companies = list(companies.values())
        self.frequencies = {count: zipf(count) for count in (WORDS, TAGS, COMPANIES)}
        # What is written about a tag shares some rare words: so there is something to be related by.
        rare = self.words[600:]
        self.jargon = {tag: dice.sample(rare, 30) for tag in self.tags}

    def draw(self, dice, items, count):
        """Draws so many different ones, the first of the list most often."""
        drawn = {}
        while len(drawn) < count:
            drawn[dice.choices(items, cum_weights=self.frequencies[len(items)])[0]] = None
        return list(drawn)

    def phrase(self, dice):
        return " ".join(dice.choices(self.words[100:1500], k=2))

    def headline(self, number):
        """The companies of a post, its title and its address: what other posts need to link to it."""
        dice = random.Random(f"{self.seed}/headline/{number}")
        companies = self.draw(dice, self.companies, dice.choice((1, 2, 2, 3)))
        title = f"{companies[0]} {dice.choice(VERBS)} {dice.choice(OBJECTS)} {dice.choice(TURNS)}: {self.phrase(dice)}"
        return companies, title, f"{slug(title)}-{number:06}"


def date_of(number, posts):
    """Posts are spread evenly over five years; those that are added later follow by the minute."""
    first, years = datetime.datetime(2021, 1, 4, 6), datetime.timedelta(days=5 * 365)
    moment = first + years * number / posts if number < posts else first + years + datetime.timedelta(minutes=number - posts)
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def post(world, number, posts):
    """One post as plain data."""
    dice = random.Random(f"{world.seed}/post/{number}")
    companies, title, name = world.headline(number)
    tags = world.draw(dice, world.tags, dice.randint(2, 5))
    writer = Writer(world, dice, companies, tags)
    made = {
        "name": name,
        "title": title,
        "date": date_of(number, posts),
        "summary": writer.sentence(14, 24),
        "tags": tags,
        "companies": companies,
        "deal": None,
        "body": writer.body(number),
    }
    if number % 3 == 0 and len(companies) > 1:
        made["deal"] = {
            "id": f"deal-{number:06}",
            "buyer": companies[0],
            "seller": companies[1],
            "kind": dice.choice(KINDS),
            "amount": f"${dice.choice((5, 12, 20, 40, 75, 150, 400, 900))}M per {dice.choice(('month', 'year'))}",
            "status": dice.choice(STATUSES),
        }
    return made


class Writer:
    """Writes the text of one post."""

    def __init__(self, world, dice, companies, tags):
        self.world, self.dice, self.companies = world, dice, companies
        words = dice.choices(world.words, cum_weights=world.frequencies[WORDS], k=1100)
        jargon = [word for tag in tags[:2] for word in world.jargon[tag]]
        for place in dice.sample(range(len(words)), 150):
            words[place] = dice.choice(jargon)
        for place in dice.sample(range(len(words)), 12):
            words[place] = dice.choice(companies)
        self.stream = iter(words)
        self.written = 0

    def take(self, fewest, most):
        words = list(itertools.islice(self.stream, self.dice.randint(fewest, most)))
        self.written += len(words)
        return words

    def sentence(self, fewest=9, most=22):
        words = self.take(fewest, most)
        if len(words) > 12:
            words[len(words) // 2] += ","
        chance = self.dice.random()
        if chance < 0.06:
            words.append(f"by {self.dice.randint(2, 90)}%")
        elif chance < 0.10:
            words.append(f"for ${self.dice.randint(2, 900)}M a year")
        elif chance < 0.12:
            words.insert(1, '"in the end"')
        text = " ".join(words)
        return text[:1].upper() + text[1:] + "."

    def heading(self):
        return self.sentence(3, 6)[:-1]

    def paragraph(self, sentences=3):
        return " ".join(self.sentence() for _ in range(sentences))

    def linked(self, address):
        """A sentence in which two words lead somewhere."""
        words = self.sentence().split(" ")
        place = self.dice.randrange(1, len(words) - 2)
        words[place:place + 2] = [f"[{' '.join(words[place:place + 2])}]({address})"]
        return " ".join(words)

    def outside(self):
        return f"https://{self.dice.choice(('news', 'docs', 'www'))}.example.com/{self.dice.choice(self.world.words[60:900])}/{self.dice.randint(1, 9999)}"

    def body(self, number):
        dice = self.dice
        blocks = [self.paragraph(), f"{self.paragraph(2)} {self.linked(self.outside())}", f"## {self.heading()}"]
        for earlier in {dice.randrange(number) for _ in range(dice.randint(1, 3))} if number else ():
            blocks.append(f"{self.sentence()} {self.linked(f'/posts/{self.world.headline(earlier)[2]}/')}")
        if number % 10 == 0:
            language, code = dice.choice(CODE)
            blocks.append(f"```{language}\n{code}```")
        for _ in range(dice.randint(3, 4)):
            blocks.append(f"**{self.heading()}:** {self.sentence()}")
            blocks.append("\n".join(f"- {self.sentence(6, 14)}" for _ in range(dice.randint(2, 4))))
        blocks.append(f"> {self.sentence(14, 24)}")
        blocks.append(f"## {self.heading()}")
        if number % 5 == 0:
            rows = ["| Company | Price | Change |", "|---|---:|---:|"]
            rows += [f"| {company} | ${dice.randint(1, 400)} | {dice.randint(-20, 40)}% |" for company in self.companies]
            blocks.append("\n".join(rows))
        target = dice.randint(470, 720)
        while self.written < target:
            blocks.append(f"{self.paragraph(dice.randint(2, 3))} {self.linked(self.outside())}")
            if dice.random() < 0.2:
                blocks.append(f"### {self.heading()}")
        return "\n\n".join(blocks) + "\n"


def quoted(value):
    """JSON strings and lists of them are YAML and TOML too."""
    return json.dumps(value, ensure_ascii=False)


def text_of(made, flavour):
    """The file of a post as a generator wants it."""
    deal = made["deal"]
    if flavour == "zola":
        lines = ["+++", f"title = {quoted(made['title'])}", f"date = {made['date']}",
                 f"description = {quoted(made['summary'])}", "[taxonomies]", f"tags = {quoted(made['tags'])}",
                 f"companies = {quoted(made['companies'])}"]
        lines += ["[extra.deal]", *(f"{key} = {quoted(value)}" for key, value in deal.items())] if deal else []
        lines.append("+++")
    else:
        summary = "summary" if flavour == "masthead" else "description"
        lines = ["---", f"title: {quoted(made['title'])}", f"date: {made['date']}",
                 f"{summary}: {quoted(made['summary'])}", f"tags: {quoted(made['tags'])}",
                 f"companies: {quoted(made['companies'])}"]
        lines += ["deal:", *(f"  {key}: {quoted(value)}" for key, value in deal.items())] if deal else []
        lines.append("---")
    return "\n".join(lines) + "\n\n" + made["body"]


def write_posts(folder, flavour, numbers, posts, seed="masthead"):
    """Writes some posts of a corpus of so many; gives their bytes and words."""
    world = World(seed)
    size = words = 0
    for number in numbers:
        made = post(world, number, posts)
        text = text_of(made, flavour).encode()
        (pathlib.Path(folder) / "content/posts" / f"{made['name']}.md").write_bytes(text)
        size, words = size + len(text), words + len(made["body"].split())
    return size, words


def write_newest(folder, last, posts, seed="masthead"):
    """The five newest posts as data, for a generator that has no cheap way to ask for them."""
    world = World(seed)
    newest = []
    for number in range(last, max(-1, last - 5), -1):
        _, title, name = world.headline(number)
        newest.append({"title": title, "url": f"/posts/{name}/", "date": date_of(number, posts)[:10]})
    (pathlib.Path(folder) / "newest.json").write_text(json.dumps(newest))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("posts", type=int)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--flavour", choices=FLAVOURS, default="masthead")
    parser.add_argument("--seed", default="masthead")
    asked = parser.parse_args()
    (asked.folder / "content/posts").mkdir(parents=True, exist_ok=True)
    pieces = [range(start, min(start + 500, asked.posts)) for start in range(0, asked.posts, 500)]
    with multiprocessing.Pool() as pool:
        work = [(asked.folder, asked.flavour, piece, asked.posts, asked.seed) for piece in pieces]
        done = pool.starmap(write_posts, work)
    if asked.flavour == "zola":
        write_newest(asked.folder, asked.posts - 1, asked.posts, asked.seed)
    size, words = (sum(column) for column in zip(*done))
    print(f"{asked.posts} posts, {size / 1e6:.1f} MB, {words // asked.posts} words each")


if __name__ == "__main__":
    main()
