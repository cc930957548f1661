import asyncio
import ssl
import warnings

import pytest

from vedette.engine.net.tls import TlsReport, certificate, inspect


async def report(server, host="127.0.0.1", **how) -> TlsReport:
    return await inspect(host, "127.0.0.1", server.port, 5.0, **how)


async def test_a_sound_service(serve, certify):
    certificate = certify()
    server = await serve(context=certificate.context())
    found = await report(server, cafile=certificate.cert_file)
    assert found.accepted == ("TLSv1.2", "TLSv1.3")
    assert found.certificate == certificate.der
    assert (found.chain_error, found.error, found.weak_ciphers) == ("", "", ())
    assert found.cipher.startswith("TLS_")
    assert server.received == []


@pytest.mark.parametrize(
    ("name", "days", "trusted", "reason"),
    [
        ("127.0.0.1", 30, False, "self-signed"),
        ("127.0.0.1", -1, True, "expired"),
        ("other.example", 30, True, "mismatch"),
    ],
)
async def test_why_a_certificate_would_not_be_trusted(serve, certify, name, days, trusted, reason):
    certificate = certify(name, days=days)
    server = await serve(context=certificate.context())
    found = await report(server, cafile=certificate.cert_file if trusted else "")
    assert reason in found.chain_error.replace("self signed", "self-signed")
    assert found.certificate == certificate.der
    assert found.error == ""


@pytest.mark.parametrize(
    ("version", "names"),
    [
        (ssl.TLSVersion.TLSv1, ("TLSv1.0",)),
        (ssl.TLSVersion.TLSv1_1, ("TLSv1.1",)),
        (ssl.TLSVersion.TLSv1_2, ("TLSv1.2",)),
        (ssl.TLSVersion.TLSv1_3, ("TLSv1.3",)),
    ],
)
async def test_each_version_is_recognised(serve, certify, version, names):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context = certify(use_rsa=True).context("ALL:@SECLEVEL=0", version)
    found = await report(await serve(context=context))
    assert found.accepted == names
    assert found.certificate


async def test_weak_ciphers_are_found_one_by_one(serve, certify):
    ciphers = "NULL-SHA256:NULL-SHA:AES128-SHA:@SECLEVEL=0"
    context = certify(use_rsa=True).context(ciphers, ssl.TLSVersion.TLSv1_2)
    found = await report(await serve(context=context))
    assert set(found.weak_ciphers) == {"TLS_RSA_WITH_NULL_SHA256", "TLS_RSA_WITH_NULL_SHA"}


async def test_a_plain_service_has_an_error_and_nothing_else():
    async def talk(reader, writer):
        await reader.read(5)
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        writer.close()
        await writer.wait_closed()

    async with await asyncio.start_server(talk, "127.0.0.1", 0) as listener:
        found = await inspect("127.0.0.1", "127.0.0.1", listener.sockets[0].getsockname()[1], 5.0)
        await asyncio.sleep(0)
    assert found.error
    assert found == TlsReport(error=found.error)


async def test_a_closed_port_has_an_error():
    listener = await asyncio.start_server(lambda reader, writer: None, "127.0.0.1", 0)
    port = listener.sockets[0].getsockname()[1]
    listener.close()
    await listener.wait_closed()
    assert (await inspect("127.0.0.1", "127.0.0.1", port, 1.0)).error
    assert (await inspect("shop.example", "", 443, 1.0)).error == "no address"


async def test_a_silent_service_is_given_up(serve):
    server = await serve()  # waits for the end of a request that a hello does not have
    found = await inspect("127.0.0.1", "127.0.0.1", server.port, 0.02)
    assert found == TlsReport(error="no answer in time")


async def test_every_connection_waits_for_its_turn(serve, certify):
    server = await serve(context=certify().context())
    turns = 0

    async def turn():
        nonlocal turns
        turns += 1
        if turns > 3:
            raise ConnectionAbortedError("stopping")

    found = await report(server, turn=turn)
    assert found.certificate
    assert server.connections <= 3 < turns


async def test_the_certificate_alone_takes_two_connections(serve, certify):
    own = certify()
    server = await serve(context=own.context())
    found = await certificate("127.0.0.1", "127.0.0.1", server.port, 5.0, cafile=own.cert_file)
    assert (found.certificate, found.chain_error, found.error) == (own.der, "", "")
    assert "self" in (await certificate("127.0.0.1", "127.0.0.1", server.port, 5.0)).chain_error
    assert (await certificate("shop.example", "", 443, 5.0)).error == "no address"
    assert (await certificate("127.0.0.1", "127.0.0.1", 1, 1.0)).error
