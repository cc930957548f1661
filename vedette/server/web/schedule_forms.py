"""The form of a schedule. It reads what was typed; the service judges it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.http import QueryDict

from vedette.server.kernel import clock, zones
from vedette.server.schedules import queries, rules
from vedette.server.schedules.models import Schedule
from vedette.server.schedules.wording import WEEKDAYS
from vedette.server.targets.models import Target
from vedette.server.tenancy.actor import Actor
from vedette.server.web import schedule_shapes
from vedette.server.web.blackout_forms import TIME, clock_time, zone_field
from vedette.server.web.settings_forms import Choosing
from vedette.server.web.target_forms import profiles_for

ONCE = "once"
RECURRENCES = {
    ONCE: "Once",
    "h": "Every hour",
    "d": "Every day",
    "w": "Every week",
    "m": "Every month",
    "q": "Every three months",
}
BY_MONTH = ("m", "q")
_USUAL = time(22, 0)


class ScheduleForm(Choosing):
    """When and how to scan. `chosen` are the targets meant, once the form is valid."""

    targets = forms.MultipleChoiceField(
        label="Targets", widget=forms.CheckboxSelectMultiple, error_messages={"required": "Choose a target."}
    )
    date = forms.DateField(label="First run on", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    time = forms.TimeField(label="At", widget=forms.TimeInput(attrs=TIME))
    timezone = zone_field(help_text="The time stays the same there when clocks are put forward or back.")
    recurrence = forms.ChoiceField(label="Repeats", choices=list(RECURRENCES.items()))
    week_index = forms.ChoiceField(
        label="On",
        required=False,
        choices=[("", "The same day of the month"), *((word, f"The {word}…") for word in rules.WEEKS)],
        help_text="Months without that day take their last one.",
    )
    scheduled_day_of_week = forms.TypedChoiceField(
        label="Weekday", required=False, coerce=int, empty_value=None, choices=list(enumerate(WEEKDAYS, 1))
    )
    scan_profile = forms.ChoiceField(label="Scan profile", required=False)
    part = forms.ChoiceField(label="What is scanned", required=False, choices=list(schedule_shapes.PARTS.items()))

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        actor: Actor,
        targets: Sequence[Target],
        initial: dict[str, Any],
        row: Schedule | None = None,
    ) -> None:
        super().__init__(data, initial=initial)
        self.row = row
        self.known = {one.public_id: one for one in targets}
        if row is None:
            self.choose("targets", [(key, str(one)) for key, one in self.known.items()])
        else:
            del self.fields["targets"]
        kinds = {one.kind for one in ([row.target] if row is not None else targets)}
        profiles = [(one.key, one.name) for one in profiles_for(actor, kinds)]
        if row is not None and row.profile and row.profile not in dict(profiles):
            profiles.append((row.profile, row.profile))
        self.choose("scan_profile", [("", "The target's own"), *profiles])

    @property
    def chosen(self) -> list[Target]:
        """The targets that were chosen, or that of the schedule."""
        if self.row is not None:
            return [self.row.target]
        return [self.known[key] for key in self.cleaned_data.get("targets", ())]

    def clean_targets(self) -> list[str]:
        """Targets of one kind only: what a profile means differs between kinds."""
        given: list[str] = self.cleaned_data["targets"]
        if len({self.known[key].kind for key in given}) > 1:
            raise forms.ValidationError("Choose either web sites or APIs, not both at once.")
        return given

    def values(self) -> dict[str, Any]:
        """What the service is told."""
        given = self.cleaned_data
        by_weekday = bool(given["week_index"]) and given["recurrence"] in BY_MONTH
        part = given["part"]
        return {
            "date_time": datetime.combine(given["date"], given["time"]),
            "timezone": given["timezone"],
            "recurrence": "" if given["recurrence"] == ONCE else given["recurrence"],
            "run_on_day_of_week": by_weekday,
            "week_index": given["week_index"] if by_weekday else "",
            "scheduled_day_of_week": given["scheduled_day_of_week"] if by_weekday else None,
            "scan_profile": given["scan_profile"],
            "override_target_settings": bool(part),
            "partial_scan": part not in ("", "whole"),
            "incremental": part in ("incremental", "both"),
            "reduced_scope": part in ("reduced", "both"),
        }

    def previewed(self) -> dict[str, Any]:
        """What a preview is reckoned from: a moment that was not changed stands for the start behind it, so that the
        31st comes back after February."""
        given, row = self.values(), self.row
        if row is not None and row.timezone == given["timezone"]:
            shown = zones.local(queries.shown_at(row), row.timezone)
            if shown == given["date_time"]:
                given["date_time"] = datetime.combine(row.start_date, row.start_time)
        return given

    @staticmethod
    def usual(actor: Actor, targets: Sequence[str] = ()) -> dict[str, Any]:
        """What a new schedule begins with: tomorrow evening where the reader is, every week."""
        zone = queries.reader_zone(actor)
        tomorrow = zones.local(clock.now(), zone).date() + timedelta(days=1)
        return {
            "targets": list(targets),
            "date": tomorrow,
            "time": clock_time(_USUAL),
            "timezone": zone,
            "recurrence": "w",
        }

    @staticmethod
    def start(row: Schedule) -> dict[str, Any]:
        """What a schedule says now."""
        shown = zones.local(queries.shown_at(row), row.timezone)
        return {
            "date": shown.date(),
            "time": clock_time(shown.time()),
            "timezone": row.timezone,
            "recurrence": row.recurrence or ONCE,
            "week_index": row.week_index if row.run_on_day_of_week else "",
            "scheduled_day_of_week": row.scheduled_day_of_week,
            "scan_profile": row.profile,
            "part": schedule_shapes.part(row),
        }
