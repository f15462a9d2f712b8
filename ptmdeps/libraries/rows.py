"""The libraries that name models their own way, one row each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Library:
    """A library with a table of models.

    Attributes:
        module: of ``ptmdeps.libraries``, which reads the table. It has ``read(modules: Modules) -> Names``, all names
            of one version, and may have ``spellings(name: str, ref: str) -> Iterable[str | ModelKey]``: under which
            names of the table a model is looked for, the most exact first, or which model of another library it is;
            without it a name is looked for as ``name@ref`` where there is a ref, and as ``name`` where there is none.
        distributions: what the library is called where it is installed from; its table is shipped for the first.
    """

    module: str
    distributions: tuple[str, ...]

    @property
    def distribution(self) -> str:
        """The distribution whose versions are shipped."""
        return self.distributions[0]

    @property
    def shipped(self) -> str:
        """The file of the shipped table, in the folder ``shipped``."""
        return f"{self.distribution}.json"


LIBRARIES: Mapping[str, tuple[Library, ...]] = {
    "timm": (Library(module="timm", distributions=("timm",)),),
    "torchvision": (Library(module="torchvision", distributions=("torchvision",)),),
    "torchaudio": (Library(module="torchaudio", distributions=("torchaudio",)),),
    "openclip": (Library(module="open_clip", distributions=("open-clip-torch",)),),
    "clip": (
        Library(module="clip", distributions=("clip",)),
        Library(module="clip", distributions=("clip-anytorch",)),
        Library(module="clip", distributions=("openai-clip",)),
    ),
    "segmentation_models_pytorch": (
        Library(module="segmentation_models_pytorch", distributions=("segmentation-models-pytorch",)),
    ),
    "whisper": (
        Library(module="whisper", distributions=("openai-whisper",)),
        Library(module="faster_whisper", distributions=("faster-whisper",)),
    ),
    "keras": (
        Library(module="keras_applications", distributions=("keras",)),
        Library(module="keras_applications", distributions=("tf-keras",)),
        Library(module="keras_hub", distributions=("keras-hub",)),
        Library(module="keras_hub", distributions=("keras-nlp",)),
    ),
    "segmentation_models": (Library(module="segmentation_models", distributions=("segmentation-models",)),),
    "ultralytics": (Library(module="ultralytics", distributions=("ultralytics",)),),
    "flair": (Library(module="flair", distributions=("flair",)),),
}
"""The libraries of each hub that a scan names, sorted by how common they are: a project may use several of a hub."""

LISTED: Mapping[str, Library] = {"stanza": Library(module="stanza_models", distributions=("stanza",))}
"""Libraries whose table has the address of a list on the net: see ``ptmdeps.libraries.listed``."""

UNKNOWN_READINGS: frozenset[str] = frozenset({"whisper-cpp", "whisper-mlx"})
"""Ways of reading that share names with a hub of ``LIBRARIES`` and mean other files, of which no table is read."""
