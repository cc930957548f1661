import http.client
import socket
import threading
from urllib.parse import urlsplit

import pytest

from vedette.range.server import Entry, RangeServer


def ask(server, method, target, body=None, **headers):
    connection = http.client.HTTPConnection(urlsplit(server.url).netloc, timeout=60)
    try:
        connection.request(method, target, body=body, headers=headers)
        answer = connection.getresponse()
        return answer.status, dict(answer.getheaders()), answer.read()
    finally:
        connection.close()


def test_each_server_has_a_port_of_its_own_on_loopback():
    with RangeServer() as one, RangeServer() as other:
        assert one.url != other.url and one.url.startswith("http://127.0.0.1:")
        assert ask(one, "GET", "/")[0] == ask(other, "GET", "/")[0] == 200


def test_a_taken_port_is_an_error():
    with RangeServer() as server, pytest.raises(OSError, match="in use"):
        RangeServer(port=urlsplit(server.url).port)


def test_the_log_names_method_target_size_and_user(tmp_path):
    journal = tmp_path / "log.txt"
    with RangeServer(log_file=journal) as server:
        _, headers, _ = ask(server, "GET", "/search?q=a%20b")
        cookie = headers["Set-Cookie"].partition(";")[0]
        ask(server, "POST", "/account/login", "login=demo&password=harbour", Cookie=cookie)
        assert journal.read_text() == "GET /search?q=a%20b\nPOST /account/login\n"
        ask(server, "GET", "/account", Cookie=cookie)
        assert server.log == [
            Entry("GET", "/search?q=a%20b", 0, ""),
            Entry("POST", "/account/login", 27, ""),
            Entry("GET", "/account", 0, "demo"),
        ]


def test_the_log_may_be_left_out():
    with RangeServer(keep_log=False) as server:
        ask(server, "GET", "/")
        assert server.log == []


def test_sprung_traps_are_listed():
    with RangeServer() as server:
        ask(server, "GET", "/account/logout")
        assert server.sprung == ["logout-link"]


def test_extra_files_are_served():
    with RangeServer(serve={"proof.txt": "mine"}) as server:
        assert ask(server, "GET", "/proof.txt")[2] == b"mine"


def test_closing_ends_open_connections_and_the_port():
    server = RangeServer()
    address = urlsplit(server.url)
    with socket.create_connection((address.hostname, address.port), timeout=60) as connection:
        connection.sendall(f"GET / HTTP/1.1\r\nHost: {address.netloc}\r\n\r\n".encode())
        assert connection.recv(100).startswith(b"HTTP/1.1 200")
        server.close()
        while connection.recv(65536):
            pass
    with pytest.raises(OSError, match="refused"):
        socket.create_connection((address.hostname, address.port), timeout=60)


def test_a_sleeping_request_does_not_hold_others_up():
    together = threading.Barrier(5, timeout=60)
    with RangeServer(nap=lambda _: together.wait() and None) as server:
        slow = "/api/hours"
        sleeping = [
            threading.Thread(
                target=ask, args=(server, "GET", slow), kwargs={"X-Store": "quay' AND sleep(0.8) = 0 AND '1'='1"}
            )
            for _ in range(4)
        ]
        for thread in sleeping:
            thread.start()
        ask(server, "GET", "/search?q=mug")
        together.wait()
        for thread in sleeping:
            thread.join()
