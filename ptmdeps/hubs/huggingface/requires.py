"""What a model of the Hugging Face Hub needs of Python: its files, handed to ``ptmdeps.inspect.requirements``."""

from __future__ import annotations

import warnings
from collections.abc import Iterable

from ptmdeps.hubs.huggingface.selection import Listing, Selected
from ptmdeps.hubs.protocol import Reading
from ptmdeps.inspect.card import ModelCard
from ptmdeps.inspect.configuration import RemoteCode
from ptmdeps.inspect.python_tables import OF_READING
from ptmdeps.inspect.requirements import Repository, python_needs


def requires(
    subject: str,
    listing: Listing,
    readings: Iterable[Reading],
    selected: Selected,
    *,
    card: ModelCard | None,
    code: RemoteCode,
) -> tuple[str, ...]:
    """PEP 508 texts, sorted; warns, in the name of ``subject``, of what in the repository is not believed."""
    kinds = {reading.reads for reading in readings}
    beside = (path for path in selected.paths if path.endswith(".py")) if kinds & OF_READING.keys() else ()
    needs = python_needs(
        Repository(
            selected=selected.paths,
            paths=listing.paths,
            read=listing.read,
            readings=frozenset((reading.reads, reading.selection.subfolder) for reading in readings),
            library_name=card.library_name if card else "",
            code=code.modules or tuple(beside),
        )
    )
    for problem in needs.problems:
        warnings.warn(f"`{subject}`: {problem}", UserWarning, stacklevel=2)
    return needs.requires
