"""Over every address of this half: nothing of another organisation is shown or touched."""

from __future__ import annotations

import json
import re

from tests.server import factories
from tests.server.api.probely.cast import Cast, cast_of
from tests.server.api.probely.conftest import Api
from tests.server.layers import shared
from vedette.server.api.probely.routes_people import urlpatterns
from vedette.server.audit.models import DomainEvent
from vedette.server.tenancy.models import RoleGrant

PARAMETER = re.compile(r"<str:(\w+)>")
METHODS = ("get", "post", "put", "patch", "delete")
OPEN = re.compile(r"^(account/(available-slots|entitlements)|profile/change_password|permissions)/")
"""Answers that are the same for everybody."""


def operations() -> list[tuple[str, str]]:
    return [
        (method, str(pattern.pattern))
        for pattern in urlpatterns
        for method in METHODS
        if hasattr(pattern.callback.view_class, method)
    ]


def path_of(route: str, cast: Cast) -> str:
    kind = {"labels/targets": "target", "labels/users": "user"}.get(route.partition("/<")[0], "finding")
    known = {
        "user": cast.user.user.public_id,
        "key": cast.key.public_id,
        "role": cast.role.public_id,
        "grant": (cast.key_grant if route.startswith("api-") else cast.user_grant).public_id,
        "team": cast.team.public_id,
        "label": cast.labels[kind].public_id,
        "profile": cast.profile.key,
        "domain": cast.domain.public_id,
        "credential": cast.credential.public_id,
        "target": cast.target.public_id,
    }
    return "/" + PARAMETER.sub(lambda found: known[found[1]], route)


def body_of(route: str, cast: Cast) -> object:
    grant = (cast.key_grant if route.startswith("api-") else cast.user_grant).public_id
    holder = cast.key.public_id if route.startswith("api-") else cast.user.user.public_id
    new = {"user": holder, "role": cast.role.public_id}
    if "-roles/bulk/" in route:
        bodies = {"create": [new], "update": [{"id": grant, **new}], "delete": {"ids": [grant]}}
        return bodies.get(route.split("/")[2], {"delete": [grant]})
    if "bulk/" in route:
        ids = cast.key.public_id if route.startswith("api-") else cast.user.user.public_id
        target = cast.target.public_id
        return {"ids": [target if route.startswith("targets") else ids], "active": False, "team": None}
    return {**new, "name": "mine now", "type": "file", "team": None, "active": False}


def secrets_of(cast: Cast) -> list[str]:
    rows = (cast.key, cast.role, cast.user_grant, cast.key_grant, cast.team, cast.domain, cast.target, cast.credential)
    return [row.public_id for row in (*rows, *cast.labels.values())] + [cast.profile.key, cast.user.user.email, "pw-77"]


@shared
def strangers():
    return cast_of(factories.organisation("Foreign"))


def test_their_owner_sees_all_of_it(strangers):
    own = Api(factories.key(strangers.home, "owner"))
    for method, route in operations():
        if method == "get":
            answer = own.get(path_of(route, strangers), length=100)
            assert answer.status == 200, (route, answer.data)
            if "results" in answer.data and not route.startswith("profile"):
                assert answer.data["count"] > 0, route


def test_nobody_else_does(api, strangers):
    facts = DomainEvent.objects.filter(organisation=strangers.home).count()
    for method, route in operations():
        if OPEN.match(route):
            continue
        answer = api(method.upper(), path_of(route, strangers), body_of(route, strangers) if method != "get" else None)
        named = PARAMETER.search(route) or (method != "get" and ("bulk/" in route or "-roles/" in route))
        if named:
            assert answer.status in (400, 404), (method, route, answer.data)
            asked = json.dumps(body_of(route, strangers)) + path_of(route, strangers)
        else:
            assert answer.status in (200, 201, 204, 400, 422), (method, route, answer.data)
            asked = ""
        text = json.dumps(answer.data)
        assert not [one for one in secrets_of(strangers) if one in text and one not in asked], (method, route, text)
    assert DomainEvent.objects.filter(organisation=strangers.home).count() == facts
    assert RoleGrant.objects.filter(organisation=strangers.home).exists()


def test_filters_tell_nothing_of_others(api, home, strangers):
    own = cast_of(home)
    assert api.get("/users/", id=strangers.user.user.public_id).data["count"] == 0
    assert api.get("/users/", team=strangers.team.public_id).data["count"] == 0
    assert api.get("/api-users/", role=strangers.role.public_id).data["count"] == 0
    assert api.get("/user-roles/", user=strangers.user.user.public_id).data["count"] == 0
    assert api.get("/labels/targets/", id=strangers.labels["target"].public_id).data["count"] == 0
    assert api.get("/audit-log/", user=strangers.owner.user.public_id).data["count"] == 0
    assert api.get("/users/", id=own.user.user.public_id).data["count"] == 1


def test_a_scanner_key_changes_none_of_it(home, api_as):
    cast, narrow = cast_of(home), api_as("scanner")
    facts = DomainEvent.objects.filter(organisation=home).count()
    for method, route in operations():
        if method == "get":
            continue
        answer = narrow(method.upper(), path_of(route, cast), body_of(route, cast))
        # What it cannot see reads as missing, what it can is refused.
        assert answer.status in (400, 403, 404), (method, route, answer.data)
        assert cast.user.user.email not in json.dumps(answer.data)
    assert DomainEvent.objects.filter(organisation=home).count() == facts
