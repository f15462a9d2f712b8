"""Where a project keeps things, and who may write them."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from ptmdeps import project as projects
from ptmdeps.errors import PtmdepsError, StoreError
from ptmdeps.project import Project, cache_folder, exclusive, find_project


@pytest.fixture
def project(tmp_path: Path) -> Project:
    (tmp_path / "project").mkdir()
    return Project(tmp_path / "project")


@pytest.mark.parametrize("mark", ["ptm.lock", "ptm.toml", "pyproject.toml"])
def test_a_project_is_found_from_below(project: Project, mark: str) -> None:
    (project.root / mark).touch()
    below = project.root / "a" / "b"
    below.mkdir(parents=True)
    assert find_project(below) == project


def test_the_nearest_mark_counts(project: Project) -> None:
    (project.root / "ptm.toml").touch()
    inner = project.root / "inner"
    inner.mkdir()
    (inner / "pyproject.toml").touch()
    assert find_project(inner) == Project(inner)


def test_without_a_mark_the_folder_itself_is_the_project(project: Project) -> None:
    (project.root / "ptm.lock").mkdir()
    assert find_project(project.root) == project


def test_links_to_a_project_are_the_project(project: Project, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(project.root)
    assert find_project(tmp_path / "link") == project


def test_everything_of_a_project_is_in_its_folder(project: Project) -> None:
    assert project.lockfile == project.root / "ptm.lock"
    assert project.environment == project.root / ".ptm"


def test_projects_are_told_apart(project: Project, tmp_path: Path) -> None:
    assert len(project.identifier) == 12
    assert project.identifier == Project(project.root).identifier != Project(tmp_path).identifier


def test_the_cache_is_where_the_user_wants_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PTMDEPS_CACHE", str(tmp_path / "mine"))
    assert cache_folder() == tmp_path / "mine"
    monkeypatch.delenv("PTMDEPS_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("HOME", str(tmp_path))
    assert cache_folder().name == "ptmdeps"
    assert cache_folder().is_relative_to(tmp_path)


def test_writers_take_turns(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(projects, "_POLITE_WAIT", 0.01)
    told: list[str] = []
    entered, released = threading.Event(), []

    def tell(text: str) -> None:
        told.append(text)
        entered.set()

    def second() -> None:
        with exclusive(project, tell):
            released.append("second")

    with exclusive(project, told.append):
        thread = threading.Thread(target=second)
        thread.start()
        assert entered.wait(5)
        released.append("first")
    thread.join(5)

    assert released == ["first", "second"]
    assert told == [f"waiting for another ptmdeps that works on `{project.root}`"]
    assert list(project.root.iterdir()) == []


def test_waiting_has_an_end(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(projects, "_POLITE_WAIT", 0.01)
    monkeypatch.setenv("PTMDEPS_LOCK_TIMEOUT", "0.05")
    with (
        exclusive(project, lambda _: None),
        pytest.raises(StoreError, match="another ptmdeps works on") as caught,
        exclusive(project, lambda _: None),
    ):
        raise AssertionError
    assert "PTMDEPS_LOCK_TIMEOUT" in str(caught.value.hint)


def test_a_time_that_is_none_is_refused(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(projects, "_POLITE_WAIT", 0.01)
    monkeypatch.setenv("PTMDEPS_LOCK_TIMEOUT", "soon")
    with (
        exclusive(project, lambda _: None),
        pytest.raises(PtmdepsError, match="must be a number of seconds, not `soon`"),
        exclusive(project, lambda _: None),
    ):
        raise AssertionError


def test_the_mutex_is_free_after_a_failure(project: Project) -> None:
    with pytest.raises(ZeroDivisionError), exclusive(project, lambda _: None):
        raise ZeroDivisionError
    with exclusive(project, lambda _: None):
        assert not project.lockfile.exists()


def test_a_cache_that_cannot_be_written_has_a_substitute(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("no folder")
    monkeypatch.setenv("PTMDEPS_CACHE", str(blocked))
    monkeypatch.setattr("tempfile.gettempdir", lambda: str(tmp_path / "temporary"))
    (tmp_path / "temporary").mkdir()
    with exclusive(project, lambda _: None):
        assert len(list((tmp_path / "temporary").rglob(f"{project.identifier}.lock"))) == 1


def test_without_any_place_for_the_mutex_nobody_writes(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("no folder")
    monkeypatch.setenv("PTMDEPS_CACHE", str(blocked))
    monkeypatch.setattr("tempfile.gettempdir", lambda: str(blocked))
    with pytest.raises(StoreError, match="neither the cache nor") as caught, exclusive(project, lambda _: None):
        raise AssertionError
    assert "PTMDEPS_CACHE" in str(caught.value.hint)
