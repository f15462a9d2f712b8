"""The table of `docs/reference/hubs.md`: each cell says what a hub can do, or why not, and is tried here."""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner

from ptmdeps import hubs, locking
from ptmdeps import lockfile as lockfiles
from ptmdeps.cli import cli
from ptmdeps.hubs.protocol import Hub, PinRequest, Reading
from ptmdeps.identity import ModelKey
from ptmdeps.lockfile.model import LockedModel
from ptmdeps.manifest.hubs import AS_IT_IS, HubSettings
from ptmdeps.showing.elements import ELEMENTS
from tests.contract.worlds import WORLDS, World

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "hubs.md"


def _table() -> dict[str, dict[str, str]]:
    """Function → hub → cell."""
    lines = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| ")]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    names = [cell.strip("`") for cell in next(row for row in rows if row[0] == "hub")[1:]]
    return {row[0]: dict(zip(names, row[1:], strict=True)) for row in rows if row[0] not in {"function", "hub"}}


TABLE = _table()


@dataclass(frozen=True)
class Place:
    """A project, a hub with one model, and whoever types commands there."""

    world: World
    hub: Hub
    project: Path

    @property
    def specifier(self) -> str:
        return ModelKey(self.hub.name, self.world.name).label

    def type(self, command: str) -> None:
        """Run ``ptmdeps <command>``, which must succeed."""
        done = CliRunner().invoke(cli, ["--project", str(self.project), *command.split()], prog_name="ptmdeps")
        assert done.exit_code == 0, (command, done.output, done.exception)

    def locked(self) -> LockedModel | None:
        lockfile = lockfiles.read(self.project / "ptm.lock")
        keys = {ModelKey(self.hub.name, self.world.name)}
        models = lockfile.models if lockfile else ()
        return next((model for model in models if keys & {ModelKey(model.key.hub, name) for name in model.names}), None)

    def pinned(self) -> LockedModel:
        selection = self.world.selection
        reading = Reading(reads=self.world.reads, selection=selection)
        return self.hub.pin(PinRequest(key=ModelKey(self.hub.name, self.world.name), readings=(reading,)))


@pytest.fixture(params=sorted(WORLDS))
def place(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    for name in [name for name in os.environ if name.startswith("PTMDEPS_") and name != "PTMDEPS_CACHE"]:
        monkeypatch.delenv(name)
    for world in WORLDS[request.param](tmp_path / "world"):
        hub = world.open(tmp_path / "store")
        real = hubs.open_hub

        def opened(name: str, settings: HubSettings = AS_IT_IS) -> Hub | None:
            return hub if name == request.param else real(name, settings)  # noqa: B023 - one world

        for module in (hubs, locking):
            monkeypatch.setattr(module, "open_hub", opened)
        project = tmp_path / "project"
        project.mkdir()
        (project / "ptm.toml").write_text("", encoding="utf-8")
        yield Place(world, hub, project)


def installs(place: Place) -> bool:
    place.type(f"install {place.specifier}")
    model = place.locked()
    assert model is not None
    exposed = [place.project / ".ptm" / link.path for link in place.hub.expose(model).links]
    return bool(exposed) and all(path.is_file() for path in exposed)


def upgrades(place: Place) -> bool:
    place.type(f"install {place.specifier}")
    before = place.locked()
    place.world.move()
    place.type("lock")
    assert place.locked() == before
    place.type(f"upgrade {place.specifier}")
    after = place.locked()
    return before is not None and after is not None and before.revision != after.revision


def removes(place: Place) -> bool:
    place.type(f"install {place.specifier}")
    place.type(f"remove {place.specifier}")
    left = [path for path in (place.project / ".ptm").rglob("*") if path.is_file() and "python" not in path.parts]
    assert {path.name for path in left} <= {".gitignore", "CACHEDIR.TAG", "environment.json"}
    return place.locked() is None


def lists_versions(place: Place) -> bool:
    key = ModelKey(place.hub.name, place.world.name)
    return bool(place.hub.refs(key)) or bool(list(itertools.islice(place.hub.history(key), 1)))


def records_dependencies(place: Place) -> bool:
    model = place.pinned()
    return bool(model.requires or model.edges)


def knows_a_license(place: Place) -> bool:
    return place.pinned().license is not None


def knows_a_scan(place: Place) -> bool:
    return place.hub.describe(ModelKey(place.hub.name, place.world.name)).facts.scanned is not None


def knows_no_vulnerability(_: Place) -> bool:
    assert any(element.name == "vulnerabilities" and element.sources == "none" for element in ELEMENTS)
    return False


def has_release_notes(place: Place) -> bool:
    revisions = place.hub.history(ModelKey(place.hub.name, place.world.name))
    return any(revision.title for revision in itertools.islice(revisions, 3))


def says_what_can_be_called(place: Place) -> bool:
    model = place.pinned()
    described = model.key.hub in {"huggingface", "modelscope"} and any(f.path == "config.json" for f in model.files)
    return bool(model.entrypoints) or described


FUNCTIONS: Mapping[str, Callable[[Place], bool]] = {
    "install": installs,
    "upgrade": upgrades,
    "remove": removes,
    "versions": lists_versions,
    "dependency record": records_dependencies,
    "licence": knows_a_license,
    "scan status": knows_a_scan,
    "vulnerabilities": knows_no_vulnerability,
    "release notes": has_release_notes,
    "entry points or signatures": says_what_can_be_called,
}


def test_the_table_has_every_function_and_hub() -> None:
    assert set(TABLE) == set(FUNCTIONS)
    assert all(set(row) == set(WORLDS) for row in TABLE.values())


def test_what_is_impossible_has_a_reason() -> None:
    cells = {cell for row in TABLE.values() for cell in row.values()}
    assert all(cell == "yes" or (cell.startswith("no: ") and len(cell) > len("no: ")) for cell in cells)


@pytest.mark.parametrize("function", sorted(FUNCTIONS))
def test_each_cell_is_true(place: Place, function: str) -> None:
    cell = TABLE[function][place.hub.name]
    assert FUNCTIONS[function](place) == (cell == "yes"), (function, cell)
