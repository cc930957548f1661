"""Signs that a session may be gone, in answers to requests of a scan."""

import pytest

from tests.engine.crawl.pages import page
from vedette.contract.exchange import Exchange, Request, Response
from vedette.contract.job import Detector, Login
from vedette.engine.crawl.login_telling import Telling
from vedette.engine.net.session import Session
from vedette.engine.scan.session_signs import Signs

SITE = "http://a"
INSIDE = "<h1>Desk</h1><ul><li>Letters<li>Bills</ul><p>Good morning Jane, here are all the letters of today.</p>"
OUTSIDE = "<main><p>This room is for members only. Please show your card at the door, or write to us.</p></main>"
FORM = "<form method=post action=/login><input name=u><input type=password name=p></form>"


def answer(path, status=200, location="", body="x", cookies=()):
    headers = [("Content-Type", "text/html"), *(("Set-Cookie", line) for line in cookies)]
    headers += [("Location", location)] if location else []
    return Exchange(Request("GET", SITE + path, user="A"), Response(status, tuple(headers), body.encode()))


def signs(outside=None, **login):
    session = Session("A", cookies={"sid": "1"}, origins=(SITE,))
    made = Signs(Login(kind="form", url=SITE + "/enter", **login), session)
    if outside is not None:
        made.learn(Telling([page(INSIDE)], outside))
    return made


def test_what_shows_on_any_site():
    known = signs()
    assert known.on(answer("/x", 401)) == "GET http://a/x 401"
    assert known.on(answer("/x?y=1", 302, "/login?next=/x")) == "GET http://a/x 302"
    assert known.on(answer("/x", body=FORM)) == "GET http://a/x 200"
    assert known.on(answer("/x", 302, "/enter")), "the log-in page of the job, whatever its name"
    assert not known.on(answer("/enter", 401)), "that page itself says nothing"
    assert not known.on(answer("/x", 403))
    assert not known.on(answer("/x", 302, "/y"))
    assert not known.on(Exchange(Request("GET", SITE + "/x"), error="timeout"))


@pytest.mark.parametrize(
    ("outside", "sign", "none"),
    [
        (page(OUTSIDE), answer("/x", body=OUTSIDE), answer("/x", body=INSIDE)),
        (page(OUTSIDE, status=403), answer("/x", 403), answer("/x", 404)),
        (page("", status=302, location="/welcome"), answer("/x", 302, "/welcome"), answer("/x", 302)),
    ],
    ids=["page", "status", "redirect"],
)
def test_what_nobody_gets_on_the_check_page_shows_elsewhere(outside, sign, none):
    known = signs(outside)
    assert known.on(sign)
    assert not known.on(none)
    assert not signs().on(sign), "it has to be learned"


def test_one_page_with_other_words_is_not_looked_for():
    known = signs(page(INSIDE.replace("today", "now")))
    assert not known.on(answer("/x", body=INSIDE.replace("today", "now")))


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("sid=; Path=/", True),
        ("sid=deleted; expires=Thu, 01 Jan 1970 00:00:01 GMT", True),
        ("sid=x; Max-Age=0", True),
        ("sid=2; Path=/", False),
        ("flash=; Path=/", False),
    ],
)
def test_a_cookie_of_the_session_that_is_taken_away(line, told):
    assert bool(signs().on(answer("/x", cookies=(line,)))) is told


def test_a_detectors_words_count_on_any_page():
    known = signs(detectors=(Detector(kind="body_contains", value="Sitzung beendet"),))
    assert known.on(answer("/x", body="Ihre Sitzung beendet sich."))
    assert not known.on(answer("/x", body="Willkommen"))
