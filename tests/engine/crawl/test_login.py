import pytest

from vedette.contract.exchange import Exchange, Request, Response
from vedette.contract.job import Job, Login
from vedette.engine.crawl.login import USER, LoginResult, has_login_form, login_for
from vedette.engine.parse.page import Page

FORM = "<form action=/login method=post><input name=user><input type=password name=pass></form>"
INSIDE = "<h1>Hello Jane</h1><p>Your orders and your account are here, log out when you are done.</p>"
OUTSIDE = "<h1>Welcome</h1><p>Please come in and have a look at our shop full of lamps and chairs.</p>"


def page(url, body="", status=200, location=""):
    headers = (("Content-Type", "text/html"), *((("Location", location),) if location else ()))
    return Page(Exchange(Request("GET", url), Response(status, headers, body.encode())))


class Site:
    """Answers `inside` to the user and `outside` to nobody, and counts."""

    def __init__(self, inside, outside=OUTSIDE, status=200, location=""):
        self.inside, self.outside, self.status, self.location = inside, outside, status, location
        self.asked = []

    async def send(self, request):
        self.asked.append((request.url, request.user))
        if self.inside is None:
            return Exchange(request, error="timeout", detail="no answer in 15 s")
        body = self.inside if request.user else self.outside
        return page(request.url, body, self.status, self.location).exchange


def job(**login):
    return Job(id="j", start_urls=("http://site.test/",), login=Login(kind="static", **login))


async def test_a_pattern_decides_with_one_request():
    site = Site(INSIDE)
    login = login_for(job(check_url="http://site.test/me", logged_in_pattern="Hello \\w+"))
    assert await login.establish(site.send) == LoginResult(ok=True, url="http://site.test/me")
    assert site.asked == [("http://site.test/me", USER)]
    assert login.alive(page("http://site.test/me?x=1", INSIDE))
    assert not login.alive(page("http://site.test/me", OUTSIDE))


async def test_a_pattern_that_does_not_match_says_so():
    result = await login_for(job(logged_in_pattern="Hello")).establish(Site(OUTSIDE).send)
    assert not result.ok
    assert "does not match" in result.reason


@pytest.mark.parametrize(
    ("site", "reason"),
    [
        (Site(None), "no answer in 15 s"),
        (Site("", status=401), "401"),
        (Site("", status=302, location="/login?next=/"), "log-in page"),
        (Site(FORM), "log-in form"),
    ],
)
async def test_without_a_pattern_the_usual_signs_of_a_closed_door_count(site, reason):
    result = await login_for(job()).establish(site.send)
    assert not result.ok
    assert reason in result.reason


async def test_without_a_pattern_the_difference_to_nobody_is_learned():
    site = Site(INSIDE)
    login = login_for(job(check_url="http://site.test/me"))
    assert (await login.establish(site.send)).ok
    assert site.asked == [("http://site.test/me", USER), ("http://site.test/me", "")]
    assert login.alive(page("http://site.test/me", INSIDE.replace("Jane", "Joan")))
    assert not login.alive(page("http://site.test/me", OUTSIDE))


async def test_where_there_is_no_difference_nothing_is_learned():
    login = login_for(job(check_url="http://site.test/me"))
    assert (await login.establish(Site(OUTSIDE).send)).ok
    assert login.alive(page("http://site.test/me", INSIDE))


async def test_other_pages_show_the_end_of_a_session_by_sending_us_to_the_log_in():
    login = login_for(job())
    await login.establish(Site(INSIDE).send)
    assert login.alive(page("http://site.test/x", OUTSIDE))
    assert login.alive(page("http://site.test/x", status=302, location="/thanks"))
    assert not login.alive(page("http://site.test/x", status=302, location="/auth/login?next=/x"))
    assert not login.alive(page("http://site.test/x", status=401))
    assert not login.alive(page("http://site.test/x", FORM))
    assert login.alive(page("http://site.test/login", FORM))


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (FORM, True),
        ("<form action=/login method=post><input type=password name=new_password></form>", False),
        ("<form action=/register method=post><input name=email><input type=password name=p></form>", False),
        ("<form action=/search method=post><input name=q></form>", False),
        ("<form method=get><input name=u><input type=password name=p></form>", False),
    ],
)
def test_what_a_log_in_form_is(body, expected):
    assert has_login_form(page("http://site.test/x", body)) is expected


async def test_no_log_in_is_always_in_order():
    login = login_for(Job(id="j", start_urls=("http://site.test/",)))
    assert (await login.establish(Site(None).send)).ok
    assert login.alive(page("http://site.test/x", status=401))


def test_wrong_settings_are_refused():
    with pytest.raises(ValueError, match="no regular expression"):
        login_for(job(logged_in_pattern="("))
    with pytest.raises(ValueError, match="unknown kind"):
        login_for(Job(id="j", start_urls=("http://a/",), login=Login(kind="magic")))
