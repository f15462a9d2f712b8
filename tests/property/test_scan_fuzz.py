"""Nothing that a project holds makes a scan raise or hang."""

from __future__ import annotations

import json
import os
import random
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ptmdeps.scan import ScanResult, scan
from tests.unit.scan.fixture import FILES

SETTINGS = settings(
    max_examples=40,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
SECONDS = 20
"""Far more than any of these takes, and far less than what time in proportion to a square takes."""

HEAD = b"from transformers import AutoModel\n"
LOAD = b"AutoModel.from_pretrained"
NAMES = sorted(FILES)


@contextmanager
def soon() -> Iterator[None]:
    """Fail what does not come to an end."""

    def late(_number: int, _frame: FrameType | None) -> None:
        raise AssertionError(f"this took more than {SECONDS} seconds")

    before = signal.signal(signal.SIGALRM, late)
    signal.setitimer(signal.ITIMER_REAL, SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def scanned(folder: Path, name: str, data: bytes) -> ScanResult:
    (folder / name).write_bytes(data)
    with soon():
        return scan(folder)


def load(argument: bytes) -> bytes:
    return HEAD + LOAD + b"(" + argument + b")\n"


def lines(text: bytes, count: int) -> bytes:
    return b"".join(text.replace(b"%d", b"%d" % number) for number in range(count))


DEEP = {
    "brackets": load(b"(" * 10_000 + b")" * 10_000),
    "lists": load(b"[" * 90 + b"]" * 90),
    "negations": load(b"not " * 3_000 + b"1"),
    "additions": load(b"'a'+" * 20_000 + b"'b'"),
    "attributes": load(b"x" + b".a" * 5_000),
    "lambdas": load(b"lambda: " * 1_000 + b"1"),
    "choices": load(lines(b"'acme/x%d' if a else ", 1_000) + b"None"),
    "functions": HEAD + b"".join(b" " * i + b"def f():\n" for i in range(1_000)) + b" " * 1_000 + LOAD + b"('a')\n",
    "functions_that_parse": HEAD + b"".join(b" " * i + b"def f():\n" for i in range(90)) + b" " * 90 + LOAD + b"('a')",
    "branches": HEAD + b"if a:\n  x = 'acme/x'\n" + lines(b"elif a == %d:\n  x = 'acme/x%d'\n", 1_000) + LOAD + b"(x)",
    "chain": load(b"'acme/x'")[:-1] + b".to('x')" * 2_000 + b"\n",
    "formatted": load(b"f'" + b"{x}" * 3_000 + b"'"),
    "dictionaries": HEAD + b"x = " + b"{'a':" * 90 + b"'b'" + b"}" * 90 + b"\n" + LOAD + b"(x" + b"['a']" * 90 + b")",
}
CIRCLES = {
    "added_to_itself": HEAD + b"x = 'a'\nx = x + x\nwhile x:\n  x = x + x\n  x += x\n" + LOAD + b"(x)\n",
    "doubled": HEAD + b"x = 'acme/aaaaaaaa'\n" + b"x = x + x\n" * 60 + LOAD + b"(x)\n",
    "lengthened_in_branches": HEAD + b"x = ''\n" + b"if a:\n  x += 'a'\nelse:\n  x += 'b'\n" * 60 + LOAD + b"(x)\n",
    "lengthened_in_function": HEAD
    + b"def f(x):\n"
    + b"  if a:\n    x += 'a'\n  else:\n    x += 'b'\n" * 60
    + b"  "
    + LOAD
    + b"(x)\nf('acme/')\nf('other/')\n",
    "combined": HEAD + lines(b"a%d = 'x' if z%d else 'y'\n", 40) + LOAD + b"(" + lines(b"a%d+", 40) + b"'')\n",
    "dictionary": HEAD + b"d = {}\nd['a'] = d\nd['b'] = {**d, 'c': d}\n" + LOAD + b"(d['a']['b']['c'])\n",
    "list": HEAD + b"l = []\nl.append(l)\nl.extend(l)\nfor i in l:\n  " + LOAD + b"(i)\n",
    "calls": HEAD + b"def f(x=f(1)): return g(x)\ndef g(x): return f(f(x))\n" + LOAD + b"(f('a'))\n",
    "bases": HEAD + b"class A(B): pass\nclass B(A): pass\nclass C(C): x = C.x\n" + LOAD + b"(A().x, C.x)\n",
    "long_lines_of_names": HEAD + b"x0 = 'acme/x'\n" + b"".join(b"x%d = x%d\n" % (i + 1, i) for i in range(2_000)),
    "multiplied": load(b"'a' * 10**9 + 'b' * 9**9**9"),
    "widened": load(b"'{:>999999999}'.format('x') + f\"{'x':>999999999}\" + '%999999999s' % 'x' + 'x'.zfill(10**9)"),
}
LARGE = {
    "line": load(b"'acme/x'") + b"x = '" + b"a" * 10_000_000 + b"'\n",
    "list": HEAD + b"x = [" + lines(b"'acme/m%d',", 40_000) + b"]\nfor y in x:\n  " + LOAD + b"(y)\n",
    "dictionary": HEAD + b"x = {" + lines(b"'k%d': 'acme/m%d',", 100_000) + b"}\n" + LOAD + b"(x['k5'])\n",
    "number": load(b"'acme/%d' % 0x" + b"f" * 100_000) + LOAD + b"(" + b"9" * 100_000 + b")\n",
    "hexadecimal": load(b"f'acme/{0x" + b"f" * 100_000 + b"}'"),
    "assignments": HEAD + lines(b"x = 'acme/m%d'\n", 5_000) + LOAD + b"(x)\n",
    "imports": lines(b"from m%d import a%d\n", 10_000) + load(b"a5"),
    "imports_on_a_line": b"import " * 300_000 + load(b"'acme/x'"),
    "imports_not_ended": load(b"'acme/x'") + b"from a import (b\n" * 100_000,
    "classes_not_ended": load(b"'acme/x'") + b"class A(\n" * 50_000,
    "texts_not_ended": HEAD + b'"""\n' + b'\\"""\n' * 100_000,
    "quotes_not_ended": HEAD + b'"' + b'\\"' * 300_000 + b"\n",
    "continued": load(b"\\\n" * 200_000 + b"'acme/x'"),
    "blank": HEAD + b"\n" * 500_000 + LOAD + b"('acme/x')\n",
    "spaces": load(b" " * 1_000_000 + b"'acme/x'"),
    "names": load(b"'" + b"a/" * 100_000 + b"' + '" + b"-." * 100_000 + b"'")
    + load(b"'https://" + b":@" * 100_000 + b"'"),
    "not_parsed": b"print 'x'\n" + lines(LOAD + b"('acme/m%d')\n", 5_000) + LOAD + b"(" * 50_000,
}


@pytest.mark.parametrize("name", DEEP)
def test_depth_is_bounded(name: str, tmp_path: Path) -> None:
    scanned(tmp_path, "app.py", DEEP[name])


@pytest.mark.parametrize("name", CIRCLES)
def test_what_leads_back_to_itself_comes_to_an_end(name: str, tmp_path: Path) -> None:
    scanned(tmp_path, "app.py", CIRCLES[name])


@pytest.mark.parametrize("name", LARGE)
def test_time_is_in_proportion_to_size(name: str, tmp_path: Path) -> None:
    scanned(tmp_path, "app.py", LARGE[name])


PLAIN = load(b"'acme/x'").decode()
READ = {
    "byte_order_mark": b"\xef\xbb\xbf" + PLAIN.encode(),
    "latin_1": b"# -*- coding: latin-1 -*-\nx = '\xe9'\n" + PLAIN.encode(),
    "windows_ends": PLAIN.replace("\n", "\r\n").encode(),
    "old_mac_ends": PLAIN.replace("\n", "\r").encode(),
    "form_feeds": b"\f" + PLAIN.replace("Auto", "\f Auto", 0).encode(),
    "python_2": b"print 'x'\nexec 'y' in z\nraise E, 'z'\n" + PLAIN.encode(),
    "unknown_codec": b"# coding: nonsense\n" + PLAIN.encode(),
    "codec_that_refuses": b"# coding: undefined\n" + PLAIN.encode(),
    "codec_that_is_none": b"# coding: zlib\n" + PLAIN.encode(),
    "null_byte": b"x = '\0'\n" + PLAIN.encode(),
    "not_utf_8": b"x = '\xff'\n" + PLAIN.encode(),
    "type_statement": b"type X = int\ndef f[T](x: T): pass\n" + PLAIN.encode(),
    "new_text": b'f"{d["a"]}"\n' + PLAIN.encode(),
    "mixed_indentation": b"if x:\n\ty = 1\n        z = 2\n" + PLAIN.encode(),
    "match": b"match x:\n  case {'a': b, **c} | [b, *c]: pass\n  case str() as n: pass\n" + PLAIN.encode(),
}


@pytest.mark.parametrize("name", READ)
def test_a_load_is_found_however_its_file_is_written(name: str, tmp_path: Path) -> None:
    result = scanned(tmp_path, "app.py", READ[name])
    assert [reference.key.name for reference in result.references] == ["acme/x"]


@pytest.mark.parametrize("codec", ["utf-16", "utf-16-le", "utf-32", "utf-7", "cp037"])
@pytest.mark.parametrize("name", NAMES)
def test_other_encodings_raise_nothing(name: str, codec: str, tmp_path: Path) -> None:
    scanned(tmp_path, name, FILES[name].encode(codec, "replace"))


@pytest.mark.parametrize(
    "text", ["'\\ud800/x'", "'acme/\\udfff'", "'\\N{BULLET}/\\0'", "'a' * 3 + '\\ud83d' + '\\ude00'"]
)
def test_texts_of_half_letters_are_no_models(text: str, tmp_path: Path) -> None:
    assert scanned(tmp_path, "app.py", load(text.encode())).references == ()


OTHERS = {
    "nested.ipynb": b'{"cells": ['
    + b"[" * 900
    + b"]" * 900
    + b', {"cell_type": "code", "source": "from_pretrained"}]}',
    "open.ipynb": b'{"cells": ' * 50_000 + b'"from_pretrained"',
    "odd.ipynb": b'{"cells": [{"cell_type": "code", "source": {"a": "from_pretrained"}}, null, 1, '
    b'{"cell_type": 1}, '
    b'{"cell_type": "code", "source": [1, null, ["x"], "from_pretrained\\ud800"]}], "metadata": [], "cells": []}',
    "magic.ipynb": json.dumps(
        {"cells": [{"cell_type": "code", "source": "!" * 50_000 + "from_pretrained\n%\n?x\nx?"}]}
    ).encode(),
    "bomb.yaml": b"a: &a [x,x,x,x,x,x,x,x,x]\n"
    + b"".join(b"%c: &%c [%s]\n" % (c + 1, c + 1, b",".join([b"*%c" % c] * 9)) for c in range(97, 110))
    + b"model_name_or_path: *n\n",
    "merged.yaml": b"a: &a {x: 1}\n"
    + b"".join(b"%c: &%c {<<: [*%c, *%c, *%c]}\n" % (c + 1, c + 1, c, c, c) for c in range(97, 115))
    + b"model_name_or_path: acme/x\n",
    "circle.yaml": b"model: &m\n  model_name_or_path: *m\n",
    "deep.yaml": b"model_name_or_path: " + b"[" * 5_000 + b"]" * 5_000,
    "dashes.yaml": b"model_name_or_path: " + b"- " * 20_000 + b"acme/x",
    "tags.yaml": b"model_name_or_path: !!python/object/apply:os.system ['false']\nb: !!int 0b\nc: 2001-99-99\n",
    "quote.yaml": b'model_name_or_path: "' + b"\\" * 500_000,
    "deep.json": b'{"model_name_or_path": ' * 50_000,
    "closed.json": b'{"model_name_or_path": ' * 900 + b"1" + b"}" * 900,
    "number.json": b'{"model_name_or_path": ' + b"9" * 100_000 + b"}",
    "deep.toml": b"model_name_or_path = " + b"[" * 50_000,
    "dotted.toml": b"a." * 20_000 + b"model_name_or_path = 'acme/x'\n",
    "quotes.toml": b'model_name_or_path = """' + b'""\\"' * 100_000,
    "circle.cfg": b"[a]\nmodel_name_or_path = %(model_name_or_path)s\n",
    "substitutions.sh": b"hf download " + b"$(" * 20_000 + b"\n",
    "parameters.sh": b"hf download " + b"${a:-" * 20_000 + b"\n",
    "braces.sh": b"hf download acme/" + b"{a,b}" * 40 + b"\n",
    "ranges.sh": b"for i in {1..999999999}; do hf download acme/x$i; done\n",
    "quotes.sh": b"hf download '" + b"\"'" * 100_000 + b"\n",
    "documents.sh": b"hf download <<A <<B <<C\n" * 10_000,
    "functions.sh": b"f() { g; }\ng() { f; hf download $1; }\n" * 500 + b"f acme/x\n",
    "variables.sh": b"a=x\n" + b"a=$a$a\n" * 100 + b"hf download acme/$a\n",
    "loops.sh": b"for a in 1 2 3 4 5 6 7 8 9; do " * 30 + b"hf download acme/x$a" + b"; done" * 30 + b"\n",
    "Dockerfile": b"FROM x\nARG A=x\n" + b"ARG A=$A$A\n" * 100 + b"RUN hf download acme/$A\nCMD " + b"[" * 50_000,
    "Makefile": b"A = $(A)$(A)\nx:\n\thf download acme/$(A)\n" + b"B := $(B)$(B)\n" * 100 + b"y:\n\thf download $(B)\n",
    "brackets.ts": b"import { pipeline } from '@huggingface/transformers';\npipeline('x', " + b"(" * 50_000,
    "templates.ts": b"import { pipeline } from '@huggingface/transformers';\npipeline('x', " + b"`${" * 30_000,
    "circle.ts": b"import { pipeline } from '@huggingface/transformers';\n"
    b"const a = a + b; const b = a; pipeline('x', a);\n",
}


@pytest.mark.parametrize("name", OTHERS)
def test_other_files_are_read_within_bounds(name: str, tmp_path: Path) -> None:
    scanned(tmp_path, name, OTHERS[name])


@pytest.mark.parametrize("name", NAMES)
def test_a_file_may_end_anywhere(name: str, tmp_path: Path) -> None:
    data = FILES[name].encode()
    for end in range(0, len(data), max(1, len(data) // 60)):
        scanned(tmp_path, name, data[:end])


@pytest.mark.parametrize("name", NAMES)
def test_a_file_may_be_damaged_anywhere(name: str, tmp_path: Path) -> None:
    chance = random.Random(name)  # noqa: S311 - damage, not a secret
    for _ in range(40):
        data = bytearray(FILES[name].encode())
        for _ in range(chance.randint(1, 8)):
            place = chance.randrange(len(data))
            match chance.randrange(3):
                case 0:
                    data[place] = chance.choice(b"()[]{}'\"\\:=.\n\t \0#$`&*!%@-\xff")
                case 1:
                    del data[place : place + chance.randint(1, 20)]
                case _:
                    data[place:place] = data[chance.randrange(len(data)) :][: chance.randint(1, 40)]
        scanned(tmp_path, name, bytes(data))


@SETTINGS
@given(data=st.binary(max_size=300), name=st.sampled_from(NAMES))
def test_bytes_raise_nothing(data: bytes, name: str, tmp_path: Path) -> None:
    scanned(tmp_path, name, FILES[name].encode() + data)
    scanned(tmp_path, name, data + b"\nfrom_pretrained model_name_or_path hf download")


def test_special_files_and_links_are_left_alone(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.py")
    os.mkfifo(tmp_path / "requirements.txt")
    os.mkfifo(tmp_path / "setup.cfg")
    os.mkfifo(tmp_path / "model.json")
    (tmp_path / "folder.py").mkdir()
    (tmp_path / "circle").symlink_to(tmp_path)
    (tmp_path / "self.py").symlink_to(tmp_path / "self.py")
    (tmp_path / "zero.py").symlink_to("/dev/zero")
    (tmp_path / "conf.yaml").symlink_to("/dev/zero")
    reading = b"import json, yaml\nfrom transformers import pipeline\npipeline('summarization')\n"
    reading += LOAD + b"(json.load(open('model.json'))['a'])\n" + LOAD + b"(yaml.safe_load(open('conf.yaml'))['a'])\n"
    result = scanned(tmp_path, "app.py", load(b"'acme/x'") + reading)
    assert [reference.key.name for reference in result.references if reference.resolution == "literal"] == ["acme/x"]


def test_files_that_may_not_be_read_are_empty(tmp_path: Path) -> None:
    (tmp_path / "secret.py").write_bytes(load(b"'acme/secret'"))
    (tmp_path / "secret.py").chmod(0)
    (tmp_path / "closed").mkdir(mode=0)
    result = scanned(tmp_path, "app.py", load(b"'acme/x'"))
    readable = os.access(tmp_path / "secret.py", os.R_OK)  # as the administrator may
    expected = ["acme/x", "acme/secret"] if readable else ["acme/x"]
    assert [reference.key.name for reference in result.references] == expected


def test_modules_that_import_each_other_come_to_an_end(tmp_path: Path) -> None:
    for one, other in (("a", "b"), ("b", "c"), ("c", "a")):
        text = f"from {other} import *\nfrom {other} import N, C, f\nN = N\n"
        text += "class C(C): pass\ndef g(x): return f(x)\nf = g\n"
        (tmp_path / f"{one}.py").write_bytes(text.encode() + load(b"N") + LOAD + b"(C.n)\n" + LOAD + b"(f('acme/x'))\n")
    scanned(tmp_path, "app.py", b"from a import N\n" + load(b"N"))
