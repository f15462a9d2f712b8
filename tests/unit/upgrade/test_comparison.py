"""Every class of change, by what is in the files."""

from __future__ import annotations

from dataclasses import replace
from typing import BinaryIO

import pytest

from embedded_hub import models
from ptmdeps.errors import AccessDenied
from ptmdeps.hubs.description import Description, RemoteFile
from ptmdeps.inspect.safetensors_header import MAX_HEADER
from ptmdeps.upgrade import findings
from ptmdeps.upgrade.comparison import compare
from ptmdeps.upgrade.files import class_of
from tests.unit.inspect.test_provenance import MIT
from tests.unit.upgrade.worlds import Files, Memory, compared, document, side, tensors

BERT = models.bert_classifier()
TAKEN = frozenset(path for path in BERT if path != "README.md")
CONFIG = document(hidden_size=16, dtype="float32", nested={"a": 1, "b": [1, 2]})
CARD = b"---\nlicense: apache-2.0\n---\n# A model\n"


def chat(template: object, **rest: object) -> bytes:
    return document(chat_template=template, **rest)


CASES: dict[str, tuple[Files, Files, tuple[str, ...]]] = {
    "nothing": ({"config.json": CONFIG}, {"config.json": CONFIG}, ()),
    "card": ({"README.md": CARD}, {"README.md": CARD + b"More words.\n"}, ("card",)),
    "licence": ({"README.md": CARD}, {"README.md": CARD.replace(b"apache-2.0", b"mit")}, ("license", "card")),
    "licence gone": ({"README.md": CARD}, {"README.md": b"# A model\n"}, ("license", "card")),
    "spelling of the licence": ({"README.md": CARD}, {"README.md": CARD.replace(b"apache", b"Apache")}, ("card",)),
    "text of the licence": ({"LICENSE": b"old"}, {"LICENSE": b"new"}, ("license",)),
    "configuration": ({"config.json": CONFIG}, {"config.json": document(hidden_size=32)}, ("configuration",)),
    "layout": ({"config.json": document(a=1, b=2)}, {"config.json": b'{\n "b": 2,\n "a": 1}'}, ("other",)),
    "auto_map": (
        {"config.json": document(a=1)},
        {"config.json": document(a=1, auto_map={"AutoModel": "m.M"})},
        ("code",),
    ),
    "code": ({"modeling.py": b"a = 1\n"}, {"modeling.py": b"a = 2\n"}, ("code",)),
    "tokenizer settings": (
        {"tokenizer_config.json": chat("x", a=1)},
        {"tokenizer_config.json": chat("x", a=2)},
        ("tokenizer",),
    ),
    "chat template": ({"tokenizer_config.json": chat("x")}, {"tokenizer_config.json": chat("y")}, ("chat-template",)),
    "template as a file": ({"chat_template.jinja": b"x"}, {"chat_template.jinja": b"y"}, ("chat-template",)),
    "both": (
        {"tokenizer_config.json": chat("x", a=1)},
        {"tokenizer_config.json": chat([{"name": "n", "template": "x"}], a=2)},
        ("tokenizer", "chat-template"),
    ),
    "weights": (
        {"model.safetensors": tensors(1, a=(2,))},
        {"model.safetensors": tensors(2, a=(2,))},
        ("weights",),
    ),
    "format": (
        {"pytorch_model.bin": b"pickle"},
        {"model.safetensors": tensors(a=(2,))},
        ("format", "weights"),
    ),
    "other": ({"image.png": b"1"}, {"image.png": b"2"}, ("other",)),
    "added": ({}, {"config.json": CONFIG}, ("configuration",)),
    "removed": ({"config.json": CONFIG, "a.py": b""}, {"a.py": b""}, ("configuration",)),
    "sentencepiece": ({"tokenizer.model": b"1"}, {"tokenizer.model": b"2"}, ("tokenizer",)),
    "not JSON": ({"config.json": CONFIG}, {"config.json": b"{"}, ("configuration",)),
}


@pytest.mark.parametrize("name", CASES)
def test_classes(name: str) -> None:
    before, after, classes = CASES[name]
    assert compared(before, after).classes == classes


def test_gate() -> None:
    comparison = compare(side(BERT, "a" * 40), side(BERT, "b" * 40, gated="manual"))
    assert comparison.classes == ("gated",)
    assert comparison.gated == ("", "manual")
    assert not comparison.documents_only


@pytest.mark.parametrize(
    ("path", "of"),
    [
        ("README.md", "card"),
        ("docs/usage.md", "card"),
        ("LICENSE.txt", "license"),
        ("USE_POLICY.md", "license"),
        ("config.json", "configuration"),
        ("unet/config.json", "configuration"),
        ("1_Pooling/config.json", "configuration"),
        ("tokenizer/vocab.json", "tokenizer"),
        ("merges.txt", "tokenizer"),
        ("spiece.model", "tokenizer"),
        ("chat_template.json", "chat-template"),
        ("additional_chat_templates/tool.jinja", "chat-template"),
        ("model.safetensors.index.json", "weights"),
        ("pytorch_model.bin", "weights"),
        ("q4.gguf", "weights"),
        ("training_args.bin", "other"),
        ("eval_results.json", "other"),
        (".gitattributes", "other"),
        ("src/model.py", "code"),
    ],
)
def test_class_of_a_path(path: str, of: str) -> None:
    assert class_of(path) == of


def test_settings_by_dotted_key() -> None:
    new = document(hidden_size=16.0, dtype=True, nested={"a": 1, "b": [2], "c": None})
    comparison = compared({"config.json": CONFIG}, {"config.json": new})
    assert [(change.key, change.before, change.after) for change in comparison.keys] == [
        ("dtype", '"float32"', "true"),
        ("nested.b", "[1, 2]", "[2]"),
        ("nested.c", None, "null"),
    ]


def test_long_settings_are_cut() -> None:
    new = document(**{f"k{number:03}": "x" * 500 for number in range(300)})
    comparison = compared({"config.json": b"{}"}, {"config.json": new})
    assert len(comparison.keys) == 200
    assert comparison.more_keys == (("config.json", 100),)
    assert len(comparison.keys[0].after or "") == 121


def tokenizer(tokens: list[str], *, special: tuple[str, ...] = (), merges: int = 0) -> bytes:
    added = [{"id": 1000 + index, "content": name, "special": True} for index, name in enumerate(special)]
    vocabulary = {token: number for number, token in enumerate(tokens)}
    return document(added_tokens=added, model={"type": "BPE", "vocab": vocabulary, "merges": ["a b"] * merges})


def test_vocabulary() -> None:
    before = tokenizer(["a", "b", "c"], special=("<s>",), merges=2)
    after = tokenizer(["a", "c", "d", "e"], special=("<s>", "<tool>"), merges=3)
    (change,) = compared({"tokenizer.json": before}, {"tokenizer.json": after}).vocabularies
    assert (change.before, change.after) == (4, 6)
    assert (change.added, change.removed) == (("d", "e", "<tool>"), ("b",))
    assert change.renumbered == 1
    assert (change.special_added, change.special_removed) == (("<tool>",), ())
    assert change.merges == (2, 3)


@pytest.mark.parametrize(
    ("path", "before", "after"),
    [
        ("vocab.txt", b"a\nb\n", b"a\nb\nc\n"),
        ("vocab.json", document(a=0, b=1), document(a=0, b=1, c=2)),
        (
            "tokenizer.json",
            document(model={"type": "Unigram", "vocab": [["a", -1.0], ["b", -2.0]]}),
            document(model={"type": "Unigram", "vocab": [["a", -1.0], ["b", -2.0], ["c", -3.0]]}),
        ),
    ],
)
def test_vocabularies_of_other_shapes(path: str, before: bytes, after: bytes) -> None:
    (change,) = compared({path: before}, {path: after}).vocabularies
    assert (change.before, change.after, change.added) == (2, 3, ("c",))


def test_settings_of_a_tokenizer_beside_its_vocabulary() -> None:
    before, after = (document(model={"type": "BPE", "vocab": {"a": 0}, "dropout": value}) for value in (None, 0.1))
    comparison = compared({"tokenizer.json": before}, {"tokenizer.json": after})
    assert comparison.vocabularies == ()
    assert [change.key for change in comparison.keys] == ["model.dropout"]


def test_imports_of_code() -> None:
    old, new = b"import torch\n", b"import torch\nfrom os import system\nimport a.b\nexec('x')\nfrom . import c\n"
    (change,) = compared({"m.py": old}, {"m.py": new}).imports
    assert change.added == (".", "a.b", "exec()", "os")
    (text,) = compared({"m.py": old}, {"m.py": new}).texts
    assert (text.added, text.removed) == (4, 0)


def test_code_that_cannot_be_parsed_is_a_text() -> None:
    comparison = compared({"m.py": b"import torch\n"}, {"m.py": b"def (\n"})
    assert [text.path for text in comparison.texts] == ["m.py"]
    assert comparison.classes == ("code",)


def test_texts_that_are_long_are_not_compared_line_by_line() -> None:
    comparison = compared({"README.md": b"a\n" * 5000}, {"README.md": b"b\n" * 5000})
    assert comparison.texts[0].lines == ()
    assert comparison.classes == ("card",)


def test_tensors() -> None:
    before = {"model.safetensors": tensors(0, a=(2, 3), b=(4,), c=(5,))}
    after = {"model.safetensors": tensors(0, a=(2, 4), b=(4,), d=(6,))}
    (change,) = compared(before, after).weights
    assert (change.verdict, change.added, change.removed, change.reshaped) == ("other-tensors", 1, 1, 1)
    assert change.parameters == (15, 18)
    assert [(one.name, one.before, one.after) for one in change.tensors] == [
        ("a", "F32 [2, 3]", "F32 [2, 4]"),
        ("c", "F32 [5]", None),
        ("d", None, "F32 [6]"),
    ]


def test_type_of_tensors() -> None:
    before = {"model.safetensors": tensors(0, a=(2,), b=(3,))}
    after = {"model.safetensors": tensors(0, "f2", a=(2,), b=(3,))}
    (change,) = compared(before, after).weights
    assert change.retyped == (("F32", "F16", 2),)
    assert change.parameters == (5, 5)


def test_other_values_are_no_other_tensors() -> None:
    (change,) = compared({"model.safetensors": tensors(1, a=(2,))}, {"model.safetensors": tensors(2, a=(2,))}).weights
    assert (change.verdict, change.different) == ("other-values", 0)


def test_one_file_becomes_shards() -> None:
    before = {"model.safetensors": tensors(0, a=(2,), b=(3,))}
    after = {
        "model-00001-of-00002.safetensors": tensors(0, a=(2,)),
        "model-00002-of-00002.safetensors": tensors(0, b=(3,)),
        "model.safetensors.index.json": document(weight_map={}),
    }
    comparison = compared(before, after, taken=["model.safetensors"])
    (change,) = comparison.weights
    assert (change.verdict, change.files, change.moved) == ("rearranged", (1, 2), 2)
    assert (change.added, change.removed, change.different) == (0, 0, 0)
    assert comparison.classes == ("weights",)
    assert comparison.elsewhere == ()


def test_parts_of_a_pipeline_are_told_apart() -> None:
    name = "diffusion_pytorch_model.safetensors"
    before = {f"{part}/{name}": tensors(1, a=(2,)) for part in ("unet", "vae")}
    after = {f"unet/{name}": tensors(2, a=(2,)), f"vae/{name}": tensors(1, a=(3,))}
    found = {change.folder: change.verdict for change in compared(before, after).weights}
    assert found == {"unet": "other-values", "vae": "other-tensors"}


def test_renamed_weights_are_identical_and_not_read() -> None:
    data = tensors(0, a=(2,))
    before, after = side({"model.safetensors": data}, "a" * 40), side({"weights/model.safetensors": data}, "b" * 40)
    comparison = compare(before, after)
    assert [change.verdict for change in comparison.weights] == ["renamed"]
    (file,) = comparison.files
    assert (file.kind, file.previous, file.path) == ("renamed", "model.safetensors", "weights/model.safetensors")
    assert isinstance(before.reader, Memory) and before.reader.asked == []


def test_a_document_that_becomes_code_is_new_code() -> None:
    comparison = compared({"notes.txt": b"import os\n"}, {"modeling.py": b"import os\n"})
    assert [file.kind for file in comparison.files] == ["added", "removed"]
    assert [change.added for change in comparison.imports] == [("os",)]


def test_empty_files_are_not_renamed() -> None:
    files = compared({"a/__init__.py": b""}, {"b/__init__.py": b""}).files
    assert [file.kind for file in files] == ["removed", "added"]


def test_what_is_not_locked_is_told_apart() -> None:
    after = {**BERT, "onnx/model.onnx": b"x", "notes.txt": b"y", "extra.py": b"import os\n"}
    comparison = compared(BERT, after, taken=TAKEN)
    assert comparison.classes == ()
    assert comparison.elsewhere == ("weights", "code", "other")
    assert comparison.documents_only
    assert comparison.imports == ()


def test_what_is_not_locked_is_not_read() -> None:
    before = side({**BERT, "other.safetensors": b"1"}, "a" * 40, taken=TAKEN)
    after = side({**BERT, "other.safetensors": b"2"}, "b" * 40)
    compare(before, after)
    assert isinstance(after.reader, Memory) and after.reader.asked == []


@pytest.mark.parametrize(
    ("path", "affects"),
    [
        ("chat_template.jinja", True),
        ("added_tokens.json", True),
        ("generation_config.json", True),
        ("sub/config.json", False),
        ("pytorch_model.bin", False),
        ("model.fp16.safetensors", False),
    ],
)
def test_files_that_loaders_would_take_as_well(path: str, *, affects: bool) -> None:
    (file,) = compared(BERT, {**BERT, path: b"{}"}, taken=TAKEN).files
    assert file.affects == affects


def test_safetensors_take_the_place_of_pickles() -> None:
    before = models.bert_classifier(storage="pickle")
    after = {**before, "model.safetensors": BERT["model.safetensors"]}
    comparison = compared(before, after, taken=[path for path in before if path != "README.md"])
    assert comparison.formats == (("pytorch",), ("safetensors",))
    assert comparison.classes == ("format", "weights")


def test_a_pin_knows_what_is_taken() -> None:
    after = side({**BERT, "pytorch_model.bin": b"x"}, "b" * 40, taken=TAKEN)
    comparison = compare(side(BERT, "a" * 40, taken=TAKEN), after)
    assert comparison.classes == ()
    assert comparison.elsewhere == ("weights",)


def test_code_that_runs_counts_when_it_is_new() -> None:
    after = {**BERT, "modeling.py": b"import os\n"}
    assert compared(BERT, after, taken=TAKEN, code=True).classes == ("code",)
    assert compared(BERT, after, taken=TAKEN).classes == ()


def test_pickles_by_what_they_import() -> None:
    before, after = ({"m.bin": b"\x80\x02c%s\n." % name} for name in (b"collections\nOrderedDict", b"os\nsystem"))
    (change,) = compared(before, after).pickles
    assert (change.added, change.removed) == (("os.system",), ("collections.OrderedDict",))


class Closed(Memory):
    """A reader that nobody let in."""

    def read(self, _: Description, path: str) -> bytes:
        raise AccessDenied(f"`{path}` is gated")

    def open(self, _: Description, file: RemoteFile) -> BinaryIO:
        raise AccessDenied(f"`{file.path}` is gated")


def test_what_cannot_be_read_is_said_and_the_rest_told() -> None:
    new = {**models.bert_classifier(seed="v2"), "config.json": b"{}", "README.md": b"new"}
    after = replace(side(new, "b" * 40, gated="auto"), reader=Closed(new))
    comparison = compare(side(BERT, "a" * 40, taken=TAKEN), after)
    assert comparison.classes == ("gated", "weights", "configuration", "card")
    assert comparison.unread == tuple(
        (path, f"`{path}` is gated") for path in ("README.md", "config.json", "model.safetensors")
    )
    assert comparison.weights[0].verdict == "unknown"


def test_hostile_files_are_not_looked_into(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(findings, "MAX_SETTINGS", 1000)
    new = {
        "config.json": b"[" * 900 + b"]" * 900,
        "tokenizer_config.json": b'{"a": ' + b"[" * 400 + b"]" * 400 + b"}",
        "model.safetensors": (MAX_HEADER + 1).to_bytes(8, "little") + b"{}",
        "huge.safetensors": (50_000_000).to_bytes(8, "little") + b"{}",
    }
    comparison = compared(dict.fromkeys(new, b"{}"), new)
    assert {path for path, _ in comparison.unread} >= {"config.json", "model.safetensors", "huge.safetensors"}
    assert set(comparison.classes) == {"weights", "configuration", "tokenizer"}


def test_no_more_files_are_read_than_are_worth_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(findings, "MAX_READ", 3)
    before = {f"m{number}.py": b"a" for number in range(5)}
    comparison = compared(before, dict.fromkeys(before, b"b"))
    assert len(comparison.texts) == 3
    assert [reason for _, reason in comparison.unread] == ["more than 3 files changed"] * 2


APACHE = b"---\nlicense: apache-2.0\nbase_model: acme/base\n---\n"


def test_licence_by_card_and_text() -> None:
    own = b"You may look at this, and do nothing else with it.\n" * 9
    before = {"README.md": b"---\nlicense: other\nlicense_name: ours\nlicense_link: LICENSE\n---\n", "LICENSE": own}
    change = compared(before, {**before, "LICENSE": MIT}).license
    assert change and change.before and change.after
    assert (change.before.recognized, change.after.recognized) == ("", "MIT")
    assert (change.before.concluded, change.after.concluded) == ("", "MIT")
    both = {"README.md": APACHE, "LICENSE": own}
    (changed,) = (compared(both, {**both, "LICENSE": MIT}).license,)
    assert changed and changed.after and changed.after.concluded == "Apache-2.0" and changed.after.recognized == "MIT"


def test_origin_by_the_card() -> None:
    comparison = compared({"README.md": APACHE}, {"README.md": APACHE.replace(b"acme/base", b"eve/base")})
    assert [(one.kind, one.relation, one.name) for one in comparison.origins] == [
        ("added", "finetune", "eve/base"),
        ("removed", "finetune", "acme/base"),
    ]


def claimed(*values: float) -> bytes:
    metrics = "".join(f"    - {{type: accuracy, value: {value}}}\n" for value in values)
    return (
        "---\nmodel-index:\n- name: m\n  results:\n  - task: {type: text-classification}\n"
        f"    dataset: {{name: sst2, type: sst2}}\n    metrics:\n{metrics}---\n"
    ).encode()


def test_figures_of_evaluations() -> None:
    comparison = compared({"README.md": claimed(0.91, 0.5)}, {"README.md": claimed(0.93, 0.5, 0.7)})
    assert [(one.metric, one.dataset, one.before, one.after) for one in comparison.results] == [
        ("accuracy", "sst2", "0.91", "0.93"),
        ("accuracy", "sst2", None, "0.7"),
    ]
    many = compared({"README.md": claimed()}, {"README.md": claimed(*range(150))})
    assert (len(many.results), many.more_results) == (100, 50)


def test_figures_of_others() -> None:
    before, after = (
        {".eval_results/a.yaml": f"- dataset: {{id: acme/bench, task_id: t}}\n  value: {value}\n".encode()}
        for value in (1, 2)
    )
    (change,) = compared(before, after).results
    assert (change.task, change.dataset, change.before, change.after) == ("t", "acme/bench", "1", "2")


def test_what_is_needed_of_python() -> None:
    before = {"config.json": document(model_type="bert", transformers_version="4.40.0"), "model.safetensors": b""}
    after = {
        "config.json": document(model_type="qwen3", transformers_version="4.55.0"),
        "model.safetensors": b"",
        "requirements.txt": b"flask==3\n",
    }
    found = {(one.name, one.saved_with): (one.before, one.after) for one in compared(before, after).requirements}
    saved = 'transformers=={}; extra == "saved-with"'
    assert found["transformers", True] == (saved.format("4.40.0"), saved.format("4.55.0"))
    old, new = found["transformers", False]
    assert old != new and new and new.startswith("transformers>=4.5")
    # what only stands in a list is needed by nothing
    assert {name for name, _ in found} == {"transformers"}


def test_two_locks_say_what_they_need() -> None:
    before, after = side(BERT, "a" * 40, taken=TAKEN), side({**BERT, "a.txt": b""}, "b" * 40, taken=TAKEN)
    assert before.locked and after.locked
    first = replace(before, locked=replace(before.locked, requires=("torch", "transformers>=4")))
    second = replace(after, locked=replace(after.locked, requires=("transformers>=5",)))
    assert [(one.name, one.before, one.after) for one in compare(first, second).requirements] == [
        ("torch", "torch", None),
        ("transformers", "transformers>=4", "transformers>=5"),
    ]


def test_a_disabled_model_is_told() -> None:
    after = side(BERT, "b" * 40)
    assert compare(side(BERT, "a" * 40), replace(after, described=replace(after.described, disabled=True))).disabled


def test_pickles_that_can_be_followed_no_more() -> None:
    (change,) = compared({"m.bin": b"\x80\x02N."}, {"m.bin": b"\x80\x02ccollections\nOrderedDict\n\x93."}).pickles
    assert change.incomplete


def test_each_content_is_read_once() -> None:
    # the licence depends on both; the text of it did not change
    before = side({"README.md": APACHE, "LICENSE": MIT}, "a" * 40)
    after = side({"README.md": APACHE + b"more", "LICENSE": MIT}, "b" * 40)
    compare(before, after)
    assert isinstance(before.reader, Memory) and isinstance(after.reader, Memory)
    assert sorted(before.reader.asked + after.reader.asked) == ["LICENSE", "README.md", "README.md"]
