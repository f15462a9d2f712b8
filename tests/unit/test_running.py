"""Commands inside an environment."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from ptmdeps import running
from ptmdeps.errors import PtmdepsError
from ptmdeps.project import Project
from ptmdeps.running import Finished, Missing, Redirected, inside, run, variables


@pytest.fixture
def project(tmp_path: Path) -> Project:
    (tmp_path / ".ptm" / "python").mkdir(parents=True)
    return Project(tmp_path)


def python(*lines: str) -> tuple[str, ...]:
    return (sys.executable, "-c", "\n".join(lines))


@pytest.mark.parametrize("code", [0, 1, 3, 77])
def test_the_exit_code_is_that_of_the_command(project: Project, code: int) -> None:
    assert run(python(f"raise SystemExit({code})"), project) == Finished(exit_code=code, noticed=())


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGSEGV])
def test_a_command_that_was_killed_has_the_shells_code(project: Project, number: signal.Signals) -> None:
    finished = run(python("import os", f"os.kill(os.getpid(), {int(number)})"), project)
    assert finished.exit_code == 128 + number


def test_a_command_that_is_not_there_has_the_shells_code(project: Project) -> None:
    with pytest.raises(PtmdepsError, match="there is no command `no-such-command`") as caught:
        run(["no-such-command", "x"], project)
    assert caught.value.exit_code == 127
    assert "PATH" in str(caught.value.hint)


def test_a_file_that_is_no_command_has_the_shells_code(project: Project) -> None:
    (project.root / "data").write_text("x")
    (project.root / "data").chmod(0o644)
    with pytest.raises(PtmdepsError, match="cannot be run: Permission denied") as caught:
        run([str(project.root / "data")], project)
    assert caught.value.exit_code == 126


def test_without_an_environment_nothing_runs(tmp_path: Path) -> None:
    with pytest.raises(PtmdepsError, match="there is no environment") as caught:
        run(python(f"open({str(tmp_path / 'ran')!r}, 'w')"), Project(tmp_path))
    assert caught.value.hint == "Run `ptmdeps sync`"
    assert not (tmp_path / "ran").exists()


def test_the_command_runs_where_the_user_is(project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    assert run(python("open('mark', 'w')"), project).exit_code == 0
    assert (here / "mark").exists()


def test_variables_lead_into_the_environment(tmp_path: Path) -> None:
    settings = variables(tmp_path / ".ptm")
    assert list(settings) == sorted(settings)
    assert settings["PTMDEPS_ENVIRONMENT"] == str(tmp_path / ".ptm")
    assert settings["HF_HUB_OFFLINE"] == "1"
    assert settings["HF_HUB_CACHE"] == str(tmp_path / ".ptm/huggingface/hub")


def test_variables_that_lead_elsewhere_are_removed(tmp_path: Path) -> None:
    outside = dict.fromkeys(running.conflicting_variables(), "/elsewhere") | {
        "HF_HUB_CACHE": "/elsewhere",
        "HF_HUB_OFFLINE": "0",
        "HF_HOME": "/home/me/hf",
        "EDITOR": "vi",
    }
    inner = inside(tmp_path, outside)
    assert set(inner) == {*variables(tmp_path), "HF_HOME", "EDITOR", "PYTHONPATH"}
    assert "/elsewhere" not in inner.values()
    assert {"TRANSFORMERS_CACHE", "HUGGINGFACE_HUB_CACHE"} <= set(running.conflicting_variables())


def test_python_path_is_kept_behind_the_hook(tmp_path: Path) -> None:
    assert inside(tmp_path, {})["PYTHONPATH"] == str(tmp_path / "python")
    assert inside(tmp_path, {"PYTHONPATH": ""})["PYTHONPATH"] == str(tmp_path / "python")
    assert inside(tmp_path, {"PYTHONPATH": "/a:/b"})["PYTHONPATH"] == f"{tmp_path / 'python'}:/a:/b"


def test_what_the_hook_noticed_is_told_once_each(project: Project) -> None:
    code = """
        import json, os
        with open(os.environ["PTMDEPS_REPORT"], "ab") as report:
            for entry in (
                {"model": "acme/x", "site": "app.py:3"},
                {"model": "acme/x", "site": "b.py:1"},
                {"model": "acme/y", "site": None},
                {"cache_dir": "/tmp/c", "site": "app.py:9"},
                {"cache_dir": "/tmp/c"},
                {"model": 7},
                ["acme/z"],
                {},
            ):
                report.write(json.dumps(entry).encode() + b"\\n")
            report.write(b"no json\\n\\xff\\xfe\\n{")
        raise SystemExit(1)
    """
    finished = run(python(textwrap.dedent(code)), project)
    assert finished.exit_code == 1
    assert finished.missing == (Missing(model="acme/x", site="app.py:3"), Missing(model="acme/y", site=""))
    assert finished.redirected == (Redirected(cache_dir="/tmp/c", site="app.py:9"),)  # noqa: S108 - never written
    assert finished.noticed == (*finished.missing, *finished.redirected)


def test_the_report_is_gone_afterwards(project: Project) -> None:
    mark = project.root / "mark"
    run(python("import os", f"open({str(mark)!r}, 'w').write(os.environ['PTMDEPS_REPORT'])"), project)
    assert not Path(mark.read_text()).exists()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_signals_reach_the_command_and_its_answer_counts(project: Project, number: signal.Signals) -> None:
    command = f"""
        import pathlib, signal, sys, time
        def stop(*_):
            print("stopped", flush=True)
            sys.exit(9)
        signal.signal({int(number)}, stop)
        pathlib.Path("ready").touch()
        time.sleep(20)
    """
    program = f"""
        import pathlib, sys
        from ptmdeps.project import Project
        from ptmdeps.running import run
        command = [sys.executable, "-c", {textwrap.dedent(command)!r}]
        sys.exit(run(command, Project(pathlib.Path({str(project.root)!r}))).exit_code)
    """
    outer = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(program)],
        cwd=project.root,
        env=os.environ | {"PYTHONPATH": str(Path.cwd())},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
    )
    deadline = time.monotonic() + 20
    while not (project.root / "ready").exists() and time.monotonic() < deadline:
        time.sleep(0.01)
    outer.send_signal(number)
    output, _ = outer.communicate(timeout=20)
    assert (outer.returncode, output) == (9, b"stopped\n")


def test_a_signal_to_us_goes_on_to_the_command(project: Project) -> None:
    command = """
        import os, signal, sys, time
        signal.signal(signal.SIGHUP, lambda *_: sys.exit(9))
        os.kill(os.getppid(), signal.SIGHUP)
        time.sleep(20)
    """
    assert run(python(textwrap.dedent(command)), project).exit_code == 9


def test_handlers_of_signals_are_put_back(project: Project) -> None:
    before = signal.getsignal(signal.SIGTERM)
    run(python("pass"), project)
    assert signal.getsignal(signal.SIGTERM) is before
