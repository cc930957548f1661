"""Where the shop counts and remembers without saying a word: the answers never depend on what happened."""

from __future__ import annotations

from vedette.range.database import QueryError
from vedette.range.layout import form, notice, page
from vedette.range.markup import markup
from vedette.range.pages.goods import TILES, first_visit, kept_cookie, tiles
from vedette.range.planted import Family, Flaw, Kind
from vedette.range.routes import Routes
from vedette.range.web import Request, Response, json_answer, text_of

ROUTES = Routes()

FLAWS = (
    Flaw(
        id="sqli-collect",
        family=Family.SQLI,
        title="The visited page is written into the statistics with the query's own text",
        url="/collect?page=home",
        kind=Kind.QUERY,
        parameter="page",
        cwe=89,
        blind=True,
    ),
    Flaw(
        id="sqli-bucket",
        family=Family.SQLI,
        title="The visitor's test group in a cookie goes into a query whose result is only counted",
        url="/offers",
        kind=Kind.COOKIE,
        parameter="bucket",
        sample="a",
        cwe=89,
        blind=True,
    ),
    Flaw(
        id="sqli-newsletter",
        family=Family.SQLI,
        title="The address of a subscriber goes into a query; everybody is thanked alike",
        url="/newsletter",
        method="POST",
        kind=Kind.FORM,
        parameter="email",
        body="email=ada%40harbour.example",
        cwe=89,
        blind=True,
    ),
    Flaw(
        id="sqli-notify",
        family=Family.SQLI,
        title="The article to be notified of goes into a query; the answer is always the same",
        url="/api/notify",
        method="POST",
        kind=Kind.JSON,
        parameter="sku",
        body='{"sku": "HG-301", "email": "ada@harbour.example"}',
        media="application/json",
        cwe=89,
        blind=True,
    ),
)


@ROUTES.get("/collect")
def collect(request: Request) -> Response:
    """Count a visit."""
    _silently(request, f"INSERT INTO visits (visitor, page) VALUES ('somebody', '{request.query('page')}')")  # noqa: S608
    return Response(status=204)


@ROUTES.get("/offers")
def offers(request: Request) -> Response:
    """The season's offers, the same for all groups so far."""
    bucket = kept_cookie(request, "bucket", "a")
    _silently(request, f"SELECT COUNT(*) FROM visits WHERE visitor = '{bucket}'")  # noqa: S608
    rows = request.site.rows(request, TILES + "WHERE price < 20 ORDER BY id")
    body = markup('{tiles}<p><a href="/newsletter">More by mail</a></p>', tiles=tiles(rows))
    return first_visit(request, page("Offers", body, lead="What the season brings."), "bucket", "a", "/offers")


@ROUTES.get("/newsletter")
def newsletter_form(request: Request) -> Response:
    """Ask for an address."""
    body = markup(
        "{ask}<p><button data-notify>Tell me when the storm lamp is back</button></p>"
        '<p class="quiet">Enough mail? <a href="/newsletter/unsubscribe?id=77">Unsubscribe</a>.</p>{leave}',
        ask=form("/newsletter", [("email", "Mail", "ada@harbour.example")], "Subscribe"),
        leave=form("/newsletter/unsubscribe", [("email", "Mail", "ada@harbour.example")], "Unsubscribe me"),
    )
    return page("Newsletter", body, lead="Twice a year, when the wind turns.", scripts=("signals.js",))


@ROUTES.post("/newsletter")
def newsletter(request: Request) -> Response:
    """Subscribe; whether the address was known is nobody's business."""
    _silently(request, f"SELECT since FROM subscribers WHERE email = '{request.form('email')}'")  # noqa: S608
    return page("Newsletter", notice("Thank you. Watch your letter box.", "good"))


@ROUTES.post("/api/notify")
def notify(request: Request) -> Response:
    """Promise to write when an article is back."""
    sku = text_of(request.json.get("sku"))
    _silently(request, f"SELECT stock FROM products WHERE sku = '{sku}'")  # noqa: S608
    return json_answer({"ok": True})


def _silently(request: Request, sql: str) -> None:
    """Run a statement; neither its rows nor its errors reach anybody."""
    try:
        request.site.rows(request, sql)
    except QueryError:
        return
