"""All or nothing for the files of a project that one command writes together: its manifest and its lock."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from ptmdeps import atomic
from ptmdeps.project import Project


@contextmanager
def restoring(project: Project, manifest: Path) -> Iterator[None]:
    """Put manifest and lock back as they were if what is done inside fails; the caller holds the project's mutex.

    Keep what is inside short: what somebody else writes into these files meanwhile goes, too, if it fails. A kill
    can leave the new manifest beside the old lock: every command takes that for a lock that is stale.

    Raises:
        StoreError: a file cannot be put back; the message says which.
    """
    paths = (project.lockfile, manifest)
    before = [_content(path) for path in paths]
    try:
        yield
    except BaseException:
        _restore(paths, before)
        raise


def _restore(paths: Sequence[Path], before: Sequence[bytes | None]) -> None:
    for path, content in zip(paths, before, strict=True):
        if _content(path) == content:
            continue
        if content is None:
            path.unlink(missing_ok=True)
        else:
            atomic.write(path, content)


def _content(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
