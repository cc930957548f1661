"""What a person types becomes a job, or one clear sentence."""

import pytest

from vedette.cli.order import Order, prepare, seconds, secrets_of
from vedette.cli.problem import Problem
from vedette.contract import wire
from vedette.contract.job import Profile

AWAY = "https://shop.example/"


def test_a_loopback_url_opens_exactly_its_address_and_port():
    job = prepare(Order(urls=["http://127.0.0.1:8099/shop"])).job
    assert job.allow_private == ("127.0.0.1:8099",)
    assert job.limits.rate == 0
    assert job.profile == Profile.NORMAL


def test_localhost_opens_both_families_of_that_port():
    assert prepare(Order(urls=["http://localhost:81/"])).job.allow_private == ("127.0.0.1:81", "[::1]:81")


def test_elsewhere_no_payload_leaves_without_a_word_on_who_allows_it():
    prepared = prepare(Order(urls=[AWAY], profile=Profile.FULL))
    assert prepared.job.profile == Profile.LIGHTNING
    assert "--authorized" in prepared.remarks[0]
    assert prepared.job.limits.rate == 50


def test_one_foreign_url_among_loopback_ones_needs_consent_too():
    assert prepare(Order(urls=["http://127.0.0.1/", AWAY])).job.profile == Profile.LIGHTNING


def test_consent_is_recorded_in_the_job():
    job = prepare(Order(urls=[AWAY], authorized="Ada, owner, ticket 7")).job
    assert job.profile == Profile.NORMAL
    assert job.authorized == "Ada, owner, ticket 7"


def test_blank_consent_is_none():
    assert prepare(Order(urls=[AWAY], authorized="   ")).job.profile == Profile.LIGHTNING


def test_headers_and_cookies_travel_apart_from_the_job():
    order = Order(
        urls=["http://127.0.0.1/"], header=["Authorization: Bearer abc123"], cookie=["sid=s3cr3t; theme=dark"]
    )
    prepared = prepare(order)
    assert "abc123" not in wire.dumps(prepared.job)
    assert "s3cr3t" not in wire.dumps(prepared.job)
    assert prepared.secrets == {"header-1": "Bearer abc123", "cookie-1": "s3cr3t", "cookie-2": "dark"}
    assert prepared.job.login.kind == "static"
    assert secrets_of(order) == prepared.secrets


def test_a_harmless_header_is_no_log_in():
    assert prepare(Order(urls=["http://127.0.0.1/"], header=["Accept-Language: de"])).job.login.kind == "none"


def test_a_bare_host_is_taken_as_http():
    assert prepare(Order(urls=["127.0.0.1:8080"])).job.start_urls == ("http://127.0.0.1:8080/",)


@pytest.mark.parametrize(
    "order",
    [
        Order(urls=[]),
        Order(urls=["ftp://a/"]),
        Order(urls=["http://"]),
        Order(urls=["http://a:99999/"]),
        Order(urls=["http://a:0/"]),
        Order(urls=["http://user:pw@a/"]),
        Order(urls=["http://a/ b"]),
        Order(urls=["http://[::1/"]),
        Order(urls=["http://127.0.0.1/"], scope=["javascript://x"]),
        Order(urls=["http://127.0.0.1/"], header=["no colon"]),
        Order(urls=["http://127.0.0.1/"], header=["Bad Name: x"]),
        Order(urls=["http://127.0.0.1/"], header=["X: a\r\nY: b"]),
        Order(urls=["http://127.0.0.1/"], cookie=["novalue"]),
        Order(urls=["http://127.0.0.1/"], rate=-1),
        Order(urls=[AWAY], rate=0, authorized="me"),
        Order(urls=["http://127.0.0.1/"], max_time="soon"),
        Order(urls=["http://127.0.0.1/"], allow_private=["nonsense"]),
    ],
)
def test_what_cannot_be_meant_is_refused_with_a_hint(order):
    with pytest.raises(Problem) as caught:
        prepare(order)
    assert str(caught.value).endswith((".", ":"))
    assert caught.value.hint


@pytest.mark.parametrize(
    ("text", "expected"), [("", 0), ("90", 90), ("45s", 45), ("10m", 600), ("1h30m", 5400), ("2h5s", 7205)]
)
def test_durations(text, expected):
    assert seconds(text) == expected


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"checks": ["nosuch"]}, "nosuch"),
        ({"checks": ["-nosuch"]}, "nosuch"),
        ({"checks": ["sqli"], "profile": Profile.LIGHTNING}, "lightning"),
        ({"allow_action": ["nuke"]}, "nuke"),
        ({"rate": float("nan")}, "--rate"),
        ({"rate": float("inf")}, "--rate"),
    ],
)
def test_choices_that_do_not_exist_are_named(options, says):
    with pytest.raises(Problem, match=says):
        prepare(Order(urls=["http://127.0.0.1/"], **options))


def test_families_ids_and_actions_that_exist_are_taken():
    order = Order(urls=["http://127.0.0.1/"], checks=["sqli", "-sqli-time", "xss-stored"], allow_action=["log-out"])
    job = prepare(order).job
    assert job.checks == ("sqli", "-sqli-time", "xss-stored")
    assert job.allow_actions == ("log-out",)


@pytest.mark.parametrize(
    "order",
    [
        Order(urls=["http://ada:t0psecret@127.0.0.1/"]),
        Order(urls=["http://127.0.0.1/"], header=["t0psecret"]),
        Order(urls=["http://127.0.0.1/"], cookie=["t0psecret"]),
    ],
)
def test_what_may_be_a_secret_is_not_repeated(order):
    with pytest.raises(Problem) as caught:
        prepare(order)
    assert "t0psecret" not in str(caught.value) + caught.value.hint


def test_descriptions_hosts_and_parts_become_the_jobs(tmp_path):
    path = tmp_path / "api.yml"
    path.write_text("openapi: 3.0.0")
    order = Order(
        urls=["http://127.0.0.1:81/shop"], openapi=[str(path)], graphql=["http://127.0.0.1:81/graphql"],
        api_value=["token=t0ken-of-test"], only=["127.0.0.1:81/shop/a"], include_duplicates=True, sequences_only=True,
        described_only=True,
        test_header=["X-T: 1"], test_cookie=["c=2"],
        host_header=["http://127.0.0.1:82 X-K: hush"], host_cookie=["http://127.0.0.1:82 d=3"],
    )  # fmt: skip
    prepared = prepare(order)
    job = prepared.job
    assert [one.kind for one in job.descriptions] == ["openapi", "graphql"]
    assert job.part.urls == ("http://127.0.0.1:81/shop/a",)
    assert job.part.duplicates
    assert job.part.sequences_only
    assert job.part.described_only
    assert [(one.name, one.testing) for one in (*job.headers, *job.cookies)] == [("X-T", True), ("c", True)]
    assert job.scope.include == ("http://127.0.0.1:81/", "http://127.0.0.1:82/")
    assert job.allow_private == ("127.0.0.1:81", "127.0.0.1:82")
    assert prepared.secrets == {"api-value token": "t0ken-of-test", "host-header-1": "hush", "host-cookie-1": "3"}
    assert secrets_of(order) == prepared.secrets
    assert not [value for value in prepared.secrets.values() if len(value) > 2 and value in wire.dumps(job)]
    assert prepare(Order(urls=["http://127.0.0.1:81/"], scope=["http://127.0.0.1:81/a"])).job.scope.include == (
        "http://127.0.0.1:81/a",)  # fmt: skip
