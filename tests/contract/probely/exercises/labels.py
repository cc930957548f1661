"""Labels: worn by targets, findings and people, and found by them."""

from __future__ import annotations

from tests.contract.probely.registry import exercise
from tests.contract.probely.stage import World

COLLECTIONS = ("targets", "findings", "users", "")
"""What the labels are for; without a word they are those of findings, as older clients know them."""


def keys(method: str, *, one: bool) -> list[str]:
    return [f"{method} /labels/{kind + '/' if kind else ''}{'{}/' if one else ''}" for kind in COLLECTIONS]


def base(w: World) -> str:
    return w.row.path.partition("{")[0]


def wearer(w: World) -> tuple[str, str]:
    """What can wear the label, and the list in which labels are looked for."""
    kind = base(w).split("/")[2] or "findings"
    number = w.things.findings[0].number
    return {
        "targets": (f"/targets/{w.target}/", "/targets/"),
        "findings": (f"/targets/{w.things.target.public_id}/findings/{number}/", "/findings/"),
        "users": (f"/users/{w.cast.user.user.public_id}/", "/users/"),
    }[kind]


def made(w: World) -> str:
    """The id of a label that is worn."""
    label = str(w.do("POST", base(w), {"name": "Blue", "color": "#0000ff"})["id"])
    w.do("PATCH", wearer(w)[0], {"labels": [{"id": label}]})
    return label


def worn(w: World) -> list[str]:
    return [row["name"] for row in w.get(wearer(w)[0])["labels"]]


@exercise(*keys("GET", one=False))
def are_listed(w: World) -> None:
    label = made(w)
    assert "Blue" in [row["name"] for row in w.call(length=100)["results"]]
    w.do("PATCH", f"{base(w)}{label}/", {"name": "Red"})
    assert "Red" in [row["name"] for row in w.call(length=100)["results"]]


@exercise(*keys("POST", one=False))
def is_made(w: World) -> None:
    label = w.call(body={"name": "Green", "color": "#00ff00"})["id"]
    one, everywhere = wearer(w)
    w.do("PATCH", one, {"labels": [{"id": label}]})
    assert w.get(one)["labels"][0]["name"] == "Green"
    assert w.get(everywhere, label=label)["count"] == 1


@exercise(*keys("GET", one=True))
def is_shown(w: World) -> None:
    label = made(w)
    assert w.call(label)["name"] == "Blue"
    w.do("PATCH", f"{base(w)}{label}/", {"name": "Red"})
    assert w.call(label)["name"] == "Red"


@exercise(*keys("PUT", one=True), *keys("PATCH", one=True))
def is_changed_where_it_is_worn(w: World) -> None:
    label = made(w)
    w.call(label, body={"name": "Red", "color": "#ff0000"})
    assert worn(w) == ["Red"]


@exercise(*keys("DELETE", one=True))
def is_taken_off_everything(w: World) -> None:
    label = made(w)
    w.call(label)
    assert worn(w) == [] and w.missing(f"{base(w)}{label}/")
