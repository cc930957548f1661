"""Headers and cookies as they are typed."""

import pytest

from vedette.cli.header_options import cookies_of, headers_of
from vedette.cli.problem import Problem
from vedette.contract.job import Setting


def test_values_are_set_apart():
    assert headers_of(["X-A: 1", "X-B:2"]) == (
        (Setting(name="X-A", secret="header-1"), Setting(name="X-B", secret="header-2")),
        {"header-1": "1", "header-2": "2"},
    )
    assert cookies_of(["a=1; b=2=3", "c="]) == (
        tuple(Setting(name=name, secret=f"cookie-{at}") for at, name in enumerate("abc", 1)),
        {"cookie-1": "1", "cookie-2": "2=3", "cookie-3": ""},
    )


def test_another_users_have_names_of_their_own():
    assert headers_of(["X-A: 1"], "second-")[1] == {"second-header-1": "1"}
    assert cookies_of(["a=1"], "second-")[1] == {"second-cookie-1": "1"}


@pytest.mark.parametrize(
    ("read", "text", "user", "says"),
    [
        (headers_of, "nothing-here", "", "--header number 1"),
        (headers_of, "a b: secret", "second-", "--second-header number 1"),
        (headers_of, "A: x\r\nB: y", "", "--header number 1"),
        (cookies_of, "noequals", "", "Cookie number 1"),
        (cookies_of, "a b=1", "second-", "--second-cookie number 1"),
    ],
)
def test_what_is_none_is_named_by_its_place_alone(read, text, user, says):
    with pytest.raises(Problem, match=says) as caught:
        read([text], user)
    assert text not in str(caught.value)
