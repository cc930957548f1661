"""The shop floor: start page, categories, search, products, finder."""

from __future__ import annotations

import datetime as dt

from vedette.range.catalogue import CATEGORIES
from vedette.range.database import QueryError
from vedette.range.fields import leading_number
from vedette.range.layout import card_links, form, message_page, notice, output, page
from vedette.range.markup import Markup, each, markup
from vedette.range.pages.goods import TILES, first_visit, keep_cookie, kept_cookie, money, picture, tiles
from vedette.range.pages.reviews import reviews_section
from vedette.range.planted import Family, Flaw, Kind, LookAlike
from vedette.range.routes import Routes
from vedette.range.web import Request, Response

ROUTES = Routes()

FLAWS = (
    Flaw(
        id="sqli-search",
        family=Family.SQLI,
        title="Product search builds its query from the words and shows the database's error",
        url="/search?q=lamp",
        kind=Kind.QUERY,
        parameter="q",
        cwe=89,
    ),
    Flaw(
        id="sqli-product",
        family=Family.SQLI,
        title="The product's number in the path goes into the query; errors look like a missing product",
        url="/product/7",
        kind=Kind.PATH,
        parameter="1",
        cwe=89,
    ),
    Flaw(
        id="sqli-recent",
        family=Family.SQLI,
        title="The list of recently seen products in a cookie goes into the query",
        url="/recent",
        kind=Kind.COOKIE,
        parameter="recent",
        sample="11,7",
        cwe=89,
    ),
    Flaw(
        id="sqli-finder",
        family=Family.SQLI,
        title="The finder builds its query from the names of the parameters",
        url="/finder?colour=navy&material=wool",
        kind=Kind.NAME,
        parameter="colour",
        cwe=89,
    ),
)

LOOKALIKES = (
    LookAlike(
        id="like-sqli-category",
        family=Family.SQLI,
        title="The category number is cast to an integer",
        url="/category?id=3",
        kind=Kind.QUERY,
        parameter="id",
    ),
    LookAlike(
        id="like-xss-search",
        family=Family.XSS,
        title="The search words come back escaped",
        url="/search?q=lamp",
        kind=Kind.QUERY,
        parameter="q",
    ),
    LookAlike(
        id="like-sqli-deals",
        family=Family.SQLI,
        title="A filter blocks every code that is not letters, digits and dashes; the query is bound",
        url="/deals?code=SPRING10",
        kind=Kind.QUERY,
        parameter="code",
    ),
    LookAlike(
        id="like-sqli-today",
        family=Family.SQLI,
        title="A page with random goods, counters, nonces and the time; the query is bound",
        url="/today?mood=calm",
        kind=Kind.QUERY,
        parameter="mood",
    ),
)


@ROUTES.get("/")
def home(request: Request) -> Response:
    """The start page."""
    rows = request.site.rows(request, TILES + "WHERE id IN (1, 2, 4, 6, 7, 11, 12, 13, 15, 16)")
    body = markup(
        "<h1 hidden>Harbour Goods</h1>{hero}<h2>Fresh off the boat</h2>{tiles}<h2>Around the shop</h2>{cards}",
        hero=_HERO,
        tiles=tiles(rows),
        cards=card_links(_CORNERS),
    )
    return page("Things that last at sea", body, scripts=("visit.js",))


@ROUTES.get("/shop")
def floor(request: Request) -> Response:
    """All categories and all goods."""
    rows = request.site.rows(request, TILES + "ORDER BY category, name")
    body = markup(
        '<div class="row tags">{tags}</div><h2>Everything</h2>{tiles}', tags=_category_tags(), tiles=tiles(rows)
    )
    return page("The shop floor", body, lead="Eighteen things, all of them useful.")


@ROUTES.get("/category")
def category(request: Request) -> Response:
    """The goods of one category, chosen by number."""
    number = request.query.number("id", 1)
    rows = request.site.rows(request, TILES + "WHERE category = ?", number)
    _, _, name, blurb = next((row for row in CATEGORIES if row[0] == number), CATEGORIES[0])
    body = markup('<div class="row tags">{tags}</div>{tiles}', tags=_category_tags(), tiles=tiles(rows))
    return page(name, body, lead=blurb)


@ROUTES.get("/search")
def search(request: Request) -> Response:
    """Products whose name or text holds the words."""
    words = request.query("q")
    sql = f"{TILES}WHERE name || ' ' || text LIKE '%{words}%' ORDER BY id"
    try:
        rows = request.site.rows(request, sql)
    except QueryError as error:
        body = markup("{note}{error}", note=notice("The search failed.", "bad"), error=output(error))
        return page("Search", body, status=500)
    body = markup("<p>{count} found for “{words}”.</p>{tiles}", count=len(rows), words=words, tiles=tiles(rows))
    return page("Search", body)


@ROUTES.get("/product/{id}")
def product(request: Request) -> Response:
    """One product with its reviews."""
    sql = f"SELECT id, sku, name, category, price, stock, icon, text FROM products WHERE id = {request.places['id']}"  # noqa: S608
    try:
        rows = request.site.rows(request, sql)
    except QueryError:
        rows = []
    if not rows:
        return message_page(request, "No such product", "It may have sailed already.", status=404)
    number, sku, name, shelf, price, stock, drawing, text = rows[0]
    viewed = [number, *(other for other in request.session.viewed if other != number)][:5]
    request.session.viewed[:] = viewed
    body = markup(
        '<div class="product">{picture}<div><h1>{name}</h1><p class="price">{price}</p><p>{text}</p>'
        '<p class="quiet">{sku} · {stock} in stock · <span data-stock></span></p>{basket}'
        '<p class="quiet"><a href="/recent">Recently seen</a> · <a href="/category?id={shelf}">More like this</a></p>'
        "</div></div>{reviews}",
        picture=picture(drawing, shelf),
        name=name,
        price=money(price),
        text=text,
        sku=sku,
        stock=stock,
        shelf=shelf,
        basket=form("/cart/add", [("quantity", "Quantity", "1")], "Put into basket", hidden=[("product", str(number))]),
        reviews=reviews_section(request, leading_number(str(number))),
    )
    response = page(str(name), body, scripts=("product.js",))
    return keep_cookie(response, "recent", ",".join(map(str, viewed)), "/recent")


@ROUTES.get("/recent")
def recent(request: Request) -> Response:
    """The products that this visitor looked at, by the cookie's word."""
    numbers = kept_cookie(request, "recent", "11,7")
    sql = f"{TILES}WHERE id IN ({numbers}) ORDER BY id"
    try:
        rows = request.site.rows(request, sql)
    except QueryError:
        rows = []
    body = tiles(rows) if rows else notice("Nothing here yet. Have a look around.")
    return first_visit(request, page("Recently seen", body), "recent", "11,7", "/recent")


@ROUTES.get("/finder")
def finder(request: Request) -> Response:
    """Products by any attribute: every parameter is one, by its name."""
    wanted = [(name, value) for name, value in request.query if value][:8]
    having = "".join(
        f" AND EXISTS (SELECT 1 FROM attributes WHERE product = id AND attributes.name = '{name}' AND value = ?)"  # noqa: S608
        for name, _ in wanted
    )
    sql = f"{TILES}WHERE 1{having} ORDER BY id"
    try:
        rows = request.site.rows(request, sql, *(value for _, value in wanted))
    except QueryError as error:
        return page("Finder", output(error), status=500)
    ask = form("/finder", [("colour", "Colour", "navy"), ("material", "Material", "wool")], "Find", method="get")
    found = tiles(rows) if rows else notice("Nothing matches all of that.")
    return page("Finder", markup("{ask}{found}", ask=ask, found=found), lead="Say what it should be like.")


@ROUTES.get("/deals")
def deals(request: Request) -> Response:
    """A voucher's worth. Behind a filter that lets only plain codes through."""
    code = request.query("code")
    if not all(letter.isascii() and (letter.isalnum() or letter == "-") for letter in code):
        reference = f"{request.site.state.noise('block'):08x}"
        text = markup("<p>This request was blocked by our web filter.</p><p>Reference {r}</p>", r=reference)
        return page("Blocked", text, status=403)
    rows = request.site.rows(request, "SELECT percent FROM vouchers WHERE code = ?", code)
    worth = notice(f"{rows[0][0]} per cent off.", "good") if rows else notice("We do not know that code.")
    ask = form("/deals", [("code", "Voucher", "SPRING10")], "Check", method="get")
    return page("Deals", markup("{ask}{worth}", ask=ask, worth=worth), lead="Got a voucher?")


@ROUTES.get("/today")
def today(request: Request) -> Response:
    """Today's picks: different at every look."""
    noise = request.site.state.noise
    sql = f"{TILES}ORDER BY (id * ?) % 19, ? LIMIT ?"
    rows = request.site.rows(request, sql, noise("pick") % 18 + 1, request.query("mood"), noise("size") % 4 + 2)
    now = dt.datetime.now(dt.UTC).strftime("%H:%M:%S.%f")
    body = markup(
        '{tiles}<p class="quiet">{watchers} people are looking. Visit number {count}. It is {now}.</p>'
        '<form action="/today" method="get"><input name="mood" value="calm"><input type="hidden" name="nonce" '
        'value="{nonce:>08}"><button>Again</button></form>',
        tiles=tiles(rows),
        watchers=noise("watchers") % 90 + 3,
        count=request.site.state.count(),
        now=now,
        nonce=f"{noise('nonce'):x}",
    )
    adverts = each('<p class="note">{text}</p>', ({"text": _ADVERTS[noise("ad") % 5]} for _ in range(noise("ads") % 3)))
    return page("Today's picks", markup("{body}{ads}", body=body, ads=adverts), lead="As changeable as the weather.")


def _category_tags() -> Markup:
    return each(
        '<a href="/category?id={id}">{name}</a>', ({"id": row[0], "name": row[2]} for row in CATEGORIES)
    ) + markup(
        '<a href="/finder?colour=navy&amp;material=wool">Finder</a><a href="/browse">Filters</a>'
        '<a href="/recent">Recently seen</a>'
    )


_ADVERTS = (
    "Two mugs for the price of one and a half.",
    "The ferry sails at noon.",
    "Rope by the metre: ask at the quay.",
    "New: thyme soap, bigger bar.",
    "Lost: one grey cat. Reward: soup.",
)
_CORNERS = (
    ("/today?mood=calm", "Today's picks", "Different at every look."),
    ("/deals?code=SPRING10", "Deals", "Got a voucher? See what it is worth."),
    ("/gifts", "Gifts", "Cards, finders and ideas."),
    ("/services", "Services", "Track an order, print a label, ask the warehouse."),
    ("/community", "Community", "Guest book, pictures, questions."),
    ("/offers", "Offers", "What the season brings."),
)
_HERO = Markup(
    '<section class="hero"><div><h2 style="margin-top:0;font-size:clamp(1.9rem,5vw,3rem)">Things that last at sea, '
    "and on the kitchen table.</h2><p>Rope, brass, wool and enamel, chosen by people who have been wet.</p>"
    '<a class="button" href="/shop">Look around</a></div>'
    '<svg viewBox="0 0 400 300" preserveAspectRatio="xMidYMid slice" role="img" aria-label="A harbour at dusk">'
    '<rect width="400" height="300" fill="#f3c98b"/><circle cx="292" cy="150" r="46" fill="#f7e3b4"/>'
    '<path d="M0 170h400v130H0z" fill="#0e6e78"/><path d="M0 196q50-10 100 0t100 0 100 0 100 0v104H0z" fill="#0b5a66"/>'
    '<path d="M0 232q50-10 100 0t100 0 100 0 100 0v68H0z" fill="#094a56"/>'
    '<path d="M330 172V84l-9-14 9-14 9 14-9 14M318 172h24" stroke="#b4472f" stroke-width="9" fill="#b4472f"/>'
    '<path d="M96 190h120l-18 30h-84z" fill="#b4472f"/><path d="M152 190V84l58 92h-58z" fill="#fffdf8"/>'
    '<path d="M146 190V100l-42 76h42z" fill="#f1e6cf"/>'
    '<path d="M236 168h40v-26h-14v-12h-12v12h-14z" fill="#24505a"/></svg></section>'
)
