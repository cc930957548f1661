"""The JSON API and its page for developers."""

from __future__ import annotations

from vedette.range.database import QueryError
from vedette.range.layout import card_links, page
from vedette.range.markup import markup
from vedette.range.planted import Family, Flaw, Kind, LookAlike
from vedette.range.routes import Routes
from vedette.range.web import Request, Response, json_answer, member, text_of

ROUTES = Routes()

FLAWS = (
    Flaw(
        id="sqli-stock",
        family=Family.SQLI,
        title="The article number in JSON goes into the query; the database's error is shown",
        url="/api/stock",
        method="POST",
        kind=Kind.JSON,
        parameter="sku",
        body='{"sku": "HG-101", "store": "quay"}',
        media="application/json",
        cwe=89,
    ),
    Flaw(
        id="sqli-catalogue",
        family=Family.SQLI,
        title="A nested member of a JSON request goes into the query; errors look like no match",
        url="/api/catalogue/query",
        method="POST",
        kind=Kind.JSON,
        parameter="filter/colour",
        body='{"filter": {"colour": "navy", "most": 100}, "page": 1}',
        media="application/json",
        cwe=89,
    ),
    Flaw(
        id="sqli-hours",
        family=Family.SQLI,
        title="A header that the page's script sends goes into the query",
        url="/api/hours",
        kind=Kind.HEADER,
        parameter="X-Store",
        sample="quay",
        cwe=89,
    ),
    Flaw(
        id="cors-summary",
        family=Family.CORS,
        title="Any origin may read a visitor's summary, with cookies",
        url="/api/account/summary",
        cwe=942,
    ),
)

LOOKALIKES = (
    LookAlike(
        id="like-sqli-suggest",
        family=Family.SQLI,
        title="The words are bound to the query",
        url="/api/suggest?q=la",
        kind=Kind.QUERY,
        parameter="q",
    ),
    LookAlike(
        id="like-sqli-most",
        family=Family.SQLI,
        title="The highest price in JSON must be a number",
        url="/api/catalogue/query",
        method="POST",
        kind=Kind.JSON,
        parameter="filter/most",
        body='{"filter": {"colour": "navy", "most": 100}, "page": 1}',
        media="application/json",
    ),
    LookAlike(
        id="like-xss-echo",
        family=Family.XSS,
        title="An echo in JSON that browsers must not guess at",
        url="/api/echo?text=hello",
        kind=Kind.QUERY,
        parameter="text",
    ),
    LookAlike(
        id="like-cors-public",
        family=Family.CORS,
        title="A public answer for every origin, without cookies",
        url="/api/public/opening",
    ),
    LookAlike(
        id="like-cors-points",
        family=Family.CORS,
        title="Only the shop's own second origin may read the points",
        url="/api/account/points",
    ),
)


@ROUTES.get("/developers")
def developers(request: Request) -> Response:
    """What the API can do."""
    links = card_links(
        (
            ("/api/suggest?q=la", "GET /api/suggest", "Names that begin like this."),
            ("/api/echo?text=hello", "GET /api/echo", "Is anybody there?"),
            ("/api/public/opening", "GET /api/public/opening", "For everybody."),
            ("/api/account/summary", "GET /api/account/summary", "Of the visitor."),
            ("/api/account/points", "GET /api/account/points", "For our till."),
            ("/api/chat", "GET /api/chat", "The last lines."),
        )
    )
    body = markup(
        "{links}<h2>Stock</h2><pre>POST /api/stock\nContent-Type: application/json\n\n{stock}</pre>"
        "<h2>Catalogue</h2><pre>POST /api/catalogue/query\nContent-Type: application/json\n\n{query}</pre>"
        "<pre data-answer></pre>",
        links=links,
        stock='{"sku": "HG-101", "store": "quay"}',
        query='{"filter": {"colour": "navy", "most": 100}, "page": 1}',
    )
    return page("For developers", body, lead="JSON in, JSON out.", scripts=("api.js",))


@ROUTES.post("/api/stock")
def stock(request: Request) -> Response:
    """How many of an article are left."""
    sku = text_of(request.json.get("sku"))
    try:
        rows = request.site.rows(request, f"SELECT name, stock FROM products WHERE sku = '{sku}'")  # noqa: S608
    except QueryError as error:
        return json_answer({"error": str(error)}, 500)
    return json_answer({"stock": [{"name": row[0], "left": row[1]} for row in rows]})


@ROUTES.post("/api/catalogue/query")
def query(request: Request) -> Response:
    """Articles of a colour up to a price."""
    colour, most = text_of(member(request.json, "filter", "colour")), member(request.json, "filter", "most")
    if not isinstance(most, int | float):
        return json_answer({"error": "filter.most must be a number"}, 422)
    sql = f"SELECT sku, name FROM products WHERE price <= ? AND colour = '{colour}' ORDER BY id"  # noqa: S608
    try:
        rows = request.site.rows(request, sql, float(min(max(most, 0), 1_000_000)))
    except QueryError:
        rows = []
    return json_answer({"items": [{"sku": row[0], "name": row[1]} for row in rows]})


@ROUTES.get("/api/hours")
def hours(request: Request) -> Response:
    """The opening hours of the shop named in a header."""
    store = request.headers.get("x-store", "quay")
    try:
        rows = request.site.rows(request, f"SELECT name, hours FROM stores WHERE slug = '{store}'")  # noqa: S608
    except QueryError:
        return json_answer({"error": "internal"}, 500)
    return json_answer({"shops": [{"name": row[0], "hours": row[1]} for row in rows]})


@ROUTES.get("/api/suggest")
def suggest(request: Request) -> Response:
    """Names of products that hold the words."""
    sql = "SELECT name FROM products WHERE name LIKE ? ORDER BY name LIMIT 5"
    rows = request.site.rows(request, sql, f"%{request.query('q')}%")
    return json_answer({"names": [row[0] for row in rows]})


@ROUTES.get("/api/echo")
def echo(request: Request) -> Response:
    """Return the text."""
    return json_answer({"text": request.query("text"), "length": len(request.query("text"))})


@ROUTES.get("/api/account/summary")
def summary(request: Request) -> Response:
    """The visitor's own data, for whichever page asks."""
    session = request.session
    response = json_answer(
        {"user": session.user or "guest", "customer": session.id[:12], "basket": len(session.basket)}
    )
    if "origin" in request.headers:
        response.with_header("Access-Control-Allow-Origin", request.headers["origin"])
        response.with_header("Access-Control-Allow-Credentials", "true")
    return response.with_header("Vary", "Origin")


@ROUTES.get("/api/account/points")
def points(request: Request) -> Response:
    """The visitor's points, for the till's own origin."""
    response = json_answer({"points": 12})
    if request.headers.get("origin") == "https://till.harbour.example":
        response.with_header("Access-Control-Allow-Origin", "https://till.harbour.example")
        response.with_header("Access-Control-Allow-Credentials", "true")
    return response.with_header("Vary", "Origin")


@ROUTES.get("/api/public/opening")
def opening(request: Request) -> Response:
    """Whether the shop is open, for everybody."""
    return json_answer({"open": True, "until": "18:00"}).with_header("Access-Control-Allow-Origin", "*")
