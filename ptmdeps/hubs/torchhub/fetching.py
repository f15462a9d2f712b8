"""The files of a locked commit, out of Git."""

from __future__ import annotations

from collections.abc import Iterator

from ptmdeps.hubs.torchhub.git import Git
from ptmdeps.lockfile.model import LockedFile, LockedModel


def bring(git: Git, model: LockedModel) -> Iterator[tuple[LockedFile, bytes]]:
    """Every locked file that the commit has, with its content; the caller compares digests.

    Raises:
        HubError: the server does not hand the commit out.
    """
    git.fetch(model.key.name, model.revision)
    locked = {file.path: file for file in model.files}
    blobs = [blob for blob in git.files(model.key.name, model.revision) if blob.path in locked]
    for blob, content in zip(blobs, git.read(model.key.name, blobs), strict=True):
        yield locked[blob.path], content
