"""A scan with a cache gives what a scan without one gives, whatever happened to the project in between."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from ptmdeps.scan import ScanCache, scan
from tests.property.scan_projects import EDITS, FILES, PATHS, PROJECTS, PYTHON, Clock, lengthened, write_project

SETTINGS = settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])

Step = tuple[str, str, str]
"""What happens to a project.

``write`` a path with a text, ``remove`` a path, ``rename`` one path to another one; or an edit of ``EDITS`` of a path
at a number.
"""


def edits_of(paths: Iterable[str]) -> st.SearchStrategy[Step]:
    """Return edits of some files of Python."""
    return st.tuples(st.sampled_from(sorted(EDITS)), st.sampled_from(sorted(paths)), st.integers(0, 99).map(str))


STEPS = st.one_of(
    edits_of(PYTHON),
    edits_of(PYTHON),
    FILES.map(lambda file: ("write", *file)),
    FILES.map(lambda file: ("write", *file)),
    st.sampled_from(PATHS).map(lambda path: ("remove", path, "")),
    st.tuples(st.just("rename"), st.sampled_from(PATHS), st.sampled_from(PATHS)),
)


def take(step: Step, folder: Path, clock: Clock) -> None:
    """Do to the project what a step says, as far as that is possible."""
    what, path, other = step
    file = folder / path
    match what:
        case "write":
            clock.write(file, other)
        case "remove":
            file.unlink(missing_ok=True)
        case "rename" if file.exists():
            (folder / other).parent.mkdir(parents=True, exist_ok=True)
            file.rename(folder / other)
        case _ if what in EDITS and file.exists():
            clock.write(file, EDITS[what](file.read_text(), int(other)))
    for parent in file.parents:
        if parent != folder and parent.is_relative_to(folder) and parent.exists() and not any(parent.iterdir()):
            parent.rmdir()


LONG = {
    path: "from transformers import AutoModel\n" + lengthened(code)
    for path, code in {
        "pkg/__init__.py": "from .load import *\n",
        "pkg/consts.py": (
            "NAME = 'acme/name1'\ndef unused():\n    return NAME\ndef choose(key):\n    table = {'a': 'acme/a2'}\n"
            "    return table[key]\nOTHER = choose('a')\nclass Settings:\n    def spare(self):\n        return 3\n"
            "    def model(self):\n        return 'acme/settings4'\nLAST = 'acme/last5'\n"
        ),
        "pkg/load.py": (
            "from .consts import NAME, Settings\ndef spare():\n    return 6\ndef load(name=NAME):\n"
            "    return AutoModel.from_pretrained(name)\nclass Loader:\n    name = NAME\n    def spare(self):\n"
            "        return 7\n    def go(self):\n        return AutoModel.from_pretrained(self.name)\n"
            "AutoModel.from_pretrained(Settings().model())\n"
        ),
        "pkg/derived.py": "from .load import Loader\nclass Child(Loader):\n    name = 'acme/child8'\n",
        "caller.py": (
            "from pkg.load import load\nfrom pkg.consts import LAST, OTHER\ndef spare():\n    return 9\n"
            "def main():\n    load('acme/called1')\n    load(OTHER)\n"
        ),
        "again.py": "import pkg\ndef spare():\n    return 2\ndef main(name):\n    pkg.load(name)\n",
        "app.py": "from pkg.consts import LAST, OTHER\nfor one in (LAST, OTHER):\n    AutoModel.from_pretrained(one)\n",
    }.items()
}
"""Files that look into each other's longer functions and classes."""


@settings(SETTINGS, max_examples=30)
@given(steps=st.lists(edits_of(LONG), min_size=3, max_size=8))
def test_edits_of_code_change_what_they_should(steps: list[Step]) -> None:
    files = LONG
    with TemporaryDirectory() as name:
        folder, cache, clock = Path(name) / "project", ScanCache(Path(name) / "cache"), Clock()
        folder.mkdir()
        write_project(folder, files, clock)
        scan(folder, cache=cache)
        for step in steps:
            take(step, folder, clock)
            assert scan(folder, cache=cache) == scan(folder)


@SETTINGS
@given(files=PROJECTS, steps=st.lists(st.lists(STEPS, min_size=1, max_size=3), min_size=1, max_size=6))
def test_a_cache_changes_nothing_but_the_time(files: dict[str, str], steps: list[list[Step]]) -> None:
    with TemporaryDirectory() as name:
        folder, cache, clock = Path(name) / "project", ScanCache(Path(name) / "cache"), Clock()
        folder.mkdir()
        write_project(folder, files, clock)
        expected = scan(folder)
        assert scan(folder, cache=cache) == expected, "cold"
        assert scan(folder, cache=cache) == expected, "warm"
        for together in steps:
            for step in together:
                take(step, folder, clock)
            expected = scan(folder)
            event(f"references: {min(len(expected.references), 5)}")
            assert scan(folder, cache=cache) == expected
