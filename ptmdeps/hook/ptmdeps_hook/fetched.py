"""Libraries that take whatever lies in a cache of theirs under the name of a file, and ask nobody what it is.

A file that is locked is read where it is in the environment, before such a cache is looked at; everything else in it,
as the user's ``keras.json`` or the data sets of flair, stays as it is. What is not locked goes its usual way.
"""

from __future__ import annotations

import functools
import os
from typing import Any

from . import addresses

_ORIGIN = 1
"""Which argument of ``keras.utils.get_file`` is the address."""


def read_keras(module: Any) -> None:  # noqa: ANN401
    """``keras.utils.get_file``, of every generation of Keras; what it would unpack it fetches itself."""
    original = module.get_file

    @functools.wraps(original)
    def get_locked(*arguments: Any, **keywords: Any) -> Any:  # noqa: ANN401
        url = arguments[_ORIGIN] if len(arguments) > _ORIGIN else keywords.get("origin")
        # it is answered, too: see ``addresses``
        whole = len(arguments) <= _ORIGIN + 1 and not (keywords.get("untar") or keywords.get("extract"))
        found = addresses.locked(url) if whole else None
        return found[0] if found else original(*arguments, **keywords)

    module.get_file = get_locked


def read_flair(module: Any) -> None:  # noqa: ANN401
    """``flair.file_utils.get_from_cache``, to which all its downloads by address come; it gives a ``Path``."""
    original = module.get_from_cache

    @functools.wraps(original)
    def get_locked(url: Any, *arguments: Any, **keywords: Any) -> Any:  # noqa: ANN401
        found = addresses.locked(url)
        return module.Path(found[0]) if found else original(url, *arguments, **keywords)

    module.get_from_cache = get_locked


def read_ultralytics(module: Any) -> None:  # noqa: ANN401
    """``attempt_download_asset``, which takes a file of that name in the working directory first.

    A name without a folder that is locked is the locked file, as it is for ``ptmdeps lock``.
    """
    original = module.attempt_download_asset

    @functools.wraps(original)
    def get_locked(file: Any, *arguments: Any, **keywords: Any) -> Any:  # noqa: ANN401
        name = str(file).strip().replace("'", "")
        known = module.checks.check_yolov5u_filename(name) if os.path.basename(name) == name else ""
        path = os.path.join(os.environ.get("PTMDEPS_ENVIRONMENT", ""), "files", "ultralytics", known)
        return path if known and os.path.isfile(path) else original(file, *arguments, **keywords)

    module.attempt_download_asset = get_locked
