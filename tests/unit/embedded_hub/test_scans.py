"""The scans of the embedded hub name what pickles import, and run none of them."""

from __future__ import annotations

import os
import pickle
from typing import TYPE_CHECKING

import pytest

from embedded_hub import Repositories, Repository, weights
from embedded_hub.scans import file_status

if TYPE_CHECKING:
    from pathlib import Path

TENSORS = weights.drawn("s", {"a.weight": (2, 2)})


class Evil:
    """Unpickling this would end the process of the test."""

    def __reduce__(self) -> tuple[object, tuple[int]]:
        return os._exit, (3,)


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repositories(tmp_path / "hub").create("acme/x")


@pytest.mark.parametrize("content", [weights.torch_zip(TENSORS), weights.torch_legacy(TENSORS)], ids=["zip", "legacy"])
def test_weights_import_what_tensors_need(repository: Repository, content: bytes) -> None:
    listing = repository.listing(repository.commit({"pytorch_model.bin": content}))

    status = file_status(repository, listing["pytorch_model.bin"])

    assert status["status"] == "safe"
    assert status["pickleImportScan"]["pickleImports"] == [
        {"module": "collections", "name": "OrderedDict", "safety": "innocuous"},
        {"module": "torch", "name": "FloatStorage", "safety": "innocuous"},
        {"module": "torch._utils", "name": "_rebuild_tensor_v2", "safety": "innocuous"},
    ]
    assert file_status(repository, listing["pytorch_model.bin"]) == status


@pytest.mark.parametrize("protocol", [0, 2, 4])
def test_dangerous_imports_make_a_file_unsafe(repository: Repository, protocol: int) -> None:
    listing = repository.listing(repository.commit({"x.pkl": pickle.dumps(Evil(), protocol=protocol)}))

    status = file_status(repository, listing["x.pkl"])

    assert status["status"] == status["avScan"]["status"] == "unsafe"
    assert status["pickleImportScan"]["pickleImports"] == [{"module": "posix", "name": "_exit", "safety": "dangerous"}]


def test_other_imports_are_suspicious(repository: Repository) -> None:
    listing = repository.listing(repository.commit({"x.pkl": b"cfoo.bar\nBaz\n."}))

    imports = file_status(repository, listing["x.pkl"])["pickleImportScan"]["pickleImports"]

    assert imports == [{"module": "foo.bar", "name": "Baz", "safety": "suspicious"}]


def test_levels_of_the_settings_win(repository: Repository) -> None:
    listing = repository.listing(repository.commit({"x.txt": b"x"}))
    repository.update(security=(("x.txt", "suspicious"),))

    assert file_status(repository, listing["x.txt"])["status"] == "suspicious"
