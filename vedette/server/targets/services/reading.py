"""The settings of a target as a client gives them: each read strictly, everything wrong said at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from vedette.server.kernel import sealing
from vedette.server.targets import api_settings, logins, protections, rules
from vedette.server.targets.items import COOKIE, HEADER, RequestItem, request_items
from vedette.server.targets.logins import Facts
from vedette.server.targets.models import Target
from vedette.server.targets.rules import Errors
from vedette.server.targets.scope import blacklist, whitelist
from vedette.server.targets.services import blackouts, request_settings, secrets, sequences
from vedette.server.targets.values import FieldError, choice_of, choices_of, flag_of, number_of, text_of

Values = dict[str, Any]
ITEM_FIELDS = {"headers": HEADER, "cookies": COOKIE}
READ_APART = frozenset({"labels", "teams"})
"""What other rows decide about: read by the service, in its transaction."""
PARTIAL = dict.fromkeys(
    (
        *("incremental", "reduced_scope", "crawl_sequences_only", "cancel_scan_on_nav_seq_failure"),
        *("schedule_incremental", "schedule_reduced_scope", "schedule_crawl_sequences_only"),
    ),
    False,
)
"""How much of a target its scans look at, and the defaults: kept among the further settings."""
_LOGIN = frozenset({*logins.DEFAULTS, *ITEM_FIELDS, api_settings.NAME})
"""What the way to log in depends on."""


def _profile(value: object) -> str:
    if not isinstance(value, str) or not rules.PROFILE.fullmatch(value):
        raise FieldError("Not the id of a scan profile.")
    return value


_flag = logins.flag

_READERS: dict[str, Callable[[Any], Any]] = {
    "name": lambda value: text_of(value, rules.MAX_NAME).strip(),
    "desc": lambda value: text_of(value, rules.MAX_DESC),
    "profile": _profile,
    "unlimited": _flag(True),
    "report_type": lambda value: choice_of(value, rules.REPORT_TYPES),
    "report_fileformat": lambda value: choice_of(value, rules.REPORT_FORMATS),
    "fail_fast": _flag(True),
    "film_logins": _flag(True),
    "whitelist": whitelist,
    "allow_actions": lambda value: choices_of(value, rules.ACTIONS),
    "max_rate": lambda value: number_of(value, rules.MAX_RATE),
    "authorized": flag_of,
    "include_deduplicated_endpoints": _flag(False),
    **dict.fromkeys(PARTIAL, _flag(False)),
    **dict.fromkeys(protections.SWITCHES, _flag(False)),
    "auth_enabled": _flag(False),
    **logins.READERS,
    "headers": lambda value: request_items(HEADER, value),
    "cookies": lambda value: request_items(COOKIE, value),
}


def read_new(url: object, kind: object, given: Mapping[str, Any]) -> tuple[str, Values]:
    """The URL in its stored form and the settings of a target that is to be made. Raises Invalid."""
    errors = Errors()
    site = ""
    try:
        site = rules.site_url(url)
    except FieldError as error:
        errors.add("url", str(error))
    _kind(kind, errors)
    values = _read(given, site, {}, errors)
    _blackout(values, given, None, errors)
    for name in ITEM_FIELDS:
        if any(sealing.is_obfuscated(item.value) for item in values.get(name, ())):
            errors.add(name, "An obfuscated value stands for no stored one here: give the value itself.")
    secrets.resolve(None, values, errors)
    _switches(values, {}, errors)
    _judge(values, {}, Facts(kind=str(kind), static=_logs_in(values, None)), errors)
    errors.check()
    return site, values


def read_change(target: Target, given: Mapping[str, Any]) -> Values:
    """The settings that a target is to have; its URL and kind may only be repeated. Raises Invalid."""
    errors = Errors()
    rest = {name: value for name, value in given.items() if name not in ("url", "kind")}
    if "url" in given:
        _same_url(target, given["url"], errors)
    if "kind" in given and given["kind"] != target.kind:
        errors.add("kind", "The type of a target cannot be changed.")
    values = _read(rest, target.url, target.settings, errors)
    _blackout(values, given, target, errors)
    secrets.resolve(target, values, errors)
    _switches(values, target.settings, errors)
    if _LOGIN & values.keys() or "whitelist" in values:
        _judge(values, target.settings, facts(target, static=_logs_in(values, target)), errors)
    errors.check()
    return values


def facts(target: Target, *, static: bool | None = None) -> Facts:
    """What else is known of a target when its log-in is judged."""
    known = sequences.facts(target)
    return Facts(
        kind=target.kind,
        sequences=known.logins,
        otp_steps=known.otp_steps,
        detectors=target.logout_detectors.count(),
        static=_logs_in({}, target) if static is None else static,
    )


def _judge(values: Values, current: Mapping[str, Any], known: Facts, errors: Errors) -> None:
    """What is wrong with all of it together. A log-in that is switched on goes off when its last way is taken away."""
    wanted = effective(current, values)
    for name, message in (*logins.faults(wanted, known), *api_settings.faults(wanted, kind=known.kind)):
        errors.add(name, message)
    if known.kind == "api" and values.get("whitelist"):
        errors.add("whitelist", "Start paths are for web targets; an API is known by its description.")
    if logins.possible(wanted, known, by_api=bool(api_settings.of(wanted, "api_login_enabled"))):
        return
    if values.get("auth_enabled"):
        errors.add("auth_enabled", _NO_LOGIN)
    elif "auth_enabled" not in values and current.get("auth_enabled"):
        values["auth_enabled"] = False


def _switches(values: Values, current: Mapping[str, Any], errors: Errors) -> None:
    for name, message in protections.faults(current, values):
        errors.add(name, message)


def effective(current: Mapping[str, Any], values: Mapping[str, Any]) -> Values:
    """The settings as they would be with these values: secrets in the open where they are new, so never to be kept."""
    found = {**current, **{name: values[name] for name in logins.DEFAULTS if name in values}}
    if "basic_auth" in values:
        found["basic_auth"] = {**logins.of(current, "basic_auth"), **values["basic_auth"]}
    if values.get(api_settings.NAME) is not None:
        found[api_settings.NAME] = {**(current.get(api_settings.NAME) or {}), **values[api_settings.NAME]}
    return found


_NO_LOGIN = "Say first how to log in: by a form, a recorded sequence, or a header or cookie that logs in."


def _kind(kind: object, errors: Errors) -> None:
    if not isinstance(kind, str) or kind not in rules.KINDS:
        errors.add("kind", f"Choose one of: {', '.join(rules.KINDS)}.")
    elif f"kind.{kind}" in rules.NOT_YET:
        errors.add("kind", rules.NOT_YET[f"kind.{kind}"].reason)


_OWN_WAY = frozenset({"blacklist", api_settings.NAME, blackouts.NAME})
"""Settings whose readers need more than the value."""


def _read(given: Mapping[str, Any], url: str, current: Mapping[str, Any], errors: Errors) -> Values:
    unknown = given.keys() - _READERS.keys() - rules.NOT_YET.keys() - READ_APART - _OWN_WAY
    if unknown:
        raise TypeError(f"a target has no such settings: {', '.join(sorted(unknown))}")
    for path, messages in rules.refuse_not_yet(given, current).items():
        errors.fields.setdefault(path, []).extend(messages)
    values: Values = {}
    for name, value in given.items():
        if name in READ_APART or name in rules.NOT_YET or (name == "blacklist" and not url) or name == blackouts.NAME:
            continue
        if name == api_settings.NAME:
            values[name] = api_settings.read(value, errors.add)
            continue
        try:
            values[name] = blacklist(value, url) if name == "blacklist" else _READERS[name](value)
        except FieldError as error:
            errors.add(name, str(error))
    return values


def _blackout(values: Values, given: Mapping[str, Any], target: Target | None, errors: Errors) -> None:
    if blackouts.NAME not in given:
        return
    try:
        values[blackouts.NAME] = blackouts.read(blackouts.of_target(target) if target else None, given[blackouts.NAME])
    except FieldError as error:
        errors.add(blackouts.NAME, str(error))


def _same_url(target: Target, url: object, errors: Errors) -> None:
    try:
        if rules.site_url(url) != target.url:
            errors.add("url", "The URL of a target cannot be changed; add another target.")
    except FieldError as error:
        errors.add("url", str(error))


def _logs_in(values: Values, target: Target | None) -> bool:
    for name, kind in ITEM_FIELDS.items():
        items: list[RequestItem] | None = values.get(name)
        if items is not None:
            if any(item.authentication for item in items):
                return True
        elif target is not None and request_settings.logs_in(target, kind):
            return True
    return False
