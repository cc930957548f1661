"""Servers that want to know who comes: each lane shows the certificate."""

import ssl
from pathlib import Path

import pytest

from vedette.contract.exchange import Request
from vedette.contract.job import Job, Limits
from vedette.engine.net.client_certificate import check, load_into
from vedette.engine.net.network import Network

from .proxying import Client, believing, browsing, needs_chromium, proxying


def pem(certificate):
    return Path(certificate.cert_file).read_text() + Path(certificate.key_file).read_text()


@pytest.fixture
async def strict(serve, certify):
    """A server that talks to known clients only, and the PEM text of one."""
    own, client = certify(), certify("client")
    context = own.context()
    context.verify_mode = ssl.CERT_REQUIRED
    context.load_verify_locations(client.cert_file)
    return await serve(None, context), pem(client), own.cert_file


def network(server, secret, cafile):
    job = Job(
        id="j",
        start_urls=(server.origin + "/",),
        certificate="pem" if secret else "",
        limits=Limits(rate=0, timeout_s=5),
        allow_private=(f"127.0.0.1:{server.port}",),
    )
    return Network(job, {"pem": secret}, cafile=cafile)


async def test_both_lanes_show_it(strict):
    server, secret, cafile = strict
    async with network(server, secret, cafile) as net:
        request = Request("GET", server.origin + "/")
        assert (await net.send(request)).status == 200
        odd = await net.send_bytes(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", request)
        assert odd.status == 200
        assert "PRIVATE KEY" not in net.masker.text(secret)


async def test_without_it_nobody_answers(strict):
    server, _, cafile = strict
    async with network(server, "", cafile) as net:
        assert (await net.send(Request("GET", server.origin + "/"))).response is None


async def test_the_proxy_of_the_browser_shows_it(strict):
    server, secret, _ = strict
    place = f"127.0.0.1:{server.port}"
    for fields, line in (({"certificate": "pem"}, b"HTTP/1.1 200"), ({}, b"HTTP/1.1 403")):
        within = proxying(server.origin, secrets={"pem": secret}, insecure=True, **fields)
        async with within as (proxy, _), Client(proxy) as client:
            await client.tunnel(place, believing())
            assert (await client.say(f"GET / HTTP/1.1\r\nHost: {place}\r\n\r\n")).startswith(line)


@needs_chromium
async def test_pages_open_with_it(strict):
    server, secret, _ = strict
    fields = {"certificate": "pem", "insecure": True}
    async with browsing(server.origin + "/", secrets={"pem": secret}, **fields) as (browser, _):
        tab = await browser.tab()
        assert await tab.goto(server.origin + "/") == ""
        await tab.release()


def test_what_is_no_certificate_is_refused_without_repeating_it(certify):
    check("")
    check(pem(certify()))
    one, other = certify(), certify()
    with pytest.raises(ValueError, match="cannot be used"):
        check(Path(one.cert_file).read_text() + Path(other.key_file).read_text())
    with pytest.raises(ValueError, match="cannot be used") as error:
        load_into(ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT), "s3cr3t")
    assert "s3cr3t" not in str(error.value)
