import re

import pytest

from vedette.range.sinks.tokens import Token, TokenReader, bounded, cut

PATTERN = re.compile(r"\s+|(?P<name>[a-z]+)|(?P<text>'[^']*')|(?P<sign>[()+])")


def wrong(place):
    return ValueError(f"at {place}")


def test_texts_are_cut_and_closed():
    assert cut(PATTERN, "a + 'b'", 0, wrong) == [
        Token("name", "a", 0),
        Token("sign", "+", 2),
        Token("text", "'b'", 4),
        Token("end", "", 7),
    ]


@pytest.mark.parametrize(("text", "place"), [("a ?", 2), ("(" * 60, 25), ("a " * 500, 800)])
def test_what_is_wrong_says_where(text, place):
    with pytest.raises(ValueError, match=f"at {place}"):
        cut(PATTERN, text, 0, wrong)


def test_closed_brackets_do_not_count():
    bounded(cut(PATTERN, "()" * 100, 0, wrong), wrong)


def test_readers_look_ahead_and_stay_at_the_end():
    reader = TokenReader(cut(PATTERN, "a+'+'", 0, wrong))
    assert reader.peek(1).text == "+"
    assert reader.accept("b") is False
    assert reader.accept("a", "b") is True
    assert reader.take().text == "+"
    assert not reader.at("'+'")
    reader.take()
    assert [reader.take().kind, reader.take().kind, reader.peek(9).kind] == ["end"] * 3
