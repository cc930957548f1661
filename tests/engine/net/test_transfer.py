import socket

import pycurl
import pytest

from vedette.contract.addresses import Policy
from vedette.engine.net.origin import split
from vedette.engine.net.transfer import Settings, Shape, Transfer, _header_lines


def transfer(url="http://h/", method="GET", policy=None, max_body=10, **fields):
    flags = {"body": False, "single": False, "alone": False, "http2": False} | fields
    shape = Shape(split(url)[0], "192.0.2.1", method, **flags)
    return Transfer(shape, Settings(max_body=max_body), policy or Policy())


@pytest.fixture
def handle():
    made = transfer()
    yield made
    made.close()


def test_chunks_are_kept_up_to_the_limit(handle):
    assert handle._wrote(b"12345") == 5
    assert handle._wrote(b"67890") == 5
    assert not handle.cut
    assert handle._wrote(b"x") == 0
    assert handle.cut
    assert b"".join(handle.parts) == b"1234567890"


def test_a_chunk_over_the_limit_is_kept_in_part(handle):
    assert handle._wrote(b"123456789012345") == 0
    assert (handle.parts, handle.cut) == ([b"1234567890"], True)


def test_clear_forgets_what_was_collected(handle):
    handle._wrote(b"123456789012345")
    handle.lines.append(b"HTTP/1.1 200 OK\r\n")
    handle._sending()
    handle.clear()
    assert (handle.lines, handle.parts, handle.size, handle.sends, handle.cut) == ([], [], 0, 0, False)


@pytest.mark.parametrize("address", ["127.0.0.1", "10.1.2.3", "169.254.169.254", "::1", "::ffff:127.0.0.1", "0.0.0.0"])
def test_forbidden_addresses_get_no_socket(handle, address):
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    assert handle._open(0, (family, socket.SOCK_STREAM, 6, (address, 80))) == pycurl.SOCKET_BAD
    assert address in handle.vetoed


def test_other_kinds_of_address_get_no_socket(handle):
    assert handle._open(0, (socket.AF_UNIX, socket.SOCK_STREAM, 0, b"/run/docker.sock")) == pycurl.SOCKET_BAD
    assert handle.vetoed


def test_allowed_addresses_get_one_that_is_closed_with_the_request():
    made = transfer(policy=Policy(allow=("127.0.0.1:80",)))
    opened = made._open(0, (socket.AF_INET, socket.SOCK_STREAM, 6, ("127.0.0.1", 80)))
    assert opened.fileno() > 0
    made.clear()
    assert opened.fileno() == -1
    assert made._open(0, (socket.AF_INET, socket.SOCK_STREAM, 6, ("127.0.0.1", 81))) == pycurl.SOCKET_BAD
    made.close()


def test_a_second_sending_is_counted_or_forbidden(handle):
    assert [handle._sending(), handle._sending()] == [pycurl.PREREQFUNC_OK] * 2
    assert handle.sends == 2
    single = transfer(single=True)
    assert [single._sending(), single._sending()] == [pycurl.PREREQFUNC_OK, pycurl.PREREQFUNC_ABORT]
    single.close()


def test_header_lines_switch_libcurls_own_off():
    origin = split("http://h:8080/")[0]
    assert _header_lines((("Accept", "x"), ("E", ""), ("S", " ")), origin) == [
        b"Accept: x", b"E;", b"S;", b"Host: h:8080",
        b"user-agent:", b"content-type:", b"expect:", b"accept-encoding:",
    ]  # fmt: skip
