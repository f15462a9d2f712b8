"""faster-whisper: ``WhisperModel("large-v3")``, and ``whisperx.load_model``, which hands its sizes on to it.

Read is ``download_model`` of ``faster_whisper/utils.py`` (0.5 to 1.2.1), which gives ``snapshot_download`` a
repository for every size of ``_MODELS``: by a table, or up to 0.9 by one owner in front. The patterns of files that it
takes are those of ``reads="faster-whisper"``: ``config.json``, ``preprocessor_config.json``, ``model.bin``,
``tokenizer.json`` and ``vocabulary.*``.
"""

from __future__ import annotations

from ptmdeps.libraries.expressions import members_of
from ptmdeps.libraries.reading import in_repository
from ptmdeps.libraries.static import Modules
from ptmdeps.libraries.table import Names
from ptmdeps.libraries.tracing import Tracer

_MODULE = "faster_whisper.utils"
_PARAMETERS = ("size_or_id", "size")


def read(modules: Modules) -> Names:
    """Return the repository of every size."""
    # the pattern that is matched tells repositories from sizes
    tracer = Tracer(modules, watched=("snapshot_download",), answers={"match": None})
    sizes = [one for one in members_of(tracer.value(f"{_MODULE}._MODELS")) or () if isinstance(one, str)]
    repositories = {size: _repository(tracer, size) for size in sizes}
    return {size: (in_repository(name, reads="faster-whisper"),) for size, name in repositories.items() if name}


def _repository(tracer: Tracer, size: str) -> str:
    calls = tracer.calls(f"{_MODULE}.download_model", dict.fromkeys(_PARAMETERS, size))
    return calls[0].text(0, "repo_id") if calls else ""
