"""Small repositories: paths and texts, and what a call of one of their entry points downloads."""

from __future__ import annotations

import textwrap
from collections.abc import Collection, Mapping

from ptmdeps.hubconf import Weights, weights_of


class Files:
    """A repository whose files are texts."""

    def __init__(self, files: Mapping[str, str]) -> None:
        self._files = {path: textwrap.dedent(text) for path, text in files.items()}

    @property
    def paths(self) -> Collection[str]:
        return self._files

    def read(self, path: str) -> bytes:
        return self._files[path].encode()


def weights(files: Mapping[str, str] | str, call: str) -> Weights:
    """What a call downloads; a text is the whole ``hubconf.py``."""
    return weights_of(Files({"hubconf.py": files} if isinstance(files, str) else files), call)


def urls(files: Mapping[str, str] | str, call: str = "model") -> list[str]:
    """The addresses of the weights of a call of which everything is known."""
    found = weights(files, call)
    assert not found.unknown, found.unknown
    return [file.url for file in found.files]


def unknown(files: Mapping[str, str] | str, call: str = "model") -> list[tuple[str, str]]:
    """Expressions that are not known, and why."""
    return [(one.expression, one.reason) for one in weights(files, call).unknown]


def computed(expression: str, *, before: str = "", files: Mapping[str, str] | None = None) -> list[str]:
    """The addresses that an expression gives, in an entry point that downloads what it gives."""
    body = textwrap.indent(textwrap.dedent(before).strip() or "pass", "    ")
    hubconf = f"import torch\n\ndef model():\n{body}\n    torch.hub.load_state_dict_from_url({expression})\n"
    return urls({"hubconf.py": hubconf, **(files or {})})
