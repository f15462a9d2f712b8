"""What models of one pipeline hand to each other: the places are those of a real scan."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ptmdeps.graph.handoffs import Handoff, handoffs
from ptmdeps.identity import Location
from ptmdeps.scan import scan
from ptmdeps.scan.references import Pinning, Reference
from tests.unit.conftest import Write
from tests.worlds import key

IMPORTS = "from transformers import AutoModel, AutoTokenizer, pipeline\n"


def found_in(write: Write, text: str, path: str = "app.py") -> tuple[Handoff, ...]:
    root = write({path: text})
    return handoffs(scan(root).references, lambda name: (root / name).read_bytes())


def said(found: tuple[Handoff, ...]) -> list[str]:
    names = ((one.source[0].name, one.target[0].name, one.evidence, one.confidence) for one in found)
    return [
        f"{source.removeprefix('acme/')} → {target.removeprefix('acme/')}: {evidence} ({confidence})"
        for source, target, evidence, confidence in names
    ]


CASES = {
    "a keyword of another load": (
        """from diffusers import AutoencoderKL, StableDiffusionPipeline
vae = AutoencoderKL.from_pretrained("acme/vae")
pipe = StableDiffusionPipeline.from_pretrained("acme/sd", vae=vae).to("cuda")
""",
        ["vae → sd: app.py:3 StableDiffusionPipeline.from_pretrained(vae=) (declared)"],
    ),
    "a load within another": (
        """from diffusers import AutoencoderKL, StableDiffusionPipeline
pipe = StableDiffusionPipeline.from_pretrained(
    "acme/sd",
    vae=AutoencoderKL.from_pretrained("acme/vae").half(),
)
""",
        ["vae → sd: app.py:2 StableDiffusionPipeline.from_pretrained(vae=) (declared)"],
    ),
    "weights loaded into a pipeline": (
        """from diffusers import StableDiffusionPipeline
pipe = StableDiffusionPipeline.from_pretrained("acme/sd")
pipe.load_lora_weights("acme/lora")
""",
        ["lora → sd: app.py:3 pipe.load_lora_weights() (declared)"],
    ),
    "an adapter of a base": (
        """from peft import PeftModel
from transformers import AutoModel
base = AutoModel.from_pretrained("acme/base")
model = PeftModel.from_pretrained(base, "acme/lora")
""",
        ["base → lora: app.py:4 PeftModel.from_pretrained() (declared)"],
    ),
    "a tokenizer of another model": (
        IMPORTS
        + """m = AutoModel.from_pretrained("acme/m")
t = AutoTokenizer.from_pretrained("acme/t")
p = pipeline("text-generation", model=m, tokenizer=t)
q = pipeline("text-generation", m, tokenizer=t)
""",
        ["t → m: app.py:4 pipeline(tokenizer=) (declared)", "t → m: app.py:5 pipeline(tokenizer=) (declared)"],
    ),
    "what one gives goes into another": (
        IMPORTS
        + """def run(sound):
    hear = pipeline("automatic-speech-recognition", model="acme/hear")
    tell = pipeline("summarization", model="acme/tell")
    text = hear(sound)["text"].strip()
    return tell(text[:100])
""",
        ["hear → tell: app.py:6 tell() (inferred)"],
    ),
    "of the file into a function": (
        IMPORTS
        + """hear = pipeline("automatic-speech-recognition", model="acme/hear")
tell = pipeline("summarization", model="acme/tell")

async def run(sounds):
    for part in hear(sounds):
        return await tell.generate(**part)
""",
        ["hear → tell: app.py:7 tell.generate() (inferred)"],
    ),
    "attributes of one function": (
        IMPORTS
        + """class A:
    def __init__(self, x):
        self.one = AutoModel.from_pretrained("acme/one")
        self.two = AutoModel.from_pretrained("acme/two")
        out, rest = self.one(x), 1
        self.two(out.hidden[0])
        self.two(rest)
""",
        ["one → two: app.py:7 self.two() (inferred)"],
    ),
    "put into an object": (
        IMPORTS
        + """one = AutoModel.from_pretrained("acme/one")
one.draft = AutoModel.from_pretrained("acme/two")
one.generate(assistant_model=AutoModel.from_pretrained("acme/three"))
""",
        [
            "three → one: app.py:4 one.generate(assistant_model=) (declared)",
            "two → one: app.py:3 .draft = (declared)",
        ],
    ),
    "either of two": (
        IMPORTS
        + """if large:
    m = AutoModel.from_pretrained("acme/large")
else:
    m = AutoModel.from_pretrained("acme/small")
t = AutoTokenizer.from_pretrained("acme/t")
pipeline(model=m, tokenizer=t)
""",
        ["t → large: app.py:7 pipeline(tokenizer=) (inferred)", "t → small: app.py:7 pipeline(tokenizer=) (inferred)"],
    ),
    "what a `with` names": (
        IMPORTS
        + """with AutoModel.from_pretrained("acme/m") as m, torch.no_grad():
    (y := AutoModel.from_pretrained("acme/y"))(m(1))
""",
        ["m → y: app.py:3 …() (inferred)"],
    ),
    "nothing: the name was given something else": (
        IMPORTS
        + """m = AutoModel.from_pretrained("acme/m")
m = None
t = AutoTokenizer.from_pretrained("acme/t")
pipeline(model=m, tokenizer=t)
""",
        [],
    ),
    "nothing: only one of two arms is gone through": (
        IMPORTS
        + """if a:
    m = AutoModel.from_pretrained("acme/m")
else:
    t = AutoTokenizer.from_pretrained("acme/t")
    pipeline(model=m, tokenizer=t)
match a:
    case 1:
        n = AutoModel.from_pretrained("acme/n")
    case 2:
        pipeline(model=n, tokenizer=t)
""",
        [],
    ),
    "nothing: a parameter of the same name": (
        IMPORTS
        + """m = AutoModel.from_pretrained("acme/m")
t = AutoTokenizer.from_pretrained("acme/t")
def run(m, *t):
    pipeline(model=m, tokenizer=t)
""",
        [],
    ),
    "nothing: which of a collection is not known": (
        IMPORTS
        + """models = {"m": AutoModel.from_pretrained("acme/m"), "n": AutoModel.from_pretrained("acme/n")}
models["m"](models["n"](1))
""",
        [],
    ),
    "nothing: both work on their own": (
        IMPORTS
        + """m = AutoModel.from_pretrained("acme/m")
n = AutoModel.from_pretrained("acme/n")
print(m(1), n(2))
m(lambda: n)
""",
        [],
    ),
}


@pytest.mark.parametrize(("text", "expected"), CASES.values(), ids=CASES.keys())
def test_hand_offs(write: Write, text: str, expected: list[str]) -> None:
    assert said(found_in(write, text)) == expected


def test_refs_are_told_apart(write: Write) -> None:
    text = IMPORTS + (
        'm = AutoModel.from_pretrained("acme/m", revision="v1")\n'
        't = AutoTokenizer.from_pretrained("acme/t")\n'
        "pipeline(model=m, tokenizer=t)\n"
    )
    assert [(one.source, one.target) for one in found_in(write, text)] == [((key("acme/t"), ""), (key("acme/m"), "v1"))]


def test_lines_of_notebooks_are_those_of_the_file(write: Write) -> None:
    lines = [
        "from transformers import AutoModel\n",
        'm = AutoModel.from_pretrained("acme/m")\n',
        'n = AutoModel.from_pretrained("acme/n")\n',
        "n(m(1))",
    ]
    book = {"cells": [{"cell_type": "code", "source": lines, "metadata": {}}], "metadata": {}, "nbformat": 4}
    text = json.dumps(book, indent=1)
    line = text[: text.index("n(m(1))")].count("\n") + 1
    found = found_in(write, text, "note.ipynb")
    assert said(found) == [f"m → n: note.ipynb:{line} n() (inferred)"]


def test_many_models_of_one_name_are_not_joined_with_each_other(write: Write) -> None:
    names = ", ".join(f'"acme/{number}"' for number in range(40))
    text = IMPORTS + f"for name in ({names}):\n    m = AutoModel.from_pretrained(name)\n    m(m(1))\n"
    assert found_in(write, text) == ()


def test_files_with_one_model_and_files_that_are_gone_are_not_read(write: Write) -> None:
    root = write({"app.py": IMPORTS + 'AutoModel.from_pretrained("acme/m")\nAutoTokenizer.from_pretrained("acme/m")\n'})

    def read(path: str) -> bytes:
        raise AssertionError(path)

    assert handoffs(scan(root).references, read) == ()
    two = write({"app.py": IMPORTS + 'AutoModel.from_pretrained("acme/m")\nAutoModel.from_pretrained("acme/n")\n'})
    assert handoffs(scan(two).references, lambda _: None) == ()


PIECES = (
    "m",
    "n",
    "(",
    ")",
    "[",
    "]",
    ".",
    "=",
    ":",
    "\n",
    "    ",
    "if ",
    "for ",
    " in ",
    "def f",
    "lambda ",
    "*",
    "**",
)
TEXTS = st.lists(st.sampled_from((*PIECES, *CASES["either of two"][0].splitlines(keepends=True)))).map("".join)


@given(st.one_of(TEXTS.map(str.encode), st.binary()), st.sampled_from(["app.py", "note.ipynb"]))
def test_never_raises_whatever_the_file_has_become(data: bytes, path: str) -> None:
    references = [
        Reference(
            key=key(f"acme/{line}"),
            loader="transformers.AutoModel.from_pretrained",
            reads="transformers",
            location=Location(path, line),
            resolution="literal",
            pinning=Pinning(column=column),
        )
        for line in range(1, 6)
        for column in (None, 0, 4)
    ]
    for one in handoffs(references, lambda _: data):
        assert one.source != one.target


@pytest.mark.parametrize("text", ["(" * 100_000, "a" + ".b" * 50_000, "if x:\n" * 3, "-" * 200_000 + "1", "x = (\0)"])
def test_hostile_files_hand_nothing_over(text: str) -> None:
    test_data = IMPORTS + text
    references = [
        Reference(
            key=key(name),
            loader="x.load",
            reads="transformers",
            location=Location("app.py", 2),
            resolution="literal",
        )
        for name in ("acme/a", "acme/b")
    ]
    assert handoffs(references, lambda _: test_data.encode()) == ()


def test_deep_expressions_are_no_recursion(write: Write) -> None:
    deep = "n(" * 150 + "m(1)" + ")" * 150
    text = IMPORTS + f'm = AutoModel.from_pretrained("acme/m")\nn = AutoModel.from_pretrained("acme/n")\n{deep}\n'
    assert said(found_in(write, text)) == ["m → n: app.py:4 n() (inferred)"]
