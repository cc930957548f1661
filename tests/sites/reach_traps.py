"""Pages that would keep a browser busy for ever, each with one link that is there for the patient."""

from __future__ import annotations

from tests.sites.reach_server import Hide, behaviour, document

GROUP = "traps"


@behaviour(GROUP)
def churning_ids(hide: Hide) -> str:
    script = f"""const draw = () => {{ document.getElementById('v').innerHTML = '';
        for (const word of ['One', 'Two', 'Three']) {{ const b = document.createElement('button');
          b.id = 'b' + Math.random().toString(36).slice(2); b.className = 'c' + Math.random().toString(36).slice(2);
          b.textContent = word; b.onclick = () => {{ draw(); if (word === 'Three') fetch({hide.path()}); }};
          document.getElementById('v').append(b); }} }}; window.onload = draw;"""
    return document(f"<div id=v></div><script>{script}</script>")


@behaviour(GROUP)
def clock(hide: Hide) -> str:
    script = f"""setInterval(() => {{ document.getElementById('t').textContent = new Date().toISOString(); }}, 50);
      document.getElementById('b').onclick = () => fetch({hide.path()});"""
    return document(f"<p id=t></p><button id=b>Go</button><script>window.onload = () => {{ {script} }}</script>")


@behaviour(GROUP)
def endless_buttons(hide: Hide) -> str:
    script = f"""let n = 0; const add = () => {{ const b = document.createElement('button');
        b.textContent = 'Item ' + n++;
        b.onclick = add; document.body.append(b); }}; add();
      const last = document.createElement('i'); last.textContent = 'End'; last.onclick = () => fetch({hide.path()});
      document.body.append(last);"""
    return document(f"<script>window.onload = () => {{ {script} }}</script>")


@behaviour(GROUP)
def leaves_by_itself(hide: Hide) -> str:
    script = f"""document.getElementById('b').onclick = () => fetch({hide.path()});
      setInterval(() => {{ location.href = location.pathname + '?t=' + Math.random(); }}, 300);"""
    return document(f"<button id=b>Go</button><script>window.onload = () => {{ {script} }}</script>")


@behaviour(GROUP)
def asks_and_alerts(hide: Hide) -> str:
    script = f"""alert('Hello'); addEventListener('beforeunload', (e) => e.preventDefault());
      document.getElementById('b').onclick = () => {{ alert('Now'); fetch({hide.path()}); print(); close(); }};"""
    return document(f"<button id=b>Go</button><script>window.onload = () => {{ {script} }}</script>")
