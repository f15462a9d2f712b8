"""open_clip: weights at addresses.

Where the name of such a file carries no digest, the library loads whatever lies under that name in ``~/.cache/clip``,
or in the ``cache_dir`` that it is given, and asks nobody: not even for what is locked.
"""

from __future__ import annotations

import functools
from typing import Any

from . import addresses


def read_locked(module: Any) -> None:  # noqa: ANN401
    """Make open_clip read what is locked from the environment, whatever other caches have."""
    original = module.download_pretrained_from_url

    @functools.wraps(original)
    def download_locked(url: Any, *arguments: Any, **keywords: Any) -> Any:  # noqa: ANN401
        found = addresses.locked(url)
        return found[0] if found else original(url, *arguments, **keywords)

    module.download_pretrained_from_url = download_locked
