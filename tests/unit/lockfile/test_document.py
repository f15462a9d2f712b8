from __future__ import annotations

import tomllib
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from lockfiles.examples import APACHE, CONFIG, GOLDEN, WEIGHTS, key, model, sealed, wish
from ptmdeps.errors import LockfileError
from ptmdeps.identity import ModelKey
from ptmdeps.lockfile import (
    Edge,
    License,
    LockedFile,
    LockedModel,
    Lockfile,
    Options,
    PickleRecord,
    dumps,
    lock_digest,
    model_digest,
)
from ptmdeps.lockfile.document import _sha256_of, from_dict, to_dict
from ptmdeps.lockfile.model import FORMAT_REVISION
from ptmdeps.lockfile.staleness import tampered
from ptmdeps.requirement import FileSelection, Requirement

BERT = GOLDEN["typical"].models[0]
FULL = sealed(
    replace(
        BERT,
        ref="v1",
        gated="auto",
        remote_code=True,
        edges=(
            Edge(kind="runtime", relation="adapter", target=key("org/base"), ref="v2", reads="model", evidence="a"),
        ),
        files=(
            CONFIG,
            replace(WEIGHTS, pickle=PickleRecord(globals=("a.b", "c.d"), called=("a.b",), incomplete="cut")),
        ),
    )
)
EDGE, FILE = FULL.edges[0], FULL.files[1]
PICKLE = FILE.pickle or PickleRecord()
OTHER_HEX = "0123456789abcdef" * 4


def _file(**changes: Any) -> LockedModel:
    return replace(FULL, files=(FULL.files[0], replace(FILE, **changes)))


CHANGES: dict[str, LockedModel] = {
    "hub": replace(FULL, key=ModelKey("modelscope", FULL.key.name)),
    "name": replace(FULL, key=key("org/other")),
    "aliases": replace(FULL, aliases=()),
    "ref": replace(FULL, ref="v2"),
    "revision": replace(FULL, revision=OTHER_HEX[:40]),
    "identifier": replace(FULL, identifier="other"),
    "committed": replace(FULL, committed="2025-02-19T10:57:45Z"),
    "purl": replace(FULL, purl="pkg:huggingface/other"),
    "no license": replace(FULL, license=None),
    "license declared": replace(FULL, license=replace(APACHE, declared="mit")),
    "license concluded": replace(FULL, license=replace(APACHE, concluded="MIT")),
    "license evidence": replace(FULL, license=replace(APACHE, evidence="LICENSE")),
    "gated": replace(FULL, gated="manual"),
    "remote code": replace(FULL, remote_code=False),
    "requires": replace(FULL, requires=("transformers", "zstd")),
    "no edges": replace(FULL, edges=()),
    "edge kind": replace(FULL, edges=(replace(EDGE, kind="lineage"),)),
    "edge relation": replace(FULL, edges=(replace(EDGE, relation="merge"),)),
    "edge hub": replace(FULL, edges=(replace(EDGE, target=ModelKey("timm", "org/base")),)),
    "edge name": replace(FULL, edges=(replace(EDGE, target=key("org/basis")),)),
    "edge ref": replace(FULL, edges=(replace(EDGE, ref=""),)),
    "edge reads": replace(FULL, edges=(replace(EDGE, reads="peft"),)),
    "edge evidence": replace(FULL, edges=(replace(EDGE, evidence=""),)),
    "fewer files": replace(FULL, files=FULL.files[:1]),
    "file path": _file(path="other.safetensors"),
    "file size": _file(size=1),
    "file sha256": _file(sha256=OTHER_HEX),
    "file git": _file(git=OTHER_HEX[:40]),
    "file format": _file(format="other"),
    "no pickle": _file(pickle=None),
    "pickle globals": _file(pickle=replace(PICKLE, globals=("a.b",))),
    "pickle called": _file(pickle=replace(PICKLE, called=())),
    "pickle incomplete": _file(pickle=replace(PICKLE, incomplete="")),
}


@pytest.mark.parametrize("changed", CHANGES.values(), ids=CHANGES)
def test_the_digest_covers_every_field(changed: LockedModel) -> None:
    assert model_digest(changed) != FULL.recorded_digest
    assert tampered(Lockfile(models=(changed,)))[0].model == changed
    assert lock_digest(Lockfile(models=(changed,))) != lock_digest(Lockfile(models=(FULL,)))


def test_the_digest_does_not_cover_itself_nor_orders_without_meaning() -> None:
    shuffled = replace(
        FULL,
        recorded_digest="",
        files=(replace(FILE, pickle=replace(PICKLE, globals=PICKLE.globals[::-1])), FULL.files[0]),
    )
    assert model_digest(shuffled) == FULL.recorded_digest


@pytest.mark.parametrize("lockfile", [*GOLDEN.values(), Lockfile(models=(FULL,))], ids=[*GOLDEN, "full"])
def test_values_survive_the_way_through_tables(lockfile: Lockfile) -> None:
    assert from_dict(to_dict(lockfile)) == lockfile


def test_what_is_absent_has_its_default() -> None:
    requirement = {"hub": "huggingface", "name": "org/name", "reads": "model"}
    entry = {"hub": "timm", "name": "org/name", "revision": "1.0", "size": 0, "digest": f"sha256:{OTHER_HEX}"}
    lockfile = from_dict({"version": 1, "requirement": [requirement], "model": [entry]})
    assert lockfile.options == Options(scopes=())
    assert lockfile.requirements == (Requirement(key=key("org/name"), reads="model"),)
    expected = LockedModel(key=ModelKey("timm", "org/name"), revision="1.0", recorded_digest=f"sha256:{OTHER_HEX}")
    assert lockfile.models == (expected,)


def test_absent_values_of_files_edges_licences_and_pickles_have_their_defaults() -> None:
    entry = {
        "hub": "timm",
        "name": "org/name",
        "revision": "1.0",
        "size": 3,
        "digest": f"sha256:{OTHER_HEX}",
        "license": {"declared": "mit"},
        "edges": [{"kind": "lineage", "relation": "merge", "hub": "timm", "name": "a"}],
        "files": [{"path": "a", "size": 3, "sha256": OTHER_HEX, "pickle": {}}],
    }
    (found,) = from_dict({"version": 1, "model": [entry]}).models
    assert found.license == License(declared="mit")
    assert found.edges == (Edge(kind="lineage", relation="merge", target=ModelKey("timm", "a")),)
    assert found.files == (LockedFile(path="a", size=3, sha256=OTHER_HEX, pickle=PickleRecord()),)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("path", "../a"),
        ("path", ""),
        ("path", 7),
        ("size", -1),
        ("size", True),
        ("size", "1"),
        ("size", 2**63),
        ("sha256", "A" * 64),
        ("sha256", "0" * 63),
        ("sha256", "\uff10" * 64),
        ("sha256", "\ud800" * 64),
        ("sha256", ["0"] * 64),
        ("git", "x" * 40),
        ("git", "0" * 39),
        ("git", 7),
        ("format", 7),
        ("format", "\ud800"),
        ("pickle", "os.system"),
    ],
)
@pytest.mark.parametrize("example", ["typical", "pickle"])
def test_one_wrong_file_among_right_ones_is_named(example: str, name: str, value: object) -> None:
    document = to_dict(GOLDEN[example])
    document["model"][0]["files"][1][name] = value
    with pytest.raises(LockfileError) as caught:
        from_dict(document)
    assert caught.value.context == f"model[0].files[1].{name}"


@pytest.mark.parametrize("name", ["path", "size", "sha256"])
def test_a_file_that_lacks_something_among_right_ones_is_named(name: str) -> None:
    document = to_dict(GOLDEN["typical"])
    del document["model"][0]["files"][2][name]
    with pytest.raises(LockfileError, match="a required value is missing") as caught:
        from_dict(document)
    assert caught.value.context == f"model[0].files[2].{name}"


@pytest.mark.parametrize("wrong", ["a", 1, ["a"], None])
def test_what_is_no_file_among_files_is_named(wrong: object) -> None:
    document = to_dict(GOLDEN["typical"])
    document["model"][0]["files"][3] = wrong
    with pytest.raises(LockfileError, match="expected a table") as caught:
        from_dict(document)
    assert caught.value.context == "model[0].files[3]"


def test_unusual_files_are_read_beside_usual_ones() -> None:
    files = (
        LockedFile(path="a.bin", size=1, sha256=OTHER_HEX, git="0" * 64, pickle=PickleRecord(globals=("os.system",))),
        LockedFile(path="données.txt", size=0, sha256=OTHER_HEX, format="texte à part"),
        LockedFile(path="z.json", size=2**62, sha256=OTHER_HEX, git="0" * 40, format="json"),
    )
    lockfile = Lockfile(models=(sealed(replace(BERT, files=files)),))
    assert from_dict(to_dict(lockfile)) == lockfile


def test_empty_values_mean_absent() -> None:
    document = to_dict(GOLDEN["typical"])
    document["model"][0] |= {"ref": "", "gated": "", "edges": []}
    document["model"][0]["files"][0] |= {"git": document["model"][0]["files"][0]["git"]}
    document["requirement"][0] |= {"ref": "", "allow": []}
    assert from_dict(document) == GOLDEN["typical"]
    del document["model"][0]["license"]
    without = from_dict(document).models[0]
    document["model"][0] |= {"license": {}, "committed": ""}
    assert from_dict(document).models[0] == replace(without, committed="")


def test_the_writer_sorts_whatever_order_values_have() -> None:
    first, second = model("org/a", files=(CONFIG, WEIGHTS)), model("org/b", files=(WEIGHTS, CONFIG))
    wishes = (wish("org/b"), wish("org/a", used_in=("b.py", "a.py")))
    shuffled = Lockfile(models=(second, first), requirements=wishes, options=Options(scopes=("test", "main")))
    ordered = Lockfile(
        models=(first, replace(second, files=(CONFIG, WEIGHTS))),
        requirements=(wish("org/a", used_in=("a.py", "b.py")), wish("org/b")),
        options=Options(scopes=("main", "test")),
    )
    assert dumps(shuffled) == dumps(ordered)
    assert from_dict(to_dict(shuffled)) == ordered
    assert lock_digest(shuffled) == lock_digest(ordered)


def test_what_a_load_says_of_files_keeps_its_order() -> None:
    selection = FileSelection(files=("b", "a"), allow=("z*", "a*"), ignore=("y", "x"))
    lockfile = Lockfile(requirements=(wish("org/a", selection=selection),))
    assert from_dict(to_dict(lockfile)).requirements[0].selection == selection


def _edit_size(entry: dict[str, Any]) -> None:
    entry["size"] += 1


def _edit_revision(entry: dict[str, Any]) -> None:
    entry["revision"] = OTHER_HEX[:40]


def _edit_file(entry: dict[str, Any]) -> None:
    entry["files"][0]["sha256"] = OTHER_HEX


def _drop_file(entry: dict[str, Any]) -> None:
    del entry["files"][0]


@pytest.mark.parametrize("edit", [_edit_size, _edit_revision, _edit_file, _drop_file])
def test_an_edited_entry_is_read_and_known_to_be_edited(edit: Callable[[dict[str, Any]], None]) -> None:
    document = to_dict(GOLDEN["typical"])
    edit(document["model"][0])
    lockfile = from_dict(document)
    assert [reason.model.key for reason in tampered(lockfile)] == [BERT.key]
    assert [reason.model.key for reason in tampered(from_dict(to_dict(lockfile)))] == [BERT.key]


def _newer() -> dict[str, Any]:
    """What a newer ptmdeps might write: keys that this one does not know, under a digest that covers them."""
    document = to_dict(GOLDEN["typical"]) | {"revision": FORMAT_REVISION + 1, "note": "of a later format"}
    entry = document["model"][0]
    entry["files"][0]["xet"] = OTHER_HEX
    entry["released"] = tomllib.loads("date = 2024-02-19")["date"]
    entry["digest"] = _sha256_of({name: value for name, value in entry.items() if name != "digest"})
    return document


def test_a_newer_revision_is_read_with_a_warning_and_its_digests_are_checked_with_what_is_unknown() -> None:
    with pytest.warns(UserWarning, match="written by a newer ptmdeps"):
        lockfile = from_dict(_newer())
    assert lockfile == GOLDEN["typical"]
    assert tampered(lockfile) == ()


def test_an_edited_entry_of_a_newer_revision_is_known_to_be_edited() -> None:
    document = _newer()
    document["model"][0]["files"][0]["xet"] = "0"
    with pytest.warns(UserWarning, match="written by a newer ptmdeps"):
        lockfile = from_dict(document)
    assert [reason.model.key for reason in tampered(lockfile)] == [BERT.key]


def test_text_that_is_no_unicode_is_refused_where_it_is_digested_and_where_it_is_read() -> None:
    hostile = replace(BERT, purl="pkg:\ud800", recorded_digest=BERT.recorded_digest)
    with pytest.raises(LockfileError, match=r"not Unicode: .*\\ud800"):
        model_digest(hostile)
    document = to_dict(Lockfile(models=(hostile,)))
    with pytest.raises(LockfileError, match=r"no Unicode in `model\[0\].purl`"):
        from_dict(document)


def test_integers_have_64_bits() -> None:
    for value in (2**63, -(2**63), 16**4000):
        with pytest.raises(LockfileError, match="64 bits in `version`"):
            from_dict({"version": value})


@pytest.mark.parametrize(
    "path", ["aux.py", "folder./a .py", "C:/x.py", "документ.py", "全角\u3000空白.py", "👩\u200d💻.py"]
)
def test_paths_of_the_project_may_be_what_no_path_of_a_model_may(path: str) -> None:
    lockfile = Lockfile(requirements=(wish("org/a", used_in=(path,)),))
    assert from_dict(to_dict(lockfile)) == lockfile


@pytest.mark.parametrize("path", ["", "/a.py", "a//b.py", "./a.py", "../a.py", "a\\b.py", "a\x1b.py", "e\u0301.py"])
def test_paths_that_lead_out_of_the_project_or_hide_something_are_refused(path: str) -> None:
    lockfile = Lockfile(requirements=(wish("org/a", used_in=("app.py", path)),))
    with pytest.raises(LockfileError, match=r"no path inside the project in `requirement\[0\].used-in\[\d\]`"):
        from_dict(to_dict(lockfile))


def test_one_model_may_be_locked_at_several_refs_and_hubs_may_share_names() -> None:
    models = (
        sealed(replace(BERT, ref="v1")),
        sealed(replace(BERT, ref="v2")),
        sealed(replace(BERT, key=ModelKey("modelscope", BERT.key.name))),
    )
    assert set(from_dict(to_dict(Lockfile(models=models))).models) == set(models)


def test_an_alias_must_not_be_the_name_of_another_model() -> None:
    models = (sealed(replace(BERT, aliases=("bert", "org/a"))), model("org/a", files=()))
    with pytest.raises(LockfileError, match=r"`org/a` is locked twice in `model\[1\]`"):
        from_dict(to_dict(Lockfile(models=models)))
