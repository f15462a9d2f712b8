"""``models``: what a project needs whether or not its code says so, and how what its code loads is grouped."""

from __future__ import annotations

from collections.abc import Iterator

from ptmdeps.errors import ManifestError, UnsafeContent
from ptmdeps.identity import ModelKey
from ptmdeps.manifest.fields import KeyPath, Mistake, Section, flag, items, mistake, refuse_unknown, strings, text
from ptmdeps.manifest.specifiers import parse_specifier
from ptmdeps.paths import printable, safe_path
from ptmdeps.requirement import DEFAULT_GROUP, LONGEST_ROLE, FileSelection, Requirement

KEYS = frozenset({"name", "ref", "files", "entrypoint", "group", "groups", "optional", "role", "reads"})
LONGEST_GROUP = 64
"""Characters of the name of a group."""


def requirements(section: Section) -> Iterator[Requirement]:
    """Yield the requirements of the manifest: of an entry, one for each of its groups."""
    for entry, path in items(section, "models", "must be an array"):
        values = {"name": entry} if isinstance(entry, str) else entry
        if not isinstance(values, dict) or not isinstance(values.get("name"), str):
            raise Mistake(
                path,
                "names no model",
                hint='Write "org/name", "org/name@ref" or { name = "org/name", ref = "…", files = ["…"] }',
            )
        yield from _requirements(Section(values, path))


def named(text: str, path: KeyPath) -> tuple[ModelKey, str]:
    """Key and ref of a model that a manifest names at ``path``."""
    try:
        return parse_specifier(text)
    except ManifestError as error:
        raise Mistake(path, f"names no model: {error.message}", hint=error.hint) from error


def group_name(value: str, path: KeyPath) -> str:
    """``value``, if it can be the name of a group: what a command line takes as one word."""
    if not value or len(value) > LONGEST_GROUP or not value.isprintable() or " " in value:
        raise Mistake(path, f"cannot be `{printable(value)}`", hint="A group is a word, such as `training`")
    return value


def _requirements(section: Section) -> Iterator[Requirement]:
    refuse_unknown(section, KEYS)
    key, ref = named(str(section.values["name"]), section.path)
    patterns = strings(section, "files")
    for group in _groups(section):
        yield Requirement(
            key=key,
            ref=_ref(section, ref),
            reads=text(section, "reads", "snapshot" if patterns else "model"),
            selection=FileSelection(allow=tuple(sorted(patterns)), entrypoint=text(section, "entrypoint")),
            group=group,
            optional=flag(section, "optional"),
            role=_role(section),
        )


def _groups(section: Section) -> tuple[str, ...]:
    if "groups" not in section.values:
        return (group_name(text(section, "group", DEFAULT_GROUP), (*section.path, "group")),)
    if "group" in section.values:
        raise mistake(section, "groups", "says what `group` says", hint="Write one of them")
    groups = tuple(group_name(group, (*section.path, "groups")) for group in strings(section, "groups"))
    if not groups:
        raise mistake(section, "groups", "must name a group", hint='Leave it out for the group "default"')
    return tuple(sorted(set(groups)))


def _role(section: Section) -> str:
    role = text(section, "role")
    if len(role) > LONGEST_ROLE or not role.isprintable():
        raise mistake(section, "role", f"must be at most {LONGEST_ROLE} printable characters")
    return role


def _ref(section: Section, in_name: str) -> str:
    """The ref of an entry, which may stand in its name (``org/name@ref``) or under ``ref``."""
    ref = text(section, "ref", in_name)
    if in_name and ref != in_name:
        raise mistake(section, "ref", f"is `{printable(ref)}`, and its name says `{printable(in_name)}`")
    try:
        return safe_path(ref) if ref else ""
    except UnsafeContent as error:
        raise mistake(section, "ref", f"is no branch, tag or commit: {error.message}") from error
