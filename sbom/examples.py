"""The golden bills as values: of golden lockfiles, and of a model whose card says everything that a card can say."""  # noqa: INP001

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace

from lockfiles.examples import GOLDEN as LOCKS
from lockfiles.examples import model, small, wish
from ptmdeps.bom.build import build
from ptmdeps.bom.components import Package
from ptmdeps.bom.material import Material
from ptmdeps.bom.model import Bom, Tool
from ptmdeps.inspect.card import model_card
from ptmdeps.lockfile import Edge, License, Lockfile
from ptmdeps.manifest import Manifest
from ptmdeps.manifest.bom import BomStatements, Party
from ptmdeps.manifest.project_table import ProjectFacts
from ptmdeps.showing.evidence import CARD, Evidence

TOOL = Tool(name="ptmdeps", version="0")
MANIFEST = Manifest(source="pyproject.toml")
PROJECT = ProjectFacts(name="review-desk", version="1.2.0", description="Sorts reviews.", license="MIT")

FULL_CARD = b"""---
license: apache-2.0
library_name: transformers
pipeline_tag: text-classification
language: [en]
tags: [sentiment]
datasets: [example/reviews]
base_model: example/base
co2_eq_emissions: {emissions: "1200", hardware_used: 1 A100}
model-index:
- name: sentiment
  results:
  - task: {type: text-classification}
    dataset: {type: example/reviews, name: Reviews, split: validation}
    metrics:
    - {type: accuracy, value: 0.91}
---
# Sentiment

A small classifier for what people say of food, trained on reviews in English.

- **Developed by:** Example Research
- **Paper:** https://arxiv.org/abs/1810.04805

## Uses

### Direct Use

Sorting reviews of restaurants by how content their authors are.

### Out-of-Scope Use

Anything that decides about people.

## Bias, Risks, and Limitations

It has only read English, and takes irony for praise.

### Recommendations

Have people look at a sample of what it says.

## Training Details

### Training Data

Ten thousand reviews, collected in 2023.

### Training Procedure

#### Preprocessing

Lower case; addresses are taken out.

#### Training Hyperparameters

- learning_rate: 2e-05
- num_epochs: 3

## Model Examination

Words that decide are shown with their weights.

## Environmental Impact

- **Energy Consumed:** 12.5 kWh
"""
_CONFIG = (
    b'{"architectures": ["BertForSequenceClassification"], "model_type": "bert", "vocab_size": 30522,'
    b' "hidden_size": 768, "num_hidden_layers": 12, "num_attention_heads": 12, "max_position_embeddings": 512}'
)


def _of(lockfile: Lockfile, **facts: object) -> Bom:
    material = Material(lockfile=lockfile, whole=lockfile, manifest=MANIFEST, project=PROJECT, tool=TOOL)
    return build(replace(material, **facts))  # type: ignore[arg-type]  # the fields of Material


def _full() -> Bom:
    """One model of which everything is known, and a project that says something of itself."""
    config = replace(small("config.json", len(_CONFIG), "json"), sha256=hashlib.sha256(_CONFIG).hexdigest())
    edges = (
        Edge(kind="lineage", relation="dataset", target=model("example/reviews", files=()).key, evidence=CARD),
        Edge(kind="lineage", relation="finetune", target=model("example/base", files=()).key, evidence=CARD),
    )
    pinned = model(
        "example/sentiment",
        files=(config,),
        card=hashlib.sha256(FULL_CARD).hexdigest(),
        license=License(declared="apache-2.0", concluded="Apache-2.0", evidence=CARD),
        requires=("transformers",),
        edges=edges,
    )
    evidence = Evidence(
        key=pinned.key,
        revision=pinned.revision,
        locked=pinned,
        unasked="only locked files count",
        contents={CARD: FULL_CARD, "config.json": _CONFIG},
        card=model_card(FULL_CARD),
    )
    party = Party(name="Example GmbH", email="sbom@example.org")
    said = BomStatements(author=party, supplier=party, intended_use="Sorting reviews.", domains=("gastronomy",))
    return _of(
        Lockfile(requirements=(wish("example/sentiment"),), models=(pinned,)),
        manifest=replace(MANIFEST, bom=said),
        evidence={(pinned.key, ""): evidence},
        packages=(Package(name="transformers", version="4.57.1", place="uv.lock", line=12),),
    )


def bills() -> Mapping[str, Bom]:
    """Every example by its name."""
    names = ("adapter", "hubs", "lineage", "minimal", "pickle", "remote-code", "unicode")
    return {"full": _full(), **{name: _of(LOCKS[name]) for name in names}}
