"""Feeds from suppliers, in XML."""

from __future__ import annotations

from vedette.range.database import QueryError
from vedette.range.layout import card_links, form, notice, output, page, table
from vedette.range.markup import Markup, markup
from vedette.range.planted import Family, Flaw, Kind, LookAlike
from vedette.range.routes import Routes
from vedette.range.sinks import xml
from vedette.range.web import Request, Response, respond

ROUTES = Routes()

_FEED = "<feed><item><sku>HG-101</sku><price>38.50</price></item></feed>"
_ORDER = "<order><sku>HG-201</sku><reference>spring</reference></order>"
_QUOTE = "<quote><sku>HG-201</sku><currency>EUR</currency></quote>"

FLAWS = (
    Flaw(
        id="xxe-order",
        family=Family.XXE,
        title="An order in XML may declare entities, and its reference comes back",
        url="/api/orders/import",
        method="POST",
        kind=Kind.XML,
        parameter="order/reference",
        body=_ORDER,
        media="application/xml",
        cwe=611,
    ),
    Flaw(
        id="xxe-feed",
        family=Family.XXE,
        title="A feed pasted into a form may declare entities",
        url="/suppliers/feed",
        method="POST",
        kind=Kind.FORM,
        parameter="feed",
        body="feed=%3Cfeed%3E%3Citem%3E%3Csku%3EHG-101%3C%2Fsku%3E%3Cprice%3E38.50%3C%2Fprice%3E%3C%2Fitem%3E%3C%2Ffeed%3E",
        cwe=611,
    ),
    Flaw(
        id="xxe-upload",
        family=Family.XXE,
        title="An uploaded feed may declare entities",
        url="/suppliers/upload",
        method="POST",
        kind=Kind.MULTIPART,
        parameter="feed",
        body=f"supplier=Tar+and+Twine&feed={_FEED}",
        media="multipart/form-data",
        cwe=611,
    ),
    Flaw(
        id="sqli-quote",
        family=Family.SQLI,
        title="An element of a request in XML goes into the query",
        url="/api/quote",
        method="POST",
        kind=Kind.XML,
        parameter="quote/sku",
        body=_QUOTE,
        media="application/xml",
        cwe=89,
    ),
)

LOOKALIKES = (
    LookAlike(
        id="like-xxe-check",
        family=Family.XXE,
        title="The checker's parser refuses document types",
        url="/suppliers/check",
        method="POST",
        kind=Kind.FORM,
        parameter="feed",
        body="feed=%3Cfeed%3E%3Citem%3E%3Csku%3EHG-101%3C%2Fsku%3E%3C%2Fitem%3E%3C%2Ffeed%3E",
    ),
    LookAlike(
        id="like-xxe-quote",
        family=Family.XXE,
        title="The quotation's parser refuses document types",
        url="/api/quote",
        method="POST",
        kind=Kind.XML,
        parameter="quote/currency",
        body=_QUOTE,
        media="application/xml",
    ),
    LookAlike(
        id="like-xxe-archive",
        family=Family.XXE,
        title="An uploaded file is kept unread; its first lines are shown as text",
        url="/suppliers/archive",
        method="POST",
        kind=Kind.MULTIPART,
        parameter="feed",
        body=f"feed={_FEED}",
        media="multipart/form-data",
    ),
)


@ROUTES.get("/suppliers")
def suppliers(request: Request) -> Response:
    """For those who bring the goods."""
    cards = card_links(
        (
            ("/suppliers/feed", "Paste a feed", "Prices in XML."),
            ("/suppliers/upload", "Upload a feed", "The same, as a file."),
            ("/suppliers/check", "Check a feed", "Before you send it."),
            ("/suppliers/archive", "Archive", "For our records."),
            ("/backup/", "Old exchange folder", "Do not use any more."),
        )
    )
    buttons = '<p class="row"><button data-order>Send a test order</button><button data-quote>Ask a price</button></p>'
    return page(
        "For suppliers",
        markup("{cards}{buttons}", cards=cards, buttons=Markup(buttons)),
        lead="Rope makers, potters, weavers.",
        scripts=("suppliers.js",),
    )


@ROUTES.get("/suppliers/feed")
def feed_form(request: Request) -> Response:
    """Ask for a feed."""
    return page("Paste a feed", form("/suppliers/feed", [("feed*", "Feed", _FEED)], "Import"))


@ROUTES.post("/suppliers/feed")
def feed(request: Request) -> Response:
    """Import a pasted feed and show what was understood."""
    return page("Paste a feed", _understood(request, request.form("feed"), entities=True))


@ROUTES.get("/suppliers/upload")
def upload_form(request: Request) -> Response:
    """Ask for a file."""
    fields = [("supplier", "Supplier", "Tar and Twine"), ("feed@", "Feed", "")]
    return page("Upload a feed", form("/suppliers/upload", fields, "Import", upload=True))


@ROUTES.post("/suppliers/upload")
def upload(request: Request) -> Response:
    """Import an uploaded feed and show what was understood."""
    return page("Upload a feed", _understood(request, request.form("feed"), entities=True))


@ROUTES.get("/suppliers/check")
def check_form(request: Request) -> Response:
    """Ask for a feed to check."""
    return page("Check a feed", form("/suppliers/check", [("feed*", "Feed", _FEED)], "Check"))


@ROUTES.post("/suppliers/check")
def check(request: Request) -> Response:
    """Check a feed."""
    return page("Check a feed", _understood(request, request.form("feed"), entities=False))


@ROUTES.get("/suppliers/archive")
def archive_form(request: Request) -> Response:
    """Ask for a file to keep."""
    return page("Archive", form("/suppliers/archive", [("feed@", "Feed", "")], "Keep", upload=True))


@ROUTES.post("/suppliers/archive")
def archive(request: Request) -> Response:
    """Show the beginning of a file that is kept unread."""
    return page("Archive", output(request.form("feed")[:400]))


@ROUTES.post("/api/orders/import")
def import_order(request: Request) -> Response:
    """Take an order in XML and repeat its reference."""
    try:
        order = xml.parse(request.text, request.site.files(), entities=True)
    except xml.XmlError as error:
        return _xml(markup("<error>{error}</error>", error=error), 400)
    sku, reference = order.find("sku"), order.find("reference")
    answer = markup(
        "<accepted><sku>{sku}</sku><reference>{reference}</reference></accepted>",
        sku=sku.text if sku else "",
        reference=reference.text if reference else "",
    )
    return _xml(answer)


@ROUTES.post("/api/quote")
def quote(request: Request) -> Response:
    """Quote a price for a request in XML."""
    try:
        asked = xml.parse(request.text, request.site.files(), entities=False)
    except xml.XmlError:
        return _xml(markup("<error>not a quotation request</error>"), 400)
    element = asked.find("sku")
    sql = f"SELECT name, price FROM products WHERE sku = '{element.text if element else ''}'"  # noqa: S608
    try:
        rows = request.site.rows(request, sql)
    except QueryError as error:
        return _xml(markup("<fault>{error}</fault>", error=error), 500)
    lines = [
        markup("<line><name>{name}</name><price>{price}</price></line>", name=row[0], price=row[1]) for row in rows
    ]
    return _xml(markup("<quotation>{lines}</quotation>", lines=lines))


def _understood(request: Request, text: str, *, entities: bool) -> Markup:
    try:
        root = xml.parse(text, request.site.files(), entities=entities)
    except xml.XmlError as error:
        return notice(f"The feed cannot be read: {error}", "bad")
    lines = [(leaf.tag, leaf.text) for leaf in _leaves(root)]
    return markup(
        "{told}{table}", told=notice(f"{len(lines)} values read.", "good"), table=table(("Field", "Value"), lines)
    )


def _leaves(element: xml.Element) -> list[xml.Element]:
    inner = list(element.elements())
    return [leaf for child in inner for leaf in _leaves(child)] if inner else [element]


def _xml(text: Markup, status: int = 200) -> Response:
    return respond(text, "application/xml", status).with_header("X-Content-Type-Options", "nosniff")
