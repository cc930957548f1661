"""A small XML 1.0 parser with entities, reading external ones from the virtual file tree alone.

    document   = [ BOM ] [ declaration ] *misc [ doctype *misc ] element *misc
    misc       = comment / instruction / S
    doctype    = "<!DOCTYPE" S Name [ S external ] [S] [ "[" *( declaration / "%" Name ";" / misc ) "]" [S] ] ">"
    external   = "SYSTEM" S literal / "PUBLIC" S literal S literal
    entity     = "<!ENTITY" S [ "%" S ] Name S ( literal / external [ S "NDATA" S Name ] ) [S] ">"
    element    = "<" Name *( S Name [S] "=" [S] literal ) [S] ( "/>" / ">" content "</" Name [S] ">" )
    content    = *( text / reference / element / comment / instruction / "<![CDATA[" ... "]]>" )
    reference  = "&#" digits ";" / "&#x" hex ";" / "&" Name ";"

Other declarations (ELEMENT, ATTLIST, NOTATION) are skipped. An external entity is a `file:` address or a path in the
virtual tree; anything else cannot be loaded, for there is no network. A replacement text must itself be well-formed
content. Expansion is bounded in depth and in size. With `entities=False` a document type declaration is refused, as
hardened parsers do. Messages follow libxml2.
Namespaces are not looked at: a prefixed name is a name with a colon.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from vedette.range.sinks.files import VirtualFiles

_NAME = re.compile(r"[A-Za-z_:\u00c0-\uffff][A-Za-z0-9_:.\-\u00b7-\uffff]*")
_SPACE = re.compile(r"[ \t\r\n]+")
_PREDEFINED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"', "apos": "'"}
_CHARACTERS = ((0x20, 0xD7FF), (0xE000, 0xFFFD), (0x10000, 0x10FFFF))
_EXPANSION_MAX = 200_000
_ENTITY_DEPTH_MAX = 20
_ELEMENT_DEPTH_MAX = 100


class XmlError(Exception):
    """A document that is not well-formed, or refused; the text is what the parser reports, with its place."""


@dataclass(slots=True)
class Element:
    """An element: children are elements and texts in document order."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list[Element | str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """All text inside, as XPath's string value."""
        return "".join(child if isinstance(child, str) else child.text for child in self.children)

    def elements(self) -> Iterator[Element]:
        """Yield the child elements."""
        return (child for child in self.children if isinstance(child, Element))

    def find(self, tag: str) -> Element | None:
        """Return the first child element of that name."""
        return next((child for child in self.elements() if child.tag == tag), None)


@dataclass(frozen=True, slots=True)
class _Entity:
    """A declared entity: its text, or the address of an external one."""

    text: str
    address: str = ""


def parse(xml: str, files: VirtualFiles, entities: bool) -> Element:
    """Return the root element of a document.

    Raises XmlError for anything not well-formed, for entities that cannot be loaded or grow too large, and, where
    `entities` is False, for any document type declaration.
    """
    document = _Document(files, entities)
    return _Parser(xml.removeprefix("\ufeff").replace("\r\n", "\n"), document).document()


class _Document:
    """What one document declares, and how far its entities have grown."""

    def __init__(self, files: VirtualFiles, entities: bool) -> None:
        self.entities_allowed = entities
        self.general: dict[str, _Entity] = {}
        self.parameter: dict[str, _Entity] = {}
        self._files = files
        self._expanded = 0

    def load(self, entity: _Entity) -> str:
        """Return an entity's text, read from the virtual tree for an external one."""
        text = self._read(entity.address) if entity.address else entity.text
        self._expanded += len(text) + 20
        if self._expanded > _EXPANSION_MAX:
            raise XmlError("Maximum entity amplification factor exceeded, see xmlCtxtSetMaxAmplification.")
        return text

    def _read(self, address: str) -> str:
        failed = XmlError(f'failed to load external entity "{address}"')
        try:
            parts = urlsplit(address)
            if parts.scheme not in ("", "file") or parts.netloc not in ("", "localhost"):
                raise failed
            text = self._files.read(unquote(parts.path))
        except (OSError, ValueError):
            raise failed from None
        return re.sub(r"\A<\?xml[ \t\r\n].*?\?>", "", text, count=1, flags=re.DOTALL)


class _Parser:
    """Reads one text: the document, or the replacement text of an entity."""

    def __init__(self, text: str, document: _Document, open_entities: tuple[str, ...] = (), depth: int = 0) -> None:
        self._text = text
        self._position = 0
        self._document = document
        self._open_entities = open_entities
        self._depth = depth

    def document(self) -> Element:
        if not self._text.strip():
            raise self._error("Document is empty")
        self._declaration()
        self._misc()
        if self._at("<!DOCTYPE"):
            self._doctype()
            self._misc()
        if not self._at("<"):
            raise self._error("Start tag expected, '<' not found")
        root = self._element()
        self._misc()
        if self._position < len(self._text):
            raise self._error("Extra content at the end of the document")
        return root

    def _error(self, message: str) -> XmlError:
        before = self._text[: self._position]
        return XmlError(f"{message}, line {self._line()}, column {len(before) - (before.rfind(chr(10)) + 1) + 1}")

    def _line(self) -> int:
        return self._text.count("\n", 0, self._position) + 1

    def _at(self, text: str) -> bool:
        return self._text.startswith(text, self._position)

    def _skip(self, text: str, message: str) -> None:
        if not self._at(text):
            raise self._error(message)
        self._position += len(text)

    def _space(self) -> bool:
        match = _SPACE.match(self._text, self._position)
        self._position = match.end() if match else self._position
        return match is not None

    def _name(self) -> str:
        match = _NAME.match(self._text, self._position)
        self._position = match.end() if match else self._position
        return match[0] if match else ""

    def _until(self, end: str, message: str) -> str:
        found = self._text.find(end, self._position)
        if found < 0:
            self._position = len(self._text)
            raise self._error(message)
        taken = self._text[self._position : found]
        self._position = found + len(end)
        return taken

    def _declaration(self) -> None:
        if re.compile(r"<\?xml[ \t\r\n]").match(self._text):
            self._position = 5
            content = self._until("?>", "parsing XML declaration: '?>' expected")
            if not re.match(r"\s*version\s*=\s*(['\"])1\.[0-9]+\1", content):
                raise self._error("Malformed declaration expecting version")

    def _misc(self) -> None:
        while self._space() or self._comment() or self._instruction():
            pass

    def _comment(self) -> bool:
        if not self._at("<!--"):
            return False
        self._position += 4
        if "--" in self._until("-->", "Comment not terminated"):
            raise self._error("Double hyphen within comment")
        return True

    def _instruction(self) -> bool:
        if not self._at("<?"):
            return False
        self._position += 2
        target = self._name()
        if not target:
            raise self._error("xmlParsePI : no target name")
        if target.lower() == "xml":
            raise self._error("XML declaration allowed only at the start of the document")
        self._until("?>", f"ParsePI: PI {target} never end ...")
        return True

    def _doctype(self) -> None:
        if not self._document.entities_allowed:
            raise self._error("Document type declaration is forbidden")
        self._position += len("<!DOCTYPE")
        self._space()
        if not self._name():
            raise self._error("xmlParseDocTypeDecl : no DOCTYPE name !")
        if self._space():
            # The external subset is not loaded: a parser that does not validate need not.
            self._external()
            self._space()
        if self._at("["):
            self._position += 1
            self._subset("]")
            self._space()
        self._skip(">", "DOCTYPE improperly terminated")

    def _subset(self, end: str) -> None:
        """Read declarations up to the closing bracket, or to the end of a parameter entity."""
        while True:
            self._misc()
            if self._at("%"):
                self._parameter_reference()
            elif self._at("<!ENTITY"):
                self._entity()
            elif self._at("<!"):
                self._until(">", "internal error: xmlParseInternalSubset: error detected in Markup declaration")
            elif end and self._at(end):
                self._position += len(end)
                return
            elif not end and self._position >= len(self._text):
                return
            else:
                raise self._error("internal error: xmlParseInternalSubset: error detected in Markup declaration")

    def _parameter_reference(self) -> None:
        self._position += 1
        name = self._name()
        self._skip(";", "xmlParsePEReference: expecting ';'")
        entity = self._document.parameter.get(name)
        if entity is None:
            raise self._error(f"PEReference: %{name}; not found")
        self._inside(f"%{name}", entity)._subset("")

    def _inside(self, name: str, entity: _Entity) -> _Parser:
        """Return a parser for an entity's text, which must not lead back to itself."""
        if name in self._open_entities or len(self._open_entities) >= _ENTITY_DEPTH_MAX:
            raise self._error("Detected an entity reference loop")
        return _Parser(self._document.load(entity), self._document, (*self._open_entities, name), self._depth)

    def _entity(self) -> None:
        self._position += len("<!ENTITY")
        if not self._space():
            raise self._error("Space required after '<!ENTITY'")
        table = self._document.general
        if self._at("%"):
            self._position += 1
            self._space()
            table = self._document.parameter
        name = self._name()
        if not name:
            raise self._error("xmlParseEntityDecl: no name")
        if not self._space():
            raise self._error("Space required after the entity name")
        address = self._external()
        entity = _Entity("", address) if address is not None else _Entity(self._entity_value())
        if self._space() and self._at("NDATA"):
            self._position += len("NDATA")
            self._space()
            self._name()
            self._space()
        self._skip(">", f"xmlParseEntityDecl: entity {name} not terminated")
        # The first declaration of a name binds.
        table.setdefault(name, entity)

    def _external(self) -> str | None:
        """Read SYSTEM or PUBLIC with its literals; None where neither stands here."""
        if self._at("SYSTEM"):
            self._position += 6
            self._space()
            return self._literal("SystemLiteral \" or ' expected")
        if self._at("PUBLIC"):
            self._position += 6
            self._space()
            self._literal("PubidLiteral \" or ' expected")
            self._space()
            return self._literal("SystemLiteral \" or ' expected")
        return None

    def _literal(self, message: str) -> str:
        quote = self._text[self._position : self._position + 1]
        if quote not in ("'", '"'):
            raise self._error(message)
        self._position += 1
        return self._until(quote, message)

    def _entity_value(self) -> str:
        """Read an entity value: character references are replaced at once, general ones when it is used."""
        value = self._literal("EntityValue: \" or ' expected")
        for match in re.finditer(r"&(?!#)([^;\s]*)(;?)", value):
            if not (match[2] and _NAME.fullmatch(match[1])):
                raise self._error(f"EntityValue: '&' forbidden except for entities references {match[1]}".strip())
        if "%" in value:
            raise self._error("PEReference forbidden in internal subset")
        return re.sub(r"&#(x[0-9A-Fa-f]+|[0-9]+);", lambda m: self._character(m[1]), value)

    def _character(self, digits: str) -> str:
        number = int(digits[1:], 16) if digits.startswith("x") else int(digits)
        if number in (9, 10, 13) or any(low <= number <= high for low, high in _CHARACTERS):
            return chr(number)
        raise self._error(f"xmlParseCharRef: invalid xmlChar value {number}")

    def _element(self) -> Element:
        self._depth += 1
        if self._depth > _ELEMENT_DEPTH_MAX:
            raise self._error("Excessive depth in document: use XML_PARSE_HUGE option")
        line = self._line()
        self._position += 1
        tag = self._name()
        if not tag:
            raise self._error("StartTag: invalid element name")
        element = Element(tag, self._attributes())
        if self._at("/>"):
            self._position += 2
        elif self._at(">"):
            self._position += 1
            self._content(element)
            self._end_tag(tag, line)
        else:
            raise self._error(f"Couldn't find end of Start Tag {tag} line {line}")
        self._depth -= 1
        return element

    def _end_tag(self, tag: str, line: int) -> None:
        if self._position >= len(self._text):
            if self._open_entities:
                raise self._error("chunk is not well balanced")
            raise self._error(f"Premature end of data in tag {tag} line {line}")
        self._position += 2
        name = self._name()
        self._space()
        if name != tag:
            self._position += 1
            raise self._error(f"Opening and ending tag mismatch: {tag} line {line} and {name}")
        self._skip(">", "expected '>'")

    def _attributes(self) -> dict[str, str]:
        found: dict[str, str] = {}
        while self._space():
            name = self._name()
            if not name:
                return found
            self._space()
            if not self._at("="):
                raise self._error(f"Specification mandates value for attribute {name}")
            self._position += 1
            self._space()
            quote = self._text[self._position : self._position + 1]
            value = self._literal("AttValue: ' expected" if quote == "'" else "AttValue: \" or ' expected")
            if "<" in value:
                raise self._error("Unescaped '<' not allowed in attributes values")
            if name in found:
                raise self._error(f"Attribute {name} redefined")
            found[name] = self._attribute_value(value, self._open_entities)
        if found and not self._text.startswith((">", "/"), self._position):
            raise self._error("attributes construct error")
        return found

    def _attribute_value(self, value: str, open_entities: tuple[str, ...]) -> str:
        def replace(match: re.Match[str]) -> str:
            if match[1]:
                return self._character(match[1])
            name = self._checked_reference(match)
            if name in _PREDEFINED:
                return _PREDEFINED[name]
            entity = self._lookup(name)
            if entity.address:
                raise self._error(f"Attribute references external entity '{name}'")
            if name in open_entities or len(open_entities) >= _ENTITY_DEPTH_MAX:
                raise self._error("Detected an entity reference loop")
            text = self._document.load(entity)
            if "<" in text:
                raise self._error(f"'<' in entity '{name}' is not allowed in attributes values")
            return self._attribute_value(text, (*open_entities, name))

        spaced = re.sub(r"[\t\n\r]", " ", value)
        return re.sub(r"&(?:#(x[0-9A-Fa-f]+|[0-9]+);|([^;\s&]*)(;?))", replace, spaced)

    def _checked_reference(self, match: re.Match[str]) -> str:
        name = _NAME.match(match[2] or "")
        if name is None:
            raise self._error("xmlParseEntityRef: no name")
        if not match[3] or name[0] != match[2]:
            raise self._error("EntityRef: expecting ';'")
        return name[0]

    def _lookup(self, name: str) -> _Entity:
        entity = self._document.general.get(name)
        if entity is None:
            raise self._error(f"Entity '{name}' not defined")
        return entity

    def _content(self, element: Element) -> None:
        """Read content into an element, up to an end tag or the end of the text."""
        while self._position < len(self._text) and not self._at("</"):
            if self._at("<![CDATA["):
                self._position += len("<![CDATA[")
                _append(element, self._until("]]>", "CData section not finished"))
            elif self._comment() or self._instruction():
                continue
            elif self._at("<"):
                element.children.append(self._element())
            elif self._at("&"):
                self._reference(element)
            else:
                end = re.compile(r"[^<&]+").match(self._text, self._position)
                text = end[0] if end else ""
                if "]]>" in text:
                    raise self._error("Sequence ']]>' not allowed in content")
                self._position += len(text)
                _append(element, text)

    def _reference(self, element: Element) -> None:
        match = re.compile(r"&(?:#(x[0-9A-Fa-f]+|[0-9]+);|([^;\s&<]*)(;?))").match(self._text, self._position)
        assert match is not None  # noqa: S101 - an ampersand stands here, and the rest may be empty
        if match[1]:
            _append(element, self._character(match[1]))
            self._position = match.end()
            return
        self._position = match.end()
        name = self._checked_reference(match)
        if name in _PREDEFINED:
            _append(element, _PREDEFINED[name])
            return
        inner = self._inside(name, self._lookup(name))
        holder = Element("")
        inner._content(holder)
        if inner._position < len(inner._text):
            raise self._error("chunk is not well balanced")
        for child in holder.children:
            if isinstance(child, str):
                _append(element, child)
            else:
                element.children.append(child)


def _append(element: Element, text: str) -> None:
    if not text:
        return
    if element.children and isinstance(element.children[-1], str):
        element.children[-1] += text
    else:
        element.children.append(text)
