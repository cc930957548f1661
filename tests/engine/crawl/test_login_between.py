"""Pages between a password and the session, and those that want none."""

import pytest

from tests.engine.crawl.pages import page
from vedette.engine.crawl.login_between import (
    by_password,
    link_only,
    mails_link,
    onward,
    onward_form,
    speaks_of_link,
    wordless,
)


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


@pytest.mark.parametrize(
    "text",
    [
        "Send me a magic link", "E-Mail me a link", "Wir senden Ihnen einen Link", "Anmeldelink anfordern",
        "Recevoir un lien de connexion", "Entrar sin contraseña", "Enviar link de acesso", "Accedi senza password",
        "Stuur mij een link", "Bez hasła", "Войти без пароля", "ログインリンクを送信", "发送登录链接",
        "로그인 링크 보내기",
    ],
)  # fmt: skip
def test_words_of_links_in_many_languages(text):
    assert speaks_of_link(text)


@pytest.mark.parametrize(
    "text",
    [
        "Send me a link to reset my password", "Passwort vergessen? Wir senden Ihnen einen Link",
        "Nous avons envoyé un lien pour réinitialiser", "Links", "Continue", "We send a confirmation link by e-mail",
    ],
)  # fmt: skip
def test_links_for_other_purposes(text):
    assert not speaks_of_link(text)


@pytest.mark.parametrize(
    ("text", "label", "others", "sends"),
    [
        ("<p>Your address</p>", "Email me a sign-in link", (), True),
        ("<p>We will send you a link to log in.</p>", "Continue", (), True),
        ("<p>Your address</p>", "Continue", (), False),
        ("<button>Continue</button><button>Send a magic link</button>", "Continue", ("Send a magic link",), False),
        ("<button>Continue</button><a href=/m>Send me a magic link instead</a>", "Continue", (), False),
        ("<p>Forgot your password? We send you a link.</p>", "Next", (), False),
    ],
)
def test_pages_that_would_send_a_link(text, label, others, sends):
    assert mails_link(page(text), label, others) is sends


def test_what_else_such_a_page_offers_is_told():
    assert by_password(["Back", "Forgot password?", "Mit Passwort anmelden"]) == 2
    assert by_password(["Sign in without a password"]) == -1
    both = page("<p>Enter your address.</p><a href=/lost>Forgot password?</a><a href=/p>Use a password instead</a>")
    assert link_only(both, ()).endswith("“Use a password instead”.")
    assert link_only(page("<p>Address</p>"), ()).endswith("None was asked for.")
