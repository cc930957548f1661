"""Error pages repeat nothing of the request."""

import pytest
from django.test import Client, RequestFactory

from tests.server import factories
from vedette.server.web import errors

pytestmark = pytest.mark.django_db


def test_an_unknown_page_is_not_found_and_says_nothing_of_its_address():
    answer = Client().get("/ui/<script>nowhere</script>/")
    assert answer.status_code == 404
    assert b"nowhere" not in answer.content


@pytest.mark.parametrize("status", [400, 403, 404, 409, 429, 500, 418])
def test_every_status_has_a_page(status):
    answer = errors.page(RequestFactory().get("/ui/"), status, "A sentence & more.")
    assert answer.status_code == status
    assert b"A sentence &amp; more." in answer.content


def test_a_form_without_its_token_is_refused():
    home = factories.organisation()
    client = Client(enforce_csrf_checks=True)
    user = factories.person(home)
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    answer = client.post("/ui/stop-all/")
    assert answer.status_code == 403
    assert b"too old or came from another site" in answer.content
