"""Links behind events: every kind that a page can listen to."""

from __future__ import annotations

from tests.sites.reach_server import Hide, behaviour, document

GROUP = "events"


def _listens(hide: Hide, event: str, markup: str = '<div id="x">Here</div>', condition: str = "true") -> str:
    script = f"""document.getElementById('x').addEventListener('{event}', (e) => {{
      if ({condition}) fetch({hide.path()}); }});"""
    return document(f"{markup}<script>{script}</script>")


@behaviour(GROUP)
def click_listener(hide: Hide) -> str:
    return _listens(hide, "click")


@behaviour(GROUP)
def click_property(hide: Hide) -> str:
    return document(
        f"<p id=x>Show</p><script>document.getElementById('x').onclick = () => fetch({hide.path()});</script>"
    )


@behaviour(GROUP)
def click_attribute(hide: Hide) -> str:
    return document(f'<input type="button" value="Show" onclick="fetch({hide.path()})">')


@behaviour(GROUP)
def click_delegated(hide: Hide) -> str:
    script = f"""document.addEventListener('click', (e) => {{
      if (e.target.closest('.entry-item')) fetch({hide.path()}); }});"""
    return document(f'<ul><li class="entry-item">One</li></ul><script>{script}</script>')


@behaviour(GROUP)
def click_two_listeners(hide: Hide) -> str:
    script = f"""const x = document.getElementById('x'); x.addEventListener('click', () => fetch({hide.path("a")}));
      x.addEventListener('click', () => fetch({hide.path("b")}));"""
    return document(f"<button id=x>Both</button><script>{script}</script>")


@behaviour(GROUP)
def double_click(hide: Hide) -> str:
    return _listens(hide, "dblclick")


@behaviour(GROUP)
def hover(hide: Hide) -> str:
    return _listens(hide, "mouseenter")


@behaviour(GROUP)
def hover_over(hide: Hide) -> str:
    return _listens(hide, "mouseover", '<div id="x"><span>Menu</span></div>')


@behaviour(GROUP)
def hover_leave(hide: Hide) -> str:
    return _listens(hide, "mouseleave")


@behaviour(GROUP)
def focus(hide: Hide) -> str:
    return _listens(hide, "focus", '<input id="x" name="q">')


@behaviour(GROUP)
def blur(hide: Hide) -> str:
    return _listens(hide, "blur", '<input id="x" name="q">')


@behaviour(GROUP)
def key_on_field(hide: Hide) -> str:
    return _listens(hide, "keydown", '<input id="x" name="q">', "e.key === 'Enter'")


@behaviour(GROUP)
def key_shortcut(hide: Hide) -> str:
    script = (
        f"document.addEventListener('keydown', (e) => {{ if (e.ctrlKey && e.key === 'k') fetch({hide.path()}); }});"
    )
    return document(f"<p>Press a key</p><script>{script}</script>")


@behaviour(GROUP)
def key_code(hide: Hide) -> str:
    script = (
        f"window.onload = () => addEventListener('keyup', (e) => {{ if (e.keyCode === 40) fetch({hide.path()}); }});"
    )
    return document(f"<p>Down</p><script>{script}</script>")


@behaviour(GROUP)
def context_menu(hide: Hide) -> str:
    return _listens(hide, "contextmenu")


@behaviour(GROUP)
def pointer(hide: Hide) -> str:
    return _listens(hide, "pointerdown")


@behaviour(GROUP)
def touch(hide: Hide) -> str:
    return _listens(hide, "touchstart", condition="e.touches.length === 1")


@behaviour(GROUP)
def long_press(hide: Hide) -> str:
    script = f"""const x = document.getElementById('x'); let t = 0;
      x.addEventListener('pointerdown', () => {{ t = setTimeout(() => fetch({hide.path()}), 800); }});
      x.addEventListener('pointerup', () => clearTimeout(t));
      x.addEventListener('touchstart', () => {{}});"""
    return document(f"<div id=x>Hold</div><script>{script}</script>")


@behaviour(GROUP)
def change_select(hide: Hide) -> str:
    markup = (
        '<select id="x"><option value="">-</option><option value="a">A</option><option value="b">B</option></select>'
    )
    return _listens(hide, "change", markup, "e.target.value === 'b'")


@behaviour(GROUP)
def change_checkbox(hide: Hide) -> str:
    return _listens(hide, "change", '<input type="checkbox" id="x">', "e.target.checked")


@behaviour(GROUP)
def input_text(hide: Hide) -> str:
    return _listens(hide, "input", '<input id="x" type="email">', "e.target.value.includes('@')")


@behaviour(GROUP)
def input_file(hide: Hide) -> str:
    return _listens(hide, "change", '<input id="x" type="file" accept="image/png">', "e.target.files.length === 1")


@behaviour(GROUP)
def drag_and_drop(hide: Hide) -> str:
    script = f"""document.getElementById('to').addEventListener('dragover', (e) => e.preventDefault());
      document.getElementById('to').addEventListener('drop', () => fetch({hide.path()}));"""
    return document(f'<div draggable="true">Take</div><div id="to">Put</div><script>{script}</script>')


@behaviour(GROUP)
def wheel(hide: Hide) -> str:
    return _listens(hide, "wheel")


@behaviour(GROUP)
def custom_event(hide: Hide) -> str:
    return document(f"<script>window.addEventListener('panel:open', () => fetch({hide.path()}));</script>")


@behaviour(GROUP)
def late_listener(hide: Hide) -> str:
    script = f"""setTimeout(() => {{ const b = document.createElement('b'); b.textContent = 'Late';
      b.addEventListener('click', () => fetch({hide.path()})); document.body.append(b); }}, 5000);"""
    return document(f"<p>Wait</p><script>{script}</script>")


@behaviour(GROUP)
def handler_replaced(hide: Hide) -> str:
    script = f"""const x = document.getElementById('x');
      x.onclick = () => {{ x.onclick = () => fetch({hide.path()}); }};"""
    return document(f"<button id=x>Again</button><script>{script}</script>")
