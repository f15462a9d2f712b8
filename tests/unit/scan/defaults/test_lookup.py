"""Which model a call loads that names none."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from ptmdeps.identity import Location
from ptmdeps.scan.defaults import Default, Defaults, Missing

Write = Callable[..., Path]

PIPELINE = "transformers.pipeline"
PACKAGES = ".venv/lib/python3.12/site-packages"
METADATA = f"{PACKAGES}/transformers-{{}}.dist-info/METADATA"
TASKS = f"{PACKAGES}/transformers/pipelines/__init__.py"
SOURCE = 'SUPPORTED_TASKS = {\n "summarization": {"default": {"model": ("a/installed", "1234567")}},\n}'

NONE = "`pipeline` of transformers {} has no default model for the task"


def lock(version: str, name: str = "transformers") -> str:
    return f'[[package]]\nname = "{name}"\nversion = "{version}"\n'


def of(root: Path, task: str | None, *, near: str = "") -> Default | Missing:
    return Defaults(root).of(PIPELINE, "model", task, near=near)


def shown(found: Default | Missing) -> tuple[str, str | None, str, str, str]:
    assert isinstance(found, Default)
    return found.name, found.ref, found.origin, found.version, str(found.evidence or "")


def test_locked_version_decides(write: Write) -> None:
    root = write({"uv.lock": lock("4.57.6")})
    assert of(root, "text-generation") == Default(
        name="openai-community/gpt2",
        ref="607a30d",
        hub="huggingface",
        evidence=Location("uv.lock", 3),
        origin="locked",
        distribution="transformers",
        version="4.57.6",
    )


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        pytest.param(
            {"uv.lock": lock("4.57.6"), METADATA.format("5.0.0"): "", TASKS: SOURCE},
            ("sshleifer/distilbart-cnn-12-6", "a4f8f3e", "locked", "4.57.6", "uv.lock:3"),
            id="a lock goes before what is installed",
        ),
        pytest.param(
            {"uv.lock": lock("4.57.6"), METADATA.format("4.57.6"): "", TASKS: SOURCE},
            ("sshleifer/distilbart-cnn-12-6", "a4f8f3e", "locked", "4.57.6", "uv.lock:3"),
            id="the answer is the same with and without an environment",
        ),
        pytest.param(
            {"uv.lock": lock("99.0"), METADATA.format("99.0"): "", TASKS: SOURCE},
            ("a/installed", "1234567", "installed", "99.0", f"{TASKS}:2"),
            id="the installed source knows versions that the table does not",
        ),
        pytest.param(
            {METADATA.format("4.57.6"): "", TASKS: SOURCE},
            ("a/installed", "1234567", "installed", "4.57.6", f"{TASKS}:2"),
            id="the installed source without a lock",
        ),
        pytest.param(
            {METADATA.format("4.57.6"): "Version: 4.57.6", TASKS: "SUPPORTED_TASKS = made()"},
            ("sshleifer/distilbart-cnn-12-6", "a4f8f3e", "installed", "4.57.6", f"{METADATA.format('4.57.6')}:1"),
            id="the table where the installed source computes",
        ),
        pytest.param(
            {"requirements.txt": "transformers>=4,<5"},
            ("sshleifer/distilbart-cnn-12-6", "a4f8f3e", "shipped", "4.57.6", "requirements.txt:1"),
            id="the newest version that the project asks for",
        ),
        pytest.param(
            {"pyproject.toml": '[tool.poetry.dependencies]\ntransformers = "^4.20,<4.20.1"'},
            ("sshleifer/distilbart-cnn-12-6", None, "shipped", "4.20.0", "pyproject.toml:2"),
            id="in the words of poetry",
        ),
    ],
)
def test_order(write: Write, files: dict[str, str], expected: tuple[str, ...]) -> None:
    assert shown(of(write(dict(files)), "summarization")) == expected


def test_newest_table_where_nothing_is_known(tmp_path: Path) -> None:
    name, ref, origin, version, evidence = shown(of(tmp_path, "ner"))
    assert (name, ref) == ("dbmdz/bert-large-cased-finetuned-conll03-english", "4c53496")
    assert (origin, version, evidence) == ("shipped", "5.23.0", "")


def test_version_newer_than_the_table(write: Write) -> None:
    name, _, origin, version, evidence = shown(of(write({"uv.lock": lock("99.0")}), "fill-mask"))
    assert (name, origin, version) == ("distilbert/distilroberta-base", "shipped", "5.23.0")
    assert evidence == "uv.lock:3"


@pytest.mark.parametrize(
    ("files", "task", "reason"),
    [
        (
            {"uv.lock": lock("5.23.0")},
            "summarization",
            f"{NONE.format('5.23.0')} `summarization`; it was removed in 5.0.0",
        ),
        (
            {"uv.lock": lock("5.0.0")},
            "summarization",
            f"{NONE.format('5.0.0')} `summarization`",
        ),
        ({}, "no-such", f"{NONE.format('5.23.0')} `no-such`"),
        (
            {METADATA.format("4.57.6"): "", TASKS: SOURCE},
            "no-such",
            f"{NONE.format('4.57.6')} `no-such`",
        ),
        ({}, None, "the default model of `pipeline` depends on its `task`, which is not known"),
        (
            {"uv.lock": lock("3.5.0")},
            "ner",
            "ptmdeps does not know the default model of `pipeline` in transformers 3.5.0; it knows 4.0.0 to 5.23.0",
        ),
        (
            {"requirements.txt": "transformers<4"},
            "ner",
            "ptmdeps knows transformers 4.0.0 to 5.23.0, of which `<4` allows none",
        ),
    ],
)
def test_why_there_is_none(write: Write, files: dict[str, str], task: str | None, reason: str) -> None:
    assert of(write(dict(files)), task) == Missing(reason)


def test_call_that_nothing_is_known_about(tmp_path: Path) -> None:
    found = Defaults(tmp_path).of("acme.Model", "name", None)
    assert found == Missing("ptmdeps has no table of what `acme.Model` loads where `name` is not given")


def test_default_that_depends_on_no_task(write: Write) -> None:
    defaults = Defaults(write({"poetry.lock": lock("0.9.0", "keybert")}))
    found = defaults.of("keybert.KeyBERT", "model", "ignored")
    assert shown(found) == ("sentence-transformers/all-MiniLM-L6-v2", None, "locked", "0.9.0", "poetry.lock:3")


def test_installed_library_is_read_and_not_imported(write: Write) -> None:
    code = "raise SystemExit('imported')\nclass KeyBERT:\n def __init__(self, model='mine'): ...\n"
    root = write({f"{PACKAGES}/keybert/__init__.py": code, f"{PACKAGES}/keybert-0.1.dist-info/METADATA": ""})
    found = Defaults(root).of("keybert.KeyBERT", "model", None)
    assert shown(found)[0::2] == ("sentence-transformers/mine", "installed", f"{PACKAGES}/keybert/__init__.py:3")


def test_lock_near_the_file(write: Write) -> None:
    root = write({"uv.lock": lock("5.23.0"), "old/requirements.txt": "transformers==4.57.6"})
    assert shown(of(root, "text-generation", near="old/app.py"))[3] == "4.57.6"
    assert shown(of(root, "text-generation", near="new/app.py"))[3] == "5.23.0"


def test_argument_that_decides(tmp_path: Path) -> None:
    defaults = Defaults(tmp_path)
    assert defaults.chooses(PIPELINE, "model") == "task"
    assert defaults.chooses("keybert.KeyBERT", "model") == ""
    assert defaults.chooses("acme.Model", "model") == ""


def test_nothing_is_read_before_a_question_and_nothing_twice(write: Write) -> None:
    root = write({"uv.lock": lock("4.57.6")})
    defaults = Defaults(root)
    assert defaults.files() == ()
    first = defaults.of(PIPELINE, "model", "ner", near="a/x.py")
    (root / "uv.lock").unlink()
    assert defaults.of(PIPELINE, "model", "ner", near="a/y.py") is first
    assert defaults.files() == ("/", "a/", "uv.lock")
