"""Links behind what a page shows only when it is used: dialogs, wizards, lists that grow, trees that are hidden."""

from __future__ import annotations

from tests.sites.reach_server import Answers, Hide, behaviour, document

GROUP = "widgets"
TREES = "trees"


@behaviour(GROUP)
def dialog(hide: Hide) -> str:
    script = f"""document.getElementById('o').onclick = () => document.getElementById('d').showModal();
      document.getElementById('i').onclick = () => fetch({hide.path()});"""
    return document(
        f"<button id=o>Open</button><dialog id=d><button id=i>In</button></dialog><script>{script}</script>"
    )


@behaviour(GROUP)
def popover(hide: Hide) -> str:
    script = f"""document.getElementById('p').addEventListener('toggle', (e) => {{
      if (e.newState === 'open') fetch({hide.path()}); }});"""
    return document(f"<button popovertarget=p>More</button><div id=p popover>Text</div><script>{script}</script>")


@behaviour(GROUP)
def details(hide: Hide) -> str:
    script = f"document.querySelector('details').addEventListener('toggle', () => fetch({hide.path()}));"
    return document(f"<details><summary>More</summary><p>Text</p></details><script>{script}</script>")


@behaviour(GROUP)
def wizard(hide: Hide) -> str:
    script = f"""let step = 1; const show = () => {{
        document.getElementById('s').textContent = 'Step ' + step + ' of 4'; }};
      document.getElementById('n').onclick = () => {{ step++; show(); if (step === 4) fetch({hide.path()}); }};
        show();"""
    return document(f"<p id=s></p><button id=n>Next</button><script>{script}</script>")


@behaviour(GROUP)
def wizard_with_fields(hide: Hide) -> str:
    script = f"""const box = document.getElementById('box');
      const ask = (name, then) => {{
        box.innerHTML = '<form><input name="' + name + '" required><button>Go on</button></form>';
        box.firstChild.onsubmit = (e) => {{ e.preventDefault(); if (box.querySelector('input').value) then(); }}; }};
      ask('first_name', () => ask('email', () => ask('city', () => fetch({hide.path()}))));"""
    return document(f"<div id=box></div><script>{script}</script>")


@behaviour(GROUP)
def button_that_goes(hide: Hide) -> str:
    script = f"""const show = () => {{ if (document.getElementById('b')) return;
        const b = document.createElement('button');
        b.id = 'b'; b.textContent = 'Secret'; b.addEventListener('click', () => fetch({hide.path()}));
        document.body.append(b); }};
      document.addEventListener('click', (e) => {{
        if (e.target.id !== 's') document.getElementById('b')?.remove(); }});"""
    return document(f"<button id=s onclick='show()'>Show</button><button>Decoy</button><script>{script}</script>")


@behaviour(GROUP)
def infinite_scroll(hide: Hide) -> str:
    script = f"""let page = 0; const more = () => {{ if (page > 4) return; page++;
        for (let i = 0; i < 12; i++) {{ const p = document.createElement('p'); p.style.height = '120px';
          p.textContent = 'Item ' + (page * 12 + i); document.body.append(p); }}
        if (page === 4) fetch({hide.path()}); }};
      more(); window.addEventListener('scroll', () => {{
        if (innerHeight + scrollY >= document.documentElement.scrollHeight - 50) more(); }});"""
    return document(f"<script>window.onload = () => {{ {script} }}</script>")


@behaviour(GROUP)
def load_more(hide: Hide) -> str:
    script = f"""let page = 0; document.getElementById('m').onclick = () => {{ page++;
      const p = document.createElement('p'); p.textContent = 'Item ' + page; document.body.append(p);
      if (page === 3) fetch({hide.path()}); }};"""
    return document(f"<button id=m>Load more</button><script>{script}</script>")


@behaviour(GROUP)
def intersection(hide: Hide) -> str:
    script = f"""new IntersectionObserver((seen) => {{
        if (seen.some((one) => one.isIntersecting)) fetch({hide.path()}); }})
      .observe(document.getElementById('end'));"""
    return document(f"<div style='height:5000px'></div><p id=end>End</p><script>{script}</script>")


@behaviour(GROUP)
def timer(hide: Hide) -> str:
    return document(f"<p>Wait</p><script>setTimeout(() => fetch({hide.path()}), 120000);</script>")


@behaviour(GROUP)
def interval(hide: Hide) -> str:
    return document(
        f"<p>Wait</p><script>let n = 0; setInterval(() => {{ if (++n === 2) fetch({hide.path()}); }}, 60000);</script>"
    )


@behaviour(GROUP)
def question(hide: Hide) -> str:
    return document(f"<button onclick=\"if (confirm('Show all?')) fetch({hide.path()})\">All</button>")


@behaviour(GROUP)
def form_by_script(hide: Hide) -> str:
    script = f"""const f = document.createElement('form'); f.method = 'get'; f.action = {hide.path()};
      f.innerHTML = '<input name=a value=1>'; document.body.append(f); f.submit();"""
    return document(f"<p>Moving</p><script>window.onload = () => {{ {script} }}</script>")


@behaviour(GROUP)
def form_with_listener(hide: Hide) -> str:
    script = f"""document.querySelector('form').addEventListener('submit', (e) => {{ e.preventDefault();
      const d = new FormData(e.target);
        if (d.get('mail').includes('@')) fetch({hide.path()} + '?q=' + d.get('mail')); }});"""
    return document(f"<form><input name=mail type=email required><button>Send</button></form><script>{script}</script>")


@behaviour(TREES)
def open_shadow(hide: Hide) -> str:
    script = f"""const r = document.getElementById('h').attachShadow({{mode: 'open'}});
      r.innerHTML = '<button>In</button>'; r.querySelector('button').onclick = () => fetch({hide.path()});"""
    return document(f"<div id=h></div><script>{script}</script>")


@behaviour(TREES)
def closed_shadow(hide: Hide) -> str:
    script = f"""class Box extends HTMLElement {{ constructor() {{ super();
        const r = this.attachShadow({{mode: 'closed'}});
      r.innerHTML = '<a href="' + {hide.path()} + '">Link</a>'; }} }} customElements.define('my-box', Box);"""
    return document(f"<my-box></my-box><script>{script}</script>")


@behaviour(TREES)
def closed_shadow_event(hide: Hide) -> str:
    script = f"""const r = document.getElementById('h').attachShadow({{mode: 'closed'}});
      r.innerHTML = '<i>In</i>'; r.querySelector('i').addEventListener('click', () => fetch({hide.path()}));"""
    return document(f"<div id=h></div><script>{script}</script>")


@behaviour(TREES)
def frame_of_text(hide: Hide) -> str:
    script = f"""const f = document.createElement('iframe');
      f.srcdoc = '<a href="' + {hide.path()} + '">Link</a>'; document.body.append(f);"""
    return document(f"<script>window.onload = () => {{ {script} }}</script>")


@behaviour(TREES)
def frame_event(hide: Hide) -> Answers:
    inner = document(
        f"<b id=x>In</b><script>document.getElementById('x').onclick = () => fetch({hide.path()});</script>"
    )
    outer = document(
        f"<script>const f = document.createElement('iframe'); f.src = '{hide.here}/inner';"
        "window.onload = () => document.body.append(f);</script>"
    )
    return {"": ("text/html", outer), "/inner": ("text/html", inner)}


@behaviour(TREES)
def template(hide: Hide) -> str:
    script = f"""const t = document.createElement('template'); t.innerHTML = '<a href="' + {hide.path()} + '">Link</a>';
      document.body.append(t);"""
    return document(f"<script>window.onload = () => {{ {script} }}</script>")


@behaviour(TREES)
def base_by_script(hide: Hide) -> str:
    script = f"""const p = {hide.path()}, at = p.lastIndexOf('/'); const b = document.createElement('base');
      b.href = p.slice(0, at + 1); document.head.append(b); const a = document.createElement('a'); a.textContent = 'Go';
      a.setAttribute('href', p.slice(at + 1)); document.body.append(a);"""
    return document(f"<script>window.onload = () => {{ {script} }}</script>")


@behaviour(TREES)
def refresh_by_script(hide: Hide) -> str:
    script = f"""const m = document.createElement('meta'); m.httpEquiv = 'refresh';
      m.content = '300; url=' + {hide.path()}; document.head.append(m);"""
    return document(f"<script>window.onload = () => {{ {script} }}</script>")


@behaviour(TREES)
def style_by_script(hide: Hide) -> str:
    script = f"""const s = document.createElement('style');
      s.textContent = 'i{{background:url(' + {hide.path()} + ')}}'; document.head.append(s);"""
    return document(f"<script>window.onload = () => {{ {script} }}</script>")
