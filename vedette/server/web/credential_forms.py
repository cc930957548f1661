"""Forms of stored credentials, and what may be picked from them where a secret is expected."""

from __future__ import annotations

from typing import Any

from django import forms

from vedette.server.targets import credentials, references
from vedette.server.targets.models import Credential, Target
from vedette.server.targets.rules import MAX_DESC, MAX_NAME
from vedette.server.targets.services import stored_values
from vedette.server.tenancy import queries as tenancy
from vedette.server.tenancy.actor import Actor
from vedette.server.web.settings_forms import Choosing

NOTHING = ("", "Typed here")


class CredentialForm(Choosing):
    """A credential; its value is asked for, and never shown."""

    name = forms.CharField(label="Name", max_length=MAX_NAME, widget=forms.TextInput(attrs={"autofocus": True}))
    value = forms.CharField(
        label="Value",
        strip=False,
        required=False,
        max_length=8192,
        widget=forms.PasswordInput(attrs={"spellcheck": "false", "autocomplete": "new-password"}),
    )
    desc = forms.CharField(label="Description", required=False, max_length=MAX_DESC)
    sensitive = forms.BooleanField(label="Never show its value", required=False)
    team = forms.ChoiceField(label="For", required=False)

    def __init__(self, *args: Any, actor: Actor, current: Credential | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        wide = [("", "All teams")] if actor.everywhere("credentials.change") else []
        self.choose("team", [*wide, *((row.public_id, row.name) for row in tenancy.teams_for_actor(actor))])
        self.fields["value"].required = current is None
        if current is not None:
            self.fields["value"].help_text = "Kept sealed. Empty: as it is."

    @staticmethod
    def start(row: Credential) -> dict[str, Any]:
        """What stands now; the value is left out."""
        team = row.team.public_id if row.team else ""
        return {"name": row.name, "desc": row.desc, "sensitive": row.sensitive, "team": team}

    def values(self) -> dict[str, Any]:
        """What the service is told. A value left empty stays as it is."""
        return {name: one for name, one in self.cleaned_data.items() if name != "value" or one}


def offered(actor: Actor, target: Target) -> list[tuple[str, str]]:
    """The credentials that the actor may use in a target, as references with names."""
    seen = credentials.for_actor(actor).values_list("pk", flat=True)
    rows = stored_values.usable(target).filter(pk__in=seen).order_by("name")
    return [(references.uri(row.public_id), row.name) for row in rows]
