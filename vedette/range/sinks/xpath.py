"""XPath 1.0 over a document in memory.

    expression = or;  or = and *( "or" and );  and = equality *( "and" equality )
    equality   = relation *( ( "=" / "!=" ) relation );  relation = sum *( ( "<" / "<=" / ">" / ">=" ) sum )
    sum        = product *( ( "+" / "-" ) product );  product = unary *( ( "*" / "div" / "mod" ) unary )
    unary      = *"-" union;  union = path *( "|" path )
    path       = location / filter [ ( "/" / "//" ) relative ];  filter = primary *predicate
    primary    = "(" expression ")" / literal / number / function "(" [ expression *( "," expression ) ] ")"
    location   = "/" [ relative ] / "//" relative / relative;  relative = step *( ( "/" / "//" ) step )
    step       = "." / ".." / [ axis "::" / "@" ] test *predicate;  predicate = "[" expression "]"
    test       = name / "*" / "node()" / "text()" / "comment()"

All axes but `namespace`, and all functions of the recommendation but `id`, `lang` and `namespace-uri`, are there.
Variables are known to be undefined; namespaces and comments are not kept. Conversions between node lists, texts,
numbers and truth values are the recommendation's. Error texts are those of libxml2.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from vedette.range.sinks.files import VirtualFiles
from vedette.range.sinks.xml import Element, parse
from vedette.range.sinks.xpath_parser import compile_expression
from vedette.range.sinks.xpath_values import Context, Node, Value, XPathError

__all__ = ["Node", "XPathError", "parse_document", "select"]


def parse_document(xml: str) -> Node:
    """Return the root node of a document; raises `xml.XmlError` for one that is not well-formed."""
    root = Node("root")
    builder = _Builder()
    builder.adopt(root, parse(xml, VirtualFiles(), entities=False))
    return root


def select(expression: str, document: Node) -> Value:
    """Evaluate an expression at a node: nodes in document order, a text, a number or a truth value.

    Raises XPathError for an expression that cannot be read or evaluated.
    """
    return compile_expression(expression)(Context(document))


@dataclass(slots=True)
class _Builder:
    """Turns elements into nodes, numbering them in document order."""

    order: int = field(default=0)

    def adopt(self, parent: Node, child: Element | str) -> None:
        self.order += 1
        if isinstance(child, str):
            parent.children.append(Node("text", value=child, parent=parent, order=self.order))
            return
        node = Node("element", child.tag, parent=parent, order=self.order)
        parent.children.append(node)
        for name, value in child.attributes.items():
            self.order += 1
            node.attributes.append(Node("attribute", name, value, node, order=self.order))
        for inner in child.children:
            self.adopt(node, inner)
