"""What a model came from: edges out of its card, its configurations and the recipe of its merge.

Sources may contradict each other, and each is kept: a card that declares one base beside a configuration that was made
of another gives two edges, each with the file that says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from ptmdeps.errors import UnsafeContent
from ptmdeps.identity import ModelKey
from ptmdeps.inspect.card import ModelCard
from ptmdeps.inspect.front_matter import UnreadableFrontMatterError, Value, document
from ptmdeps.inspect.names import repository_name
from ptmdeps.lockfile.model import Edge
from ptmdeps.paths import safe_path

CARD = "README.md"
CONFIGURATION = "config.json"
ADAPTER = "adapter_config.json"
MERGES = ("mergekit_config.yml", "mergekit_config.yaml")

MOST_BASES = 32
MOST_DATASETS = 64
"""Edges of a kind that one model can have; no honest model came from more, a hostile card could name thousands."""

_RELATIONS = frozenset({"adapter", "distilled", "finetune", "merge", "quantized"})
_DATASET = re.compile(r"(?:https?://)?(?:www\.)?(?:huggingface\.co|hf\.co)/datasets/")

# https://huggingface.co/docs/transformers: the models that had names before names had owners
_WITHOUT_OWNER = re.compile(
    r"(?:albert|bert|camembert|ctrl|distilbert|distilgpt2|distilroberta|gpt2|openai-gpt|roberta|t5|transfo-xl|xlm|xlnet)"
    r"(?:-[a-z0-9.-]+)?"
)
_FIRST_OWNERS = (
    *("albert", "almanach", "distilbert", "facebookai", "google-bert", "google-t5", "openai-community", "salesforce"),
    *("transfo-xl", "xlnet"),
)
_RUN = re.compile(r"(?:.*[-_.])?(?:checkpoint|ckpt|epoch|step)s?[-_]?\d*", re.IGNORECASE)
_FOLDERS = frozenset(
    {"exp", "experiments", "final", "finetuned", "home", "llm", "lora", "merged", "mnt", "runs", "saved", "saved_model"}
    | {"saved_models", "train", "trained", "trained_models", "training", "weights", "workspace"}
)
_QUANTIZED = frozenset({"quantize_config.json", "quant_config.json", "quantization_config.json"})
_QUANTIZED_WEIGHTS = re.compile(r"gptq_model[^/]*|[^/]*[-_.](?:gptq|awq)[-_.][^/]*", re.IGNORECASE)
_WEIGHTS = (".safetensors", ".bin", ".pt", ".pth")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """Everything of a repository that tells what it came from.

    Attributes:
        hub: where it is, and where names in it lead.
        names: what it goes by.
        paths: its files.
        card: what its card declares; ``None`` where it has none.
        configuration: ``config.json``; empty where there is none.
        adapter: ``adapter_config.json``.
        merge: ``mergekit_config.yml``.
        adapted: see ``ptmdeps.inspect.provenance.Files``.
    """

    hub: str
    names: frozenset[str]
    paths: frozenset[str] = frozenset()
    card: ModelCard | None = None
    configuration: Mapping[str, object] = field(default_factory=dict)
    adapter: Mapping[str, object] = field(default_factory=dict)
    merge: bytes = b""
    adapted: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Lineage:
    """Edges, sorted, and how many more bases and datasets a card names than are followed."""

    edges: tuple[Edge, ...] = ()
    left_out: int = 0


def lineage(sources: Sources) -> Lineage:
    """The lineage edges that the sources give, each end by its best evidence."""
    bases: dict[str, Edge] = {}
    for edge in _bases(sources):
        if _is_name(sources.hub, edge.target.name) and not _named(edge.target.name, (*bases, *sources.names)):
            bases[edge.target.name] = edge
    datasets = dict.fromkeys(filter(None, map(_dataset, sources.card.datasets if sources.card else ())))
    data = [_edge(sources, name, "dataset", CARD) for name in datasets if _is_name(sources.hub, name)]
    kept = (*list(bases.values())[:MOST_BASES], *data[:MOST_DATASETS])
    return Lineage(edges=tuple(sorted(set(kept))), left_out=len(bases) + len(data) - len(kept))


def _bases(sources: Sources) -> Iterator[Edge]:
    """Models, those that are declared first; names may come more than once."""
    card = sources.card
    declared = tuple(filter(None, map(_model, card.base_models))) if card else ()
    said = card.base_model_relation.lower() if card else ""
    relation = said if said in _RELATIONS else _relation(sources) or ("merge" if len(declared) > 1 else "finetune")
    for name in declared:
        yield _edge(sources, name, relation, CARD, ref=(sources.adapted or {}).get(name, ""))
    for name in _merged(sources.merge):
        yield _edge(sources, name, "merge", next(path for path in MERGES if path in sources.paths))
    if sources.adapted is None:
        yield from _loaded(sources)
    adapted = (*(sources.adapted or ()), *declared)
    if (inferred := _inferred(sources.configuration)) and not _named(inferred, adapted):
        # how it came from it is known only where nothing else can be meant
        yield _edge(sources, inferred, (not declared and _relation(sources)) or "base-model", CONFIGURATION)


def _loaded(sources: Sources) -> Iterator[Edge]:
    """What its loaders would take from elsewhere."""
    named = sources.adapter.get("base_model_name_or_path")
    base = _model(named) if isinstance(named, str) else None
    if base:
        asked = sources.adapter.get("revision")
        yield _edge(sources, base, "adapter", ADAPTER, ref=asked if isinstance(asked, str) and asked != "main" else "")
    auto_map = sources.configuration.get("auto_map")
    for target in auto_map.values() if isinstance(auto_map, dict) else ():
        written, separator, _ = target.rpartition("--") if isinstance(target, str) else ("", "", "")
        code = _model(written) if separator else None
        if code:
            yield _edge(sources, code, "remote-code", CONFIGURATION)


def _relation(sources: Sources) -> str:
    """How a model came from its base, by its files; empty where these do not tell."""
    root = [path for path in sources.paths if "/" not in path]
    if ADAPTER in root:
        return "adapter"
    whole = any(path.endswith(_WEIGHTS) and not _QUANTIZED_WEIGHTS.fullmatch(path) for path in root)
    if (
        "quantization_config" in sources.configuration
        or not _QUANTIZED.isdisjoint(root)
        or any(_QUANTIZED_WEIGHTS.fullmatch(path) for path in root)
        or (any(path.endswith((".gguf", ".ggml")) for path in sources.paths) and not whole)
    ):
        return "quantized"
    return ""


def _inferred(configuration: Mapping[str, object]) -> str | None:
    """What ``config.json`` was made of: the folder or model that a training began with, whatever became of it since."""
    written = configuration.get("_name_or_path")
    name = _model(written) if isinstance(written, str) else None
    if name is None or written != name:
        return None
    owner, slash, rest = name.partition("/")
    if not slash:
        return name if _WITHOUT_OWNER.fullmatch(name) else None
    return None if owner.lower() in _FOLDERS or _RUN.fullmatch(rest) else name


def _merged(recipe: bytes) -> Iterator[str]:
    """The models of a recipe of mergekit; ``model+adapter`` names two."""
    if not recipe:
        return
    try:
        rest = [document(recipe.decode("utf-8-sig", "replace"))]
    except UnreadableFrontMatterError:
        return
    while rest:
        match rest.pop():
            case list(items):
                rest += reversed(items)
            case dict(entries):
                named: list[Value] = [entries.get("base_model"), entries.get("model")]
                for text in named:
                    yield from filter(None, map(_model, text.split("+") if isinstance(text, str) else ()))
                rest += reversed(list(entries.values()))


def _edge(sources: Sources, name: str, relation: str, evidence: str, *, ref: str = "") -> Edge:
    target = ModelKey(sources.hub, name)
    return Edge(kind="lineage", relation=relation, target=target, ref=ref if _safe(ref) else "", evidence=evidence)


def _model(text: str) -> str | None:
    """The name of a repository that a lockfile can hold."""
    name = repository_name(text)
    return name if name and _safe(name) else None


def _dataset(text: str) -> str | None:
    return _model(_DATASET.sub("", text.strip(), count=1))


def _named(name: str, others: tuple[str, ...]) -> bool:
    """Whether a name is one of the others: in any case, and with the owner that names without one were given."""
    lower, known = name.lower(), {other.lower() for other in others}
    return lower in known or ("/" not in lower and any(f"{owner}/{lower}" in known for owner in _FIRST_OWNERS))


def _is_name(hub: str, name: str) -> bool:
    """Only the Hugging Face Hub has names without an owner."""
    return hub == "huggingface" or "/" in name


def _safe(path: str) -> bool:
    try:
        return bool(safe_path(path))
    except UnsafeContent:
        return False
