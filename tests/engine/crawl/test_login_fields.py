"""Fields are known by what they are, in any language, before anybody says how they are called."""

import pytest

from vedette.engine.crawl.login_fields import Blank, choose, meaning, plain, roles_of


@pytest.mark.parametrize(
    ("blank", "expected"),
    [
        (Blank(name="x1", autocomplete="username"), "user"),
        (Blank(name="x1", kind="email"), "user"),
        (Blank(name="x1", autocomplete="section-a current-password"), "password"),
        (Blank(name="x1", kind="password"), "password"),
        (Blank(name="x1", label="Benutzername"), "user"),
        (Blank(name="x1", placeholder="Correo electrónico"), "user"),
        (Blank(name="x1", label="Contraseña"), "password"),
        (Blank(name="x1", id="userName"), "user"),
        (Blank(name="x1", autocomplete="one-time-code"), "code"),
        (Blank(name="x1", kind="password", label="Authenticator code"), "code"),
        (Blank(name="otp"), "code"),
        (Blank(name="verification_code"), "code"),
        (Blank(name="passcode", kind="password", label="Password"), "password"),
        (Blank(name="zip_code"), ""),
        (Blank(name="captcha_code"), "captcha"),
        (Blank(name="search_user"), ""),
        (Blank(name="user", kind="hidden"), ""),
        (Blank(name="remember", kind="checkbox"), ""),
        (Blank(name="comment"), ""),
        (Blank(label="ユーザー名"), "user"),
        (Blank(label="密码"), "password"),
    ],
)
def test_what_a_field_is_for(blank, expected):
    assert meaning(blank) == expected


def test_names_without_meaning_are_told_by_their_order():
    blanks = [Blank("q", "search"), Blank("f_a"), Blank("f_b", "password"), Blank("f_c")]
    assert choose(blanks) == (1, 2, -1, ())


def test_the_user_next_to_the_password_wins():
    blanks = [Blank("newsletter_email", "email"), Blank("login_email", "email"), Blank("p", "password")]
    assert choose(blanks).user == 1


def test_a_page_that_asks_for_the_user_first():
    assert choose([Blank("identifier", autocomplete="username")]) == (0, -1, -1, ())
    assert choose([Blank("z", "text")]).user == -1, "one field of no meaning is no log-in"


def test_fields_given_by_name_or_id():
    blanks = [Blank("a"), Blank("b", "password"), Blank("realm"), Blank("c", id="who")]
    assert choose(blanks, ["#who", "b", "realm"]) == (3, 1, -1, (3, 1, 2))
    assert choose(blanks, ["A", "B"]).given == (0, 1)


def test_a_name_that_is_no_fields_is_a_hint():
    blanks = [Blank("x", label="E-mail"), Blank("y", "password")]
    assert choose(blanks, ["username", "password"]).given == (0, 1)
    assert choose(blanks, ["password", "username"]).given == (1, 0)
    assert choose(blanks, ["first", "second", "third"]).given == (0, 1, -1)


def test_roles_follow_names_before_order():
    assert roles_of(["pass", "login", "realm"]) == ["password", "user", ""]
    assert roles_of(["one", "two"]) == ["user", "password"]


def test_texts_are_flattened():
    assert plain("userName_Größe[0]") == "user name grosse 0"
