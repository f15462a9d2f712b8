"""Each kind of difference and staleness has its line."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ptmdeps.identity import ModelKey
from ptmdeps.lockfile.difference import Added, Changed, Removed
from ptmdeps.lockfile.model import LockedFile, LockedModel, Options
from ptmdeps.lockfile.staleness import (
    OptionsChanged,
    Orphaned,
    Pending,
    Staleness,
    Tampered,
    Unneeded,
    Unpinned,
    UsedElsewhere,
)
from ptmdeps.render.changes import change_lines, environment_lines, stale_lines
from ptmdeps.requirement import FileSelection, Requirement

KEY = ModelKey("huggingface", "acme/x")
FILE = LockedFile(path="a.json", size=1, sha256="a" * 64)
MODEL = LockedModel(key=KEY, ref="v1", revision="1" * 40, files=(FILE,))
MOVED = replace(MODEL, revision="2" * 40)
WISH = Requirement(key=KEY, reads="transformers", used_in=("app.py",))


def test_each_difference_of_two_locks_has_a_line() -> None:
    other = replace(MODEL, files=(replace(FILE, sha256="b" * 64), replace(FILE, path="b.json")))
    fewer = replace(MODEL, files=())
    alias = replace(MODEL, aliases=("y",))
    differences = (
        Added(model=MODEL),
        Removed(model=MODEL),
        Changed(before=MODEL, after=MOVED),
        Changed(before=MODEL, after=other),
        Changed(before=MODEL, after=fewer),
        Changed(before=MODEL, after=alias),
    )
    assert list(change_lines(differences)) == [
        "+ acme/x@v1 111111111111",
        "- acme/x@v1 111111111111",
        "~ acme/x@v1 111111111111 -> 222222222222",
        "~ acme/x@v1 111111111111 (+1 file, 1 file changed)",
        "~ acme/x@v1 111111111111 (-1 file)",
        "~ acme/x@v1 111111111111 (names or facts)",
    ]


def test_each_difference_of_an_environment_has_a_line() -> None:
    def entry(name: str, revision: str, *files: str) -> dict[str, object]:
        return {"name": name, "ref": "v1", "revision": revision, "files": list(files)}

    recorded = {
        "models": [
            entry("acme/gone", "3" * 40),
            entry("acme/moved", "3" * 40),
            entry("acme/other", "1" * 40, "f" * 64),
            entry("acme/same", "1" * 40, "a" * 64),
            "nonsense",
        ]
    }
    names = ("acme/moved", "acme/new", "acme/other", "acme/same")
    models = [replace(MODEL, key=ModelKey("huggingface", name)) for name in names]
    assert list(environment_lines(recorded, models)) == [
        "- acme/gone@v1 333333333333",
        "~ acme/moved@v1 333333333333 -> 111111111111",
        "+ acme/new@v1 111111111111",
        "~ acme/other@v1 111111111111 (other files)",
    ]


@pytest.mark.parametrize(
    ("reason", "line"),
    [
        (Pending(requirement=WISH), "+ acme/x as transformers is not locked (used in app.py)"),
        (
            Pending(requirement=replace(WISH, ref="v2", selection=FileSelection(files=("a.json",), subfolder="unet"))),
            "+ acme/x@v2 as transformers (a.json, unet) is not locked (used in app.py)",
        ),
        (
            Orphaned(requirement=replace(WISH, used_in=())),
            "- acme/x as transformers is asked for no more (was used in the manifest)",
        ),
        (
            UsedElsewhere(before=WISH, after=replace(WISH, used_in=("b.py",))),
            "~ acme/x as transformers is used in b.py, was in app.py",
        ),
        (
            OptionsChanged(before=Options(), after=Options(files="all", scopes=("example", "main"))),
            "~ the settings changed: files = auto, scopes = main -> files = all, scopes = example, main",
        ),
        (Unpinned(wish=(KEY, "v2"), because="acme/y"), "+ acme/x@v2 has no pin (needed by acme/y)"),
        (Unneeded(model=MODEL), "- acme/x@v1 is locked, and nothing leads to it"),
        (
            Tampered(model=MODEL),
            "~ acme/x@v1 was changed without locking again: its digest does not match",
        ),
    ],
)
def test_each_reason_why_a_lock_is_stale_has_a_line(reason: Staleness, line: str) -> None:
    assert list(stale_lines([reason])) == [line]
