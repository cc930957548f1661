"""Gifts: finder, tags, wrapping, cards with text that customers write themselves."""

from __future__ import annotations

import html

from vedette.range.layout import card_links, form, notice, output, page
from vedette.range.markup import Markup, markup, script_json
from vedette.range.planted import Family, Flaw, Kind, LookAlike
from vedette.range.routes import Routes
from vedette.range.sinks import template
from vedette.range.web import Request, Response, json_answer, member, plain, text_of

ROUTES = Routes()

_CARD = {"shop": "Harbour Goods", "town": "Eastport", "amount": 25}

FLAWS = (
    Flaw(
        id="xss-finder",
        family=Family.XSS,
        title="Whom the gift is for comes back unescaped in the text",
        url="/gifts/finder?for=granny",
        kind=Kind.QUERY,
        parameter="for",
        cwe=79,
    ),
    Flaw(
        id="xss-tag",
        family=Family.XSS,
        title="The name on the tag comes back in an attribute with its quotes",
        url="/gifts/tag?name=Ada",
        kind=Kind.QUERY,
        parameter="name",
        cwe=79,
        note="Angle brackets are escaped, quotes are not.",
    ),
    Flaw(
        id="xss-wrap",
        family=Family.XSS,
        title="The wrapping paper comes back inside a script's string",
        url="/gifts/wrap?paper=waves",
        kind=Kind.QUERY,
        parameter="paper",
        cwe=79,
        note="Angle brackets are escaped, quotes and backslashes are not.",
    ),
    Flaw(
        id="template-card",
        family=Family.TEMPLATE,
        title="The card's message is rendered as a template",
        url="/gifts/card",
        method="POST",
        kind=Kind.FORM,
        parameter="message",
        body="message=Fair+winds&from=Ada",
        cwe=1336,
    ),
    Flaw(
        id="template-greeting",
        family=Family.TEMPLATE,
        title="The voucher's greeting is evaluated as an expression language",
        url="/gifts/voucher?greeting=Ahoy",
        kind=Kind.QUERY,
        parameter="greeting",
        cwe=917,
    ),
    Flaw(
        id="template-hello",
        family=Family.TEMPLATE,
        title="The name in the path becomes part of a template",
        url="/gifts/hello/Ada",
        kind=Kind.PATH,
        parameter="2",
        cwe=1336,
    ),
    Flaw(
        id="template-mail",
        family=Family.TEMPLATE,
        title="The subject of a mail preview is rendered as a template",
        url="/api/mail-preview",
        method="POST",
        kind=Kind.JSON,
        parameter="mail/subject",
        body='{"mail": {"subject": "Your parcel", "text": "It is on its way"}, "to": "ada"}',
        media="application/json",
        cwe=1336,
    ),
)

LOOKALIKES = (
    LookAlike(
        id="like-template-from",
        family=Family.TEMPLATE,
        title="The sender of the card is a value of the template, not part of it",
        url="/gifts/card",
        method="POST",
        kind=Kind.FORM,
        parameter="from",
        body="message=Fair+winds&from=Ada",
    ),
    LookAlike(
        id="like-template-merge",
        family=Family.TEMPLATE,
        title="Only the two known placeholders are replaced, by text",
        url="/gifts/merge?text=Dear+%5Bname%5D",
        kind=Kind.QUERY,
        parameter="text",
    ),
    LookAlike(
        id="like-template-browser",
        family=Family.TEMPLATE,
        title="Double braces come back for a template that runs in the browser",
        url="/gifts/live?text=Hello",
        kind=Kind.QUERY,
        parameter="text",
    ),
    LookAlike(
        id="like-xss-script-json",
        family=Family.XSS,
        title="The text comes back inside a script as JSON that cannot end it",
        url="/gifts/live?text=Hello",
        kind=Kind.QUERY,
        parameter="text",
    ),
    LookAlike(
        id="like-xss-label",
        family=Family.XSS,
        title="The label comes back raw as plain text that browsers must not guess at",
        url="/gifts/label.txt?text=Ada",
        kind=Kind.QUERY,
        parameter="text",
    ),
)


@ROUTES.get("/gifts")
def gifts(request: Request) -> Response:
    """All about giving."""
    cards = card_links(
        (
            ("/gifts/finder?for=granny", "Gift finder", "For whom is it?"),
            ("/gifts/tag?name=Ada", "Gift tag", "A name on a tag."),
            ("/gifts/wrap?paper=waves", "Wrapping", "Waves, stripes or plain."),
            ("/gifts/card", "Greeting card", "Say it in your own words."),
            ("/gifts/voucher?greeting=Ahoy", "Voucher", "They know best what they like."),
            ("/gifts/hello/Ada", "Hello page", "A page with a name."),
            ("/gifts/merge?text=Dear+%5Bname%5D", "Many at once", "One text, many names."),
            ("/gifts/live?text=Hello", "Live preview", "Type and see."),
            ("/gifts/label.txt?text=Ada", "Parcel label", "Plain and simple."),
        )
    )
    body = markup('{cards}<p class="quiet">Subject of the gift mail: <span data-mail></span></p>', cards=cards)
    return page("Gifts", body, lead="For people who have everything but a good rope.", scripts=("gifts.js",))


@ROUTES.get("/gifts/finder")
def finder(request: Request) -> Response:
    """Gift ideas for a person."""
    person = Markup(request.query("for"))
    ideas = "<ul><li>Enamel mug</li><li>Wool blanket</li><li>Sea salt soap</li></ul>"
    ask = form("/gifts/finder", [("for", "For whom", "granny")], "Find", method="get")
    return page(
        "Gift finder", markup("<h2>Gifts for {person}</h2>{ideas}{ask}", person=person, ideas=Markup(ideas), ask=ask)
    )


@ROUTES.get("/gifts/tag")
def tag(request: Request) -> Response:
    """A tag with a name to change."""
    name = Markup(html.escape(request.query("name"), quote=False))
    body = markup(
        '<form class="panel" action="/gifts/tag" method="get"><label>Name on the tag'
        '<input name="name" value="{name}"></label><button>Print</button></form>',
        name=name,
    )
    return page("Gift tag", body)


@ROUTES.get("/gifts/wrap")
def wrap(request: Request) -> Response:
    """Choose the paper; a script paints it."""
    paper = Markup(html.escape(request.query("paper"), quote=False))
    body = markup(
        '<p id="paper" class="note">Your paper</p><script>\nvar paper = "{paper}";\n'
        'document.getElementById("paper").dataset.paper = paper;\n</script>'
        '<p class="row"><a href="/gifts/wrap?paper=waves">Waves</a> '
        '<a href="/gifts/wrap?paper=stripes">Stripes</a></p>',
        paper=paper,
    )
    return page("Wrapping", body)


@ROUTES.get("/gifts/card")
def card_form(request: Request) -> Response:
    """Write a card."""
    return page("Greeting card", _card_form(), lead="You may use {{ shop }}, {{ town }} and {{ amount }}.")


@ROUTES.post("/gifts/card")
def card(request: Request) -> Response:
    """Show the card as it will be printed."""
    values = {**_CARD, "sender": request.form("from")}
    try:
        text = template.render(request.form("message") + "\n\nfrom {{ sender }}", values)
    except template.TemplateError as error:
        return page("Greeting card", notice(f"The card could not be rendered: {error}", "bad"), status=500)
    return page("Greeting card", markup("{text}{form}", text=output(text), form=_card_form()))


@ROUTES.get("/gifts/voucher")
def voucher(request: Request) -> Response:
    """A voucher with a greeting."""
    try:
        text = template.render_dollar(request.query("greeting"), dict(_CARD))
    except template.TemplateError as error:
        return page("Voucher", notice(f"Expression error: {error}", "bad"), status=500)
    ask = form("/gifts/voucher", [("greeting", "Greeting", "Ahoy")], "Show", method="get")
    return page("Voucher", markup("<h2>{text}</h2><p>Worth € 25.00</p>{ask}", text=text, ask=ask))


@ROUTES.get("/gifts/hello/{name}")
def hello(request: Request) -> Response:
    """A page with a name on it."""
    try:
        text = template.render_erb(f"Hello {request.places['name']}, welcome to <%= shop %>.", dict(_CARD))
    except template.TemplateError:
        return page("Hello", notice("That name does not fit on the page.", "bad"), status=500)
    return page("Hello", notice(text))


@ROUTES.post("/api/mail-preview")
def mail_preview(request: Request) -> Response:
    """Show what a mail to a customer would look like."""
    subject = text_of(member(request.json, "mail", "subject"))
    try:
        shown = template.render(subject, {**_CARD, "to": text_of(request.json.get("to"))})
    except template.TemplateError as error:
        return json_answer({"error": f"template: {error}"}, 500)
    return json_answer({"subject": shown, "text": text_of(member(request.json, "mail", "text"))})


@ROUTES.get("/gifts/merge")
def merge(request: Request) -> Response:
    """One text for many people: two placeholders and nothing else."""
    text = request.query("text")
    letters = [text.replace("[name]", name).replace("[town]", "Eastport") for name in ("Ada", "Ben", "Cora")]
    ask = form("/gifts/merge", [("text", "Text with [name] and [town]", "Dear [name]")], "Fill in", method="get")
    return page("Many at once", markup("{letters}{ask}", letters=[notice(letter) for letter in letters], ask=ask))


@ROUTES.get("/gifts/live")
def live(request: Request) -> Response:
    """A preview that the browser fills in."""
    text = request.query("text")
    body = markup(
        '<div id="live" class="note">{{{{ greeting }}}} {text}</div><script>\nconst card = {data};\n'
        'document.getElementById("live").textContent = card.text;\n</script>',
        text=text,
        data=script_json({"text": text}),
    )
    return page("Live preview", body)


@ROUTES.get("/gifts/label.txt")
def label(request: Request) -> Response:
    """A parcel label as plain text."""
    return plain(f"TO: {request.query('text')}\nFROM: Harbour Goods, Old Quay 3\n")


def _card_form() -> Markup:
    return form("/gifts/card", [("message*", "Message", "Fair winds"), ("from", "From", "Ada")], "Preview")
