import time

import pytest

from vedette.engine.parse import prose


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("go to https://site.test/a?b=1.", ["https://site.test/a?b=1"]),
        ("GET /api/users/:id/posts, then", ["/api/users/1/posts"]),
        ("(/manual.pdf) and ./a/b and ../c/d.html?x=1", ["/manual.pdf", "./a/b", "../c/d.html?x=1"]),
        ("km/h, and/or, 1/2, /month, a/b/c, //, / /", []),
    ],
)
def test_addresses_in_running_text(text, expected):
    assert prose.addresses(text) == expected
    assert prose.has_addresses(text) or not expected


def test_hostile_texts_cost_bounded_time_and_give_bounded_results():
    started = time.process_time()
    for bomb in ("/a" * 200_000, " /" * 200_000, "./" * 200_000, "https://" * 50_000, " /a/b.pdf?" + "x" * 300_000):
        prose.addresses(bomb)
        prose.has_addresses(bomb)
    assert time.process_time() - started < 12
    assert len(prose.addresses(" ".join(f"/a/{number}" for number in range(1_000)))) == prose.MAX_ADDRESSES
