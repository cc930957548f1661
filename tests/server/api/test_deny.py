"""A view that names nothing of its own is shut."""

import pytest
from django.conf import settings
from rest_framework.test import APIRequestFactory
from rest_framework.views import APIView

from vedette.server.api.deny import DenyAll


class Forgotten(APIView):
    """A view whose author forgot everything."""

    def get(self, request):
        raise AssertionError("reached")

    post = get


@pytest.mark.parametrize("method", ["get", "post"])
def test_nobody_reaches_a_view_without_permissions(method):
    answer = Forgotten.as_view()(getattr(APIRequestFactory(), method)("/"))
    assert answer.status_code == 403


def test_that_is_the_default_of_all_views():
    assert settings.REST_FRAMEWORK["DEFAULT_PERMISSION_CLASSES"] == ["vedette.server.api.deny.DenyAll"]
    assert settings.REST_FRAMEWORK["DEFAULT_AUTHENTICATION_CLASSES"] == []
    assert not DenyAll().has_permission(None, None)
