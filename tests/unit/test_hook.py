"""What the user's own Python says inside an environment, with the official client."""

from __future__ import annotations

import builtins
import json
import subprocess
import sys
import textwrap
from collections.abc import Callable
from importlib import import_module
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from embedded_hub import EmbeddedHub, models
from ptmdeps import hook
from ptmdeps.hook.ptmdeps_hook import huggingface, words
from tests.worlds import Place, hugging_face, lock, requirement, tree

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
        os.path.exists = None
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
    before = tree(place.hub_cache)
    run(place, tmp_path, f"from huggingface_hub import *\nsnapshot_download({NAME!r})\nhf_hub_download('a/b', 'c')\n")
    assert tree(place.hub_cache) == before


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


# its parts, in this process


@pytest.fixture
def outside(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """What a program inside an environment has around it: an empty cache, and a report to write to."""
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("PTMDEPS_REPORT", str(tmp_path / "report"))
    (tmp_path / "report").touch()
    return tmp_path


@pytest.fixture
def parts(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The hook as a module; what it does to Python's imports is undone after the test."""
    monkeypatch.setattr(sys, "meta_path", list(sys.meta_path))
    assert hook.__file__
    source = Path(hook.__file__).with_name("sitecustomize.py")
    spec = spec_from_file_location("hook_under_test", source)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class Absent(Exception):
    """Stands for the client's exception."""

    def __init__(self, message: str = "") -> None:
        super().__init__(message)


def load(error: type[Exception], repo_id: object, **arguments: object) -> str:
    """What an exception says that a library makes while it loads a model."""
    revision, repo_type = arguments.get("revision"), arguments.get("repo_type")
    assert (repo_id, revision, repo_type) is not None
    return str(error("mine"))


@pytest.fixture
def explained(outside: Path) -> type[Exception]:
    assert outside.is_dir()

    class Explained(Absent):
        """Each test changes its own."""

    huggingface.explain_errors(SimpleNamespace(LocalEntryNotFoundError=Explained))
    return Explained


def test_a_missing_model_is_explained(explained: type[Exception], tmp_path: Path) -> None:
    assert "mine\n\nptmdeps: the model `acme/x` is not in ptm.lock (asked for by " in load(explained, "acme/x")
    [entry] = reported(tmp_path)
    assert entry["model"] == "acme/x"
    assert "test_hook.py:" in entry["site"]


@pytest.mark.parametrize("kind", ["refs", "snapshots"])
def test_a_locked_model_is_not(explained: type[Exception], tmp_path: Path, kind: str) -> None:
    (tmp_path / "cache" / "models--acme--x" / kind / "v1").mkdir(parents=True)
    assert load(explained, "acme/x") == load(explained, "acme/x", revision="v1") == "mine"
    assert "acme/x@v2" in load(explained, "acme/x", revision="v2")


@pytest.mark.parametrize(
    ("name", "arguments"), [("acme/x", {"repo_type": "dataset"}), ("./x", {}), ("", {}), (None, {}), (b"x", {})]
)
def test_what_is_no_model_is_not_explained(
    explained: type[Exception], tmp_path: Path, name: object, arguments: dict[str, object]
) -> None:
    assert load(explained, name, **arguments) == "mine"
    assert reported(tmp_path) == []


def test_a_message_by_keyword_is_kept(explained: Callable[..., Exception]) -> None:
    def load_by_keyword(repo_id: str) -> str:
        assert repo_id
        return str(explained(message="mine"))

    assert load_by_keyword("acme/x").startswith("mine\n\nptmdeps: the model `acme/x`")


def test_an_explanation_that_fails_is_left_out(explained: type[Exception], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.path.isdir", None)
    assert load(explained, "acme/x") == "mine"


def test_without_a_report_nothing_is_written(
    explained: type[Exception], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PTMDEPS_REPORT")
    assert "acme/x" in load(explained, "acme/x")
    assert (tmp_path / "report").read_text() == ""


def test_lines_of_libraries_are_not_the_users() -> None:
    code = compile("def ask(find):\n    import sys\n    return find(sys._getframe())", "/x/site-packages/y.py", "exec")
    names: dict[str, Any] = {}
    exec(code, names)  # noqa: S102 - a library
    assert "test_hook.py:" in names["ask"](words.user_site)
    assert words.user_site(None) is None
    assert words.answer("acme/x", None).startswith("ptmdeps: the model `acme/x` is not in ptm.lock.\n")


@pytest.mark.usefixtures("outside")
def test_functions_stay_inside_of_the_environment(tmp_path: Path) -> None:
    def download(repo_id: str, cache_dir: str | None = None, repo_type: str | None = None) -> tuple[object, ...]:
        return repo_id, cache_dir, repo_type

    module = SimpleNamespace(download=download)
    huggingface._keep_inside(module, "download", "upload")
    own = str(tmp_path / "cache")
    assert module.download("x", cache_dir="/other") == ("x", own, None)
    assert module.download("x", "/other", "model") == ("x", own, "model")
    assert module.download("x", "/other", "dataset") == ("x", "/other", "dataset")
    assert module.download("x", own) == ("x", own, None)
    assert module.download("x") == ("x", None, None)
    assert [entry["cache_dir"] for entry in reported(tmp_path)] == ["/other", "/other"]
    with pytest.raises(TypeError, match="repo_id"):
        module.download()


@pytest.mark.usefixtures("outside")
def test_the_clients_own_method_stays_inside_as_well(tmp_path: Path) -> None:
    class Api:
        def resolve_revision(self, repo_id: str, cache_dir: str | None = None, repo_type: str | None = None) -> object:
            return repo_id, cache_dir, repo_type

    module = SimpleNamespace(HfApi=Api, api=Api(), resolve_revision=None)
    huggingface.keep_api_inside(module)
    assert module.resolve_revision("x", cache_dir="/other") == ("x", str(tmp_path / "cache"), None)


def test_modules_are_changed_when_they_are_first_imported(
    parts: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "fresh_module.py").write_text("VALUE = 1\n")
    (tmp_path / "other_module.py").write_text("VALUE = 1\n")
    monkeypatch.syspath_prepend(tmp_path)

    (tmp_path / "ptmdeps_hook").mkdir()
    (tmp_path / "ptmdeps_hook" / "changes.py").write_text(
        "def change(module):\n    module.VALUE = 2\n\n\ndef fail(_):\n    raise AttributeError\n"
    )
    table = {"fresh_module": "changes.change", "other_module": "changes.fail", "absent_module": "changes.change"}
    sys.meta_path.insert(0, parts._Finder(table))
    assert import_module("fresh_module").VALUE == 2
    assert import_module("other_module").VALUE == 1
    with pytest.raises(ModuleNotFoundError):
        import_module("absent_module")
    assert table == {}
    for name in ("fresh_module", "other_module", "ptmdeps_hook", "ptmdeps_hook.changes"):
        monkeypatch.delitem(sys.modules, name)


def test_the_next_sitecustomize_is_run(parts: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "sitecustomize.py").write_text("import builtins\nbuiltins.NEXT = 1\n")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr("builtins.NEXT", 0, raising=False)
    parts._run_next_sitecustomize()
    assert vars(builtins)["NEXT"] == 1
    monkeypatch.setattr(sys, "path", [])
    parts._run_next_sitecustomize()
