"""The client of Ollama (read in 0.6.3); a model that it is asked to run must have been pulled.

The tag is part of the name, and can be moved: there is no way to pin one. Clients have the methods of the module.
"""

from __future__ import annotations

from ptmdeps.scan.loaders.loader import Argument, Loader


def _row(name: str, model: Argument, *, optional: bool = False) -> Loader:
    return Loader(
        call=f"ollama.{name}",
        model=model,
        reads="ollama",
        hub="ollama",
        notation="entry",
        pin="none",
        optional=optional,
    )


LOADERS: tuple[Loader, ...] = (
    *(_row(name, Argument(0, "model")) for name in ("pull", "chat", "generate", "embed", "embeddings")),
    # The first argument is the name of what is made.
    _row("create", Argument(None, "from_"), optional=True),
)
