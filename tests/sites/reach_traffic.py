"""Links in what a page asks for, keeps, sends to others, or goes to."""

from __future__ import annotations

from tests.sites.reach_server import Answers, Hide, behaviour, document

GROUP = "traffic"
ROUTES = "routes"


def _loads(script: str) -> str:
    return document(f"<p>Page</p><script>window.onload = () => {{ {script} }};</script>")


@behaviour(GROUP)
def asks_fetch(hide: Hide) -> str:
    return _loads(f"fetch(new Request({hide.path()}, {{headers: {{'X-Kind': 'a'}}}}))")


@behaviour(GROUP)
def asks_xhr(hide: Hide) -> str:
    return _loads(f"const x = new XMLHttpRequest(); x.open('POST', {hide.path()}); x.send('a=1')")


@behaviour(GROUP)
def asks_stream(hide: Hide) -> str:
    return _loads(f"new EventSource({hide.path()})")


@behaviour(GROUP)
def asks_socket(hide: Hide) -> str:
    return _loads(f"new WebSocket('ws://' + location.host + {hide.path()})")


@behaviour(GROUP)
def asks_beacon(hide: Hide) -> str:
    return _loads(f"navigator.sendBeacon({hide.path()}, 'a=1')")


@behaviour(GROUP)
def asks_worker(hide: Hide) -> Answers:
    worker = f"const _ = (c) => c.map((n) => String.fromCharCode(n ^ 42)).join(''); fetch({hide.path()});"
    return {"": ("text/html", _loads(f"new Worker('{hide.here}/w.js')")), "/w.js": ("text/javascript", worker)}


@behaviour(GROUP)
def asks_module(hide: Hide) -> str:
    return _loads(f"import({hide.path()} + '?m').catch(() => 0)")


@behaviour(GROUP)
def service_worker(hide: Hide) -> str:
    return _loads(f"navigator.serviceWorker.register({hide.path()}).catch(() => 0)")


@behaviour(GROUP)
def chained(hide: Hide) -> Answers:
    script = f"fetch('{hide.here}/data').then((r) => r.json()).then((d) => fetch({hide.path()} + '?id=' + d.id))"
    return {"": ("text/html", _loads(script)), "/data": ("application/json", '{"id": 7}')}


@behaviour(GROUP)
def message(hide: Hide) -> str:
    return _loads(f"window.postMessage({{next: {{link: {hide.path()}}}}}, '*')")


@behaviour(GROUP)
def storage_local(hide: Hide) -> str:
    return _loads(f"localStorage.setItem('state', JSON.stringify({{last: {{url: {hide.path()}}}}}))")


@behaviour(GROUP)
def storage_session(hide: Hide) -> str:
    return _loads(f"sessionStorage.setItem('back', {hide.path()})")


@behaviour(GROUP)
def window_open(hide: Hide) -> str:
    return document(f'<button onclick="window.open({hide.path()})">Open</button>')


@behaviour(GROUP)
def window_open_later(hide: Hide) -> str:
    return document(f"<button onclick=\"const w = window.open(''); w.location.href = {hide.path()}\">Open</button>")


@behaviour(ROUTES)
def moves_on_load(hide: Hide) -> str:
    return _loads(f"location.href = {hide.path()}")


@behaviour(ROUTES)
def moves_on_click(hide: Hide) -> str:
    return document(f'<span onclick="location.assign({hide.path()})" style="cursor:pointer">Go</span>')


@behaviour(ROUTES)
def pushed_state(hide: Hide) -> str:
    return document(f"<button onclick=\"history.pushState(null, '', {hide.path()})\">Go</button>")


@behaviour(ROUTES)
def hash_route(hide: Hide) -> str:
    script = f"""const show = () => {{ document.getElementById('v').textContent = location.hash;
      if (location.hash === '#/deep') fetch({hide.path()}); }}; addEventListener('hashchange', show); show();"""
    return document(f"<a href='#/deep'>Deep</a><div id=v></div><script>{script}</script>")


@behaviour(ROUTES)
def hash_route_nested(hide: Hide) -> str:
    script = f"""const views = {{'': '<a href="#/a">A</a>', '#/a': '<p>View</p><a href="#/a/b">B</a>',
        '#/a/b': '<button onclick="last()">Last</button>'}};
      const last = () => fetch({hide.path()});
      const show = () => {{ document.getElementById('v').innerHTML = views[location.hash] || views['']; }};
      addEventListener('hashchange', show); window.onload = show;"""
    return document(f"<div id=v></div><script>{script}</script>")


@behaviour(ROUTES)
def path_router(hide: Hide) -> Answers:
    script = f"""const go = (path) => {{ history.pushState(null, '', path); show(); }};
      const show = () => {{ document.getElementById('v').innerHTML = location.pathname.endsWith('/two')
        ? '<button onclick="last()">End</button>' : '<p>One</p>'; }}; const last = () => fetch({hide.path()});
      document.addEventListener('click', (e) => {{ const a = e.target.closest('a'); if (a) {{
        e.preventDefault(); go(a.pathname); }} }});
      window.onload = show;"""
    page = document(f"<nav><a href='{hide.here}/two'>Two</a></nav><div id=v></div><script>{script}</script>")
    return {"": ("text/html", page), "/two": ("text/html", page)}


@behaviour(ROUTES)
def script_address(hide: Hide) -> str:
    return document(f'<a href="javascript:fetch({hide.path()})">Go</a>')
