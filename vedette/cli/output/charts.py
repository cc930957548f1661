"""Small charts as inline SVG: no script, no library, readable in both themes and without colour."""

from __future__ import annotations

import math

from vedette.cli.output.markup import Node, tag

WIDTH, BAR, ROW, LABEL = 250, 215, 32, 38
"""Of both charts the width; of bars the longest, the height of a row, and the letters of a name. Units of the view."""


def donut(counts: dict[str, int], caption: str) -> Node:
    """Shares of a whole. Keys name CSS classes `c-KEY` and are listed beside the ring."""
    total = sum(counts.values())
    radius, circumference = 44, 2 * math.pi * 44
    rings: list[Node] = [tag("circle", cx=60, cy=60, r=radius, class_="ring")]
    offset = 0.0
    for key, count in counts.items():
        length = circumference * count / total if total else 0.0
        rings.append(
            tag(
                "circle",
                cx=60,
                cy=60,
                r=radius,
                class_=f"slice c-{key}",
                stroke_dasharray=f"{length:.2f} {circumference - length:.2f}",
                stroke_dashoffset=f"{-offset:.2f}",
                transform="rotate(-90 60 60)",
            )
        )
        offset += length
    middle = tag("text", str(total), x=60, y=67, class_="middle long" if total > 999 else "middle")
    rows = [_row(index, key, count) for index, (key, count) in enumerate(counts.items())]
    label = f"{caption}: " + ", ".join(f"{key} {count}" for key, count in counts.items())
    return tag("svg", *rings, middle, *rows, viewBox=f"0 0 {WIDTH} 120", role="img", aria_label=label, class_="chart")


def _row(index: int, key: str, count: int) -> Node:
    y = 20 + index * 21
    return tag(
        "g",
        tag("rect", x=130, y=y - 9, width=11, height=11, rx=2, class_=f"c-{key} fill"),
        tag("text", f"{key}  {count}", x=148, y=y, class_="legend"),
    )


def bars(rows: list[tuple[str, int]], caption: str) -> Node:
    """Horizontal bars in the order given, each under its name and before its number."""
    if not rows:
        return tag("p", "Nothing.")
    most = max(count for _, count in rows) or 1
    parts: list[Node] = []
    for index, (name, count) in enumerate(rows):
        y = index * ROW
        length = max(2, round(BAR * count / most))
        shown = name if len(name) <= LABEL else name[: LABEL - 1] + "…"
        parts += [
            tag("text", shown, x=0, y=y + 11, class_="small"),
            tag("rect", x=0, y=y + 16, width=length, height=8, rx=3, class_="bar"),
            tag("text", str(count), x=length + 6, y=y + 24, class_="small"),
        ]
    label = f"{caption}: " + ", ".join(f"{name} {count}" for name, count in rows)
    height = len(rows) * ROW
    return tag("svg", *parts, viewBox=f"0 0 {WIDTH} {height}", role="img", aria_label=label, class_="chart")
