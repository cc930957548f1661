"""What a job is told about logging in, and of recorded sequences. Secrets travel apart, referenced by name."""

from __future__ import annotations

import base64
import json
import re
from dataclasses import dataclass, field, replace

from vedette.contract import recording as recorded
from vedette.contract.job import Detector, Login, Otp, RecordedStep, Sequence, Setting, TokenLogin
from vedette.server.targets import api_settings, logins, models
from vedette.server.targets.items import COOKIE, HEADER
from vedette.server.targets.logins import Pair, names_secret
from vedette.server.targets.models import Target
from vedette.server.targets.references import ids_in
from vedette.server.targets.services import folder_logins, request_settings, secrets, sequences, stored_values
from vedette.server.targets.values import FieldError

OTP_SECRET = "otp-secret"  # noqa: S105 - the name under which it travels
PAYLOAD = "api-login-payload"
BASIC = "basic-auth"
_USER = re.compile(r"user|e-?mail|login|account|name", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Told:
    """What a job says, and the secrets that it refers to by name."""

    login: Login = field(default_factory=Login)
    secrets: dict[str, str] = field(default_factory=dict)


def login_of(target: Target) -> Told:
    """How the first user logs in: by a folder of a collection, by API, by a recorded sequence, by a form, or by what is
    sent with every request."""
    settings = target.settings
    told: dict[str, str] = {}
    folder = folder_logins.folder_of(target)
    if folder is not None:
        return Told(_checked(target, Login(kind="postman", folder=folder)))
    if target.kind == "api" and api_settings.of(settings, "api_login_enabled"):
        return _api(target)
    wanted = logins.of(settings, "auth_enabled")
    if wanted and logins.of(settings, "has_sequence_login"):
        login = _sequence(target, told)
    elif wanted and logins.of(settings, "has_form_login"):
        login = _form(target, told)
    else:
        return Told(Login(kind="static") if _static(target) else Login())
    if logins.of(settings, "has_otp"):
        login = replace(login, otp=_otp(target, told))
    return Told(_checked(target, login), told)


def second_login_of(target: Target) -> Login:
    """How the second user logs in: only by headers and cookies."""
    static = any(request_settings.logs_in(target, kind, secondary=True) for kind in (HEADER, COOKIE))
    return Login(kind="static") if static else Login()


def basic_header(target: Target) -> tuple[tuple[Setting, ...], dict[str, str]]:
    """The header of basic authentication, unless a header of that name is sent anyway."""
    if not logins.of(target.settings, "has_basic_auth"):
        return (), {}
    if any(row.name.lower() == "authorization" for row in request_settings.rows_of(target, HEADER)):
        return (), {}
    user = logins.of(target.settings, "basic_auth").get("username", "")
    pair = f"{user}:{stored_values.filled(target, secrets.opened(target, 'basic_auth'))}"
    value = "Basic " + base64.b64encode(pair.encode()).decode()
    return (Setting(name="Authorization", secret=BASIC, authenticates=True),), {BASIC: value}


def navigation_of(target: Target) -> tuple[tuple[Sequence, ...], dict[str, str]]:
    """The enabled sequences that lead to pages."""
    told: dict[str, str] = {}
    rows = sequences.enabled(target, sequences.NAVIGATION)
    found = tuple(
        Sequence(name=row.name, steps=_steps(row, told, ""), requires_login=row.requires_login) for row in rows
    )
    return found, told


# Kinds of log-ins


def _static(target: Target) -> bool:
    if logins.of(target.settings, "has_basic_auth"):
        return True
    return any(request_settings.logs_in(target, kind) for kind in (HEADER, COOKIE))


def _form(target: Target, told: dict[str, str]) -> Login:
    pairs = stored_values.filled_pairs(target, secrets.opened_pairs(target, "form_login"))
    fields = settings_of("login-field", pairs, told)
    return Login(kind="form", url=logins.of(target.settings, "form_login_url"), fields=fields)


def settings_of(prefix: str, pairs: list[Pair], told: dict[str, str]) -> tuple[Setting, ...]:
    """Names with values for a job: hidden values go among the secrets, each under a name of its own."""
    found: list[Setting] = []
    for number, pair in enumerate(pairs, 1):
        if pair.hidden and pair.value:
            told[f"{prefix}-{number}"] = pair.value
            found.append(Setting(name=pair.name, secret=f"{prefix}-{number}"))
        else:
            found.append(Setting(name=pair.name, value=pair.value))
    return tuple(found)


def _sequence(target: Target, told: dict[str, str]) -> Login:
    code = logins.of(target.settings, "otp_login_sequence_totp_value") if target.settings.get("has_otp") else ""
    rows = sequences.enabled(target, sequences.LOGIN)
    found = tuple(step for row in rows for step in _steps(row, told, code))
    start = next((step.url for step in found if step.kind == "goto"), "")
    return Login(kind="sequence", url=start, steps=found)


def _steps(row: models.Sequence, told: dict[str, str], code: str) -> tuple[RecordedStep, ...]:
    recording = sequences.opened(row)
    mappings = stored_values.filled_pairs(row.target, list(recording.mappings))
    found: list[RecordedStep] = []
    for number, raw in enumerate(recording.steps, 1):
        step = recorded.told(raw, code=code)
        known = [one for one in mappings if _placeholder(one) in step.value]
        hidden = bool(ids_in(step.value)) or any(one.hidden for one in known)
        value = _filled(stored_values.filled(row.target, step.value), known)
        if step.kind in recorded.TYPED and value and _is_secret(row, step, raw, hidden=hidden):
            name = f"sequence-{row.public_id}-{number}"
            told[name] = value
            step = replace(step, value="", secret=name)
        else:
            step = replace(step, value=value)
        found.append(step)
    return tuple(found)


def _filled(value: str, mappings: list[Pair]) -> str:
    for one in mappings:
        value = value.replace(_placeholder(one), one.value)
    return value


def _placeholder(mapping: Pair) -> str:
    return mapping.name if mapping.name.startswith("[") else f"[{mapping.name}]"


def _is_secret(row: models.Sequence, step: RecordedStep, raw: dict[str, object], *, hidden: bool) -> bool:
    """Whether what was typed is a credential. In a log-in everything is, elsewhere what is hidden; but never what goes
    into a field for the user: known secrets are masked in all evidence, and a user's name may stand anywhere."""
    place = f"{step.css} {step.xpath} {raw.get('label', '')} {raw.get('value')}"
    if names_secret(place):
        return True
    return (hidden or row.kind == sequences.LOGIN) and not _USER.search(f"{step.css} {step.xpath}")


def _otp(target: Target, told: dict[str, str]) -> Otp:
    settings = target.settings
    found = Otp(
        kind="handed",
        algorithm=logins.of(settings, "otp_algorithm"),
        digits=logins.of(settings, "otp_digits"),
        field=logins.of(settings, "otp_field"),
        submit=logins.of(settings, "otp_submit"),
    )
    if logins.of(settings, "otp_type") != "totp":
        return found
    told[OTP_SECRET] = _key(stored_values.filled(target, secrets.opened(target, "otp_secret")))
    return replace(found, kind="totp", secret=OTP_SECRET)


def _key(text: str) -> str:
    """The key of a second factor in its one form; credentials hold it as somebody wrote it."""
    try:
        return logins.otp_secret(text)
    except FieldError:
        return text


def _checked(target: Target, login: Login) -> Login:
    """With what tells whether the session holds."""
    settings = target.settings
    pattern = logins.of(settings, "form_login_check_pattern") if login.kind == "form" else ""
    login = replace(login, logged_in_pattern=pattern)
    if not logins.of(settings, "logout_detection_enabled"):
        return login
    rows = target.logout_detectors.order_by("id")
    return replace(
        login,
        check_url=logins.of(settings, "check_session_url"),
        detectors=tuple(Detector(kind=row.kind, value=row.value) for row in rows),
        condition=logins.of(settings, "logout_condition"),
    )


def _api(target: Target) -> Told:
    payload = stored_values.filled_payload(target, secrets.opened(target, "api_login_payload"))

    def of(name: str) -> str:
        return str(api_settings.of(target.settings, name))

    token = TokenLogin(
        payload=PAYLOAD,
        media_type=_media_type(payload),
        field=of("api_login_token_field"),
        prefix=of("token_prefix"),
        name=of("token_parameter_name") or "Authorization",
        place=of("token_parameter_location") or "header",
    )
    login = Login(kind="api", url=of("api_login_url"), token=token)
    return Told(_checked(target, login), {PAYLOAD: payload})


def _media_type(payload: str) -> str:
    try:
        json.loads(payload)
    except (ValueError, RecursionError):
        return "application/x-www-form-urlencoded"
    return "application/json"
