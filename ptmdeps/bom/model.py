"""A bill of materials in no format: components, how they are related, and what is known of them with its source.

What is not known is not there. Where it would have been, and why it is not, is an ``Absence``: writers leave such a
thing out (or write the format's word for "no assertion" where one is demanded), and nobody makes it up.

Texts are as others wrote them, bounded and without control characters; writers escape them for their format.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from ptmdeps.bom.fact_names import FactName
from ptmdeps.inspect.evaluations import Result
from ptmdeps.lockfile.model import License, LockedFile
from ptmdeps.manifest.bom import NOTHING_SAID, BomStatements, ComponentStatement, Party

Kind = Literal["application", "model", "dataset", "code", "package"]
"""``application`` is the project itself; ``code`` a repository that models only take Python code from; ``package`` a
Python distribution. Files are no components of their own here: they are ``Component.files``."""

RelationKind = Literal["loads", "needs", "descends", "trained-on", "requires", "alternative"]
"""What a relation is about:

- ``loads``: the project loads a model (role: what for, as the manifest says; else empty);
- ``needs``: a model cannot be loaded without another one (role ``adapter``, ``remote-code``, ``component``, …);
- ``descends``: a model came from another one (role ``finetune``, ``adapter``, ``quantized``, ``merge``, ``distilled``,
  ``base-model`` where nothing says how, …). The base of an adapter is needed *and* descended from;
- ``trained-on``: a model, or data set, was made of a data set (role ``dataset``);
- ``requires``: a model needs a Python distribution to be loaded; of the project, that its lock files have it;
- ``alternative``: a place of the code loads one or the other.
"""

Confidence = Literal["declared", "inferred"]
"""Whether somebody says so, or it follows from something that says something else (``_name_or_path``)."""

FactValue = str | tuple[str, ...] | tuple[tuple[str, str], ...] | tuple[Result, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """Something that somebody says of a component.

    Attributes:
        name: what it is about. Two facts of one name are two sources that do not agree; the first is the one to write
            where only one can be.
        value: in the shape that ``FACTS`` gives for the name; never empty.
        source: who says so: files of the component (``config.json``), ``hub``, ``ptm.lock``, ``pyproject.toml``;
            several with commas between.
        inferred: whether it follows from what the source says instead of standing there.
    """

    name: FactName
    value: FactValue
    source: str
    inferred: bool = False

    @property
    def text(self) -> str:
        """The value in one line: lists with commas, pairs as ``name: value``."""
        if isinstance(self.value, str):
            return self.value
        return ", ".join(map(_in_line, self.value))


@dataclass(frozen=True, slots=True, kw_only=True)
class Absence:
    """A fact that is not known, and why: where it would have been, or what kept us from looking."""

    name: FactName
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Occurrence:
    """A place of the project that loads a component.

    Attributes:
        path: POSIX path in the project; ``pyproject.toml`` or ``ptm.toml`` where the manifest asks for it.
        line: from 1; 0 where only the file is known.
        symbol: what is called there: ``transformers.AutoModel.from_pretrained``.
        resolution: how the name was found: ``literal``, ``constant``, ``config``, … (see ``scan.references``);
            ``manifest`` where the manifest says it; ``lock`` where only the lock does.
        confidence: how sure that is, from 0 to 1.
    """

    path: str
    line: int = 0
    symbol: str = ""
    resolution: str = ""
    confidence: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Component:
    """One thing of the bill.

    Attributes:
        identifier: unique in the bill, the same in every bill of the same thing: its purl without percent-encoding,
            else ``model:hub:name@revision``. CycloneDX' ``bom-ref``; what relations name.
        kind: what it is.
        name: without its owner: ``Qwen2.5-7B-Instruct``.
        group: the owner: ``Qwen``; empty where the hub has none.
        version: the revision (a commit, where the hub is in Git), or the version; empty where it is not known.
        hub: ``huggingface``, …; ``pypi`` of distributions; empty for the project.
        refs: branches or tags by which it is asked for, sorted; empty where nobody names one.
        purl: package URL; empty where there is none for such a thing.
        swhid: ``swh:1:rev:<commit>`` of what is in Git; else empty.
        repository: address of its page for people; empty where it has none.
        supplier: who distributes it: the manifest's word for it, else the owner at the hub.
        authors: of the project, as ``[project]`` names them.
        published: when this revision was made, by the hub: ``2024-02-19T10:57:45Z``.
        shipped: whether its files are locked, and come with the project. Ancestors, data sets and the like are only
            named.
        missing: why nothing is known of what is not shipped: ``not-found`` or ``denied``; else empty.
        hashes: of the thing itself, (``SHA-256``, hex digits), sorted; empty for what is made of several files.
        size: bytes of its files.
        license: ``None`` where none is known.
        license_text: the text beside it, bounded, where no licence could be concluded from it; else empty.
        facts: in the order of ``FACTS``.
        absences: what was looked for and is not known, in the order of ``FACTS``.
        files: sorted by path; paths are those of the repository.
        occurrences: sorted.
        gated: ``auto`` or ``manual`` where the hub asks for consent; empty where it does not.
        remote_code: loading can run code out of a repository of models.
        entrypoints: what of it can be called (see ``LockedModel.entrypoints``).
        card: SHA-256 of its card, 64 hex digits; empty where it has none.
        said: what the manifest says of it, as far as nothing above holds that (``BomStatements.of``).
        properties: (name, value) for what has no better place; names without the namespace, sorted.
    """

    identifier: str
    kind: Kind
    name: str
    group: str = ""
    version: str = ""
    hub: str = ""
    refs: tuple[str, ...] = ()
    purl: str = ""
    swhid: str = ""
    repository: str = ""
    supplier: Party | None = None
    authors: tuple[Party, ...] = ()
    published: str = ""
    shipped: bool = True
    missing: str = ""
    hashes: tuple[tuple[str, str], ...] = ()
    size: int = 0
    license: License | None = None
    license_text: str = ""
    facts: tuple[Fact, ...] = ()
    absences: tuple[Absence, ...] = ()
    files: tuple[LockedFile, ...] = ()
    occurrences: tuple[Occurrence, ...] = ()
    gated: str = ""
    remote_code: bool = False
    entrypoints: tuple[str, ...] = ()
    card: str = ""
    said: ComponentStatement | None = None
    properties: tuple[tuple[str, str], ...] = ()

    @property
    def title(self) -> str:
        """``group/name``, or the name alone."""
        return f"{self.group}/{self.name}" if self.group else self.name

    def known(self, name: FactName) -> Iterator[Fact]:
        """The facts of a name: usually one."""
        return (fact for fact in self.facts if fact.name == name)

    def fact(self, name: FactName) -> Fact | None:
        """The fact to write where only one can be."""
        return next(self.known(name), None)

    def why_absent(self, name: FactName) -> str:
        """Why a fact is not known; empty where it is, or was not looked for."""
        return next((absence.reason for absence in self.absences if absence.name == name), "")


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Relation:
    """That one component leads to another.

    Attributes:
        source: identifier of the one that needs, came from, or was trained on the other.
        target: identifier of the other.
        kind: what about; see ``RelationKind``.
        role: how, closer; may be empty.
        evidence: what says so: a file of the source, or a place of the project (``app.py:12``); empty for the lock.
        confidence: whether it is said or inferred.
    """

    source: str
    target: str
    kind: RelationKind
    role: str = ""
    evidence: str = ""
    confidence: Confidence = "declared"


@dataclass(frozen=True, slots=True, kw_only=True)
class LicenseReference:
    """A licence that SPDX does not list, and that some component has.

    Attributes:
        identifier: ``LicenseRef-…``.
        name: for people.
        url: where its text is; empty where nobody says.
    """

    identifier: str
    name: str
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """Something that the bill does not have: a reason why it is not complete, for people.

    Attributes:
        what: ``unresolved`` (a load whose model is not known), ``unlocked`` (a load that the lock does not hold),
            ``unwalked`` (an ancestor of which nothing is known), ``elsewhere`` (what cannot be locked).
        text: in words.
        component: identifier of the component that it is about; empty for the project.
    """

    what: Literal["unresolved", "unlocked", "unwalked", "elsewhere"]
    text: str
    component: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tool:
    """The program that made the bill."""

    name: str
    version: str
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bom:
    """A bill of materials.

    Attributes:
        serial: UUID of the lock's content and the project's name: the same for the same input.
        timestamp: ``SOURCE_DATE_EPOCH``, else when the newest of the revisions was made (``2024-02-19T10:57:45Z``);
            empty where neither is known.
        lock: SHA-256 of the lock, 64 hex digits.
        tool: what made it.
        project: kind ``application``.
        components: all but the project, sorted by identifier.
        relations: sorted; both ends are components of the bill, or the project.
        licenses: every ``LicenseRef-…`` that some component has, sorted.
        gaps: why it is not complete; none where every load is locked and every base was walked.
        scanned: whether the code was looked at. Where it was not, nobody knows whether the lock holds every load.
        statements: what the manifest says of the project and of the bill: its author, supplier, phase, …
    """

    serial: str
    timestamp: str
    lock: str
    tool: Tool
    project: Component
    components: tuple[Component, ...]
    relations: tuple[Relation, ...]
    licenses: tuple[LicenseReference, ...] = ()
    gaps: tuple[Gap, ...] = ()
    scanned: bool = True
    statements: BomStatements = NOTHING_SAID
    _index: dict[str, Component] = field(default_factory=dict, init=False, repr=False, compare=False)
    _leaving: dict[str, list[Relation]] = field(default_factory=dict, init=False, repr=False, compare=False)

    @property
    def completeness(self) -> Literal["complete", "incomplete", "unknown"]:
        """``complete`` only if the code was looked at, every load of it is locked and every base was walked."""
        if self.gaps:
            return "incomplete"
        return "complete" if self.scanned else "unknown"

    def component(self, identifier: str) -> Component:
        """The component, or the project, of an identifier.

        Raises:
            KeyError: there is none.
        """
        if not self._index:
            self._index.update({one.identifier: one for one in (self.project, *self.components)})
        return self._index[identifier]

    def of_kind(self, *kinds: Kind) -> Iterator[Component]:
        """The components of some kinds, in order."""
        return (component for component in self.components if component.kind in kinds)

    def leaving(self, identifier: str, *kinds: RelationKind) -> Iterator[Relation]:
        """The relations of some kinds that leave a component, in order."""
        if not self._leaving:
            for relation in self.relations:
                self._leaving.setdefault(relation.source, []).append(relation)
        return (one for one in self._leaving.get(identifier, ()) if not kinds or one.kind in kinds)


def _in_line(item: str | tuple[str, str] | Result) -> str:
    match item:
        case str():
            return item
        case Result():
            parts = (item.metric or item.task, item.value, f"on {item.dataset}" if item.dataset else "")
            return " ".join(filter(None, parts))
        case name, value:
            return f"{name}: {value}"
