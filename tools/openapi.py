"""Writes each dialect's OpenAPI document beside it; with --check only says whether the committed ones are current."""

from __future__ import annotations

import json
import os
import sys
import tempfile

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "vedette.server.config.settings")
os.environ.setdefault("VEDETTE_DATA_DIR", tempfile.mkdtemp(prefix="vedette-openapi-"))

import django  # noqa: E402 - the data directory must be chosen first

django.setup()

from drf_spectacular.generators import SchemaGenerator  # noqa: E402
from drf_spectacular.settings import patched_settings  # noqa: E402

from vedette import __version__  # noqa: E402
from vedette.server.config.openapi import DIALECTS, FOLDER  # noqa: E402

TITLES = {
    "probely": ("Vedette, Probely dialect", "/"),
    "invicti": ("Vedette, Invicti Enterprise dialect", "/api/1.0/"),
    "cloneguard": ("Vedette, Clone Guard V2 dialect", "/"),
    "native": ("Vedette's own API", "/api/native/"),
}


def generate(dialect: str) -> str:
    """The document as text."""
    title, prefix = TITLES[dialect]
    given = {"TITLE": title, "VERSION": __version__, "SERVERS": [{"url": prefix}], "SERVE_INCLUDE_SCHEMA": False}
    with patched_settings(given):
        generator = SchemaGenerator(urlconf=f"vedette.server.api.{dialect}.urls")
        document = generator.get_schema(request=None, public=True)
    return json.dumps(document, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def main(check: bool) -> int:
    """Returns 1 when something committed is out of date."""
    stale = []
    for dialect in DIALECTS:
        file = FOLDER / dialect / "openapi.json"
        text = generate(dialect)
        if file.is_file() and file.read_text(encoding="utf-8") == text:
            continue
        stale.append(dialect)
        if not check:
            file.write_text(text, encoding="utf-8")
    if check and stale:
        print("not current, run `make snapshots`:", ", ".join(stale))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main("--check" in sys.argv))
