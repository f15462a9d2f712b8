"""Comparisons of any two sets of files: equal ones differ in nothing, and the way back is the way there, reversed."""

from __future__ import annotations

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from ptmdeps.upgrade.change import CLASSES, Comparison
from ptmdeps.upgrade.comparison import compare
from ptmdeps.upgrade.keys import key_changes
from ptmdeps.upgrade.verdict import judge
from tests.unit.upgrade.worlds import compared, side, tensors

LEAVES = st.none() | st.booleans() | st.integers(-5, 5) | st.floats(allow_nan=False) | st.text(max_size=3)
VALUES = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abc"), inner), max_leaves=6
)
OBJECTS = st.dictionaries(st.text("abc", min_size=1), VALUES, max_size=4)
JSON = OBJECTS.map(lambda value: json.dumps(value).encode())
WEIGHTS = st.dictionaries(st.sampled_from("abcd"), st.tuples(st.integers(0, 3), st.integers(1, 3)), min_size=1).map(
    lambda shapes: tensors(1, "f4", **shapes)
)
CONTENTS = {
    "README.md": st.binary(max_size=30),
    "LICENSE": st.binary(max_size=3),
    "config.json": JSON | st.binary(max_size=5),
    "tokenizer_config.json": JSON,
    "tokenizer.json": JSON,
    "vocab.txt": st.binary(max_size=6),
    "model.safetensors": WEIGHTS | st.binary(max_size=9),
    "model-00001-of-00001.safetensors": WEIGHTS,
    "pytorch_model.bin": st.binary(max_size=6),
    "modeling.py": st.sampled_from([b"import a\n", b"import b\n", b"def (", b""]),
    "chat_template.jinja": st.binary(max_size=4),
    "notes.bin": st.binary(max_size=3),
}
FILES = st.fixed_dictionaries({}, optional=CONTENTS)
TAKEN = st.none() | st.sets(st.sampled_from(sorted(CONTENTS)))


@settings(max_examples=60, deadline=None)
@given(files=FILES, taken=TAKEN)
def test_equal_revisions_differ_in_nothing(files: dict[str, bytes], taken: set[str] | None) -> None:
    found = compared(files, files, taken=taken if taken is None else taken & files.keys())
    formats = found.formats
    assert found == Comparison(before="a" * 40, after="b" * 40, formats=formats)
    assert formats[0] == formats[1]


@settings(max_examples=120, deadline=None)
@given(before=FILES, after=FILES)
def test_the_way_back_is_the_way_there_reversed(before: dict[str, bytes], after: dict[str, bytes]) -> None:
    there, back = compared(before, after), compared(after, before)
    opposite = {"added": "removed", "removed": "added", "changed": "changed"}
    plain = [(c.path, c.kind, c.before, c.after) for c in there.files if c.kind != "renamed"]
    assert plain == [(c.path, opposite[c.kind], c.after, c.before) for c in back.files if c.kind != "renamed"]
    assert {(c.previous, c.path) for c in there.files if c.previous} == {
        (c.path, c.previous) for c in back.files if c.previous
    }
    assert [(w.folder, w.verdict, w.added, w.removed, w.parameters) for w in there.weights] == [
        (w.folder, w.verdict, w.removed, w.added, w.parameters[::-1]) for w in back.weights
    ]
    assert there.formats == back.formats[::-1]
    changed = {c.path for c in there.files if c.kind == "changed"}
    assert [(k.path, k.key, k.before, k.after) for k in there.keys if k.path in changed] == [
        (k.path, k.key, k.after, k.before) for k in back.keys if k.path in changed
    ]


@settings(max_examples=120, deadline=None)
@given(before=FILES, after=FILES, data=st.data())
def test_every_change_is_counted_and_none_twice(
    before: dict[str, bytes], after: dict[str, bytes], data: st.DataObject
) -> None:
    taken = data.draw(st.sets(st.sampled_from(sorted(before)))) if before else set()
    found = compare(side(before, "a" * 40, taken=taken), side(after, "b" * 40))
    paths = [c.path for c in found.files] + [c.previous for c in found.files if c.previous]
    assert len(paths) == len(set(paths))
    assert set(paths) == {path for path in before.keys() | after.keys() if before.get(path) != after.get(path)}
    assert list(found.classes) == [name for name in CLASSES if name in found.classes]
    assert bool(found.classes) >= any(c.affects for c in found.files)
    # nothing that changed goes without a verdict, and nothing else gets one
    assert bool(judge(found).rules) == bool(found.files)


@given(document=OBJECTS)
def test_equal_settings_differ_in_nothing(document: dict[str, object]) -> None:
    assert key_changes("c.json", document, json.loads(json.dumps(document))) == ((), 0)
