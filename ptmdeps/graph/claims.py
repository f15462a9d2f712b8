"""Where sources contradict each other: what each says is kept, and none of them is believed over the others."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from typing import Literal

from ptmdeps.graph.model import REMOTE_CODE, Known, ModelGraph, Node

_SYMBOL = re.compile(r"[A-Za-z0-9.+:-]+")


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Claim:
    """What one source says."""

    value: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Conflict:
    """Sources that say different things of one node; ``claims`` are sorted."""

    node: Node
    about: Literal["base-model", "license"]
    claims: tuple[Claim, ...]


def conflicts(graph: ModelGraph) -> tuple[Conflict, ...]:
    """Every contradiction among what the graph shows, sorted."""
    found = ((_bases(graph, node), _license(node, known)) for node, known in graph.nodes.items())
    return tuple(sorted(conflict for both in found for conflict in both if conflict))


def _bases(graph: ModelGraph, node: Node) -> Conflict | None:
    """Files that name different bases: one may name fewer than another, but none may name others."""
    named: defaultdict[str, set[Node]] = defaultdict(set)
    for arc in graph.arcs[node]:
        base = arc.kind == "lineage" and arc.target.kind == "model" and arc.relation != REMOTE_CODE
        if base or (arc.kind == "runtime" and arc.relation == "adapter"):
            for source in arc.evidence:
                named[source].add(arc.target)
    keys = [{target.key for target in targets} for targets in named.values()]
    if len(keys) < 2 or all(one <= other or other <= one for one in keys for other in keys):  # noqa: PLR2004
        return None
    claims = (Claim(value=str(target), source=source) for source, targets in named.items() for target in targets)
    return Conflict(node=node, about="base-model", claims=tuple(sorted(claims)))


def _license(node: Node, known: Known | None) -> Conflict | None:
    """A text that is another licence's than the one that is declared."""
    license_ = known.license if known is not None else None
    if license_ is None or not license_.declared or not license_.concluded or not license_.recognized:
        return None
    if _text_of(license_.recognized) in map(_text_of, _SYMBOL.findall(license_.concluded)):
        return None
    text = f"{license_.text} ({license_.likeness} % alike)"
    claims = (
        Claim(value=license_.declared, source=license_.evidence or "declared"),
        Claim(value=license_.recognized, source=text),
    )
    return Conflict(node=node, about="license", claims=tuple(sorted(claims)))


def _text_of(license_: str) -> str:
    """A licence without what no text tells: whether later versions may be chosen."""
    return license_.casefold().removesuffix("-only").removesuffix("-or-later")
