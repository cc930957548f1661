from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.server import factories
from tests.server.api.invicti.conftest import Api, basic, person_of
from vedette.server.kernel import ids

LIST = "/api/1.0/scans/list"


@pytest.fixture
def scans(home):
    shop, bank = (factories.target(home, f"http://{name}.example.org/") for name in ("shop", "bank"))
    return [factories.run_scan(shop, factories.flaw("a")), factories.run_scan(bank)]


def found(api, **query):
    return [ids.from_uuid("scan", row["Id"]) for row in api.get(LIST, **query).json()["List"]]


def test_lists_newest_first(api, scans):
    assert found(api) == [scan.public_id for scan in reversed(scans)]
    data = api.get(LIST, page=2, pageSize=1).json()
    assert (data["PageCount"], data["TotalItemCount"], data["IsLastPage"]) == (2, 2, True)
    assert len(data["List"]) == 1


def test_is_narrowed_to_a_website(api, scans):
    for url in ("http://shop.example.org", "http://SHOP.example.org/", "http://shop.example.org/deep?x=1"):
        assert found(api, websiteUrl=url) == [scans[0].public_id]
    assert found(api, WebsiteURL="http://other.example.org") == []
    assert found(api, websiteUrl="no url") == []
    # A name that only begins in the same way is another site.
    assert found(api, websiteUrl="http://shop.example.or") == []


def test_wrong_numbers_read_as_defaults(api, scans):
    data = api.get(LIST, page="1pageSize=20", pageSize="many").json()
    assert (data["PageNumber"], data["PageSize"], len(data["List"])) == (1, 200, 2)
    assert api.get(LIST, page=99).json()["List"] == []


def test_scans_of_others_are_not_shown(api, scans):
    foreign = factories.organisation("Foreign")
    factories.run_scan(factories.target(foreign, "http://shop.example.org/"), factories.flaw("z"))
    stranger = Api(basic("", person_of(foreign).token))
    assert len(found(stranger)) == 1
    assert set(found(stranger)).isdisjoint(found(api)) and len(found(api)) == 2
    assert len(found(api, websiteUrl="http://shop.example.org/")) == 1


def test_somebody_without_the_right_sees_none(home, scans):
    from vedette.server.tenancy.models import RoleGrant

    person = person_of(home, "scanner")
    RoleGrant.objects.filter(user=person.user).delete()
    assert found(Api(basic("", person.token))) == []


def test_takes_no_more_questions_for_more_scans(api, home, scans):
    with CaptureQueriesContext(connection) as few:
        api.get(LIST)
    for _ in range(3):
        factories.run_scan(factories.target(home), factories.flaw("a"))
    with CaptureQueriesContext(connection) as many:
        assert len(found(api)) == 5
    assert len(many) <= len(few)
