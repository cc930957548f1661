"""The log-in by a folder of a Postman collection, as clients set it up."""

from __future__ import annotations

import pytest

from tests.server import factories
from tests.server.api.probely.views.test_site_blocks import upload
from tests.server.layers import shared
from tests.server.targets.collecting import COLLECTION, FOLDERS
from vedette.server.targets.models import Target
from vedette.server.targets.services.job_settings import job_settings

FRESH = {
    "postman_auth_folder": "",
    "postman_auth_var_mapping": None,
    "fail_fast": False,
    "postman_authentication_configured": False,
    "postman_authentication_enabled": False,
}


@shared
def url(home):
    settings = {"api_schema_type": "postman"}
    made = factories.target(home, "http://api.example.org/", kind="api", api_scan_settings=settings)
    return f"/targets/{made.public_id}/"


def told():
    return job_settings(Target.objects.get())


def test_it_is_set_up_switched_and_wiped(api, home, url, models):
    where = url + "postman-authentication/"
    assert api.get(where).data == FRESH and api.put(where, FRESH).data == FRESH
    assert api.get(url + "get_postman_collection_folders/").data == {"folders": []}
    assert upload(home, url, COLLECTION).status_code == 201
    assert api.get(url + "get_postman_collection_folders/").data == {"folders": FOLDERS}
    answer = api.put(where, {"postman_auth_folder": "Auth", "postman_auth_var_mapping": {"token": "data.token"}})
    on = {"postman_authentication_configured": True, "postman_authentication_enabled": True}
    assert answer.data == {
        **FRESH,
        **on,
        "postman_auth_folder": "Auth",
        "postman_auth_var_mapping": {"token": "data.token"},
    }
    assert api.put(where, answer.data).data == answer.data
    site = api.patch(url, {"site": {"postman_check_session_folder": "Books"}}).data["site"]
    assert (site["postman_authentication_enabled"], site["postman_check_session_folder"]) == (True, "Books")
    assert models.target(**api.get(url).data)
    assert (told().login.folder.name, told().login.folder.check_folder) == ("Auth", "Books")
    assert api.patch(url, {"site": {**site, "postman_authentication_enabled": False}}).status == 200
    assert told().login.kind == "none" and api.get(where).data["postman_authentication_enabled"] is False
    assert api.patch(where, {"postman_authentication_enabled": True}).data == answer.data
    assert api.delete(where).status == 204
    assert api.get(where).data == FRESH


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"postman_auth_folder": "Nothing"}, "postman_auth_folder"),
        ({"postman_auth_folder": "Auth", "postman_auth_var_mapping": 7}, "postman_auth_var_mapping"),
        ({"postman_auth_folder": "Auth", "fail_fast": "maybe"}, "fail_fast"),
        ({"postman_authentication_enabled": True}, "postman_authentication_enabled"),
    ],
)
def test_faults_are_told_in_words(api, home, url, given, field):
    upload(home, url, COLLECTION)
    answer = api.patch(url + "postman-authentication/", given)
    assert (answer.status, list(answer.data)) == (400, [field])


def test_a_reader_sees_it_and_changes_nothing(api_as, url):
    reader = api_as("auditor")
    assert reader.get(url + "postman-authentication/").data == FRESH
    assert reader.put(url + "postman-authentication/", {"postman_auth_folder": "Auth"}).status == 403
    assert reader.delete(url + "postman-authentication/").status == 403
