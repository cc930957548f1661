"""Each letter of the score, and what does not count."""

import pytest

from tests.sites.estate import STRICT
from vedette.contract.discovery import SCORES
from vedette.contract.exchange import Response
from vedette.engine.discover.headers import COUNTED, LETTERS, judge

_LINES = (line.replace("; frame-ancestors 'none'", "").partition(": ") for line in STRICT)
ALL = tuple((name, value) for name, _, value in _LINES)


def response(*headers, status=200):
    return Response(status, headers, b"<h1>Shop</h1>")


@pytest.mark.parametrize(("left_out", "score"), [*enumerate(("A+", "A", "B", "C", "D", "E", "F"))])
def test_each_missing_header_costs(left_out, score):
    judged = judge(response(*ALL[left_out:]), secure=True)
    assert (judged.score, len(judged.missing)) == (score, left_out)
    assert judged.missing == COUNTED[:left_out]


def test_the_content_policy_stands_in_for_the_frame_option():
    headers = dict(ALL) | {"Content-Security-Policy": ALL[1][1] + "; frame-ancestors 'none'"}
    del headers["X-Frame-Options"]
    assert judge(response(*headers.items()), secure=True).score == "A+"


def test_a_weak_one_costs_the_plus():
    headers = dict(ALL) | {"Content-Security-Policy": "script-src 'unsafe-inline'; frame-ancestors 'none'"}
    judged = judge(response(*headers.items()), secure=True)
    assert (judged.score, judged.weak) == ("A", ("content-security-policy",))
    headers = dict(ALL) | {"Strict-Transport-Security": "max-age=60", "Referrer-Policy": "no-referrer, unsafe-url"}
    assert judge(response(*headers.items()), secure=True).weak == ("strict-transport-security", "referrer-policy")


def test_protection_of_transport_does_not_count_on_plain_connections():
    judged = judge(response(*ALL), secure=False)
    assert (judged.score, judged.missing) == ("A", ("strict-transport-security",))


@pytest.mark.parametrize("value", ["max-age=0", "includeSubDomains", "max-age=1; max-age=2"])
def test_what_switches_off_is_missing(value):
    headers = dict(ALL) | {"Strict-Transport-Security": value}
    assert judge(response(*headers.items()), secure=True).missing == ("strict-transport-security",)


def test_what_cannot_be_judged():
    assert judge(response(("Location", "/in"), status=301), secure=True).score == "R"
    assert judge(response(status=503), secure=True).score == "NA"
    assert judge(response(status=204), secure=True).score == "NA"
    assert judge(response(status=404), secure=True).score == "F"
    assert set(LETTERS) < set(SCORES)
