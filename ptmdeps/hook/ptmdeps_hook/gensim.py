"""``gensim.downloader``: what is locked, and the list that it asks before it loads anything."""

from __future__ import annotations

import functools
import json
import os
import sys
from typing import Any

from . import words


def keep_inside(module: Any) -> None:  # noqa: ANN401
    """Make the list be what is in the environment, and names that are not say so."""

    def load_information(*_: Any, **__: Any) -> dict[str, dict[str, Any]]:  # noqa: ANN401
        return _information(module.BASE_DIR)

    module._load_info = load_information
    for function in ("load", "info"):
        setattr(module, function, _explained(getattr(module, function), module))


def _explained(function: Any, module: Any) -> Any:  # noqa: ANN401
    @functools.wraps(function)
    def explained(name: Any = None, *arguments: Any, **keywords: Any) -> Any:  # noqa: ANN401
        known = _information(module.BASE_DIR)
        if name is not None and not any(name in names for names in known.values()):
            site = words.user_site(sys._getframe(1))
            words.report(model="gensim:" + str(name), site=site)
            raise ValueError(words.answer("gensim:" + str(name), site))
        return function(name, *arguments, **keywords)

    return explained


def _information(folder: str) -> dict[str, dict[str, Any]]:
    """What the list said of every name that is locked, in the shape of the list."""
    found: dict[str, dict[str, Any]] = {"corpora": {}, "models": {}}
    for name in sorted(os.listdir(folder)) if os.path.isdir(folder) else ():
        path = os.path.join(folder, name, "information.json")
        if os.path.isfile(path):
            with open(path, encoding="utf-8") as stream:
                for kind, names in json.load(stream).items():
                    found.setdefault(kind, {}).update(names)
    return found
