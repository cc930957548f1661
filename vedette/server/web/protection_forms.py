"""Forms of what protects the requests of a target: what a browser sends, as the arguments of services."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms

from vedette.contract.job import CONTENT_ENCRYPTIONS, SIGNING_ALGORITHMS
from vedette.server.targets import folder_logins, logins, message_encryption, signatures
from vedette.server.targets.client_certificates import MAX_BYTES
from vedette.server.web.login_forms import secret_field

METHOD_NAMES = {
    "xpay": "X-Pay-Token (Visa)",
    "http-v1": "HTTP signature (draft-cavage-12)",
    "jwt-v1": "JSON Web Token about the request",
}
_PLAIN = {"spellcheck": "false", "autocomplete": "off"}


class CertificateForm(forms.Form):
    """A client certificate with its key."""

    certificate = forms.FileField(label="Certificate", help_text="PEM, or PKCS#12 (.p12, .pfx) with its key inside.")
    key = forms.FileField(
        label="Private key", required=False, help_text="PEM; not needed when the file above holds it."
    )
    password = secret_field("Password of the key", 1024, hint="Only if the key is locked; it is not kept.")

    def values(self) -> dict[str, Any]:
        """What the service is told."""
        given = self.cleaned_data
        files = {name: given[name].read(MAX_BYTES + 1) if given[name] else b"" for name in ("certificate", "key")}
        return {**files, "password": given["password"]}


def _optional(label: str, limit: int, hint: str, **attrs: str) -> forms.CharField:
    widget = forms.TextInput(attrs={**_PLAIN, **attrs})
    return forms.CharField(label=label, max_length=limit, required=False, help_text=hint, widget=widget)


class SignatureForm(forms.Form):
    """How requests are signed."""

    signature_method = forms.ChoiceField(label="Method", choices=list(METHOD_NAMES.items()))
    algorithm = forms.ChoiceField(
        label="Algorithm",
        required=False,
        choices=[
            ("", "the usual one"),
            *((METHOD_NAMES[key], [(one, one) for one in names]) for key, names in SIGNING_ALGORITHMS.items()),
        ],
    )
    secret = forms.CharField(
        label="Shared secret or private key",
        required=False,
        strip=False,
        max_length=signatures.MAX_SECRET,
        widget=forms.Textarea(attrs={"rows": 3, "class": "mono", **_PLAIN}),
        help_text="A text, or PEM. Kept sealed and never shown again. Empty: as it is.",
    )
    key_id = _optional("Id of the key", 255, "As the site knows it; needed by HTTP signatures.")
    signed_headers = _optional("Signed headers", 1000, "HTTP signatures: names with spaces between.")
    header_name = _optional("Header of the token", 100, "Tokens only. Authorization gets the word Bearer before it.")
    base_path = _optional(
        "Path that is left out",
        signatures.MAX_PATH,
        "X-Pay-Token only; empty: the path of the target.",
        placeholder="/vdp",
    )

    @classmethod
    def start(cls, known: Mapping[str, Any]) -> dict[str, Any]:
        """The values that stand now; the secret is left out."""
        found = {name: known.get(name, default) for name, default in signatures.DEFAULTS.items()}
        return {**found, "signed_headers": " ".join(found["signed_headers"])}

    def values(self) -> tuple[dict[str, Any], str | None]:
        """What the service is told: settings, and the secret unless it was left empty."""
        given = dict(self.cleaned_data)
        secret = given.pop("secret").replace("\r\n", "\n")
        return {**given, "signed_headers": given["signed_headers"].split()}, secret or None


class FolderLoginForm(forms.Form):
    """A folder of a Postman collection that logs in. `folders` are those that are known."""

    postman_auth_folder = forms.CharField(
        label="Folder", max_length=logins.MAX_FOLDER, widget=forms.TextInput(attrs=_PLAIN)
    )
    postman_auth_var_mapping = forms.CharField(
        label="Variables out of answers",
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "class": "mono", **_PLAIN}),
        help_text="Where scripts do not say it; one a line: token = data.access_token, or header:NAME, cookie:NAME.",
    )
    fail_fast = forms.BooleanField(label="End at the first request that is refused", required=False)
    postman_check_session_folder = _optional(
        "Folder that tells whether the session holds", logins.MAX_FOLDER, "Its first request is asked for."
    )

    def __init__(self, *args: Any, folders: Sequence[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if folders:
            self.fields["postman_auth_folder"].help_text = f"The collection has: {', '.join(folders[:20])}."

    @classmethod
    def start(cls, known: Mapping[str, Any], settings: Mapping[str, Any]) -> dict[str, Any]:
        """The values that stand now."""
        found = {name: known.get(name, default) for name, default in folder_logins.DEFAULTS.items()}
        lines = "\n".join(f"{name} = {place}" for name, place in (found[folder_logins.MAPPING] or {}).items())
        return {**found, folder_logins.MAPPING: lines, logins.CHECK_FOLDER: logins.of(settings, logins.CHECK_FOLDER)}

    def clean_postman_auth_var_mapping(self) -> dict[str, str] | None:
        """Lines as an object."""
        lines = [line for line in self.cleaned_data[folder_logins.MAPPING].splitlines() if line.strip()]
        pairs = [line.partition("=") for line in lines]
        if not all(equals for _, equals, _ in pairs):
            raise forms.ValidationError("Write each as variable = place.")
        return {name.strip(): place.strip() for name, _, place in pairs} or None

    def values(self) -> tuple[dict[str, Any], str]:
        """What the service is told, and the folder that tells whether the session holds."""
        given = dict(self.cleaned_data)
        return given, given.pop(logins.CHECK_FOLDER)


class EncryptionForm(forms.Form):
    """How messages are encrypted."""

    key = forms.FileField(
        label="Public key or certificate of the site", required=False, help_text="RSA, PEM. Empty: as it is."
    )
    private_key = forms.FileField(
        label="Private key that opens its answers",
        required=False,
        help_text="RSA, PEM, not locked. Kept sealed and never shown again. Empty: as it is.",
    )
    key_id = _optional("Id of the key", 255, "Sent as the header keyId.")
    content_encryption = forms.ChoiceField(label="Content", choices=[(one, one) for one in CONTENT_ENCRYPTIONS])
    scope = forms.CharField(
        label="Addresses",
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "class": "mono", **_PLAIN}),
        help_text="One a line, with what lies below it; * for any run of characters. Empty: the whole site.",
    )

    @classmethod
    def start(cls, known: Mapping[str, Any]) -> dict[str, Any]:
        """The values that stand now; keys are left out."""
        found = {name: known.get(name, default) for name, default in message_encryption.DEFAULTS.items()}
        return {**found, "scope": "\n".join(found["scope"])}

    def values(self) -> tuple[dict[str, Any], dict[str, str]]:
        """What the service is told: settings, and the keys that were handed in."""
        given = self.cleaned_data
        files = {name: given[name] for name in ("key", "private_key") if given[name]}
        keys = {
            name: file.read(message_encryption.MAX_KEY + 1).decode(errors="replace") for name, file in files.items()
        }
        settings = {name: given[name] for name in ("key_id", "content_encryption")}
        return {**settings, "scope": given["scope"].split()}, keys
