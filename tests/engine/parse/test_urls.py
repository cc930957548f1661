import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vedette.engine.parse import urls

BASE = "http://Shop.example/a/b/c?x=1#f"


@pytest.mark.parametrize(
    ("reference", "expected"),
    [
        ("/x", "http://shop.example/x"),
        ("d", "http://shop.example/a/b/d"),
        ("./d", "http://shop.example/a/b/d"),
        ("../d", "http://shop.example/a/d"),
        ("../../../d", "http://shop.example/d"),
        ("..", "http://shop.example/a/"),
        (".", "http://shop.example/a/b/"),
        ("?q=1", "http://shop.example/a/b/c?q=1"),
        ("?", "http://shop.example/a/b/c?"),
        ("", "http://shop.example/a/b/c?x=1"),
        ("#z", "http://shop.example/a/b/c?x=1"),
        ("//o.example/p", "http://o.example/p"),
        ("https://O.example:443", "https://o.example/"),
        ("http:d", "http://shop.example/a/b/d"),
        ("https:d.example/z", "https://d.example/z"),
        ("\\\\evil.example\\x", "http://evil.example/x"),
        (" /a b\t/c\n ", "http://shop.example/a%20b/c"),
        ("/ä?ö=ü", "http://shop.example/%C3%A4?%C3%B6=%C3%BC"),
        ("/a/./b/../c", "http://shop.example/a/c"),
        ("/a/%2e%2E/b", "http://shop.example/b"),
        ("/a/b/..", "http://shop.example/a/"),
        ("http://user:pass@host.example/", "http://host.example/"),
        ("http://[::1]:8080/x", "http://[::1]:8080/x"),
        ("http:///x.example", "http://x.example/"),
        ("/x?a=/../b", "http://shop.example/x?a=/../b"),
        ("/.git/config", "http://shop.example/.git/config"),
        ("/a?x=%27&y=<b>", "http://shop.example/a?x=%27&y=%3Cb%3E"),
        ("http://bücher.example/", "http://xn--bcher-kva.example/"),
    ],
)
def test_resolves_as_a_browser_does(reference, expected):
    assert urls.resolve(BASE, reference) == expected


@pytest.mark.parametrize(
    "reference",
    [
        "javascript:alert(1)",
        "mailto:a@b.example",
        "data:text/html,x",
        "ftp://x.example/",
        "//",
        "http://",
        "http://a b/",
        "http://host:99999/",
        "http://host:x/",
        "/" + "a" * 10_000 + " ",
    ],
)
def test_what_is_no_web_address_resolves_to_nothing(reference):
    assert urls.resolve(BASE, reference) is None


@settings(deadline=None)
@given(st.text(max_size=60))
def test_whatever_resolves_can_stand_in_a_request_line(reference):
    found = urls.resolve("http://site.test:8080/a/b", reference)
    if found is not None:
        assert found.isascii()
        assert found.startswith(("http://", "https://"))
        assert not set(found) & set(' #"<>\r\n\t')
        assert urls.normalise(found) == found
        assert urls.resolve(found, "") == found


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("HTTP://A.B", "http://a.b/"),
        ("http://a.b:80?x", "http://a.b/?x"),
        ("https://a.b:443/x", "https://a.b/x"),
        ("http://a.b:443/x", "http://a.b:443/x"),
        ("http://a.b:81/%2e/A", "http://a.b:81/%2e/A"),
        ("http://a.b/x#y", "http://a.b/x"),
        ("mailto:x", "mailto:x"),
    ],
)
def test_normalise_touches_only_scheme_host_port_and_fragment(url, expected):
    assert urls.normalise(url) == expected


def test_split_and_origin():
    assert urls.split("HTTP://A.b:80/x/y?q=1&q=2#z") == ("http://a.b", "/x/y", "q=1&q=2")
    assert urls.split("http://a.b:8080/x") == ("http://a.b:8080", "/x", "")
    assert urls.origin("https://User@A.b:444/x") == "https://a.b:444"
    assert urls.origin("ftp://a.b/") == ""


def test_query_pairs_keep_blanks_order_and_repeats():
    assert urls.query_pairs("http://a/?b=&a=1&b=x%26y&c&a=2+3#f?z=1") == [
        ("b", ""),
        ("a", "1"),
        ("b", "x&y"),
        ("c", ""),
        ("a", "2 3"),
    ]


def test_with_query_replaces_the_query():
    assert urls.with_query("http://a/p?x=1#f", [("q", "a b"), ("q", "&")]) == "http://a/p?q=a+b&q=%26"
    assert urls.with_query("http://a/p?x=1", []) == "http://a/p"


@settings(deadline=None)
@given(st.lists(st.tuples(st.text(min_size=1, max_size=8), st.text(max_size=8)), max_size=5))
def test_pairs_survive_the_round_trip(pairs):
    pairs = [
        (name.encode("utf-8", "ignore").decode(), value.encode("utf-8", "ignore").decode()) for name, value in pairs
    ]
    assert urls.query_pairs(urls.with_query("http://a/", pairs)) == pairs


def test_what_one_page_resolves_is_not_taken_for_what_another_does():
    references = ("/p", "//c.example/", "http://d.example", "http:q")
    expected = {
        "http://a.example/x/y": (
            "http://a.example/p",
            "http://c.example/",
            "http://d.example/",
            "http://a.example/x/q",
        ),
        "http://a.example/z": ("http://a.example/p", "http://c.example/", "http://d.example/", "http://a.example/q"),
        "https://a.example/z": ("https://a.example/p", "https://c.example/", "http://d.example/", "http://q/"),
        "http://a.example:81/": (
            "http://a.example:81/p",
            "http://c.example/",
            "http://d.example/",
            "http://a.example:81/q",
        ),
    }
    for base in [*expected, *expected]:
        assert tuple(urls.resolve(base, reference) for reference in references) == expected[base]


def test_more_references_than_are_remembered_resolve_all_the_same(monkeypatch):
    monkeypatch.setattr(urls, "MAX_KNOWN", 3)
    for number in [*range(8), *range(8)]:
        assert urls.resolve("http://many.example/a/", f"/{number}/../x") == "http://many.example/x"
        assert urls.resolve("http://many.example/b/", f"/{number}") == f"http://many.example/{number}"


def test_a_long_reference_resolves_without_being_remembered():
    path = "/" + "a" * urls.MAX_REMEMBERED
    assert urls.resolve("http://long.example/a/", path) == "http://long.example" + path
    assert urls.resolve("http://long.example/a/", path + "/../b") == "http://long.example/b"
