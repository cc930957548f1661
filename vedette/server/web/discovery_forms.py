"""Forms of discovery. They read what was typed; services judge it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import QueryDict

from vedette.server.discovery.models import DiscoveryAsset
from vedette.server.discovery.providers import Source
from vedette.server.discovery.rules import ARCHIVE_DAYS, MAX_COMMENT
from vedette.server.scans.models import ScanProfile
from vedette.server.scans.rules import fits
from vedette.server.tenancy import queries as tenancy
from vedette.server.tenancy.actor import Actor
from vedette.server.web.labels import ASSET_STATES
from vedette.server.web.settings_forms import Choosing

_HIDE_KEY = {"autocomplete": "off", "spellcheck": "false"}


class AssetForm(Choosing):
    """What people say of an asset."""

    state = forms.ChoiceField(label="State", choices=[(key, one.word) for key, one in ASSET_STATES.items()])
    owners = forms.MultipleChoiceField(label="Owners", required=False, widget=forms.CheckboxSelectMultiple)
    labels = forms.CharField(
        label="Labels", required=False, max_length=1000, help_text="Separated by commas; a new name makes a new label."
    )
    comment = forms.CharField(
        label="Comment", required=False, max_length=MAX_COMMENT, widget=forms.Textarea(attrs={"rows": 4})
    )

    def __init__(self, data: QueryDict | None = None, *, actor: Actor, asset: DiscoveryAsset) -> None:
        initial = {
            "state": asset.state,
            "comment": asset.comment,
            "owners": [user.public_id for user in asset.owners.all()],
            "labels": ", ".join(sorted(label.name for label in asset.labels.all())),
        }
        super().__init__(data, initial=initial)
        people = {user.public_id: str(user) for user in asset.owners.all()}
        people |= {row.user.public_id: str(row.user) for row in tenancy.members_for_actor(actor)}
        self.choose("owners", sorted(people.items(), key=lambda one: one[1].lower()))

    @property
    def label_names(self) -> list[str]:
        """The names typed, each once."""
        names = (name.strip() for name in self.cleaned_data["labels"].split(","))
        return list(dict.fromkeys(name for name in names if name))


class PromoteForm(Choosing):
    """A target to be made of an asset."""

    name = forms.CharField(label="Name", max_length=255)
    url = forms.CharField(label="Address", max_length=2048, help_text="Within the asset: it may begin deeper.")
    kind = forms.ChoiceField(label="Kind", choices=[("single", "Web application"), ("api", "API")])
    profile = forms.ChoiceField(label="Scan profile")
    scan = forms.BooleanField(label="Start a scan at once", required=False)

    def __init__(self, *args: Any, profiles: list[ScanProfile], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choose("profile", [(one.key, one.name) for one in profiles])
        self._types = {one.key: one.type for one in profiles}

    def clean(self) -> dict[str, Any]:
        """A profile for APIs is for an API."""
        given = super().clean() or {}
        if not fits(self._types.get(given.get("profile", ""), ""), given.get("kind", "")):
            self.add_error("profile", "This profile is for APIs.")
        return given


class DiscoverySettingsForm(forms.Form):
    """How assets are kept; the fields bear the names of `settings.change`."""

    archive_enabled = forms.BooleanField(label="Archive what is not seen any more", required=False)
    archive_after = forms.IntegerField(label="After so many days", min_value=ARCHIVE_DAYS[0], max_value=ARCHIVE_DAYS[1])
    screenshots = forms.BooleanField(
        label="Take a picture of each start page",
        required=False,
        help_text="Needs a browser beside the worker. The page is opened as a visitor would open it.",
    )


class SourceForm(forms.Form):
    """A provider of names. A key that is not typed stays as it is."""

    enabled = forms.BooleanField(label="Ask this source", required=False)
    url = forms.CharField(label="Address", required=False, max_length=2048)
    key = forms.CharField(
        label="Key", required=False, max_length=1000, widget=forms.PasswordInput(attrs=_HIDE_KEY, render_value=False)
    )
    forget = forms.BooleanField(label="Forget the key", required=False)

    def __init__(self, data: QueryDict | None = None, *, source: Source) -> None:
        row, info = source.row, source.provider
        assert info is not None  # noqa: S101 - only providers have a form
        super().__init__(data, initial={"enabled": bool(row and row.enabled), "url": row.url if row else ""})
        self.fields["url"].help_text = f"Empty: {info.url}" if info.url else "Needed: it has none of its own."
        if row is not None and row.sealed:
            self.fields["key"].help_text = "There is one; it stays unless you type another."
        else:
            del self.fields["forget"]
            self.fields["key"].help_text = "Needed." if info.needs_key else "Not needed."

    @property
    def new_key(self) -> str | None:
        """The key as it is to be: None to leave it, empty to forget it."""
        typed: str = self.cleaned_data["key"]
        return typed or ("" if self.cleaned_data.get("forget") else None)
