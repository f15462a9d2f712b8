"""``sbom``: what a user gets of a project whose models come with cards, bases, data and licences."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from embedded_hub import models
from tests.cli.conftest import Session

Snapshot = Callable[[Session], None]

CARD = """---
license: apache-2.0
library_name: transformers
pipeline_tag: text-classification
language: [en]
tags: [sentiment, food]
datasets: [acme/reviews]
base_model: acme/bert
co2_eq_emissions: {emissions: "1200", hardware_used: 1 A100}
model-index:
- name: sentiment
  results:
  - task: {type: text-classification}
    dataset: {type: acme/reviews, name: Reviews, split: validation}
    metrics:
    - {type: accuracy, value: 0.91}
---
# Sentiment

A **small** classifier of [Acme](https://acme.example) for what people say of food.

- **Developed by:** Acme Research
- **Repository:** https://github.com/acme/sentiment

After [BERT](https://arxiv.org/abs/1810.04805).

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

- **Hardware Type:** A100
- **Energy Consumed:** 12.5 kWh
"""
BASE_CARD = "---\nlicense: apache-2.0\ndatasets: [acme/reviews]\n---\n# BERT\n"
APP = """from transformers import AutoModel

NAME = "acme/sentiment"
model = AutoModel.from_pretrained(NAME)
"""
PROJECT = """[project]
name = "review-desk"
version = "1.2.0"
description = "Sorts reviews."
license = "MIT"

[tool.ptmdeps.bom]
author = { name = "Acme GmbH", email = "sbom@acme.example" }
supplier = "Acme GmbH"
"""


@pytest.fixture
def desk(session: Session) -> Session:
    """A project with one model, whose base and data the hub has, too."""
    session.hub.repositories.create("acme/bert", {**models.bert_classifier(), "README.md": BASE_CARD.encode()})
    files = {**models.bert_classifier(), "README.md": CARD.encode(), "LICENSE": b"Copyright 2024 Acme\n"}
    session.hub.repositories.create("acme/sentiment", files)
    session.write("app.py", APP)
    session.write("pyproject.toml", PROJECT)
    return session


def test_sbom_of_a_project(desk: Session, snapshot: Snapshot) -> None:
    desk.run("-q lock")
    desk.run("-q sync --frozen")
    desk.run("sbom -o bom.json")
    desk.run("sbom --offline --no-files -o offline.json")
    desk.write("app.py", f"import os\n\n{APP}\nAutoModel.from_pretrained(os.environ['OTHER'])\n")
    desk.run("sbom --spec-version 1.7 --no-files -o later.json")
    desk.run("sbom diff bom.json later.json")
    desk.run("sbom diff bom.json bom.json")
    desk.run("sbom --merge bom.json --format spdx-json")
    snapshot(desk)


def test_sbom_merged_and_covered(desk: Session) -> None:
    desk.run("-q lock")
    assert desk.run("sbom --offline -o bom.json") == 0
    before = (desk.project / "bom.json").read_bytes()
    assert desk.run("sbom --offline --merge bom.json -o bom.json") == 0
    assert (desk.project / "bom.json").read_bytes() == before
    assert desk.run("sbom --offline --coverage g7") == 0 and "Models" in desk.stdout
    assert desk.run("sbom --offline --format spdx-json") == 0 and desk.stdout.startswith("{")
    assert desk.run("sbom --merge bom.json --spec-version 1.5") == 2 and "--spec-version 1.6" in desk.stderr
