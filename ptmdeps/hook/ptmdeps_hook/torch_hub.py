"""``torch.hub``: repositories and weights of the environment, and nothing else.

Without this a load without a ref asks the network whether the branch is ``main``, ``force_reload=True`` fetches what is
there now, ``trust_repo=False`` asks the user, ``model_dir=`` and ``set_dir`` lead to files that nobody locked, and what
is not locked is downloaded.
"""

from __future__ import annotations

import functools
import os
import sys
from typing import Any
from urllib.parse import urlsplit

from . import addresses, words

_NO_MODELS = (
    *(".jpg", ".jpeg", ".png", ".gif", ".bmp", ".webp", ".svg", ".tif", ".tiff"),
    *(".wav", ".mp3", ".flac", ".ogg", ".mp4", ".avi", ".mov", ".webm"),
    *(".txt", ".csv", ".tsv", ".md", ".pdf", ".html"),
)
"""What examples download to show what a model does."""


def keep_inside(module: Any) -> None:  # noqa: ANN401
    """Make ``torch.hub`` take repositories from the environment, and download only what is locked."""
    download, load = module.download_url_to_file, module.load_state_dict_from_url

    def get_locked(github: str, *_: Any, **__: Any) -> str:  # noqa: ANN401
        folder = _folder(github)
        if folder is None:
            raise RuntimeError(_missing("torchhub:" + github.replace(":", "@", 1)))
        return folder

    @functools.wraps(download)
    def download_locked(url: Any, *arguments: Any, **keywords: Any) -> Any:  # noqa: ANN401
        if addresses.locked(url) is None and not _shows(url):
            raise RuntimeError(_missing(str(url)))
        return download(url, *arguments, **keywords)

    @functools.wraps(load)
    def load_locked(url: Any, model_dir: Any = None, *arguments: Any, **keywords: Any) -> Any:  # noqa: ANN401
        found = addresses.locked(url)
        if found is None:
            raise RuntimeError(_missing(str(url)))
        folder, name = os.path.split(found[0])
        if model_dir is not None and os.path.abspath(model_dir) != folder:
            words.report(cache_dir=str(model_dir), site=words.user_site(sys._getframe(1)))
        # the name is the fourth of these, or is given by name
        if len(arguments) > 3:  # noqa: PLR2004
            arguments = (*arguments[:3], name, *arguments[4:])
        else:
            keywords["file_name"] = name
        return load(url, folder, *arguments, **keywords)

    module._get_cache_or_reload = get_locked
    module.download_url_to_file = download_locked
    module.load_state_dict_from_url = load_locked


def _folder(github: str) -> str | None:
    """Where a repository is in the environment: ``owner/name:ref``, or on whichever branch is the default."""
    name, _, ref = github.partition(":")
    root = os.path.join(os.environ.get("PTMDEPS_ENVIRONMENT", ""), "torch", "hub")
    for candidate in (ref,) if ref else ("main", "master"):
        folder = os.path.join(root, "_".join((*name.split("/"), candidate.replace("/", "_"))))
        if os.path.isdir(folder):
            return folder
    return None


def _shows(url: Any) -> bool:  # noqa: ANN401
    """Whether a file is no part of any model, by its name."""
    return isinstance(url, str) and urlsplit(url).path.lower().endswith(_NO_MODELS)


def _missing(name: str) -> str:
    site = words.user_site(sys._getframe(2))
    words.report(model=name, site=site)
    return words.answer(name, site)
