"""Where a model or dataset came from, and under which licence: what its own files say, at one revision.

The one place for both what is locked and what is only looked up because something locked came from it.
"""

from __future__ import annotations

import hashlib
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from ptmdeps.errors import UnsafeContent
from ptmdeps.inspect.card import ModelCard, model_card
from ptmdeps.inspect.configuration import json_object
from ptmdeps.inspect.license_files import license_file
from ptmdeps.inspect.licenses import conclude
from ptmdeps.inspect.lineage import (
    ADAPTER,
    CARD,
    CONFIGURATION,
    MERGES,
    Lineage,
    Sources,
    lineage,
)
from ptmdeps.lockfile.model import License

LONGEST_CARD = 16 * 1024 * 1024
LONGEST_LICENSE = 1024 * 1024
LONGEST_CONFIGURATION = 1024 * 1024
"""Bytes that are read of a file; a longer one says nothing here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Files:
    """The files of one revision.

    Attributes:
        hub: where it is.
        names: every name that it goes by, so that it is not taken for its own base.
        sizes: path → bytes, of every file.
        read: the content of a file; only called for paths of ``sizes``.
        adapted: what its adapters are loaded with, by a runtime edge: name → ref. ``None`` where nothing of it is
            loaded: what it would load is what it came from.
    """

    hub: str
    names: frozenset[str]
    sizes: Mapping[str, int]
    read: Callable[[str], bytes]
    adapted: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """What a revision says of itself.

    Attributes:
        card: SHA-256 of its card; empty where it has none.
        license: ``None`` where it declares none and holds no text of one.
        lineage: what it came from.
        declares: the card itself; ``None`` where there is none.
    """

    card: str = ""
    license: License | None = None
    lineage: Lineage = field(default_factory=Lineage)
    declares: ModelCard | None = None


def provenance(files: Files) -> Provenance:
    """Read what the files at the root of a repository say; a file that cannot be understood says nothing.

    Raises:
        whatever ``files.read`` raises.
    """
    readme = _content(files, CARD, LONGEST_CARD)
    card = model_card(readme) if readme is not None else None
    sources = Sources(
        hub=files.hub,
        names=files.names,
        paths=frozenset(files.sizes),
        card=card,
        configuration=_configuration(files, CONFIGURATION),
        adapter=_configuration(files, ADAPTER),
        merge=next(
            filter(None, (_content(files, path, LONGEST_CONFIGURATION) for path in MERGES)),
            b"",
        ),
        adapted=files.adapted,
    )
    return Provenance(
        card=hashlib.sha256(readme).hexdigest() if readme is not None else "",
        license=license_of(card, files),
        lineage=lineage(sources),
        declares=card,
    )


def told(card: ModelCard, hub: str, names: frozenset[str]) -> Provenance:
    """What a hub tells of the card of a repository whose files may not be read."""
    sources = Sources(hub=hub, names=names, card=card)
    nothing = Files(hub=hub, names=names, sizes=MappingProxyType({}), read=lambda _: b"")
    return Provenance(license=license_of(card, nothing), lineage=lineage(sources), declares=card)


def worth_reading(sizes: Mapping[str, int]) -> tuple[str, ...]:
    """The files that ``provenance`` reads of those with these sizes, so far as it is known before the card is."""
    longest = dict.fromkeys((CONFIGURATION, ADAPTER, *MERGES), LONGEST_CONFIGURATION)
    longest |= {CARD: LONGEST_CARD, license_file(sizes.keys(), ""): LONGEST_LICENSE}
    return tuple(path for path, most in longest.items() if sizes.get(path, most + 1) <= most)


def warn_of_left_out(subject: str, found: Provenance) -> None:
    """Say that a card names more than is followed."""
    if found.lineage.left_out:
        warnings.warn(
            f"`{subject}` names more models and datasets that it came from than any honest one: "
            f"{found.lineage.left_out} of them are left out",
            UserWarning,
            stacklevel=2,
        )


def license_of(card: ModelCard | None, files: Files) -> License | None:
    """What card and text say together."""
    link = card.license_link if card else ""
    path = license_file(frozenset(files.sizes), link)
    text = _content(files, path, LONGEST_LICENSE) if path else None
    declared = card.license if card else ()
    name = card.license_name if card else ""
    if not declared and not name and text is None:
        return None
    concluded = conclude(declared, name=name, link=link, text=(text or b"").decode("utf-8-sig", "replace"))
    return License(
        declared=concluded.declared,
        concluded=concluded.concluded,
        evidence=CARD if concluded.declared else path,
        link=link,
        text=path if text is not None else "",
        sha256=hashlib.sha256(text).hexdigest() if text is not None else "",
        recognized=concluded.recognized,
        likeness=concluded.likeness,
    )


def _content(files: Files, path: str, longest: int) -> bytes | None:
    """The content of a file; ``None`` where there is none, or it is longer than anybody would write it."""
    if files.sizes.get(path, longest + 1) > longest:
        return None
    return files.read(path)


def _configuration(files: Files, path: str) -> dict[str, object]:
    content = _content(files, path, LONGEST_CONFIGURATION)
    try:
        return json_object(content, path=path) if content is not None else {}
    except UnsafeContent:
        return {}
