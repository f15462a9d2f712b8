"""Python that starts programs: what is run, how it was found, and where."""

from __future__ import annotations

import shlex
import textwrap

import pytest

from ptmdeps.scan import ScanResult
from ptmdeps.scan.starters import is_candidate
from tests.unit.scan.conftest import Scan
from tests.unit.scan.said import said

HEAD = "import os, sys, subprocess, asyncio, shlex\nfrom pathlib import Path\n"
A, B = "https://host.org/a.pth", "https://host.org/b.pth"


def found(scan_files: Scan, code: str) -> ScanResult:
    return scan_files(HEAD + textwrap.dedent(code))


STARTED = {
    "system": ('os.system("hf download acme/a")', ["huggingface:acme/a"]),
    "popen": ('os.popen(cmd="hf download acme/a")', ["huggingface:acme/a"]),
    "imported by name": ('from os import system\nsystem("hf download acme/a")', ["huggingface:acme/a"]),
    "words": ('subprocess.run(["hf", "download", "acme/a", "--revision", "v1"])', ["huggingface:acme/a@v1"]),
    "words by keyword": ('subprocess.Popen(args=("hf", "download", "acme/a"))', ["huggingface:acme/a"]),
    "text": ('subprocess.check_output("hf download acme/a", shell=True)', ["huggingface:acme/a"]),
    "module by another name": (
        'import subprocess as sp\nsp.getoutput("hf download acme/a")',
        ["huggingface:acme/a"],
    ),
    "words one by one": (
        'await_ = asyncio.create_subprocess_exec("hf", "download", "acme/a", stdout=None)',
        ["huggingface:acme/a"],
    ),
    "text of asyncio": ('asyncio.create_subprocess_shell("hf download acme/a")', ["huggingface:acme/a"]),
    "instead of itself": ('os.execvp("vllm", ["vllm", "serve", "acme/a"])', ["huggingface:acme/a"]),
    "instead of itself, word by word": ('os.execlp("vllm", "vllm", "serve", "acme/a")', ["huggingface:acme/a"]),
    "beside itself": ('os.spawnlp(os.P_WAIT, "hf", "hf", "download", "acme/a")', ["huggingface:acme/a"]),
    "in a thread": ('asyncio.to_thread(subprocess.run, ["hf", "download", "acme/a"])', ["huggingface:acme/a"]),
    "this Python": (
        'subprocess.run([sys.executable, "-m", "spacy", "download", "en_core_web_sm"])',
        ["spacy:en_core_web_sm"],
    ),
    "two commands": (
        'os.system("hf download acme/a && hf download acme/b")',
        ["huggingface:acme/a", "huggingface:acme/b"],
    ),
    "own script": ('os.system("python train.py --model_name_or_path acme/a")', ["huggingface:acme/a"]),
    "code": (
        """os.system('python -c "from transformers import AutoModel as M; M.from_pretrained(\\'acme/a\\')"')""",
        ["huggingface:acme/a"],
    ),
    "split by shlex": ('subprocess.run(shlex.split("hf download acme/a"))', ["huggingface:acme/a"]),
    "split": ('subprocess.run("hf download acme/a".split())', ["huggingface:acme/a"]),
    "joined": ('subprocess.run(shlex.join(["hf", "download", "acme/a"]), shell=True)', ["huggingface:acme/a"]),
    "number": ('subprocess.run(["vllm", "serve", "--port", 8000, "acme/a"])', ["huggingface:acme/a"]),
    "list that grows": (
        'c = ["vllm", "serve"]\nc += ["acme/a"]\nc.append("--port")\nsubprocess.run(c)\nc.append("acme/x")',
        ["huggingface:acme/a"],
    ),
    "list in a list": ('c = ["acme/a"]\nsubprocess.run(["hf", "download", *c])', ["huggingface:acme/a"]),
    "words that are not known": (
        'def f(*more):\n    subprocess.run(["vllm", "serve", "acme/a", *more])',
        ["huggingface:acme/a"],
    ),
    "address and path": (f'p = Path("w") / "a.pth"\nos.system(f"wget {A} -O {{p}}")', [f"url:{A}"]),
    "part that is not known": (f'def f(p):\n    os.system(f"wget {A} -O {{p}}")', [f"url:{A}"]),
    "part of a sum": (f'def f(p):\n    c = "wget {A} -O " + p\n    os.system(c)', [f"url:{A}"]),
    "part of percent": (f'def f(p):\n    os.system("wget %s -O %s" % ("{A}", p))', [f"url:{A}"]),
    "part of format": (f'def f(p):\n    os.system("wget {{}} -O {{}}".format("{A}", p))', [f"url:{A}"]),
    "part of join": ('def f(p):\n    os.system(" ".join(["hf", "download", "acme/a", p]))', ["huggingface:acme/a"]),
    "local file": ('p = Path("w") / "a.gguf"\nsubprocess.run(["llama-server", "-m", p])', ["local"]),
    "model that is not known": ('def f(m):\n    subprocess.run(["ollama", "pull", m])', ["?"]),
    "model that is not known in a text": ('def f(m):\n    os.system(f"ollama pull {m}")', ["?"]),
    "nothing": ("subprocess.run([])\nos.system()\nsubprocess.run(*x)  # hf download acme/x", []),
    "other program": ('subprocess.run(["ls", "hf download acme/x"])', []),
    "program that is not known": ('def f(p):\n    subprocess.run([p, "hf download", "acme/x"])', []),
    "object that is no module": ('def f(os):\n    runner.system("hf download acme/x")', []),
    "object that a call gives": ('runner().run(["hf", "download", "acme/x"])', []),
    "text that is not run": ('print("hf download acme/x")', []),
    "truth among words": ('subprocess.run(["hf", "download", True])', ["?"]),
}


@pytest.mark.parametrize(("code", "expected"), STARTED.values(), ids=STARTED)
def test_what_a_program_loads_that_code_starts(code: str, expected: list[str], scan_files: Scan) -> None:
    assert said(found(scan_files, code)) == expected


FOUND_BY = {
    "literal": ('subprocess.run(["hf", "download", "acme/a"])', {"acme/a": ("literal", [3])}),
    "constant": ('M = "acme/a"\nsubprocess.run(["hf", "download", M])', {"acme/a": ("constant", [4, 3])}),
    "computed": ('M = "acme/a"\nos.system(f"hf download {M}")', {"acme/a": ("computed", [4, 3])}),
    "argument": (
        'def run(c):\n    os.system(c)\nrun("hf download acme/a")\nrun("ls")',
        {"acme/a": ("argument", [4, 5])},
    ),
    "default": (
        'def get(m="acme/a"):\n    subprocess.run(["hf", "download", m])',
        {"acme/a": ("default", [4, 3])},
    ),
    "lines of a text are those of the call": (
        'os.system("""\nls\nhf download acme/a\n""")',
        {"acme/a": ("literal", [3])},
    ),
}


@pytest.mark.parametrize(("code", "expected"), FOUND_BY.values(), ids=FOUND_BY)
def test_way_and_place(code: str, expected: dict[str, tuple[str, list[int]]], scan_files: Scan) -> None:
    references = found(scan_files, code).references
    assert {one.key.name: (one.resolution, [place.line for place in one.evidence]) for one in references} == expected
    assert {one.location.line for one in references} == {places[0] for _, places in expected.values()}


def test_what_belongs_together_stays_together(scan_files: Scan) -> None:
    result = found(
        scan_files,
        """
        MODELS = [{"id": "acme/a", "ref": "v1"}, {"id": "acme/b", "ref": "v2"}]
        def get(name, ref):
            subprocess.check_call(["hf", "download", name, "--revision", ref])
        for model in MODELS:
            get(model["id"], model["ref"])
        """,
    )
    assert [(one.key.name, one.ref, one.alternatives) for one in result.references] == [
        ("acme/a", "v1", ("acme/b",)),
        ("acme/b", "v2", ("acme/a",)),
    ]


def test_models_of_one_command_are_no_alternatives(scan_files: Scan) -> None:
    code = 'def f(c):\n    os.system(c)\nf("hf download acme/a; hf download acme/b")\nf("hf download acme/c")'
    alternatives = {one.key.name: one.alternatives for one in found(scan_files, code).references}
    assert alternatives == {
        "acme/a": ("acme/c",),
        "acme/b": ("acme/c",),
        "acme/c": ("acme/a", "acme/b"),
    }


def test_the_most_direct_way_to_a_model_counts(scan_files: Scan) -> None:
    code = 'def f(m="acme/a"):\n    subprocess.run(["hf", "download", m])\nf("acme/a")\nf()'
    assert [one.resolution for one in found(scan_files, code).references] == ["argument"]


@pytest.mark.parametrize(
    "code",
    ['subprocess.run(["ollama", "pull", m])', 'os.system("ollama pull " + m)', "os.system(f\"ollama pull '{m}'\")"],
)
def test_what_is_not_known_has_the_reason_of_python(code: str, scan_files: Scan) -> None:
    (unresolved,) = found(scan_files, f"def f(m):\n    {code}").unresolved
    assert (unresolved.expression, unresolved.passed_on, unresolved.loader) == ("m", True, "ollama pull")
    assert "nobody in the project calls it" in unresolved.reason


def test_variable_of_the_shell_keeps_its_own_reason(scan_files: Scan) -> None:
    (unresolved,) = found(scan_files, 'os.system("ollama pull $NAME")').unresolved
    assert unresolved.expression == "$NAME"


@pytest.mark.parametrize(("levels", "expected"), [(0, ["huggingface:acme/a"]), (2, ["huggingface:acme/a"]), (5, [])])
def test_code_in_code_is_followed_a_little(levels: int, expected: list[str], scan_files: Scan) -> None:
    code = "import os; os.system('hf download acme/a')"
    for _ in range(levels):
        code = f"import os; os.system({'python -c ' + shlex.quote(code)!r})"
    assert said(scan_files(code)) == expected


def test_code_in_a_command_names_the_line_of_the_file(scan_files: Scan) -> None:
    load = "from transformers import AutoModel\n\nAutoModel.from_pretrained('acme/{}')\n"
    shell = f'ls\npython3 - <<EOF\n{load.format("a")}EOF\npython -c "\n{load.format("b")}"\n'
    references = scan_files({"run.sh": shell}).references
    assert {one.key.name: one.location.line for one in references} == {"acme/a": 5, "acme/b": 10}
    assert {one.pinning.column for one in references} == {None}


def test_code_in_a_dockerfile(scan_files: Scan) -> None:
    code = "import os; from transformers import AutoModel; AutoModel.from_pretrained('acme/a')"
    result = scan_files(
        {"Dockerfile": f'FROM python\nRUN python -c "{code}"\n', "docs/run.sh": f'python -c "{code}"\n'}
    )
    assert [(one.location.path, one.location.line, one.scope) for one in result.references] == [
        ("Dockerfile", 2, "main"),
        ("docs/run.sh", 1, "doc"),
    ]


@pytest.mark.parametrize("code", ["x = (", "import os\n  os.system('hf download acme/a')", "\0"])
def test_code_that_does_not_parse_gives_nothing(code: str, scan_files: Scan) -> None:
    assert (
        said(scan_files({"run.sh": f'python -c "{code}"\n', "app.py": f"import subprocess, os\n{code} hf download"}))
        == []
    )


def test_very_many_words_and_choices_are_bounded(scan_files: Scan) -> None:
    choices = "".join(f"    if x{i}:\n        a{i} = 'p'\n    else:\n        a{i} = 'q'\n" for i in range(12))
    words = ", ".join(f"a{i}" for i in range(12))
    code = f"def f():\n{choices}    subprocess.run(['hf', 'download', 'acme/a', '--revision', 'v', {words}])\n"
    result = found(scan_files, code)
    assert {(one.key.name, one.ref) for one in result.references} == {("acme/a", "v")}


@pytest.mark.parametrize("nested", ["+".join(["'a'"] * 3_000), "(" * 90 + "x" + ")" * 90, "f(" * 90 + "x" + ")" * 90])
def test_deep_nesting_is_no_error(nested: str, scan_files: Scan) -> None:
    code = f"def f(x):\n    os.system({nested})\n    y = {'1' * 200}\n\ndef g():\n    os.system('hf download acme/a')\n"
    assert said(found(scan_files, code)) == ["huggingface:acme/a"]


@pytest.mark.parametrize(
    ("path", "data", "expected"),
    [
        ("a.py", b"import os\nos.system('hf download x')", True),
        ("a.py", b"subprocess.run(['hf', 'download', x])", True),
        ("a.py", b"subprocess.run(['hf', 'upload', x])", False),
        ("a.py", b"print('hf download x')", False),
        ("a.py", b"subprocess.run([sys.executable, '-m', 'spacy', 'download', x])", True),
        ("a.py", b"subprocess.run([sys.executable, '-c', x])", True),
        ("a.py", b"subprocess.run(['python', 'x.py', '--model_id', x])", True),
        ("a.py", b"subprocess.run(['pip', 'install', 'x'])", False),
        ("a.py", b"os.system('python3 - <<EOF')", True),
        ("a.ipynb", b'"!hf download x"', True),
        ("a.ipynb", b'"subprocess.run([\\"hf\\", \\"download\\", x])"', True),
        ("a.ipynb", b'"image/png": "' + b"wget/hf/" * 100 + b'"', False),
        ("a.ipynb", b'"print(1)"', False),
    ],
)
def test_which_files_are_looked_at(path: str, data: bytes, expected: bool) -> None:
    assert is_candidate(path, data, frozenset({"os", "subprocess"})) is expected


def test_who_imports_nothing_that_starts_programs_is_not_looked_at() -> None:
    data = b"subprocess.run(['hf', 'download', x])"
    assert not is_candidate("a.py", data, frozenset({"torch"}))
    assert is_candidate("a.py", b"get_ipython().system('hf download x')", frozenset())
