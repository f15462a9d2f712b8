"""Whatever commands somebody types, in whatever order: manifest, lock and environment fit together afterwards."""

from __future__ import annotations

import os
import shutil
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import huggingface_hub
import pytest
from click.testing import CliRunner
from huggingface_hub import constants
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from embedded_hub import EmbeddedHub, models
from ptmdeps.cli import cli
from tests.worlds import tree

NAMES = ("acme/base", "acme/lora", "acme/judge")
COMMANDS = (
    "lock",
    "lock -U",
    "sync",
    "sync --frozen",
    "sync --all-groups",
    "install",
    "install acme/base",
    "install acme/lora --group eval",
    "install acme/judge@v1",
    "install acme/judge --optional --role judge",
    "install acme/judge --no-sync",
    "install acme/base --frozen",
    "install acme/missing",
    "install acme/base acme/missing",
    "install acme/judge@v9",
    "remove acme/base",
    "remove acme/lora",
    "remove acme/judge",
    "remove acme/base --ignore",
    "remove --unused",
    "upgrade",
    "upgrade acme/base",
)
ALL_OR_NOTHING = ("install", "remove", "upgrade")
LOADS = 'from transformers import AutoModel\n\nAutoModel.from_pretrained("{name}")\n'


@dataclass(frozen=True, slots=True)
class Code:
    """The project's code becomes this: a load of each of these models."""

    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Move:
    """Somebody commits to a model upstream."""

    name: str


@dataclass(frozen=True, slots=True)
class Typed:
    """Somebody types a command."""

    text: str


EVENTS = st.one_of(
    st.sampled_from(COMMANDS).map(Typed),
    st.sampled_from(COMMANDS).map(Typed),
    st.sets(st.sampled_from(NAMES)).map(lambda names: Code(tuple(sorted(names)))),
    st.sampled_from(NAMES).map(Move),
)


@dataclass(slots=True)
class Desk:
    """A project, its store, and the hub that all examples share."""

    hub: EmbeddedHub
    project: Path
    moves: int = 0

    def happen(self, event: Code | Move | Typed) -> None:
        match event:
            case Code(names=names):
                text = "".join(LOADS.format(name=name) for name in names)
                (self.project / "app.py").write_text(text, encoding="utf-8")
            case Move(name=name):
                self.moves += 1
                content = f"# {self.moves}".encode()
                self.hub.repositories[name].commit({"README.md": content, "notes.txt": content})
            case Typed(text=text):
                self.type(text)

    def type(self, text: str) -> None:
        before = self.state()
        code = self.run(text)
        assert code in (0, 1, 2), text
        if code and text.startswith(ALL_OR_NOTHING):
            assert self.state() == before, f"`{text}` failed and changed something"
        if (self.project / "ptm.lock").exists():
            tomllib.loads((self.project / "ptm.lock").read_text(encoding="utf-8"))
        if not code and "--frozen" not in text:
            assert self.run("lock --check") == 0, f"stale after `{text}`"

    def run(self, text: str) -> int:
        result = CliRunner().invoke(cli, ["-q", "--project", str(self.project), *text.split()], prog_name="ptmdeps")
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result.exit_code

    def state(self) -> dict[str, bytes]:
        """Everything in the project, without what a loader or a lock of files may leave."""
        return tree(self.project)


@pytest.fixture(scope="module")
def desks(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[EmbeddedHub, Path]]:
    folder = tmp_path_factory.mktemp("desks")
    with EmbeddedHub(folder / "hub") as hub, pytest.MonkeyPatch.context() as patch:
        hub.repositories.create("acme/base", models.bert_encoder())
        hub.repositories.create("acme/lora", models.lora_adapter("acme/base"))
        hub.repositories.create("acme/judge", models.bert_encoder(seed="judge")).tag("v1")
        template = f"{hub.endpoint}/{{repo_id}}/resolve/{{revision}}/{{filename}}"
        patch.setattr(constants, "ENDPOINT", hub.endpoint)
        patch.setattr(constants, "HUGGINGFACE_CO_URL_TEMPLATE", template)
        patch.setattr(constants, "HF_HUB_CACHE", str(folder / "store"))
        patch.setenv("PTMDEPS_CACHE", str(folder / "cache"))
        for name in [name for name in os.environ if name.startswith("PTMDEPS_") and name != "PTMDEPS_CACHE"]:
            patch.delenv(name)
        huggingface_hub.close_session()
        yield hub, folder


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(EVENTS, min_size=1, max_size=7))
def test_manifest_lock_and_environment_fit_together(
    desks: tuple[EmbeddedHub, Path], events: list[Code | Move | Typed]
) -> None:
    hub, folder = desks
    shutil.rmtree(folder / "project", ignore_errors=True)
    (folder / "project").mkdir()
    desk = Desk(hub, folder / "project")
    for event in events:
        desk.happen(event)

    assert desk.run("sync") == 0
    assert desk.run("lock --check") == 0
    assert desk.run("sync --check") == 0
    before = desk.state()
    assert desk.run("sync") == 0
    assert desk.state() == before, "a second sync has nothing to do"
