"""flair: ``SequenceTagger.load("ner")``, ``FlairEmbeddings("news-forward")``, ``WordEmbeddings("glove")``.

Followed are the functions that look a name up (0.11 to 0.15.1): ``_fetch_model`` of the classes of ``flair/models``,
and the constructors of embeddings in ``flair/embeddings``. They give ``cached_path`` an address, whose file is kept in
a folder of ``~/.flair``, or ``hf_download`` a repository, of which they take ``pytorch_model.bin``; its cache is
``~/.flair/models/<name>``, not the one of the Hugging Face Hub. flair knows no hashes.

The names that are tried are the texts that stand in these functions, and the languages of word embeddings: which of
those the server really has, the library does not say. A linker stands for two repositories: which one is loaded depends
on whether ``pyab3p`` is installed.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from ptmdeps.libraries.reading import at_address, in_repository
from ptmdeps.libraries.static import Modules
from ptmdeps.libraries.table import Entries, Entry, Names
from ptmdeps.libraries.tracing import Function, Tracer

_READS = "flair"
_REPOSITORY_FILES = ("pytorch_model.bin",)
_WATCHED = ("cached_path", "hf_download")
_NAME = re.compile(r"[A-Za-z0-9][\w.-]{0,60}", re.ASCII)
_EMBEDDINGS = {
    "WordEmbeddings": (("resolve_precomputed_path", "__init__"), "embeddings"),
    "FlairEmbeddings": (("__init__",), "model"),
}
"""Classes of embeddings, the methods of which the first that is there looks names up, and the parameter for them."""

_LANGUAGES = (
    *("ar", "bg", "ca", "cs", "cz", "da", "de", "el", "en", "es", "et", "eu", "fa", "fi", "fr", "he", "hi", "hr", "hu"),
    *("id", "it", "ja", "ko", "nl", "no", "pl", "pt", "ro", "ru", "si", "sk", "sl", "sr", "sv", "tr", "uk", "vi", "zh"),
)
"""Languages of word embeddings, https://flairnlp.github.io/docs/tutorial-embeddings/classic-word-embeddings."""

_SPECS: tuple[object, ...] = (True, None)
"""What looking for ``pyab3p`` gives (``importlib.util.find_spec``): something, or nothing."""


@dataclass(frozen=True, slots=True)
class _Lookup:
    """A function that looks names up.

    Attributes:
        function: its dotted name.
        parameter: which takes the name.
        names: those to try.
        asks: whether it asks for what is installed.
    """

    function: str
    parameter: str
    names: tuple[str, ...]
    asks: bool = False


def spellings(name: str, ref: str) -> Iterator[str]:
    """A name of a tagger is looked up as it is written, one of embeddings in small letters."""
    del ref
    yield name
    if name != name.lower():
        yield name.lower()


def read(modules: Modules) -> Names:
    """Return the files and repositories of all names; those of embeddings go before those of taggers."""
    first, *others = (Tracer(modules, watched=_WATCHED, answers={"exists": False, "find_spec": one}) for one in _SPECS)
    names: dict[str, Entries] = {}
    for lookup in (*_of_embeddings(modules), *_of_models(modules)):
        tracers = (first, *others) if lookup.asks else (first,)
        for name in lookup.names:
            found = [entry for tracer in tracers for entry in _entries(tracer, lookup, name)]
            if found:
                names.setdefault(name, tuple(dict.fromkeys(found)))
    return names


def _of_embeddings(modules: Modules) -> Iterator[_Lookup]:
    for module in modules.children("flair.embeddings"):
        for name, (methods, parameter) in _EMBEDDINGS.items():
            functions = _methods(modules, module, name)
            function = next((functions[one] for one in methods if one in functions), None)
            if function is not None and parameter in [one.arg for one in function.args.args]:
                names = tuple(sorted({*_texts(function), *_languages(), *_longer(modules, module, function)}))
                yield _Lookup(f"{module}.{name}.{function.name}", parameter, names)


def _of_models(modules: Modules) -> Iterator[_Lookup]:
    for module in modules.children("flair.models"):
        source = modules.source(module)
        for name in source.bound if source else ():
            function = _methods(modules, module, name).get("_fetch_model")
            if function is not None and function.args.args:
                parameter = function.args.args[0].arg
                asks = any(isinstance(node, ast.Attribute) and node.attr == "find_spec" for node in ast.walk(function))
                yield _Lookup(f"{module}.{name}._fetch_model", parameter, tuple(sorted(_texts(function))), asks)


def _methods(modules: Modules, module: str, name: str) -> dict[str, Function]:
    source = modules.source(module)
    owner = source.bound.get(name) if source else None
    body = owner.body if isinstance(owner, ast.ClassDef) else []
    return {one.name: one for one in body if isinstance(one, Function)}


def _texts(node: ast.AST) -> Iterator[str]:
    """Yield the texts in a function that can be names."""
    constants = (one.value for one in ast.walk(node) if isinstance(one, ast.Constant))
    return (text for text in constants if isinstance(text, str) and _NAME.fullmatch(text))


def _languages() -> Iterator[str]:
    return (f"{language}{kind}" for language in _LANGUAGES for kind in ("", "-wiki", "-crawl"))


def _longer(modules: Modules, module: str, function: Function) -> Iterator[str]:
    """Yield names with the name of a language in place of its code: ``german-forward`` is ``de-forward``."""
    source = modules.source(module)
    replacing = source.bound.get("replace_with_language_code") if source else None
    for node in ast.walk(replacing) if replacing else ():
        match node:
            case ast.Call(
                func=ast.Attribute(attr="replace"), args=[ast.Constant(value=str(name)), ast.Constant(value=str(code))]
            ):
                yield from (name + one.removeprefix(code) for one in _texts(function) if one.startswith(code))


def _entries(tracer: Tracer, lookup: _Lookup, name: str) -> Iterator[Entry]:
    for call in tracer.calls(lookup.function, {lookup.parameter: name}):
        address, folder = call.text(0, "url_or_filename"), call.text(1, "cache_dir")
        if call.name == "cached_path" and "://" in address:
            file = address.rpartition("/")[2]
            yield at_address(address, reads=_READS, file=f"{folder}/{file}" if folder else "")
        elif call.name == "hf_download" and call.text(0, "model_name") != name:
            repository, _, ref = call.text(0, "model_name").partition("@")
            yield in_repository(repository, reads=_READS, ref=ref, files=_REPOSITORY_FILES)
