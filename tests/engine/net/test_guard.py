import time

import pytest

from vedette.contract.addresses import Policy
from vedette.contract.job import Scope
from vedette.engine.net.guard import MAX_HOSTS, Guard
from vedette.engine.net.origin import split


def guard(*start_urls: str, include=(), exclude=(), allow=()) -> Guard:
    return Guard(start_urls or ("http://shop.example/",), Scope(include=include, exclude=exclude), Policy(allow=allow))


@pytest.mark.parametrize(
    "url",
    [
        "http://shop.example/",
        "HTTP://SHOP.example:80/x?y=http://evil/",
        "http://shop.example./a",
        "http://shop.example?x",
    ],
)
def test_the_start_urls_origins_are_in_scope(url):
    assert guard().refusal(url) == ""


@pytest.mark.parametrize(
    "url",
    [
        "http://evil.example/",
        "https://shop.example/",
        "http://shop.example:8080/",
        "http://shop.example.evil/",
        "http://evilshop.example/",
        "http://sub.shop.example/",
        "http://shop.example@evil.example/",
        "http://shop.example:80@evil.example/",
        "http://evil.example\\@shop.example/",
        "http://shop.example\\.evil.example/",
        "http://evil.example#@shop.example/",
        "http://evil.example?@shop.example/",
        "http://[::1]/",
        "//shop.example/",
        "http:shop.example/",
        "ftp://shop.example/",
        "file:///etc/passwd",
        "http://sh\u00f6p.example/",
        "http://shop\uff0eexample/",
        "http://shop.example\t/",
        "",
    ],
)
def test_nothing_else_is(url):
    assert guard().refusal(url) != ""


def test_each_start_url_adds_its_origin():
    both = guard("http://a.example/deep/page", "https://b.example:8443")
    assert both.refusal("http://a.example/other") == ""
    assert both.refusal("https://b.example:8443/") == ""
    assert both.refusal("https://a.example/") != ""


@pytest.mark.parametrize(
    ("url", "allowed"),
    [
        ("http://h/app", True),
        ("http://h/app/", True),
        ("http://h/app/x/y", True),
        ("http://h/app?x=1", True),
        ("http://h/app/a/../b", True),
        ("http://h/other/x", True),
        ("http://h/", False),
        ("http://h/apple", False),
        ("http://h/app.old/", False),
        ("http://h/app/../admin", False),
        ("http://h/app/%2e%2e/admin", False),
        ("http://h/app/..%2fadmin", False),
        ("http://h/app/..\\admin", False),
        ("http://h/app/%2e%2e%5cadmin", False),
        ("http://h/APP/", False),
        ("http://h/?x=/app/", False),
    ],
)
def test_include_prefixes_match_whole_segments(url, allowed):
    assert (guard("http://h/", include=("http://h/app/", "http://h/other")).refusal(url) == "") is allowed


def test_includes_replace_the_start_urls_origins():
    only = guard("http://start.example/", include=("http://api.example",))
    assert only.refusal("http://api.example/x") == ""
    assert "out of scope" in only.refusal("http://start.example/")


def test_a_prefix_with_escapes_matches_itself():
    assert guard(include=("http://h/my%20app",)).refusal("http://h/my%20app/x") == ""


@pytest.mark.parametrize(
    "url",
    [
        "http://h/logout",
        "http://h/LOGOUT",
        "http://h:80/user/logout?next=/",
        "http://h/log%6fut",
        "http://h/x/../logout",
        "http://h/.//logout",
        "http://h/page?do=logout",
        "http://h/page?do=log%6Fut",
        "http://h/keep/out/secret",
        "http://h/keep/out",
    ],
)
def test_excludes_match_also_disguised(url):
    assert guard("http://h/", exclude=("*logout*", "http://h:80/keep/out*")).refusal(url) == "excluded"


def test_an_exclude_that_begins_with_a_slash_means_the_path():
    excluding = guard("http://h/", exclude=("/admin*",))
    assert excluding.refusal("http://h/admin/users") == "excluded"
    assert excluding.refusal("http://h/about") == ""


def test_literal_addresses_obey_the_policy():
    assert guard("http://127.0.0.1:8080/").refusal("http://127.0.0.1:8080/") == "127.0.0.1 is a loopback address"
    assert guard("http://127.0.0.1:8080/", allow=("127.0.0.1:8080",)).refusal("http://127.1:8080/x") == ""
    assert guard("http://169.254.169.254/").refusal("http://169.254.169.254/latest") != ""


def test_hosts_out_of_scope_are_counted_up_to_a_bound():
    counting = guard()
    for url in ("http://cdn.example/a", "https://CDN.example/b", "http://other.example/", "http://shop.example/"):
        counting.refusal(url)
    assert counting.out_of_scope == {"cdn.example": 2, "other.example": 1}
    for number in range(MAX_HOSTS + 10):
        counting.refusal(f"http://h{number}.example/")
    assert len(counting.out_of_scope) == MAX_HOSTS
    counting.refusal("http://cdn.example/c")
    assert counting.out_of_scope["cdn.example"] == 3


@pytest.mark.parametrize("scope", [{"include": ("not a url",)}, {}])
def test_what_cannot_be_read_is_said_at_once(scope):
    with pytest.raises(ValueError, match="absolute"):
        guard("www.example", **scope)


def test_the_entry_of_an_origin_is_in_scope():
    deep = guard("http://h/", include=("http://h/app/shop", "http://h/app"))
    assert deep.entry(split("http://h/")[0]) == "/app"
    assert guard("http://h/").entry(split("http://h/")[0]) == "/"


@pytest.mark.timing
def test_a_decision_takes_a_few_microseconds():
    busy = guard("http://127.0.0.1:8080/", allow=("127.0.0.1:8080",))
    began = time.process_time()
    for _ in range(20_000):
        busy.refusal("http://127.0.0.1:8080/some/path?with=query&and=more")
    assert (time.process_time() - began) / 20_000 < 60e-6


def test_an_origin_is_judged_without_a_path():
    made = Guard(("http://a.test/",), Scope(include=("http://a.test/in", "http://10.0.0.1/")), Policy())
    assert made.origin_refusal("http://a.test") == ""
    assert "out of scope" in made.origin_refusal("https://a.test")
    assert "out of scope" in made.origin_refusal("http://a.test:81")
    assert "private" in made.origin_refusal("http://10.0.0.1")
    assert made.origin_refusal("http://user@a.test") != ""
    assert made.out_of_scope == {}, "nothing was asked for yet"


def test_a_domain_is_in_scope_whole():
    wide = Guard((), Scope(exclude=("*/logout",)), Policy(), domains=("shop.example", "192.0.2.1"))
    for url in (
        "http://shop.example/",
        "https://a.b.shop.example:8443/x",
        "http://SHOP.example./",
        "http://192.0.2.1/",
    ):
        assert wide.refusal(url) == "", url
        assert wide.origin_refusal(url) == "", url
    for url in ("http://evilshop.example/", "http://shop.example.evil/", "http://example/", "http://2.192.0.2.1.evil/"):
        assert "out of scope" in wide.refusal(url), url
        assert "out of scope" in wide.origin_refusal(url), url
    assert wide.refusal("http://www.shop.example/logout") == "excluded"
