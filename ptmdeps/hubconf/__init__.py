"""Repositories of the PyTorch Hub: entry points, declared dependencies, and the weights that a call downloads.

Code is followed, never executed: from the function of an entry point forwards through the files of the repository,
with values that are partly known. The rooms, from the outside in: ``entrypoints`` (what is asked), ``language`` (which
rule for which kind of node) with ``statements``, ``expressions``, ``functions``, ``classes`` and ``modules``,
``machine`` (how far following got, and what it found), ``libraries``, ``files``, ``natives``, ``methods`` and ``texts``
(what Python and its library do), ``downloads`` and ``other_models`` (which calls download), ``reaching`` (which code
can lead there), ``repository``, ``values`` and ``limits``.
"""

from __future__ import annotations

from ptmdeps.hubconf.entrypoints import read_hubconf, weights_of, weights_of_each
from ptmdeps.hubconf.model import EntryPoint, HubConf, OtherModel, Source, Unknown, WeightFile, Weights

__all__ = [
    "EntryPoint",
    "HubConf",
    "OtherModel",
    "Source",
    "Unknown",
    "WeightFile",
    "Weights",
    "read_hubconf",
    "weights_of",
    "weights_of_each",
]
