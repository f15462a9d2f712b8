"""``[tool.ptmdeps.bom]``: what only the project itself can say for its bill of materials.

Nothing of it is guessed from elsewhere, and what is not said stays out of the document: see ``ptmdeps.bom.coverage``
for the lists of minimum elements that ask for it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, fields
from fnmatch import fnmatchcase
from typing import Literal, cast

from ptmdeps.identity import ModelKey
from ptmdeps.manifest.fields import (
    Mistake,
    Section,
    choice,
    day,
    flag,
    items,
    mistake,
    refuse_unknown,
    strings,
    subsection,
)
from ptmdeps.manifest.fields import text as text_of

PHASES = ("design", "pre-build", "build", "post-build", "operations", "discovery", "decommission")
"""Phases of a lifecycle as CycloneDX names them: https://cyclonedx.org/docs/1.6/json/#metadata_lifecycles."""

CONTENTS = (
    "audio", "categorical", "graph", "image", "numeric", "other", "sensor", "structured", "syntactic", "text",
    "timeseries", "timestamp", "video",
)  # fmt: skip
"""What a dataset holds, as SPDX names it: https://spdx.github.io/spdx-spec/v3.0.1/model/Dataset/Vocabularies/DatasetType."""

Kind = Literal["", "model", "dataset"]
KINDS: tuple[Kind, ...] = ("model", "dataset")
Presence = Literal["", "yes", "no"]
PRESENCES: tuple[Presence, ...] = ("yes", "no")

_ADDRESS = re.compile(r"https?://[^/\s\\@]+(/[^\s\\]*)?")
_MAIL = re.compile(r"[^@\s<>]+@[^@\s<>]+")
_LONGEST = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """An organisation, or a person: at least a name."""

    name: str
    email: str = ""
    url: str = ""
    person: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ComponentStatement:
    """What a project says of models and datasets of others, or of its own, where their hub and card say nothing.

    Attributes:
        name: ``org/name`` or ``hub:org/name``, in which ``*``, ``?`` and ``[…]`` are those of a shell.
        kind: what it is about; empty for models and datasets of the name.
        supplier: who made it.
        released: day on which it was released, ``2026-12-31``.
        built: day on which it was made; of datasets.
        description: what it is.
        intended_use: what it is made for.
        content: what a dataset holds, of ``CONTENTS``, sorted.
        collection: how the data of a dataset were collected.
        personal_data: whether it holds sensitive personal data.
        statistics: of a dataset, or where they are to be found.
    """

    name: str
    kind: Kind = ""
    supplier: Party | None = None
    released: str = ""
    built: str = ""
    description: str = ""
    intended_use: str = ""
    content: tuple[str, ...] = ()
    collection: str = ""
    personal_data: Presence = ""
    statistics: str = ""

    def matches(self, key: ModelKey, kind: str) -> bool:
        """Whether it is about the model or dataset of this name."""
        return self.kind in {"", kind} and (fnmatchcase(key.name, self.name) or fnmatchcase(str(key), self.name))


@dataclass(frozen=True, slots=True, kw_only=True)
class BomStatements:
    """What a project says of itself and of its bill of materials; empty is what nobody said.

    Attributes:
        name: of the whole system, where ``[project]`` does not say it.
        version: of the system, likewise.
        description: what the system is.
        author: who answers for the document, which is not the tool.
        supplier: who makes the system.
        contact: address of a page or of a mailbox for questions about the system's security.
        lifecycle: the phase in which the document is made, one of ``PHASES``.
        revision: the how manieth document this is for the same version of the system, from 1.
        released: day of the system's newest change, ``2026-12-31``.
        intended_use: what the system is used for.
        domains: fields in which it is used (``healthcare``).
        inputs: what goes in (``text``, ``image/png``).
        outputs: what comes out.
        data_flow: how data move between the parts of the system and others, or where that is described.
        data_usage: what is done with the data that go through it, or where that is described.
        acceptable_use: address of the policy for its users.
        software: address of the bill of materials of its software.
        hardware: address of that of its hardware.
        security_controls: measures against attacks, or where they are described.
        security_compliance: standards that it complies with.
        security_policy: address of the ``security.txt`` (RFC 9116).
        vulnerabilities: address where known vulnerabilities are published.
        security_metrics: figures of its security, or where they are.
        operational_metrics: figures of its operation, or where they are.
        components: of single models and datasets, in the order of the manifest.
    """

    name: str = ""
    version: str = ""
    description: str = ""
    author: Party | None = None
    supplier: Party | None = None
    contact: str = ""
    lifecycle: str = ""
    revision: int = 1
    released: str = ""
    intended_use: str = ""
    domains: tuple[str, ...] = ()
    inputs: tuple[str, ...] = ()
    outputs: tuple[str, ...] = ()
    data_flow: str = ""
    data_usage: str = ""
    acceptable_use: str = ""
    software: str = ""
    hardware: str = ""
    security_controls: tuple[str, ...] = ()
    security_compliance: tuple[str, ...] = ()
    security_policy: str = ""
    vulnerabilities: str = ""
    security_metrics: str = ""
    operational_metrics: str = ""
    components: tuple[ComponentStatement, ...] = ()

    def of(self, key: ModelKey, kind: str) -> ComponentStatement:
        """Everything said of one model or dataset; of two that say the same thing, the first counts."""
        about = [one for one in self.components if one.matches(key, kind)]
        names = [field.name for field in fields(ComponentStatement) if field.name not in {"name", "kind"}]
        said = {name: next((value for one in about if (value := getattr(one, name))), None) for name in names}
        return ComponentStatement(name=str(key), **{name: value for name, value in said.items() if value is not None})


NOTHING_SAID = BomStatements()
"""Of a manifest without a table for it."""

_TEXTS = (
    "name", "version", "description", "intended-use", "data-flow", "data-usage", "security-metrics",
    "operational-metrics",
)  # fmt: skip
_ADDRESSES = ("acceptable-use", "software", "hardware", "security-policy", "vulnerabilities")
_LISTS = ("domains", "inputs", "outputs", "security-controls", "security-compliance")
KEYS = frozenset(
    {*_TEXTS, *_ADDRESSES, *_LISTS, "author", "supplier", "contact", "lifecycle", "revision", "released", "components"}
)
COMPONENT_KEYS = frozenset(
    {
        "name", "kind", "supplier", "released", "built", "description", "intended-use", "content", "collection",
        "personal-data", "statistics",
    }
)  # fmt: skip
_PARTY_KEYS = frozenset({"name", "email", "url", "person"})


def bom_statements(section: Section) -> BomStatements:
    """What a manifest says for the bill of materials; nothing where it has no such table."""
    table = subsection(section, "bom")
    refuse_unknown(table, KEYS)
    return BomStatements(
        name=_text(table, "name"),
        version=_text(table, "version"),
        description=_text(table, "description"),
        author=_party(table, "author"),
        supplier=_party(table, "supplier"),
        contact=_contact(table),
        lifecycle=choice(table, "lifecycle", PHASES) if "lifecycle" in table.values else "",
        revision=_revision(table),
        released=day(table, "released"),
        intended_use=_text(table, "intended-use"),
        domains=_texts(table, "domains"),
        inputs=_texts(table, "inputs"),
        outputs=_texts(table, "outputs"),
        data_flow=_text(table, "data-flow"),
        data_usage=_text(table, "data-usage"),
        acceptable_use=_address(table, "acceptable-use"),
        software=_address(table, "software"),
        hardware=_address(table, "hardware"),
        security_controls=_texts(table, "security-controls"),
        security_compliance=_texts(table, "security-compliance"),
        security_policy=_address(table, "security-policy"),
        vulnerabilities=_address(table, "vulnerabilities"),
        security_metrics=_text(table, "security-metrics"),
        operational_metrics=_text(table, "operational-metrics"),
        components=tuple(_components(table)),
    )


def _components(section: Section) -> Iterator[ComponentStatement]:
    for entry, path in items(section, "components", "must be an array of tables"):
        if not isinstance(entry, dict) or "name" not in entry:
            raise Mistake(path, "names no model and no dataset", hint='Write { name = "org/name", supplier = "…" }')
        table = Section(entry, path)
        refuse_unknown(table, COMPONENT_KEYS)
        content = strings(table, "content")
        if unknown := next((one for one in content if one not in CONTENTS), None):
            raise mistake(table, "content", f"cannot hold `{unknown!a}`", hint=f"Any of {', '.join(CONTENTS)}")
        yield ComponentStatement(
            name=_pattern(table),
            kind=cast("Kind", choice(table, "kind", KINDS) if "kind" in entry else ""),
            supplier=_party(table, "supplier"),
            released=day(table, "released"),
            built=day(table, "built"),
            description=_text(table, "description"),
            intended_use=_text(table, "intended-use"),
            content=tuple(sorted(set(content))),
            collection=_text(table, "collection"),
            personal_data=cast(
                "Presence", choice(table, "personal-data", PRESENCES) if "personal-data" in entry else ""
            ),
            statistics=_text(table, "statistics"),
        )


def _pattern(section: Section) -> str:
    name = text_of(section, "name")
    if not name.isprintable() or " " in name:
        raise mistake(section, "name", "is no name and no pattern", hint='Such as "org/name" or "org/*"')
    return name


def _party(section: Section, key: str) -> Party | None:
    """Return a name alone, or a table of name, mailbox and page, and whether it is a person."""
    if key not in section.values:
        return None
    if isinstance(section.values[key], str):
        return Party(name=_text(section, key))
    table = subsection(section, key)
    refuse_unknown(table, _PARTY_KEYS)
    if "name" not in table.values:
        raise mistake(section, key, "has no name", hint='Write "Acme GmbH" or { name = "Acme GmbH", email = "…" }')
    email = text_of(table, "email")
    if email and not _MAIL.fullmatch(email):
        raise mistake(table, "email", "is no address of a mailbox")
    return Party(name=_text(table, "name"), email=email, url=_address(table, "url"), person=flag(table, "person"))


def _contact(section: Section) -> str:
    value = text_of(section, "contact")
    if value and not (_MAIL.fullmatch(value) or _ADDRESS.fullmatch(value)):
        raise mistake(section, "contact", "is no address", hint='Such as "security@acme.example" or "https://…"')
    return value


def _revision(section: Section) -> int:
    value = section.values.get("revision", 1)
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise mistake(section, "revision", "must be a whole number from 1")
    return value


def _address(section: Section, key: str) -> str:
    value = text_of(section, key)
    if value and not (_ADDRESS.fullmatch(value) and value.isprintable()):
        raise mistake(section, key, "is no address", hint="Write https://…, without a user or password")
    return value


def _text(section: Section, key: str) -> str:
    return _plain(section, key, text_of(section, key))


def _texts(section: Section, key: str) -> tuple[str, ...]:
    return tuple(_plain(section, key, value) for value in strings(section, key) if value)


def _plain(section: Section, key: str, value: str) -> str:
    if len(value) > _LONGEST or not value.replace("\n", " ").isprintable():
        raise mistake(section, key, f"must be printable, and at most {_LONGEST} characters")
    return value.strip()
