"""The theme's cookie."""

import pytest
from django.http import HttpResponse

from vedette.server.web import theme


@pytest.mark.parametrize(("chosen", "kept"), [("dark", "dark"), ("light", "light"), ("", "auto")])
def test_the_browser_is_told_what_the_person_chose(chosen, kept):
    cookie = theme.remember(HttpResponse(), chosen).cookies[theme.COOKIE]
    assert (cookie.value, cookie["path"], cookie["samesite"]) == (kept, "/ui", "Lax")
    assert not cookie["httponly"]  # the page's own script switches it
