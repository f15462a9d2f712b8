"""What functions of Python's library, and a few others, make of what is known of their arguments."""

from __future__ import annotations

import posixpath
import string
from collections.abc import Callable, Hashable, Mapping
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit

from ptmdeps.hubconf import attributes, classes, containers, downloads, files, modules, other_models, texts
from ptmdeps.hubconf import values as v
from ptmdeps.hubconf.limits import RaisedError
from ptmdeps.hubconf.machine import Machine
from ptmdeps.hubconf.natives import BUILTINS
from ptmdeps.hubconf.repository import ROOT
from ptmdeps.hubconf.values import Arguments, External, Value

Call = Callable[[Machine, Arguments], Value]


def external(machine: Machine, name: str, given: Arguments, decorating: bool) -> Value:
    """Return what a call of a library gives, and remember what it downloads."""
    name = _ALIASES.get(name, name)
    if name in FUNCTIONS:
        return FUNCTIONS[name](machine, given)
    if decorating:
        return given.get(0, "function")
    handler = (
        downloads.BY_NAME.get(name)
        or other_models.BY_NAME.get(name)
        or downloads.BY_LAST_NAME.get(name.rpartition(".")[2])
        or other_models.by_pattern(name)
    )
    if handler is not None:
        return handler(machine, name, given)
    only = given.positional[0] if len(given.positional) == 1 and not given.keywords else None
    if isinstance(only, v.Function | v.Class) and not name.rpartition(".")[2][:1].isupper():
        return only
    return v.Opaque(f"`{name}` is not part of the repository")


def value_of(machine: Machine, name: str) -> Value:
    """Return what a dotted name of a library stands for."""
    if name in VALUES:
        return VALUES[name](machine)
    return BUILTINS[name[9:]] if name.startswith("builtins.") and name[9:] in BUILTINS else External(name)


def _partial(_machine: Machine, given: Arguments) -> Value:
    if not given.positional:
        return v.UNKNOWN
    return v.Partial(given.positional[0], Arguments(given.positional[1:], given.keywords, given.open))


def _wraps(_machine: Machine, given: Arguments) -> Value:
    wrapped = given.get(0, "wrapped")

    def decorate(_machine: Machine, inner: Arguments) -> Value:
        function = inner.get(0, "wrapper")
        if isinstance(function, v.Function):
            function.wraps = wrapped
        return function

    return v.Native("wraps", decorate)


def _unchanged(_machine: Machine, given: Arguments) -> Value:
    """A decorator that is used with or without brackets."""
    if given.positional and isinstance(given.positional[0], v.Function | v.Class | v.Bound | v.Descriptor):
        return given.positional[0]
    return v.Native("unchanged", lambda _machine, inner: inner.get(0, "function"))


def _dataclass(machine: Machine, given: Arguments) -> Value:
    def decorate(_machine: Machine, inner: Arguments) -> Value:
        of = inner.get(0, "cls")
        if isinstance(of, v.Class):
            of.kind = of.kind or "record"
        return of

    return decorate(machine, given) if given.positional else v.Native("dataclass", decorate)


def _field(_machine: Machine, given: Arguments) -> Value:
    return v.Partial(External("dataclasses.field"), given)


def _replaced(machine: Machine, given: Arguments) -> Value:
    thing = given.get(0, "obj")
    if not isinstance(thing, v.Instance):
        return v.UNKNOWN
    return v.Instance(thing.of, {**thing.attributes, **given.keywords}, thing.payload, machine.uncertain)


def _as_dictionary(machine: Machine, given: Arguments) -> Value:
    thing = given.get(0, "obj")
    if not isinstance(thing, v.Instance):
        return v.UNKNOWN
    return machine.table({name: thing.attributes.get(name, v.UNKNOWN) for name in thing.of.fields})


def _fields(machine: Machine, given: Arguments) -> Value:
    thing = given.get(0, "class_or_instance")
    of = thing.of if isinstance(thing, v.Instance) else thing
    if not isinstance(of, v.Class):
        return v.UNKNOWN
    return machine.items([machine.table({"name": name}, attributes=True) for name in of.fields], "tuple")


def _namespace(machine: Machine, given: Arguments) -> Value:
    table = machine.table({}, attributes=True)
    for other in given.positional:
        containers.update(machine, table, other)
    table.entries.update(given.keywords)
    table.rest = v.UNKNOWN if given.open else table.rest
    return table


def _default_dictionary(machine: Machine, given: Arguments) -> Value:
    table = machine.table({})
    factory = given.get(0, "default_factory")
    table.rest = (
        factory if isinstance(factory, v.Native) else v.Native("default", lambda m, _: m.call(factory, Arguments()))
    )
    return table


def _named_tuple(machine: Machine, given: Arguments) -> Value:
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


def _copied(machine: Machine, given: Arguments) -> Value:
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


def _on_paths(function: Callable[..., Any]) -> Call:
    """A function of ``os.path`` on paths that are known."""

    def call(machine: Machine, given: Arguments) -> Value:
        return texts.with_known(machine, given, lambda *known: _tuple(machine, function(*known)))

    return call


def _tuple(machine: Machine, result: object) -> Value:
    return machine.items(result, "tuple") if isinstance(result, tuple) else result


def _existing(kind: str = "") -> Call:
    return lambda machine, given: machine.each(given.get(0, "path"), lambda one: files.exists(machine, one, kind))


def _absolute(path: str) -> str:
    return posixpath.normpath(path) if path else path


def _made(machine: Machine, given: Arguments) -> Value:
    files.make(machine, given.get(0, "name"))
    return None


def _listed(machine: Machine, given: Arguments) -> Value:
    found = files.listed(machine, given.get(0, "path", "."))
    return found if found is not None else v.UNKNOWN


def _globbed(machine: Machine, given: Arguments) -> Value:
    pattern = texts.plain(given.get(0, "pathname"))
    if pattern is None:
        return v.UNKNOWN
    folder, _, last = pattern.rpartition("/")
    found = files.matching(machine, folder, last, deep=False)
    if not isinstance(found, v.Items):
        return v.UNKNOWN
    return machine.items([texts.plain(one) for one in found.values])


def _iterated_modules(machine: Machine, given: Arguments) -> Value:
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


def _environment(_machine: Machine, given: Arguments) -> Value:
    if given.has(1, "default"):
        return given.get(1, "default")
    return v.Opaque("it is a variable of the environment", likely=False)


def _parsed_address(machine: Machine, given: Arguments) -> Value:
    def parse(url: str, *_: object) -> Value:
        parts = urlsplit(url)
        named = dict(
            scheme=parts.scheme, netloc=parts.netloc, path=parts.path, query=parts.query, hostname=parts.hostname
        )
        return machine.table(dict(named), v.UNKNOWN, attributes=True)

    return texts.with_known(machine, given, parse)


def _signature(machine: Machine, given: Arguments) -> Value:
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


def _members(machine: Machine, given: Arguments) -> Value:
    thing, test = given.get(0, "object"), given.get(1, "predicate")
    if not isinstance(thing, v.Module | v.Class):
        return v.UNKNOWN
    kind = test.name.rpartition(".")[2] if isinstance(test, External) else ""
    wanted = {"isclass": v.Class, "isfunction": v.Function, "ismodule": v.Module}.get(kind)
    found = sorted((name, value) for name, value in _named(thing) if wanted is None or isinstance(value, wanted))
    return machine.items([machine.items(pair, "tuple") for pair in found])


def _named(thing: v.Module | v.Class) -> list[tuple[str, Any]]:
    return [(name, value) for name, value in thing.names.items() if name.isidentifier()]


def _is_kind(kind: type) -> Call:
    return lambda machine, given: machine.each(
        given.get(0, "object"), lambda one: v.UNKNOWN if isinstance(one, v.Opaque) else isinstance(one, kind)
    )


def _chained(machine: Machine, given: Arguments) -> Value:
    made = machine.items([])
    for one in given.positional:
        containers.extend(machine, made, one)
    return made


def _chained_inside(machine: Machine, given: Arguments) -> Value:
    found = containers.elements(machine, given.get(0, "iterable"))
    return _chained(machine, Arguments(tuple(found.values))) if found is not None else v.UNKNOWN


def _product(machine: Machine, given: Arguments) -> Value:
    rows: list[list[Value]] = [[]]
    for one in given.positional:
        found = containers.elements(machine, one)
        if found is None or found.open or len(rows) * len(found.values) > 2000:  # noqa: PLR2004 - a bound
            return v.UNKNOWN
        rows = [[*row, value] for row in rows for value in found.values]
    return machine.items([machine.items(row, "tuple") for row in rows])


def _substituted(machine: Machine, given: Arguments) -> Value:
    def substitute(pattern: str, replacement: str, text: str) -> Value:
        result = texts.substituted(pattern, replacement, text)
        return v.UNKNOWN if result is None else result

    return texts.with_known(machine, given, substitute)


def _package_folder(machine: Machine, given: Arguments) -> Value:
    package = given.get(0, "package")
    name = package.name if isinstance(package, v.Module) else package
    path = machine.repository.module(name, [""]) if isinstance(name, str) else None
    return v.PathText(f"{ROOT}/{posixpath.dirname(path)}") if path else v.UNKNOWN


def _package_file(machine: Machine, given: Arguments) -> Value:
    folder, name = texts.plain(_package_folder(machine, given)), texts.plain(given.get(1, "resource_name"))
    return texts.path_join(folder, name) if folder and name else v.UNKNOWN


def _target(machine: Machine, given: Arguments) -> Value:
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


def _nothing(_machine: Machine, _given: Arguments) -> Value:
    return None


def _second(_machine: Machine, given: Arguments) -> Value:
    return given.get(1, "val")


def _first(_machine: Machine, given: Arguments) -> Value:
    return given.get(0, "object")


def _leaves(machine: Machine, _given: Arguments) -> Value:
    raise RaisedError("SystemExit", machine.place)


def _configuration(machine: Machine, given: Arguments) -> Value:
    return files.read_yaml(machine, given, attributes=True)


_ALIASES: Mapping[str, str] = {
    "importlib_resources.files": "importlib.resources.files",
    "ruamel.yaml.safe_load": "yaml.safe_load",
    "urllib.parse.urlsplit": "urllib.parse.urlparse",
}

FUNCTIONS: Mapping[str, Call] = {
    "argparse.Namespace": _namespace,
    "cached_property.cached_property": lambda _machine, given: v.Descriptor("property", given.get(0, "func")),
    "collections.OrderedDict": lambda machine, given: machine.call(BUILTINS["dict"], given),
    "collections.defaultdict": _default_dictionary,
    "collections.deque": lambda machine, given: machine.call(BUILTINS["list"], given),
    "collections.namedtuple": _named_tuple,
    "contextlib.contextmanager": _unchanged,
    "copy.copy": _copied,
    "copy.deepcopy": _copied,
    "dataclasses.asdict": _as_dictionary,
    "dataclasses.dataclass": _dataclass,
    "dataclasses.field": _field,
    "dataclasses.fields": _fields,
    "dataclasses.replace": _replaced,
    "easydict.EasyDict": _namespace,
    "enum.Enum": lambda machine, given: classes.functional(machine, External("enum.Enum"), given),
    "enum.auto": lambda _machine, _given: External("enum.auto()"),
    "fsspec.open": files.opened,
    "functools.cache": _unchanged,
    "functools.cached_property": lambda _machine, given: v.Descriptor("property", given.get(0, "func")),
    "functools.lru_cache": _unchanged,
    "functools.partial": _partial,
    "functools.wraps": _wraps,
    "glob.glob": _globbed,
    "hydra.utils.instantiate": _target,
    "importlib.import_module": modules.imported,
    "importlib.resources.files": _package_folder,
    "inspect.getmembers": _members,
    "inspect.isclass": _is_kind(v.Class),
    "inspect.isfunction": _is_kind(v.Function),
    "inspect.ismodule": _is_kind(v.Module),
    "inspect.signature": _signature,
    "io.open": files.opened,
    "itertools.chain": _chained,
    "itertools.chain.from_iterable": _chained_inside,
    "itertools.product": _product,
    "json.load": files.read_json,
    "json.loads": files.read_json,
    "munch.Munch": _namespace,
    "omegaconf.OmegaConf.create": _namespace,
    "omegaconf.OmegaConf.load": _configuration,
    "os.environ.get": _environment,
    "os.fspath": _first,
    "os.getcwd": lambda _machine, _given: ".",
    "os.getenv": _environment,
    "os.listdir": _listed,
    "os.makedirs": _made,
    "os.mkdir": _made,
    "os.path.abspath": _on_paths(_absolute),
    "os.path.basename": _on_paths(posixpath.basename),
    "os.path.dirname": _on_paths(posixpath.dirname),
    "os.path.exists": _existing(),
    "os.path.expanduser": _on_paths(str),
    "os.path.expandvars": _on_paths(str),
    "os.path.isdir": _existing("dir"),
    "os.path.isfile": _existing("file"),
    "os.path.join": files.joined_path,
    "os.path.normpath": _on_paths(_absolute),
    "os.path.realpath": _on_paths(_absolute),
    "os.path.split": _on_paths(posixpath.split),
    "os.path.splitext": _on_paths(posixpath.splitext),
    "pathlib.Path": files.new_path,
    "pathlib.PurePath": files.new_path,
    "pathlib.PurePosixPath": files.new_path,
    "pkg_resources.resource_filename": _package_file,
    "pkgutil.iter_modules": _iterated_modules,
    "pkgutil.walk_packages": _iterated_modules,
    "posixpath.join": files.joined_path,
    "re.sub": _substituted,
    "sys.exit": _leaves,
    "torch.hub._get_torch_home": lambda _machine, _given: "$TORCH_HOME",
    "torch.hub.get_dir": lambda _machine, _given: "$TORCH_HOME/hub",
    "types.SimpleNamespace": _namespace,
    "typing.cast": _second,
    "urllib.parse.unquote": _on_paths(unquote),
    "urllib.parse.urljoin": _on_paths(urljoin),
    "urllib.parse.urlparse": _parsed_address,
    "warnings.warn": _nothing,
    "yaml.full_load": files.read_yaml,
    "yaml.load": files.read_yaml,
    "yaml.safe_load": files.read_yaml,
    "yaml.unsafe_load": files.read_yaml,
}
"""Functions by their full name."""

VALUES: Mapping[str, Callable[[Machine], Value]] = {
    "collections.abc.Callable": lambda _machine: v.UNKNOWN,
    "os.name": lambda _machine: "posix",
    "os.pathsep": lambda _machine: ":",
    "os.path.sep": lambda _machine: "/",
    "os.sep": lambda _machine: "/",
    "string.ascii_letters": lambda _machine: string.ascii_letters,
    "string.ascii_lowercase": lambda _machine: string.ascii_lowercase,
    "string.digits": lambda _machine: string.digits,
    "string.punctuation": lambda _machine: string.punctuation,
    "sys.modules": lambda machine: machine.table(dict(machine.modules), v.UNKNOWN),
    "sys.path": lambda machine: machine.roots,
    "sys.version_info": lambda machine: machine.items([3, 12, 0, "final", 0], "tuple"),
    "typing.TYPE_CHECKING": lambda _machine: False,
}
"""Constants by their full name."""
