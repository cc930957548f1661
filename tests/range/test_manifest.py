"""The manifest keeps its promises: enough of everything, tested, and reachable by following links."""

import re
from collections import defaultdict
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import parse_qsl, urljoin

import pytest

from vedette.range.manifest import FLAWS, LOOKALIKES, MAZES, TRAPS
from vedette.range.planted import HEADER_TYPES, INJECTIONS, Kind

NOT_FOLLOWED = tuple(maze.prefix for maze in MAZES)


def test_ids_are_unique_and_every_one_is_proven_by_a_test():
    ids = [spot.id for spot in (*FLAWS, *LOOKALIKES, *TRAPS, *MAZES)]
    assert len(ids) == len(set(ids))
    pages = Path(__file__).parent / "pages"
    tests = "".join(path.read_text("utf-8") for path in sorted(pages.glob("test_*.py")))
    assert [spot.id for spot in (*FLAWS, *LOOKALIKES) if f'"{spot.id}"' not in tests] == []


def test_there_are_enough_flaws_and_few_are_header_lines():
    header_types = [flaw for flaw in FLAWS if flaw.family in HEADER_TYPES]
    assert len(FLAWS) >= 60 and len(header_types) <= 8 and len(FLAWS) - len(header_types) >= 52
    assert all(flaw.cwe > 0 for flaw in FLAWS)


def test_every_injection_family_has_three_flaws_in_three_kinds_and_three_lookalikes():
    for family in INJECTIONS:
        kinds = {flaw.kind for flaw in FLAWS if flaw.family is family}
        assert len([flaw for flaw in FLAWS if flaw.family is family]) >= 3, family
        assert len(kinds) >= 3 and Kind.PAGE not in kinds, family
        assert len([like for like in LOOKALIKES if like.family is family]) >= 3, family
    assert {flaw.kind for flaw in FLAWS} == set(Kind)


def test_blind_flaws_are_at_least_six():
    assert len([flaw for flaw in FLAWS if flaw.blind]) >= 6


@pytest.mark.parametrize("spot", [*FLAWS, *LOOKALIKES], ids=lambda spot: spot.id)
def test_the_ordinary_request_works(visitor, spot):
    assert visitor.plant(spot.id).status < 400


class Links(HTMLParser):
    def __init__(self):
        super().__init__()
        self.links, self.scripts, self.forms = [], [], []

    def handle_starttag(self, tag, attrs):
        values = {name: value or "" for name, value in attrs}
        if tag == "a" and "href" in values:
            self.links.append(values["href"])
        elif tag == "script" and "src" in values:
            self.scripts.append(values["src"])
        elif tag == "form":
            self.forms.append((values.get("method", "get").upper(), values["action"], {}))
        elif tag in ("input", "textarea") and "name" in values and self.forms:
            self.forms[-1][2][values["name"]] = values.get("value", "")


class Crawl:
    """Follows links, sends GET forms with the values they hold, and reads literal requests in scripts."""

    def __init__(self, visitor):
        self.visitor = visitor
        self.queue = ["/", "/robots.txt", "/sitemap.xml"]
        self.pages = {}
        self.seen = set()
        self.inputs = defaultdict(set)
        self.traps = {(trap.method, trap.url.partition("?")[0]) for trap in TRAPS}
        while self.queue:
            self.visit(self.queue.pop(0))

    def visit(self, target):
        path = target.partition("?")[0]
        self.seen.add(target)
        if target in self.pages or path.startswith(NOT_FOLLOWED) or ("GET", path) in self.traps:
            return
        answer = self.pages[target] = self.visitor.get(target)
        self.inputs["GET", path] |= {("query", name) for name, _ in parse_qsl(target.partition("?")[2])}
        for name, value in answer.headers:
            if name == "Set-Cookie":
                cookie_path = value.partition("Path=")[2].partition(";")[0]
                self.inputs["GET", cookie_path].add(("cookie", value.partition("=")[0]))
            elif name == "Vary":
                self.inputs["GET", path].add(("header", value.lower()))
            elif name == "Location":
                self.follow(target, value)
        self.read(target, answer)

    def read(self, target, answer):
        if target == "/robots.txt":
            self.queue += re.findall(r"^Disallow: (\S+)", answer.text, re.MULTILINE)
        elif target == "/sitemap.xml":
            self.queue += re.findall(r"<loc>http://[^/]+(/.*?)</loc>", answer.text)
        elif target.endswith(".js"):
            self.read_script(answer.text)
        else:
            links = Links()
            links.feed(answer.text)
            for link in [*links.links, *links.scripts]:
                self.follow(target, link)
            for method, action, fields in links.forms:
                self.inputs[method, action] |= {("form", name) for name in fields}
                # A form with a fresh hidden number each time would keep a crawler busy for ever.
                if method == "GET" and fields and not any(page.startswith(action + "?") for page in self.pages):
                    self.queue.append(action + "?" + "&".join(f"{name}={value}" for name, value in fields.items()))

    def read_script(self, text):
        for path, options in re.findall(r'fetch\("([^"]+)"(.*?)\)(?:;|\s*\.then|\s*\n?\s*\.)', text, re.DOTALL):
            method = (re.findall(r'method: "(\w+)"', options) or ["GET"])[0]
            place = self.inputs[method, path.partition("?")[0]]
            place |= {("header", name.lower()) for name in re.findall(r'"([\w-]+)": "', options)}
            place |= {("body", name) for name in re.findall(r'"(\w+)": |<(\w+)>', options) for name in name if name}
            if method == "GET":
                self.queue.append(path)

    def follow(self, target, link):
        whole = urljoin(f"http://shop{target}", link)
        if whole.startswith("http://shop/"):
            self.queue.append(whole.removeprefix("http://shop"))

    def knows(self, spot):
        path = spot.url.partition("?")[0]
        known = self.inputs.get((spot.method, path), set())
        leaf = spot.parameter.rpartition("/")[2]
        if spot.kind in (Kind.QUERY, Kind.NAME):
            return bool({("query", spot.parameter), ("form", spot.parameter)} & known)
        if spot.kind in (Kind.FORM, Kind.MULTIPART):
            return ("form", spot.parameter) in known
        if spot.kind in (Kind.JSON, Kind.XML):
            return ("body", leaf) in known
        if spot.kind is Kind.COOKIE:
            return ("cookie", spot.parameter) in known and path in self.pages
        if spot.kind is Kind.HEADER:
            return ("header", spot.parameter.lower()) in known
        if spot.kind is Kind.PATH and spot.method == "POST":
            return any(method == "POST" and action.startswith("/product/") for method, action in self.inputs)
        return path in {target.partition("?")[0] for target in self.pages}


def test_everything_is_reachable_from_the_start_page_without_springing_a_trap(visitor, site):
    crawl = Crawl(visitor)
    assert [spot.id for spot in (*FLAWS, *LOOKALIKES) if not crawl.knows(spot)] == []
    assert {flaw.sink for flaw in FLAWS if flaw.sink} <= set(crawl.pages)
    assert {maze.url for maze in MAZES} | {trap.url for trap in TRAPS if trap.method == "GET"} <= crawl.seen
    assert site.state.sprung == []
    assert len(crawl.pages) < 250


def test_no_page_of_a_crawl_is_broken_but_the_one_that_shows_its_trace(visitor):
    broken = [target for target, answer in Crawl(visitor).pages.items() if answer.status >= 400]
    assert broken == ["/tools/convert?distance=a+dozen&to=cable"]
