from __future__ import annotations

import csv
import io

from tests.server.layers import shared
from vedette.server.api.probely.shapes.endpoint import COLUMNS
from vedette.server.kernel.ids import new_id
from vedette.server.scans.models import Endpoint


@shared
def path(everything):
    for number, (url, skipped) in enumerate([("/a?b=1&c", ""), ("/d", "URL out of scope")]):
        Endpoint.objects.create(
            scan=everything.scan,
            key=str(number),
            method="GET",
            url=f"http://shop.example.org{url}",
            status=200,
            skipped=skipped,
        )
    return f"/targets/{everything.target.public_id}/scans/{everything.scan.public_id}/endpoints/"


def test_is_a_table(api, path):
    answer = api.get(path)
    assert answer.status == 200
    assert answer.response["Content-Type"] == "text/csv; charset=utf-8"
    rows = list(csv.DictReader(io.StringIO(answer.data)))
    assert tuple(rows[0]) == COLUMNS
    assert [(row["url"], row["result"], row["request_parameters_count"]) for row in rows] == [
        ("http://shop.example.org/a?b=1&c", "accepted", "2")
    ]
    assert answer.data.splitlines()[1].startswith('"0","GET"')


def test_needs_a_key_and_no_arguments(api, nobody, path):
    assert nobody.get(path).status == 401
    assert api.get(path, page="x").status == 200


def test_not_found(api, everything, path):
    assert api.get(f"/targets/{everything.target.public_id}/scans/{new_id()}/endpoints/").status == 404
    assert api.get(path.replace(everything.target.public_id, everything.busy.public_id)).status == 404
