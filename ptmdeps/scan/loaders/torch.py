"""Calls of ``torch`` (``torch.hub``, read in 2.15.0) that fetch code of a repository on GitHub, or files of weights.

A ref of ``torch.hub`` stands in the name (``owner/name:ref``). A file of weights is pinned by the hash in its name,
which is checked only where the call says ``check_hash=True``.
"""

from __future__ import annotations

from ptmdeps.scan.loaders.loader import Argument, Arguments, Condition, Loader

_FROM_DISK = (Condition(argument=Argument(None, "source"), equals="local"),)


_NAMED = Arguments(filename=Argument(5, "file_name"))
_AS_IT_IS = Arguments()


def _fetching(call: str, reads: str, arguments: Arguments = _AS_IT_IS) -> Loader:
    return Loader(
        call=call,
        model=Argument(0, "url"),
        reads=reads,
        hub="url",
        notation="address",
        arguments=arguments,
        pin="hash",
    )


LOADERS: tuple[Loader, ...] = (
    Loader(
        call="torch.hub.load",
        model=Argument(0, "repo_or_dir", ("github",)),
        reads="snapshot",
        hub="torchhub",
        notation="torchhub",
        arguments=Arguments(entrypoint=Argument(1, "model")),
        pin="notation",
        local=_FROM_DISK,
    ),
    _fetching("torch.hub.load_state_dict_from_url", "torch", _NAMED),
    _fetching("torch.hub.download_url_to_file", "file"),
    _fetching("torch.utils.model_zoo.load_url", "torch", _NAMED),
)
