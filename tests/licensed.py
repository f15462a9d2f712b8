"""Locks of models and ancestors that are about their licences, written short."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Literal

from ptmdeps.identity import ModelKey
from ptmdeps.inspect.licenses import conclude
from ptmdeps.licenses.judging import Verdict, judge
from ptmdeps.licenses.situation import Situation
from ptmdeps.lockfile.document import model_digest
from ptmdeps.lockfile.model import Ancestor, Edge, License, LockedFile, LockedModel, Lockfile
from ptmdeps.manifest.policy import Policy
from ptmdeps.requirement import Requirement

COMMIT = "0123456789abcdef0123456789abcdef01234567"

QUIET = Policy(commercial=False, distributes=False, saas=False, territory=("CH",), users=1, revenue=1)
"""A project that does nothing that a licence could mind."""


def says(declared: str = "", *, text: str = "", likeness: int = 100, name: str = "") -> License | None:
    """What a card declares, and what the text beside it is; ``None`` for neither."""
    found = conclude((declared,) if declared else (), name=name)
    if not declared and not text:
        return None
    return License(
        declared=found.declared,
        concluded=found.concluded or text,
        evidence="README.md" if declared else "LICENSE",
        text="LICENSE" if text else "",
        sha256="0" * 64 if text else "",
        recognized=text,
        likeness=likeness if text else 0,
    )


def came(relation: str, target: str, *, file: str = "README.md") -> Edge:
    """An edge to what a model came from, or, for ``runtime:…``, to what it is loaded with."""
    kind: Literal["runtime", "lineage"] = "runtime" if relation.startswith("runtime:") else "lineage"
    relation = relation.removeprefix("runtime:")
    return Edge(kind=kind, relation=relation, target=ModelKey("huggingface", target), evidence=file)


def model(name: str, license_: License | str | None = None, *edges: Edge, **facts: Any) -> LockedModel:
    """A locked model."""
    made = LockedModel(
        key=ModelKey("huggingface", name),
        revision=COMMIT,
        license=says(license_) if isinstance(license_, str) else license_,
        edges=tuple(sorted(edges)),
        **{"files": (LockedFile(path="config.json", size=2, sha256="0" * 64),), **facts},
    )
    return replace(made, recorded_digest=model_digest(made))


def ancestor(name: str, license_: License | str | None = None, *edges: Edge, **facts: Any) -> Ancestor:
    """A model that others came from."""
    said = says(license_) if isinstance(license_, str) else license_
    key = ModelKey("huggingface", name)
    return Ancestor(**{"key": key, "revision": COMMIT, "license": said, "edges": tuple(sorted(edges)), **facts})


def dataset(name: str, license_: License | str | None = None, *edges: Edge, **facts: Any) -> Ancestor:
    """A dataset that models were trained with."""
    return ancestor(name, license_, *edges, kind="dataset", **facts)


def lock(*things: LockedModel | Ancestor) -> Lockfile:
    """A lock of these, whose models ``app.py`` asks for."""
    models = tuple(sorted((one for one in things if isinstance(one, LockedModel)), key=lambda one: one.key))
    others = tuple(sorted((one for one in things if isinstance(one, Ancestor)), key=lambda one: (one.kind, one.key)))
    wishes = tuple(Requirement(key=one.key, used_in=("app.py",)) for one in models)
    return Lockfile(requirements=wishes, models=models, ancestors=others)


def judged(*things: LockedModel | Ancestor, policy: Policy = QUIET, license_: str = "") -> tuple[Verdict, ...]:
    """What the rules say of each model."""
    return judge(lock(*things), Situation(policy=policy, license=license_))


def said(*things: LockedModel | Ancestor, policy: Policy = QUIET, license_: str = "") -> list[str]:
    """Rule, outcome and model of every answer, duties left out: ``PTM208 conflict org/child``."""
    return [
        f"{one.rule.identifier} {one.outcome} {one.subject}"
        for verdict in judged(*things, policy=policy, license_=license_)
        for one in verdict.answers
        if one.kind != "duty"
    ]
