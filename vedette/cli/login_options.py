"""The options of a log-in, shared by the commands that take them."""

from __future__ import annotations

import functools
import inspect
import typing
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import Annotated, Any

import typer

from vedette.cli.entrance import Entrance

PANEL, SECOND = "Logging in", "A second user"


def _option(help_text: str, metavar: str | None = None, *names: str, panel: str = PANEL) -> Any:
    return typer.Option(*names, help=help_text, metavar=metavar, rich_help_panel=panel)


def _second(help_text: str, metavar: str) -> Any:
    return _option(help_text, metavar, panel=SECOND)


Text, List, Flag, File = str, list[str] | None, bool, Path | None
OPTIONS: dict[str, Any] = {
    "login_url": Annotated[Text, _option("Page of the log-in (default: the first URL).", "URL")],
    "login_user": Annotated[Text, _option("User name; fields of the form are found by meaning.", "NAME")],
    "login_password_env": Annotated[Text, _option("Variable with the password (default: ask for it).", "VARIABLE")],
    "login_field": Annotated[List, _option("Further field, or one by its own name.", "NAME=VALUE|NAME=env:VARIABLE")],
    "login_sequence": Annotated[File, _option("Recorded log-in, JSON.", "FILE")],
    "login_payload_env": Annotated[Text, _option("Variable with what is posted to an API's log-in.", "VARIABLE")],
    "token_field": Annotated[Text, _option("Where the token stands in the API's answer.", "PATH")],
    "token_header": Annotated[Text, _option("Header for the token.", "'NAME: PREFIX'")],
    "totp_secret_env": Annotated[Text, _option("Variable with the key of one-time codes.", "VARIABLE")],
    "totp": Annotated[Text, _option("How codes are made (default: SHA1:6).", "ALGORITHM[:DIGITS]")],
    "otp_prompt": Annotated[Flag, _option("Ask for one-time codes.", None, "--otp-prompt")],
    "otp_command": Annotated[Text, _option("Command that prints a one-time code.", "COMMAND")],
    "basic_user": Annotated[Text, _option("User of basic authentication.", "NAME")],
    "client_cert": Annotated[File, _option("Client certificate with its key, PEM.", "FILE")],
    "check_url": Annotated[Text, _option("Page that only shows itself to who is logged in.", "URL")],
    "logged_in_pattern": Annotated[Text, _option("What that page then holds.", "REGEX")],
    "logout_detector": Annotated[List, _option("Sign on that page that nobody is logged in.", "KIND=VALUE")],
    "logout_condition": Annotated[Text, _option("Whether any or all of these signs count.", "any|all")],
    "second_login_url": Annotated[Text, _second("Page of the log-in (default: the first user's).", "URL")],
    "second_login_user": Annotated[Text, _second("User name.", "NAME")],
    "second_login_password_env": Annotated[Text, _second("Variable with the password.", "VARIABLE")],
    "second_login_field": Annotated[List, _second("Further field.", "NAME=VALUE|NAME=env:VARIABLE")],
    "second_login_sequence": Annotated[File, _second("Recorded log-in, JSON.", "FILE")],
    "second_login_payload_env": Annotated[Text, _second("Variable with what is posted to an API.", "VARIABLE")],
    "second_totp_secret_env": Annotated[Text, _second("Variable with the key of one-time codes.", "VARIABLE")],
    "second_basic_user": Annotated[Text, _second("User of basic authentication.", "NAME")],
    "second_header": Annotated[List, _second("Header for every request of the second user.", "'NAME: VALUE'")],
    "second_cookie": Annotated[List, _second("Cookies of the second user.", "'A=1; B=2'")],
}
"""Every field of `Entrance`, as an option."""

_DEFAULTS = {field.name: field.default for field in fields(Entrance)}


def taking_login(command: Callable[..., Any]) -> Callable[..., Any]:
    """The command with these options; it gets what they come to as `entrance`."""

    @functools.wraps(command)
    def wrapper(*args: Any, **given: Any) -> Any:
        options = {name: given.pop(name) for name in OPTIONS}
        kept = {name: value for name, value in options.items() if value is not None}
        return command(*args, entrance=Entrance(**kept), **given)

    hints = typing.get_type_hints(command, include_extras=True)
    own = inspect.signature(command)
    kept = [
        one.replace(annotation=hints.get(name, one.annotation))
        for name, one in own.parameters.items()
        if name != "entrance"
    ]
    added = [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, annotation=hint, default=_default(name))
        for name, hint in OPTIONS.items()
    ]
    signature = own.replace(parameters=[*kept, *added], return_annotation=hints.get("return"))
    wrapper.__signature__ = signature  # type: ignore[attr-defined]
    wrapper.__annotations__ = {one.name: one.annotation for one in signature.parameters.values()}
    del wrapper.__wrapped__  # else its options would be looked for there
    return wrapper


def _default(name: str) -> Any:
    default = _DEFAULTS[name]
    return default if isinstance(default, str | bool) else None
