"""From a document to what it loads: described objects first, then the schema's fields, then what only looks so."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ptmdeps.scan.configurations.interpolation import resolved
from ptmdeps.scan.configurations.names import Wish, address_in, name_in
from ptmdeps.scan.configurations.objects import objects_in, outcomes_of_object
from ptmdeps.scan.configurations.place import Place, files_in
from ptmdeps.scan.configurations.schema import Field, Schema
from ptmdeps.scan.configurations.schemas import NOT_CONFIGURATIONS, SCHEMAS
from ptmdeps.scan.configurations.telling import name_told, plain_text, telling_of
from ptmdeps.scan.configurations.tree import Leaf, Mapping, Node, Scalar, Sequence, leaves_of, mappings_of
from ptmdeps.scan.identifiers import HubName, LocalPath, NoName
from ptmdeps.scan.references import Outcome

_REF_KEYS = ("model_revision", "revision", "hf_revision", "tokenizer_revision")
_FILE_KEYS = ("filename", "hf_file", "file")
_RECORDS = 20


def outcomes_of_document(path: str, document: Node) -> Iterator[Outcome]:
    """Yield what one document of a file loads."""
    if any(schema.describes(path, document) for schema in NOT_CONFIGURATIONS) or _is_data(path, document):
        return
    described = [item for mapping in mappings_of(document) for item in objects_in(mapping)]
    taken: set[int] = set()
    for item in described:
        taken.update(id(node) for node in item.arguments_of_models())
        yield from outcomes_of_object(path, item, document)
    fields = [(schema, field) for schema in SCHEMAS if schema.describes(path, document) for field in schema.fields]
    for leaf in leaves_of(document):
        if leaf.value.text and id(leaf.value) not in taken:
            yield from _of_leaf(path, leaf, fields, document)


def _is_data(path: str, document: Node) -> bool:
    """Whether a document is a list of many records and not a configuration."""
    if not path.endswith(".json"):
        return False
    return isinstance(document, Sequence) and (
        len(document.items) > _RECORDS or not any(isinstance(item, Mapping) for item in document.items)
    )


def _of_leaf(path: str, leaf: Leaf, fields: list[tuple[Schema, Field]], root: Node) -> Iterator[Outcome]:
    holding = [(schema, field) for schema, field in fields if field.holds(leaf)]
    if holding:
        first = holding[0][0]
        for schema, field in holding:
            if schema is first:
                yield from _of_field(path, leaf, schema, field, root)
        return
    if telling := telling_of(leaf):
        value = resolved(leaf.value, root)
        told = name_told(Leaf(path=leaf.path, value=value, parent=leaf.parent), telling)
        if told:
            keys = [key for key in leaf.path if key != "[]"]
            place = Place(
                path=path, line=value.line, loader=f"configuration key `{keys[-1]}`", reads=telling.reads, soft=True
            )
            ref = next((text for key in _REF_KEYS if (text := _beside(leaf.parent, key))), "")
            yield place.reference(told[0], told[1], ref, _files_beside(leaf.parent))
            return
    if not leaf.is_key and (address := address_in(leaf.value.text)):
        place = Place(path=path, line=leaf.value.line, loader="address of weights", reads="file", soft=True)
        yield place.reference(address, "model")


def _of_field(path: str, leaf: Leaf, schema: Schema, field: Field, root: Node) -> Iterator[Outcome]:
    value = resolved(leaf.value, root)
    if field.inside:
        inner = re.fullmatch(field.inside, value.text, re.DOTALL)
        if inner is None:
            return
        value = resolved(Scalar(inner[1], value.line), root)
    if not value.text:
        return
    key = ".".join(part for part in leaf.path[: -1 if leaf.is_key else None] if part != "[]")
    ref_key, ref = next(
        ((key, node.text) for key in field.ref.split("|") if isinstance(node := leaf.parent.at(key), Scalar)),
        (field.ref.partition("|")[0], ""),
    )
    place = Place(path=path, line=value.line, loader=f"{schema.name}: {key}", reads=field.reads, keyword=ref_key)
    named = name_in(value.text, Wish(hub=field.hub, kind=field.kind, notation=field.notation, bare=field.bare))
    match named:
        case HubName():
            files = files_in(leaf.parent.get(field.files)) if field.files else ()
            yield place.reference(named, field.kind, ref, files)
        case LocalPath() if field.kind == "model" and field.hub == "huggingface":
            yield place.local(value.text)
        case NoName(reason=reason) if field.kind == "model" and field.hub == "huggingface":
            yield place.unresolved(reason, value.text)


def _beside(parent: Mapping, key: str) -> str:
    return parent.text(key) or plain_text(parent, key)


def _files_beside(parent: Mapping) -> tuple[str, ...]:
    named = (files_in(parent.get(key)) for key in _FILE_KEYS)
    return next((files for files in named if files and "." in files[0] and not files[0].startswith(("/", "."))), ())
