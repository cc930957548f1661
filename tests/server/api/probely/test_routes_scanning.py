"""Over every address of targets, scans and findings: nothing of another organisation is shown or touched."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.urls import URLPattern

from tests.server import factories
from tests.server.api.probely.conftest import Api
from vedette.server.api.probely.base import ProbelyView
from vedette.server.api.probely.routes_scanning import urlpatterns
from vedette.server.findings.models import Finding
from vedette.server.scans.models import Scan
from vedette.server.schedules.models import Schedule
from vedette.server.targets.models import ExtraHost, LogoutDetector, ReducedScope, Sequence, Target
from vedette.server.tenancy import queries as tenancy
from vedette.server.tenancy.actor import system_actor
from vedette.server.tenancy.models import ApiKey
from vedette.server.tenancy.services import keys

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
PARAMETER = re.compile(r"<(?:\w+:)?(\w+)>")
KNOWLEDGE = re.compile(r"^(definitions|vulnerability_definitions|frameworks|scans/warnings|cli/analytics)/")
"""Addresses of what belongs to nobody."""
SHARED: dict[str, str] = {"warning_id": "login_failed", "otp_url_token": "0" * 24}
CHARTS = re.compile(r"^dashboard/|^targets/all/(?!scans)")
"""Addresses that count over all targets: where nothing is seen, nothing is counted."""
BUSY = re.compile(r"/scan/|scan_now")
CREATES = {("POST", "targets/"), ("POST", "targets/upload/")}
"""What makes something new of one's own and names nothing that exists."""


def routes() -> list[str]:
    return [str(pattern.pattern) for pattern in urlpatterns]


def operations() -> list[tuple[str, str]]:
    return [
        (method, str(pattern.pattern))
        for pattern in urlpatterns
        for method in METHODS
        if hasattr(view_of(pattern), method.lower())
    ]


def view_of(pattern: URLPattern) -> type[ProbelyView]:
    view: type[ProbelyView] = pattern.callback.view_class  # type: ignore[attr-defined]
    return view


def ids_of(everything: Any) -> dict[str, str]:
    """What stands for each name in an address. A new name must be given a meaning here, or every test below fails."""
    return {
        "target": everything.target.public_id,
        "host": everything.host.public_id,
        "scan": everything.scan.public_id,
        "finding": str(everything.findings[0].number),
        "sequence": everything.sequence.public_id,
        "detector": everything.detector.public_id,
        "scope": everything.scope.public_id,
        "schedule": everything.schedule.public_id,
        "key": key_of(everything).public_id,
    }


def key_of(everything: Any) -> ApiKey:
    """A key for the target alone, made when it is first asked for."""
    found = ApiKey.objects.filter(organisation=everything.home, name="Of the shop").first()
    if found is not None:
        return found
    role, target = tenancy.builtin_role("developer"), everything.target
    actor = system_actor(everything.home)
    return keys.create_key(actor=actor, name="Of the shop", role=role, tier="target", target=target)[0]


def path_of(route: str, everything: Any, **other: str) -> str:
    known = SHARED | ids_of(everything) | other
    if BUSY.search(route):
        known["target"] = everything.busy.public_id
    if route.startswith("findings/"):
        known["finding"] = f"{everything.target.public_id}-{everything.findings[0].number}"
    return "/" + PARAMETER.sub(lambda found: known[found[1]], route)


def body_of(route: str, everything: Any) -> Any:
    target, scan = everything.target.public_id, everything.scan.public_id
    number = everything.findings[0].number
    if route.startswith(("targets/bulk/", "targets/archive/", "targets/activate/")):
        return {"ids": [target], "name": "mine now"}
    if route.startswith("scans/bulk/start"):
        return {"targets": [{"id": target}]}
    if route.startswith("scheduledscans/bulk/"):
        known = {"targets": [{"id": target}], "scheduledscans": [{"id": everything.schedule.public_id}]}
        return known | {"scheduledscan": {"date_time": "2190-01-01T10:00:00", "recurrence": "d"}}
    if route.startswith("scans/bulk/"):
        return {"scans": [{"id": scan}]}
    if route.endswith("bulk-update/"):
        return {"findingIds": [number], "comment": "mine now"}
    if route.endswith("verify/"):
        return {"type": "file"}
    if "findings/bulk/" in route:
        return {"ids": [{"target_id": target, "finding_id": number}], "comment": "mine now"}
    return {"name": "mine now", "user_data": "mine now", "comment": "mine now", "host": "other.example.org"}


def secrets_of(everything: Any) -> list[str]:
    rows = [everything.target, everything.busy, everything.host, everything.scan, everything.running]
    return [row.public_id for row in rows] + [everything.target.url, everything.host.host]


def counted(data: Any) -> float:
    """All that a chart counts, added up: the second of each pair or triple."""
    found = data["results"] if isinstance(data, dict) else data
    if isinstance(found, dict):
        return sum(counted({"results": one}) for one in found.values())
    return sum(one[1] or 0 for one in found)


def personal(route: str) -> bool:
    return KNOWLEDGE.match(route) is None


class TestTenants:
    """Asks for everything of another organisation, by every operation."""

    @pytest.fixture
    def strangers(self, api, foreign):
        """The foreign things exist, and their owner can see them; the asker has nothing at all."""
        assert Target.objects.filter(organisation=foreign.home).count() == 2
        assert ExtraHost.objects.filter(target__organisation=foreign.home).exists()
        assert Scan.objects.filter(organisation=foreign.home).count() == 2
        assert Finding.objects.filter(organisation=foreign.home).count() == 3
        return foreign

    def test_their_owner_sees_them(self, foreign):
        own = Api(factories.key(foreign.home))
        for route in routes():
            if route.endswith(("download_api_schema_file/", "login-video/", "targets/archived/")):
                continue  # those of other targets; see the tests of their views
            if hasattr(view_of(urlpatterns[routes().index(route)]), "get") and personal(route):
                answer = own.get(path_of(route, foreign), date="2026-01-01")
                assert answer.status == 200, (route, answer.data)
                if isinstance(answer.data, dict) and "count" in answer.data:
                    assert answer.data["count"] > 0, route

    def test_nobody_else_does(self, api, strangers):
        for method, route in operations():
            if not personal(route) or (method, route) in CREATES:
                continue
            answer = api(method, path_of(route, strangers), body_of(route, strangers) if method != "GET" else None)
            text = json.dumps(answer.data)
            if PARAMETER.search(route) or method != "GET":
                assert answer.status in (403, 404), (method, route, answer.data)
                invalid = answer.data.get("invalid_ids", []) if isinstance(answer.data, dict) else []
                text = text if not invalid else ""  # only what was asked for is repeated
            elif route == "targets/download/":
                assert (answer.status, len(answer.data.splitlines())) == (200, 1)
            elif CHARTS.match(route):
                assert (answer.status, counted(answer.data)) == (200, 0), route
            else:
                assert (answer.status, answer.data["count"], answer.data["results"]) == (200, 0, []), route
            assert not any(secret in text for secret in secrets_of(strangers)), (method, route)
        self.unchanged(strangers)

    def unchanged(self, foreign):
        target = Target.objects.get(pk=foreign.target.pk)
        assert (target.name, target.archived_at, target.running_scan_id) == ("Shop", None, None)
        assert Scan.objects.get(pk=foreign.running.pk).status == "started"
        assert not Scan.objects.filter(organisation=foreign.home, user_data__isnull=False).exists()
        assert not Finding.objects.filter(organisation=foreign.home, comment="mine now").exists()
        assert ExtraHost.objects.get(pk=foreign.host.pk).name == ""
        assert Sequence.objects.get(pk=foreign.sequence.pk).name == "Cart"
        assert LogoutDetector.objects.filter(pk=foreign.detector.pk, value="Please log in").exists()
        assert ReducedScope.objects.filter(pk=foreign.scope.pk, url=foreign.target.url).exists()
        assert list(Schedule.objects.filter(recurrence="h")) == [foreign.schedule]

    def test_an_own_target_opens_no_foreign_door(self, api, everything, foreign):
        own = ids_of(everything)
        for method, route in operations():
            names = PARAMETER.findall(route)
            if len(names) < 2 or "finding" in names:
                continue
            for name in (name for name in names if name in own):
                mixed = ids_of(foreign) | {name: own[name]}
                answer = api(method, path_of(route, foreign, **mixed))
                assert answer.status == 404, (method, route, name, answer.data)

    def test_filters_tell_nothing_of_others(self, api, foreign):
        target, scan = foreign.target.public_id, foreign.scan.public_id
        key = f"{target}-{foreign.findings[0].number}"
        own = foreign.schedule.public_id
        for path, wanted in (
            *(("/targets/", target), ("/scans/", scan), ("/findings/", key)),
            ("/scheduledscans/", own),
        ):
            assert api.get(path, id=wanted).data["count"] == 0
            answer = api.get(path, id=wanted, is_id_404_validation=True)
            assert answer.status == 404
            assert answer.data == {"detail": "Not Found", "is_id_404_validation": True, "invalid_ids": [wanted]}
        for path, query in (("/scans/", {"target": target}), ("/findings/", {"target": target, "scan": scan})):
            assert api.get(path, **query).data["results"] == []


def test_a_key_for_one_target_sees_that_target_alone(home, everything):
    role = tenancy.builtin_role("developer")
    other = factories.target(home)
    factories.run_scan(other, factories.flaw("z"))
    _, secret = keys.create_key(
        actor=system_actor(home), name="one target", role=role, tier="target", target=everything.target
    )
    narrow = Api(secret)
    assert [row["id"] for row in narrow.get("/targets/").data["results"]] == [everything.target.public_id]
    assert {row["target"]["id"] for row in narrow.get("/scans/").data["results"]} == {everything.target.public_id}
    assert {row["target"]["id"] for row in narrow.get("/findings/").data["results"]} == {everything.target.public_id}
    assert narrow.get(f"/targets/{other.public_id}/").status == 404
    assert narrow.get(f"/targets/{other.public_id}/findings/1/").status == 404
    assert (
        narrow.post("/targets/", {"site": {"url": "http://new.example.org/"}}, skip_reachability_check=1).status == 403
    )
