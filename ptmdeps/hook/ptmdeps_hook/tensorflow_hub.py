"""``tensorflow_hub``: models of the environment, and nothing else.

Without this a handle that is not locked is downloaded into the environment, and ``UNCOMPRESSED``, which a program may
choose for itself, reads models from their bucket as they are at that moment.
"""

from __future__ import annotations

import hashlib
import os
import sys
from typing import Any

from . import addresses, words


def keep_inside(module: Any) -> None:  # noqa: ANN401
    """Make handles mean what is locked; ``module`` is ``tensorflow_hub.compressed_module_resolver``."""
    environment = os.environ.get("PTMDEPS_ENVIRONMENT")
    if not environment:
        return
    root = os.path.join(environment, "tfhub")

    def is_supported(self: Any, handle: str) -> bool:  # noqa: ANN401
        return bool(self.is_http_protocol(handle))  # however models are to be loaded

    def get_locked(_: Any, handle: str) -> str:  # noqa: ANN401
        name = hashlib.sha1(handle.encode("utf-8")).hexdigest()  # noqa: S324 - as the client names folders
        folder = os.path.join(root, name)
        if os.path.isdir(folder) and os.listdir(folder):
            return folder
        archive = addresses.locked(handle)
        if archive is None:
            raise RuntimeError(_missing(handle))
        return str(_unpacked(module.resolver, handle, archive[0], os.path.join(root, ".unpacked", name)))

    module.HttpCompressedFileResolver.is_supported = is_supported
    module.HttpCompressedFileResolver.__call__ = get_locked


def _unpacked(resolver: Any, handle: str, archive: str, folder: str) -> Any:  # noqa: ANN401
    """An archive that is locked as a file at an address: unpacked by the client, as if it had just been downloaded."""

    def unpack(handle: str, temporary: str) -> None:
        with open(archive, "rb") as stream:
            resolver.DownloadManager(handle).download_and_uncompress(stream, temporary)

    os.makedirs(os.path.dirname(folder), exist_ok=True)
    return resolver.atomic_download(handle, unpack, folder)


def _missing(handle: str) -> str:
    name = "tfhub:" + handle
    site = words.user_site(sys._getframe(2))
    words.report(model=name, site=site)
    return words.answer(name, site)
