"""Every rule, on evidence that breaks it and evidence that does not."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.specifiers import SpecifierSet
from packaging.version import Version

from ptmdeps.checks import CHECKS, Finding, findings, gather
from ptmdeps.checks.evidence import model_lines
from ptmdeps.distributions.environment import Environment, Interpreter
from ptmdeps.distributions.locks import Stated
from ptmdeps.distributions.sources import PinFile, Source
from ptmdeps.identity import Location, ModelKey
from ptmdeps.lockfile import dumps, model_digest
from ptmdeps.lockfile.model import License, LockedFile, LockedModel, Lockfile, PickleRecord
from ptmdeps.manifest.policy import Level, LicenseException, Policy
from tests.locked import locked

MUTE: tuple[tuple[str, Level], ...] = (("PTM202", "ignore"),)
"""For models that are about something else than the licence that they lack."""
PERMISSIVE = Policy(remote_code="allow", pickle="allow", distributes=False, saas=False, commercial=False, severity=MUTE)
LICENSES = replace(PERMISSIVE, severity=())


def venv(**installed: str) -> Environment:
    return Environment(
        interpreter=Interpreter(path=Path("/x/bin/python"), because="", label=".venv"),
        markers={"python_version": "3.12", "sys_platform": "linux"},
        installed={name.replace("_", "-"): Version(version) for name, version in installed.items()},
    )


def pins(path: str = "uv.lock", *, whole: bool = True, **specifiers: str) -> PinFile:
    stated = {
        name.replace("_", "-"): (Stated(SpecifierSet(text), number, name),)
        for number, (name, text) in enumerate(specifiers.items(), 1)
    }
    return PinFile(path=path, whole=whole, stated=stated)


def found(*models: LockedModel, sources: tuple[Source, ...] = (), policy: Policy = PERMISSIVE) -> list[Finding]:
    lockfile = Lockfile(models=tuple(sorted(models, key=lambda model: model.key)))
    return list(findings(gather(lockfile, dumps(lockfile), policy, sources)))


def said(*models: LockedModel, sources: tuple[Source, ...] = (), policy: Policy = PERMISSIVE) -> list[str]:
    return [
        f"{finding.severity} {finding.rule.identifier} {finding.message}"
        for finding in found(*models, sources=sources, policy=policy)
    ]


def test_rules_are_listed_once_in_their_order() -> None:
    identifiers = [check.rule.identifier for check in CHECKS]
    assert identifiers == sorted(set(identifiers))
    assert len({check.rule.name for check in CHECKS}) == len(CHECKS)


def test_missing_in_an_environment_a_lock_and_lists() -> None:
    model = locked("org/a", "peft>=0.10", files=("adapter_config.json",))
    assert said(model, sources=(venv(), pins())) == [
        "error PTM101 `org/a` needs `peft>=0.10` (adapter_config.json), which `.venv` does not have",
        "error PTM101 `org/a` needs `peft>=0.10` (adapter_config.json), which `uv.lock` does not have",
    ]
    lists = (pins("requirements.txt", whole=False), pins("constraints.txt", whole=False))
    assert said(model, sources=lists) == [
        (
            "warning PTM101 `org/a` needs `peft>=0.10` (adapter_config.json), of which nothing is said in "
            "`requirements.txt`, `constraints.txt`"
        )
    ]
    assert said(model, sources=(venv(peft="0.10"), *lists)) == []
    assert said(model) == []


def test_conflicts_with_versions_and_ranges() -> None:
    model = locked("org/a", "transformers>=4.51.0")
    sources = (
        venv(transformers="4.49.0"),
        pins(transformers="==4.50"),
        pins("requirements.txt", whole=False, transformers="<4.51"),
        pins("requirements-dev.txt", whole=False, transformers=">4"),
    )
    assert said(model, sources=sources) == [
        "error PTM102 `org/a` needs `transformers>=4.51.0` (config.json), but `.venv` has 4.49.0",
        "error PTM102 `org/a` needs `transformers>=4.51.0` (config.json), but `uv.lock:1` has 4.50",
        (
            "error PTM102 `org/a` needs `transformers>=4.51.0` (config.json), "
            "but `requirements.txt:1` has transformers<4.51"
        ),
    ]
    hints = [finding.hint for finding in found(model, sources=sources)]
    assert hints == [
        "Run `ptmdeps install --python`",
        "Run `uv add 'transformers>=4.51.0'`",
        "Ask for `transformers>=4.51.0` in `requirements.txt`",
    ]


@pytest.mark.parametrize(
    ("version", "expected"),
    [
        ("4.57.0", []),
        ("4.58.0", []),
        ("4.57.0.dev0", []),
        ("4.56.9", ["warning PTM103"]),
        ("3.0.0", ["warning PTM103"]),
    ],
)
def test_what_was_saved_with_a_newer_minor_version(version: str, expected: list[str]) -> None:
    model = locked("org/a", 'transformers==4.57.1; extra == "saved-with"')
    lines = said(model, sources=(venv(transformers=version),))
    assert [line[:14] for line in lines] == expected
    assert said(model, sources=(venv(),)) == []


def test_what_is_only_said_is_at_most_a_warning() -> None:
    model = locked("org/a", 'timm<1; extra == "library"', 'einops<1; extra == "listed"')
    assert said(model, sources=(venv(),)) == ["warning PTM101 `org/a` may need `timm<1`, which `.venv` does not have"]
    assert said(model, sources=(venv(timm="2", einops="2"),)) == [
        "warning PTM102 `org/a` asks for `einops<1`, but `.venv` has 2",
        "warning PTM102 `org/a` asks for `timm<1`, but `.venv` has 2",
    ]


def test_one_alternative_is_enough() -> None:
    model = locked("org/a", 'autoawq; extra == "one-of-awq"', 'gptqmodel; extra == "one-of-awq"')
    assert said(model, sources=(venv(gptqmodel="4.0"),)) == []
    assert said(model, sources=(venv(),)) == [
        "error PTM101 `org/a` needs `autoawq` or `gptqmodel` (config.json), which `.venv` does not have"
    ]


def test_models_with_the_same_problem_are_one_finding() -> None:
    models = [locked(f"org/{number}", "peft") for number in range(5)]
    (finding,) = found(*models, sources=(venv(),))
    assert finding.message == "`org/0`, `org/1`, `org/2` and 2 more need `peft`, which `.venv` does not have"
    assert finding.models == tuple(f"org/{number}" for number in range(5))


def test_markers_of_the_environment_decide() -> None:
    model = locked("org/a", 'triton; sys_platform == "win32"', 'peft; python_version >= "3.12"')
    assert [line[:33] for line in said(model, sources=(venv(),))] == ["error PTM101 `org/a` needs `peft`"]


def test_findings_stand_where_it_is_said() -> None:
    models = (locked("org/a", "torch"), locked("org/b", "peft>=2"))
    first, second = found(*models, sources=(pins(torch="==2", peft="==1"), venv(peft="2")))
    assert (first.where.path, second.where) == ("ptm.lock", Location("uv.lock", 2))
    lockfile = Lockfile(models=models)
    lines = dumps(lockfile).split("\n")
    assert lines[first.where.line - 1] == "[[model]]" and lines[first.where.line + 1] == 'name = "org/a"'


def test_what_is_no_requirement() -> None:
    assert said(locked("org/a", "\x1b[31m"), sources=(venv(),)) == [
        r"warning PTM104 `org/a` is said to need `\x1b[31m`, which is not followed"
    ]


MIT = License(declared="mit", concluded="MIT", evidence="README.md")
GPL = License(declared="gpl-3.0", concluded="GPL-3.0-only")


def test_licences_of_the_policy() -> None:
    models = (locked("org/free", license=MIT), locked("org/gpl", license=GPL), locked("org/mute"))
    denying, allowing = replace(LICENSES, deny=("gpl-3.0-only",)), replace(LICENSES, allow=("MIT",))
    unknown = "note PTM202 `org/mute` declares no licence"
    assert said(*models, policy=LICENSES) == [unknown]
    assert said(*models, policy=denying) == [
        "error PTM201 `org/gpl` has the licence `GPL-3.0-only`, which is denied",
        "warning PTM202 `org/mute` declares no licence",
    ]
    assert said(*models, policy=allowing) == [
        "error PTM201 `org/gpl` has the licence `GPL-3.0-only`, which is not allowed",
        "error PTM202 `org/mute` declares no licence",
    ]
    exceptions = (LicenseException(model="org/gpl", license="gpl-3.0"), LicenseException(model="*/mute"))
    assert said(*models, policy=replace(allowing, exceptions=exceptions)) == []
    other = (LicenseException(model="org/gpl", license="MIT"), LicenseException(model="org/mu"))
    assert len(said(*models, policy=replace(allowing, exceptions=other))) == 2


def test_code_and_pickles_of_the_policy() -> None:
    pickle = LockedFile(path="pytorch_model.bin", size=1, sha256="0" * 64, pickle=PickleRecord())
    code = LockedFile(path="modeling.py", size=1, sha256="0" * 64)
    model = replace(locked("org/a"), remote_code=True, files=(code, pickle))
    model = locked("org/a", remote_code=True)
    model = replace(model, files=(code, pickle))
    lines = said(model, policy=replace(PERMISSIVE, remote_code="warn", pickle="deny"))
    assert lines == [
        "warning PTM203 Loading `org/a` can run code of a model's repository (modeling.py)",
        "error PTM204 `org/a` is loaded from pickles (pytorch_model.bin)",
        "error PTM301 The entry of `org/a` was changed without locking again",
    ]


@given(st.lists(st.sampled_from(["[[model]]", 'hub = "h"', 'name = "n"', 'name = "', "[options]", 'ref = "r"', ""])))
def test_no_text_makes_the_search_for_lines_fail(lines: list[str]) -> None:
    found_lines = model_lines("\n".join(lines))
    assert all(lines[number - 1] == "[[model]]" for number in found_lines.values())


def test_models_of_pytorch_hub_are_code_whether_or_not_anybody_allows_it() -> None:
    hubconf = locked("acme/nets", files=("hubconf.py", "model.py"), remote_code=True)
    nets = replace(hubconf, key=ModelKey("torchhub", "acme/nets"), ref="v1", revision="a" * 40)
    nets = replace(nets, recorded_digest=model_digest(nets))
    assert said(nets, policy=replace(PERMISSIVE, remote_code="warn")) == [
        "warning PTM203 Loading `torchhub:acme/nets@v1` runs code of its repository (hubconf.py and 1 more)"
    ]


def test_names_of_libraries_need_no_licence_and_addresses_do() -> None:
    timm = locked("resnet50", files=())
    timm = replace(timm, key=ModelKey("timm", "resnet50"))
    timm = replace(timm, recorded_digest=model_digest(timm))
    url = replace(locked("x"), key=ModelKey("url", "https://a.example/x.pth"))
    url = replace(url, recorded_digest=model_digest(url))
    policy = replace(LICENSES, allow=("MIT",))
    assert said(timm, url, policy=policy) == ["error PTM202 `https://a.example/x.pth` declares no licence"]
    exception = LicenseException(model="https://a.example/*", license="", reason="asked")
    assert said(timm, url, policy=replace(policy, exceptions=(exception,))) == []


def test_a_model_that_is_a_distribution_need_not_be_installed() -> None:
    model = locked("org/a", 'en-core-web-sm==3.8.0; extra == "itself"')
    assert said(model, sources=(venv(), pins())) == []
    assert said(model, sources=(venv(en_core_web_sm="3.8.0"),)) == []
    assert said(model, sources=(venv(en_core_web_sm="3.7.1"),)) == [
        "warning PTM102 `org/a` asks for `en-core-web-sm==3.8.0`, but `.venv` has 3.7.1"
    ]
