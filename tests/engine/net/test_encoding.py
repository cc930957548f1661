import gzip
import tracemalloc
import zlib

import pytest

from vedette.engine.net.encoding import decoded

LIMIT = 1000


def bare_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(data) + packer.flush()


@pytest.mark.parametrize(
    ("body", "name"),
    [
        (gzip.compress(b"page", mtime=0), "gzip"),
        (gzip.compress(b"page", mtime=0), "X-Gzip"),
        (zlib.compress(b"page"), "deflate"),
        (bare_deflate(b"page"), "deflate"),
        (gzip.compress(zlib.compress(b"page"), mtime=0), "deflate, gzip"),
        (b"page", "identity"),
        (b"page", ""),
    ],
)
def test_known_encodings_are_undone(body, name):
    assert decoded(body, name, LIMIT) == (b"page", False)


@pytest.mark.parametrize("name", ["gzip", "deflate", "br", "zstd", "nonsense"])
def test_a_body_that_is_not_what_its_header_says_stays_as_it_came(name):
    assert decoded(b"plain text", name, LIMIT) == (b"plain text", False)


def test_a_bomb_stops_at_the_limit():
    bomb = gzip.compress(bytes(50_000_000))
    tracemalloc.start()
    body, cut = decoded(bomb, "gzip", LIMIT)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (len(body), cut) == (LIMIT, True)
    assert peak < 200_000


def test_a_bomb_within_a_bomb_stops_at_the_limit():
    bomb = gzip.compress(gzip.compress(bytes(50_000_000)))
    body, cut = decoded(bomb, "gzip, gzip", LIMIT)
    assert len(body) <= LIMIT
    assert cut


def test_many_layers_are_not_undone():
    body, cut = decoded(b"x" * 10, "gzip, gzip, gzip, gzip", LIMIT)
    assert (body, cut) == (b"x" * 10, True)


def test_exactly_the_limit_is_whole():
    assert decoded(gzip.compress(b"a" * LIMIT), "gzip", LIMIT) == (b"a" * LIMIT, False)
    assert decoded(gzip.compress(b"a" * (LIMIT + 1)), "gzip", LIMIT) == (b"a" * LIMIT, True)


def test_a_broken_off_body_gives_what_there_is():
    packed = gzip.compress(bytes(range(256)) * 3, mtime=0)
    body, cut = decoded(packed[:-40], "gzip", LIMIT)
    assert cut
    assert body
    assert (bytes(range(256)) * 3).startswith(body)
