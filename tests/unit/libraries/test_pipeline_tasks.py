"""The table of tasks in every shape that the library has written it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from ptmdeps.libraries.folder import Folder
from ptmdeps.libraries.pipeline_tasks import task_defaults
from ptmdeps.libraries.static import Modules

Write = Callable[..., Path]

OLD = """
TASK_ALIASES = {"ner": "token-classification", "odd": 3, 4: "x", "gone": "absent"}
SUPPORTED_TASKS = {
    "token-classification": {"impl": P, "default": {"model": {"tf": "a/tf", "pt": "a/pt"}}},
    "only-tf": {"default": {"model": {"tf": ("a/only", "abc1234")}}},
    "translation": {"default": {
        ("en", "fr"): {"model": {"pt": ("t5-base", "686f1db"), "tf": ("t5-base", "0000000")}},
        ("en", "de"): {"model": compute()},
    }},
    "none": {"default": {}},
    "computed": {"default": {"model": {"pt": (name, "x")}}},
    "odd": {"default": {"model": ()}},
    KEY: {"default": {"model": {"pt": "a/key"}}},
    **MORE,
}
"""
NEW = """
TASK_ALIASES = {"ner": "token-classification"}
SUPPORTED_TASKS = {
    "token-classification": {
        "impl": "transformers.pipelines.P",
        "pt": (AutoModel,) if is_torch_available() else (),
        "default": {"model": ("a/new", "4c53496"), "config": ("a/other", "0000000")},
    },
    "fill-mask": {"default": {"model": ("a/mask",)}},
}
"""


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        (
            "transformers/pipelines/__init__.py",
            NEW,
            {
                "token-classification": ("a/new", "4c53496", 7),
                "ner": ("a/new", "4c53496", 7),
                "fill-mask": ("a/mask", None, 9),
            },
        ),
        (
            "transformers/pipelines.py",
            OLD,
            {
                "token-classification": ("a/pt", None, 4),
                "ner": ("a/pt", None, 4),
                "only-tf": ("a/only", "abc1234", 5),
                "translation_en_to_fr": ("t5-base", "686f1db", 7),
            },
        ),
        ("transformers/pipelines/__init__.py", "SUPPORTED_TASKS = compute()", {}),
        ("transformers/pipelines/__init__.py", NEW.replace("TASK_ALIASES", "OTHER"), None),
        ("transformers/other.py", "", {}),
    ],
)
def test_table_of_tasks(
    write: Write, path: str, text: str, expected: dict[str, tuple[str, str | None, int]] | None
) -> None:
    found = task_defaults(Modules(Folder(write({path: text}))))
    if expected is None:
        assert sorted(found) == ["fill-mask", "token-classification"]
        return
    assert {task: (one.text, ref, one.line) for task, (one, ref) in found.items()} == expected
