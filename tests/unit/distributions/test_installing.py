"""Installing what models need, with the real pip, from a folder of tiny wheels into a real environment."""

from __future__ import annotations

from pathlib import Path

import pytest

from ptmdeps.distributions.installing import Installation, install_missing, installation_lines
from ptmdeps.errors import IntegrityError, PtmdepsError
from ptmdeps.lockfile.model import Lockfile
from ptmdeps.project import Project
from tests.locked import locked
from tests.wheels import environment, install, only_folder, wheel

pytestmark = pytest.mark.usefixtures("index")

LOCK = '[[package]]\nname = "{}"\nversion = "{}"\nwheels = [\n    {{ url = "x", hash = "{}" }},\n]\n'


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "index"
    for version in ("1.0", "1.5", "2.0"):
        wheel(folder, "acme-core", version)
        wheel(folder, "acme-nlp", version, f"acme-core=={version}")
    only_folder(monkeypatch, folder)
    return folder


@pytest.fixture
def project(tmp_path: Path) -> Project:
    root = tmp_path / "project"
    root.mkdir()
    environment(root / ".venv")
    return Project(root)


def install_for(project: Project, *requires: str, dry_run: bool = False) -> Installation:
    return install_missing(project, Lockfile(models=(locked("org/a", *requires),)), dry_run=dry_run)


def installed(project: Project) -> dict[str, str]:
    """Read from the folder: every call of pip costs a second."""
    found = (path.name for path in project.root.glob(".venv/lib/python3*/site-packages/*.dist-info"))
    return {name.replace("_", "-"): version for name, _, version in (one[:-10].partition("-") for one in found)}


def test_what_is_missing_comes_with_what_it_needs(project: Project) -> None:
    plan = install_for(project, "acme-nlp<2")
    assert list(installation_lines(plan)) == [
        "+ acme-core 1.5 (no lock names its hash)",
        "+ acme-nlp 1.5 (no lock names its hash)",
    ]
    assert installed(project) == {"acme-core": "1.5", "acme-nlp": "1.5"}
    assert install_for(project, "acme-nlp<2").planned == ()


def test_a_dry_run_changes_nothing(project: Project) -> None:
    assert len(install_for(project, "acme-nlp", dry_run=True).planned) == 2
    assert installed(project) == {}


def test_the_projects_lock_decides_versions_and_hashes(project: Project, index: Path) -> None:
    install(project.root / ".venv", index, "acme-nlp==2.0")
    core, nlp = wheel(index, "acme-core", "1.0"), wheel(index, "acme-nlp", "1.0", "acme-core==1.0")
    (project.root / "uv.lock").write_text(LOCK.format("acme-core", "1.0", core) + LOCK.format("acme_nlp", "1.0", nlp))
    plan = install_for(project, "acme-nlp<2")
    assert list(installation_lines(plan)) == [
        "~ acme-core 2.0 -> 1.0 (hash-checked)",
        "~ acme-nlp 2.0 -> 1.0 (hash-checked)",
    ]
    assert installed(project) == {"acme-core": "1.0", "acme-nlp": "1.0"}


def test_another_file_than_the_lock_names_is_refused(project: Project) -> None:
    (project.root / "uv.lock").write_text(LOCK.format("acme-core", "1.0", f"sha256:{'0' * 64}"))
    with pytest.raises(IntegrityError, match=r"acme-core 1\.0") as failure:
        install_for(project, "acme-core")
    assert "uv.lock:3" in failure.value.message
    assert installed(project) == {}


def test_a_pin_that_a_model_cannot_work_with_is_moved_first(project: Project) -> None:
    (project.root / "requirements.txt").write_text("acme-core==1.0\n")
    with pytest.raises(PtmdepsError, match=r"`org/a` needs `acme-core>=2`, but `requirements.txt:1` pins 1\.0"):
        install_for(project, "acme-core>=2")
    assert installed(project) == {}


def test_what_pip_cannot_find_is_said_in_its_words(project: Project) -> None:
    with pytest.raises(PtmdepsError, match="No matching distribution found for acme-gone"):
        install_for(project, "acme-nlp", "acme-gone")
    assert installed(project) == {}


def test_two_models_are_served_by_one_version(project: Project) -> None:
    models = (locked("org/a", "acme-core>=1.1"), locked("org/b", "acme-core<2"))
    plan = install_missing(project, Lockfile(models=models), dry_run=True)
    assert [(one.name, str(one.version)) for one in plan.planned] == [("acme-core", "1.5")]


def test_what_is_only_said_is_not_installed(project: Project) -> None:
    said = ('acme-core==2.0; extra == "saved-with"', 'acme-nlp; extra == "library"', 'acme-nlp; extra == "listed"')
    assert install_for(project, *said).planned == ()


def test_nobody_chooses_between_alternatives_but_the_lock(project: Project) -> None:
    alternatives = ('acme-core; extra == "one-of-x"', 'acme-nlp; extra == "one-of-x"')
    plan = install_for(project, *alternatives)
    assert (plan.planned, plan.choices) == ((), ("`org/a` needs one of `acme-core`, `acme-nlp`",))
    (project.root / "requirements.txt").write_text("acme-nlp==1.0\n")
    plan = install_for(project, *alternatives, dry_run=True)
    assert ([one.name for one in plan.planned], plan.choices) == (["acme-core", "acme-nlp"], ())


def test_an_address_in_the_lock_is_not_followed(project: Project) -> None:
    plan = install_for(project, "acme-core @ https://example.invalid/acme_core-9-py3-none-any.whl", dry_run=True)
    assert [(one.name, str(one.version)) for one in plan.planned] == [("acme-core", "2.0")]


def test_modules_of_the_project_are_not_taken_for_pip(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("pip.py", "sitecustomize.py", "json.py"):
        (project.root / name).write_text("raise SystemExit('imported')\n")
    monkeypatch.chdir(project.root)
    install_for(project, "acme-core")
    assert installed(project) == {"acme-core": "2.0"}


def test_a_tool_of_its_own_has_no_environment_to_install_into(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "uv-receipt.toml").touch()
    monkeypatch.setattr("sys.prefix", str(tmp_path))
    with pytest.raises(PtmdepsError, match="no environment"):
        install_missing(Project(tmp_path), Lockfile())
