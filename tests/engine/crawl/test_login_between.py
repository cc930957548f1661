"""Pages between a password and the session, and those that want none."""

import pytest

from tests.engine.crawl.pages import page
from vedette.engine.crawl.login_between import onward, onward_form, wordless


@pytest.mark.parametrize(
    ("words", "labels", "at"),
    [
        ("you are still signed in on another device", ["Cancel", "Continue"], 1),
        ("stay signed in?", ["No", "Yes"], 0),
        ("angemeldet bleiben?", ["Zurück", "Ja"], 1),
        ("this session is still active elsewhere", ["Sign in here"], 0),
        ("stay signed in?", ["Cancel"], -1),
        ("hello jane, these are your letters", ["Continue"], -1),
        ("do you agree to the terms of use?", ["Continue"], -1),
    ],
)
def test_which_button_goes_on(words, labels, at):
    assert onward(words, labels) == at


def test_the_form_that_goes_on():
    ask = "<p>Already logged in elsewhere.</p><form method=post action=/go><input type=hidden name=t value=1>{}</form>"
    assert onward_form(page(ask.format("<button>Continue</button>"))).action == "http://site.test/go"
    assert onward_form(page(ask.format("<input name=code><button>Continue</button>"))) is None
    assert onward_form(page(ask.format("<button>Cancel</button><button>Continue</button>"))) is None


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("<button>Email me a sign-in link</button>", "a link by e-mail"),
        ("<p>We have sent a magic link to your address.</p>", "a link by e-mail"),
        ("<a href=https://id.example/>Continue with Example ID</a>", "continue with example id"),
        ("<a href=/x>Anmelden mit Beispiel</a>", "anmelden mit beispiel"),
        ("<p>Nothing of the kind.</p>", ""),
    ],
)
def test_ways_in_without_a_password(text, told):
    assert told in wordless(page(text))
    assert bool(wordless(page(text))) is bool(told)
