"""Certificates for our own browser."""

import asyncio
import ssl

from cryptography import x509

from vedette.engine.net.posing import MAX_HOSTS, Certificates

from .conftest import OK


async def shown(serve, context: ssl.SSLContext, name: str) -> x509.Certificate:
    server = await serve(lambda received: OK, context)
    trust = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    trust.check_hostname, trust.verify_mode = False, ssl.CERT_NONE
    _, writer = await asyncio.open_connection("127.0.0.1", server.port, ssl=trust, server_hostname=name)
    der = writer.get_extra_info("ssl_object").getpeercert(binary_form=True)
    writer.close()
    await writer.wait_closed()
    return x509.load_der_x509_certificate(der)


async def test_each_host_is_named_and_all_share_one_key(serve):
    made = Certificates()
    one = await shown(serve, made.context("shop.example"), "shop.example")
    other = await shown(serve, made.context("127.0.0.1"), "127.0.0.1")
    names = [
        certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        for certificate in (one, other)
    ]
    assert names[0].get_values_for_type(x509.DNSName) == ["shop.example"]
    assert [str(address) for address in names[1].get_values_for_type(x509.IPAddress)] == ["127.0.0.1"]
    assert one.public_key() == other.public_key()
    assert one.issuer == one.subject, "it is signed by itself: nobody else's word is lent to it"


def test_the_pin_is_that_of_the_key_and_contexts_are_kept_within_a_bound():
    made = Certificates()
    assert len(made.pin) == 44
    assert made.pin != Certificates().pin
    first = made.context("a.example")
    assert made.context("a.example") is first
    for number in range(MAX_HOSTS):
        made._contexts[f"{number}.example"] = first
    assert made.context("b.example") is not first
    assert len(made._contexts) <= MAX_HOSTS + 1
