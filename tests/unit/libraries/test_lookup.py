"""What a name is in the library that a project uses, and how that is known."""

from __future__ import annotations

from pathlib import Path

import pytest
from packaging.version import Version

from ptmdeps.identity import ModelKey
from ptmdeps.libraries import lookup
from ptmdeps.libraries.history import History, history_of
from ptmdeps.libraries.lookup import SHIPPED, find
from ptmdeps.libraries.reading import in_repository
from ptmdeps.libraries.rows import LIBRARIES, Library
from ptmdeps.libraries.table import Entries, UnknownName
from ptmdeps.libraries.used import PythonUsed
from tests.unit.libraries.making import written

V = Version
NET = Library(module="timm", distributions=("acme-net", "acme-net-cpu"))
OTHER = Library(module="timm", distributions=("acme-other",))
EXACT = Library(module="torchvision", distributions=("acme-exact",))
ENCODERS = Library(module="segmentation_models_pytorch", distributions=("acme-encoders",))


def of(name: str) -> Entries:
    return (in_repository(f"acme/{name}", reads="timm"),)


TABLES: dict[str, History[Entries]] = {
    "acme-net.json": history_of(
        {
            V("1.0"): {"net": of("net-1"), "net.old": of("old"), "bare": (), "steady": of("steady")},
            V("1.5"): {"net": of("net-1"), "bare": (), "steady": of("steady")},
            V("2.0"): {"net": of("net-2"), "net.new": of("new"), "bare": (), "steady": of("steady")},
        }
    ),
    "acme-other.json": history_of({V("1.0"): {"net": of("other"), "only": of("only")}}),
    "acme-exact.json": history_of({V("1.0"): {"net@V1": of("v1"), "net@DEFAULT": of("v2")}}),
    "acme-encoders.json": history_of({V("1.0"): {"encoder@imagenet": of("encoder")}}),
}


@pytest.fixture(autouse=True)
def _libraries(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = {"net": (NET, OTHER), "exact": (EXACT,), "encoders": (ENCODERS,), "timm": (NET,)}
    monkeypatch.setattr(lookup, "LIBRARIES", rows)
    monkeypatch.setattr(lookup, "shipped", lambda name: TABLES.get(name, History((), {})))


def python(root: Path, **versions: str) -> PythonUsed:
    lines = [f"{name.replace('_', '-')}{version}\n" for name, version in versions.items()]
    return PythonUsed(written(root, {"requirements.txt": "".join(lines)}))


def installed(root: Path, distribution: str, version: str, source: str) -> None:
    packages = ".venv/lib/python3.11/site-packages"
    written(
        root,
        {
            f"{packages}/{distribution}-{version}.dist-info/METADATA": f"Name: x\nVersion: {version}\n",
            f"{packages}/timm/__init__.py": "raise SystemExit('imported')",
            f"{packages}/timm/models/__init__.py": "",
            f"{packages}/timm/models/_builder.py": "",
            f"{packages}/timm/models/net.py": source,
        },
    )


SOURCE = "default_cfgs = generate_default_cfgs({'net.x': dict(hf_hub_id='acme/mine')})\n@register_model\ndef net(): ..."


@pytest.mark.parametrize(
    ("versions", "name", "expected"),
    [
        ({"acme_net": "==1.0"}, "net", ("acme/net-1", "acme-net 1.0", "requirements.txt:1")),
        ({"acme_net": "==2.0"}, "net", ("acme/net-2", "acme-net 2.0", "requirements.txt:1")),
        ({"acme_net_cpu": "==1.0"}, "net", ("acme/net-1", "acme-net 1.0", "requirements.txt:1")),
        ({"x": "==1", "acme_net": "==1.2"}, "net", ("acme/net-1", "acme-net 1.2", "requirements.txt:2")),
        ({"acme_net": "==1.7"}, "steady", ("acme/steady", "acme-net 1.7", "requirements.txt:1")),
        (
            *({"acme_net": "==1.7"}, "net"),
            ("acme/net-1", "acme-net 1.5", f"{SHIPPED}, of 1.5: it has none of acme-net 1.7 (requirements.txt:1)"),
        ),
        (
            *({"acme_net": "==9.0"}, "net"),
            ("acme/net-2", "acme-net 2.0", f"{SHIPPED}, of 2.0: it has none of acme-net 9.0 (requirements.txt:1)"),
        ),
        (
            *({"acme_net": "==0.1"}, "net"),
            ("acme/net-1", "acme-net 1.0", f"{SHIPPED}, of 1.0: it has none of acme-net 0.1 (requirements.txt:1)"),
        ),
        (
            *({"acme_net": ">=1,<2"}, "net"),
            ("acme/net-1", "acme-net 1.5", f"{SHIPPED}, of the newest version that requirements.txt:1 allows"),
        ),
        (
            *({"acme_net": ">9"}, "net"),
            ("acme/net-2", "acme-net 2.0", f"{SHIPPED}, which has no version that requirements.txt:1 allows"),
        ),
        ({}, "net", ("acme/net-2", "acme-net 2.0", SHIPPED)),
        ({"acme_other": "==1.0"}, "net", ("acme/other", "acme-other 1.0", "requirements.txt:1")),
        ({"acme_net": "==1.0"}, "only", ("acme/only", "acme-other 1.0", SHIPPED)),
    ],
)
def test_version_that_is_used(tmp_path: Path, versions: dict[str, str], name: str, expected: tuple[str, ...]) -> None:
    answer = find(ModelKey("net", name), python(tmp_path, **versions))
    assert (*(entry.key.name for entry in answer.entries), answer.table, answer.evidence) == expected


@pytest.mark.parametrize(
    ("version", "name", "repository", "evidence"),
    [
        ("2.0", "net", "acme/net-2", "the installed acme-net 2.0"),
        ("3.0", "net", "acme/mine", "the installed acme-net 3.0"),
        ("1.2", "net", "acme/net-1", "the installed acme-net 1.2"),
        ("1.2+own", "net", "acme/mine", "the installed acme-net 1.2+own"),
        ("2.0", "net.x", "acme/mine", "the installed acme-net 2.0"),
        ("3.0", "net.new", "acme/new", f"{SHIPPED}, of 2.0: it has none of acme-net 3.0 (the installed acme-net 3.0)"),
    ],
)
@pytest.mark.parametrize("elsewhere", [False, True])
def test_installed_library(
    tmp_path: Path, version: str, name: str, repository: str, evidence: str, *, elsewhere: bool
) -> None:
    installed(tmp_path, "acme_net", version, SOURCE)
    used = PythonUsed(tmp_path / "project", tmp_path / ".venv") if elsewhere else PythonUsed(tmp_path)
    answer = find(ModelKey("net", name), used)
    assert ([entry.key.name for entry in answer.entries], answer.evidence) == ([repository], evidence)


def test_lock_goes_before_what_is_installed(tmp_path: Path) -> None:
    installed(tmp_path, "acme_net", "3.0", SOURCE)
    answer = find(ModelKey("net", "net"), python(tmp_path, acme_net="==1.0"))
    assert (answer.table, answer.evidence) == ("acme-net 1.0", "requirements.txt:1")


def test_source_of_the_locked_version(tmp_path: Path) -> None:
    installed(tmp_path, "acme_net", "3.0", SOURCE)
    answer = find(ModelKey("net", "net.x"), python(tmp_path, acme_net="==3.0"))
    assert (answer.table, answer.evidence) == ("acme-net 3.0", "the installed acme-net 3.0")


def test_name_and_ref(tmp_path: Path) -> None:
    used = python(tmp_path)
    assert find(ModelKey("exact", "net"), used, ref="V1").entries == of("v1")
    assert find(ModelKey("exact", "net"), used, ref="Net_Weights.V1").entries == of("v1")
    assert find(ModelKey("exact", "net"), used).entries == of("v2")


def test_name_of_another_library(tmp_path: Path) -> None:
    used = python(tmp_path, acme_net="==1.0")
    assert find(ModelKey("encoders", "encoder"), used).table == "acme-encoders 1.0"
    answer = find(ModelKey("encoders", "tu-net.old"), used, ref="imagenet")
    assert (answer.entries, answer.table) == (of("old"), "acme-net 1.0")


@pytest.mark.parametrize(
    ("key", "ref", "message", "hint"),
    [
        (
            *(ModelKey("net", "nett.old"), "", "acme-net 1.0 (requirements.txt:1) has no model `nett.old`"),
            "Did you mean `net.old`?",
        ),
        (
            *(ModelKey("net", "net.new"), "", "acme-net 1.0 (requirements.txt:1) has no model `net.new`"),
            "acme-net 2.0 has it: use a version of the library that knows the model",
        ),
        (
            *(ModelKey("net", "zzzzzz\x1b[0m"), "", "acme-net 1.0 (requirements.txt:1) has no model `zzzzzz\\x1b[0m`"),
            "Look at the spelling, or name the file or repository itself in the manifest",
        ),
        (
            *(ModelKey("net", "bare"), "", "`bare` of acme-net 1.0 (requirements.txt:1) has no weights"),
            "Its builder starts from random weights: there is nothing to lock",
        ),
        (
            *(ModelKey("exact", "net"), "V3", f"acme-exact 1.0 ({SHIPPED}) has no model `net@V3`"),
            "Did you mean `net@V1`?",
        ),
        (
            *(ModelKey("encoders", "tu-absent"), "", "acme-net 1.0 (requirements.txt:1) has no model `absent`"),
            "Look at the spelling, or name the file or repository itself in the manifest",
        ),
    ],
)
def test_unknown_name(tmp_path: Path, key: ModelKey, ref: str, message: str, hint: str) -> None:
    with pytest.raises(UnknownName) as caught:
        find(key, python(tmp_path, acme_net="==1.0"), ref=ref)
    assert (caught.value.message, caught.value.hint) == (message, hint)


def test_library_of_which_nothing_is_shipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lookup, "shipped", lambda _: History((), {}))
    with pytest.raises(UnknownName, match="acme-net has no model `net`"):
        find(ModelKey("net", "net"), python(tmp_path))
    installed(tmp_path, "acme_net", "3.0", SOURCE)
    assert find(ModelKey("net", "net"), PythonUsed(tmp_path)).table == "acme-net 3.0"


def test_names_of_real_tables(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.undo()
    used = python(tmp_path, timm="==1.0.9", torchvision="==0.15.2", segmentation_models_pytorch="==0.6.0")
    asked = {
        ("timm", "resnet50", ""): "timm/resnet50.a1_in1k",
        ("timm", "tv_resnet50", ""): "timm/resnet50.tv_in1k",
        ("torchvision", "resnet50", ""): "https://download.pytorch.org/models/resnet50-0676ba61.pth",
        ("torchvision", "resnet50", "DEFAULT"): "https://download.pytorch.org/models/resnet50-11ad3fa6.pth",
        (
            "torchaudio",
            "HUBERT_BASE",
            "",
        ): "https://download.pytorch.org/torchaudio/models/hubert_fairseq_base_ls960.pth",
        ("openclip", "ViT-B-32/laion2b_s34b_b79k", ""): "laion/CLIP-ViT-B-32-laion2B-s34B-b79K",
        ("segmentation_models_pytorch", "resnet34", "imagenet"): "smp-hub/resnet34.imagenet",
        ("segmentation_models_pytorch", "tu-resnet50", "imagenet"): "timm/resnet50.a1_in1k",
    }
    found = {(hub, name, ref): find(ModelKey(hub, name), used, ref=ref) for hub, name, ref in asked}
    assert {question: answer.entries[0].key.name for question, answer in found.items()} == asked


def test_rows_are_well_formed() -> None:
    for libraries in LIBRARIES.values():
        assert libraries
        for library in libraries:
            assert all(name == name.lower().replace("_", "-") for name in library.distributions)
