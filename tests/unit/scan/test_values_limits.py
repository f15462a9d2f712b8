"""What is not a value: settings that cannot be read, keys that are not there, and names that only look alike."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ptmdeps.identity import Location
from ptmdeps.scan import scan
from tests.unit.scan.conftest import Scan
from tests.unit.scan.projects import app_with

READ = """
import yaml
cfg = yaml.safe_load(open("config.yaml"))
AutoModel.from_pretrained(cfg["model"])
"""

UNKNOWN: dict[str, tuple[dict[str, str], str]] = {
    "file that is not there": (
        {"app.py": READ},
        "it is read from `config.yaml`, which is not among the project's files",
    ),
    "file outside the project": (
        {"app.py": READ.replace("config.yaml", "../../config.yaml")},
        "it is read from `../../config.yaml`, which is not among the project's files",
    ),
    "absolute path": (
        {"app.py": READ.replace("config.yaml", "/etc/hostname")},
        "it is read from `etc/hostname`, which is not among the project's files",
    ),
    "path that is made when the program runs": (
        {
            "app.py": READ.replace('open("config.yaml")', "open(tempfile.mktemp())").replace(
                "import", "import tempfile,"
            )
        },
        "it is read from `tempfile.mktemp()`, which is no file of the project that can be known",
    ),
    "number": (
        {"app.py": READ, "config.yaml": "\nmodel: 7"},
        "it is no text in `config.yaml` (line 2)",
    ),
    "key that is not there": (
        {"app.py": READ, "config.yaml": "other: acme/a"},
        "nothing is found under `'model'`",
    ),
    "attribute that is not there": (
        {
            "app.py": """
            from omegaconf import OmegaConf
            AutoModel.from_pretrained(OmegaConf.load("config.yaml").model)
            """,
            "config.yaml": "other: acme/a",
        },
        "nothing is found under `model`",
    ),
    "reference to what only the program knows": (
        {
            "app.py": """
            from omegaconf import OmegaConf
            AutoModel.from_pretrained(OmegaConf.load("config.yaml").model)
            """,
            "config.yaml": "model: acme/${now:%Y}",
        },
        "`acme/${now:%Y}` is filled in when the program runs",
    ),
    "hydra without its file": (
        {
            "app.py": """
            import hydra
            @hydra.main(config_path="conf", config_name="config")
            def main(cfg): AutoModel.from_pretrained(cfg.model)
            """,
        },
        "the configuration `config` is not among the project's files",
    ),
    "compose without initialize": (
        {
            "app.py": """
            from hydra import compose
            AutoModel.from_pretrained(compose(config_name="config").model)
            """,
        },
        "where the configuration is, is not known",
    ),
    "key of a registry that is not there": (
        {
            "app.py": """
            REGISTRY = {"a": "acme/a"}
            AutoModel.from_pretrained(REGISTRY["b"])
            """,
        },
        "nothing is found under `'b'`",
    ),
    "field of the same name in another class": (
        {
            "app.py": """
            class Settings:
                model = "acme/a"
            def load(settings): AutoModel.from_pretrained(settings.model)
            """,
        },
        "`settings` is a parameter of `load` without a default, and nobody in the project calls it",
    ),
    "option without a default or choices": (
        {
            "app.py": """
            import click
            @click.command()
            @click.option("--model", required=True)
            def main(**options): AutoModel.from_pretrained(options["model"])
            """,
        },
        "option `model` has no default",
    ),
    "flag without a default": (
        {
            "app.py": """
            from absl import flags
            FLAGS = flags.FLAGS
            AutoModel.from_pretrained(FLAGS.model)
            """,
        },
        "flag `model` is not defined in this file or one it imports",
    ),
    "wide format": (
        {"app.py": "AutoModel.from_pretrained(f'acme/{1:9999999999d}')"},
        "how a value is formatted is not followed",
    ),
    "format that does not fit": (
        {"app.py": "AutoModel.from_pretrained('acme/{:d}'.format('a'))"},
        "how a value is formatted is not followed",
    ),
    "sum of unknown numbers": (
        {"app.py": "AutoModel.from_pretrained(names[-number])"},
        "`names` is not set in this file",
    ),
    "very many numbers": (
        {"app.py": "for n in range(10**6):\n    AutoModel.from_pretrained(f'acme/{n}')"},
        "how often it counts is not known",
    ),
    "very many pairs": (
        {
            "app.py": """
            import itertools
            for a, b in itertools.product(range(200), range(200)):
                AutoModel.from_pretrained(f"acme/{a}-{b}")
            """,
        },
        "it has 40000 elements",
    ),
}


@pytest.mark.parametrize("case", UNKNOWN)
def test_reason_is_said(case: str, scan_files: Scan) -> None:
    files, reason = UNKNOWN[case]
    result = scan_files(app_with(files))
    assert result.references == ()
    (unresolved,) = result.unresolved
    assert reason in unresolved.reason


HOSTILE: dict[str, str] = {
    "bomb": "a: &a [x, x]\n" + "".join(f"b{n}: &b{n} [*{'a' if n == 0 else f'b{n - 1}'}]\n" for n in range(40)),
    "deep": "[" * 20_000,
    "large": "a: b\n" * 300_000,
    "many": "".join(f"k{n}: v\n" for n in range(30_000)),
    "binary": "\x00\x01\x02",
    "circle": "a: ${b}\nb: ${a}\nmodel: ${a}",
    "growing": "a: ${b}${b}\nb: ${a}${a}\nmodel: ${a}",
    "empty": "",
}


@pytest.mark.parametrize("content", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_settings_give_nothing(content: str, scan_files: Scan) -> None:
    code = 'from omegaconf import OmegaConf\nAutoModel.from_pretrained(OmegaConf.load("config.yaml").model)'
    result = scan_files(app_with({"app.py": code, "config.yaml": content}))
    assert result.references == ()
    assert len(result.unresolved) == 1


def test_tags_of_settings_do_nothing(scan_files: Scan, tmp_path: Path) -> None:
    made = tmp_path / "made"
    scan_files(app_with({"app.py": READ, "config.yaml": f"model: !!python/object/apply:os.mkdir ['{made}']"}))
    assert not made.exists()


def test_hydra_files_that_name_each_other_end(scan_files: Scan) -> None:
    code = """
    import hydra
    @hydra.main(config_path="conf", config_name="config")
    def main(cfg): AutoModel.from_pretrained(cfg.model)
    """
    config = "defaults:\n  - config\n  - other\nmodel: acme/a\n"
    files = {"app.py": code, "conf/config.yaml": config, "conf/other.yaml": config.replace("acme/a", "acme/b")}
    result = scan_files(app_with(files))
    assert [reference.key.name for reference in result.references] == ["acme/a"]


@pytest.mark.skipif(not hasattr(os, "symlink"), reason="needs symbolic links")
@pytest.mark.parametrize("target", ["../outside.yaml", "config.yaml"])
def test_links_out_of_the_project_are_not_followed(target: str, tmp_path: Path) -> None:
    project = tmp_path / "project"
    project.mkdir()
    (tmp_path / "outside.yaml").write_text("model: acme/secret")
    (project / "config.yaml").symlink_to(target)
    for path, text in app_with(READ).items():
        (project / path).write_text(text)
    assert scan(project).references == ()


def test_evidence_leads_to_the_line_of_the_settings(scan_files: Scan) -> None:
    result = scan_files(app_with({"app.py": READ, "config.yaml": "seed: 1\nmodel: acme/a\n"}))
    (reference,) = result.references
    assert reference.evidence[0] == reference.location
    assert reference.evidence[-1] == Location("config.yaml", 2)


def test_what_may_be_overwritten_keeps_both(scan_files: Scan) -> None:
    code = """
    import argparse
    parser = argparse.ArgumentParser()
    parser.add_argument("--model", default="acme/a")
    args = parser.parse_args()
    if os.cpu_count():
        args.model = "acme/b"
    AutoModel.from_pretrained(args.model)
    """
    result = scan_files(app_with(code))
    assert [reference.key.name for reference in result.references] == ["acme/a", "acme/b"]


def test_calls_in_tests_give_no_values(scan_files: Scan) -> None:
    code = "REGISTRY = {}\ndef load(name): return AutoModel.from_pretrained(name)"
    result = scan_files(app_with({"app.py": code, "tests/test_app.py": 'from app import load\nload("acme/fake")'}))
    assert result.references == ()


def test_lists_of_very_many_elements_end(scan_files: Scan) -> None:
    code = f"NAMES = {['acme/a'] * 100_000}\nfor name, other in zip(NAMES, NAMES): AutoModel.from_pretrained(name)"
    result = scan_files(app_with(code))
    assert result.references == ()
    assert len(result.unresolved) == 1
