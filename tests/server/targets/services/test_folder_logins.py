"""A folder of the collection becomes the log-in of jobs, as long as there is a collection."""

from __future__ import annotations

import pytest

from tests.server.targets.collecting import COLLECTION, FOLDERS
from vedette.contract.job import FolderLogin, Setting
from vedette.server.kernel.errors import Invalid, NotAllowed
from vedette.server.targets.models import Target
from vedette.server.targets.services import blocks, descriptions, folder_logins, protections, targets
from vedette.server.targets.services.job_settings import job_settings

POSTMAN = {"api_schema_type": "postman"}


@pytest.fixture
def service(owner, make):
    made = make("https://api.example/", kind="api", api_scan_settings=POSTMAN)
    descriptions.store(owner, made, name="shop.json", content=COLLECTION.encode())
    return Target.objects.get()


def told():
    return job_settings(Target.objects.get())


def test_it_becomes_the_log_in(owner, service):
    assert folder_logins.folders(service) == FOLDERS
    given = {"postman_auth_folder": "Auth", "postman_auth_var_mapping": {"token": "data.token"}, "fail_fast": True}
    folder_logins.change(owner, service, given)
    targets.change(owner, service, postman_check_session_folder="/Books/")
    mapping = (Setting(name="token", value="data.token"),)
    assert (told().login.kind, told().login.folder) == (
        "postman",
        FolderLogin(name="Auth", mapping=mapping, fail_fast=True, check_folder="Books"),
    )
    folder_logins.change(owner, service, {"fail_fast": False})
    assert told().login.folder.fail_fast is False and told().login.folder.mapping
    protections.switch(owner, service, "postman_authentication", enabled=False)
    assert told().login.kind == "none"
    protections.switch(owner, service, "postman_authentication", enabled=True)
    blocks.wipe(owner, service, "logout-detection")
    assert told().login.folder.check_folder == ""
    targets.change(owner, service, api_scan_settings={"api_schema_type": "openapi"})
    assert told().login.kind == "none" and folder_logins.folders(Target.objects.get()) == []


def test_saying_nothing_changes_nothing(owner, service):
    before = service.settings
    folder_logins.change(owner, service, {"fail_fast": False})
    folder_logins.change(owner, service, {}, enabled=False)
    assert Target.objects.get().settings == before
    with pytest.raises(Invalid) as error:
        folder_logins.change(owner, service, {}, enabled=True)
    assert list(error.value.fields) == ["enabled"]


def test_there_must_be_such_a_folder(owner, make, service):
    assert "Auth, Auth/More, Books" in _fault(owner, service, "Nothing")
    assert "Postman collection" in _fault(owner, make("https://shop.example/"), "Auth")
    address = make(
        "https://b.example/", kind="api", api_scan_settings={**POSTMAN, "api_schema_url": "https://b.example/c"}
    )
    folder_logins.change(owner, address, {"postman_auth_folder": "Anything"})


def _fault(owner, target, name):
    with pytest.raises(Invalid) as error:
        folder_logins.change(owner, target, {"postman_auth_folder": name})
    return error.value.fields["postman_auth_folder"][0]


def test_a_reader_changes_nothing(reader, service):
    with pytest.raises(NotAllowed):
        folder_logins.change(reader, service, {"postman_auth_folder": "Auth"})
