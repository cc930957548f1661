"""How a site logs in, as a client says it: each setting read strictly, and which of them belong together. Pure."""

from __future__ import annotations

import base64
import binascii
import re
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from vedette.contract.job import OTP_ALGORITHMS
from vedette.server.kernel import sealing
from vedette.server.targets.references import is_reference
from vedette.server.targets.rules import MAX_NAME, MAX_URL, UNSAFE, site_url
from vedette.server.targets.values import FieldError, choice_of, flag_of, text_of

CONDITIONS = ("any", "all")
OTP_DIGITS = (6, 7, 8)
OTP_TYPES = ("totp", "other")
"""One-time codes are made from a key, or handed in by whoever reads them in a mail or message."""
MAX_PAIRS = 50
MAX_PAIR_VALUE = 8192
MAX_SELECTOR = 1024
_SECRET_NAME = re.compile(
    r"pass|pwd|secret|token|api.?key|pin\b|otp|code|auth|credential|session|cookie", re.IGNORECASE
)
_CODE = re.compile(r"[0-9A-Za-z]{6,8}")

CHECK_FOLDER = "postman_check_session_folder"
MAX_FOLDER = 255

DEFAULTS: dict[str, Any] = {
    "auth_enabled": False,
    "has_form_login": False,
    "form_login_url": "",
    "form_login": None,
    "form_login_check_pattern": "",
    "has_sequence_login": False,
    "has_basic_auth": False,
    "basic_auth": {"username": "", "password": ""},
    "logout_detection_enabled": False,
    "logout_condition": "any",
    "check_session_url": "",
    CHECK_FOLDER: "",
    "has_otp": False,
    "otp_secret": "",
    "otp_algorithm": "SHA1",
    "otp_digits": 6,
    "otp_field": "",
    "otp_submit": "",
    "otp_login_sequence_totp_value": "",
    "otp_type": "totp",
}
"""What stands where nothing was given."""

BLOCKS: dict[str, tuple[str, ...]] = {
    "form-login": ("has_form_login", "form_login_url", "form_login", "form_login_check_pattern"),
    "sequence-login": ("has_sequence_login",),
    "basic-auth": ("has_basic_auth", "basic_auth"),
    "logout-detection": ("logout_detection_enabled", "logout_condition", "check_session_url", CHECK_FOLDER),
    "otp": (
        *("has_otp", "otp_secret", "otp_algorithm", "otp_digits"),
        *("otp_field", "otp_submit", "otp_login_sequence_totp_value", "otp_type"),
    ),
}
"""Settings that are wiped together."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A named value: a field of a form, a parameter of an API. `hidden` values read back obfuscated, for good."""

    name: str
    value: str
    hidden: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What else is known of a target when its log-in is judged."""

    kind: str = "single"
    sequences: int = 0
    """Enabled sequences that log in."""
    otp_steps: bool = False
    """Whether one of them has a step for a one-time code."""
    detectors: int = 0
    static: bool = False
    """Whether a header or cookie logs in."""


# Values


def page_url(value: object) -> str:
    """An http(s) address, with its fragment (some sites route by it), or nothing. Raises FieldError."""
    text = text_of(value, MAX_URL).strip()
    if not text:
        return ""
    address, mark, fragment = text.partition("#")
    if UNSAFE.search(fragment):
        raise FieldError("Enter a valid URL, such as https://shop.example/.")
    return site_url(address) + mark + fragment


def pattern(value: object) -> str:
    """A regular expression, or nothing. Raises FieldError."""
    text = text_of(value, MAX_NAME)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            re.compile(text)
        except (re.error, RecursionError, OverflowError):
            raise FieldError("This is no regular expression that could be used.") from None
    return text


def pairs(value: object) -> list[Pair]:
    """Names with values. All but the first are hidden, and the first too when its name speaks of a secret: the user
    comes first. Raises FieldError, which never repeats a value."""
    found = plain_pairs(value)
    return [Pair(one.name, one.value, number > 0 or names_secret(one.name)) for number, one in enumerate(found)]


def parameters(value: object) -> list[Pair]:
    """Names with values, those hidden whose names speak of a secret. Raises FieldError."""
    return [Pair(one.name, one.value, names_secret(one.name)) for one in plain_pairs(value)]


def plain_pairs(value: object) -> list[Pair]:
    """Names with values, none hidden. Raises FieldError."""
    if value is None:
        return []
    if not isinstance(value, Sequence) or isinstance(value, str | bytes):
        raise FieldError("Expected a list of names and values.")
    if len(value) > MAX_PAIRS:
        raise FieldError(f"At most {MAX_PAIRS} are possible.")
    return [_pair(one) for one in value]


def _pair(value: object) -> Pair:
    if not isinstance(value, Mapping):
        raise FieldError("Each needs a name and a value.")
    name = text_of(value.get("name"), MAX_NAME).strip()
    if not name:
        raise FieldError("Each needs a name.")
    return Pair(name, text_of(value.get("value"), MAX_PAIR_VALUE))


def names_secret(name: str) -> bool:
    """Whether a name speaks of a secret."""
    return _SECRET_NAME.search(name) is not None


def basic(value: object) -> dict[str, str]:
    """User and password of basic authentication, as far as they are given; null empties both. Raises FieldError."""
    if value is None:
        value = DEFAULTS["basic_auth"]
    if not isinstance(value, Mapping):
        raise FieldError("Expected a user name and a password.")
    found = {name: text_of(value[name], MAX_NAME) for name in ("username", "password") if name in value}
    if ":" in found.get("username", ""):
        raise FieldError("The user name cannot hold a colon.")
    return found


def otp_secret(value: object) -> str:
    """The key of a second factor: Base32, as it is shown beside the picture that one scans. Raises FieldError."""
    given = text_of(value, MAX_NAME)
    if sealing.is_obfuscated(given) or is_reference(given):
        return given
    text = re.sub(r"[\s=-]", "", given).upper()
    try:
        base64.b32decode(text + "=" * (-len(text) % 8))
    except (binascii.Error, ValueError):
        raise FieldError("Enter the key as Base32 text: letters A to Z and digits 2 to 7.") from None
    return text


def otp_digits(value: object) -> int:
    """How long one-time codes are. Raises FieldError."""
    found = DEFAULTS["otp_digits"] if value is None or value == "" else value
    if isinstance(found, bool) or found not in OTP_DIGITS:
        raise FieldError("Codes have 6, 7 or 8 digits.")
    return int(found)


def typed_code(value: object) -> str:
    """The code that was typed while a log-in was recorded. Raises FieldError."""
    text = text_of(value, 20).strip()
    if text and not _CODE.fullmatch(text):
        raise FieldError("Ensure this field has between 6 and 8 letters or digits.")
    return text


def flag(default: bool) -> Callable[[object], bool]:
    """A reader of a truth value that may be null."""
    return lambda value: default if value is None else flag_of(value)


def choice(allowed: Sequence[str], default: str) -> Callable[[object], str]:
    """A reader of one of some words; null and empty are the default."""
    return lambda value: default if value is None or value == "" else choice_of(value, allowed)


def _selector(value: object) -> str:
    return text_of(value, MAX_SELECTOR).strip()


READERS: dict[str, Callable[[Any], Any]] = {
    "has_form_login": flag(False),
    "form_login_url": page_url,
    "form_login": pairs,
    "form_login_check_pattern": pattern,
    "has_sequence_login": flag(False),
    "has_basic_auth": flag(False),
    "basic_auth": basic,
    "logout_detection_enabled": flag(False),
    "logout_condition": choice(CONDITIONS, "any"),
    "check_session_url": page_url,
    CHECK_FOLDER: lambda value: text_of(value, MAX_FOLDER).strip().strip("/"),
    "has_otp": flag(False),
    "otp_secret": otp_secret,
    "otp_algorithm": choice(OTP_ALGORITHMS, "SHA1"),
    "otp_digits": otp_digits,
    "otp_field": _selector,
    "otp_submit": _selector,
    "otp_login_sequence_totp_value": typed_code,
    "otp_type": choice(OTP_TYPES, "totp"),
}


def of(settings: Mapping[str, Any], name: str) -> Any:
    """A setting as it is in force: the stored value, else its default."""
    return settings.get(name, DEFAULTS[name])


# What belongs together


def faults(settings: Mapping[str, Any], facts: Facts) -> list[tuple[str, str]]:
    """What is wrong with the settings taken together, by name."""
    given = {name: of(settings, name) for name in DEFAULTS}
    found: list[tuple[str, str]] = []
    if given["has_form_login"] and given["has_sequence_login"]:
        found.append(("has_form_login", "A form log-in and a recorded one exclude each other."))
    if given["has_form_login"] and not given["form_login_url"]:
        found.append(("form_login_url", "Give the address of the page with the form."))
    if given["has_form_login"] and not given["form_login"]:
        found.append(("form_login", "Give the fields of the form, the user first."))
    if given["has_sequence_login"] and not facts.sequences:
        found.append(("has_sequence_login", "Add an enabled sequence of type login first."))
    if given["has_basic_auth"] and not given["basic_auth"].get("username"):
        found.append(("basic_auth", "Give a user name."))
    return found + _session_faults(given, facts) + _otp_faults(given, facts)


def _session_faults(given: Mapping[str, Any], facts: Facts) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    if given["logout_detection_enabled"] and not given["check_session_url"]:
        found.append(("check_session_url", "Give the address that tells whether a session holds."))
    if given["logout_detection_enabled"] and not facts.detectors:
        found.append(("logout_detection_enabled", "Add a log-out detector first."))
    return found


def _otp_faults(given: Mapping[str, Any], facts: Facts) -> list[tuple[str, str]]:
    if not given["has_otp"]:
        return []
    if not given["otp_secret"] and given["otp_type"] == "totp":
        return [("otp_secret", "Give the key of the second factor.")]
    typed = given["otp_login_sequence_totp_value"] or facts.otp_steps
    if given["has_sequence_login"] and not typed:
        return [("otp_login_sequence_totp_value", "Give the code that was typed while the log-in was recorded.")]
    return []


def possible(settings: Mapping[str, Any], facts: Facts, *, by_api: bool) -> bool:
    """Whether there is any way to log in."""
    ways = ("has_form_login", "has_sequence_login", "has_basic_auth")
    return facts.static or by_api or any(of(settings, name) for name in ways)
