import http.client
import socket
from urllib.parse import urlsplit

import pytest

from vedette.range.server import RangeServer


@pytest.fixture(scope="module")
def server():
    with RangeServer() as running:
        yield running


def talk(server, data):
    address = urlsplit(server.url)
    with socket.create_connection((address.hostname, address.port), timeout=60) as connection:
        connection.sendall(data.replace(b"HOST", address.netloc.encode()))
        connection.shutdown(socket.SHUT_WR)
        received = b""
        while chunk := connection.recv(65536):
            received += chunk
    return received


def status(answer):
    return int(answer.split(b" ", 2)[1])


def test_connections_are_kept_open(server):
    connection = http.client.HTTPConnection(urlsplit(server.url).netloc, timeout=60)
    connection.connect()
    sock = connection.sock
    for _ in range(3):
        connection.request("GET", "/")
        answer = connection.getresponse()
        assert answer.status == 200 and len(answer.read()) == int(answer.headers["Content-Length"])
    connection.request(
        "POST", "/newsletter", body="email=x", headers={"Content-Type": "application/x-www-form-urlencoded"}
    )
    assert b"Thank you" in connection.getresponse().read()
    assert connection.sock is sock
    connection.close()


def test_two_requests_in_one_piece_get_two_answers(server):
    answer = talk(server, b"GET /collect?page=a HTTP/1.1\r\nHost: HOST\r\n\r\n" * 2)
    assert answer.count(b"HTTP/1.1 204 No Content") == 2


def length(answer):
    return [line for line in answer.split(b"\r\n") if line.startswith(b"Content-Length: ")]


def test_head_sends_the_length_without_a_body(server):
    head = talk(server, b"HEAD /robots.txt HTTP/1.1\r\nHost: HOST\r\n\r\n")
    full = talk(server, b"GET /robots.txt HTTP/1.1\r\nHost: HOST\r\n\r\n")
    assert head.endswith(b"\r\n\r\n") and len(full) > len(head)
    assert length(head) == length(full)


def test_what_is_no_request_of_this_site_is_refused(server):
    cases = {
        b"GET / HTTP/1.1\r\nHost: elsewhere.example\r\n\r\n": 421,
        b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n": 421,
        b"GET / HTTP/1.1\r\n\r\n": 400,
        b"GET / HTTP/1.1\r\nHost: HOST\r\nHost: HOST\r\n\r\n": 400,
        b"GET / HTTP/2.0\r\nHost: HOST\r\n\r\n": 505,
        b"GET /\r\n\r\n": 400,
        b"G=T / HTTP/1.1\r\nHost: HOST\r\n\r\n": 400,
        b"GET nowhere HTTP/1.1\r\nHost: HOST\r\n\r\n": 400,
        b"GET http://[ HTTP/1.1\r\nHost: HOST\r\n\r\n": 400,
        b"GET / HTTP/1.1\r\nHost: HOST\r\nno colon\r\n\r\n": 400,
        b"GET / HTTP/1.1\r\nHost : HOST\r\n\r\n": 400,
        b"GET /" + b"a" * 20_000 + b" HTTP/1.1\r\nHost: HOST\r\n\r\n": 431,
        b"GET / HTTP/1.1\r\nHost: HOST\r\n" + b"X: y\r\n" * 200 + b"\r\n": 431,
        b"POST / HTTP/1.1\r\nHost: HOST\r\nContent-Length: -1\r\n\r\n": 400,
        b"POST / HTTP/1.1\r\nHost: HOST\r\nContent-Length: 9999999\r\n\r\n": 413,
        b"POST / HTTP/1.1\r\nHost: HOST\r\nContent-Length: " + b"9" * 5000 + b"\r\n\r\n": 413,
        b"POST / HTTP/1.1\r\nHost: HOST\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n": 411,
    }
    for data, expected in cases.items():
        answer = talk(server, data)
        assert status(answer) == expected, data[:80]
        assert b"Connection: close" in answer


def test_both_names_of_the_machine_are_served(server):
    port = urlsplit(server.url).port
    assert status(talk(server, f"GET / HTTP/1.1\r\nHost: LocalHost:{port}\r\n\r\n".encode())) == 200
    absolute = f"GET {server.url}/search?q=mug HTTP/1.1\r\nHost: HOST\r\n\r\n".encode()
    assert b"Enamel mug" in talk(server, absolute)


def test_old_clients_and_polite_ones_are_served(server):
    assert b"Connection: close" in talk(server, b"GET / HTTP/1.0\r\nHost: HOST\r\n\r\n")
    polite = talk(
        server, b"POST /newsletter HTTP/1.1\r\nHost: HOST\r\nExpect: 100-continue\r\nContent-Length: 7\r\n\r\nemail=x"
    )
    assert polite.startswith(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK")


def test_a_body_cut_short_gets_no_answer(server):
    assert talk(server, b"POST /newsletter HTTP/1.1\r\nHost: HOST\r\nContent-Length: 70\r\n\r\nemail=x") == b""


def test_a_split_answer_really_has_the_other_header_and_ends_the_connection(server):
    request = b"GET /currency/set?code=x%0d%0aX-Mine:%201%0d%0aX-Rest:%20 HTTP/1.1\r\nHost: HOST\r\n\r\n"
    answer = talk(server, request * 2)
    assert answer.count(b"HTTP/1.1 200 OK") == 1 and b"\r\nX-Mine: 1\r\n" in answer.partition(b"\r\n\r\n")[0]


@pytest.mark.parametrize(
    "target", ["/unit/set?code=x%0d%0aX-Mine:%201", "/back?to=/x%0d%0aX-Mine:%201", "/go?url=/x%0d%0aX-Mine:%201"]
)
def test_ordinary_headers_lose_their_line_breaks(server, target):
    answer = talk(server, f"GET {target} HTTP/1.1\r\nHost: HOST\r\n\r\n".encode())
    assert b"\r\nX-Mine" not in answer.partition(b"\r\n\r\n")[0]
