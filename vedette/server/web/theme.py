"""The theme that a browser shows: a cookie, so that the page is drawn right at once, also before anybody signs in."""

from __future__ import annotations

from typing import TypeVar

from django.conf import settings
from django.http import HttpResponseBase

COOKIE = "vedette_theme"
_YEAR_S = 365 * 86_400
_Answer = TypeVar("_Answer", bound=HttpResponseBase)


def remember(answer: _Answer, theme: str) -> _Answer:
    """Lets the browser show this theme (empty: as the device says) from now on."""
    secure = bool(settings.SESSION_COOKIE_SECURE)
    answer.set_cookie(COOKIE, theme or "auto", max_age=_YEAR_S, path="/ui", samesite="Lax", secure=secure)
    return answer
