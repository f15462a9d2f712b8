"""NLTK: data comes from the environment and nowhere else, and ``nltk.download`` finds it there.

Without this a download asks the network for an index first, and folders of the user and the system are read, whose data
nobody locked.
"""

from __future__ import annotations

import functools
import os
import sys
from typing import Any

from . import words


def keep_inside(module: Any) -> None:  # noqa: ANN401
    """Make ``nltk.data`` look into the environment only, and say what is not locked.

    Folders that the program adds to ``nltk.data.path`` itself stay in it.
    """
    folders = _folders()
    if folders:
        module.path[:] = folders
    find = module.find

    @functools.wraps(find)
    def find_locked(resource_name: Any, *arguments: Any, **keywords: Any) -> Any:  # noqa: ANN401
        try:
            return find(resource_name, *arguments, **keywords)
        except LookupError as error:
            caller = sys._getframe(1)
            missing = _package(resource_name)
            # it asks itself, too, before it gives up
            if caller.f_code is find.__code__ or missing is None or _has(missing):
                raise
            raise LookupError(str(error) + "\n" + _answer(missing, caller)) from error

    module.find = find_locked


def answer_downloads(module: Any) -> None:  # noqa: ANN401
    """Make ``nltk.download`` answer without asking anybody: everything that is locked is here."""
    download = module.Downloader.download

    @functools.wraps(download)
    def download_locked(self: Any, info_or_id: Any = None, *arguments: Any, **keywords: Any) -> Any:  # noqa: ANN401
        if info_or_id is None or not _folders():
            return download(self, info_or_id, *arguments, **keywords)
        names = info_or_id if isinstance(info_or_id, (list, tuple)) else [info_or_id]
        for name in (str(getattr(one, "id", one)) for one in names):
            if not _has(name):
                raise LookupError(_answer(name, sys._getframe(1)))
        return True

    module.Downloader.download = download_locked
    module.download = module._downloader.download


def _folders() -> list[str]:
    """What ``NLTK_DATA`` names: the environment's own folder."""
    return [folder for folder in os.environ.get("NLTK_DATA", "").split(os.pathsep) if folder]


def _package(resource: Any) -> str | None:  # noqa: ANN401
    """``punkt_tab`` of ``tokenizers/punkt_tab/english/`` and of ``nltk:tokenizers/punkt_tab.zip/punkt_tab``."""
    parts = str(resource).rpartition(":")[2].strip("/").split("/")
    if len(parts) == 1 or not parts[1]:
        return None
    name, suffix = os.path.splitext(parts[1])
    return name if suffix == ".zip" else parts[1]


def _has(name: str) -> bool:
    """Whether a package or a collection is in the environment: ``<folder>/<name>`` or ``<folder>/<name>.<suffix>``."""
    for root in _folders():
        for folder in os.listdir(root) if os.path.isdir(root) else ():
            path = os.path.join(root, folder)
            entries = os.listdir(path) if os.path.isdir(path) else []
            if any(name in (entry, os.path.splitext(entry)[0]) for entry in entries):
                return True
    return False


def _answer(name: str, frame: Any) -> str:  # noqa: ANN401
    site = words.user_site(frame)
    words.report(model="nltk:" + name, site=site)
    return words.answer("nltk:" + name, site)
