"""Names that a library gives to models: what the table of the project's version says, and nothing of a network."""

from __future__ import annotations

from pathlib import Path

import pytest

from ptmdeps.errors import FileNotInModel, PtmdepsError
from ptmdeps.hubs import open_hub
from ptmdeps.hubs.description import RemoteFile
from ptmdeps.hubs.protocol import PinRequest, Reading
from ptmdeps.hubs.tables import Tables
from ptmdeps.identity import ModelKey
from ptmdeps.lockfile.document import model_digest
from ptmdeps.lockfile.model import Lockfile
from ptmdeps.lockfile.text import dumps, loads

KEY = ModelKey("torchvision", "resnet50")
READING = (Reading(reads="torchvision"),)


@pytest.fixture
def hub(tmp_path: Path) -> Tables:
    return Tables(name="torchvision", cache=tmp_path)


def project(folder: Path, requirement: str) -> Path:
    folder.mkdir()
    (folder / "requirements.txt").write_text(f"{requirement}\n")
    return folder


def test_a_name_leads_to_the_addresses_of_the_projects_version(hub: Tables, tmp_path: Path) -> None:
    model = hub.pin(PinRequest(key=KEY, readings=READING, project=project(tmp_path / "new", "torchvision==0.20.0")))
    assert model.key == KEY
    assert model.files == ()
    assert model.origin.table == f"torchvision {model.revision}"
    assert model.purl.startswith(f"pkg:pypi/torchvision@{model.revision}?model=")
    assert model.requires == ("torchvision",)
    (edge,) = model.edges
    assert (edge.kind, edge.relation, edge.reads) == ("runtime", "weights", "torch")
    assert edge.target.hub == "url"
    assert edge.target.name.rpartition("/")[2].startswith("resnet50-")
    assert edge.digest.startswith("sha256-prefix:")
    assert edge.evidence == model.origin.table
    assert model.recorded_digest == model_digest(model)
    assert loads(dumps(Lockfile(models=(model,)))).models == (model,)
    assert hub.requests() == 0


def test_another_version_has_another_table(hub: Tables, tmp_path: Path) -> None:
    pins = [
        hub.pin(PinRequest(key=KEY, readings=READING, project=project(tmp_path / version, f"torchvision=={version}")))
        for version in ("0.12.0", "0.20.0")
    ]
    assert pins[0].revision != pins[1].revision


def test_the_version_of_a_build_for_some_machines_is_a_revision(hub: Tables, tmp_path: Path) -> None:
    model = hub.pin(
        PinRequest(key=KEY, readings=READING, project=project(tmp_path / "new", "torchvision==0.20.0+cu124"))
    )
    assert model.revision == "0.20.0+cu124"
    assert loads(dumps(Lockfile(models=(model,)))).models == (model,)


def test_what_a_member_of_its_weights_stands_for(hub: Tables) -> None:
    pins = {ref: hub.pin(PinRequest(key=KEY, ref=ref, readings=READING)) for ref in ("IMAGENET1K_V1", "IMAGENET1K_V2")}
    assert pins["IMAGENET1K_V1"].ref == "IMAGENET1K_V1"
    assert pins["IMAGENET1K_V1"].edges != pins["IMAGENET1K_V2"].edges


def test_an_unknown_name_is_said(hub: Tables) -> None:
    with pytest.raises(PtmdepsError, match="resnet5000"):
        hub.pin(PinRequest(key=ModelKey("torchvision", "resnet5000"), readings=READING))


def test_it_is_what_it_was_and_has_nothing_of_its_own(hub: Tables) -> None:
    model = hub.pin(PinRequest(key=KEY, readings=READING))
    described = hub.describe(KEY, "", model)
    assert described.revision == hub.describe(KEY).revision == model.revision
    with pytest.raises(FileNotInModel):
        hub.read(described, "x")
    with pytest.raises(FileNotInModel):
        hub.open(described, RemoteFile(path="x", size=1, git=""))
    assert (list(hub.history(KEY)), hub.refs(KEY)) == ([], ())
    exposure = hub.expose(model)
    assert (exposure.links, exposure.texts, exposure.folders) == ((), (), ())
    assert hub.page(KEY) == "https://pypi.org/project/torchvision/"
    assert hub.derived
    opened = open_hub("torchvision")
    assert isinstance(opened, Tables)
