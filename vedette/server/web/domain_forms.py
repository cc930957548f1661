"""The form of what is sent to a domain's host when its owner is looked for."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import QueryDict

from vedette.server.targets import domain_login
from vedette.server.targets.models import Domain
from vedette.server.web.login_forms import secret_field


class DomainLoginForm(forms.Form):
    """Basic authentication of a host; the fields bear the names of `domains.change`, which judges them."""

    basic_auth_username = forms.CharField(
        label="User",
        required=False,
        max_length=domain_login.MAX_LENGTH,
        widget=forms.TextInput(attrs={"autofocus": True, "spellcheck": "false", "autocomplete": "off"}),
    )
    basic_auth_password = secret_field("Password", domain_login.MAX_LENGTH)

    def __init__(self, data: QueryDict | None, *, current: Domain) -> None:
        shown = domain_login.shown(current)
        super().__init__(data, initial={domain_login.USERNAME: shown[domain_login.USERNAME]})
        self._set = any(shown.values())
        if not current.basic_password:
            self.fields[domain_login.PASSWORD].help_text = "Kept sealed and never shown again."

    def clean(self) -> dict[str, Any]:
        """Refuses a form that says nothing."""
        found = super().clean() or {}
        if not self.errors and not self._set and not any(found.values()):
            raise forms.ValidationError("Enter a user or a password.")
        return found

    def values(self) -> dict[str, Any]:
        """What the service is told. A password left empty stays as it is."""
        return {name: one for name, one in self.cleaned_data.items() if name != domain_login.PASSWORD or one}
