"""Accounts and the staff entrance. Nearly everything a guest can press here is a trap."""

from __future__ import annotations

from functools import partial

from vedette.range.catalogue import ORDERS
from vedette.range.layout import card_links, form, notice, page, table
from vedette.range.markup import Markup, markup
from vedette.range.planted import Family, Kind, LookAlike, Trap
from vedette.range.routes import Routes
from vedette.range.web import Request, Response, redirect

ROUTES = Routes()

_CSP = "default-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"

LOOKALIKES = (
    LookAlike(
        id="like-sqli-login",
        family=Family.SQLI,
        title="The log-in binds name and password, and fails with the same words for both",
        url="/account/login",
        method="POST",
        kind=Kind.FORM,
        parameter="login",
        body="login=demo&password=harbour",
    ),
    LookAlike(
        id="like-clickjacking-login",
        family=Family.CLICKJACKING,
        title="The log-in page may not be framed",
        url="/account/login",
    ),
)

TRAPS = (
    Trap(id="logout-link", title="Log out, by link", url="/account/logout", page="/account"),
    Trap(id="logout-form", title="Log out, by form", url="/account/logout", method="POST", page="/account"),
    Trap(id="logout-action", title="Log out, by a parameter", url="/account/session?action=logout", page="/account"),
    Trap(
        id="account-delete-link",
        title="Delete the account, by link",
        url="/account/delete?confirm=yes",
        page="/account",
    ),
    Trap(
        id="account-delete-form",
        title="Delete the account, by form",
        url="/account/delete",
        method="POST",
        page="/account",
    ),
    Trap(
        id="account-action-form",
        title="Close the account, by a field of a general form",
        url="/account/do",
        method="POST",
        body="action=delete_account",
        page="/account",
    ),
    Trap(
        id="password-form",
        title="Change the password",
        url="/account/password",
        method="POST",
        body="current=harbour&new_password=anchor",
        page="/account/settings",
    ),
    Trap(
        id="password-link",
        title="Reset the password, by link",
        url="/account/reset-password?user=demo",
        page="/account/settings",
    ),
    Trap(
        id="email-form",
        title="Change the mail address",
        url="/account/email",
        method="POST",
        body="new_email=demo%40harbour.example",
        page="/account/settings",
    ),
    Trap(
        id="email-link",
        title="Change the mail address, by link",
        url="/account/change-email?to=demo%40harbour.example",
        page="/account/settings",
    ),
    Trap(id="unsubscribe-link", title="Unsubscribe, by link", url="/newsletter/unsubscribe?id=77", page="/newsletter"),
    Trap(
        id="unsubscribe-form",
        title="Unsubscribe, by form",
        url="/newsletter/unsubscribe",
        method="POST",
        body="email=ada%40harbour.example",
        page="/newsletter",
    ),
)


@ROUTES.get("/account")
def account(request: Request) -> Response:
    """The visitor's account."""
    user = request.session.user
    body = markup(
        '{told}<h2>Orders</h2>{orders}<p><a href="/account/settings">Settings</a> · <a href="/cart">Basket</a> · '
        '<a href="/account/logout">Log out</a> · <a href="/account/session?action=logout">End session</a></p>'
        '<div class="row">{logout}{close}{delete}</div><p class="quiet"><a href="/account/delete?confirm=yes">'
        "Delete my account</a> at once.</p>",
        told=notice(f"Logged in as {user}.", "good") if user else _invitation(),
        orders=table(("Order", "To", "Status"), [(row[1], row[2], row[3]) for row in ORDERS]),
        logout=form("/account/logout", (), "Log out"),
        close=form("/account/do", (), "Close account", hidden=[("action", "delete_account")]),
        delete=form("/account/delete", (), "Delete account"),
    )
    return page("Your account", body)


@ROUTES.get("/account/settings")
def settings(request: Request) -> Response:
    """Password and mail."""
    body = markup(
        '{password}{email}<p class="quiet"><a href="/account/reset-password?user=demo">Reset password</a> · '
        '<a href="/account/change-email?to=demo%40harbour.example">Use the usual address</a></p>',
        password=form(
            "/account/password",
            [("current!", "Password now", ""), ("new_password!", "New password", "")],
            "Change password",
        ),
        email=form("/account/email", [("new_email", "New mail address", "demo@harbour.example")], "Change e-mail"),
    )
    return page("Settings", body)


@ROUTES.get("/account/login")
def login_form(request: Request) -> Response:
    """Ask for name and password."""
    return _guarded(page("Log in", _login_form()))


@ROUTES.post("/account/login")
def login(request: Request) -> Response:
    """Log in."""
    values = request.form("login"), request.form("password")
    rows = request.site.rows(request, "SELECT login FROM customers WHERE login = ? AND password = ?", *values)
    if not rows:
        body = markup("{told}{form}", told=notice("Name or password is wrong.", "bad"), form=_login_form())
        return _guarded(page("Log in", body, status=403))
    request.session.user = rows[0][0]
    return redirect("/account")


@ROUTES.get("/admin")
def admin(request: Request) -> Response:
    """The staff entrance."""
    if request.session.user != "keeper":
        return redirect("/account/login")
    cards = card_links((("/admin/orders", "Orders", "To be packed."), ("/community/visitors", "Visitors", "Of today.")))
    return page("Behind the counter", cards, lead="Staff only.")


@ROUTES.get("/admin/orders")
def admin_orders(request: Request) -> Response:
    """All orders."""
    if request.session.user != "keeper":
        return redirect("/account/login")
    return page("Orders", table(("Number", "To", "Status", "Customer"), [row[1:] for row in ORDERS]))


def _invitation() -> Markup:
    return markup('<p class="note">You are here as a guest. <a href="/account/login">Log in</a></p>')


def _login_form() -> Markup:
    fields = [("login", "Name", ""), ("password!", "Password", "")]
    return markup(
        '{form}<p class="quiet">To look around: demo, harbour.</p>', form=form("/account/login", fields, "Log in")
    )


def _guarded(response: Response) -> Response:
    return (
        response.with_header("Content-Security-Policy", _CSP)
        .with_header("X-Frame-Options", "DENY")
        .with_header("X-Content-Type-Options", "nosniff")
        .with_header("Cache-Control", "no-store")
    )


def _sprung(trap: Trap, request: Request) -> Response:
    request.site.state.spring(trap.id)
    if trap.id.startswith("logout"):
        request.session.user = ""
    return page("Done", notice(f"Done: {trap.title.lower()}."))


def _set_traps() -> None:
    for trap in TRAPS:
        ROUTES.add(trap.method, trap.url.partition("?")[0], partial(_sprung, trap))


_set_traps()
