"""spaCy: which package ``spacy.load("en_core_web_sm")`` means, by https://github.com/explosion/spacy-models.

``compatibility.json`` lists for each version of spaCy the versions of every package, the best first; since 3.1 the
versions of spaCy are minor ones (``spacy/cli/download.py`` of 3.8.18). A package is a wheel of a release of that
repository, before 3.0 a source archive. The list knows no hashes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from packaging.version import Version

from ptmdeps.distributions.locks import parsed
from ptmdeps.libraries.lists import broken, table_at, table_in, unknown, without_fault
from ptmdeps.libraries.reading import at_address
from ptmdeps.libraries.table import Entries

LIST = "https://raw.githubusercontent.com/explosion/spacy-models/master/compatibility.json"
"""The list that ``spacy download`` asks (``spacy.about.__compatibility__``)."""

_RELEASES = "https://github.com/explosion/spacy-models/releases/download"
_WHAT = "the list of spacy-models"
_WHEELS_SINCE = Version("3.0.0a0")
_NAME = re.compile(r"[a-z]{2,3}_[a-z0-9_]{1,100}")
_VERSION = re.compile(r"\d[0-9a-z.]{0,40}")

SHORTCUTS: Mapping[str, str] = {
    **{language: f"{language}_core_news_sm" for language in ("de", "es", "pt", "fr", "it", "nl", "el", "nb", "lt")},
    "en": "en_core_web_sm",
    "xx": "xx_ent_wiki_sm",
}
"""Names that ``spacy download`` still takes (``OLD_MODEL_SHORTCUTS`` of ``spacy/errors.py``)."""


def entries_of(data: bytes, name: str, spacy: str) -> Entries:
    """Return the archive of the best version of a package for a version of spaCy; empty: for the newest of the list.

    Raises:
        UnsafeContent: the list is none.
        UnknownName: it has nothing for this version of spaCy, or no such package.
    """
    _, versions = versions_of(data, name, spacy)
    return package_entries(SHORTCUTS.get(name, name), versions[0])


def versions_of(data: bytes, name: str, spacy: str) -> tuple[str, tuple[str, ...]]:
    """Return the version of spaCy that the list goes by, and those of a package for it, the best first.

    ``spacy`` empty: the newest version of spaCy in the list.

    Raises:
        UnsafeContent, UnknownName: as ``entries_of``.
    """
    versions = table_at(table_in(data, _WHAT), "spacy")
    chosen = next((one for one in _spellings(spacy, versions) if one in versions), None)
    if chosen is None:
        raise unknown(spacy, f"{_WHAT}, by version of spaCy,", versions)
    packages = table_at(versions, chosen)
    found = _texts(packages.get(SHORTCUTS.get(name, name)))
    if not found:
        raise unknown(name, f"{_WHAT} for spaCy {chosen}", packages)
    return chosen, found


def listed(data: bytes) -> Mapping[str, Mapping[str, tuple[str, ...]]]:
    """Return the whole list: version of spaCy → package → versions, the best first.

    Raises:
        UnsafeContent: the list is none.
    """
    versions = table_at(table_in(data, _WHAT), "spacy")
    return {
        spacy: {package: texts for package, found in table_at(versions, spacy).items() if (texts := _texts(found))}
        for spacy in versions
    }


def _texts(value: object) -> tuple[str, ...]:
    return tuple(one for one in value if isinstance(one, str)) if isinstance(value, list) else ()


def package_entries(package: str, version: str) -> Entries:
    """Return the archive of a version of a package, as where the project itself pins it.

    Raises:
        UnsafeContent: they cannot be a package and a version.
    """
    number = parsed(version)
    if not _NAME.fullmatch(package) or not _VERSION.fullmatch(version) or number is None:
        raise broken(_WHAT, f"`{package[:100]}` {version[:40]} is no version of a package")
    release = f"{package}-{version}"
    suffix = "-py3-none-any.whl" if number >= _WHEELS_SINCE else ".tar.gz"
    return without_fault((at_address(f"{_RELEASES}/{release}/{release}{suffix}", reads="spacy"),), _WHAT)


def _spellings(spacy: str, versions: Mapping[str, object]) -> list[str]:
    """Return how the list may name a version: in full, or by its minor version, as it does for final ones."""
    if not spacy:
        known = {one: number for one in versions if (number := parsed(one)) and not number.is_prerelease}
        return [max(known, key=lambda one: known[one])] if known else []
    number = parsed(spacy)
    minor = [f"{number.major}.{number.minor}"] if number else []
    return [spacy, *minor]
