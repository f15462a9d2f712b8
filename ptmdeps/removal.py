"""``remove``: what taking a model out of a project comes down to, and what still holds it there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ptmdeps.errors import PtmdepsError
from ptmdeps.identity import ModelKey
from ptmdeps.lockfile.model import Lockfile
from ptmdeps.lockfile.naming import Candidate, meant
from ptmdeps.manifest import PYPROJECT, STANDALONE, Manifest, parse_specifier, specifier
from ptmdeps.scan.files import project_files
from ptmdeps.scan.references import Reference

LARGEST_LOOKED_AT = 16 * 1024 * 1024
"""Bytes above which a file of the project is no text that people write."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """Why a model stays although the manifest does not name it (any more).

    Attributes:
        name: the model as it was asked for.
        sites: where code loads it, ``app.py:12``.
        needed_by: locked models that cannot be loaded without it.
    """

    name: str
    sites: tuple[str, ...] = ()
    needed_by: tuple[str, ...] = ()


def meaning(name: str, manifest: Manifest, lockfile: Lockfile | None) -> str:
    """The name of a model as manifests have it: of other hubs than Hugging Face with its hub.

    Raises:
        ManifestError: it is no name of a model.
        PtmdepsError: models of several hubs are called so.
    """
    key, ref = parse_specifier(name)
    known: list[Candidate[ModelKey]] = [(wish.key, (wish.key,), wish.ref) for wish in manifest.requirements]
    known += [(model.key, model.keys, model.ref) for model in (lockfile.models if lockfile else ())]
    found = sorted(set(meant(name, known)))
    if not found or any(one.hub == key.hub for one in found):
        return name
    if len(found) > 1:
        raise PtmdepsError(
            f"`{name}` is the name of several models", hint=f"Name one: {', '.join(f'`{one}`' for one in found)}"
        )
    return specifier(found[0], ref)


def held(name: str, references: Iterable[Reference], lockfile: Lockfile | None) -> Held:
    """What besides the manifest asks for a model: code, and models of the lock that need it."""
    key, ref = parse_specifier(name)
    keys = {key, *_aliases(lockfile, key)}
    sites = [
        str(found.location)
        for found in references
        if found.key in keys and not found.soft and (not ref or found.ref == ref)
    ]
    needed_by = {
        model.key.label
        for model in (lockfile.models if lockfile else ())
        for edge in model.runtime_edges
        if edge.target in keys and (not ref or edge.ref == ref)
    }
    return Held(name=name, sites=tuple(dict.fromkeys(sites)), needed_by=tuple(sorted(needed_by)))


def recorded(manifest: Manifest, name: str) -> bool:
    """Whether the manifest names the model, at the ref if one is given."""
    key, ref = parse_specifier(name)
    return any(wish.key == key and ref in ("", wish.ref) for wish in manifest.requirements)


def half_removed(name: str, lockfile: Lockfile | None) -> bool:
    """Whether the lock was made when a manifest named the model, as after a removal that was killed half-way.

    To be asked of what the manifest does not name (any more).
    """
    key, ref = parse_specifier(name)
    return any(
        wish.key == key and ref in ("", wish.ref) and (not wish.used_in or any(map(_is_manifest, wish.used_in)))
        for wish in (lockfile.requirements if lockfile else ())
    )


def left_over(name: str, lockfile: Lockfile | None, record: Mapping[str, Any]) -> bool:
    """Whether lock or environment (by its ``record``) still hold the model, at the ref if one is given."""
    key, ref = parse_specifier(name)
    locked = lockfile.models if lockfile else ()
    return any(key in model.keys and ref in ("", model.ref) for model in locked) or any(
        (entry.get("hub"), entry.get("name")) == (key.hub, key.name) and ref in ("", entry.get("ref"))
        for entry in record.get("models", ())
        if isinstance(entry, dict)
    )


def unused(root: Path, manifest: Manifest, references: Iterable[Reference]) -> tuple[str, ...]:
    """Models that the manifest names, that no code loads and whose name stands nowhere else in the project; sorted.

    A manifest is there for what a scan cannot see; a name that no file of the project mentions cannot be loaded by it
    unless it comes from outside.
    """
    loaded = {reference.key for reference in references}
    candidates = {wish.key for wish in manifest.requirements} - loaded
    manifests = {place for wish in manifest.requirements for place in wish.used_in} | {manifest.source, "ptm.lock"}
    for file in project_files(root):
        if candidates and file.path not in manifests and file.size <= LARGEST_LOOKED_AT:
            content = (root / file.path).read_bytes()
            candidates = {key for key in candidates if key.name.encode() not in content}
    return tuple(sorted(key.label for key in candidates))


def _aliases(lockfile: Lockfile | None, key: ModelKey) -> set[ModelKey]:
    """Every name under which the hub's model of that name goes."""
    models = lockfile.models if lockfile else ()
    return {name for model in models if key in model.keys for name in model.keys}


def _is_manifest(path: str) -> bool:
    return path.rpartition("/")[2] in (STANDALONE, PYPROJECT)
