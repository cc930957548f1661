"""Forms of the settings. They read what was typed; services judge it."""

from __future__ import annotations

from typing import Any

from django import forms

from vedette.server.scans.models import ScanProfile
from vedette.server.targets import queries as targets
from vedette.server.tenancy import queries, rules
from vedette.server.tenancy.actor import Actor
from vedette.server.tenancy.services import account
from vedette.server.tenancy.services.roles import NewGrant
from vedette.server.web.settings_shapes import GROUPS, KEY_KINDS

_MOST_TARGETS = 500
_TITLES = {
    "": "–",
    "ceo": "Chief executive",
    "cto": "Head of technology",
    "cso": "Head of security",
    "seceng": "Security engineer",
    "dev": "Developer",
    "devop": "Operations",
    "manager": "Manager",
    "other": "Other",
}
_COLORS = ("red", "orange", "gold", "green", "teal", "blue", "violet", "gray")
COLORS = (("", "None"), *((name, name.capitalize()) for name in _COLORS))


class Choosing(forms.Form):
    """The base of forms whose choices depend on the actor."""

    def choose(self, name: str, choices: list[Any]) -> None:
        """Gives a field its choices."""
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - what the subclass declares
        field.choices = choices


class OrganisationForm(forms.Form):
    """Name and rules of an organisation; the fields bear the names of `account.change_settings`."""

    name = forms.CharField(label="Name", max_length=255)
    require_second_factor = forms.BooleanField(
        label="Everybody needs a second factor",
        required=False,
        help_text="Whoever has none is led to set one up before anything else.",
    )
    maximum_acceptance_period = forms.IntegerField(
        label="A risk may be accepted for at most",
        required=False,
        min_value=1,
        max_value=account.MAX_DAYS,
        help_text="Days; empty means for as long as one likes.",
    )
    require_expiration_date = forms.BooleanField(label="An accepted risk needs a last day", required=False)
    require_approver_name = forms.BooleanField(label="An accepted risk needs the name of who approved", required=False)
    require_approval_date = forms.BooleanField(label="An accepted risk needs the day of approval", required=False)
    self_findings_review_enabled = forms.BooleanField(
        label="Uncertain findings wait for a review", required=False, help_text="Somebody says whether they are flaws."
    )
    limit_api_key_days = forms.BooleanField(label="API keys must end", required=False)
    max_api_key_days = forms.IntegerField(
        label="They last at most", min_value=1, max_value=account.MAX_DAYS, help_text="Days."
    )
    disable_keys_on_user_disabled = forms.BooleanField(
        label="Keys rest while their maker is switched off", required=False
    )

    @classmethod
    def start(cls, actor: Actor) -> dict[str, Any]:
        """The values that stand now."""
        return {name: getattr(actor.organisation, name) for name in cls.base_fields}


class InviteForm(Choosing):
    """Whom to invite, to which role."""

    email = forms.EmailField(label="E-mail address", max_length=254, widget=forms.EmailInput(attrs={"autofocus": True}))
    name = forms.CharField(label="Name", max_length=60, required=False)
    role = forms.ChoiceField(label="Role", help_text="Over the whole account; narrower roles can be given afterwards.")

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.roles = grantable(actor)
        self.choose("role", [(key, one.name) for key, one in self.roles.items()])
        self.initial.setdefault("role", _usual(self.roles, "developer"))


class GrantForm(Choosing):
    """A role and over what it is held."""

    role = forms.ChoiceField(label="Role")
    scope = forms.ChoiceField(label="Over")

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.roles = grantable(actor)
        self.teams = {one.public_id: one for one in queries.teams_for_actor(actor)}
        self.targets = {one.public_id: one for one in targets.listed(actor, order="name")[:_MOST_TARGETS]}
        self.choose("role", [(key, one.name) for key, one in self.roles.items()])
        teams = [(f"team:{key}", str(one)) for key, one in self.teams.items()]
        sites = [(f"target:{key}", str(one)) for key, one in self.targets.items()]
        self.choose("scope", [("account", "The whole account"), ("Team", teams), ("Target", sites)])
        self.initial.setdefault("role", _usual(self.roles, "developer"))

    def wish(self) -> NewGrant:
        """What is to be given."""
        tier, _, key = self.cleaned_data["scope"].partition(":")
        role = self.roles[self.cleaned_data["role"]]
        return NewGrant(role, tier, self.teams.get(key), self.targets.get(key) if tier == "target" else None)


class PersonForm(forms.Form):
    """What a member is called."""

    name = forms.CharField(label="Name", max_length=60, required=False)
    title = forms.ChoiceField(label="Title", choices=list(_TITLES.items()), required=False)


class KeyForm(GrantForm):
    """A new key."""

    kind = forms.ChoiceField(label="Kind", widget=forms.RadioSelect)
    name = forms.CharField(label="Name", max_length=255, help_text="What uses it: you will want to know when it leaks.")
    days_valid_for = forms.IntegerField(label="Valid for", required=False, min_value=1, help_text="Days.")

    field_order = ("kind", "name", "role", "scope", "days_valid_for")

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, actor=actor, **kwargs)
        organisation = actor.organisation
        may = actor.everywhere("keys.change")
        kinds = [(key, _KINDS[key]) for key in KEY_KINDS if may or key in rules.PERSONAL_KEYS]
        self.choose("kind", kinds)
        self.initial.setdefault("kind", kinds[0][0])
        if not may:
            for name in ("role", "scope", "days_valid_for"):
                del self.fields[name]
            return
        self.fields["role"].required = self.fields["scope"].required = False
        self.initial["role"] = _usual(self.roles, "scanner")
        if organisation.limit_api_key_days:
            limit = organisation.max_api_key_days
            self.fields["days_valid_for"].help_text = f"Days, at most {limit}; empty means {limit}. API keys only."
        else:
            self.fields["days_valid_for"].help_text = "Days; empty means for good. API keys only."

    def values(self) -> dict[str, Any]:
        """What the service is told: only API keys have roles and an end."""
        kind = self.cleaned_data["kind"]
        given: dict[str, Any] = {"kind": kind, "name": self.cleaned_data["name"]}
        if kind == "probely":
            given["grants"] = (self.wish(),)
            given["days_valid_for"] = self.cleaned_data["days_valid_for"]
        return given

    def clean(self) -> dict[str, Any]:
        """An API key needs a role: without one it opens nothing."""
        given = super().clean() or {}
        if given.get("kind") == "probely" and not (given.get("role") and given.get("scope")):
            self.add_error("role", "Choose what the key may do.")
        return given


_KINDS = {
    "probely": "API key: for scripts and pipelines, with a role of its own",
    "invicti": "Personal token: acts as you, for tools that sign in with a user id and a token",
    "cloneguard_app": "Application key: names a client application, opens nothing by itself",
    "cloneguard_access": "Personal access key: acts as you",
}


class RoleForm(Choosing):
    """A role of the organisation's own."""

    name = forms.CharField(label="Name", max_length=255)
    description = forms.CharField(
        label="Description", max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    permissions = forms.MultipleChoiceField(label="It lets people", widget=forms.CheckboxSelectMultiple, required=False)

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        mine = actor.held() - rules.OWNER_ONLY
        groups: dict[str, list[tuple[str, str]]] = {}
        for name, text in rules.PERMISSIONS.items():
            if name in mine:
                groups.setdefault(GROUPS[name.partition(".")[0]], []).append((name, text))
        self.choose("permissions", list(groups.items()))


class TeamForm(forms.Form):
    """A team."""

    name = forms.CharField(label="Name", max_length=255, widget=forms.TextInput(attrs={"autofocus": True}))
    quota = forms.IntegerField(
        label="Most targets", required=False, min_value=0, max_value=2**31 - 1, help_text="Empty: no limit."
    )


class LabelForm(Choosing):
    """A label; `current` is the colour that it has."""

    kind = forms.ChoiceField(
        label="For", choices=[("target", "Targets"), ("finding", "Findings"), ("user", "People and keys")]
    )
    name = forms.CharField(label="Name", max_length=255, widget=forms.TextInput(attrs={"autofocus": True}))
    color = forms.ChoiceField(label="Colour", required=False)

    def __init__(self, *args: Any, current: str = "", kind: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = [] if current in dict(COLORS) else [(current, current)]
        self.choose("color", [*COLORS, *own])
        if not kind:
            del self.fields["kind"]


class DomainForm(forms.Form):
    """A domain to be shown as one's own."""

    hostname = forms.CharField(
        label="Host name",
        max_length=256,
        widget=forms.TextInput(attrs={"placeholder": "shop.example", "autofocus": True, "spellcheck": "false"}),
        help_text="With a port when it is not 80 or 443.",
    )


class ScanProfileForm(forms.Form):
    """How to scan; the fields bear the names of `profiles.change`."""

    name = forms.CharField(label="Name", max_length=255)
    description = forms.CharField(label="Description", required=False, widget=forms.Textarea(attrs={"rows": 2}))
    type = forms.ChoiceField(
        label="For",
        choices=[("web", "Web sites"), ("api", "APIs")],
        help_text="For APIs: what the description tells is called and tested, and nothing else crawled.",
    )
    base = forms.ChoiceField(
        label="Base",
        choices=[
            ("lightning", "Lightning: look only"),
            ("safe", "Safe: write nothing"),
            ("normal", "Normal"),
            ("full", "Full"),
        ],
    )
    methods = forms.ChoiceField(label="Methods", choices=[("all", "All"), ("safe", "GET and HEAD only")])
    speed = forms.TypedChoiceField(
        label="Speed", coerce=int, choices=[(10, "Slow"), (20, "Normal"), (30, "Fast")], initial=20
    )
    payloads = forms.TypedChoiceField(
        label="Payloads", coerce=int, choices=[(10, "Few"), (20, "Normal"), (30, "Thorough")], initial=20
    )
    checks = forms.CharField(
        label="Checks",
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "class": "mono", "spellcheck": "false"}),
        help_text="Ids, beginnings of ids, or either with a minus to leave out, one a line. Empty: all of the base.",
    )
    max_urls = forms.IntegerField(label="Most pages", min_value=1, max_value=50_000, initial=5000)
    max_run_time = forms.IntegerField(label="Longest run", required=False, min_value=1, help_text="Seconds.")
    delay = forms.IntegerField(
        label="Pause between requests", required=False, min_value=0, max_value=5000, help_text="Milliseconds."
    )
    can_scan_unverified = forms.BooleanField(
        label="May look at sites that nobody was shown to own",
        required=False,
        help_text="Only on the base of Lightning.",
    )

    @classmethod
    def start(cls, profile: ScanProfile) -> dict[str, Any]:
        """The values that stand now."""
        found = {name: getattr(profile, name) for name in cls.base_fields}
        return found | {"checks": "\n".join(profile.checks)}

    def values(self) -> dict[str, Any]:
        """What the service is told."""
        return self.cleaned_data | {"checks": self.cleaned_data["checks"].split()}


class ProfileForm(forms.Form):
    """What people say about themselves."""

    name = forms.CharField(label="Name", max_length=60, required=False)
    title = forms.ChoiceField(label="Title", choices=list(_TITLES.items()), required=False)
    timezone = forms.CharField(
        label="Time zone",
        max_length=64,
        widget=forms.TextInput(attrs={"list": "time-zones", "autocomplete": "off", "spellcheck": "false"}),
        help_text="As in Europe/Berlin; times are shown in it.",
    )
    theme = forms.ChoiceField(
        label="Theme", required=False, choices=[("", "As the device says"), ("light", "Light"), ("dark", "Dark")]
    )


def grantable(actor: Actor) -> dict[str, Any]:
    """The roles that the actor may give, by public id: none above their own rank."""
    found = queries.roles_for_actor(actor)
    return {one.public_id: one for one in found if rules.may_grant(actor.held(), queries.permissions_of(one))}


def _usual(roles: dict[str, Any], key: str) -> str:
    """The id of the built-in role with this key: what a form starts with is never the one that may do most."""
    return next((public_id for public_id, one in roles.items() if one.key == key), "")
