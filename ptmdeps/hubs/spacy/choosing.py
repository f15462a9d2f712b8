"""Which version of a package of spaCy's models a project means.

``spacy.load("en_core_web_sm")`` takes what is installed. So the version that the project's lock for Python pins goes
first; else the best one that the list of spacy-models has for the version of spaCy that the project uses, as
``spacy download`` chooses it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import Version

from ptmdeps.distributions.locks import parsed
from ptmdeps.distributions.needs import overlap
from ptmdeps.errors import ModelNotFound, RevisionNotFound
from ptmdeps.libraries.folder import Folder
from ptmdeps.libraries.spacy_models import SHORTCUTS, listed, versions_of
from ptmdeps.libraries.table import UnknownName
from ptmdeps.libraries.versions import Versions
from ptmdeps.paths import printable

FIRST_WHEELS = Version("3.0.0a0")
"""Earlier packages are source archives."""

_NAME = re.compile(r"[a-z]{2,3}_[a-z0-9_]{1,100}")
_VERSION = re.compile(r"\d[0-9a-z.]{0,40}")
_SHOWN = 8

Listed = Mapping[str, Mapping[str, tuple[str, ...]]]
"""Version of spaCy → package → versions, the best first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Which version was chosen, and why.

    Attributes:
        versions: the one to take, and those that are less good for the same spaCy.
        spacy: the version of spaCy that the list goes by; empty where the list was not asked.
        guessed: nothing in the project that asks says which spaCy it uses.
    """

    versions: tuple[str, ...]
    spacy: str = ""
    guessed: bool = False


def package(name: str) -> str:
    """The name of a package as Python spells it, of a short or an index's name: ``en``, ``en-core-web-sm``.

    Raises:
        ModelNotFound: it cannot be one.
    """
    found = SHORTCUTS.get(name, name).replace("-", "_")
    if not _NAME.fullmatch(found):
        raise ModelNotFound(
            f"`{printable(name)}` cannot be a package of spaCy's models",
            hint="Names look like `en_core_web_sm`; `ignore` in `[tool.ptmdeps]` leaves packages of your own out",
        )
    return found


def version_of(name: str, ref: str) -> str:
    """A ref, which can only be a version that has a wheel.

    Raises:
        RevisionNotFound: it is none.
    """
    number = parsed(ref) if _VERSION.fullmatch(ref) else None
    if number is None:
        raise RevisionNotFound(
            f"`{name}` has no version `{printable(ref)}`", hint="Versions of spaCy's models look like `3.8.0`"
        )
    if number < FIRST_WHEELS:
        raise RevisionNotFound(
            f"`{name}` {ref} is a source archive, as all before 3.0 are, and only wheels can be locked",
            hint="Name a version that is for spaCy 3",
        )
    return ref


def pinned(name: str, project: Path | None) -> str:
    """The version that the project's lock for Python pins; empty where none does."""
    used = Versions(Folder(project)).locked(canonicalize_name(name)) if project else None
    return str(used.version) if used else ""


def best(data: bytes, name: str, project: Path | None) -> Choice:
    """What the list has for the spaCy that the project uses.

    Raises:
        ModelNotFound: the list has no such package, or not for this version of spaCy.
        UnsafeContent: the list is none.
    """
    spacy, guessed = _spacy_of(project, listed(data))
    return for_spacy(data, name, spacy, guessed=guessed)


def for_spacy(data: bytes, name: str, spacy: str, *, guessed: bool = False) -> Choice:
    """What the list has for a version of spaCy; empty: for its newest.

    Raises:
        ModelNotFound, UnsafeContent: as ``best``.
    """
    try:
        known, versions = versions_of(data, name, spacy)
    except UnknownName as error:
        others = ", ".join(f"`{one}`" for one, packages in listed(data).items() if name in packages)
        own = f"{error.hint}; `ignore` in `[tool.ptmdeps]` leaves packages of your own out"
        hint = f"It is there for spaCy {others}" if others else own
        raise ModelNotFound(error.message, hint=hint) from error
    usable = [one for one in versions if _VERSION.fullmatch(one) and (number := parsed(one)) and number >= FIRST_WHEELS]
    if not usable:
        raise ModelNotFound(
            f"`{name}` for spaCy {known} is a source archive, as all before 3.0 are, and only wheels can be locked",
            hint="Use spaCy 3",
        )
    return Choice(versions=tuple(usable), spacy=known, guessed=guessed)


def releases(data: bytes, name: str) -> tuple[str, ...]:
    """Every version of a package that the list knows and that has a wheel, the newest first.

    Raises:
        ModelNotFound, UnsafeContent: as ``best``.
    """
    texts = {one for packages in listed(data).values() for one in packages.get(name, ()) if _VERSION.fullmatch(one)}
    known = {one: number for one in texts if (number := parsed(one)) and number >= FIRST_WHEELS}
    if not known:
        raise ModelNotFound(f"the list of spacy-models has no `{printable(name)}`", hint="Check its name")
    return tuple(sorted(known, key=lambda one: known[one], reverse=True))


def known_versions(data: bytes, name: str) -> str:
    """The newest versions of a package, for people."""
    return ", ".join(f"`{one}`" for one in releases(data, name)[:_SHOWN])


def _spacy_of(project: Path | None, known: Listed) -> tuple[str, bool]:
    """The version of spaCy that a project uses, and whether that is a guess; empty for the newest of the list."""
    if project is None:
        return "", False
    versions = Versions(Folder(project))
    if used := versions.locked("spacy") or versions.installed("spacy"):
        return str(used.version), False
    allowed = versions.allowed("spacy")
    if allowed is None:
        return "", True
    fitting = {
        spacy: number for spacy, number in _minors(known) if overlap(allowed.specifier, SpecifierSet(f"=={spacy}.*"))
    }
    return max(fitting, key=lambda spacy: fitting[spacy], default=""), not fitting


def _minors(known: Listed) -> Iterator[tuple[str, Version]]:
    for spacy in known:
        number = parsed(spacy)
        if number and not number.is_prerelease and len(number.release) == 2:  # noqa: PLR2004 - 3.8
            yield spacy, number
