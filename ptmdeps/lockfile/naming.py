"""What people mean who name a model: names are compared whole, since they may hold any sign that could part them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from ptmdeps.errors import PtmdepsError
from ptmdeps.identity import ModelKey

T = TypeVar("T")

Candidate = tuple[T, tuple[ModelKey, ...], str]
"""Something that has names, its keys, and the ref at which it was asked for."""


def meant(name: str, candidates: Iterable[Candidate[T]]) -> tuple[T, ...]:
    """What answers to ``name``, with its ref or without, which means it at every ref.

    Who writes no hub means Hugging Face, or, where nothing of that name is there, whatever else is called so.
    """
    candidates = tuple(candidates)
    exactly = tuple(one for one, keys, ref in candidates if any(name in _spellings(key, ref) for key in keys))
    return exactly or tuple(
        one for one, keys, ref in candidates if any(name in (key.name, f"{key.name}@{ref}") for key in keys)
    )


def not_locked(name: str, candidates: Iterable[Candidate[T]]) -> PtmdepsError:
    """The error for a name that means nothing, with one that is nearly the same."""
    return PtmdepsError(f"`{name}` is not locked", hint=nearest(name, candidates))


def nearest(name: str, candidates: Iterable[Candidate[T]]) -> str:
    """A hint for who mistyped a name."""
    import difflib

    known: dict[str, str] = {}
    for key, ref in sorted((key, ref) for _, keys, ref in candidates for key in keys):
        known |= {key.name: key.label, key.spellings(ref)[0]: key.spellings(ref)[0], key.label: key.label}
    close = difflib.get_close_matches(name, known, n=1)
    return f"Did you mean `{known[close[0]]}`?" if close else "`ptmdeps list` shows what is"


def _spellings(key: ModelKey, ref: str) -> tuple[str, ...]:
    return (key.label, str(key), *key.spellings(ref))
