"""The form of a connector: its credentials as they may be shown, and whether it is on."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import QueryDict

from vedette.server.targets.models import Connector
from vedette.server.targets.services import connectors

_LABELS = {"access_key": "Access key", "secret_key": "Secret key", "token": "API token"}
_HELP = {"secret_key": "Stored sealed, shown to nobody.", "token": "Needs Zone, Read. Stored sealed, shown to nobody."}
_KEEP = " What stands here keeps the stored one."


class ConnectorForm(forms.Form):
    """Credentials by the names of `connectors.KINDS`; services judge them."""

    name = forms.CharField(label="Name", required=False, max_length=255, help_text="What you call the account.")
    enabled = forms.BooleanField(label="On", required=False)

    def __init__(self, kind: str, row: Connector | None, data: QueryDict | None = None) -> None:
        shown = connectors.shown(row) if row else {}
        start: dict[str, Any] = {"name": row.name if row else "", "enabled": row is None or row.enabled}
        super().__init__(data, initial=start | shown, auto_id=f"{kind}-%s")
        secret = forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "class": "mono"})
        for name in connectors.KINDS[kind].credentials:
            self.fields[name] = forms.CharField(
                label=_LABELS[name],
                max_length=255,
                widget=secret,
                help_text=_HELP.get(name, "") + (_KEEP if row and name in _HELP else ""),
            )
        self.order_fields([*connectors.KINDS[kind].credentials, "name", "enabled"])
