"""A scan does not depend on how code is written down, in which order its files are met, or who does the work."""

from __future__ import annotations

import ast
import io
import os
import random
import re
import tokenize
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ptmdeps.scan import ScanCache, ScanResult, files, looking, parallel, scan
from tests.property.scan_projects import PATHS, PROJECTS, write_project
from tests.unit.scan.fixture import APP, FILES

SETTINGS = settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])

Project = dict[str, str]


def said(result: ScanResult) -> list[tuple[object, ...]]:
    """Everything but lines and columns."""
    found: list[tuple[object, ...]] = [
        (
            *(r.key, r.ref, r.entrypoint, r.selection, r.kind, r.loader, r.reads, r.resolution, r.scope),
            *(r.alternatives, r.pinning.way, r.pinning.keyword, r.remote_code, r.soft, r.location.path),
        )
        for r in result.references
    ]
    found += [(u.loader, u.reason, u.expression, u.scope, u.passed_on, u.location.path) for u in result.unresolved]
    found += [(local.loader, local.path, local.scope, local.location.path) for local in result.local]
    return sorted(found, key=repr)


def scanned(project: Project) -> ScanResult:
    with TemporaryDirectory() as folder:
        write_project(Path(folder), project)
        return scan(Path(folder))


def retold(text: str) -> str:
    """The same program in the parser's own words: other quotes, no comments, no blank lines, one line each."""
    return ast.unparse(ast.parse(text)) + "\n"


def commented(text: str) -> str:
    """The same program with comments and blank lines wherever a logical line ends."""
    lines = text.splitlines()
    ends = [
        token.start[0]
        for token in tokenize.generate_tokens(io.StringIO(text).readline)
        if token.type == tokenize.NEWLINE
    ]
    for end in sorted(ends, reverse=True):
        # What follows a backslash or stands in a text is no end of a line: the tokenizer knows.
        lines[end - 1] += "  # AutoModel.from_pretrained('acme/comment')"
        lines[end:end] = ["", "# it's no \"load: \\", "", "        # load('acme/comment')"]
    return "\n".join(lines) + "\n"


def spread_over_lines(text: str) -> str:
    """The same program with every bracket on lines of its own, and commas before those that close calls."""
    tokens = list(tokenize.generate_tokens(io.StringIO(text).readline))
    lines = text.splitlines(keepends=True)
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line))
    pieces, seen = [], 0
    for token in tokens:
        if token.type == tokenize.OP and token.string in "([{":
            end = starts[token.end[0] - 1] + token.end[1]
            pieces.append(text[seen:end] + "\n\n  # bracket\n      ")
            seen = end
    return "".join(pieces) + text[seen:]


def continued(text: str) -> str:
    """The same program with a line break behind a backslash after every assignment."""
    return re.sub(r"(?m)^( *\w+) = (?=[^\n]*$)", "\\1 = \\\\\n  ", text)


def with_other_ends(text: str) -> str:
    """The same program with the line ends of Windows."""
    return text.replace("\n", "\r\n")


def marked(text: str) -> str:
    """The same program with a byte order mark."""
    return "\ufeff" + text


def in_function_strings(text: str) -> str:
    """The same program with a text before it that holds code."""
    return '"""\nfrom transformers import AutoModel\nAutoModel.from_pretrained("acme/text")\n"""\n' + text


WAYS: tuple[Callable[[str], str], ...] = (
    retold,
    commented,
    spread_over_lines,
    continued,
    with_other_ends,
    marked,
    in_function_strings,
)


def rewritten(project: Project, way: Callable[[str], str]) -> Project:
    """Write every Python file that parses in another way."""
    return {path: way(text) if path.endswith(".py") and parses(text) else text for path, text in project.items()}


def parses(text: str) -> bool:
    try:
        ast.parse(text)
    except SyntaxError:
        return False
    return True


@pytest.mark.parametrize("way", WAYS)
def test_the_fixture_may_be_written_in_any_way(way: Callable[[str], str]) -> None:
    other = rewritten(FILES, way)
    assert other["app.py"] != APP
    assert said(scanned(other)) == said(scanned(FILES))


@SETTINGS
@given(project=PROJECTS, ways=st.lists(st.sampled_from(WAYS), min_size=1, max_size=2, unique=True))
def test_code_may_be_written_in_any_way(project: Project, ways: list[Callable[[str], str]]) -> None:
    other = project
    for way in sorted(ways, key=WAYS.index):
        other = rewritten(other, way)
    assert said(scanned(other)) == said(scanned(project))


DEFINITIONS = (
    (
        "def f(x, y='acme/y'):\n    AutoModel.from_pretrained(x)\n"
        "    return t.AutoTokenizer.from_pretrained(y, revision='r')"
    ),
    "def g():\n    f('acme/g')\n    f(R['a'], N)",
    "class C:\n    m = 'acme/c'\n    def h(self, k):\n        S(self.m)\n        S(R[k])",
    "def unknown(z):\n    AutoModel.from_pretrained(z)",
    "def loop():\n    for n in ('acme/l', './local'):\n        AutoModel.from_pretrained(n)",
    "def made():\n    return E('acme/made').go()",
    (
        "class E:\n    def __init__(self, n):\n        self.n = n\n"
        "    def go(self):\n        return AutoModel.from_pretrained(self.n)"
    ),
    "def last():\n    return C().m, D",
    "async def later(w=C.m):\n    AutoModel.from_pretrained(w)",
    "D = None\ndef setting():\n    global D\n    D = 'acme/global'",
)
HEAD = (
    "from transformers import AutoModel\nimport transformers as t\n"
    "from sentence_transformers import SentenceTransformer as S\n"
    "N = 'acme/n'\nR = {'a': 'acme/a', 'b': N}\n"
)


@SETTINGS
@given(order=st.permutations(range(len(DEFINITIONS))))
def test_functions_and_classes_may_stand_in_any_order(order: list[int]) -> None:
    expected = scanned({"app.py": HEAD + "\n".join(DEFINITIONS) + "\n"})
    assert {"acme/made", "acme/c", "acme/l"} <= {reference.key.name for reference in expected.references}
    found = scanned({"app.py": HEAD + "\n".join(DEFINITIONS[index] for index in order) + "\n"})
    assert said(found) == said(expected)


def shuffled_entries(seed: int) -> Callable[[str], list[os.DirEntry[str]]]:
    """List folders in an order of its own for each seed, as file systems do."""
    chance = random.Random(seed)  # noqa: S311 - an order, not a secret

    def entries(folder: str) -> list[os.DirEntry[str]]:
        with os.scandir(folder) as found:
            listed = sorted(found, key=lambda entry: entry.name)
        chance.shuffle(listed)
        return listed

    return entries


@SETTINGS
@given(project=PROJECTS, seed=st.integers(0, 1_000), order=st.permutations(PATHS))
def test_files_may_be_made_and_listed_in_any_order(project: Project, seed: int, order: list[str]) -> None:
    expected = scanned(project)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(files, "_entries", shuffled_entries(seed))
        assert scanned({path: project[path] for path in order if path in project}) == expected


@SETTINGS
@given(project=PROJECTS)
def test_a_scan_of_many_files_gives_for_each_what_it_gives_in_another_company(project: Project) -> None:
    """Files that nobody can import change nothing about the others."""
    with TemporaryDirectory() as folder:
        write_project(Path(folder), project)
        expected = scan(Path(folder))
        write_project(Path(folder), {f"zz/more-{n}.py": f"{HEAD}\n{DEFINITIONS[n]}\n" for n in range(3)})
        found = scan(Path(folder))
    theirs = [one for one in said(found) if not str(one[-1]).startswith("zz/")]
    assert theirs == said(expected)


@settings(SETTINGS, max_examples=6)
@given(project=PROJECTS)
def test_one_process_finds_what_several_find(project: Project) -> None:
    results = []
    for processes in (1, 4):
        with pytest.MonkeyPatch.context() as patch, TemporaryDirectory() as folder:
            patch.setattr(parallel, "_MOST", processes)
            patch.setattr(os, "sched_getaffinity", lambda _: range(4))
            patch.setattr(looking, "_BYTES", 0)
            write_project(Path(folder) / "project", project)
            cache = ScanCache(Path(folder) / "cache")
            cold = scan(Path(folder) / "project", cache=cache)
            assert scan(Path(folder) / "project", cache=cache) == cold
            results.append((cold, cache.path.read_bytes().partition(b'"records"')[2]))
    assert results[0] == results[1]
