"""torchvision: builders of ``torchvision.models`` and the enumerations of their weights.

Read are the modules of ``torchvision/models`` of 0.9 to 0.29.2. Since 0.13 the weights of a builder are the members of
an enumeration (``class ResNet50_Weights(WeightsEnum)``, ``IMAGENET1K_V2 = Weights(url=…)``, ``DEFAULT`` is another name
of one), which the annotation of the builder's ``weights`` names; what ``pretrained=True`` means, its decorator
``handle_legacy_interface`` says. Before, ``model_urls`` has the address of each builder.

Names are ``resnet50@IMAGENET1K_V2``, ``resnet50@DEFAULT``, and ``resnet50`` for ``pretrained=True``; the builders of
``torchvision.models.quantization`` are ``quantized_resnet50``, the name that ``get_model`` has for them; their
``DEFAULT`` is what they load where nobody says ``quantize=True``. Most addresses carry a hash.

Where weights are given, no backbone is loaded; the backbone that is loaded where none are given is a name of its own
(``resnet50@IMAGENET1K_V1``), which a scan reports as such.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from ptmdeps.libraries.module_run import ModuleRun
from ptmdeps.libraries.reading import of_torch
from ptmdeps.libraries.static import Modules
from ptmdeps.libraries.table import Entries, Names

_MODELS = "torchvision.models"
_QUANTIZED = f"{_MODELS}.quantization."
_ENUMERATION = "WeightsEnum"
_DEFAULT = "DEFAULT"
_URLS = ("model_urls", "quant_model_urls", "_MODEL_URLS", "_MODELS_URLS")
_ENDS = {"_fbgemm": "quantized_{}", "_qnnpack": "quantized_{}", "_coco": "{}", "_google": "{}"}
"""Ends of the keys of ``model_urls``, from the last on, and which builder has such a key."""

Members = Mapping[str, Entries]
"""The members of one enumeration."""


def spellings(name: str, ref: str) -> Iterator[str]:
    """Yield ``name@MEMBER``; without a member what ``pretrained=True`` means, else the default.

    A builder of ``torchvision.models.quantization`` has the name of the one that is not quantized, and more members.
    """
    if ref:
        member = ref.rpartition(".")[2]
        yield from (f"{name}@{member}", f"quantized_{name}@{member}")
    else:
        yield name
        yield f"{name}@{_DEFAULT}"


def read(modules: Modules) -> Names:
    """Return the weights of every builder."""
    run = ModuleRun(modules)
    parsed = {module: tree for module in _modules(modules) if (tree := modules.tree(module))}
    enumerations = {
        node.name: dict(_members(node, module, run))
        for module, tree in parsed.items()
        for node in tree.body
        if isinstance(node, ast.ClassDef) and _ENUMERATION in map(_last_part, node.bases)
    }
    names: dict[str, Entries] = {}
    for module, tree in parsed.items():
        names.update(_of_urls(run, module, tree))
        for node in tree.body:
            if isinstance(node, ast.FunctionDef):
                names.update(_of_builder(node, enumerations, quantized=module.startswith(_QUANTIZED)))
    return names


def _modules(modules: Modules) -> Iterator[str]:
    for module in modules.children(_MODELS):
        yield module
        yield from modules.children(module)


def _members(node: ast.ClassDef, module: str, run: ModuleRun) -> Iterator[tuple[str, Entries]]:
    found: dict[str, Entries] = {}
    for statement in node.body:
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Call(keywords=keywords)):
                addresses = [run.expression(one.value, module) for one in keywords if one.arg == "url"]
                found[name] = tuple(of_torch(one) for one in addresses if isinstance(one, str) and one)
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Name(id=other)) if other in found:
                found[name] = found[other]
    yield from found.items()


def _of_builder(
    node: ast.FunctionDef, enumerations: Mapping[str, Members], *, quantized: bool
) -> Iterator[tuple[str, Entries]]:
    parameters = [*node.args.args, *node.args.kwonlyargs]
    annotations = [one.annotation for one in parameters if one.arg == "weights" and one.annotation]
    used = [one.id for text in annotations for one in ast.walk(text) if isinstance(one, ast.Name)]
    name = f"quantized_{node.name}" if quantized else node.name
    if node.name.startswith("_"):
        return
    for enumeration in used:  # weights of the builder that is not quantized come last, and hold without `quantize=True`
        for member, entries in enumerations.get(enumeration, {}).items():
            yield f"{name}@{member}", entries
    for enumeration, member in _former_default(node):
        found = enumerations.get(enumeration, {})
        if member in found:
            yield name, found[member]


def _former_default(node: ast.FunctionDef) -> Iterator[tuple[str, str]]:
    """Yield the member that ``pretrained=True`` means: ``handle_legacy_interface(weights=("pretrained", member))``."""
    for decorator in node.decorator_list:
        for keyword in decorator.keywords if isinstance(decorator, ast.Call) else ():
            if keyword.arg != "weights" or not isinstance(keyword.value, ast.Tuple):
                continue
            match keyword.value.elts[-1]:
                case ast.Attribute(value=ast.Name(id=enumeration), attr=member):
                    yield enumeration, member
                case ast.Lambda(body=ast.IfExp(orelse=ast.Attribute(value=ast.Name(id=enumeration), attr=member))):
                    yield enumeration, member


def _of_urls(run: ModuleRun, module: str, tree: ast.Module) -> Iterator[tuple[str, Entries]]:
    targets = (target for one in tree.body if isinstance(one, ast.Assign) for target in one.targets)
    bound = {target.id for target in targets if isinstance(target, ast.Name)}
    ran = run.module(module).names if bound & set(_URLS) else {}
    for table in (ran.get(name) for name in _URLS):
        for key, address in table.items() if isinstance(table, dict) else ():
            if isinstance(key, str) and isinstance(address, str) and address:
                yield _builder_of(key), (of_torch(address),)


def _builder_of(key: str) -> str:
    """Return the builder that a key belongs to: ``shufflenetv2_x0.5_fbgemm`` is ``quantized_shufflenet_v2_x0_5``."""
    quantized = "{}"
    for end, name in _ENDS.items():
        if key.endswith(end):
            key, quantized = key.removesuffix(end), name if "quantized" in name else quantized
    return quantized.format(key.replace("shufflenetv2", "shufflenet_v2").replace(".", "_"))


def _last_part(node: ast.expr) -> str:
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""
