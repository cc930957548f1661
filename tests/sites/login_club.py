"""A club whose inner rooms open to members only, with as many kinds of doors as there are on the web.

Names of fields, labels and users are made anew for each club. `/members` and what lies below answers to a session and
to nothing else; the note there reflects what it is given, a flaw that only a member can find. Sessions end after
`lifetime` requests, when `throw_out` is called, and all of them whenever `thrown_every` seconds have gone by.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import hashlib
import html
import json
import random
import secrets
import ssl
import threading
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from urllib.parse import quote

import pyotp
from aiohttp import web

USER_LABELS = ("User name", "Benutzername", "Adresse e-mail", "Usuario", "Gebruikersnaam", "ユーザー名")
PASSWORD_LABELS = ("Password", "Passwort", "Mot de passe", "Contraseña", "Wachtwoord", "パスワード")
CODE_LABELS = ("One-time code", "Authenticator code", "Verification code")
PAGE = "<!doctype html><html><head><title>{title}</title></head><body>{body}</body></html>"


@dataclass
class Habits:
    """What kind of door the club has. `door`: `cookie`, `basic`, `header`, `bearer`, `certificate`. `form`: `plain`,
    `two-step`, `delayed`, `closed` (in a closed shadow tree), `scripted` (sends JSON, keeps a bearer token in storage),
    `link` (mails a link to log in with), `either` (that, or a password on request).
    `otp`: `""`, `page` or `same`."""

    door: str = "cookie"
    form: str = "plain"
    otp: str = ""
    algorithm: str = "SHA1"
    digits: int = 6
    period: int = 30
    lifetime: int = 0
    captcha: bool = False
    lock_after: int = 0
    away: str = ""
    forgetful: bool = False
    silent: bool = False
    csrf: bool = True
    outside_code: str = ""
    booking: bool = False
    thrown_every: float = 0.0


@dataclass
class Club:
    """A running club. `log` holds (method, path, whether a member asked); `tries` what was entered, in order."""

    habits: Habits
    url: str = ""
    log: list[tuple[str, str, bool]] = field(default_factory=list)
    tries: list[tuple[str, str]] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)
    logins: int = 0
    logouts: int = 0
    thrown: int = 0
    revoked: bool = False
    opened: float = field(default_factory=time.monotonic)

    def __post_init__(self) -> None:
        pick = random.SystemRandom()
        self.user = f"jane{secrets.token_hex(2)}"
        self.password = f"pw-{secrets.token_hex(5)}"
        self.key = base64.b32encode(secrets.token_bytes(20)).decode()
        self.user_field, self.password_field, self.code_field, self.csrf_field = (
            f"{letter}{secrets.token_hex(3)}" for letter in "abcd"
        )
        self.labels = (pick.choice(USER_LABELS), pick.choice(PASSWORD_LABELS), pick.choice(CODE_LABELS))
        self.header_value = secrets.token_hex(12)
        self.sessions: dict[str, int] = {}
        self.half: dict[str, str] = {}
        self.tokens: set[str] = set()

    def throw_out(self) -> None:
        """Ends all sessions."""
        self.thrown += bool(self.sessions)
        self.sessions.clear()

    def close_rooms(self) -> None:
        """Ends all sessions when another `thrown_every` seconds have gone by."""
        if self.habits.thrown_every and time.monotonic() - self.opened >= self.habits.thrown_every:
            self.opened = time.monotonic()
            self.throw_out()

    @property
    def inside(self) -> list[str]:
        """The inner paths that answered to a member."""
        return [path for _, path, member in self.log if member and path.startswith("/members")]

    @property
    def turned_away(self) -> list[str]:
        """The inner paths that were asked for by nobody known."""
        return [path for _, path, member in self.log if not member and path.startswith("/members")]

    def begin(self) -> str:
        """A new session's name."""
        self.logins += 1
        name = secrets.token_hex(16)
        self.sessions[name] = self.habits.lifetime or 1 << 30
        return name

    def known(self, request: web.Request) -> bool:
        """Whether the request comes from a member."""
        door, headers = self.habits.door, request.headers
        if self.revoked:
            return False
        if door == "basic":
            wanted = base64.b64encode(f"{self.user}:{self.password}".encode()).decode()
            return headers.get("Authorization") == f"Basic {wanted}"
        if door == "header":
            return headers.get("X-Member-Key") == self.header_value
        if door == "certificate":
            tls = request.transport.get_extra_info("ssl_object") if request.transport else None
            return tls is not None and bool(tls.getpeercert())
        name = (
            headers.get("Authorization", "").removeprefix("Bearer ")
            if door == "bearer"
            else (request.cookies.get("sid", ""))
        )
        if name not in self.sessions:
            return False
        self.sessions[name] -= 1
        if self.sessions[name] < 0:
            del self.sessions[name]
        return name in self.sessions


CLUB = web.AppKey("club", Club)
MEMBER = web.RequestKey("member", bool)


@web.middleware
async def watched(request: web.Request, handler):
    club = request.app[CLUB]
    club.close_rooms()
    member = club.known(request)
    request[MEMBER] = member
    club.log.append((request.method, request.path, member))
    if request.path.startswith("/members") and not member:
        return turned_away(club, request.path)
    return await handler(request)


def turned_away(club: Club, path: str) -> web.Response:
    if club.habits.door == "cookie":
        return web.Response(status=302, headers={"Location": f"/login?next={quote(path)}"})
    headers = {"WWW-Authenticate": "Basic"} if club.habits.door == "basic" else {}
    return web.json_response({"error": "unauthorised"}, status=401, headers=headers)


def page(title: str, body: str, status: int = 200) -> web.Response:
    return web.Response(text=PAGE.format(title=title, body=body), content_type="text/html", status=status)


async def home(request: web.Request) -> web.Response:
    club = request.app[CLUB]
    door = f"<a href=/logout>Leave</a> Hello {club.user}" if request[MEMBER] else "<a href=/login>Come in</a>"
    return page("Club", f"<h1>Club</h1><p>{door}</p><a href=/members>Members</a> <a href=/about>About</a>")


async def about(request: web.Request) -> web.Response:
    return page("About", "<p>A club of people who like clubs.</p>")


async def members(request: web.Request) -> web.Response:
    club = request.app[CLUB]
    return page(
        "Members",
        f"<h1>Inner room</h1><p>Welcome back, {club.user}. Your bookings and your bar tab are below.</p>"
        "<a href='/members/note?text=hello'>Note</a> <a href=/members/rooms>Rooms</a> <a href=/logout>Leave</a>"
        + ("<a href=/members/book>Book</a>" if club.habits.booking else ""),
    )


async def note(request: web.Request) -> web.Response:
    return page("Note", f"<p>You wrote: {request.query.get('text', '')}</p>")


async def book(request: web.Request) -> web.Response:
    """Takes a booking once for each token that it gave, and reflects it."""
    club = request.app[CLUB]
    if request.method == "GET":
        token = secrets.token_hex(8)
        club.tokens.add(token)
        fields = f"<input type=hidden name=csrf_token value={token}><input name=wish>"
        return page("Book", f"<form method=post action=/members/book>{fields}<button>Book</button></form>")
    data = await request.post()
    if str(data.get("csrf_token", "")) not in club.tokens:
        return page("No", "<p>CSRF token invalid.</p>", 403)
    club.tokens.discard(str(data["csrf_token"]))
    return page("Booked", f"<p>You wished for {data.get('wish', '')}</p>")


async def rooms(request: web.Request) -> web.Response:
    links = " ".join(f"<a href=/members/rooms/{number}>{number}</a>" for number in range(1, 8))
    return page("Rooms", f"<p>{links}</p><ul><li>Billiards<li>Library</ul>")


async def room(request: web.Request) -> web.Response:
    number = request.match_info["number"]
    if not number.isdigit():
        return page("None", "<p>There is no such room.</p>", 404)
    words = " ".join(random.Random(number).sample(("oak", "brass", "velvet", "lamp", "piano", "rug", "fire"), 4))
    return page(f"Room {number}", f"<h2>Room {html.escape(number)}</h2><p>It has {words}.</p>")


async def logout(request: web.Request) -> web.Response:
    club = request.app[CLUB]
    club.logouts += 1
    club.sessions.pop(request.cookies.get("sid", ""), None)
    return web.Response(status=302, headers={"Location": "/"})


def form(club: Club, fields: str, action: str = "/login", said: str = "") -> str:
    hidden = ""
    if club.habits.csrf:
        token = secrets.token_hex(8)
        club.tokens.add(token)
        hidden = f"<input type=hidden name={club.csrf_field} value={token}>"
    captcha = "<div class=g-recaptcha data-sitekey=x></div>" if club.habits.captcha else ""
    return (
        f"<form method=post action={action}><p class=e>{said}</p>{hidden}{fields}{captcha}"
        "<label><input type=checkbox name=stay value=1> Stay</label><button>OK</button></form>"
    )


def user_input(club: Club) -> str:
    return f"<label>{club.labels[0]} <input name={club.user_field}></label>"


def password_input(club: Club) -> str:
    return f"<label>{club.labels[1]} <input type=password name={club.password_field}></label>"


def code_input(club: Club) -> str:
    return f"<label>{club.labels[2]} <input name={club.code_field} maxlength=8></label>"


def login_fields(club: Club) -> str:
    fields = user_input(club) + (password_input(club) if club.habits.form != "two-step" else "")
    return fields + (code_input(club) if club.habits.otp == "same" else "")


async def login_page(request: web.Request) -> web.Response:
    club = request.app[CLUB]
    if club.habits.away:
        return web.Response(status=302, headers={"Location": club.habits.away})
    if club.habits.form == "scripted":
        return page("Log in", SCRIPTED.format(club=club))
    inner = form(club, login_fields(club))
    if club.habits.form in ("link", "either"):
        return page("Log in", linked(club, inner))
    if club.habits.form == "delayed":
        return page("Log in", DELAYED.format(form=json.dumps(inner)))
    if club.habits.form == "closed":
        return page("Log in", CLOSED.format(form=json.dumps(inner)))
    return page("Log in", inner)


CLOSED = """<club-door></club-door><script>
document.querySelector("club-door").attachShadow({{mode: "closed"}}).innerHTML = {form};
</script>"""

DELAYED = """<div id=app>One moment.</div><script>
setTimeout(() => {{ document.getElementById("app").innerHTML = {form}; }}, 400);
</script>"""

SCRIPTED = """<div id=app></div><script>
const app = document.getElementById("app");
app.innerHTML = `<label>{club.labels[0]} <input id="{club.user_field}"></label>
<label>{club.labels[1]} <input type="password" id="{club.password_field}"></label>
<button id="go">OK</button><p id="e"></p>`;
document.getElementById("go").addEventListener("click", async () => {{
  const answer = await fetch("/api/login", {{method: "POST", headers: {{"Content-Type": "application/json"}},
    body: JSON.stringify({{name: document.getElementById("{club.user_field}").value,
                           secret: document.getElementById("{club.password_field}").value}})}});
  if (!answer.ok) {{ document.getElementById("e").textContent = "Wrong user name or password."; return; }}
  localStorage.setItem("{club.code_field}", (await answer.json()).data.token);
  history.pushState(null, "", "/welcome");
  const Authorization = "Bearer " + localStorage.getItem("{club.code_field}");
  const told = await fetch("/members", {{headers: {{Authorization}}}});
  app.innerHTML = await told.text();
}});
</script>"""


async def login(request: web.Request) -> web.Response:
    club = request.app[CLUB]
    data = await request.post()
    if club.habits.csrf:
        token = str(data.get(club.csrf_field, ""))
        if token not in club.tokens:
            return page("Expired", "<p>CSRF token invalid, page expired.</p>", 403)
        club.tokens.discard(token)
    if club.habits.form == "two-step" and club.password_field not in data and club.code_field not in data:
        name = secrets.token_hex(8)
        club.half[name] = str(data.get(club.user_field, ""))
        answer = page("Password", form(club, password_input(club)))
        answer.set_cookie("half", name)
        return answer
    if club.code_field in data and club.habits.otp == "page":
        return second_step(club, request, str(data[club.code_field]))
    user = str(data.get(club.user_field, "")) or club.half.get(request.cookies.get("half", ""), "")
    return first_step(club, user, str(data.get(club.password_field, "")), str(data.get(club.code_field, "")))


def linked(club: Club, inner: str) -> str:
    """A form that asks for an address to send a link to, and perhaps what brings the other one."""
    asks = form(club, user_input(club)).replace("OK</button>", "Email me a sign-in link</button>")
    if club.habits.form == "link":
        return asks
    return (
        f"<main>{asks}<button type=button id=b>Use a password instead</button></main><script>"
        f"b.onclick = () => {{ document.querySelector('main').innerHTML = {json.dumps(inner)}; }};</script>"
    )


def first_step(club: Club, user: str, password: str, code: str) -> web.Response:
    club.tries.append((user, password))
    if club.habits.lock_after and len(club.tries) >= club.habits.lock_after:
        return page("Locked", form(club, login_fields(club), said="Too many attempts. Account locked."), 200)
    if (user, password) != (club.user, club.password):
        said = "" if club.habits.silent else "Invalid user name or password."
        again = form(club, login_fields(club), said=said)
        return page("Log in", CLOSED.format(form=json.dumps(again)) if club.habits.form == "closed" else again)
    if club.habits.otp == "page":
        answer = page("Second step", form(club, code_input(club)))
        name = secrets.token_hex(8)
        club.half[name] = user
        answer.set_cookie("half", name)
        return answer
    if club.habits.otp == "same" and not good_code(club, code):
        return page("Log in", form(club, login_fields(club), said="The code is not valid."))
    return come_in(club)


def second_step(club: Club, request: web.Request, code: str) -> web.Response:
    if request.cookies.get("half", "") not in club.half or not good_code(club, code):
        return page("Second step", form(club, code_input(club), said="Wrong code."))
    return come_in(club)


def good_code(club: Club, code: str) -> bool:
    """Codes count once, as they do on sites that take them seriously."""
    if club.habits.outside_code:
        return code == club.habits.outside_code
    digest = {"SHA1": "sha1", "SHA256": "sha256", "SHA512": "sha512"}[club.habits.algorithm]
    period = club.habits.period
    totp = pyotp.TOTP(club.key, digits=club.habits.digits, digest=getattr(hashlib, digest), interval=period)
    now = time.time()
    good = code in (totp.at(now), totp.at(now - period)) and code not in club.codes
    club.codes.append(code)
    return good


def come_in(club: Club) -> web.Response:
    answer = web.Response(status=302, headers={"Location": "/members"})
    if not club.habits.forgetful:
        answer.set_cookie("sid", club.begin(), httponly=True)
    return answer


async def api_login(request: web.Request) -> web.Response:
    club = request.app[CLUB]
    data = await request.json()
    club.tries.append((data.get("name", ""), data.get("secret", "")))
    if club.tries[-1] != (club.user, club.password):
        return web.json_response({"error": "invalid credentials"}, status=401)
    token = club.begin()
    answer = web.json_response({"data": {"token": token}})
    if club.habits.door == "cookie":
        answer.set_cookie("sid", token, httponly=True)
    return answer


@contextlib.asynccontextmanager
async def club(tls: ssl.SSLContext | None = None, **habits) -> AsyncIterator[Club]:
    """A club while the block runs, on loopback; over TLS with a context."""
    made = Club(Habits(**habits))
    app = web.Application(middlewares=[watched])
    app[CLUB] = made
    for method, path, handler in ROUTES:
        app.router.add_route(method, path, handler)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0, ssl_context=tls)
        await site.start()
        port = runner.addresses[0][1]
        made.url = f"{'https' if tls else 'http'}://127.0.0.1:{port}"
        yield made
    finally:
        await runner.cleanup()


ROUTES = (
    ("GET", "/", home),
    ("GET", "/welcome", home),
    ("GET", "/about", about),
    ("GET", "/members", members),
    ("GET", "/members/note", note),
    ("GET", "/members/book", book),
    ("POST", "/members/book", book),
    ("GET", "/members/rooms", rooms),
    ("GET", "/members/rooms/{number}", room),
    ("GET", "/login", login_page),
    ("POST", "/login", login),
    ("POST", "/api/login", api_login),
    ("GET", "/logout", logout),
)


@contextlib.contextmanager
def club_beside(tls: ssl.SSLContext | None = None, **habits) -> Iterator[Club]:
    """The same from a thread of its own, for who holds up this one."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    opened = club(tls, **habits)
    try:
        yield asyncio.run_coroutine_threadsafe(opened.__aenter__(), loop).result(10)
    finally:
        asyncio.run_coroutine_threadsafe(opened.__aexit__(None, None, None), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(60)
        loop.close()
