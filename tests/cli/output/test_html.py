"""The HTML report: whole, self-contained, and deaf to what the site says."""

import re
from dataclasses import replace
from html.parser import HTMLParser

from tests.cli.samples import HOSTILE, finding, finished
from vedette.cli.output import html
from vedette.contract.exchange import Exchange, Request, Response, Step


class Tags(HTMLParser):
    def __init__(self):
        super().__init__()
        self.names, self.attributes = set(), []

    def handle_starttag(self, name, attrs):
        self.names.add(name)
        self.attributes += attrs


def tags(page):
    parser = Tags()
    parser.feed(page)
    return parser


def test_nothing_that_a_site_returned_becomes_markup():
    seen = tags(html.render(finished(finding())))
    assert not seen.names & {"script", "img", "iframe", "object", "form", "base"}
    assert not [name for name, _ in seen.attributes if name.startswith("on")]


def test_the_page_asks_for_nothing_outside():
    page = html.render(finished(finding()))
    outside = [value for name, value in tags(page).attributes if name in ("src", "href", "action", "data")]
    assert not outside
    assert ("content", "default-src 'none'; style-src 'unsafe-inline'") in tags(page).attributes
    assert not re.search(r"url\(|@import", page)


def test_evidence_fix_and_identity_are_shown():
    page = html.render(finished(finding()))
    assert "<mark>" in page
    assert "How to fix it" in page
    assert "CWE-113" in page
    assert "same finding each time" in page


def test_verdict_and_reasons_stand_at_the_head():
    page = html.render(finished(verdict="incomplete", reasons=["<b>why</b>"]))
    assert "&lt;b&gt;why&lt;/b&gt;" in page
    assert page.index("incomplete") < page.index("Findings")


def test_a_long_body_is_cut_around_its_mark():
    body = b"a" * 50_000 + b"NEEDLE" + b"b" * 50_000
    step = Step("proof", Exchange(Request("GET", "http://127.0.0.1:1/"), Response(200, (), body)), marks=("NEEDLE",))
    page = html.render(finished(finding(steps=(step,))))
    assert "<mark>NEEDLE</mark>" in page
    assert len(page) < 60_000


def test_an_exchange_without_an_answer_says_why():
    step = Step("proof", Exchange(Request("GET", "http://127.0.0.1:1/"), None, "timeout", "15 s"))
    assert "no answer: timeout 15 s" in html.render(finished(finding(steps=(step,))))


def test_outcomes_fall_into_groups():
    texts = ["tested", "light", "skipped: x", "blocked: y", "error: z", "found: firm", "light: budget"]
    groups = ["tested", "light", "skipped", "blocked", "error", "tested", "light"]
    assert [html.outcome(text) for text in texts] == groups
    assert HOSTILE


def test_a_page_does_not_grow_without_end(monkeypatch):
    monkeypatch.setattr(html, "MAX_WITH_EVIDENCE", 1)
    monkeypatch.setattr(html, "MAX_FINDINGS", 2)
    page = html.render(finished(finding(name="a"), finding(name="b"), finding(name="c")))
    assert page.count("Evidence") == 1
    assert page.count("Its requests stand in the JSON report") == 1
    assert "1 more findings" in page


def test_many_start_urls_do_not_fill_the_head():
    scan = finished()
    scan.job = replace(scan.job, start_urls=tuple(f"http://127.0.0.1:1/{number}" for number in range(30)))
    page = html.render(scan)
    assert "and 29 more" in page
    assert "<title>Vedette: http://127.0.0.1:1/0</title>" in page


def test_a_check_that_is_gone_leaves_its_finding_readable():
    page = html.render(finished(finding(check="retired-check")))
    assert "retired-check" in page
    assert "How to fix it" not in page


def test_no_finding_is_said_in_so_many_words():
    page = html.render(finished(verdict="clean"))
    assert "Clean: nothing was found" in page
    assert "<p>None.</p>" in page
