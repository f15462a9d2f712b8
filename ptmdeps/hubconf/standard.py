"""Functions of Python's library, for what is known of their arguments; ``libraries`` has them by their full names."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Hashable
from typing import Any
from urllib.parse import urlsplit

from ptmdeps.hubconf import attributes, containers, files, modules, texts
from ptmdeps.hubconf import values as v
from ptmdeps.hubconf.limits import RaisedError
from ptmdeps.hubconf.machine import Machine
from ptmdeps.hubconf.repository import ROOT
from ptmdeps.hubconf.values import Arguments, External, Value

Call = Callable[[Machine, Arguments], Value]


def partial(_machine: Machine, given: Arguments) -> Value:
    """Follow ``functools.partial``."""
    if not given.positional:
        return v.UNKNOWN
    return v.Partial(given.positional[0], Arguments(given.positional[1:], given.keywords, given.open))


def wraps(_machine: Machine, given: Arguments) -> Value:
    """Follow ``functools.wraps``."""
    wrapped = given.get(0, "wrapped")

    def decorate(_machine: Machine, inner: Arguments) -> Value:
        function = inner.get(0, "wrapper")
        if isinstance(function, v.Function):
            function.wraps = wrapped
        return function

    return v.Native("wraps", decorate)


def unchanged(_machine: Machine, given: Arguments) -> Value:
    """A decorator that is used with or without brackets."""
    if given.positional and isinstance(given.positional[0], v.Function | v.Class | v.Bound | v.Descriptor):
        return given.positional[0]
    return v.Native("unchanged", lambda _machine, inner: inner.get(0, "function"))


def dataclass(machine: Machine, given: Arguments) -> Value:
    """Follow ``dataclasses.dataclass``."""

    def decorate(_machine: Machine, inner: Arguments) -> Value:
        of = inner.get(0, "cls")
        if isinstance(of, v.Class):
            of.kind = of.kind or "record"
        return of

    return decorate(machine, given) if given.positional else v.Native("dataclass", decorate)


def field(_machine: Machine, given: Arguments) -> Value:
    """Follow ``dataclasses.field``."""
    return v.Partial(External("dataclasses.field"), given)


def replaced(machine: Machine, given: Arguments) -> Value:
    """Follow ``dataclasses.replace``."""
    thing = given.get(0, "obj")
    if not isinstance(thing, v.Instance):
        return v.UNKNOWN
    return v.Instance(thing.of, {**thing.attributes, **given.keywords}, thing.payload, machine.uncertain)


def as_dictionary(machine: Machine, given: Arguments) -> Value:
    """Follow ``dataclasses.asdict``."""
    thing = given.get(0, "obj")
    if not isinstance(thing, v.Instance):
        return v.UNKNOWN
    return machine.table({name: thing.attributes.get(name, v.UNKNOWN) for name in thing.of.fields})


def fields(machine: Machine, given: Arguments) -> Value:
    """Follow ``dataclasses.fields``."""
    thing = given.get(0, "class_or_instance")
    of = thing.of if isinstance(thing, v.Instance) else thing
    if not isinstance(of, v.Class):
        return v.UNKNOWN
    return machine.items([machine.table({"name": name}, attributes=True) for name in of.fields], "tuple")


def namespace(machine: Machine, given: Arguments) -> Value:
    """Follow ``argparse.Namespace``, ``easydict.EasyDict``, ``munch.Munch``."""
    table = machine.table({}, attributes=True)
    for other in given.positional:
        containers.update(machine, table, other)
    table.entries.update(given.keywords)
    table.rest = v.UNKNOWN if given.open else table.rest
    return table


def default_dictionary(machine: Machine, given: Arguments) -> Value:
    """Follow ``collections.defaultdict``."""
    table = machine.table({})
    factory = given.get(0, "default_factory")
    table.rest = (
        factory if isinstance(factory, v.Native) else v.Native("default", lambda m, _: m.call(factory, Arguments()))
    )
    return table


def named_tuple(machine: Machine, given: Arguments) -> Value:
    """Follow ``collections.namedtuple``."""
    name, listed = given.get(0, "typename"), given.get(1, "field_names")
    fields = listed.replace(",", " ").split() if isinstance(listed, str) else None
    if fields is None:
        found = containers.elements(machine, listed)
        fields = [one for one in found.values if isinstance(one, str)] if found is not None else []
    module = v.Module("", machine.stack[-1].path, package=False)
    of = v.Class(name=str(name), bases=(), names={}, module=module, line=machine.stack[-1].line)
    of.fields, of.kind, of.order = tuple(fields), "named tuple", (of,)
    defaults = given.keywords.get("defaults")
    known = defaults.values if isinstance(defaults, v.Items) else []
    of.names.update(zip(fields[len(fields) - len(known) :], known, strict=False))
    return of


def copied(machine: Machine, given: Arguments) -> Value:
    """Follow ``copy.copy``, ``copy.deepcopy``."""
    return machine.each(given.get(0, "x"), lambda one: _copy(machine, one, 0))


def _copy(machine: Machine, value: Value, depth: int) -> Value:
    machine.steps += 1
    if depth > 20 or machine.steps > machine.limit:  # noqa: PLR2004 - deeper values are shared
        return value
    match value:
        case v.Items():
            copied = [_copy(machine, one, depth + 1) for one in value.values]
            return machine.items(copied, value.kind, more=value.open)
        case v.Table():
            entries = {key: _copy(machine, one, depth + 1) for key, one in value.entries.items()}
            return machine.table(entries, value.rest, attributes=value.attributes)
        case v.Instance(of=of) if of.kind != "enum":
            payload = _copy(machine, value.payload, depth + 1)
            return v.Instance(of, dict(value.attributes), payload, machine.uncertain)
    return value


def on_paths(function: Callable[..., Any]) -> Call:
    """A function of ``os.path`` on paths that are known."""

    def call(machine: Machine, given: Arguments) -> Value:
        return texts.with_known(machine, given, lambda *known: _tuple(machine, function(*known)))

    return call


def _tuple(machine: Machine, result: object) -> Value:
    return machine.items(result, "tuple") if isinstance(result, tuple) else result


def existing(kind: str = "") -> Call:
    """Follow ``os.path.exists``, ``os.path.isdir``, ``os.path.isfile``."""
    return lambda machine, given: machine.each(given.get(0, "path"), lambda one: files.exists(machine, one, kind))


def absolute(path: str) -> str:
    """Follow ."""
    return posixpath.normpath(path) if path else path


def made(machine: Machine, given: Arguments) -> Value:
    """Follow ``os.makedirs``, ``os.mkdir``."""
    files.make(machine, given.get(0, "name"))
    return None


def listed(machine: Machine, given: Arguments) -> Value:
    """Follow ``os.listdir``."""
    found = files.listed(machine, given.get(0, "path", "."))
    return found if found is not None else v.UNKNOWN


def globbed(machine: Machine, given: Arguments) -> Value:
    """Follow ``glob.glob``."""
    pattern = texts.plain(given.get(0, "pathname"))
    if pattern is None:
        return v.UNKNOWN
    folder, _, last = pattern.rpartition("/")
    found = files.matching(machine, folder, last, deep=False)
    if not isinstance(found, v.Items):
        return v.UNKNOWN
    return machine.items([texts.plain(one) for one in found.values])


def iterated_modules(machine: Machine, given: Arguments) -> Value:
    """Follow ``pkgutil.iter_modules``, ``pkgutil.walk_packages``."""
    folders = given.get(0, "path")
    prefix = given.get(1, "prefix", "")
    rows: list[Value] = []
    for folder in folders.values if isinstance(folders, v.Items) else []:
        inside = machine.repository.inside(texts.plain(folder) or "")
        for name in machine.repository.children(inside) if inside is not None else []:
            package = f"{inside}/{name}/__init__.py".lstrip("/") in machine.repository.files
            if package or (name.endswith(".py") and name != "__init__.py"):
                row = {"module_finder": v.UNKNOWN, "name": f"{prefix}{name.removesuffix('.py')}", "ispkg": package}
                rows.append(machine.items(row.values(), "tuple"))
    return machine.items(rows, more=not isinstance(folders, v.Items))


def environment(_machine: Machine, given: Arguments) -> Value:
    """Follow ``os.environ.get``, ``os.getenv``."""
    if given.has(1, "default"):
        return given.get(1, "default")
    return v.Opaque("it is a variable of the environment", likely=False)


def parsed_address(machine: Machine, given: Arguments) -> Value:
    """Follow ``urllib.parse.urlparse``."""

    def parse(url: str, *_: object) -> Value:
        parts = urlsplit(url)
        named = {name: getattr(parts, name) for name in ("scheme", "netloc", "path", "query", "hostname")}
        return machine.table(dict(named), v.UNKNOWN, attributes=True)

    return texts.with_known(machine, given, parse)


def signature(machine: Machine, given: Arguments) -> Value:
    """Follow ``inspect.signature``."""
    function = given.get(0, "callable")
    skip = isinstance(function, v.Bound)
    while isinstance(function, v.Bound | v.Partial) or (
        isinstance(function, v.Function) and function.wraps is not None
    ):
        function = function.wraps if isinstance(function, v.Function) else function.function
    if isinstance(function, v.Class):
        function, skip = attributes.of_class(machine, function, "__init__"), True
    if not isinstance(function, v.Function):
        return v.UNKNOWN
    node = function.node.args
    rows = [(one.arg, _POSITIONAL) for one in (*node.posonlyargs, *node.args)][skip:]
    rows += [(node.vararg.arg, f"{_KIND}VAR_POSITIONAL")] if node.vararg else []
    rows += [(one.arg, f"{_KIND}KEYWORD_ONLY") for one in node.kwonlyargs]
    rows += [(node.kwarg.arg, f"{_KIND}VAR_KEYWORD")] if node.kwarg else []
    parameters: dict[Hashable, Value] = {
        name: machine.table(
            {
                "name": name,
                "kind": External(kind),
                "default": function.defaults.get(name, External("inspect.Parameter.empty")),
                **{one: External(f"{_KIND}{one}") for one in _KINDS},
            },
            attributes=True,
        )
        for name, kind in rows
    }
    return machine.table({"parameters": machine.table(parameters)}, v.UNKNOWN, attributes=True)


_KIND = "inspect.Parameter."
_POSITIONAL = f"{_KIND}POSITIONAL_OR_KEYWORD"
_KINDS = ("KEYWORD_ONLY", "POSITIONAL_ONLY", "POSITIONAL_OR_KEYWORD", "VAR_KEYWORD", "VAR_POSITIONAL")


def members(machine: Machine, given: Arguments) -> Value:
    """Follow ``inspect.getmembers``."""
    thing, test = given.get(0, "object"), given.get(1, "predicate")
    if not isinstance(thing, v.Module | v.Class):
        return v.UNKNOWN
    kind = test.name.rpartition(".")[2] if isinstance(test, External) else ""
    wanted = {"isclass": v.Class, "isfunction": v.Function, "ismodule": v.Module}.get(kind)
    found = sorted((name, value) for name, value in _named(thing) if wanted is None or isinstance(value, wanted))
    return machine.items([machine.items(pair, "tuple") for pair in found])


def _named(thing: v.Module | v.Class) -> list[tuple[str, Any]]:
    return [(name, value) for name, value in thing.names.items() if name.isidentifier()]


def is_kind(kind: type) -> Call:
    """Follow ``inspect.isclass``, ``inspect.isfunction``, ``inspect.ismodule``."""
    return lambda machine, given: machine.each(
        given.get(0, "object"), lambda one: v.UNKNOWN if isinstance(one, v.Opaque) else isinstance(one, kind)
    )


def chained(machine: Machine, given: Arguments) -> Value:
    """Follow ``itertools.chain``."""
    made = machine.items([])
    for one in given.positional:
        containers.extend(machine, made, one)
    return made


def chained_inside(machine: Machine, given: Arguments) -> Value:
    """Follow ``itertools.chain.from_iterable``."""
    found = containers.elements(machine, given.get(0, "iterable"))
    return chained(machine, Arguments(tuple(found.values))) if found is not None else v.UNKNOWN


def product(machine: Machine, given: Arguments) -> Value:
    """Follow ``itertools.product``."""
    rows: list[list[Value]] = [[]]
    for one in given.positional:
        found = containers.elements(machine, one)
        if found is None or found.open or len(rows) * len(found.values) > 2000:  # noqa: PLR2004 - a bound
            return v.UNKNOWN
        rows = [[*row, value] for row in rows for value in found.values]
    return machine.items([machine.items(row, "tuple") for row in rows])


def substituted(machine: Machine, given: Arguments) -> Value:
    """Follow ``re.sub``."""

    def substitute(pattern: str, replacement: str, text: str) -> Value:
        result = texts.substituted(pattern, replacement, text)
        return v.UNKNOWN if result is None else result

    return texts.with_known(machine, given, substitute)


def package_folder(machine: Machine, given: Arguments) -> Value:
    """Follow ``importlib.resources.files``."""
    package = given.get(0, "package")
    name = package.name if isinstance(package, v.Module) else package
    path = machine.repository.module(name, [""]) if isinstance(name, str) else None
    return v.PathText(f"{ROOT}/{posixpath.dirname(path)}") if path else v.UNKNOWN


def package_file(machine: Machine, given: Arguments) -> Value:
    """Follow ``pkg_resources.resource_filename``."""
    folder, name = texts.plain(package_folder(machine, given)), texts.plain(given.get(1, "resource_name"))
    return texts.path_join(folder, name) if folder and name else v.UNKNOWN


def target(machine: Machine, given: Arguments) -> Value:
    """``hydra.utils.instantiate``: calls what ``_target_`` names."""
    config = given.get(0, "config")
    entries = config.entries if isinstance(config, v.Table) else {}
    name = entries.get("_target_")
    if not isinstance(name, str):
        return v.UNKNOWN
    module, _, last = name.rpartition(".")
    found = modules.load(machine, module) if module else None
    function = attributes.of_module(machine, found, last) if found is not None else External(name)
    keywords = {key: value for key, value in entries.items() if isinstance(key, str) and not key.startswith("_")}
    return machine.call(function, Arguments((), {**keywords, **given.keywords}))


def nothing(_machine: Machine, _given: Arguments) -> Value:
    """Follow ``warnings.warn``."""
    return None


def second(_machine: Machine, given: Arguments) -> Value:
    """Follow ``typing.cast``."""
    return given.get(1, "val")


def first(_machine: Machine, given: Arguments) -> Value:
    """Follow ``os.fspath``."""
    return given.get(0, "object")


def leaves(machine: Machine, _given: Arguments) -> Value:
    """Follow ``sys.exit``."""
    raise RaisedError("SystemExit", machine.place)


def configuration(machine: Machine, given: Arguments) -> Value:
    """Follow ``omegaconf.OmegaConf.load``."""
    return files.read_yaml(machine, given, attributes=True)
