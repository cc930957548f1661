"""A lodge whose log-in page is crowded: a question about cookies lies over it, a form to register stands before the one
to log in, a code is typed box by box, and a page in between asks whether to stay signed in."""

from __future__ import annotations

import contextlib
import secrets
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

from aiohttp import web

LAYER = """<div id=layer style="position:fixed;inset:0;background:#999;z-index:9">We use cookies.
<button onclick="layer.remove()">Accept all</button></div>"""
ENTRANCE = """<form method=post action=/register><h2>New here?</h2><input name=name placeholder="Full name">
<input name=email placeholder="E-mail"><input type=password name=password placeholder=Password>
<button>Create account</button></form>
<form method=post action=/login><h2>Guests</h2><p>{said}</p><input name=who placeholder="E-mail">
<input type=password name=word placeholder=Password><button>Sign in</button></form>"""
BOXES = """<h1>Type the code</h1><form method=post action=/code id=boxes>{boxes}</form><script>
const all = [...boxes.querySelectorAll("input")];
all.forEach((one, at) => one.addEventListener("keyup", () => {{
  if (one.value && all[at + 1]) all[at + 1].focus();
  if (all.every((each) => each.value)) boxes.submit();
}}));</script>"""
STAY = """<h1>Stay signed in?</h1><form method=post action=/stay><input type=checkbox name=always> Do not ask again
<button name=stay value=no>No</button><button name=stay value=yes>Yes</button></form>"""


@dataclass
class Lodge:
    """A running lodge. `code` is what its second page wants, if any; `registered` are those who were by mistake."""

    code: str = ""
    layer: bool = True
    url: str = ""
    user: str = "jane@lodge.test"
    password: str = field(default_factory=lambda: f"pw-{secrets.token_hex(5)}")
    registered: list[str] = field(default_factory=list)
    tries: int = 0
    sessions: dict[str, bool] = field(default_factory=dict)

    def page(self, body: str) -> web.Response:
        return web.Response(text=f"<!doctype html><body>{body}</body>", content_type="text/html")

    async def entrance(self, request: web.Request) -> web.Response:
        return self.page(ENTRANCE.format(said="") + LAYER * self.layer)

    async def register(self, request: web.Request) -> web.Response:
        self.registered.append(str((await request.post()).get("email")))
        return self.page("Welcome!")

    async def login(self, request: web.Request) -> web.Response:
        data = await request.post()
        self.tries += 1
        if (data.get("who"), data.get("word")) != (self.user, self.password):
            return self.page(ENTRANCE.format(said="Wrong password."))
        name = secrets.token_hex(8)
        self.sessions[name] = False
        boxes = "".join(f"<input name=d{at} maxlength=1 aria-label='Digit {at}'>" for at in range(len(self.code)))
        answer = self.page(BOXES.format(boxes=boxes) if self.code else STAY)
        answer.set_cookie("lodge", name)
        return answer

    async def second(self, request: web.Request) -> web.Response:
        data = await request.post()
        typed = "".join(str(data.get(f"d{at}", "")) for at in range(len(self.code)))
        return self.page(STAY if typed == self.code else "Wrong code.")

    async def stay(self, request: web.Request) -> web.Response:
        if request.cookies.get("lodge") in self.sessions:
            self.sessions[request.cookies["lodge"]] = True
        return web.Response(status=302, headers={"Location": "/room"})

    async def room(self, request: web.Request) -> web.Response:
        if not self.sessions.get(request.cookies.get("lodge", "")):
            return web.Response(status=302, headers={"Location": "/login"})
        return self.page("<h1>Your room</h1><p>Breakfast is at eight, the bill and the keys are at the desk.</p>")


@contextlib.asynccontextmanager
async def lodge(**habits) -> AsyncIterator[Lodge]:
    """A lodge while the block runs, on loopback."""
    made = Lodge(**habits)
    app = web.Application()
    app.router.add_get("/", made.room)
    app.router.add_get("/room", made.room)
    app.router.add_get("/login", made.entrance)
    for path, handler in (
        ("register", made.register),
        ("login", made.login),
        ("code", made.second),
        ("stay", made.stay),
    ):
        app.router.add_post("/" + path, handler)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        made.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        yield made
    finally:
        await runner.cleanup()
