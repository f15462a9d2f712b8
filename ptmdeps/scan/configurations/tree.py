"""What every configuration format is read into: texts with their lines, in mappings and sequences."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

_WORD_START = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_DEEPEST = 64
_MOST = 200_000


@dataclass(frozen=True, slots=True)
class Scalar:
    """One text and the line where it stands.

    Numbers, booleans and nothing at all are the empty text; ``word`` has what is written for them, in small letters.
    """

    text: str
    line: int
    word: str = ""


@dataclass(frozen=True, slots=True)
class Sequence:
    """Nodes in order."""

    items: tuple[Node, ...]


@dataclass(frozen=True)
class Mapping:
    """Pairs of a key and a node, in the order of the document."""

    pairs: tuple[tuple[Scalar, Node], ...]

    def get(self, key: str) -> Node | None:
        """Return the node of a key; the last one of several, as parsers do."""
        return self._nodes.get(key)

    def at(self, path: str) -> Node | None:
        """Return the node at a dotted path of keys."""
        node: Node | None = self
        for key in path.split("."):
            node = node.get(key) if isinstance(node, Mapping) else None
        return node

    def text(self, key: str) -> str:
        """Return the text of a key, empty where there is none."""
        node = self.get(key)
        return node.text if isinstance(node, Scalar) else ""

    @cached_property
    def _nodes(self) -> dict[str, Node]:
        return {name.text: node for name, node in self.pairs}

    @cached_property
    def plain(self) -> dict[str, str]:
        """The keys as they stand, by their plain spelling."""
        return {plain_key(name.text): name.text for name, _ in reversed(self.pairs)}


def plain_key(key: str) -> str:
    """Return a key in one spelling: small letters, words joined by ``_``, without what is before a dot."""
    return _WORD_START.sub("_", key.rpartition(".")[2]).replace("-", "_").lower()


Node = Scalar | Sequence | Mapping

NOTHING = Mapping(())


class Builder:
    """Makes one document of a stream of openings, closings and texts.

    It is ``full`` when the document is nested deeper, or has more nodes, than any configuration: what comes then is
    left out. A stream that closes too often or too late gives what was understood of it.
    """

    def __init__(self) -> None:
        self._open: list[tuple[bool, list[Node]]] = []
        self._count = 0
        self._root: Node | None = None

    @property
    def full(self) -> bool:
        """Whether nothing more is taken in."""
        return len(self._open) > _DEEPEST or self._count > _MOST

    def open(self, *, mapping: bool) -> None:
        """Begin a mapping or a sequence."""
        self._open.append((mapping, []))

    def close(self) -> None:
        """End the innermost mapping or sequence."""
        if self._open:
            is_mapping, nodes = self._open.pop()
            self.add(Mapping(tuple(_pairs(nodes))) if is_mapping else Sequence(tuple(nodes)))

    def add(self, node: Node) -> None:
        """Put a node where the stream is; a second document is left out."""
        self._count += 1
        if self._open:
            self._open[-1][1].append(node)
        elif self._root is None:
            self._root = node

    def finish(self) -> Node:
        """Close everything that is open and return the document."""
        while self._open:
            self.close()
        return self._root or NOTHING


def _pairs(nodes: list[Node]) -> Iterator[tuple[Scalar, Node]]:
    """Pair keys with values; a key that is no text, or that has no value, is left out."""
    for key, value in zip(nodes[::2], nodes[1::2], strict=False):
        if isinstance(key, Scalar):
            yield (Scalar(key.word, key.line) if key.word else key), value


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """One text of a document with the way to it.

    ``path`` are the keys from the root, ``[]`` for an item of a sequence; ``parent`` is the innermost mapping around
    the text; ``is_key`` tells that the text itself is a key, the last one of ``path``.
    """

    path: tuple[str, ...]
    value: Scalar
    parent: Mapping
    is_key: bool = False


def leaves_of(node: Node, path: tuple[str, ...] = (), parent: Mapping = NOTHING) -> Iterator[Leaf]:
    """Yield every text of a document in its order, the keys too; as deep as ``Builder`` allows."""
    match node:
        case Scalar():
            yield Leaf(path=path, value=node, parent=parent)
        case Sequence(items=items):
            for item in items:
                yield from leaves_of(item, (*path, "[]"), parent)
        case Mapping(pairs=pairs):
            for key, value in pairs:
                yield Leaf(path=(*path, key.text), value=key, parent=node, is_key=True)
                yield from leaves_of(value, (*path, key.text), node)


def mappings_of(node: Node) -> Iterator[Mapping]:
    """Yield every mapping of a document, the outer ones first."""
    match node:
        case Sequence(items=items):
            for item in items:
                yield from mappings_of(item)
        case Mapping(pairs=pairs):
            yield node
            for _, value in pairs:
                yield from mappings_of(value)
