"""All addresses of the house's own API, below `/api/native/`."""

from __future__ import annotations

from django.urls import path

from vedette.server.api.native import views

urlpatterns = [
    path("schedules/preview", views.RulePreview.as_view()),
    path("schedules/<str:schedule>/preview", views.SchedulePreview.as_view()),
]
