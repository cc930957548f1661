"""Before a scan: what cannot be reached, or must not be, is said in a sentence with a hint."""

import os
import signal
import socket
import threading
import time

import pytest

from tests.sites.echo import echo
from vedette.cli.order import Order, prepare
from vedette.cli.problem import Exit, Problem
from vedette.cli.reach import hint, reach


def refused(*urls, **options):
    with pytest.raises(Problem) as caught:
        reach(prepare(Order(urls=list(urls), **options)))
    return str(caught.value), caught.value.hint


def test_a_site_that_answers_is_fine_whatever_the_status(site):
    assert reach(prepare(Order(urls=[site.url, f"{site.url}nowhere"]))) == []
    assert site.log == ["GET /", "GET /nowhere"]


def test_cookies_and_headers_go_along(site):
    reach(prepare(Order(urls=[site.url], cookie=["sid=s3cr3tvalue"], header=["X-Who: me"])))
    assert site.headers_seen[0]["cookie"] == "sid=s3cr3tvalue"
    assert site.headers_seen[0]["x-who"] == "me"


def test_a_closed_port_is_named():
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        sentence, advice = refused(f"http://127.0.0.1:{unused.getsockname()[1]}/")
    assert sentence.startswith("Nothing answers at 127.0.0.1:")
    assert "running" in advice


def test_one_dead_start_url_among_others_is_named(site):
    assert "Nothing answers" in refused(site.url, "http://127.0.0.1:1/")[0]


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("http://10.0.0.1/", "private address"),
        ("http://169.254.169.254/latest/", "metadata address"),
        ("http://0.0.0.0/", "unspecified address"),
        ("http://[fe80::1]/", "link-local address"),
    ],
)
def test_an_address_that_is_not_for_us_is_refused_unasked(url, why):
    sentence, advice = refused(url)
    assert why in sentence
    assert "--allow-private" in advice


def test_other_ways_to_write_loopback_open_no_door(site):
    port = site.server_address[1]
    for host in ("2130706433", "0x7f.1", "[::ffff:127.0.0.1]"):
        assert "loopback address" in refused(f"http://{host}:{port}/")[0]
    assert site.log == []


def test_an_untrusted_certificate_is_named_and_can_be_accepted(certificate):
    with echo(certificate=certificate) as site:
        sentence, advice = refused(site.url)
        assert "TLS" in sentence
        assert "--insecure" in advice
        assert reach(prepare(Order(urls=[site.url], insecure=True))) == []


def test_plain_http_to_a_tls_port_is_no_traceback(certificate):
    with echo(certificate=certificate) as site:
        assert "127.0.0.1" in refused(site.url.replace("https", "http"))[0]


@pytest.mark.parametrize("options", [{"scope": ["http://127.0.0.1:1/"]}, {"exclude": ["*"]}])
def test_a_start_url_outside_the_scope_is_a_mistake(site, options):
    sentence, advice = refused(site.url, **options)
    assert "must not be requested" in sentence
    assert "--scope" in advice
    assert site.log == []


def test_a_redirect_and_a_refusal_are_remarked(site):
    remarks = reach(prepare(Order(urls=[f"{site.url}go?to=https://elsewhere.example/", f"{site.url}member"])))
    assert "only sends on (status 302)" in remarks[0]
    assert "--cookie" in remarks[1]


@pytest.mark.parametrize("name", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_ends_it_at_once_however_slow_the_site(name):
    asked = threading.Event()

    def interrupt(target):
        os.kill(os.getpid(), name)
        asked.wait(60)

    started = time.monotonic()
    with echo(on_request=interrupt) as slow, pytest.raises(Problem) as caught:
        try:
            reach(prepare(Order(urls=[slow.url, f"{slow.url}about"])))
        finally:
            asked.set()
    assert caught.value.code == Exit.INTERRUPTED
    assert time.monotonic() - started < 50


@pytest.mark.parametrize(
    ("reason", "word"),
    [
        ("The name a does not resolve: gone.", "spelt"),
        ("a did not answer in time: timeout.", "running"),
        ("No trusted TLS connection to a: expired.", "--insecure"),
        ("http://a/ must not be requested: excluded.", "--exclude"),
        ("http://a/ must not be requested: 10.0.0.1 is a private address.", "--allow-private"),
    ],
)
def test_hints_fit_the_reason(reason, word):
    assert word in hint(reason)
