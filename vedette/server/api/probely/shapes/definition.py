"""Definitions of what can be found, and technologies."""

from __future__ import annotations

from vedette.server.api.probely.shapes.small import Json, moment
from vedette.server.definitions.queries import Definition
from vedette.server.definitions.technologies import Technology


def simple(row: Definition) -> Json:
    """A definition as findings show it."""
    return {
        "id": row.id,
        "name": row.name[:255],
        "desc": row.desc,
        "cwe_id": None if row.cwe_id is None else str(row.cwe_id),
        "cwe_name": row.cwe_name or None,
    }


def full(row: Definition) -> Json:
    """A definition as `/definitions/` shows it. This dialect knows no severity below low."""
    return {
        **simple(row),
        "severity": row.severity or None,
        "cvss_vector": row.cvss_vector or None,
        "passive": row.passive,
        "changed": moment(row.changed),
    }


def technology(row: Technology) -> Json:
    """A technology as `/frameworks/` shows it."""
    return {"id": row.id, "name": row.name, "desc": row.category}
