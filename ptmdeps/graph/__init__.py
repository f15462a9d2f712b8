"""The model graph: project, places in code, models, datasets, code, Python packages, and what connects them.

Built from the lock, and from a scan where places are asked for. ``model`` (the values), ``building`` (lock → graph),
``uses`` (scan → places), ``walking`` (ways and neighbours), ``questions`` (impact, cycles, orphans, …), ``claims``
(where sources contradict each other), ``handoffs`` and ``flow`` (models of one pipeline). Walking needs nothing but
dictionaries, and nothing here is recursive: chains of models may be long.
"""

from __future__ import annotations

from ptmdeps.graph.building import model_graph, named, roots
from ptmdeps.graph.model import PROJECT, Arc, ModelGraph, Node, is_need
from ptmdeps.graph.walking import total_sizes, ways

__all__ = [
    "PROJECT",
    "Arc",
    "ModelGraph",
    "Node",
    "is_need",
    "model_graph",
    "named",
    "roots",
    "total_sizes",
    "ways",
]
