"""Text from scanned sites: nothing in it is markup, nothing hides, nothing turns its neighbours round."""

import pytest
from django.utils.html import strip_tags
from hypothesis import given
from hypothesis import strategies as st

from vedette.server.web import hostile

PAYLOADS = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' autofocus onfocus=alert(1) x='",
    "</pre></code></template><svg/onload=alert(1)>",
    "{{ 7 }}{% now 'Y' %}",
    "&lt;b&gt;",
)


@pytest.mark.parametrize("payload", PAYLOADS)
def test_payloads_are_text(payload):
    for shown in (hostile.line(payload), hostile.marked(payload, ()), hostile.marked(payload, (payload[2:6],))):
        bare = shown.replace("<mark>", "").replace("</mark>", "")
        assert not set(bare) & set("<>\"'")


def test_marks_are_drawn_around_every_occurrence():
    assert hostile.marked("a 42 b 42", ("42",)) == "a <mark>42</mark> b <mark>42</mark>"


def test_a_mark_with_markup_in_it_is_found_and_escaped():
    assert hostile.marked("x<b>y", ("<b>",)) == "x<mark>&lt;b&gt;</mark>y"


def test_the_longer_of_two_marks_wins_and_empty_ones_mark_nothing():
    assert hostile.marked("abc", ("ab", "abc", "")) == "<mark>abc</mark>"


def test_marks_are_strings_and_no_patterns():
    assert hostile.marked("a.c abc", (".",)) == "a<mark>.</mark>c abc"


@pytest.mark.parametrize(
    ("char", "sign", "name"),
    [
        ("\x00", "NUL", "character 0000"),
        ("\x1b", "ESC", "character 001B"),
        ("\x7f", "U+007F", "character 007F"),
        ("\u202e", "U+202E", "right-to-left override"),
        ("\u2066", "U+2066", "left-to-right isolate"),
        ("\u200b", "U+200B", "zero width space"),
        ("\ufeff", "U+FEFF", "zero width no-break space"),
        ("\u2028", "U+2028", "line separator"),
        ("\u00ad", "U+00AD", "soft hyphen"),
        ("\u3164", "U+3164", "hangul filler"),
        ("\U000e0041", "U+E0041", "tag latin capital letter a"),
        ("\ud800", "U+D800", "character D800"),
    ],
)
def test_hidden_characters_are_shown(char, sign, name):
    shown = hostile.line(f"a{char}b")
    assert shown == f'a<span class="hidden-char" title="{name}">{sign}</span>b'
    assert char not in hostile.marked(f"a{char}b", ("b",))
    shown.encode()


def test_plain_text_of_any_language_stays_as_it_is():
    for text in ("Straße", "naïve café", "日本語", "Привет", "שלום", "a\u00a0b", "🙂"):
        assert hostile.line(text) == text


def test_line_breaks_show_in_a_line_and_break_in_a_block():
    assert strip_tags(hostile.line("a\r\nb\tc")) == "aCRLFbHTc"
    assert hostile.marked("a\n\tb", ()) == "a\n\tb"


def test_lines_carry_marks_over_their_ends():
    lines = hostile.marked_lines("one\r\ntwo three\nfour", ("two three\nfo",))
    assert lines == ["one", "<mark>two three</mark>", "<mark>fo</mark>ur"]


def test_a_mark_with_wire_line_ends_is_found():
    assert hostile.marked_lines("a: b\r\nc", ("b\r\nc",)) == ["a: <mark>b</mark>", "<mark>c</mark>"]


def test_empty_lines_stay_lines():
    assert hostile.marked_lines("a\n\nb\n", ()) == ["a", "", "b", ""]


@given(st.text(max_size=60), st.lists(st.text(max_size=4), max_size=3))
def test_nothing_gets_out_whatever_the_text(text, marks):
    shown = hostile.marked(text, tuple(marks))
    rest = strip_tags(shown.replace("\n", " "))
    assert "<script" not in shown
    assert all(not hostile.hides(char) for char in rest if char != "\t")
    kept = shown.replace("<mark>", "").replace("</mark>", "")
    assert kept == hostile.marked(text, ())
