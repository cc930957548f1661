import base64
import json
from urllib.parse import quote, quote_plus

import pytest

from vedette.contract.events import EndpointFound, PointTested
from vedette.contract.exchange import Exchange, Request, Response
from vedette.engine.net.masking import MAX_SESSIONS, Masker, looks_secret

SECRET = 'p@ss/wörd "x"+1'


def exchange(text: str = "", *, header: str = "", url: str = "http://h/") -> Exchange:
    request = Request("POST", url, (("X", header),), text.encode())
    return Exchange(request, Response(200, (("Y", header),), text.encode()))


def test_without_secrets_the_exchange_is_the_same_object():
    given = exchange("body")
    assert Masker({}).mask(given) is given
    assert Masker({"empty": ""}).mask(given) is given


@pytest.mark.parametrize(
    "form",
    [
        SECRET,
        quote(SECRET, safe=""),
        quote(SECRET),
        quote_plus(SECRET),
        quote(SECRET, safe="").lower().replace("p%40ss", "p%40ss"),
        json.dumps(SECRET)[1:-1],
        json.dumps(SECRET, ensure_ascii=False)[1:-1],
        json.dumps(SECRET)[1:-1].replace("/", "\\/"),
        base64.b64encode(SECRET.encode()).decode().rstrip("="),
    ],
)
def test_every_form_is_replaced_both_ways(form):
    masked = Masker({"db": SECRET}).mask(
        exchange(f"before {form} after", header=f"is {form}", url=f"http://h/?q={form}&r=1")
    )
    shown = "before ‹secret:db› after".encode()
    assert masked.request.body == shown
    assert masked.response.body == shown
    assert masked.request.headers == (("X", "is ‹secret:db›"),)
    assert masked.response.headers == (("Y", "is ‹secret:db›"),)
    assert masked.request.url == "http://h/?q=‹secret:db›&r=1"


@pytest.mark.parametrize("user", ["u", "us", "use", "user"])
def test_within_base64_the_value_is_found_at_any_offset(user):
    token = base64.b64encode(f"{user}:correct-horse-battery".encode()).decode()
    masked = Masker({"login": "correct-horse-battery"}).mask(exchange(header=f"Basic {token}"))
    value = masked.request.headers[0][1]
    assert "‹secret:login›" in value
    remains = value.removeprefix("Basic ").replace("‹secret:login›", "")
    assert len(remains) <= len(token) - 24


def test_the_given_exchange_is_not_changed():
    given = exchange("my secret-value")
    Masker({"s": "secret-value"}).mask(given)
    assert given.request.body == b"my secret-value"


def test_a_value_that_holds_another_is_replaced_whole():
    masker = Masker({"short": "tokens", "long": "tokens-and-more"})
    assert masker.text("a tokens-and-more b tokens") == "a ‹secret:long› b ‹secret:short›"
    assert masker.data(b"a tokens-and-more b tokens") == "a ‹secret:long› b ‹secret:short›".encode()


def test_short_values_are_replaced_only_as_a_whole_header():
    masked = Masker({"pin": "123"}).mask(exchange("a 1234 b", header="123"))
    assert masked.request.body == b"a 1234 b"
    assert masked.request.headers == (("X", "‹secret:pin›"),)


def test_values_learned_later_count_from_then_on():
    masker = Masker({"s": "first-value"})
    assert masker.text("first-value abcdefghijklmnopqrst") == "‹secret:s› abcdefghijklmnopqrst"
    masker.learn_session("sid", "abcdefghijklmnopqrst")
    assert masker.text("first-value abcdefghijklmnopqrst") == "‹secret:s› ‹secret:sid›"
    assert masker.data(b"abcdefghijklmnopqrst") == "‹secret:sid›".encode()


def test_session_values_are_bounded_secrets_are_not_forgotten():
    masker = Masker({"s": "keep-this-one"})
    for number in range(MAX_SESSIONS + 1):
        masker.learn_session("sid", f"session-value-{number:06}")
    assert masker.text("keep-this-one") == "‹secret:s›"
    assert masker.text("session-value-000000") == "session-value-000000"
    assert masker.text(f"session-value-{MAX_SESSIONS:06}") == "‹secret:sid›"


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("lang", "en", False),
        ("theme", "solarized-dark", False),
        ("PHPSESSID", "a1b2c3d4", True),
        ("auth_token", "12345678", True),
        ("sid", "short", False),
        ("x", "0123456789abcdef", True),
    ],
)
def test_plain_cookies_stay_readable(name, value, expected):
    assert looks_secret(name, value) is expected


def test_an_error_text_is_masked_too():
    masked = Masker({"s": "secret-value"}).mask(
        Exchange(Request("GET", "http://h/"), error="tls", detail="bad secret-value")
    )
    assert masked.detail == "bad ‹secret:s›"
    assert masked.response is None


def test_what_a_site_says_back_in_its_addresses_is_masked_in_events():
    secret = "s3cr3t-long-enough"
    masker = Masker({"header-1": secret})
    found = EndpointFound(method="GET", url=f"http://a/x/{secret}?y={secret}", status=200, source="link", at=5.0)
    shown = masker.event(found)
    assert shown.url == "http://a/x/‹secret:header-1›?y=‹secret:header-1›"
    assert (shown.at, shown.status, found.url.count(secret)) == (5.0, 200, 2)
    tested = PointTested(
        point="p", method="GET", url="http://a/", point_kind="query", parameter=secret, outcomes={secret: "tested"}
    )
    assert masker.event(tested).outcomes == {"‹secret:header-1›": "tested"}


def test_an_event_without_a_known_value_stays_the_same_object():
    found = EndpointFound(method="GET", url="http://a/word/", status=200, source="link")
    assert Masker({}).event(found) is found
    assert Masker({"header-1": "word"}).event(found) is found, "a word of the site is no secret there"
