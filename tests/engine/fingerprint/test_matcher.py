import pytest
import re2

from vedette.contract.exchange import Exchange, Request, Response
from vedette.engine.fingerprint.matcher import PLACES, Matcher, Technology, load, shared
from vedette.engine.parse.page import Page


@pytest.fixture(scope="module")
def matcher():
    return shared()


def page(body="", headers=(), url="http://site.test/", kind="text/html"):
    return Page(Exchange(Request("GET", url), Response(200, (("Content-Type", kind), *headers), body.encode())))


def seen(matcher, **named):
    return {one.name: one.version for one in matcher.match(page(**named)) if not one.implied}


@pytest.mark.parametrize(
    ("named", "expected"),
    [
        ({"headers": (("Server", "nginx/1.22.1"),)}, {"nginx": "1.22.1"}),
        (
            {"headers": (("Server", "Apache/2.4.57 (Debian) mod_wsgi/4.9 OpenSSL/3.0.9"),)},
            {"apache": "2.4.57", "debian": "", "mod_wsgi": "4.9", "openssl": "3.0.9"},
        ),
        ({"headers": (("Server", "BaseHTTP/0.6 Python/3.11.2"),)}, {"simplehttp": "0.6", "python": "3.11.2"}),
        ({"headers": (("X-Powered-By", "PHP/8.2.7"),)}, {"php": "8.2.7"}),
        ({"headers": (("X-Powered-By", "Express"),)}, {"express": ""}),
        (
            {"headers": (("Server", "Microsoft-IIS/10.0"), ("X-AspNet-Version", "4.0.30319"))},
            {"iis": "10.0", "asp.net": "4.0.30319"},
        ),
        ({"headers": (("Set-Cookie", "PHPSESSID=x; Path=/"),)}, {"php": ""}),
        ({"headers": (("Set-Cookie", "laravel_session=x"),)}, {"laravel": ""}),
        ({"headers": (("Set-Cookie", ".AspNetCore.Session=x"),)}, {"asp.net core": ""}),
        ({"body": '<meta name="generator" content="WordPress 6.4.2">'}, {"wordpress": "6.4.2"}),
        ({"body": '<meta name="Generator" content="Drupal 10 (https://www.drupal.org)">'}, {"drupal": "10"}),
        ({"body": '<script src="/js/jquery-3.6.0.min.js"></script>'}, {"jquery": "3.6.0"}),
        (
            {"body": '<script src="/wp-includes/js/jquery/jquery.min.js?ver=3.7.1"></script>'},
            {"jquery": "3.7.1", "wordpress": ""},
        ),
        (
            {"body": '<script src="https://cdn.test/ajax/libs/angularjs/1.8.2/angular.min.js"></script>'},
            {"angularjs": "1.8.2"},
        ),
        ({"body": '<script src="https://cdn.test/npm/vue@3.4.1/dist/vue.global.js"></script>'}, {"vue.js": "3.4.1"}),
        ({"body": '<script src="/js/bootstrap.bundle.min.js"></script>'}, {"bootstrap": ""}),
        (
            {"body": "<b>exception</b> com.mysql.cj.jdbc.exceptions.CommunicationsException"},
            {"mysql": ""},
        ),
        ({"body": "Traceback (most recent call last):\n sqlite3.OperationalError: x"}, {"python": "", "sqlite": ""}),
        ({"body": "<h1>Whitelabel Error Page</h1>"}, {"spring": ""}),
        ({"url": "http://site.test/a.php?x=1"}, {"php": ""}),
        ({"body": '{"openapi": "3.0.1"}', "kind": "application/json"}, {"openapi": "3.0.1"}),
    ],
)
def test_recognises(matcher, named, expected):
    assert seen(matcher, **named) == expected


@pytest.mark.parametrize(
    "named",
    [
        {"body": "<p>We moved from WordPress and jQuery 3.6 to Django; nginx/1.2 was an Apache once.</p>"},
        {"headers": (("Server", "waf"), ("X-Custom", "PHP/8"))},
        {"url": "http://site.test/about/php"},
        {"body": '<script src="/js/main.js"></script><meta name="keywords" content="wordpress">'},
    ],
)
def test_stays_silent_on_mere_words(matcher, named):
    assert seen(matcher, **named) == {}


def test_what_a_technology_needs_is_implied_and_marked(matcher):
    found = {one.name: one for one in matcher.match(page(headers=(("Set-Cookie", "laravel_session=x"),)))}
    assert found["php"] == Technology("php", "", "needed by laravel", True)
    assert found["laravel"].evidence == "cookie laravel_session"
    deep = matcher.match(page('<script src="/plugins/woocommerce/a.js"></script>'))
    assert {"woocommerce", "wordpress", "php", "mysql"} <= {one.name for one in deep}


def test_a_place_with_a_version_wins_and_names_are_sorted(matcher):
    found = matcher.match(
        page(headers=(("Set-Cookie", "PHPSESSID=x"), ("X-Powered-By", "PHP/8.1"), ("Server", "nginx")))
    )
    assert [(one.name, one.version) for one in found] == [("nginx", ""), ("php", "8.1")]


def test_evidence_is_short(matcher):
    (found,) = matcher.match(page(headers=(("Server", "nginx " + "x" * 500),)))
    assert len(found.evidence) <= 120


def test_every_signature_is_well_formed():
    rows = load()
    names = [row["name"] for row in rows]
    assert len(names) >= 120
    assert names == sorted(set(names))
    for row in rows:
        assert row["name"] == row["name"].lower()
        assert set(row) <= {"name", "category", "implies", *PLACES}
        assert set(row) & set(PLACES), row["name"]
        assert set(row.get("implies", ())) <= set(names), row["name"]
        assert row["name"] not in row.get("implies", ())


def test_no_pattern_matches_the_empty_text_or_a_plain_page():
    plain = "<!doctype html><html><head><title>Hello</title></head><body><p>Hello world.</p></body></html>"
    for row in load():
        for place in ("script", "html", "url"):
            for pattern in row.get(place, ()):
                assert not re2.search(pattern, ""), (row["name"], pattern)
                assert not re2.search(pattern, plain), (row["name"], pattern)


def test_own_signatures_may_be_given():
    own = Matcher([{"name": "shop", "category": "application", "headers": {"X-Shop": r"v([\d.]+)\."}}])
    assert own.match(page(headers=(("x-shop", "v2.1. beta"),))) == [Technology("shop", "2.1", "x-shop: v2.1. beta")]


def test_the_same_element_on_another_page_is_recognised_again(matcher):
    body = '<meta name="generator" content="WordPress 6.4.2">'
    first, second = page(body), page(body, url="http://site.test/other")
    assert matcher.match(first) == matcher.match(second)
    assert seen(matcher, body=body.replace("6.4.2", "6.5")) == {"wordpress": "6.5"}


def test_all_signatures_are_compiled_once(matcher):
    assert shared() is matcher
    assert matcher.signatures.keys() == {row["name"] for row in load()}
