"""What holds for both lanes: the same request record in, the same response record out."""

import asyncio
import gzip

import pytest

from vedette.contract.addresses import Policy
from vedette.contract.exchange import Exchange, Request, header_all
from vedette.engine.net.curl import CurlLane
from vedette.engine.net.lane import SAFE_METHODS, Lane
from vedette.engine.net.raw import RawLane
from vedette.engine.net.transfer import Settings

from .conftest import OK, answer

LOCAL = Policy(allow=("127.0.0.0/8",))
LANES = {"curl": CurlLane, "raw": RawLane}


@pytest.fixture(params=LANES)
async def make(request):
    lanes: list[Lane] = []

    def build(policy: Policy = LOCAL, **settings) -> Lane:
        lanes.append(LANES[request.param](policy, Settings(**settings)))
        return lanes[-1]

    yield build
    for lane in lanes:
        await lane.close()


async def get(lane: Lane, url: str, method: str = "GET", headers=(), body: bytes = b"", **how) -> Exchange:
    return await lane.send(Request(method, url, headers, body), address="127.0.0.1", **how)


@pytest.mark.parametrize(
    "target", ["/a/../b/./c//d%2e%2e/%41;x=1?q=%3C&r=[]|\\{}&z=%zz", '/<">^`', "/?a=b?c=d", "/.", "//x//", "/%", "/a b"]
)
async def test_targets_arrive_byte_for_byte(make, serve, target):
    server = await serve()
    exchange = await get(make(), server.origin + target)
    assert exchange.status == 200
    assert server.received[0].target == target.encode()


async def test_fragments_stay_here_and_letters_beyond_ascii_go_as_utf8(make, serve):
    server = await serve()
    await get(make(), server.origin + "/\xe9?\u20ac#fragment")
    assert server.received[0].target == b"/\xc3\xa9?\xe2\x82\xac"


async def test_headers_arrive_as_given_and_nothing_is_added(make, serve):
    server = await serve()
    headers = (
        ("x-A", "1"),
        ("X-a", "2"),
        ("X-Empty", ""),
        ("Accept", "b"),
        ("ACCEPT", "a"),
        ("X-L", "caf\xe9"),
        ("X-U", "\u20ac"),
    )
    await get(make(), server.origin + "/", headers=headers)
    lines = [line.rstrip() for line in server.received[0].lines]
    assert lines == [
        f"Host: 127.0.0.1:{server.port}".encode(),
        b"x-A: 1", b"X-a: 2", b"X-Empty:", b"Accept: b", b"ACCEPT: a", b"X-L: caf\xe9", b"X-U: \xe2\x82\xac",
    ]  # fmt: skip


async def test_a_given_host_header_is_sent_instead(make, serve):
    server = await serve()
    await get(make(), server.origin + "/", headers=(("Host", "other.example"),))
    assert [line for line in server.received[0].lines if line.lower().startswith(b"host")] == [b"Host: other.example"]


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "FOO", "get", "M-SEARCH"])
@pytest.mark.parametrize("body", [b"", b"\x00binary\xff\r\n" * 3])
async def test_any_method_with_and_without_a_body(make, serve, method, body):
    server = await serve()
    exchange = await get(make(), server.origin + "/", method, (("Content-Type", "x/y"),), body)
    assert exchange.status == 200
    received = server.received[0]
    assert received.line == f"{method} / HTTP/1.1".encode()
    assert received.body == body
    announced = received.header(b"content-length")
    assert announced == (str(len(body)).encode() if body or method in ("POST", "PUT", "PATCH") else b"")
    assert received.header(b"content-type") == b"x/y"


async def test_a_large_body_goes_without_ceremony(make, serve):
    server = await serve()
    body = bytes(range(256)) * 8192
    await get(make(), server.origin + "/", "POST", (), body)
    assert server.received[0].body == body
    assert server.received[0].header(b"expect") == b""
    assert server.received[0].header(b"content-type") == b""


async def test_a_head_request_has_no_body(make, serve):
    server = await serve(lambda received: b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n")
    response = (await get(make(), server.origin + "/", "HEAD")).response
    assert (response.status, response.body, response.truncated) == (200, b"", False)
    assert response.header("content-length") == "500"


async def test_the_response_record(make, serve):
    server = await serve(
        lambda received: (
            b"HTTP/1.1 404 Nope\r\nSet-Cookie: a=1\r\nset-cookie: b=2\r\nX-Pad:   v  \r\nContent-Length: 4\r\n\r\nbody"
        )
    )
    exchange = await get(make(), server.origin + "/x")
    response = exchange.response
    assert (response.status, response.body, response.http_version) == (404, b"body", "1.1")
    assert response.headers == (("Set-Cookie", "a=1"), ("set-cookie", "b=2"), ("X-Pad", "v"), ("Content-Length", "4"))
    assert (response.truncated, response.resent) == (False, False)
    assert 0 <= response.ttfb_s <= response.total_s < 5
    assert exchange.address == "127.0.0.1"
    assert exchange.sent_at > 1_700_000_000
    assert exchange.usable


async def test_interim_responses_and_trailers_are_left_out(make, serve):
    server = await serve(
        lambda received: (
            b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n"
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nA: 1\r\n\r\n2\r\nok\r\n2\r\n!!\r\n0\r\n\r\n"
        )
    )
    response = (await get(make(), server.origin + "/")).response
    assert (response.status, response.body) == (200, b"ok!!")
    assert header_all(response.headers, "link") == ()
    assert header_all(response.headers, "a") == ("1",)


async def test_a_body_until_the_connection_closes_is_whole(make, serve):
    server = await serve(lambda received: b"HTTP/1.0 200 OK\r\nConnection: close\r\n\r\nall of it")
    response = (await get(make(), server.origin + "/")).response
    assert (response.body, response.truncated, response.http_version) == (b"all of it", False, "1.0")


@pytest.mark.parametrize(
    "reply",
    [
        b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 20\r\n\r\npart",
        b"HTTP/1.1 200 OK\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n4\r\npart\r\n",
    ],
)
async def test_a_body_that_breaks_off_is_a_cut_response(make, serve, reply):
    server = await serve(lambda received: reply)
    response = (await get(make(), server.origin + "/")).response
    assert (response.status, response.body, response.truncated) == (200, b"part", True)


async def test_redirects_are_never_followed(make, serve):
    elsewhere = await serve()
    server = await serve(lambda received: answer(b"", f"Location: {elsewhere.origin}/", status="302 Found"))
    exchange = await get(make(), server.origin + "/")
    assert exchange.status == 302
    assert exchange.response.header("location") == elsewhere.origin + "/"
    assert elsewhere.received == []


async def test_encodings_are_undone(make, serve):
    server = await serve(lambda received: answer(gzip.compress(b"page"), "Content-Encoding: gzip"))
    response = (await get(make(), server.origin + "/")).response
    assert (response.body, response.truncated) == (b"page", False)


async def test_a_bomb_is_cut_at_the_limit(make, serve):
    bomb = gzip.compress(bytes(30_000_000))
    server = await serve(lambda received: answer(bomb, "Content-Encoding: gzip"))
    response = (await get(make(max_body=40_000), server.origin + "/")).response
    assert (len(response.body), response.truncated) == (40_000, True)


async def test_a_body_over_the_limit_is_cut_and_one_that_fits_is_not(make, serve):
    server = await serve(lambda received: answer(b"x" * (2000 if received.target == b"/over" else 1000)))
    lane = make(max_body=1000)
    over = (await get(lane, server.origin + "/over")).response
    assert (over.status, over.body, over.truncated) == (200, b"x" * 1000, True)
    fits = (await get(lane, server.origin + "/fits")).response
    assert (fits.body, fits.truncated) == (b"x" * 1000, False)


async def test_an_endless_body_is_cut(make, serve):
    server = await serve(lambda received: b"HTTP/1.1 200 OK\r\n\r\n" + bytes(1_000_000))
    response = (await get(make(max_body=100_000), server.origin + "/")).response
    assert (len(response.body), response.truncated) == (100_000, True)


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        (b"nonsense\r\n\r\n\r\n\r\n", "protocol"),
        (b"SSH-2.0-OpenSSH_9.2\r\n", "protocol"),
        (None, "connect"),
    ],
)
async def test_what_is_no_response_is_an_error(make, serve, reply, error):
    server = await serve(lambda received: reply and reply + b"Connection: close\r\n\r\n")
    exchange = await get(make(), server.origin + "/")
    assert (exchange.error, exchange.response, exchange.usable) == (error, None, False)
    assert exchange.detail


async def test_a_silent_server_is_a_timeout(make, serve):
    async def never(received):
        await asyncio.get_running_loop().create_future()

    server = await serve(never)
    exchange = await get(make(timeout_s=0.05), server.origin + "/")
    assert exchange.error == "timeout"
    assert exchange.response is None


async def test_a_closed_port_is_a_connection_error(make, serve):
    server = await serve()
    listener = await asyncio.start_server(lambda reader, writer: None, "127.0.0.1", 0)
    port = listener.sockets[0].getsockname()[1]
    listener.close()
    await listener.wait_closed()
    exchange = await get(make(), f"http://127.0.0.1:{port}/")
    assert exchange.error == "connect"
    assert server.received == []


async def test_the_address_is_vetoed_at_the_moment_of_connecting(make, serve):
    server = await serve()
    exchange = await get(make(Policy()), server.origin + "/")
    assert (exchange.error, exchange.detail) == ("refused", "127.0.0.1 is a loopback address")
    assert server.connections == 0


async def test_the_pinned_address_is_used_whatever_the_name_says(make, serve):
    server = await serve()
    exchange = await get(make(), f"http://shop.invalid:{server.port}/")
    assert exchange.status == 200
    assert server.received[0].header(b"host") == f"shop.invalid:{server.port}".encode()


async def test_environment_proxies_are_ignored(make, serve, monkeypatch):
    proxy, server = await serve(), await serve()
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY", "https_proxy"):
        monkeypatch.setenv(name, proxy.origin)
    await get(make(), server.origin + "/")
    assert (proxy.connections, server.connections) == (0, 1)


async def test_a_url_that_cannot_be_read_is_a_protocol_error(make):
    assert (await get(make(), "http://user@host/")).error == "protocol"


async def test_tls_is_verified_against_the_given_authority(make, serve, certify):
    certificate = certify()
    server = await serve(context=certificate.context())
    assert (await get(make(cafile=certificate.cert_file), server.origin + "/")).status == 200
    refused = await get(make(), server.origin + "/")
    assert refused.error == "tls"
    assert "self" in refused.detail
    assert len(server.received) == 1


async def test_tls_to_a_host_under_another_name_fails(make, serve, certify):
    certificate = certify("other.example")
    server = await serve(context=certificate.context())
    assert (await get(make(cafile=certificate.cert_file), server.origin + "/")).error == "tls"


async def test_insecure_takes_any_certificate(make, serve, certify):
    server = await serve(context=certify("other.example", days=-1).context())
    assert (await get(make(insecure=True), server.origin + "/")).status == 200


async def test_unsafe_methods_and_fresh_requests_take_their_own_connection(make, serve):
    server = await serve()
    lane = make()
    await get(lane, server.origin + "/")
    await get(lane, server.origin + "/", "POST", (), b"x")
    await get(lane, server.origin + "/", fresh=True)
    assert [received.number for received in server.received] == [1, 1, 1]
    assert server.connections == 3


async def test_cancelling_everything_answers_stopped(make, serve):
    arrived = asyncio.Event()

    async def never(received):
        arrived.set()
        await asyncio.get_running_loop().create_future()

    server = await serve(never)
    lane = make()
    tasks = [asyncio.ensure_future(get(lane, server.origin + "/")) for _ in range(3)]
    await arrived.wait()
    lane.cancel_all()
    assert [(await task).error for task in tasks] == ["stopped"] * 3
    server.handler = lambda received: OK
    assert (await get(lane, server.origin + "/")).status == 200


async def test_a_cancelled_caller_is_cancelled(make, serve):
    async def never(received):
        await asyncio.get_running_loop().create_future()

    server = await serve(never)
    lane = make()
    task = asyncio.ensure_future(get(lane, server.origin + "/"))
    while not server.received:
        await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


def test_only_harmless_methods_are_safe():
    assert frozenset({"GET", "HEAD", "OPTIONS"}) == SAFE_METHODS
