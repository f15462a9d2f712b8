"""``modelscope`` of every version, whose downloads ask its hub before they look into their cache.

A model of the environment is given without asking anybody; of another one it is said that it is not locked. Datasets
are not locked, and go their usual way.
"""

from __future__ import annotations

import functools
import os
import sys
from typing import Any

from . import words

_DEFAULT = "master"


def keep_inside(module: Any) -> None:  # noqa: ANN401
    """The functions that programs call, in ``modelscope`` and in ``modelscope_hub.compat``."""
    for name in ("snapshot_download", "model_file_download"):
        if callable(getattr(module, name, None)):
            setattr(module, name, _inside(getattr(module, name), str))


def keep_manager_inside(module: Any) -> None:  # noqa: ANN401
    """What the other interfaces of ``modelscope_hub`` come down to, its command line among them."""
    from pathlib import Path

    for name in ("download_repo", "download_file"):
        setattr(module.DownloadManager, name, _inside(getattr(module.DownloadManager, name), Path))


def _inside(function: Any, result: Any) -> Any:  # noqa: ANN401
    import inspect

    names = list(inspect.signature(function).parameters)

    @functools.wraps(function)
    def inside(*arguments: Any, **keywords: Any) -> Any:  # noqa: ANN401
        given = {**dict(zip(names, arguments)), **keywords}  # noqa: B905 - Python 3.8 has no `strict`
        model = given.get("repo_id") or given.get("model_id")
        if not isinstance(model, str) or given.get("repo_type") not in {None, "model", "models"}:
            return function(*arguments, **keywords)
        return result(_locked(model, given))

    return inside


def _locked(model: str, given: dict[str, Any]) -> str:
    """Where the files of a model are, or the one that is asked for; copied to ``local_dir``, if there is one."""
    revision = given.get("revision") or _DEFAULT
    root = os.path.join(os.environ.get("PTMDEPS_ENVIRONMENT", ""), "modelscope", "models")
    source = os.path.join(root, model.replace("/", "--"), "snapshots", *revision.split("/"))
    asked = given.get("file_path")
    if not os.path.exists(os.path.join(source, *(asked or "").split("/"))):
        raise RuntimeError(_missing(model, given.get("revision"), asked if os.path.isdir(source) else None))
    folder = source
    if given.get("local_dir"):
        folder = str(given["local_dir"])
        _copy(source, folder, asked)
    elif given.get("cache_dir") and not _is_inside(str(given["cache_dir"])):
        words.report(cache_dir=str(given["cache_dir"]), site=words.user_site(sys._getframe(2)))
    return os.path.join(folder, *asked.split("/")) if asked else folder


def _copy(source: str, target: str, asked: str | None) -> None:
    import shutil

    for folder, _, files in os.walk(source):
        inner = os.path.relpath(folder, source)
        for name in files:
            path = os.path.normpath(os.path.join(inner, name))
            if asked is None or path == os.path.normpath(asked):
                place = os.path.join(target, path)
                os.makedirs(os.path.dirname(place), exist_ok=True)
                shutil.copyfile(os.path.join(folder, name), place)


def _is_inside(folder: str) -> bool:
    return os.path.abspath(folder) == os.path.abspath(os.environ.get("MODELSCOPE_CACHE", ""))


def _missing(model: str, revision: Any, file: str | None) -> str:  # noqa: ANN401
    name = "modelscope:" + model + ("@" + revision if revision else "")
    site = words.user_site(sys._getframe(3))
    words.report(model=name, site=site)
    said = words.answer(name, site)
    return said if file is None else "ptmdeps: `{}` of `{}` is not in ptm.lock.\n{}".format(file, name, said)
