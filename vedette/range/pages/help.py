"""Help pages, several of which look worse than they are."""

from __future__ import annotations

from vedette.range.catalogue import STORES
from vedette.range.layout import card_links, form, notice, output, page, table
from vedette.range.markup import Markup, markup
from vedette.range.planted import Family, Flaw, Kind, LookAlike
from vedette.range.routes import Routes
from vedette.range.web import Request, Response

ROUTES = Routes()

FLAWS = (
    Flaw(
        id="csp-embed",
        family=Family.CSP,
        title="A content security policy that allows everything",
        url="/help/embed",
        cwe=693,
    ),
)

LOOKALIKES = (
    LookAlike(
        id="like-sqli-documentation",
        family=Family.SQLI,
        title="A page that explains database errors and shows some",
        url="/help/errors?topic=database",
        kind=Kind.QUERY,
        parameter="topic",
    ),
    LookAlike(
        id="like-xpath-documentation",
        family=Family.XPATH,
        title="A page that explains the errors of XPath, LDAP and XML and shows some",
        url="/help/errors?topic=directory",
        kind=Kind.QUERY,
        parameter="topic",
    ),
    LookAlike(
        id="like-xss-help",
        family=Family.XSS,
        title="The words come back escaped, in a heading and in an attribute",
        url="/help/search?words=lamp",
        kind=Kind.QUERY,
        parameter="words",
    ),
    LookAlike(
        id="like-sqli-stores",
        family=Family.SQLI,
        title="Shops are filtered in memory, on a page that takes its time",
        url="/stores?near=quay",
        kind=Kind.QUERY,
        parameter="near",
    ),
    LookAlike(
        id="like-secret-keys",
        family=Family.SECRET,
        title="A page that explains keys with placeholders",
        url="/help/keys",
    ),
    LookAlike(
        id="like-listing-goods",
        family=Family.LISTING,
        title="A page that is called an index and is none",
        url="/help/index-of-goods",
    ),
    LookAlike(
        id="like-exposed-wiki",
        family=Family.EXPOSED,
        title="A wiki that answers 200 for everything, files with a leading dot among it",
        url="/wiki/start",
    ),
)

_ERRORS = """\
sqlite3.OperationalError: near "ORDER": syntax error
You have an error in your SQL syntax; check the manual that corresponds to your MySQL server version
ORA-01756: quoted string not properly terminated
PostgreSQL: ERROR: unterminated quoted string at or near "'"
"""
_DIRECTORY_ERRORS = """\
LDAPException: Bad search filter (-7)
lxml.etree.XPathEvalError: Invalid predicate
XMLSyntaxError: Opening and ending tag mismatch
"""


@ROUTES.get("/help")
def start(request: Request) -> Response:
    """Where to find help."""
    cards = card_links(
        (
            ("/manuals", "Manuals", "How it is meant to be used."),
            ("/help/errors?topic=database", "Database errors", "What they mean."),
            ("/help/errors?topic=directory", "Directory errors", "What they mean."),
            ("/help/article?file=user-accounts", "User accounts", "For our technicians."),
            ("/help/keys", "About keys", "Where to put them."),
            ("/help/search?words=lamp", "Search the help", "It knows little."),
            ("/help/index-of-goods", "Index of goods", "From anchor to wool."),
            ("/help/embed", "Embed our shop", "On your own page."),
            ("/help/survey", "Survey", "Two questions."),
            ("/tools/formula?text=price+*+2", "Formulas", "In print."),
            ("/tools/convert?distance=a+dozen&to=cable", "A dozen cables", "How far is that?"),
            ("/stores?near=quay", "Our shops", "Three doors to the sea."),
            ("/archive/", "Old papers", "Shelf upon shelf."),
            ("/wiki/start", "Wiki", "Under construction."),
            ("/basket/restore", "Lost basket", "We keep them for a day."),
        )
    )
    return page("Help", cards, lead="No question is too small.")


@ROUTES.get("/help/errors")
def errors(request: Request) -> Response:
    """What error messages mean, for two topics."""
    texts = {"database": _ERRORS, "directory": _DIRECTORY_ERRORS}
    topic = request.query("topic")
    body = output(texts[topic]) if topic in texts else notice("We have no article on that.")
    return page("Error messages", body, lead="Do not be afraid of them.")


@ROUTES.get("/help/search")
def search(request: Request) -> Response:
    """Search the help."""
    words = request.query("words")
    ask = form("/help/search", [("words", "Words", words)], "Search", method="get")
    return page("Search the help", markup("<h2>Nothing about {words}</h2>{ask}", words=words, ask=ask))


@ROUTES.get("/help/keys")
def keys(request: Request) -> Response:
    """Where to put keys."""
    body = output("api_key = YOUR_API_KEY_HERE\npassword = ********\ntoken = <insert token>\n")
    return page("About keys", body, lead="Never into a page.")


@ROUTES.get("/help/index-of-goods")
def index_of_goods(request: Request) -> Response:
    """An index in the old sense of the word."""
    return page("Index of goods", table(("Word", "Page"), [("Anchor", 3), ("Lamp", 12), ("Wool", 40)]))


@ROUTES.get("/help/embed")
def embed(request: Request) -> Response:
    """How to embed the shop."""
    response = page("Embed our shop", output('<iframe src="/shop"></iframe>'))
    return response.with_header("Content-Security-Policy", "default-src * 'unsafe-inline' 'unsafe-eval' data:")


@ROUTES.get("/stores")
def stores(request: Request) -> Response:
    """Our own shops. Counting the way there takes a moment, now longer, now shorter."""
    near = request.query("near").lower()
    request.clock(0.02 + request.site.state.noise("stores") % 120 / 1000)
    rows = [row[2:] for row in STORES if near in row[2].lower()] or [row[2:] for row in STORES]
    ask = form("/stores", [("near", "Near", "quay")], "Find", method="get")
    return page("Our shops", markup("{rows}{ask}", rows=table(("Shop", "Street", "Open"), rows), ask=ask))


@ROUTES.get("/wiki/{rest*}")
def wiki(request: Request) -> Response:
    """A page about anything, not written yet."""
    return page("Wiki", Markup('<p>This page is not written yet.</p><p><a href="/wiki/start">Start</a></p>'))
