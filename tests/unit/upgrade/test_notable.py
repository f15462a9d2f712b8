from __future__ import annotations

from dataclasses import replace

import pytest

from ptmdeps.lockfile.difference import Added, Changed
from ptmdeps.lockfile.model import Edge, License, LockedFile, LockedModel, PickleRecord
from ptmdeps.upgrade.notable import notable_changes, notable_differences
from tests.worlds import key

SAFE = LockedFile(path="model.safetensors", size=1, sha256="0" * 64, format="safetensors")
CODE = LockedFile(path="m.py", size=1, sha256="1" * 64, format="python")
PICKLE = LockedFile(
    path="m.bin", size=1, sha256="2" * 64, format="pytorch", pickle=PickleRecord(globals=("collections.OrderedDict",))
)
MODEL = LockedModel(
    key=key("acme/m"), revision="a" * 40, license=License(declared="apache-2.0", concluded="Apache-2.0"), files=(SAFE,)
)


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
        (MODEL, replace(MODEL, edges=(Edge(kind="lineage", relation="dataset", target=key("d/d")),)), []),
    ],
)
def test_what_a_person_should_know(before: LockedModel, after: LockedModel, found: list[tuple[str, str]]) -> None:
    told = notable_changes(before, after)
    assert [notable.kind for notable in told] == [kind for kind, _ in found]
    assert all(part in notable.text for notable, (_, part) in zip(told, found, strict=True))


def test_of_two_lockfiles_only_what_changed_counts() -> None:
    changed = Changed(before=MODEL, after=replace(MODEL, gated="auto"))
    assert [n.model for n in notable_differences((Added(model=MODEL), changed))] == ["acme/m"]
