"""The notice: what the licences of the models ask to be handed on, displayed and kept to, as a file.

The order follows from names alone, so that equal locks give equal bytes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from ptmdeps.licenses.answers import Answer
from ptmdeps.licenses.bearing import binds
from ptmdeps.licenses.facts import LicenseFacts
from ptmdeps.licenses.judging import Verdict
from ptmdeps.licenses.lineage import Bond, Holder
from ptmdeps.licenses.situation import title
from ptmdeps.licenses.terms import License, license_of
from ptmdeps.lockfile.model import LockedModel
from ptmdeps.paths import printable
from ptmdeps.render.licenses.report import Report

_HEAD = """\
MODELS USED BY THIS PROJECT, AND WHAT THEIR LICENCES ASK FOR

Written by `ptmdeps licenses --notice` from ptm.lock. It helps to keep to the licences, and replaces neither reading
them nor legal advice. Hand it on together with the models, and with a copy of each licence that asks for one.
"""
_UNDERLINE = "-"
_NAMING = "Names of models that are made with these must begin with `{}`."


@dataclass(slots=True)
class _Section:
    """Everything under one licence."""

    license: License
    bearers: dict[str, Holder] = field(default_factory=dict)
    users: dict[str, set[str]] = field(default_factory=dict)


def notice(report: Report) -> str:
    """The text of the file: a section for each licence, and one for what nobody knows the licence of."""
    sections: dict[str, _Section] = {}
    unknown: dict[str, str] = {}
    for verdict in report.verdicts:
        for bond, license_ in _binding(verdict):
            if license_.facts is None:
                unknown[title(bond.bearer)] = license_.name
                continue
            section = sections.setdefault(license_.name, _Section(license_))
            bearer = title(bond.bearer)
            section.bearers[bearer] = bond.bearer
            if bond.manner != "own":
                guess = "" if bond.certain else " (as it seems)"
                section.users.setdefault(bearer, set()).add(f"{verdict.model.title}{guess}")
        for one in verdict.answers:
            if one.kind == "unknown" and one.outcome != "ok" and one.bond.manner != "data":
                unknown[one.bearer] = _declared(one)
    parts = [_HEAD, *("\n".join(_lines(sections[name])) for name in sorted(sections))]
    if unknown:
        parts.append("\n".join(_unknown(unknown)))
    return "\n".join(f"{part}\n" if not part.endswith("\n") else part for part in parts)


def _binding(verdict: Verdict) -> Iterator[tuple[Bond, License]]:
    for bond, alternative in verdict.bonds:
        for name in alternative:
            license_ = license_of(name)
            if binds(bond, license_):
                yield bond, license_


def _declared(one: Answer) -> str:
    said = one.bond.bearer.license
    return said.declared if said else ""


def _lines(section: _Section) -> Iterator[str]:
    facts = section.license.facts
    assert facts is not None  # noqa: S101 - what nothing is known of has no section
    name = printable(section.license.name)
    yield name
    yield _UNDERLINE * len(name)
    if facts.title.casefold() != name.casefold() and len(facts.identifiers) == 1:
        yield facts.title
    if section.license.url:
        yield f"Text: {section.license.url}"
    if facts.use_policy_url:
        yield f"Use policy: {facts.use_policy_url}"
    yield from ("", "Models:")
    for bearer in sorted(section.bearers):
        yield from _bearer(section.bearers[bearer], sorted(section.users.get(bearer, ())))
    yield from _owed(facts)


def _bearer(holder: Holder, users: list[str]) -> Iterator[str]:
    revision = f" at {printable(holder.revision)}" if holder.revision else ""
    yield f"  {printable(title(holder))}{revision}"
    if isinstance(holder, LockedModel) and holder.purl:
        yield f"    {printable(holder.purl, limit=500)}"
    if holder.license and holder.license.text:
        digest = f" (sha256 {printable(holder.license.sha256)})" if holder.license.sha256 else ""
        yield f"    its text: {printable(holder.license.text)}{digest}"
    if users:
        yield f"    binds as well: {', '.join(map(printable, users))}"


def _owed(facts: LicenseFacts) -> Iterator[str]:
    words = {
        place: tuple(one for one in facts.attribution if one.place == place)
        for place in ("display", "notice", "documentation")
    }
    heads = {"display": "Display:", "notice": "Notice:", "documentation": "Documentation:"}
    for place, owed in words.items():
        if owed:
            yield from ("", heads[place])
            yield from (f"  {one.words}{_when(one.occasion, required=one.required)}" for one in owed)
    if duties := tuple(_duties(facts)):
        yield from ("", "To be done:", *(f"  - {duty}" for duty in duties))


def _when(occasion: str, *, required: bool) -> str:
    found = {"train": "for models trained with it or its outputs", "publish": "where results are published"}
    parts = ([found[occasion]] if occasion in found else []) + ([] if required else ["encouraged, not required"])
    return f"  ({'; '.join(parts)})" if parts else ""


def _duties(facts: LicenseFacts) -> Iterator[str]:
    if facts.copy_required:
        yield "Give a copy of the licence to whoever gets the models."
    if facts.mark_changes:
        yield "Say in changed files that they were changed."
    if facts.commercial == "no" or facts.research_only:
        yield f"Use them for {'research' if facts.research_only else 'non-commercial purposes'} only."
    if facts.use_policy != "none":
        yield "Keep to the forbidden uses."
    if facts.use_policy == "flows-down" or facts.flow_down != "none":
        yield "Bind whoever gets the models, or what is made of them, to the same."
    if facts.share_alike != "none":
        yield "What is made of them stays under this licence."
    if facts.no_derivatives:
        yield "Give away unchanged copies only."
    if facts.name_prefix:
        yield _NAMING.format(facts.name_prefix)


def _unknown(found: dict[str, str]) -> Iterator[str]:
    yield "Licence unknown"
    yield _UNDERLINE * len("Licence unknown")
    for bearer in sorted(found):
        said = f" (declares `{printable(found[bearer])}`)" if found[bearer] else ""
        yield f"  {printable(bearer)}{said}"
