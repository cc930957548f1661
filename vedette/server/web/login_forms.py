"""Forms of how a target logs in and what its API is: what a browser sends, as the arguments of services."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms

from vedette.contract.job import DETECTOR_KINDS, OTP_ALGORITHMS
from vedette.server.targets import api_settings, logins
from vedette.server.targets.models import Target
from vedette.server.targets.references import is_reference
from vedette.server.targets.rules import MAX_NAME, MAX_URL
from vedette.server.targets.steps import MAX_CONTENT
from vedette.server.web.credential_forms import NOTHING

DETECTOR_NAMES = {
    "text": "Text on the page",
    "url": "Address after redirects",
    "sel": "CSS selector",
    "status_code": "Status",
    "body_contains": "Source of the page",
    "header": "Header",
}
DESCRIPTION_NAMES = {
    "openapi": "OpenAPI or Swagger",
    "postman": "Postman collection",
    "graphql": "GraphQL schema",
    "har": "HAR recording",
    "requests": "Plain HTTP requests",
}
_NAMES = ("username", "password")
"""What fields are called that nobody named: the scanner finds them by their meaning."""
_FROM_STORE = ("password_from", "basic_password_from", "otp_secret_from")
_PLAIN = {"spellcheck": "false", "autocomplete": "off"}


def _text(label: str, limit: int = MAX_NAME, hint: str = "", **attrs: str) -> forms.CharField:
    widget = forms.TextInput(attrs={**_PLAIN, **attrs})
    return forms.CharField(label=label, max_length=limit, required=False, help_text=hint, widget=widget)


def secret_field(
    label: str, limit: int = MAX_NAME, hint: str = "Kept sealed and never shown again. Empty: as it is."
) -> forms.CharField:
    """A field for what is never shown again."""
    widget = forms.PasswordInput(attrs={"spellcheck": "false", "autocomplete": "new-password"})
    return forms.CharField(label=label, max_length=limit, required=False, strip=False, widget=widget, help_text=hint)


def _stored(label: str) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, required=False, choices=[NOTHING])


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


class LoginForm(forms.Form):
    """How the site logs in, and how one sees that it did."""

    way = forms.ChoiceField(
        label="Log in by",
        required=False,
        choices=(("", "headers and cookies, or not at all"), ("form", "a form"), ("sequence", "recorded sequences")),
    )
    form_login_url = _text("Address of the form", MAX_URL, placeholder="https://shop.example/login")
    user = _text("User")
    password = secret_field("Password")
    password_from = _stored("Password from")
    form_login_check_pattern = _text(
        "Pattern of a page that only users see", hint="A regular expression, such as Log out|My account."
    )
    has_basic_auth = forms.BooleanField(label="The site asks for basic authentication", required=False)
    basic_user = _text("User of basic authentication")
    basic_password = secret_field("Password of basic authentication")
    basic_password_from = _stored("Password of basic authentication from")
    has_otp = forms.BooleanField(label="A one-time code is asked for", required=False)
    otp_type = forms.ChoiceField(
        label="Codes",
        required=False,
        choices=(("totp", "are made from a key"), ("other", "arrive by mail or message and are handed in")),
    )
    otp_secret = secret_field("Key of the second factor")
    otp_secret_from = _stored("Key of the second factor from")
    otp_algorithm = forms.ChoiceField(label="Algorithm", choices=[(one, one) for one in OTP_ALGORITHMS])
    otp_digits = forms.TypedChoiceField(
        label="Digits", coerce=int, choices=[(number, str(number)) for number in logins.OTP_DIGITS]
    )
    otp_field = _text("Selector of the field", logins.MAX_SELECTOR, "CSS; found by its meaning when empty.")
    otp_submit = _text("Selector of the button", logins.MAX_SELECTOR, "CSS; found by its meaning when empty.")
    otp_login_sequence_totp_value = _text("Code that was typed while recording", 8)
    film_logins = forms.BooleanField(
        label="Film the log-in of each scan",
        required=False,
        help_text="Forms and recorded sequences, with a browser. Whoever may see evidence may see the film.",
    )
    logout_detection_enabled = forms.BooleanField(label="Watch for being logged out", required=False)
    check_session_url = _text("Address that tells", MAX_URL, "A page that only users get.")
    logout_condition = forms.ChoiceField(
        label="Logged out when", choices=(("any", "any of the signs shows"), ("all", "all of the signs show"))
    )

    def __init__(self, *args: Any, credentials: Sequence[tuple[str, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in _FROM_STORE:
            self._offer(name, credentials)

    def _offer(self, name: str, credentials: Sequence[tuple[str, str]]) -> None:
        """The credentials to choose from, and the one that stands there although it is not for this person to see;
        nothing at all where there is no choice."""
        current = str(self.initial.get(name) or "")
        own = [] if not current or current in dict(credentials) else [(current, "A stored credential")]
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above
        field.choices = [NOTHING, *credentials, *own]
        if len(field.choices) == 1:
            field.widget = forms.HiddenInput()

    @classmethod
    def start(cls, target: Target) -> dict[str, Any]:
        """The values that stand now; secrets are left out."""
        settings = target.settings
        found = {name: logins.of(settings, name) for name in logins.DEFAULTS if name in cls.base_fields}
        found["otp_secret"] = ""
        pairs = logins.of(settings, "form_login") or [{"value": ""}]
        way = "form" if logins.of(settings, "has_form_login") else ""
        return {
            **found,
            "film_logins": target.film_logins,
            "way": "sequence" if logins.of(settings, "has_sequence_login") else way,
            "user": pairs[0]["value"],
            "basic_user": logins.of(settings, "basic_auth").get("username", ""),
            "password_from": _reference(pairs[1]["value"] if len(pairs) > 1 else ""),
            "basic_password_from": _reference(logins.of(settings, "basic_auth").get("password", "")),
            "otp_secret_from": _reference(logins.of(settings, "otp_secret")),
        }

    def values(self, target: Target) -> dict[str, Any]:
        """What the service is told. What was left empty of the secrets stays as it is."""
        given = self.cleaned_data
        told = {name: given[name] for name in logins.DEFAULTS if name in given and name != "otp_secret"}
        told["film_logins"] = given["film_logins"]
        told |= {"has_form_login": given["way"] == "form", "has_sequence_login": given["way"] == "sequence"}
        if given["way"]:
            told["auth_enabled"] = True
        otp_secret = self._secret("otp_secret")
        if otp_secret is not None:
            told["otp_secret"] = otp_secret
        told["basic_auth"] = {"username": given["basic_user"]}
        basic_password = self._secret("basic_password")
        if basic_password is not None:
            told["basic_auth"]["password"] = basic_password
        told["form_login"] = self._pairs(logins.of(target.settings, "form_login") or [])
        return told

    def _secret(self, name: str) -> str | None:
        """What was chosen from the store or typed; None for what stays as it is. Where a credential was chosen before
        and none is now, nothing stays."""
        chosen, typed = self.cleaned_data.get(f"{name}_from") or "", self.cleaned_data[name]
        if chosen or typed:
            return chosen or typed
        return "" if self.initial.get(f"{name}_from") else None

    def _pairs(self, stored: list[Mapping[str, str]]) -> list[dict[str, str]]:
        """User and password under the names that they have already, if any, and what else is filled in."""
        names = [stored[index]["name"] if index < len(stored) else name for index, name in enumerate(_NAMES)]
        password = self._secret("password")
        if password is None:
            password = stored[1]["value"] if len(stored) > 1 else ""
        pairs = [{"name": names[0], "value": self.cleaned_data["user"]}, {"name": names[1], "value": password}]
        more = [{"name": one["name"], "value": one["value"]} for one in stored[2:]]
        return [*pairs, *more] if any(one["value"] for one in pairs) else []


def _reference(text: str) -> str:
    return text if is_reference(text) else ""


class DetectorForm(forms.Form):
    """A sign that nobody is logged in any more."""

    kind = forms.ChoiceField(label="Sign", choices=[(one, DETECTOR_NAMES[one]) for one in DETECTOR_KINDS])
    value = forms.CharField(label="Value", max_length=MAX_URL, widget=forms.TextInput(attrs=_PLAIN))


class SequenceForm(forms.Form):
    """A recorded sequence, as a file or pasted."""

    name = forms.CharField(label="Name", max_length=MAX_NAME)
    kind = forms.ChoiceField(
        label="It leads to", choices=(("login", "a session"), ("navigation", "pages that are to be crawled"))
    )
    requires_login = forms.BooleanField(label="It is replayed while logged in", required=False)
    file = forms.FileField(label="File of the recorder", required=False)
    content = forms.CharField(
        label="Or its steps",
        required=False,
        max_length=MAX_CONTENT,
        widget=forms.Textarea(attrs={"rows": 4, "class": "mono", **_PLAIN}),
        help_text="JSON, as recorders export it. What was typed is sealed and never shown again.",
    )

    def values(self) -> dict[str, Any]:
        """What the service is told."""
        given = self.cleaned_data
        file = given["file"]
        content = file.read(MAX_CONTENT + 1).decode(errors="replace") if file else given["content"]
        return {name: given[name] for name in ("name", "kind", "requires_login")} | {"content": content}


class ReducedScopeForm(forms.Form):
    """An address to which a scan may be narrowed."""

    url = forms.CharField(label="Address", max_length=MAX_URL, widget=forms.TextInput(attrs=_PLAIN))


class DescriptionForm(forms.Form):
    """The description of an API, as a file."""

    file = forms.FileField(label="File", help_text="JSON or YAML, at most 4 MiB; it is kept sealed.")


class ApiForm(forms.Form):
    """Where the description of an API is, values of its parameters, and its log-in."""

    api_schema_type = forms.ChoiceField(label="Form of the description", choices=list(DESCRIPTION_NAMES.items()))
    api_schema_url = _text("Address of the description", MAX_URL, "Fetched before each scan, unless there is a file.")
    media_type = forms.ChoiceField(
        label="Preferred form of bodies", choices=[(one, one) for one in api_settings.MEDIA_TYPES]
    )
    custom_api_parameters = forms.CharField(
        label="Values of parameters",
        required=False,
        widget=forms.Textarea(attrs={"rows": 4, "class": "mono", **_PLAIN}),
        help_text="One a line: shop_id = 7. Values whose names speak of a secret are never shown again.",
    )
    api_login_enabled = forms.BooleanField(label="Log in for a token", required=False)
    api_login_url = _text("Address of the log-in", MAX_URL)
    api_login_payload = secret_field("What is posted", 4096)
    api_login_token_field = _text("Field of the answer with the token", 256, "A path: data.token")
    token_prefix = _text("Word before the token", 16, placeholder="Bearer")
    token_parameter_name = _text("Header or cookie of the token", 256, placeholder="Authorization")
    token_parameter_location = forms.ChoiceField(
        label="It goes as", required=False, choices=(("header", "a header"), ("cookie", "a cookie"))
    )

    @classmethod
    def start(cls, target: Target) -> dict[str, Any]:
        """The values that stand now; secrets are left out."""
        found = {name: api_settings.of(target.settings, name) for name in cls.base_fields}
        pairs = found["custom_api_parameters"]
        lines = "\n".join(f"{one['name']} = {one['value']}" for one in pairs)
        return {**found, "custom_api_parameters": lines, "api_login_payload": ""}

    def clean_custom_api_parameters(self) -> list[dict[str, str]]:
        """Lines as pairs."""
        found = []
        for line in _lines(self.cleaned_data["custom_api_parameters"]):
            name, equals, value = line.partition("=")
            if not equals:
                raise forms.ValidationError("Write each as name = value.")
            found.append({"name": name.strip(), "value": value.strip()})
        return found

    def values(self) -> dict[str, Any]:
        """What the service is told. A secret that was left empty stays as it is."""
        given = dict(self.cleaned_data)
        if not given["api_login_payload"]:
            del given["api_login_payload"]
        return {api_settings.NAME: given}
