"""One list of options serves every command that logs in."""

import dataclasses
import inspect

from vedette.cli.entrance import GIVEN_AGAIN, Entrance
from vedette.cli.login_options import OPTIONS, taking_login


def test_every_option_is_a_field_and_the_other_way_round():
    assert set(OPTIONS) == {field.name for field in dataclasses.fields(Entrance)}
    assert set(OPTIONS) >= GIVEN_AGAIN


def test_a_command_gets_them_as_one():
    @taking_login
    def command(url: str, *, entrance: Entrance) -> tuple[str, Entrance]:
        return url, entrance

    names = list(inspect.signature(command).parameters)
    assert names == ["url", *OPTIONS]
    given = dict.fromkeys(OPTIONS) | {"login_user": "jane"}
    url, entrance = command("http://a/", **given)
    assert (url, entrance.login_user, entrance.login_field, entrance.logout_condition) == (
        "http://a/",
        "jane",
        [],
        "any",
    )
