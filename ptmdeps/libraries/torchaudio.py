"""torchaudio: the bundles of ``torchaudio.pipelines``.

Read are the modules of ``torchaudio/pipelines`` of 0.10 to 2.11. A bundle is a constant whose fields name its files:

- ``_path`` (wav2vec 2.0 and its kin), ``_tacotron2_path``, ``_wavernn_path``: below
  https://download.pytorch.org/torchaudio/models/, or an address; PyTorch Hub keeps them with its checkpoints.
- ``_rnnt_path``, ``_global_stats_path``, ``_sp_model_path``, ``_model_path``: below
  https://download.pytorch.org/torchaudio/; ``torchaudio.utils._download_asset`` keeps them in the folder
  ``torchaudio`` of PyTorch Hub. ``_path`` of a class that calls this function (Squim since 2.5) is one in ``models/``.

A bundle that speaks from phonemes has the model of its phonemizer as well. torchaudio knows no hashes.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from ptmdeps.libraries.module_run import ModuleRun
from ptmdeps.libraries.reading import at_address, of_torch
from ptmdeps.libraries.static import Modules
from ptmdeps.libraries.table import Entries, Entry, Names

_PIPELINES = "torchaudio.pipelines"
_SPEECH = f"{_PIPELINES}._tts"
_ROOT = "https://download.pytorch.org/torchaudio/"
_CHECKPOINTS = ("_path", "_tacotron2_path", "_wavernn_path")
_ASSETS = ("_rnnt_path", "_global_stats_path", "_sp_model_path", "_model_path")
_DOWNLOADS = ("download_asset", "_download_asset")
_DEEPEST = 5
"""Classes that are derived from one another."""

_PHONEMES = "Phone"
"""Part of the names of classes whose bundles speak from phonemes."""


def spellings(name: str, ref: str) -> Iterator[str]:
    """A bundle has one name, and nothing else to choose."""
    del ref
    yield name


def read(modules: Modules) -> Names:
    """Return the files of every bundle, in the order of its fields."""
    run = ModuleRun(modules, watched=("download_url_to_file", "_load_phonemizer"))
    parsed = {module: tree for module in _modules(modules) if (tree := modules.tree(module))}
    classes = {node.name: node for tree in parsed.values() for node in tree.body if isinstance(node, ast.ClassDef)}
    phonemizer = tuple(_phonemizer(run))
    names: dict[str, Entries] = {}
    for module, tree in parsed.items():
        for node in tree.body:
            match node:
                case ast.Assign(targets=[ast.Name(id=name)], value=ast.Call(func=ast.Name(id=kind)) as call):
                    entries = tuple(_files(run, module, call, classes))
                    names[name] = (*entries, *phonemizer) if _PHONEMES in kind else entries
    return {name: entries for name, entries in names.items() if entries}


def _modules(modules: Modules) -> Iterator[str]:
    for module in modules.children(_PIPELINES):
        yield module
        yield from modules.children(module)


def _stores(node: ast.ClassDef) -> bool:
    """Whether a class fetches its ``_path`` as an asset."""
    calls = (one.func for one in ast.walk(node) if isinstance(one, ast.Call))
    return any(isinstance(call, ast.Attribute) and call.attr in _DOWNLOADS for call in calls)


def _files(run: ModuleRun, module: str, call: ast.Call, classes: Mapping[str, ast.ClassDef]) -> Iterator[Entry]:
    kind = getattr(call.func, "id", "")
    for name, value in _fields(call, kind, classes):
        path = run.expression(value, module) if name in (*_CHECKPOINTS, *_ASSETS) else None
        if not isinstance(path, str):
            continue
        if name in _ASSETS:
            yield _asset(path)
        elif kind in classes and _stores(classes[kind]):
            yield _asset(f"models/{path}")
        else:
            yield of_torch(path if path.startswith("https:") else f"{_ROOT}models/{path}")


def _fields(call: ast.Call, kind: str, classes: Mapping[str, ast.ClassDef]) -> Iterator[tuple[str, ast.expr]]:
    """Yield the fields of a dataclass that a call fills, by position or by keyword."""
    yield from zip(_field_names(kind, classes, _DEEPEST), call.args, strict=False)
    yield from ((one.arg, one.value) for one in call.keywords if one.arg)


def _field_names(kind: str, classes: Mapping[str, ast.ClassDef], depth: int) -> list[str]:
    """Return the names of the fields, those of the bases first: the last base before the one before it."""
    node = classes.get(kind)
    if node is None or not depth:
        return []
    bases = [base.id for base in reversed(node.bases) if isinstance(base, ast.Name)]
    inherited = [name for base in bases for name in _field_names(base, classes, depth - 1)]
    own = [one.target.id for one in node.body if isinstance(one, ast.AnnAssign) and isinstance(one.target, ast.Name)]
    return list(dict.fromkeys([*inherited, *own]))


def _asset(key: str) -> Entry:
    return at_address(_ROOT + key, reads="torchaudio", file=key)


def _phonemizer(run: ModuleRun) -> Iterator[Entry]:
    """Yield the model that turns English text into phonemes: what its processor hands to the function that fetches."""
    for call in run.calls(f"{_SPEECH}.impl._EnglishPhoneProcessor.__init__", {}):
        file = call.text(0, "file")
        fetched = run.calls(f"{_SPEECH}.utils._load_phonemizer", {"file": file}) if file else ()
        yield from (of_torch(address) for one in fetched if (address := one.text(0, "url")))
