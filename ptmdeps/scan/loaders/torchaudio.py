"""Bundles of ``torchaudio`` (read in 2.11.0): ``torchaudio.pipelines.<BUNDLE>.get_model()``.

The address of a bundle's weights stands in the library.
"""

from __future__ import annotations

from ptmdeps.scan.loaders.loader import Loader

LOADERS: tuple[Loader, ...] = tuple(
    Loader(
        call=f"torchaudio.pipelines.*.{method}",
        named_by="call",
        reads="file",
        hub="torchaudio",
        notation="name",
        pin="version",
    )
    for method in ("get_model", "get_tacotron2", "get_vocoder", "get_decoder")
)
