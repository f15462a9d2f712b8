"""Libraries that look their models up in a list on the net: which list that is, and what a name in it stands for.

Nothing is fetched here: a hub asks for the address, fetches the list, and hands its bytes back.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from ptmdeps.identity import ModelKey
from ptmdeps.libraries import gensim_data, nltk_data, spacy_models, stanza_models
from ptmdeps.libraries.lookup import answer_of
from ptmdeps.libraries.rows import LISTED, Library
from ptmdeps.libraries.table import Answer, Entries, UnknownName
from ptmdeps.libraries.used import PythonUsed

Entering = Callable[[bytes, str], Entries]


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelList:
    """The list that a project's library would ask.

    Attributes:
        address: where it is; it may change at any time.
        table: what it is called in messages: ``the index of nltk_data``, ``stanza 1.15.0``.
        evidence: how it is known that it is this one.
    """

    address: str
    table: str
    evidence: str
    _entries: Entering

    def find(self, data: bytes, name: str) -> Answer:
        """Return what a name stands for in a list that was fetched; ``name`` is as a scan gives it.

        Raises:
            UnsafeContent: the list is none, or names something that must not be followed.
            UnknownName: it has no such name; with names that are nearly the same.
        """
        return Answer(entries=self._entries(data, name), table=self.table, evidence=self.evidence)


def list_of(hub: str, python: PythonUsed) -> ModelList:
    """Return the list of a hub of ``LISTS`` for the library that a project uses.

    Raises:
        UnknownName: it is not known which list that is.
    """
    return LISTS[hub](python)


def package_in_use(key: ModelKey, python: PythonUsed) -> Answer | None:
    """Return the package of a model of spaCy where the project itself pins or has one: it goes before any list."""
    name = spacy_models.SHORTCUTS.get(key.name, key.name)
    distribution = name.replace("_", "-")
    used = _version_in_use(distribution, python)
    if used is None:
        return None
    version, evidence = used
    return Answer(
        entries=spacy_models.package_entries(name, version), table=f"{distribution} {version}", evidence=evidence
    )


def _version_in_use(distribution: str, python: PythonUsed) -> tuple[str, str] | None:
    """Return the version of a distribution that a project uses, and how that is known."""
    library = Library(module="spacy_models", distributions=(distribution,))
    in_use = python.of(library)
    if locked := in_use.locked:
        return str(locked.version), str(locked.location)
    if installed := in_use.installed:
        return str(installed.version), f"the installed {distribution} {installed.version}"
    return None


def _of_nltk(_: PythonUsed) -> ModelList:
    return ModelList(
        address=nltk_data.INDEX,
        table="the index of nltk_data",
        evidence="every version of NLTK asks it",
        _entries=nltk_data.entries_of,
    )


def _of_gensim(_: PythonUsed) -> ModelList:
    return ModelList(
        address=gensim_data.LIST,
        table="the list of gensim-data",
        evidence="every version of gensim asks it",
        _entries=gensim_data.entries_of,
    )


def _of_spacy(python: PythonUsed) -> ModelList:
    used = _version_in_use("spacy", python)
    version, evidence = used or ("", "no version of spaCy is known: the newest of the list")
    return ModelList(
        address=spacy_models.LIST,
        table=f"spacy {version}" if version else "spacy",
        evidence=evidence,
        _entries=lambda data, name: spacy_models.entries_of(data, name, version),
    )


def _of_stanza(python: PythonUsed) -> ModelList:
    answer = answer_of(LISTED["stanza"], stanza_models.RESOURCES, python)
    if answer is None:
        raise UnknownName("no list of stanza's models is known", hint="Use stanza 1.0 or a newer one")
    address = answer.entries[0].key.name
    return ModelList(
        address=address,
        table=answer.table,
        evidence=answer.evidence,
        _entries=lambda data, name: stanza_models.entries_of(data, name, address),
    )


LISTS: Mapping[str, Callable[[PythonUsed], ModelList]] = {
    "gensim": _of_gensim,
    "nltk": _of_nltk,
    "spacy": _of_spacy,
    "stanza": _of_stanza,
}
"""The hubs of a scan whose names stand in a list on the net."""
