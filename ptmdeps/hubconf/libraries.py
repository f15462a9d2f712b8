"""What functions of Python's library, and a few others, make of what is known of their arguments."""

from __future__ import annotations

import posixpath
import string
from collections.abc import Callable, Mapping
from urllib.parse import unquote, urljoin

from ptmdeps.hubconf import classes, downloads, files, modules, other_models, standard
from ptmdeps.hubconf import values as v
from ptmdeps.hubconf.machine import Machine
from ptmdeps.hubconf.natives import BUILTINS
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


_ALIASES: Mapping[str, str] = {
    "importlib_resources.files": "importlib.resources.files",
    "ruamel.yaml.safe_load": "yaml.safe_load",
    "urllib.parse.urlsplit": "urllib.parse.urlparse",
}

FUNCTIONS: Mapping[str, Call] = {
    "argparse.Namespace": standard.namespace,
    "cached_property.cached_property": lambda _machine, given: v.Descriptor("property", given.get(0, "func")),
    "collections.OrderedDict": lambda machine, given: machine.call(BUILTINS["dict"], given),
    "collections.defaultdict": standard.default_dictionary,
    "collections.deque": lambda machine, given: machine.call(BUILTINS["list"], given),
    "collections.namedtuple": standard.named_tuple,
    "contextlib.contextmanager": standard.unchanged,
    "copy.copy": standard.copied,
    "copy.deepcopy": standard.copied,
    "dataclasses.asdict": standard.as_dictionary,
    "dataclasses.dataclass": standard.dataclass,
    "dataclasses.field": standard.field,
    "dataclasses.fields": standard.fields,
    "dataclasses.replace": standard.replaced,
    "easydict.EasyDict": standard.namespace,
    "enum.Enum": lambda machine, given: classes.functional(machine, External("enum.Enum"), given),
    "enum.auto": lambda _machine, _given: External("enum.auto()"),
    "fsspec.open": files.opened,
    "functools.cache": standard.unchanged,
    "functools.cached_property": lambda _machine, given: v.Descriptor("property", given.get(0, "func")),
    "functools.lru_cache": standard.unchanged,
    "functools.partial": standard.partial,
    "functools.wraps": standard.wraps,
    "glob.glob": standard.globbed,
    "hydra.utils.instantiate": standard.target,
    "importlib.import_module": modules.imported,
    "importlib.resources.files": standard.package_folder,
    "inspect.getmembers": standard.members,
    "inspect.isclass": standard.is_kind(v.Class),
    "inspect.isfunction": standard.is_kind(v.Function),
    "inspect.ismodule": standard.is_kind(v.Module),
    "inspect.signature": standard.signature,
    "io.open": files.opened,
    "itertools.chain": standard.chained,
    "itertools.chain.from_iterable": standard.chained_inside,
    "itertools.product": standard.product,
    "json.load": files.read_json,
    "json.loads": files.read_json,
    "munch.Munch": standard.namespace,
    "omegaconf.OmegaConf.create": standard.namespace,
    "omegaconf.OmegaConf.load": standard.configuration,
    "os.environ.get": standard.environment,
    "os.fspath": standard.first,
    "os.getcwd": lambda _machine, _given: ".",
    "os.getenv": standard.environment,
    "os.listdir": standard.listed,
    "os.makedirs": standard.made,
    "os.mkdir": standard.made,
    "os.path.abspath": standard.on_paths(standard.absolute),
    "os.path.basename": standard.on_paths(posixpath.basename),
    "os.path.dirname": standard.on_paths(posixpath.dirname),
    "os.path.exists": standard.existing(),
    "os.path.expanduser": standard.on_paths(str),
    "os.path.expandvars": standard.on_paths(str),
    "os.path.isdir": standard.existing("dir"),
    "os.path.isfile": standard.existing("file"),
    "os.path.join": files.joined_path,
    "os.path.normpath": standard.on_paths(standard.absolute),
    "os.path.realpath": standard.on_paths(standard.absolute),
    "os.path.split": standard.on_paths(posixpath.split),
    "os.path.splitext": standard.on_paths(posixpath.splitext),
    "pathlib.Path": files.new_path,
    "pathlib.PurePath": files.new_path,
    "pathlib.PurePosixPath": files.new_path,
    "pkg_resources.resource_filename": standard.package_file,
    "pkgutil.iter_modules": standard.iterated_modules,
    "pkgutil.walk_packages": standard.iterated_modules,
    "posixpath.join": files.joined_path,
    "re.sub": standard.substituted,
    "sys.exit": standard.leaves,
    "torch.hub._get_torch_home": lambda _machine, _given: "$TORCH_HOME",
    "torch.hub.get_dir": lambda _machine, _given: "$TORCH_HOME/hub",
    "types.SimpleNamespace": standard.namespace,
    "typing.cast": standard.second,
    "urllib.parse.unquote": standard.on_paths(unquote),
    "urllib.parse.urljoin": standard.on_paths(urljoin),
    "urllib.parse.urlparse": standard.parsed_address,
    "warnings.warn": standard.nothing,
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
