"""Writing bundles: beside the place where they go, verified on the way, and there all at once.

Equal locks give equal bytes. A file that is hard to come by (40 GB) is never in memory, and where a folder can share
the store's bytes it is not copied either.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from ptmdeps.atomic import rename
from ptmdeps.bundle import archive, layout
from ptmdeps.bundle.layout import Content
from ptmdeps.bundle.transfer import copied, linked, settled
from ptmdeps.errors import IntegrityError, PtmdepsError, StoreError
from ptmdeps.fetching import Reporter
from ptmdeps.links import exchange
from ptmdeps.lockfile import Lockfile
from ptmdeps.verification import Verified

_SUFFIX = ".ptmdeps-exporting"


def write_archive(target: Path, lockfile: Lockfile, stored: Mapping[str, Path], reporter: Reporter, owner: str) -> int:
    """Write a bundle as one tar archive; gives its size in bytes.

    Args:
        target: of the archive; an older bundle there is replaced.
        lockfile: what the bundle is of.
        stored: the stored file of each SHA-256.
        reporter: hears of bytes.
        owner: who writes; what an earlier, killed export of the same owner left beside ``target`` is deleted.

    Raises:
        IntegrityError: a stored file does not hold what the lock says.
        StoreError: the folder is read-only or full.
        PtmdepsError: something else than a bundle is at ``target``.
        In all of these cases what was at ``target`` is as it was.
    """
    _refuse_other_file(target)
    contents, texts = layout.contents(lockfile), layout.texts(lockfile)
    size = archive.space(iter([*map(len, texts.values()), *(content.size for content in contents)]))
    with _beside(target, owner) as building, _reported(reporter, contents):
        _check_space(target, size)
        with building.open("xb") as stream:
            for name, text in texts.items():
                stream.write(archive.header(name, len(text)) + text + archive.padding(len(text)))
            for content in contents:
                stream.write(archive.header(content.path, content.size))
                _copy(stored[content.sha256], stream, content, reporter)
                stream.write(archive.padding(content.size))
            stream.write(archive.end(stream.tell()))
            settled(stream)
        rename(building, target)
    return size


def write_folder(
    target: Path,
    lockfile: Lockfile,
    stored: Mapping[str, Path],
    reporter: Reporter,
    owner: str,
    *,
    verified: Verified,
    link_mode: str,
) -> int:
    """Write a bundle as a folder; gives the bytes of its files. ``link_mode`` says how they come from the store.

    Raises:
        IntegrityError, StoreError, PtmdepsError: as :func:`write_archive`; what was at ``target`` is as it was.
    """
    _refuse_other_folder(target)
    contents = layout.contents(lockfile)
    with _beside(target, owner) as building, _reported(reporter, contents):
        building.mkdir()
        for name, text in layout.texts(lockfile).items():
            (building / name).write_bytes(text)
        checked = False
        for index, content in enumerate(contents):
            place, source = building / content.path, stored[content.sha256]
            place.parent.mkdir(parents=True, exist_ok=True)
            if linked(source, place, link_mode):
                _refuse_other_bytes(verified.hash(place), source, content)
                reporter.advance(content.size)
                continue
            if not checked:
                _check_space(target, sum(rest.size for rest in contents[index:]))
                checked = True
            with place.open("xb") as stream:
                _copy(source, stream, content, reporter)
                settled(stream)
        _swap(building, target)
    return sum(content.size for content in contents)


@contextmanager
def _beside(target: Path, owner: str) -> Iterator[Path]:
    """Where to build; gone afterwards, whether or not it was put in place."""
    building = target.with_name(f".{target.name}.{owner}{_SUFFIX}")
    try:
        _delete(building)
        try:
            yield building
        finally:
            with suppress(OSError):  # the error that led here says more
                _delete(building)
    except OSError as error:
        raise StoreError(
            f"`{target}` cannot be written: {error.strerror}",
            hint="Free some space, check the permissions of its folder, or choose another `--output`; "
            "what was there is as it was",
        ) from error


@contextmanager
def _reported(reporter: Reporter, contents: tuple[Content, ...]) -> Iterator[None]:
    reporter.begin("Exporting", sum(content.size for content in contents))
    try:
        yield
    finally:
        reporter.end()


def _copy(source: Path, target: BinaryIO, content: Content, reporter: Reporter) -> None:
    with source.open("rb") as stream:
        found = copied(stream, target, content.size, reporter.advance)
        if stream.read(1):
            found = "more bytes than those"
    _refuse_other_bytes(found, source, content)


def _refuse_other_bytes(found: str, source: Path, content: Content) -> None:
    if found != content.sha256:
        raise IntegrityError(
            f"`{source}`",
            expected=f"sha256:{content.sha256} ({content.size:,} bytes)",
            found=f"sha256:{found}" if " " not in found else found,
            hint="It changed after it was stored: run `ptmdeps sync --rehash`, which fetches it again, and export anew",
        )


def _check_space(target: Path, size: int) -> None:
    """Better to say it now than after forty gigabytes."""
    free = shutil.disk_usage(target.parent).free
    if free < size:
        raise StoreError(
            f"the bundle takes {size:,} bytes, `{target.parent}` has {free:,} left",
            hint="Free some space, or choose another `--output`",
        )


def _refuse_other_file(target: Path) -> None:
    """Whoever mistypes a name shall not lose what it stands for."""
    if not target.exists():
        return
    with suppress(OSError, archive.NoArchive, StopIteration):
        if target.is_file():
            with target.open("rb") as stream:
                if next(archive.members(stream, target.stat().st_size)).name == layout.DESCRIPTION:
                    return
    raise _occupied(target)


def _refuse_other_folder(target: Path) -> None:
    if not target.exists() or (target.is_dir() and not any(target.iterdir())):
        return
    if not (target / layout.DESCRIPTION).is_file():
        raise _occupied(target)


def _occupied(target: Path) -> PtmdepsError:
    return PtmdepsError(
        f"`{target}` is there already, and is no bundle of this form", hint="Choose another `--output`, or delete it"
    )


def _swap(building: Path, target: Path) -> None:
    """Afterwards the new folder is in place, and what was there is at ``building``, to be deleted."""
    aside = building.with_name(f"{building.name}-old")
    if not target.exists():
        rename(building, target)
    elif not exchange(building, target):
        _delete(aside)
        rename(target, aside)
        try:
            rename(building, target)
        except OSError:
            rename(aside, target)
            raise
    _delete(aside)


def _delete(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
