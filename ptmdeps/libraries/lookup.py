"""What a short name stands for in the library that a project uses."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from difflib import get_close_matches
from importlib import import_module

from packaging.version import Version

from ptmdeps.identity import ModelKey
from ptmdeps.libraries.history import History
from ptmdeps.libraries.rows import LIBRARIES, Library
from ptmdeps.libraries.shipped_tables import shipped
from ptmdeps.libraries.table import LONGEST_NAME, Answer, Entries, UnknownName
from ptmdeps.libraries.used import PythonUsed
from ptmdeps.libraries.versions import Allowed
from ptmdeps.paths import printable

SHIPPED = "the table that ptmdeps ships"
_MAXIMUM_STEPS = 4
"""How often one library may hand a name on to another."""

_SHOWN = 3
_NO_WEIGHTS = "Its builder starts from random weights: there is nothing to lock"
_NOTHING_NEAR = "Look at the spelling, or name the file or repository itself in the manifest"

Spelling = str | ModelKey
Spellings = Callable[[str, str], Iterable[Spelling]]


def find(key: ModelKey, python: PythonUsed, *, ref: str = "", reads: str = "") -> Answer:
    """Return what a model of a library is, where its bytes come from.

    Args:
        key: the hub, one of ``LIBRARIES``, and the name as the code has it.
        python: what the project uses.
        ref: what the code gives besides the name: a member of an enumeration of weights, a set of weights.
        reads: what kind of loader reads it: where that is one of several libraries of the hub, only that one counts.

    Raises:
        UnknownName: no library of that hub has weights of that name; with names that are nearly the same.
    """
    libraries = LIBRARIES[key.hub]
    meant = tuple(library for library in libraries if library.module.replace("_", "-") == reads)
    return _find(key, python, ref, _MAXIMUM_STEPS, meant or libraries)


def _find(key: ModelKey, python: PythonUsed, ref: str, steps: int, among: tuple[Library, ...]) -> Answer:
    libraries = _in_use(among, python)
    for library in libraries:
        for spelling in _spellings(library)(key.name, ref):
            if isinstance(spelling, ModelKey):
                if steps and spelling.hub in LIBRARIES:
                    return _find(spelling, python, "", steps - 1, LIBRARIES[spelling.hub])
            elif answer := answer_of(library, spelling, python):
                return answer
    raise _unknown(key, ref, libraries[0], python)


def _in_use(libraries: tuple[Library, ...], python: PythonUsed) -> list[Library]:
    """Return the libraries that the project is known to use before the others."""
    return sorted(libraries, key=lambda one: not python.of(one))


def _spellings(library: Library) -> Spellings:
    module = import_module(f"ptmdeps.libraries.{library.module}")
    found: Spellings = getattr(module, "spellings", _as_written)
    return found


def _as_written(name: str, ref: str) -> Iterator[Spelling]:
    yield f"{name}@{ref}" if ref else name


def answer_of(library: Library, name: str, python: PythonUsed) -> Answer | None:
    """Return what a name of a library's table is, by the table that says most surely what the project loads."""
    for entries, version, evidence in _said(library, name, python):
        if entries:
            in_use = python.of(library).version
            table = f"{library.distribution} {version}"
            return Answer(entries=entries, table=table, evidence=evidence, exact=in_use in {None, version})
    return None


def _said(library: Library, name: str, python: PythonUsed) -> Iterator[tuple[Entries | None, Version, str]]:
    """Yield what tables say of a name: the shipped one of the version in use, the installed source, the nearest one."""
    history = shipped(library.shipped)
    in_use = python.of(library)
    locked, installed = in_use.locked, in_use.installed
    here = f"the installed {library.distribution} {installed.version}" if installed else ""
    used = (locked.version, str(locked.location)) if locked else (installed.version, here) if installed else None
    readable = installed if installed and used and installed.version == used[0] else None
    # somebody's own build (`1.0+acme`) may have other rows than the release: its source goes first
    exact = bool(used and history.read and history.knows(used[0], name)) and not (readable and readable.version.local)
    if used and exact:
        yield history.at(used[0], name), *used
    if readable:
        yield python.table(library, readable.packages).get(name), readable.version, here
    if history.read and not exact:
        version, evidence = _nearest(library, name, in_use.allowed, used, history)
        yield history.at(version, name), version, evidence


def _nearest(
    library: Library, name: str, allowed: Allowed | None, used: tuple[Version, str] | None, history: History[Entries]
) -> tuple[Version, str]:
    """Return the version whose shipped table comes nearest to what the project uses, and why it is that one."""
    if used:
        older = [version for version in history.read if version <= used[0]]
        version = older[-1] if older else history.read[0]
        return version, f"{SHIPPED}, of {version}: it has none of {library.distribution} {used[0]} ({used[1]})"
    if allowed is None:
        return history.newest, SHIPPED
    found = history.newest_within(allowed.specifier, name)
    if found is None:
        return history.newest, f"{SHIPPED}, which has no version that {allowed.location} allows"
    return found, f"{SHIPPED}, of the newest version that {allowed.location} allows"


def _unknown(key: ModelKey, ref: str, library: Library, python: PythonUsed) -> UnknownName:
    spelled = [one for one in _spellings(library)(key.name, ref) if isinstance(one, str)]
    name = spelled[0] if spelled else key.name
    said = list(_said(library, name, python))
    versions = [version for _, version, _ in said]
    where = f"{library.distribution} {versions[-1]} ({said[-1][2]})" if said else library.distribution
    if any(entries is not None for entries, _, _ in said):
        return UnknownName(f"`{printable(name)}` of {where} has no weights", hint=_NO_WEIGHTS)
    history = shipped(library.shipped)
    known = history.keys_at(versions[-1]) if versions else ()
    return UnknownName(f"{where} has no model `{printable(name)}`", hint=_hint(library, name, history, known))


def _hint(library: Library, name: str, history: History[Entries], known: Iterable[str]) -> str:
    having = [version for version in history.read if history.at(version, name)]
    if having:
        return f"{library.distribution} {having[-1]} has it: use a version of the library that knows the model"
    near = get_close_matches(name[:LONGEST_NAME], known, n=_SHOWN)
    return f"Did you mean {' or '.join(f'`{one}`' for one in near)}?" if near else _NOTHING_NEAR
