"""What two sets of weights do differently, from the headers of their safetensors files: no tensor is fetched."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Lock

from ptmdeps.errors import PtmdepsError, UnsafeContent
from ptmdeps.hubs.description import RemoteFile
from ptmdeps.inspect.formats import file_format
from ptmdeps.inspect.safetensors_header import Tensor, read_header
from ptmdeps.paths import printable
from ptmdeps.upgrade.change import FileChange, TensorChange, WeightChange, WeightVerdict
from ptmdeps.upgrade.side import Side

MAX_HEADER = 32 * 1024 * 1024
"""Bytes of a header that is fetched: those of models with a hundred thousand tensors stay below 12 MB."""

MAX_HEADERS = 128 * 1024 * 1024
"""Bytes of all headers of one folder together."""

MAX_FILES = 400
"""Files of one folder of which the headers are read."""

MAX_NAMED = 20
"""Tensors that are named; of more, only the number is told."""

_HEADERS_AT_ONCE = 8
_LENGTH = 8

Table = Mapping[str, Tensor]


def weight_changes(
    changes: Iterable[FileChange], before: Side, after: Side
) -> tuple[tuple[WeightChange, ...], tuple[tuple[str, str], ...]]:
    """The weights of each folder whose files changed, and the files that could not be read, with reasons."""
    folders: dict[str, list[FileChange]] = defaultdict(list)
    for change in changes:
        if change.of == "weights" and not change.path.endswith(".json"):
            # the file at an address is filed under how it is read, which is no folder of anybody's
            folder = "" if after.described.key.hub == "url" else change.path.rpartition("/")[0]
            folders[folder].append(change)
    found, unread = [], []
    for folder, files in sorted(folders.items()):
        weights, problems = _of_folder(folder, files, before, after)
        found.append(weights)
        unread += problems
    return tuple(found), tuple(unread)


def _of_folder(
    folder: str, changes: list[FileChange], before: Side, after: Side
) -> tuple[WeightChange, list[tuple[str, str]]]:
    old = _files(before, (change.previous or change.path for change in changes if change.kind != "added"))
    new = _files(after, (change.path for change in changes if change.kind != "removed"))
    shape = WeightChange(
        folder=folder,
        verdict="unknown",
        formats=(_formats(old), _formats(new)),
        files=(len(old), len(new)),
        size=(sum(file.size for file in old), sum(file.size for file in new)),
    )
    if all(change.kind == "renamed" for change in changes):
        return replace(shape, verdict="renamed"), []
    tables: list[Table | None] = []
    unread: list[tuple[str, str]] = []
    for side, files in ((before, old), (after, new)):
        table, problems = _table(side, files)
        tables.append(table)
        unread += problems
    return _compared(shape, tables[0], tables[1]), unread


def _files(side: Side, paths: Iterable[str]) -> list[RemoteFile]:
    wanted = set(paths)
    return [file for file in side.described.files if file.path in wanted]


def _formats(files: Iterable[RemoteFile]) -> tuple[str, ...]:
    return tuple(sorted({file_format(file.path) for file in files}))


def _table(side: Side, files: list[RemoteFile]) -> tuple[Table | None, list[tuple[str, str]]]:
    """The tensors of all files together; ``None`` where they are not all safetensors that can be read."""
    if not files or _formats(files) != ("safetensors",):
        return None, []
    if len(files) > MAX_FILES:
        return None, [(files[0].path, f"more than {MAX_FILES} files of weights")]
    budget = _Budget(MAX_HEADERS)
    with ThreadPoolExecutor(min(_HEADERS_AT_ONCE, len(files)), thread_name_prefix="headers") as pool:
        answers = list(pool.map(lambda file: _header(side, file, budget), files))
    problems = [(file.path, answer) for file, answer in zip(files, answers, strict=True) if isinstance(answer, str)]
    if problems:
        return None, problems
    tensors = (tensor for answer in answers if not isinstance(answer, str) for tensor in answer)
    return {tensor.name: tensor for tensor in tensors}, []


class _Budget:
    """Bytes that may still be fetched; safe to share between threads."""

    def __init__(self, left: int) -> None:
        self._left = left
        self._lock = Lock()

    def take(self, count: int) -> bool:
        """Whether so much is left; it is taken off."""
        with self._lock:
            self._left -= count
            return self._left >= 0


def _header(side: Side, file: RemoteFile, budget: _Budget) -> tuple[Tensor, ...] | str:
    """The tensors of one file, or why they cannot be known."""
    try:
        with side.reader.open(side.described, file) as stream:
            length = int.from_bytes(stream.read(_LENGTH), "little")
            if length > MAX_HEADER or not budget.take(length):
                raise UnsafeContent(f"the header of `{printable(file.path)}` has {length:,} bytes")
            stream.seek(0)
            return read_header(stream, path=file.path, size=file.size).tensors
    except PtmdepsError as error:
        return error.message
    except OSError as error:
        return error.strerror or type(error).__name__


def _compared(shape: WeightChange, before: Table | None, after: Table | None) -> WeightChange:
    shape = replace(shape, parameters=(_parameters(before), _parameters(after)))
    if before is None or after is None:
        return shape
    both = before.keys() & after.keys()
    added, removed = after.keys() - before.keys(), before.keys() - after.keys()
    retyped = Counter((before[n].dtype, after[n].dtype) for n in both if before[n].dtype != after[n].dtype)
    reshaped = {name for name in both if before[name].shape != after[name].shape}
    different = added | removed | {name for name in both if before[name] != after[name]}
    verdict: WeightVerdict = "other-tensors" if different else "other-values"
    return replace(
        shape,
        verdict=verdict,
        added=len(added),
        removed=len(removed),
        retyped=tuple(sorted((old, new, count) for (old, new), count in retyped.items())),
        reshaped=len(reshaped),
        different=len(different),
        tensors=tuple(
            TensorChange(name=name, before=_shown(before.get(name)), after=_shown(after.get(name)))
            for name in sorted(different)[:MAX_NAMED]
        ),
    )


def _parameters(table: Table | None) -> int | None:
    return None if table is None else sum(tensor.parameters for tensor in table.values())


def _shown(tensor: Tensor | None) -> str | None:
    return None if tensor is None else f"{tensor.dtype} [{', '.join(map(str, tensor.shape))}]"
