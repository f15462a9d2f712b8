"""Which releases of transformers know a kind of model: what ``model_type`` of a ``config.json`` asks for.

``model_types.json`` beside this file is written by ``model_types_regenerate`` from the source of the first and the last
release of every minor version, and of those between them where a type came or went. How a library changed is a fact
about the library, which no model writes down. A type counts as known where a class of configurations names it, or where
the table of ``AutoConfig`` does.
"""

from __future__ import annotations

import json
from functools import lru_cache
from importlib.resources import files

TABLE = "model_types.json"


@lru_cache(maxsize=1)
def newest_release() -> str:
    """The newest release of transformers that the table was made from."""
    return str(_document()["newest"])


def known_releases(model_type: str) -> str | None:
    """Versions (PEP 440) of transformers that can make a model of this type; ``None`` for a type that none knows.

    Empty where every release since 4.0 can, ``>=4.51.0`` for ``qwen3``, ``>=4.27.0,<5.0.0`` for ``deta``, which 5.0.0
    took away.
    """
    types = _document()["types"]
    found = types.get(model_type) if isinstance(types, dict) else None
    return found if isinstance(found, str) else None


@lru_cache(maxsize=1)
def _document() -> dict[str, object]:
    document: dict[str, object] = json.loads(files(__package__).joinpath(TABLE).read_text(encoding="utf-8"))
    return document
