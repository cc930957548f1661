"""Where the shop lets people write formulas: calculator, loyalty points, price rules, price alerts."""

from __future__ import annotations

from vedette.range.layout import form, notice, output, page
from vedette.range.markup import markup
from vedette.range.planted import Family, Flaw, Kind, LookAlike
from vedette.range.routes import Routes
from vedette.range.sinks import code
from vedette.range.web import Request, Response, json_answer, text_of

ROUTES = Routes()

FLAWS = (
    Flaw(
        id="code-calculator",
        family=Family.CODE,
        title="The calculator evaluates its expression as Python",
        url="/tools/calculator?expression=3*14",
        kind=Kind.QUERY,
        parameter="expression",
        cwe=95,
    ),
    Flaw(
        id="code-points",
        family=Family.CODE,
        title="The formula for loyalty points is run as PHP",
        url="/tools/points",
        method="POST",
        kind=Kind.FORM,
        parameter="formula",
        body="formula=%24spent+*+2&spent=120",
        cwe=95,
    ),
    Flaw(
        id="code-rule",
        family=Family.CODE,
        title="A price rule is evaluated as Python",
        url="/api/rules/test",
        method="POST",
        kind=Kind.JSON,
        parameter="rule",
        body='{"rule": "price * 0.9", "price": 40}',
        media="application/json",
        cwe=95,
    ),
    Flaw(
        id="code-rounding",
        family=Family.CODE,
        title="A header that the page's script sends is evaluated as Python",
        url="/api/price",
        kind=Kind.HEADER,
        parameter="X-Rounding",
        sample="round(price)",
        cwe=95,
    ),
    Flaw(
        id="code-alert",
        family=Family.CODE,
        title="The condition of a price alert is evaluated as Python, its result kept to itself",
        url="/api/price-alert",
        method="POST",
        kind=Kind.JSON,
        parameter="when",
        body='{"when": "price", "sku": "HG-301"}',
        media="application/json",
        cwe=95,
        blind=True,
    ),
    Flaw(
        id="error-convert",
        family=Family.ERROR,
        title="An amount that is no number shows a stack trace",
        url="/tools/convert?distance=12&to=mile",
        kind=Kind.QUERY,
        parameter="distance",
        cwe=209,
    ),
)

LOOKALIKES = (
    LookAlike(
        id="like-code-quote",
        family=Family.CODE,
        title="A formula is shown, never evaluated",
        url="/tools/formula?text=price+*+2",
        kind=Kind.QUERY,
        parameter="text",
    ),
    LookAlike(
        id="like-code-spent",
        family=Family.CODE,
        title="The amount beside the formula is cast to an integer",
        url="/tools/points",
        method="POST",
        kind=Kind.FORM,
        parameter="spent",
        body="formula=%24spent+*+2&spent=120",
    ),
    LookAlike(
        id="like-error-custom",
        family=Family.ERROR,
        title="The shop's own page for a mistaken unit",
        url="/tools/convert?distance=12&to=mile",
        kind=Kind.QUERY,
        parameter="to",
    ),
)

_RAISED = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    ImportError,
    LookupError,
    MemoryError,
    NameError,
    OSError,
    RuntimeError,
    SyntaxError,
    TypeError,
    ValueError,
)
_TRACE = """\
Traceback (most recent call last):
  File "/var/www/shop/units.py", line 31, in convert
    value = float(amount) * UNITS[unit]
            ^^^^^^^^^^^^^
ValueError: {error}
"""
_UNITS = {"mile": 1.852, "cable": 0.1852, "fathom": 0.0018288}


@ROUTES.get("/tools/calculator")
def calculator(request: Request) -> Response:
    """Evaluate an expression and show its value."""
    ask = form("/tools/calculator", [("expression", "Expression", "3*14")], "Work out", method="get")
    try:
        value = code.evaluate_python(request.query("expression"), {"price": 58.0}, request.clock)
    except _RAISED as error:
        told = notice(f"{type(error).__name__}: {error}", "bad")
    else:
        told = output(value)
    return page("Calculator", markup("{told}{ask}", told=told, ask=ask))


@ROUTES.get("/tools/points")
def points_form(request: Request) -> Response:
    """Ask for the formula."""
    fields = [("formula", "Formula", "$spent * 2"), ("spent", "You spent", "120")]
    return page("Points", form("/tools/points", fields, "Count")).with_header("X-Powered-By", "PHP/8.2.7")


@ROUTES.post("/tools/points")
def points(request: Request) -> Response:
    """Count points by the customer's own formula."""
    formula, spent = request.form("formula"), request.form.number("spent")
    try:
        text = code.evaluate_php(f"echo {formula};", {"spent": spent}, request.clock)
    except (code.ParseError, code.PhpError) as error:
        text = f"PHP Parse error:  {error} in /var/www/shop/points.php(14) : eval()'d code on line 1"
    return page("Points", output(text)).with_header("X-Powered-By", "PHP/8.2.7")


@ROUTES.post("/api/rules/test")
def rule(request: Request) -> Response:
    """Try a price rule."""
    price = request.json.get("price")
    values: dict[str, object] = {"price": price if isinstance(price, int | float) else 0}
    try:
        value = code.evaluate_python(text_of(request.json.get("rule")), values, request.clock)
    except _RAISED as error:
        return json_answer({"error": type(error).__name__}, 422)
    return json_answer({"result": str(value)})


@ROUTES.get("/api/price")
def price(request: Request) -> Response:
    """The lamp's price, rounded as the script wishes."""
    rounding = request.headers.get("x-rounding", "price")
    try:
        value = code.evaluate_python(rounding, {"price": 58.4}, request.clock)
    except _RAISED:
        return json_answer({"error": "rounding failed"}, 500)
    return json_answer({"sku": "HG-301", "price": str(value)})


@ROUTES.post("/api/price-alert")
def price_alert(request: Request) -> Response:
    """Promise to write when a condition holds. Whether it holds now is nobody's business."""
    try:
        code.evaluate_python(text_of(request.json.get("when")), {"price": 58}, request.clock)
    except _RAISED:
        return json_answer({"ok": True})
    return json_answer({"ok": True})


@ROUTES.get("/tools/convert")
def convert(request: Request) -> Response:
    """Sea miles to kilometres. What goes wrong is shown to everybody."""
    unit = request.query("to", "mile")
    if unit not in _UNITS:
        return page("Oops", notice("A gull has eaten that unit. Error 1042, our own fault.", "bad"), status=400)
    try:
        amount = float(request.query("distance"))
    except ValueError as error:
        return page("Sea miles", output(_TRACE.format(error=error)), status=500)
    return page("Sea miles", notice(f"{amount:g} {unit} make {amount * _UNITS[unit]:g} km."))


@ROUTES.get("/tools/formula")
def formula(request: Request) -> Response:
    """Show a formula in print."""
    ask = form("/tools/formula", [("text", "Formula", "price * 2")], "Show", method="get")
    return page("Formula", markup("{text}{ask}", text=output(request.query("text")), ask=ask))
