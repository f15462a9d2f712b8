"""Needs against sources: what the rules about Python have in common."""

from __future__ import annotations

import shlex
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase

from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

from ptmdeps.checks.evidence import Evidence
from ptmdeps.distributions.environment import Environment
from ptmdeps.distributions.needs import Has, Need, Unmet, has, spelled, unmet
from ptmdeps.distributions.sources import PinFile, Source, label
from ptmdeps.findings import Finding, Rule, Severity
from ptmdeps.identity import Location
from ptmdeps.paths import printable

_NAMED = 3
_COMES_ALONG = frozenset({"safetensors"})
"""What the libraries that read it depend on themselves, so that nobody lists it."""

_TOOLS: tuple[tuple[str, str], ...] = (
    ("uv.lock", "uv add"),
    ("poetry.lock", "poetry add"),
    ("pdm.lock", "pdm add"),
    ("Pipfile.lock", "pipenv install"),
)


def compared(evidence: Evidence) -> Iterator[Unmet]:
    """Every need that a source does not meet, the one version that wrote a model's files left out."""
    for need in evidence.needs:
        for source in evidence.sources if need.firmness != "saved-with" else ():
            if (problem := unmet(need, source)) is not None:
                yield problem


def unknown(evidence: Evidence) -> Iterator[Need]:
    """Needs of which no source says anything, though there are sources: none of them names everything."""
    if not evidence.sources or any(isinstance(one, Environment) or one.whole for one in evidence.sources):
        return
    for need in evidence.needs:
        names = {_name(requirement) for requirement in need.requirements} - _COMES_ALONG
        if (
            need.firmness == "needed"
            and names
            and not any(has(source, name) for source in evidence.sources for name in names)
        ):
            yield need


@dataclass(frozen=True, slots=True)
class Subject:
    """The models of a sentence."""

    names: str
    several: bool

    def does(self, one: str, several: str) -> str:
        """The models with the verb that fits their number."""
        return f"{self.names} {several if self.several else one}"


Words = Callable[[Unmet, Subject, str], str]
"""The sentence about a problem, given its models and what they need, as they are shown."""


def grouped(
    problems: Iterable[Unmet], evidence: Evidence, rule: Rule, severity: Severity, words: Words
) -> Iterator[Finding]:
    """One finding for all models with the same problem."""
    groups: dict[tuple[str, str, str], list[Unmet]] = defaultdict(list)
    for problem in problems:
        found = str(problem.found) if problem.found else ""
        groups[str(problem.need), label(problem.source), found].append(problem)
    for (wanted, where, found), group in groups.items():
        first = group[0]
        models = sorted({title(problem.need) for problem in group})
        yield Finding(
            rule=rule,
            severity=severity,
            message=printable(words(first, _subject(models), _wanted(first.need)), limit=1000),
            models=tuple(models),
            where=_place(first, evidence),
            hint=_hint(first),
            about=f"{wanted} {where if isinstance(first.source, PinFile) else ''}",
            facts=(
                ("requires", wanted),
                ("evidence", first.need.evidence),
                ("source", where),
                ("found", found),
            ),
        )


def title(need: Need) -> str:
    """``org/name`` or ``org/name@ref``."""
    return f"{need.model.key.label}@{need.model.ref}" if need.model.ref else need.model.key.label


def place_in(source: Source, found: Has | None) -> str:
    """``uv.lock:12``, or the environment."""
    return f"{label(source)}:{found.line}" if found and found.line else label(source)


def minor(specifier: SpecifierSet) -> tuple[str, SpecifierSet]:
    """The version that ``==`` names, and every one from the first of its minor version on."""
    version = next(one.version for one in specifier)
    release = (*version.partition("+")[0].split("."), "0")
    return version, SpecifierSet(f">={release[0]}.{release[1]}.dev0")


def said_by(need: Need) -> str:
    """The file that says so, in brackets."""
    return f" ({need.evidence})" if need.evidence else ""


def _subject(models: list[str]) -> Subject:
    more = f" and {len(models) - _NAMED:,} more" if len(models) > _NAMED else ""
    return Subject(f"{', '.join(f'`{model}`' for model in models[:_NAMED])}{more}", len(models) > 1)


def _wanted(need: Need) -> str:
    return " or ".join(f"`{spelled(requirement)}`" for requirement in need.requirements) + said_by(need)


def _place(problem: Unmet, evidence: Evidence) -> Location:
    """The line of the file that says otherwise; of the lock for what is installed, or stands nowhere."""
    if isinstance(problem.source, PinFile) and problem.found and not problem.source.path.startswith(".."):
        return Location(problem.source.path, problem.found.line)
    return evidence.place(problem.need.model)


def _hint(problem: Unmet) -> str:
    wanted = _asked(problem.need)
    match problem.source:
        case Environment():
            return "Run `ptmdeps install --python`"
        case PinFile(path=path):
            for name, command in _TOOLS:
                if path.rpartition("/")[2] == name:
                    return f"Run `{command} {shlex.quote(wanted)}`"
            if fnmatchcase(path.rpartition("/")[2], "pylock*.toml"):
                return f"Ask for `{wanted}` where `{path}` is made from, and make it anew"
            return f"Ask for `{wanted}` in `{path}`"


def _asked(need: Need) -> str:
    requirement = need.requirements[0]
    if need.firmness == "saved-with":
        return f"{requirement.name}>={next(one.version for one in requirement.specifier)}"
    return spelled(requirement)


def _name(requirement: Requirement) -> str:
    return canonicalize_name(requirement.name)
