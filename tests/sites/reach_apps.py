"""Links behind what today's front ends are made of: one listener for all, state that scripts keep, views by address."""

from __future__ import annotations

from tests.sites.reach_server import Answers, Hide, behaviour, document

GROUP = "apps"
_DECODED = "<script>const _ = (codes) => codes.map((code) => String.fromCharCode(code ^ 42)).join('');</script>"


@behaviour(GROUP)
def one_listener_for_all(hide: Hide) -> str:
    script = f"""const root = document.getElementById('root'); root._reactListening7 = true;
      for (const type of ['click', 'dblclick', 'mousedown', 'mouseup', 'mouseover', 'keydown', 'keyup', 'contextmenu',
        'pointerdown', 'pointerup', 'touchstart', 'wheel', 'copy', 'dragstart', 'change', 'input', 'focusin'])
        root.addEventListener(type, (event) => {{ for (let one = event.target; one; one = one.parentElement)
          one.__reactProps$7?.['on' + type[0].toUpperCase() + type.slice(1)]?.(event); }});
      const put = (text, props) => {{ const b = document.createElement('i'); b.textContent = text;
        b.__reactProps$7 = props; b.onclick = function () {{}}; root.append(b); }};
      put('One', {{ onClick: () => fetch({hide.path("click")}) }});
      put('Two', {{ onContextmenu: () => fetch({hide.path("context")}) }});"""
    return document(f"<div id=root></div><script>{script}</script>")


@behaviour(GROUP)
def handlers_kept_under_a_symbol(hide: Hide) -> str:
    script = f"""const kept = Symbol('events'), b = document.getElementById('b');
      b[kept] = {{ click: () => fetch({hide.path()}) }};
      document.getElementById('r').addEventListener('click', (event) => event.target[kept]?.click(event));"""
    return document(f"<div id=r><p><s><b id=b>Go<u></u></b></s></p></div><script>{script}</script>")


@behaviour(GROUP)
def undo_that_goes_away(hide: Hide) -> str:
    script = f"""document.getElementById('a').onclick = () => {{
        const box = document.createElement('p'); box.innerHTML = 'Archived <button>Undo</button>';
        box.lastChild.onclick = () => fetch({hide.path()}); document.body.append(box);
        setTimeout(() => box.remove(), 4000); }};"""
    decoys = "".join(f"<button>{word}</button>" for word in ("Back", "Print", "Help"))
    return document(f"{decoys}<button id=a>Archive</button><script>{script}</script>")


@behaviour(GROUP)
def button_beside_its_fields(hide: Hide) -> str:
    script = f"""const value = (id) => document.getElementById(id).value;
      document.getElementById('b').onclick = () => {{
        if (value('c') && /@/.test(value('m'))) fetch({hide.path()}); }};"""
    fields = "<p><textarea id=c></textarea></p><label>E-mail <input id=m></label>"
    return document(f"<div><div>{fields}</div><button id=b>Post</button></div><script>{script}</script>")


@behaviour(GROUP)
def fields_kept_by_a_script(hide: Hide) -> str:
    script = f"""let state = {{}}; const form = document.querySelector('form'), send = form.querySelector('button');
      const wire = () => {{ const now = state;
        const set = (key, value) => {{ const next = {{ ...now, [key]: value }};
          queueMicrotask(() => {{ state = next; wire(); }}); }};
        for (const one of form.querySelectorAll('[name]')) if (one.type === 'checkbox')
          one.onclick = () => set(one.name, one.checked); else one.oninput = () => set(one.name, one.value);
        send.disabled = !(now.name && now.mail && now.agree); }};
      wire(); form.onsubmit = (event) => {{ event.preventDefault();
        if (event.submitter && state.name && state.mail && state.agree) fetch({hide.path()}); }};"""
    fields = "<input name=name><input name=mail type=email><label><input type=checkbox name=agree>I agree</label>"
    return document(f"<form>{fields}<button>Create</button></form><script>{script}</script>")


@behaviour(GROUP)
def moved_by_pointer(hide: Hide) -> str:
    script = f"""document.getElementById('h').addEventListener('pointerdown', () => {{ let moves = 0;
        const move = () => {{ moves++; }};
        addEventListener('pointermove', move);
        addEventListener('pointerup', () => {{ removeEventListener('pointermove', move);
          if (moves > 1) fetch({hide.path()}); }}, {{ once: true }}); }});"""
    return document(f"<span id=h>::</span> Alpha<script>{script}</script>")


@behaviour(GROUP)
def slider(hide: Hide) -> str:
    script = f"""const r = document.querySelector('input'), at = r.value;
      r.oninput = () => {{ if (r.value !== at) fetch({hide.path()}); }};"""
    return document(f"<input type=range min=0 max=10 value=1><script>{script}</script>")


@behaviour(GROUP)
def one_handler_in_many_places(hide: Hide) -> str:
    script = f"""const does = Array(30).fill(() => 0); does[29] = () => fetch({hide.path()});
      const listen = (one, at) => one.addEventListener('click', (event) => does[at](event));
      document.querySelectorAll('button').forEach(listen);"""
    letters = "abcdefghijklmnopqrstuvwxyzABCD"
    parts = "".join(
        f"<section class={'one' if at < 15 else 'two'}><p><button>Do {letter}</button></p></section>"
        for at, letter in enumerate(letters)
    )
    return document(f"{parts}<script>{script}</script>")


@behaviour(GROUP)
def views_by_address(hide: Hide) -> Answers:
    views = ("alpha", "beta", "gamma", "delta")
    paths = ",".join(f"{view}: {hide.path(view)}" for view in views)
    script = f"""const paths = {{{paths}}}, here = {hide.here!r}, view = document.getElementById('v');
      const show = () => {{ const name = location.pathname.slice(here.length + 1);
        view.innerHTML = '<h1>' + (name || 'start') + '</h1><button>Save ' + name + '</button>';
        view.lastChild.onclick = () => {{ if (name) fetch(paths[name]); }}; }};
      for (const name of Object.keys(paths)) {{ const b = document.createElement('button'); b.textContent = name;
        b.onclick = () => {{ history.pushState(null, '', here + '/' + name); show(); }};
        document.getElementById('n').append(b); }}
      window.onpopstate = show; show();"""
    page = f"<!doctype html><title>App</title>{_DECODED}<nav id=n></nav><main id=v></main><script>{script}</script>"
    return dict.fromkeys(("", *(f"/{view}" for view in views)), ("text/html", page))
