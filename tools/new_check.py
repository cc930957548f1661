"""Writes the file of a new check from its id: the whole form, to be filled in. `new_check.py family-flaw`."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Sequence
from pathlib import Path

from vedette.contract.checkinfo import Kind
from vedette.engine import catalog

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "vedette" / "engine" / "checks"
ID = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)+")

FAMILY_DOC = '''"""Checks of the family {family}: say here in a sentence what they have in common.

Say here what does not belong to the family.
"""
'''

DOC = '''"""Say in one sentence what is wrong when this check reports.

What it looks for
Say which answers or inputs are looked at, and which are left out on purpose.

Why it matters
Say what an attacker gains.

How it is confirmed
Say which signs must come together, what the negative control is, and when findings are one and the same.

How to fix it
Give lines to copy: nginx, Apache, and the usual frameworks.

When it may be wrong
Say what an honest reader should still doubt.
"""

from __future__ import annotations

'''

INFO = """INFO = CheckInfo(
    id="{id}",
    title="{title}",
    kind=Kind.{kind},
    phase=Phase.{phase},
    severity=Severity.LOW,
    proof=ProofLevel.FIRM,
    cwe=(693,),
    cvss31="CVSS:3.1/AV:N/AC:H/PR:N/UI:R/S:U/C:L/I:N/A:N",
    cvss40="CVSS:4.0/AV:N/AC:H/AT:P/PR:N/UI:A/VC:L/VI:N/VA:N/SC:N/SI:N/SA:N",
    owasp="A05:2021",
    references=("https://cwe.mitre.org/data/definitions/693.html",),
    tags=("{family}",),
{more}    profiles=({profiles}),
)

"""

PASSIVE = '''
def _seen(body: bytes, *headers: tuple[str, str]) -> Exchange:
    response = Response(200, (("Content-Type", "text/html"), *headers), body)
    return Exchange(Request("GET", "https://shop.example/"), response)


EXAMPLES = (
    Example(name="the flaw", vulnerable=True, exchange=_seen(b"<h1>Shop</h1>")),
    Example(name="the nearest sound look-alike", vulnerable=False, exchange=_seen(b"<h1>Shop</h1>")),
)


def inspect(page: Page) -> list[Observation]:
    """One observation per flaw of the page."""
    if not page.is_html or page.response.status != 200:
        return []
    return []
'''

SITE = """
def _flawed(request: Request) -> Response:
    return Response(200, (("Content-Type", "text/html"),), b"<h1>Shop</h1>")


def _sound(request: Request) -> Response:
    return Response(200, (("Content-Type", "text/html"),), b"<h1>Shop</h1>")

"""

ACTIVE = '''
_POINT = Point(Target(Request("GET", "http://site.example/find?q=hat"), "/find"), PointKind.QUERY, "q", "hat")

EXAMPLES = (
    Example(name="the flaw", vulnerable=True, handler=_flawed, point=_POINT),
    Example(name="the nearest sound look-alike", vulnerable=False, handler=_sound, point=_POINT),
)


async def detect(probe: Probe, point: Point) -> list[Candidate]:
    """A cheap sign that the flaw may be there."""
    exchange = await probe.send(point, point.value + probe.rng.token("detect"))
    return [Candidate(check=INFO.id, point=point)] if exchange.status == 599 else []


async def verify(probe: Probe, candidate: Candidate) -> Proof | None:
    """The proof with its negative control, on fresh connections."""
    if candidate.point is None:
        return None
    control = await probe.send(candidate.point, candidate.point.value, fresh=True)
    attack = await probe.send(candidate.point, candidate.point.value + probe.rng.token("verify"), fresh=True)
    if not attack.usable or not control.usable or attack.status != 599:
        return None
    steps = (Step("control", control, control=True), Step("attack", attack))
    return Proof(level=ProofLevel.FIRM, detail="Say what was seen.", steps=steps)
'''

HOST = '''
EXAMPLES = (
    Example(name="the flaw", vulnerable=True, handler=_flawed),
    Example(name="the nearest sound look-alike", vulnerable=False, handler=_sound),
)


async def detect(probe: Probe, site: Site) -> list[Candidate]:
    """A cheap sign that the flaw may be there."""
    exchange = await probe.fetch(Request("GET", site.start_url))
    return [Candidate(check=INFO.id, url=site.start_url)] if exchange.status == 599 else []


async def verify(probe: Probe, candidate: Candidate) -> Proof | None:
    """The proof with its negative control, on fresh connections."""
    exchange = await probe.fetch(Request("GET", candidate.url), fresh=True)
    if not exchange.usable or exchange.status != 599:
        return None
    return Proof(level=ProofLevel.FIRM, detail="Say what was seen.", steps=(Step("attack", exchange),))
'''

CONTRACT = "from vedette.contract.checkinfo import CheckInfo, Kind, Phase, ProofLevel, Severity\n"
IMPORTS = {
    Kind.PASSIVE: CONTRACT
    + "from vedette.contract.exchange import Exchange, Request, Response\n"
    + "from vedette.engine.attack.example import Example\n"
    + "from vedette.engine.parse.page import Observation, Page\n\n",
    Kind.ACTIVE: CONTRACT
    + "from vedette.contract.exchange import Request, Response, Step\n"
    + "from vedette.engine.attack.example import Example\n"
    + "from vedette.engine.attack.point import Point, PointKind, Target\n"
    + "from vedette.engine.attack.probe import Candidate, Probe, Proof\n\n",
    Kind.HOST: CONTRACT
    + "from vedette.contract.exchange import Request, Response, Step\n"
    + "from vedette.engine.attack.example import Example\n"
    + "from vedette.engine.attack.probe import Candidate, Probe, Proof, Site\n\n",
}
LOGIC = {Kind.PASSIVE: PASSIVE, Kind.ACTIVE: SITE + ACTIVE, Kind.HOST: SITE + HOST}
PHASES = {Kind.PASSIVE: "CRAWL", Kind.ACTIVE: "DETECT", Kind.HOST: "HOST"}
PROFILES = {
    Kind.PASSIVE: ("lightning", "safe", "normal", "full"),
    Kind.ACTIVE: ("normal", "full"),
    Kind.HOST: ("safe", "normal", "full"),
}
MORE = {
    Kind.PASSIVE: '    identity=("origin",),\n',
    Kind.ACTIVE: "    cost=1,\n",
    Kind.HOST: '    identity=("origin", "path"),\n',
}


def source(check_id: str, kind: Kind) -> str:
    """The text of the new file."""
    family, _, flaw = check_id.partition("-")
    info = INFO.format(
        id=check_id,
        title=flaw.replace("-", " ").capitalize(),
        kind=kind.name,
        phase=PHASES[kind],
        family=family,
        more=MORE[kind],
        profiles=", ".join(f'"{name}"' for name in PROFILES[kind]),
    )
    return DOC + IMPORTS[kind] + info + LOGIC[kind]


def refusal(check_id: str, path: Path) -> str:
    """Why this id cannot be had; empty when it can."""
    if not ID.fullmatch(check_id):
        return f"{check_id!r} is not of the form family-flaw: lower-case letters, digits and hyphens."
    if check_id in catalog.retired():
        return f"{check_id} named a check that is gone; ids are never used again."
    if check_id in catalog.load().by_id or path.exists():
        return f"{check_id} exists already."
    return ""


def main(arguments: Sequence[str] | None = None) -> int:
    """0 when the file was written, 2 when the id cannot be had."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("id", help="family-flaw; the flaw, not its cure")
    parser.add_argument("--kind", type=Kind, choices=list(Kind), default=Kind.PASSIVE)
    parser.add_argument("--folder", type=Path, default=FOLDER, help="the folder of all families")
    options = parser.parse_args(arguments)
    family, _, flaw = options.id.partition("-")
    path = options.folder / family / f"{flaw.replace('-', '_')}.py"
    reason = refusal(options.id, path)
    if reason:
        print(reason, file=sys.stderr)
        return 2
    path.parent.mkdir(parents=True, exist_ok=True)
    package = path.parent / "__init__.py"
    if not package.exists():
        package.write_text(FAMILY_DOC.format(family=family), encoding="utf-8")
    path.write_text(source(options.id, options.kind), encoding="utf-8")
    print(f"{path}\nRun: pytest tests/engine/checks/test_every_check.py -k {options.id}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
