"""The film of a log-in: the last one, that of a scan, and not for others."""

from __future__ import annotations

from django.test import Client

from tests.server import factories
from tests.server.layers import shared
from vedette.server.scans.services import pictures
from vedette.server.targets.models import Target

WEBM = b"\x1a\x45\xdf\xa3 frames"


@shared
def target(home):
    return factories.target(home)


def fetched(home, path, role="admin"):
    return Client().get(path, headers={"Authorization": f"JWT {factories.key(home, role)}"})


def test_without_a_film_there_is_no_address(api, target):
    url = f"/targets/{target.public_id}/"
    factories.run_scan(target)
    assert api.get(url).data["login_video"] is None
    assert api.get("/scans/").data["results"][0]["login_video"] is None
    assert api.get(url + "login-video/").status == 404
    assert api.patch(url, {"login_video": "http://x/"}).data["login_video"] is None, "it is read only"


def test_the_last_film_and_that_of_a_scan(api, home, target, models):
    scans = [factories.run_scan(Target.objects.get(pk=target.pk)) for _ in range(2)]
    for number, scan in enumerate(scans):
        pictures.keep_film(scan, WEBM + str(number).encode())
    shown = api.get(f"/targets/{target.public_id}/").data
    assert shown["login_video"].endswith(f"/targets/{target.public_id}/login-video/")
    models.target(**shown)
    answer = fetched(home, shown["login_video"])
    assert (answer.status_code, answer["Content-Type"], answer.content) == (200, "video/webm", WEBM + b"1")
    assert answer["X-Content-Type-Options"] == "nosniff"
    first = api.get(f"/targets/{target.public_id}/scans/{scans[0].public_id}/").data
    assert fetched(home, first["login_video"]).content == WEBM + b"0"
    assert fetched(home, f"/targets/{target.public_id}/login-video/?scan=nonsense").status_code == 404


def test_others_find_nothing(home, target):
    pictures.keep_film(factories.run_scan(target), WEBM)
    path = f"/targets/{target.public_id}/login-video/"
    assert fetched(home, path).status_code == 200
    assert fetched(factories.organisation("Rival"), path).status_code == 404
    assert Client().get(path).status_code == 401
