"""What the user's own Python says inside an environment, with the official client."""

from __future__ import annotations

import json
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from embedded_hub import EmbeddedHub, models
from ptmdeps import hook
from tests.worlds import Place, hugging_face, lock, requirement

NAME = "acme/locked"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """A project with one locked model in its environment; nothing in it is changed by the tests."""
    folder = tmp_path_factory.mktemp("hook")
    with EmbeddedHub(folder / "hub") as hub:
        hub.repositories.create(NAME, models.bert_classifier())
        place = Place(folder / "project", hugging_face(hub, folder / "store"))
        place.sync(lock(place.hugging_face, requirement(NAME)))
        return place


def run(place: Place, tmp_path: Path, code: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run a file ``app.py`` with this code inside the environment."""
    (tmp_path / "app.py").write_text(textwrap.dedent(code))
    (tmp_path / "report").touch()
    start = f"import os, runpy; os.chdir({str(tmp_path)!r}); runpy.run_path('app.py', run_name='__main__')"
    return place.run(start, PTMDEPS_REPORT=str(tmp_path / "report"), **variables)


def reported(tmp_path: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in (tmp_path / "report").read_text().splitlines()]


@pytest.mark.parametrize(
    "load",
    [
        'hf_hub_download("acme/missing", "config.json")',
        'snapshot_download("acme/missing")',
        'snapshot_download(repo_id="acme/missing", revision="v1")',
        'HfApi().model_info("acme/missing")',
    ],
)
def test_a_model_that_is_not_locked_is_named(place: Place, tmp_path: Path, load: str) -> None:
    done = run(place, tmp_path, f"from huggingface_hub import *\n\n{load}\n")
    assert done.returncode == 1
    assert "ptmdeps: the model `acme/missing` is not in ptm.lock (asked for by app.py:3)." in done.stderr
    assert "To add it: ptmdeps install acme/missing" in done.stderr
    assert reported(tmp_path)[0] == {"model": "acme/missing", "site": "app.py:3"}


def test_the_innermost_line_of_the_users_own_is_named(place: Place, tmp_path: Path) -> None:
    (tmp_path / "loading.py").write_text(
        "from huggingface_hub import hf_hub_download\n\n\ndef load(name):\n    return hf_hub_download(name, 'x')\n"
    )
    done = run(place, tmp_path, "import sys; sys.path.insert(0, '.')\nfrom loading import load\nload('acme/missing')\n")
    assert "asked for by loading.py:5" in done.stderr


def test_a_revision_that_is_not_locked_is_named(place: Place, tmp_path: Path) -> None:
    code = f"from huggingface_hub import hf_hub_download\nhf_hub_download({NAME!r}, 'config.json', revision='v9')\n"
    done = run(place, tmp_path, code)
    assert f"To add it: ptmdeps install {NAME}@v9" in done.stderr
    assert reported(tmp_path)[0] == {"model": f"{NAME}@v9", "site": "app.py:2"}


def test_what_is_locked_loads_without_a_word(place: Place, tmp_path: Path) -> None:
    code = f"from huggingface_hub import *\nprint(open(hf_hub_download({NAME!r}, 'config.json')).read())\n"
    done = run(place, tmp_path, code)
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["model_type"] == "bert"
    assert reported(tmp_path) == []


def test_a_file_that_a_locked_model_lacks_is_the_clients_own_error(place: Place, tmp_path: Path) -> None:
    done = run(place, tmp_path, f"from huggingface_hub import *\nhf_hub_download({NAME!r}, 'no.json')\n")
    assert done.returncode == 1
    assert "LocalEntryNotFoundError" in done.stderr
    assert "ptmdeps" not in done.stderr.splitlines()[-1]
    assert reported(tmp_path) == []


def test_data_sets_are_none_of_our_business(place: Place, tmp_path: Path) -> None:
    code = "from huggingface_hub import *\nhf_hub_download('acme/data', 'x.csv', repo_type='dataset')\n"
    done = run(place, tmp_path, code)
    assert done.returncode == 1
    assert "ptm.lock" not in done.stderr
    assert reported(tmp_path) == []


def test_folders_are_no_models(place: Place, tmp_path: Path) -> None:
    (tmp_path / "checkpoint").mkdir()
    code = """
        from huggingface_hub.errors import LocalEntryNotFoundError
        def load(repo_id):
            raise LocalEntryNotFoundError("mine")
        for name in ("checkpoint", "./nothing", "/nothing", "~/nothing", 7, ""):
            try:
                load(name)
            except LocalEntryNotFoundError as error:
                assert str(error) == "mine", error
    """
    done = run(place, tmp_path, code)
    assert done.returncode == 0, done.stderr
    assert reported(tmp_path) == []


@pytest.mark.parametrize(
    "raising", ['LocalEntryNotFoundError("mine")', 'LocalEntryNotFoundError(message="mine")', "OfflineModeIsEnabled()"]
)
def test_exceptions_keep_their_kind_and_message(place: Place, tmp_path: Path, raising: str) -> None:
    kind = raising.partition("(")[0]
    code = f"""
        from huggingface_hub.errors import {kind}
        def load(repo_id):
            raise {raising}
        try:
            load("acme/missing")
        except {kind} as error:
            print(error)
    """
    done = run(place, tmp_path, code)
    assert done.returncode == 0, done.stderr
    assert ("mine" in done.stdout) == ("mine" in raising)
    assert "`acme/missing` is not in ptm.lock (asked for by app.py:4)" in done.stdout


def test_an_explanation_that_fails_changes_nothing(place: Place, tmp_path: Path) -> None:
    code = """
        import os
        from huggingface_hub.errors import LocalEntryNotFoundError
        def load(repo_id):
            raise LocalEntryNotFoundError("mine")
        os.path.relpath = None
        try:
            load("acme/missing")
        except LocalEntryNotFoundError as error:
            print(error)
    """
    done = run(place, tmp_path, code)
    assert (done.returncode, done.stdout) == (0, "mine\n")


def test_without_a_report_the_answer_is_the_same(place: Place, tmp_path: Path) -> None:
    code = "from huggingface_hub import snapshot_download\nsnapshot_download('acme/missing')\n"
    (tmp_path / "app.py").write_text(code)
    done = place.run(f"exec(compile(open({str(tmp_path / 'app.py')!r}).read(), 'app.py', 'exec'))")
    assert "(asked for by app.py:2)" in done.stderr
    assert list(tmp_path.iterdir()) == [tmp_path / "app.py"]


def test_another_cache_is_not_followed(place: Place, tmp_path: Path) -> None:
    code = f"""
        import os
        from huggingface_hub import hf_hub_download, snapshot_download, try_to_load_from_cache
        own = os.environ["HF_HUB_CACHE"]
        paths = [
            hf_hub_download({NAME!r}, "config.json", cache_dir="elsewhere"),
            snapshot_download({NAME!r}, cache_dir="elsewhere"),
            try_to_load_from_cache({NAME!r}, "config.json", cache_dir="elsewhere"),
            hf_hub_download({NAME!r}, "config.json", cache_dir=own),
        ]
        assert all(path.startswith(own) for path in paths), paths
    """
    done = run(place, tmp_path, code)
    assert done.returncode == 0, done.stderr
    assert reported(tmp_path)[0] == {"cache_dir": "elsewhere", "site": "app.py:6"}
    assert not (tmp_path / "elsewhere").exists()


def test_wrong_arguments_are_the_clients_own_error(place: Place, tmp_path: Path) -> None:
    done = run(place, tmp_path, "from huggingface_hub import hf_hub_download\nhf_hub_download()\n")
    assert "TypeError" in done.stderr


def test_the_users_own_sitecustomize_runs_as_well(place: Place, tmp_path: Path) -> None:
    own = tmp_path / "own"
    own.mkdir()
    (own / "sitecustomize.py").write_text("import builtins\nbuiltins.OWN = __file__\n")
    done = run(place, tmp_path, "print(OWN)\n", PYTHONPATH=str(own))
    assert (done.returncode, done.stdout) == (0, f"{own / 'sitecustomize.py'}\n"), done.stderr
    code = "from huggingface_hub import snapshot_download\nsnapshot_download('acme/missing')\n"
    assert "asked for by app.py:2" in run(place, tmp_path, code, PYTHONPATH=str(own)).stderr


def test_nothing_is_imported_before_it_is_needed(place: Place) -> None:
    done = place.run("import sys; print(sorted(set(sys.modules) & {'json', 'inspect', 'huggingface_hub', 'typing'}))")
    assert "huggingface_hub" not in done.stdout
    assert "json" not in done.stdout
    assert done.returncode == 0


def test_programs_without_the_client_notice_nothing(place: Place) -> None:
    done = place.run("print(1)")
    assert (done.stdout, done.stderr) == ("1\n", "")


def test_the_environment_stays_as_it_is(place: Place, tmp_path: Path) -> None:
    run(place, tmp_path, f"from huggingface_hub import *\nsnapshot_download({NAME!r})\nhf_hub_download('a/b', 'c')\n")
    lockfile = lock(place.hugging_face)
    assert place.plan(lockfile, exact=False).wanted.links == ()
    assert not list(place.hub_cache.glob("models--a--b"))


def test_the_hook_needs_nothing_but_the_standard_library() -> None:
    assert hook.__file__
    source = Path(hook.__file__).with_name("sitecustomize.py")
    done = subprocess.run(
        [sys.executable, "-S", "-I", "-c", f"import runpy; runpy.run_path({str(source)!r})"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
