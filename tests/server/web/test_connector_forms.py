"""The form of a connector."""

import pytest
from django.http import QueryDict

from tests.server import factories
from vedette.server.targets.services import connectors
from vedette.server.web.connector_forms import ConnectorForm

pytestmark = pytest.mark.django_db
TOKEN = "t0ken-" + "x" * 34


@pytest.mark.parametrize("kind", sorted(connectors.KINDS))
def test_it_asks_for_the_credentials_of_its_kind(kind):
    form = ConnectorForm(kind, None)
    assert list(form.fields) == [*connectors.KINDS[kind].credentials, "name", "enabled"]
    assert form.initial["enabled"] is True
    assert not ConnectorForm(kind, None, QueryDict("name=x")).is_valid()


def test_what_is_stored_is_shown_as_it_may_be():
    owner = factories.actor(factories.organisation())
    row = connectors.save(owner, "cloudflare", whole=True, token=TOKEN, enabled=False)
    form = ConnectorForm("cloudflare", row)
    assert form.initial["token"].startswith("OBFUSCATED_")
    assert form.initial["enabled"] is False
    assert TOKEN not in str(form)
