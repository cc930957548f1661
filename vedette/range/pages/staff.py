"""The staff directory, kept in LDAP."""

from __future__ import annotations

from vedette.range.catalogue import STAFF
from vedette.range.layout import card_links, form, notice, output, page, table
from vedette.range.markup import Markup, markup
from vedette.range.planted import Family, Flaw, Kind, LookAlike
from vedette.range.routes import Routes
from vedette.range.sinks import ldap
from vedette.range.web import Request, Response, json_answer, text_of

ROUTES = Routes()

FLAWS = (
    Flaw(
        id="ldap-search",
        family=Family.LDAP,
        title="The name goes into a search filter; the directory's error is shown",
        url="/staff/search?name=Ada",
        kind=Kind.QUERY,
        parameter="name",
        cwe=90,
    ),
    Flaw(
        id="ldap-mail",
        family=Family.LDAP,
        title="The mail address goes into a search filter; the page says only whether it is known",
        url="/staff/mail",
        method="POST",
        kind=Kind.FORM,
        parameter="mail",
        body="mail=afisher%40harbour.example",
        cwe=90,
    ),
    Flaw(
        id="ldap-department",
        family=Family.LDAP,
        title="The department goes into a search filter that the server reads leniently",
        url="/api/staff",
        method="POST",
        kind=Kind.JSON,
        parameter="department",
        body='{"department": "sales"}',
        media="application/json",
        cwe=90,
    ),
    Flaw(
        id="ldap-card",
        family=Family.LDAP,
        title="The user id in the path goes into a search filter",
        url="/staff/card/afisher",
        kind=Kind.PATH,
        parameter="2",
        cwe=90,
    ),
)

LOOKALIKES = (
    LookAlike(
        id="like-ldap-team",
        family=Family.LDAP,
        title="The department is escaped as search filters demand",
        url="/staff/team?department=sales",
        kind=Kind.QUERY,
        parameter="department",
    ),
    LookAlike(
        id="like-ldap-extension",
        family=Family.LDAP,
        title="The extension is cast to an integer",
        url="/staff/phone?extension=111",
        kind=Kind.QUERY,
        parameter="extension",
    ),
    LookAlike(
        id="like-ldap-note",
        family=Family.LDAP,
        title="The note to a colleague is cut to plain letters before the search",
        url="/staff/note",
        method="POST",
        kind=Kind.FORM,
        parameter="to",
        body="to=ctide",
    ),
)

_ESCAPES = str.maketrans({"\\": "\\5c", "*": "\\2a", "(": "\\28", ")": "\\29", "\0": "\\00"})


@ROUTES.get("/staff")
def staff(request: Request) -> Response:
    """Who works here."""
    cards = card_links(
        (
            ("/staff/search?name=Ada", "By name", "Part of a name will do."),
            ("/staff/mail", "By mail", "Is this one of us?"),
            ("/staff/team?department=sales", "By team", "Sales, warehouse, workshop, office."),
            ("/staff/phone?extension=111", "By extension", "Who called?"),
            ("/staff/card/afisher", "Card of Ada Fisher", "Sales"),
            ("/staff/card/ctide", "Card of Cora Tide", "Sales"),
            ("/staff/note", "Leave a note", "On somebody's desk."),
        )
    )
    body = markup('{cards}<p class="quiet">In sales: <span data-team></span></p>', cards=cards)
    return page("Staff directory", body, lead="Five people and a cat.", scripts=("staff.js",))


@ROUTES.get("/staff/search")
def by_name(request: Request) -> Response:
    """Find people by part of their name."""
    ask = form("/staff/search", [("name", "Name", "Ada")], "Find", method="get")
    try:
        found = ldap.search(f"(&(objectClass=person)(cn=*{request.query('name')}*))", STAFF)
    except ldap.LdapError as error:
        return page("By name", markup("{error}{ask}", error=output(f"LDAPException: {error}"), ask=ask), status=500)
    return page("By name", markup("{people}{ask}", people=_people(found), ask=ask))


@ROUTES.get("/staff/mail")
def mail_form(request: Request) -> Response:
    """Ask for an address."""
    return page("By mail", form("/staff/mail", [("mail", "Mail", "afisher@harbour.example")], "Check"))


@ROUTES.post("/staff/mail")
def by_mail(request: Request) -> Response:
    """Say whether an address is one of ours."""
    try:
        found = ldap.search(f"(&(objectClass=person)(mail={request.form('mail')}))", STAFF)
    except ldap.LdapError:
        found = []
    return page("By mail", notice("Yes, that is one of us.", "good") if found else notice("Nobody we know.", "bad"))


@ROUTES.post("/api/staff")
def by_department(request: Request) -> Response:
    """List a department."""
    department = text_of(request.json.get("department"))
    try:
        found = ldap.search(f"(&(department={department})(objectClass=person))", STAFF, lenient=True)
    except ldap.LdapError as error:
        return json_answer({"error": f"LDAPException: {error}"}, 500)
    return json_answer({"people": [entry["cn"][0] for entry in found]})


@ROUTES.get("/staff/card/{uid}")
def card(request: Request) -> Response:
    """The visiting card of one person."""
    try:
        found = ldap.search(f"(&(objectClass=person)(uid={request.places['uid']}))", STAFF)
    except ldap.LdapError:
        found = []
    if not found:
        return page("No such card", notice("Nobody of that name works here."), status=404)
    return page("Card", _people(found))


@ROUTES.get("/staff/team")
def team(request: Request) -> Response:
    """List a team."""
    department = request.query("department").translate(_ESCAPES)
    found = ldap.search(f"(&(objectClass=person)(department={department}))", STAFF)
    return page("Team", _people(found))


@ROUTES.get("/staff/phone")
def phone(request: Request) -> Response:
    """Who has this extension."""
    found = ldap.search(f"(telephoneNumber=*{request.query.number('extension')})", STAFF)
    return page("Extension", _people(found))


@ROUTES.get("/staff/note")
def note_form(request: Request) -> Response:
    """Ask for whom the note is."""
    return page("Leave a note", form("/staff/note", [("to", "For whom", "ctide")], "Leave it"))


@ROUTES.post("/staff/note")
def note(request: Request) -> Response:
    """Say whose desk the note lies on."""
    uid = "".join(letter for letter in request.form("to") if letter.isascii() and letter.isalpha())
    found = ldap.search(f"(uid={uid})", STAFF)
    return page("Leave a note", notice("It lies on the desk.", "good") if found else notice("No such desk.", "bad"))


def _people(entries: list[ldap.Entry]) -> Markup:
    if not entries:
        return notice("Nobody found.")
    rows = [
        (entry["cn"][0], entry["department"][0], entry["mail"][0], entry["telephoneNumber"][0]) for entry in entries
    ]
    return table(("Name", "Team", "Mail", "Telephone"), rows)
