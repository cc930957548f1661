"""The probe that notes what stood between it and the application."""

import pytest

from tests.engine.scan.scanning import job_for, scan_of
from vedette.contract.exchange import Exchange, Request, Response
from vedette.engine.attack.probe import TlsFacts

URL = "http://127.0.0.1:9/x"
WALL = b"<h1>Your request has been blocked</h1>"


def watched(answer, facts=None):
    probe = scan_of(job_for(URL)).probe("u", URL, full=True, watched=True)

    async def send(request, *, fresh=False, timed=False):
        return Exchange(request, answer) if answer else Exchange(request, error="timeout")

    async def handshake(origin):
        return facts

    probe._sender.send = send
    probe._tls = handshake
    return probe


@pytest.mark.parametrize(
    ("answer", "wall", "answered", "trouble"),
    [
        (Response(200, (), b"hello"), False, True, ""),
        (Response(404, (), b"none"), False, True, ""),
        (Response(403, (), b"no"), False, True, ""),
        (Response(403, (), WALL), True, False, ""),
        (Response(429), True, False, "throttled"),
        (Response(500), False, False, ""),
        (None, False, False, "timeout"),
    ],
)
async def test_answers_of_the_application_and_others(answer, wall, answered, trouble):
    probe = watched(answer)
    await probe.fetch(Request("GET", URL))
    assert (bool(probe.wall), URL in probe.answered, probe.trouble) == (wall, answered, trouble)


async def test_a_handshake_that_failed_shows_nothing():
    good = watched(None, TlsFacts(accepted=("TLSv1.3",), certificate=b"x"))
    await good.handshake("https://a")
    assert (good.shaken, good.wall) == (True, "")
    bad = watched(None, TlsFacts(error="no TLS"))
    await bad.handshake("https://a")
    assert (bad.shaken, bad.wall) == (False, "no handshake: no TLS")
