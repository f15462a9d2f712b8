"""open_clip: ``create_model(architecture, pretrained=tag)``.

Read is ``_PRETRAINED`` of ``open_clip/pretrained.py`` of 2.0 to 3.3: for each architecture and tag ``url``, and
``hf_hub`` as ``owner/name/file``, or ``owner/name/`` for the file that open_clip looks for itself. A repository goes
before an address since ``download_pretrained`` has ``prefer_hf_hub`` (2.29), before that it was the other way round.
A file from an address lies below ``~/.cache/clip``; its folder (OpenAI) or the end of its name (open_clip's own
releases) is its SHA-256.

The description of an architecture (``open_clip/model_configs/*.json``) may name a text model of transformers, of which
the configuration is read (``hf_model_name``), and a tokenizer (``hf_tokenizer_name``): those are entries after the
weights. Names are ``architecture/tag``.
"""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator, Mapping
from typing import Any

from ptmdeps.libraries.clip import of_openai
from ptmdeps.libraries.module_run import ModuleRun
from ptmdeps.libraries.reading import at_address, in_repository, prefix_in
from ptmdeps.libraries.static import Modules
from ptmdeps.libraries.table import Entries, Entry, Names

_MODULE = "open_clip.pretrained"
_CONFIGURATIONS = "open_clip/model_configs"


def spellings(name: str, ref: str) -> Iterator[str]:
    """Yield ``architecture/tag`` as the library itself cleans both: ``ViT-B/32`` and ``Laion2B-E16`` are spellings."""
    architecture, _, tag = (name, "", ref) if ref else name.rpartition("/")
    yield f"{architecture.replace('/', '-')}/{tag.lower().replace('-', '_')}"


def read(modules: Modules) -> Names:
    """Return the weights of each architecture and tag, and what its text model needs besides."""
    table = ModuleRun(modules).module(_MODULE).names.get("_PRETRAINED")
    repositories_first = _prefers_repositories(modules.tree(_MODULE))
    names: dict[str, Entries] = {}
    for architecture, tags in table.items() if isinstance(table, dict) else ():
        besides = tuple(_besides(modules, architecture)) if isinstance(architecture, str) else ()
        for tag, configuration in tags.items() if isinstance(tags, dict) else ():
            entries = tuple(_weights(configuration, repositories_first=repositories_first))
            if entries:
                names[f"{architecture}/{tag}"] = (*entries, *besides)
    return names


def _prefers_repositories(tree: ast.Module | None) -> bool:
    functions = [one for one in (tree.body if tree else ()) if isinstance(one, ast.FunctionDef)]
    parameters = [one.arg for function in functions for one in function.args.args]
    return "prefer_hf_hub" in parameters


def _weights(configuration: object, *, repositories_first: bool) -> Iterator[Entry]:
    known = configuration if isinstance(configuration, dict) else {}
    address, repository = known.get("url"), known.get("hf_hub")
    if isinstance(repository, str) and repository and (repositories_first or not address):
        name, _, file = repository.rpartition("/")
        yield in_repository(name, reads="open-clip", files=(file,) if file else ())
    elif isinstance(address, str) and address:
        yield _at_address(address)


def _at_address(address: str) -> Entry:
    """Return the entry of a file as ``download_pretrained_from_url`` checks it."""
    if "openaipublic" in address:
        return of_openai(address)
    return at_address(address, reads="clip", digest=prefix_in(address) if "mlfoundations" in address else "")


def _besides(modules: Modules, architecture: str) -> Iterator[Entry]:
    # some versions describe the architectures with another activation only once
    for name in (architecture, architecture.removesuffix("-quickgelu")):
        if text := _text_model(modules.data(f"{_CONFIGURATIONS}/{name}.json")):
            if model := _name(text, "hf_model_name"):
                yield in_repository(model, reads="configuration")
            if tokenizer := _name(text, "hf_tokenizer_name"):
                yield in_repository(tokenizer, reads="tokenizer")
            return


def _text_model(data: bytes | None) -> Mapping[str, Any]:
    try:
        document = json.loads(data or b"{}")
    except (ValueError, RecursionError):
        return {}
    text = document.get("text_cfg") if isinstance(document, dict) else None
    return text if isinstance(text, dict) else {}


def _name(text: Mapping[str, Any], key: str) -> str:
    value = text.get(key)
    return value if isinstance(value, str) else ""
