from __future__ import annotations

from dataclasses import replace

import pytest

from ptmdeps.hubs.description import Facts
from ptmdeps.identity import ModelKey
from ptmdeps.lockfile.model import PickleRecord
from ptmdeps.showing.suspicion import suspicious
from ptmdeps.showing.values import Code, Hashes, PickleImports, Scan
from tests.unit.showing.models import at_hub, known, locked, locked_file, missing, offline


def test_scan_of_the_hub() -> None:
    facts = Facts(scanned=True, flagged=(("x.bin", "unsafe"),))
    assert known("hub scan", at_hub(facts=facts)).value == Scan(done=True, flagged=(("x.bin", "unsafe"),))
    assert missing("hub scan", at_hub()) == "the hub does not say what its scan found"


def test_pickle_imports_mark_what_can_do_more() -> None:
    record = PickleRecord(globals=("collections.OrderedDict", "os.system"), called=("os.system",), incomplete="cut")
    value = PickleImports(
        path="m.bin", globals=("collections.OrderedDict", "os.system"), suspicious=("os.system",), incomplete="cut"
    )
    assert known("pickle imports", offline(locked(), pickles={"m.bin": record})).value == (value,)
    assert known("pickle imports", at_hub({"m.bin": 9}, pickles={"m.bin": record})).source == "m.bin"
    unlooked = PickleImports(path="n.bin", incomplete="it was not looked into")
    found = known("pickle imports", at_hub(pickles={"m.bin": record}, unlooked=("n.bin",)))
    assert found.value == (value, unlooked)
    assert known("pickle imports", offline(locked())).value == ()
    assert missing("pickle imports", at_hub({"m.bin": 9}, unlooked=("m.bin",))) == "1 pickle could not be looked into"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("os.system", True),
        ("posix.system", True),
        ("builtins.eval", True),
        ("__builtin__.getattr", True),
        ("torch.hub.load", True),
        ("torch.load", True),
        ("numpy.testing._private.utils.runstring", True),
        ("logging:os.getcwd", True),
        ("collections:OrderedDict.fromkeys", False),
        ("collections.OrderedDict", False),
        ("torch._utils._rebuild_tensor_v2", False),
        ("builtins.set", False),
        ("joblib.numpy_pickle.NumpyArrayWrapper", False),
        ("transformers.training_args.TrainingArguments", False),
        ("osmosis.Model", False),
        ("", False),
    ],
)
def test_suspicious_names(name: str, *, expected: bool) -> None:
    assert suspicious(name) is expected


@pytest.mark.parametrize(("hub", "always"), [("gensim", ("a/__init__.py",)), ("torchhub", ("hubconf.py",))])
def test_code_that_loads_models_of_some_hubs_always_runs(hub: str, always: tuple[str, ...]) -> None:
    evidence = replace(at_hub({"a/__init__.py": 5, "a/a.gz": 6}), key=ModelKey(hub, "a"))
    assert known("remote code", evidence).value == Code(always=always, files=("a/__init__.py",))


def test_remote_code() -> None:
    config = {"auto_map": {"AutoModel": "modeling.Model", "AutoConfig": "acme/code--conf.Config"}}
    found = known("remote code", at_hub({"config.json": config, "modeling.py": 5, "extra.py": 6}))
    assert found.value == Code(allowed=("acme/code: conf.py", "modeling.py"), files=("extra.py", "modeling.py"))
    assert found.source == "config.json, hub"
    assert known("remote code", at_hub({"a.txt": 1})).value == Code()


def test_remote_code_that_cannot_be_told() -> None:
    assert "cannot be read" in missing("remote code", at_hub({"config.json": b"["}))
    outside = {"auto_map": {"AutoModel": "a..b.C", "AutoConfig": ["../x--y.Z", None]}}
    assert known("remote code", at_hub({"config.json": outside})).value == Code()
    assert known("remote code", offline(locked(remote_code=True))).value == Code(
        allowed=("code of this or another repository",)
    )


def test_vulnerabilities_are_never_said_to_be_none() -> None:
    assert missing("vulnerabilities", at_hub()).endswith("no source of model vulnerabilities is asked")


def test_hashes_and_signature() -> None:
    assert known("hashes", offline(locked(files=(locked_file("a"), locked_file("b"))))).value == Hashes(sha256=2)
    assert known("hashes", at_hub({"model.safetensors": 9, "config.json": b"{}"})).value == Hashes(sha256=1, git=1)
    assert missing("hashes", at_hub()) == "the hub does not say any"
    assert known("signature", at_hub({"model.sig": 9, "a/b.sigstore.json": 2, "x.signal": 3})).value == (
        "a/b.sigstore.json",
        "model.sig",
    )
    assert missing("signature", at_hub()) == "there is no file such as `model.sig`"
    assert missing("signature", offline(locked())) == "offline: only the hub lists all files"
