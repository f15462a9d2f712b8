"""Which functions can reach a download, judged by the names that they mention: for code that is long to follow."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator, Sequence

_DOWNLOADING = frozenset(
    {
        *("Popen", "cached_download", "check_call", "check_output", "create_model", "download", "download_url"),
        *(
            "download_url_to_file",
            "download_and_extract_archive",
            "from_pretrained",
            "fsspec",
            "gdown",
            "hf_hub_download",
        ),
        *("hub", "huggingface_hub", "import_module", "load_state_dict_from_url", "load_url", "open_clip", "requests"),
        *(
            "snapshot_download",
            "subprocess",
            "system",
            "timm",
            "torchvision",
            "urlopen",
            "urlretrieve",
            "wget",
            "whisper",
        ),
    }
)
"""Names without which nothing is downloaded; re-exported functions keep theirs."""

_SHORT = 500
_ORDINARY = frozenset(name for kind in (str, list, dict, set, int, bytes) for name in dir(kind))


class Reach:
    """The names of one repository that may lead to a download: by their own body, or by what that mentions."""

    def __init__(self) -> None:
        self._mentioned: dict[str, set[str]] = {}
        self._trees: set[ast.Module] = set()
        self._known: frozenset[str] = _DOWNLOADING

    def can_download(self, node: ast.AST, trees: Iterable[ast.Module]) -> bool:
        """Whether a function mentions what may lead to a download; ``trees`` are the modules that are known by now."""
        self._take_in(trees)
        return not self._known.isdisjoint(_mentions(node))

    def _take_in(self, trees: Iterable[ast.Module]) -> None:
        new = [tree for tree in trees if tree not in self._trees]
        for tree in new:
            self._trees.add(tree)
            self._read(tree, ())
        if new:
            self._known = frozenset(self._closed())

    def _read(self, node: ast.AST, around: tuple[str, ...]) -> None:
        """Note what each definition mentions, those inside of it included."""
        pending = [(node, around)]
        while pending:
            inner, definitions = pending.pop()
            if isinstance(inner, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                if not inner.name.startswith("__"):
                    definitions = (*definitions, inner.name)
            elif isinstance(inner, ast.ImportFrom | ast.Import):
                for alias in inner.names:
                    self._mentioned.setdefault(alias.asname or "", set()).add(alias.name.rpartition(".")[2])
            names, parts = _mentioned_in(inner)
            for definition in definitions if names else ():
                self._mentioned.setdefault(definition, set()).update(names)
            pending.extend((part, definitions) for part in parts)

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
    pending: list[ast.AST] = [node]
    while pending:
        names, parts = _mentioned_in(pending.pop())
        yield from names
        pending.extend(parts)


def _mentioned_in(node: ast.AST) -> tuple[Sequence[str], Iterable[ast.AST]]:  # noqa: PLR0911 - one result a case
    """The names that one node uses, and the nodes inside it: methods that it calls, and names wherever they stand.

    Left out are annotations, what is only compared with a type, and methods that Python's own types have.
    """
    match node:
        case ast.Name(id=name):
            return (name,), ()
        case ast.Call(func=ast.Name(id="isinstance" | "issubclass"), args=[first, *_]):
            return (), (first,)
        case ast.Call(func=ast.Attribute(attr=attr)) if attr not in _ORDINARY:
            return (attr,), ast.iter_child_nodes(node)
        case ast.Attribute(attr=attr) if attr in _DOWNLOADING:
            return (attr,), ast.iter_child_nodes(node)
        case ast.ImportFrom(names=names) | ast.Import(names=names):
            return [alias.name.rpartition(".")[2] for alias in names], ()
        case ast.arg() | ast.Constant() | ast.expr_context() | ast.operator():
            return (), ()
        case ast.AnnAssign(value=value):
            return (), () if value is None else (value,)
    return (), ast.iter_child_nodes(node)


def worth_following(node: ast.AST, *, method: bool) -> bool:
    """Whether a function that mentions no download is followed even where code is long.

    It is if it is short, for it may compute an address, or if it calls what it is given, for that may download.
    """
    inside = list(ast.walk(node))
    loops = any(isinstance(inner, ast.For | ast.While | ast.comprehension) for inner in inside)
    return (not method and not loops and len(inside) < _SHORT) or any(map(_given(node), inside))


def _given(node: ast.AST) -> Callable[[ast.AST], bool]:
    arguments = getattr(node, "args", None)
    names = {one.arg for one in arguments.args} if isinstance(arguments, ast.arguments) else set()

    def called(inner: ast.AST) -> bool:
        if not isinstance(inner, ast.Call):
            return False
        function = inner.func
        return isinstance(function, ast.Subscript) or (isinstance(function, ast.Name) and function.id in names)

    return called
