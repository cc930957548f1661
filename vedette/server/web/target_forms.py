"""Forms of targets: they turn what a browser sends into the arguments of services, which alone judge it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms

from vedette.server.scans import filters as scan_filters
from vedette.server.scans.models import ScanProfile
from vedette.server.targets.models import Target
from vedette.server.targets.rules import ACTIONS, MAX_DESC, MAX_NAME, MAX_RATE, MAX_URL
from vedette.server.targets.services.reading import PARTIAL
from vedette.server.tenancy import queries as tenancy
from vedette.server.tenancy.actor import Actor
from vedette.server.web import hostile

ACTION_NAMES = {
    "log-out": "Log out",
    "delete": "Delete things",
    "pay": "Pay or order",
    "unsubscribe": "Unsubscribe",
    "password": "Change passwords",
    "e-mail": "Send or change e-mail addresses",
    "second-factor": "Change second factors",
}


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def profiles_for(actor: Actor, kinds: Iterable[str], *, present: str = "") -> list[ScanProfile]:
    """The profiles made for targets of these kinds, built-in ones first, and the `present` one if it is another."""
    wanted = {"api" if kind == "api" else "web" for kind in kinds}
    rows = scan_filters.profiles(actor, scan_filters.ProfileFilter(archived=False))
    return [row for row in rows if row.type in wanted or row.key == present]


def target_profiles(actor: Actor, target: Target) -> list[ScanProfile]:
    """The profiles that can be chosen for a target."""
    return profiles_for(actor, [target.kind], present=target.profile)


class AddressForm(forms.Form):
    """The first step of a new target."""

    url = forms.CharField(
        label="Address",
        max_length=MAX_URL,
        widget=forms.URLInput(attrs={"placeholder": "https://shop.example/", "autofocus": True, "spellcheck": "false"}),
        help_text="Where the site begins. Everything under this path is scanned, nothing outside it.",
        error_messages={"required": "Enter the address of the site."},
    )
    name = forms.CharField(
        label="Name", max_length=MAX_NAME, required=False, help_text="How lists call it; the address when empty."
    )
    kind = forms.ChoiceField(
        label="What it is",
        required=False,
        choices=(("single", "A web site"), ("api", "An API with a description")),
        help_text="An API is scanned by what its description tells: OpenAPI, Postman, GraphQL, HAR or plain requests.",
    )
    anyway = forms.BooleanField(label="Add it all the same", required=False)


class AuthoriseForm(forms.Form):
    """The tick that one may scan the site."""

    authorized = forms.BooleanField(
        label="I am authorised to have this site tested, by its owner or as its owner.",
        error_messages={"required": "Tick this only if it is so; without it no scan is started here."},
    )


class ScanForm(forms.Form):
    """How to scan: profile and ceiling."""

    profile = forms.ChoiceField(label="Profile", widget=forms.RadioSelect)
    max_rate = forms.IntegerField(
        label="Most requests a second",
        required=False,
        min_value=1,
        max_value=MAX_RATE,
        help_text="To each host. Empty: the platform's own ceiling of 50.",
    )

    def __init__(self, *args: Any, profiles: list[ScanProfile], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice: Any = self.fields["profile"]
        choice.choices = [(one.key, one.name) for one in profiles]


class ProfileForm(ScanForm):
    """Which profile to use this once."""

    max_rate = None  # type: ignore[assignment]


class GeneralForm(forms.Form):
    """What a target is called, and how strict its scans are judged."""

    name = forms.CharField(label="Name", max_length=MAX_NAME, required=False)
    desc = forms.CharField(
        label="Description", max_length=MAX_DESC, required=False, widget=forms.Textarea(attrs={"rows": 4})
    )
    fail_fast = forms.BooleanField(
        label="Scans fail fast",
        required=False,
        help_text="A failed log-in, an API description that gives nothing or a lost target ends a scan, and one with "
        "gaps counts as failed. Otherwise it goes on, and is completed with the verdict incomplete.",
    )

    @classmethod
    def start(cls, target: Target) -> dict[str, Any]:
        """The values that stand now."""
        return {"name": target.name, "desc": target.desc, "fail_fast": target.fail_fast}


class ScopeForm(forms.Form):
    """Extra start paths and exclusions, one a line."""

    whitelist = forms.CharField(
        label="Extra start paths",
        required=False,
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false", "class": "mono"}),
        help_text="Pages that no link leads to, one a line: /account/orders",
    )
    blacklist = forms.CharField(
        label="Never request",
        required=False,
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false", "class": "mono"}),
        help_text="Whole addresses, one a line; * stands for anything: https://shop.example/admin/*",
    )

    reduced_scope = forms.BooleanField(
        label="Scan only the addresses below", required=False, help_text="Those that are switched on, further down."
    )
    crawl_sequences_only = forms.BooleanField(
        label="Crawl only what recorded sequences visit",
        required=False,
    )
    cancel_scan_on_nav_seq_failure = forms.BooleanField(
        label="End a scan when a recorded sequence fails",
        required=False,
    )
    incremental = forms.BooleanField(
        label="Test only what is new or changed",
        required=False,
        help_text="Compared with the last complete scan of the same profile.",
    )
    schedule_reduced_scope = forms.BooleanField(
        label="Scheduled scans: only the addresses below",
        required=False,
        help_text="The switches above are for scans by hand.",
    )
    schedule_crawl_sequences_only = forms.BooleanField(
        label="Scheduled scans: crawl only what recorded sequences visit", required=False
    )
    schedule_incremental = forms.BooleanField(
        label="Scheduled scans: test only what is new or changed",
        required=False,
        help_text="A schedule may override these three.",
    )
    include_deduplicated_endpoints = forms.BooleanField(
        label="Test pages that look like others, too", required=False, help_text="Otherwise one of a kind is tested."
    )

    @classmethod
    def start(cls, target: Target) -> dict[str, Any]:
        """The values that stand now."""
        return {
            "whitelist": "\n".join(target.whitelist),
            "blacklist": "\n".join(target.blacklist),
            "include_deduplicated_endpoints": target.include_deduplicated_endpoints,
            **{name: target.settings.get(name, default) for name, default in PARTIAL.items()},
        }

    def values(self) -> dict[str, Any]:
        """What the service is told."""
        flags = ("include_deduplicated_endpoints", *PARTIAL)
        lists = {name: _lines(self.cleaned_data[name]) for name in ("whitelist", "blacklist")}
        return lists | {name: self.cleaned_data[name] for name in flags}


class ExtraHostForm(forms.Form):
    """Another host of the target."""

    host = forms.CharField(
        label="Host",
        max_length=256,
        widget=forms.TextInput(attrs={"placeholder": "api.shop.example", "spellcheck": "false"}),
        help_text="With a port when it is not 80 or 443.",
    )
    name = forms.CharField(label="Name", max_length=MAX_NAME, required=False)


class ItemForm(forms.Form):
    """A header or cookie that goes with every request."""

    kind = forms.ChoiceField(label="Kind", choices=(("header", "Header"), ("cookie", "Cookie")))
    name = forms.CharField(
        label="Name", max_length=MAX_NAME, widget=forms.TextInput(attrs={"spellcheck": "false", "autocomplete": "off"})
    )
    value = forms.CharField(
        label="Value",
        strip=False,
        required=False,
        widget=forms.TextInput(attrs={"spellcheck": "false", "autocomplete": "off", "class": "mono"}),
    )
    authentication = forms.BooleanField(
        label="It logs in", required=False, help_text="The session that it gives is watched during a scan."
    )
    authentication_secondary = forms.BooleanField(
        label="It logs in another user",
        required=False,
        help_text="Tests of permissions compare what the two users may see.",
    )
    allow_testing = forms.BooleanField(label="Tests may change it", required=False)
    sensitive = forms.BooleanField(
        label="Keep the value secret",
        required=False,
        initial=True,
        help_text="It is never shown again, only replaced.",
    )


class ScanningForm(ScanForm):
    """The profile and ceiling of a target's scans, and what harm its owner allows."""

    allow_actions = forms.MultipleChoiceField(
        label="Actions that a scan may take",
        required=False,
        choices=[(name, ACTION_NAMES[name]) for name in ACTIONS],
        widget=forms.CheckboxSelectMultiple,
        help_text="Links and forms that do such things are left alone unless you allow them here.",
    )

    @classmethod
    def start(cls, target: Target) -> dict[str, Any]:
        """The values that stand now."""
        return {"profile": target.profile, "max_rate": target.max_rate, "allow_actions": target.allow_actions}


class BelongingForm(forms.Form):
    """Labels and teams of a target."""

    labels = forms.MultipleChoiceField(label="Labels", required=False, widget=forms.CheckboxSelectMultiple)
    new_label = forms.CharField(label="New label", max_length=MAX_NAME, required=False)
    teams = forms.MultipleChoiceField(label="Teams", required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._choose("labels", [(one.public_id, one.name) for one in tenancy.labels_for_actor(actor, "target")])
        self._choose("teams", [(one.public_id, one.name) for one in tenancy.teams_for_actor(actor)])

    def _choose(self, name: str, choices: list[tuple[str, str]]) -> None:
        field: Any = self.fields[name]
        field.choices = [(value, hostile.line(text)) for value, text in choices]
        if not choices:
            del self.fields[name]

    @classmethod
    def start(cls, target: Target) -> dict[str, Any]:
        """The values that stand now."""
        return {
            "labels": [label.public_id for label in target.labels.all()],
            "teams": [team.public_id for team in target.teams.all()],
        }
