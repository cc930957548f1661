from __future__ import annotations

import json
import os
import subprocess

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.server.factories import flaw
from vedette.contract.exchange import Exchange, Request, Response, Step
from vedette.server.findings import evidence
from vedette.server.findings.models import EvidenceBlob

PNG = bytes(range(256)) * 4


def exchange(body: bytes = b"answer", sent: bytes = b"") -> Exchange:
    request = Request("POST", "http://a.example/x?y=1", (("Host", "a.example"),), sent)
    return Exchange(request, Response(200, (("Content-Type", "text/html"),), body), sent_at=3.5)


def arguments_of(command: str) -> list[str]:
    """What a program called by the command gets to see, byte for byte."""
    script = f'curl() {{ printf "%s\\0" "$@"; }}\n{command}'
    done = subprocess.run(
        ["bash", "-c", script], capture_output=True, timeout=60, check=True, env={"LC_ALL": "C.UTF-8"}
    )
    assert done.stderr == b""
    return [part.decode("utf-8", "surrogateescape") for part in done.stdout.split(b"\0")[:-1]]


# Stored and read


def test_steps_come_back_as_they_were(story):
    steps = (
        Step("one", exchange(PNG, b"a=1\x00\xff"), ("m",), "note", request_marks=("a",)),
        Step("two", Exchange(Request("GET", "http://a.example/"), None, "timeout", "no answer in 5 s"), control=True),
        Step("three", exchange("ü".encode())),
    )
    reported = flaw(steps=steps)
    story.see(reported)
    assert evidence.steps_of(story.row(reported)) == list(steps)


def test_bodies_lie_beside_the_steps_once_and_compressed(story):
    body = b"the same page " * 4000
    story.see(
        flaw("q", steps=(Step("a", exchange(body)), Step("b", exchange(body)))),
        flaw("r", steps=(Step("c", exchange(body)),)),
    )
    blob = EvidenceBlob.objects.get()
    assert blob.size == len(body) > 10 * len(bytes(blob.data))
    assert "same page" not in json.dumps(story.row(flaw("q")).evidence.steps)


def test_a_long_body_is_cut_and_says_so(story):
    story.see(
        flaw(steps=(Step("a", exchange(b"x" * (evidence.MAX_BODY + 1))), Step("b", exchange(b"x" * evidence.MAX_BODY))))
    )
    first, second = evidence.steps_of(story.row(flaw()))
    assert len(first.exchange.response.body) == evidence.MAX_BODY
    assert (first.exchange.response.truncated, second.exchange.response.truncated) == (True, False)


def test_the_latest_scan_replaces_the_evidence(story):
    story.see(flaw(steps=(Step("old", exchange(b"old")),)))
    story.see(flaw(steps=(Step("new", exchange(b"new")),)))
    assert [step.exchange.response.body for step in evidence.steps_of(story.row(flaw()))] == [b"new"]


def test_no_evidence_is_no_error(story):
    story.see(flaw(steps=()))
    assert evidence.steps_of(story.row(flaw())) == []
    assert evidence.steps_by_finding([]) == {}


def test_evidence_of_a_whole_page_takes_two_queries(story, django_assert_num_queries):
    story.see(*(flaw(name, steps=(Step(name, exchange(name.encode())),)) for name in "abcdef"))
    rows = [story.row(flaw(name)) for name in "abcdef"]
    with django_assert_num_queries(2):
        found = evidence.steps_by_finding(rows)
    assert [found[row.pk][0].exchange.response.body for row in rows] == [b"a", b"b", b"c", b"d", b"e", b"f"]


# Copied as curl


def test_curl_says_the_request():
    request = Request(
        "PUT",
        "http://a.example/a/../b?x=[1]&y={2}",
        (
            ("Host", "a.example"),
            ("Cookie", "a=1; b='2'"),
            ("X-Empty", ""),
            ("Content-Length", "3"),
            ("Content-Type", "a/b"),
        ),
        b"@/etc/passwd",
    )
    assert arguments_of(evidence.curl_of(request)) == [
        "--globoff", "--path-as-is", "-X", "PUT",
        "-H", "Cookie: a=1; b='2'", "-H", "X-Empty;", "-H", "Content-Type: a/b",
        "--data-raw", "@/etc/passwd", "--url", "http://a.example/a/../b?x=[1]&y={2}",
    ]  # fmt: skip


def test_curl_adds_no_type_of_its_own():
    assert "Content-Type:" in arguments_of(evidence.curl_of(Request("POST", "http://a.example/", (), b"x")))


def test_a_get_and_a_head_stay_what_they_are():
    assert "-X" not in evidence.curl_of(Request("GET", "http://a.example/"))
    assert arguments_of(evidence.curl_of(Request("GET", "http://a.example/", (), b"x")))[2:4] == ["-X", "GET"]
    assert "--head" in evidence.curl_of(Request("HEAD", "http://a.example/"))
    assert arguments_of(evidence.curl_of(Request("HEAD", "http://a.example/", (), b"x")))[2:4] == ["-X", "HEAD"]


@pytest.mark.parametrize("url", ["file:///etc/passwd", "-o/tmp/x", "", "gopher://a.example/", "javascript:alert(1)"])
def test_only_web_addresses_become_commands(url):
    assert evidence.curl_of(Request("GET", url)) == ""


@pytest.mark.parametrize(
    "hostile",
    [
        "'; touch /tmp/owned; '", "$(id)", "`id`", "a\nid\n", "\x1b[201~id\r", "!!", "\\'; id", "a\u202eb\u2066",
        "$'\\x27; id", "-o /tmp/x", "a\x7fb", "\\", "'", "''", "\u2028", "*", "~", "#", "&& id", "\x9b", "a\tb",
    ],
)  # fmt: skip
def test_nothing_in_a_request_leaves_its_word_or_reaches_the_terminal(hostile):
    request = Request(
        hostile or "GET", f"http://a.example/{hostile}", (("X-A", hostile), (hostile, "x")), hostile.encode()
    )
    command = evidence.curl_of(request)
    assert all(map(evidence.shows, command)), command
    found = arguments_of(command)
    assert found[-1] == f"http://a.example/{hostile}"
    assert found[found.index("--data-raw") + 1] == hostile
    assert found[found.index("-X") + 1] == hostile
    assert f"X-A: {hostile}" in found


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=40))
def test_any_text_is_one_word(text):
    assert arguments_of(f"curl {evidence.word(text)}") == [text]


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.binary(min_size=1, max_size=40))
def test_any_body_arrives_byte_for_byte(body):
    command = evidence.curl_of(Request("POST", "http://a.example/", (), body))
    script = """curl() {
        case "$*" in *--data-binary*) cat; return ;; esac
        while [ "$1" != --data-raw ]; do shift; done
        printf %s "$2"
    }"""
    done = subprocess.run(
        ["bash", "-c", f"{script}\n{command}"],
        capture_output=True,
        timeout=60,
        check=True,
        env={**os.environ, "LC_ALL": "C"},
    )
    assert done.stdout == body


# Written as Markdown


def test_raw_http():
    request = Request("GET", "http://u:p@a.example:8080?x=1", (("X-A", "b"),), b"\xff\x00")
    assert evidence.raw_request(request) == "GET /?x=1 HTTP/1.1\r\nHost: a.example:8080\r\nX-A: b\r\n\r\n\ufffd\ufffd"
    assert evidence.raw_response(exchange()) == "HTTP/1.1 200\r\nContent-Type: text/html\r\n\r\nanswer"
    assert evidence.raw_response(Exchange(request, None, "timeout", "too late")) == "(timeout: too late)"
    assert evidence.raw_request(Request("GET", "http://a.example")).startswith("GET / HTTP/1.1\r\nHost: a.example\r\n")
    assert evidence.raw_request(Request("GET", "http://a.example/?u=a/b")).startswith("GET /?u=a/b HTTP/1.1")
    assert evidence.raw_request(Request("GET", "http://a.example?u=a/b")).startswith("GET /?u=a/b HTTP/1.1")


def test_a_long_body_is_cut_in_markdown():
    assert evidence.raw_response(exchange(b"x" * 20_000)).endswith("x\r\n[cut]")


@given(st.text(alphabet="`~ab\n", max_size=60))
def test_nothing_closes_a_block(text):
    block = evidence.markdown(text)
    fence = block.partition("http\n")[0]
    assert set(fence) == {"`"} and len(fence) >= 3
    assert block == f"{fence}http\n{text}\n{fence}"
    assert fence not in text


def test_steps_as_markdown():
    steps = [Step("A *bold* <b>", exchange(), ("an`swer", " "), "Seen [here](x)."), Step("", exchange(), control=True)]
    text = evidence.evidence_markdown(steps)
    assert text.splitlines() == [
        "- **A \\*bold\\* \\<b\\>**: Seen \\[here\\](x). Look for `` an`swer ``.",
        "- **Step**",
    ]
    pairs = evidence.requests_markdown(steps)
    assert len(pairs) == 2 and pairs[0]["request"].startswith("```http\nPOST /x?y=1 HTTP/1.1")
