"""Where each node of a graph goes in a layered drawing: which column, and which row of it.

Columns follow from the longest way that leads to a node, so edges point to the right; rows from sweeps that put each
node between its neighbours, after K. Sugiyama, S. Tagawa, M. Toda, "Methods for Visual Understanding of Hierarchical
System Structures" (1981). How far apart the rows are is for who draws, because not all nodes are drawn at a time.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

SWEEPS = 8
"""How often the rows are put in order, in turns from the left and from the right; twice as many save a tenth."""

# what is drawn apart, right of everything else: there it does not push models to the right
_BANDS = {"dataset": 1, "package": 2}
# so that a model is not drawn among the places in the code where none leads to it
_FIRST_COLUMN = {"place": 1, "model": 2, "code": 2}

_Neighbours = Sequence[Sequence[int]]


@dataclass(frozen=True, slots=True)
class Slot:
    """Where a node goes; no two nodes of a graph have the same.

    Attributes:
        column: 0 is the leftmost; there is no empty one.
        row: 0 is the uppermost of its column.
    """

    column: int
    row: int


def slots(document: Mapping[str, Any]) -> tuple[Slot, ...]:
    """Place the nodes of a document, in the order of its nodes.

    An edge points to the right, unless it closes a cycle or leads out of the datasets or packages, which are apart.
    """
    nodes = document["nodes"]
    successors = _successors(document)
    met, finished = _walked(successors, sorted(range(len(nodes)), key=lambda node: nodes[node]["kind"] != "project"))
    columns = _columns([node["kind"] for node in nodes], successors, finished)
    rows = _Rows(columns, successors, first=met).best()
    return tuple(Slot(column, row) for column, row in zip(columns, rows, strict=True))


def crossings(places: Sequence[Slot], edges: Iterable[tuple[int, int]]) -> int:
    """Count the pairs of edges between the same two columns that cross each other, drawn as straight lines."""
    spans = ((places[one], places[other]) for one, other in edges)
    ends = sorted((one.column, other.column, one.row, other.row) for one, other in spans)
    return sum(_inversions([row for *_, row in group]) for _, group in groupby(ends, key=lambda end: end[:2]))


def _successors(document: Mapping[str, Any]) -> _Neighbours:
    """The nodes that each one leads to, each once and without itself."""
    index = {node["id"]: number for number, node in enumerate(document["nodes"])}
    found: list[set[int]] = [set() for _ in index]
    for edge in document["edges"]:
        found[index[edge["from"]]].add(index[edge["to"]])
    return [sorted(targets - {node}) for node, targets in enumerate(found)]


def _walked(successors: _Neighbours, starts: Iterable[int]) -> tuple[list[int], list[int]]:
    """Every node, depth first: as they are met, and each after those that it leads to, but for edges of a cycle."""
    seen: dict[int, None] = {}
    order: list[int] = []
    for start in starts:
        pending = [] if start in seen else [(start, iter(successors[start]))]
        seen.setdefault(start)
        while pending:
            node, targets = pending[-1]
            target = next((target for target in targets if target not in seen), None)
            if target is None:
                order.append(node)
                pending.pop()
            else:
                seen[target] = None
                pending.append((target, iter(successors[target])))
    return list(seen), order


def _columns(kinds: Sequence[str], successors: _Neighbours, finished: Sequence[int]) -> list[int]:
    bands = [_BANDS.get(kind, 0) for kind in kinds]
    depth = [_FIRST_COLUMN.get(kind, 0) for kind in kinds]
    turn = {node: number for number, node in enumerate(finished)}
    for node in reversed(finished):
        for target in successors[node]:
            if turn[target] < turn[node] and bands[target] == bands[node]:
                depth[target] = max(depth[target], depth[node] + 1)
    places = list(zip(bands, depth, strict=True))
    number = {place: column for column, place in enumerate(sorted(set(places)))}
    return [number[place] for place in places]


class _Rows:
    """The rows of all columns while they are put in order."""

    def __init__(self, columns: Sequence[int], successors: _Neighbours, *, first: Sequence[int]) -> None:
        self._columns = columns
        self._edges = [(node, target) for node, targets in enumerate(successors) for target in targets]
        self._left: list[list[int]] = [[] for _ in columns]
        self._right: list[list[int]] = [[] for _ in columns]
        for edge in self._edges:
            one, other = sorted(edge, key=columns.__getitem__)
            if columns[one] < columns[other]:
                self._right[one].append(other)
                self._left[other].append(one)
        members: dict[int, list[int]] = defaultdict(list)
        for node in first:
            members[columns[node]].append(node)
        self._members = [members[column] for column in sorted(members)]

    def best(self) -> list[int]:
        """The row of each node, after the sweep that left the fewest crossings."""
        best = self._rows()
        fewest = self._crossings(best)
        for sweep in range(SWEEPS):
            self._sweep(self._right if sweep % 2 else self._left, backwards=bool(sweep % 2))
            rows = self._rows()
            found = self._crossings(rows)
            if found < fewest:
                best, fewest = rows, found
        return best

    def _sweep(self, neighbours: _Neighbours, *, backwards: bool) -> None:
        """Put each node where its neighbours of one side are on average; who has none stays."""
        height = [0.0] * len(self._columns)
        for members in reversed(self._members) if backwards else self._members:
            current = dict(zip(members, _centred(len(members)), strict=True))
            wished = {
                node: sum(height[one] for one in neighbours[node]) / len(neighbours[node])
                if neighbours[node]
                else current[node]
                for node in members
            }
            members.sort(key=wished.__getitem__)
            for node, place in zip(members, _centred(len(members)), strict=True):
                height[node] = place

    def _rows(self) -> list[int]:
        rows = [0] * len(self._columns)
        for members in self._members:
            for row, node in enumerate(members):
                rows[node] = row
        return rows

    def _crossings(self, rows: Sequence[int]) -> int:
        return crossings([Slot(*place) for place in zip(self._columns, rows, strict=True)], self._edges)


def _centred(count: int) -> Iterator[float]:
    """Heights of the rows of a column, the middle of which is at 0."""
    return (row - (count - 1) / 2 for row in range(count))


def _inversions(values: Sequence[int]) -> int:
    """How many pairs stand in the wrong order, in n log n steps: a binary indexed tree (P. Fenwick, 1994)."""
    ranked = sorted(set(values))
    seen = [0] * (len(ranked) + 1)
    found = 0
    for before, value in enumerate(values):
        rank = bisect_left(ranked, value) + 1
        found += before - _counted(seen, rank)
        while rank < len(seen):
            seen[rank] += 1
            rank += rank & -rank
    return found


def _counted(seen: Sequence[int], rank: int) -> int:
    found = 0
    while rank:
        found += seen[rank]
        rank -= rank & -rank
    return found
