"""Harmless parts without end: calendar, growing path, session ids in addresses, facets."""

from __future__ import annotations

from vedette.range.layout import notice, page
from vedette.range.markup import each, markup
from vedette.range.planted import Maze
from vedette.range.routes import Routes
from vedette.range.web import Request, Response

ROUTES = Routes()

MAZES = (
    Maze(id="maze-calendar", title="A calendar whose next month never ends", url="/events/calendar", prefix="/events/"),
    Maze(id="maze-archive", title="A relative link that makes the path longer", url="/archive/", prefix="/archive/"),
    Maze(id="maze-forum", title="A new session id in every link", url="/forum", prefix="/forum"),
    Maze(id="maze-facets", title="All combinations of five filters", url="/browse", prefix="/browse"),
)

_FACETS = {
    "shade": ("navy", "red", "white", "gold"),
    "size": ("small", "large"),
    "made": ("here", "abroad"),
    "sort": ("price", "name", "age"),
    "show": ("10", "20", "50"),
}


@ROUTES.get("/events/calendar")
def calendar(request: Request) -> Response:
    """A month of events."""
    year = min(max(request.query.number("year", 2025), 1), 9998)
    month = min(max(request.query.number("month", 6), 1), 12)
    before = (year, month - 1) if month > 1 else (year - 1, 12)
    after = (year, month + 1) if month < 12 else (year + 1, 1)
    body = markup(
        "<p>Fish market every Saturday. Brass band on the first Sunday.</p><p>"
        '<a href="/events/calendar?year={by}&amp;month={bm}">Month before</a> '
        '<a href="/events/calendar?year={ay}&amp;month={am}">Month after</a></p>',
        by=before[0],
        bm=before[1],
        ay=after[0],
        am=after[1],
    )
    return page(f"Events {year}-{month:02}", body)


@ROUTES.get("/archive/{rest*}")
def archive(request: Request) -> Response:
    """Old papers, one folder deeper each time."""
    depth = len(request.segments) - 2
    body = markup('<p>Shelf {depth}. <a href="older/">Older papers</a></p><p><a href="/">Home</a></p>', depth=depth)
    return page("Archive", body)


@ROUTES.get("/forum")
def forum(request: Request) -> Response:
    """An old forum that carries its sessions in the address."""
    sid = f"{request.site.state.noise('forum'):08x}"
    body = markup(
        '<ul><li><a href="/forum?sid={sid}&amp;topic=knots">Knots</a></li>'
        '<li><a href="/forum?sid={sid}&amp;topic=cats">Cats</a></li></ul>{told}',
        sid=sid,
        told=notice(f"Topic: {request.query('topic')}") if request.query("topic") else "",
    )
    return page("Forum", body)


@ROUTES.get("/browse")
def browse(request: Request) -> Response:
    """Filters upon filters."""
    chosen = {name: request.query(name) for name in _FACETS if request.query(name) in _FACETS[name]}
    links = [
        {
            "query": "&".join(f"{key}={text}" for key, text in {**chosen, name: value}.items()),
            "text": f"{name}: {value}",
        }
        for name, values in _FACETS.items()
        for value in values
    ]
    body = markup(
        '<p class="row tags">{links}</p><p>{told}</p>',
        links=each('<a href="/browse?{query}">{text}</a>', links),
        told=", ".join(f"{name} {value}" for name, value in chosen.items()) or "Everything.",
    )
    return page("Browse", body)
