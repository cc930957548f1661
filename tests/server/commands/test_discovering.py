"""Discoveries from the command line."""

import pytest

from tests.server import factories
from vedette.server.commands import acting, discovering
from vedette.server.discovery.models import DiscoveryRun
from vedette.server.kernel.errors import Conflict, Invalid
from vedette.server.targets.models import Domain

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def home():
    found = factories.organisation("Home")
    Domain.objects.create(organisation=found, hostname="example.org")
    return found


def test_one_is_started_listed_and_stopped(home):
    run = discovering.start(domain="Example.org", organisation="")
    (row,) = discovering.rows(organisation="")
    assert list(row.values()) == [run, "example.org", "queued", 0, 0, 0]
    assert discovering.cancel(domain="example.org", organisation="home") == run
    assert DiscoveryRun.objects.get().status == "canceled"
    assert DiscoveryRun.objects.get().created_by_name == acting.WHO
    with pytest.raises(Conflict, match="No discovery"):
        discovering.cancel(domain="example.org", organisation="")


def test_the_domain_must_be_known(home):
    with pytest.raises(Invalid) as caught:
        discovering.start(domain="other.example", organisation="")
    assert list(caught.value.fields) == ["domain"]


def test_of_several_organisations_one_is_named(home):
    factories.organisation("Other")
    for wrong in ("", "Nobody"):
        with pytest.raises(Invalid) as caught:
            discovering.rows(organisation=wrong)
        assert list(caught.value.fields) == ["organisation"]
    with pytest.raises(Invalid):
        discovering.start(domain="example.org", organisation="Other")
    assert discovering.rows(organisation="Other") == []
