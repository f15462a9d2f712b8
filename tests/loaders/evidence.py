"""Says what was loaded, as hashes that a test can compute from the files of a model. Copied into projects under test.

It runs where the frameworks are, and is written so that it needs none of them itself.
"""

from __future__ import annotations

import hashlib
import json
import sys
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


def report(loads: dict[str, Callable[[], Any]]) -> None:
    """Carry out every load and write, as one JSON object, what each got: its evidence, or how it failed."""
    sys.stdout.write(json.dumps({label: _outcome(load) for label, load in loads.items()}))


def _outcome(load: Callable[[], Any]) -> dict[str, Any]:
    try:
        return {"evidence": sorted(_evidence(load()))}
    except Exception:  # noqa: BLE001 - whatever a framework raises is the outcome
        return {"error": traceback.format_exc()}


def _evidence(loaded: Any) -> Iterator[str]:
    if isinstance(loaded, str):
        yield from _files(Path(loaded))
    elif hasattr(loaded, "get_weights"):  # Keras, whose state also has seeds for what is random
        yield from (_hashed("tensor", array.tobytes()) for array in loaded.get_weights())
    elif hasattr(loaded, "state_dict"):
        yield from (_hashed("tensor", bytes(tensor.numpy().tobytes())) for tensor in loaded.state_dict().values())
        yield from _code(loaded)
    elif hasattr(loaded, "get_vocab"):
        yield _hashed("vocabulary", json.dumps(loaded.get_vocab(), sort_keys=True).encode())
    elif hasattr(loaded, "components"):
        parts = loaded.components.values()
        yield from (found for part in parts if hasattr(part, "state_dict") for found in _evidence(part))
    else:
        yield from _evidence(loaded.model)


def _files(path: Path) -> Iterator[str]:
    if path.is_file():
        yield _hashed("file", path.read_bytes())
    for file in path.rglob("*"):
        if file.is_file():
            yield _hashed(file.relative_to(path).as_posix(), file.read_bytes())


def _code(model: Any) -> Iterator[str]:
    """The generation that code from a repository says it is of."""
    module = sys.modules[type(model).__module__]
    if hasattr(module, "GENERATION"):
        yield _hashed("code", module.GENERATION.encode())


def _hashed(kind: str, content: bytes) -> str:
    return f"{kind} {hashlib.sha256(content).hexdigest()}"
