from __future__ import annotations

import pytest

from vedette.contract.exchange import Exchange, Request, Response
from vedette.engine.attack.probe import Candidate, Probe, ProbeStop, Reaction, Timed
from vedette.engine.testkit import TestProbe


@pytest.mark.parametrize(
    ("signs", "dull"),
    [
        (set(), True),
        ({"number-like", "url-like", "file-like", "xml-like", "serialised"}, True),
        ({"missing"}, True),
        ({"reflected"}, False),
        ({"changed", "number-like"}, False),
    ],
)
def test_what_a_value_looks_like_is_no_reaction(signs: set[str], dull: bool) -> None:
    assert Reaction(frozenset(signs)).dull is dull


def test_a_stop_passes_through_ordinary_handlers_of_values() -> None:
    assert issubclass(ProbeStop, Exception)
    assert not issubclass(ProbeStop, (ValueError, OSError, RuntimeError))


def test_candidates_do_not_share_their_data() -> None:
    one, other = Candidate(check="a-b"), Candidate(check="a-b")
    one.data["x"] = 1
    assert other.data == {}


async def test_a_double_fulfils_the_protocol() -> None:
    probe: Probe = TestProbe(lambda request: Response(200, ttfb_s=0.5), "unit")
    request = Request("GET", "http://site.example/")
    exchange = await probe.fetch(request)
    assert exchange == Exchange(request, Response(200, ttfb_s=0.5))
    assert Timed(None, exchange).seconds is None
