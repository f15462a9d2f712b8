"""Lockfiles that are broken or mean harm, end to end: refused or shown harmlessly, and nothing is written."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest

from ptmdeps.errors import LockfileError
from ptmdeps.lockfile.document import from_dict, model_digest
from tests.faults.world import CLASSIFIER, World, listing, publish

pytestmark = pytest.mark.faults

INVALID = sorted((Path(__file__).parents[2] / "lockfiles" / "invalid").glob("*.lock"))
COMMANDS = (("sync", "--frozen"), ("sync", "--check", "--frozen"), ("list",), ("tree",), ("run", "--", "touch", "ran"))
OWNED = "\x1b[8mowned\x1b]0;owned\x07\x9b2J\u202eowned"


@pytest.fixture
def reader(world: World) -> World:
    """Somebody who cloned a project, on a terminal that shows colours."""
    return world.told(PTMDEPS_COLOR="always", HF_HUB_OFFLINE="1")


def test_there_are_invalid_lockfiles() -> None:
    assert len(INVALID) > 20


@pytest.mark.parametrize("part", range(4))
def test_invalid_lockfiles_are_refused_by_whoever_reads_them(reader: World, part: int) -> None:
    """In four parts, so that several processors can share them."""
    for path in INVALID[part::4]:
        reader.lockfile.write_bytes(path.read_bytes())
        before = _everything(reader)
        # reading is one function: that each command goes through it is shown by a few, that it refuses by all
        for command in COMMANDS if path is INVALID[part] else COMMANDS[:1]:
            outcome = reader.run(*command, code=None)
            assert outcome.code in (1, 2), f"{path.stem}: {command}: {outcome.text}"
            assert "error" in outcome.err, path.stem
            assert "hint" in outcome.err, path.stem
            assert _everything(reader) == before, f"{path.stem}: {command}"


def _everything(world: World) -> dict[str, str]:
    """Mutexes of ours are no harm."""
    found = listing(world.root).items()
    return {path: kind for path, kind in found if path != "cache" and not path.startswith("cache/")}


REFUSED = ("alias", "committed", "name", "path", "ref", "target")
SHOWN = ("concluded", "declared", "evidence", "format", "gated", "globals", "group", "id", "purl", "reads")
ALSO_SHOWN = ("relation", "requires", "used-in")
READERS = (
    ("list",),
    ("list", "--format", "json"),
    ("tree",),
    ("tree", "--format", "json"),
    ("why", "org/name"),
    ("lock", "--check"),
    ("sync", "--frozen", "--offline"),
    ("lock", "--dry-run", "--offline"),
)


@pytest.mark.parametrize("where", REFUSED)
def test_names_in_a_lockfile_that_paint_are_refused(reader: World, where: str) -> None:
    reader.lockfile.write_text(_painted_lock(frozenset({where})), encoding="utf-8")

    outcome = reader.run("list", code=2)

    assert "model[0]" in outcome.err or "requirement[0]" in outcome.err


def test_no_text_of_a_lockfile_reaches_the_terminal_as_it_is(world: World) -> None:
    """Even where its digests are right, as those of a hostile author's are."""
    world.lockfile.write_text(_painted_lock(frozenset({*SHOWN, *ALSO_SHOWN})), encoding="utf-8")
    reader = world.told(PTMDEPS_COLOR="always")
    (world.project / "app.py").write_text("")
    before = listing(world.project)

    for command in READERS:
        outcome = reader.run(*command, code=None)
        assert "does not match" not in outcome.err, "the digest must be right, to get that far"

    assert listing(world.project) == before


def _painted_lock(where: frozenset[str]) -> str:
    def text(name: str, otherwise: str) -> str:
        return json.dumps(OWNED if name in where else otherwise)

    requirement = (
        f'[[requirement]]\nhub = "huggingface"\nname = "org/name"\nref = {text("ref", "main")}\n'
        f"reads = {text('reads', 'transformers')}\ngroup = {text('group', 'default')}\n"
        f"used-in = [{text('used-in', 'app.py')}]\n"
    )
    model = (
        f'[[model]]\nhub = "huggingface"\nname = {text("name", "org/name")}\nrevision = "{"a" * 40}"\n'
        f"ref = {text('ref', 'main')}\n"
        f"aliases = [{text('alias', 'other')}]\nid = {text('id', 'f' * 24)}\n"
        f"committed = {text('committed', '2024-01-01T00:00:00Z')}\npurl = {text('purl', 'pkg:huggingface/org/name')}\n"
        f"gated = {text('gated', 'auto')}\nrequires = [{text('requires', 'transformers')}]\n"
        f"license = {{ declared = {text('declared', 'mit')}, concluded = {text('concluded', 'MIT')}, "
        f"evidence = {text('evidence', 'README.md')} }}\nsize = 1\n"
        f'edges = [{{ kind = "lineage", relation = {text("relation", "dataset")}, hub = "huggingface", '
        f'name = {text("target", "org/data")} }}, {{ kind = "runtime", relation = {text("relation", "adapter")}, '
        f'hub = "huggingface", name = {text("target", "org/base")}, reads = {text("reads", "model")} }}]\n'
        f'files = [{{ path = {text("path", "x.bin")}, size = 1, sha256 = "{"0" * 64}", '
        f"format = {text('format', 'pickle')}, pickle = {{ globals = [{text('globals', 'a b')}], called = [] }} }}]\n"
    )
    head = 'version = 1\nrevision = 2\n\n[options]\nfiles = "auto"\nscopes = ["main"]\n\n'
    return f"{head}{requirement}\n{model}digest = {json.dumps(_digest(head + requirement + model))}\n"


def _digest(text: str) -> str:
    """The right one, where the reader gets as far as that."""
    document = tomllib.loads(f'{text}digest = "sha256:{"0" * 64}"\n')
    try:
        return model_digest(from_dict(document).models[0])
    except LockfileError:
        return f"sha256:{'0' * 64}"


def test_a_hand_edited_revision_is_a_mismatch_and_fetches_nothing(world: World) -> None:
    publish(world.hub)
    world.asks_for(CLASSIFIER)
    world.run("lock")
    text = world.lockfile.read_text(encoding="utf-8")
    world.lockfile.write_text(text.replace(world.locked()["model"][0]["revision"], "b" * 40), encoding="utf-8")
    before = listing(world.project)
    world.hub.log.clear()

    outcome = world.run("sync", "--frozen", code=1)

    assert f"the entry of `{CLASSIFIER}` in `ptm.lock` does not match" in outcome.err
    assert f"ptmdeps lock -P {CLASSIFIER}" in outcome.err
    assert listing(world.project) == before
    assert world.hub.log.count() == 0
