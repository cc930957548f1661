"""Addresses of schedules and blackout periods. The first word of a name is the entry of the rail that it lights up."""

from __future__ import annotations

from django.urls import path

from vedette.server.web.views import blackouts, schedule_edit, schedules

urlpatterns = [
    path("schedules/", schedules.calendar, name="schedules"),
    path("schedules/list/", schedules.listed, name="schedules-list"),
    path("schedules/bulk/", schedules.bulk, name="schedules-bulk"),
    path("schedules/new/", schedule_edit.new, name="schedules-new"),
    path("schedules/preview/", schedule_edit.preview, name="schedules-preview"),
    path("schedules/<slug:schedule>/", schedules.schedule, name="schedules-page"),
    path("schedules/<slug:schedule>/change/", schedule_edit.change, name="schedules-change"),
    path("schedules/<slug:schedule>/switch/<slug:word>/", schedules.switch, name="schedules-switch"),
    path("schedules/<slug:schedule>/remove/", schedules.remove, name="schedules-remove"),
    path("settings/blackout/", blackouts.organisation, name="settings-blackout"),
]
