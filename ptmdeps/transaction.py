"""All or nothing for the files of a project that one command writes together: its manifest and its lock."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from ptmdeps import atomic
from ptmdeps.errors import StoreError


@contextmanager
def replacing(contents: Mapping[Path, bytes]) -> Iterator[None]:
    """Replace files in their order, and put them back as they were if that, or what is done inside, fails.

    The caller holds the project's mutex. Keep what is inside short: what somebody else writes into these files
    meanwhile goes, too, if it fails. A kill can leave the new manifest beside the old lock: every command takes that
    for a lock that is stale.

    Raises:
        StoreError: a file cannot be written, or not be put back; the message says which.
    """
    for path in contents:
        atomic.remove_leftovers(path.parent, path.name)
    before = {path: _content(path) for path in contents}
    try:
        atomic.write_together(contents)
        yield
    except BaseException:
        _restore(before)
        raise


def _restore(before: Mapping[Path, bytes | None]) -> None:
    """Every file, also if one cannot be."""
    failures: list[StoreError] = []
    for path, content in before.items():
        try:
            if content is None:
                path.unlink(missing_ok=True)
            else:
                atomic.write_if_changed(path, content)
        except (OSError, StoreError) as error:
            failures.append(_not_restored(path, error))
    if failures:
        raise failures[0]


def _not_restored(path: Path, error: OSError | StoreError) -> StoreError:
    reason = error.message if isinstance(error, StoreError) else str(error.strerror)
    return StoreError(
        f"the command failed, and `{path.name}` cannot be put back as it was: {reason}",
        hint="Run the command again once that works, or restore the file from version control",
    )


def _content(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise StoreError(f"`{path}` cannot be read: {error.strerror}", hint="Check its permissions") from error
