"""Rows that are looked up by what only one of them has, as its id."""

from __future__ import annotations

from typing import TypeVar

from django.db.models import Model, QuerySet

_Row = TypeVar("_Row", bound=Model)


def find(rows: QuerySet[_Row]) -> _Row | None:
    """The one row that there is at most, or None. Unlike `first` it asks for no order, which takes the ORM longer to
    write down than the rest of a query with many columns. Of several rows it gives any."""
    return next(iter(rows.order_by()[:1]), None)
