"""Locked commits end up in calls, and nothing else of a file changes."""

from __future__ import annotations

import ast
import json
import os
import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ptmdeps.fixing import Fixes, fixes, write
from ptmdeps.fixing.files import is_same
from ptmdeps.fixing.source import CannotPin, Splice, with_splices
from ptmdeps.identity import Location, ModelKey
from ptmdeps.lockfile import LockedModel, Lockfile
from ptmdeps.scan.loaders import LOADERS, Catalogue
from ptmdeps.scan.references import Pinning, PinWay, Reference

COMMIT = "0123456789abcdef0123456789abcdef01234567"
OTHER = "f" * 40
CATALOGUE = Catalogue(LOADERS)
LOCK = Lockfile(
    models=(
        LockedModel(key=ModelKey("huggingface", "a/b"), revision=COMMIT),
        LockedModel(key=ModelKey("huggingface", "a/b"), ref="v1", revision=COMMIT),
        LockedModel(key=ModelKey("huggingface", "a/b"), ref="d" * 40, revision=COMMIT),
        LockedModel(key=ModelKey("huggingface", "a/c"), revision=OTHER),
        LockedModel(key=ModelKey("huggingface", "google-bert/bert"), aliases=("bert",), revision=COMMIT),
        LockedModel(key=ModelKey("tfhub", "google/x"), revision="3"),
    )
)


def reference(
    path: str,
    line: int,
    column: int | None,
    *,
    way: PinWay = "argument",
    keyword: str = "revision",
    name: str = "a/b",
    ref: str | None = None,
    loader: str = "transformers.AutoModel.from_pretrained",
    resolution: str = "literal",
) -> Reference:
    return Reference(
        key=ModelKey("huggingface", name),
        ref=ref,
        loader=loader,
        reads="transformers",
        location=Location(path, line),
        resolution=resolution,
        pinning=Pinning(way=way, keyword=keyword if way == "argument" else "", column=column),
    )


def place(data: bytes, call: bytes = b"load(") -> tuple[int, int]:
    """The line of the first such call, and the bytes in front of it."""
    before = data[: data.index(call)].replace(b"\r\n", b"\n")
    return before.count(b"\n") + 1, len(before.rpartition(b"\n")[2].removeprefix(b"\xef\xbb\xbf"))


def fixed(root: Path, data: bytes, *references: Reference, path: str = "app.py") -> tuple[bytes, Fixes]:
    (root / path).write_bytes(data)
    result = fixes(root, references, LOCK, CATALOGUE)
    return (result.files[0].after if result.files else data), result


def load(data: bytes, **how: object) -> Reference:
    line, column = place(data)
    return reference("app.py", line, column, **{"loader": "x.load", **how})  # type: ignore[arg-type]


R = f'revision="{COMMIT}"'

CALLS = {
    'load("a/b")': f'load("a/b", {R})',
    "load('a/b')": f"load('a/b', revision='{COMMIT}')",
    'load("a/b",)': f'load("a/b", {R},)',
    'load("a/b", )': f'load("a/b", {R}, )',
    'load(("a/b"))': f'load(("a/b"), {R})',
    'load("a/b", *rest)': f'load("a/b", *rest, {R})',
    'load("a/b", **more)': f'load("a/b", {R}, **more)',
    'load("a/b", x=1, **more, y=2)': f'load("a/b", x=1, {R}, **more, y=2)',
    'load("a/b")  # (why, not)': f'load("a/b", {R})  # (why, not)',
    'load(\n    "a/b",\n)': f'load(\n    "a/b",\n    {R},\n)',
    'load(\n\t"a/b",  # here\n\t# there\n)': f'load(\n\t"a/b",  # here\n\t{R},\n\t# there\n)',
    'load(\n    "a/b"  # here\n)': f'load(\n    "a/b",  # here\n    {R}\n)',
    'load(\n    "a/b", x=1,\n)': f'load(\n    "a/b", x=1, {R},\n)',
    'load("a/b",\n     x=1)': f'load("a/b",\n     x=1,\n     {R})',
    'load("a/b",\n     x=1,)': f'load("a/b",\n     x=1,\n     {R},)',
    'load("a/b", x=1\n)': f'load("a/b", x=1, {R}\n)',
    'load(\n    "a/b",\n    **more,\n)': f'load(\n    "a/b",\n    {R},\n    **more,\n)',
    'load(\n    "a/b",\n    x={\n    1: 2,\n    },\n)': f'load(\n    "a/b",\n    x={{\n    1: 2,\n    }},\n    {R},\n)',
    'load("a/b", \\\n)': f'load("a/b", {R}, \\\n)',
    'load("a/b", f"{x(1)}")': f'load("a/b", f"{{x(1)}}", {R})',
    'load("a/b").to("cuda")(1)': f'load("a/b", {R}).to("cuda")(1)',
    "load(r'a/b', '''x\ny''')": f"load(r'a/b', '''x\ny''', revision='{COMMIT}')",
    'load(load_name := "a/b")': f'load(load_name := "a/b", {R})',
    'y = (1, load("a/b"), 2)': f'y = (1, load("a/b", {R}), 2)',
    'y = (Hub\n     .load("a/b"))': f'y = (Hub\n     .load("a/b", {R}))',
    'y = (Hub\n  . load \\\n ("a/b"))': f'y = (Hub\n  . load \\\n ("a/b", {R}))',
    'load(b"x", "a/b")': f'load(b"x", "a/b", {R})',
    "load(a_b)": f"load(a_b, {R})",
    'load("a/b", revision=None)': f'load("a/b", {R})',
    'ö = "é😀", load("a/b")': f'ö = "é😀", load("a/b", {R})',
}


@pytest.mark.parametrize(("call", "expected"), CALLS.items())
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_a_revision_is_added_where_its_author_would_have_written_it(
    tmp_path: Path, call: str, expected: str, newline: str
) -> None:
    start = b"Hub\n" if "Hub" in call else b"load("
    data = f"# x\n{call}\n".encode()
    line, column = place(data, start)
    found = reference("app.py", line, column, loader="x.load")
    after, result = fixed(tmp_path, data.replace(b"\n", newline.encode()), found)
    assert after.decode() == f"# x\n{expected}\n".replace("\n", newline), result.skipped
    assert not result.skipped


@pytest.mark.parametrize(
    ("call", "ref", "expected"),
    [
        ('load("a/b", revision="main")', "main", f'load("a/b", {R})'),
        ("load('a/b', revision='v1', x=2)", "v1", f"load('a/b', revision='{COMMIT}', x=2)"),
        ('load("a/b", revision=u"main")', "main", f'load("a/b", {R})'),
        ('load("a/b", revision=("main"))', "main", f'load("a/b", revision=("{COMMIT}"))'),
        ('load("a/b", revision="ma" "in")', "main", f'load("a/b", {R})'),
        ('load("a/b", revision="""main""")', "main", f'load("a/b", {R})'),
    ],
)
def test_a_branch_or_tag_becomes_the_commit(tmp_path: Path, call: str, ref: str, expected: str) -> None:
    data = f"{call}\n".encode()
    after, _ = fixed(tmp_path, data, load(data, ref=ref))
    assert after.decode() == f"{expected}\n"


@pytest.mark.parametrize(
    ("call", "how", "reason"),
    [
        ('load("a/b", revision=REV)', {"ref": "main"}, "an expression"),
        ('load("a/b", revision="ma"\n  "in")', {"ref": "main"}, "several lines"),
        ('load("a/b", *rest, x)', {"ref": "main"}, "not written at the call"),
        ('load("a/b", **{"revision": "v"})', {}, "behind `**` gives its revision"),
        ('load("a/d")', {"name": "a/d"}, "not locked"),
        ('load("a/b")', {"way": "none"}, "takes no revision"),
        ('load("a/b")', {"resolution": "default-model"}, "library chooses"),
        ('load("a/b", revision="""ma\nin""")', {"ref": "ma\nin"}, "not locked"),
        ('load(1, "a/" "b")', {"way": "notation"}, "not written out"),
        ('load("a/b")()', {"loader": "x.other"}, "no call of `other`"),
        ('load("a/b")', {"resolution": "option"}, "can name another model"),
        ('load("a/b")', {"keyword": "model_kwargs.revision"}, "no dictionary is written there"),
        ('load("a/b", model_kwargs=dict(x=1))', {"keyword": "model_kwargs.revision"}, "no dictionary"),
        ("load(NAME)", {"way": "notation", "resolution": "constant"}, "not written out"),
        ('load("a\\x2fb")', {"way": "notation"}, "not written out"),
        ('f"{load(1)}"', {}, "no call of `load` begins there"),
        ('load("a/b").load("a/b")', {}, "several such calls"),
        ("load(x for x in y)", {}, "generator"),
        ('load("a/b"', {}, "cannot be parsed"),
    ],
)
def test_what_cannot_be_pinned_is_left_and_said(tmp_path: Path, call: str, how: dict[str, object], reason: str) -> None:
    data = f"{call}\n".encode()
    after, result = fixed(tmp_path, data, load(data, **how))
    assert after == data
    assert [skipped.location.line for skipped in result.skipped] == [1]
    assert reason in result.skipped[0].reason


def test_a_load_of_one_of_several_models_is_left(tmp_path: Path) -> None:
    data = b"load(NAME)\n"
    first = replace(load(data), alternatives=("a/c",))
    second = replace(load(data, name="a/c"), alternatives=("a/b",))
    after, result = fixed(tmp_path, data, first, second)
    assert after == data
    assert "one of several" in result.skipped[0].reason


def test_two_models_of_one_call_that_share_their_revision_are_left(tmp_path: Path) -> None:
    data = b'load("a/b", tokenizer="a/c")\n'
    after, result = fixed(tmp_path, data, load(data), load(data, name="a/c"))
    assert after == data
    assert len(result.skipped) == 1


def test_two_models_of_one_call_get_their_own_revisions(tmp_path: Path) -> None:
    data = b'load(\n    "a/b",\n    tokenizer="a/c"\n)\n'
    other = load(data, name="a/c", keyword="tokenizer_revision")
    after, result = fixed(tmp_path, data, load(data), other)
    assert after.decode() == (
        f'load(\n    "a/b",\n    tokenizer="a/c",\n    {R},\n    tokenizer_revision="{OTHER}"\n)\n'
    )
    assert len(result.files[0].pinned) == 2


def test_two_ids_of_one_call_get_their_own_notations(tmp_path: Path) -> None:
    data = b'load("a/b", "a/c")\n'
    after, _ = fixed(tmp_path, data, load(data, way="notation"), load(data, way="notation", name="a/c"))
    assert after.decode() == f'load("a/b@{COMMIT}", "a/c@{OTHER}")\n'


@pytest.mark.parametrize(
    ("call", "ref", "expected"),
    [
        ('load("a/b")', None, f'load("a/b@{COMMIT}")'),
        ("load(name='hf-hub:a/b@v1')", "v1", f"load(name='hf-hub:a/b@{COMMIT}')"),
        (
            'load("https://huggingface.co/a/b/resolve/main/x.bin")',
            "main",
            f'load("https://huggingface.co/a/b/resolve/{COMMIT}/x.bin")',
        ),
    ],
)
def test_an_id_that_carries_its_ref_gets_the_commit(tmp_path: Path, call: str, ref: str, expected: str) -> None:
    data = f"{call}\n".encode()
    after, _ = fixed(tmp_path, data, load(data, way="notation", ref=ref))
    assert after.decode() == f"{expected}\n"


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        ("load(m='a/b', k={})", f"load(m='a/b', k={{'revision': '{COMMIT}'}})"),
        ('load("a/b", k={"x": 1})', f'load("a/b", k={{"x": 1, "revision": "{COMMIT}"}})'),
        ('load("a/b", k={**y})', f'load("a/b", k={{**y, "revision": "{COMMIT}"}})'),
        ('load("a/b", k={"revision": "main"})', f'load("a/b", k={{"revision": "{COMMIT}"}})'),
        (
            'load("a/b", k={\n    "x": 1,  # one\n})',
            f'load("a/b", k={{\n    "x": 1,  # one\n    "revision": "{COMMIT}",\n}})',
        ),
    ],
)
def test_a_dictionary_that_carries_the_ref_gets_the_commit(tmp_path: Path, call: str, expected: str) -> None:
    data = f"{call}\n".encode()
    after, _ = fixed(tmp_path, data, load(data, keyword="k.revision"))
    assert after.decode() == f"{expected}\n"


@pytest.mark.parametrize(
    ("source", "loader", "expected"),
    [
        ("from t import load as get\nget('a/b')", "t.load", f"get('a/b', revision='{COMMIT}')"),
        ("get = t.load\nget('a/b')", "t.load", f"get('a/b', revision='{COMMIT}')"),
        ("x\nto_thread(t.load, 'a/b')", "t.load", f"to_thread(t.load, 'a/b', revision='{COMMIT}')"),
        ("x\npool.submit(t.load, 'a/b')", "t.load", f"pool.submit(t.load, 'a/b', revision='{COMMIT}')"),
    ],
)
def test_a_loader_under_another_name_is_known(tmp_path: Path, source: str, loader: str, expected: str) -> None:
    after, _ = fixed(tmp_path, source.encode(), reference("app.py", 2, 0, loader=loader))
    assert after.decode().split("\n")[1] == expected


def test_without_a_column_the_call_must_be_the_only_one_in_its_line(tmp_path: Path) -> None:
    found = reference("app.py", 1, None, loader="x.load")
    after, _ = fixed(tmp_path, b"y = 1, load('a/b')\n", found)
    assert COMMIT.encode() in after
    _, result = fixed(tmp_path, b"y = load('a/b'), load('a/b')\n", found)
    assert "several such calls" in result.skipped[0].reason


def test_a_wrapper_of_the_project_is_left_alone(tmp_path: Path) -> None:
    data = b"wrapper('a/b')\n"
    after, result = fixed(tmp_path, data, reference("app.py", 1, 0, loader="t.load"))
    assert after == data
    assert "no call of `load`" in result.skipped[0].reason


def test_a_ref_by_position_is_replaced(tmp_path: Path) -> None:
    data = b'pipeline("fill-mask", "a/b", None, None, None, None, None, None, "main")\n'
    found = reference("app.py", 1, 0, loader="transformers.pipeline", ref="main")
    after, result = fixed(tmp_path, data, found)
    assert after == data.replace(b"main", COMMIT.encode()), result.skipped
    data = b'pipeline("fill-mask", "a/b", *more)\n'
    _, result = fixed(tmp_path, data, replace(found, ref=None))
    assert "a `*` before it" in result.skipped[0].reason


@pytest.mark.parametrize(
    "data",
    [
        b'\xef\xbb\xbfload("a/b")\r\n# \xc3\xa9\r\n',
        b'# coding: latin-1\nx = "\xe9", load("a/b")\n',
        b'# coding: shift_jis\nx = "\x83\x5c"; load("a/b")\n',
        b'load("a/b")',
        b'\x0cload("a/b")\n\x0c\n',
        b'x = """\r\n\r"""\r\nload("a/b")\r\n',
    ],
)
def test_encoding_line_ends_and_everything_else_stay(tmp_path: Path, data: bytes) -> None:
    text = data.decode("shift_jis" if b"shift_jis" in data else "latin-1" if b"latin" in data else "utf-8")
    normal = text.replace("\r\n", "\n").replace("\r", "\n")
    line = normal[: normal.index("load(")].count("\n")
    column = len(normal.split("\n")[line].removeprefix("\ufeff").partition("load(")[0].encode())
    after, result = fixed(tmp_path, data, reference("app.py", line + 1, column, loader="x.load"))
    assert after == data.replace(b'"a/b")', f'"a/b", {R})'.encode()), result.skipped


@pytest.mark.parametrize("data", [b"# coding: nonsense\nload(1)\n", b"load('\xff')\n", b"# coding: utf-16\nload(1)\n"])
def test_a_file_of_unknown_encoding_is_left(tmp_path: Path, data: bytes) -> None:
    after, result = fixed(tmp_path, data, reference("app.py", 1, 0, loader="x.load"))
    assert after == data
    assert "encoding" in result.skipped[0].reason


def cell(*lines: str) -> dict[str, object]:
    return {"cell_type": "code", "metadata": {}, "outputs": [], "source": list(lines)}


@pytest.mark.parametrize("indent", [1, 2, "\t"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_only_the_source_lines_of_a_notebook_change(tmp_path: Path, indent: int | str, newline: str) -> None:
    lines = ["%pip install x\n", "# é ☃\n", 'y = "\\u00e9", load(\n', '    "a/b",\n', ")"]
    document = {"nbformat": 4, "cells": [cell("1"), cell(*lines)], "metadata": {"b": 1, "a": "ü"}}
    raw = json.dumps(document, indent=indent, ensure_ascii=False).replace("\n", newline) + newline
    number = next(number for number, line in enumerate(raw.split(newline), 1) if "load(" in line)
    found = reference("n.ipynb", number, lines[2].encode().index(b"load("), loader="x.load")
    after, result = fixed(tmp_path, raw.encode(), found, path="n.ipynb")
    expected = [*lines[:4], f"    {R},\n", lines[4]]
    document["cells"] = [cell("1"), cell(*expected)]
    assert after.decode() == (json.dumps(document, indent=indent, ensure_ascii=False).replace("\n", newline) + newline)
    assert not result.skipped


def test_a_notebook_on_one_line_and_cells_of_one_text(tmp_path: Path) -> None:
    document = {"cells": [{**cell(), "source": '# "x"\nload(\n  "a/b"\n)\n'}], "metadata": {}}
    raw = json.dumps(document)
    after, result = fixed(tmp_path, raw.encode(), reference("n.ipynb", 1, 0, loader="x.load"), path="n.ipynb")
    document["cells"] = [{**cell(), "source": f'# "x"\nload(\n  "a/b",\n  {R}\n)\n'}]
    assert after.decode() == json.dumps(document), result.skipped


def test_a_line_that_stands_twice_on_a_line_of_the_notebook_is_left(tmp_path: Path) -> None:
    raw = json.dumps({"cells": [cell("load('a/b')\n", "load('a/b')\n", "x(\n")]}).encode()
    after, result = fixed(tmp_path, raw, reference("n.ipynb", 1, 0, loader="x.load"), path="n.ipynb")
    assert after == raw
    assert result.skipped
    after, result = fixed(tmp_path, b"{", reference("n.ipynb", 1, 0, loader="x.load"), path="n.ipynb")
    assert "cannot be read" in result.skipped[0].reason


def test_a_file_whose_bytes_would_not_come_back_is_left(tmp_path: Path) -> None:
    data = b"# coding: utf-7\nx = '+AGE-' , load('a/b')\n"
    after, result = fixed(tmp_path, data, reference("app.py", 2, 13, loader="x.load"))
    assert after == data
    assert "every byte" in result.skipped[0].reason


def test_calls_inside_calls_are_pinned_together(tmp_path: Path) -> None:
    data = b"load('a/b', load('a/b', x))\n"
    inner = reference("app.py", 1, 12, loader="x.load")
    first, _ = fixed(tmp_path, data, inner, load(data))
    pinned = f"revision='{COMMIT}'"
    assert first.decode() == f"load('a/b', load('a/b', x, {pinned}), {pinned})\n"


def test_trees_are_the_same_wherever_their_nodes_stand() -> None:
    assert not is_same(ast.parse("f(1)"), ast.parse("f(1, 2)"))
    assert not is_same(ast.parse("f(1)"), ast.parse("f(2)"))
    assert not is_same(ast.parse("f(1)"), ast.parse("f(True)"))
    assert is_same(ast.parse("f(1)"), ast.parse("f( 1 )"))


def test_splices_must_not_overlap() -> None:
    with pytest.raises(CannotPin, match="overlap"):
        with_splices("abc", [Splice(0, 2, "x"), Splice(1, 3, "y")])


@pytest.mark.parametrize("depth", [600, 30_000])
def test_deep_expressions_do_no_harm(tmp_path: Path, depth: int) -> None:
    data = b"load('a/b')\nx = " + b" + ".join([b"1"] * depth) + b"\n"
    after, result = fixed(tmp_path, data, reference("app.py", 1, 0, loader="x.load"))
    assert (after == data) == bool(result.skipped)
    assert (COMMIT.encode() in after) == (depth == 600)


def test_a_commit_in_the_code_is_never_moved(tmp_path: Path) -> None:
    for commit in (COMMIT, "e" * 40, "d" * 40):  # the last one is locked, to another commit
        data = f'load("a/b", revision="{commit}")\n'.encode()
        after, result = fixed(tmp_path, data, load(data, ref=commit))
        assert (after, result.files, result.skipped) == (data, (), ())


def test_an_alias_is_locked_under_its_own_name_and_soft_evidence_is_no_load(tmp_path: Path) -> None:
    data = b'load("bert")\n'
    after, _ = fixed(tmp_path, data, load(data, name="bert"))
    assert COMMIT.encode() in after
    _, result = fixed(tmp_path, data, replace(load(data, name="bert"), soft=True))
    assert result == Fixes(files=(), skipped=())


def test_other_hubs_and_places_that_are_no_calls_are_said(tmp_path: Path) -> None:
    data = b'load("a/b")\n'
    hub = replace(load(data), key=ModelKey("torchhub", "a/b"))
    version = replace(load(data), key=ModelKey("tfhub", "google/x"))
    script = reference("run.sh", 1, 0)
    for found, reason in ((hub, "PyTorch Hub"), (version, "no commit"), (script, "no call to write into")):
        _, result = fixed(tmp_path, data, found)
        assert reason in result.skipped[0].reason


def test_writing_keeps_permissions_and_does_not_leave_the_project(tmp_path: Path) -> None:
    root = tmp_path / "project"
    root.mkdir()
    (root / "real.py").write_bytes(b"load('a/b')\n")
    (root / "real.py").chmod(0o750)
    (root / "inside.py").symlink_to("real.py")
    (tmp_path / "outside.py").write_bytes(b"load('a/b')\n")
    (root / "outside.py").symlink_to("../outside.py")
    found = [reference(path, 1, 0, loader="x.load") for path in ("inside.py", "outside.py", "gone.py")]
    result = fixes(root, found, LOCK, CATALOGUE)
    write(root, result.files)
    assert COMMIT in (root / "real.py").read_text()
    assert (root / "inside.py").is_symlink()
    assert os.stat(root / "real.py").st_mode & 0o777 == 0o750
    assert COMMIT not in (tmp_path / "outside.py").read_text()
    assert [skipped.reason for skipped in result.skipped] == [
        "its file cannot be read",
        "its file is a link out of the project",
    ]


WORDS = st.sampled_from(['"a/b"', "x=1", "y={\n 1: 2}", "*z", "f(2)", "z=(3)", "w='é'"])
GAPS = st.sampled_from(["", " ", "\n", "\n    ", "  # no ) here\n  ", " \\\n "])


@st.composite
def calls(draw: st.DrawFn) -> str:
    words = sorted(draw(st.lists(WORDS, min_size=1, max_size=4)), key=lambda word: "=" in word)
    names = {word.partition("=")[0] for word in words if "=" in word}
    if len(names) < sum("=" in word for word in words):
        words = words[:1]
    if draw(st.booleans()):
        words.append("**more")
    text = "load(" + draw(GAPS)
    for index, word in enumerate(words):
        text += word + draw(GAPS)
        if index < len(words) - 1 or draw(st.booleans()):
            text += "," + draw(GAPS)
    return text + ")"


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(call=calls(), before=st.sampled_from(["", "y = ", "g(1, ", "# é\nif y:\n\t"]))
def test_pinning_adds_one_keyword_and_is_done_once(
    tmp_path_factory: pytest.TempPathFactory, call: str, before: str
) -> None:
    data = f"{before}{call}{')' if '(' in before else ''}\n".encode()
    root = tmp_path_factory.getbasetemp()
    after, result = fixed(root, data, load(data))
    if result.skipped:
        assert after == data
        return
    first, second = (
        next(
            node
            for node in ast.walk(ast.parse(text))
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "load"
        )
        for text in (data, after)
    )
    assert [k.arg for k in second.keywords if k.arg != "revision"] == [k.arg for k in first.keywords]
    assert after.count(b"#") == data.count(b"#")
    without = re.sub(rf"revision=(['\"]){COMMIT}\1".encode(), b"", after)
    assert sorted(b"".join(without.split()).replace(b",", b"")) == sorted(b"".join(data.split()).replace(b",", b""))
    again, _ = fixed(root, after, load(after, ref=COMMIT))
    assert again == after
