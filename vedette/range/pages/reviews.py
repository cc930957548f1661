"""What customers write about goods: reviews and questions."""

from __future__ import annotations

from vedette.range.catalogue import PRODUCTS
from vedette.range.fields import leading_number
from vedette.range.layout import form, message_page, notice, page
from vedette.range.markup import Markup, each, markup
from vedette.range.planted import Family, Flaw, Kind, LookAlike, Trap
from vedette.range.routes import Routes
from vedette.range.state import Note
from vedette.range.web import Request, Response, redirect

ROUTES = Routes()

FLAWS = (
    Flaw(
        id="stored-review",
        family=Family.XSS_STORED,
        title="A review's text is shown on the product's page as it was written",
        url="/product/7/reviews",
        method="POST",
        kind=Kind.FORM,
        parameter="text",
        body="author=Cora&text=Sturdy",
        sink="/product/7",
        cwe=79,
    ),
)

LOOKALIKES = (
    LookAlike(
        id="like-stored-author",
        family=Family.XSS_STORED,
        title="A review's author is stored and shown escaped",
        url="/product/7/reviews",
        method="POST",
        kind=Kind.FORM,
        parameter="author",
        body="author=Cora&text=Sturdy",
        sink="/product/7",
    ),
    LookAlike(
        id="like-stored-question",
        family=Family.XSS_STORED,
        title="Questions are stored and shown escaped, in text and in an attribute",
        url="/questions",
        method="POST",
        kind=Kind.FORM,
        parameter="question",
        body="question=Does+it+float",
        sink="/questions",
    ),
)

TRAPS = (
    Trap(id="review-delete-link", title="Delete a review, by link", url="/reviews/1/delete", page="/product/7"),
    Trap(
        id="review-delete-form",
        title="Delete a review, by form",
        url="/reviews/delete",
        method="POST",
        body="review=1",
        page="/questions",
    ),
)

_KNOWN = frozenset(row[0] for row in PRODUCTS)


def reviews_section(request: Request, product: int) -> Markup:
    """The reviews of a product, the fixed first one included, and the form to write one."""
    written = [
        markup("<li><strong>{author}</strong><br>{text}</li>", author=note.author, text=Markup(note.text))
        for note in request.site.state.notes(f"reviews:{product}")
    ]
    return markup(
        '<h2>Reviews</h2><ul class="notes">{written}<li><strong>Cora</strong> <span class="quiet">'
        '<a href="/reviews/1/delete">Delete this review</a></span><br>Does what it should, and does it in the rain.'
        "</li></ul>{form}",
        written=written,
        form=form(
            f"/product/{product}/reviews",
            [("author", "Your name", "Cora"), ("text*", "Your review", "Sturdy")],
            "Send review",
        ),
    )


@ROUTES.post("/product/{id}/reviews")
def add_review(request: Request) -> Response:
    """Keep a review and go back to the product."""
    product = leading_number(request.places["id"])
    if product not in _KNOWN:
        return message_page(request, "No such product", "It may have sailed already.", status=404)
    note = Note(request.form("author", "anonymous"), request.form("text"))
    request.site.state.write(f"reviews:{product}", note)
    return redirect(f"/product/{product}")


@ROUTES.get("/questions")
def questions(request: Request) -> Response:
    """Questions to the keeper."""
    rows = ({"text": note.text, "title": note.text[:40]} for note in request.site.state.notes("questions"))
    body = markup(
        '<ul class="notes">{rows}<li title="opening">Do you open on Sundays?<br><em>The lighthouse shop does.</em>'
        "</li></ul>{ask}<h2>For our staff</h2>{delete}",
        rows=each('<li title="{title}">{text}</li>', rows),
        ask=form("/questions", [("question", "Your question", "Does it float")], "Ask"),
        delete=form("/reviews/delete", (), "Delete review", hidden=[("review", "1")]),
    )
    return page("Questions", body, lead="The keeper answers on Mondays.")


@ROUTES.post("/questions")
def ask_question(request: Request) -> Response:
    """Keep a question."""
    request.site.state.write("questions", Note("visitor", request.form("question")))
    return page("Questions", notice(markup('Thank you. It is on <a href="/questions">the list</a>.'), "good"))


@ROUTES.get("/reviews/{number}/delete")
def delete_by_link(request: Request) -> Response:
    """Trap: delete a review by a mere link."""
    request.site.state.spring("review-delete-link")
    return page("Review deleted", notice("The review is gone."))


@ROUTES.post("/reviews/delete")
def delete_by_form(request: Request) -> Response:
    """Trap: delete a review."""
    request.site.state.spring("review-delete-form")
    return page("Review deleted", notice("The review is gone."))
