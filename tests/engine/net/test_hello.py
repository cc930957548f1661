import struct

import pytest

from vedette.engine.net.hello import ALL_CIPHERS, VERSIONS, WEAK_CIPHERS, ServerHello, client_hello, server_hello

RANDOM = bytes(range(64))


def hello_from(version: int, cipher: int, *, chosen: int | None = None, session: bytes = b"s" * 32) -> bytes:
    extensions = struct.pack("!HHH", 0xFF01, 1, 0)[:5] if chosen is None else struct.pack("!HHH", 43, 2, chosen)
    body = struct.pack("!H", version) + bytes(32) + bytes([len(session)]) + session + struct.pack("!HB", cipher, 0)
    body += struct.pack("!H", len(extensions)) + extensions
    message = b"\x02" + len(body).to_bytes(3, "big") + body
    return struct.pack("!BHH", 22, 0x0303, len(message)) + message


def test_a_hello_is_well_formed():
    data = client_hello(VERSIONS["TLSv1.2"], (0xC02F, 0x009C), "shop.example", RANDOM)
    assert data[0] == 22
    assert int.from_bytes(data[3:5], "big") == len(data) - 5
    assert data[5] == 1
    assert int.from_bytes(data[6:9], "big") == len(data) - 9
    assert data[9:11] == b"\x03\x03"
    assert data[11:43] == RANDOM[:32]
    assert data[43:50] == b"\x00\x00\x04\xc0\x2f\x00\x9c"
    assert b"shop.example" in data


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_addresses_are_not_named(host):
    assert host.encode() not in client_hello(VERSIONS["TLSv1.2"], ALL_CIPHERS, host, RANDOM)


def test_the_oldest_version_has_no_extensions():
    data = client_hello(VERSIONS["SSLv3"], (0x0005,), "shop.example", RANDOM)
    assert data.endswith(b"\x00\x02\x00\x05\x01\x00")
    assert data[1:3] == data[9:11] == b"\x03\x00"


def test_the_newest_version_offers_itself_alone_and_a_key():
    data = client_hello(VERSIONS["TLSv1.3"], ALL_CIPHERS, "h", RANDOM)
    assert data[9:11] == b"\x03\x03"
    assert b"\x00\x2b\x00\x03\x02\x03\x04" in data
    assert RANDOM[32:64] in data


def test_the_choice_is_read():
    assert server_hello(hello_from(0x0301, 0x002F)) == ServerHello(0x0301, 0x002F)
    assert server_hello(hello_from(0x0303, 0x1301, chosen=0x0304)) == ServerHello(0x0304, 0x1301)
    assert server_hello(hello_from(0x0302, 0x000A, session=b"")) == ServerHello(0x0302, 0x000A)


def test_a_choice_in_pieces():
    data = hello_from(0x0303, 0xC02F)
    assert all(server_hello(data[:size]) is None for size in range(len(data)))
    message = data[5:]
    split = b"".join(struct.pack("!BHH", 22, 0x0303, len(part)) + part for part in (message[:20], message[20:]))
    assert server_hello(split) == ServerHello(0x0303, 0xC02F)


@pytest.mark.parametrize(
    "data",
    [b"\x15\x03\x01\x00\x02\x02\x28", b"HTTP/1.1 400 Bad\r\n", b"\x16\x03\x01\x00\x04\x0b\x00\x00\x00",
     b"\x16\x03\x03\x00\x06\x02\x00\x00\x02\x03\x03"],
)  # fmt: skip
def test_refusals_and_other_talk_are_errors(data):
    with pytest.raises(ValueError, match=r"alert|TLS|hello"):
        server_hello(data)


def test_weak_ciphers_are_part_of_the_whole_offer():
    assert set(WEAK_CIPHERS) < set(ALL_CIPHERS)
    assert len(ALL_CIPHERS) == len(set(ALL_CIPHERS))
