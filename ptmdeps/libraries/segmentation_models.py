"""segmentation_models, of Keras: ``Unet("resnet34", encoder_weights="imagenet")``.

Read are the tables of backbones (``ModelsFactory`` of ``classification_models``, ``BackbonesFactory`` of
``segmentation_models``; 1.0.1) and where those backbones have their weights from: ``WEIGHTS_COLLECTION`` of
``image-classifiers`` 1.0.0, and what the functions of ``efficientnet`` 1.0.0, ``keras_applications`` 1.0.8 and
``segmentation_models`` itself would give ``get_file``. Those libraries are read where they are installed beside it; the
shipped table is made with the versions that the release asks for. Backbones have no classifier (``include_top=False``).

Names are ``resnet34@imagenet``; ``resnet34`` alone is ``imagenet``. Hashes are MD5, those of EfficientNet SHA-256. The
files lie in ``KERAS_HOME/models``.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from ptmdeps.libraries.keras_applications import entry_of
from ptmdeps.libraries.static import Modules
from ptmdeps.libraries.table import Entry, Names
from ptmdeps.libraries.tracing import Called, Tracer

_FACTORIES = (
    ("classification_models.models_factory", "ModelsFactory"),
    ("segmentation_models.backbones.backbones_factory", "BackbonesFactory"),
)
_BUILDERS = ("_models", "_models_update")
_DELETED = "_models_delete"
_COLLECTION = "classification_models.weights.WEIGHTS_COLLECTION"
_DEFAULT = "imagenet"
_SETS = (_DEFAULT, "noisy-student")
"""Sets of weights that functions know; those of the collection are written there."""


def read(modules: Modules) -> Names:
    """Return the weights of every backbone by ``name@set``, and by ``name`` those of ImageNet."""
    tracer = Tracer(modules, watched=("get_file",), answers={"image_data_format": "channels_last"})
    builders = dict(_builders(modules))
    found: dict[str, Entry] = {}
    for name, target in builders.items():
        found |= {f"{name}@{weights}": entry for weights, entry in _traced(tracer, target)}
    found |= {f"{name}@{weights}": entry for name, weights, entry in _collected(tracer) if name in builders}
    found |= {name: found[f"{name}@{_DEFAULT}"] for name in builders if f"{name}@{_DEFAULT}" in found}
    return {name: (entry,) for name, entry in found.items()}


def _builders(modules: Modules) -> Iterator[tuple[str, str]]:
    """Yield the backbones that the last table leaves, and the dotted names of the functions that build them."""
    found: dict[str, str] = {}
    for module, name in _FACTORIES:
        source = modules.source(module)
        owner = source.bound.get(name) if source else None
        tables = dict(_tables(owner)) if isinstance(owner, ast.ClassDef) else {}
        for table in _BUILDERS:
            for key, target in _functions(tables.get(table)):
                statement = source.bound.get(target.partition(".")[0]) if source else None
                if source and isinstance(statement, ast.Import | ast.ImportFrom):
                    first, _, rest = target.partition(".")
                    found[key] = f"{source.target(statement, first)}.{rest}"
        deleted = tables.get(_DELETED)
        for one in deleted.elts if isinstance(deleted, ast.List) else ():
            found.pop(str(getattr(one, "value", "")), None)
    yield from found.items()


def _tables(owner: ast.ClassDef) -> Iterator[tuple[str, ast.expr]]:
    for statement in owner.body:
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                yield name, value


def _functions(table: ast.expr | None) -> Iterator[tuple[str, str]]:
    """Yield ``"resnet34": [rn.ResNet34, rn.preprocess_input]`` as ``resnet34``, ``rn.ResNet34``."""
    if isinstance(table, ast.Dict):
        for key, value in zip(table.keys, table.values, strict=True):
            match key, value:
                case ast.Constant(value=str(name)), ast.List(elts=[ast.Attribute() as function, *_]):
                    yield name, ast.unparse(function)


def _traced(tracer: Tracer, target: str) -> Iterator[tuple[str, Entry]]:
    for weights in _SETS:
        for call in tracer.calls(target, {"include_top": False, "weights": weights, "input_tensor": None}):
            if entry := entry_of(call):
                yield weights, entry


def _collected(tracer: Tracer) -> Iterator[tuple[str, str, Entry]]:
    collection = tracer.value(_COLLECTION)
    for one in collection if isinstance(collection, list) else ():
        match one:
            case {"model": str(name), "dataset": str(weights), "include_top": False}:
                if entry := _listed(one):
                    yield name, weights, entry


def _listed(said: Mapping[str, object]) -> Entry | None:
    return entry_of(Called("get_file", (said.get("name"), said.get("url")), {"file_hash": said.get("md5")}))
