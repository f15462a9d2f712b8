"""A scan with a cache gives what a scan without one gives, whatever happened to the project in between."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from ptmdeps.scan import ScanCache, scan
from tests.property.scan_projects import FILES, PATHS, PROJECTS, Clock, write_project

SETTINGS = settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])

Step = tuple[str, str, str]
"""What happens to a project: ``write`` a path with a text, ``remove`` a path, ``rename`` one path to another one."""

STEPS = st.one_of(
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
    for parent in file.parents:
        if parent != folder and parent.is_relative_to(folder) and parent.exists() and not any(parent.iterdir()):
            parent.rmdir()


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
