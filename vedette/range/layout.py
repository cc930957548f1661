"""The frame around every page, and the pieces that pages share."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from vedette.range.markup import Markup, each, escape, markup
from vedette.range.web import Request, Response, html_page

_FRAME = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{title} · Harbour Goods</title>
<link rel="stylesheet" href="/assets/harbour.css">
<link rel="icon" href="/assets/anchor.svg" type="image/svg+xml">
{head}</head>
<body>
<header class="top"><div class="wrap">
<a class="brand" href="/"><svg aria-hidden="true"><use href="/assets/icons.svg#anchor"/></svg> Harbour Goods</a>
<nav aria-label="Main">{nav}</nav>
<form class="find" action="/search" method="get" role="search">
<input type="search" name="q" placeholder="Search the shop" aria-label="Search the shop"><button>Search</button>
</form>
</div></header>
<main class="wrap">
{body}
</main>
<footer><div class="wrap">
<p><strong>Harbour Goods</strong><br>Old Quay 3, by the yellow crane.<br>Open Monday to Saturday, 9 to 18.</p>
<nav aria-label="Footer">{footer}</nav>
<p class="quiet">This is a practice shop. Nothing is for sale, nothing leaves your machine.</p>
</div></footer>
{scripts}</body>
</html>
"""

_NAV = (
    ("/shop", "Shop"),
    ("/gifts", "Gifts"),
    ("/services", "Services"),
    ("/community", "Community"),
    ("/help", "Help"),
    ("/account", "Account"),
    ("/cart", "Basket"),
)
_FOOTER = (
    ("/stockists", "Stockists"),
    ("/staff", "Staff directory"),
    ("/suppliers", "For suppliers"),
    ("/developers", "For developers"),
    ("/events/calendar", "Events"),
    ("/admin", "Staff entrance"),
)


def page(
    title: str,
    body: Markup,
    *,
    lead: str = "",
    scripts: Sequence[str] = (),
    head: str = "",
    status: int = 200,
) -> Response:
    """Answer with a page of the shop. `lead` is the line below the heading; an empty title's page has its own
    heading. `scripts` are names of files in `/assets`, `head` is markup for the document's head."""
    opening = Markup("") if "<h1" in body else markup("<h1>{title}</h1>", title=title)
    if lead:
        opening = markup('<div class="lead">{h}<p>{lead}</p></div>', h=opening, lead=lead)
    text = _FRAME.format(
        title=escape(title),
        head=head,
        nav=_links(_NAV),
        footer=_links(_FOOTER),
        body=opening + body,
        scripts=each('<script src="/assets/{name}" defer></script>\n', ({"name": name} for name in scripts)),
    )
    return html_page(text, status)


def message_page(request: Request, title: str, text: str, *, status: int = 200) -> Response:
    """Answer with a short notice; the request's path is shown on it, escaped."""
    body = markup(
        '<p class="note">{text}</p><p class="quiet">You asked for <code>{path}</code>.</p>',
        text=text,
        path=request.path,
    )
    return page(title, body, status=status)


def notice(text: object, kind: str = "note") -> Markup:
    """A highlighted line; `kind` is note, good or bad."""
    return markup('<p class="{kind}" role="status">{text}</p>', kind=kind, text=text)


def output(text: object) -> Markup:
    """What a program printed."""
    return markup('<pre class="output">{text}</pre>', text=text)


def card_links(links: Iterable[tuple[str, str, str]]) -> Markup:
    """Cards for (address, title, text)."""
    rows = each(
        '<a class="card" href="{href}"><h3>{title}</h3><p>{text}</p></a>\n',
        ({"href": href, "title": title, "text": text} for href, title, text in links),
    )
    return markup('<div class="cards">{rows}</div>', rows=rows)


def form(
    action: str,
    fields: Iterable[tuple[str, str, str]],
    button: str,
    *,
    method: str = "post",
    upload: bool = False,
    hidden: Iterable[tuple[str, str]] = (),
) -> Markup:
    """A form. A field is (name, label, value); a name ending in `*` makes a text area, in `@` a file input, in `!`
    a password field."""
    return markup(
        '<form class="panel" action="{action}" method="{method}"{enc}>{hidden}{fields}<button>{button}</button></form>',
        action=action,
        method=method,
        enc=Markup(' enctype="multipart/form-data"') if upload else "",
        hidden=each(
            '<input type="hidden" name="{name}" value="{value}">',
            ({"name": name, "value": value} for name, value in hidden),
        ),
        fields=[_field(*field) for field in fields],
        button=button,
    )


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> Markup:
    """A table with a heading row."""
    lines = [markup("<tr>{cells}</tr>", cells=[markup("<td>{c}</td>", c=cell) for cell in row]) for row in rows]
    top = [markup("<th>{cell}</th>", cell=cell) for cell in head]
    return markup(
        '<div class="scroll"><table><thead><tr>{top}</tr></thead><tbody>{lines}</tbody></table></div>',
        top=top,
        lines=lines,
    )


def icon(name: str) -> Markup:
    """A drawing from the sprite."""
    return markup('<svg aria-hidden="true"><use href="/assets/icons.svg#{name}"/></svg>', name=name)


def _field(name: str, label: str, value: str) -> Markup:
    shapes = {
        "*": '<label>{label}<textarea name="{name}" rows="6">{value}</textarea></label>',
        "@": '<label>{label}<input type="file" name="{name}"></label>',
        "!": '<label>{label}<input type="password" name="{name}" value="{value}" autocomplete="off"></label>',
    }
    shape = shapes.get(name[-1], '<label>{label}<input name="{name}" value="{value}"></label>')
    return markup(shape, label=label, name=name.rstrip("*@!"), value=value)


def _links(links: Iterable[tuple[str, str]]) -> Markup:
    return each('<a href="{href}">{text}</a>', ({"href": href, "text": text} for href, text in links))
