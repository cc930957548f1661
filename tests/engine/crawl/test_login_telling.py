"""What sets the inside of a session apart, learned or told."""

import pytest

from tests.engine.crawl.pages import page
from vedette.contract.job import Detector, Login
from vedette.engine.crawl.login_telling import Telling, logged_out, shows

FRAME = "<h1>Shop</h1><p>Lamps and chairs and tables for every room of the house, sent to you.</p>{}<p>Bye</p>"
INSIDE = FRAME.format("<a href=/logout>Leave</a> Hello Jane")
OUTSIDE = FRAME.format("<a href=/login>Come in</a>")


def test_a_few_words_are_enough():
    telling = Telling([page(INSIDE), page(INSIDE.replace("Bye", "Bye 17"))], page(OUTSIDE))
    assert telling.useful
    assert telling.alive(page(INSIDE.replace("Lamps", "Sofas")))
    assert not telling.alive(page(OUTSIDE.replace("Lamps", "Sofas")))


def test_what_is_of_the_moment_tells_nothing():
    telling = Telling([page(FRAME.format("tick")), page(FRAME.format("tock"))], page(FRAME.format("tick")))
    assert not telling.useful


def test_status_before_words():
    telling = Telling([page(INSIDE)], page(OUTSIDE, status=403))
    assert telling.alive(page(OUTSIDE))
    assert not telling.alive(page(INSIDE, status=403))


def test_json_counts_as_well():
    inside = page('{"name": "jane", "role": "member"}', content_type="application/json")
    outside = page('{"name": null, "error": "nobody"}', content_type="application/json")
    telling = Telling([inside, inside], outside)
    assert telling.alive(inside)
    assert not telling.alive(outside)


HOPS = [
    page("", url="http://s/check", status=302, location="/login?x=1"),
    page(
        "<div class=box><p>Please <b>log in</b></p></div><!-- nobody -->",
        url="http://s/login?x=1",
        X_User="none, really",
    ),
]


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        ("text", "please log in", False),
        ("text", "Log In", True),
        ("text", "nobody", False),
        ("body_contains", "nobody", True),
        ("status_code", "302", True),
        ("status_code", "401", False),
        ("url", "/login", True),
        ("url", "http://s/log*x=1", True),
        ("url", "/check", False),
        ("header", "X-User", True),
        ("header", "x-user: none", True),
        ("header", "x-user: jane", False),
        ("sel", "div.box > p", True),
        ("sel", ".member", False),
        ("sel", "[[", False),
    ],
)
def test_each_kind_of_detector(kind, value, expected):
    assert shows(Detector(kind=kind, value=value), HOPS) is expected


def test_any_or_all():
    signs = (Detector(kind="status_code", value="302"), Detector(kind="text", value="missing"))
    assert logged_out(Login(detectors=signs), HOPS) == "status_code '302'"
    assert logged_out(Login(detectors=signs, condition="all"), HOPS) == ""
    assert logged_out(Login(detectors=signs[:1], condition="all"), HOPS)
    assert logged_out(Login(), HOPS) == ""
