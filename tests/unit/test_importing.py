"""What is recorded of other people's pins."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from lockfiles.examples import CONFIG, GOLDEN, WEIGHTS, model, wish
from ptmdeps import hermeto
from ptmdeps.errors import LockfileError, PtmdepsError
from ptmdeps.identity import ModelKey
from ptmdeps.importing import of_file, of_hermeto, of_lock, together
from ptmdeps.lockfile import Lockfile, dumps, model_digest
from ptmdeps.manifest.entries import Entry
from ptmdeps.requirement import FileSelection

A, B = (model(f"org/{name}", files=(CONFIG, WEIGHTS)) for name in "ab")


def test_a_lock_is_recorded_by_its_wishes() -> None:
    chosen = wish("org/b", "file", ref="v1", selection=FileSelection(files=("a[1].bin",)))
    patterns = wish("org/b", "snapshot", selection=FileSelection(allow=("*.json",)))
    lockfile = Lockfile(requirements=(wish("org/a"), chosen, patterns), models=(A, B))
    imported = of_lock(lockfile)
    assert imported.known == lockfile
    assert set(imported.entries) == {
        Entry(specifier="org/a", reads="transformers"),
        Entry(specifier="org/b@v1", files=("a[[]1].bin",)),
        Entry(specifier="org/b", files=("*.json",)),
    }


def test_the_entry_point_that_is_called_is_recorded() -> None:
    called = FileSelection(entrypoint="net(pretrained=True)")
    wanted = replace(wish("org/a", "snapshot", selection=called), key=ModelKey("torchhub", "org/a"))
    [entry] = of_lock(Lockfile(requirements=(wanted,))).entries
    assert entry == Entry(specifier="torchhub:org/a", reads="snapshot", entrypoint="net(pretrained=True)")


@pytest.mark.parametrize("name", GOLDEN)
def test_every_lock_can_be_read_from_a_file(name: str, tmp_path: Path) -> None:
    (tmp_path / "their.lock").write_text(dumps(GOLDEN[name]), encoding="utf-8")
    (tmp_path / "hermeto.yml").write_text(hermeto.dumps(GOLDEN[name])[0], encoding="utf-8")
    assert of_file(tmp_path / "their.lock") == of_lock(GOLDEN[name])
    pins = {(found.key, found.revision) for found in of_file(tmp_path / "hermeto.yml").known.models}
    assert pins == {(found.key, found.revision) for found in GOLDEN[name].models if found.key.hub == "huggingface"}


def test_pins_of_hermeto_are_whole_entries_of_a_lock() -> None:
    imported = of_hermeto(hermeto.loads(hermeto.dumps(Lockfile(models=(A,)))[0].encode()))
    [pin] = imported.known.models
    assert pin.recorded_digest == model_digest(pin)
    assert imported.entries == (Entry(specifier="org/a", files=("config.json", "model.safetensors")),)


def test_without_patterns_every_file_is_asked_for() -> None:
    [entry] = of_hermeto([hermeto.Entry(key=A.key, revision=A.revision)]).entries
    assert entry.files == ("*",)


def test_two_commits_under_one_name_are_refused() -> None:
    entries = [hermeto.Entry(key=A.key, revision=digit * 40) for digit in "01"]
    with pytest.raises(PtmdepsError, match="at two commits"):
        of_hermeto(entries)
    assert len(of_hermeto([entries[0], replace(entries[1], ref="v1")]).known.models) == 2


def test_a_lock_that_was_edited_is_refused() -> None:
    edited = replace(A, revision="f" * 40)
    with pytest.raises(LockfileError, match="does not fit its digest"):
        of_lock(Lockfile(models=(edited,)))


def test_several_sources_are_one() -> None:
    first, second = of_lock(Lockfile(requirements=(wish("org/a"),), models=(A,))), of_lock(Lockfile(models=(B,)))
    both = together([first, second, first], ("training",))
    assert [found.key.name for found in both.known.models] == ["org/a", "org/b"]
    assert both.entries == (Entry(specifier="org/a", reads="transformers", groups=("training",)),)


def test_files_that_are_no_lockfiles_are_refused(tmp_path: Path) -> None:
    (tmp_path / "binary.lock").write_bytes(b"\xff\xfe")
    (tmp_path / "huge.lock").touch()
    with (tmp_path / "huge.lock").open("wb") as stream:
        stream.truncate(hermeto.LARGEST + 1)
    for name, said in (("binary.lock", "not UTF-8"), ("huge.lock", "too large"), ("nothing.lock", "no file")):
        with pytest.raises(PtmdepsError, match=said):
            of_file(tmp_path / name)
