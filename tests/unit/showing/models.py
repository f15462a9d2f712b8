"""Short ways to the evidence that the elements of a model are found in."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ptmdeps.hubs.description import Description, Facts, RemoteFile
from ptmdeps.identity import ModelKey
from ptmdeps.inspect.card import model_card
from ptmdeps.lockfile.model import Edge, LockedFile, LockedModel
from ptmdeps.showing.element import Known, Missing
from ptmdeps.showing.elements import ELEMENTS
from ptmdeps.showing.evidence import CARD, Evidence

KEY = ModelKey("huggingface", "acme/model")
REVISION = "a" * 40
LATER = "b" * 40
BY_NAME = {element.name: element for element in ELEMENTS}


def known(name: str, evidence: Evidence) -> Known:
    """The value of an element, which there must be."""
    answer = BY_NAME[name].collect(evidence)
    assert isinstance(answer, Known), answer
    return answer


def missing(name: str, evidence: Evidence) -> str:
    """Why an element has no value."""
    answer = BY_NAME[name].collect(evidence)
    assert isinstance(answer, Missing), answer
    return answer.reason


def at_hub(files: Mapping[str, object] | None = None, *, facts: Facts | None = None, **fields: Any) -> Evidence:
    """A model that the hub describes: path → bytes or JSON, or the size of a file that nobody reads."""
    given = files or {}
    sizes = {path: size for path, size in given.items() if isinstance(size, int)}
    contents = {path: _bytes(content) for path, content in given.items() if path not in sizes}
    sizes |= {path: len(content) for path, content in contents.items()}
    listed = tuple(
        RemoteFile(path=path, size=size, git="c" * 40, sha256="" if path in contents else "d" * 64)
        for path, size in sorted(sizes.items())
    )
    evidence = Evidence(
        key=KEY,
        revision=REVISION,
        described=Description(key=KEY, revision=REVISION, files=listed, facts=facts or Facts()),
        page="https://hub.example/acme/model",
        contents=contents,
        card=model_card(contents[CARD]) if CARD in contents else None,
    )
    return replace(evidence, **fields)


def _bytes(content: object) -> bytes:
    return content if isinstance(content, bytes) else json.dumps(content).encode()


def card(**fields: object) -> dict[str, bytes]:
    """A repository of a card alone, with these fields (JSON is YAML)."""
    lines = (f"{key.replace('__', '-')}: {json.dumps(value)}" for key, value in fields.items())
    return {CARD: ("---\n" + "\n".join(lines) + "\n---\n").encode()}


def locked(*edges: Edge, files: tuple[LockedFile, ...] = (), **fields: Any) -> LockedModel:
    """An entry of the lock."""
    return replace(LockedModel(key=KEY, revision=REVISION, edges=edges, files=files), **fields)


def offline(model: LockedModel, **fields: Any) -> Evidence:
    """A locked model of which lock and store are all that is known."""
    evidence = Evidence(key=KEY, revision=REVISION, locked=model, unasked="offline", unknown="offline")
    return replace(evidence, page="https://hub.example/acme/model", **fields)


def locked_file(path: str, size: int = 1, **fields: Any) -> LockedFile:
    return replace(LockedFile(path=path, size=size, sha256="e" * 64), **fields)
