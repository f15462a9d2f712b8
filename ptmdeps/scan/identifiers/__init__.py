"""Whether a text names a model of a hub, a file on a hub, or something on the local disk."""

from __future__ import annotations

import re
from collections.abc import Callable

from ptmdeps.scan.identifiers.addresses import is_other_file, is_weights, lies_beside
from ptmdeps.scan.identifiers.named import HubName, LocalPath, Named, NoName, Written
from ptmdeps.scan.identifiers.notations import NOTATIONS
from ptmdeps.scan.loaders.loader import Notation

_LOCAL_START = re.compile(r"(?:\.{1,2}(?:[/\\]|$)|/|~|[A-Za-z]:[\\/]|\\\\|file:)")
_PLACEHOLDER = re.compile(
    r"(?:<.*>|\{.*\}|\[.*\]|\.\.\.|x+|repo_id|repo/name|path[-_/].*|.*/your[-_]\w.*|your[-_/]\w.*"
    r"|(?:your|my)[-_ ]?(?:hf[-_ ]?)?(?:user|username|org|organization|name|account|namespace)\b.*"
    r"|(?:user|username|user_name|namespace|organization|org)/.*)",
    re.IGNORECASE,
)


def read_identifier(
    text: str,
    *,
    notation: Notation = "id",
    hub: str = "huggingface",
    owner: str = "",
    ownerless: frozenset[str] = frozenset(),
    is_folder: Callable[[str], bool] = lambda _: False,
) -> Named:
    """Say what the text of an id argument names.

    ``hub`` is the one of the loader; what the text names may be of another. ``owner`` is put in front of bare names
    other than ``ownerless`` ones; ``is_folder`` tells whether the project has a folder of that name, which every
    loader prefers to the hub.
    """
    text = text.strip()
    if not text:
        return NoName("it is an empty text unless somebody outside the project gives a model")
    if _LOCAL_START.match(text) or "\\" in text:
        return LocalPath(text)
    if _PLACEHOLDER.fullmatch(text):
        return NoName(f"`{text}` is a placeholder")
    written = Written(text=text, hub=hub, owner=owner, ownerless=ownerless, is_folder=is_folder)
    return NOTATIONS[notation](written)


__all__ = ["HubName", "LocalPath", "Named", "NoName", "is_other_file", "is_weights", "lies_beside", "read_identifier"]
