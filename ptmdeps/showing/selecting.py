"""Which files of a model are worth reading to show it."""

from __future__ import annotations

import posixpath
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator

from ptmdeps.inspect.formats import file_format
from ptmdeps.showing.evidence import CARD

CONFIGURATIONS = (
    "adapter_config.json",
    "config.json",
    "config_sentence_transformers.json",
    "generation_config.json",
    "model_index.json",
    "modules.json",
    "preprocessor_config.json",
    "processor_config.json",
    "quantize_config.json",
    "sentence_bert_config.json",
    "tokenizer_config.json",
)
"""Files of the root that libraries read before they load anything."""

REQUIREMENTS = "requirements.txt"
HUBCONF = "hubconf.py"
"""What PyTorch Hub executes to load a model of a repository."""

MAX_TEXT = 4 * 1024 * 1024
"""Largest small file that is read, in bytes: chat templates make the largest honest ones, of one or two megabytes."""

MAX_RESULTS = 20
"""Files of ``.eval_results/`` that are read."""

MAX_LICENSES = 10
"""Licence and notice files that are read."""

MAX_PICKLES = 8
"""Pickles of a model that is not locked that are looked into."""

_LICENSE = re.compile(r"(?:[\w-]*licen[cs]e|copying|copyright|notice)(?:[-_.][\w.-]{0,60})?", re.IGNORECASE)
_LICENSE_FORMATS = frozenset({"text", "markdown", "other"})
_SHARD = re.compile(r"(?P<stem>.+?)-\d{5}-of-\d{5}")
_STEMS = ("model", "diffusion_pytorch_model", "adapter_model", "pytorch_lora_weights")
_SENTENCE_MODULE = re.compile(r"\d+_\w+")
_ENDING = ".safetensors"


def small_files(paths: Iterable[str]) -> Iterator[str]:
    """The card, configurations, licence texts and results of evaluations among the files of a repository."""
    paths = tuple(paths)
    fixed = {CARD, REQUIREMENTS, *CONFIGURATIONS}
    yield from (path for path in paths if path in fixed)
    yield from license_texts(paths)[:MAX_LICENSES]
    yield from result_files(paths)[:MAX_RESULTS]


def license_texts(paths: Iterable[str]) -> list[str]:
    """Files of the root that by their name hold a licence or a notice."""
    return [path for path in paths if _LICENSE.fullmatch(path) and file_format(path) in _LICENSE_FORMATS]


def result_files(paths: Iterable[str]) -> list[str]:
    """Files with results of evaluations, as the hub reads them."""
    return [path for path in paths if path.startswith(".eval_results/") and path.endswith((".yaml", ".yml"))]


def pickle_files(paths: Iterable[str]) -> list[str]:
    """Files that by their name are pickles of weights."""
    return [path for path in paths if file_format(path) in {"pytorch", "pickle"}]


def one_copy(paths: Iterable[str]) -> tuple[str, ...]:
    """The safetensors files that one load reads: of each folder one variant with all its shards.

    A repository may hold its weights several times, and for several libraries: those in the root count, with the
    folders of the modules of sentence-transformers; of a pipeline of diffusers the folders, and of a repository
    without weights in its root all folders.
    """
    paths = tuple(paths)
    folders: dict[str, list[str]] = defaultdict(list)
    for path in paths:
        if path.endswith(_ENDING):
            folders[posixpath.dirname(path)].append(path)
    if "model_index.json" in paths and len(folders) > 1:
        folders.pop("", None)
    elif "" in folders:
        folders = {name: files for name, files in folders.items() if not name or _SENTENCE_MODULE.fullmatch(name)}
    return tuple(sorted(path for files in folders.values() for path in _variant(files)))


def _variant(files: Iterable[str]) -> list[str]:
    """Of the files of one folder those of the variant that is loaded if nothing else is said."""
    variants: dict[str, list[str]] = defaultdict(list)
    for path in files:
        name = posixpath.basename(path).removesuffix(_ENDING)
        shard = _SHARD.fullmatch(name)
        variants[shard["stem"] if shard else name].append(path)
    preferred = [stem for stem in _STEMS if stem in variants]
    chosen = preferred[0] if preferred else min(variants, key=lambda stem: (len(stem), stem))
    whole = next((path for path in variants[chosen] if path.endswith(f"{chosen}{_ENDING}")), None)
    return [whole] if whole else variants[chosen]
