"""What visitors leave behind: guest book, pictures, questions to all, the visitors' log."""

from __future__ import annotations

from vedette.range.layout import card_links, form, notice, page
from vedette.range.markup import Markup, markup
from vedette.range.planted import Family, Flaw, Kind, LookAlike
from vedette.range.routes import Routes
from vedette.range.state import Note
from vedette.range.web import Request, Response, json_answer, text_of

ROUTES = Routes()

FLAWS = (
    Flaw(
        id="stored-guestbook",
        family=Family.XSS_STORED,
        title="A message sent as JSON is shown in the guest book as it was written",
        url="/api/guestbook",
        method="POST",
        kind=Kind.JSON,
        parameter="message",
        body='{"message": "Lovely shop", "name": "Ben"}',
        media="application/json",
        sink="/community/guestbook",
        cwe=79,
    ),
    Flaw(
        id="stored-caption",
        family=Family.XSS_STORED,
        title="A picture's caption is shown in the gallery as it was written",
        url="/community/pictures",
        method="POST",
        kind=Kind.MULTIPART,
        parameter="caption",
        body="caption=My+mug&picture=",
        media="multipart/form-data",
        sink="/community/gallery",
        cwe=79,
    ),
    Flaw(
        id="stored-ask",
        family=Family.XSS_STORED,
        title="A question asked by link is shown on the board as it was written",
        url="/community/ask?question=Is+it+deep",
        kind=Kind.QUERY,
        parameter="question",
        sink="/community/board",
        cwe=79,
    ),
    Flaw(
        id="stored-client",
        family=Family.XSS_STORED,
        title="The client's name, a header of the page's script, is shown in the visitors' log as it was sent",
        url="/api/visit",
        kind=Kind.HEADER,
        parameter="X-Client",
        sample="web 2.4",
        sink="/community/visitors",
        cwe=79,
    ),
)

LOOKALIKES = (
    LookAlike(
        id="like-stored-name",
        family=Family.XSS_STORED,
        title="The name in the guest book is shown escaped",
        url="/api/guestbook",
        method="POST",
        kind=Kind.JSON,
        parameter="name",
        body='{"message": "Lovely shop", "name": "Ben"}',
        media="application/json",
        sink="/community/guestbook",
    ),
    LookAlike(
        id="like-stored-chat",
        family=Family.XSS_STORED,
        title="Chat lines are stored raw and come back as JSON that browsers must not guess at",
        url="/api/chat",
        method="POST",
        kind=Kind.JSON,
        parameter="line",
        body='{"line": "Ahoy"}',
        media="application/json",
        sink="/api/chat",
    ),
)


@ROUTES.get("/community")
def community(request: Request) -> Response:
    """Where people meet."""
    cards = card_links(
        (
            ("/community/guestbook", "Guest book", "Sign before you leave."),
            ("/community/gallery", "Gallery", "Our goods in your homes."),
            ("/community/board", "Board", "Ask, somebody knows."),
            ("/questions", "Questions to the keeper", "Answered on Mondays."),
            ("/community/visitors", "Visitors' log", "Who came by."),
            ("/lookbook/spring", "Look book", "Spring"),
            ("/wishlist?mug=2&lamp=1", "A wish list", "Two mugs and a lamp."),
            ("/share?link=https%3A%2F%2Fharbour.example%2Fmug", "Share", "Tell a friend."),
            ("/contact", "Write to us", "We answer within a tide."),
            ("/welcome", "Welcome page", "For those who return."),
            ("/outlet", "Outlet", "Chipped mugs, half price."),
            ("/forum", "Forum", "An old one."),
        )
    )
    body = markup('{cards}<p class="quiet" data-chat>The chat is open.</p>', cards=cards)
    return page("Community", body, lead="Pull up a crate.", scripts=("community.js",))


@ROUTES.get("/community/guestbook")
def guestbook(request: Request) -> Response:
    """The guest book; its script sends new entries."""
    entries = [
        markup("<li><strong>{name}</strong><br>{text}</li>", name=note.author, text=Markup(note.text))
        for note in request.site.state.notes("guestbook")
    ]
    body = markup(
        '<ul class="notes">{entries}<li><strong>Edda</strong><br>Opened this book. May it fill.</li></ul>'
        '<button data-sign>Sign as Ben</button><div id="hours"></div>',
        entries=entries,
    )
    return page("Guest book", body, scripts=("guestbook.js",))


@ROUTES.post("/api/guestbook")
def sign(request: Request) -> Response:
    """Keep an entry."""
    note = Note(text_of(request.json.get("name"), "somebody"), text_of(request.json.get("message")))
    request.site.state.write("guestbook", note)
    return json_answer({"kept": True}, 201)


@ROUTES.get("/community/gallery")
def gallery(request: Request) -> Response:
    """Pictures by visitors."""
    captions = [markup("<li>{text}</li>", text=Markup(note.text)) for note in request.site.state.notes("gallery")]
    body = markup(
        '<ul class="notes">{captions}<li>The first mug, 1911.</li></ul>{ask}',
        captions=captions,
        ask=form(
            "/community/pictures",
            [("caption", "Caption", "My mug"), ("picture@", "Picture", "")],
            "Hang up",
            upload=True,
        ),
    )
    return page("Gallery", body)


@ROUTES.post("/community/pictures")
def add_picture(request: Request) -> Response:
    """Keep a caption."""
    request.site.state.write("gallery", Note("visitor", request.form("caption")))
    return page("Gallery", notice(markup('It hangs in <a href="/community/gallery">the gallery</a>.'), "good"))


@ROUTES.get("/community/board")
def board(request: Request) -> Response:
    """Questions to everybody."""
    asked = [markup("<li>{text}</li>", text=Markup(note.text)) for note in request.site.state.notes("board")]
    body = markup(
        '<ul class="notes">{asked}<li>When is high water?</li></ul>{ask}',
        asked=asked,
        ask=form("/community/ask", [("question", "Question", "Is it deep")], "Ask", method="get"),
    )
    return page("Board", body)


@ROUTES.get("/community/ask")
def ask(request: Request) -> Response:
    """Pin a question to the board."""
    if request.query("question"):
        request.site.state.write("board", Note("visitor", request.query("question")))
    return page("Board", notice(markup('It hangs on <a href="/community/board">the board</a>.'), "good"))


@ROUTES.get("/api/visit")
def visit(request: Request) -> Response:
    """Note down with what program somebody came."""
    request.site.state.write("visitors", Note("visitor", request.headers.get("x-client", "unknown")))
    return json_answer({"seen": True})


@ROUTES.get("/community/visitors")
def visitors(request: Request) -> Response:
    """The programs of the last visitors."""
    rows = [
        markup("<li>Somebody with {text}</li>", text=Markup(note.text)) for note in request.site.state.notes("visitors")
    ]
    return page(
        "Visitors' log",
        markup('<ul class="notes">{rows}<li>Nobody before.</li></ul>', rows=rows),
        scripts=("visit.js",),
    )


@ROUTES.post("/api/chat")
def say(request: Request) -> Response:
    """Keep a line of chat."""
    request.site.state.write("chat", Note("visitor", text_of(request.json.get("line"))))
    return json_answer({"kept": True}, 201)


@ROUTES.get("/api/chat")
def chat(request: Request) -> Response:
    """The last lines of chat."""
    return json_answer({"lines": [note.text for note in request.site.state.notes("chat")]})
