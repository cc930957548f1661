"""Every address of this dialect, below `/api/1.0/`, in lower case: `api.paths` folds what clients send."""

from __future__ import annotations

from django.urls import URLPattern, path

from vedette.server.api.invicti.views import account, scans

urlpatterns: list[URLPattern] = [
    path("account/me", account.AccountMe.as_view()),
    path("scans/list", scans.ScanList.as_view()),
]
