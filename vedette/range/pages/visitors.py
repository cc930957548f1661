"""Pages that talk back to the visitor: look book, contact, welcome, wish list, sharing, outlet, returns."""

from __future__ import annotations

from vedette.range.layout import form, notice, page
from vedette.range.markup import Markup, each, markup
from vedette.range.pages.goods import first_visit, kept_cookie
from vedette.range.planted import Family, Flaw, Kind, LookAlike
from vedette.range.routes import Routes
from vedette.range.web import Request, Response, html_page, text_of

ROUTES = Routes()

_SEASONS = {"spring": "Ropes drying on the quay.", "autumn": "Lamps in every window."}

FLAWS = (
    Flaw(
        id="xss-lookbook",
        family=Family.XSS,
        title="The season in the path comes back unescaped",
        url="/lookbook/spring",
        kind=Kind.PATH,
        parameter="1",
        cwe=79,
    ),
    Flaw(
        id="xss-contact",
        family=Family.XSS,
        title="The subject of a message comes back unescaped",
        url="/contact",
        method="POST",
        kind=Kind.FORM,
        parameter="subject",
        body="subject=Hello&name=Ada&text=Nice+shop",
        cwe=79,
    ),
    Flaw(
        id="xss-nickname",
        family=Family.XSS,
        title="The nickname in a cookie comes back unescaped",
        url="/welcome",
        kind=Kind.COOKIE,
        parameter="nickname",
        sample="sailor",
        cwe=79,
    ),
    Flaw(
        id="xss-wishlist",
        family=Family.XSS,
        title="The names of the wish list's parameters come back unescaped",
        url="/wishlist?mug=2&lamp=1",
        kind=Kind.NAME,
        parameter="mug",
        cwe=79,
    ),
    Flaw(
        id="xss-share",
        family=Family.XSS,
        title="The address to share becomes a link of any scheme",
        url="/share?link=https%3A%2F%2Fharbour.example%2Fmug",
        kind=Kind.QUERY,
        parameter="link",
        cwe=79,
        note="The value is escaped, but nothing asks whether it is a web address.",
    ),
    Flaw(
        id="xss-outlet",
        family=Family.XSS,
        title="The referring page is shown unescaped",
        url="/outlet",
        kind=Kind.HEADER,
        parameter="Referer",
        sample="https://search.example/",
        cwe=79,
    ),
    Flaw(
        id="xss-returns",
        family=Family.XSS,
        title="The note of a return comes back unescaped",
        url="/returns",
        method="POST",
        kind=Kind.MULTIPART,
        parameter="note",
        body="note=It+leaks&photo=",
        media="multipart/form-data",
        cwe=79,
    ),
    Flaw(
        id="xss-preview",
        family=Family.XSS,
        title="A JSON text comes back as an HTML fragment",
        url="/api/preview",
        method="POST",
        kind=Kind.JSON,
        parameter="text",
        body='{"text": "Lovely", "style": "plain"}',
        media="application/json",
        cwe=79,
    ),
    Flaw(
        id="xss-hours",
        family=Family.XSS,
        title="A header that the page's script sends comes back in an HTML fragment",
        url="/fragments/hours",
        kind=Kind.HEADER,
        parameter="X-Visitor-Town",
        sample="Eastport",
        cwe=79,
    ),
)

LOOKALIKES = (
    LookAlike(
        id="like-xss-contact-name",
        family=Family.XSS,
        title="The name on the contact form comes back escaped, in text and in an attribute",
        url="/contact",
        method="POST",
        kind=Kind.FORM,
        parameter="name",
        body="subject=Hello&name=Ada&text=Nice+shop",
    ),
    LookAlike(
        id="like-xss-shade",
        family=Family.XSS,
        title="A cookie comes back escaped",
        url="/welcome",
        kind=Kind.COOKIE,
        parameter="shade",
        sample="navy",
    ),
    LookAlike(
        id="like-xss-receipt",
        family=Family.XSS,
        title="An HTML receipt with the raw name is a download, not a page",
        url="/returns/receipt?name=Ada",
        kind=Kind.QUERY,
        parameter="name",
    ),
)


@ROUTES.get("/lookbook/{season}")
def lookbook(request: Request) -> Response:
    """Pictures of a season."""
    season = request.places["season"]
    if season in _SEASONS:
        body = markup(
            '<h1>{season}</h1><p>{text}</p><p><a href="/lookbook/autumn">Autumn</a></p>',
            season=season.title(),
            text=_SEASONS[season],
        )
        return page("Look book", body)
    return page(
        "Look book", markup("<p>There is no look book for {season} yet.</p>", season=Markup(season)), status=404
    )


@ROUTES.get("/contact")
def contact_form(request: Request) -> Response:
    """Write to us."""
    return page("Write to us", _contact_form("Ada"))


@ROUTES.post("/contact")
def contact(request: Request) -> Response:
    """Confirm a message."""
    name = request.form("name")
    told = markup(
        '<p class="good">Thank you, {name}. We answer “{subject}” within a tide.</p>',
        name=name,
        subject=Markup(request.form("subject")),
    )
    return page("Write to us", markup("{told}{form}", told=told, form=_contact_form(name)))


@ROUTES.get("/welcome")
def welcome(request: Request) -> Response:
    """Greet a returning visitor."""
    nickname, shade = kept_cookie(request, "nickname", "sailor"), kept_cookie(request, "shade", "navy")
    body = markup(
        '<p class="note">Welcome aboard, {nickname}!</p><p title="{shade}">Your colour is {shade}.</p>',
        nickname=Markup(nickname),
        shade=shade,
    )
    response = first_visit(request, page("Welcome", body), "nickname", "sailor", "/welcome")
    return first_visit(request, response, "shade", "navy", "/welcome")


@ROUTES.get("/wishlist")
def wishlist(request: Request) -> Response:
    """A list of wishes, each parameter one."""
    rows = ({"what": Markup(name), "many": value} for name, value in list(request.query)[:20])
    return page("Wish list", markup('<ul class="notes">{rows}</ul>', rows=each("<li>{many} × {what}</li>", rows)))


@ROUTES.get("/share")
def share(request: Request) -> Response:
    """A link for friends."""
    link = request.query("link")
    return page("Share", markup('<p>Tell a friend: <a href="{link}">this one</a></p>', link=link))


@ROUTES.get("/outlet")
def outlet(request: Request) -> Response:
    """The outlet greets people by where they come from."""
    origin = Markup(request.headers.get("referer", "the open sea"))
    body = markup(
        '<p class="note">You come from {origin}. Mind the step.</p><p>Chipped mugs, half price.</p>', origin=origin
    )
    return page("Outlet", body).with_header("Vary", "Referer")


@ROUTES.get("/returns")
def returns_form(request: Request) -> Response:
    """Send something back."""
    fields = [("note*", "What is wrong", "It leaks"), ("photo@", "A picture", "")]
    body = markup(
        '{form}<p><a href="/returns/receipt?name=Ada">Download a receipt</a></p>',
        form=form("/returns", fields, "Send", upload=True),
    )
    return page("Returns", body, lead="If it leaks, send it back.")


@ROUTES.post("/returns")
def returns(request: Request) -> Response:
    """Confirm a return."""
    return page("Returns", markup('<p class="good">We read: {note}</p>', note=Markup(request.form("note"))))


@ROUTES.get("/returns/receipt")
def receipt(request: Request) -> Response:
    """A receipt to keep."""
    response = html_page(f"<h1>Receipt</h1><p>Returned by {request.query('name')}</p>")
    response.with_header("X-Content-Type-Options", "nosniff")
    return response.with_header("Content-Disposition", 'attachment; filename="receipt.html"')


@ROUTES.post("/api/preview")
def preview(request: Request) -> Response:
    """A fragment that the guest book's script puts into the page."""
    return html_page(f"<blockquote>{text_of(request.json.get('text'))}</blockquote>")


@ROUTES.get("/fragments/hours")
def hours(request: Request) -> Response:
    """Opening hours, for the town that the script names."""
    town = request.headers.get("x-visitor-town", "your town")
    return html_page(f"<p>Open until six. The ferry to {town} leaves at seven.</p>")


def _contact_form(name: str) -> Markup:
    fields = [("subject", "Subject", "Hello"), ("name", "Your name", name), ("text*", "Message", "Nice shop")]
    return form("/contact", fields, "Send")


def thanks(text: str) -> Response:
    """A page that says thank you and nothing else: the same bytes for everybody."""
    return page("Thank you", notice(text, "good"))
