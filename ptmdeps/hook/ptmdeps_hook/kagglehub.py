"""``kagglehub``: models of the environment, and nothing else; datasets and competitions are as they are.

Without this a handle without a version asks Kaggle for the newest one even where all is cached, ``force_download=True``
and ``output_dir=`` download, and Kaggle's and Colab's notebooks read what is mounted there.
"""

from __future__ import annotations

import dataclasses
import os
import shutil
import sys
from typing import Any

from . import words


def keep_inside(module: Any) -> None:  # noqa: ANN401
    """Make ``model_download`` take models from the environment; ``module`` is ``kagglehub.registry``."""
    if os.environ.get("PTMDEPS_ENVIRONMENT"):
        module.model_resolver = _Locked(module.model_resolver)


class _Locked:
    """Stands for the list of ways to get a model, of which the first one looks into the cache."""

    def __init__(self, original: Any) -> None:  # noqa: ANN401
        self._original = original

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401
        return getattr(self._original, name)

    def __call__(self, handle: Any, path: Any = None, **keywords: Any) -> Any:  # noqa: ANN401
        version = handle.version or _newest(handle)
        if not version or not _is_here(handle, version, path):
            raise RuntimeError(_missing(handle))
        found = self._original._impls[0](dataclasses.replace(handle, version=version), path, force_download=False)
        return _copied(found, keywords["output_dir"], path) if keywords.get("output_dir") else found


def _place(*parts: str) -> str:
    return os.path.join(os.environ["PTMDEPS_ENVIRONMENT"], "kagglehub", *parts)


def _parts(handle: Any) -> tuple[str, ...]:  # noqa: ANN401
    return (handle.owner, handle.model, handle.framework, handle.variation)


def _newest(handle: Any) -> int | None:  # noqa: ANN401
    """The version that the lock has for a handle without one."""
    try:
        with open(_place("refs", *_parts(handle), "version"), encoding="ascii") as stream:
            return int(stream.read(20))
    except (OSError, ValueError):
        return None


def _is_here(handle: Any, version: int, path: Any) -> bool:  # noqa: ANN401
    """Whether the client itself would take it from the cache."""
    folder = _place("models", *_parts(handle))
    marker = os.path.join(".complete", str(version), path + ".complete") if path else f"{version}.complete"
    return os.path.isfile(os.path.join(folder, marker)) and os.path.exists(
        os.path.join(folder, str(version), path or "")
    )


def _copied(found: Any, output_dir: Any, path: Any) -> Any:  # noqa: ANN401
    """What was found, in the folder where the program wants it; newer clients give its version, too."""
    source = found[0] if isinstance(found, tuple) else found
    target = os.path.join(output_dir, path or "")
    if os.path.isdir(source):
        shutil.copytree(source, target, dirs_exist_ok=True)
    else:
        os.makedirs(os.path.dirname(target), exist_ok=True)
        shutil.copyfile(source, target)
    return (target, *found[1:]) if isinstance(found, tuple) else target


def _missing(handle: Any) -> str:  # noqa: ANN401
    name = "kaggle:" + "/".join(_parts(handle))
    if handle.version:
        name = f"{name}@{handle.version}"
    site = words.user_site(sys._getframe(2))
    words.report(model=name, site=site)
    return words.answer(name, site)
