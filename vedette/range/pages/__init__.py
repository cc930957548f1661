"""The pages of the practice shop, one module per corner of it.

Each module has its `ROUTES` and declares beside them what is planted: `FLAWS`, `LOOKALIKES`, `TRAPS`, `MAZES`. The
interpreters behind the flaws are in `vedette.range.sinks`; only the site and its manifest use this package.
"""

from __future__ import annotations

from vedette.range.pages import (
    accounts,
    assets,
    community,
    developers,
    exposed,
    formulas,
    gifts,
    help,  # noqa: A004 - the room is called so
    mazes,
    orders,
    papers,
    reviews,
    shop,
    signals,
    staff,
    stockists,
    suppliers,
    tools,
    travel,
    visitors,
)
from vedette.range.routes import Routes

MODULES = (
    accounts,
    assets,
    community,
    developers,
    exposed,
    formulas,
    gifts,
    help,
    mazes,
    orders,
    papers,
    reviews,
    shop,
    signals,
    staff,
    stockists,
    suppliers,
    tools,
    travel,
    visitors,
)


def routes() -> Routes:
    """Return the table of all pages."""
    table = Routes()
    table.include(module.ROUTES for module in MODULES)
    return table
