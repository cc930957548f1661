"""Bodies travel encrypted and are seen in the clear."""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import json

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from joserfc import jwe
from joserfc.jwk import RSAKey

from tests.sites.sealed_till import till
from vedette.contract.exchange import Exchange, Request, Response, header
from vedette.contract.job import CONTENT_ENCRYPTIONS, Encryption, Job, Signing
from vedette.engine.net.encrypting import UNFIT, Envelope, envelope_of
from vedette.engine.net.network import Network

from .proxying import job_for

WANTED = Encryption(key="k", private_key="p", key_id="till-1")
JSON = (("Content-Type", "application/json"),)
KEY = rsa.generate_private_key(65537, 2048)
PUBLIC = KEY.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
PRIVATE = KEY.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
CURVE = (
    ec.generate_private_key(ec.SECP256R1()).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
)


@pytest.mark.parametrize("content", CONTENT_ENCRYPTIONS)
async def test_both_sides_understand_each_other(content):
    async with till() as site:
        job = job_for(site.url, encryption=dataclasses.replace(WANTED, content=content))
        async with Network(job, {"k": site.public_pem, "p": site.client_pem}) as network:
            asked = Request("POST", site.url + "/api/price", JSON, b'{"item": "pen"}')
            for fresh in (False, True):
                found = await network.send(asked, fresh=fresh)
                assert json.loads(found.response.body) == {"rows": [["pen", 3]]}
                assert found.request.body == asked.body and not header(found.request.headers, "keyId")
            assert json.loads((await network.send(Request("GET", site.url + "/"))).response.body)["keyId"] == "till-1"
            form = Request("POST", site.url + "/api/price", (("Content-Type", "text/plain"),), b"item=pen")
            assert (await network.send(form)).status == 400
        assert site.clear == [{"item": "pen"}] * 2


async def test_who_has_no_key_reads_nothing():
    async with till() as site:
        job = job_for(site.url, encryption=dataclasses.replace(WANTED, private_key=""))
        async with Network(job, {"k": site.public_pem}) as network:
            found = await network.send(Request("POST", site.url + "/api/price", JSON, b'{"item": "pen"}'))
            assert list(json.loads(found.response.body)) == ["encData"]


async def test_what_is_encrypted_is_signed_as_it_leaves(serve):
    server = await serve()
    signing = Signing(method="http-v1", algorithm="hmac-sha256", secret="s", key_id="k")
    job = job_for(server.origin, encryption=WANTED, signing=signing)
    async with Network(job, {"k": PUBLIC, "p": PRIVATE, "s": "x"}) as network:
        await network.send(Request("POST", server.origin + "/", JSON, b"{}"))
    (got,) = server.received
    assert got.header(b"digest") == b"SHA-256=" + base64.b64encode(hashlib.sha256(got.body).digest())
    assert b"encData" in got.body


def test_answers_that_unfold_are_left_closed():
    head = {"alg": "RSA-OAEP-256", "enc": "A128GCM", "zip": "DEF"}
    token = jwe.encrypt_compact(head, b"0" * 9_000, RSAKey.import_key(PUBLIC), algorithms=[*head.values()])
    body = json.dumps({"encData": token}).encode()
    exchange = Exchange(Request("GET", "https://a.example/"), Response(200, JSON, body))
    Envelope(WANTED, PUBLIC, PRIVATE).open(exchange)
    assert exchange.response.body == body


def test_only_what_lies_in_the_scope():
    scope = ("https://a.example/api", "https://*.b.example/v1/", "https://c.example/x*z")
    envelope = Envelope(dataclasses.replace(WANTED, scope=scope), PUBLIC)
    inside = ("https://a.example/api", "https://a.example/api/x", "https://a.example/api?x", "https://q.b.example/v1/u")
    for url in (*inside, "https://c.example/xyz"):
        assert envelope.covers(url) and b"encData" in envelope.sealed(Request("POST", url, JSON, b"1")).body
    for url in ("https://a.example/apix", "https://a.example/", "https://q.b.example/v2/", "https://c.example/"):
        request = Request("POST", url, JSON, b"1")
        assert envelope.sealed(request) is request


def test_a_message_is_not_encrypted_twice():
    envelope = Envelope(WANTED, PUBLIC, PRIVATE)
    once = envelope.sealed(Request("PUT", "https://a.example/", (*JSON, ("Content-Length", "2")), b"{}"))
    assert not header(once.headers, "content-length")
    assert envelope.sealed(once).body == once.body
    exchange = Exchange(Request("GET", "https://a.example/"), Response(200, JSON, once.body))
    envelope.open(exchange)
    assert exchange.response.body == b"{}"


@pytest.mark.parametrize(
    "body", [b"", b'{"encData": 7}', b'{"encData": "a.b.c.d.e"}', b'{"encData": "a", "b": 1}', b'{"encData']
)
def test_what_cannot_be_opened_stays_as_it_came(body):
    exchange = Exchange(Request("GET", "https://a.example/"), Response(200, JSON, body))
    Envelope(WANTED, PUBLIC, PRIVATE).open(exchange)
    assert exchange.response.body == body
    Envelope(WANTED, PUBLIC, PRIVATE).open(Exchange(exchange.request, error="timeout"))


@pytest.mark.parametrize(
    ("key", "private"), [("", ""), ("s3cr3t", ""), (CURVE, ""), (PUBLIC, "s3cr3t"), (PUBLIC, CURVE), (PUBLIC, PUBLIC)]
)
def test_a_key_that_does_not_do(key, private):
    with pytest.raises(ValueError, match=UNFIT) as error:
        Envelope(WANTED, key, private)
    assert "s3cr3t" not in str(error.value)


def test_jobs_without_it_go_in_the_open():
    assert envelope_of(Job(id="j", start_urls=()), {}) is None
    with pytest.raises(ValueError, match="cannot be encrypted"):
        Envelope(dataclasses.replace(WANTED, content="A128CBC-HS256"), PUBLIC)
