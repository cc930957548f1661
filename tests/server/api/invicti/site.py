"""This dialect's addresses where they stand in the whole, and its errors outside of views."""

from __future__ import annotations

from django.urls import include, path

from vedette.server.api.invicti import errors

urlpatterns = [path("api/1.0/", include("vedette.server.api.invicti.urls"))]


def handler404(request, exception):
    return errors.outside(request, 404)
