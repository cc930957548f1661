"""Every way in which a request leaves is signed, and what was signed before is signed anew."""

from __future__ import annotations

import dataclasses
import hashlib
import hmac

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tests.sites.signed_desk import desk
from vedette.contract.exchange import Request, header
from vedette.contract.job import SIGNING_ALGORITHMS, Job, Signing
from vedette.engine.net.network import Network
from vedette.engine.net.signing import UNFIT, Signer, signer_of

from .conftest import OK
from .lodging import shares_chromium
from .proxying import Client, browsing, job_for, proxying

SECRET = "c4nary-S3CRET-91"
RSA = rsa.generate_private_key(65537, 2048)
CURVES = {"ES256": ec.SECP256R1(), "ES384": ec.SECP384R1(), "ecdsa-sha256": ec.SECP256R1()}
WAYS = [
    (Signing(method="xpay", algorithm="hmac-sha256", secret="s"), {}),
    (Signing(method="http-v1", algorithm="hmac-sha256", key_id="desk", secret="s"), {}),
    (Signing(method="http-v1", algorithm="rsa-sha256", key_id="desk", secret="s"), {"public": RSA.public_key()}),
    (Signing(method="jwt-v1", algorithm="HS256", secret="s"), {}),
]


def pem(key):
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def secret_for(algorithm):
    if algorithm in CURVES:
        return pem(ec.generate_private_key(CURVES[algorithm]))
    return SECRET if algorithm.startswith(("hmac", "HS")) else pem(RSA)


def secrets_of(signing):
    return {"s": pem(RSA) if "rsa" in signing.algorithm else SECRET}


@pytest.mark.parametrize(("signing", "fields"), WAYS)
async def test_a_site_that_checks_is_asked_by_each_lane(signing, fields):
    async with desk(signing.method, secret=SECRET, **fields) as site:
        job = job_for(site.url, signing=signing)
        async with Network(job, secrets_of(signing)) as network:
            found = await network.send(Request("GET", site.url + "/note?text=a%20b&x"))
            assert found.status == 200
            sent = {name.lower() for name, _ in found.request.headers}
            assert not sent & {"x-pay-token", "signature", "digest", "x-jwt-signature"}
            assert (await network.send(found.request)).status == 200, "a record may be sent again"
            body = Request("POST", site.url + "/order", (("Content-Type", "text/plain"),), b"item=\xff")
            assert (await network.send(body, fresh=True)).status == 200
            assert (await network.send(Request("GET", site.url + "/note?a"), timed=True)).status == 200
            odd = Request("GET", site.url + "/note?text=%C3%a9&%zz")
            assert (await network.send(odd)).status == 200
            assert (await network.send(Request("HEAD", site.url + "/note", (), b"x"))).status == 200
            data = b"GET / HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nConnection: close\r\n\r\n" % int(
                site.url.rpartition(":")[2]
            )
            assert (await network.send_bytes(data, Request("GET", site.url + "/"))).status == 200
        assert site.refused == []
        async with Network(job_for(site.url), {}) as network:
            assert (await network.send(Request("GET", site.url + "/"))).status == 401


@pytest.mark.parametrize(("signing", "fields"), WAYS)
async def test_the_proxy_of_the_browser_signs_whole_bodies(signing, fields):
    async with desk(signing.method, secret=SECRET, **fields) as site:
        within = proxying(site.url, signing=signing, secrets=secrets_of(signing))
        async with within as (proxy, _), Client(proxy) as client:
            assert b" 200 " in await client.ask(site.url + "/note?text=1")
            long = b"item=" + b"x" * (1024 * 1024 + 5)
            form = "Content-Type: text/plain\r\nX-Pay-Token: old\r\n"
            assert b" 200 " in await client.ask(site.url + "/order", "POST", form, long)
        assert site.refused == []


@shares_chromium
async def test_pages_of_such_a_site_open_in_the_browser():
    signing = WAYS[-1][0]
    async with desk("jwt-v1", secret=SECRET) as site:
        async with browsing(site.url + "/", signing=signing, secrets=secrets_of(signing)) as (browser, _):
            tab = await browser.tab()
            assert await tab.goto(site.url + "/") == ""
            await tab.page.click("button")
            await tab.page.wait_for_url("**/order")
            await tab.release()
        assert {"GET /", "POST /order"} <= set(site.answered)
        assert not [one for one in site.refused if "favicon" not in one[0]]


def test_the_token_of_visa_is_as_they_describe_it():
    signer = Signer(WAYS[0][0], SECRET, wall=lambda: 1_700_000_000.9)
    request = Request("POST", "https://pay.example/vdp/v1/offers?apikey=k&b=1", (), b'{"a":1}')
    told = b"1700000000" + b"vdp/v1/offers" + b"apikey=k&b=1" + b'{"a":1}'
    good = hmac.new(SECRET.encode(), told, hashlib.sha256).hexdigest()
    assert header(signer.signed(request).headers, "x-pay-token") == f"xv2:1700000000:{good}"
    within = Signer(dataclasses.replace(WAYS[0][0], base_path="/vdp/"), SECRET, wall=lambda: 1_700_000_000.9)
    good = hmac.new(SECRET.encode(), told.replace(b"vdp/", b""), hashlib.sha256).hexdigest()
    assert header(within.signed(request).headers, "x-pay-token").endswith(good)
    beside = Request("GET", "https://pay.example/vdpx")
    good = hmac.new(SECRET.encode(), b"1700000000vdpx", hashlib.sha256).hexdigest()
    assert header(within.signed(beside).headers, "x-pay-token").endswith(good)


def test_headers_that_are_not_there_are_not_signed():
    wanted = ("(request-target)", "host", "x-tenant", "content-type", "content-length")
    signing = Signing(method="http-v1", algorithm="hmac-sha512", secret="s", headers=wanted)
    signer = Signer(signing, SECRET)
    found = signer.signed(Request("GET", "http://a.example/", (("Host", "other"), ("Signature", "old"))))
    assert 'headers="(request-target) host"' in header(found.headers, "signature")
    assert [name for name, _ in found.headers] == ["Host", "Signature"]
    found = signer.signed(Request("POST", "http://a.example/", (("X-Tenant", "7"),), b"a"))
    assert 'headers="(request-target) host x-tenant content-length"' in header(found.headers, "signature")


def test_a_token_in_the_usual_header_bears_its_word():
    signing = Signing(method="jwt-v1", algorithm="RS256", secret="s", key_id="k1", header="Authorization")
    found = Signer(signing, pem(RSA)).signed(Request("GET", "http://a.example/"))
    assert header(found.headers, "authorization").startswith("Bearer ey")


@pytest.mark.parametrize(
    ("method", "algorithm"), [(one, two) for one, all_ in SIGNING_ALGORITHMS.items() for two in all_]
)
def test_each_algorithm_takes_its_key_and_no_other(method, algorithm):
    signing = Signing(method=method, algorithm=algorithm, secret="s")
    request = Request("GET", "http://a.example/x?y")
    assert len(Signer(signing, secret_for(algorithm)).signed(request).headers) > 0
    wrong = {"": "", "s3cr3t": "s3cr3t", "rsa": pem(RSA), "ec": pem(ec.generate_private_key(ec.SECP521R1()))}
    if algorithm.startswith(("hmac", "HS")):
        wrong = {"": ""}
    elif algorithm.startswith(("rsa", "RS", "PS")):
        del wrong["rsa"]
    elif algorithm == "ecdsa-sha256":
        del wrong["ec"]
    for secret in wrong.values():
        with pytest.raises(ValueError, match=UNFIT) as error:
            Signer(signing, secret)
        assert "s3cr3t" not in str(error.value)


def test_an_algorithm_of_another_way_is_refused():
    with pytest.raises(ValueError, match="cannot be signed"):
        Signer(Signing(method="xpay", algorithm="HS256", secret="s"), SECRET)
    assert signer_of(Job(id="j", start_urls=()), {}) is None


async def test_what_is_no_request_line_goes_as_it_is(serve):
    server = await serve(lambda received: OK)
    signer = Signer(WAYS[0][0], SECRET)
    assert signer.signed_bytes(b"nothing", Request("GET", server.origin + "/")) == b"nothing"
