"""Where a scan starts, how far it goes, what it keeps away from: read with the engine's own guard."""

from __future__ import annotations

import pytest

from vedette.contract.addresses import Policy
from vedette.contract.job import Scope
from vedette.engine.net.guard import Guard
from vedette.server.targets import scope
from vedette.server.targets.values import FieldError

SITE = "https://shop.example/app/"


def guard(
    url: str, *, paths: tuple[str, ...] = (), patterns: tuple[str, ...] = (), others: tuple[str, ...] = ()
) -> Guard:
    starts = scope.start_urls(url, paths, patterns)
    wanted = Scope(include=scope.includes(url, starts, others), exclude=scope.exclusions(patterns))
    return Guard(starts, wanted, Policy())


def test_start_paths_are_relative_and_each_stands_once() -> None:
    given = ["/a", "b?x=1", " /a ", "", "/c#part"]
    assert scope.whitelist(given) == ["/a", "/b?x=1", "/c"]
    assert scope.whitelist(None) == []


@pytest.mark.parametrize(
    "entry",
    ["https://evil.example/", "//evil.example/", "javascript:x", "a b", "a\\b", "a\r\nb", "<x>", "/ä", 7, "x\0"],
)
def test_what_is_no_path_is_refused(entry: object) -> None:
    with pytest.raises(FieldError):
        scope.whitelist([entry])


def test_patterns_are_absolute_and_each_stands_once() -> None:
    patterns = ["https://shop.example/admin/*", "*://*.shop.example/x", " https://shop.example/admin/* ", ""]
    assert scope.blacklist(patterns, SITE) == ["https://shop.example/admin/*", "*://*.shop.example/x"]


@pytest.mark.parametrize(
    "entry", ["/admin/*", "admin", "*", "ftp://shop.example/", "https://", "https:///x", "https://shop.example/a b", {}]
)
def test_what_is_no_pattern_is_refused(entry: object) -> None:
    with pytest.raises(FieldError):
        scope.blacklist([entry], SITE)


@pytest.mark.parametrize(
    "entry", ["https://shop.example/app/", "https://shop.example/*", "*://*", "HTTPS://SHOP.example:443/app/*"]
)
def test_a_pattern_that_leaves_nothing_to_scan_is_refused(entry: str) -> None:
    with pytest.raises(FieldError, match="target itself"):
        scope.blacklist([entry], SITE)


def test_only_the_star_is_special() -> None:
    guarded = guard(SITE, patterns=("https://shop.example/app/item[1]?id=5", "https://shop.example/app/log*"))
    assert guarded.refusal("https://shop.example/app/item[1]?id=5") == "excluded"
    assert guarded.refusal("https://shop.example/app/item1?id=5") == ""
    assert guarded.refusal("https://shop.example/app/item[1]xid=5") == ""
    assert guarded.refusal("https://shop.example/app/logout?x=1") == "excluded"


def test_a_page_is_kept_away_from_with_and_without_a_query() -> None:
    guarded = guard(SITE, patterns=("https://shop.example/app/logout",))
    assert guarded.refusal("https://shop.example/app/logout") == "excluded"
    assert guarded.refusal("https://shop.example/app/logout?next=/") == "excluded"
    assert guarded.refusal("https://shop.example/app/logout2") == ""


def test_a_pattern_may_leave_the_scheme_to_its_star() -> None:
    patterns = ["*.archive.shop.example", "*/logout*", "*.pdf"]
    assert scope.blacklist(patterns, SITE) == patterns
    guarded = guard(
        SITE,
        patterns=tuple(patterns),
        others=("https://old.archive.shop.example", "https://old.archive.shop.example:8443"),
    )
    for url in (
        "https://old.archive.shop.example/",
        "https://old.archive.shop.example/a?b=1",
        "https://old.archive.shop.example:8443/a",
        "https://shop.example/app/logout?next=/",
        "https://shop.example/app/terms.pdf",
        "https://shop.example/app/terms.pdf?v=2",
    ):
        assert guarded.refusal(url) == "excluded", url
    assert guarded.refusal("https://shop.example/app/archive") == ""


def test_the_blacklist_wins_over_the_start_paths() -> None:
    starts = scope.start_urls(SITE, ["/app/a", "/app/b", "/app/"], ["https://shop.example/app/b*"])
    assert starts == (SITE, "https://shop.example/app/a")


@pytest.mark.parametrize(
    "path", ["/../x", "/..//evil.example/x", "/https://evil.example/", "/@evil.example", "/%2f%2fx"]
)
def test_a_start_path_never_leaves_the_host(path: str) -> None:
    _, start = scope.start_urls(SITE, scope.whitelist([path]), [])
    assert start.startswith("https://shop.example/")


@pytest.mark.parametrize(
    ("url", "prefix"),
    [
        ("https://shop.example/", "https://shop.example/"),
        ("https://shop.example/app", "https://shop.example/app"),
        ("https://shop.example/app/?a=b.c", "https://shop.example/app/"),
        ("https://shop.example/app/index.php?x=1", "https://shop.example/app/"),
        ("https://shop.example/index.html", "https://shop.example/"),
    ],
)
def test_a_scope_begins_at_the_folder(url: str, prefix: str) -> None:
    assert scope.prefix_of(url) == prefix


def test_the_scan_stays_under_the_prefix_and_on_the_named_hosts() -> None:
    guarded = guard(SITE, paths=("/help/start",), others=("https://api.shop.example",))
    assert guarded.refusal("https://shop.example/app/x") == ""
    assert guarded.refusal("https://shop.example/application") != ""
    assert guarded.refusal("https://shop.example/app/../admin") != ""
    assert guarded.refusal("https://shop.example/help/start") == ""
    assert guarded.refusal("https://shop.example/help/other") != ""
    assert guarded.refusal("https://api.shop.example/v1") == ""
    assert guarded.refusal("http://api.shop.example/v1") != ""
    assert guarded.refusal("http://shop.example/app/x") != ""


def test_a_start_path_outside_the_prefix_does_not_open_its_folder() -> None:
    guarded = guard(SITE, paths=("/login.php?next=/app/",))
    assert guarded.refusal("https://shop.example/login.php?other=1") == ""
    assert guarded.refusal("https://shop.example/admin.php") != ""
    assert guarded.refusal("https://shop.example/") != ""


def test_every_start_url_is_in_scope() -> None:
    paths = ("/app/x", "/other/y.php", "/z?q=1")
    guarded = guard(SITE, paths=paths)
    for start in scope.start_urls(SITE, paths, ()):
        assert guarded.refusal(start) == ""


def test_many_stars_are_matched_in_bounded_time() -> None:
    pattern = "https://shop.example/" + "*a" * 40 + "b"
    assert not scope.excludes([pattern], "https://shop.example/" + "a" * 2000)
