"""Writes each dialect's OpenAPI document beside it; with --check only says whether the committed ones are current.

A warning of the generator is an error here: it stands for something that the document would leave out or guess. A
dialect without operations has no document.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import sys
import tempfile

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "vedette.server.config.settings")
os.environ.setdefault("VEDETTE_DATA_DIR", tempfile.mkdtemp(prefix="vedette-openapi-"))

import django

django.setup()

from drf_spectacular.drainage import GENERATOR_STATS  # noqa: E402
from drf_spectacular.generators import SchemaGenerator  # noqa: E402
from drf_spectacular.settings import patched_settings  # noqa: E402

from vedette import __version__  # noqa: E402
from vedette.server.config.openapi import DIALECTS, FOLDER  # noqa: E402

TITLES = {
    "probely": ("Vedette, Probely dialect", "/"),
    "invicti": ("Vedette, Invicti Enterprise dialect", "/api/1.0"),
    "native": ("Vedette, the house's own API", "/api/native"),
    "cloneguard": ("Vedette, Clone Guard V2 dialect", "/"),
}


def generate(dialect: str) -> tuple[str, list[str]]:
    """The document as text, empty for a dialect without operations, and what the generator complained about."""
    title, prefix = TITLES[dialect]
    given = {
        "TITLE": title,
        "VERSION": __version__,
        "SERVERS": [{"url": prefix}],
        # Enumerations stay where they are used: a name of their own would depend on all the others.
        "POSTPROCESSING_HOOKS": [],
    }
    complaints = io.StringIO()
    GENERATOR_STATS.reset()
    with patched_settings(given), contextlib.redirect_stderr(complaints):
        generator = SchemaGenerator(urlconf=f"vedette.server.api.{dialect}.urls")
        document = generator.get_schema(request=None, public=True)
    if not document["paths"]:
        return "", []
    text = json.dumps(document, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
    return text, [line for line in complaints.getvalue().splitlines() if line.strip()]


def main(check: bool) -> int:
    """Returns 1 when something committed is out of date, or a document cannot be generated without a guess."""
    stale, doubtful = [], False
    for dialect in DIALECTS:
        text, complaints = generate(dialect)
        for complaint in complaints:
            print(f"{dialect}: {complaint}", file=sys.stderr)
            doubtful = True
        file = FOLDER / dialect / "openapi.json"
        if text == (file.read_text(encoding="utf-8") if file.is_file() else ""):
            continue
        stale.append(dialect)
        if not check:
            file.write_text(text, encoding="utf-8")
    if check and stale:
        print("not current, run `make snapshots`:", ", ".join(stale))
    return int(doubtful or bool(check and stale))


if __name__ == "__main__":
    sys.exit(main("--check" in sys.argv))
