"""Wishes and pins of others, to become a project's own: lockfiles of Hermeto, and locks that libraries ship."""

from __future__ import annotations

import glob
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from ptmdeps import hermeto
from ptmdeps.errors import LockfileError, PtmdepsError
from ptmdeps.hermeto import Entry as HermetoEntry
from ptmdeps.lockfile import Ancestor, LockedModel, Lockfile, loads, model_digest
from ptmdeps.lockfile.ancestors import united
from ptmdeps.lockfile.staleness import tampered
from ptmdeps.manifest.entries import Entry
from ptmdeps.manifest.specifiers import specifier
from ptmdeps.requirement import Requirement

_YAML = (".yaml", ".yml")
_EVERYTHING = ("*",)
_NOTHING = Lockfile()


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What is to be recorded in the manifest, and where it is pinned already.

    Attributes:
        entries: of the manifest.
        known: their pins, with files where the source has them.
        left_out: names of datasets, which cannot be locked, sorted.
    """

    entries: tuple[Entry, ...] = ()
    known: Lockfile = _NOTHING
    left_out: tuple[str, ...] = ()


def of_file(path: Path) -> Imported:
    """What a file asks for: ``huggingface.lock.yaml`` by its ending, else a ``ptm.lock``.

    Raises:
        PtmdepsError: it cannot be read, or must not be believed.
    """
    try:
        if not path.is_file():
            raise PtmdepsError(f"there is no file `{path}`")
        if path.stat().st_size > hermeto.LARGEST:
            raise PtmdepsError(f"`{path}` is too large to be a lockfile")
        content = path.read_bytes()
    except OSError as error:
        raise PtmdepsError(f"`{path}` cannot be read: {error.strerror}") from error
    if path.suffix in _YAML:
        return of_hermeto(hermeto.loads(content, source=path.name))
    try:
        return of_lock(loads(content.decode("utf-8"), source=path.name))
    except UnicodeDecodeError as error:
        raise LockfileError(f"`{path.name}` is not UTF-8 (byte {error.start})") from error


def of_hermeto(entries: Iterable[HermetoEntry]) -> Imported:
    """Models at the refs that loads ask for, pinned to the commits that Hermeto fetches."""
    found = tuple(entries)
    models = tuple(entry for entry in found if entry.kind == "model")
    return Imported(
        entries=tuple(
            Entry(specifier=specifier(entry.key, entry.ref), files=entry.patterns or _EVERYTHING) for entry in models
        ),
        known=Lockfile(models=_pins(models)),
        left_out=tuple(sorted({entry.key.name for entry in found if entry.kind != "model"})),
    )


def of_lock(lockfile: Lockfile) -> Imported:
    """The wishes of a lock, with its pins; what its models need comes with them and is not recorded.

    Raises:
        LockfileError: an entry was changed by hand.
    """
    for reason in tampered(lockfile):
        raise LockfileError(
            f"the entry of `{reason.model.key.label}` does not fit its digest",
            hint="It was changed by something else than ptmdeps: ask whoever made the file",
        )
    entries = dict.fromkeys(_entry(requirement) for requirement in sorted(lockfile.requirements))
    return Imported(entries=tuple(entries), known=lockfile)


def together(parts: Iterable[Imported], groups: tuple[str, ...]) -> Imported:
    """Several sources as one, recorded in the same groups; where two pin a model, the first counts."""
    parts = tuple(parts)
    models: dict[tuple[str, str, str], LockedModel] = {}
    for model in (model for part in parts for model in part.known.models):
        models.setdefault((model.key.hub, model.key.name, model.ref), model)
    wishes = {wish for part in parts for wish in part.known.requirements}
    ancestors: tuple[Ancestor, ...] = ()
    for part in parts:
        ancestors = united(ancestors, part.known.ancestors)
    return Imported(
        entries=tuple(dict.fromkeys(replace(entry, groups=groups) for part in parts for entry in part.entries)),
        known=Lockfile(requirements=tuple(sorted(wishes)), models=tuple(models.values()), ancestors=ancestors),
        left_out=tuple(sorted({name for part in parts for name in part.left_out})),
    )


def _entry(requirement: Requirement) -> Entry:
    """A wish as a manifest can say it: which files its loader reads, by the loader or by name."""
    selection = requirement.selection
    patterns = selection.allow or tuple(glob.escape(path) for path in selection.files)
    return Entry(
        specifier=specifier(requirement.key, requirement.ref),
        files=tuple(sorted(patterns)),
        reads="" if patterns else requirement.reads,
        entrypoint=selection.entrypoint,
    )


def _pins(entries: Iterable[HermetoEntry]) -> tuple[LockedModel, ...]:
    pins: dict[tuple[str, str], LockedModel] = {}
    for entry in entries:
        model = LockedModel(key=entry.key, ref=entry.ref, revision=entry.revision)
        before = pins.setdefault((entry.key.name, entry.ref), replace(model, recorded_digest=model_digest(model)))
        if before.revision != entry.revision:
            raise PtmdepsError(
                f"`{specifier(entry.key, entry.ref)}` stands in it at two commits, {before.revision[:12]} and "
                f"{entry.revision[:12]}",
                hint="Give one of them a `ref` of its own",
            )
    return tuple(pins.values())
