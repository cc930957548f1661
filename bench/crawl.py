"""How many pages a CPU-second the crawl can digest, network excluded.

Each page is 15 KB of HTML with 60 links and 2 forms, no two alike, of a shop with 5,000 products.
Run: `python bench/crawl.py [pages] [--profile]`. Each part is timed on pages on which the parts above it have already
run; the line after them is the whole work on a page in one pass, as the crawl does it. Target: 1,000 pages per
CPU-second for all of it.
"""

from __future__ import annotations

import cProfile
import pstats
import random
import resource
import sys
import time

from vedette.contract.exchange import Exchange, Request, Response
from vedette.engine import catalog
from vedette.engine.crawl.frontier import Frontier, Item
from vedette.engine.crawl.harm import harm
from vedette.engine.crawl.identity import Judge
from vedette.engine.crawl.soft404 import Soft404
from vedette.engine.crawl.targets import Targets, requests_of
from vedette.engine.crawl.traps import is_media, trap
from vedette.engine.fingerprint.matcher import Matcher
from vedette.engine.parse.forms import forms
from vedette.engine.parse.links import links
from vedette.engine.parse.page import Page

PRODUCTS = 5_000
SITE = "http://127.0.0.1:8080"
ROUND = 20
TEXT = (
    "lamp chair table desk garden winter summer cotton leather bottle ceramic oak walnut small large modern vintage "
    "light heavy outdoor kitchen bedroom classic handmade soft warm bright quiet river stone paper copper silver glass "
    "wool linen basket candle mirror shelf cup plate bowl spoon knife fork pillow blanket curtain carpet"
)
WORDS = TEXT.split()
HEADERS = (
    ("Server", "nginx/1.22.1"),
    ("Content-Type", "text/html; charset=utf-8"),
    ("Set-Cookie", "session=abcdef0123456789; Path=/; HttpOnly; SameSite=Lax"),
    ("X-Content-Type-Options", "nosniff"),
    ("Cache-Control", "private, no-store"),
)


def product(record: int) -> str:
    """The end of a product's address."""
    return f"{record}/{WORDS[record % 47]}-{WORDS[record % 41]}"


def body(number: int) -> bytes:
    """A list page of a shop: 12 links in the menu, 24 products, 24 links in the footer, a search and a newsletter."""
    chance = random.Random(number)

    def text(count: int) -> str:
        return " ".join(chance.choices(WORDS, k=count))

    menu = "".join(
        f'<li class="nav-item"><a class="nav-link" href="/c/{word}/">{word.title()}</a></li>' for word in WORDS[:12]
    )
    products = "".join(
        f'<article class="card product" id="p{chance.randint(1, 99999)}">'
        f'<a href="/product/{product(chance.randint(1, PRODUCTS))}?ref=list">'
        f'<img src="/static/img/{chance.randint(1, 500)}.jpg" alt="{text(3)}" loading="lazy"></a><h3>{text(3)}</h3>'
        f'<p class="text-muted">{text(27)}.</p>'
        f'<span class="price" data-price="{chance.randint(1, 900)}.00">{chance.randint(1, 900)}.00</span></article>'
        for _ in range(24)
    )
    footer = "".join(f'<li><a href="/pages/{WORDS[at]}">{text(3)}</a></li>' for at in range(24))
    page = f"""<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{text(4)} | Shop</title>
<link rel="stylesheet" href="/static/app.3f2a.css"><link rel="icon" href="/favicon.ico">
<meta name="generator" content="Shop 2.3"><script src="/static/jquery-3.6.0.min.js"></script></head>
<body class="page list"><header><nav><ul>{menu}</ul></nav><form action="/search" method="get" role="search">
<label for="q">Search</label><input id="q" type="search" name="q" placeholder="Search"><select name="sort">
<option value="p">Price</option><option value="n" selected>Name</option></select><button type="submit">Go</button>
</form></header><main><h1>{text(5)}</h1><p>{text(90)}</p><section class="grid">{products}</section>
<form action="/newsletter" method="post" class="signup"><input type="hidden" name="csrf"
value="{chance.getrandbits(64):x}"><label>E-mail <input type="email" name="email" required></label><label>
<input type="checkbox" name="terms" value="yes"> I agree</label><textarea name="comment" maxlength="200"></textarea>
<button name="go" value="1">Sign up</button></form></main><footer><ul>{footer}</ul><!-- build 8f3 --></footer>
<script>var cfg={{"api":"/api/v1/items","page":{number}}};fetch("/api/v1/items?page={number}").then(show);</script>
</body></html>"""
    return page.encode()


def pages(start: int, count: int) -> list[Page]:
    """Fresh pages; making them is not measured."""
    return [
        Page(Exchange(Request("GET", f"{SITE}/product/{product(number)}"), Response(200, HEADERS, body(number))))
        for number in range(start, start + count)
    ]


class Work:
    """The parts of the crawl's work, each a method of one page."""

    def __init__(self) -> None:
        self.judge = Judge()
        self.frontier = Frontier()
        self.missing = Soft404()
        self.targets = Targets(self.judge.templates)
        self.matcher = Matcher()
        self.catalog = catalog.load()
        self.seen = 0

    def links(self, page: Page) -> None:
        links(page)

    def forms(self, page: Page) -> None:
        forms(page)

    def tree(self, page: Page) -> None:
        _ = page.elements

    def identity(self, page: Page) -> None:
        self.missing.is_missing(page)
        identity = self.judge.identify(page)
        self.judge.observe(page, identity)
        self.seen += 1
        if self.seen % ROUND == 0:
            self.judge.commit_round()

    def decide(self, page: Page) -> None:
        """Harm, traps, budgets and the queue, for each link that was not met before."""
        for link in links(page):
            if is_media(link.url) or self.frontier.knows_url(link.url):
                continue
            request = Request("GET", link.url)
            labels = (link.label,) if link.label else ()
            wanted = self.judge.templates.admit("GET", link.url)
            if wanted and not trap(link.url, page.url) and not harm(request, labels):
                self.frontier.add(Item(request, 1, link.source, page.url, labels))
            else:
                self.frontier.mark(request)

    def endpoints(self, page: Page) -> None:
        for found in requests_of(page):
            if self.frontier.mark(found.request) and not harm(found.request, found.labels):
                self.targets.add(Item(found.request, 1, found.source, page.url, found.labels))

    def fingerprint(self, page: Page) -> None:
        self.matcher.match(page)

    def passive(self, page: Page) -> None:
        self.catalog.passive_patterns.scan(page)
        for check in self.catalog.passive:
            check.inspect(page)

    def all(self, page: Page) -> None:
        self.identity(page)
        self.decide(page)
        self.endpoints(page)
        self.fingerprint(page)
        self.passive(page)


def by_part(count: int) -> None:
    """Times the parts one after the other on a round of pages at a time, so that memory is reused as in a scan."""
    work = Work()
    parts = (
        ("tree and elements", work.tree),
        ("links", work.links),
        ("forms", work.forms),
        ("identity", work.identity),
        ("frontier, harm, traps, templates*", work.decide),
        ("targets*", work.endpoints),
        ("fingerprint", work.fingerprint),
        ("passive checks", work.passive),
    )
    spent = dict.fromkeys((name for name, _ in parts), 0.0)
    for start in range(0, count, ROUND):
        made = pages(start, ROUND)
        for name, part in parts:
            started = time.process_time()
            for page in made:
                part(page)
            spent[name] += time.process_time() - started
    for name, seconds in spent.items():
        line(name, seconds, count)
    print("* reads the page's links or forms again; in the next line it is the only reading")


def in_one_pass(count: int) -> None:
    """The whole work, page by page, each gone when it is done."""
    work = Work()
    spent = 0.0
    for start in range(0, count, ROUND):
        made = pages(start, ROUND)[::-1]
        started = time.process_time()
        while made:
            work.all(made.pop())
        spent += time.process_time() - started
    line("all of it, one pass", spent, count)


def line(name: str, seconds: float, count: int) -> None:
    print(f"{name:34s}{seconds / count * 1e6:9.0f} µs{count / seconds:10.0f} pages/CPU-s")


def queue(count: int) -> None:
    """What a queue of so many addresses takes, its rows of the resume state included."""
    frontier = Frontier()
    rows = []
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    started = time.process_time()
    for number in range(count):
        url = f"{SITE}/shop/product/{number}/a-longer-name-of-it?ref=list"
        frontier.add(Item(Request("GET", url), 2, "a", f"{SITE}/shop/list"))
        if number % ROUND == 0:
            rows += frontier.changes()
    spent = time.process_time() - started
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024
    print(f"queue of {count:,} addresses: {grown} MB, {spent / count * 1e6:.0f} µs each, {len(rows):,} rows")


def main() -> None:
    count = next((int(word) for word in sys.argv[1:] if word.isdigit()), 3000)
    first = body(0)
    print(f"page: {len(first)} bytes, {first.count(b'<a ')} links, {first.count(b'<form')} forms; {count} pages")
    if "--profile" in sys.argv:
        profile = cProfile.Profile()
        profile.runcall(in_one_pass, count)
        pstats.Stats(profile).sort_stats("tottime").print_stats(40)
        return
    by_part(count)
    in_one_pass(count)
    queue(50_000)
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB")


if __name__ == "__main__":
    main()
