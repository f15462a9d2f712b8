"""What two sets of weights do differently, from the headers of their files: no tensor is fetched."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from ptmdeps.hubs.description import RemoteFile
from ptmdeps.inspect.formats import WEIGHT_FORMATS, file_format
from ptmdeps.inspect.safetensors_header import Tensor
from ptmdeps.upgrade.change import (
    FileChange,
    KeyChange,
    TensorChange,
    TextChange,
    VocabularyChange,
    WeightChange,
    WeightVerdict,
)
from ptmdeps.upgrade.headers import Header, Headers, readable
from ptmdeps.upgrade.keys import key_changes
from ptmdeps.upgrade.side import Side
from ptmdeps.upgrade.texts import text_change
from ptmdeps.upgrade.vocabularies import Vocabulary, vocabulary_change

MAX_NAMED = 20
"""Tensors that are named; of more, only the number is told."""

_PART = re.compile(r"-\d{5}-of-\d{5}")

Table = Mapping[str, Tensor]


@dataclass(slots=True, kw_only=True)
class Weighed:
    """What was found out of weights: the changes by folder, and what else stands in their headers.

    ``unread`` are files that could not be read, each with the reason.
    """

    weights: list[WeightChange] = field(default_factory=list)
    keys: list[KeyChange] = field(default_factory=list)
    more_keys: list[tuple[str, int]] = field(default_factory=list)
    vocabularies: list[VocabularyChange] = field(default_factory=list)
    texts: list[TextChange] = field(default_factory=list)
    unread: list[tuple[str, str]] = field(default_factory=list)


def weigh(changes: Iterable[FileChange], before: Side, after: Side) -> Weighed:
    """The weights of each folder whose files changed."""
    found = Weighed()
    weights = [change for change in changes if change.of == "weights" and not change.path.endswith(".json")]
    for folder, files in sorted(_grouped(weights, one=after.described.key.hub == "url").items()):
        _Folder(folder, files, before, after).weigh(found)
    return found


def _grouped(changes: Sequence[FileChange], *, one: bool) -> Mapping[str, list[FileChange]]:
    """By folder; of GGUF, of which a folder holds a file for each way to quantize, by the names of those as well.

    The file at an address is filed under how it is read, which is no folder of anybody's: all those are ``one``.
    """
    found: dict[str, list[FileChange]] = defaultdict(list)
    for change in changes:
        path = change.path
        apart = change.kind == "changed" and file_format(path) == "gguf"
        folder = _PART.sub("", path.removesuffix(".gguf")) if apart else path.rpartition("/")[0]
        found["" if one else folder].append(change)
    if len(found) == 1 and "gguf" in {file_format(change.path) for change in changes}:
        return {changes[0].path.rpartition("/")[0]: list(changes)}
    return found


class _Folder:
    """The weights of one folder, at both revisions."""

    def __init__(self, folder: str, changes: Sequence[FileChange], before: Side, after: Side) -> None:
        self._folder = folder
        self._changes = changes
        self._sides = (before, after)
        # what was only renamed needs no look: it has the same tensors on both sides
        differing = [change for change in changes if change.kind != "renamed"]
        self._old = _files(before, (change.path for change in differing if change.kind != "added"))
        self._new = _files(after, (change.path for change in differing if change.kind != "removed"))

    def weigh(self, found: Weighed) -> None:
        old = _files(self._sides[0], (c.previous or c.path for c in self._changes if c.kind != "added"))
        new = _files(self._sides[1], (c.path for c in self._changes if c.kind != "removed"))
        change = WeightChange(
            folder=self._folder,
            verdict="unknown",
            formats=(_formats(old), _formats(new)),
            files=(len(old), len(new)),
            size=(sum(file.size for file in old), sum(file.size for file in new)),
            same_files=self._same_files(),
        )
        if not self._old and not self._new:
            found.weights.append(replace(change, verdict="renamed"))
            return
        reader = Headers()
        headers = [reader.read(side, files) for side, files in self._readable()]
        found.unread += [(path, why) for read in headers for path, why in sorted(read.items()) if isinstance(why, str)]
        known = [{path: it for path, it in read.items() if isinstance(it, Header)} for read in headers]
        _beside_the_tensors(known[0], known[1], found)
        whole = [
            bool(files) and len(files) == len(read) for files, read in zip((self._old, self._new), known, strict=True)
        ]
        tables = [read if complete else None for read, complete in zip(known, whole, strict=True)]
        found.weights.append(_compared(change, tables[0], tables[1]))

    def _readable(self) -> Iterator[tuple[Side, list[RemoteFile]]]:
        """The files of each side, where all of them have headers that are read."""
        for side, files in zip(self._sides, (self._old, self._new), strict=True):
            yield side, files if readable(files) else []

    def _same_files(self) -> int:
        """Files of weights in the folder that both sides have alike, as far as they are taken."""
        before, after = self._sides
        changed = {change.path for change in self._changes}
        taken = before.paths
        old = {file.path for file in before.described.files}
        return sum(
            file.path in old
            and file.path not in changed
            and (taken is None or file.path in taken)
            and file.path.rpartition("/")[0] == self._folder
            and file_format(file.path) in WEIGHT_FORMATS
            for file in after.described.files
        )


def _files(side: Side, paths: Iterable[str]) -> list[RemoteFile]:
    wanted = set(paths)
    return [file for file in side.described.files if file.path in wanted]


def _formats(files: Iterable[RemoteFile]) -> tuple[str, ...]:
    return tuple(sorted({file_format(file.path) for file in files}))


def _beside_the_tensors(before: Mapping[str, Header], after: Mapping[str, Header], found: Weighed) -> None:
    """Metadata, tokenizer and chat template of files that are on both sides, or of the only one of each."""
    pairs = [(path, before[path], after[path]) for path in sorted(before.keys() & after.keys())]
    if not pairs and len(before) == len(after) == 1:
        (old,), ((path, new),) = before.values(), after.items()
        pairs = [(path, old, new)]
    for path, old, new in pairs:
        keys, more = key_changes(path, old.metadata, new.metadata)
        found.keys += keys
        found.more_keys += [(path, more)] if more else []
        if old.vocabulary or new.vocabulary:
            tokens = vocabulary_change(path, old.vocabulary or Vocabulary(), new.vocabulary or Vocabulary())
            found.vocabularies += [tokens] if tokens else []
        if old.template != new.template:
            found.texts.append(text_change(f"{path}#chat_template", "chat-template", old.template, new.template))


def _compared(
    shape: WeightChange, before: Mapping[str, Header] | None, after: Mapping[str, Header] | None
) -> WeightChange:
    shape = replace(shape, parameters=(_parameters(before), _parameters(after)))
    if before is None or after is None:
        return shape
    old, new = _table(before), _table(after)
    both = old.keys() & new.keys()
    added, removed = new.keys() - old.keys(), old.keys() - new.keys()
    retyped = Counter((old[n].dtype, new[n].dtype) for n in both if old[n].dtype != new[n].dtype)
    reshaped = {name for name in both if old[name].shape != new[name].shape}
    different = added | removed | {name for name in both if old[name] != new[name]}
    was, is_ = _places(before), _places(after)
    same_headers = sum(before[path].digest == after[path].digest for path in before.keys() & after.keys())
    return replace(
        shape,
        verdict=_verdict(different=bool(different), certain=bool(same_headers)),
        added=len(added),
        removed=len(removed),
        retyped=tuple(sorted((first, second, count) for (first, second), count in retyped.items())),
        reshaped=len(reshaped),
        different=len(different),
        moved=sum(was[name] != is_[name] for name in both - different),
        same_headers=same_headers,
        tensors=tuple(
            TensorChange(name=name, before=_shown(old.get(name)), after=_shown(new.get(name)))
            for name in sorted(different)[:MAX_NAMED]
        ),
    )


def _verdict(*, different: bool, certain: bool) -> WeightVerdict:
    """A file that changed under the same header has other values; under another, they may only be in another order."""
    if different:
        return "other-tensors"
    return "other-values" if certain else "rearranged"


def _table(headers: Mapping[str, Header]) -> Table:
    return {tensor.name: tensor for header in headers.values() for tensor in header.tensors}


def _places(headers: Mapping[str, Header]) -> Mapping[str, str]:
    return {tensor.name: path for path, header in headers.items() for tensor in header.tensors}


def _parameters(headers: Mapping[str, Header] | None) -> int | None:
    return None if headers is None else sum(tensor.parameters for tensor in _table(headers).values())


def _shown(tensor: Tensor | None) -> str | None:
    return None if tensor is None else f"{tensor.dtype} [{', '.join(map(str, tensor.shape))}]"
