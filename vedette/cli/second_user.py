"""The second user of a scan, B: its options read as the first user's are, under names of their own."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from vedette.cli.entrance import Ask, Entrance, again_as, opened, watched
from vedette.cli.header_options import Given, cookies_of, headers_of
from vedette.cli.problem import Problem
from vedette.contract.job import Job, Login

SECOND = "second-"
"""Stands before the names of B's options and secrets."""


@dataclass(slots=True)
class SecondUser:
    """What the options came to; without any, a log-in of the kind `none` and nothing else."""

    login: Login = field(default_factory=Login)
    headers: Given = ()
    cookies: Given = ()
    secrets: dict[str, str] = field(default_factory=dict)

    def apart(self, first: Login, settings: Given) -> Given:
        """The first user's headers or cookies, so that B is not sent those that are A's alone: where A logs in, those
        that both have. All of them are where they are A's log-in themselves, which needs no mark."""
        if self.login.kind == "none" or first.kind == "static":
            return settings
        own = {setting.name.lower() for setting in (*self.headers, *self.cookies)}
        return tuple(replace(one, authenticates=one.authenticates or one.name.lower() in own) for one in settings)


def read(entrance: Entrance, first: Login, start_url: str, ask: Ask | None = None) -> SecondUser:
    """The second user that the options name. Raises Problem for what cannot be meant."""
    if not entrance.second_given:
        return SecondUser()
    if first.kind == "none":
        raise Problem("A second user needs a first one.", "Give --login-user, --header or the like too.")
    theirs = options_of(entrance)
    made = opened(theirs, start_url, ask, SECOND)
    headers, header_secrets = headers_of(entrance.second_header, SECOND)
    cookies, cookie_secrets = cookies_of(entrance.second_cookie, SECOND)
    if made.login is None and not (made.headers or headers or cookies):
        raise Problem("The second user has no way in.", "Give --second-login-user, --second-header or the like.")
    login = watched(theirs, made.login or Login(kind="static"))
    secrets = made.secrets | header_secrets | cookie_secrets
    return SecondUser(login, (*headers, *made.headers), cookies, secrets)


def options_of(entrance: Entrance) -> Entrance:
    """The second user's options as if they were a first user's. What belongs to the site is shared by both: the page of
    the log-in unless B has another, where tokens stand, how codes are made, what tells that somebody is logged in."""
    return Entrance(
        login_url=(entrance.second_login_url or entrance.login_url) if entrance.second_logs_in else "",
        login_user=entrance.second_login_user,
        login_password_env=entrance.second_login_password_env,
        login_field=entrance.second_login_field,
        login_sequence=entrance.second_login_sequence,
        login_payload_env=entrance.second_login_payload_env,
        token_field=entrance.token_field if entrance.second_logs_in else "",
        token_header=entrance.token_header,
        totp_secret_env=entrance.second_totp_secret_env,
        totp=entrance.totp,
        basic_user=entrance.second_basic_user,
        check_url=entrance.check_url,
        logged_in_pattern=entrance.logged_in_pattern,
        logout_detector=entrance.logout_detector,
        logout_condition=entrance.logout_condition,
    )


def again(entrance: Entrance, job: Job, ask: Ask | None = None) -> dict[str, str]:
    """The secrets of B that a job to be gone on with needs of these options; those not given are left out."""
    found = again_as(options_of(entrance), job, ask, SECOND)
    wanted = {setting.secret for setting in (*job.second_headers, *job.second_cookies)}
    sent = headers_of(entrance.second_header, SECOND)[1] | cookies_of(entrance.second_cookie, SECOND)[1]
    return found | {name: value for name, value in sent.items() if name in wanted}
