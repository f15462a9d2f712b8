"""Names in pickles that can do more than build a model: worth a look, and no verdict.

Lists of dangerous names are never complete (every scanner that relied on one was evaded), so that an empty answer says
nothing of safety; the lock keeps the exact list of what a pickle names, and that is what is compared.
"""

from __future__ import annotations

_MODULES = frozenset(
    {
        "__main__",
        "_posixsubprocess",
        "aiohttp",
        "asyncio",
        "bdb",
        "cProfile",
        "cloudpickle",
        "code",
        "codeop",
        "commands",
        "ctypes",
        "dill",
        "distutils",
        "doctest",
        "ensurepip",
        "ftplib",
        "http",
        "httplib",
        "httpx",
        "idlelib",
        "imp",
        "importlib",
        "lib2to3",
        "marshal",
        "multiprocessing",
        "nt",
        "operator",
        "os",
        "pdb",
        "pickle",
        "_pickle",
        "pip",
        "pkgutil",
        "platform",
        "posix",
        "profile",
        "pty",
        "pydoc",
        "requests",
        "runpy",
        "setuptools",
        "shelve",
        "shutil",
        "smtplib",
        "socket",
        "socketserver",
        "subprocess",
        "sys",
        "tempfile",
        "timeit",
        "trace",
        "types",
        "urllib",
        "urllib2",
        "venv",
        "webbrowser",
        "xmlrpc",
        "zipimport",
    }
)
"""Modules of which every name is listed: they run programs, read or send files, or make code of data."""

_BUILTINS = frozenset(
    {
        "__import__",
        "apply",
        "breakpoint",
        "compile",
        "delattr",
        "eval",
        "exec",
        "execfile",
        "file",
        "getattr",
        "globals",
        "input",
        "locals",
        "map",
        "open",
        "setattr",
        "type",
        "vars",
    }
)
_NAMES = frozenset(
    {
        "functools.partial",
        "functools.reduce",
        "numpy.load",
        "torch.hub.load",
        "torch.hub.load_state_dict_from_url",
        "torch.jit.load",
        "torch.load",
    }
)
_PREFIXES = (
    "torch.hub",
    "torch.distributed",
    "torch.utils.collect_env",
    "torch._inductor",
    "numpy.testing",
    "numpy.f2py",
)


def suspicious(name: str) -> bool:
    """Whether a global (``module.name``, or ``module:outer.inner``) is worth a look."""
    module, _, attribute = name.partition(":") if ":" in name else name.rpartition(".")
    if module in {"builtins", "__builtin__", "__builtins__"}:
        return attribute.partition(".")[0] in _BUILTINS
    if ":" in name or name in _NAMES:
        # a name with dots of its own reaches through one module into another
        return ":" not in name or module.partition(".")[0] in _MODULES or _reaches(attribute)
    return module.partition(".")[0] in _MODULES or module.startswith(_PREFIXES)


def _reaches(attribute: str) -> bool:
    return not _MODULES.isdisjoint(attribute.split(".")) or not _BUILTINS.isdisjoint(attribute.split("."))
