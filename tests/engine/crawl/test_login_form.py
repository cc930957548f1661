"""The log-in form among the others, and what sending it carries along."""

from urllib.parse import parse_qsl

import pytest

from tests.engine.crawl.pages import page
from vedette.engine.crawl.login_form import has_scripts, plan, refresh, request_of

FULL = """<form action=/search><input name=q></form>
<form method=post action=/subscribe><input name=email type=email><button>Subscribe</button></form>
<form method=post action=/enter><input type=hidden name=tok value=t1><input name=a><input type=password name=b>
<input type=checkbox name=stay value=1><input type=checkbox name=terms checked>
<select name=lang><option>de<option selected>en</select>
<button name=go value=1>Log in</button></form>
<form method=post action=/register><input name=c><input type=password name=d><input type=password name=e></form>"""


def test_the_form_with_a_name_and_one_password():
    found = plan(page(FULL))
    assert found.form.action == "http://site.test/enter"
    assert found.roles == {"a": "user", "b": "password"}
    assert not found.scripted


def test_all_that_a_browser_would_send_goes_along():
    request = request_of(plan(page(FULL)), page(FULL), {"user": "jane", "password": "p&w"})
    assert (request.method, request.url) == ("POST", "http://site.test/enter")
    assert parse_qsl(request.body.decode()) == [
        ("tok", "t1"), ("a", "jane"), ("b", "p&w"), ("terms", "on"), ("lang", "en"), ("go", "1"),
    ]  # fmt: skip
    assert ("Referer", "http://site.test/login") in request.headers


def test_further_fields_that_the_job_names():
    body = "<form method=post><input name=u><input type=password name=p><input name=realm></form>"
    found = plan(page(body), ["u", "p", "realm"])
    request = request_of(found, page(body), {"user": "1", "password": "2", "realm": "3"})
    assert request.body == b"u=1&p=2&realm=3"


@pytest.mark.parametrize(
    ("body", "asks"),
    [
        ("<form method=post action=/login><input name=x><button>Next</button></form>", {"user"}),
        ("<form method=post action=/comment><input name=x><button>Send it</button></form>", None),
        ("<form method=post><input type=hidden name=u value=jane><input type=password name=p></form>", {"password"}),
        ("<form method=post><input name=code autocomplete=one-time-code></form>", {"code"}),
        ("<form method=post><input name=u><input type=password name=p><button>Forgot it?</button></form>", None),
        ("<p>No form.</p>", None),
    ],
)
def test_steps_of_a_log_in(body, asks):
    url = "http://site.test/enter" if asks is None else "http://site.test/login"
    found = plan(page(body, url=url))
    assert (set(found.asks) if found else None) == asks


def test_a_password_in_the_address_is_a_scripts_work():
    assert plan(page("<form><input name=u><input type=password name=p></form>")).scripted
    assert has_scripts(page("<script>x</script>"))
    assert not has_scripts(page("<p>x</p>"))


def test_where_a_page_sends_on_to():
    assert refresh(page("<meta http-equiv=Refresh content='0; url=/home'>")) == "http://site.test/home"
    assert not refresh(page("<meta http-equiv=refresh content='300; url=/home'>"))
    assert not refresh(page("<meta http-equiv=refresh content='30'>"))
