"""The settings that change a resolution, and that the lock therefore records."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from ptmdeps.clock import SPELLING, cutoff
from ptmdeps.lockfile.model import Options
from ptmdeps.manifest.fields import Section, choice, flag, mistake, strings, subsection
from ptmdeps.manifest.models import named
from ptmdeps.paths import printable

SCOPES = ("main", "example", "test", "doc")
FILES = ("auto", "all")
KEYS = frozenset({"files", "scopes", "exclude-newer", "exclude-newer-model", "lineage"})


def options(section: Section) -> Options:
    """The options that a manifest sets, the others as they are without one."""
    scopes = strings(section, "scopes") or ("main",)
    if unknown := sorted(set(scopes) - set(SCOPES)):
        raise mistake(section, "scopes", f"knows no `{printable(unknown[0])}`", hint=f"One of {', '.join(SCOPES)}")
    return Options(
        files=choice(section, "files", FILES),
        scopes=tuple(sorted(set(scopes))),
        exclude_newer=_cutoff(section, "exclude-newer") if "exclude-newer" in section.values else "",
        exclude_newer_model=tuple(sorted(_of_models(subsection(section, "exclude-newer-model")))),
        lineage=flag(section, "lineage", default=True),
    )


def _of_models(section: Section) -> Iterator[tuple[str, str]]:
    seen: set[str] = set()
    for name, value in section.values.items():
        key, ref = named(name, (*section.path, name))
        if ref or str(key) in seen:
            raise mistake(section, name, "must name a model once, and no ref of it")
        seen.add(str(key))
        yield str(key), "" if value is False else _cutoff(section, name)


def _cutoff(section: Section, key: str) -> str:
    """A cut-off in its one spelling; TOML's own dates and times are welcome, too."""
    match section.values[key]:
        case datetime() | date() as moment:
            written = moment.isoformat()
        case str(written):
            pass
        case _:
            raise mistake(section, key, "must be a string", hint=SPELLING)
    try:
        return cutoff(written)
    except ValueError as error:
        raise mistake(section, key, f"is no time: `{printable(written)}`", hint=SPELLING) from error
