"""Writes the published JSON schemas under docs/schemas; with --check, fails when one is stale."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from vedette.cli.config import Config
from vedette.contract.batch import Batch
from vedette.contract.job import Job
from vedette.contract.schema import schema_of

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "schemas"
SCHEMAS = {
    "job": (Job, "A job for the engine"),
    "batch": (Batch, "A commit batch: events and state changes"),
    "vedette-yml": (Config, "vedette.yml, the settings of `vedette scan`"),
}


def pages() -> dict[Path, str]:
    """Path -> text of every schema."""
    out = {}
    for name, (cls, title) in SCHEMAS.items():
        schema = schema_of(cls, title)
        if name == "vedette-yml":
            schema["$defs"]["Config"]["additionalProperties"] = False
        out[FOLDER / f"{name}.schema.json"] = json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
    return out


def main() -> int:
    """0 when all is written or fresh, 1 when something is stale."""
    stale = [path for path, text in pages().items() if not path.exists() or path.read_text() != text]
    if "--check" in sys.argv:
        for path in stale:
            print(f"stale: {path.relative_to(FOLDER.parents[1])}; run `make docs`")
        return int(bool(stale))
    FOLDER.mkdir(parents=True, exist_ok=True)
    for path, text in pages().items():
        path.write_text(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
