"""Ways out and settings: redirects, language, currency, region."""

from __future__ import annotations

from urllib.parse import urlsplit

from vedette.range.layout import card_links, form, notice, page
from vedette.range.markup import markup
from vedette.range.pages.goods import first_visit, kept_cookie
from vedette.range.planted import Family, Flaw, Kind, LookAlike
from vedette.range.routes import Routes
from vedette.range.web import Request, Response, html_page, redirect

ROUTES = Routes()

FLAWS = (
    Flaw(
        id="redirect-go",
        family=Family.REDIRECT,
        title="Redirects to whatever the parameter says",
        url="/go?url=%2Fshop",
        kind=Kind.QUERY,
        parameter="url",
        cwe=601,
    ),
    Flaw(
        id="redirect-language",
        family=Family.REDIRECT,
        title="The page to return to is taken from the form",
        url="/language",
        method="POST",
        kind=Kind.FORM,
        parameter="next",
        body="language=en&next=%2Fcurrency",
        cwe=601,
    ),
    Flaw(
        id="redirect-leave",
        family=Family.REDIRECT,
        title="Redirects to the address in the path",
        url="/leave/%2Fstockists",
        kind=Kind.PATH,
        parameter="1",
        cwe=601,
    ),
    Flaw(
        id="redirect-resume",
        family=Family.REDIRECT,
        title="Redirects to the address in a cookie",
        url="/resume",
        kind=Kind.COOKIE,
        parameter="last_page",
        sample="/shop",
        cwe=601,
    ),
    Flaw(
        id="redirect-ferry",
        family=Family.REDIRECT,
        title="A page that refreshes itself to the parameter's address",
        url="/ferry?to=%2Fstores",
        kind=Kind.QUERY,
        parameter="to",
        cwe=601,
    ),
    Flaw(
        id="crlf-currency",
        family=Family.CRLF,
        title="The currency is written into a cookie line as it is",
        url="/currency/set?code=EUR",
        kind=Kind.QUERY,
        parameter="code",
        cwe=113,
    ),
    Flaw(
        id="crlf-tongue",
        family=Family.CRLF,
        title="The language in the path is written into a header as it is",
        url="/tongue/en",
        kind=Kind.PATH,
        parameter="1",
        cwe=113,
    ),
    Flaw(
        id="crlf-sorting",
        family=Family.CRLF,
        title="The sorting of a form is written into a header as it is",
        url="/sorting",
        method="POST",
        kind=Kind.FORM,
        parameter="order",
        body="order=price",
        cwe=113,
    ),
    Flaw(
        id="crlf-region",
        family=Family.CRLF,
        title="The region in a cookie is decoded and written into a header",
        url="/region",
        kind=Kind.COOKIE,
        parameter="region",
        sample="north",
        cwe=113,
    ),
)

LOOKALIKES = (
    LookAlike(
        id="like-redirect-partner",
        family=Family.REDIRECT,
        title="Redirects to two known hosts and nowhere else",
        url="/partner?url=https%3A%2F%2Fferry.example%2F",
        kind=Kind.QUERY,
        parameter="url",
    ),
    LookAlike(
        id="like-redirect-back",
        family=Family.REDIRECT,
        title="Redirects to paths of the shop only",
        url="/back?to=%2Fshop",
        kind=Kind.QUERY,
        parameter="to",
    ),
    LookAlike(
        id="like-redirect-outside",
        family=Family.REDIRECT,
        title="Shows the outside address and lets the visitor decide",
        url="/outside?url=https%3A%2F%2Fferry.example%2F",
        kind=Kind.QUERY,
        parameter="url",
    ),
    LookAlike(
        id="like-crlf-unit",
        family=Family.CRLF,
        title="Line breaks are dropped before the header is written",
        url="/unit/set?code=metre",
        kind=Kind.QUERY,
        parameter="code",
    ),
    LookAlike(
        id="like-crlf-headers",
        family=Family.CRLF,
        title="The text comes back in a page that shows header lines",
        url="/unit/preview?code=metre",
        kind=Kind.QUERY,
        parameter="code",
    ),
    LookAlike(
        id="like-crlf-language",
        family=Family.CRLF,
        title="The language is one of three, else English",
        url="/language",
        method="POST",
        kind=Kind.FORM,
        parameter="language",
        body="language=en&next=%2Fcurrency",
    ),
)

_PARTNERS = frozenset(("ferry.example", "lighthouse.example"))


@ROUTES.get("/currency")
def settings(request: Request) -> Response:
    """Currency, language, and the ways out."""
    cards = card_links(
        (
            ("/currency/set?code=EUR", "Euro", "The usual."),
            ("/tongue/en", "English", "With an accent."),
            ("/region", "Region", "Which coast is yours?"),
            ("/unit/set?code=metre", "Metres", "Or fathoms."),
            ("/unit/preview?code=metre", "What that sets", "For the curious."),
            ("/go?url=%2Fshop", "Back to the shop", "Straight ahead."),
            ("/leave/%2Fstockists", "To our stockists", "Around the corner."),
            ("/ferry?to=%2Fstores", "To the ferry", "It leaves in a moment."),
            ("/partner?url=https%3A%2F%2Fferry.example%2F", "Ferry company", "A friend of ours."),
            ("/back?to=%2Fshop", "Back", "Where you came from."),
            ("/outside?url=https%3A%2F%2Fferry.example%2F", "Outside", "Mind the weather."),
            ("/resume", "Resume", "Where you were."),
            ("/offers", "Offers", "What the season brings."),
        )
    )
    forms = markup(
        "{language}{sorting}",
        language=form("/language", [("language", "Language", "en")], "Speak", hidden=[("next", "/currency")]),
        sorting=form("/sorting", [("order", "Sort goods by", "price")], "Sort"),
    )
    return page("Currency and language", markup("{cards}{forms}", cards=cards, forms=forms), lead="As you like it.")


@ROUTES.get("/go")
def go(request: Request) -> Response:
    """Go to an address."""
    return redirect(request.query("url", "/"), 302)


@ROUTES.post("/language")
def language(request: Request) -> Response:
    """Keep the language and return to the page the form came from."""
    tongue = request.form("language")
    response = redirect(request.form("next", "/"), 302)
    return response.with_header("Content-Language", tongue if tongue in ("en", "de", "da") else "en")


@ROUTES.get("/leave/{address}")
def leave(request: Request) -> Response:
    """Go to the address in the path."""
    return redirect(request.places["address"], 302)


@ROUTES.get("/resume")
def resume(request: Request) -> Response:
    """Go where the visitor was last."""
    return first_visit(
        request, redirect(kept_cookie(request, "last_page", "/shop"), 302), "last_page", "/shop", "/resume"
    )


@ROUTES.get("/ferry")
def ferry(request: Request) -> Response:
    """Wait a moment, then go."""
    text = markup(
        '<!doctype html><html lang="en"><head><title>Ferry</title><meta http-equiv="refresh" content="0; url={to}">'
        "</head><body><p>The ferry leaves.</p></body></html>",
        to=request.query("to", "/"),
    )
    return html_page(text)


@ROUTES.get("/partner")
def partner(request: Request) -> Response:
    """Go to a partner, if it is one."""
    try:
        parts = urlsplit(request.query("url"))
    except ValueError:
        return page("Partner", notice("That is no address.", "bad"), status=400)
    if parts.scheme != "https" or parts.netloc not in _PARTNERS:
        return page("Partner", notice("We do not know that partner.", "bad"), status=400)
    # Only the host is taken over, so that no reading of the rest can lead elsewhere.
    return redirect(f"https://{parts.netloc}/", 302)


@ROUTES.get("/back")
def back(request: Request) -> Response:
    """Go back within the shop."""
    path = request.query("to")
    local = path.startswith("/") and not path.startswith("//") and path.isprintable() and "\\" not in path
    return redirect(path if local else "/", 302)


@ROUTES.get("/outside")
def outside(request: Request) -> Response:
    """Show where a link leads; following it is up to the visitor."""
    return page(
        "Outside", markup("<p>This leads to <code>{url}</code>, outside of our shop.</p>", url=request.query("url"))
    )


@ROUTES.get("/currency/set")
def set_currency(request: Request) -> Response:
    """Keep the currency in a cookie."""
    response = page("Currency", notice("Kept.", "good"))
    return response.with_line(f"Set-Cookie: currency={request.query('code')}; Path=/currency; HttpOnly; SameSite=Lax")


@ROUTES.get("/tongue/{language}")
def tongue(request: Request) -> Response:
    """Say what language the visitor speaks."""
    return page("Language", notice("Understood.", "good")).with_line(f"Content-Language: {request.places['language']}")


@ROUTES.post("/sorting")
def sorting(request: Request) -> Response:
    """Remember the order of goods."""
    return page("Sorting", notice("Sorted.", "good")).with_line(f"X-Sorting: {request.form('order')}")


@ROUTES.get("/region")
def region(request: Request) -> Response:
    """Pass the visitor's coast on to the cache in front."""
    coast = kept_cookie(request, "region", "north")
    response = first_visit(request, page("Region", notice("Your coast is noted.")), "region", "north", "/region")
    return response.with_line(f"X-Region: {coast}")


@ROUTES.get("/unit/set")
def set_unit(request: Request) -> Response:
    """Keep the unit in a header of its own."""
    return page("Unit", notice("Kept.", "good")).with_header("X-Unit", request.query("code"))


@ROUTES.get("/unit/preview")
def preview_unit(request: Request) -> Response:
    """Show the line that would be sent."""
    body = markup("<pre>HTTP/1.1 200 OK\nX-Unit: {code}\n</pre>", code=request.query("code"))
    return page("What that sets", body)
