"""Bills of four projects, made by hand: everything that can be known, hardly anything, ancestors, and hostile names."""

from __future__ import annotations

from dataclasses import replace

from ptmdeps.bom.model import Absence, Bom, Component, Fact, Gap, LicenseReference, Occurrence, Relation, Tool
from ptmdeps.inspect.evaluations import Result
from ptmdeps.lockfile.model import License, LockedFile
from ptmdeps.manifest.bom import BomStatements, ComponentStatement, Party

COMMIT, OTHER = "a09a35458c702b33eeacc393d103063234e8bc28", "b" * 40
SERIAL = "6f1c0d3e-4a55-5b1e-9d10-0123456789ab"
APACHE = License(declared="apache-2.0", concluded="Apache-2.0", evidence="README.md")
ACME = Party(name="Acme GmbH", email="sbom@acme.example", url="https://acme.example")
TOOL = Tool(name="ptmdeps", version="0.1", url="https://example.org/ptmdeps")


def file(path: str, format_: str = "other", size: int = 7) -> LockedFile:
    """A locked file."""
    digest = f"{path.encode(errors='replace').hex():0<64}"[:64]
    return LockedFile(path=path, size=size, sha256=digest, format=format_)


def purl(kind: str, group: str, name: str, version: str) -> str:
    """A package URL."""
    return f"pkg:{kind}/{group}/{name}@{version}"


def model(name: str, /, **more: object) -> Component:
    """A model of the Hugging Face Hub."""
    identifier = purl("huggingface", "acme", name, COMMIT)
    plain = Component(
        identifier=identifier,
        kind="model",
        group="acme",
        name=name,
        version=COMMIT,
        hub="huggingface",
        purl=identifier,
        swhid=f"swh:1:rev:{COMMIT}",
        repository=f"https://huggingface.co/acme/{name}",
        supplier=Party(name="acme", url="https://huggingface.co/acme"),
        published="2024-02-19T10:57:45Z",
        license=APACHE,
        files=(file("config.json", "json"), file("model.safetensors", "safetensors", 500)),
        occurrences=(Occurrence(path="app.py", line=3, symbol="transformers.AutoModel", resolution="literal"),),
        size=507,
    )
    return replace(plain, **more)  # type: ignore[arg-type]


def dataset(name: str, /, **more: object) -> Component:
    """A data set that a model was trained on."""
    identifier = f"dataset:huggingface:acme/{name}@{OTHER}"
    plain = Component(
        identifier=identifier,
        kind="dataset",
        group="acme",
        name=name,
        version=OTHER,
        hub="huggingface",
        repository=f"https://huggingface.co/datasets/acme/{name}",
        shipped=False,
    )
    return replace(plain, **more)  # type: ignore[arg-type]


def project(**more: object) -> Component:
    """The project itself."""
    return replace(Component(identifier="project", kind="application", name="shop"), **more)  # type: ignore[arg-type]


def loads(target: Component) -> Relation:
    """That the project loads it."""
    return Relation(source="project", target=target.identifier, kind="loads", evidence="app.py:3")


def bill(components: tuple[Component, ...], relations: tuple[Relation, ...], **more: object) -> Bom:
    """A bill of some components."""
    plain = Bom(
        serial=SERIAL,
        timestamp="2024-02-19T10:57:45Z",
        lock="c" * 64,
        tool=TOOL,
        project=project(),
        components=tuple(sorted(components, key=lambda one: one.identifier)),
        relations=tuple(sorted(relations)),
    )
    return replace(plain, **more)  # type: ignore[arg-type]


def minimal() -> Bom:
    """One model of which its hub and its lock are all that is known."""
    cats = model("cats")
    return bill((cats,), (loads(cats),), gaps=(Gap(what="unresolved", text="app.py:9 loads what nobody knows"),))


def full() -> Bom:
    """Everything that lists of minimum elements and the profiles ask for."""
    said = ComponentStatement(name="x", supplier=ACME, released="2025-01-01", personal_data="no")
    facts = (
        Fact(name="description", value="Tells cats from dogs.", source="README.md"),
        Fact(name="developer", value=("Acme Research",), source="README.md"),
        Fact(name="task", value="image-classification", source="README.md"),
        Fact(name="inputs", value=("image",), source="README.md", inferred=True),
        Fact(name="outputs", value=("label",), source="README.md", inferred=True),
        Fact(name="architecture", value=("ViTForImageClassification",), source="config.json"),
        Fact(name="model-type", value="vit", source="config.json"),
        Fact(name="parameters", value="86567656", source="model.safetensors"),
        Fact(name="context-length", value="197", source="config.json"),
        Fact(name="hyperparameters", value=(("learning_rate", "5e-05"), ("seed", "42")), source="README.md"),
        Fact(name="intended-use", value="Sorting pictures.", source="README.md"),
        Fact(name="limitations", value="No other animals.", source="README.md"),
        Fact(name="ethics", value="Mostly European cats.", source="README.md"),
        Fact(name="training", value="Three epochs.", source="README.md"),
        Fact(name="preprocessing", value="Resized to 224.", source="README.md"),
        Fact(name="explainability", value="Attention maps.", source="README.md"),
        Fact(name="energy", value="12.5", source="README.md"),
        Fact(name="metrics", value=(Result(metric="accuracy", value="0.98", dataset="pets"),), source="README.md"),
        Fact(name="copyright", value=("Copyright 2024 Acme GmbH",), source="LICENSE"),
        Fact(name="paper", value=("https://arxiv.org/abs/2010.11929",), source="README.md"),
    )
    cats = model("cats", facts=facts, said=said, supplier=ACME, absences=(Absence(name="emissions", reason="no"),))
    pets = dataset(
        "pets",
        license=License(declared="odc-by", concluded="ODC-By-1.0", evidence="README.md"),
        supplier=ACME,
        facts=(Fact(name="copyright", value=("Copyright 2023 Acme GmbH",), source="LICENSE"),),
        said=replace(said, built="2023-05-01", content=("image",), collection="own pictures", statistics="7,000"),
        hashes=(("SHA-256", "d" * 64),),
    )
    statements = BomStatements(
        author=ACME, supplier=ACME, contact="security@acme.example", lifecycle="build", revision=2,
        released="2025-02-01",
        description="Sells pets.", intended_use="a shop", domains=("retail",), inputs=("image",), outputs=("text",),
        data_flow="https://acme.example/flow", data_usage="not kept", acceptable_use="https://acme.example/use",
        software="https://acme.example/bom.json", hardware="https://acme.example/hbom.json",
        security_controls=("uploads are scanned",), security_compliance=("ISO/IEC 27001",),
        security_policy="https://acme.example/.well-known/security.txt",
        vulnerabilities="https://acme.example/advisories", security_metrics="https://acme.example/robustness",
        operational_metrics="https://acme.example/status",
    )  # fmt: skip
    shop = project(
        version="1.4",
        supplier=ACME,
        license=License(declared="Apache-2.0", concluded="Apache-2.0", evidence="pyproject.toml"),
        facts=(Fact(name="copyright", value=("Copyright 2025 Acme GmbH",), source="LICENSE"),),
        purl="pkg:generic/shop@1.4",
    )
    trained = Relation(
        source=cats.identifier, target=pets.identifier, kind="trained-on", role="dataset", evidence="README.md"
    )
    return bill((cats, pets), (loads(cats), trained), statements=statements, project=shop)


def lineage() -> Bom:
    """An adapter over a base of another licence, ancestors, a pickle, a Python distribution and remote code."""
    terms = "LicenseRef-acme-terms"
    own = License(declared="other", concluded=terms, evidence="README.md", text="LICENSE", sha256="e" * 64)
    adapter = model("adapter", license=None, remote_code=True, files=(file("adapter_model.bin", "pytorch"),))
    base = model("base", license=own, gated="manual", card="f" * 64)
    root = model(
        "root", shipped=False, missing="not-found", version="", identifier="model:huggingface:acme/root", purl="",
        swhid="", published="", supplier=None, license=None, files=(), occurrences=(), size=0,
    )  # fmt: skip
    code = model("code", kind="code", identifier=purl("huggingface", "acme", "code", OTHER), files=(file("net.py"),))
    package = Component(identifier="pkg:pypi/peft@0.17.1", kind="package", name="peft", version="0.17.1", hub="pypi")
    edges = (
        loads(adapter),
        Relation(source=adapter.identifier, target=base.identifier, kind="needs", role="adapter"),
        Relation(source=adapter.identifier, target=base.identifier, kind="descends", role="adapter"),
        Relation(source=base.identifier, target=root.identifier, kind="descends", role="merge", confidence="inferred"),
        Relation(source=base.identifier, target=code.identifier, kind="needs", role="remote-code"),
        Relation(source=adapter.identifier, target=package.identifier, kind="requires"),
        Relation(source=adapter.identifier, target=root.identifier, kind="alternative"),
    )
    reference = LicenseReference(identifier=terms, name="Acme terms", url="https://acme.example/terms")
    return bill((adapter, base, root, code, package), edges, licenses=(reference,), scanned=False)


def hostile() -> Bom:
    """Names, licences and texts that no honest hub would give."""
    nasty = 'a b"<script>\u202e#!%/../../é漢\N{PILE OF POO}'
    strange = License(declared='MIT" OR (x', concluded="MIT AND (", evidence=nasty)
    odd = model(
        "odd",
        identifier=f"model:url:{nasty}",
        name=nasty,
        group="",
        purl="",
        swhid="",
        version=nasty,
        repository="https://evil.example/<a b>|{}",
        published="yesterday",
        license=strange,
        supplier=Party(name=nasty, url="javascript:alert(1)"),
        files=(file(f"{nasty}.bin", "pytorch"), file("a!b"), file("a%21b")),
        facts=(
            Fact(name="description", value=nasty, source=nasty),
            Fact(name="energy", value="NaN", source=nasty),
            Fact(name="paper", value=("javascript:alert(1)", "https://x.example/ <b>"), source=nasty),
        ),
        occurrences=(Occurrence(path=nasty, line=1),),
    )
    return bill((odd,), (loads(odd),), project=project(name=nasty))


ALL = {"minimal": minimal, "full": full, "lineage": lineage, "hostile": hostile}
