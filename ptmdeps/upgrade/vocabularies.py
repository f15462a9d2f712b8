"""What two tokenizers do differently: their tokens, special tokens and merge rules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from ptmdeps.upgrade.change import VocabularyChange

MAX_TOKENS = 20
"""Tokens that are named; of more, only the number is told."""

_MAX_TOKEN = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """Tokens by their text, with their numbers; those that are special; and how many merge rules there are."""

    tokens: Mapping[str, int] = field(default_factory=dict)
    special: frozenset[str] = frozenset()
    merges: int = 0


def of_tokenizer(document: Mapping[str, object]) -> tuple[Vocabulary, dict[str, object]]:
    """The vocabulary of a ``tokenizer.json`` (https://huggingface.co/docs/tokenizers), and its other settings.

    What has another shape than it should holds no tokens.
    """
    settings = dict(document)
    model = settings.pop("model", None)
    model = dict(model) if isinstance(model, dict) else {}
    tokens = dict(_pairs(model.pop("vocab", None)))
    merges = model.pop("merges", None)
    special = set()
    for entry in _list(settings.pop("added_tokens", None)):
        match entry:
            case {"id": int(number), "content": str(content), **rest}:
                tokens[content] = number
                if rest.get("special") is True:
                    special.add(content)
    settings["model"] = model
    return Vocabulary(tokens=tokens, special=frozenset(special), merges=len(_list(merges))), settings


def of_lines(content: bytes) -> Vocabulary:
    """A ``vocab.txt``: one token a line, numbered from 0."""
    lines = content.decode("utf-8", "replace").splitlines()
    return Vocabulary(tokens={token: number for number, token in enumerate(lines)})


def of_mapping(document: Mapping[str, object]) -> tuple[Vocabulary, dict[str, object]]:
    """A ``vocab.json``: tokens and their numbers, and nothing else."""
    return Vocabulary(tokens=dict(_pairs(dict(document)))), {}


def vocabulary_change(path: str, before: Vocabulary, after: Vocabulary) -> VocabularyChange | None:
    """What differs between two vocabularies; ``None`` where nothing does."""
    if before == after:
        return None
    old, new = before.tokens, after.tokens
    added = sorted(new.keys() - old.keys(), key=lambda token: (new[token], token))
    removed = sorted(old.keys() - new.keys(), key=lambda token: (old[token], token))
    return VocabularyChange(
        path=path,
        before=len(old),
        after=len(new),
        added=_named(added),
        added_count=len(added),
        removed=_named(removed),
        removed_count=len(removed),
        renumbered=sum(old[token] != new[token] for token in old.keys() & new.keys()),
        special_added=_named(sorted(after.special - before.special)),
        special_removed=_named(sorted(before.special - after.special)),
        merges=(before.merges, after.merges) if before.merges != after.merges else None,
    )


def _named(tokens: list[str]) -> tuple[str, ...]:
    return tuple(token if len(token) <= _MAX_TOKEN else f"{token[:_MAX_TOKEN]}…" for token in tokens[:MAX_TOKENS])


def _pairs(vocabulary: object) -> Iterator[tuple[str, int]]:
    """Token and number, of the mapping of most models or of the scored list of a Unigram model."""
    match vocabulary:
        case dict():
            yield from ((token, number) for token, number in vocabulary.items() if isinstance(number, int))
        case list():
            for number, entry in enumerate(vocabulary):
                match entry:
                    case [str(token), *_]:
                        yield token, number


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []
