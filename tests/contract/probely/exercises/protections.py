"""What protects the requests of a site: a worker is given it, and no longer once it is wiped."""

from __future__ import annotations

import base64
from typing import Any

from tests.contract.probely.exercises.sites import upload
from tests.contract.probely.registry import exercise
from tests.contract.probely.stage import World
from tests.server.targets.certifying import PASSWORD, bundle, rsa_pair
from tests.server.targets.collecting import COLLECTION, FOLDERS

BLOCKS = ("mtls", "signature", "mle")


def keys(method: str) -> list[str]:
    return [f"{method} /targets/{{}}/{block}/" for block in BLOCKS]


def block(w: World) -> str:
    return w.row.path.rstrip("/").rpartition("/")[2]


def body(w: World) -> dict[str, Any]:
    if block(w) == "mtls":
        return {"certificate": base64.b64encode(bundle()).decode(), "password": PASSWORD}
    if block(w) == "signature":
        return {"signature_method": "jwt-v1", "secret": PASSWORD, "key_id": "k"}
    private, public = rsa_pair()
    return {"key": public, "private_key": private, "key_id": "k", "scope": ["http://shop.example.org/pay/"]}


def given(w: World) -> bool:
    """Whether a worker is given it."""
    job = w.job()
    return bool({"mtls": job.certificate, "signature": job.signing, "mle": job.encryption}[block(w)])


@exercise(*keys("GET"))
def is_shown(w: World) -> None:
    assert w.call(w.target)["configured"] is False
    w.do("PUT", f"/targets/{w.target}/{block(w)}/", body(w))
    assert w.call(w.target)["configured"] is True


@exercise(*keys("PUT"), *keys("PATCH"))
def is_set_up(w: World) -> None:
    w.call(w.target, body=body(w))
    assert given(w)


@exercise(*keys("DELETE"))
def is_wiped(w: World) -> None:
    w.do("PUT", f"/targets/{w.target}/{block(w)}/", body(w))
    w.call(w.target)
    assert not given(w)


# Folders of a collection that log in

FOLDER = {"postman_auth_folder": "Auth", "postman_auth_var_mapping": {"token": "data.token"}}


def service(w: World) -> str:
    """A target that is an API, described by a collection."""
    site = {"url": "http://shop.example.org/api", "api_scan_settings": {"api_schema_type": "postman"}}
    target = str(w.do("POST", "/targets/", {"site": site, "type": "api"}, skip_reachability_check=True)["id"])
    described(w, target, COLLECTION)
    return target


def described(w: World, target: str, text: str) -> None:
    assert w.api.raw("POST", f"/targets/{target}/upload_api_schema_file/", *upload(text)).status == 201


def folder(w: World, target: str) -> str:
    """The folder by which a worker logs in."""
    login = w.job(target).login
    return login.folder.name if login.folder else ""


@exercise("GET /targets/{}/get_postman_collection_folders/")
def folders_are_those_of_the_collection(w: World) -> None:
    target = service(w)
    assert w.call(target)["folders"] == FOLDERS
    described(w, target, COLLECTION.replace("Books", "Carts"))
    assert w.call(target)["folders"] == [name.replace("Books", "Carts") for name in FOLDERS]


@exercise("GET /targets/{}/postman-authentication/")
def folder_is_shown(w: World) -> None:
    target = service(w)
    assert w.call(target)["postman_auth_folder"] == ""
    w.do("PUT", f"/targets/{target}/postman-authentication/", FOLDER)
    assert w.call(target)["postman_auth_folder"] == "Auth"


@exercise("PUT /targets/{}/postman-authentication/", "PATCH /targets/{}/postman-authentication/")
def folder_logs_in(w: World) -> None:
    target = service(w)
    w.call(target, body=FOLDER)
    assert folder(w, target) == "Auth"


@exercise("DELETE /targets/{}/postman-authentication/")
def folder_is_wiped(w: World) -> None:
    target = service(w)
    w.do("PUT", f"/targets/{target}/postman-authentication/", FOLDER)
    w.call(target)
    assert folder(w, target) == ""
