"""Shops that carry our goods, kept in an XML file."""

from __future__ import annotations

from vedette.range.catalogue import STOCKISTS_XML
from vedette.range.layout import card_links, form, notice, output, page
from vedette.range.markup import Markup, each, markup
from vedette.range.planted import Family, Flaw, Kind, LookAlike
from vedette.range.routes import Routes
from vedette.range.sinks import xpath
from vedette.range.web import Request, Response, json_answer, text_of

ROUTES = Routes()

FLAWS = (
    Flaw(
        id="xpath-town",
        family=Family.XPATH,
        title="The town goes into an XPath expression; the error is shown",
        url="/stockists/find?town=Eastport",
        kind=Kind.QUERY,
        parameter="town",
        cwe=643,
    ),
    Flaw(
        id="xpath-region",
        family=Family.XPATH,
        title="The region goes into an XPath expression; the page says only how many shops there are",
        url="/stockists/region",
        method="POST",
        kind=Kind.FORM,
        parameter="region",
        body="region=north",
        cwe=643,
    ),
    Flaw(
        id="xpath-code",
        family=Family.XPATH,
        title="The shop's code goes into an XPath expression",
        url="/api/stockist",
        method="POST",
        kind=Kind.JSON,
        parameter="code",
        body='{"code": "S-01"}',
        media="application/json",
        cwe=643,
    ),
    Flaw(
        id="xpath-shop",
        family=Family.XPATH,
        title="The shop's code in the path goes into an XPath expression",
        url="/stockists/shop/S-02",
        kind=Kind.PATH,
        parameter="2",
        cwe=643,
    ),
)

LOOKALIKES = (
    LookAlike(
        id="like-xpath-nth",
        family=Family.XPATH,
        title="The number of the shop is cast to an integer",
        url="/stockists/nth?number=2",
        kind=Kind.QUERY,
        parameter="number",
    ),
    LookAlike(
        id="like-xpath-name",
        family=Family.XPATH,
        title="Names are compared outside the expression",
        url="/stockists/named?name=Salt+Loft",
        kind=Kind.QUERY,
        parameter="name",
    ),
    LookAlike(
        id="like-xpath-suggest",
        family=Family.XPATH,
        title="A suggestion with quotes is refused with the shop's own words",
        url="/stockists/suggest",
        method="POST",
        kind=Kind.FORM,
        parameter="shop",
        body="shop=Tar+and+Twine",
    ),
)

_DOCUMENT = xpath.parse_document(STOCKISTS_XML)


@ROUTES.get("/stockists")
def stockists(request: Request) -> Response:
    """Where else our goods are sold."""
    cards = card_links(
        (
            ("/stockists/find?town=Eastport", "By town", "Perhaps around your corner."),
            ("/stockists/region", "By region", "How many there are."),
            ("/stockists/shop/S-01", "Tar and Twine", "Eastport"),
            ("/stockists/shop/S-02", "The Bilge", "Sandhaven"),
            ("/stockists/nth?number=2", "Our second friend", "They came early."),
            ("/stockists/named?name=Salt+Loft", "Salt Loft", "Eastport"),
            ("/stockists/suggest", "Suggest a shop", "We will go and look."),
        )
    )
    body = markup('{cards}<p class="quiet">Shop of the month: <span data-shop-of-the-month></span></p>', cards=cards)
    return page("Stockists", body, lead="Friends with shelves.", scripts=("stockists.js",))


@ROUTES.get("/stockists/find")
def by_town(request: Request) -> Response:
    """Shops in a town."""
    ask = form("/stockists/find", [("town", "Town", "Eastport")], "Find", method="get")
    try:
        names = _select(f"//shop[town='{request.query('town')}']/name")
    except xpath.XPathError as error:
        told = output(f"lxml.etree.XPathEvalError: {error}")
        return page("By town", markup("{told}{ask}", told=told, ask=ask), status=500)
    return page("By town", markup("{names}{ask}", names=_shops(names), ask=ask))


@ROUTES.get("/stockists/region")
def region_form(request: Request) -> Response:
    """Ask for a region."""
    return page("By region", form("/stockists/region", [("region", "Region", "north")], "Count"))


@ROUTES.post("/stockists/region")
def by_region(request: Request) -> Response:
    """How many shops a region has."""
    try:
        count = len(_select(f"/stockists/shop[region='{request.form('region')}']"))
    except xpath.XPathError:
        count = 0
    told = notice(f"{count} shops carry our goods there.", "good") if count else notice("None yet.", "bad")
    return page("By region", told)


@ROUTES.post("/api/stockist")
def by_code(request: Request) -> Response:
    """One shop by its code."""
    try:
        names = _select(f"//shop[@code='{text_of(request.json.get('code'))}']/name")
    except xpath.XPathError as error:
        return json_answer({"error": f"XPathEvalError: {error}"}, 500)
    return json_answer({"names": names})


@ROUTES.get("/stockists/shop/{code}")
def shop(request: Request) -> Response:
    """The page of one shop."""
    try:
        names = _select(f"//shop[@code='{request.places['code']}']/name")
    except xpath.XPathError:
        names = []
    if not names:
        return page("No such shop", notice("It may have moved."), status=404)
    return page("Stockist", _shops(names))


@ROUTES.get("/stockists/nth")
def nth(request: Request) -> Response:
    """The shop at a place in the list."""
    return page("Stockist", _shops(_select(f"/stockists/shop[{request.query.number('number', 1)}]/name")))


@ROUTES.get("/stockists/named")
def named(request: Request) -> Response:
    """The shop of a name."""
    return page("Stockist", _shops([name for name in _select("//shop/name") if name == request.query("name")]))


@ROUTES.get("/stockists/suggest")
def suggest_form(request: Request) -> Response:
    """Ask for a suggestion."""
    return page("Suggest a shop", form("/stockists/suggest", [("shop", "Shop", "Tar and Twine")], "Suggest"))


@ROUTES.post("/stockists/suggest")
def suggest(request: Request) -> Response:
    """Thank for a suggestion, or say that we know the shop."""
    name = request.form("shop")
    if "'" in name or '"' in name:
        return page("Suggest a shop", notice("Please leave the quotes out.", "bad"), status=400)
    known = _select(f"//shop[name='{name}']")
    return page("Suggest a shop", notice("We know them well." if known else "We will go and look.", "good"))


def _select(expression: str) -> list[str]:
    """Select nodes and return their texts; a number or text is a list of one; raises `XPathError`."""
    found = xpath.select(expression, _DOCUMENT)
    if isinstance(found, list):
        return [node.text for node in found]
    return [str(found)]


def _shops(names: list[str]) -> Markup:
    if not names:
        return notice("No shop found.")
    return markup('<ul class="notes">{rows}</ul>', rows=each("<li>{name}</li>", ({"name": name} for name in names)))
