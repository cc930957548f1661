import pytest

from vedette.contract.exchange import Exchange, Request, Response
from vedette.contract.progress import PartProgress
from vedette.engine.net import counting

REQUEST = Request("GET", "http://h/")


def count(part: PartProgress, exchange: Exchange, host: str = "h") -> bool:
    counting.begun(part)
    return counting.ended(part, host, exchange)


def test_answers_are_counted_overall_and_for_each_host():
    part = PartProgress()
    for host, status in (("a", 200), ("a", 404), ("b", 200), ("b", 999)):
        assert not count(part, Exchange(REQUEST, Response(status)), host)
    assert part.status_counts == {"200": 2, "404": 1, "999": 1}
    assert part.host_status_counts == {"a": {"200": 1, "404": 1}, "b": {"200": 1, "999": 1}}
    assert (part.requests, part.in_flight) == (4, 0)


@pytest.mark.parametrize(
    ("error", "timeouts", "network_errors"),
    [("timeout", 1, 0), ("connect", 0, 1), ("tls", 0, 1), ("protocol", 0, 1), ("resolve", 0, 1), ("stopped", 0, 0)],
)
def test_errors_are_counted_apart(error, timeouts, network_errors):
    part = PartProgress()
    troubled = count(part, Exchange(REQUEST, error=error))
    assert (part.timeouts, part.network_errors) == (timeouts, network_errors)
    assert troubled is (error != "stopped")
    assert part.status_counts == {}


def test_a_blocked_answer_is_troubled():
    assert count(PartProgress(), Exchange(REQUEST, Response(429)))


def test_round_trips_overall_is_the_mean_and_current_follows():
    part = PartProgress()
    for seconds in [0.1] * 10 + [0.3] * 10:
        count(part, Exchange(REQUEST, Response(200, total_s=seconds)))
    count(part, Exchange(REQUEST, error="timeout"))
    assert part.overall_round_trip_ms == pytest.approx(200)
    assert 200 < part.round_trip_ms < 300


def test_requests_in_flight_show():
    part = PartProgress()
    counting.begun(part)
    counting.begun(part)
    assert (part.requests, part.in_flight) == (2, 2)
    counting.ended(part, "h", Exchange(REQUEST, Response(200, total_s=0.5)))
    assert part.in_flight == 1
    assert part.overall_round_trip_ms == 500
