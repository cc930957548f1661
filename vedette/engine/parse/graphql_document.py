"""A schema in the schema language made whole: parts of larger ones extend types, and name types of other parts."""

from __future__ import annotations

from graphql import (
    DefinitionNode,
    DocumentNode,
    EnumTypeDefinitionNode,
    EnumTypeExtensionNode,
    ExecutableDefinitionNode,
    FieldDefinitionNode,
    InputObjectTypeDefinitionNode,
    InputObjectTypeExtensionNode,
    InputValueDefinitionNode,
    InterfaceTypeDefinitionNode,
    InterfaceTypeExtensionNode,
    ListTypeNode,
    NamedTypeNode,
    NameNode,
    NonNullTypeNode,
    ObjectTypeDefinitionNode,
    ObjectTypeExtensionNode,
    ScalarTypeDefinitionNode,
    TypeDefinitionNode,
    TypeExtensionNode,
    TypeNode,
    UnionTypeDefinitionNode,
    UnionTypeExtensionNode,
    specified_scalar_types,
)

_WHOLE: dict[type[TypeExtensionNode], type[TypeDefinitionNode]] = {
    ObjectTypeExtensionNode: ObjectTypeDefinitionNode,
    InterfaceTypeExtensionNode: InterfaceTypeDefinitionNode,
    InputObjectTypeExtensionNode: InputObjectTypeDefinitionNode,
    EnumTypeExtensionNode: EnumTypeDefinitionNode,
    UnionTypeExtensionNode: UnionTypeDefinitionNode,
}
_NAMED = 5


def whole(document: DocumentNode) -> tuple[DocumentNode, list[str]]:
    """The document with a definition for each type that it only extends, and with types that stand nowhere as plain
    values; and what is wrong with it. Raises ValueError for a document of queries."""
    given = document.definitions
    if given and all(isinstance(one, ExecutableDefinitionNode) for one in given):
        raise ValueError("it holds queries, and no schema")
    known = {one.name.value for one in given if isinstance(one, TypeDefinitionNode)}
    made: list[DefinitionNode] = []
    for one in given:
        kind = _WHOLE.get(type(one)) if isinstance(one, TypeExtensionNode) else None
        if kind is not None and isinstance(one, TypeExtensionNode) and one.name.value not in known:
            known.add(one.name.value)
            one = kind(**{key: getattr(one, key) for key in kind.keys if hasattr(one, key)})
        made.append(one)
    missing = [name for name in dict.fromkeys(_names(made)) if name not in known and name not in specified_scalar_types]
    if not missing:
        return DocumentNode(definitions=tuple(made)), []
    made += [ScalarTypeDefinitionNode(name=NameNode(value=name), directives=()) for name in missing]
    more = f" and {len(missing) - _NAMED} more" if len(missing) > _NAMED else ""
    named = ", ".join(missing[:_NAMED])
    said = f"The schema does not tell what these are, they are taken for plain values: {named}{more}."
    return DocumentNode(definitions=tuple(made)), [said]


def _names(definitions: list[DefinitionNode]) -> list[str]:
    """The names of all types that fields, arguments, unions and interfaces refer to."""
    found: list[str] = []
    for one in definitions:
        for field in getattr(one, "fields", None) or ():
            if isinstance(field, (FieldDefinitionNode, InputValueDefinitionNode)):
                found.append(_named(field.type))
                found += [_named(inner.type) for inner in getattr(field, "arguments", None) or ()]
    return found


def _named(node: TypeNode) -> str:
    while isinstance(node, (ListTypeNode, NonNullTypeNode)):
        node = node.type
    return node.name.value if isinstance(node, NamedTypeNode) else ""
