from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.server import factories
from tests.server.layers import shared
from vedette.server.kernel.ids import new_id
from vedette.server.scans.models import Scan
from vedette.server.targets.models import Target


@shared
def target(home):
    target = factories.target(home)
    for day in (1, 1, 2, 5):
        at = datetime(2030, 3, day, 23, 30, tzinfo=UTC)
        scan = factories.run_scan(Target.objects.get())
        Scan.objects.filter(pk=scan.pk).update(created_at=at, started_at=at)
    return target


def test_days_on_which_scans_ran(api, target):
    answer = api.get(f"/targets/{target.public_id}/scans/dates/")
    assert (answer.status, answer.data) == (200, ["2030-03-05", "2030-03-02", "2030-03-01"])


@pytest.mark.parametrize(
    ("date", "length", "page"),
    [("2030-03-05", 2, 1), ("2030-03-02", 1, 2), ("2030-03-01", 2, 2), ("2029-01-01", 2, 3), ("2031-01-01", 2, 1)],
)
def test_the_page_that_holds_a_day(api, target, date, length, page):
    answer = api.get(f"/targets/{target.public_id}/scans/retrieve_page/", date=date, length=length)
    assert (answer.status, answer.data) == (200, {"page": page})


def test_that_page_holds_it_indeed(api, target):
    page = api.get(f"/targets/{target.public_id}/scans/retrieve_page/", date="2030-03-01", length=2).data["page"]
    rows = api.get(f"/targets/{target.public_id}/scans/", page=page, length=2).data["results"]
    assert {row["created"][:10] for row in rows} == {"2030-03-01"}


def test_bad_input_and_not_found(api, target):
    path = f"/targets/{target.public_id}/scans/"
    assert api.get(f"{path}retrieve_page/").data == {"date": ["This field is required."]}
    assert api.get(f"{path}retrieve_page/", date="soon").status == 400
    assert api.get(f"{path}dates/", status="asleep").status == 400
    assert api.get(f"/targets/{new_id()}/scans/dates/").status == 404
    assert api.get(f"/targets/{new_id()}/scans/retrieve_page/", date="2030-03-01").status == 404
