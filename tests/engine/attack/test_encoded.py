from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from vedette.engine.attack.encoded import SHORT, _between, _whole, needle_of

PIECES = st.lists(
    st.sampled_from(
        [
            "a",
            "lamp",
            "7",
            "25",
            "amp",
            "x5c",
            "u005c",
            "É",
            "ı",
            " ",
            "  ",
            "+",
            "&",
            "%",
            "\\",
            "'",
            '"',
            "<",
            ";",
            "#",
        ]
    ),
    min_size=1,
    max_size=6,
).map("".join)
REFLECTED = st.lists(
    st.sampled_from(
        [
            "&amp;",
            "&#39;",
            "%27",
            "%2525",
            "%25",
            "%20",
            "+",
            "\\\\",
            "\\'",
            "''",
            "\\u005c",
            "\\x5c",
            "&lt;",
            "%C3%89",
            "-",
        ]
    )
    | PIECES,
    max_size=8,
).map("".join)


def found(text: str, value: str) -> list[str]:
    return [text[start:end] for start, end in needle_of(value).spans(text, text.lower())]


@pytest.mark.parametrize(
    ("text", "value", "expected"),
    [
        ("a <b>lamp&#39; AND%207</b>", "lamp' and 7", ["lamp&#39; AND%207"]),
        ("x lamp'' y lamp' z", "lamp'", ["lamp''", "lamp'"]),
        ("near a''b", "a'b", ["a''b"]),
        ("&amp;&lt;p", "<p", ["&lt;p"]),
        ("   lamp  ", " lamp ", ["   lamp  "]),
        ("lamps and lamp", "lamp", ["lamp", "lamp"]),
        ("%2525x %25x %x", "%x", ["%2525x", "%25x", "%x"]),
        ("a%252f a%2f", "a%2f", ["a%252f", "a%2f"]),
        ("x&ampere", "&ampere", ["&ampere"]),
        ("\\\\\\lamp", "\\lamp", ["\\\\\\lamp"]),
        ("\\u005cu005cx", "\\u005cx", ["\\u005cu005cx"]),
        ("10 1 100 a1 1-", "1", ["1", "1"]),
        ("1' 11' 1''", "1'", ["1'", "1''"]),
        ("a-1 a-12", "-1", ["-1"]),
        ("*", "*", ["*"]),
        ("%2A &#42; \\*", "*", ["%2A", "&#42;", "\\*"]),
        ("nothing", "*", []),
        ("lamp", "sofa", []),
        ("lam'p", "lamp'", []),
    ],
)
def test_where_a_value_stands(text: str, value: str, expected: list[str]) -> None:
    assert found(text, value) == expected


def test_letters_that_become_longer_in_lower_case_do_not_shift_places() -> None:
    text = "İİİ lamp&#39;s"
    assert len(text.lower()) != len(text)
    assert found(text, "lamp's") == ["lamp&#39;s"]


@given(before=REFLECTED, value=PIECES, after=REFLECTED)
@example(before="%27", value="''def", after="")
@settings(max_examples=500, deadline=None)
def test_pieces_find_what_one_expression_finds(before: str, value: str, after: str) -> None:
    if not value.strip():
        return
    text = f"{before}{value}{after} {value}"
    whole = [match.span() for match in _whole(value).finditer(text)]
    spans = list(needle_of(value).spans(text, text.lower()))
    assert len(spans) == len(whole)
    assert [span[1] for span in spans] == [span[1] for span in whole]


@given(value=st.text(max_size=12), text=st.text(max_size=60))
@settings(max_examples=200, deadline=None)
def test_spans_ascend_and_do_not_overlap(value: str, text: str) -> None:
    if value.strip():
        ends = [place for span in needle_of(value).spans(text, text.lower()) for place in span]
        assert ends == sorted(ends)


def test_short_values_are_words() -> None:
    value = "x" * (SHORT - 1)
    assert found(f"a{value} {value} {value}b", value) == [value]
    assert found(f"a{value}x", f"{value}x") == [f"{value}x"]


def test_payloads_of_one_template_share_their_expressions() -> None:
    assert found("no lamp' OR 4711 LIKE 'q1", "lamp' OR 4711 LIKE 'q1")
    known = _between.cache_info().misses
    assert found("no sofa&#39; OR 9342 LIKE 'x7", "sofa' OR 9342 LIKE 'x7")
    assert _between.cache_info().misses == known
