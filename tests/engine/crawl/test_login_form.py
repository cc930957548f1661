"""The log-in form among the others, and what sending it carries along."""

from urllib.parse import parse_qsl

import pytest

from tests.engine.crawl.pages import page
from vedette.engine.crawl.login_fields import Blank
from vedette.engine.crawl.login_form import Button, choose_on, has_scripts, opener, plan, refresh, request_of

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


REGISTER = [Blank("name"), Blank("email"), Blank("password", "password")]
ENTER = [Blank("who", placeholder="E-mail"), Blank("word", "password")]


@pytest.mark.parametrize("label", ["Create account", "Neu registrieren", "新規登録", "회원가입", "إنشاء حساب"])
@pytest.mark.parametrize("names", [(), ("username", "password")])
def test_not_the_form_to_register_with(label, names):
    buttons = [Button(label, "submit", 0, 9), Button("OK", "submit", 1, 10)]
    chosen = choose_on([*REGISTER, *ENTER], [0, 0, 0, 1, 1], buttons, names)
    assert (chosen.user, chosen.password) == (3, 4)
    chosen = choose_on([*ENTER, *REGISTER], [1, 1, 0, 0, 0], buttons, names)
    assert (chosen.user, chosen.password) == (0, 1)


def test_not_the_form_with_a_password_to_repeat():
    twice = [*REGISTER, Blank("again", "password")]
    chosen = choose_on([*twice, *ENTER], [0, 0, 0, 0, 1, 1], [])
    assert (chosen.user, chosen.password) == (4, 5)


def test_of_two_forms_the_one_that_bears_the_names_given():
    other = [Blank("a"), Blank("b", "password")]
    assert choose_on([*ENTER, *other], [0, 0, 1, 1], [], ("a", "b"))[:2] == (2, 3)
    assert choose_on([*ENTER, *other], [0, 0, 1, 1], [], ("who", "word"))[:2] == (0, 1)


def test_fields_without_a_form_are_one():
    assert choose_on(ENTER, [-1, -1], [])[:2] == (0, 1)
    assert choose_on([], [], [])[:2] == (-1, -1)


def test_what_may_bring_a_form_to_light():
    labels = ["Help", "Sign up", "Log in", "Accept all", "Continue with Google"]
    assert opener(labels, ()) == 3
    assert opener(labels, {"Accept all"}) == 2
    assert opener(labels, {"Accept all", "Log in"}) == -1
