"""This dialect's addresses, and its errors outside of views."""

from __future__ import annotations

from vedette.server.api.cloneguard import errors
from vedette.server.api.cloneguard.urls import urlpatterns as urlpatterns


def handler404(request, exception):
    return errors.outside(request, 404)
