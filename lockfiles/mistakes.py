"""Lockfiles that must be refused, each made from the typical one by one mistake."""  # noqa: INP001

from __future__ import annotations

from collections.abc import Iterator

from lockfiles.examples import GOLDEN
from ptmdeps.lockfile import dumps

_TYPICAL = dumps(GOLDEN["typical"])
_CONFIG_PATH = 'path = "config.json"'
_MODEL_NAME = 'name = "google-bert/bert-base-uncased"'
_FILE = next(line for line in _TYPICAL.splitlines() if _CONFIG_PATH in line)
_MODEL = _TYPICAL[_TYPICAL.index("[[model]]") :]
_DIGEST = next(line for line in _TYPICAL.splitlines() if line.startswith("digest = "))
_REVISION = next(line for line in _TYPICAL.splitlines() if line.startswith("revision = ") and '"' in line)
_DECLARED = 'declared = "apache-2.0"'
_GROUP = 'group = "default"\n'
_SCOPES = 'scopes = ["main"]\n'
_SHA256 = _FILE.split('sha256 = "')[1][:64]

_PATHS = {
    "parent": "../../.bashrc",
    "absolute": "/etc/passwd",
    "drive": "C:/Windows/win.ini",
    "backslash": r"folder\\file",
    "nul": r"config.json\u0000.bin",
    "control": r"\u001b[2Jconfig.json",
    "reordering": r"config\u202enosj.py",
    "empty": "",
    "empty-part": "folder//file",
    "dot-part": "./config.json",
    "trailing-dot": "folder./config.json",
    "device": "aux.json",
    "decomposed": "re\u0301sume\u0301.txt",
    "too-long": "x" * 256,
}

_REPLACED: dict[str, tuple[str, str]] = {
    "alias-unsafe": ('"bert-base-uncased"]', '"../bert"]'),
    "committed-not-utc": ('"2024-02-19T10:57:45Z"', '"19 February 2024"'),
    "digest-malformed": (_DIGEST, 'digest = "sha256:123"'),
    "digest-missing": (f"{_DIGEST}\n", ""),
    "file-path-number": (_CONFIG_PATH, "path = 1"),
    "file-sha256-malformed": (_SHA256, _SHA256.upper()),
    "file-sha256-missing": (f', sha256 = "{_SHA256}"', ""),
    "file-size-boolean": (f"{_CONFIG_PATH}, size = 570", f"{_CONFIG_PATH}, size = true"),
    "file-size-endless": (f"{_CONFIG_PATH}, size = 570", f"{_CONFIG_PATH}, size = 0x{'f' * 20}"),
    "file-size-float": (f"{_CONFIG_PATH}, size = 570", f"{_CONFIG_PATH}, size = 570.0"),
    "file-size-negative": (f"{_CONFIG_PATH}, size = 570", f"{_CONFIG_PATH}, size = -1"),
    "file-twice": (_FILE, f"{_FILE}\n{_FILE}"),
    "files-not-tables": (_FILE, '    "config.json",'),
    "git-malformed": (', git = "', ', git = "sha1:'),
    "hub-malformed": ('[[model]]\nhub = "huggingface"', '[[model]]\nhub = "../hub"'),
    "model-name-missing": (f"{_MODEL_NAME}\n", ""),
    "model-name-unsafe": (_MODEL_NAME, 'name = "../../x"'),
    "model-size-negative": ("size = 441147908", "size = -441147908"),
    "model-size-missing": ("size = 441147908\n", ""),
    "model-table": ("[[model]]", "[model]"),
    "optional-string": (_GROUP, f'{_GROUP}optional = "no"\n'),
    "options-array": ("[options]", "[[options]]"),
    "options-cutoff-empty": (_SCOPES, f'{_SCOPES}exclude-newer-model = {{ "huggingface:org/name" = "" }}\n'),
    "options-cutoff-number": (_SCOPES, f"{_SCOPES}exclude-newer = 7\n"),
    "options-cutoff-true": (_SCOPES, f'{_SCOPES}exclude-newer-model = {{ "huggingface:org/name" = true }}\n'),
    "reads-empty": ('reads = "transformers"', 'reads = ""'),
    "reads-missing": ('reads = "transformers"\n', ""),
    "ref-unsafe": (_REVISION, f'ref = "refs/../../heads"\n{_REVISION}'),
    "remote-code-string": ("remote-code = false", 'remote-code = "false"'),
    "requires-string": ('requires = ["transformers"]', 'requires = "transformers"'),
    "revision-branch": (_REVISION, 'revision = "main"'),
    "revision-number": (_REVISION, "revision = 12345678"),
    "lineage-string": (_SCOPES, f'{_SCOPES}lineage = "no"\n'),
    "license-likeness-endless": (_DECLARED, f"{_DECLARED}, likeness = 101"),
    "license-likeness-negative": (_DECLARED, f"{_DECLARED}, likeness = -1"),
    "license-link-number": (_DECLARED, f"{_DECLARED}, link = 1"),
    "license-text-unsafe": (_DECLARED, f'{_DECLARED}, text = "../LICENSE", sha256 = "{_SHA256}"'),
    "license-text-without-digest": (_DECLARED, f'{_DECLARED}, text = "LICENSE"'),
    "license-digest-malformed": (_DECLARED, f'{_DECLARED}, sha256 = "123"'),
    "card-malformed": (_REVISION, f'{_REVISION}\ncard = "README.md"'),
    "role-control": (_GROUP, f'{_GROUP}role = "\\u001b[2J"\n'),
    "role-long": (_GROUP, f'{_GROUP}role = "{"x" * 65}"\n'),
    "used-in-outside": ('"serve/api.py"', '"../api.py"'),
    "used-in-reordering": ('"serve/api.py"', r'"serve/\u202eyp.ipa"'),
    "version-boolean": ("version = 1", "version = true"),
    "version-missing": ("version = 1\n", ""),
    "version-negative": ("version = 1", "version = -1"),
    "version-newer": ("version = 1", "version = 2"),
    "version-string": ("version = 1", 'version = "1"'),
    "version-zero": ("version = 1", "version = 0"),
    "format-revision-zero": ("\nrevision = 4\n", "\nrevision = 0\n"),
}

_ANCESTOR = {
    "hub": 'hub = "huggingface"',
    "name": 'name = "org/base"',
    "kind": 'kind = "model"',
    "revision": f'revision = "{"b" * 40}"',
}
_ANCESTORS: dict[str, dict[str, str]] = {
    "ancestor-alias-unsafe": {"aliases": 'aliases = ["../base"]'},
    "ancestor-card-malformed": {"card": 'card = "123"'},
    "ancestor-edge-runtime": {
        "edges": 'edges = [\n    { kind = "runtime", relation = "adapter", hub = "huggingface", name = "org/root" },\n]'
    },
    "ancestor-kind-missing": {"kind": ""},
    "ancestor-kind-unknown": {"kind": 'kind = "space"'},
    "ancestor-license-undeclared": {"license": 'license = { concluded = "MIT" }'},
    "ancestor-name-unsafe": {"name": 'name = "../../x"'},
    "ancestor-ref-unsafe": {"ref": 'ref = "refs/../../heads"'},
    "ancestor-revision-branch": {"revision": 'revision = "main"'},
    "ancestor-revision-missing": {"revision": ""},
}

_EDGE = 'requires = ["transformers"]\nedges = [\n    {{ {} }},\n]'
_EDGES = {
    "edge-kind-unknown": 'kind = "build", relation = "base", hub = "huggingface", name = "org/base"',
    "edge-name-unsafe": 'kind = "runtime", relation = "base", hub = "huggingface", name = "/org/base"',
    "edge-ref-unsafe": 'kind = "runtime", relation = "base", hub = "huggingface", name = "org/base", ref = ".."',
    "edge-relation-missing": 'kind = "runtime", hub = "huggingface", name = "org/base"',
}


def mistakes() -> Iterator[tuple[str, bytes]]:
    """Name and bytes of each invalid lockfile."""
    for name, path in _PATHS.items():
        yield f"path-{name}", _changed(_CONFIG_PATH, f'path = "{path}"')
    for name, (old, new) in (_REPLACED | {name: _with_edge(edge) for name, edge in _EDGES.items()}).items():
        yield name, _changed(old, new)
    yield "file-case-collision", _changed(_FILE, _FILE + "\n" + _FILE.replace("config.json", "Config.JSON"))
    yield "file-folder-collision", _changed(_FILE, _FILE + "\n" + _FILE.replace("config.json", "CONFIG.json/part"))
    yield "license-undeclared", _changed('declared = "apache-2.0", ', "")
    for name, changes in _ANCESTORS.items():
        yield name, _with_ancestors(_ANCESTOR | changes)
    yield "ancestor-twice", _with_ancestors(_ANCESTOR, _ANCESTOR)
    named = {"name": 'name = "org/other"', "aliases": 'aliases = ["org/base"]'}
    yield "ancestor-alias-collision", _with_ancestors(_ANCESTOR, _ANCESTOR | named)
    yield "ancestor-table", _with_ancestors(_ANCESTOR).replace(b"[[ancestor]]", b"[ancestor]")
    yield "model-twice", (_TYPICAL + "\n" + _MODEL).encode()
    yield "alias-collision", (_TYPICAL + "\n" + _MODEL.replace(_MODEL_NAME, 'name = "org/other"')).encode()
    yield "toml-broken", _TYPICAL[: len(_TYPICAL) // 2].encode()
    yield "toml-long-integer", f"version = {'9' * 5000}\n".encode()
    yield "toml-nested", f"version = 1\nmodel = {'[' * 20_000}\n".encode()
    yield "not-utf-8", _TYPICAL.encode("utf-16")
    yield "byte-order-mark", _TYPICAL.encode("utf-8-sig")
    yield "empty", b""
    yield "conflict-markers", _conflict().encode()


def _changed(old: str, new: str) -> bytes:
    if old not in _TYPICAL:
        raise ValueError(f"the typical lockfile holds no {old!r} that could be changed")
    return _TYPICAL.replace(old, new, 1).encode()


def _with_ancestors(*ancestors: dict[str, str]) -> bytes:
    blocks = ("\n".join(["", "[[ancestor]]", *filter(None, lines.values()), ""]) for lines in ancestors)
    return (_TYPICAL + "".join(blocks)).encode()


def _with_edge(edge: str) -> tuple[str, str]:
    return ('requires = ["transformers"]', _EDGE.format(edge))


def _conflict() -> str:
    theirs = _REVISION.replace('"', '"f', 1)[:-2] + '"'
    return _TYPICAL.replace(_REVISION, f"<<<<<<< HEAD\n{_REVISION}\n=======\n{theirs}\n>>>>>>> feature")
