"""What the page after a log-in says became of it."""

import pytest

from tests.engine.crawl.pages import page
from vedette.engine.crawl.login_attempt import barred_by, judged, no_form

FORM = "<form method=post action=/login><input name=u><input type=password name=p></form>"
FIRST = "<form method=post action=/login><input name=username></form>"
CODE = "<form method=post action=/code><input name=otp></form>"
SENT = ("user", "password")


@pytest.mark.parametrize(
    ("body", "status", "sent", "refused", "words"),
    [
        (FORM + "Wrong password", 200, SENT, True, "the site says “wrong password”"),
        (FIRST + "Wrong password", 200, SENT, True, "the site says “wrong password”"),
        (FORM, 200, SENT, True, "shows the log-in form again"),
        ("nothing", 401, SENT, True, "user name or password was refused"),
        (FORM + "Too many attempts", 200, SENT, True, "too many attempts"),
        (CODE, 200, (*SENT, "code"), True, "second factor was refused"),
        ("bad", 403, (*SENT, "code"), True, "second factor was refused"),
        (FORM + "<div class=h-captcha></div>", 200, SENT, False, "captcha"),
        ("CSRF token missing", 403, SENT, False, "anti-CSRF"),
        ("oops", 500, SENT, False, "status 500"),
    ],
)
def test_failures_have_a_reason(body, status, sent, refused, words):
    attempt = judged(page(body, status=status), sent)
    assert words in attempt.reason
    assert attempt.refused is refused
    assert attempt.sent


def test_a_form_that_comes_back_without_a_word_may_be_a_scripts():
    attempt = judged(page(FORM + "<script>x</script>"), SENT)
    assert (attempt.refused, attempt.undecided) == (False, True)


def test_nothing_speaks_against_a_page_that_asks_for_nothing():
    assert judged(page("<h1>Hello</h1><p>Invalid items in your cart</p>"), SENT) is None
    assert judged(page(CODE), SENT) is None, "the next step"
    assert judged(page(FIRST), SENT) is None, "a form for a name that nobody complains about"


def test_pages_that_cannot_be_filled_in():
    assert "answered 404" in no_form(page("x", status=404)).reason
    assert no_form(page("<div id=app></div>")).undecided
    assert not no_form(page("{}", content_type="application/json")).undecided
    assert barred_by(page("<div class=g-recaptcha></div>"))
    assert not barred_by(page(FORM))


def test_why_there_is_no_form():
    bare = no_form(page("<p>Hello</p>"))
    assert bare.reason == "No field for a user name or password was found on http://site.test/login."
    link = no_form(page("<form method=post><button>Email me a sign-in link</button></form>"))
    assert link.reason.startswith(bare.reason)
    assert "a link by e-mail" in link.reason
    http = no_form(page("no", status=401, www_authenticate="Basic"))
    assert "asks for HTTP authentication" in http.reason
    assert not http.undecided
