"""Results of evaluations that a model's authors, or others, wrote down: what was measured on which data.

Two shapes are known: ``model-index`` in the front matter of the card, and files in ``.eval_results/``
(https://github.com/huggingface/hub-docs, ``modelcard.md`` and ``eval_results.yaml``).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ptmdeps.inspect.front_matter import UnreadableFrontMatterError, Value, document, entries, front_matter

MAX_RESULTS = 5000
"""Most results that are kept of one document; embedding models have some hundreds."""

_MAX_TEXT = 200
_INDEX = "model-index"


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One number, as it is claimed.

    Attributes:
        task: such as ``text-classification``; empty where the document does not say.
        dataset: its name, with configuration and split where they are given.
        metric: such as ``accuracy``; empty where the benchmark decides it.
        value: as it is written: units and scale are the author's.
        source: who claims it: an address or a name; empty for the card's author.
    """

    task: str = ""
    dataset: str = ""
    metric: str = ""
    value: str = ""
    source: str = ""


def card_results(readme: bytes) -> tuple[Result, ...]:
    """Results in the ``model-index`` of a model card, in its order. Never raises: of broken YAML nothing counts."""
    if _INDEX.encode() not in readme:
        return ()
    try:
        indices = [value for _, value in entries(front_matter(readme), {_INDEX})]
    except UnreadableFrontMatterError:
        return ()
    found: list[Result] = []
    for model in _items(indices[-1] if indices else None):
        for result in _items(_field(model, "results")):
            found += _metrics(result)
    return tuple(found[:MAX_RESULTS])


def file_results(data: bytes) -> tuple[Result, ...]:
    """Results in a file of ``.eval_results/``, in its order. Never raises: of broken YAML nothing counts."""
    try:
        listed = _items(document(data.decode("utf-8", errors="replace")))
    except UnreadableFrontMatterError:
        return ()
    found = (
        Result(
            task=_text(_field(_field(item, "dataset"), "task_id")),
            dataset=_dataset(_field(item, "dataset")),
            value=_text(_field(item, "value")),
            source=_source(_field(item, "source")),
        )
        for item in listed[:MAX_RESULTS]
    )
    return tuple(result for result in found if result.value)


def _metrics(result: Value) -> Iterator[Result]:
    task = _field(result, "task")
    for metric in _items(_field(result, "metrics")):
        if value := _text(_field(metric, "value")):
            yield Result(
                task=_text(_field(task, "type")) or _text(_field(task, "name")),
                dataset=_dataset(_field(result, "dataset")),
                metric=_text(_field(metric, "name")) or _text(_field(metric, "type")),
                value=value,
                source=_source(_field(result, "source")),
            )


def _dataset(value: Value) -> str:
    name = _text(_field(value, "name")) or _text(_field(value, "type")) or _text(_field(value, "id"))
    details = [_text(_field(value, "config")), _text(_field(value, "split"))]
    said = ", ".join(detail for detail in details if detail and detail not in name)
    return f"{name} ({said})" if name and said else name


def _source(value: Value) -> str:
    return _text(_field(value, "url")) or _text(_field(value, "name")) or _text(_field(value, "user"))


def _field(value: Value, key: str) -> Value:
    return value.get(key) if isinstance(value, dict) else None


def _items(value: Value) -> list[Value]:
    return value if isinstance(value, list) else []


def _text(value: Value) -> str:
    return " ".join(value.split())[:_MAX_TEXT] if isinstance(value, str) else ""
