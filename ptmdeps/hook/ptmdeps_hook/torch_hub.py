"""``torch.hub``: repositories and weights of the environment, and nothing else.

Without this a load without a ref asks the network whether the branch is ``main``, ``force_reload=True`` fetches what is
there now, ``trust_repo=False`` asks the user, and what is not locked is downloaded.
"""

from __future__ import annotations

import os
import sys
from typing import Any

from . import addresses, words


def keep_inside(module: Any) -> None:  # noqa: ANN401
    """Make ``torch.hub`` take repositories from the environment, and download only what is locked."""
    download = module.download_url_to_file

    def get_locked(github: str, *_: Any, **__: Any) -> str:  # noqa: ANN401
        folder = _folder(module.get_dir(), github)
        if folder is None:
            raise RuntimeError(_missing("torchhub:" + github.replace(":", "@", 1)))
        return folder

    def download_locked(url: str, *arguments: Any, **keywords: Any) -> Any:  # noqa: ANN401
        if addresses.locked(url) is None:
            raise RuntimeError(_missing(url))
        return download(url, *arguments, **keywords)

    module._get_cache_or_reload = get_locked
    module.download_url_to_file = download_locked


def _folder(hub: str, github: str) -> str | None:
    """Where a repository is in the environment: ``owner/name:ref``, or on whichever branch is the default."""
    name, _, ref = github.partition(":")
    for candidate in (ref,) if ref else ("main", "master"):
        folder = os.path.join(hub, "_".join((*name.split("/"), candidate.replace("/", "_"))))
        if os.path.isdir(folder):
            return folder
    return None


def _missing(name: str) -> str:
    site = words.user_site(sys._getframe(2))
    words.report(model=name, site=site)
    return words.answer(name, site)
