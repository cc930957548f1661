import itertools
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vedette.agent.lines import LineBuffer, LineError, grant_line, line, read, read_grant
from vedette.contract.claim import Grant
from vedette.contract.job import Job, Limits, Setting
from vedette.contract.wire import WireError

# Lone surrogates too: file names and odd pages give them.
TEXT = st.text(st.characters(), max_size=20)
STATE = st.dictionaries(TEXT, st.dictionaries(TEXT, TEXT, max_size=8), max_size=4)


def grant(**changes):
    job = Job(
        id="j", start_urls=("http://a.example/",), headers=(Setting(name="X", secret="k"),), limits=Limits(rate=3)
    )
    return Grant(run="r", epoch=7, job=job, **changes)


@given(state=STATE, secrets=st.dictionaries(TEXT, TEXT, max_size=4), batch=st.integers(1, 99))
def test_a_grant_arrives_as_it_was(state, secrets, batch):
    sent = grant(state=state, secrets=secrets, batch=batch)
    data = b"".join(grant_line(sent))
    assert data.endswith(b"}\n")
    assert data.count(b"\n") == 1
    assert read_grant(read(data)["grant"]) == sent


def test_a_large_state_goes_in_pieces_and_is_taken_over_uncopied():
    state = {"units": {f"done:{number}": "x" * 50 for number in range(5000)}, "head": {}}
    pieces = list(grant_line(grant(state=state)))
    assert max(map(len, pieces)) < 60_000
    raw = read(b"".join(pieces))["grant"]
    rows = raw["state"]
    assert read_grant(raw).state is rows
    assert rows == state


def test_a_state_named_like_the_field_changes_nothing():
    job = Job(id='"state":{}', start_urls=())
    sent = Grant(run='"state":{}', epoch=1, job=job, secrets={"state": "{}"}, state={"state": {"state": "{}"}})
    assert read_grant(read(b"".join(grant_line(sent)))["grant"]) == sent


@pytest.mark.parametrize("raw", [None, [], "x", {}, {"run": "r", "epoch": 1}, {"run": "r", "epoch": "1", "job": {}}])
def test_what_is_no_grant_is_refused(raw):
    with pytest.raises(WireError):
        read_grant(raw)


@given(
    lines=st.lists(st.binary(max_size=30).map(lambda data: data.replace(b"\n", b"")), max_size=8),
    cuts=st.lists(st.integers(0, 200), max_size=8),
)
def test_lines_are_found_however_the_stream_is_cut(lines, cuts):
    stream = b"".join(one + b"\n" for one in lines)
    places = sorted({0, len(stream), *(cut for cut in cuts if cut < len(stream))})
    buffer = LineBuffer()
    found = [one for start, end in itertools.pairwise(places) for one in buffer.feed(stream[start:end])]
    assert found == lines


def test_what_has_no_end_yet_is_no_line():
    buffer = LineBuffer()
    assert buffer.feed(b"a") == []
    assert buffer.feed(b"b\nc") == [b"ab"]
    assert buffer.feed(b"") == []
    assert buffer.feed(b"\n\n") == [b"c", b""]


def test_a_line_may_be_long_but_not_endless():
    buffer = LineBuffer(most=10)
    assert buffer.feed(b"0123456789") == []
    assert buffer.feed(b"\n0123") == [b"0123456789"]
    with pytest.raises(LineError, match="more than 10 bytes"):
        buffer.feed(b"4567890")


def test_a_message_is_one_line_of_ascii():
    message = {"batch": {"text": "a\nb\u2028 ü \udcff", "null": None, "number": 1.5}}
    data = line(message)
    assert data.isascii()
    assert data.index(b"\n") == len(data) - 1
    assert read(data) == message


@pytest.mark.parametrize("data", [b"", b"noise", b"{", b"[1]", b"{}", b'"text"', b"\xff\xfe", b"nan secret"])
def test_noise_is_no_message_and_is_not_repeated(data):
    with pytest.raises(LineError) as caught:
        read(data)
    assert "noise" not in str(caught.value)
    assert "secret" not in str(caught.value)


def test_numbers_and_words_survive():
    assert json.loads(line({"ack": 3})) == {"ack": 3}
