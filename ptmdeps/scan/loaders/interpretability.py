"""Libraries that look into models: ``transformer_lens`` (read in 4.3.0); ``sae_lens`` and ``nnsight`` as documented."""

from __future__ import annotations

from ptmdeps.scan.loaders.loader import Argument, Arguments, Loader

_REVISION = Arguments(ref=Argument(None, "revision"))


def _hooked(method: str) -> Loader:
    """A model by its id, or by one of the short names of a table (``pythia-70m``)."""
    return Loader(
        call=f"transformer_lens.*.{method}",
        model=Argument(0, "model_name"),
        reads="transformers",
        hub="transformer_lens",
        arguments=_REVISION,
        notation="name",
        pin="none",
    )


LOADERS: tuple[Loader, ...] = (
    _hooked("from_pretrained"),
    _hooked("from_pretrained_no_processing"),
    _hooked("boot_transformers"),
    Loader(
        call="sae_lens.*.from_pretrained",
        model=Argument(0, "release"),
        reads="snapshot",
        hub="sae_lens",
        notation="name",
        pin="none",
    ),
    Loader(call="nnsight.LanguageModel", model=Argument(0, "repo_id"), reads="transformers", arguments=_REVISION),
)
