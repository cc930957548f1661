import pytest

from vedette.engine.crawl.traps import canonical, is_media, trap


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("http://a/x?b=2&a=1", "http://a/x?a=1&b=2"),
        ("http://a/x;jsessionid=0123456789abcdef0123?q=1", "http://a/x?q=1"),
        ("http://a/x?PHPSESSID=0123456789abcdef0123", "http://a/x"),
        ("http://a/x?q=1&sid=0123456789abcdef0123&utm_source=y", "http://a/x?q=1"),
        ("HTTP://A:80/x?#f", "http://a/x"),
    ],
)
def test_variants_of_one_address_are_one(left, right):
    assert canonical(left) == canonical(right)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("http://a/x?a=1", "http://a/x?a=2"),
        ("http://a/x?a=1&a=2", "http://a/x?a=2&a=1"),
        ("http://a/X", "http://a/x"),
        ("http://a/x?sid=5", "http://a/x"),
        ("http://a/x/", "http://a/x"),
        ("http://a/x?side=0123456789abcdef0123", "http://a/x"),
    ],
)
def test_other_addresses_stay_apart(left, right):
    assert canonical(left) != canonical(right)


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("http://a/" + "x" * 3_000, "very long address"),
        ("http://a/" + "/".join(f"s{number}" for number in range(30)), "very deep path"),
        ("http://a/a/b/a/c/a/d/a", "repeating path segment"),
        ("http://a/x/a/b/a/b/a/b", "repeating path"),
        ("http://a/x/x/x", "repeating path"),
        ("http://a/?" + "&".join(f"p{number}=1" for number in range(60)), "very many parameters"),
        ("http://a/?" + "&".join(["p=1"] * 12), "repeating parameter"),
    ],
)
def test_traps(url, reason):
    assert trap(url) == reason


def test_a_query_that_grows_at_each_visit():
    assert trap("http://a/?p=1&p=1&p=1", "http://a/?p=1&p=1") == "growing query"
    assert trap("http://a/?p=1&p=1&p=1", "http://a/") == ""
    assert trap("http://a/?p=1&p=1&p=1&q=2", "http://a/?p=1") == ""


@pytest.mark.parametrize(
    "url",
    ["http://a/", "http://a/a/b/c?x=1&y=2", "http://a/2024/05/05", "http://a/docs/a/docs", "http://a/x?id=1&id=2&id=3"],
)
def test_ordinary_addresses_are_none(url):
    assert trap(url, "http://a/") == ""


def test_media_is_known_by_its_extension():
    assert is_media("http://a/x.JPG")
    assert is_media("http://a/x.woff2")
    assert not is_media("http://a/x.php")
    assert not is_media("http://a/x.jpg?id=1")
    assert not is_media("http://a/x")
    assert not is_media("http://a/x.jpg/page")
    assert not is_media("http://a/archive.zip.html")
