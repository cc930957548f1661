"""Brings the foreign files of the web UI into the tree, and writes down what they are.

`python tools/vendor.py` packs the named versions with npm, copies the few files that we serve, draws the icon sprite
and writes `VENDORED.md`. Nothing of it is needed to install or run Vedette: its results are committed.
"""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import sys
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path

ICON_LIST = Path(__file__).parent / "icons.json"
STATIC = Path(__file__).parent.parent / "vedette" / "server" / "web" / "static"
SOURCE_MAP = re.compile(rb"\s*(?:/\*|//)[#@] sourceMappingURL=[^\s*]+(?:\s*\*/)?\s*$")
BETWEEN = re.compile(r">\s+<")
INNER = re.compile(r"<path stroke=\"none\"[^>]*/>|<svg[^>]*>|</svg>|<!--.*?-->", re.DOTALL)


@dataclass(frozen=True)
class Package:
    """One npm package: `folder` under `static/vendor`, and what is copied as (path in the package, our name)."""

    name: str
    version: str
    licence: str
    folder: str
    files: tuple[tuple[str, str], ...]
    licences: tuple[tuple[str, str], ...]


PACKAGES = (
    Package("htmx.org", "2.0.11", "0BSD", "htmx", (("dist/htmx.min.js", "htmx.min.js"),), (("LICENSE", "LICENSE"),)),
    # Tabler's dist/libs stays out: it carries a chart library whose licence forbids redistribution.
    Package("@tabler/core", "1.6.1", "MIT", "tabler", (("dist/css/tabler.min.css", "tabler.min.css"),), ()),
    Package(
        "echarts",
        "6.1.0",
        "Apache-2.0",
        "echarts",
        (("dist/echarts.common.min.js", "echarts.common.min.js"),),
        (("LICENSE", "LICENSE"), ("NOTICE", "NOTICE"), ("licenses/LICENSE-d3", "LICENSE-d3")),
    ),
    Package(
        "@fontsource-variable/ibm-plex-sans",
        "5.3.0",
        "OFL-1.1",
        "plex-sans",
        (
            ("files/ibm-plex-sans-latin-wght-normal.woff2", "latin.woff2"),
            ("files/ibm-plex-sans-latin-ext-wght-normal.woff2", "latin-ext.woff2"),
        ),
        (("LICENSE", "LICENSE"),),
    ),
    Package(
        "@fontsource/ibm-plex-mono",
        "5.3.0",
        "OFL-1.1",
        "plex-mono",
        (
            ("files/ibm-plex-mono-latin-400-normal.woff2", "latin-400.woff2"),
            ("files/ibm-plex-mono-latin-600-normal.woff2", "latin-600.woff2"),
        ),
        (("LICENSE", "LICENSE"),),
    ),
)
ICONS = Package("@tabler/icons", "3.51.0", "MIT", "tabler-icons", (), (("LICENSE", "LICENSE"),))
TABLER_LICENCE = "Copyright 2018-2026 The Tabler Authors\nCopyright 2018-2026 codecalm.net Paweł Kuna\n\n"
"""The notice of its banner: the package of Tabler holds no licence file, its text is that of its icons' package."""


def unpack(package: Package, folder: Path) -> Path:
    """Packs one version with npm and unpacks it; returns the folder of its contents."""
    wanted = f"{package.name}@{package.version}"
    packed = subprocess.run(["npm", "pack", "--silent", wanted], cwd=folder, check=True, capture_output=True, text=True)
    place = folder / package.folder
    with tarfile.open(folder / packed.stdout.split()[-1]) as archive:
        archive.extractall(place, filter="data")
    return place / "package"


def cleaned(raw: bytes) -> bytes:
    """The file without the pointer to a source map that we do not serve (a hashing static store would miss it)."""
    return SOURCE_MAP.sub(b"\n", raw)


def sprite(icons: Path) -> str:
    """The SVG sprite: one symbol for each icon, sorted by name."""
    chosen = json.loads(ICON_LIST.read_text())
    inner = dict(chosen["own"])
    for name, source in chosen["taken"].items():
        inner[name] = INNER.sub("", (icons / f"{source}.svg").read_text())
    symbols = (
        f'<symbol id="{name}" viewBox="0 0 24 24">{BETWEEN.sub("><", body).strip()}</symbol>'
        for name, body in sorted(inner.items())
    )
    return '<svg xmlns="http://www.w3.org/2000/svg">\n' + "\n".join(symbols) + "\n</svg>\n"


def copy(package: Package, source: Path) -> list[str]:
    """Copies a package's files and licences; returns their rows for the table."""
    target = STATIC / "vendor" / package.folder
    target.mkdir(parents=True, exist_ok=True)
    rows = []
    for path, name in package.files:
        data = cleaned((source / path).read_bytes())
        (target / name).write_bytes(data)
        rows.append(row(f"{package.folder}/{name}", package, data))
    for path, name in package.licences:
        (target / name).write_bytes((source / path).read_bytes())
    return rows


def row(path: str, package: Package, data: bytes) -> str:
    """One line of the table."""
    digest = hashlib.sha256(data).hexdigest()
    return f"| `{path}` | {package.name} | {package.version} | {package.licence} | `{digest}` |"


HEAD = """# Files that others wrote

Served as they are; only a closing pointer to a source map is cut off. Written by `tools/vendor.py`, checked by
`tests/server/web/test_static.py`. Licence texts lie beside the files. From Tabler only the style sheet is taken.

| file | package | version | licence | sha256 |
|---|---|---|---|---|
"""


def main() -> int:
    """Refreshes all vendored files."""
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        rows = [line for package in PACKAGES for line in copy(package, unpack(package, work))]
        icons = unpack(ICONS, work)
        copy(ICONS, icons)
        licence = (icons / "LICENSE").read_text()
        (STATIC / "vendor" / "tabler" / "LICENSE").write_text(
            re.sub(r"Copyright \(c\)[^\n]*\n\n", TABLER_LICENCE, licence, count=1)
        )
        drawn = sprite(icons / "icons" / "outline")
        (STATIC / "icons.svg").write_text(drawn)
    rows.append(row("../icons.svg", ICONS, drawn.encode()))
    (STATIC / "vendor" / "VENDORED.md").write_text(HEAD + "\n".join(rows) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
