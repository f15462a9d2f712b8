"""Setting what is known, and nothing else."""

from __future__ import annotations

from typing import Any


def put(element: Any, **known: object) -> None:  # noqa: ANN401 - a class of the bindings
    """Set the fields that have a value: the bindings refuse ``None``, and an empty text says nothing."""
    for name, value in known.items():
        if value:
            setattr(element, name, value)
