"""stanza: which files ``stanza.Pipeline("en")`` reads.

Every version of stanza asks for the list of one version of its models, ``resources_1.15.0.json`` of
https://github.com/stanfordnlp/stanza-resources (``stanza/resources/common.py``, 1.0.0 to 1.15.0). It has the MD5 of
every model of a language by processor and package, which of them a package of the whole language (``default``) takes,
and which embeddings each of them needs. The files are in a repository of the Hugging Face Hub for each language.

stanza keeps them as ``<language>/<processor>/<package>.pt`` beside the list, ``resources.json``, in
``STANZA_RESOURCES_DIR``. Transformers that a model is built on are not in the list: only the model itself names them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from ptmdeps.identity import ModelKey
from ptmdeps.libraries.lists import broken, table_at, table_in, text_at, unknown, without_fault
from ptmdeps.libraries.reading import at_address
from ptmdeps.libraries.static import Modules
from ptmdeps.libraries.table import Entries, Entry, Names

RESOURCES = "resources.json"
"""The name under which the table of stanza has the address of the list."""

_LISTS = "https://raw.githubusercontent.com/stanfordnlp/stanza-resources/main"
_WHAT = "the list of stanza's models"
_READS = "stanza"
_DEFAULT = "default"
_MAXIMUM_ALIASES = 4
_VERSION = re.compile(r"resources_(\d[0-9.]{0,20})\.json")
_HUGGING_FACE = re.compile(r"https://huggingface\.co/([\w.-]+/[\w.-]+)/resolve/([\w.-]+)/([^?#]+)", re.ASCII)
_EMBEDDINGS = ("pretrain", "forward_charlm", "backward_charlm")
_NO_PROCESSORS = frozenset({*_EMBEDDINGS, "default_processors", "default_dependencies", "packages"})

_Model = tuple[str, str]
"""A processor, or a kind of embeddings, and a package of it."""


def read(modules: Modules) -> Names:
    """Return the address of the list that a version of stanza asks for."""
    names = ("stanza._version.__resources_version__", "stanza.__resources_version__")
    version = next((found.text for one in names if (found := modules.text(one))), "")
    address = f"{_LISTS}/resources_{version}.json"
    return {RESOURCES: (at_address(address, reads=_READS, file=RESOURCES),)} if _VERSION.search(address) else {}


def entries_of(data: bytes, name: str, address: str) -> Entries:
    """Return the files of ``language`` or ``language/package``, those it needs included, sorted.

    Args:
        data: the list.
        name: as a scan gives it.
        address: of the list, which tells the version of the models.

    Raises:
        UnsafeContent: the list is none, or names something that must not be followed.
        UnknownName: it has no such language or package.
    """
    document = table_in(data, _WHAT)
    version = _VERSION.search(address)
    if version is None:
        raise broken(_WHAT, f"`{address[:200]}` does not tell its version")
    asked, _, package = name.lower().partition("/")
    language = _language(document, asked)
    said = table_at(document, language)
    package = package or _DEFAULT
    models = _models(said, package)
    if not models:
        raise unknown(package, f"{_WHAT} for `{asked}`", table_at(said, "packages"))
    template = text_at(document, "url")
    entries = (_entry(template, version[1], language, model, said) for model in _with_needed(said, models))
    return without_fault(tuple(entries), _WHAT)


def _language(document: Mapping[str, object], asked: str) -> str:
    """Return the code of a language that is asked for by its code or by another name."""
    language = asked
    for _ in range(_MAXIMUM_ALIASES):
        said = table_at(document, language)
        if not said:
            raise unknown(asked, _WHAT, (one for one in document if table_at(document, one)))
        if "alias" not in said:
            return language
        language = text_at(said, "alias")
    raise broken(_WHAT, f"`{asked[:100]}` is another name for itself")


def _models(said: Mapping[str, object], package: str) -> list[_Model]:
    """Return the models of a package: one of the whole language, or what has that name in every processor."""
    whole = table_at(said, "packages", package)
    if not whole and package == _DEFAULT:
        whole = table_at(said, "default_processors")
    if whole:
        named = [(processor, one) for processor, one in whole.items() if isinstance(one, str)]
    else:
        named = [(processor, package) for processor in said if processor not in _NO_PROCESSORS]
    return [model for model in named if _has(said, model)]


def _with_needed(said: Mapping[str, object], models: list[_Model]) -> list[_Model]:
    """Return models and the embeddings that they need, sorted."""
    found: set[_Model] = set()
    pending = list(models)
    while pending:
        model = pending.pop()
        if model not in found and _has(said, model):
            found.add(model)
            pending += _needed(said, model)
    return sorted(found)


def _has(said: Mapping[str, object], model: _Model) -> bool:
    return model[1] in table_at(said, model[0])


def _needed(said: Mapping[str, object], model: _Model) -> Iterator[_Model]:
    older = table_at(said, "default_dependencies").get(model[0])
    needed = table_at(said, *model).get("dependencies", older)
    for one in needed if isinstance(needed, list) else ():
        match one:
            case {"model": str(kind), "package": str(package)}:
                yield kind, package


def _entry(template: str, version: str, language: str, model: _Model, said: Mapping[str, object]) -> Entry:
    file = "/".join(model) + ".pt"
    known = text_at(table_at(said, *model), "md5")
    digest = f"md5:{known}" if known else ""
    address = _address(template, version, language, file)
    match = _HUGGING_FACE.fullmatch(address)
    if match is None:
        return at_address(address, reads=_READS, digest=digest, file=f"{language}/{file}")
    return Entry(key=ModelKey("huggingface", match[1]), ref=match[2], reads=_READS, files=(match[3],), hash=digest)


def _address(template: str, version: str, language: str, file: str) -> str:
    if "{filename}" not in template:  # 1.0.0
        return f"{template}/{version}/{language}/{file}"
    address = template.replace("{resources_version}", version).replace("{lang}", language)
    return address.replace("{filename}", file)
