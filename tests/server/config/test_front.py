"""Which hosts are answered, and whose address a request has."""

import dataclasses

import pytest
from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.http import HttpResponse
from django.test import RequestFactory

from vedette.server.config.front import FrontMiddleware, admits, client, names


@pytest.fixture
def front(settings):
    """Answers a request with the settings given: the client's address as it was understood."""

    def answer(chosen, path="/ui/", **meta):
        settings.VEDETTE = dataclasses.replace(settings.VEDETTE, **({"hosts": ()} | chosen))
        middleware = FrontMiddleware(lambda request: HttpResponse(request.META["REMOTE_ADDR"]))
        return middleware(RequestFactory().get(path, **meta)).content.decode()

    return answer


@pytest.mark.parametrize("host", ["127.0.0.1:8100", "localhost", "LOCALHOST:1", "[::1]:8100"])
def test_this_machine_may_always_ask(front, host):
    assert front({}, HTTP_HOST=host)
    assert front({"hosts": ("scan.example.org",)}, HTTP_HOST=host)


@pytest.mark.parametrize("host", ["evil.example", "192.0.2.7", "127.0.0.1.evil.example", "", "a b", "x/y", "[::2]"])
def test_on_loopback_no_other_name_is_answered(front, host):
    with pytest.raises(DisallowedHost):
        front({}, HTTP_HOST=host, SERVER_NAME="")


@pytest.mark.parametrize("bound", ["0.0.0.0", "::"])
def test_bound_to_all_addresses_any_address_may_be_named_but_no_foreign_name(front, bound):
    for host in ("192.0.2.7:8100", "[2001:db8::1]", "10.1.2.3"):
        assert front({"host": bound}, HTTP_HOST=host)
    with pytest.raises(DisallowedHost):
        front({"host": bound}, HTTP_HOST="evil.example")


def test_with_names_listed_only_these_are_answered(front):
    chosen = {"host": "0.0.0.0", "hosts": ("scan.example.org", ".corp.example")}
    for host in ("scan.example.org", "SCAN.example.org:443", "a.corp.example"):
        assert front(chosen, HTTP_HOST=host)
    for host in ("192.0.2.7", "example.org", "xcorp.example"):
        with pytest.raises(DisallowedHost):
            front(chosen, HTTP_HOST=host)


def test_a_bound_address_may_be_named():
    assert admits("192.0.2.7:80", names(listed=(), bound="192.0.2.7", machine="box"), any_address=False)
    assert admits("[2001:db8::1]:80", names(listed=(), bound="2001:db8::1", machine="box"), any_address=False)
    assert admits("Box", names(listed=(), bound="0.0.0.0", machine="Box"), any_address=False)
    assert not admits("0.0.0.0", names(listed=(), bound="0.0.0.0", machine="box"), any_address=False)


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics"])
def test_monitors_may_ask_by_any_name(front, path):
    assert front({}, path=path, HTTP_HOST="10.0.0.9:8100")


@pytest.mark.parametrize(
    ("forwarded", "proxies", "expected"),
    [
        ("", 1, "10.0.0.1"),
        ("192.0.2.9", 0, "10.0.0.1"),
        ("192.0.2.9", 1, "192.0.2.9"),
        ("6.6.6.6, 192.0.2.9", 1, "192.0.2.9"),
        ("6.6.6.6, 192.0.2.9, 10.0.0.2", 2, "192.0.2.9"),
        ("192.0.2.9", 2, "10.0.0.1"),
        ("<script>", 1, "10.0.0.1"),
        ("2001:db8::9", 1, "2001:db8::9"),
    ],
)
def test_the_clients_address(front, forwarded, proxies, expected):
    assert client("10.0.0.1", forwarded, proxies) == expected
    given = {"trusted_proxies": proxies}
    meta = {"HTTP_X_FORWARDED_FOR": forwarded} if forwarded else {}
    assert front(given, HTTP_HOST="localhost", REMOTE_ADDR="10.0.0.1", **meta) == expected


def test_it_stands_before_everything_but_the_paths():
    assert settings.MIDDLEWARE[:2] == [
        "vedette.server.api.paths.PathMiddleware",
        "vedette.server.config.front.FrontMiddleware",
    ]
