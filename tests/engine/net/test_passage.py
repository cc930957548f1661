"""Leave for a request that others send."""

import pytest

from vedette.contract.exchange import Exchange, Request, Response
from vedette.contract.job import Limits
from vedette.engine.net.network import Network
from vedette.engine.net.passage import Passage

from .proxying import job_for

URL = "http://127.0.0.1:9/"


def ended(**fields) -> Exchange:
    return Exchange(Request("GET", URL), **fields)


async def test_a_passage_holds_a_place_until_it_is_freed_or_ended():
    async with Network(job_for(URL), {}) as network:
        pace = network.pacing.pace("127.0.0.1")
        first, second = await network.admit(URL), await network.admit(URL)
        assert (first.address, first.error, pace.in_flight, network.in_flight, network.requests) == (
            "127.0.0.1", "", 2, 2, 2
        )  # fmt: skip
        first.free()
        first.free()
        assert (pace.in_flight, network.in_flight) == (1, 2)
        for passage in (first, second):
            passage.end(ended(response=Response(200)))
            passage.end(ended(response=Response(200)))
        assert (pace.in_flight, network.in_flight) == (0, 0)
        assert network.part.status_counts == {"200": 2}


@pytest.mark.parametrize(
    ("exchange", "troubled"),
    [
        (ended(error="connect"), 1),
        (ended(error="timeout"), 1),
        (ended(error="stopped"), 0),
        (ended(response=Response(500)), 0),
    ],
)
async def test_how_it_ended_is_counted(exchange, troubled):
    async with Network(job_for(URL), {}) as network:
        (await network.admit(URL)).end(exchange)
        assert network.troubled == troubled


async def test_a_struggling_target_slows_pages_down_too():
    async with Network(job_for(URL, limits=Limits(rate=0, concurrency=8)), {}) as network:
        (await network.admit(URL)).end(ended(response=Response(503)))
        assert network.pacing.pace("127.0.0.1").limit == 4


async def test_what_must_not_go_has_a_reason():
    async with Network(job_for(URL, limits=Limits(rate=0, max_requests=1)), {}) as network:
        assert (await network.admit("http://127.0.0.1:10/")).error == "refused"
        (await network.admit(URL)).end(ended(response=Response(200)))
        assert (await network.admit(URL)).error == "budget"
        assert network.pacing.pace("127.0.0.1").in_flight == 0
        network.stop()
        assert network.stopped
        assert (await network.admit(URL)).error == "stopped"
        assert network.requests == 1


def test_an_empty_passage_can_be_ended():
    Passage(error="refused").end(ended())
    Passage().free()
