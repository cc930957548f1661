"""Connected accounts: a worker asks them for their zones."""

from __future__ import annotations

from typing import Any
from unittest.mock import patch

from tests.contract.probely.registry import exercise
from tests.contract.probely.stage import World
from vedette.server.kernel.models import QueuedJob
from vedette.server.targets.services import connectors

BODIES: dict[str, dict[str, Any]] = {
    "aws": {"access_key": "AKIAEXAMPLEEXAMPLE", "secret_key": "s3cret" + "k" * 34},
    "cloudflare": {"token": "t0ken-" + "x" * 34, "token_name": "Main"},
}


def keys(method: str, rest: str = "") -> list[str]:
    return [f"{method} /integrations/{kind}/{rest}" for kind in BODIES]


def kind(w: World) -> str:
    return w.row.path.split("/")[2]


def connected(w: World) -> None:
    w.do("PUT", f"/integrations/{kind(w)}/", BODIES[kind(w)])


def asked() -> bool:
    """Whether a worker was told to ask an account."""
    return QueuedJob.objects.filter(name="connectors.refresh").exists()


@exercise(*keys("GET"))
def is_shown(w: World) -> None:
    assert w.call()["enabled"] is False
    connected(w)
    assert w.call()["enabled"] is True


@exercise(*keys("PUT"), *keys("PATCH"))
def is_connected(w: World) -> None:
    w.call(body=BODIES[kind(w)])
    assert w.get(f"/integrations/{kind(w)}/")["enabled"] is True and asked()


@exercise(*keys("DELETE"))
def is_forgotten(w: World) -> None:
    connected(w)
    w.call()
    assert w.get(f"/integrations/{kind(w)}/")["enabled"] is False


@exercise(*keys("POST", "refresh/"))
def is_asked_now(w: World) -> None:
    connected(w)
    QueuedJob.objects.all().delete()
    with patch.object(connectors, "WAIT_S", 0.0):
        w.call()
    assert asked()
