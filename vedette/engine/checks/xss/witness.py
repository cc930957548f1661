"""Reads an answer as a browser would and looks for markup or script of ours in it: the judge of all checks here."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from vedette.contract.exchange import Exchange, Response, header_all
from vedette.engine.attack.html_context import pieces
from vedette.engine.attack.reflection import looks_like_html
from vedette.engine.attack.script_context import script_context
from vedette.engine.attack.script_syntax import well_formed
from vedette.engine.parse import csp

RUNNING_ADDRESSES = {
    "a": ("href", "xlink:href"),
    "area": ("href",),
    "form": ("action",),
    "button": ("formaction",),
    "input": ("formaction",),
    "iframe": ("src",),
    "frame": ("src",),
    "object": ("data",),
    "embed": ("src",),
}
"""Elements and attributes whose `javascript:` address browsers run when it is followed or loaded."""

SKIPPED = frozenset({"noscript", "template", "noembed", "noframes", "xmp", "iframe"})
"""Elements whose content browsers with scripting do not render."""

SILENT = frozenset(
    {"meta", "title", "head", "html", "base", "param", "script", "style", "option", "template", "noscript"}
)
"""Elements on which a handler for clicks or focus never fires."""

SCRIPT_TYPE = re.compile(r"(?:(?:text|application)/(?:x-)?(?:java|ecma|live|j)script(?:1\.\d)?|module)?", re.IGNORECASE)
_BLANKS = re.compile(r"[\x00-\x20]+")
MARK_LENGTH = 160


@dataclass(frozen=True, slots=True)
class Witness:
    """What of ours the browser would act on: `what` in words, `mark` as it stands in the answer, and whether the
    page's own policy keeps inline scripts from running."""

    what: str
    mark: str
    blocked: bool = False


def rendered(response: Response) -> bool:
    """Whether a browser that opens the address shows the body as a document of the site."""
    if response.header("content-disposition").strip().lower().startswith("attachment"):
        return False
    if response.status in (204, 205, 304) or (300 <= response.status < 400 and response.header("location")):
        return False
    if not response.content_type and response.header("x-content-type-options").strip().lower() == "nosniff":
        return False
    return looks_like_html(response)


def witness(exchange: Exchange, token: str) -> Witness | None:
    """The first element, handler, address or script statement that carries the token where it would run."""
    response = exchange.response
    if response is None or not exchange.usable or not rendered(response):
        return None
    text = response.text
    if token not in text.lower():
        return None
    found = _in_document(LexborHTMLParser(_as_with_scripts(text)), token)
    if found is None:
        return None
    what, mark = found
    at = text.lower().find(mark.lower()[:MARK_LENGTH])
    shown = text[at : at + MARK_LENGTH] if at >= 0 else token
    policies = csp.parse(header_all(response.headers, "content-security-policy"))
    return Witness(what, shown, csp.inline_blocked(policies))


def _as_with_scripts(text: str) -> str:
    """The document without what stands in noscript: the parser at hand reads it as browsers without scripts do."""
    if "<noscript" not in text.lower():
        return text
    kept, last = [], 0
    for piece in pieces(text):
        if piece.kind == "raw" and piece.tag == "noscript":
            kept.append(text[last : piece.start])
            last = piece.end
    return "".join([*kept, text[last:]])


def _in_document(tree: LexborHTMLParser, token: str) -> tuple[str, str] | None:
    root = tree.root
    if root is None:
        return None
    for node in root.traverse(include_text=False):
        found = _in_attributes(node, token) or (_in_script(node, token) if node.tag == "script" else None)
        if found and not _skipped(node):
            return found
    return None


def _in_attributes(node: LexborNode, token: str) -> tuple[str, str] | None:
    tag = node.tag or ""
    for name, value in node.attributes.items():
        text = (value or "").lower()
        if token not in text:
            continue
        if name.startswith("on") and len(name) > 4 and tag not in SILENT and _handles(text, token):
            own = "an element of ours with a handler" if tag == token else f"a handler {name} on the element {tag}"
            return own, f"{name}={value}" if tag != token else f"<{tag}"
        if name in RUNNING_ADDRESSES.get(tag, ()) and _is_script_address(text, token):
            return f"a script address in {name} of the element {tag}", value or ""
        if tag == "script" and name == "src" and (urlsplit(text.strip()).hostname or "").startswith(token):
            return "the address of a script, which may be any host", value or ""
    return None


def _handles(handler: str, token: str) -> bool:
    """Whether the handler is the token itself, as we write it, or calls it from code that was there before."""
    return handler.strip() == token or _calls(handler, token)


def _in_script(node: LexborNode, token: str) -> tuple[str, str] | None:
    kind = (node.attributes.get("type") or "").strip()
    text = (node.text() or "").lower()
    if token not in text or "src" in node.attributes or not SCRIPT_TYPE.fullmatch(kind):
        return None
    return ("a call of ours in the page's script", f"{token}(") if _calls(text, token) else None


def _calls(script: str, token: str) -> bool:
    """Whether a call of the token stands in code (not in a string or comment) of a script that can run.

    A bare name proves nothing: sites write harmless names into scripts.
    """
    calls = re.finditer(re.escape(token) + r"\s*[(`]", script)
    return any(script_context(script, match.start()) == "script-code" for match in calls) and well_formed(script)


def _is_script_address(value: str, token: str) -> bool:
    # Browsers drop tabs, line breaks and leading blanks before they read the scheme.
    address = _BLANKS.sub("", value)
    return address.startswith("javascript:") and _calls(address.removeprefix("javascript:"), token)


def _skipped(node: LexborNode) -> bool:
    parent = node.parent
    while parent is not None:
        if parent.tag in SKIPPED:
            return True
        parent = parent.parent
    return False
