"""Tools for staff and curious customers: ping, stock list, printing, tides, splitting a bill."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable

from vedette.range.layout import card_links, form, notice, output, page
from vedette.range.markup import Markup, markup
from vedette.range.pages.goods import first_visit, kept_cookie
from vedette.range.planted import Family, Flaw, Kind, LookAlike
from vedette.range.routes import Routes
from vedette.range.sinks.shell import Shell
from vedette.range.web import Request, Response, json_answer, text_of

ROUTES = Routes()

FLAWS = (
    Flaw(
        id="command-ping",
        family=Family.COMMAND,
        title="The host to ping goes into a shell command",
        url="/tools/ping?host=north-warehouse",
        kind=Kind.QUERY,
        parameter="host",
        cwe=78,
    ),
    Flaw(
        id="command-stocklist",
        family=Family.COMMAND,
        title="The word to look for goes into a shell command between double quotes",
        url="/tools/stocklist",
        method="POST",
        kind=Kind.FORM,
        parameter="word",
        body="word=rope",
        cwe=78,
    ),
    Flaw(
        id="command-barcode",
        family=Family.COMMAND,
        title="The text of a barcode goes into a shell command between single quotes",
        url="/api/barcode",
        method="POST",
        kind=Kind.JSON,
        parameter="text",
        body='{"text": "hg-101", "copies": 1}',
        media="application/json",
        cwe=78,
    ),
    Flaw(
        id="command-shelf",
        family=Family.COMMAND,
        title="A header that the page's script sends goes into a shell command",
        url="/api/shelf",
        kind=Kind.HEADER,
        parameter="X-Warehouse",
        sample="north",
        cwe=78,
    ),
    Flaw(
        id="command-printer",
        family=Family.COMMAND,
        title="The printer's name in a cookie goes into a shell command",
        url="/tools/printer",
        kind=Kind.COOKIE,
        parameter="printer",
        sample="counter",
        cwe=78,
    ),
    Flaw(
        id="command-label",
        family=Family.COMMAND,
        title="The printer of a label goes into a shell command whose output is dropped",
        url="/tools/label",
        method="POST",
        kind=Kind.FORM,
        parameter="printer",
        body="printer=counter&size=A6",
        cwe=78,
        blind=True,
    ),
)

LOOKALIKES = (
    LookAlike(
        id="like-command-trace",
        family=Family.COMMAND,
        title="The host must be one of the shop's own; anything else comes back escaped",
        url="/tools/trace?host=north-warehouse",
        kind=Kind.QUERY,
        parameter="host",
    ),
    LookAlike(
        id="like-command-tide",
        family=Family.COMMAND,
        title="A page that is slow now and then, whatever is asked",
        url="/tools/tide?port=Eastport",
        kind=Kind.QUERY,
        parameter="port",
    ),
    LookAlike(
        id="like-code-split",
        family=Family.CODE,
        title="A calculator that really does arithmetic, and nothing else",
        url="/tools/split?total=60%2B12&people=4",
        kind=Kind.QUERY,
        parameter="total",
    ),
    LookAlike(
        id="like-command-size",
        family=Family.COMMAND,
        title="The paper size is looked up in a list",
        url="/tools/label",
        method="POST",
        kind=Kind.FORM,
        parameter="size",
        body="printer=counter&size=A6",
    ),
)

_HOSTS = {"north-warehouse": "127.0.1.5", "south-warehouse": "127.0.1.6"}
_STOCK = "/var/www/shop/stock"
_OPERATORS: dict[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}


@ROUTES.get("/tools")
def tools(request: Request) -> Response:
    """The tool shed."""
    cards = card_links(
        (
            ("/tools/ping?host=north-warehouse", "Ping", "Is the warehouse awake?"),
            ("/tools/trace?host=north-warehouse", "Trace", "The way to the warehouse."),
            ("/tools/stocklist", "Stock list", "A word, and where it is stored."),
            ("/tools/printer", "Printer", "Which one is mine?"),
            ("/tools/label", "Label", "Print one at the counter."),
            ("/tools/tide?port=Eastport", "Tides", "High water, roughly."),
            ("/tools/split?total=60%2B12&people=4", "Split a bill", "Fair shares."),
            ("/tools/calculator?expression=3*14", "Calculator", "For the clever ones."),
            ("/tools/points", "Points", "What your loyalty is worth."),
            ("/tools/convert?distance=12&to=mile", "Sea miles", "Miles, fathoms, cables."),
        )
    )
    buttons = '<p class="row"><button data-tool="barcode">Bar code</button><button data-tool="shelf">Shelf</button></p>'
    return page(
        "Tools",
        markup("{cards}{buttons}", cards=cards, buttons=Markup(buttons)),
        lead="Help yourself.",
        scripts=("tools.js",),
    )


@ROUTES.get("/tools/ping")
def ping(request: Request) -> Response:
    """Ping a host and show what the program says."""
    ask = form("/tools/ping", [("host", "Host", "north-warehouse")], "Ping", method="get")
    result = _shell(request).run(f"ping -c 1 {request.query('host')}")
    return page("Ping", markup("{out}{ask}", out=output(result.stdout + result.stderr), ask=ask))


@ROUTES.get("/tools/stocklist")
def stocklist_form(request: Request) -> Response:
    """Ask for a word."""
    return page("Stock list", form("/tools/stocklist", [("word", "Word", "rope")], "Look up"))


@ROUTES.post("/tools/stocklist")
def stocklist(request: Request) -> Response:
    """Show the lines of the stock lists that hold the word."""
    result = _shell(request).run(f'grep -i "{request.form("word")}" {_STOCK}/north.txt {_STOCK}/south.txt')
    found = output(result.stdout) if result.stdout else notice("Not in stock.")
    return page("Stock list", found)


@ROUTES.post("/api/barcode")
def barcode(request: Request) -> Response:
    """Return the text as the barcode font wants it."""
    result = _shell(request).run(f"printf '*%s*' '{text_of(request.json.get('text'))}' | tr a-z A-Z")
    return json_answer({"barcode": result.stdout, "messages": result.stderr})


@ROUTES.get("/api/shelf")
def shelf(request: Request) -> Response:
    """Return the stock of the warehouse named in a header."""
    result = _shell(request).run(f"cat {_STOCK}/{request.headers.get('x-warehouse', 'north')}.txt")
    return json_answer({"stock": result.stdout.splitlines()})


@ROUTES.get("/tools/printer")
def printer(request: Request) -> Response:
    """Say which printer this visitor uses."""
    name = kept_cookie(request, "printer", "counter")
    result = _shell(request).run(f"echo Your printer is {name}")
    return first_visit(request, page("Printer", output(result.stdout)), "printer", "counter", "/tools/printer")


@ROUTES.get("/tools/label")
def label_form(request: Request) -> Response:
    """Ask for a label."""
    return page("Label", form("/tools/label", [("printer", "Printer", "counter"), ("size", "Size", "A6")], "Print"))


@ROUTES.post("/tools/label")
def label(request: Request) -> Response:
    """Send a label to a printer; nobody looks at what the program says."""
    size = request.form("size") if request.form("size") in ("A5", "A6", "A7") else "A6"
    _shell(request).run(f"lp -o media={size} /var/www/shop/label.txt -d {request.form('printer')}")
    return page("Label", notice("Your label is in the queue.", "good"))


@ROUTES.get("/tools/trace")
def trace(request: Request) -> Response:
    """The way to one of our own hosts; others are refused."""
    host = request.query("host")
    if host not in _HOSTS:
        return page("Trace", notice(f"{host} is not one of our hosts.", "bad"), status=400)
    return page("Trace", output(f"traceroute to {host} ({_HOSTS[host]})\n 1  quay  0.4 ms\n 2  {host}  1.1 ms\n"))


@ROUTES.get("/tools/tide")
def tide(request: Request) -> Response:
    """High water at a port. The almanac is slow, now more, now less."""
    port = request.query("port")
    request.clock(0.01 + request.site.state.noise("tide") % 180 / 1000)
    hour = 3 + sum(map(ord, port)) % 6
    return page(
        "Tides", markup("<p>High water at {port}: {hour}:20 and {later}:45.</p>", port=port, hour=hour, later=hour + 12)
    )


@ROUTES.get("/tools/split")
def split(request: Request) -> Response:
    """Split a bill; the total may be a sum."""
    people = max(request.query.number("people", 1), 1)
    ask = form("/tools/split", [("total", "Total", "60+12"), ("people", "People", "4")], "Split", method="get")
    try:
        total = _sum(request.query("total").strip())
    except (ArithmeticError, SyntaxError, ValueError, RecursionError, MemoryError):
        return page("Split a bill", markup("{note}{ask}", note=notice("That is no sum.", "bad"), ask=ask))
    told = notice(f"Together {total:g}, that is {total / people:g} each.", "good")
    return page("Split a bill", markup("{told}{ask}", told=told, ask=ask))


def _shell(request: Request) -> Shell:
    return Shell(request.site.files(), request.clock)


def _sum(text: str) -> float:
    if len(text) > 60 or not set(text) <= set("0123456789.+-*/() "):
        raise ValueError("not arithmetic")
    return _arithmetic(ast.parse(text, mode="eval").body)


def _arithmetic(node: ast.expr) -> float:
    """Work out numbers, the four operations and brackets; raises ValueError for anything else."""
    if isinstance(node, ast.Constant) and type(node.value) in (int, float):
        return float(str(node.value))
    if isinstance(node, ast.BinOp) and type(node.op) in _OPERATORS:
        return _OPERATORS[type(node.op)](_arithmetic(node.left), _arithmetic(node.right))
    raise ValueError("not arithmetic")
