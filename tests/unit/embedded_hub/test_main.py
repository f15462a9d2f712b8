"""`python -m embedded_hub` serves a world of generated models."""

from __future__ import annotations

import re
import threading
import time
from typing import TYPE_CHECKING

from huggingface_hub import HfApi

from embedded_hub import Repositories
from embedded_hub.__main__ import main
from embedded_hub.demo_world import fill

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_it_prints_its_address_and_answers_until_stopped(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    stop = threading.Event()
    thread = threading.Thread(target=main, args=(["--root", str(tmp_path / "hub")],), kwargs={"stop": stop})
    thread.start()
    try:
        printed = ""
        while "\n" not in printed:
            time.sleep(0.01)
            printed += capsys.readouterr().out
        found = re.fullmatch(r"export HF_ENDPOINT=(http://127\.0\.0\.1:\d+)\n", printed)
        assert found is not None
        assert HfApi(endpoint=found[1], token=False).model_info("sentiment", revision="v1.0").id == "acme/sentiment"
    finally:
        stop.set()
        thread.join()


def test_filling_twice_changes_nothing(tmp_path: Path) -> None:
    repositories = Repositories(tmp_path)
    fill(repositories)
    heads = {repository.name: repository.refs() for repository in repositories}

    fill(repositories)

    assert heads == {repository.name: repository.refs() for repository in repositories}
    assert len(heads) == 9
