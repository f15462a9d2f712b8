"""From files to a manifest: one project's, or that of a workspace with all its members."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from ptmdeps.errors import ManifestError
from ptmdeps.manifest.document import KEYS, OWN_KEYS, PYPROJECT, STANDALONE, Manifest, manifest_of, section_of
from ptmdeps.manifest.fields import Mistake, dotted, mistake
from ptmdeps.paths import printable

Edits = Mapping[Path, bytes]
"""Manifests as they shall be, before they are written: a change is tried out before anything of it is on disk."""

_NO_EDITS: Edits = MappingProxyType({})


def source_of(root: Path, edits: Edits = _NO_EDITS) -> str:
    """The name of the manifest of the project at ``root``; empty where there is none."""
    return next((name for name in (STANDALONE, PYPROJECT) if root / name in edits or (root / name).is_file()), "")


def read(root: Path, edits: Edits = _NO_EDITS) -> Manifest:
    """The manifest of the project at ``root``: ``ptm.toml`` if there is one, else ``pyproject.toml``, else defaults.

    Raises:
        ManifestError: it is no TOML, or a key is unknown or has a value it cannot have.
    """
    source = source_of(root, edits)
    return parse(_content(root / source, source, edits), source) if source else Manifest()


def parse(content: bytes, source: str) -> Manifest:
    """The manifest that a file of this name holds.

    Raises:
        ManifestError: naming file, line and key.
    """
    try:
        return manifest_of(section_of(tables(content, source), source), source)
    except Mistake as error:
        raise located(error, content, source) from error


def read_workspace(root: Path, edits: Edits = _NO_EDITS) -> Manifest:
    """The manifest at ``root`` with what the members of its workspace say; the same as ``read`` where it has none.

    Their models are used in their manifests, their patterns are relative to ``root``, and their rules count in
    their own folders.

    Raises:
        ManifestError: one of them cannot be read, says what only the root may say, or has a lock of its own.
    """
    manifest = read(root, edits)
    if manifest.workspace is None:
        return manifest
    folders = manifest.workspace.folders(root)
    members = [(folder, _member(root, folder, edits)) for folder in folders]
    left_out = set(replace(manifest.workspace, exclude=()).folders(root)) - set(folders)
    return replace(
        manifest,
        requirements=tuple(
            sorted({*manifest.requirements, *(r for _, member in members for r in member.requirements)})
        ),
        ignore=(
            *manifest.ignore,
            *(replace(rule, within=folder) for folder, member in members for rule in member.ignore),
        ),
        exclude=(
            *manifest.exclude,
            *sorted(left_out),
            *(f"{folder}/{pattern}" for folder, member in members for pattern in member.exclude),
        ),
        loaders=(*manifest.loaders, *(loader for _, member in members for loader in member.loaders)),
    )


def _member(root: Path, folder: str, edits: Edits) -> Manifest:
    if (root / folder / "ptm.lock").exists():
        raise ManifestError(
            f"`{folder}` is a member of the workspace, and has a `ptm.lock` of its own",
            hint=f"Delete `{folder}/ptm.lock`, or add the folder to `exclude` of the workspace",
        )
    name = source_of(root / folder, edits)
    if not name:
        return Manifest()
    source = f"{folder}/{name}"
    content = _content(root / source, source, edits)
    try:
        section = section_of(tables(content, source), source)
        for key in section.values:
            if key in KEYS - OWN_KEYS:
                raise mistake(
                    section,
                    key,
                    "is for the root of the workspace to say",
                    hint=f"Move it to `{root / source_of(root)}`",
                )
        member = manifest_of(section, source)
    except Mistake as error:
        raise located(error, content, source) from error
    return replace(member, requirements=tuple(replace(r, used_in=(source,)) for r in member.requirements))


def tables(content: bytes, source: str) -> dict[str, Any]:
    """The plain tables of a TOML file.

    Raises:
        ManifestError: it is no TOML.
    """
    try:
        return tomllib.loads(content.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise ManifestError(f"`{source}` is not UTF-8 (byte {error.start})") from error
    except RecursionError as error:
        raise ManifestError(f"`{source}` is nested too deeply to be a manifest") from error
    except ValueError as error:  # of tomllib itself, or of an integer of thousands of digits
        raise ManifestError(f"`{source}` is no valid TOML: {printable(str(error))}") from error


def located(error: Mistake, content: bytes, source: str) -> ManifestError:
    """A mistake with the file and the line where it stands: ``pyproject.toml:12: `tool.ptmdeps.files` must be …``."""
    from ptmdeps.manifest.lines import line_of

    line = line_of(content.decode("utf-8"), error.path)
    subject = f"`{dotted(error.path)}` " if error.path else ""
    return ManifestError(f"{source}{f':{line}' if line else ''}: {subject}{error.problem}", hint=error.hint)


def _content(path: Path, source: str, edits: Edits) -> bytes:
    if path in edits:
        return edits[path]
    try:
        return path.read_bytes()
    except OSError as error:
        raise ManifestError(f"`{source}` cannot be read: {error.strerror}") from error
