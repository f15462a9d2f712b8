"""A scan does not depend on how code is written down, and nothing that it reads makes it raise."""

from __future__ import annotations

import ast
import hashlib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ptmdeps.scan import ScanResult, scan
from tests.unit.scan.fixture import APP

SETTINGS = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)

PARTS = (
    "from transformers import AutoModel",
    "import transformers as t",
    "from sentence_transformers import SentenceTransformer as S",
    "N = 'acme/n'",
    "R = {'a': 'acme/a', 'b': N}",
    (
        "def f(x, y='acme/y'):\n    AutoModel.from_pretrained(x)\n"
        "    return t.AutoTokenizer.from_pretrained(y, revision='r')"
    ),
    "def g():\n    f('acme/g')\n    f(R['a'], N)",
    "class C:\n    m = 'acme/c'\n    def h(self, k):\n        S(self.m)\n        S(R[k])",
    "class D(C):\n    m = 'acme/d'",
    "def unknown(z):\n    AutoModel.from_pretrained(z)",
    "def loop():\n    for n in ('acme/l', './local'):\n        AutoModel.from_pretrained(n)",
)


def said(result: ScanResult) -> list[tuple[object, ...]]:
    """Everything but lines."""
    found: list[tuple[object, ...]] = [
        (r.key, r.ref, r.selection, r.loader, r.reads, r.resolution, r.alternatives, r.location.path)
        for r in result.references
    ]
    found += [(u.loader, u.reason, u.expression, u.location.path) for u in result.unresolved]
    found += [(local.loader, local.path, local.location.path) for local in result.local]
    return sorted(found, key=repr)


def scan_text(folder: Path, text: str) -> list[tuple[object, ...]]:
    (folder / "app.py").write_text(text, encoding="utf-8")
    return said(scan(folder))


@SETTINGS
@given(order=st.permutations(range(5, len(PARTS))), blank=st.integers(0, 3), comment=st.booleans())
def test_order_of_definitions_comments_and_blank_lines_do_not_matter(
    order: list[int], blank: int, comment: bool, tmp_path: Path
) -> None:
    expected = scan_text(tmp_path, "\n".join(PARTS) + "\n")
    between = "\n" * (blank + 1) + ("# AutoModel.from_pretrained('acme/comment')\n" if comment else "")
    assert scan_text(tmp_path, between.join([*PARTS[:5], *(PARTS[i] for i in order)]) + "\n") == expected


def test_formatting_does_not_matter(tmp_path: Path) -> None:
    (tmp_path / "consts.py").write_text('EMB = "acme/case05-import-const"\n')
    assert scan_text(tmp_path, ast.unparse(ast.parse(APP)) + "\n") == scan_text(tmp_path, APP)


def order_of(files: dict[str, str], seed: int) -> list[str]:
    """One of the many orders of the files."""
    return sorted(files, key=lambda name: hashlib.sha256(f"{seed} {name}".encode()).digest())


@SETTINGS
@given(seed=st.integers(0, 10_000))
def test_order_in_which_files_were_made_does_not_matter(seed: int, tmp_path_factory: pytest.TempPathFactory) -> None:
    files = {
        f"m{index}.py": f"{PARTS[0]}\n{PARTS[1]}\n{PARTS[2]}\n{PARTS[3]}\n{PARTS[4]}\n{part}\n"
        for index, part in enumerate(PARTS[5:])
    }
    files["caller.py"] = "from m0 import f\nf('acme/caller')\n"
    results = []
    for order in (list(files), order_of(files, seed)):
        folder = tmp_path_factory.mktemp("project")
        for name in order:
            (folder / name).write_text(files[name])
        results.append(scan(folder))
    assert results[0] == results[1]


@SETTINGS
@given(data=st.binary(max_size=400))
def test_bytes_raise_nothing(data: bytes, tmp_path: Path) -> None:
    (tmp_path / "a.py").write_bytes(b"from transformers import AutoModel\nAutoModel.from_pretrained(" + data)
    (tmp_path / "b.py").write_bytes(data + b"\nfrom_pretrained")
    (tmp_path / "c.ipynb").write_bytes(data)
    (tmp_path / "d.ipynb").write_bytes(b'{"cells": [{"cell_type": "code", "source": "' + data + b'from_pretrained"}]}')
    scan(tmp_path)


@SETTINGS
@given(
    cut=st.integers(0, len(APP)),
    damage=st.lists(st.tuples(st.integers(0, len(APP)), st.sampled_from("()[]{}'\"\\:=.\n\t \0é")), max_size=5),
)
def test_damaged_source_raises_nothing(cut: int, damage: list[tuple[int, str]], tmp_path: Path) -> None:
    text = APP[:cut]
    for place, character in damage:
        text = text[:place] + character + text[place + 1 :]
    scan_text(tmp_path, text)


NAMES = st.sampled_from(["a", "b", "c", "AutoModel", "d.e", "R['k']", "f", "self.x"])
EXPRESSIONS = st.recursive(
    st.one_of(NAMES, st.sampled_from(["'acme/x'", "None", "1", "''", "b'x'", "...", "[]", "{}"])),
    lambda inner: st.one_of(
        st.tuples(inner, inner).map(lambda pair: f"({pair[0]} + {pair[1]})"),
        st.tuples(inner, inner).map(lambda pair: f"({pair[0]} % {pair[1]})"),
        st.tuples(inner, inner, inner).map(lambda three: f"({three[0]} if {three[1]} else {three[2]})"),
        st.tuples(inner, inner).map(lambda pair: f"({pair[0]} or {pair[1]})"),
        st.tuples(inner, inner).map(lambda pair: f"({pair[0]})[{pair[1]}]"),
        st.tuples(inner, inner).map(lambda pair: f"f({pair[0]}, x={pair[1]})"),
        st.tuples(inner, inner).map(lambda pair: f"{{'k': {pair[0]}, **({pair[1]})}}"),
        st.tuples(inner, inner).map(lambda pair: f"[{pair[0]}, *({pair[1]})]"),
        inner.map(lambda one: f"({one}).get('k')"),
        inner.map(lambda one: f"({one}).format(1)"),
        inner.map(lambda one: f"[c for c in ({one})]"),
        inner.map(lambda one: f"(lambda a: {one})"),
    ),
    max_leaves=12,
)


@SETTINGS
@given(values=st.lists(EXPRESSIONS, min_size=4, max_size=4))
def test_any_expression_comes_to_something(values: list[str], tmp_path: Path) -> None:
    first, second, third, fourth = values
    text = (
        "from transformers import AutoModel\n"
        f"a = {first}\nfor b in {second}:\n    c = {third}\n"
        f"def f(x, y={second}):\n    return {third}\n"
        f"R = {{'k': {first}}}\nR['j'] = a\n"
        f"class C:\n    x = {fourth}\n    def m(self):\n        AutoModel.from_pretrained({third})\n"
        f"AutoModel.from_pretrained(({fourth}))\n"
    )
    (tmp_path / "app.py").write_text(text)
    result = scan(tmp_path)
    sites = {reference.location.line for reference in result.references}
    sites |= {unresolved.location.line for unresolved in result.unresolved}
    sites |= {local.location.line for local in result.local}
    assert sites <= {12, 13}
