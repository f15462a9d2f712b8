"""Files that cannot be parsed: loads whose id stands on the same line, found by text and marked as such."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ptmdeps.identity import Location, ModelKey
from ptmdeps.scan.files import scope_of
from ptmdeps.scan.identifiers import HubName, is_weights, read_identifier
from ptmdeps.scan.imports import imports_in
from ptmdeps.scan.loaders import Catalogue, Loader
from ptmdeps.scan.references import Reference
from ptmdeps.scan.source import python_of, text_of

_LONGEST_LINE = 2_000
"""Characters of a line that a person may have written."""

_CALL = r"(?P<call>(?:[A-Za-z_]\w*\.)*(?:{words}))\(\s*(?:{keywords})?[\"'](?P<text>[^\"'\n]+)[\"']"
_KEYWORDS = r"(?:pretrained_)?model(?:_name_or_path|_name|_id)?\s*=\s*|repo_id\s*=\s*"
_QUOTES = re.compile(r'"""|\'\'\'')


def outcomes_of_text(path: str, data: bytes, catalogue: Catalogue) -> Iterator[Reference]:
    """Yield a reference for every line that calls a loader of an imported library with an id written out.

    Comment lines and texts in triple quotes are left out; of names only those of import statements are resolved.
    """
    imported = _imported(data, catalogue.libraries)
    rows = [loader for loader in catalogue.loaders if loader.library in imported.values()]
    words = sorted({word for loader in rows for word in loader.words})
    if not words:
        return
    words.sort(key=len, reverse=True)
    pattern = re.compile(_CALL.replace("{words}", "|".join(words)).replace("{keywords}", _KEYWORDS))
    _, numbers = python_of(path, data)
    quoted = False
    for number, line in enumerate(text_of(path, data).split("\n"), 1):
        if not quoted and len(line) <= _LONGEST_LINE and not line.lstrip().startswith("#"):
            location = Location(path, numbers[number - 1] if numbers and number <= len(numbers) else number)
            for match in pattern.finditer(line):
                loader = _loader(match["call"], imported, catalogue)
                if loader is not None:
                    yield from _reference(match, loader, location)
        quoted ^= len(_QUOTES.findall(line)) % 2 == 1


def _imported(data: bytes, libraries: frozenset[str]) -> dict[str, str]:
    """Return the library that each name of an import statement comes from."""
    found: dict[str, str] = {}
    for package, names in imports_in(data):
        for name in names:
            library = (package or name).partition(".")[0]
            if library in libraries:
                found.update(dict.fromkeys((name, *names), library))
    return found


def _loader(call: str, imported: dict[str, str], catalogue: Catalogue) -> Loader | None:
    first, _, rest = call.partition(".")
    library = imported.get(first)
    if library is None:
        return None
    return catalogue.find(f"{library}.{call}") or catalogue.find(f"{library}.{rest}")


def _reference(match: re.Match[str], loader: Loader, location: Location) -> Iterator[Reference]:
    if loader.names_itself or loader.conditions or (loader.model.position != 0 and "=" not in match[0]):
        return
    named = read_identifier(
        match["text"], notation=loader.notation, hub=loader.hub, owner=loader.owner, ownerless=loader.ownerless
    )
    if isinstance(named, HubName) and (is_weights(named) or not loader.quiet):
        yield Reference(
            key=ModelKey(named.hub, named.name),
            ref=named.ref,
            kind=loader.kind,
            loader=match["call"],
            reads=loader.reads if loader.reads != "file" else "snapshot",
            location=location,
            resolution="text",
            scope=scope_of(location.path),
            evidence=(location,),
        )
