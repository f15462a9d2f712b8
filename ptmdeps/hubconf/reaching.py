"""Which functions can reach a download, judged by the names that they mention: for code that is long to follow."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

_DOWNLOADING = frozenset(
    {
        *("Popen", "cached_download", "check_call", "check_output", "create_model", "download", "download_url"),
        *("download_url_to_file", "download_and_extract_archive", "from_pretrained", "fsspec", "gdown", "hf_hub_download"),
        *("hub", "huggingface_hub", "import_module", "load_state_dict_from_url", "load_url", "open_clip", "requests"),
        *("snapshot_download", "subprocess", "system", "timm", "torchvision", "urlopen", "urlretrieve", "wget", "whisper"),
    }
)
"""Names without which nothing is downloaded; re-exported functions keep theirs."""

_Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


class Reach:
    """The names of one repository that may lead to a download: by their own body, or by what that mentions."""

    def __init__(self) -> None:
        self._mentioned: dict[str, set[str]] = {}
        self._trees: set[ast.Module] = set()
        self._known: frozenset[str] = _DOWNLOADING

    def can_download(self, node: ast.AST, trees: Iterable[ast.Module]) -> bool:
        """Whether following a function may lead to a download; ``trees`` are the modules that are known by now."""
        self._take_in(trees)
        return not self._known.isdisjoint(_mentions(node)) or _calls_what_it_is_given(node)

    def _take_in(self, trees: Iterable[ast.Module]) -> None:
        new = [tree for tree in trees if tree not in self._trees]
        if not new:
            return
        self._trees.update(new)
        for tree in new:
            for node in ast.walk(tree):
                if isinstance(node, _Definition) and not node.name.startswith("__"):
                    self._mentioned.setdefault(node.name, set()).update(_mentions(node))
                elif isinstance(node, ast.ImportFrom | ast.Import):
                    for alias in node.names:
                        if alias.asname:
                            self._mentioned.setdefault(alias.asname, set()).add(alias.name.rpartition(".")[2])
        self._known = frozenset(self._closed())

    def _closed(self) -> set[str]:
        users: dict[str, list[str]] = {}
        for name, mentioned in self._mentioned.items():
            for other in mentioned:
                users.setdefault(other, []).append(name)
        found = set(_DOWNLOADING)
        pending = list(found)
        while pending:
            for user in users.get(pending.pop(), ()):
                if user not in found:
                    found.add(user)
                    pending.append(user)
        return found


def _mentions(node: ast.AST) -> Iterator[str]:
    for inner in ast.walk(node):
        if isinstance(inner, ast.Name):
            yield inner.id
        elif isinstance(inner, ast.Attribute):
            yield inner.attr
        elif isinstance(inner, ast.ImportFrom | ast.Import):
            yield from (alias.name.rpartition(".")[2] for alias in inner.names)


def _calls_what_it_is_given(node: ast.AST) -> bool:
    """Whether a function calls a parameter, or something out of a registry."""
    arguments = getattr(node, "args", None)
    given = {one.arg for one in arguments.args} if isinstance(arguments, ast.arguments) else set()
    for inner in ast.walk(node):
        if isinstance(inner, ast.Call):
            function = inner.func
            if isinstance(function, ast.Subscript | ast.Call) or (isinstance(function, ast.Name) and function.id in given):
                return not (isinstance(function, ast.Call) and isinstance(function.func, ast.Name) and function.func.id == "super")
    return False
