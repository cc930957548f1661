"""URLs and hosts in one form, who speaks for whom, and what cannot be set yet."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vedette.engine.crawl.harmwords import KINDS as ENGINE_ACTIONS
from vedette.engine.net.origin import split
from vedette.server.kernel.errors import Invalid
from vedette.server.targets import rules
from vedette.server.targets.values import FieldError


@pytest.mark.parametrize(
    ("given_url", "stored"),
    [
        ("https://Shop.Example", "https://shop.example/"),
        ("  https://shop.example/  ", "https://shop.example/"),
        ("HTTPS://shop.example:443/a/B?q=1#part", "https://shop.example/a/B?q=1"),
        ("http://shop.example:80", "http://shop.example/"),
        ("http://shop.example:443/", "http://shop.example:443/"),
        ("https://shop.example.:8443?x", "https://shop.example:8443/?x"),
        ("https://shop.example:/", "https://shop.example/"),
        ("http://127.0.0.1:9/", "http://127.0.0.1:9/"),
        ("http://localhost:8000", "http://localhost:8000/"),
        ("http://[0:0:0:0:0:0:0:1]:8080/x", "http://[::1]:8080/x"),
        ("https://bücher.example/straße", "https://xn--bcher-kva.example/stra%C3%9Fe"),
        ("https://my_host.example/%7Euser/a;b", "https://my_host.example/%7Euser/a;b"),
    ],
)
def test_a_url_is_stored_in_one_form(given_url: str, stored: str) -> None:
    assert rules.normalise_url(given_url) == stored
    assert rules.normalise_url(stored) == stored


@pytest.mark.parametrize(
    "url",
    [
        None,
        7,
        "",
        "   ",
        "shop.example",
        "//shop.example/",
        "ftp://shop.example/",
        "file:///etc/passwd",
        "javascript:alert(1)//x/",
        "https://",
        "https:///path",
        "https://user@shop.example/",
        "https://user:pass@shop.example/",
        "https://shop.example@evil.example/",
        "https://shop.example\\@evil.example/",
        "https://shop.example:0/",
        "https://shop.example:65536/",
        "https://shop.example:80x/",
        "https://shop.example:99999999999999999999/",
        "https://shop..example/",
        "https://.shop.example/",
        "https://-shop.example/",
        "https://shop example/",
        "https://shop.example/a b",
        "https://shop.example/\r\nX: y",
        "https://shop.example/\0",
        "https://shop.example/\ud800",
        "https://shop.example/<script>",
        "https://sho%70.example/",
        "https://*.example/",
        "http://127.1/",
        "http://0x7f000001/",
        "http://2130706433/",
        "http://017700000001/",
        "http://999.1.1.1/",
        "http://[::1/",
        "http://[fe80::1%25eth0]/",
        "https://faß.example/",
        f"https://{'a' * 64}.example/",
        "https://" + "a." * 127 + "example/",
        "https://shop.example/" + "a" * 2048,
        "https://shop.example/" + "é" * 1000,
    ],
)
def test_what_is_no_url_of_a_site_is_refused(url: object) -> None:
    with pytest.raises(Invalid) as refused:
        rules.normalise_url(url)
    assert list(refused.value.fields) == ["site.url"]
    assert all(refused.value.fields["site.url"])


@given(st.text(alphabet="ahtps:/.@[]%#?*\\ 0189xé:-_\0\n", max_size=40))
def test_a_stored_url_is_read_by_the_engine_as_we_read_it(tail: str) -> None:
    try:
        url = rules.site_url("http://" + tail)
    except FieldError:
        return
    origin, target = split(url)
    assert url == origin.url + target
    assert rules.host_of(url) == origin.authority
    assert rules.origin_of(url) == origin.url


def test_a_path_is_told_from_a_bare_host() -> None:
    assert not rules.has_path("https://shop.example/")
    assert rules.has_path("https://shop.example/app")
    assert rules.has_path("https://shop.example/?a=1")


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("API.Shop.example", "api.shop.example"),
        ("api.shop.example:8443", "api.shop.example:8443"),
        ("127.0.0.1:9", "127.0.0.1:9"),
        ("[::1]:80", "[::1]:80"),
        ("api.shop.example.", "api.shop.example"),
    ],
)
def test_an_extra_host_is_a_name_with_or_without_port(text: str, stored: str) -> None:
    assert rules.extra_host(text) == stored


@pytest.mark.parametrize(
    "text",
    [
        *(None, 1, "", "*.shop.example", "https://api.shop.example", "api.shop.example/x", "u@api.shop.example"),
        *("api shop", "api:0", "api:x", "a:b:c", "127.1", "api\0", "a" * 300, "::1"),
    ],
)
def test_what_is_no_extra_host_is_refused(text: object) -> None:
    with pytest.raises(FieldError):
        rules.extra_host(text)


def test_an_extra_host_stands_for_its_origins() -> None:
    assert rules.extra_origins("api.example") == ("https://api.example", "http://api.example")
    assert rules.extra_origins("api.example:443") == ("https://api.example",)
    assert rules.extra_origins("api.example:80") == ("http://api.example",)
    assert rules.extra_origins("[::1]:8080") == ("https://[::1]:8080", "http://[::1]:8080")
    assert rules.hostname_of("api.example:443") == "api.example"
    assert rules.hostname_of("api.example:8443") == "api.example:8443"
    assert rules.split_port("[::1]") == ("[::1]", "")


def test_technologies_belong_to_the_host_on_which_they_were_seen() -> None:
    hosts = ("api.example", "shop.example", "api.example:8443")
    seen = [{"name": "nginx", "version": "", "host": host} for host in hosts]
    assert rules.stack_of("api.example", seen) == seen[:1]
    assert rules.stack_of("api.example:443", seen) == seen[:1]
    assert rules.stack_of("api.example:8443", [*seen, {"name": "older"}]) == seen[2:]


@pytest.mark.parametrize(
    ("parent", "method", "child", "speaks"),
    [
        ("shop.example", "file", "www.shop.example", True),
        ("shop.example", "file", "a.b.shop.example", True),
        ("shop.example", "file", "shop.example", False),
        ("shop.example", "file", "myshop.example", False),
        ("shop.example", "file", "shop.example.evil.example", False),
        ("www.shop.example", "file", "shop.example", False),
        ("example", "dns_txt", "shop.example", False),
        ("shop.example", "file", "www.shop.example:8443", False),
        ("shop.example", "meta_tag", "www.shop.example:8443", False),
        ("shop.example", "dns_txt", "www.shop.example:8443", True),
        ("shop.example:8443", "dns_cname", "www.shop.example", True),
        ("shop.example:8443", "file", "www.shop.example:8443", True),
        ("shop.example:8443", "file", "www.shop.example", False),
        ("0.1", "file", "10.0.0.1", False),
        ("0.0.1", "dns_txt", "127.0.0.1", False),
        ("app.localhost", "dns_txt", "www.app.localhost", False),
        ("github.io", "dns_txt", "me.github.io", False),
        ("co.uk", "whitelist", "shop.co.uk", False),
        ("shop.co.uk", "email", "www.shop.co.uk:8443", True),
    ],
)
def test_who_speaks_for_whom(parent: str, method: str, child: str, speaks: bool) -> None:
    assert rules.covers(parent, method, child) is speaks


def test_the_tables_hold_what_the_contract_names() -> None:
    assert len(rules.OWNERSHIP_METHODS) == 12
    assert set(rules.SELF_SERVICE) == {"file", "dns_txt", "dns", "dns_cname", "meta_tag"}
    by_server = {rules.EXISTING_DOMAIN, *rules.ATTESTED, *rules.CONNECTED, rules.EMAIL}
    assert set(rules.OWNERSHIP_METHODS) == {*rules.SELF_SERVICE, *by_server}
    assert rules.ACTIONS == ENGINE_ACTIONS


@pytest.mark.parametrize("name", sorted(rules.NOT_YET))
def test_a_setting_that_cannot_be_used_is_refused_unless_it_stays_as_it_is(name: str) -> None:
    row = rules.NOT_YET[name]
    assert rules.refuse_not_yet({name: row.default}, {}) == {}
    assert rules.refuse_not_yet({}, {}) == {}
    other = {"nested": "value"} if not isinstance(row.default, bool) else not row.default
    assert rules.refuse_not_yet({name: other}, {}) == {rules.path_of(name): [row.reason]}
    assert rules.refuse_not_yet({name: other}, {name: other}) == {}


@pytest.mark.parametrize(
    "given_settings",
    [
        {"schedule_incremental": None},
        {"schedule_incremental": "False"},
        {"schedule_incremental": 0},
        {"schedule_incremental": ""},
        {"scanning_agent": {"id": None}},
        {"scanning_agent": {}},
    ],
)
def test_what_means_the_same_as_the_default_passes(given_settings: dict[str, object]) -> None:
    assert rules.refuse_not_yet(given_settings, {}) == {}


@pytest.mark.parametrize(
    ("given_settings", "path"),
    [
        ({"scanning_agent": {"id": "x"}}, "scanning_agent"),
        ({"kind.host": True}, "type"),
    ],
)
def test_what_differs_from_the_default_is_named_by_its_path(given_settings: dict[str, object], path: str) -> None:
    assert list(rules.refuse_not_yet(given_settings, {})) == [path]


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("otp_secret", "site.otp_secret"),
        ("api_scan_settings.api_login_url", "site.api_scan_settings.api_login_url"),
        ("basic_auth.password", "site.basic_auth.password"),
        ("profile", "scan_profile"),
        ("incremental", "incremental"),
    ],
)
def test_a_fault_stands_at_the_path_of_its_setting(name: str, path: str) -> None:
    assert rules.path_of(name) == path


def test_errors_are_raised_at_once_by_path() -> None:
    errors = rules.Errors()
    errors.check()
    errors.add("url", "one")
    errors.add("url", "two")
    errors.add("profile", "three")
    errors.add("max_rate", "four")
    with pytest.raises(Invalid) as raised:
        errors.check()
    assert raised.value.fields == {"site.url": ["one", "two"], "scan_profile": ["three"], "max_rate": ["four"]}
