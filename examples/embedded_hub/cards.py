"""What the hub finds out about a repository from its files: card, configuration, library, task, tensors."""

from __future__ import annotations

import json
import re
import struct
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from embedded_hub.repository import Entry, Repository

_FRONT_MATTER = re.compile(rb"\A---[ \t]*\r?\n(.*?\r?\n)---[ \t]*(?:\r?\n|\Z)", re.DOTALL)
_HEADER_LIMIT = 100_000_000
_SMALL = 10_000_000
_DESCRIPTION = 500

_TASKS = {
    "ForSequenceClassification": ("text-classification", "AutoModelForSequenceClassification"),
    "ForTokenClassification": ("token-classification", "AutoModelForTokenClassification"),
    "ForQuestionAnswering": ("question-answering", "AutoModelForQuestionAnswering"),
    "ForMaskedLM": ("fill-mask", "AutoModelForMaskedLM"),
    "ForCausalLM": ("text-generation", "AutoModelForCausalLM"),
    "LMHeadModel": ("text-generation", "AutoModelForCausalLM"),
    "Model": ("feature-extraction", "AutoModel"),
}
"""End of an architecture's name -> task and automatic class."""

_FORMATS = {"safetensors": ".safetensors", "pytorch": ".bin", "onnx": ".onnx", "tf": ".h5", "jax": ".msgpack"}
"""Tag -> end of the names of the files that earn it."""

_LIBRARIES = (
    ("model_index.json", "diffusers"),
    ("modules.json", "sentence-transformers"),
    ("adapter_config.json", "peft"),
    ("config.json", "transformers"),
)
"""File that tells the library, the most telling first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What one commit says of itself; the values are JSON as the hub sends it, None where there is nothing."""

    card: dict[str, Any] | None
    description: str | None
    config: dict[str, Any]
    library: str | None
    task: str | None
    transformers: dict[str, Any] | None
    safetensors: dict[str, Any] | None
    base_models: tuple[str, ...]
    relation: str | None
    tags: tuple[str, ...]
    storage: int


def facts(repository: Repository, commit: str) -> Facts:
    """Return the facts of a commit; worked out once."""
    found = repository.facts.get(commit)
    if not isinstance(found, Facts):
        found = repository.facts[commit] = _facts(repository, repository.listing(commit))
    return found


def front_matter(readme: bytes) -> dict[str, Any] | None:
    """Return the YAML block at the start of a model card, or None."""
    import yaml  # noqa: PLC0415 - the only package beside the standard library, and only for cards

    found = _FRONT_MATTER.match(readme.removeprefix(b"\xef\xbb\xbf"))
    try:
        value = yaml.safe_load(found[1]) if found else None
    except (yaml.YAMLError, UnicodeDecodeError):
        return None
    return json.loads(json.dumps(value, default=str)) if isinstance(value, dict) else None


def safetensors_parameters(content: bytes | Path) -> dict[str, int]:
    """Return dtype -> number of parameters from the header of a safetensors file; empty for anything else."""
    if isinstance(content, Path):
        with content.open("rb") as stream:
            length = stream.read(8)
            head = stream.read(min(struct.unpack("<Q", length)[0], _HEADER_LIMIT)) if len(length) == 8 else b""  # noqa: PLR2004
    else:
        head = content[8 : 8 + int.from_bytes(content[:8], "little")]
    try:
        tensors = json.loads(head)
    except ValueError:
        return {}
    counts: dict[str, int] = {}
    for name, tensor in tensors.items():
        if name != "__metadata__":
            counts[tensor["dtype"]] = counts.get(tensor["dtype"], 0) + prod(tensor["shape"])
    return counts


def dataset_tags(card: Mapping[str, Any]) -> list[str]:
    """Return the tags that the hub makes of the card of a dataset: fields with their names, then the free ones."""
    fields = ("task_categories", "language", "license", "size_categories", "source_datasets")
    tags = [f"{field}:{value}" for field in fields for value in _texts(card.get(field))]
    return list(dict.fromkeys([*tags, "region:us", *_texts(card.get("tags"))]))


def description(readme: bytes) -> str | None:
    """Return the beginning of the text below the front matter, as the hub shows it of a dataset; None without any."""
    text = _FRONT_MATTER.sub(b"", readme.removeprefix(b"\xef\xbb\xbf"), count=1).decode(errors="replace").strip()
    return text[:_DESCRIPTION] or None


def _facts(repository: Repository, listing: Mapping[str, Entry]) -> Facts:
    readme = _read(repository, listing.get("README.md"))
    card, dataset = front_matter(readme), repository.settings.repo_type == "dataset"
    config = _json(repository, listing.get("config.json"))
    adapter = _json(repository, listing.get("adapter_config.json"))
    library = (card or {}).get("library_name") or next((name for file, name in _LIBRARIES if file in listing), None)
    task, automatic = _task(config)
    base_models = _texts((card or {}).get("base_model")) or _texts(adapter.get("base_model_name_or_path"))
    relation = _relation(card or {}, adapter, config, base_models)
    task = (card or {}).get("pipeline_tag") or task
    tags = [library, *_format_tags(listing), *_card_tags(card or {}, config), *_base_tags(base_models, relation)]
    tags += [f"license:{name}" for name in _texts((card or {}).get("license"))] + ["region:us"]
    return Facts(
        card=card,
        config=_config(repository, listing, config, adapter),
        library=library,
        task=task,
        transformers=_transformers(config, task, automatic, listing),
        safetensors=_safetensors(repository, listing),
        base_models=base_models,
        relation=relation,
        description=description(readme),
        tags=tuple(dataset_tags(card or {}) if dataset else dict.fromkeys(tag for tag in tags if tag is not None)),
        storage=sum(entry.lfs.size for entry in listing.values() if entry.lfs),
    )


def _read(repository: Repository, entry: Entry | None) -> bytes:
    if entry is None or entry.kind != "file" or entry.size > _SMALL:
        return b""
    content = repository.content(entry)
    return content if isinstance(content, bytes) else content.read_bytes()


def _json(repository: Repository, entry: Entry | None) -> dict[str, Any]:
    try:
        value = json.loads(_read(repository, entry) or b"{}")
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def _texts(value: object) -> tuple[str, ...]:
    values = value if isinstance(value, list) else [value]
    return tuple(item for item in values if isinstance(item, str))


def _task(config: Mapping[str, Any]) -> tuple[str | None, str | None]:
    for architecture in _texts(config.get("architectures")):
        for ending, (task, automatic) in _TASKS.items():
            if architecture.endswith(ending):
                return task, automatic
    return None, None


def _relation(
    card: Mapping[str, Any], adapter: Mapping[str, Any], config: Mapping[str, Any], base_models: tuple[str, ...]
) -> str | None:
    if not base_models:
        return None
    if card.get("base_model_relation"):
        return str(card["base_model_relation"])
    if adapter:
        return "adapter"
    if len(base_models) > 1:
        return "merge"
    return "quantized" if "quantization_config" in config else "finetune"


def _config(
    repository: Repository, listing: Mapping[str, Entry], config: Mapping[str, Any], adapter: Mapping[str, Any]
) -> dict[str, Any]:
    kept = {
        key: config[key] for key in ("architectures", "auto_map", "model_type", "quantization_config") if key in config
    }
    tokenizer = _json(repository, listing.get("tokenizer_config.json"))
    special = {
        key: tokenizer[key]
        for key in ("bos_token", "cls_token", "eos_token", "mask_token", "pad_token")
        if key in tokenizer
    }
    index = _json(repository, listing.get("model_index.json"))
    base = {key: adapter[key] for key in ("base_model_name_or_path", "task_type") if key in adapter}
    extra = {
        "tokenizer_config": special,
        "peft": base,
        "diffusers": {key: index[key] for key in ("_class_name",) if key in index},
    }
    return kept | {key: value for key, value in extra.items() if value}


def _transformers(
    config: Mapping[str, Any], task: str | None, automatic: str | None, listing: Mapping[str, Entry]
) -> dict[str, Any] | None:
    if automatic is None and "auto_map" not in config:
        return None
    info: dict[str, Any] = {"auto_model": automatic or max(config["auto_map"])}
    if "auto_map" in config:
        info["custom_class"] = config["auto_map"].get(info["auto_model"])
    if task is not None:
        info["pipeline_tag"] = task
    if "tokenizer_config.json" in listing:
        info["processor"] = "AutoTokenizer"
    return info


def _safetensors(repository: Repository, listing: Mapping[str, Entry]) -> dict[str, Any] | None:
    total: dict[str, int] = {}
    for path, entry in listing.items():
        if re.fullmatch(r"model(-\d+-of-\d+)?\.safetensors", path):
            for dtype, count in safetensors_parameters(repository.content(entry)).items():
                total[dtype] = total.get(dtype, 0) + count
    return {"parameters": total, "total": sum(total.values())} if total else None


def _format_tags(listing: Mapping[str, Entry]) -> list[str]:
    return [tag for tag, suffix in _FORMATS.items() if any(path.endswith(suffix) for path in listing)]


def _card_tags(card: Mapping[str, Any], config: Mapping[str, Any]) -> list[str | None]:
    custom = ["custom_code"] * ("auto_map" in config)
    datasets = [f"dataset:{name}" for name in _texts(card.get("datasets"))]
    return [config.get("model_type"), *_texts(card.get("tags")), *_texts(card.get("language")), *custom, *datasets]


def _base_tags(base_models: tuple[str, ...], relation: str | None) -> list[str]:
    return [f"base_model:{kind}{name}" for kind in ("", f"{relation}:") for name in base_models]
