"""The shape of a row that describes the configuration of one known tool."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ptmdeps.scan.configurations.tree import Leaf, Mapping, Node, Scalar
from ptmdeps.scan.loaders.loader import Notation
from ptmdeps.scan.references import Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """Where a configuration names models.

    Attributes:
        path: dotted keys from the root: ``[]`` is an item of a list, ``*`` any key, ``**`` in front any keys at all;
            ``a|b`` one of several. A list of texts counts as its items.
        kind: what the hub stores under the name.
        reads: which files the tool reads of it.
        hub: where the name belongs.
        notation: how the name is written.
        ref: the key that names the ref, beside the model.
        files: the key that names files of the model, beside it.
        beside: a key beside it that has to have the value ``equals``.
        equals: pattern of that value.
        in_key: whether the last key of ``path`` is the name, and not its value.
        bare: whether a name without an owner may be one of the hub.
        inside: pattern of a longer text whose first group is the name.
    """

    path: str
    kind: Kind = "model"
    reads: str = "transformers"
    hub: str = "huggingface"
    notation: Notation = "id"
    ref: str = ""
    files: str = ""
    beside: str = ""
    equals: str = ""
    in_key: bool = False
    bare: bool = False
    inside: str = ""

    def holds(self, leaf: Leaf) -> bool:
        """Whether a text of a document stands in this place."""
        if leaf.is_key != self.in_key:
            return False
        path = leaf.path[:-1] if leaf.path[-1:] == ("[]",) and not self.path.endswith("[]") else leaf.path
        if not _matches(self.path.split("."), path):
            return False
        return not self.beside or re.fullmatch(self.equals, leaf.parent.text(self.beside)) is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Schema:
    """The configuration of one tool.

    Attributes:
        name: what people call it.
        keys: dotted paths that all stand in such a document; ``a|b`` is one of several, ``a=b`` asks for a value.
        files: pattern of the path of such a file, from a folder's name on; empty for every path.
        fields: where it names models.
    """

    name: str
    keys: tuple[str, ...] = ()
    files: str = ""
    fields: tuple[Field, ...] = ()

    def describes(self, path: str, document: Node) -> bool:
        """Whether a document is such a configuration."""
        if self.files and re.search(rf"(?:^|/)(?:{self.files})$", path) is None:
            return False
        return all(any(_stands(choice, document) for choice in key.split("|")) for key in self.keys)


def _stands(key: str, document: Node) -> bool:
    if not isinstance(document, Mapping):
        return False
    path, _, value = key.partition("=")
    node = document.at(path)
    return node is not None and (not value or (isinstance(node, Scalar) and node.text == value))


def _matches(pattern: list[str], path: tuple[str, ...]) -> bool:
    if pattern[0] == "**":
        pattern = pattern[1:]
        path = path[-len(pattern) :]
    return len(pattern) == len(path) and all(
        part == "*" or key in part.split("|") for part, key in zip(pattern, path, strict=True)
    )
