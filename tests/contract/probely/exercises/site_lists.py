"""Log-out detectors, reduced scopes and sequences: each reaches the worker."""

from __future__ import annotations

import json
from typing import Any

from tests.contract.probely.registry import exercise
from tests.contract.probely.stage import World

STEPS = json.dumps([{"type": "goto", "url": "http://shop.example.org/cart"}])
SHOP = "http://shop.example.org/"


def detector(w: World) -> str:
    """One that counts: the target logs in, and looks whether it still is."""
    made = w.do("POST", f"/targets/{w.target}/logout/", {"type": "text", "value": "Bye"})["id"]
    site = {
        "auth_enabled": True,
        "has_form_login": True,
        "form_login_url": f"{SHOP}login",
        "form_login": [{"name": "user", "value": "ann"}, {"name": "password", "value": "secret"}],
        "logout_detection_enabled": True,
        "check_session_url": f"{SHOP}me",
    }
    w.do("PATCH", f"/targets/{w.target}/", {"site": site})
    return str(made)


def detectors(w: World) -> list[tuple[str, str]]:
    return [(one.kind, one.value) for one in w.job().login.detectors]


@exercise("GET /targets/{}/logout/")
def detectors_are_listed(w: World) -> None:
    assert w.call(w.target)["results"] == []
    made = detector(w)
    assert [row["id"] for row in w.call(w.target)["results"]] == [made]


@exercise("POST /targets/{}/logout/")
def detector_is_added(w: World) -> None:
    detector(w)
    w.call(w.target, body={"type": "status_code", "value": "401"})
    assert detectors(w) == [("text", "Bye"), ("status_code", "401")]


@exercise("GET /targets/{}/logout/{}/")
def detector_is_shown(w: World) -> None:
    made = detector(w)
    assert w.call(w.target, made)["value"] == "Bye"
    w.do("PATCH", f"/targets/{w.target}/logout/{made}/", {"value": "Gone"})
    assert w.call(w.target, made)["value"] == "Gone"


@exercise("PUT /targets/{}/logout/{}/", "PATCH /targets/{}/logout/{}/")
def detector_is_changed(w: World) -> None:
    made = detector(w)
    w.call(w.target, made, body={"type": "url", "value": "/login"})
    assert detectors(w) == [("url", "/login")]


@exercise("DELETE /targets/{}/logout/{}/")
def detector_is_removed(w: World) -> None:
    made = detector(w)
    w.do("POST", f"/targets/{w.target}/logout/", {"type": "url", "value": "/login"})
    w.call(w.target, made)
    assert detectors(w) == [("url", "/login")]


# Reduced scopes


def scope(w: World) -> str:
    return str(w.do("POST", f"/targets/{w.target}/reduced-scopes/", {"url": f"{SHOP}cart"})["id"])


def narrowed(w: World) -> tuple[str, ...]:
    """The addresses to which a scan of a part is narrowed."""
    w.do("PATCH", f"/targets/{w.target}/", {"reduced_scope": True})
    return w.job().part.urls


@exercise("GET /targets/{}/reduced-scopes/")
def scopes_are_listed(w: World) -> None:
    assert w.call(w.target)["results"] == []
    made = scope(w)
    assert [row["id"] for row in w.call(w.target)["results"]] == [made]


@exercise("POST /targets/{}/reduced-scopes/")
def scope_is_added(w: World) -> None:
    scope(w)
    w.call(w.target, body={"url": f"{SHOP}pay"})
    assert narrowed(w) == (f"{SHOP}cart", f"{SHOP}pay")


@exercise("GET /targets/{}/reduced-scopes/{}/")
def scope_is_shown(w: World) -> None:
    made = scope(w)
    assert w.call(w.target, made)["enabled"] is True
    w.do("PATCH", f"/targets/{w.target}/reduced-scopes/{made}/", {"enabled": False})
    assert w.call(w.target, made)["enabled"] is False


@exercise("PUT /targets/{}/reduced-scopes/{}/", "PATCH /targets/{}/reduced-scopes/{}/")
def scope_is_changed(w: World) -> None:
    w.call(w.target, scope(w), body={"url": f"{SHOP}pay"})
    assert narrowed(w) == (f"{SHOP}pay",)


@exercise("DELETE /targets/{}/reduced-scopes/{}/")
def scope_is_removed(w: World) -> None:
    made = scope(w)
    w.do("POST", f"/targets/{w.target}/reduced-scopes/", {"url": f"{SHOP}pay"})
    w.call(w.target, made)
    assert narrowed(w) == (f"{SHOP}pay",)


# Sequences


def sequence(w: World, name: str = "Cart", **fields: Any) -> str:
    body = {"name": name, "type": "navigation", "content": STEPS, "enabled": True, **fields}
    return str(w.do("POST", f"/targets/{w.target}/sequences/", body)["id"])


def replayed(w: World) -> list[str]:
    """The names of the sequences that a worker replays, in order."""
    return [one.name for one in w.job().sequences]


@exercise("GET /targets/sequences/", "GET /targets/{}/sequences/")
def sequences_are_listed(w: World) -> None:
    given = [w.target] if "{" in w.row.path else []
    before = w.call(*given)["count"]
    sequence(w)
    assert w.call(*given)["count"] == before + 1


@exercise("POST /targets/{}/sequences/")
def sequence_is_added(w: World) -> None:
    body = {"name": "Pay", "type": "navigation", "content": STEPS, "enabled": True}
    shown = w.call(w.target, body=body, include="content")
    assert json.loads(shown["content"]) == json.loads(STEPS)
    assert replayed(w) == ["Pay"]


@exercise("GET /targets/{}/sequences/{}/")
def sequence_is_shown(w: World) -> None:
    made = sequence(w)
    assert w.call(w.target, made)["enabled"] is True
    w.do("PATCH", f"/targets/{w.target}/sequences/{made}/", {"enabled": False})
    assert w.call(w.target, made)["enabled"] is False


@exercise("PUT /targets/{}/sequences/{}/", "PATCH /targets/{}/sequences/{}/")
def sequence_is_changed(w: World) -> None:
    w.call(w.target, sequence(w), body={"name": "Pay", "type": "navigation", "content": STEPS})
    assert replayed(w) == ["Pay"]


@exercise("DELETE /targets/{}/sequences/{}/")
def sequence_is_removed(w: World) -> None:
    made = sequence(w)
    sequence(w, "Pay")
    w.call(w.target, made)
    assert replayed(w) == ["Pay"]


@exercise("POST /targets/{}/sequences/{}/order/")
def sequence_is_moved(w: World) -> None:
    sequence(w)
    w.call(w.target, sequence(w, "Pay"), body={"index": 0})
    assert replayed(w) == ["Pay", "Cart"]
