from __future__ import annotations

import html
import json
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vedette.contract.exchange import Exchange, Request, Response
from vedette.engine.attack.strip import appears, decoded, everything, occurs_in, strip, strip_all

PAYLOADS = st.text(st.characters(min_codepoint=32, max_codepoint=0x2FF), min_size=4, max_size=40).filter(
    lambda text: text.strip() == text and sum(char.isalnum() for char in text) > 1 and "%" not in text
)
ENCODINGS = {
    "plain": str,
    "percent": lambda text: quote(text, safe=""),
    "form": quote_plus,
    "entities": html.escape,
    "numeric entities": lambda text: "".join(f"&#{ord(char)};" if not char.isalnum() else char for char in text),
    "json": lambda text: json.dumps(text)[1:-1],
    "backslashes": lambda text: text.replace("\\", "\\\\").replace("'", "\\'").replace('"', '\\"'),
    "entities of percent": lambda text: html.escape(quote(text)),
    "percent twice": lambda text: quote(quote(text, safe=""), safe=""),
    "script": lambda text: "".join(
        char if char.isalnum() else f"\\x{ord(char):02x}" for char in text if ord(char) < 256
    ),
}


def answer(body: str, **headers: str) -> Exchange:
    pairs = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    return Exchange(Request("GET", "http://site.example/"), Response(200, pairs, body.encode()))


@pytest.mark.parametrize("encoding", [name for name in ENCODINGS if name != "script"])
@given(sent=PAYLOADS)
@settings(max_examples=40, deadline=None)
def test_every_encoding_of_a_reflection_goes(encoding: str, sent: str) -> None:
    page = f"<p>before {ENCODINGS[encoding](sent)} after</p>"
    assert strip(page, sent).split() == ["<p>before", "after</p>"]


def test_escapes_of_scripts_and_letter_case() -> None:
    sent = "it's <b>"
    assert strip(ENCODINGS["script"](sent), sent).strip() == ""
    assert strip("IT&#039;S &LT;B&GT;", sent).strip() == ""


def test_a_doubled_quote_is_a_reflection_too() -> None:
    assert strip("near 'a''b'", "a'b").split() == ["near", "'", "'"]


def test_what_was_sent_encoded_comes_back_decoded() -> None:
    assert strip("you asked for ../etc", "..%2fetc").split() == ["you", "asked", "for"]


def test_short_values_go_only_as_words() -> None:
    assert strip("page 1 of 10, item-1, a1", "1").split() == ["page", "of", "10,", "item-", ",", "a1"]


def test_nothing_sent_changes_nothing() -> None:
    assert strip("a b", "") == "a b"
    assert strip_all("a b", ()) == "a b"


def test_the_longest_goes_first() -> None:
    assert strip_all("lamp shade lamp", ("lamp", "lamp shade")).split() == []


@given(text=st.text(max_size=200), sent=st.text(max_size=30))
@settings(max_examples=80, deadline=None)
def test_stripping_never_fails_and_leaves_nothing_plain(text: str, sent: str) -> None:
    left = strip(text, sent)
    if len(sent.strip()) >= 4 and sent.strip() in text and "%" not in sent:
        assert sent.strip() not in left


def test_occurs_in_knows_the_same_forms() -> None:
    assert occurs_in("a &lt;b&gt; c", "a &lt;b&gt; c", "<b>")
    assert occurs_in("code 10 of", "code 10 of", "10")
    assert not occurs_in("code 100 of", "code 100 of", "10")
    assert not occurs_in("nothing here", "nothing here", "absent")


def test_decoded_resolves_both_layers() -> None:
    assert decoded("a%3Cb &amp; &#x41;") == "a<b & A"
    assert decoded("100 % sure") == "100 % sure"


def test_everything_has_headers_and_body() -> None:
    assert everything(answer("body", Location="/x")) == "Location: /x\n\nbody"
    assert everything(Exchange(Request("GET", "http://site.example/"), error="timeout")) == ""


@pytest.mark.parametrize(
    ("body", "seen"),
    [
        ("result 56088 end", True),
        ("result &#53;6088", True),
        ("result 5%36088", True),
        ("result 123*456", False),
        ("", False),
    ],
)
def test_appears_finds_computed_outputs(body: str, seen: bool) -> None:
    assert appears(answer(body), "56088", "123*456") is seen


def test_appears_is_blind_to_what_was_sent() -> None:
    assert not appears(answer("you said abcXYZdef"), "XYZ", "abcXYZdef")
    assert not appears(answer("you said %61bcXYZdef &quot;"), "XYZ", 'abcXYZdef "')
    assert appears(answer("", Location="/49"), "49", "{{7*7}}")
    assert not appears(answer("anything"), "", "x")
