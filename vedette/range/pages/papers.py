"""Texts from the shop's folders: manuals, leaflets, guides, house pages."""

from __future__ import annotations

from vedette.range.layout import card_links, form, notice, output, page
from vedette.range.markup import Markup, markup
from vedette.range.pages.goods import first_visit, kept_cookie
from vedette.range.planted import Family, Flaw, Kind, LookAlike
from vedette.range.routes import Routes
from vedette.range.web import Request, Response, json_answer, plain, text_of

ROUTES = Routes()

_HOME = "/var/www/shop"

FLAWS = (
    Flaw(
        id="file-manual",
        family=Family.FILE,
        title="The name of a manual is joined to its folder unchecked",
        url="/manuals/download?file=kettle.txt",
        kind=Kind.QUERY,
        parameter="file",
        cwe=22,
    ),
    Flaw(
        id="file-guide",
        family=Family.FILE,
        title="The guide's name in the path may hold encoded slashes",
        url="/guides/knots.txt",
        kind=Kind.PATH,
        parameter="1",
        cwe=22,
    ),
    Flaw(
        id="file-leaflet",
        family=Family.FILE,
        title="The leaflet's name in a cookie is joined to its folder unchecked",
        url="/leaflet",
        kind=Kind.COOKIE,
        parameter="leaflet",
        sample="spring.txt",
        cwe=22,
    ),
    Flaw(
        id="file-view",
        family=Family.FILE,
        title="The house page to include is any file on the machine",
        url="/about?view=views%2Fstory.html",
        kind=Kind.QUERY,
        parameter="view",
        cwe=98,
        note="Steps upwards are cut out once; absolute paths are taken as they are.",
    ),
    Flaw(
        id="file-excerpt",
        family=Family.FILE,
        title="The path in a JSON request is joined to the shop's folder unchecked",
        url="/api/excerpt",
        method="POST",
        kind=Kind.JSON,
        parameter="document/path",
        body='{"document": {"path": "guides/lamps.txt"}, "lines": 3}',
        media="application/json",
        cwe=22,
    ),
)

LOOKALIKES = (
    LookAlike(
        id="like-file-download",
        family=Family.FILE,
        title="Only listed files can be downloaded",
        url="/downloads?file=price-list.txt",
        kind=Kind.QUERY,
        parameter="file",
    ),
    LookAlike(
        id="like-file-article",
        family=Family.FILE,
        title="An article that shows a sample of a password file, whatever is asked",
        url="/help/article?file=user-accounts",
        kind=Kind.QUERY,
        parameter="file",
    ),
    LookAlike(
        id="like-file-sheet",
        family=Family.FILE,
        title="Only the last part of the name is used",
        url="/sheets/radio.txt",
        kind=Kind.PATH,
        parameter="1",
    ),
)

_DOWNLOADS = {"price-list.txt": "Mug 9.50\nLamp 58.00\nRope 38.50\n", "terms.txt": "Be kind. Pay. Come again.\n"}


@ROUTES.get("/manuals")
def manuals(request: Request) -> Response:
    """How things are meant to be used."""
    cards = card_links(
        (
            ("/manuals/download?file=kettle.txt", "Kettle", "Manual"),
            ("/manuals/download?file=radio.txt", "Kitchen radio", "Manual"),
            ("/guides/knots.txt", "Knots", "Guide"),
            ("/guides/lamps.txt", "Lamps", "Guide"),
            ("/sheets/radio.txt", "Radio sheet", "One page"),
            ("/leaflet", "Leaflet", "Of the season"),
            ("/about?view=views%2Fstory.html", "Our story", "Since 1911"),
            ("/about?view=views%2Fdelivery.html", "Delivery", "Weather permitting"),
            ("/downloads?file=price-list.txt", "Price list", "Plain text"),
        )
    )
    return page("Manuals", cards, lead="Read before use.", scripts=("papers.js",))


@ROUTES.get("/manuals/download")
def download(request: Request) -> Response:
    """Send a manual."""
    return _file(request, f"{_HOME}/manuals/{request.query('file')}")


@ROUTES.get("/guides/{name}")
def guide(request: Request) -> Response:
    """Send a guide."""
    return _file(request, f"{_HOME}/guides/{request.places['name']}")


@ROUTES.get("/leaflet")
def leaflet(request: Request) -> Response:
    """Show the leaflet that this visitor likes to see."""
    name = kept_cookie(request, "leaflet", "spring.txt")
    text = _read(request, f"{_HOME}/leaflets/{name}")
    body = output(text) if text is not None else notice("That leaflet is out of print.", "bad")
    return first_visit(request, page("Leaflet", body), "leaflet", "spring.txt", "/leaflet")


@ROUTES.get("/about")
def about(request: Request) -> Response:
    """A page about the house."""
    text = _read(request, request.query("view").replace("../", ""))
    if text is None:
        return page("About us", notice("That page is not written yet.", "bad"), status=404)
    return page("About us", markup("<article>{text}</article>", text=Markup(text)))


@ROUTES.post("/api/excerpt")
def excerpt(request: Request) -> Response:
    """The first lines of a text."""
    document = request.json.get("document")
    path = text_of(document.get("path")) if isinstance(document, dict) else ""
    text = _read(request, f"{_HOME}/{path}")
    if text is None:
        return json_answer({"error": "no such document"}, 404)
    return json_answer({"excerpt": text[:2000]})


@ROUTES.get("/downloads")
def listed(request: Request) -> Response:
    """Send one of the listed files."""
    text = _DOWNLOADS.get(request.query("file"))
    if text is None:
        return page("Downloads", notice("There is no such download.", "bad"), status=404)
    return plain(text)


@ROUTES.get("/sheets/{name}")
def sheet(request: Request) -> Response:
    """Send a sheet; whatever folder is asked for, only the name counts."""
    return _file(request, f"{_HOME}/manuals/{request.places['name'].replace(chr(92), '/').rsplit('/', 1)[-1]}")


@ROUTES.get("/help/article")
def article(request: Request) -> Response:
    """An article about accounts on small servers."""
    ask = form("/help/article", [("file", "Article", "user-accounts")], "Open", method="get")
    return page(
        "User accounts", markup("{sample}{ask}", sample=output(_SAMPLE), ask=ask), lead="For our own technicians."
    )


def _read(request: Request, path: str) -> str | None:
    try:
        return request.site.files().read(path, cwd=_HOME)
    except (OSError, ValueError):
        return None


def _file(request: Request, path: str) -> Response:
    text = _read(request, path)
    if text is None:
        return page("Not found", notice("There is no such paper in our folder.", "bad"), status=404)
    return plain(text)


_SAMPLE = """\
A password file looks like this:

root:x:0:0:root:/root:/bin/bash
daemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin
nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin

and the hosts file like this:

127.0.0.1   localhost
"""
