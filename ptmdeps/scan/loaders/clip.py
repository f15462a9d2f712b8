"""``clip.load`` of OpenAI's CLIP (read in 2.6.0 of ``clip-anytorch``, which keeps its interface).

The addresses of the weights stand in the library, with hashes that it checks.
"""

from __future__ import annotations

from ptmdeps.scan.loaders.loader import Argument, Loader

LOADERS: tuple[Loader, ...] = (
    Loader(call="clip.load", model=Argument(0, "name"), reads="file", hub="clip", notation="entry", pin="hash"),
)
