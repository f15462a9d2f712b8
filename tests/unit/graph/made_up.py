"""Locks that nobody made: a project with an adapter, code, bases, datasets, and what they came from."""

from __future__ import annotations

from ptmdeps.graph import Node
from ptmdeps.lockfile.model import Ancestor, Edge, License, LockedModel, Lockfile
from tests.worlds import key, requirement


def needs(name: str, ref: str = "", relation: str = "adapter", evidence: str = "x.json") -> Edge:
    return Edge(kind="runtime", relation=relation, target=key(name), ref=ref, reads="model", evidence=evidence)


def came_from(name: str, relation: str = "finetune", evidence: str = "README.md", ref: str = "") -> Edge:
    return Edge(kind="lineage", relation=relation, target=key(name), evidence=evidence, ref=ref)


def model(name: str, *edges: Edge, ref: str = "", aliases: tuple[str, ...] = (), **facts: object) -> LockedModel:
    return LockedModel(
        key=key(name),
        ref=ref,
        aliases=aliases,
        revision="a" * 40,
        edges=tuple(sorted(edges)),
        **facts,  # type: ignore[arg-type]
    )


def ancestor(name: str, *edges: Edge, **facts: object) -> Ancestor:
    known = {"revision": "b" * 40, **facts}
    return Ancestor(key=key(name), edges=tuple(sorted(edges)), **known)  # type: ignore[arg-type]


LOCK = Lockfile(
    requirements=(requirement("acme/app", "peft"), requirement("short", ref="v1"), requirement("acme/gone")),
    models=(
        model("acme/app", needs("acme/old-base"), came_from("acme/base")),
        model(
            "acme/base",
            came_from("other/origin"),
            needs("acme/code", relation="remote-code"),
            aliases=("acme/old-base",),
        ),
        model("acme/code"),
        model("acme/tagged", needs("acme/code", relation="remote-code"), ref="v1", aliases=("short",)),
    ),
)
APP, BASE, CODE, TAGGED = (
    Node(key("acme/app")),
    Node(key("acme/base")),
    Node(key("acme/code")),
    Node(key("acme/tagged"), "v1"),
)
ORIGIN = Node(key("other/origin"))
GONE = Node(key("acme/gone"))

CIRCLE = Lockfile(
    requirements=(requirement("acme/a"),),
    models=(model("acme/a", needs("acme/b")), model("acme/b", needs("acme/a"))),
)
A, B = Node(key("acme/a")), Node(key("acme/b"))

FAMILY = Lockfile(
    requirements=(requirement("acme/lora", "peft"),),
    models=(
        model("acme/lora", needs("acme/chat", evidence="adapter_config.json")),
        model(
            "acme/chat",
            came_from("meta/llama-3.1", relation="finetune"),
            came_from("meta/llama-3", relation="base-model", evidence="config.json"),
            came_from("acme/chat", relation="dataset"),
            license=License(
                declared="apache-2.0",
                concluded="Apache-2.0",
                evidence="README.md",
                text="LICENSE",
                recognized="LicenseRef-llama-3.1",
                likeness=97,
            ),
            requires=("transformers",),
        ),
    ),
    ancestors=(
        ancestor("acme/chat", kind="dataset", license=License(declared="cc-by-4.0", concluded="CC-BY-4.0")),
        ancestor("meta/llama-3", missing="denied", revision=""),
        ancestor("meta/llama-3.1", came_from("meta/llama-3", relation="base-model"), gated="manual"),
    ),
)
LORA, CHAT, LLAMA31, LLAMA3 = (Node(key(name)) for name in ("acme/lora", "acme/chat", "meta/llama-3.1", "meta/llama-3"))
TALK = Node(key("acme/chat"), kind="dataset")
"""A dataset with the name of a model."""
