"""Baskets and orders: add, look, track, invoice, order import."""

from __future__ import annotations

from vedette.range.catalogue import PRODUCTS
from vedette.range.database import QueryError
from vedette.range.layout import card_links, form, notice, output, page, table
from vedette.range.markup import Markup, markup
from vedette.range.pages.goods import money
from vedette.range.planted import Family, Flaw, Kind, LookAlike, Trap
from vedette.range.routes import Routes
from vedette.range.web import Request, Response, redirect

ROUTES = Routes()

_INVOICES = "/var/www/shop/invoices"

FLAWS = (
    Flaw(
        id="sqli-track",
        family=Family.SQLI,
        title="The order number goes into the query; the page says only whether an order was found",
        url="/orders/track",
        method="POST",
        kind=Kind.FORM,
        parameter="number",
        body="number=HG-2041&postcode=HB1",
        cwe=89,
    ),
    Flaw(
        id="file-invoice",
        family=Family.FILE,
        title="The name of an invoice is joined to its folder unchecked",
        url="/orders/invoice",
        method="POST",
        kind=Kind.FORM,
        parameter="invoice",
        body="invoice=2041.txt",
        cwe=22,
    ),
)

LOOKALIKES = (
    LookAlike(
        id="like-sqli-track-postcode",
        family=Family.SQLI,
        title="The postcode of the same form is bound",
        url="/orders/track",
        method="POST",
        kind=Kind.FORM,
        parameter="postcode",
        body="number=HG-2041&postcode=HB1",
    ),
)

TRAPS = (
    Trap(id="cart-remove-link", title="Remove an item, by link", url="/cart/remove?item=6", page="/cart"),
    Trap(id="cart-empty-form", title="Empty the basket", url="/cart/empty", method="POST", page="/cart"),
    Trap(
        id="pay-form",
        title="Pay",
        url="/checkout/pay",
        method="POST",
        body="card=4000000000000002&amount=9.50",
        page="/checkout",
    ),
    Trap(
        id="checkout-confirm-link",
        title="Confirm the order, by link",
        url="/checkout/confirm?order=2044",
        page="/checkout",
    ),
    Trap(
        id="order-cancel-api",
        title="Delete an order through the API",
        url="/api/orders/2041",
        method="DELETE",
        page="/services",
    ),
)


@ROUTES.get("/services")
def services(request: Request) -> Response:
    """What the shop does besides selling."""
    cards = card_links(
        (
            ("/orders/track", "Track an order", "Where is my parcel?"),
            ("/orders/invoice", "Invoices", "Print one again."),
            ("/tools", "Tools", "Ping the warehouse, print a label, count points."),
            ("/manuals", "Manuals", "How it is meant to be used."),
            ("/currency", "Currency and language", "Pounds, crowns, or shells."),
            ("/stores", "Our shops", "Three doors to the sea."),
            ("/newsletter", "Newsletter", "Twice a year, when the wind turns."),
            ("/returns", "Returns", "If it leaks, send it back."),
        )
    )
    return page("Services", cards, lead="Ask us anything.", scripts=("services.js",))


@ROUTES.get("/cart")
def cart(request: Request) -> Response:
    """The visitor's basket."""
    prices = {row[0]: row for row in PRODUCTS}
    lines = [
        (
            prices[number][2],
            quantity,
            money(prices[number][4] * quantity),
            Markup('<a href="/cart/remove?item=6">Remove</a>'),
        )
        for number, quantity in request.session.basket.items()
    ]
    lines.append(("Shopping bag", 1, money(0.0), Markup('<a href="/cart/remove?item=6">Remove</a>')))
    body = markup(
        '{table}<div class="row">{empty}</div><p><a class="button" href="/checkout">To the till</a></p>',
        table=table(("Goods", "Quantity", "Price", ""), lines),
        empty=form("/cart/empty", (), "Empty basket"),
    )
    return page("Your basket", body, scripts=("checkout.js",))


@ROUTES.post("/cart/add")
def add_to_cart(request: Request) -> Response:
    """Put a product into the basket."""
    number, quantity = request.form.number("product"), request.form.number("quantity", 1)
    if any(row[0] == number for row in PRODUCTS):
        request.session.basket[number] = min(quantity, 99)
    return redirect("/cart")


@ROUTES.get("/checkout")
def checkout(request: Request) -> Response:
    """The till."""
    body = markup(
        '{form}<p class="quiet">Or <a href="/checkout/confirm?order=2044">confirm order 2044 now</a>.</p>',
        form=form(
            "/checkout/pay", [("card", "Card number", "4000000000000002"), ("amount", "Amount", "9.50")], "Pay now"
        ),
    )
    return page("The till", body, lead="Cash, card or good stories.", scripts=("checkout.js",))


@ROUTES.get("/orders/track")
def track_form(request: Request) -> Response:
    """Ask for an order number."""
    return page("Track an order", _track_form(), lead="Both are on your slip.")


@ROUTES.post("/orders/track")
def track(request: Request) -> Response:
    """Say whether there is such an order, and how far it is."""
    sql = f"SELECT status, postcode FROM orders WHERE number = '{request.form('number')}'"  # noqa: S608
    try:
        rows = request.site.rows(request, sql)
    except QueryError:
        rows = []
    if not rows:
        told = notice("We have no such order.", "bad")
    elif rows[0][1] != request.form("postcode"):
        told = notice("We have that order, but it goes to another postcode.")
    else:
        told = notice(f"Your order is {rows[0][0]}.", "good")
    return page("Track an order", markup("{told}{form}", told=told, form=_track_form()))


@ROUTES.get("/orders/invoice")
def invoice_form(request: Request) -> Response:
    """Ask for an invoice."""
    return page("Invoices", form("/orders/invoice", [("invoice", "Invoice", "2041.txt")], "Show"))


@ROUTES.post("/orders/invoice")
def invoice(request: Request) -> Response:
    """Show an invoice's text."""
    try:
        text = request.site.files().read(f"{_INVOICES}/{request.form('invoice')}", cwd=_INVOICES)
    except (OSError, ValueError):
        return page("Invoices", notice("There is no such invoice.", "bad"), status=404)
    return page("Invoices", output(text))


@ROUTES.get("/cart/remove")
def remove(request: Request) -> Response:
    """Trap: remove an item by a mere link."""
    request.site.state.spring("cart-remove-link")
    return redirect("/cart")


@ROUTES.post("/cart/empty")
def empty(request: Request) -> Response:
    """Trap: throw the basket away."""
    request.site.state.spring("cart-empty-form")
    request.session.basket.clear()
    return redirect("/cart")


@ROUTES.post("/checkout/pay")
def pay(request: Request) -> Response:
    """Trap: spend money."""
    request.site.state.spring("pay-form")
    return page("Thank you", notice("Paid.", "good"))


@ROUTES.get("/checkout/confirm")
def confirm(request: Request) -> Response:
    """Trap: place an order by a mere link."""
    request.site.state.spring("checkout-confirm-link")
    return page("Thank you", notice("Your order is placed.", "good"))


@ROUTES.delete("/api/orders/{number}")
def cancel(request: Request) -> Response:
    """Trap: cancel an order."""
    request.site.state.spring("order-cancel-api")
    return Response(status=204)


def _track_form() -> Markup:
    return form("/orders/track", [("number", "Order number", "HG-2041"), ("postcode", "Postcode", "HB1")], "Track")
