from __future__ import annotations

from dataclasses import replace

import pytest

from lockfiles.examples import ancestor
from ptmdeps.lockfile.difference import Added, Changed
from ptmdeps.lockfile.model import Ancestor, Edge, License, LockedFile, LockedModel, Lockfile, PickleRecord
from ptmdeps.upgrade.notable import notable_ancestors, notable_changes, notable_differences
from tests.worlds import key

SAFE = LockedFile(path="model.safetensors", size=1, sha256="0" * 64, format="safetensors")
CODE = LockedFile(path="m.py", size=1, sha256="1" * 64, format="python")
PICKLE = LockedFile(
    path="m.bin", size=1, sha256="2" * 64, format="pytorch", pickle=PickleRecord(globals=("collections.OrderedDict",))
)
MODEL = LockedModel(
    key=key("acme/m"), revision="a" * 40, license=License(declared="apache-2.0", concluded="Apache-2.0"), files=(SAFE,)
)

INFERRED = Edge(kind="lineage", relation="base-model", target=key("a/b"), evidence="config.json")
MIT_TEXT = License(
    declared="apache-2.0", concluded="Apache-2.0", text="LICENSE", sha256="4" * 64, recognized="MIT", likeness=100
)
OWN_TEXT = replace(MIT_TEXT, sha256="5" * 64, recognized="", likeness=0)


def with_globals(*names: str, incomplete: str = "") -> LockedFile:
    return replace(PICKLE, sha256="3" * 64, pickle=PickleRecord(globals=names, incomplete=incomplete))


@pytest.mark.parametrize(
    ("before", "after", "found"),
    [
        (MODEL, replace(MODEL, revision="b" * 40), []),
        (MODEL, replace(MODEL, license=replace(MODEL.license, declared="Apache-2.0")), []),  # type: ignore[type-var]
        (MODEL, replace(MODEL, license=None), [("license", "Apache-2.0 -> none declared")]),
        (
            MODEL,
            replace(MODEL, license=License(declared="my\x1b licence")),
            [("license", r"Apache-2.0 -> my\x1b licence")],
        ),
        (MODEL, replace(MODEL, gated="auto"), [("gated", "is gated now")]),
        (replace(MODEL, gated="auto"), replace(MODEL, gated="manual"), []),
        (MODEL, replace(MODEL, remote_code=True, files=(CODE, SAFE)), [("remote-code", "brings code now")]),
        (
            replace(MODEL, remote_code=True, files=(CODE,)),
            replace(MODEL, remote_code=True, files=(replace(CODE, sha256="9" * 64),)),
            [("remote-code", "`m.py`")],
        ),
        (MODEL, replace(MODEL, files=(PICKLE,)), [("pickle", "are pickles now")]),
        (
            replace(MODEL, files=(PICKLE,)),
            replace(MODEL, files=(with_globals("collections.OrderedDict", "os.system"),)),
            [("pickle", "`os.system`")],
        ),
        (
            replace(MODEL, files=(PICKLE,)),
            replace(MODEL, files=(with_globals("collections.OrderedDict", incomplete="too long"),)),
            [("pickle", "cannot be followed any more: `m.bin`")],
        ),
        (
            MODEL,
            replace(MODEL, edges=(Edge(kind="runtime", relation="remote-code", target=key("eve/code")),)),
            [("needs", "needs `eve/code` now (remote-code)")],
        ),
        (
            MODEL,
            replace(MODEL, edges=(Edge(kind="lineage", relation="dataset", target=key("d/d")),)),
            [("lineage", "`acme/m` says now that it came from `d/d` (dataset)")],
        ),
        (
            replace(MODEL, edges=(Edge(kind="lineage", relation="finetune", target=key("a/b")),)),
            replace(MODEL, edges=(Edge(kind="lineage", relation="merge", target=key("a/c")),)),
            [("lineage", "came from `a/c` (merge)"), ("lineage", "says no more that it came from `a/b`")],
        ),
        # a lock of an earlier ptmdeps knew no cards, and looked for no other evidence
        (MODEL, replace(MODEL, card="9" * 64, edges=(INFERRED,)), []),
        (replace(MODEL, card="8" * 64), replace(MODEL, card="9" * 64, edges=(INFERRED,)), [("lineage", "a/b")]),
        (MODEL, replace(MODEL, license=MIT_TEXT), []),
        (replace(MODEL, license=MIT_TEXT), replace(MODEL, license=OWN_TEXT), [("license", "MIT -> a text of its own")]),
        (
            replace(MODEL, license=OWN_TEXT),
            replace(MODEL, license=replace(OWN_TEXT, sha256="6" * 64)),
            [("license", "the text of the licence of `acme/m` changed: `LICENSE`")],
        ),
        (
            replace(MODEL, license=MIT_TEXT),
            replace(MODEL, license=replace(MIT_TEXT, text="", sha256="", recognized="")),
            [("license", "is gone: `LICENSE`")],
        ),
    ],
)
def test_what_a_person_should_know(before: LockedModel, after: LockedModel, found: list[tuple[str, str]]) -> None:
    told = notable_changes(before, after)
    assert [notable.kind for notable in told] == [kind for kind, _ in found]
    assert all(part in notable.text for notable, (_, part) in zip(told, found, strict=True))


def test_of_two_lockfiles_only_what_changed_counts() -> None:
    changed = Changed(before=MODEL, after=replace(MODEL, gated="auto"))
    assert [n.model for n in notable_differences((Added(model=MODEL), changed))] == ["acme/m"]


BASE = ancestor("acme/base", license=License(declared="mit", concluded="MIT"))
ROOT = ancestor("acme/root")
CAME_FROM_BASE = Edge(kind="lineage", relation="finetune", target=key("acme/base"), evidence="README.md")
CAME_FROM_ROOT = replace(CAME_FROM_BASE, target=key("acme/root"))


@pytest.mark.parametrize(
    ("before", "after", "found"),
    [
        (BASE, replace(BASE, revision="0" * 40, card=""), []),
        (
            BASE,
            replace(BASE, license=License(declared="llama3.1")),
            ["the licence of `acme/base`, which `acme/m` came from, changed: MIT -> llama3.1"],
        ),
        (BASE, replace(BASE, gated="manual"), ["`acme/base`, which `acme/m` came from, is gated now"]),
        (BASE, replace(BASE, revision="", missing="not-found"), ["cannot be looked at any more: not-found"]),
        (replace(BASE, revision="", missing="denied"), BASE, []),
        (BASE, replace(BASE, edges=(CAME_FROM_ROOT,)), ["says now that it came from `acme/root` (finetune)"]),
    ],
)
def test_what_a_person_should_know_of_ancestors(before: Ancestor, after: Ancestor, found: list[str]) -> None:
    model = replace(MODEL, edges=(CAME_FROM_BASE,))
    told = notable_ancestors(
        Lockfile(models=(model,), ancestors=(before,)), Lockfile(models=(model,), ancestors=(after, ROOT))
    )
    assert [notable.model for notable in told] == ["acme/base"] * len(found)
    assert all(part in notable.text for notable, part in zip(told, found, strict=True))


def test_of_ancestors_that_were_not_known_there_is_no_news() -> None:
    model = replace(MODEL, edges=(CAME_FROM_BASE,))
    assert notable_ancestors(Lockfile(models=(model,)), Lockfile(models=(model,), ancestors=(BASE,))) == ()
