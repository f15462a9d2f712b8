"""A lock with its stored files, made without any hub; and a project that a hub was synced to."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from embedded_hub import EmbeddedHub, models
from ptmdeps.bundle import write_archive, write_folder
from ptmdeps.hashing import git_blob_of
from ptmdeps.lockfile import LockedFile, LockedModel, Lockfile, model_digest
from ptmdeps.verification import Verified
from tests.worlds import Heard, Place, hugging_face, key, lock, requirement

BASE, LORA = "acme/base", "acme/lora"
CONTENTS: Mapping[str, Mapping[str, bytes]] = {
    BASE: {
        "config.json": b'{"model_type": "bert"}',
        "model.safetensors": bytes(range(256)) * 300,
        "onnx/model.onnx": b"onnx" * 1000,
    },
    LORA: {"adapter_config.json": b"{}", "adapter_model.safetensors": b"lora" * 700, "config.json": b"{}"},
}


class Exporter:
    """Writes bundles of one lock."""

    def __init__(self, lockfile: Lockfile, stored: Mapping[str, Path], folder: Path) -> None:
        self.lockfile, self.stored, self.folder = lockfile, dict(stored), folder
        self.heard = Heard()
        folder.mkdir()

    def archive(self, name: str = "bundle.tar") -> Path:
        target = self.folder / name
        write_archive(target, self.lockfile, self.stored, self.heard, "me")
        return target

    def into_folder(self, name: str = "bundle", link_mode: str = "auto") -> Path:
        target, verified = self.folder / name, Verified({}, None)
        write_folder(target, self.lockfile, self.stored, self.heard, "me", verified=verified, link_mode=link_mode)
        return target


def _model(name: str, files: Mapping[str, bytes]) -> LockedModel:
    large = ".safetensors"
    model = LockedModel(
        key=key(name),
        revision=hashlib.sha256(name.encode()).hexdigest()[:40],
        files=tuple(
            LockedFile(
                path=path,
                size=len(content),
                sha256=hashlib.sha256(content).hexdigest(),
                git=git_blob_of(b"a pointer" if path.endswith(large) else content),
            )
            for path, content in files.items()
        ),
    )
    return replace(model, recorded_digest=model_digest(model))


@pytest.fixture
def exporter(tmp_path: Path) -> Exporter:
    stored: dict[str, Path] = {}
    for content in (content for files in CONTENTS.values() for content in files.values()):
        sha256 = hashlib.sha256(content).hexdigest()
        stored[sha256] = tmp_path / f"stored-{sha256}"
        stored[sha256].write_bytes(content)
    lockfile = Lockfile(
        requirements=(requirement(LORA, "peft"),), models=tuple(map(_model, CONTENTS, CONTENTS.values()))
    )
    return Exporter(lockfile, stored, tmp_path / "out")


@pytest.fixture
def place(hub: EmbeddedHub, tmp_path: Path) -> Place:
    hub.repositories.create(BASE, models.bert_classifier(weight_bytes=60_000))
    hub.repositories.create(LORA, models.lora_adapter(BASE))
    return Place(tmp_path / "project", hugging_face(hub, tmp_path / "store"))


@pytest.fixture
def synced(place: Place, tmp_path: Path) -> Exporter:
    lockfile = lock(place.hugging_face, requirement(LORA, "peft"))
    place.sync(lockfile)
    hub = place.hugging_face
    stored = {file.sha256: hub.stored_path(model, file) for model in lockfile.models for file in model.files}
    return Exporter(lockfile, stored, tmp_path / "synced")
