"""Forms of people who are not signed in yet: the first owner, and those who were invited."""

from __future__ import annotations

from django import forms


class NewPasswordForm(forms.Form):
    """A name and a new password, typed twice; services judge how good it is."""

    name = forms.CharField(
        label="Your name", max_length=60, required=False, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    password = forms.CharField(
        label="Password",
        max_length=1024,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text="Ten characters or more.",
    )
    again = forms.CharField(
        label="Password again",
        max_length=1024,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean(self) -> dict[str, str]:
        """Both passwords are the same."""
        given = super().clean() or {}
        if given.get("password") and given.get("again") and given["password"] != given["again"]:
            self.add_error("again", "The two passwords differ.")
        return given


class SetupForm(NewPasswordForm):
    """The first organisation and its owner."""

    organisation_name = forms.CharField(
        label="Organisation", max_length=255, widget=forms.TextInput(attrs={"autofocus": True})
    )
    email = forms.EmailField(
        label="E-mail address", max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "username"})
    )

    field_order = ("organisation_name", "name", "email", "password", "again")
