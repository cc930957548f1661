"""The form of a blackout period, of a target or of the organisation. The service judges what it says."""

from __future__ import annotations

from datetime import time
from typing import Any

from django import forms
from django.http import QueryDict

from vedette.server.kernel import zones
from vedette.server.schedules.wording import WEEKDAYS
from vedette.server.targets.models import BlackoutPeriod
from vedette.server.targets.services.blackouts import NAME

TIME = {"type": "time"}
ZONE = {"list": "time-zones", "autocomplete": "off", "spellcheck": "false"}


def clock_time(at: time) -> str:
    """A time as browsers take it, with seconds only where there are some: what comes back is then what was shown."""
    return f"{at:%H:%M:%S}".removesuffix(":00")


def zone_field(**options: Any) -> forms.CharField:
    """A field for the name of a time zone; the page holds the list `time-zones`."""
    widget = forms.TextInput(attrs=ZONE)
    return forms.CharField(label="Time zone", max_length=zones.MAX_NAME, widget=widget, **options)


class BlackoutForm(forms.Form):
    """A daily window. Sent with `do=remove`, it says that there is to be none."""

    enabled = forms.BooleanField(label="Keep to it", required=False)
    begin = forms.TimeField(label="From", widget=forms.TimeInput(attrs=TIME))
    cease = forms.TimeField(
        label="Until",
        widget=forms.TimeInput(attrs=TIME),
        help_text="At or before the beginning: on the next day. 00:00 to 00:00 is the whole day.",
    )
    timezone = zone_field(help_text="As in Europe/Lisbon; the hours are those of its clocks.")
    weekdays = forms.TypedMultipleChoiceField(
        label="On these days",
        coerce=int,
        choices=list(enumerate(WEEKDAYS, 1)),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text="The day on which it begins.",
    )

    def __init__(self, data: QueryDict | None = None, *, row: BlackoutPeriod | None, zone: str) -> None:
        start = self._start(row) if row else self._usual(zone)
        super().__init__(data, initial=start)
        self.row = row
        self.removes = data is not None and data.get("do") == "remove"
        if self.removes:
            for field in self.fields.values():
                field.required = False

    @staticmethod
    def _start(row: BlackoutPeriod) -> dict[str, Any]:
        times = {"begin": clock_time(row.begin), "cease": clock_time(row.cease)}
        return times | {name: getattr(row, name) for name in ("enabled", "timezone", "weekdays")}

    @staticmethod
    def _usual(zone: str) -> dict[str, Any]:
        return {"enabled": True, "weekdays": [1, 2, 3, 4, 5], "timezone": zone}

    def values(self) -> dict[str, Any]:
        """What the services of targets are told."""
        return {NAME: self.period()}

    def period(self) -> dict[str, Any] | None:
        """The period as the services take it; None to take it away."""
        return None if self.removes else dict(self.cleaned_data)
